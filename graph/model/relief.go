package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Relief is the relief of a node over a span of days.
type Relief struct {
	node *Administrative
	key  reliefKey
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
	from, to calendar.Day,
	asOf *calendar.Day,
	scope *coverage.Scope,
	reliefClass *relief.Class,
	eventRef *string,
) (*Relief, error) {
	if err := forwards(from, to); err != nil {
		return nil, err
	}
	if err := checkText("eventRef", valueOrZero(eventRef), mostSearch); err != nil {
		return nil, err
	}
	filter := relief.Filter{EventRef: valueOrZero(eventRef)}
	if reliefClass != nil {
		filter.Class, filter.OneClass = *reliefClass, true
	}
	on := n.view.day(asOf)
	key := reliefKey{n.place, scopeOf(scope), calendar.Span{From: from, To: min(to, on)}, on, filter}
	return &Relief{node: n, key: key}, nil
}

// summed is money with what it adds up to; lists of movements need none of it.
type summed struct {
	relief.Summary
	flows []relief.Flow
}

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

// ByChild is money by child. The children's flows are among the node's.
func (r *Relief) ByChild(ctx context.Context) ([]ReliefChildFigures, error) {
	children := []ReliefChildFigures{}
	if r.key.scope == coverage.Self {
		return children, nil
	}
	all, err := r.sum(ctx)
	if err != nil {
		return nil, err
	}
	tree := r.node.view.Index.Tree
	of := map[area.Place][]relief.Flow{}
	for _, flow := range all.flows {
		from, to := tree.ChildTowards(r.node.place, tree.Find(flow.FromCode)), tree.ChildTowards(r.node.place, tree.Find(flow.ToCode))
		of[from] = append(of[from], flow)
		if to != from {
			of[to] = append(of[to], flow)
		}
	}
	places := tree.Children(r.node.place)
	for i, node := range r.node.view.nodes(places) {
		child := places[i]
		summary := relief.Summarise(of[child], r.node.view.within(child, coverage.Subtree))
		children = append(children, ReliefChildFigures{node, &ReliefFigures{summary.Total}})
	}
	return children, nil
}

// GoodsFigures is goods of one item in one unit.
type GoodsFigures struct{ relief.Goods }

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
