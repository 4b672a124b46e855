package coverage_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// benchedCells give a node some cells with some spans each: first pending, then missing
// from the same day as everybody's, then covered and not by turns.
func benchedCells(random *rand.Rand, cells, spans int) timeline.Packed {
	summaries := make([]timeline.CellSummary, cells)
	for i := range summaries {
		summaries[i].EntryCode = fmt.Sprintf("%d.%02d", 1+i%5, 10+i)
		from := calendar.Date(2021, 1, 1)
		summaries[i].Spans = []timeline.Span{{From: from, Status: timeline.Pending}, {From: from + 30, Status: timeline.Missing}}
		from += 31
		for n := range random.IntN(2 * max(spans-1, 1)) {
			status := []timeline.Status{timeline.Covered, timeline.Overdue, timeline.Covered, timeline.Stale}[n%4]
			from += calendar.Day(1 + random.IntN(4000/spans))
			summaries[i].Spans = append(summaries[i].Spans, timeline.Span{From: from, Status: status})
			if status == timeline.Covered {
				summaries[i].Duties = append(summaries[i].Duties, duty.Days{OpenedOn: from - 9, DueOn: from, FulfilledOn: from})
			}
		}
	}
	return timeline.Pack(summaries)
}

// benchedGaps is a nation whose nodes have cells: 16 to all of a tree without villages;
// 6 to those of one with villages.
func benchedGaps(b *testing.B, villages, cells, spans int) (timeline.Reference, []coverage.Timelines) {
	b.Helper()
	random := rand.New(rand.NewPCG(11, 5))
	tree, _ := benchedTree(b, villages)
	all := make([]coverage.Timelines, 0, tree.Size())
	for _, node := range tree.Nodes() {
		all = append(all, coverage.Timelines{PublisherCode: node.Code, Packed: benchedCells(random, cells, spans)})
	}
	return timeline.Reference{Tree: tree, Days: calendar.New(nil)}, all
}

// inUse is how much memory is in use after what is not has been given back.
func inUse() float64 {
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	return float64(memory.HeapAlloc) / 1e6
}

// BenchmarkGaps lists the gaps of nations whose nodes keep runs, and of the same ones
// walked cell by cell, which is what keeping none does.
func BenchmarkGaps(b *testing.B) {
	for _, size := range []struct {
		name                   string
		villages, cells, spans int
	}{
		{"townships, few documents", 0, 18, 2},
		{"townships, many documents", 0, 18, 10},
		{"villages, few documents", 15, 7, 2},
		{"villages, many documents", 15, 7, 10},
	} {
		b.Run(size.name, func(b *testing.B) {
			reference, all := benchedGaps(b, size.villages, size.cells, size.spans)
			for name, runsFrom := range map[string]int{"runs": 4096, "walked": 1 << 30} {
				b.Run(name, func(b *testing.B) {
					benchGaps(b, reference, all, runsFrom)
				})
			}
		})
	}
}

func benchGaps(b *testing.B, reference timeline.Reference, all []coverage.Timelines, runsFrom int) {
	b.Helper()
	var index *coverage.Index
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			index = nil
			before := inUse()
			var err error
			if index, err = coverage.NewLargeFrom(reference, all, 64, runsFrom); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(inUse()-before, "MB")
		}
	})
	nation, on := index.Tree.Find("CN"), calendar.Date(2026, 3, 1)
	ask := func(name string, filter coverage.GapFilter, order coverage.GapOrder, page coverage.Page) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, _, err := index.Gaps(b.Context(), nation, coverage.Subtree, on, filter, order, page); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	first, last := coverage.Page{Rows: 50}, coverage.Page{Rows: 50, Backwards: true}
	middle := coverage.Page{Rows: 50, From: &coverage.Position{PublisherCode: "3505", EntryCode: "1.10", Since: on - 500}}
	townships := coverage.GapFilter{CellFilter: coverage.CellFilter{Levels: []area.Level{area.Township}, Entries: []string{"2.11"}}}
	ask("by publisher", coverage.GapFilter{}, coverage.ByPublisher, first)
	ask("by publisher, last", coverage.GapFilter{}, coverage.ByPublisher, last)
	ask("by entry", coverage.GapFilter{}, coverage.ByEntry, first)
	ask("by entry, last", coverage.GapFilter{}, coverage.ByEntry, last)
	ask("by entry, middle", coverage.GapFilter{}, coverage.ByEntry, middle)
	ask("oldest", coverage.GapFilter{}, coverage.OldestFirst, first)
	ask("oldest, last", coverage.GapFilter{}, coverage.OldestFirst, last)
	ask("oldest, middle", coverage.GapFilter{}, coverage.OldestFirst, middle)
	ask("newest", coverage.GapFilter{}, coverage.NewestFirst, first)
	ask("newest, middle", coverage.GapFilter{}, coverage.NewestFirst, middle)
	ask("stale, oldest", coverage.GapFilter{Statuses: []timeline.Status{timeline.Stale}}, coverage.OldestFirst, first)
	ask("an entry at townships, oldest", townships, coverage.OldestFirst, first)
	ask("an entry at townships, by publisher", townships, coverage.ByPublisher, first)
	ask("90 days old, oldest", coverage.GapFilter{MinDaysOpen: 90}, coverage.OldestFirst, first)
	ask("90 days old, by publisher", coverage.GapFilter{MinDaysOpen: 90}, coverage.ByPublisher, first)
	ask("1,500 days old, newest", coverage.GapFilter{MinDaysOpen: 1500}, coverage.NewestFirst, first)
	ask(
		"a publisher, oldest",
		coverage.GapFilter{CellFilter: coverage.CellFilter{Publishers: []string{"350501"}}},
		coverage.OldestFirst,
		first,
	)
	b.Run("opened in a month", func(b *testing.B) {
		for b.Loop() {
			for range index.Opened(b.Context(), nation, coverage.Subtree, on-30, on) {
				continue
			}
		}
	})
	b.Run("closed in a month", func(b *testing.B) {
		for b.Loop() {
			for range index.Closed(b.Context(), nation, coverage.Subtree, on-30, on) {
				continue
			}
		}
	})
	b.Run("upcoming in 20 days", func(b *testing.B) {
		for b.Loop() {
			for range index.Upcoming(b.Context(), nation, coverage.Subtree, on, 20, coverage.GapFilter{}) {
				continue
			}
		}
	})
	b.Run("one publisher changes", func(b *testing.B) {
		random := rand.New(rand.NewPCG(12, 5))
		for b.Loop() {
			changed := coverage.Timelines{PublisherCode: "350501003", Packed: benchedCells(random, 7, 5)}
			if _, err := index.Apply([]coverage.Timelines{changed}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
