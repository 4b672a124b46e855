package coverage

import (
	"fmt"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// TestSumsKept: a node keeps sums from 64 publishers with cells on; they are made
// again after a great change and under another reference. No answer shows it but by
// its speed.
func TestSumsKept(t *testing.T) {
	t.Parallel()
	nodes := []*area.Node{{Code: "1", Level: area.Prefecture}}
	var all []Timelines
	for c, townships := range []int{asLarge.sums - 1, asLarge.sums, asLarge.sums + 5} {
		county := fmt.Sprint(11 + c)
		nodes = append(nodes, &area.Node{Code: county, ParentCode: "1", Level: area.County})
		for n := range townships {
			code := fmt.Sprintf("%s%03d", county, n)
			nodes = append(nodes, &area.Node{Code: code, ParentCode: county, Level: area.Township})
			summary := timeline.CellSummary{EntryCode: "1.1", Spans: []timeline.Span{{From: calendar.First, Status: timeline.Covered}}}
			if county == "13" && n < 6 { // timelines without a cell do not count
				summary.Spans = nil
			}
			all = append(all, Timelines{PublisherCode: code, Packed: timeline.Pack([]timeline.CellSummary{summary})})
		}
	}
	tree, err := area.NewTree(nodes)
	if err != nil {
		t.Fatal(err)
	}
	reference := timeline.Reference{Tree: tree, Days: calendar.New(nil)}
	index, err := New(reference, slices.Values(all))
	if err != nil {
		t.Fatal(err)
	}
	// A fifth of all are taken out, among them some of 12.
	var out []Timelines
	for i := 0; i < len(all); i += 5 {
		out = append(out, Timelines{PublisherCode: all[i].PublisherCode})
	}
	fewer, err := index.Apply(out)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		index *Index
		kept  map[string]bool
	}{
		"new":             {index, map[string]bool{"1": true, "11": false, "12": true, "13": false, "12000": false}},
		"other reference": {index.WithReference(reference), map[string]bool{"1": true, "11": false, "12": true, "13": false}},
		"changed":         {fewer, map[string]bool{"1": true, "11": false, "12": false, "13": false}},
	} {
		for code, want := range c.kept {
			if kept := c.index.sums.at(tree.Find(code)) != nil; kept != want {
				t.Errorf("%s: %s keeps sums %v", name, code, kept)
			}
		}
	}
}
