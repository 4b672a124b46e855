package order

import (
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Phase is a state with a timeliness: what figures and filters go by. The zero Phase
// is that of an order that is not issued yet.
type Phase uint8

// Phases is how many there are, that of no order among them.
const Phases = 15

// The open states have three values of timeliness each, those answered and accepted two.
var phases = func() (all [Phases]struct {
	state      State
	timeliness Timeliness
},
) {
	next := 1
	for state := Issued; state <= Withdrawn; state++ {
		values := []Timeliness{OnTime, Late}
		switch {
		case state.Open():
			values = []Timeliness{OnTrack, DueSoon, Overdue}
		case state == Withdrawn:
			values = []Timeliness{NoTimeliness}
		}
		for _, timeliness := range values {
			all[next].state, all[next].timeliness = state, timeliness
			next++
		}
	}
	return all
}()

func phaseOf(state State, timeliness Timeliness) Phase {
	for phase := Phase(1); phase < Phases; phase++ {
		if phases[phase].state == state && phases[phase].timeliness == timeliness {
			return phase
		}
	}
	panic("order: no such phase")
}

// State is the phase's.
func (p Phase) State() State { return phases[p].state }

// Timeliness is the phase's.
func (p Phase) Timeliness() Timeliness { return phases[p].timeliness }

// Span is a phase from a day on, until that of the next span.
type Span struct {
	From  calendar.Day
	Phase Phase
}

// PhaseOn is the phase of a day by an order's spans, 0 before it was issued.
func PhaseOn(spans []Span, day calendar.Day) Phase {
	phase := Phase(0)
	for i := range spans {
		if spans[i].From > day {
			break
		}
		phase = spans[i].Phase
	}
	return phase
}

// History is how an order stands on every day, by its events, which are in order.
func (o *Order) History(events []Event, days *calendar.Calendar) (spans []Span) {
	add := func(from calendar.Day, phase Phase) {
		if last := len(spans) - 1; last < 0 || spans[last].Phase != phase {
			spans = append(spans, Span{from, phase})
		}
	}
	standing, from := o.Begin(days), o.IssuedOn()
	stretch := func(to calendar.Day) { // as the standing is on the days up to `to`
		if to < from {
			return
		}
		if !standing.State.Open() {
			add(from, phaseOf(standing.State, standing.TimelinessOn(from, days)))
			return
		}
		soon := soonFrom(standing.DueOn, days)
		if from < soon {
			add(from, phaseOf(standing.State, OnTrack))
		}
		if first := max(from, soon); first <= min(to, standing.DueOn) {
			add(first, phaseOf(standing.State, DueSoon))
		}
		if first := max(from, standing.DueOn+1); first <= to && standing.DueOn != calendar.Never {
			add(first, phaseOf(standing.State, Overdue))
		}
	}
	for i := range events {
		on := max(events[i].On(), from)
		stretch(on - 1)
		from = on
		standing = standing.After(&events[i], days)
	}
	stretch(calendar.Last)
	return spans
}

// soonFrom is the first day of which the third working day after it is no earlier than
// the due day.
func soonFrom(dueOn calendar.Day, days *calendar.Calendar) calendar.Day {
	if dueOn == calendar.Never {
		return calendar.Never
	}
	soon := dueOn
	for soon > calendar.First && days.AddWorkingDays(soon-1, soonWorkingDays) >= dueOn {
		soon--
	}
	return soon
}

// Figures count orders by state and timeliness on a day.
type Figures [Phases]int

// Count adds so many orders of a phase.
func (f *Figures) Count(phase Phase, orders int) { f[phase] += orders }

// Issued is how many there are by the day.
func (f *Figures) Issued() int { return f.of(func(Phase) bool { return true }) }

// Open is how many have yet to be answered.
func (f *Figures) Open() int { return f.of(func(p Phase) bool { return p.State().Open() }) }

// In is how many are in a state.
func (f *Figures) In(state State) int { return f.of(func(p Phase) bool { return p.State() == state }) }

// Timely is how many have a timeliness: the open ones OnTrack, DueSoon or Overdue, the
// answered and accepted ones OnTime or Late.
func (f *Figures) Timely(t Timeliness) int {
	return f.of(func(p Phase) bool { return p.Timeliness() == t })
}

// OnTimeRate is onTime ÷ (onTime + late); ok is false when that is 0.
func (f *Figures) OnTimeRate() (rate float64, ok bool) {
	onTime, late := f.Timely(OnTime), f.Timely(Late)
	if onTime+late == 0 {
		return 0, false
	}
	return float64(onTime) / float64(onTime+late), true
}

func (f *Figures) of(wanted func(Phase) bool) (count int) {
	for phase := Phase(1); phase < Phases; phase++ {
		if wanted(phase) {
			count += f[phase]
		}
	}
	return count
}
