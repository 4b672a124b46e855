package model

import (
	"context"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Order is what a node demands of a publisher, as it stands on the view's day.
type Order struct {
	view *View
	coverage.ListedOrder
}

// IsNode marks a thing with a global id.
func (*Order) IsNode() {}

// seesOrder tells whether the viewer may see an order to a publisher.
func (v Viewer) seesOrder(ref string, kind order.Kind, publisher string) bool {
	if v.withheld.has(v.withheld.orders, ref, publisher) {
		return false
	}
	return v.byDatabase || kind.Public() || v.seesHidden(publisher)
}

// newOrder shows an order on the view's day, nil where it is not issued by then.
func (v *View) newOrder(publisher area.Place, of *order.Summary) *Order {
	if of.IssuedOn > v.day(nil) {
		return nil
	}
	return &Order{v, coverage.ListedOrder{Publisher: publisher, Summary: of}}
}

// OrderByRef finds an order, nil where there is none by the day for the caller to see.
func (v *View) OrderByRef(ctx context.Context, ref string) (*Order, error) {
	recorded, err := v.loaders.orders.Load(ctx, ref)
	if err != nil || recorded == nil || !v.seesOrder(ref, recorded.Kind, recorded.PublisherCode) {
		return nil, err
	}
	publisher := v.Index.Tree.Find(recorded.PublisherCode)
	if publisher == area.Nowhere {
		return nil, v.orderChanged(ref)
	}
	of := v.registered().Order(publisher, ref)
	if of == nil {
		return nil, v.orderChanged(ref)
	}
	return v.newOrder(publisher, of), nil
}

// orderChanged says that an order is of a later state than the view: the question is
// asked again.
func (v *View) orderChanged(ref string) error {
	v.stale.Store(true)
	return problem.New(problem.Conflict, "", "the order %s changed while it was being read; ask again", ref)
}

// recorded is the order with its events, if they are those of the view's state.
func (o *Order) recorded(ctx context.Context) (*order.Recorded, error) {
	recorded, err := o.view.loaders.orders.Load(ctx, o.Summary.Ref)
	if err != nil {
		return nil, err
	}
	if recorded == nil || recorded.now.Kind != o.Summary.Kind || recorded.now.IssuerCode != o.IssuerCode ||
		!slices.Equal(recorded.now.Spans, o.Spans) {
		return nil, o.view.orderChanged(o.Summary.Ref)
	}
	return &recorded.Recorded, nil
}

// standing is how the order stands on the view's day, with the events by then.
func (o *Order) standing(ctx context.Context) (*order.Recorded, order.Standing, []order.Event, error) {
	recorded, err := o.recorded(ctx)
	if err != nil {
		return nil, order.Standing{}, nil, err
	}
	standing, events, _ := recorded.On(o.AsOf(), recorded.Events, o.view.registered().Days)
	return recorded, standing, events, nil
}

func (o *Order) phase() order.Phase { return order.PhaseOn(o.Spans, o.AsOf()) }

// publisherCode is whom it is for.
func (o *Order) publisherCode() string { return o.view.Index.Tree.Node(o.ListedOrder.Publisher).Code }

// AsOf is the day that its fields are about.
func (o *Order) AsOf() calendar.Day { return o.view.day(nil) }

// ID is the order's global id.
func (o *Order) ID() string { return o.view.id(idOrder, o.Summary.Ref) }

// Issuer is who issued it.
func (o *Order) Issuer() AdministrativeNode { return o.view.ByCode(o.IssuerCode) }

// Publisher is whom it is for.
func (o *Order) Publisher() AdministrativeNode { return o.view.node(o.ListedOrder.Publisher) }

// Cells are those that it is about, by entry.
func (o *Order) Cells(ctx context.Context) ([]*Cell, error) {
	recorded, err := o.recorded(ctx)
	cells := []*Cell{}
	if err != nil {
		return cells, err
	}
	for _, entry := range recorded.EntryCodes {
		if cell := o.view.CellOf(recorded.PublisherCode, entry); cell != nil {
			cells = append(cells, cell)
		}
	}
	return cells, nil
}

// Text is what is demanded.
func (o *Order) Text(ctx context.Context) (string, error) {
	recorded, err := o.recorded(ctx)
	if err != nil {
		return "", err
	}
	return recorded.Text, nil
}

// Basis is null where none is named.
func (o *Order) Basis(ctx context.Context) (*string, error) {
	recorded, err := o.recorded(ctx)
	if err != nil {
		return nil, err
	}
	return optional(recorded.Basis), nil
}

// IssuedAt is in Shanghai's time.
func (o *Order) IssuedAt(ctx context.Context) (time.Time, error) {
	recorded, err := o.recorded(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return recorded.IssuedAt.In(calendar.Shanghai), nil
}

// WorkingDays are those that it gave.
func (o *Order) WorkingDays(ctx context.Context) (int, error) {
	recorded, err := o.recorded(ctx)
	if err != nil {
		return 0, err
	}
	return int(recorded.WorkingDays), nil
}

// DueOn is the day by which it is to be answered.
func (o *Order) DueOn(ctx context.Context) (calendar.Day, error) {
	_, standing, _, err := o.standing(ctx)
	return standing.DueOn, err
}

// State is how far it has come.
func (o *Order) State() order.State { return o.phase().State() }

// Timeliness is null where it was withdrawn.
func (o *Order) Timeliness() *order.Timeliness {
	timeliness := o.phase().Timeliness()
	if timeliness == order.NoTimeliness {
		return nil
	}
	return &timeliness
}

// EscalatedTo are the places above the issuer that it has come to.
func (o *Order) EscalatedTo(ctx context.Context) ([]AdministrativeNode, error) {
	_, standing, _, err := o.standing(ctx)
	if err != nil {
		return nil, err
	}
	tree := o.view.Index.Tree
	places := order.EscalatedTo(tree, tree.Find(o.IssuerCode), standing.State, standing.DueOn, o.AsOf(), o.view.registered().Days)
	return o.view.nodes(places), nil
}

// PendingExtension is an extension that was asked for and not decided.
type PendingExtension struct {
	NewDueOn calendar.Day
	Reason   string
	AskedAt  time.Time
}

// PendingExtension is null where there is none.
func (o *Order) PendingExtension(ctx context.Context) (*PendingExtension, error) {
	_, standing, _, err := o.standing(ctx)
	if err != nil || standing.Pending == nil {
		return nil, err
	}
	if shows, err := o.shows(ctx); err != nil || !shows(standing.Pending) {
		return nil, err
	}
	return &PendingExtension{standing.Pending.NewDueOn, standing.Pending.Text, standing.Pending.At.In(calendar.Shanghai)}, nil
}

// OrderEvent is a step of an order.
type OrderEvent struct {
	view *View
	order.Event
	whole bool // the caller sees what is hidden of the publisher
}

// Events are its steps by the day, without remarks where what is hidden of the publisher
// is not for the caller.
func (o *Order) Events(ctx context.Context) ([]*OrderEvent, error) {
	shown := []*OrderEvent{}
	_, _, events, err := o.standing(ctx)
	if err != nil {
		return shown, err
	}
	shows, err := o.shows(ctx)
	if err != nil {
		return shown, err
	}
	whole := o.view.seesHidden(o.publisherCode())
	for i := range events {
		if shows(&events[i]) {
			shown = append(shown, &OrderEvent{o.view, events[i], whole})
		}
	}
	return shown, nil
}

// shows tells which events of the order the caller may see: of what was known those that
// it might see then and today.
func (o *Order) shows(ctx context.Context) (func(*order.Event) bool, error) {
	if o.view.seesHidden(o.publisherCode()) {
		return func(*order.Event) bool { return true }, nil
	}
	public := func(e *order.Event) bool { return e.Kind != order.EventRemarked }
	if o.view.now == nil {
		return public, nil
	}
	present, err := o.view.known.now.loaders.orders.Load(ctx, o.Summary.Ref)
	if err != nil {
		return nil, err
	}
	today := map[int64]bool{}
	for i := 0; present != nil && i < len(present.Events); i++ {
		today[present.Events[i].Number] = public(&present.Events[i])
	}
	return func(e *order.Event) bool { return public(e) && today[e.Number] }, nil
}

// At is in Shanghai's time.
func (e *OrderEvent) At() time.Time { return e.Event.At.In(calendar.Shanghai) }

// By is null where what is hidden of the publisher is not for the caller.
func (e *OrderEvent) By() *string {
	if !e.whole {
		return nil
	}
	return optional(e.Event.By)
}

// Text is null where nothing was said.
func (e *OrderEvent) Text() *string { return optional(e.Event.Text) }

// WorkingDays is null of other steps than returns.
func (e *OrderEvent) WorkingDays() *int {
	if e.Event.WorkingDays == 0 {
		return nil
	}
	days := int(e.Event.WorkingDays)
	return &days
}

// Disclosures are the documents that it names and the caller may see.
func (e *OrderEvent) Disclosures(ctx context.Context) ([]*Disclosure, error) {
	return e.view.visibleAll(ctx, e.DisclosureRefs)
}

// MayDo lists the steps that the caller may take today.
func (o *Order) MayDo(ctx context.Context) ([]order.EventKind, error) {
	kinds := []order.EventKind{}
	v := o.view
	if v.Account == nil || v.now != nil {
		return kinds, nil
	}
	recorded, err := o.recorded(ctx)
	if err != nil {
		return kinds, err
	}
	standing, events, _ := recorded.On(v.Today, recorded.Events, v.registered().Days)
	for _, kind := range standing.Allowed(v.Today) {
		if kind.May(&v.rights, v.tree.Find(o.IssuerCode), o.ListedOrder.Publisher) && !kind.TwoEyes(v.Account.Name, &standing, events) {
			kinds = append(kinds, kind)
		}
	}
	return kinds, nil
}

// recordedOrder is an order as the database has it, and how it stands by that on every day,
// which each of its fields looks at.
type recordedOrder struct {
	order.Recorded
	now order.Summary
}

// readOrders reads orders with their events.
func (l *loaders) readOrders(ctx context.Context, refs []string) ([]*recordedOrder, error) {
	orders, err := l.view.store.OrdersByRef(ctx, refs)
	if err != nil {
		return nil, err
	}
	events, err := l.view.store.OrderEventsByOrder(ctx, refs)
	read := make([]*recordedOrder, len(refs))
	for i, ref := range refs {
		if o, known := orders[ref]; known {
			now := order.SummaryOf(&o, events[ref], l.view.registered().Days)
			read[i] = &recordedOrder{order.Recorded{Order: o, Events: events[ref]}, now}
		}
	}
	return read, err
}

// Orders are those about the cell, newest first.
func (c *Cell) Orders(ctx context.Context) ([]*Order, error) {
	shown := []*Order{}
	orders := c.view.registered().OrdersOf(c.publisher)
	if !slices.ContainsFunc(orders, func(o order.Summary) bool { return o.IssuedOn <= c.AsOf() }) {
		return shown, nil
	}
	refs, err := c.view.loaders.cellOrders.Load(ctx, catalog.CellKey{PublisherCode: c.publisherCode(), EntryCode: c.entryCode})
	for i := range orders {
		if slices.Contains(refs, orders[i].Ref) && c.view.seesOrder(orders[i].Ref, orders[i].Kind, c.publisherCode()) {
			if o := c.view.newOrder(c.publisher, &orders[i]); o != nil {
				shown = append(shown, o)
			}
		}
	}
	return shown, err
}

// Orders are those about the gap's cell, as they stand on its day.
func (g *Gap) Orders(ctx context.Context) ([]*Order, error) { return g.Cell().Orders(ctx) }

func (l *loaders) readCellOrders(ctx context.Context, cells []catalog.CellKey) ([][]string, error) {
	found, err := l.view.store.OrdersOfCells(ctx, cells)
	refs := make([][]string, len(cells))
	for i, cell := range cells {
		refs[i] = found[cell]
	}
	return refs, err
}
