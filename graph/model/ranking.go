package model

import (
	"context"
	"math"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/explain"
)

// RankedNode is a place in a ranking. There are tens of thousands in one: what is
// asked about each is made when it is.
type RankedNode struct {
	of     *ranking
	ranked *coverage.RankedPlace
}

// ranking is what the places of one ranking have in common.
type ranking struct {
	view        *View
	on          calendar.Day
	minRequired int
}

// Ranking orders the places of a level at or below the node.
func (n *Administrative) Ranking(ctx context.Context, level area.Level, asOf *calendar.Day, minRequired *int) ([]*RankedNode, error) {
	least := 1
	if minRequired != nil {
		least = *minRequired
	}
	if err := inRange("minRequired", least, 0, 1_000_000_000); err != nil {
		return nil, err
	}
	v := n.view
	on := v.day(asOf)
	ranking, err := v.Index.Ranking(ctx, n.place, level, on, least)
	return v.rankedNodes(ranking, on, least), err
}

func (v *View) rankedNodes(places []coverage.RankedPlace, on calendar.Day, least int) []*RankedNode {
	of := &ranking{v, on, least}
	nodes, all := make([]RankedNode, len(places)), make([]*RankedNode, len(places))
	for i := range places {
		nodes[i] = RankedNode{of, &places[i]}
		all[i] = &nodes[i]
	}
	return all
}

// Rank is null where the place has none.
func (r *RankedNode) Rank() *int {
	if r.ranked.Rank == 0 {
		return nil
	}
	return &r.ranked.Rank
}

// Node is the place.
func (r *RankedNode) Node() AdministrativeNode { return r.of.view.node(r.ranked.Place) }

// Figures are those by which it is ranked.
func (r *RankedNode) Figures() *Coverage {
	return r.of.view.coverage(r.ranked.Place, coverage.Subtree, r.of.on, r.ranked.Figures)
}

// NotRankedBecause is null where the place has a rank.
func (r *RankedNode) NotRankedBecause(locale *explain.Locale) *string {
	if r.ranked.Reason == coverage.Ranked {
		return nil
	}
	text := explain.NotRanked(localeOf(locale), r.ranked.Reason, r.ranked.Figures, r.of.minRequired)
	return &text
}

// PeerGroup is among whom a place is compared.
type PeerGroup string

// The groups.
const (
	PeerGroupParent   PeerGroup = "PARENT"
	PeerGroupProvince PeerGroup = "PROVINCE"
)

func (g *PeerGroup) domain() coverage.PeerGroup {
	if g != nil && *g == PeerGroupProvince {
		return coverage.OfProvince
	}
	return coverage.OfParent
}

// Peers is a place beside those of its level.
type Peers struct {
	Group                                                   AdministrativeNode
	Places                                                  []*RankedNode
	Self                                                    *RankedNode
	Ranked                                                  int
	Least, LowerQuartile, Median, UpperQuartile, Most, Mean *float64
}

// Peers compares a place; null for a department.
func (n *Administrative) Peers(ctx context.Context, within *PeerGroup, asOf *calendar.Day, minRequired *int) (*Peers, error) {
	v, place := n.view, n.place
	if n.Department {
		return nil, nil
	}
	least := 1
	if minRequired != nil {
		least = *minRequired
	}
	if err := inRange("minRequired", least, 0, math.MaxInt32); err != nil {
		return nil, err
	}
	on := v.day(asOf)
	among, ranking, spread, err := v.Index.Peers(ctx, place, within.domain(), on, least)
	if err != nil {
		return nil, err
	}
	peers := &Peers{Group: v.node(among), Places: v.rankedNodes(ranking, on, least), Ranked: spread.Count}
	for i := range ranking {
		if ranking[i].Place == place {
			peers.Self = peers.Places[i]
		}
	}
	value := func(of float64) *float64 { return rate(of, spread.Count > 0) }
	peers.Least, peers.LowerQuartile, peers.Median = value(spread.Least), value(spread.LowerQuartile), value(spread.Median)
	peers.UpperQuartile, peers.Most, peers.Mean = value(spread.UpperQuartile), value(spread.Most), value(spread.Mean)
	return peers, nil
}
