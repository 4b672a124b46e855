// Package order is what supervisors demand of publishers, and what becomes of it
// (督办): orders, their events, and requests for exemption. How an order stands on a
// day is a function of its events and of the working days; nothing of it is kept.
// Source: docs/design.md, Orders.
package order

import (
	"cmp"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Kind is how grave an order is.
type Kind uint8

// The kinds.
const (
	Urge      Kind = iota // 催办
	Rectify               // 责令整改
	Criticise             // 通报批评, public
	// Kinds is how many there are.
	Kinds = 3
)

var kindNames = [Kinds]string{"URGE", "RECTIFY", "CRITICISE"}

func (k Kind) String() string { return kindNames[k] }

// Public tells whether everybody may see orders of the kind.
func (k Kind) Public() bool { return k == Criticise }

// ParseKind reads a kind's name.
func ParseKind(name string) (Kind, bool) { return parse[Kind](kindNames[:], name) }

func parse[W ~uint8](names []string, name string) (W, bool) {
	i := slices.Index(names, name)
	return W(max(i, 0)), i >= 0
}

// Order is what a node demands of a publisher, about none or more of its cells.
type Order struct {
	Ref           string
	Kind          Kind
	IssuerCode    string
	PublisherCode string
	EntryCodes    []string // of the cells, in order
	Text          string
	Basis         string // empty where none is named
	IssuedAt      time.Time
	WorkingDays   int64 // that it gives
}

// IssuedOn is the day of issue.
func (o *Order) IssuedOn() calendar.Day { return calendar.DayOf(o.IssuedAt) }

// Normalise brings the order into the form that is kept, before it is checked: no
// blanks at the edges of texts, each entry once, by code.
func (o *Order) Normalise() {
	rule.Trim(&o.Ref, &o.IssuerCode, &o.PublisherCode, &o.Text, &o.Basis)
	o.EntryCodes = rule.TrimItems(o.EntryCodes)
	slices.Sort(o.EntryCodes)
	o.EntryCodes = slices.Compact(o.EntryCodes)
}

// Repeats tells whether an order says the same as the one that is registered, whenever
// either was issued.
func (o *Order) Repeats(registered *Order) bool {
	return o.Kind == registered.Kind && o.IssuerCode == registered.IssuerCode && o.PublisherCode == registered.PublisherCode &&
		slices.Equal(o.EntryCodes, registered.EntryCodes) && o.Text == registered.Text && o.Basis == registered.Basis &&
		o.WorkingDays == registered.WorkingDays
}

// EventKind is what happened to an order.
type EventKind uint8

// The kinds of events.
const (
	EventReceived    EventKind = iota // 签收
	EventAnswered                     // 反馈
	EventReturned                     // 退回
	EventAccepted                     // 办结
	ExtensionAsked                    // 申请延期
	ExtensionGranted                  // 同意延期
	ExtensionRefused                  // 不同意延期
	EventRemarked                     // 备注
	EventWithdrawn                    // 撤销
	// EventKinds is how many there are.
	EventKinds = 9
)

var eventNames = [EventKinds]string{
	"RECEIVED", "ANSWERED", "RETURNED", "ACCEPTED", "EXTENSION_ASKED", "EXTENSION_GRANTED", "EXTENSION_REFUSED", "REMARKED", "WITHDRAWN",
}

func (k EventKind) String() string { return eventNames[k] }

// ParseEventKind reads a kind's name.
func ParseEventKind(name string) (EventKind, bool) { return parse[EventKind](eventNames[:], name) }

// Event is a step of an order, identified by the order and its number.
type Event struct {
	OrderRef       string
	Number         int64 // holes are allowed, and another order than that of the instants
	Kind           EventKind
	At             time.Time
	By             string // an account's name, or any words
	Text           string
	NewDueOn       calendar.Day // asked or granted; else None
	WorkingDays    int64        // that a return gives; else 0
	DisclosureRefs []string     // that an answer names, in order
}

// On is the event's day.
func (e *Event) On() calendar.Day { return calendar.DayOf(e.At) }

// Normalise brings the event into the form that is kept, before it is checked.
func (e *Event) Normalise() {
	rule.Trim(&e.OrderRef, &e.By, &e.Text)
	e.DisclosureRefs = rule.TrimItems(e.DisclosureRefs)
	slices.Sort(e.DisclosureRefs)
	e.DisclosureRefs = slices.Compact(e.DisclosureRefs)
}

// Repeats tells whether an event says the same as one that happened.
func (e *Event) Repeats(other *Event) bool {
	return e.Kind == other.Kind && e.By == other.By && e.Text == other.Text && e.NewDueOn == other.NewDueOn &&
		e.WorkingDays == other.WorkingDays && slices.Equal(e.DisclosureRefs, other.DisclosureRefs)
}

// Compare is how two events of an order come one after the other: by instant, then number.
func (e *Event) Compare(other *Event) int {
	return cmp.Or(e.At.Compare(other.At), cmp.Compare(e.Number, other.Number))
}
