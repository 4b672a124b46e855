package acceptance

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestNamedRefs: a ref that a fact names is read as it was written by who reaches the
// fact's publisher, whatever it names; by others where they see its document. So nobody
// learns by it what is hidden. The schema says so of each such field.
func TestNamedRefs(t *testing.T) {
	t.Parallel()
	db := demo(t)
	trusted := serveTrusted(t, db, nil)
	prepare(trusted, "publishDocument", "hidden") // of rightsTownship
	const elsewhere = "533102103"
	as := map[string]map[string][]string{"anybody": nil}
	for name, node := range map[string]string{"of the fact": elsewhere, "of the document": rightsTownship} {
		as[name] = map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, strings.ReplaceAll(name, " ", "."),
			account.Grant{Role: account.Clerk, NodeCode: node, Scope: account.Self, From: calendar.Date(2026, 1, 1)})}}
	}
	register := func(ref, publisher string, names any) {
		t.Helper()
		r := trusted.ask(registerMutation, map[string]any{"input": map[string]any{
			"ref": ref, "publisherCode": publisher, "entryCode": "1.1", "title": "题", "attribute": "PROACTIVE",
			"formedOn": "2026-11-01", "publishedOn": "2026-11-10", "interpretsRef": names,
		}})
		if len(r.Errors) > 0 {
			t.Fatalf("%+v", r.Errors)
		}
	}
	register("public", elsewhere, nil)
	s := serve(t, db, nil)
	for _, names := range []string{"public", "hidden", "nothing"} {
		register("explains-"+names, elsewhere, names)
		input := map[string]any{
			"ref": "moved-" + names, "kind": "DISTRIBUTION", "fromCode": elsewhere, "reliefClass": "TRANSITION", "households": 1,
			"funds": "1.00", "occurredOn": "2026-11-02", "disclosureRef": names,
		}
		r := trusted.ask(
			`mutation($input: ReliefMovementInput!) { recordReliefMovement(input: $input) { movement { ref } } }`,
			map[string]any{"input": input},
		)
		if len(r.Errors) > 0 {
			t.Fatalf("%+v", r.Errors)
		}
		for who, headers := range as {
			r := s.askWith(headers, `query($explains: String!, $moved: String!) {
				disclosure(ref: $explains) { interpretsRef } movement(ref: $moved) { disclosureRef disclosure { ref } }
			}`, map[string]any{"explains": "explains-" + names, "moved": "moved-" + names})
			var want any
			if names == "public" || who == "of the fact" || names == "hidden" && who == "of the document" {
				want = names
			}
			if got := at(t, r.Data, "disclosure", "interpretsRef"); got != want {
				t.Errorf("%s reads %v as what %s explains, want %v", who, got, names, want)
			}
			if got := at(t, r.Data, "movement", "disclosureRef"); got != want {
				t.Errorf("%s reads %v as what is named of a movement, want %v", who, got, want)
			}
		}
	}
	const described = `{ __schema { types { kind fields { name description } } } }`
	told := 0
	for _, of := range at(t, trusted.data(described, nil), "__schema", "types").([]any) {
		fields, _ := at(t, of, "fields").([]any)
		for _, field := range fields {
			if name := at(t, field, "name").(string); !strings.HasSuffix(name, "Ref") || name == "eventRef" { // events are public
				continue
			}
			told++
			says, _ := at(t, field, "description").(string)
			for _, rule := range []string{"to who sees what is hidden of", "is hidden from them", "to others where they see its", "else null"} {
				if !strings.Contains(says, rule) {
					t.Errorf("%v does not say %q: %s", at(t, field, "name"), rule, says)
				}
			}
		}
	}
	if told != 2 {
		t.Errorf("%d fields are refs that a fact names", told)
	}
}
