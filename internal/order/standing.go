package order

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// State is how far an order has come.
type State uint8

// The states.
const (
	Issued State = iota
	Received
	Returned
	Answered
	Accepted
	Withdrawn
	// States is how many there are.
	States = 6
)

var stateNames = [States]string{"ISSUED", "RECEIVED", "RETURNED", "ANSWERED", "ACCEPTED", "WITHDRAWN"}

func (s State) String() string { return stateNames[s] }

// Open tells whether the publisher has yet to answer.
func (s State) Open() bool { return s <= Returned }

// Ended tells whether nothing but remarks can follow.
func (s State) Ended() bool { return s >= Accepted }

// ParseState reads a state's name.
func ParseState(name string) (State, bool) { return parse[State](stateNames[:], name) }

// Timeliness is how an order stands to its due day.
type Timeliness uint8

// The values; an order that was withdrawn has none.
const (
	NoTimeliness Timeliness = iota
	OnTrack
	DueSoon
	Overdue
	OnTime
	Late
	// Timelinesses is how many there are.
	Timelinesses = 6
)

var timelinessNames = [Timelinesses]string{"", "ON_TRACK", "DUE_SOON", "OVERDUE", "ON_TIME", "LATE"}

func (t Timeliness) String() string { return timelinessNames[t] }

// ParseTimeliness reads a name.
func ParseTimeliness(name string) (Timeliness, bool) {
	t, ok := parse[Timeliness](timelinessNames[:], name)
	return t, ok && t != NoTimeliness
}

const (
	soonWorkingDays       = 3  // an open order is DUE_SOON from so many before its due day on
	escalationWorkingDays = 10 // so many after it, it comes to the next place above the issuer
)

// Standing is what the events of an order have come to.
type Standing struct {
	State State
	DueOn calendar.Day
	// Pending is the extension that was asked for and not decided, nil where there is none.
	Pending *Event
	// late is what the last answer was by the due day just before it or, of an order
	// without one, its acceptance.
	late bool
	// answered tells whether there was an answer, also one that was returned.
	answered bool
}

// Begin is an order before its first event.
func (o *Order) Begin(days *calendar.Calendar) Standing {
	return Standing{State: Issued, DueOn: days.AddWorkingDays(o.IssuedOn(), int(o.WorkingDays))}
}

// After is what an event makes of a standing.
func (s Standing) After(e *Event, days *calendar.Calendar) Standing {
	switch e.Kind {
	case EventReceived:
		s.State = Received
	case EventAnswered:
		s.State, s.Pending = Answered, nil
		s.answered, s.late = true, e.On() > s.DueOn
	case EventReturned:
		s.State, s.DueOn = Returned, days.AddWorkingDays(e.On(), int(e.WorkingDays))
	case EventAccepted:
		s.State, s.Pending = Accepted, nil
		if !s.answered {
			s.late = e.On() > s.DueOn
		}
	case ExtensionAsked:
		s.Pending = e
	case ExtensionGranted:
		s.Pending, s.DueOn = nil, e.NewDueOn
	case ExtensionRefused:
		s.Pending = nil
	case EventRemarked:
	case EventWithdrawn:
		s.State, s.Pending = Withdrawn, nil
	}
	return s
}

// On is how an order stands at the end of a day, with the events by then, which are in
// order; ok is false before its day of issue.
func (o *Order) On(day calendar.Day, events []Event, days *calendar.Calendar) (s Standing, by []Event, ok bool) {
	if day < o.IssuedOn() {
		return s, nil, false
	}
	by = events[:countBy(events, day)]
	s = o.Begin(days)
	for i := range by {
		s = s.After(&by[i], days)
	}
	return s, by, true
}

// countBy counts the events by the end of a day.
func countBy(events []Event, day calendar.Day) int {
	i := slices.IndexFunc(events, func(e Event) bool { return e.On() > day })
	if i < 0 {
		return len(events)
	}
	return i
}

// TimelinessOn is how the standing is to its due day on a day.
func (s *Standing) TimelinessOn(day calendar.Day, days *calendar.Calendar) Timeliness {
	switch {
	case s.State == Withdrawn:
		return NoTimeliness
	case !s.State.Open() && s.late:
		return Late
	case !s.State.Open():
		return OnTime
	case day > s.DueOn:
		return Overdue
	case s.DueOn <= days.AddWorkingDays(day, soonWorkingDays):
		return DueSoon
	}
	return OnTrack
}

// EscalatedTo are the places above the issuer that an order has come to by a day,
// nearest first: one for every 10 of the working days after its due day, while it is
// open.
func EscalatedTo(tree *area.Tree, issuer area.Place, s State, dueOn, day calendar.Day, days *calendar.Calendar) (places []area.Place) {
	if !s.Open() || issuer == area.Nowhere {
		return nil
	}
	steps := days.CountWorkingDays(dueOn, day) / escalationWorkingDays
	for at := tree.Parent(issuer); at != area.Nowhere && len(places) < steps; at = tree.Parent(at) {
		places = append(places, at)
	}
	return places
}
