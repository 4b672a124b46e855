package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

const orderColumns = `o.ref, o.kind, o.issuer_code, o.publisher_code, o.entry_codes, o.text, o.basis, o.issued_at, o.working_days`

const ordersByRefSQL = `-- store.OrdersByRef
SELECT ` + orderColumns + ` FROM supervision_order AS o WHERE o.ref = ANY ($1)`

// OrdersByRef reads orders by their refs; unknown ones are left out.
func (r Reads) OrdersByRef(ctx context.Context, refs []string) (map[string]order.Order, error) {
	found, begun := map[string]order.Order{}, time.Now()
	err := r.seen().eachOrder(ctx, ordersByRefSQL, func(o order.Order) { found[o.Ref] = o }, pq.Array(refs))
	if err == nil && len(found) < len(refs) {
		err = r.missing(ctx, begun)
	}
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
		err := scan(
			&o.Ref,
			&o.Kind,
			&o.IssuerCode,
			&o.PublisherCode,
			pq.Array(&o.EntryCodes),
			&o.Text,
			&o.Basis,
			&o.IssuedAt,
			&o.WorkingDays,
		)
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
	err := r.seen().eachPrepared(ctx, "reading events of orders", orderEventsSQL, func(scan func(...any) error) error {
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
	found, begun := map[string]order.ExemptionRequest{}, time.Now()
	err := r.seen().eachPrepared(ctx, "reading requests for exemption", requestsByRefSQL, func(scan func(...any) error) error {
		x, err := scanRequest(scan)
		found[x.Ref] = x
		return err
	}, pq.Array(refs))
	if err == nil && len(found) < len(refs) {
		err = r.missing(ctx, begun)
	}
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
SELECT s.order_ref, s.n, coalesce(k.at, s.at), s.at, coalesce(o.publisher_code, ''), %s
FROM staged_order_event AS s LEFT JOIN order_event AS k USING (order_ref, n) LEFT JOIN supervision_order AS o ON o.ref = s.order_ref`

// StagedOrderEvents tells which events the staged ones change, when those stood, which is
// when they stand where they are new, and when they stand; with the publisher of their
// order, empty where that is unknown.
func (w *Writing) StagedOrderEvents(
	ctx context.Context, tell func(ref string, number int64, stood, stands time.Time, publisher string, differs bool),
) error {
	return w.each(ctx, finding, OrderEvents.changesSQL(), func(scan func(...any) error) error {
		var ref, publisher string
		var number int64
		var stood, stands time.Time
		var differs bool
		err := scan(&ref, &number, &stood, &stands, &publisher, &differs)
		tell(ref, number, stood, stands, publisher, differs)
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

const ordersOfCellsSQL = `-- store.OrdersOfCells
SELECT w.publisher, w.entry, o.ref FROM unnest($1::text[], $2::text[]) AS w (publisher, entry)
JOIN supervision_order AS o ON o.publisher_code = w.publisher AND w.entry = ANY (o.entry_codes)`

// OrdersOfCells reads the refs of the orders about some cells.
func (r Reads) OrdersOfCells(ctx context.Context, cells []catalog.CellKey) (map[catalog.CellKey][]string, error) {
	publishers, entries := make([]string, len(cells)), make([]string, len(cells))
	for i, cell := range cells {
		publishers[i], entries[i] = cell.PublisherCode, cell.EntryCode
	}
	refs := map[catalog.CellKey][]string{}
	err := r.seen().eachPrepared(ctx, "reading the orders about cells", ordersOfCellsSQL, func(scan func(...any) error) error {
		var cell catalog.CellKey
		var ref string
		err := scan(&cell.PublisherCode, &cell.EntryCode, &ref)
		refs[cell] = append(refs[cell], ref)
		return err
	}, pq.Array(publishers), pq.Array(entries))
	return refs, err
}

const requestsWanted = `x.publisher_code = w.publisher AND (NOT $3 OR x.decision = 0) AND x.ref <> ALL ($4)`

const requestPagesSQL = `-- store.RequestPages
SELECT list, ` + requestColumns + `
FROM (SELECT w.list, x.*, row_number() OVER (PARTITION BY w.list ORDER BY x.asked_at DESC, x.ref) AS number
      FROM unnest($1::text[], $2::int[]) AS w (publisher, list)
      CROSS JOIN LATERAL (
          SELECT * FROM exemption_request AS x
          WHERE ` + requestsWanted + ` AND ($5::timestamptz IS NULL OR x.asked_at < $5 OR x.asked_at = $5 AND x.ref > $6)
          ORDER BY x.asked_at DESC, x.ref LIMIT $7) AS x) AS x
WHERE number <= $7 ORDER BY list, number`

const oldestRequestsSQL = `-- store.RequestPages, oldest first
SELECT list, ` + requestColumns + `
FROM (SELECT w.list, x.*, row_number() OVER (PARTITION BY w.list ORDER BY x.asked_at, x.ref DESC) AS number
      FROM unnest($1::text[], $2::int[]) AS w (publisher, list)
      CROSS JOIN LATERAL (
          SELECT * FROM exemption_request AS x
          WHERE ` + requestsWanted + ` AND ($5::timestamptz IS NULL OR x.asked_at > $5 OR x.asked_at = $5 AND x.ref < $6)
          ORDER BY x.asked_at, x.ref DESC LIMIT $7) AS x) AS x
WHERE number <= $7 ORDER BY list, number`

// RequestPosition is a place in a list of requests.
type RequestPosition struct {
	AskedAt time.Time
	Ref     string
}

// RequestPage asks for the first rows after a position; nil begins the list. Oldest
// first is the list the other way round.
type RequestPage struct {
	First       int
	After       *RequestPosition
	OldestFirst bool
	Undecided   bool     // only those
	Without     []string // refs that are shown to nobody
}

// RequestPages reads a page of the requests of each list of publishers, newest asked
// first, in one statement.
func (r Reads) RequestPages(ctx context.Context, lists [][]string, page RequestPage) ([][]order.ExemptionRequest, error) {
	pages := make([][]order.ExemptionRequest, len(lists))
	publishers, numbers := numbered(lists)
	var at any
	ref := ""
	if page.After != nil {
		at, ref = page.After.AskedAt, page.After.Ref
	}
	statement := requestPagesSQL
	if page.OldestFirst {
		statement = oldestRequestsSQL
	}
	err := r.seen().eachPrepared(ctx, "reading requests for exemption", statement, func(scan func(...any) error) error {
		var list int
		x, err := scanRequest(scan, &list)
		pages[list] = append(pages[list], x)
		return err
	}, publishers, numbers, page.Undecided, pq.Array(append([]string{}, page.Without...)), at, ref,
		page.First)
	return pages, err
}

const requestCountsSQL = `-- store.RequestCounts
SELECT w.list, sum(x.number)
FROM unnest($1::text[], $2::int[]) AS w (publisher, list)
CROSS JOIN LATERAL (SELECT count(*) AS number FROM exemption_request AS x WHERE ` + requestsWanted + `) AS x
GROUP BY w.list`

// RequestCounts counts the requests of each list of publishers, without some refs.
func (r Reads) RequestCounts(ctx context.Context, lists [][]string, undecided bool, without []string) ([]int, error) {
	publishers, numbers := numbered(lists)
	return r.seen().countLists(ctx, "counting requests for exemption", requestCountsSQL, len(lists), publishers, numbers, undecided,
		pq.Array(append([]string{}, without...)))
}

const addOrderSQL = `-- store.AddOrder
INSERT INTO supervision_order (ref, kind, issuer_code, publisher_code, entry_codes, text, basis, issued_at, working_days)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (ref) DO NOTHING`

// AddOrder registers an order; added is false where its ref is known.
func (w *Writing) AddOrder(ctx context.Context, o *order.Order) (added bool, err error) {
	result, err := w.writeAsAccount(ctx, addOrderSQL, o.Ref, int(o.Kind), o.IssuerCode, o.PublisherCode, pq.Array(o.EntryCodes), o.Text,
		o.Basis, o.IssuedAt, o.WorkingDays)
	return wroteRow(result, wrap("issuing the order", err))
}

const addOrderEventSQL = `-- store.AddOrderEvent
INSERT INTO order_event (order_ref, n, kind, at, account, text, new_due_on, working_days, disclosure_refs)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// AddOrderEvent adds a step to an order, whose publisher is locked.
func (w *Writing) AddOrderEvent(ctx context.Context, e *order.Event) error {
	_, err := w.writeAsAccount(ctx, addOrderEventSQL, e.OrderRef, e.Number, int(e.Kind), e.At, e.By, e.Text, day(e.NewDueOn),
		e.WorkingDays, pq.Array(e.DisclosureRefs))
	return wrap("adding to the order", err)
}

const addRequestSQL = `-- store.AddRequest
INSERT INTO exemption_request (ref, publisher_code, entry_code, from_day, to_day, reason, asked_at, asked_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ref) DO NOTHING`

// AddRequest registers a request for exemption; added is false where its ref is known.
func (w *Writing) AddRequest(ctx context.Context, x *order.ExemptionRequest) (added bool, err error) {
	result, err := w.writeAsAccount(ctx, addRequestSQL, x.Ref, x.PublisherCode, x.EntryCode, day(x.From), day(x.To), x.Reason, x.AskedAt,
		x.AskedBy)
	return wroteRow(result, wrap("asking for the exemption", err))
}

const decideRequestSQL = `-- store.DecideRequest
UPDATE exemption_request SET decision = $2, decided_at = $3, decided_by = $4, decision_reason = $5,
       recorded_by = DEFAULT, recorded_at = DEFAULT, recorded_in = DEFAULT WHERE ref = $1`

// DecideRequest writes what was decided about a request.
func (w *Writing) DecideRequest(ctx context.Context, x *order.ExemptionRequest) error {
	result, err := w.writeAsAccount(ctx, decideRequestSQL, x.Ref, int(x.Decision), x.DecidedAt, x.DecidedBy, x.DecisionReason)
	return changed("deciding the request", result, err)
}

// An assignment of the same cell, act and first day is the same one, with another last
// day or reason.
const addExemptionSQL = `-- store.AddExemption
INSERT INTO assignment AS a (publisher_code, entry_code, action, from_day, to_day, reason) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (publisher_code, entry_code, action, from_day) DO UPDATE SET reason = excluded.reason,
    to_day = CASE WHEN a.to_day IS NULL OR excluded.to_day IS NULL THEN NULL ELSE greatest(a.to_day, excluded.to_day) END,
    recorded_by = DEFAULT, recorded_at = DEFAULT, recorded_in = DEFAULT`

// AddExemption exempts a cell by an assignment that follows from a request; where one
// of the same first day is there, the later last day holds.
func (w *Writing) AddExemption(ctx context.Context, a *catalog.Assignment) error {
	_, err := w.tx.ExecContext(ctx, addExemptionSQL, a.PublisherCode, a.EntryCode, int(a.Action), day(a.From), day(a.To), a.Reason)
	return wrap("exempting the cell", err)
}
