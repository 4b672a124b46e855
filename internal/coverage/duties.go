package coverage

import (
	"cmp"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// EntriesNotInForce names the entries of a publisher under which duties were opened
// by a day on which the cell is not in force, by code.
func (x *Index) EntriesNotInForce(place area.Place, on calendar.Day) []string {
	var entries []string
	for _, r := range x.rowsOf(place, Self) {
		for _, c := range r.cells {
			var figures Figures
			if c.count(on, x.Days, &figures); figures.Cells == (Figures{}).Cells && figures.Duties != (Figures{}).Duties {
				entries = append(entries, x.entries.codes[c.entry])
			}
		}
	}
	return entries
}

// CellsOwing lists the cells of a node, in force on a day and not exempt, of which a
// duty is overdue that day, or open and due by another.
func (x *Index) CellsOwing(until Until, place area.Place, scope Scope, on, last calendar.Day) []Coming {
	var owing []Coming
	for at, r := range x.walk(until, place, scope, 0) {
		for _, c := range r.cells {
			status := c.statusOn(on)
			if status != timeline.NotInForce && status != timeline.Exempt && c.owes(on, last, x.Days) {
				owing = append(owing, Coming{Publisher: at, EntryCode: x.entries.codes[c.entry]})
			}
		}
	}
	return owing
}

func (c *cell) owes(on, last calendar.Day, days *calendar.Calendar) bool {
	for of := range c.dutiesBy(on, days) {
		if of.OwedBy(on, last) {
			return true
		}
	}
	return false
}

// DutyTransition is how many duties went from one state to another: taken
// together they are the difference of the figures of timeliness.
type DutyTransition struct {
	Before, After duty.State // NotOpened where not opened by the day
	Duties        int
}

// DutyTransitions counts the duties of a node whose state differs between two
// days, by the states between which they go.
func (x *Index) DutyTransitions(
	until Until, place area.Place, scope Scope, from, to calendar.Day,
) ([]DutyTransition, error) {
	var counted [duty.States][duty.States]int
	for _, r := range x.walk(until, place, scope, 0) {
		for _, c := range r.cells {
			for of := range c.dutiesBy(max(from, to), x.Days) {
				counted[of.StateOn(from)][of.StateOn(to)]++
			}
		}
	}
	transitions := []DutyTransition{}
	for before := range counted {
		for after, duties := range counted[before] {
			if before != after && duties > 0 {
				transitions = append(transitions, DutyTransition{duty.State(before), duty.State(after), duties})
			}
		}
	}
	slices.SortFunc(transitions, func(a, b DutyTransition) int {
		return cmp.Or(cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return transitions, until.Err()
}
