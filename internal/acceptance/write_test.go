package acceptance

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/reliefgraph/reliefgraph/graph/generated"
)

const registerMutation = `mutation($input: RegisterDisclosureInput!) { registerDisclosure(input: $input) { disclosure { id ref publishedOn } cell { status } closedGap } }`

const publishMutation = `mutation($id: ID!, $on: Date!) { publishDisclosure(id: $id, publishedOn: $on) { disclosure { publishedOn } cell { status } closedGap } }`

const withdrawMutation = `mutation($id: ID!, $on: Date!) { withdrawDisclosure(id: $id, withdrawnOn: $on) { cell { status } closedGap } }`

// missingCell finds a cell of the demo world that is missing today.
func missingCell(t *testing.T, s *service, skip int) (publisher, entry string) {
	t.Helper()
	gaps := at(t, s.data(`{ gaps(code: "533102", filter: {statuses: [MISSING], levels: [TOWNSHIP]}) { edges { node { publisher { code } entry { code } } } } }`, nil), "gaps", "edges").([]any)
	return at(t, gaps[skip], "node", "publisher", "code").(string), at(t, gaps[skip], "node", "entry", "code").(string)
}

func missing(t *testing.T, s *service, code string) float64 {
	t.Helper()
	return at(t, s.data(`query($code: String!) { administrativeNode(code: $code) { coverage { missing } } }`, map[string]any{"code": code}), "administrativeNode", "coverage", "missing").(float64)
}

// TestPublishing: a gap closes with the publication that fills it, in the answer
// and in every figure at once, on another server too; withdrawn it opens again.
func TestPublishing(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s, other := serveTrusted(t, db, nil), serve(t, db, nil)
	publisher, entry := missingCell(t, s, 0)
	before := missing(t, other, "533102")
	input := map[string]any{
		"ref":           "w1",
		"publisherCode": publisher,
		"entryCode":     entry,
		"title":         "通知",
		"attribute":     "PROACTIVE",
		"formedOn":      "2026-11-20",
	}
	registered := s.data(registerMutation, map[string]any{"input": input})
	if at(t, registered, "registerDisclosure", "closedGap") != false ||
		at(t, registered, "registerDisclosure", "cell", "status") != "MISSING" {
		t.Errorf("registering alone: %v", registered)
	}
	id := at(t, registered, "registerDisclosure", "disclosure", "id")
	published := s.data(publishMutation, map[string]any{"id": id, "on": "2026-11-23"})
	if at(t, published, "publishDisclosure", "closedGap") != true || at(t, published, "publishDisclosure", "cell", "status") != "COVERED" {
		t.Errorf("publishing: %v", published)
	}
	for _, server := range []*service{s, other} {
		if now := missing(t, server, "533102"); now != before-1 {
			t.Errorf("%v cells missing, want %v", now, before-1)
		}
	}
	// The same again changes nothing; another day is a conflict.
	if again := s.data(
		publishMutation,
		map[string]any{"id": id, "on": "2026-11-23"},
	); at(
		t,
		again,
		"publishDisclosure",
		"closedGap",
	) != false {
		t.Errorf("publishing again: %v", again)
	}
	if r := s.ask(publishMutation, map[string]any{"id": id, "on": "2026-11-22"}); r.code() != "CONFLICT" {
		t.Errorf("publishing on another day: %+v", r)
	}
	if again := s.data(
		registerMutation,
		map[string]any{"input": input},
	); at(
		t,
		again,
		"registerDisclosure",
		"disclosure",
		"publishedOn",
	) != "2026-11-23" {
		t.Errorf("registering again: %v", again)
	}
	input["title"] = "另一份通知"
	if r := s.ask(registerMutation, map[string]any{"input": input}); r.code() != "CONFLICT" {
		t.Errorf("another document of the same ref: %+v", r)
	}
	s.data(withdrawMutation, map[string]any{"id": id, "on": "2026-11-24"})
	if now := missing(t, other, "533102"); now != before {
		t.Errorf("withdrawn: %v cells missing, want %v", now, before)
	}
	if r := s.ask(withdrawMutation, map[string]any{"id": id, "on": "2026-11-20"}); r.code() != "INVALID_INPUT" {
		t.Errorf("withdrawing before publishing: %+v", r)
	}
	if r := s.ask(publishMutation, map[string]any{"id": "garbled", "on": "2026-11-20"}); r.code() != "NOT_FOUND" {
		t.Errorf("an unknown id: %+v", r)
	}
	mustVerify(t, db)
}

// TestRefusedBeside: what a mutation wrote is told though another of the same
// request is refused, before or after it.
func TestRefusedBeside(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	const three = `mutation($item: NewsInput!) {
		refused: publishDisclosure(id: "garbled", publishedOn: "2026-11-20") { closedGap }
		added: addNews(input: $item) { news { ref } closedGap }
		late: withdrawDisclosure(id: "garbled", withdrawnOn: "2026-11-20") { closedGap }
	}`
	r := s.ask(three, map[string]any{"item": map[string]any{
		"ref": "beside", "publisherCode": "533102102", "title": "t", "publishedAt": "2026-11-20T08:00:00+08:00",
	}})
	if len(r.Errors) != 2 || r.code() != "NOT_FOUND" || r.Errors[1].Path[0] != "late" {
		t.Errorf("%+v", r.Errors)
	}
	if r.Data == nil || r.Data["refused"] != nil || r.Data["late"] != nil {
		t.Fatalf("%v", r.Data)
	}
	if ref := at(t, r.Data, "added", "news", "ref"); ref != "beside" {
		t.Errorf("added: %v", r.Data)
	}
	// So it is for every mutation.
	for _, field := range generated.NewExecutableSchema(generated.Config{}).Schema().Mutation.Fields {
		if field.Type.NonNull {
			t.Errorf("%s cannot be null: refused, it takes the answers of those beside it along", field.Name)
		}
	}
}

// TestRetried: a registration sent again, as after an answer that was lost, is
// the same one though the document was issued and ordered to be explained since.
func TestRetried(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serveTrusted(t, db, nil)
	publisher, entry := missingCell(t, s, 0)
	input := map[string]any{
		"ref":           "retried",
		"publisherCode": publisher,
		"entryCode":     entry,
		"title":         "通知",
		"attribute":     "PROACTIVE",
		"formedOn":      "2026-11-20",
	}
	id := at(t, s.data(registerMutation, map[string]any{"input": input}), "registerDisclosure", "disclosure", "id")
	s.data(`mutation($id: ID!) { issueDisclosure(id: $id, issuedOn: "2026-11-21") { disclosure { id } } }`, map[string]any{"id": id})
	s.data(`mutation($id: ID!) { orderInterpretation(id: $id) { disclosure { id } } }`, map[string]any{"id": id})
	if again := s.data(registerMutation, map[string]any{"input": input}); at(t, again, "registerDisclosure", "disclosure", "id") != id {
		t.Errorf("registering again: %v", again)
	}
	// What the caller says of these must still agree.
	input["issuedOn"] = "2026-11-22"
	if r := s.ask(registerMutation, map[string]any{"input": input}); r.code() != "CONFLICT" {
		t.Errorf("issued on another day: %+v", r)
	}
	mustVerify(t, db)
}

// TestBackdated: a publication three years back changes the figures of then.
func TestBackdated(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	publisher, entry := missingCell(t, s, 1)
	then := func() any {
		return at(
			t,
			s.data(`{ administrativeNode(code: "CN") { coverage(asOf: "2023-12-01") { covered } } }`, nil),
			"administrativeNode",
			"coverage",
			"covered",
		)
	}
	before := then().(float64)
	s.data(registerMutation, map[string]any{"input": map[string]any{
		"ref":           "old",
		"publisherCode": publisher,
		"entryCode":     entry,
		"title":         "旧通知",
		"attribute":     "PROACTIVE",
		"formedOn":      "2023-10-01",
		"publishedOn":   "2023-10-10",
	}})
	if after := then().(float64); after != before+1 {
		t.Errorf("%v covered then, want %v", after, before+1)
	}
	mustVerify(t, s.db)
}

// TestNewsAndMoney: news fills its cell; movements count at once; both are
// idempotent by ref and refuse another content.
func TestNewsAndMoney(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	const add = `mutation($input: NewsInput!) { addNews(input: $input) { news { id title } cell { status } } }`
	news := map[string]any{"ref": "nw", "publisherCode": "533102401", "title": "动态", "publishedAt": "2026-11-24T08:00:00+08:00"}
	if answer := s.data(add, map[string]any{"input": news}); at(t, answer, "addNews", "cell", "status") == "STALE" {
		t.Errorf("the cell is stale still: %v", answer)
	}
	s.data(add, map[string]any{"input": news})
	news["title"] = "另一条"
	if r := s.ask(add, map[string]any{"input": news}); r.code() != "CONFLICT" {
		t.Errorf("%+v", r)
	}
	const record = `mutation($input: ReliefMovementInput!) { recordReliefMovement(input: $input) { movement { id ref funds } } }`
	received := func() any {
		return at(
			t,
			s.data(`{ administrativeNode(code: "533102") { relief(from: "2026-11-01", to: "2026-11-24") { total { received } } } }`, nil),
			"administrativeNode",
			"relief",
			"total",
			"received",
		)
	}
	movement := map[string]any{
		"ref":         "mv",
		"kind":        "ALLOCATION",
		"fromCode":    "5331",
		"toCode":      "533102",
		"reliefClass": "DROUGHT",
		"funds":       "1234.5",
		"occurredOn":  "2026-11-20",
	}
	s.data(record, map[string]any{"input": movement})
	s.data(record, map[string]any{"input": movement})
	if now := received(); now != "1234.50" {
		t.Errorf("received %v", now)
	}
	for field, value := range map[string]any{"funds": "1.234", "toCode": "53", "fromCode": "nowhere"} {
		wrong := map[string]any{}
		for name, of := range movement {
			wrong[name] = of
		}
		wrong["ref"], wrong[field] = "wrong", value
		if r := s.ask(
			record,
			map[string]any{"input": wrong},
		); len(r.Errors) == 0 ||
			!strings.Contains(fmt.Sprint(r.Errors[0].Extensions), field) {
			t.Errorf("%s %v: %+v", field, value, r.Errors)
		}
	}
	mustVerify(t, s.db)
}

// TestConcurrentWrites: of writes that contradict each other one wins, and none
// is lost: documents of many publishers, linked to each other, at once.
func TestConcurrentWrites(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serveTrusted(t, db, nil)
	townships := []string{"533102001", "533102102", "533102103", "533102104", "533102202", "533102203"}
	var writing sync.WaitGroup
	results := make([]string, 48)
	for i := range results {
		writing.Go(func() {
			input := map[string]any{
				"ref": fmt.Sprintf(
					"c%d",
					i/4,
				),
				"publisherCode":          townships[i/4%len(townships)],
				"entryCode":              "1.6",
				"title":                  fmt.Sprintf("通知%d", i%2),
				"attribute":              "PROACTIVE",
				"formedOn":               "2026-10-01",
				"publishedOn":            "2026-10-09",
				"requiresInterpretation": true,
				// Each interprets the next, registered or not.
				"interpretsRef": fmt.Sprintf("c%d", (i/4+1)%12),
			}
			r := s.ask(registerMutation, map[string]any{"input": input})
			for len(r.Errors) > 0 && r.Errors[0].Extensions["retryAfter"] != nil { // others are before it
				r = s.ask(registerMutation, map[string]any{"input": input})
			}
			results[i] = r.code()
		})
	}
	writing.Wait()
	for ref := range 12 {
		won := 0
		for i := ref * 4; i < ref*4+4; i++ {
			switch results[i] {
			case "":
				won++
			case "CONFLICT":
			default:
				t.Errorf("write %d: %s", i, results[i])
			}
		}
		// Two say the same: both are answered, the two others are refused.
		if won != 2 {
			t.Errorf("c%d: %d of 4 writes were accepted", ref, won)
		}
	}
	mustVerify(t, db)
}

// TestWhoMaySee: what is not proactive, or not published by today, is shown to
// nobody unless the server trusts its callers.
func TestWhoMaySee(t *testing.T) {
	t.Parallel()
	db := demo(t)
	trusted, public := serveTrusted(t, db, nil), serve(t, db, nil)
	ids := map[string]string{}
	for ref, change := range map[string]map[string]any{
		"hidden-draft":   {},
		"hidden-request": {"attribute": "ON_REQUEST", "publishedOn": "2026-11-01"},
		"hidden-future":  {"publishedOn": "2026-12-01"},
		"shown":          {"publishedOn": "2026-11-01"},
	} {
		input := map[string]any{
			"ref":           ref,
			"publisherCode": "533102102",
			"entryCode":     "1.1",
			"title":         "标题-" + ref,
			"attribute":     "PROACTIVE",
			"formedOn":      "2026-09-01",
		}
		for field, value := range change {
			input[field] = value
		}
		ids[ref] = at(t, trusted.data(registerMutation, map[string]any{"input": input}), "registerDisclosure", "disclosure", "id").(string)
	}
	const everything = `query($ids: [ID!]!) {
		nodes(ids: $ids) { ... on Disclosure { title } }
		administrativeNode(code: "533102102") { disclosures(first: 500) { totalCount edges { node { title } } } gaps(first: 500) { edges { node { explanation duties { title disclosure { title } } } } } }
		cell(publisher: "533102102", entry: "1.1") { duties { title disclosure { title } } timeline { cause { text disclosure { title } } } } }`
	all := []any{ids["hidden-draft"], ids["hidden-request"], ids["hidden-future"], ids["shown"]}
	seen := fmt.Sprint(public.data(everything, map[string]any{"ids": all}))
	if strings.Contains(seen, "标题-hidden") || !strings.Contains(seen, "标题-shown") {
		t.Errorf("the public sees: %.500s", seen)
	}
	seen = fmt.Sprint(trusted.data(everything, map[string]any{"ids": all}))
	for ref := range ids {
		if !strings.Contains(seen, "标题-"+ref) {
			t.Errorf("a trusted caller does not see %s", ref)
		}
	}
	for _, s := range []*service{public, trusted} {
		answer := at(t, s.data(everything, map[string]any{"ids": all}), "administrativeNode", "disclosures")
		if count, shown := at(t, answer, "totalCount").(float64), len(at(t, answer, "edges").([]any)); int(count) != shown && shown < 500 {
			t.Errorf("%v disclosures counted, %d shown", count, shown)
		}
	}
}
