package acceptance

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReliefOfOneClassAndEvent: figures, movements and doubts of one class, of
// one event and of both are those that the whole holds of them.
func TestReliefOfOneClassAndEvent(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const span = `from: "2022-01-01", to: "2026-11-24", asOf: "2026-11-24"`
	const asked = `total { received passedDown distributed disclosed } byClass { reliefClass figures { received passedDown distributed disclosed } }
		movements(first: 500) { totalCount edges { node { ref reliefClass eventRef } } }
		discrepancyCount discrepancies { kind reliefClass amount node { code } movements { ref eventRef } }`
	ask := func(filter string) map[string]any {
		answer := s.data(fmt.Sprintf(`{ administrativeNode(code: "533102") { relief(%s%s) { %s } } }`, span, filter, asked), nil)
		return at(t, answer, "administrativeNode", "relief").(map[string]any)
	}
	whole := ask("")
	events := map[string]bool{}
	for _, edge := range at(t, whole, "movements", "edges").([]any) {
		if event, some := at(t, edge, "node", "eventRef").(string); some {
			events[event] = true
		}
	}
	if len(events) == 0 {
		t.Fatal("the demo world has no movement for an event")
	}
	wants := func(class, event string) (movements, doubts []any) {
		movements, doubts = []any{}, []any{}
		for _, edge := range at(t, whole, "movements", "edges").([]any) {
			node := at(t, edge, "node").(map[string]any)
			if (class == "" || node["reliefClass"] == class) && (event == "" || node["eventRef"] == event) {
				movements = append(movements, edge)
			}
		}
		for _, doubt := range at(t, whole, "discrepancies").([]any) {
			of := doubt.(map[string]any)
			ofEvent := of["kind"] != "IDLE" && of["kind"] != "OVERSPENT" && at(t, of["movements"].([]any)[0], "eventRef") == event
			if (class == "" || of["reliefClass"] == class) && (event == "" || ofEvent) {
				doubts = append(doubts, doubt)
			}
		}
		return movements, doubts
	}
	for _, class := range at(t, whole, "byClass").([]any) {
		name := at(t, class, "reliefClass").(string)
		one := ask(", reliefClass: " + name)
		if difference := cmp.Diff(at(t, class, "figures"), one["total"]); difference != "" {
			t.Errorf("%s: the total:\n%s", name, difference)
		}
		for event := range events {
			both := ask(fmt.Sprintf(", reliefClass: %s, eventRef: %q", name, event))
			movements, _ := wants(name, event)
			if difference := cmp.Diff(movements, at(t, both, "movements", "edges")); difference != "" {
				t.Errorf("%s, %s: movements:\n%.1000s", name, event, difference)
			}
		}
		movements, doubts := wants(name, "")
		if difference := cmp.Diff(
			[]any{movements, float64(len(movements)), doubts, float64(len(doubts))},
			[]any{
				at(t, one, "movements", "edges"),
				at(t, one, "movements", "totalCount"),
				one["discrepancies"],
				one["discrepancyCount"],
			},
		); difference != "" {
			t.Errorf("%s:\n%.1000s", name, difference)
		}
	}
	for event := range events {
		one := ask(fmt.Sprintf(", eventRef: %q", event))
		movements, doubts := wants("", event)
		if difference := cmp.Diff(
			[]any{movements, float64(len(movements)), doubts},
			[]any{at(t, one, "movements", "edges"), at(t, one, "movements", "totalCount"), one["discrepancies"]},
		); difference != "" {
			t.Errorf("%s:\n%.1000s", event, difference)
		}
		if one["total"].(map[string]any)["received"] == whole["total"].(map[string]any)["received"] {
			t.Errorf("%s received as much as all", event)
		}
	}
}
