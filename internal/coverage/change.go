package coverage

import (
	"cmp"
	"fmt"
	"iter"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Opened walks the gaps of a node on the later of two days that were none on the
// earlier, as they stand on the later, in no order. One gap that turned into another is
// not among them.
func (x *Index) Opened(until Until, place area.Place, scope Scope, from, to calendar.Day) iter.Seq[Standing] {
	return x.gapsOnlyOn(until, place, scope, to, from)
}

// Closed walks likewise the gaps on the earlier day that are none on the later,
// as they stood on the earlier.
func (x *Index) Closed(until Until, place area.Place, scope Scope, from, to calendar.Day) iter.Seq[Standing] {
	return x.gapsOnlyOn(until, place, scope, from, to)
}

func (x *Index) gapsOnlyOn(until Until, place area.Place, scope Scope, on, other calendar.Day) iter.Seq[Standing] {
	return func(yield func(Standing) bool) {
		if s := x.sumsAt(place, scope); s != nil && s.runs != nil {
			x.runsOnlyOn(until, place, on, other, yield)
			return
		}
		for at, r := range x.walk(until, place, scope, 0) {
			for _, c := range r.cells {
				is := c.spanOn(on)
				if !is.Status.Gap() || c.statusOn(other).Gap() {
					continue
				}
				if !yield(Standing{at, x.entries.codes[c.entry], is.Status, is.From}) {
					return
				}
			}
		}
	}
}

// runsOnlyOn goes along the runs that hold one day and not the other.
func (x *Index) runsOnlyOn(until Until, place area.Place, on, other calendar.Day, yield func(Standing) bool) {
	all := x.wantedGaps(GapFilter{})
	asked := runsOn(on, &all)
	if other < on {
		asked.first = other + 1
	} else {
		asked.endsBefore = other + 1
	}
	for s := range x.runsKept(until, place, func(s *sums) bool { return s.hasGaps(on, &all) }) {
		for since, run := range s.runs.walk(&asked) {
			// The cell may be another gap on the other day.
			if !x.cellOf(run).statusOn(other).Gap() && !yield(x.standingOf(since, run)) {
				return
			}
		}
	}
}

// Coming is a cell that becomes a gap if nothing happens.
type Coming struct {
	Publisher area.Place
	EntryCode string
	// DueOn is the last day before it is a gap.
	DueOn   calendar.Day
	Becomes timeline.Status
}

// Upcoming walks the cells of a node that are no gap on a day and become one on a
// day whose eve lies between that day and its n-th working day, in no order.
func (x *Index) Upcoming(
	until Until, place area.Place, scope Scope, on calendar.Day, workingDays int, filter GapFilter,
) iter.Seq[Coming] {
	horizon := x.Days.AddWorkingDays(on, workingDays)
	return func(yield func(Coming) bool) {
		if s := x.sumsAt(place, scope); s != nil && s.runs != nil && len(filter.Publishers) == 0 {
			x.runsComing(until, place, on, horizon, filter, yield)
			return
		}
		keep := x.gapKeeper(calendar.Never, filter) // by what they become, however new
		for at, r := range x.walkPublishers(until, place, scope, filter.Publishers) {
			if !keep.place(at) {
				continue
			}
			for _, c := range r.cells {
				span, becomes := c.becomesGap(on, horizon)
				if becomes && keep.cell(c.entry, span) && !yield(Coming{at, x.entries.codes[c.entry], span.From - 1, span.Status}) {
					return
				}
			}
		}
	}
}

// runsComing goes along the runs that begin after a day, up to the day after the horizon.
func (x *Index) runsComing(until Until, place area.Place, on, horizon calendar.Day, filter GapFilter, yield func(Coming) bool) {
	wanted := x.wantedGaps(filter)
	asked := runsAsked{first: on + 1, last: horizon + 1, endsAfter: on, endsBefore: calendar.Never, wanted: &wanted}
	for s := range x.runsKept(until, place, func(*sums) bool { return true }) {
		for since, run := range s.runs.walk(&asked) {
			// The cell may be a gap on the day, or become one earlier.
			if first, becomes := x.cellOf(run).becomesGap(on, horizon); !becomes || first.From != since {
				continue
			}
			if !yield(Coming{run.place(), x.entries.codes[run.slot().entry()], since - 1, run.status()}) {
				return
			}
		}
	}
}

// ComingOrder is how a list of what is coming is ordered.
type ComingOrder uint8

// The orders; each ends in eve, publisher and entry.
const (
	DueFirst ComingOrder = iota
	ComingByPublisher
	ComingByEntry
)

// Compare orders what is coming.
func (o ComingOrder) Compare(a, b Coming) int {
	byEve := cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Publisher, b.Publisher), strings.Compare(a.EntryCode, b.EntryCode))
	switch o {
	case DueFirst:
		return byEve
	case ComingByPublisher:
		return cmp.Or(cmp.Compare(a.Publisher, b.Publisher), byEve)
	case ComingByEntry:
		return cmp.Or(strings.Compare(a.EntryCode, b.EntryCode), byEve)
	}
	panic(fmt.Sprintf("coverage: no rule for an order of what is coming of kind %d", o))
}

// ComingAt turns a position into what it compares by. Its publisher may have gone from
// the tree meanwhile: then the next code stands for it.
func (x *Index) ComingAt(publisherCode, entryCode string, dueOn calendar.Day) Coming {
	at := Coming{Publisher: x.Tree.RankOf(publisherCode), EntryCode: entryCode, DueOn: dueOn}
	if x.Tree.Find(publisherCode) == area.Nowhere {
		at.EntryCode = ""
	}
	return at
}

// TrendDays lists the days of a trend: from, each whole step after it, and to.
func TrendDays(from, to calendar.Day, step TrendStep) []calendar.Day {
	var days []calendar.Day
	for i := 0; ; i++ {
		day := step.after(from, i)
		if day >= to {
			return append(days, to)
		}
		days = append(days, day)
	}
}

// TrendStep is the distance between the days of a trend.
type TrendStep uint8

// The steps.
const (
	EachDay TrendStep = iota
	EachWeek
	EachMonth
	EachQuarter
	EachYear
)

// after returns the day so many steps after another. Months are counted from
// the first day each time, so that 31 January leads to 28 February and on to 31
// March.
func (s TrendStep) after(from calendar.Day, steps int) calendar.Day {
	switch s {
	case EachDay:
		return from + calendar.Day(steps)
	case EachWeek:
		return from + calendar.Day(7*steps)
	case EachMonth:
		return from.AddMonths(steps)
	case EachQuarter:
		return from.AddMonths(3 * steps)
	case EachYear:
		return from.AddMonths(12 * steps)
	}
	panic(fmt.Sprintf("coverage: no rule for a step of kind %d", s))
}
