package acceptance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/graph/generated"
	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// faultyWrite is a mutation with an input of several faults.
type faultyWrite struct {
	name      string
	arguments string         // with their types: $id: ID!, …; each is given as the argument of its name
	given     map[string]any // faulty
	code      string         // what the first of the faults gives
	problems  []string       // path, code
	mended    map[string]any // what mends them
}

func (f *faultyWrite) document() string {
	var passed []string
	for _, argument := range strings.Split(f.arguments, ", ") {
		name, _, _ := strings.Cut(strings.TrimPrefix(argument, "$"), ":")
		passed = append(passed, name+": $"+name)
	}
	return fmt.Sprintf("mutation(%s) { %s(%s) { __typename } }", f.arguments, f.name, strings.Join(passed, ", "))
}

// written is the same with the values in the document.
func (f *faultyWrite) written(given map[string]any) string {
	var passed []string
	for name, value := range given {
		passed = append(passed, name+": "+inDocument(name, value))
	}
	return fmt.Sprintf("mutation { %s(%s) { __typename } }", f.name, strings.Join(passed, ", "))
}

// inDocument writes a value of an argument as documents do; those of enums as words.
func inDocument(name string, value any) string {
	switch value := value.(type) {
	case map[string]any:
		var fields []string
		for name, of := range value {
			fields = append(fields, name+": "+inDocument(name, of))
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case []string:
		var items []string
		for _, item := range value {
			items = append(items, inDocument("", item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case string:
		if name == "kind" || name == "attribute" || name == "reliefClass" || name == "severity" ||
			name == "result" && value != "" && strings.ToUpper(value) == value {
			return value
		}
		return fmt.Sprintf("%q", value)
	}
	return fmt.Sprint(value)
}

func problemsIn(t *testing.T, r *reply) (listed []string) {
	t.Helper()
	if len(r.Errors) != 1 {
		t.Errorf("%d errors: %+v", len(r.Errors), r.Errors)
		return nil
	}
	problems, _ := r.Errors[0].Extensions["problems"].([]any)
	for _, one := range problems {
		p := one.(map[string]any)
		path := strings.Trim(strings.ReplaceAll(fmt.Sprint(p["path"]), " ", "."), "[]")
		listed = append(listed, path+" "+p["code"].(string))
		if p["message"].(string) == "" {
			t.Errorf("no message: %v", p)
		}
		if remedy, _ := p["remedy"].(string); remedy == "" {
			t.Errorf("no remedy: %v", p)
		}
	}
	return listed
}

// checkPaths checks that the problems of a mutation lead to values of its arguments: each
// name is of an argument, then of a field of its input, each number of a place in a list.
func checkPaths(t testing.TB, answered []any, problems any) {
	t.Helper()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	if len(answered) == 0 || schema.Mutation.Fields.ForName(fmt.Sprint(answered[0])) == nil {
		return // of variables, or under another name
	}
	listed, _ := problems.([]any)
	for _, one := range listed {
		p := one.(map[string]any)
		var of *ast.Type
		for n, step := range p["path"].([]any) {
			name, named := step.(string)
			switch {
			case n == 0:
				if argument := schema.Mutation.Fields.ForName(fmt.Sprint(answered[0])).Arguments.ForName(name); argument != nil {
					of = argument.Type
					continue
				}
			case !named && of.Elem != nil:
				of = of.Elem
				continue
			case named && schema.Types[of.NamedType] != nil:
				if field := schema.Types[of.NamedType].Fields.ForName(name); field != nil {
					of = field.Type
					continue
				}
			}
			if !strings.HasPrefix(fmt.Sprint(p["message"]), "unknown field") {
				t.Errorf("the path %v of %v leads to no value of its arguments: %v", p["path"], answered[0], p["message"])
			}
			break
		}
	}
}

func sameList(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

// TestAllProblems: a write of several faults tells them all at once, those of the
// rules beside those of values that cannot be read, and writes nothing; who mends what
// it told is done.
func TestAllProblems(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	type v = map[string]any
	register := func(ref, attribute string) any {
		return at(t, s.data(registerMutation, v{"input": v{
			"ref": ref, "publisherCode": "533102102", "entryCode": "1.1", "title": "通知", "attribute": attribute, "formedOn": "2026-09-01",
		}}), "registerDisclosure", "disclosure", "id")
	}
	document, secret, published := register("all-1", "PROACTIVE"), register("all-2", "NOT_DISCLOSED"), register("all-3", "PROACTIVE")
	s.data(publishMutation, v{"id": published, "on": "2026-10-09"})
	concern := v{"ref": "all-c", "publisherCode": "533102102", "title": "关切", "detectedAt": "2026-11-20T08:00:00+08:00"}
	s.data(`mutation($input: ConcernInput!) { registerConcern(input: $input) { closedGap } }`, v{"input": concern})
	long := strings.Repeat("长", 5001)
	orders := func(names ...string) {
		for _, name := range names {
			s.data(`mutation($input: IssueOrderInput!) { issueOrder(input: $input) { order { ref } } }`, v{"input": v{
				"ref": name, "issuerCode": "CN", "publisherCode": "533102102", "kind": "URGE", "text": "请办", "workingDays": 9,
			}})
		}
	}
	orders("all-received", "all-answered", "all-returned", "all-accepted", "all-asked", "all-granted", "all-remarked", "all-withdrawn")
	another := tokenOf(t, s.db, "another", account.Grant{Role: account.Clerk, NodeCode: "5331", From: calendar.Date(2026, 1, 1)})
	for _, step := range []string{
		`answerOrder(input: {ref: "all-returned", text: "已办"}) { order { ref } }`,
		`askExtension(input: {ref: "all-granted", newDueOn: "2026-12-30", text: "请延"}) { order { ref } }`,
		`askExemption(input: {ref: "all-x", publisherCode: "533102102", entryCode: "1.3", from: "2030-01-01", reason: "停办"}) { closedGap }`,
	} {
		if r := s.askWith(another, "mutation { "+step+" }", nil); r.code() != "" {
			t.Fatal(r.Errors)
		}
	}

	writes := []faultyWrite{
		{
			"registerDisclosure", "$input: RegisterDisclosureInput!",
			v{"input": v{
				"ref":           "r 1",
				"publisherCode": "nowhere",
				"entryCode":     "99.9",
				"title":         " ",
				"attribute":     "PROACTIVE",
				"formedOn":      "2026-13-45",
				"period":        "soon",
				"url":           long,
				"publishedOn":   "2030-02-30",
			}},
			"INVALID_INPUT",
			[]string{
				"input.formedOn INVALID_INPUT", "input.publishedOn INVALID_INPUT", "input.ref INVALID_INPUT", "input.title INVALID_INPUT",
				"input.url INVALID_INPUT", "input.publisherCode NOT_FOUND", "input.entryCode NOT_FOUND", "input.period INVALID_INPUT",
			},
			v{"input": v{
				"ref":           "r1",
				"publisherCode": "533102102",
				"entryCode":     "1.1",
				"title":         "通知",
				"attribute":     "PROACTIVE",
				"formedOn":      "2026-10-01",
				"period":        "2026",
				"url":           "https://example.org/",
				"publishedOn":   "2026-10-05",
			}},
		},
		{
			"publishDisclosure", "$id: ID!, $publishedOn: Date!, $url: String, $channel: String",
			v{"id": "garbled", "publishedOn": "yesterday", "url": long, "channel": "\u202e"},
			"INVALID_INPUT",
			[]string{"publishedOn INVALID_INPUT", "id NOT_FOUND", "channel INVALID_INPUT", "channel INVALID_INPUT", "url INVALID_INPUT"},
			v{"id": document, "publishedOn": "2026-10-10", "url": "https://example.org/", "channel": "政府网站"},
		},
		{
			"withdrawDisclosure", "$id: ID!, $withdrawnOn: Date!",
			v{"id": "garbled", "withdrawnOn": "1812-01-01"},
			"INVALID_INPUT",
			[]string{"withdrawnOn INVALID_INPUT", "id NOT_FOUND"},
			v{"id": published, "withdrawnOn": "2026-11-01"},
		},
		{
			"issueDisclosure", "$id: ID!, $issuedOn: Date!",
			v{"id": "garbled", "issuedOn": ""},
			"INVALID_INPUT",
			[]string{"issuedOn INVALID_INPUT", "id NOT_FOUND"},
			v{"id": document, "issuedOn": "2026-10-01"},
		},
		{
			"orderInterpretation", "$id: ID!",
			v{"id": "garbled"},
			"NOT_FOUND",
			[]string{"id NOT_FOUND"},
			v{"id": document},
		},
		{
			"reviewDisclosure", "$id: ID!, $reviewedOn: Date!, $result: ReviewResult!, $consulted: String",
			v{"id": "garbled", "reviewedOn": "2026-02-30", "result": "KEEP", "consulted": long},
			"INVALID_INPUT",
			[]string{"reviewedOn INVALID_INPUT", "id NOT_FOUND", "consulted INVALID_INPUT"},
			v{"id": secret, "reviewedOn": "2026-10-01", "result": "KEEP", "consulted": "办公室"},
		},
		{
			"recordSecrecyReview", "$id: ID!, $reviewedOn: Date!, $reviewedBy: String!, $result: String!",
			v{"id": document, "reviewedOn": "2026-12-24", "reviewedBy": " ", "result": ""},
			"INVALID_INPUT",
			[]string{"reviewedBy INVALID_INPUT", "result INVALID_INPUT", "reviewedOn INVALID_INPUT", "id INVALID_INPUT"},
			v{"id": secret, "reviewedOn": "2026-10-01", "reviewedBy": "办公室", "result": "同意"},
		},
		{
			"publishDocument", "$input: PublishDocumentInput!",
			v{"input": v{"id": "garbled", "publishedOn": "yesterday", "url": long, "channel": "\u202e"}},
			"INVALID_INPUT",
			[]string{
				"input.publishedOn INVALID_INPUT", "input.id NOT_FOUND", "input.channel INVALID_INPUT", "input.channel INVALID_INPUT",
				"input.url INVALID_INPUT",
			},
			v{"input": v{"ref": "all-1", "publishedOn": "2026-10-10", "url": "https://example.org/", "channel": "政府网站"}},
		},
		{
			"withdrawDocument", "$input: WithdrawDocumentInput!",
			v{"input": v{"ref": "nothing", "withdrawnOn": "1812-01-01"}},
			"INVALID_INPUT",
			[]string{"input.withdrawnOn INVALID_INPUT", "input.ref NOT_FOUND"},
			v{"input": v{"ref": "all-3", "withdrawnOn": "2026-11-01"}},
		},
		{
			"issueDocument", "$input: IssueDocumentInput!",
			v{"input": v{"issuedOn": ""}},
			"INVALID_INPUT",
			[]string{"input.issuedOn INVALID_INPUT", "input.ref INVALID_INPUT"},
			v{"input": v{"id": document, "issuedOn": "2026-10-01"}},
		},
		{
			"requireInterpretation", "$input: RequireInterpretationInput!",
			v{"input": v{"id": document, "ref": "all-1"}},
			"INVALID_INPUT",
			[]string{"input.ref INVALID_INPUT"},
			v{"input": v{"ref": "all-1"}},
		},
		{
			"reviewDocument", "$input: ReviewDocumentInput!",
			v{"input": v{"id": "garbled", "ref": "all-2", "reviewedOn": "2026-02-30", "result": "KEEP", "consulted": long}},
			"INVALID_INPUT",
			[]string{"input.reviewedOn INVALID_INPUT", "input.ref INVALID_INPUT", "input.consulted INVALID_INPUT"},
			v{"input": v{"ref": "all-2", "reviewedOn": "2026-10-01", "result": "KEEP", "consulted": "办公室"}},
		},
		{
			"reviewDocumentSecrecy", "$input: ReviewDocumentSecrecyInput!",
			v{"input": v{"ref": "all-1", "reviewedOn": "2026-12-24", "reviewedBy": " ", "result": ""}},
			"INVALID_INPUT",
			[]string{
				"input.reviewedBy INVALID_INPUT", "input.result INVALID_INPUT", "input.reviewedOn INVALID_INPUT", "input.ref INVALID_INPUT",
			},
			v{"input": v{"id": secret, "reviewedOn": "2026-10-01", "reviewedBy": "办公室", "result": "同意"}},
		},
		{
			"registerConcern",
			"$input: ConcernInput!",
			v{"input": v{"ref": "", "publisherCode": "", "title": "\u2800", "detectedAt": "today"}},
			"INVALID_INPUT",
			[]string{
				"input.detectedAt INVALID_INPUT",
				"input.ref INVALID_INPUT",
				"input.title INVALID_INPUT",
				"input.publisherCode INVALID_INPUT",
			},
			v{"input": v{"ref": "rc", "publisherCode": "533102102", "title": "关切", "detectedAt": "2026-11-20T08:00:00+08:00"}},
		},
		{
			"answerConcern", "$ref: String!, $respondedAt: DateTime!, $responseRef: String",
			v{"ref": "nothing", "respondedAt": "1912-01-01T00:00:00+08:00", "responseRef": "a b"},
			"NOT_FOUND",
			[]string{"ref NOT_FOUND", "respondedAt INVALID_INPUT", "responseRef INVALID_INPUT"},
			v{"ref": "all-c", "respondedAt": "2026-11-21T00:00:00+08:00", "responseRef": "a-b"},
		},
		{
			"escalateConcern", "$ref: String!, $to: String!",
			v{"ref": "nothing", "to": " "},
			"NOT_FOUND",
			[]string{"ref NOT_FOUND", "to INVALID_INPUT"},
			v{"ref": "all-c", "to": "州应急管理局"},
		},
		{
			"respondToConcern", "$input: RespondToConcernInput!",
			v{"input": v{"ref": "nothing", "respondedAt": "1912-01-01T00:00:00+08:00", "responseRef": "a b"}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.respondedAt INVALID_INPUT", "input.responseRef INVALID_INPUT"},
			v{"input": v{"ref": "all-c", "respondedAt": "2026-11-21T00:00:00+08:00", "responseRef": "a-b"}},
		},
		{
			"recordEscalation", "$input: RecordEscalationInput!",
			v{"input": v{"ref": "nothing", "escalatedTo": " "}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.escalatedTo INVALID_INPUT"},
			v{"input": v{"ref": "all-c", "escalatedTo": "州应急管理局"}},
		},
		{
			"recordReliefMovement", "$input: ReliefMovementInput!",
			v{"input": v{
				"ref": "m\t", "kind": "ALLOCATION", "fromCode": "5331", "toCode": "53", "reliefClass": "DROUGHT", "funds": "a lot",
				"goodsUnit": long, "goodsQuantity": "1.23456", "occurredOn": "31.12.2026", "households": -1, "eventRef": "a b",
			}},
			"INVALID_INPUT",
			[]string{
				"input.occurredOn INVALID_INPUT", "input.funds INVALID_INPUT", "input.goodsQuantity INVALID_INPUT",
				"input.eventRef INVALID_INPUT", "input.goodsUnit INVALID_INPUT", "input.goodsItem INVALID_INPUT",
				"input.households INVALID_INPUT", "input.toCode INVALID_INPUT",
			},
			v{"input": v{
				"ref":           "m",
				"kind":          "ALLOCATION",
				"fromCode":      "5331",
				"toCode":        "533102",
				"reliefClass":   "DROUGHT",
				"funds":         "1000",
				"goodsItem":     "棉被",
				"goodsUnit":     "床",
				"goodsQuantity": "1.234",
				"occurredOn":    "2026-11-01",
				"households":    1,
				"eventRef":      "ab",
			}},
		},
		{
			"issueOrder", "$input: IssueOrderInput!",
			v{"input": v{
				"ref": "o 1", "issuerCode": "nowhere", "publisherCode": "elsewhere", "kind": "URGE", "entryCodes": "99.9", "text": " ",
				"basis": long, "workingDays": 0,
			}},
			"INVALID_INPUT",
			[]string{
				"input.ref INVALID_INPUT", "input.issuerCode NOT_FOUND", "input.publisherCode NOT_FOUND", "input.entryCodes NOT_FOUND",
				"input.text INVALID_INPUT", "input.basis INVALID_INPUT", "input.workingDays INVALID_INPUT",
			},
			v{"input": v{
				"ref": "demanded", "issuerCode": "CN", "publisherCode": "533102102", "kind": "URGE", "entryCodes": "1.1", "text": "请公开",
				"basis": "《要点》", "workingDays": 10,
			}},
		},
		{
			"receiveOrder", "$input: ReceiveOrderInput!",
			v{"input": v{"ref": "nothing"}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND"},
			v{"input": v{"ref": "demanded"}},
		},
		{
			"answerOrder", "$input: AnswerOrderInput!",
			v{"input": v{"ref": "nothing", "text": " ", "disclosureRefs": "a b"}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT", "input.disclosureRefs INVALID_INPUT"},
			v{"input": v{"ref": "demanded", "text": "已公开", "disclosureRefs": "demo-1609"}},
		},
		{
			"returnOrder", "$input: ReturnOrderInput!",
			v{"input": v{"ref": "nothing", "text": "", "workingDays": 0}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT", "input.workingDays INVALID_INPUT"},
			v{"input": v{"ref": "demanded", "text": "材料不全", "workingDays": 5}},
		},
		{
			"askExtension", "$input: AskExtensionInput!",
			v{"input": v{"ref": "nothing", "newDueOn": "2026-13-01", "text": ""}},
			"INVALID_INPUT",
			[]string{"input.newDueOn INVALID_INPUT", "input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "demanded", "newDueOn": "2027-01-08", "text": "尚在核查"}},
		},
		{ // another account asked for the extension
			"decideExtension", "$input: DecideExtensionInput!",
			v{"input": v{"ref": "nothing", "granted": true, "newDueOn": "soon", "text": long}},
			"INVALID_INPUT",
			[]string{"input.newDueOn INVALID_INPUT", "input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "demo-order-05", "granted": true, "newDueOn": "2026-12-10", "text": "同意"}},
		},
		{
			"remarkOnOrder", "$input: RemarkOnOrderInput!",
			v{"input": v{"ref": "nothing", "text": ""}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "demanded", "text": "备注"}},
		},
		{ // another gave the answer
			"acceptOrder", "$input: AcceptOrderInput!",
			v{"input": v{"ref": "nothing", "text": long}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "demo-order-10", "text": "同意"}},
		},
		{
			"withdrawOrder", "$input: WithdrawOrderInput!",
			v{"input": v{"ref": "nothing", "text": ""}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "demanded", "text": "误发"}},
		},
		{
			"askExemption", "$input: AskExemptionInput!",
			v{"input": v{
				"ref": "x 1", "publisherCode": "nowhere", "entryCode": "99.9", "from": "2026-13-01", "to": "2026-01-01", "reason": " ",
			}},
			"INVALID_INPUT",
			[]string{
				"input.from INVALID_INPUT", "input.ref INVALID_INPUT", "input.publisherCode NOT_FOUND", "input.entryCode NOT_FOUND",
				"input.reason INVALID_INPUT",
			},
			v{"input": v{
				"ref":           "asked",
				"publisherCode": "533102102",
				"entryCode":     "1.1",
				"from":          "2026-12-01",
				"to":            "2026-12-31",
				"reason":        "机构改革",
			}},
		},
		{
			"decideExemption", "$input: DecideExemptionInput!",
			v{"input": v{"ref": "nothing", "granted": false, "reason": long}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.reason INVALID_INPUT"},
			v{"input": v{"ref": "demo-ex-06", "granted": false, "reason": "不同意"}},
		},
		{
			"addNews", "$input: NewsInput!",
			v{"input": v{
				"ref": "", "publisherCode": "nowhere", "entryCode": "99.9", "title": "", "summary": long, "publishedAt": "2026-11-24",
				"tags": "a;b",
			}},
			"INVALID_INPUT",
			[]string{
				"input.publishedAt INVALID_INPUT", "input.ref INVALID_INPUT", "input.title INVALID_INPUT", "input.summary INVALID_INPUT",
				"input.tags INVALID_INPUT", "input.publisherCode NOT_FOUND", "input.entryCode NOT_FOUND",
			},
			v{"input": v{
				"ref": "rn", "publisherCode": "533102102", "entryCode": "5.1", "title": "动态", "summary": "摘要",
				"publishedAt": "2026-11-24T00:00:00+08:00", "tags": "ab",
			}},
		},
		{
			"issueOrder", "$input: IssueOrderInput!",
			v{"input": v{
				"ref":           "o 1",
				"issuerCode":    "nowhere",
				"publisherCode": "nowhere",
				"kind":          "URGE",
				"entryCodes":    []string{"99.9"},
				"text":          " ",
				"basis":         long,
				"workingDays":   0,
			}},
			"INVALID_INPUT",
			[]string{
				"input.ref INVALID_INPUT", "input.issuerCode NOT_FOUND", "input.publisherCode NOT_FOUND", "input.entryCodes NOT_FOUND",
				"input.text INVALID_INPUT", "input.basis INVALID_INPUT", "input.workingDays INVALID_INPUT",
			},
			v{"input": v{
				"ref": "o1", "issuerCode": "CN", "publisherCode": "533102102", "kind": "URGE", "entryCodes": []string{"1.1"}, "text": "请办",
				"basis": "通知", "workingDays": 1,
			}},
		},
		{
			"receiveOrder", "$input: ReceiveOrderInput!",
			v{"input": v{"ref": "nothing"}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND"},
			v{"input": v{"ref": "all-received"}},
		},
		{
			"answerOrder", "$input: AnswerOrderInput!",
			v{"input": v{"ref": "nothing", "text": " ", "disclosureRefs": []string{"a b"}}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT", "input.disclosureRefs INVALID_INPUT"},
			v{"input": v{"ref": "all-answered", "text": "已办", "disclosureRefs": []string{"all-1"}}},
		},
		{
			"returnOrder", "$input: ReturnOrderInput!",
			v{"input": v{"ref": "nothing", "text": " ", "workingDays": 0}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT", "input.workingDays INVALID_INPUT"},
			v{"input": v{"ref": "all-returned", "text": "再办", "workingDays": 3}},
		},
		{
			"acceptOrder", "$input: AcceptOrderInput!",
			v{"input": v{"ref": "nothing", "text": long}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "all-accepted", "text": "办结"}},
		},
		{
			"askExtension", "$input: AskExtensionInput!",
			v{"input": v{"ref": "nothing", "newDueOn": "soon", "text": " "}},
			"INVALID_INPUT",
			[]string{"input.newDueOn INVALID_INPUT", "input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "all-asked", "newDueOn": "2026-12-30", "text": "请延"}},
		},
		{
			"decideExtension", "$input: DecideExtensionInput!",
			v{"input": v{"ref": "nothing", "granted": true, "newDueOn": "soon", "text": long}},
			"INVALID_INPUT",
			[]string{"input.newDueOn INVALID_INPUT", "input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "all-granted", "granted": true, "newDueOn": "2026-12-29", "text": "同意"}},
		},
		{
			"remarkOnOrder", "$input: RemarkOnOrderInput!",
			v{"input": v{"ref": "nothing", "text": " "}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "all-remarked", "text": "备注"}},
		},
		{
			"withdrawOrder", "$input: WithdrawOrderInput!",
			v{"input": v{"ref": "nothing", "text": " "}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.text INVALID_INPUT"},
			v{"input": v{"ref": "all-withdrawn", "text": "有误"}},
		},
		{
			"askExemption",
			"$input: AskExemptionInput!",
			v{
				"input": v{
					"ref":           "x 1",
					"publisherCode": "nowhere",
					"entryCode":     "99.9",
					"from":          "2030-01-01",
					"to":            "2029-01-01",
					"reason":        " ",
				},
			},
			"INVALID_INPUT",
			[]string{
				"input.ref INVALID_INPUT", "input.publisherCode NOT_FOUND", "input.entryCode NOT_FOUND", "input.to INVALID_INPUT",
				"input.reason INVALID_INPUT",
			},
			v{"input": v{
				"ref": "x1", "publisherCode": "533102102", "entryCode": "1.3", "from": "2030-01-01", "to": "2031-01-01", "reason": "停办",
			}},
		},
		{
			"decideExemption", "$input: DecideExemptionInput!",
			v{"input": v{"ref": "nothing", "granted": true, "reason": long}},
			"NOT_FOUND",
			[]string{"input.ref NOT_FOUND", "input.reason INVALID_INPUT"},
			v{"input": v{"ref": "all-x", "granted": true, "reason": "属实"}},
		},
	}
	covered := map[string]bool{}
	for _, write := range writes {
		covered[write.name] = true
		for how, r := range map[string]*reply{
			"variables": s.ask(write.document(), write.given), "document": s.ask(write.written(write.given), nil),
		} {
			if listed := problemsIn(t, r); r.code() != write.code || !sameList(listed, write.problems) {
				t.Errorf("%s by %s: %s %q, want %q: %+v", write.name, how, r.code(), listed, write.problems, r.Errors)
			}
			if r.Data == nil || r.Data[write.name] != nil {
				t.Errorf("%s by %s: %v", write.name, how, r.Data)
			}
		}
		if r := s.ask(write.document(), write.mended); len(r.Errors) > 0 {
			t.Errorf("%s mended: %+v", write.name, r.Errors)
		}
	}
	for _, field := range generated.NewExecutableSchema(generated.Config{}).Schema().Mutation.Fields {
		if !covered[field.Name] && !slices.Contains(ofAccounts, field.Name) { // TestManaging
			t.Errorf("%s has no faulty input here", field.Name)
		}
	}
	mustVerify(t, s.db)
}

// TestProblemsBesideMisfits: variables that do not fit the schema are told all at
// once, beside what is wrong with those that do; nothing is executed, also of the
// mutations beside.
func TestProblemsBesideMisfits(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	input := map[string]any{
		"kind": "GIFT", "fromCode": "nowhere", "reliefClass": "drought", "occurredOn": "2026-11-31", "persons": "many",
		"unheard": true, "goodsUnit": strings.Repeat("u", 201), "funds": "x",
	}
	const two = `mutation($input: ReliefMovementInput!, $item: NewsInput!) {
		recordReliefMovement(input: $input) { __typename }
		addNews(input: $item) { __typename }
	}`
	item := map[string]any{"ref": "beside-misfits", "publisherCode": "533102102", "title": "t", "publishedAt": "2026-11-20T08:00:00+08:00"}
	r := s.ask(two, map[string]any{"input": input, "item": item})
	listed := problemsIn(t, r)
	want := []string{
		"input.unheard INVALID_INPUT", "input.ref INVALID_INPUT", "input.kind INVALID_INPUT", "input.reliefClass INVALID_INPUT",
		"input.persons INVALID_INPUT", "input.occurredOn INVALID_INPUT", "input.funds INVALID_INPUT", "input.goodsUnit INVALID_INPUT",
		"input.fromCode NOT_FOUND",
	}
	has := map[string]bool{}
	for _, one := range listed {
		has[one] = true
	}
	for _, one := range want {
		if !has[one] {
			t.Errorf("%s is not told", one)
		}
	}
	if r.Data != nil || r.code() != "INVALID_INPUT" || r.Errors[0].Extensions["field"] != "input" {
		t.Errorf("%v %+v", r.Data, r.Errors)
	}
	if len(listed) != len(has) {
		t.Errorf("told twice: %q", listed)
	}
	if found := s.data(
		`{ administrativeNode(code: "533102102") { news(first: 100) { edges { node { ref } } } } }`,
		nil,
	); strings.Contains(
		fmt.Sprint(found),
		"beside-misfits",
	) {
		t.Error("a mutation beside was executed")
	}
	// With the same faults mended nothing is left but what was not told of goods.
	mended := maps.Clone(input)
	delete(mended, "unheard")
	for name, value := range map[string]any{
		"ref": "five", "kind": "DISTRIBUTION", "fromCode": "533102", "reliefClass": "DROUGHT", "occurredOn": "2026-11-30", "persons": 5,
		"goodsUnit": nil, "funds": "5",
	} {
		mended[name] = value
	}
	s.data(two, map[string]any{"input": mended, "item": item})
}

// TestTakenRefBesideProblems: that a ref stands for something else is told beside
// other faults, where it does however they are mended.
func TestTakenRefBesideProblems(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	item := map[string]any{"ref": "taken", "publisherCode": "533102102", "title": "一", "publishedAt": "2026-11-20T08:00:00+08:00"}
	const add = `mutation($input: NewsInput!) { addNews(input: $input) { __typename } }`
	s.data(add, map[string]any{"input": item})
	item["publishedAt"] = "soon"
	if listed := problemsIn(t, s.ask(add, map[string]any{"input": item})); !sameList(listed, []string{"input.publishedAt INVALID_INPUT"}) {
		t.Errorf("%q", listed)
	}
	item["title"] = "二"
	if listed := problemsIn(t, s.ask(add, map[string]any{"input": item})); !sameList(
		listed,
		[]string{"input.publishedAt INVALID_INPUT", "input.ref CONFLICT"},
	) {
		t.Errorf("%q", listed)
	}
	item["publishedAt"] = "2026-11-20T08:00:00+08:00"
	if listed := problemsIn(t, s.ask(add, map[string]any{"input": item})); !sameList(listed, []string{"input.ref CONFLICT"}) {
		t.Errorf("%q", listed)
	}
}

// TestProblemsOfEach: of several mutations of a request, also within fragments, each
// tells what is wrong with its own input; one that has no fault writes, and the
// document is as it was for the next who asks it.
func TestProblemsOfEach(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	const several = `mutation($item: NewsInput!, $at: DateTime!, $skipped: Boolean!) {
		__typename
		fine: addNews(input: $item) { news { ref } }
		first: answerConcern(ref: "nothing", respondedAt: $at) { closedGap }
		...rest
		left: answerConcern(ref: "nothing", respondedAt: "never") @skip(if: $skipped) { closedGap }
	}
	fragment rest on Mutation { second: addNews(input: {ref: "each-2", publisherCode: "533102102", title: "", publishedAt: $at}) { closedGap } }`
	item := map[string]any{"ref": "each-1", "publisherCode": "533102102", "title": "t", "publishedAt": "2026-11-20T08:00:00+08:00"}
	for range 2 {
		r := s.ask(several, map[string]any{"item": item, "at": "soon", "skipped": true})
		if len(r.Errors) != 2 || r.Errors[0].Path[0] != "first" || r.Errors[1].Path[0] != "second" {
			t.Fatalf("%+v", r.Errors)
		}
		for i, want := range []string{"[respondedAt] [ref]", "[input publishedAt] [input title]"} {
			var paths []string
			for _, one := range r.Errors[i].Extensions["problems"].([]any) {
				paths = append(paths, fmt.Sprint(one.(map[string]any)["path"]))
			}
			if got := strings.Join(paths, " "); got != want {
				t.Errorf("%v: %s, want %s", r.Errors[i].Path, got, want)
			}
		}
		if at(t, r.Data, "fine", "news", "ref") != "each-1" || r.Data["first"] != nil || r.Data["second"] != nil {
			t.Errorf("%v", r.Data)
		}
	}
	r := s.ask(several, map[string]any{"item": item, "at": "2026-11-20T08:00:00+08:00", "skipped": true})
	if len(r.Errors) != 2 || r.code() != "NOT_FOUND" || r.Errors[1].Extensions["rule"] != "missing" {
		t.Errorf("%+v", r.Errors)
	}
}
