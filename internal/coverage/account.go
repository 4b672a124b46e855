package coverage

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// CellChange is a cell whose status differs between two days.
type CellChange struct {
	Publisher area.Place
	EntryCode string
	// Before and After are NotInForce where the cell is not in force that day.
	Before, After timeline.Status
	// On is the first day of the status that it has on the later day.
	On calendar.Day
}

// Transition is how many cells went from one status to another.
type Transition struct {
	Before, After timeline.Status
	Cells         int
}

// CellChanges walks the cells of a node whose status differs between two days and that
// a filter wants, by publisher and entry: all together are the difference of the figures.
func (x *Index) CellChanges(
	until Until, place area.Place, scope Scope, from, to calendar.Day, filter CellFilter,
) iter.Seq[CellChange] {
	keep := x.cellKeeper(filter)
	return func(yield func(CellChange) bool) {
		for at, r := range x.walk(until, place, scope, 0) {
			if !keep.place(at) {
				continue
			}
			for _, c := range r.cells {
				now := c.spanOn(to)
				change := CellChange{
					Publisher: at, EntryCode: x.entries.codes[c.entry],
					Before: c.statusOn(from), After: now.Status, On: now.From,
				}
				if change.Before == change.After || !keep.cell(c.entry, timeline.Span{}) {
					continue
				}
				if !yield(change) {
					return
				}
			}
		}
	}
}

// CompareCellChanges orders changes by publisher and entry.
func CompareCellChanges(a, b CellChange) int {
	return cmp.Or(cmp.Compare(a.Publisher, b.Publisher), strings.Compare(a.EntryCode, b.EntryCode))
}

// Transitions counts changes by the statuses between which they go.
func Transitions(changes iter.Seq[CellChange]) []Transition {
	counted := map[[2]timeline.Status]int{}
	for change := range changes {
		counted[[2]timeline.Status{change.Before, change.After}]++
	}
	transitions := make([]Transition, 0, len(counted))
	for between, cells := range counted {
		transitions = append(transitions, Transition{between[0], between[1], cells})
	}
	slices.SortFunc(transitions, func(a, b Transition) int {
		return cmp.Or(cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return transitions
}
