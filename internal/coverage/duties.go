package coverage

import (
	"cmp"
	"iter"
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
		for i := range r.cells {
			p := r.parts(i)
			var figures Figures
			if p.count(on, x.Days, &figures); figures.Cells == (Figures{}).Cells && figures.Duties != (Figures{}).Duties {
				entries = append(entries, x.entries.codes[p.entry])
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
		for i := range r.cells {
			p := r.parts(i)
			status := timeline.StatusOn(p.spans, on)
			if status != timeline.NotInForce && status != timeline.Exempt && p.owes(on, last, x.Days) {
				owing = append(owing, Coming{Publisher: at, EntryCode: x.entries.codes[p.entry]})
			}
		}
	}
	return owing
}

func (p *parts) owes(on, last calendar.Day, days *calendar.Calendar) bool {
	for of := range eachDuty(p.duties, p.series, on, days) {
		if of.OwedBy(on, last) {
			return true
		}
	}
	return false
}

// eachDuty yields the duties that stand alone and, of every series, each duty opened
// by a day.
func eachDuty(
	alone []duty.Days, series []timeline.SeriesSummary, by calendar.Day, days *calendar.Calendar,
) iter.Seq[duty.Days] {
	return func(yield func(duty.Days) bool) {
		for i := range alone {
			if !yield(alone[i]) {
				return
			}
		}
		for i := range series {
			s := &series[i]
			opened, _ := duty.Reached(s.Every, s.First, s.Last, s.WorkingDays, by, days)
			fulfilled := s.Fulfilled
			for ordinal := s.First; ordinal <= opened; ordinal++ {
				of := duty.Fulfilment{Ordinal: ordinal, On: calendar.Never}
				if len(fulfilled) > 0 && fulfilled[0].Ordinal == ordinal {
					of, fulfilled = fulfilled[0], fulfilled[1:]
				}
				if !yield(daysOf(s, of, days)) {
					return
				}
			}
		}
	}
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
		for of := range eachDuty(r.duties, r.series, max(from, to), x.Days) {
			counted[of.StateOn(from)][of.StateOn(to)]++
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
