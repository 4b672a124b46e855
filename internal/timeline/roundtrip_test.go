package timeline_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// drawn days are any that facts give or that are reckoned from them.
var (
	drawnDay   = rapid.Map(rapid.IntRange(0, int(calendar.Last)+400), func(n int) calendar.Day { return calendar.Day(n) })
	drawnOrNot = rapid.OneOf(drawnDay, rapid.Just(calendar.Never))
	drawnEvery = rapid.SampledFrom([]calendar.Periodicity{calendar.Annual, calendar.Semiannual, calendar.Quarterly, calendar.Monthly})
)

func drawSummary(t *rapid.T, code string) timeline.CellSummary {
	summary := timeline.CellSummary{EntryCode: code}
	for _, from := range rapid.SliceOfN(drawnDay, 0, 5).Draw(t, "spans") {
		summary.Spans = append(
			summary.Spans,
			timeline.Span{From: from, Status: timeline.Status(rapid.IntRange(0, timeline.Statuses-1).Draw(t, "status"))},
		)
	}
	slices.SortFunc(summary.Spans, func(a, b timeline.Span) int { return int(a.From - b.From) })
	for range rapid.IntRange(0, 3).Draw(t, "duties") {
		summary.Duties = append(
			summary.Duties,
			duty.Days{OpenedOn: drawnDay.Draw(t, "opened"), DueOn: drawnOrNot.Draw(t, "due"), FulfilledOn: drawnOrNot.Draw(t, "fulfilled")},
		)
	}
	for range rapid.IntRange(0, 2).Draw(t, "series") {
		first := int32(rapid.IntRange(1990, 25200).Draw(t, "first"))
		series := timeline.SeriesSummary{
			Every:       drawnEvery.Draw(t, "every"),
			First:       first,
			Last:        first + int32(rapid.IntRange(0, 900).Draw(t, "more")),
			WorkingDays: rapid.IntRange(0, 400).Draw(t, "working days"),
		}
		for ordinal := first; ordinal <= series.Last; ordinal += int32(rapid.IntRange(1, 400).Draw(t, "step")) {
			series.Fulfilled = append(series.Fulfilled, duty.Fulfilment{Ordinal: ordinal, On: drawnDay.Draw(t, "on")})
		}
		summary.Series = append(summary.Series, series)
	}
	for kind := range summary.Listed {
		summary.Listed[kind] = rapid.SliceOfN(drawnDay, 0, 4).Draw(t, "listed")
		slices.Sort(summary.Listed[kind])
	}
	return summary
}

// same does not tell no slice from an empty one.
func same(a, b timeline.CellSummary) bool {
	return a.EntryCode == b.EntryCode && slices.Equal(a.Spans, b.Spans) && slices.Equal(a.Duties, b.Duties) &&
		slices.EqualFunc(a.Series, b.Series, func(a, b timeline.SeriesSummary) bool {
			return a.Every == b.Every && a.First == b.First && a.Last == b.Last && a.WorkingDays == b.WorkingDays &&
				slices.Equal(a.Fulfilled, b.Fulfilled)
		}) &&
		slices.EqualFunc(a.Listed[:], b.Listed[:], slices.Equal)
}

// TestPackedRoundTrip: what is packed is unpacked as it was, but that an empty
// cell is left out; and what is cut short is refused or holds fewer cells.
func TestPackedRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var cells []timeline.CellSummary
		for n := range rapid.IntRange(0, 4).Draw(t, "cells") {
			cells = append(cells, drawSummary(t, fmt.Sprintf("3.2.%d", n)))
		}
		packed := timeline.Pack(cells)
		got, err := packed.Unpack()
		if err != nil {
			t.Fatal(err)
		}
		want := slices.DeleteFunc(cells, func(b timeline.CellSummary) bool { return b.Empty() })
		if !slices.EqualFunc(got, want, same) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		short, err := packed[:rapid.IntRange(0, len(packed)-1).Draw(t, "length")].Unpack()
		if err == nil && len(short) >= len(want) {
			t.Fatalf("cut short it still holds %d cells", len(short))
		}
	})
}

// TestSplice: the changed entries' cells take the place of the present ones, in
// the order of their codes; an entry that has none any more is gone.
func TestSplice(t *testing.T) {
	t.Parallel()
	summary := func(code string, from calendar.Day) timeline.CellSummary {
		return timeline.CellSummary{EntryCode: code, Spans: []timeline.Span{{From: from, Status: timeline.Covered}}}
	}
	present := []timeline.CellSummary{summary("1.1", 1), summary("1.10", 1), summary("2.2", 1), summary("3.1", 1)}
	changed := []timeline.CellSummary{summary("1.2", 2), summary("2.2", 2)}
	got := timeline.Splice(present, changed, map[string]bool{"1.2": true, "2.2": true, "3.1": true})
	want := []timeline.CellSummary{summary("1.1", 1), summary("1.10", 1), summary("1.2", 2), summary("2.2", 2)}
	if !reflect.DeepEqual(got, want) || len(present) != 4 || present[2].Spans[0].From != 1 {
		t.Errorf("got %+v", got)
	}
}
