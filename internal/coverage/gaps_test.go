package coverage_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// missing packs a publisher whose entries are all missing from a day on.
func missing(publisher string, from calendar.Day, entries ...string) coverage.Timelines {
	var summaries []timeline.CellSummary
	for _, entry := range entries {
		summaries = append(
			summaries,
			timeline.CellSummary{EntryCode: entry, Spans: []timeline.Span{{From: from, Status: timeline.Missing}}},
		)
	}
	return coverage.Timelines{PublisherCode: publisher, Packed: timeline.Pack(summaries)}
}

// county is a county with its townships' timelines.
func county(t *testing.T, timelines ...coverage.Timelines) *coverage.Index {
	t.Helper()
	nodes := []*area.Node{{Code: "1", Level: area.County}}
	for _, of := range timelines {
		nodes = append(nodes, &area.Node{Code: of.PublisherCode, ParentCode: "1", Level: area.Township})
	}
	return mustIndex(t, timeline.Reference{Tree: mustTree(t, nodes), Days: calendar.New(nil)}, timelines)
}

func listGaps(index *coverage.Index, on calendar.Day, filter coverage.GapFilter, after *coverage.Position) string {
	gaps, _, _, _ := index.Gaps(
		context.Background(),
		index.Tree.Find("1"),
		coverage.Subtree,
		on,
		filter,
		coverage.ByPublisher,
		coverage.Page{Rows: 100, From: after},
	)
	var list []string
	for _, gap := range gaps {
		list = append(list, index.Tree.Node(gap.Publisher).Code+" "+gap.EntryCode)
	}
	return strings.Join(list, ", ")
}

// TestGapFilter: an entry stands for those below it, not for those that only begin
// alike; daysOpen = T − since + 1.
func TestGapFilter(t *testing.T) {
	t.Parallel()
	on := calendar.Date(2024, 5, 6)
	index := county(t, missing("11", on-1, "3.2", "3.20", "4.1"), missing("12", on, "3.2.1", "3.21"))
	for _, c := range []struct {
		filter coverage.GapFilter
		want   string
	}{
		{coverage.GapFilter{}, "11 3.2, 11 3.20, 11 4.1, 12 3.2.1, 12 3.21"},
		{coverage.GapFilter{CellFilter: coverage.CellFilter{Entries: []string{"3.2"}}}, "11 3.2, 12 3.2.1"},
		{coverage.GapFilter{CellFilter: coverage.CellFilter{Entries: []string{"3.2.1", "3.20"}}}, "11 3.20, 12 3.2.1"},
		{coverage.GapFilter{CellFilter: coverage.CellFilter{Entries: []string{"3"}}}, "11 3.2, 11 3.20, 12 3.2.1, 12 3.21"},
		{coverage.GapFilter{MinDaysOpen: 1}, "11 3.2, 11 3.20, 11 4.1, 12 3.2.1, 12 3.21"},
		{coverage.GapFilter{MinDaysOpen: 2}, "11 3.2, 11 3.20, 11 4.1"},
		{coverage.GapFilter{MinDaysOpen: 3}, ""},
		{coverage.GapFilter{CellFilter: coverage.CellFilter{Publishers: []string{"12"}, Entries: []string{"3.21"}}}, "12 3.21"},
		{coverage.GapFilter{Statuses: []timeline.Status{timeline.Overdue, timeline.Stale}}, ""},
		{coverage.GapFilter{CellFilter: coverage.CellFilter{Levels: []area.Level{area.County}}}, ""},
	} {
		if got := listGaps(index, on, c.filter, nil); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.filter, got, c.want)
		}
	}
}

// TestGapPosition: a list goes on after a gap that has closed, and after a publisher
// that has gone, where they would have stood.
func TestGapPosition(t *testing.T) {
	t.Parallel()
	on := calendar.Date(2024, 5, 6)
	index := county(t, missing("11", on, "3.2"), missing("13", on, "3.1", "3.3"))
	for _, c := range []struct{ publisher, entry, want string }{
		{"11", "3.1", "11 3.2, 13 3.1, 13 3.3"},
		{"11", "3.2", "13 3.1, 13 3.3"},
		{"12", "9.9", "13 3.1, 13 3.3"},
		{"13", "3.2", "13 3.3"},
		{"14", "1.1", ""},
	} {
		if got := listGaps(
			index,
			on,
			coverage.GapFilter{},
			&coverage.Position{PublisherCode: c.publisher, EntryCode: c.entry},
		); got != c.want {
			t.Errorf("after %s %s: got %s, want %s", c.publisher, c.entry, got, c.want)
		}
	}
}

// TestGapPositionByEntry: a list by entry goes on with the same entry after a publisher
// that has gone.
func TestGapPositionByEntry(t *testing.T) {
	t.Parallel()
	on := calendar.Date(2024, 5, 6)
	index := county(t, missing("11", on, "3.1", "3.2"), missing("13", on, "3.1", "3.2"))
	gone := &coverage.Position{PublisherCode: "12", EntryCode: "3.1"}
	for _, c := range []struct {
		page coverage.Page
		want string
	}{
		{coverage.Page{Rows: 9, From: gone}, "13 3.1, 11 3.2, 13 3.2"},
		{coverage.Page{Rows: 9, From: gone, Backwards: true}, "11 3.1"},
	} {
		gaps, _, _, _ := index.Gaps(t.Context(), index.Tree.Find("1"), coverage.Subtree, on, coverage.GapFilter{}, coverage.ByEntry, c.page)
		var list []string
		for _, gap := range gaps {
			list = append(list, index.Tree.Node(gap.Publisher).Code+" "+gap.EntryCode)
		}
		if got := strings.Join(list, ", "); got != c.want {
			t.Errorf("backwards %v: got %s, want %s", c.page.Backwards, got, c.want)
		}
	}
}

// TestApplyWhileRead: an index may be asked while others are made from it, with
// entries that it does not have. The race detector sees most of it.
func TestApplyWhileRead(t *testing.T) {
	t.Parallel()
	on := calendar.Date(2024, 5, 6)
	index := county(t, missing("11", on, "3.2"), missing("12", on, "3.3"))
	var all sync.WaitGroup
	for _, entry := range []string{"1.1", "1.2", "1.3", "1.4"} {
		all.Go(func() {
			for range 50 {
				next, err := index.Apply([]coverage.Timelines{missing("12", on, entry)})
				if err != nil {
					t.Error(err)
					return
				}
				if got, want := listGaps(next, on, coverage.GapFilter{}, nil), "11 3.2, 12 "+entry; got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				if got := listGaps(
					index,
					on,
					coverage.GapFilter{CellFilter: coverage.CellFilter{Entries: []string{"3"}}},
					nil,
				); got != "11 3.2, 12 3.3" {
					t.Errorf("the index before has %s", got)
				}
			}
		})
	}
	all.Wait()
}
