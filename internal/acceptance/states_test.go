package acceptance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// allThings asks a node for things of every type with an id that stands at or below
// one, and for nodes elsewhere in the tree.
const allThings = `__typename id code coverage { covered missing overdue stale }
	parent { __typename id code coverage { covered } }
	ancestors { __typename id code coverage { covered } }
	catalog { issuer { __typename id code coverage { covered } } }
	children(first: 60) { edges { node { __typename id code coverage { covered missing overdue stale }
		children(first: 5) { edges { node { __typename id code } } } } } }
	gaps(first: 80) {
		byPublisher(first: 50) { node { __typename id code } }
		edges { node { __typename id status since publisher { __typename id code } entry { code limit { n } } explanation
			cell { __typename id status publisher { __typename id code } duties { dueOn disclosure { ...Document } } }
			duties { disclosure { ...Document } } cause { disclosure { ...Document } } } } }
	upcoming(workingDays: 60, first: 40) { edges { node { publisher { __typename id code } duty { disclosure { ...Document } } } } }
	disclosures(first: 40) { edges { node { ...Document interpretation { ...Document } } } }
	orders(first: 40) { edges { node { __typename id ref state publisher { __typename id code } issuer { __typename id code } } } }
	news(first: 20) { edges { node { __typename id ref entry { limit { n } } publisher { __typename id code } } } }
	relief(from: "2020-01-01", to: "2026-11-24") {
		byChild { node { __typename id code } }
		movements(first: 40) { edges { node { ...Movement } } }
		discrepancies(first: 10) { node { __typename id code } movements { ...Movement } } }`

const thingFragments = `
	fragment Document on Disclosure { __typename id ref publishedOn entry { limit { n } } publisher { __typename id code } }
	fragment Movement on ReliefMovement {
		__typename id ref from { __typename id code } to { __typename id code } disclosure { ...Document } }`

// supposing is the same twice, in other words: something is published, which closes a
// gap, and a row of the catalog is owed sooner and by more, which opens some.
var supposing = []string{
	`{publications: [{publisherCode: "PUBLISHER", entryCode: "ENTRY", publishedOn: "2026-11-20"}],
		entries: [{catalogCode: "CN-2019", entryCode: "2.9", category: "备灾管理", item: "应急避难场所", content: "位置",
		legalBasis: "《条例》", levels: [COUNTY, TOWNSHIP], publishers: ["EMERGENCY_MANAGEMENT", "GOVERNMENT"], limit: {kind: WORKING_DAYS, n: 20}}]}`,
	`{arrangements: null, limits: [], entries: [{publishers: ["EMERGENCY_MANAGEMENT", "GOVERNMENT"], levels: [COUNTY, TOWNSHIP],
		limit: {n: 20, kind: WORKING_DAYS}, anchor: FORMED, remove: false, period: NONE,
		category: "备灾管理", item: "应急避难场所", content: "位置", legalBasis: "《条例》", entryCode: "2.9", catalogCode: "CN-2019"}],
		publications: [{publishedOn: "2026-11-20", publisherCode: "PUBLISHER", entryCode: "ENTRY", id: null}]}`,
}

// TestIdsOfStates: whatever stands at or below a node that something is supposed of
// has an id of that state, so that no cache takes it for the real thing; what stands
// elsewhere keeps its own. The same supposed again has the same ids, anything else
// supposed has others.
func TestIdsOfStates(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s, other := serve(t, db, nil), serve(t, db, nil)
	publisher, entry := missingCell(t, s, 0)
	changes := strings.NewReplacer("PUBLISHER", publisher, "ENTRY", entry)
	suppose := func(s *service, code, supposed string) map[string]any {
		const gaps = `(first: 100) { edges { node { __typename id publisher { __typename id code } cell { __typename id } } } }`
		query := fmt.Sprintf(`{ whatIf(code: %q, changes: %s) { before { %s } after { %s } opened%s closed%s } }`,
			code, changes.Replace(supposed), allThings, allThings, gaps, gaps)
		return s.data(query+thingFragments, nil)["whatIf"].(map[string]any)
	}
	const top = "533102"
	real := s.data(`{ administrativeNode(code: "`+top+`") { `+allThings+` } }`+thingFragments, nil)["administrativeNode"]
	supposed := suppose(s, top, supposing[0])
	present := things(t, real)
	for _, edge := range at(t, supposed, "closed", "edges").([]any) {
		for _, thing := range []any{at(t, edge, "node"), at(t, edge, "node", "publisher"), at(t, edge, "node", "cell")} {
			if found := s.data(`query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": at(t, thing, "id")}); found["node"] == nil {
				t.Errorf("what would no longer be a gap is not found now: %v", thing)
			}
		}
	}
	if diff := cmp.Diff(real, supposed["before"]); diff != "" {
		t.Errorf("what is, asked beside what is supposed:\n%s", diff)
	}
	if len(at(t, supposed, "opened", "edges").([]any)) == 0 || len(at(t, supposed, "closed", "edges").([]any)) == 0 ||
		cmp.Equal(real, supposed["after"]) {
		t.Fatal("what is supposed makes no difference")
	}

	// Every type with an id is among them; concerns are below no node, and nobody sees requests.
	below, seen := things(t, supposed["after"], supposed["opened"]), map[string]bool{"Concern": true, "ExemptionRequest": true}
	elsewhere := 0
	for id, thing := range below {
		seen[thing["__typename"].(string)] = true
		outside := outsideOf(thing, top)
		if outside {
			elsewhere++
		}
		if known := present[id] != nil; known != outside {
			t.Errorf("the id of a supposed thing is a present one: %v, elsewhere: %v: %v", known, outside, thing)
		}
	}
	if elsewhere == 0 {
		t.Error("nothing elsewhere is named")
	}
	for _, name := range typesWithID(t, s) {
		if !seen[name] && name != "Region" && name != "Village" {
			t.Errorf("no %s is below the node", name)
		}
	}

	// The same again, in other words and on another server, is the same; a cache may
	// keep each by its id.
	again := suppose(other, top, supposing[1])
	if diff := cmp.Diff(supposed, again); diff != "" {
		t.Errorf("the same supposed again:\n%s", diff)
	}
	for name, different := range map[string]map[string]any{
		"another number":  suppose(s, top, strings.ReplaceAll(supposing[0], "n: 20", "n: 21")),
		"another node":    suppose(s, "533102401", supposing[0]),
		"the node above":  suppose(s, "5331", supposing[0]),
		"something added": suppose(s, top, strings.Replace(supposing[0], "{", `{arrangements: [{year: 2027, days: [{date: "2027-12-31", name: "假", off: true}]}], `, 1)),
	} {
		found := things(t, different["after"], different["opened"])
		shared := 0
		for id, thing := range found {
			if below[id] != nil && present[id] == nil {
				t.Errorf("%s has an id of the first: %v", name, thing)
			}
			if below[id] != nil {
				shared++
			}
		}
		if shared == 0 {
			t.Errorf("%s shares nothing that is as it is with the first", name)
		}
	}
}

// TestIdsOfStatesNameNothing: an id of a supposed state finds nothing, is refused
// where a document is to be named, and is as short for much supposed as for little.
func TestIdsOfStatesNameNothing(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	document := func(publications int) string {
		var supposed []any
		for i := range publications {
			supposed = append(
				supposed,
				map[string]any{"publisherCode": "533102/yjglj", "entryCode": "1.3", "publishedOn": fmt.Sprintf("2026-%02d-01", i%12+1)},
			)
		}
		answer := s.data(
			`query($changes: WhatIfInput!) { whatIf(code: "533102", changes: $changes) { after { disclosures(first: 1) { edges { node { id } } } } } }`,
			map[string]any{"changes": map[string]any{"publications": supposed}},
		)
		return at(t, answer, "whatIf", "after", "disclosures", "edges", 0, "node", "id").(string)
	}
	id := document(1)
	if length := len(document(200)); length != len(id) || length > 200 {
		t.Errorf("an id has %d letters for one thing supposed, %d for 200", len(id), length)
	}
	answer := s.data(`query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }`, map[string]any{"id": id})
	if answer["node"] != nil || at(t, answer, "nodes", 0) != nil {
		t.Errorf("%v", answer)
	}
	for _, refused := range []string{
		`query($id: ID!) { whatIf(code: "533102", changes: {publications: [{id: $id, publishedOn: "2026-11-23"}]}) { after { id } } }`,
		`mutation($id: ID!) { publishDisclosure(id: $id, publishedOn: "2026-11-23") { closedGap } }`,
		`mutation($id: ID!) { withdrawDisclosure(id: $id, withdrawnOn: "2026-11-23") { closedGap } }`,
		`mutation($id: ID!) { issueDisclosure(id: $id, issuedOn: "2026-11-23") { closedGap } }`,
		`mutation($id: ID!) { orderInterpretation(id: $id) { closedGap } }`,
		`mutation($id: ID!) { reviewDisclosure(id: $id, reviewedOn: "2026-11-23", result: KEEP) { closedGap } }`,
		`mutation($id: ID!) { recordSecrecyReview(id: $id, reviewedOn: "2026-11-23", reviewedBy: "保密办", result: "同意") { id } }`,
	} {
		if r := s.ask(refused, map[string]any{"id": id}); r.code() != "NOT_FOUND" || r.Errors[0].Extensions["field"] != "id" {
			t.Errorf("%s: %v", refused, r.Errors)
		}
	}
}

// TestOneIdOneThing: what has one id tells the same of the same field, whatever
// was asked on the way to it: days, scopes, classes, orders.
func TestOneIdOneThing(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const gap = `__typename id status since daysOpen endsOn explanation reason { dueOn trace { date } } entry { code legalBasis } cell { __typename id status timeline { from to status } duties { openedOn dueOn fulfilledOn } }`
	known := map[string]map[string]any{}
	for _, query := range []string{
		`{ gaps(code: "533102", first: 300) { edges { node { ` + gap + ` } } } }`,
		`{ gaps(code: "533102", asOf: "2026-11-23", orderBy: OLDEST_FIRST, first: 300) { edges { node { ` + gap + ` } } } }`,
		`{ gaps(code: "5331", asOf: "2024-06-03", first: 300) { edges { node { ` + gap + ` } } } }`,
		`{ administrativeNode(code: "533102") { gaps(scope: SELF, asOf: "2024-06-03", first: 100) { edges { node { ` + gap + ` } } } children(first: 60) { edges { node { gaps(scope: SELF, first: 5) { edges { node { ` + gap + ` } } } } } } } }`,
		`{ coverageChange(code: "533102", from: "2024-06-03", to: "2026-11-24") { opened(first: 150) { edges { node { ` + gap + ` } } } closed(first: 150) { edges { node { ` + gap + ` } } } } }`,
		`{ a: administrativeNode(code: "533102") { relief(from: "2020-01-01", to: "2026-11-24") { movements(first: 100) { edges { node { ...Movement } } } } disclosures(first: 200) { edges { node { ...Document } } } }
			b: administrativeNode(code: "5331") { relief(from: "2024-01-01", to: "2024-12-31", asOf: "2024-10-01", reliefClass: EMERGENCY) { movements(first: 100) { edges { node { ...Movement } } } discrepancies { movements { ...Movement } } }
				disclosures(first: 200, filter: {from: "2024-01-01"}) { edges { node { ...Document } } } } }` + thingFragments,
	} {
		met := 0
		for id, thing := range things(t, s.data(query, nil)) {
			if before := known[id]; before == nil {
				known[id] = map[string]any{}
			} else {
				met++
			}
			for name, value := range thing {
				if before, there := known[id][name]; there && !cmp.Equal(before, value) {
					t.Errorf("%s of %v is %v here and %v there", name, thing["__typename"], before, value)
				}
				known[id][name] = value
			}
		}
		if met == 0 && len(known) > 1000 {
			t.Errorf("nothing of %s was met before", query)
		}
	}
}

// TestOnlyIdsAreCalledID: a field named id is a global one, on a type that says so;
// caches take any other for one too.
func TestOnlyIdsAreCalledID(t *testing.T) {
	t.Parallel()
	if names := typesWithID(t, serve(t, demo(t), nil)); len(names) != 13 {
		t.Errorf("%v have ids", names)
	}
}

// typesWithID lists the types that have a field that caches take for their key.
func typesWithID(t *testing.T, s *service) (names []string) {
	t.Helper()
	answer := s.data(`{ __schema { types { name kind interfaces { name } fields { name type { kind ofType { name } } } } } }`, nil)
	for _, of := range at(t, answer, "__schema", "types").([]any) {
		fields, _ := of.(map[string]any)["fields"].([]any)
		if at(t, of, "kind") != "OBJECT" {
			continue
		}
		for _, field := range fields {
			if name := at(t, field, "name"); name != "id" && name != "_id" {
				continue
			}
			names = append(names, at(t, of, "name").(string))
			if interfaces, _ := json.Marshal(
				at(t, of, "interfaces"),
			); !strings.Contains(string(interfaces), `"Node"`) ||
				at(t, field, "type", "ofType", "name") != "ID" {
				t.Errorf("%v has an id that is not a global one", at(t, of, "name"))
			}
		}
	}
	return names
}

// things finds all that has an id in answers, by type and id, as a cache would:
// met again, it is told the same.
func things(t *testing.T, answers ...any) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	var find func(any)
	find = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, one := range value {
				find(one)
			}
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(value)) {
				find(value[name])
			}
			id, has := value["id"].(string)
			if !has {
				return
			}
			key := value["__typename"].(string) + " " + id
			if found[key] == nil {
				found[key] = map[string]any{}
			}
			for name, told := range value {
				found[key][name] = told
			}
		}
	}
	for _, answer := range answers {
		find(answer)
	}
	return found
}

// outsideOf tells whether a thing stands neither at nor below a node.
func outsideOf(thing map[string]any, top string) bool {
	if code, is := thing["code"].(string); is {
		return !strings.HasPrefix(code, top)
	}
	if publisher, is := thing["publisher"].(map[string]any); is {
		return outsideOf(publisher, top)
	}
	return false // a movement is of the list that it stands in
}
