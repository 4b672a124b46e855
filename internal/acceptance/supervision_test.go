package acceptance

import (
	"fmt"
	"testing"
)

// TestConcerns: a concern of the public is registered, counts its hours, is
// reported upwards, and its answer closes the gap.
func TestConcerns(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	const register = `mutation($input: ConcernInput!) { registerConcern(input: $input) { concern { id ref answerBy hoursLeft } cell { status } closedGap } }`
	input := map[string]any{
		"ref":           "q1",
		"publisherCode": "533102102",
		"title":         "群众反映救助款未到账",
		"severity":      "MAJOR",
		"detectedAt":    "2026-11-20T21:30:00+08:00",
	}
	concern := at(t, s.data(register, map[string]any{"input": input}), "registerConcern", "concern").(map[string]any)
	// The clock stands at noon of 24 November: 24 hours ended on the 21st at 21:30.
	if concern["answerBy"] != "2026-11-21T21:30:00+08:00" || concern["hoursLeft"] != -62.5 {
		t.Errorf("%v", concern)
	}
	again := s.data(register, map[string]any{"input": input})
	if at(t, again, "registerConcern", "concern", "id") != concern["id"] {
		t.Error("the same concern is another one")
	}
	input["title"] = "另一件事"
	if r := s.ask(register, map[string]any{"input": input}); r.code() != "CONFLICT" {
		t.Errorf("%+v", r.Errors)
	}
	// Instants are kept to the microsecond, so the same finer one is the same.
	fine := map[string]any{
		"ref":           "q2",
		"publisherCode": "530523",
		"title":         "另一件事",
		"severity":      "NORMAL",
		"detectedAt":    "2026-11-20T21:30:00.123456789+08:00",
	}
	for range 2 {
		s.data(register, map[string]any{"input": fine})
	}
	const duties = `{ cell(publisher: "533102102", entry: "1.6") { status duties { kind title openedOn dueOn dueAt fulfilledOn } }
		gap: gaps(code: "533102102", filter: {entries: ["1.6"]}) { edges { node { status explanation(locale: ZH) reason { rule dueOn } } } } }`
	duty := func() map[string]any {
		for _, duty := range at(t, s.data(duties, nil), "cell", "duties").([]any) {
			if duty := duty.(map[string]any); duty["kind"] == "RESPONSE" && duty["openedOn"] == "2026-11-20" {
				return duty
			}
		}
		return nil
	}
	if d := duty(); d["dueOn"] != "2026-11-21" || d["dueAt"] != "2026-11-21T21:30:00+08:00" || d["fulfilledOn"] != nil ||
		d["title"] != "群众反映救助款未到账" {
		t.Errorf("%v", d)
	}
	escalated := s.data(
		`mutation { escalateConcern(ref: "q1", to: "瑞丽市应急管理局") { concern { escalatedTo escalation { node { code } body department { code } } } } }`,
		nil,
	)
	const escalate = `mutation($to: String!) { escalateConcern(ref: "q1", to: $to) { concern { escalatedTo } } }`
	s.data(escalate, map[string]any{"to": " 瑞丽市应急管理局\u3000"}) // the same again
	if r := s.ask(escalate, map[string]any{"to": "德宏州应急管理局"}); r.code() != "CONFLICT" {
		t.Errorf("reported to another body: %+v", r.Errors)
	}
	steps := at(t, escalated, "escalateConcern", "concern", "escalation").([]any)
	found := false
	for _, step := range steps {
		found = found ||
			at(t, step, "node", "code") == "533102" && at(t, step, "body") == "EMERGENCY_MANAGEMENT" &&
				at(t, step, "department", "code") == "533102/yjglj"
	}
	if !found || len(steps)%4 != 0 || at(t, steps[0], "node", "code") != "533102102" {
		t.Errorf("%v", steps)
	}
	if r := s.ask(
		`mutation { answerConcern(ref: "q1", respondedAt: "2026-11-20T20:00:00+08:00") { closedGap } }`,
		nil,
	); r.code() != "INVALID_INPUT" {
		t.Errorf("answered before it was detected: %+v", r.Errors)
	}
	s.data(
		`mutation { answerConcern(ref: "q1", respondedAt: "2026-11-21T09:00:00+08:00") { closedGap concern { hoursLeft respondedAt } } }`,
		nil,
	)
	if d := duty(); d["fulfilledOn"] != "2026-11-21" {
		t.Errorf("%v", d)
	}
	if r := s.ask(
		`mutation { answerConcern(ref: "q1", respondedAt: "2026-11-22T09:00:00+08:00") { closedGap } }`,
		nil,
	); r.code() != "CONFLICT" {
		t.Errorf("answered twice: %+v", r.Errors)
	}
	if r := s.ask(
		`mutation { answerConcern(ref: "unknown", respondedAt: "2026-11-22T09:00:00+08:00") { closedGap } }`,
		nil,
	); r.code() != "NOT_FOUND" {
		t.Errorf("%+v", r.Errors)
	}
	list := s.data(`{ concerns(code: "533102", open: false) { edges { node { ref hoursLeft(at: "2026-11-20T22:00:00+08:00") } } } }`, nil)
	if edges := at(t, list, "concerns", "edges").([]any); at(t, edges[0], "node", "ref") != "q1" ||
		at(t, edges[0], "node", "hoursLeft") != 23.5 {
		t.Errorf("%v", edges)
	}
	for _, open := range at(t, s.data(`{ concerns(code: "533102", open: true) { edges { node { ref } } } }`, nil), "concerns", "edges").([]any) {
		if at(t, open, "node", "ref") == "q1" {
			t.Error("an answered concern is open")
		}
	}
	mustVerify(t, s.db)
}

// TestDrafting: a document that is not to be disclosed is reviewed before it is
// issued, is looked at each year, and is published once a review says so.
func TestDrafting(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	registered := s.data(
		`mutation { registerDisclosure(input: {ref: "draft", publisherCode: "533102102", entryCode: "1.1", title: "草拟文件", attribute: NOT_DISCLOSED, formedOn: "2024-03-01"}) {
		disclosure { id mark reviews { result } secrecyReview { result } } } }`,
		nil,
	)
	id := at(t, registered, "registerDisclosure", "disclosure", "id")
	if mark := at(t, registered, "registerDisclosure", "disclosure", "mark"); mark != "此件不公开" {
		t.Errorf("marked %v", mark)
	}
	do := func(mutation string) *reply {
		return s.ask(fmt.Sprintf(mutation, id), nil)
	}
	const issue = `mutation { issueDisclosure(id: %q, issuedOn: "2024-03-05") { disclosure { issuedOn } } }`
	if r := do(issue); r.code() != "INVALID_INPUT" || r.Errors[0].Extensions["rule"] != "issued-without-secrecy-review" {
		t.Errorf("issued without its review: %+v", r.Errors)
	}
	tasks := func() (found bool) {
		for _, edge := range at(t, s.data(`{ openTasks(code: "533102102") { edges { node { disclosure { ref } issued } } } }`, nil), "openTasks", "edges").([]any) {
			found = found || at(t, edge, "node", "disclosure", "ref") == "draft"
		}
		return found
	}
	if !tasks() {
		t.Error("the review is no open task")
	}
	const secrecy = `mutation { recordSecrecyReview(id: %q, reviewedOn: "2024-03-04", reviewedBy: "政务公开办", result: "涉密，不公开") { secrecyReview { reviewedBy warnings { rule } } } }`
	for range 2 { // the same again changes nothing
		if r := do(secrecy); len(r.Errors) > 0 || len(at(t, r.Data, "recordSecrecyReview", "secrecyReview", "warnings").([]any)) > 0 {
			t.Fatalf("%v %+v", r.Data, r.Errors)
		}
	}
	if tasks() {
		t.Error("the review is an open task still")
	}
	if r := do(issue); len(r.Errors) > 0 {
		t.Errorf("%+v", r.Errors)
	}
	// What is registered as issued already is history; so may be a review's day.
	if r := s.ask(
		`mutation { registerDisclosure(input: {ref: "issued", publisherCode: "533102102", entryCode: "1.1", title: "已发文件", attribute: NOT_DISCLOSED, formedOn: "2024-03-01", issuedOn: "2024-03-05"}) { disclosure { id } warnings { rule field message remedy } } }`,
		nil,
	); len(r.Errors) > 0 ||
		at(t, r.Data, "registerDisclosure", "warnings", 0, "rule") != "registered-without-secrecy-review" ||
		at(t, r.Data, "registerDisclosure", "warnings", 0, "field") != "issuedOn" {
		t.Errorf("registered as issued without its review: %v %+v", r.Data, r.Errors)
	} else {
		late := s.data(
			`mutation($id: ID!) { recordSecrecyReview(id: $id, reviewedOn: "2024-03-06", reviewedBy: "保密办", result: "不公开") {
				secrecyReview { warnings { rule field message remedy } } } }`,
			map[string]any{"id": at(t, r.Data, "registerDisclosure", "disclosure", "id")},
		)
		warning := at(t, late, "recordSecrecyReview", "secrecyReview", "warnings", 0).(map[string]any)
		if warning["rule"] != "review-after-issue" || warning["field"] != "reviewedOn" || warning["message"] == "" ||
			warning["remedy"] == "" {
			t.Errorf("reviewed after it was issued: %v", late)
		}
	}
	if r := do(
		`mutation { recordSecrecyReview(id: %q, reviewedOn: "2026-11-25", reviewedBy: "政务公开办", result: "不公开") { secrecyReview { reviewedBy } } }`,
	); r.code() != "INVALID_INPUT" ||
		r.Errors[0].Extensions["field"] != "reviewedOn" {
		t.Errorf("reviewed for secrecy on a day to come: %+v", r.Errors)
	}
	if r := do(
		`mutation { reviewDisclosure(id: %q, reviewedOn: "2026-11-25", result: KEEP) { warnings { rule field } } }`,
	); len(r.Errors) > 0 ||
		at(t, r.Data, "reviewDisclosure", "warnings", 0, "rule") != "review-to-come" ||
		at(t, r.Data, "reviewDisclosure", "warnings", 0, "field") != "reviewedOn" {
		t.Errorf("reviewed on a day to come: %v %+v", r.Data, r.Errors)
	}
	due := func(year int) (found bool) {
		for _, edge := range at(t, s.data(fmt.Sprintf(`{ reviewsDue(code: "533102", year: %d, first: 500) { edges { node { dueOn publisher { code } disclosure { ref } review { result } } } } }`, year), nil), "reviewsDue", "edges").([]any) {
			found = found || at(t, edge, "node", "disclosure", "ref") == "draft"
		}
		return found
	}
	if due(2024) || !due(2025) || !due(2026) {
		t.Error("it is to be reviewed in each year after the one in which it was formed")
	}
	const review = `mutation { reviewDisclosure(id: %q, reviewedOn: "2025-06-02", result: DISCLOSE, consulted: "起草单位") { disclosure { mark reviews { reviewedOn result consulted } } } }`
	r := do(review)
	if len(r.Errors) > 0 || at(t, r.Data, "reviewDisclosure", "disclosure", "mark") != "此件公开发布" ||
		at(t, r.Data, "reviewDisclosure", "disclosure", "reviews", 0, "result") != "DISCLOSE" {
		t.Errorf("%v %+v", r.Data, r.Errors)
	}
	if !due(2025) || due(2026) {
		t.Error("once it is to be disclosed it is reviewed no more")
	}
	opened := false
	for _, duty := range at(t, s.data(`{ cell(publisher: "533102102", entry: "1.1") { duties { kind openedOn disclosure { ref } } } }`, nil), "cell", "duties").([]any) {
		opened = opened ||
			at(t, duty, "kind") == "DOCUMENT" && at(t, duty, "openedOn") == "2025-06-02" && at(t, duty, "disclosure", "ref") == "draft"
	}
	if !opened {
		t.Error("the review opens no duty to publish it")
	}
	if r := do(`mutation { publishDisclosure(id: %q, publishedOn: "2025-06-20") { cell { status } } }`); len(r.Errors) > 0 {
		t.Errorf("%+v", r.Errors)
	}
	if r := do(
		`mutation { orderInterpretation(id: %q) { disclosure { requiresInterpretation } } }`,
	); len(r.Errors) > 0 ||
		at(t, r.Data, "orderInterpretation", "disclosure", "requiresInterpretation") != true {
		t.Errorf("%+v", r.Errors)
	}
	interpretation := false
	for _, duty := range at(t, s.data(`{ cell(publisher: "533102102", entry: "1.1") { duties { kind openedOn dueOn } } }`, nil), "cell", "duties").([]any) {
		interpretation = interpretation || at(t, duty, "kind") == "INTERPRETATION" && at(t, duty, "openedOn") == "2025-06-20"
	}
	if !interpretation {
		t.Error("the order opens no duty to explain it")
	}
	mustVerify(t, s.db)
}
