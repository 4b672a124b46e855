package model

import (
	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

// Supervision are the figures of orders on a day.
type Supervision struct {
	AsOf    calendar.Day
	figures order.Figures
}

// Issued counts all by the day.
func (s *Supervision) Issued() int { return s.figures.Issued() }

// Open counts those yet to be answered.
func (s *Supervision) Open() int { return s.figures.Open() }

// Answered counts those answered and not yet accepted.
func (s *Supervision) Answered() int { return s.figures.In(order.Answered) }

// Accepted counts those done with.
func (s *Supervision) Accepted() int { return s.figures.In(order.Accepted) }

// Withdrawn counts those taken back.
func (s *Supervision) Withdrawn() int { return s.figures.In(order.Withdrawn) }

// Overdue counts the open ones after their due day.
func (s *Supervision) Overdue() int { return s.figures.Timely(order.Overdue) }

// DueSoon counts the open ones soon due.
func (s *Supervision) DueSoon() int { return s.figures.Timely(order.DueSoon) }

// OnTime counts those answered or accepted in time.
func (s *Supervision) OnTime() int { return s.figures.Timely(order.OnTime) }

// Late counts those answered or accepted late.
func (s *Supervision) Late() int { return s.figures.Timely(order.Late) }

// OnTimeRate is null where nothing was answered or accepted.
func (s *Supervision) OnTimeRate() *float64 { return rate(s.figures.OnTimeRate()) }

// Supervision are the figures of the orders to the node.
func (n *Administrative) Supervision(asOf *calendar.Day, scope *coverage.Scope) *Supervision {
	on := n.view.day(asOf)
	return &Supervision{on, n.view.registered().OrderFigures(n.place, scopeOf(scope), on)}
}

// SupervisionTrend are the figures on each day of a trend.
func (n *Administrative) SupervisionTrend(from, to calendar.Day, step coverage.TrendStep, scope *coverage.Scope) ([]*Supervision, error) {
	days, err := trendDays(from, to, step)
	if err != nil {
		return nil, err
	}
	trend := make([]*Supervision, len(days))
	for i, figures := range n.view.registered().OrderTrend(n.place, scopeOf(scope), days) {
		trend[i] = &Supervision{days[i], figures}
	}
	return trend, nil
}

// OrderConnection is a page of orders.
type OrderConnection struct {
	node     *Administrative
	scope    coverage.Scope
	listing  coverage.OrderListing
	PageInfo PageInfo
	Edges    []OrderEdge
}

// OrderEdge is an order in a page.
type OrderEdge struct {
	Cursor string
	Node   *Order
}

// TotalCount counts the list.
func (c *OrderConnection) TotalCount() int {
	return c.node.view.registered().CountOrders(c.node.place, c.scope, &c.listing)
}

// Orders lists the orders to the node as they stand on a day.
func (n *Administrative) Orders(
	asOf *calendar.Day, scope *coverage.Scope, filter *OrderFilter, first *int, after *string, last *int, before *string,
) (*OrderConnection, error) {
	n = n.on(asOf)
	v := n.view
	asked, err := cursor.Ask{First: first, After: after, Last: last, Before: before}.Wanted()
	if err != nil {
		return nil, err
	}
	connection := &OrderConnection{node: n, scope: scopeOf(scope), listing: coverage.OrderListing{On: v.day(nil), Whole: v.seenWhole()}}
	v.withheld.asked(n.place)
	if len(v.withheld.orders) > 0 {
		connection.listing.Without = map[string]area.Place{}
		for ref, of := range v.withheld.orders {
			connection.listing.Without[ref] = v.tree.Find(of.PublisherCode)
		}
	}
	if filter != nil {
		if err := v.orderFilter(filter, &connection.listing); err != nil {
			return nil, err
		}
	}
	list := cursor.Of(cursor.ByDay, "orders", n.Code, connection.scope, v.given(nil), textOf(valueOrZero(filter)))
	parts, err := list.Read(asked, 2)
	if err != nil {
		return nil, err
	}
	var from *coverage.OrderPosition
	if parts != nil {
		on, err := asked.ReadDay(parts[0])
		if err != nil {
			return nil, err
		}
		from = &coverage.OrderPosition{IssuedOn: on, Ref: parts[1]}
	}
	way := coverage.OrderPage{Rows: asked.Rows + 1, From: from, Backwards: asked.Backwards}
	found := v.registered().Orders(n.place, connection.scope, &connection.listing, way)
	connection.Edges, connection.PageInfo = paged(found, asked,
		func(o *coverage.ListedOrder) string { return list.Make(opaque.Day(o.IssuedOn), o.Ref) },
		func(cursor string, o coverage.ListedOrder) OrderEdge { return OrderEdge{cursor, &Order{v, o}} })
	return connection, nil
}

// orderFilter narrows a listing. Publishers are exact, and must be known.
func (v *View) orderFilter(filter *OrderFilter, listing *coverage.OrderListing) error {
	listing.States, listing.Timeliness, listing.Kinds = filter.States, filter.Timeliness, filter.Kinds
	if filter.Publishers == nil {
		return nil
	}
	whose := CellFilter{Publishers: filter.Publishers}
	if err := whose.check(v); err != nil {
		return err
	}
	listing.Publishers = []area.Place{}
	for _, code := range filter.Publishers {
		listing.Publishers = append(listing.Publishers, v.Index.Tree.Find(code))
	}
	return nil
}
