package model

import (
	"context"
	"math"
	"slices"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
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

// Ranking orders the places of a level at or below the node, in pages.
func (n *Administrative) Ranking(
	ctx context.Context, level area.Level, asOf *calendar.Day, minRequired *int, filter *NodeFilter, orderBy *RankOrder,
	first *int, after *string, last *int, before *string,
) (*RankedNodeConnection, error) {
	n = n.on(asOf)
	places, err := n.WholeRanking(ctx, level, nil, minRequired)
	if err != nil {
		return nil, err
	}
	list := []any{"ranking", n.Code, n.view.given(nil), level, valueOrZero(minRequired)}
	return n.view.rankedPage(
		list,
		places,
		n.view.day(nil),
		filter,
		orderBy,
		cursor.Ask{First: first, After: after, Last: last, Before: before},
	)
}

// RankOrder is how a ranking is ordered.
type RankOrder string

// The orders; those without a rank come last in each.
const (
	RankOrderBestFirst  RankOrder = "BEST_FIRST"
	RankOrderWorstFirst RankOrder = "WORST_FIRST"
)

// RankedNodeConnection is a page of a ranking.
type RankedNodeConnection struct {
	AsOf       calendar.Day
	TotalCount int
	PageInfo   PageInfo
	Edges      []RankedNodeEdge
}

// RankedNodeEdge is a place in a page of a ranking.
type RankedNodeEdge struct {
	Cursor string
	Node   *RankedNode
}

// rankedPage cuts a page out of a ranking: it begins after the place that its cursor
// names, wherever that has come to stand.
func (v *View) rankedPage(
	about []any, places []*RankedNode, on calendar.Day, filter *NodeFilter, orderBy *RankOrder, ask cursor.Ask,
) (*RankedNodeConnection, error) {
	asked, err := ask.Wanted()
	if err != nil {
		return nil, err
	}
	wanted, text, err := v.nodeKeeper(filter, on)
	if err != nil {
		return nil, err
	}
	if filter != nil {
		places = slices.DeleteFunc(slices.Clone(places), func(r *RankedNode) bool { return !wanted(r.ranked.Place) })
	}
	worstFirst := valueOrZero(orderBy) == RankOrderWorstFirst
	if worstFirst {
		places = slices.SortedFunc(slices.Values(places), func(a, b *RankedNode) int {
			return coverage.CompareWorstFirst(a.ranked, b.ranked)
		})
	}
	list := cursor.Of(cursor.ByCode, append(about, text, worstFirst)...)
	parts, err := list.Read(asked, 1)
	if err != nil {
		return nil, err
	}
	start, end := 0, len(places)
	if parts != nil {
		place := v.Index.Tree.Find(parts[0])
		at := slices.IndexFunc(places, func(r *RankedNode) bool { return r.ranked.Place == place })
		switch {
		case at < 0:
			return nil, asked.Foreign()
		case asked.Backwards:
			end = at
		default:
			start = at + 1
		}
	}
	page, more := cut(places[start:end], asked, nil)
	connection := &RankedNodeConnection{AsOf: on, TotalCount: len(places), Edges: make([]RankedNodeEdge, len(page))}
	cursors := make([]string, len(page))
	for i, row := range page {
		cursors[i] = list.Make(v.Index.Tree.Node(row.ranked.Place).Code)
		connection.Edges[i] = RankedNodeEdge{cursors[i], row}
	}
	connection.PageInfo = cursor.PageOf(cursors, asked, more)
	return connection, nil
}

// WholeRanking orders the places of a level at or below the node.
func (n *Administrative) WholeRanking(
	ctx context.Context, level area.Level, asOf *calendar.Day, minRequired *int,
) ([]*RankedNode, error) {
	least := 1
	if minRequired != nil {
		least = *minRequired
	}
	if err := inRange("minRequired", least, 0, 1_000_000_000); err != nil {
		return nil, err
	}
	v := n.on(asOf).view
	on := v.day(nil)
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
	figures := r.of.view.coverage(r.ranked.Place, coverage.Subtree, r.of.on, r.ranked.Cells)
	figures.cellsAlone = true
	return figures
}

// NotRankedBecause is null where the place has a rank.
func (r *RankedNode) NotRankedBecause(locale *explain.Locale) *string {
	if r.ranked.Reason == coverage.Ranked {
		return nil
	}
	text := explain.NotRanked(localeOf(locale), r.ranked.Reason, r.ranked.Cells, r.of.minRequired)
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
	AsOf                                                    calendar.Day
	Group                                                   AdministrativeNode
	Places                                                  []*RankedNode
	Self                                                    *RankedNode
	Ranked                                                  int
	Least, LowerQuartile, Median, UpperQuartile, Most, Mean *float64

	of   *Administrative
	list []any // what it is about, for its cursors
}

// Ranking is all of them, in pages.
func (p *Peers) Ranking(
	filter *NodeFilter, orderBy *RankOrder, first *int, after *string, last *int, before *string,
) (*RankedNodeConnection, error) {
	return p.of.view.rankedPage(
		p.list,
		p.Places,
		p.AsOf,
		filter,
		orderBy,
		cursor.Ask{First: first, After: after, Last: last, Before: before},
	)
}

// Peers compares a place; null for a department.
func (n *Administrative) Peers(ctx context.Context, within *PeerGroup, asOf *calendar.Day, minRequired *int) (*Peers, error) {
	n = n.on(asOf)
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
	on := v.day(nil)
	among, ranking, spread, err := v.Index.Peers(ctx, place, within.domain(), on, least)
	if err != nil {
		return nil, err
	}
	peers := &Peers{AsOf: on, Group: v.node(among), Places: v.rankedNodes(ranking, on, least), Ranked: spread.Count}
	peers.of, peers.list = n, []any{"peers", n.Code, v.given(nil), valueOrZero(within), least}
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
