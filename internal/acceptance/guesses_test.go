package acceptance

import (
	"fmt"
	"strings"
	"testing"
)

// guesses are first questions as people write them who have not read the schema.
var guesses = map[string]string{
	"a city with its townships": `{ city(code: "533102") { name townships { totalCount nodes { name coverage { coverageRate } } } } }`,
	"as of a day":               `{ administrativeNode(code: "533102", asOf: "2026-06-30") { asOf name coverage { asOf required } gaps { asOf totalCount } } }`,
	"roots as of a day":         `{ roots(asOf: "2026-06-30") { name asOf children { nodes { coverage { asOf } } } } }`,
	"nodes found, of a day":     `{ administrativeNodes(search: "瑞丽", asOf: "2026-06-30") { asOf nodes { name asOf gaps { asOf totalCount } } } }`,
	"a township":                `{ township(code: "533102102") { name gaps { nodes { status daysOpen entry { item } } } } }`,
	"a department":              `{ department(code: "533102/yjglj") { name functions gaps { totalCount } } }`,
	"a province":                `{ region(code: "53") { name level } }`,
	"a document by its ref":     `{ disclosure(ref: %q) { title publisher { name } } }`,
	"a catalog":                 `{ catalog(code: %q) { title categories { name entries { code item } } } }`,
	"all catalogs":              `{ catalogs { code title issuer { name } effectiveFrom } }`,
	"search by name":            `{ search(text: "瑞丽") { totalCount nodes { name code } } }`,
	"search by pinyin":          `{ search(text: "ruili") { nodes { name } } }`,
	"departments of a city":     `{ city(code: "533102") { departments { nodes { name coverage { missing overdue } } } } }`,
	"children of a kind":        `{ administrativeNode(code: "533102") { children(kind: DEPARTMENT) { nodes { name } } } }`,
	"children of a level":       `{ administrativeNode(code: "5331") { children(kind: PLACE, level: COUNTY) { nodes { name } } } }`,
	"villages":                  `{ township(code: "533102102") { villages { totalCount } } }`,
	"a ranking":                 `{ region(code: "5331") { ranking(level: COUNTY, first: 3) { totalCount nodes { rank node { name } } } } }`,
	"concerns":                  `{ city(code: "533102") { concerns { totalCount nodes { title } } } }`,
	"reviews due":               `{ city(code: "533102") { reviewsDue { totalCount nodes { dueOn } } } }`,
	"tasks":                     `{ city(code: "533102") { openTasks { totalCount nodes { issued } } } }`,
	"what is coming":            `{ city(code: "533102") { upcoming(workingDays: 20) { totalCount nodes { dueOn publisher { name } } } } }`,
	"what changed":              `{ city(code: "533102") { coverageChange(from: "2026-06-30", to: "2026-11-24") { opened { totalCount } } } }`,
	"the matrix":                `{ city(code: "533102") { coverageMatrix { asOf rows { publisher { name } } } } }`,
	"money of the year":         `{ city(code: "533102") { relief { from to asOf total { received balance } children { totalCount nodes { node { name } } } } } }`,
	"money of a year, as of":    `{ city(code: "533102", asOf: "2025-06-30") { relief { from to total { received } } } }`,
	"how money flows":           `{ city(code: "533102") { reliefFlow { from to nodes { key } } } }`,
	"peers":                     `{ city(code: "533102") { peers { asOf ranking { nodes { node { name } } } } } }`,
	"orders":                    `{ city(code: "533102") { orders { totalCount nodes { ref kind state dueOn publisher { name } events { kind } } } } }`,
	"orders as of a day":        `{ city(code: "533102", asOf: "2026-10-31") { orders { totalCount nodes { state } } } }`,
	"figures of orders":         `{ city(code: "533102") { supervision { asOf issued open overdue onTimeRate } } }`,
	"orders of a gap":           `{ city(code: "533102") { gaps { nodes { orders { ref state } } } } }`,
	"requests for exemption":    `{ city(code: "533102") { exemptionRequests { totalCount nodes { ref } } } }`,
	"a cell of a node":          `{ township(code: "533102102") { cell(entry: "1.1") { status } } }`,
}

// TestFirstGuesses: what people ask before they read the schema is answered, and
// answers something.
func TestFirstGuesses(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	known := s.data(`{ administrativeNode(code: "533102") { catalog { code } disclosures(first: 1) { nodes { ref } } } }`, nil)
	ref := at(t, known, "administrativeNode", "disclosures", "nodes", 0, "ref")
	catalog := at(t, known, "administrativeNode", "catalog", "code")
	for name, question := range guesses {
		switch {
		case strings.Contains(question, "disclosure(ref"):
			question = fmt.Sprintf(question, ref)
		case strings.Contains(question, "catalog(code"):
			question = fmt.Sprintf(question, catalog)
		}
		r := s.ask(question, nil)
		if len(r.Errors) > 0 {
			t.Errorf("%s: %+v", name, r.Errors)
			continue
		}
		for field, answer := range r.Data {
			if answer == nil {
				t.Errorf("%s: %s is null", name, field)
			}
		}
	}
}

// TestTheDayIsInherited: below a node as of a day every figure is that day's, as if
// each field had been asked for it; a field's own day goes before.
func TestTheDayIsInherited(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const day = `"2026-03-31"`
	const below = `coverage%[1]s { required missing overdue stale covered timeliness { onTime late } }
		gaps%[2]s { totalCount nodes { publisher { code } entry { code } status since daysOpen } }
		upcoming%[3]s { totalCount } catalog%[1]s { code } dutiesNotInForce%[1]s { openedOn } name%[1]s
		supervision%[1]s { asOf issued open answered accepted overdue } orders%[2]s { totalCount nodes { ref state timeliness } }`
	own := fmt.Sprintf(below, `(asOf: `+day+`)`, `(asOf: `+day+`, first: 500)`, `(asOf: `+day+`, workingDays: 20)`)
	inherited := fmt.Sprintf(below, "", "(first: 500)", "(workingDays: 20)")
	each := s.data(
		`{ node: administrativeNode(code: "533102") { `+own+` children(orderBy: GAPS_DESC, asOf: `+day+`) { nodes { code `+own+` } } } }`,
		nil,
	)
	dated := s.data(
		`{ node: administrativeNode(code: "533102", asOf: `+day+`) { `+inherited+` children(orderBy: GAPS_DESC) { nodes { code `+inherited+` } } } }`,
		nil,
	)
	if a, b := fmt.Sprint(each), fmt.Sprint(dated); a != b {
		t.Errorf("each asked:\n%s\ninherited:\n%s", a, b)
	}
	today := s.data(
		`{ node: administrativeNode(code: "533102") { `+inherited+` children(orderBy: GAPS_DESC) { nodes { code `+inherited+` } } } }`,
		nil,
	)
	if fmt.Sprint(today) == fmt.Sprint(dated) {
		t.Error("that day is like today: the comparison proves nothing")
	}
	over := s.data(`{ administrativeNode(code: "533102", asOf: `+day+`) {
		own: coverage(asOf: "2026-06-30") { asOf } gaps(first: 1) { asOf nodes { asOf publisher { asOf coverage { asOf } } cell { asOf publisher { asOf } } } }
		parent { asOf coverage { asOf } } ancestors { asOf } disclosures(first: 1) { nodes { publisher { asOf } } } } }`, nil)
	text := fmt.Sprint(over)
	if strings.Count(text, "asOf:2026-06-30") != 1 || strings.Count(text, "asOf:2026-03-31") < 9 || strings.Contains(text, "asOf:2026-11") {
		t.Error(text)
	}
	// A field's own day holds for what is below it.
	for _, field := range []string{
		`children(asOf: %s, orderBy: GAPS_DESC, first: 3) { asOf nodes { %s } }`,
		`townships(asOf: %s, first: 3) { asOf nodes { %s } }`,
		`gaps(asOf: %s, first: 3) { asOf nodes { asOf publisher { %s } cell { asOf status publisher { %[2]s } } } byPublisher(first: 2) { node { %[2]s } } }`,
		`upcoming(asOf: %s, workingDays: 20, first: 3) { asOf nodes { publisher { %s } } children(first: 2) { nodes { node { %[2]s } } } }`,
		`coverageMatrix(asOf: %s, first: 3) { asOf rows { publisher { %s } } }`,
		`ranking(asOf: %s, level: TOWNSHIP, first: 3) { asOf nodes { node { %s } } }`,
		`peers(asOf: %s) { asOf group { %s } self { node { %[2]s } } ranking(first: 2) { nodes { node { %[2]s } } } }`,
		`relief(asOf: %s) { asOf children(first: 2) { nodes { node { %s } } } }`,
	} {
		answer := fmt.Sprint(
			s.data(
				`{ administrativeNode(code: "533102", asOf: "2025-06-30") { `+fmt.Sprintf(
					field,
					day,
					"asOf coverage { asOf missing }",
				)+` } }`,
				nil,
			),
		)
		if strings.Count(answer, "asOf:2026-03-31") < 3 || strings.Count(answer, "asOf:") != strings.Count(answer, "asOf:2026-03-31") {
			t.Errorf("%s: %s", field, answer)
		}
	}
	supposed := fmt.Sprint(
		s.data(
			`{ whatIf(code: "533102", asOf: `+day+`, changes: {publications: [{publisherCode: "533102401", entryCode: "1.3", publishedOn: "2026-03-01"}]}) { asOf before { asOf coverage { asOf } } after { asOf coverage { asOf } gaps(first: 1) { asOf nodes { publisher { asOf } } } } } }`,
			nil,
		),
	)
	if strings.Count(supposed, "asOf:2026-03-31") != 7 || strings.Count(supposed, "asOf:") != 7 {
		t.Error(supposed)
	}
}

// TestIDsOfDays: what is shown as of a day has ids of its own, which lead back to it;
// a write takes them all the same.
func TestIDsOfDays(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	ask := func(asOf string) any {
		return s.data(`{ administrativeNode(code: "533102"`+asOf+`) { id coverage { required missing }
			gaps(first: 1) { nodes { id cell { id } publisher { id } } } disclosures(first: 1) { nodes { id ref } } } }`, nil)
	}
	present, dated := ask(""), ask(`, asOf: "2026-03-31"`)
	for _, path := range [][]any{
		{"administrativeNode", "id"},
		{"administrativeNode", "gaps", "nodes", 0, "id"},
		{"administrativeNode", "gaps", "nodes", 0, "cell", "id"},
		{"administrativeNode", "gaps", "nodes", 0, "publisher", "id"},
		{"administrativeNode", "disclosures", "nodes", 0, "id"},
	} {
		id := at(t, dated, path...)
		if id == at(t, present, path...) {
			t.Errorf("%v: the same id on two days", path)
		}
		again := s.data(`query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id})
		if at(t, again, "node", "id") != id {
			t.Errorf("%v: %v leads to %v", path, id, again)
		}
	}
	// A gap's id has its day, and today has the ids that no day has.
	byField := s.data(`{ administrativeNode(code: "533102") { gaps(asOf: "2026-03-31", first: 1) { nodes { id } } } }`, nil)
	gap := []any{"administrativeNode", "gaps", "nodes", 0, "id"}
	if at(t, byField, gap...) != at(t, dated, gap...) {
		t.Error("a gap has two ids, by who names its day")
	}
	if today := ask(`, asOf: "2026-11-24"`); fmt.Sprint(today) != fmt.Sprint(present) {
		t.Errorf("today by its name %v, without %v", today, present)
	}
	figures := func(of any, asOf string) string {
		const asked = `query($id: ID!) { node(id: $id%s) { ... on AdministrativeNode { id asOf coverage { required missing } } } }`
		return fmt.Sprint(s.data(fmt.Sprintf(asked, asOf), map[string]any{"id": at(t, of, "administrativeNode", "id")}))
	}
	byID, byDay := figures(dated, ""), figures(present, `, asOf: "2026-03-31"`)
	if byID != byDay || !strings.Contains(byID, "asOf:2026-03-31") {
		t.Errorf("by its id %s, by its day %s", byID, byDay)
	}
	if other := figures(dated, `, asOf: "2026-06-30"`); !strings.Contains(other, "asOf:2026-06-30") {
		t.Error(other)
	}
}

// listIn is the object called list, wherever it stands in an answer.
func listIn(answer any) map[string]any {
	object, _ := answer.(map[string]any)
	for name, value := range object {
		if name == "list" {
			return value.(map[string]any)
		}
		if found := listIn(value); found != nil {
			return found
		}
	}
	return nil
}
