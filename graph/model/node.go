package model

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Node is anything with a global id.
type Node interface{ IsNode() }

// AdministrativeNode is a place or a department.
type AdministrativeNode interface {
	Node
	IsAdministrativeNode()
}

// administrative is what the five types of administrative node have in common.
type administrative struct {
	view  *View
	place area.Place
	*area.Node
}

// The five types.
type (
	// Region is the nation, a province or a prefecture.
	Region struct{ *administrative }
	// City is a county-level city, district or county.
	City struct{ *administrative }
	// Township is a town, township, subdistrict or farm.
	Township struct{ *administrative }
	// Village is a village or community.
	Village struct{ *administrative }
	// Department is a body under a place.
	Department struct{ *administrative }
)

// IsNode marks a thing with a global id.
func (*administrative) IsNode() {}

// IsAdministrativeNode marks a place or department.
func (*administrative) IsAdministrativeNode() {}

func (v *View) administrative(place area.Place) *administrative {
	return &administrative{view: v.showing(place), place: place, Node: v.Index.Tree.Node(place)}
}

func (v *View) node(place area.Place) AdministrativeNode {
	n := v.administrative(place)
	switch n.Kind() {
	case area.Region:
		return &Region{n}
	case area.City:
		return &City{n}
	case area.TownshipOf:
		return &Township{n}
	case area.VillageOf:
		return &Village{n}
	}
	return &Department{n}
}

// ID is the node's global id.
func (n *administrative) ID() string { return n.view.id(idNode, n.Code) }

// ValidFrom is the first day on which the place exists.
func (n *administrative) ValidFrom() calendar.Day { return n.view.Index.Tree.ValidOn(n.place).From }

// ValidTo is the last day on which the place exists.
func (n *administrative) ValidTo() calendar.Day { return n.view.Index.Tree.ValidOn(n.place).To }

// Parent is the node above as shown.
func (n *administrative) Parent() AdministrativeNode {
	above := n.view.Index.Tree.Ancestors(n.place)
	if len(above) == 0 {
		return nil
	}
	return n.view.node(above[len(above)-1])
}

// Ancestors are the nodes above, from the root down.
func (n *administrative) Ancestors() []AdministrativeNode {
	return n.view.nodes(n.view.Index.Tree.Ancestors(n.place))
}

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
func (n *administrative) Children(first *int, after *string, orderBy *ChildOrder, asOf *calendar.Day, inForceOnly *bool) (*AdministrativeNodeConnection, error) {
	size, err := pageSize(first)
	if err != nil {
		return nil, err
	}
	on := n.view.day(asOf)
	var children []orderedChild
	for _, child := range n.view.Index.Tree.Children(n.place) {
		if inForceOnly != nil && *inForceOnly && !n.view.Index.Tree.ValidOn(child).Holds(on) {
			continue
		}
		children = append(children, orderedChild{place: child})
	}
	n.view.order(children, orderBy, on)
	start, err := n.view.childAfter(children, after)
	if err != nil {
		return nil, err
	}
	page := children[start:min(start+size, len(children))]
	connection := &AdministrativeNodeConnection{TotalCount: len(children), Edges: make([]AdministrativeNodeEdge, len(page))}
	cursors := make([]string, len(page))
	for i, child := range page {
		node := n.view.Index.Tree.Node(child.place)
		cursors[i] = opaque(cursorNode, strconv.FormatFloat(child.key, 'g', -1, 64), node.Code)
		connection.Edges[i] = AdministrativeNodeEdge{cursors[i], n.view.node(child.place)}
	}
	connection.PageInfo = pageInfo(cursors, after, start+len(page) < len(children))
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
		}
		if !rated && *orderBy != ChildOrderGapsDesc {
			children[i].key = 2 // after every rate
		}
	}
	slices.SortStableFunc(children, func(a, b orderedChild) int { return cmp.Compare(a.key, b.key) })
}

// childAfter returns where a page begins.
func (v *View) childAfter(children []orderedChild, after *string) (int, error) {
	parts, err := cursor(after, cursorNode, 2)
	if err != nil || parts == nil {
		return 0, err
	}
	key, err := strconv.ParseFloat(parts[0], 64)
	if err != nil {
		return 0, problem.Invalid("after", "give a cursor of the same list, unchanged", "it is no cursor of this list")
	}
	return sort.Search(len(children), func(i int) bool {
		return cmp.Or(cmp.Compare(children[i].key, key), strings.Compare(v.Index.Tree.Node(children[i].place).Code, parts[1])) > 0
	}), nil
}

// mostSearch is how long a text to search for may be.
const mostSearch = 100

// Search finds nodes by code, name and, if asked, by initials in pinyin.
func (v *View) Search(text *string, level *area.Level, initials *bool, first *int, after *string) (*AdministrativeNodeConnection, error) {
	size, err := pageSize(first)
	if err != nil {
		return nil, err
	}
	search := area.Search{Text: strings.TrimSpace(given(text)), Level: level, Initials: given(initials)}
	if err := checkText("search", search.Text, mostSearch); err != nil {
		return nil, err
	}
	position, err := v.searchPosition(after)
	if err != nil {
		return nil, err
	}
	found, total := v.Index.Tree.Search(search, position, size+1)
	page := found[:min(size, len(found))]
	connection := &AdministrativeNodeConnection{TotalCount: total, Edges: make([]AdministrativeNodeEdge, len(page))}
	cursors := make([]string, len(page))
	for i, f := range page {
		cursors[i] = opaque(cursorSearch, strconv.Itoa(int(f.Match)), v.Index.Tree.Node(f.Place).Code)
		connection.Edges[i] = AdministrativeNodeEdge{cursors[i], v.node(f.Place)}
	}
	connection.PageInfo = pageInfo(cursors, after, len(found) > size)
	return connection, nil
}

// searchPosition is where a page of nodes found begins.
func (v *View) searchPosition(after *string) (*area.Found, error) {
	parts, err := cursor(after, cursorSearch, 2)
	if err != nil || parts == nil {
		return nil, err
	}
	match, err := strconv.Atoi(parts[0])
	if err != nil {
		return nil, foreignCursor()
	}
	place := v.Index.Tree.RankOf(parts[1])
	if v.Index.Tree.Find(parts[1]) == area.Nowhere {
		place-- // it is there no more: the next one is not to be passed over
	}
	return &area.Found{Match: area.Match(match), Place: place}, nil
}
