package acceptance

import (
	"encoding/csv"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/sample"
)

// TestDemoOrders: on the fixed day the demo world has orders of every kind, state and
// timeliness, every step, an extension that waits, orders that came to several places,
// public ones, and requests with every decision; each that is granted has its assignment
// in the file of assignments.
func TestDemoOrders(t *testing.T) {
	t.Parallel()
	db := demo(t)
	all := at(t, serveTrusted(t, db, nil).data(`{ administrativeNode(code: "53") {
		orders(first: 500) { nodes { kind state timeliness escalatedTo { code } pendingExtension { newDueOn } events { kind } } }
		exemptionRequests(first: 500) { nodes { decision publisher { code } entry { code } from to reason cell { status } } } } }`, nil), "administrativeNode")
	seen := map[any]int{} // by word
	returns, places := 0, 0
	for _, o := range at(t, all, "orders", "nodes").([]any) {
		for _, field := range []string{"kind", "state", "timeliness"} {
			seen[follow(o, field)]++
		}
		if follow(o, "pendingExtension.newDueOn") != nil {
			seen["an extension that waits"]++
		}
		returned := 0
		for _, e := range at(t, o, "events").([]any) {
			kind := follow(e, "kind")
			seen["step "+kind.(string)]++
			if kind == "RETURNED" {
				returned++
			}
		}
		returns, places = max(returns, returned), max(places, len(at(t, o, "escalatedTo").([]any)))
	}
	requests := at(t, all, "exemptionRequests", "nodes").([]any)
	assigned := assignmentsOfDemo(t)
	for _, r := range requests {
		decision, _ := follow(r, "decision").(string)
		seen["request "+decision]++
		to, _ := follow(r, "to").(string)
		row := []string{
			follow(r, "publisher.code").(string), follow(r, "entry.code").(string), "EXEMPT", follow(r, "from").(string), to,
			follow(r, "reason").(string),
		}
		is := slices.ContainsFunc(assigned, func(one []string) bool { return slices.Equal(one, row) })
		if is != (decision == "GRANTED") {
			t.Errorf("a request that is %q: its assignment %v is in the file: %v", decision, row, is)
		}
	}
	for _, wanted := range []string{
		"URGE", "RECTIFY", "CRITICISE", "ISSUED", "RECEIVED", "RETURNED", "ANSWERED", "ACCEPTED", "WITHDRAWN",
		"ON_TRACK", "DUE_SOON", "OVERDUE", "ON_TIME", "LATE", "an extension that waits", "step RECEIVED", "step ANSWERED", "step RETURNED",
		"step ACCEPTED", "step EXTENSION_ASKED", "step EXTENSION_GRANTED", "step EXTENSION_REFUSED", "step REMARKED", "step WITHDRAWN",
		"request ", "request GRANTED", "request REFUSED",
	} {
		if seen[wanted] == 0 {
			t.Errorf("the demo world has no order, step or request: %s", wanted)
		}
	}
	if returns < 2 || places < 3 {
		t.Errorf("an order is returned at most %d times and came to at most %d places", returns, places)
	}
	public := at(t, serve(t, db, nil).data(`{ administrativeNode(code: "533102") { orders(first: 500) { nodes { kind } } } }`, nil),
		"administrativeNode", "orders", "nodes").([]any)
	if len(public) != seen["CRITICISE"] || len(public) < 4 {
		t.Errorf("everybody sees %d orders, of %d that criticise", len(public), seen["CRITICISE"])
	}
}

// assignmentsOfDemo are the rows of its file of assignments.
func assignmentsOfDemo(t *testing.T) [][]string {
	t.Helper()
	file, err := sample.Demo().Open("assignments.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
