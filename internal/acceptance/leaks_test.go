package acceptance

import (
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// secretMark stands in every text of what is hidden, and in its refs.
const secretMark = "mima"

// TestNothingHidden: every field of the schema, by the shortest way to its type, shows
// nothing that is hidden to anybody without reach, and the same questions show it to
// who has it, by the fields whose class says so.
func TestNothingHidden(t *testing.T) {
	t.Parallel()
	db := demo(t)
	unbound := func(o *server.Options) { o.Limits = unlimited() }
	trusted, s := serveTrusted(t, db, unbound), serve(t, db, unbound)
	hide(t, trusted)
	day := calendar.Date(2026, 1, 1)
	callers := map[string]map[string][]string{"nobody": nil}
	for name, grant := range map[string]account.Grant{
		"elsewhere": {Role: account.Clerk, NodeCode: "530523", Scope: account.Subtree, From: day},
		"above":     {Role: account.Supervisor, NodeCode: "5331", Scope: account.Self, From: day},
		"no-more":   {Role: account.Reviewer, NodeCode: "53", Scope: account.Subtree, From: day, To: day},
		"system":    {Role: account.SystemAdmin, From: day},
		"auditor":   {Role: account.Auditor, From: day},
	} {
		callers[name] = map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, grant)}}
	}
	shown := 0
	w := newLeakWalk(t)
	questions, classes := w.questions, shownTo{w, map[string]bool{}}
	for owner, question := range questions {
		r := trusted.ask(question, nil)
		for _, fault := range r.Errors {
			if code := fault.Extensions["code"]; code != "FORBIDDEN" && code != "UNAUTHENTICATED" {
				t.Fatalf("%s: %v\n%s", owner, fault, question)
			}
		}
		if strings.Contains(asJSON(r.Data), secretMark) {
			shown++
		}
		classes.look(owner, r.Data)
		for caller, headers := range callers {
			if caller == "auditor" && ofLog.MatchString(question) {
				continue // whose log says it
			}
			answer := s.askWith(headers, question, nil)
			if told := unpacked(asJSON(answer)); strings.Contains(told, secretMark) {
				i := strings.Index(told, secretMark)
				t.Errorf("%s is shown to %s: …%s…", owner, caller, told[max(0, i-200):min(len(told), i+80)])
			}
		}
	}
	classes.end()
	if shown < 15 || len(questions) < 80 {
		t.Errorf("%d of %d questions show what is hidden to who may see it", shown, len(questions))
	}
}

// ofLog are the fields that tell of the log.
var ofLog = regexp.MustCompile(`\b(audit|history)\b`)

var packedTexts = regexp.MustCompile(`"[A-Za-z0-9_-]{8,}"`)

// unpacked is a text with what its ids and cursors hold.
func unpacked(text string) string {
	return packedTexts.ReplaceAllStringFunc(text, func(packed string) string {
		if held, err := base64.RawURLEncoding.DecodeString(strings.Trim(packed, `"`)); err == nil {
			return packed + " " + string(held)
		}
		return packed
	})
}

// hide registers what is hidden, in every way in which something can be named by
// something else.
func hide(t *testing.T, s *service) {
	t.Helper()
	document := func(ref string, change map[string]any) {
		input := map[string]any{
			"ref":            ref,
			"publisherCode":  rightsTownship,
			"entryCode":      "1.3",
			"title":          "题" + ref,
			"documentNumber": "号" + ref,
			"indexNumber":    "索" + ref,
			"channel":        "道" + ref,
			"url":            "https://example.org/" + ref,
			"attribute":      "PROACTIVE",
			"formedOn":       "2026-09-01",
		}
		maps.Copy(input, change)
		s.data(registerMutation, map[string]any{"input": input})
	}
	document(secretMark+"-draft", nil)
	document(secretMark+"-body", map[string]any{"publisherCode": rightsBody, "entryCode": "1.1"})
	document(secretMark+"-request", map[string]any{"attribute": "ON_REQUEST", "formedOn": "2025-02-01", "publishedOn": "2026-11-01"})
	document(secretMark+"-never", map[string]any{"attribute": "NOT_DISCLOSED", "formedOn": "2026-11-01"})
	document(secretMark+"-future", map[string]any{"publishedOn": "2026-12-25"})
	document("open", map[string]any{"publishedOn": "2026-11-02", "requiresInterpretation": true, "entryCode": "1.1"})
	document(secretMark+"-explains", map[string]any{"interpretsRef": "open"})
	document("explains", map[string]any{"publishedOn": "2026-11-02", "interpretsRef": secretMark + "-draft"})
	for _, mutation := range []string{
		`reviewDocument(input: {ref: "` + secretMark + `-request", reviewedOn: "2026-11-20", result: KEEP, consulted: "问` + secretMark + `"}) { closedGap }`,
		`reviewDocumentSecrecy(input: {ref: "` + secretMark + `-never", reviewedOn: "2026-11-20", reviewedBy: "某` + secretMark + `", result: "可"}) { warnings { message } }`,
		`registerConcern(input: {ref: "concern", publisherCode: "533102102", title: "某事", detectedAt: "2026-11-20T03:00:00Z"}) { closedGap }`,
		`respondToConcern(input: {ref: "concern", respondedAt: "2026-11-23T08:00:00Z", responseRef: "` + secretMark + `-draft"}) { closedGap }`,
		`recordReliefMovement(input: {ref: "moved", kind: DONATION, toCode: "533102102", reliefClass: DROUGHT, funds: "1", occurredOn: "2026-11-20", disclosureRef: "` + secretMark + `-draft"}) { warnings { message } }`,
		`recordReliefMovement(input: {ref: "given", kind: DISTRIBUTION, fromCode: "533102102", reliefClass: DROUGHT, funds: "1", occurredOn: "2026-10-01", disclosureRef: "` + secretMark + `-future"}) { warnings { message } }`,
	} {
		s.data("mutation { "+mutation+" }", nil)
	}
	hideOrders(t, s)
}

// hideOrders issues and asks for what is hidden of orders, and what stands hidden in an
// order that everybody may see. By who reaches the issuer alone nothing of it is seen.
func hideOrders(t *testing.T, s *service) {
	t.Helper()
	from := calendar.Date(2026, 1, 1)
	as := func(name string, grants ...account.Grant) map[string][]string {
		return map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, s.db, name, grants...)}}
	}
	supervisor := as(
		"supervisor."+secretMark,
		account.Grant{Role: account.Supervisor, NodeCode: "5331", Scope: account.Subtree, From: from},
	)
	clerk := as("clerk."+secretMark, account.Grant{Role: account.Clerk, NodeCode: rightsTownship, Scope: account.Self, From: from})
	issue := func(ref, kind, text string) string {
		return fmt.Sprintf(
			`issueOrder(input: {ref: %q, issuerCode: "5331", publisherCode: %q, kind: %s, entryCodes: ["1.3"], text: "催%s", basis: "据%[4]s", workingDays: 2}) { order { ref } }`,
			ref,
			rightsTownship,
			kind,
			text,
		)
	}
	for _, step := range []struct {
		who      map[string][]string
		mutation string
	}{
		{supervisor, issue(hiddenOrder, "URGE", secretMark)},
		{clerk, `receiveOrder(input: {ref: "ORDER"}) { order { ref } }`},
		{clerk, `answerOrder(input: {ref: "ORDER", text: "答SECRET", disclosureRefs: ["SECRET-draft", "open"]}) { order { ref } }`},
		{supervisor, `returnOrder(input: {ref: "ORDER", text: "退SECRET", workingDays: 4}) { order { ref } }`},
		{clerk, `askExtension(input: {ref: "ORDER", newDueOn: "2026-12-30", text: "延SECRET"}) { order { ref } }`},
		{supervisor, issue(openOrder, "CRITICISE", "改")},
		{clerk, `receiveOrder(input: {ref: "OPEN"}) { order { ref } }`},
		{clerk, `remarkOnOrder(input: {ref: "OPEN", text: "注SECRET"}) { order { ref } }`},
		{clerk, `answerOrder(input: {ref: "OPEN", text: "答复", disclosureRefs: ["SECRET-draft", "open"]}) { order { ref } }`},
		{supervisor, `remarkOnOrder(input: {ref: "OPEN", text: "再注SECRET"}) { order { ref } }`},
		{clerk, `askExemption(input: {ref: "REQUEST", publisherCode: "533102102", entryCode: "1.3", from: "2030-01-01", reason: "由SECRET"}) { closedGap }`},
		{clerk, `askExemption(input: {ref: "REQUEST-no", publisherCode: "533102102", entryCode: "1.1", from: "2030-01-01", reason: "由SECRET"}) { closedGap }`},
		{supervisor, `decideExemption(input: {ref: "REQUEST-no", granted: false, reason: "驳SECRET"}) { closedGap }`},
	} {
		mutation := strings.NewReplacer(
			"ORDER",
			hiddenOrder,
			"OPEN",
			openOrder,
			"REQUEST",
			hiddenRequest,
			"SECRET",
			secretMark,
		).Replace(
			step.mutation,
		)
		if r := s.askWith(step.who, "mutation { "+mutation+" }", nil); r.code() != "" {
			t.Fatalf("%s: %+v", mutation, r.Errors)
		}
	}
}

// What hideOrders makes.
const (
	hiddenOrder   = secretMark + "-order"
	openOrder     = "criticised"
	hiddenRequest = secretMark + "-exemption"
)

// exampleOf are values for arguments that must be given, by name.
var exampleOf = map[string]string{
	"code":        `"533102102"`,
	"codes":       `["533102102", "533102"]`,
	"publisher":   `"533102102"`,
	"entry":       `"1.3"`,
	"from":        `"2026-01-01"`,
	"to":          `"2026-11-24"`,
	"workingDays": "60",
	"level":       "TOWNSHIP",
	"step":        "QUARTER",
	"ref":         `"` + secretMark + `-never"`, // which has a secrecy review
	"a":           `"ruili-2024"`,
	"b":           `"national-2021"`,
	"limit":       "{kind: WORKING_DAYS, n: 20}",
	"text":        `"畹町"`,
	"id":          `"` + cursorOf("d", secretMark+"-draft") + `"`,
	"ids": `["` + cursorOf(
		"d",
		secretMark+"-draft",
	) + `", "` + cursorOf(
		"d",
		secretMark+"-never",
	) + `", "` + cursorOf(
		"d",
		"explains",
	) + `", "` +
		cursorOf(
			"d",
			"open",
		) + `", "` + cursorOf("r", hiddenOrder) + `", "` + cursorOf("r", openOrder) + `", "` + cursorOf("x", hiddenRequest) + `"]`,
	"order.ref": `"` + hiddenOrder + `"`,
	"changes":   `{publications: [{publisherCode: "533102102", entryCode: "1.3", publishedOn: "2026-11-24"}]}`,
	"first":     "100",
}

// idOf are ids of what is hidden besides documents.
var idOf = map[string]string{
	"Order": `"` + cursorOf("r", hiddenOrder) + `"`, "ExemptionRequest": `"` + cursorOf("x", hiddenRequest) + `"`,
}

// newLeakWalk makes questions by the type whose fields they ask: all of its leaves, and
// the leaves of what its other fields lead to.
func newLeakWalk(t *testing.T) *leakWalk {
	t.Helper()
	w := &leakWalk{t: t, schema: parsedSchema(t), questions: map[string]string{}}
	w.all()
	return w
}

type leakWalk struct {
	t         *testing.T
	schema    *ast.Schema
	questions map[string]string
}

// A leakWay leads to a type: what is written before and after its fields.
type leakWay struct{ before, after, typeName string }

func (w *leakWalk) all() {
	seen := map[string]bool{"Query": true}
	for next := []leakWay{{"{ ", " }", "Query"}}; len(next) > 0; next = next[1:] {
		way := next[0]
		definition := w.schema.Types[way.typeName]
		if definition.IsAbstractType() {
			for _, possible := range w.schema.GetPossibleTypes(definition) {
				if !seen[possible.Name] {
					seen[possible.Name] = true
					before := way.before
					if id := idOf[possible.Name]; id != "" {
						before = strings.ReplaceAll(before, exampleOf["id"], id)
					}
					next = append(next, leakWay{before + "... on " + possible.Name + " { ", " }" + way.after, possible.Name})
				}
			}
		}
		var leaves []string
		for n, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			called := fmt.Sprintf("f%d: %s%s", n, field.Name, w.arguments(field))
			below := w.schema.Types[field.Type.Name()]
			if below.IsLeafType() {
				leaves = append(leaves, called)
				continue
			}
			w.questions[way.typeName+"."+field.Name] = way.before + called + " { " + w.leavesOf(below) + " }" + way.after
			if !seen[below.Name] {
				seen[below.Name] = true
				next = append(next, leakWay{way.before + called + " { ", " }" + way.after, below.Name})
			}
		}
		if len(leaves) > 0 {
			w.questions[way.typeName] = way.before + strings.Join(leaves, " ") + way.after
		}
	}
}

// leavesOf are the leaves of a type, of an abstract one those of all its types.
func (w *leakWalk) leavesOf(definition *ast.Definition) string {
	var asked []string
	ask := func(of *ast.Definition, prefix string) (leaves []string) {
		for n, field := range of.Fields {
			if w.schema.Types[field.Type.Name()].IsLeafType() && !strings.HasPrefix(field.Name, "__") {
				leaves = append(leaves, fmt.Sprintf("%s%d: %s%s", prefix, n, field.Name, w.arguments(field)))
			}
		}
		return leaves
	}
	asked = append(asked, "__typename")
	asked = append(asked, ask(definition, "l")...)
	if definition.IsAbstractType() {
		for _, possible := range w.schema.GetPossibleTypes(definition) {
			if leaves := ask(possible, strings.ToLower(possible.Name)); len(leaves) > 0 {
				asked = append(asked, "... on "+possible.Name+" { "+strings.Join(leaves, " ")+" }")
			}
		}
	}
	return strings.Join(asked, " ")
}

// arguments gives what a field must be given, and how many rows.
func (w *leakWalk) arguments(field *ast.FieldDefinition) string {
	var given []string
	for _, argument := range field.Arguments {
		needed := argument.Type.NonNull && argument.DefaultValue == nil
		example, known := exampleOf[field.Name+"."+argument.Name]
		if !known {
			example, known = exampleOf[argument.Name]
		}
		if argument.Name == "instant" { // after all that is hidden was written
			example, known = fmt.Sprintf("%q", time.Now().UTC().Format(time.RFC3339Nano)), true
		}
		if needed && !known {
			w.t.Fatalf("%s(%s:) needs an example here", field.Name, argument.Name)
		}
		if needed || argument.Name == "first" && slices.Contains([]string{"Int", "Int!"}, argument.Type.String()) {
			given = append(given, argument.Name+": "+example)
		}
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}
