package coverage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Change returns the gaps of a node that opened between two days, as they stand
// on the later, and those that closed, as they stood on the earlier; both by
// publisher and entry. One gap that turned into another is neither.
func (x *Index) Change(place area.Place, scope Scope, from, to calendar.Day) (opened, closed []Standing) {
	for at, r := range x.rowsOf(place, scope) {
		for i := range r.cells {
			p := r.parts(i)
			before, after := timeline.At(p.spans, from), timeline.At(p.spans, to)
			wasGap := before >= 0 && p.spans[before].Status.Gap()
			isGap := after >= 0 && p.spans[after].Status.Gap()
			switch {
			case isGap && !wasGap:
				opened = append(opened, Standing{at, x.entries.codes[p.entry], p.spans[after].Status, p.spans[after].From})
			case wasGap && !isGap:
				closed = append(closed, Standing{at, x.entries.codes[p.entry], p.spans[before].Status, p.spans[before].From})
			}
		}
	}
	return opened, closed
}

// Coming is a cell that becomes a gap if nothing happens.
type Coming struct {
	Publisher area.Place
	EntryCode string
	// DueOn is the last day before it is a gap.
	DueOn   calendar.Day
	Becomes timeline.Status
}

// Upcoming returns the cells of a node that are no gap on a day and become one
// on a day whose eve lies between that day and its n-th working day, by eve,
// publisher and entry.
func (x *Index) Upcoming(place area.Place, scope Scope, on calendar.Day, workingDays int) []Coming {
	horizon := x.Days.AddWorkingDays(on, workingDays)
	var coming []Coming
	for at, r := range x.rowsOf(place, scope) {
		for i := range r.cells {
			p := r.parts(i)
			now := timeline.At(p.spans, on)
			if now >= 0 && p.spans[now].Status.Gap() {
				continue
			}
			for _, span := range p.spans[now+1:] {
				if span.From-1 > horizon {
					break
				}
				if span.Status.Gap() {
					coming = append(coming, Coming{at, x.entries.codes[p.entry], span.From - 1, span.Status})
					break
				}
			}
		}
	}
	slices.SortFunc(coming, compareComing)
	return coming
}

func compareComing(a, b Coming) int {
	return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Publisher, b.Publisher), strings.Compare(a.EntryCode, b.EntryCode))
}

// NotRanked is why a place has no rank.
type NotRanked uint8

// The reasons.
const (
	Ranked        NotRanked = iota
	TooFewCells             // fewer cells required than asked for
	NothingCounts           // no cell that would have to be published already
)

// Place in a ranking.
type RankedPlace struct {
	Place   area.Place
	Figures Figures
	// Rank is shared by equals and leaves gaps after them; 0 where not ranked.
	Rank   int
	Reason NotRanked
}

// Ranking orders the places of a level at or below a node, best coverage rate
// first, then by code; those without a rank come last.
func (x *Index) Ranking(place area.Place, level area.Level, on calendar.Day, minRequired int) []RankedPlace {
	var ranking []RankedPlace
	for at := range x.Tree.Below(place) {
		if node := x.Tree.Node(at); node.Department || node.Level != level {
			continue
		}
		ranked := RankedPlace{Place: at, Figures: x.At(at, Subtree, on)}
		if ranked.Figures.Required() < minRequired {
			ranked.Reason = TooFewCells
		} else if _, ok := ranked.Figures.CoverageRate(); !ok {
			ranked.Reason = NothingCounts
		}
		ranking = append(ranking, ranked)
	}
	slices.SortStableFunc(ranking, func(a, b RankedPlace) int {
		if (a.Reason == Ranked) != (b.Reason == Ranked) {
			if a.Reason == Ranked {
				return -1
			}
			return 1
		}
		if a.Reason != Ranked {
			return 0
		}
		return compareRates(&b.Figures, &a.Figures)
	})
	for i := range ranking {
		if ranking[i].Reason != Ranked {
			break
		}
		ranking[i].Rank = i + 1
		if i > 0 && compareRates(&ranking[i].Figures, &ranking[i-1].Figures) == 0 {
			ranking[i].Rank = ranking[i-1].Rank
		}
	}
	return ranking
}

// compareRates compares coverage rates exactly, as fractions.
func compareRates(a, b *Figures) int {
	partA, wholeA := a.Cells[timeline.Covered], a.Required()-a.Cells[timeline.Pending]
	partB, wholeB := b.Cells[timeline.Covered], b.Required()-b.Cells[timeline.Pending]
	return cmp.Compare(partA*wholeB, partB*wholeA)
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
