package oracle

import (
	"slices"
	"sort"
)

// Order is what a node demands of a publisher, about none or more of its cells (docs/design.md, "Orders 督办"). IssuedAt
// is an RFC 3339 instant in any offset, or a day.
type Order struct {
	Ref, Kind, Issuer, Publisher string
	Entries                      []string
	Text, Basis, IssuedAt        string
	WorkingDays                  int
}

// OrderEvent is one step of an order, identified by the order's ref and its number. WorkingDays is 0 where there are
// none.
type OrderEvent struct {
	Order                        string
	Number                       int
	Kind, At, By, Text, NewDueOn string
	WorkingDays                  int
	Disclosures                  []string
}

// OrderOnDay is an order as it stands at the end of a day.
type OrderOnDay struct {
	Order
	IssuedOn, DueOn int
	// Timeliness is empty where the order is withdrawn.
	State, Timeliness string
	// Pending is the EXTENSION_ASKED that nobody has decided, nil where there is none.
	Pending     *OrderEvent
	EscalatedTo []string
	// Events are those by the end of the day, by instant, then number.
	Events []OrderEvent
}

// OrderOn is an order at the end of a day, false before its day of issue.
func (w *World) OrderOn(ref string, day int) (OrderOnDay, bool) {
	for _, order := range w.Orders {
		if order.Ref == ref {
			return w.orderOn(order, day)
		}
	}
	return OrderOnDay{}, false
}

func (w *World) orderOn(order Order, day int) (OrderOnDay, bool) {
	issuedOn := dayOfInstant(order.IssuedAt)
	if day < issuedOn {
		return OrderOnDay{}, false
	}
	var events []OrderEvent
	reached := w.issued(order)
	for _, event := range w.eventsOf(order.Ref) {
		if dayOfInstant(event.At) <= day {
			events = append(events, event)
			reached = w.after(reached, event)
		}
	}
	return OrderOnDay{
		Order: order, IssuedOn: issuedOn, DueOn: reached.dueOn, State: reached.state,
		Timeliness: w.timeliness(reached, day), Pending: reached.pending,
		EscalatedTo: w.escalatedTo(order.Issuer, reached, day), Events: events,
	}, true
}

func (w *World) eventsOf(ref string) []OrderEvent {
	var events []OrderEvent
	for _, event := range w.OrderEvents {
		if event.Order == ref {
			events = append(events, event)
		}
	}
	sortEvents(events)
	return events
}

func sortEvents(events []OrderEvent) {
	sort.Slice(events, func(i, j int) bool {
		one, other := instantOf(events[i].At), instantOf(events[j].At)
		if !one.Equal(other) {
			return one.Before(other)
		}
		return events[i].Number < events[j].Number
	})
}

// progress is what the events of an order have come to so far.
type progress struct {
	state   string
	dueOn   int
	pending *OrderEvent
	// answered and accepted are the days of the last ANSWERED and of the ACCEPTED, NoDay where there is none; each is
	// judged by the due day just before it.
	answered, dueWhenAnswered int
	accepted, dueWhenAccepted int
}

func (p progress) isOpen() bool {
	return slices.Contains([]string{"ISSUED", "RECEIVED", "RETURNED"}, p.state)
}

// issued is an order before its first event.
func (w *World) issued(order Order) progress {
	dueOn, _ := w.Due(dayOfInstant(order.IssuedAt), order.WorkingDays)
	return progress{state: "ISSUED", dueOn: dueOn, answered: NoDay, accepted: NoDay}
}

// after is what an event makes of an order. A pending extension ends with its decision, and undecided with ANSWERED,
// ACCEPTED and WITHDRAWN.
func (w *World) after(before progress, event OrderEvent) progress {
	next, day := before, dayOfInstant(event.At)
	switch event.Kind {
	case "RECEIVED":
		next.state = "RECEIVED"
	case "ANSWERED":
		next.state, next.pending = "ANSWERED", nil
		next.answered, next.dueWhenAnswered = day, before.dueOn
	case "RETURNED":
		next.state = "RETURNED"
		next.dueOn, _ = w.Due(day, event.WorkingDays)
	case "ACCEPTED":
		next.state, next.pending = "ACCEPTED", nil
		next.accepted, next.dueWhenAccepted = day, before.dueOn
	case "EXTENSION_ASKED":
		next.pending = &event
	case "EXTENSION_GRANTED":
		next.pending, next.dueOn = nil, Day(event.NewDueOn)
	case "EXTENSION_REFUSED":
		next.pending = nil
	case "WITHDRAWN":
		next.state, next.pending = "WITHDRAWN", nil
	}
	return next
}

// soonWorkingDays is how many working days before its due day an open order is DUE_SOON.
const soonWorkingDays = 3

// timeliness of an order answered or accepted is that of its last answer, also one that was returned; without any that of
// the acceptance.
func (w *World) timeliness(reached progress, day int) string {
	soon, _ := w.Due(day, soonWorkingDays)
	switch {
	case reached.state == "WITHDRAWN":
		return ""
	case reached.isOpen() && day > reached.dueOn:
		return "OVERDUE"
	case reached.isOpen() && reached.dueOn <= soon:
		return "DUE_SOON"
	case reached.isOpen():
		return "ON_TRACK"
	case reached.answered != NoDay && reached.answered > reached.dueWhenAnswered:
		return "LATE"
	case reached.answered == NoDay && reached.accepted > reached.dueWhenAccepted:
		return "LATE"
	}
	return "ON_TIME"
}

// escalationWorkingDays is for how many working days after the due day each place above the issuer stands.
const escalationWorkingDays = 10

// escalatedTo are the places above the issuer that an open order has come to by a day, nearest first.
func (w *World) escalatedTo(issuer string, reached progress, day int) []string {
	if !reached.isOpen() {
		return nil
	}
	workingDays := 0
	for after := reached.dueOn + 1; after <= day; after++ {
		if w.isWorkingDay(after) {
			workingDays++
		}
	}
	var places []string
	for above := w.parentOf(issuer); above != ""; above = w.parentOf(above) {
		if (len(places)+1)*escalationWorkingDays <= workingDays {
			places = append(places, above)
		}
	}
	return places
}
