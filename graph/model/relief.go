package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Relief is the relief of a node over a span of days.
type Relief struct {
	node  *Administrative
	key   reliefKey
	span  calendar.Span // as it was asked for
	asked calendar.Day  // the day as it was asked for, None for today
}

// reliefKey is what is asked of a node's relief.
type reliefKey struct {
	place    area.Place
	scope    coverage.Scope
	span     calendar.Span
	publicOn calendar.Day
	filter   relief.Filter
}

// Relief adds up what the node received and gave.
func (n *Administrative) Relief(
	from, to *calendar.Day,
	asOf *calendar.Day,
	scope *coverage.Scope,
	reliefClass *relief.Class,
	eventRef *string,
) (*Relief, error) {
	n = n.on(asOf)
	on := n.view.day(nil)
	span, err := spanOf(from, to, on)
	if err != nil {
		return nil, err
	}
	if err := checkText("eventRef", valueOrZero(eventRef), mostSearch); err != nil {
		return nil, err
	}
	filter := relief.Filter{EventRef: valueOrZero(eventRef)}
	if reliefClass != nil {
		filter.Class, filter.OneClass = *reliefClass, true
	}
	counted := calendar.Span{From: span.From, To: min(span.To, on)}
	key := reliefKey{n.place, scopeOf(scope), counted, on, filter}
	return &Relief{node: n, key: key, span: span, asked: n.view.given(nil)}, nil
}

// spanOf is the span that is asked for; where no day is given it is the year of the one
// asked about, else of the other. Nothing after the day asked about is counted.
func spanOf(from, to *calendar.Day, on calendar.Day) (calendar.Span, error) {
	year := on.Year()
	switch {
	case from != nil:
		year = from.Year()
	case to != nil:
		year = to.Year()
	}
	span := calendar.Span{From: calendar.Date(year, 1, 1), To: calendar.Date(year, 12, 31)}
	if from != nil {
		span.From = *from
	}
	if to != nil {
		span.To = *to
	}
	if err := forwards(span.From, span.To); err != nil {
		return span, err
	}
	if to == nil && span.From > on {
		return span, problem.Invalid("from", "give an earlier day, or a later `asOf`", "%s is after %s, the day asked about", span.From, on)
	}
	return span, nil
}

// From is the first day counted.
func (r *Relief) From() calendar.Day { return r.key.span.From }

// To is the last day counted; of a span that begins after the day asked about, which
// counts nothing, its own.
func (r *Relief) To() calendar.Day { return lastCounted(r.span, r.key.publicOn) }

func lastCounted(span calendar.Span, on calendar.Day) calendar.Day {
	if span.From > on {
		return span.To
	}
	return min(span.To, on)
}

// AsOf is the day asked about.
func (r *Relief) AsOf() calendar.Day { return r.key.publicOn }

func (r *Relief) sum(ctx context.Context) (*summed, error) {
	return r.node.view.loaders.sums.Load(ctx, r.key)
}

// within tells whether a code is the node's, or one below it.
func (v *View) within(place area.Place, scope coverage.Scope) func(string) bool {
	return func(code string) bool {
		other := v.Index.Tree.Find(code)
		if scope == coverage.Self {
			return other == place
		}
		return other != area.Nowhere && v.Index.Tree.Contains(place, other)
	}
}

// ReliefFigures is money in yuan.
type ReliefFigures struct{ relief.Figures }

// Received is in yuan.
func (f *ReliefFigures) Received() string { return f.Figures.Received.String() }

// PassedDown is in yuan.
func (f *ReliefFigures) PassedDown() string { return f.Figures.PassedDown.String() }

// Distributed is in yuan.
func (f *ReliefFigures) Distributed() string { return f.Figures.Distributed.String() }

// Balance is in yuan.
func (f *ReliefFigures) Balance() string { return f.Figures.Balance.String() }

// Disclosed is in yuan.
func (f *ReliefFigures) Disclosed() string { return f.Figures.Disclosed.String() }

// Total is all money.
func (r *Relief) Total(ctx context.Context) (*ReliefFigures, error) {
	of, err := r.sum(ctx)
	if err != nil {
		return nil, err
	}
	return &ReliefFigures{of.Total}, nil
}

// ReliefClassFigures is money of one class.
type ReliefClassFigures struct {
	ReliefClass relief.Class
	Figures     *ReliefFigures
}

// ByClass is money of the six classes.
func (r *Relief) ByClass(ctx context.Context) ([]ReliefClassFigures, error) {
	of, err := r.sum(ctx)
	if err != nil {
		return nil, err
	}
	classes := make([]ReliefClassFigures, relief.Classes)
	for class, figures := range of.ByClass {
		classes[class] = ReliefClassFigures{relief.Class(class), &ReliefFigures{figures}}
	}
	return classes, nil
}

// ReliefChildFigures is money of one child with all below it.
type ReliefChildFigures struct {
	Node    AdministrativeNode
	Figures *ReliefFigures
}

// ByChild is money by child.
func (r *Relief) ByChild(ctx context.Context) ([]ReliefChildFigures, error) {
	children := []ReliefChildFigures{}
	if r.key.scope == coverage.Self {
		return children, nil
	}
	all, err := r.sum(ctx)
	if err != nil {
		return nil, err
	}
	places := r.node.view.Index.Tree.Children(r.node.place)
	for i, node := range r.node.view.nodes(places) {
		summary, err := all.child(places[i])
		if err != nil {
			return nil, err
		}
		children = append(children, ReliefChildFigures{node, &ReliefFigures{summary.Total}})
	}
	return children, nil
}

// Children is money by child, in pages.
func (r *Relief) Children(
	ctx context.Context, first *int, after *string, last *int, before *string,
) (*ReliefChildFiguresConnection, error) {
	all, err := r.ByChild(ctx)
	if err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByCode, "relief of children", r.node.Code, r.key.span.From, r.asked, r.key.filter)
	page, err := pageByCode(
		list,
		all,
		func(c ReliefChildFigures) string { return codeOf(c.Node) },
		cursor.Ask{First: first, After: after, Last: last, Before: before},
	)
	if err != nil {
		return nil, err
	}
	connection := &ReliefChildFiguresConnection{TotalCount: len(all), PageInfo: page.info}
	for i, row := range page.rows {
		connection.Edges = append(connection.Edges, ReliefChildFiguresEdge{page.cursors[i], row})
	}
	return connection, nil
}

// ReliefChildFiguresConnection is a page of money by child.
type ReliefChildFiguresConnection struct {
	TotalCount int
	PageInfo   PageInfo
	Edges      []ReliefChildFiguresEdge
}

// ReliefChildFiguresEdge is money of one child in a page.
type ReliefChildFiguresEdge struct {
	Cursor string
	Node   ReliefChildFigures
}

// GoodsFigures is goods of one item in one unit.
type GoodsFigures struct{ relief.Goods }

// Item is the good's name.
func (g *GoodsFigures) Item(locale *explain.Locale) string { return goods(g.Goods.Item, locale) }

// Unit is what it is counted in.
func (g *GoodsFigures) Unit(locale *explain.Locale) string { return goods(g.Goods.Unit, locale) }

// Received is in the unit.
func (g *GoodsFigures) Received() string { return g.Goods.Received.String() }

// PassedDown is in the unit.
func (g *GoodsFigures) PassedDown() string { return g.Goods.PassedDown.String() }

// Distributed is in the unit.
func (g *GoodsFigures) Distributed() string { return g.Goods.Distributed.String() }

// Balance is in the unit.
func (g *GoodsFigures) Balance() string { return g.Goods.Balance.String() }

// Goods are the goods by item and unit.
func (r *Relief) Goods(ctx context.Context) ([]*GoodsFigures, error) {
	of, err := r.sum(ctx)
	if err != nil {
		return nil, err
	}
	goods := make([]*GoodsFigures, len(of.Goods))
	for i := range of.Goods {
		goods[i] = &GoodsFigures{of.Goods[i]}
	}
	return goods, nil
}
