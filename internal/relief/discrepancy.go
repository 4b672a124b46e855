package relief

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// DiscrepancyKind is what sort of doubt it is (款物疑点).
type DiscrepancyKind uint8

// The kinds.
const (
	Overspent   DiscrepancyKind = iota // more given than received
	Idle                               // 滞留: money left lying
	Undisclosed                        // a movement not published in time
	Unmatched                          // a movement names a disclosure that is not there
	// DiscrepancyKinds is how many there are.
	DiscrepancyKinds = 4
)

// Recorded is a movement with what is known of the disclosure that it names.
type Recorded struct {
	Movement
	// Known: the disclosure that it names is registered.
	Known bool
	// PublishedOn and WithdrawnOn are the disclosure's, Never where it has none.
	PublishedOn, WithdrawnOn calendar.Day
}

// Discrepancy is one doubt about a node alone.
type Discrepancy struct {
	Kind      DiscrepancyKind
	NodeCode  string
	Class     Class
	Amount    Fen
	Movements []Recorded // those that make it, by day, then ref
	// Last is the last movement's day and Due the last day without doubt, for
	// IDLE and UNDISCLOSED.
	Last, Due calendar.Day
}

// DiscloseBy is the day by which a movement is to be disclosed.
func (m *Movement) DiscloseBy(days *calendar.Calendar) calendar.Deadline {
	return days.WorkingDeadline(m.OccurredOn, DisclosureWorkingDays)
}

// Owed tells whether the movement is to be disclosed by its giver.
func (m *Movement) Owed() bool { return m.Kind != Donation }

// DisclosureWorkingDays after a movement it is to be published.
const DisclosureWorkingDays = 20

// IdleWorkingDays after the last movement of a class money lies idle, where the
// question names no other number.
const IdleWorkingDays = 15

// Account is whose doubts are asked for.
type Account struct {
	// Contains tells whether a node is asked about; Region whether it is a Region,
	// whose money comes from elsewhere and which cannot overspend.
	Contains, Region func(code string) bool
	Span             calendar.Span // of the movements that UNDISCLOSED and UNMATCHED look at
	On               calendar.Day
	Days             *calendar.Calendar
	IdleDays         int
}

// giver is who answers for a movement: the receiver of a donation.
func (m *Movement) giver() string {
	if m.Kind == Donation {
		return m.ToCode
	}
	return m.FromCode
}

// Discrepancies finds the doubts about nodes in all movements from or to them up
// to the day asked.
func Discrepancies(movements []Recorded, a Account) []Discrepancy {
	slices.SortFunc(movements, func(x, y Recorded) int {
		return cmp.Or(cmp.Compare(x.OccurredOn, y.OccurredOn), strings.Compare(x.Ref, y.Ref))
	})
	type account struct {
		code  string
		class Class
	}
	books := map[account]*Discrepancy{}
	enter := func(code string, m *Recorded, change Fen) {
		if code == "" || !a.Contains(code) {
			return
		}
		key := account{code, m.Class}
		if books[key] == nil {
			books[key] = &Discrepancy{NodeCode: code, Class: m.Class}
		}
		book := books[key]
		book.Amount += change
		book.Movements = append(book.Movements, *m)
		book.Last = m.OccurredOn
	}
	var found []Discrepancy
	for i := range movements {
		m := &movements[i]
		if m.OccurredOn > a.On {
			continue
		}
		enter(m.FromCode, m, -m.Funds)
		if m.Kind != Distribution {
			enter(m.ToCode, m, m.Funds)
		}
		if a.Contains(m.giver()) && a.Span.Contains(m.OccurredOn) {
			found = append(found, ofMovement(m, &a)...)
		}
	}
	for _, book := range books {
		switch {
		case book.Amount < 0 && !a.Region(book.NodeCode):
			book.Kind, book.Amount = Overspent, -book.Amount
			found = append(found, *book)
		case a.idle(book.Amount, book.Last):
			book.Kind, book.Due = Idle, a.idleAfter(book.Last)
			found = append(found, *book)
		}
	}
	slices.SortFunc(found, func(x, y Discrepancy) int {
		return cmp.Or(strings.Compare(x.NodeCode, y.NodeCode), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Class, y.Class),
			cmp.Compare(x.Movements[0].OccurredOn, y.Movements[0].OccurredOn), strings.Compare(x.Movements[0].Ref, y.Movements[0].Ref))
	})
	return found
}

// ofMovement finds the doubts about one movement.
func ofMovement(m *Recorded, a *Account) []Discrepancy {
	var found []Discrepancy
	doubt := Discrepancy{NodeCode: m.giver(), Class: m.Class, Amount: m.Funds, Movements: []Recorded{*m}, Last: m.OccurredOn}
	if m.Owed() {
		doubt.Due = m.DiscloseBy(a.Days).Due
		if a.undisclosed(m.OccurredOn, m.PublishedOn) {
			doubt.Kind = Undisclosed
			found = append(found, doubt)
		}
	}
	if a.unmatched(m.DisclosureRef != "", m.Known, m.WithdrawnOn) {
		doubt.Kind = Unmatched
		found = append(found, doubt)
	}
	return found
}

// idleAfter is the last day on which money that moved last on a day does not lie idle.
func (a *Account) idleAfter(last calendar.Day) calendar.Day {
	return a.Days.AddWorkingDays(last, a.IdleDays)
}

func (a *Account) idle(balance Fen, last calendar.Day) bool {
	return balance > 0 && a.On > a.idleAfter(last)
}

func (a *Account) undisclosed(occurredOn, publishedOn calendar.Day) bool {
	return publishedOn > a.On && a.On > a.Days.WorkingDeadline(occurredOn, DisclosureWorkingDays).Due
}

func (a *Account) unmatched(named, known bool, withdrawnOn calendar.Day) bool {
	return named && (!known || withdrawnOn <= a.On)
}
