package oracle

import (
	"slices"
	"sort"
)

// OrderFigures are the counts of orders at a node on a day (docs/design.md, "Orders 督办"). Overdue and DueSoon are of the
// open ones, OnTime and Late of the answered and the accepted.
type OrderFigures struct {
	Issued, Open, Answered, Accepted, Withdrawn int
	Overdue, DueSoon, OnTime, Late              int
}

// Add is the sum of two figures.
func (f OrderFigures) Add(other OrderFigures) OrderFigures {
	return OrderFigures{
		f.Issued + other.Issued, f.Open + other.Open, f.Answered + other.Answered, f.Accepted + other.Accepted,
		f.Withdrawn + other.Withdrawn, f.Overdue + other.Overdue, f.DueSoon + other.DueSoon,
		f.OnTime + other.OnTime, f.Late + other.Late,
	}
}

// OrderFigures counts the orders whose publisher is a node, or with all below it unless self. Everybody's are counted,
// whoever asks.
func (w *World) OrderFigures(node string, day int, self bool) OrderFigures {
	var figures OrderFigures
	for _, order := range w.ordersOf(node, day, self) {
		figures.Issued++
		switch order.State {
		case "ANSWERED":
			figures.Answered++
		case "ACCEPTED":
			figures.Accepted++
		case "WITHDRAWN":
			figures.Withdrawn++
		default:
			figures.Open++
		}
		switch order.Timeliness {
		case "OVERDUE":
			figures.Overdue++
		case "DUE_SOON":
			figures.DueSoon++
		case "ON_TIME":
			figures.OnTime++
		case "LATE":
			figures.Late++
		}
	}
	return figures
}

// ordersOf are all orders issued by a day to a node, or to it and all below.
func (w *World) ordersOf(node string, day int, self bool) []OrderOnDay {
	publishers := w.nodesAsked(node, self)
	var orders []OrderOnDay
	for _, order := range w.Orders {
		if !publishers[order.Publisher] {
			continue
		}
		if standing, issued := w.orderOn(order, day); issued {
			orders = append(orders, standing)
		}
	}
	return orders
}

// Reach says whether a caller sees what is hidden of a publisher (docs/design.md, "Who may see and do what").
type Reach func(publisher string) bool

// Everywhere is the reach of one who sees everything.
func Everywhere(string) bool { return true }

// Nowhere is the reach of one who is not signed in.
func Nowhere(string) bool { return false }

// OrderFilter asks for orders of any of the values named, of each kind that is not nil; an empty list that is not nil
// finds nothing.
type OrderFilter struct{ States, Timeliness, Kinds, Publishers []string }

func (f OrderFilter) takes(order OrderOnDay) bool {
	holds := func(values []string, value string) bool { return values == nil || slices.Contains(values, value) }
	return holds(f.States, order.State) && holds(f.Timeliness, order.Timeliness) && holds(f.Kinds, order.Kind) &&
		holds(f.Publishers, order.Publisher)
}

// OrdersAt lists the orders of a node, or of it and all below unless self, as a caller sees them who asks on some day,
// today, how they stand on another: the newest day of issue first, then by ref.
func (w *World) OrdersAt(node string, day int, self bool, reach Reach, today int, filter OrderFilter) []OrderOnDay {
	var listed []OrderOnDay
	for _, order := range w.ordersOf(node, day, self) {
		if seen, visible := w.seen(order, reach, today); visible && filter.takes(seen) {
			listed = append(listed, seen)
		}
	}
	sort.Slice(listed, func(i, j int) bool {
		if listed[i].IssuedOn != listed[j].IssuedOn {
			return listed[i].IssuedOn > listed[j].IssuedOn
		}
		return listed[i].Ref < listed[j].Ref
	})
	return listed
}

// seen is what a caller sees of an order: all of it in reach, else a CRITICISE order without who did what, remarks and
// hidden documents. A document is hidden or not by its own publisher, whoever names it.
func (w *World) seen(order OrderOnDay, reach Reach, today int) (OrderOnDay, bool) {
	whole := reach(order.Publisher)
	if !whole && order.Kind != "CRITICISE" {
		return OrderOnDay{}, false
	}
	var events []OrderEvent
	for _, event := range order.Events {
		if !whole && event.Kind == "REMARKED" {
			continue
		}
		if !whole {
			event.By = ""
		}
		var disclosures []string
		for _, ref := range event.Disclosures {
			if document := w.memory.documents[ref]; !isHidden(document, today) || reach(document.Publisher) {
				disclosures = append(disclosures, ref)
			}
		}
		event.Disclosures = disclosures
		events = append(events, event)
	}
	order.Events = events
	return order, true
}

// isHidden: not PROACTIVE, by its attribute or a review, or not published by today. One that was withdrawn is not hidden.
func isHidden(document *document, today int) bool {
	return document.published == NoDay || document.published > today
}
