package acceptance
import ("testing";"encoding/json")
func TestZZ(t *testing.T){
 s:=serve(t,demo(t),allowWrites)
 for _,q:=range []struct{q string; v map[string]any}{
 {`{ administrativeNode(code: "533102") { coverage(asOf: "1989-12-31") { required } } }`,nil},
 {`query($d: Date) { administrativeNode(code: "533102") { coverage(asOf: $d) { required } } }`,map[string]any{"d":"1989-12-31"}},
 {`query($d: Date) { administrativeNode(code: "533102") { coverage(asOf: $d) { required } } }`,map[string]any{"d":5}},
 {`query($d: Date!) { gaps(code: "533102", asOf: $d) { totalCount } }`,map[string]any{"d":"2024-02-30"}},
 {`query($d: Date!) { gaps(code: "533102", asOf: $d) { totalCount } }`,nil},
 {`query($d: DisclosureFilter) { administrativeNode(code: "533102") { disclosures(filter: $d) { totalCount } } }`,map[string]any{"d":map[string]any{"from":"2024-02-30"}}},
 {`query($d: DisclosureFilter) { administrativeNode(code: "533102") { disclosures(filter: $d) { totalCount } } }`,map[string]any{"d":map[string]any{"nope":"2024-02-30"}}},
 {`{ administrativeNode(code: "533102") { disclosures(filter: {from: "2024-02-30"}) { totalCount } } }`,nil},
 {`query($d: GapOrder) { gaps(code: "533102", orderBy: $d) { totalCount } }`,map[string]any{"d":"NOPE"}},
 {`query($d: Int) { gaps(code: "533102", first: $d) { totalCount } }`,map[string]any{"d":"x"}},
 {`query($d: Int) { gaps(code: "533102", first: $d) { totalCount } }`,map[string]any{"d":99999999999}},
 {`query($d: Int) { gaps(code: "533102", first: $d) { totalCount } }`,map[string]any{"d":1.5}},
 {`{ gaps(code: "533102", first: 99999999999) { totalCount } }`,nil},
 {`{ gaps(code: "533102", first: "x") { totalCount } }`,nil},
 {`{ gaps(code: "533102", orderBy: NOPE) { totalCount } }`,nil},
 {`{ gaps(code: "533102", asOf: 5) { totalCount } }`,nil},
 {`mutation { addNews(input: {ref: "a", publisherCode: "533102102", title: "t", publishedAt: "garbled"}) { closedGap } }`,nil},
 {`mutation { addNews(input: {ref: "a", publisherCode: "533102102", title: "t", publishedAt: "2024-01-01"}) { closedGap } }`,nil},
 {`mutation($i: NewsInput!) { addNews(input: $i) { closedGap } }`,map[string]any{"i":map[string]any{"ref":"a","publisherCode":"533102102","title":"t","publishedAt":"garbled"}}},
 {`mutation($i: ReliefMovementInput!) { recordReliefMovement(input: $i) { movement { ref } } }`,map[string]any{"i":map[string]any{"ref":"a","kind":"DONATION","toCode":"533102102","reliefClass":"DROUGHT","funds":"-1","occurredOn":"2024-13-01"}}},
 {`mutation($i: ReliefMovementInput!) { recordReliefMovement(input: $i) { movement { ref } } }`,map[string]any{"i":map[string]any{"ref":"a","kind":"DONATION","toCode":"533102102","reliefClass":"DROUGHT","funds":"-1","occurredOn":"2024-12-01"}}},
 {`mutation($i: ReliefMovementInput!) { recordReliefMovement(input: $i) { movement { ref } } }`,map[string]any{"i":map[string]any{"ref":"a","kind":"DONATION","toCode":"533102102","reliefClass":"DROUGHT","funds":1.5,"occurredOn":"2024-12-01"}}},
 {`mutation($i: ReliefMovementInput!) { recordReliefMovement(input: $i) { movement { ref funds} } }`,map[string]any{"i":map[string]any{"ref":"a","kind":"DONATION","toCode":"533102102","reliefClass":"DROUGHT","funds":"99999999999999999999999","occurredOn":"2024-12-01"}}},
 {`mutation { publishDisclosure(id: "x", publishedOn: "1989-01-01") { closedGap } }`,nil},
 {`{ administrativeNode { name } }`,nil},
 {`{ administrativeNode(code: null) { name } }`,nil},
 {`{ node(id: 5) { id } }`,nil},
 {`{ roots { code } } { roots { code } }`,nil},
 {`query A { roots { code } } query B { roots { code } }`,nil},
 {`fragment X on City { name }`,nil},
 {`subscription { x }`,nil},
 {`{ __schema { queryType { name } } }`,nil},
 {`{ gaps(code: "533102", filter: {minDaysOpen: 0}) { totalCount } }`,nil},
 {`{ gaps(code: "533102", filter: {statuses: [COVERED]}) { totalCount } }`,nil},
 {`{ ranking(code: "533102", level: TOWNSHIP, minRequired: -1) { rank } }`,nil},
 {`{ coverageChange(code: "533102", from: "2024-02-01", to: "2024-01-01") { opened(first: 501) { totalCount } } }`,nil},
 {`{ administrativeNode(code: "533102") { coverageTrend(from: "2024-02-01", to: "2024-01-01", step: DAY) { asOf } } }`,nil},
 {`{ administrativeNode(code: "533102") { disclosures(first: 501) { totalCount } } }`,nil},
 {`{ administrativeNode(code: "533102") { disclosures(filter: {title: "`+string(make([]byte,0))+`"}) { totalCount } } }`,nil},
 {`{ administrativeNode(code: "533102") { relief(from: "2024-01-01", to: "2024-01-01") { discrepancies(idleWorkingDays: -1) { kind } } } }`,nil},
 } {
  r:=s.ask(q.q,q.v)
  b,_:=json.Marshal(r.Errors)
  d,_:=json.Marshal(r.Data)
  t.Logf("%d %.110s %v\n      %s %.100s",r.status,q.q,q.v,b,d)
 }
}
