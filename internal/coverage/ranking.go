package coverage

import (
	"cmp"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

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
	Place area.Place
	// Cells are its figures without those of duties.
	Cells Figures
	// Rank is shared by equals and leaves gaps after them; 0 where not ranked.
	Rank   int
	Reason NotRanked
}

// Ranking orders the places of a level at or below a node, best coverage rate
// first, then by code; those without a rank come last.
func (x *Index) Ranking(
	until Until, place area.Place, level area.Level, on calendar.Day, minRequired int,
) ([]RankedPlace, error) {
	question := rankingOf{place, level, on, minRequired}
	if ranking, known := x.kept.answer(question); known {
		return ranking.([]RankedPlace), nil
	}
	places := x.Tree.BelowAt(place, level)
	ranking := make([]RankedPlace, 0, len(places))
	for i, at := range places {
		if i%walkedAtOnce == 0 && until.Err() != nil {
			return nil, until.Err()
		}
		ranked := RankedPlace{Place: at, Cells: x.cellsAt(at, on)}
		if ranked.Cells.Required() < minRequired {
			ranked.Reason = TooFewCells
		} else if _, ok := ranked.Cells.CoverageRate(); !ok {
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
		return compareRates(&b.Cells, &a.Cells)
	})
	for i := range ranking {
		if ranking[i].Reason != Ranked {
			break
		}
		ranking[i].Rank = i + 1
		if i > 0 && compareRates(&ranking[i].Cells, &ranking[i-1].Cells) == 0 {
			ranking[i].Rank = ranking[i-1].Rank
		}
	}
	x.keep(question, ranking, len(ranking))
	return ranking, nil
}

// cellsAt returns the figures of a node and all below it on a day but for those of duties,
// which are many more than cells.
func (x *Index) cellsAt(place area.Place, on calendar.Day) (figures Figures) {
	if s := x.sumsAt(place, Subtree); s != nil {
		for status := timeline.Covered; status < timeline.Statuses; status++ {
			figures.Cells[status] = s.total[statusCounter(status)].at(on)
		}
		return figures
	}
	for _, r := range x.rowsOf(place, Subtree) {
		r.countCells(on, &figures)
	}
	return figures
}

// CompareWorstFirst orders a ranking the other way round: those without a rank come
// last all the same, and equals by code.
func CompareWorstFirst(a, b *RankedPlace) int {
	return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(a.Place, b.Place))
}

// rankingOf is a question for a ranking.
type rankingOf struct {
	place       area.Place
	level       area.Level
	on          calendar.Day
	minRequired int
}

// compareRates compares coverage rates exactly, as fractions.
func compareRates(a, b *Figures) int {
	partA, wholeA := a.Cells[timeline.Covered], a.Required()-a.Cells[timeline.Pending]
	partB, wholeB := b.Cells[timeline.Covered], b.Required()-b.Cells[timeline.Pending]
	return cmp.Compare(partA*wholeB, partB*wholeA)
}
