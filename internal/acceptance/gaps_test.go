package acceptance

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
)

// TestGapsByPublisher: the counts by publisher are those of the whole list, of
// all gaps and of some, most first.
func TestGapsByPublisher(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const asked = `query($filter: GapFilter) {
		counted: gaps(code: "53", asOf: "2026-11-24", filter: $filter, first: 0) { byPublisher(first: 500) { node { code } gaps daysOpen } }
		listed: gaps(code: "53", asOf: "2026-11-24", filter: $filter, first: 500) { edges { node { daysOpen publisher { code } } } } }`
	for _, filter := range []map[string]any{nil, {"statuses": []string{"OVERDUE"}}, {"minDaysOpen": 400}} {
		answer := s.data(asked, map[string]any{"filter": filter})
		type counted struct{ gaps, oldest float64 }
		want := map[string]counted{}
		for _, edge := range at(t, answer, "listed", "edges").([]any) {
			code := at(t, edge, "node", "publisher", "code").(string)
			was := want[code]
			want[code] = counted{was.gaps + 1, max(was.oldest, at(t, edge, "node", "daysOpen").(float64))}
		}
		got := map[string]counted{}
		var inOrder []float64
		for _, one := range at(t, answer, "counted", "byPublisher").([]any) {
			of := counted{at(t, one, "gaps").(float64), at(t, one, "daysOpen").(float64)}
			got[at(t, one, "node", "code").(string)] = of
			inOrder = append(inOrder, -of.gaps)
		}
		if len(want) < 5 || !slices.IsSorted(inOrder) || !maps.Equal(got, want) {
			t.Errorf("%v: %v, in the order %v", filter, diff.Diff(want, got, diff.AllowUnexported(counted{})), inOrder)
		}
	}
	change := s.data(
		`{ coverageChange(code: "533102", from: "2026-06-30", to: "2026-11-24") { opened { totalCount byPublisher { gaps } } } }`,
		nil,
	)
	sum := 0.0
	for _, one := range at(t, change, "coverageChange", "opened", "byPublisher").([]any) {
		sum += at(t, one, "gaps").(float64)
	}
	if total := at(t, change, "coverageChange", "opened", "totalCount"); sum != total || sum == 0 {
		t.Errorf("%v gaps opened, %v by publisher", total, sum)
	}
}

// TestOrdersOfGaps: every list of gaps comes by age both ways, equals by publisher and entry.
func TestOrdersOfGaps(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	type gap struct{ since, publisher, entry string }
	for _, list := range []string{
		`list: gaps(code: "533102", asOf: "2026-11-24", orderBy: %s, first: 500)`,
		`coverageChange(code: "533102", from: "2026-03-31", to: "2026-11-24") { list: opened(orderBy: %s, first: 500)`,
		`coverageChange(code: "533102", from: "2026-03-31", to: "2026-11-24") { list: closed(orderBy: %s, first: 500)`,
	} {
		ask := func(order string) (gaps []gap) {
			question := fmt.Sprintf(list, order) + ` { nodes { since publisher { code } entry { code } } }`
			question += strings.Repeat(" }", strings.Count(question, "{")-strings.Count(question, "}"))
			for _, node := range listIn(s.data("{ "+question+" }", nil))["nodes"].([]any) {
				since, _ := at(t, node, "since").(string)
				publisher, _ := at(t, node, "publisher", "code").(string)
				entry, _ := at(t, node, "entry", "code").(string)
				gaps = append(gaps, gap{since, publisher, entry})
			}
			return gaps
		}
		want := ask("PUBLISHER")
		for order, compare := range map[string]func(a, b gap) int{
			"OLDEST_FIRST": func(a, b gap) int { return strings.Compare(a.since, b.since) },
			"NEWEST_FIRST": func(a, b gap) int { return strings.Compare(b.since, a.since) },
		} {
			slices.SortStableFunc(want, func(a, b gap) int {
				return cmp.Or(compare(a, b), strings.Compare(a.publisher, b.publisher), strings.Compare(a.entry, b.entry))
			})
			if got := ask(order); len(want) < 5 || !slices.Equal(got, want) {
				t.Errorf("%s, %s: %s", list, order, diff.Diff(want, got, diff.AllowUnexported(gap{})))
			}
		}
	}
}
