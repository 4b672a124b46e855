package model

import (
	"cmp"
	"slices"
	"sort"
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

// AdministrativeNodeConnection is a page of nodes.
type AdministrativeNodeConnection struct {
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
	orderBy *ChildOrder,
	asOf *calendar.Day,
	inForceOnly *bool,
) (*AdministrativeNodeConnection, error) {
	size, err := cursor.Size(first)
	if err != nil {
		return nil, err
	}
	on := n.view.day(asOf)
	var children []orderedChild
	for _, child := range n.view.Index.Tree.Children(n.place) {
		if inForceOnly != nil && *inForceOnly && !n.view.Index.Tree.ValidOn(child).Contains(on) {
			continue
		}
		children = append(children, orderedChild{place: child})
	}
	n.view.order(children, orderBy, on)
	list := cursor.Of(cursor.ByCode, n.Code, cmp.Or(valueOrZero(orderBy), ChildOrderCode), valueOrZero(inForceOnly))
	start, err := n.view.childAfter(list, children, after)
	if err != nil {
		return nil, err
	}
	page := children[start:min(start+size, len(children))]
	connection := &AdministrativeNodeConnection{TotalCount: len(children), Edges: make([]AdministrativeNodeEdge, len(page))}
	cursors := make([]string, len(page))
	for i, child := range page {
		node := n.view.Index.Tree.Node(child.place)
		cursors[i] = list.Make(strconv.FormatFloat(child.key, 'g', -1, 64), node.Code)
		connection.Edges[i] = AdministrativeNodeEdge{cursors[i], n.view.node(child.place)}
	}
	connection.PageInfo = cursor.PageOf(cursors, after, start+len(page) < len(children))
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

// childAfter returns where a page begins.
func (v *View) childAfter(list cursor.List, children []orderedChild, after *string) (int, error) {
	parts, err := list.Read(after, 2)
	if err != nil || parts == nil {
		return 0, err
	}
	key, err := strconv.ParseFloat(parts[0], 64)
	if err != nil {
		return 0, cursor.Foreign()
	}
	return sort.Search(len(children), func(i int) bool {
		return cmp.Or(cmp.Compare(children[i].key, key), strings.Compare(v.Index.Tree.Node(children[i].place).Code, parts[1])) > 0
	}), nil
}
