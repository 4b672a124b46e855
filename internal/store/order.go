package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

const orderColumns = `o.ref, o.kind, o.issuer_code, o.publisher_code, o.entry_codes, o.text, o.basis, o.issued_at, o.working_days`

const ordersByRefSQL = `-- store.OrdersByRef
SELECT ` + orderColumns + ` FROM supervision_order AS o WHERE o.ref = ANY ($1)`

// OrdersByRef reads orders by their refs; unknown ones are left out.
func (r Reads) OrdersByRef(ctx context.Context, refs []string) (map[string]order.Order, error) {
	found := map[string]order.Order{}
	err := r.eachOrder(ctx, ordersByRefSQL, func(o order.Order) { found[o.Ref] = o }, pq.Array(refs))
	return found, err
}

const ordersOfPublishersSQL = `-- store.OrdersTo
SELECT ` + orderColumns + ` FROM supervision_order AS o WHERE o.publisher_code = ANY ($1)`

// OrdersTo reads the orders to some publishers, with their events, by publisher. All
// that were asked for are there.
func (r Reads) OrdersTo(ctx context.Context, publishers []string) (map[string][]order.Recorded, error) {
	recorded := map[string][]order.Recorded{}
	if len(publishers) == 0 {
		return recorded, nil
	}
	for _, publisher := range publishers {
		recorded[publisher] = nil
	}
	var refs []string
	err := r.eachOrder(ctx, ordersOfPublishersSQL, func(o order.Order) {
		refs = append(refs, o.Ref)
		recorded[o.PublisherCode] = append(recorded[o.PublisherCode], order.Recorded{Order: o})
	}, pq.Array(publishers))
	if err != nil || len(refs) == 0 {
		return recorded, err
	}
	events, err := r.OrderEventsByOrder(ctx, refs)
	for _, to := range recorded {
		for i := range to {
			to[i].Events = events[to[i].Ref]
		}
	}
	return recorded, err
}

func (r Reads) eachOrder(ctx context.Context, statement string, take func(order.Order), arguments ...any) error {
	return r.eachPrepared(ctx, "reading orders", statement, func(scan func(...any) error) error {
		var o order.Order
		err := scan(&o.Ref, &o.Kind, &o.IssuerCode, &o.PublisherCode, pq.Array(&o.EntryCodes), &o.Text, &o.Basis, &o.IssuedAt, &o.WorkingDays)
		take(o)
		return err
	}, arguments...)
}

const orderEventsSQL = `-- store.OrderEventsByOrder
SELECT e.order_ref, e.n, e.kind, e.at, e.account, e.text, coalesce(e.new_due_on - date '1970-01-01', 0), e.working_days, e.disclosure_refs
FROM order_event AS e WHERE e.order_ref = ANY ($1) ORDER BY e.order_ref, e.at, e.n`

// OrderEventsByOrder reads the events of orders, by ref, each order's in order.
func (r Reads) OrderEventsByOrder(ctx context.Context, refs []string) (map[string][]order.Event, error) {
	events := map[string][]order.Event{}
	err := r.eachPrepared(ctx, "reading events of orders", orderEventsSQL, func(scan func(...any) error) error {
		var e order.Event
		var due int
		err := scan(&e.OrderRef, &e.Number, &e.Kind, &e.At, &e.By, &e.Text, &due, &e.WorkingDays, pq.Array(&e.DisclosureRefs))
		e.NewDueOn = calendar.Day(due)
		events[e.OrderRef] = append(events[e.OrderRef], e)
		return err
	}, pq.Array(refs))
	return events, err
}

const requestColumns = `x.ref, x.publisher_code, x.entry_code, x.from_day - date '1970-01-01', coalesce(x.to_day - date '1970-01-01', 0),
       x.reason, x.asked_at, x.asked_by, x.decision, x.decided_at, x.decided_by, x.decision_reason`

func scanRequest(scan func(...any) error, also ...any) (x order.ExemptionRequest, err error) {
	var decided *time.Time
	err = scan(append(also, &x.Ref, &x.PublisherCode, &x.EntryCode, &x.From, &x.To, &x.Reason, &x.AskedAt, &x.AskedBy,
		&x.Decision, &decided, &x.DecidedBy, &x.DecisionReason)...)
	if decided != nil {
		x.DecidedAt = *decided
	}
	return x, err
}

const requestsByRefSQL = `-- store.RequestsByRef
SELECT ` + requestColumns + ` FROM exemption_request AS x WHERE x.ref = ANY ($1)`

// RequestsByRef reads requests for exemption by their refs; unknown ones are left out.
func (r Reads) RequestsByRef(ctx context.Context, refs []string) (map[string]order.ExemptionRequest, error) {
	found := map[string]order.ExemptionRequest{}
	err := r.eachPrepared(ctx, "reading requests for exemption", requestsByRefSQL, func(scan func(...any) error) error {
		x, err := scanRequest(scan)
		found[x.Ref] = x
		return err
	}, pq.Array(refs))
	return found, err
}

const stagedOrders = `-- store.StagedOrders
SELECT s.ref, coalesce(k.publisher_code, ''), s.publisher_code, %s
FROM staged_supervision_order AS s LEFT JOIN supervision_order AS k USING (ref)`

// StagedOrders tells which orders the staged ones change, with the publishers that they
// had, empty where they are new, and have.
func (w *Writing) StagedOrders(ctx context.Context, tell func(ref, before, after string, differs bool)) error {
	return w.each(ctx, finding, Orders.changesSQL(), func(scan func(...any) error) error {
		var ref, before, after string
		var differs bool
		err := scan(&ref, &before, &after, &differs)
		tell(ref, before, after, differs)
		return err
	})
}

const stagedOrderEvents = `-- store.StagedOrderEvents
SELECT s.order_ref, s.n, coalesce(o.publisher_code, ''), %s
FROM staged_order_event AS s LEFT JOIN order_event AS k USING (order_ref, n) LEFT JOIN supervision_order AS o ON o.ref = s.order_ref`

// StagedOrderEvents tells which events the staged ones change, with the publisher of
// their order, empty where that is unknown.
func (w *Writing) StagedOrderEvents(ctx context.Context, tell func(ref string, number int64, publisher string, differs bool)) error {
	return w.each(ctx, finding, OrderEvents.changesSQL(), func(scan func(...any) error) error {
		var ref, publisher string
		var number int64
		var differs bool
		err := scan(&ref, &number, &publisher, &differs)
		tell(ref, number, publisher, differs)
		return err
	})
}

const placesOfOrdersSQL = `-- store.PlacesOfOrders
SELECT s.ref, 0, s.file, s.line FROM staged_supervision_order AS s WHERE s.ref = ANY ($1)`

const placesOfEventsSQL = `-- store.PlacesOfEvents
SELECT s.order_ref, s.n, s.file, s.line FROM staged_order_event AS s WHERE s.order_ref = ANY ($1)`

// StagedPlace is where a staged order, or one of its events, stands in a file.
type StagedPlace struct {
	File string
	Line int
}

// StagedEvent names an event of an order; number 0 is the order itself.
type StagedEvent struct {
	OrderRef string
	Number   int64
}

// PlacesOfEvents tells where events of some orders stand in the files that are imported.
func (w *Writing) PlacesOfEvents(ctx context.Context, refs []string) (map[StagedEvent]StagedPlace, error) {
	return w.stagedPlaces(ctx, placesOfEventsSQL, refs)
}

// PlacesOfOrders tells where some orders stand in the files that are imported.
func (w *Writing) PlacesOfOrders(ctx context.Context, refs []string) (map[StagedEvent]StagedPlace, error) {
	return w.stagedPlaces(ctx, placesOfOrdersSQL, refs)
}

func (w *Writing) stagedPlaces(ctx context.Context, statement string, refs []string) (map[StagedEvent]StagedPlace, error) {
	places := map[StagedEvent]StagedPlace{}
	err := w.each(ctx, "looking where orders stand", statement, func(scan func(...any) error) error {
		var of StagedEvent
		var at StagedPlace
		err := scan(&of.OrderRef, &of.Number, &at.File, &at.Line)
		places[of] = at
		return err
	}, pq.Array(refs))
	return places, err
}
