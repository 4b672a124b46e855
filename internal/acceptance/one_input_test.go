package acceptance

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/graph/generated"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// formsOfWrite is a mutation that takes arguments, the one that took its place and takes
// one input, and what both are given but the document's name.
type formsOfWrite struct {
	old, arguments string
	now, input     string
	document       string         // the ref of the document, empty where it is a concern
	given          map[string]any // as the new one calls it
	answer         string         // what is asked of the payload
}

const (
	disclosureAnswer = `disclosure { id ref publishedOn withdrawnOn issuedOn requiresInterpretation url channel mark
		reviews { reviewedOn result consulted } secrecyReview { reviewedBy result } } cell { status } closedGap warnings { rule field message }`
	concernAnswer = `concern { ref respondedAt response { ref } escalatedTo } cell { status } closedGap warnings { rule field message }`
)

// byArguments writes in the old form.
func (f *formsOfWrite) byArguments(s *service) *reply {
	given, answer := maps.Clone(f.given), f.answer
	if f.document != "" {
		given["id"] = cursorOf("d", f.document)
	}
	if to, is := given["escalatedTo"]; is {
		delete(given, "escalatedTo")
		given["to"] = to
	}
	if f.old == "recordSecrecyReview" { // it answers the document alone
		answer = strings.TrimPrefix(answer[:strings.LastIndex(answer, "} cell")], "disclosure {")
	}
	var passed []string
	for _, argument := range strings.Split(f.arguments, ", ") {
		name, _, _ := strings.Cut(strings.TrimPrefix(argument, "$"), ":")
		passed = append(passed, name+": $"+name)
	}
	return s.ask(fmt.Sprintf("mutation(%s) { done: %s(%s) { %s } }", f.arguments, f.old, strings.Join(passed, ", "), answer), given)
}

// byInput writes in the new form, the document named by the field.
func (f *formsOfWrite) byInput(s *service, field string) *reply {
	given := maps.Clone(f.given)
	switch {
	case f.document != "" && field == "id":
		given["id"] = cursorOf("d", f.document)
	case f.document != "":
		given["ref"] = f.document
	}
	return s.ask(
		fmt.Sprintf("mutation($input: %s!) { done: %s(input: $input) { %s } }", f.input, f.now, f.answer),
		map[string]any{"input": given},
	)
}

// said is what an answer says, whatever the form: the fields of problems without that
// there is an input, and the name of the document.
func (f *formsOfWrite) said(r *reply) string {
	done := r.Data["done"]
	if payload, is := done.(map[string]any); is && f.old == "recordSecrecyReview" && payload["disclosure"] != nil {
		done = payload["disclosure"]
	}
	var faults []string
	for _, fault := range r.Errors {
		faults = append(faults, fmt.Sprintln(fault.Extensions["code"], fault.Extensions["rule"]))
		problems, _ := fault.Extensions["problems"].([]any)
		for _, one := range problems {
			p := one.(map[string]any)
			path := p["path"].([]any)
			if len(path) > 0 && path[0] == "input" {
				path = path[1:]
			}
			faults = append(faults, fmt.Sprintln(path, p["code"], p["rule"], p["message"], p["remedy"]))
		}
	}
	return fmt.Sprint(done, faults)
}

// writtenFacts are the facts that mutations write, and how they came to be, without when.
func writtenFacts(t *testing.T, db *store.Store) (all string) {
	t.Helper()
	for _, table := range []string{"disclosure", "review", "secrecy_review", "concern", "publisher_timeline", "fact_history"} {
		var rows string
		if err := db.DB().QueryRow(`SELECT coalesce(string_agg(row, chr(10) ORDER BY row), '') FROM (SELECT ((to_jsonb(f)
			#- '{before,recorded_at}' #- '{after,recorded_at}') - 'recorded_at' - 'changed' - 'changed_at')::text AS row FROM ` + table + ` AS f) AS rows`).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		all += table + "\n" + rows + "\n"
	}
	return all
}

// TestOneInput: the mutations that take one input do what those did whose place they
// took: to the same world the same, whether they name a document by its id or its ref,
// also where it is done again or refused.
func TestOneInput(t *testing.T) {
	t.Parallel()
	type v = map[string]any
	const township = "533102102"
	var worlds [3]*service
	for i := range worlds {
		worlds[i] = serveTrusted(t, demo(t), nil)
		for ref, attribute := range map[string]string{"open": "PROACTIVE", "closed": "NOT_DISCLOSED", "other": "PROACTIVE"} {
			worlds[i].data(registerMutation, v{"input": v{
				"ref": ref, "publisherCode": township, "entryCode": "1.1", "title": "通知", "attribute": attribute, "formedOn": "2026-09-01",
			}})
		}
		worlds[i].data(`mutation($input: ConcernInput!) { registerConcern(input: $input) { closedGap } }`, v{"input": v{
			"ref": "asked", "publisherCode": township, "title": "关切", "detectedAt": "2026-11-20T08:00:00+08:00",
		}})
	}
	publish := formsOfWrite{
		"publishDisclosure", "$id: ID!, $publishedOn: Date!, $url: String, $channel: String", "publishDocument", "PublishDocumentInput",
		"open",
		v{"publishedOn": "2026-11-20", "url": "https://example.org/", "channel": "政府网站"},
		disclosureAnswer,
	}
	withdraw := formsOfWrite{
		"withdrawDisclosure", "$id: ID!, $withdrawnOn: Date!", "withdrawDocument", "WithdrawDocumentInput",
		"open",
		v{"withdrawnOn": "2026-11-23"},
		disclosureAnswer,
	}
	issue := formsOfWrite{
		"issueDisclosure", "$id: ID!, $issuedOn: Date!", "issueDocument", "IssueDocumentInput",
		"closed",
		v{"issuedOn": "2026-10-02"},
		disclosureAnswer,
	}
	order := formsOfWrite{
		"orderInterpretation", "$id: ID!", "requireInterpretation", "RequireInterpretationInput",
		"open",
		v{},
		disclosureAnswer,
	}
	review := formsOfWrite{
		"reviewDisclosure",
		"$id: ID!, $reviewedOn: Date!, $result: ReviewResult!, $consulted: String",
		"reviewDocument",
		"ReviewDocumentInput",
		"closed",
		v{"reviewedOn": "2026-11-02", "result": "DISCLOSE", "consulted": "起草单位"},
		disclosureAnswer,
	}
	secrecy := formsOfWrite{
		"recordSecrecyReview", "$id: ID!, $reviewedOn: Date!, $reviewedBy: String!, $result: String!",
		"reviewDocumentSecrecy", "ReviewDocumentSecrecyInput",
		"closed",
		v{"reviewedOn": "2026-10-01", "reviewedBy": "保密办", "result": "不公开"},
		disclosureAnswer,
	}
	answer := formsOfWrite{
		"answerConcern", "$ref: String!, $respondedAt: DateTime!, $responseRef: String", "respondToConcern", "RespondToConcernInput",
		"",
		v{"ref": "asked", "respondedAt": "2026-11-20T20:00:00+08:00", "responseRef": "open"},
		concernAnswer,
	}
	escalate := formsOfWrite{
		"escalateConcern", "$ref: String!, $to: String!", "recordEscalation", "RecordEscalationInput",
		"",
		v{"ref": "asked", "escalatedTo": "州应急管理局"},
		concernAnswer,
	}
	with := func(f formsOfWrite, document string, changes v) formsOfWrite {
		f.document, f.given = document, maps.Clone(f.given)
		maps.Copy(f.given, changes)
		return f
	}
	// What is told of a document by its ref, as it is told of one by its id.
	asByID := strings.NewReplacer("[ref] NOT_FOUND", "[id] NOT_FOUND", "[ref] INVALID_INPUT", "[id] INVALID_INPUT",
		"[ref] CONFLICT", "[id] CONFLICT", `of the ref "nothing"`, "of this id", "field:ref ", "field:id ")
	took := map[string]string{}
	for i, step := range []struct {
		formsOfWrite
		code string // what it is refused for, empty where it is done
	}{
		{issue, "INVALID_INPUT"},                       // not reviewed yet
		{withdraw, "CONFLICT"},                         // not published yet
		{with(secrecy, "other", nil), "INVALID_INPUT"}, // it is to be disclosed
		{secrecy, ""},
		{secrecy, ""},
		{with(secrecy, "closed", v{"result": "公开"}), "CONFLICT"},
		{issue, ""},
		{issue, ""},
		{with(issue, "closed", v{"issuedOn": "2026-10-03"}), "CONFLICT"},
		{order, ""},
		{order, ""},
		{publish, ""},
		{publish, ""},
		{with(publish, "open", v{"publishedOn": "2026-11-21"}), "CONFLICT"},
		{with(publish, "nothing", nil), "NOT_FOUND"},
		{review, ""},
		{review, ""},
		{with(review, "closed", v{"result": "KEEP"}), "CONFLICT"},
		{with(review, "other", nil), ""}, // warned of: it is proactive
		{withdraw, ""},
		{withdraw, ""},
		{with(withdraw, "open", v{"withdrawnOn": "2026-11-01"}), "INVALID_INPUT"},
		{with(answer, "", v{"respondedAt": "2026-11-20T07:00:00+08:00"}), "INVALID_INPUT"},
		{answer, ""},
		{answer, ""},
		{with(answer, "", v{"responseRef": "other"}), "CONFLICT"},
		{escalate, ""},
		{escalate, ""},
		{with(escalate, "", v{"escalatedTo": "市政府"}), "CONFLICT"},
		{with(escalate, "", v{"escalatedTo": ""}), "CONFLICT"},
	} {
		took[step.old] = step.now
		before := step.byArguments(worlds[0])
		if before.code() != step.code {
			t.Errorf("%d, %s: code %q, want %q: %+v", i, step.old, before.code(), step.code, before.Errors)
		}
		was := step.said(before)
		for world, field := range map[int]string{1: "id", 2: "ref"} {
			is := step.said(step.byInput(worlds[world], field))
			if step.document == "" {
				is = strings.ReplaceAll(is, "[escalatedTo]", "[to]")
			} else if field == "ref" {
				is = asByID.Replace(is)
			}
			if is != was {
				t.Errorf("%d, %s: %s\n%s by %s: %s", i, step.old, was, step.now, field, is)
			}
		}
	}
	for _, field := range generated.NewExecutableSchema(generated.Config{}).Schema().Mutation.Fields {
		deprecated := field.Directives.ForName("deprecated")
		takesInput := len(field.Arguments) == 1 && field.Arguments[0].Name == "input"
		if takesInput == (deprecated != nil) {
			t.Errorf("%s: takes one input: %t, deprecated: %t", field.Name, takesInput, deprecated != nil)
		}
		if deprecated == nil {
			continue
		}
		reason := deprecated.Arguments.ForName("reason").Value.Raw
		if want := "Use `" + took[field.Name] + "`. Answered until 2027-12-31."; reason != want {
			t.Errorf("%s: %s, want %s", field.Name, reason, want)
		}
	}
	facts := writtenFacts(t, worlds[0].db)
	for i, s := range worlds[1:] {
		if writtenFacts(t, s.db) != facts {
			t.Errorf("world %d has other facts", i+1)
		}
	}
	mustVerify(t, worlds[0].db)
}
