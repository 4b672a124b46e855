package model

import (
	"context"
	"math"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/explain"
)

// RankedNode is a place in a ranking.
type RankedNode struct {
	Rank        *int
	Node        AdministrativeNode
	Figures     *Coverage
	reason      coverage.NotRanked
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

func (v *View) rankedNodes(ranking []coverage.RankedPlace, on calendar.Day, least int) []*RankedNode {
	nodes := make([]*RankedNode, len(ranking))
	for i, ranked := range ranking {
		nodes[i] = &RankedNode{
			Node: v.node(ranked.Place), Figures: v.coverage(ranked.Place, coverage.Subtree, on, ranked.Figures),
			reason: ranked.Reason, minRequired: least,
		}
		if ranked.Rank > 0 {
			nodes[i].Rank = &ranked.Rank
		}
	}
	return nodes
}

// NotRankedBecause is null where the place has a rank.
func (r *RankedNode) NotRankedBecause(locale *explain.Locale) *string {
	if r.reason == coverage.Ranked {
		return nil
	}
	text := explain.NotRanked(localeOf(locale), r.reason, r.Figures.figures, r.minRequired)
	return &text
}

// PeerGroup is among whom a place is compared.
type PeerGroup string

// The groups.
const (
	PeerGroupParent   PeerGroup = "PARENT"
	PeerGroupProvince PeerGroup = "PROVINCE"
)

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
	group := coverage.OfParent
	if within != nil && *within == PeerGroupProvince {
		group = coverage.OfProvince
	}
	on := v.day(asOf)
	among, ranking, spread, err := v.Index.Peers(ctx, place, group, on, least)
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
