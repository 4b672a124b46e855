package coverage_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// TestUnderLimits: with cells derived anew an index adds up, and changes further, as one
// made so; what it was made from stays.
func TestUnderLimits(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 3))
	start := newPopulation(t, random, populationNodes())
	reference := timeline.Reference{Tree: start.tree, Days: start.days}
	index := mustIndexFrom(t, reference, start.packed(), 64, 300)
	after := *start
	after.summaries = maps.Clone(start.summaries)
	entries := map[string]bool{"1.2": true, "2.1": true}
	under, err := index.UnderLimits(start.tree.Find("CN"), reference, entries,
		func(publisher area.Place, cell *timeline.CellSummary) (timeline.CellSummary, bool) {
			code := start.tree.Node(publisher).Code
			if !entries[cell.EntryCode] {
				t.Errorf("a cell of %s is asked for", cell.EntryCode)
			}
			now := *cell
			now.Duties = slices.Clone(cell.Duties)
			for i := range now.Duties {
				now.Duties[i].DueOn = start.dayOr()
			}
			if slices.Equal(now.Duties, cell.Duties) || random.IntN(5) == 0 {
				return timeline.CellSummary{}, random.IntN(2) == 0 && len(cell.Duties) == 0
			}
			for _, other := range start.timelines() {
				now.Spans = other.Spans
			}
			after.summaries[code] = slices.Clone(after.summaries[code])
			for i, was := range after.summaries[code] {
				if was.EntryCode == cell.EntryCode {
					after.summaries[code][i].Spans, after.summaries[code][i].Duties = now.Spans, now.Duties
				}
			}
			return now, true
		})
	if err != nil {
		t.Fatal(err)
	}
	last, changes := after.changed(30)
	for _, v := range []version{{mustApply(t, under, changes), last}, {under, &after}, {index, start}} {
		v.check(t, random)
	}
}
