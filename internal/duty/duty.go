// Package duty derives what a publisher owes (公开义务), when it opens, when it
// is due and when it was fulfilled. Source: docs/design.md, Duties.
package duty

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

// Kind is what sort of duty it is, in the order in which design.md lists them.
type Kind uint8

// The kinds of duty.
const (
	Document       Kind = iota // a document is to be published
	Period                     // a period's information is to be published
	Interpretation             // 解读: a document is to be explained
	Response                   // 回应关切: a concern is to be answered
	Review                     // 属性审查: an attribute is to be looked at again
	Relief                     // 款物公开: a movement is to be published
)

var kindNames = [...]string{"DOCUMENT", "PERIOD", "INTERPRETATION", "RESPONSE", "REVIEW", "RELIEF"}

func (k Kind) String() string { return kindNames[k] }

// OfDocument tells whether what is owed is a document's, which the ref names.
func (k Kind) OfDocument() bool { return k == Document || k == Interpretation || k == Review }

// Duty is one thing owed on one date, inside a cell.
type Duty struct {
	Kind     Kind
	OpenedOn calendar.Day
	// DueOn is Never where the law names no number of days (及时).
	DueOn calendar.Day
	// FulfilledOn is Never until it is.
	FulfilledOn calendar.Day
	// AnchorOn is the day that the limit is counted from.
	AnchorOn calendar.Day
	// WorkingDays is how many working days the limit counts, -1 for other limits.
	WorkingDays int
	Provisional bool
	// DueAt is the exact instant of a limit in hours, zero for others.
	DueAt time.Time
	// Ref names what is owed: the disclosure, concern or movement; empty for PERIOD.
	Ref string
	// Title is a concern's, or a movement's document number.
	Title  string
	Period calendar.Period // of a PERIOD duty
	// FulfilledBy is the ref of the disclosure that fulfils it, if one does; of a
	// concern or movement the one that it names.
	FulfilledBy string
	// Rule is the catalog's row that the duty follows, nil where it follows
	// from the regulations alone.
	Rule *catalog.Rule
}

// State is how a duty stands on a day.
type State uint8

// The states. A duty that has not opened has none.
const (
	NotOpened    State = iota
	OnTime             // fulfilled, not after its due day
	Late               // fulfilled after its due day
	Overdue            // due and not fulfilled
	Open               // not yet due, not fulfilled
	Undetermined       // opened, without a due day
	// States is how many there are, NotOpened among them.
	States = 6
)

// Days are the three days that a duty's state follows from.
type Days struct {
	OpenedOn, DueOn, FulfilledOn calendar.Day
}

// Days returns the duty's three days.
func (d *Duty) Days() Days { return Days{d.OpenedOn, d.DueOn, d.FulfilledOn} }

// StateOn returns how the duty stands at the end of a day.
func (d Days) StateOn(on calendar.Day) State {
	switch {
	case on < d.OpenedOn:
		return NotOpened
	case d.DueOn == calendar.Never:
		return Undetermined
	case d.FulfilledOn <= on && d.FulfilledOn <= d.DueOn:
		return OnTime
	case d.FulfilledOn <= on:
		return Late
	case d.DueOn < on:
		return Overdue
	}
	return Open
}

// OwedBy tells whether the duty is overdue on a day, or open and due by another.
func (d Days) OwedBy(on, last calendar.Day) bool {
	state := d.StateOn(on)
	return state == Overdue || state == Open && d.DueOn <= last
}

// Turn is a day on which a duty passes from one state to another.
type Turn struct {
	On       calendar.Day
	From, To State
}

// Turns appends the days on which the state changes, at most three.
func (d Days) Turns(turns []Turn) []Turn {
	days := [3]calendar.Day{d.OpenedOn, d.DueOn, d.FulfilledOn}
	if d.DueOn != calendar.Never {
		days[1]++ // overdue begins on the day after the due day
	}
	slices.Sort(days[:])
	state := NotOpened
	for _, on := range days {
		if on == calendar.Never {
			break
		}
		if next := d.StateOn(on); next != state {
			turns = append(turns, Turn{on, state, next})
			state = next
		}
	}
	return turns
}

// Name tells the duty from others of its kind in the cell: by its period, else by
// the ref of what is owed.
func (d *Duty) Name() string {
	if d.Kind == Period {
		return d.Period.String()
	}
	return d.Ref
}

// DocumentRef names the document owed, else the one that fulfils the duty or that
// its concern or movement names; empty for none.
func (d *Duty) DocumentRef() string {
	switch d.Kind {
	case Period, Response, Relief:
		return d.FulfilledBy
	case Document, Interpretation, Review:
		return d.Ref
	}
	panic(fmt.Sprintf("duty: no rule for duties of kind %d", d.Kind))
}

// Compare orders overdue duties as a gap's reason is chosen: by due day,
// opening day, kind, ref.
func Compare(a, b Duty) int {
	return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.OpenedOn, b.OpenedOn),
		cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Ref, b.Ref), cmp.Compare(a.Period.Ordinal, b.Period.Ordinal))
}
