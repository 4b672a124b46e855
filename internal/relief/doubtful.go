package relief

import (
	"sort"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Suspect is what a book has that is a doubt about its node on some days, if it moved
// within the days that are asked about (Account.Moved).
type Suspect struct {
	Kind  DiscrepancyKind
	Class Class
	// Event is the number of a movement's in the texts of the book, 0 for none.
	Event int
	// Moved is the day of a movement, or of the last one of money that lies idle; None of
	// money that was overspent.
	Moved calendar.Day
	Days  calendar.Span
}

// Suspects visits what Discrepancies may find about the node of a book, which is a Region
// or is none. What is given to `visit` is another with the next.
func (r Reading) Suspects(region bool, visit func(*Suspect)) error {
	var suspect Suspect
	found := func(kind DiscrepancyKind, class Class, event int, moved, from, to calendar.Day) {
		suspect = Suspect{kind, class, event, moved, calendar.Span{From: from, To: to}}
		visit(&suspect)
	}
	var accounts [Classes]struct {
		last    calendar.Day
		balance Fen
	}
	stood := func(class Class, until calendar.Day) {
		switch of := &accounts[class]; {
		case of.balance > 0:
			found(Idle, class, 0, of.last, of.last, until)
		case of.balance < 0 && !region:
			found(Overspent, class, 0, calendar.None, of.last, until)
		}
	}
	err := r.Each(func(e *PackedEntry) bool {
		of := &accounts[e.Class]
		if of.last != e.OccurredOn {
			stood(e.Class, e.OccurredOn-1)
			of.last = e.OccurredOn
		}
		if e.Received {
			of.balance += e.Funds
		} else {
			of.balance -= e.Funds
		}
		if e.Received && e.Kind != Donation {
			return true // who gave it answers for it
		}
		if e.Kind != Donation && e.PublishedOn > e.OccurredOn {
			until := calendar.Never
			if e.PublishedOn != calendar.Never {
				until = e.PublishedOn - 1
			}
			found(Undisclosed, e.Class, e.Event, e.OccurredOn, e.OccurredOn, until)
		}
		switch {
		case !e.Named:
		case !e.Known:
			found(Unmatched, e.Class, e.Event, e.OccurredOn, e.OccurredOn, calendar.Never)
		case e.WithdrawnOn != calendar.Never:
			found(Unmatched, e.Class, e.Event, e.OccurredOn, max(e.OccurredOn, e.WithdrawnOn), calendar.Never)
		}
		return true
	})
	for class := range Class(Classes) {
		stood(class, calendar.Never)
	}
	return err
}

// Moved are, by kind, the days of which a suspect of one is a doubt on the day asked.
func (a *Account) Moved() (days [DiscrepancyKinds]calendar.Span) {
	by := func(last calendar.Day) calendar.Span { return calendar.Span{From: calendar.None, To: last} }
	days[Overspent], days[Idle] = by(a.On), by(a.movedBefore(a.IdleDays))
	days[Undisclosed], days[Unmatched] = a.Span, a.Span
	days[Undisclosed].To = min(a.Span.To, a.movedBefore(DisclosureWorkingDays))
	days[Unmatched].To = min(a.Span.To, a.On)
	return days
}

// movedBefore is the last day of which so many working days later lies before the day asked.
func (a *Account) movedBefore(workingDays int) calendar.Day {
	return calendar.Day(sort.Search(int(a.On), func(day int) bool {
		return a.Days.AddWorkingDays(calendar.Day(day), workingDays) >= a.On
	})) - 1
}
