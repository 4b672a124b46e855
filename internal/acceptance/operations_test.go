package acceptance

import (
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
)

// TestOperations: the contract's operations, as they stand in their file, fit
// the schema, and the tests ask every one of them.
func TestOperations(t *testing.T) {
	t.Parallel()
	schema := parsedSchema(t)
	content, err := os.ReadFile("../../docs/contract/operations.graphql")
	if err != nil {
		t.Fatal(err)
	}
	document, faults := gqlparser.LoadQuery(schema, string(content))
	if len(faults) > 0 {
		t.Fatalf("the contract does not fit the schema: %v", faults)
	}
	var names []string
	for _, operation := range document.Operations {
		names = append(names, operation.Name)
	}
	slices.Sort(names)
	if difference := cmp.Diff(names, slices.Sorted(maps.Keys(contract(t)))); difference != "" {
		t.Errorf("the tests ask other operations than the contract has:\n%s", difference)
	}
	if len(names) != 21 {
		t.Errorf("%d operations, not 21", len(names))
	}
	for name, text := range contract(t) {
		if _, faults := gqlparser.LoadQuery(schema, text); len(faults) > 0 {
			t.Errorf("%s alone with its fragments: %v", name, faults)
		}
	}
}

// TestContractWrites: the contract's mutations, with the variables of the
// playground's tabs, write what they say.
func TestContractWrites(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	operations, ready := contract(t), variables(t)
	registered := at(t, s.data(operations["Register"], ready["Register"]), "registerDisclosure", "disclosure")
	if at(t, registered, "ref") != at(t, ready["Register"], "input", "ref") {
		t.Errorf("registered: %v", registered)
	}
	publishing := ready["Publish"]
	publishing["id"] = at(t, registered, "id")
	published := at(t, s.data(operations["Publish"], publishing), "publishDisclosure", "disclosure", "publishedOn")
	if published != publishing["publishedOn"] {
		t.Errorf("published on %v", published)
	}
	movement := at(t, s.data(operations["RecordRelief"], ready["RecordRelief"]), "recordReliefMovement", "movement")
	if at(t, movement, "funds") != "50000.00" {
		t.Errorf("recorded: %v", movement)
	}
	if title := at(
		t,
		s.data(operations["AddNews"], ready["AddNews"]),
		"addNews",
		"news",
		"title",
	); title != at(
		t,
		ready["AddNews"],
		"input",
		"title",
	) {
		t.Errorf("news: %v", title)
	}
	mustVerify(t, s.db)
}

// TestWritesTakeAnAccount: without one every mutation of the contract is refused and
// writes nothing.
func TestWritesTakeAnAccount(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	count := func() (facts int) {
		const sum = `SELECT (SELECT count(*) FROM disclosure) + (SELECT count(*) FROM news) + (SELECT count(*) FROM relief_movement)`
		if err := db.DB().QueryRow(sum).Scan(&facts); err != nil {
			t.Fatal(err)
		}
		return facts
	}
	before := count()
	operations, ready := contract(t), variables(t)
	for _, name := range []string{"Register", "Publish", "RecordRelief", "AddNews"} {
		if r := s.ask(operations[name], ready[name]); r.code() != "UNAUTHENTICATED" {
			t.Errorf("%s: %q %+v", name, r.code(), r.Errors)
		}
	}
	if r := s.ask(withdrawMutation, map[string]any{"id": ready["NodeHome"]["id"], "on": "2026-11-24"}); r.code() != "UNAUTHENTICATED" {
		t.Errorf("withdrawing: %q %+v", r.code(), r.Errors)
	}
	if after := count(); after != before {
		t.Errorf("%d facts were written", after-before)
	}
}
