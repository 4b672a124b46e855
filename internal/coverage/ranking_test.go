package coverage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// ranked makes townships of one county whose cells stand as their letters say, and
// ranks them.
func ranked(t *testing.T, minRequired int, cells map[string]string) []string {
	t.Helper()
	letters := map[rune]timeline.Status{
		'C': timeline.Covered,
		'P': timeline.Pending,
		'M': timeline.Missing,
		'O': timeline.Overdue,
		'S': timeline.Stale,
		'E': timeline.Exempt,
	}
	on := calendar.Date(2024, 5, 6)
	nodes := []*area.Node{{Code: "1", Level: area.County}, {Code: "1/yj", ParentCode: "1", Department: true}}
	all := []coverage.Timelines{
		{
			PublisherCode: "1/yj",
			Packed: timeline.Pack(
				[]timeline.CellSummary{{EntryCode: "1.1", Spans: []timeline.Span{{From: on, Status: timeline.Covered}}}},
			),
		},
	}
	for code, statuses := range cells {
		nodes = append(nodes, &area.Node{Code: code, ParentCode: "1", Level: area.Township})
		var summaries []timeline.CellSummary
		for i, letter := range statuses {
			summaries = append(
				summaries,
				timeline.CellSummary{EntryCode: fmt.Sprintf("1.%d", i+1), Spans: []timeline.Span{{From: on, Status: letters[letter]}}},
			)
		}
		all = append(all, coverage.Timelines{PublisherCode: code, Packed: timeline.Pack(summaries)})
	}
	index := mustIndex(t, timeline.Reference{Tree: mustTree(t, nodes), Days: calendar.New(nil)}, all)
	var list []string
	ranking, err := index.Ranking(t.Context(), index.Tree.Find("1"), area.Township, on, minRequired)
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range ranking {
		line := fmt.Sprint(index.Tree.Node(place.Place).Code, " ", place.Rank)
		switch place.Reason {
		case coverage.TooFewCells:
			line += " too few"
		case coverage.NothingCounts:
			line += " nothing counts"
		}
		list = append(list, line)
	}
	return list
}

// TestRanking: "best coverageRate first, equals share a rank (1, 2, 2, 4), then by
// code"; the rate leaves out what is pending and exempt, and equal fractions are
// equal: 1 of 3 and 2 of 6.
func TestRanking(t *testing.T) {
	t.Parallel()
	got := ranked(t, 1, map[string]string{
		"a": "CMM", "b": "CCC", "c": "CCMOSM", "d": "M", "e": "CPPPE", "f": "PP", "g": "EE", "h": "",
	})
	want := []string{"b 1", "e 1", "a 3", "c 3", "d 5", "f 0 nothing counts", "g 0 too few", "h 0 too few"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRankingMinRequired: "with required < minRequired or a null rate the rank is
// null and the place is listed last, by code, with the reason".
func TestRankingMinRequired(t *testing.T) {
	t.Parallel()
	got := ranked(t, 3, map[string]string{"z": "CMM", "y": "CC", "x": "PPP", "w": "CCE", "v": "CPM"})
	want := []string{"v 1", "z 2", "w 0 too few", "x 0 nothing counts", "y 0 too few"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTrendDays: "from, each whole step after it, and always to"; months are "the
// same day of the month or its last, counted from from".
func TestTrendDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to calendar.Day
		step     coverage.TrendStep
		want     string
	}{
		{calendar.Date(2024, 2, 28), calendar.Date(2024, 3, 1), coverage.EachDay, "2024-02-28 2024-02-29 2024-03-01"},
		{calendar.Date(2024, 5, 6), calendar.Date(2024, 5, 6), coverage.EachDay, "2024-05-06"},
		{calendar.Date(2024, 5, 6), calendar.Date(2024, 5, 5), coverage.EachDay, "2024-05-05"},
		{calendar.Date(2024, 5, 6), calendar.Date(2024, 5, 20), coverage.EachWeek, "2024-05-06 2024-05-13 2024-05-20"},
		{calendar.Date(2024, 5, 6), calendar.Date(2024, 5, 19), coverage.EachWeek, "2024-05-06 2024-05-13 2024-05-19"},
		{calendar.Date(2024, 1, 31), calendar.Date(2024, 4, 30), coverage.EachMonth, "2024-01-31 2024-02-29 2024-03-31 2024-04-30"},
		{calendar.Date(2023, 11, 30), calendar.Date(2024, 6, 1), coverage.EachQuarter, "2023-11-30 2024-02-29 2024-05-30 2024-06-01"},
		{calendar.Date(2024, 2, 29), calendar.Date(2026, 3, 1), coverage.EachYear, "2024-02-29 2025-02-28 2026-02-28 2026-03-01"},
	} {
		var got []string
		for _, on := range coverage.TrendDays(c.from, c.to, c.step) {
			got = append(got, on.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("got %v, want %s", got, c.want)
		}
	}
}
