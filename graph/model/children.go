package model

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// ChildOrder is how children are ordered.
type ChildOrder string

// The orders; each ends in the code.
const (
	ChildOrderCode             ChildOrder = "CODE"
	ChildOrderCoverageRateAsc  ChildOrder = "COVERAGE_RATE_ASC"
	ChildOrderCoverageRateDesc ChildOrder = "COVERAGE_RATE_DESC"
	ChildOrderGapsDesc         ChildOrder = "GAPS_DESC"
)

// NodeKind is what a node is.
type NodeKind string

// The kinds.
const (
	NodeKindPlace      NodeKind = "PLACE"
	NodeKindDepartment NodeKind = "DEPARTMENT"
)

// AdministrativeNodeConnection is a page of nodes.
type AdministrativeNodeConnection struct {
	AsOf       calendar.Day
	TotalCount int
	PageInfo   PageInfo
	Edges      []AdministrativeNodeEdge
}

// AdministrativeNodeEdge is a node in a page.
type AdministrativeNodeEdge struct {
	Cursor string
	Node   AdministrativeNode
}

// orderedChild is a child with what it is ordered by, besides its place. A
// smaller key comes first; the cursor holds it, so that a page goes on rightly
// though figures changed meanwhile.
type orderedChild struct {
	key   float64
	place area.Place
}

// Children lists the nodes directly below.
func (n *Administrative) Children(
	first *int,
	after *string,
	last *int,
	before *string,
	kind *NodeKind,
	level *area.Level,
	filter *NodeFilter,
	orderBy *ChildOrder,
	asOf *calendar.Day,
	inForceOnly *bool,
) (*AdministrativeNodeConnection, error) {
	wanted := func(node *area.Node) bool {
		return (kind == nil || node.Department == (*kind == NodeKindDepartment)) && (level == nil || node.Level == *level)
	}
	of := fmt.Sprint("children", valueOrZero(kind), level != nil, valueOrZero(level))
	ask := cursor.Ask{First: first, After: after, Last: last, Before: before}
	return n.listed(of, slices.Values(n.view.Index.Tree.Children(n.place)), wanted, ask, filter, orderBy, asOf, inForceOnly)
}

// Townships lists the places of the township level at or below the node.
func (n *Administrative) Townships(
	_ context.Context, first *int, after *string, last *int, before *string,
	filter *NodeFilter, orderBy *ChildOrder, asOf *calendar.Day, inForceOnly *bool,
) (*AdministrativeNodeConnection, error) {
	return n.placesBelow(
		area.Township,
		cursor.Ask{First: first, After: after, Last: last, Before: before},
		filter,
		orderBy,
		asOf,
		inForceOnly,
	)
}

// Villages lists the places of the village level at or below the node.
func (n *Administrative) Villages(
	_ context.Context, first *int, after *string, last *int, before *string,
	filter *NodeFilter, orderBy *ChildOrder, asOf *calendar.Day, inForceOnly *bool,
) (*AdministrativeNodeConnection, error) {
	return n.placesBelow(
		area.Village,
		cursor.Ask{First: first, After: after, Last: last, Before: before},
		filter,
		orderBy,
		asOf,
		inForceOnly,
	)
}

func (n *Administrative) placesBelow(
	level area.Level, ask cursor.Ask, filter *NodeFilter, orderBy *ChildOrder, asOf *calendar.Day, inForceOnly *bool,
) (*AdministrativeNodeConnection, error) {
	wanted := func(node *area.Node) bool { return !node.Department && node.Level == level && node.Code != n.Code }
	return n.listed(level.String(), n.view.Index.Tree.Below(n.place), wanted, ask, filter, orderBy, asOf, inForceOnly)
}

// Departments lists the departments of the place itself.
func (n *Administrative) Departments(
	first *int, after *string, last *int, before *string, filter *NodeFilter, orderBy *ChildOrder, asOf *calendar.Day, inForceOnly *bool,
) (*AdministrativeNodeConnection, error) {
	kind := NodeKindDepartment
	return n.Children(first, after, last, before, &kind, nil, filter, orderBy, asOf, inForceOnly)
}

// listed makes a page of the wanted nodes of a walk, which is by code.
func (n *Administrative) listed(
	of string,
	walk iter.Seq[area.Place],
	wanted func(*area.Node) bool,
	ask cursor.Ask,
	filter *NodeFilter,
	orderBy *ChildOrder,
	asOf *calendar.Day,
	inForceOnly *bool,
) (*AdministrativeNodeConnection, error) {
	asked, err := ask.Wanted()
	if err != nil {
		return nil, err
	}
	n = n.on(asOf)
	on := n.view.day(nil)
	passing, text, err := n.view.nodeKeeper(filter, on)
	if err != nil {
		return nil, err
	}
	var children []orderedChild
	for child := range walk {
		if !wanted(n.view.Index.Tree.Node(child)) || !passing(child) {
			continue
		}
		if inForceOnly != nil && *inForceOnly && !n.view.Index.Tree.ValidOn(child).Contains(on) {
			continue
		}
		children = append(children, orderedChild{place: child})
	}
	n.view.order(children, orderBy, on)
	order := cmp.Or(valueOrZero(orderBy), ChildOrderCode)
	list := cursor.Of(cursor.ByCode, of, n.Code, n.view.given(nil), order, valueOrZero(inForceOnly), text)
	from, err := n.view.childPosition(list, asked)
	if err != nil {
		return nil, err
	}
	page, more := cut(children, asked, from)
	connection := &AdministrativeNodeConnection{AsOf: on, TotalCount: len(children), Edges: make([]AdministrativeNodeEdge, len(page))}
	cursors := make([]string, len(page))
	for i, child := range page {
		node := n.view.Index.Tree.Node(child.place)
		cursors[i] = list.Make(strconv.FormatFloat(child.key, 'g', -1, 64), node.Code)
		connection.Edges[i] = AdministrativeNodeEdge{cursors[i], n.view.node(child.place)}
	}
	connection.PageInfo = cursor.PageOf(cursors, asked, more)
	return connection, nil
}

// order sorts children, which are by code.
func (v *View) order(children []orderedChild, orderBy *ChildOrder, on calendar.Day) {
	if orderBy == nil || *orderBy == ChildOrderCode {
		return
	}
	for i := range children {
		figures := v.Index.At(children[i].place, coverage.Subtree, on)
		rate, rated := figures.CoverageRate()
		switch *orderBy {
		case ChildOrderGapsDesc:
			children[i].key = -float64(figures.Gaps())
		case ChildOrderCoverageRateDesc:
			children[i].key = -rate
		case ChildOrderCoverageRateAsc:
			children[i].key = rate
		case ChildOrderCode:
		}
		if !rated && *orderBy != ChildOrderGapsDesc {
			children[i].key = 2 // after every rate
		}
	}
	slices.SortStableFunc(children, func(a, b orderedChild) int { return cmp.Compare(a.key, b.key) })
}

// childPosition tells how children compare to where a page begins.
func (v *View) childPosition(list cursor.List, asked cursor.Wanted) (func(orderedChild) int, error) {
	parts, err := list.Read(asked, 2)
	if err != nil || parts == nil {
		return nil, err
	}
	key, err := strconv.ParseFloat(parts[0], 64)
	if err != nil {
		return nil, asked.Foreign()
	}
	return func(c orderedChild) int {
		return cmp.Or(cmp.Compare(c.key, key), strings.Compare(v.Index.Tree.Node(c.place).Code, parts[1]))
	}, nil
}
