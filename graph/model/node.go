package model

import (
	"fmt"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Node is anything with a global id.
type Node interface{ IsNode() }

// AdministrativeNode is a place or a department.
type AdministrativeNode interface {
	Node
	IsAdministrativeNode()
	code() string
}

// Administrative is what the five types of administrative node have in common.
type Administrative struct {
	view  *View
	place area.Place
	*area.Node
}

// The five types.
type (
	// Region is the nation, a province or a prefecture.
	Region struct{ *Administrative }
	// City is a county-level city, district or county.
	City struct{ *Administrative }
	// Township is a town, township, subdistrict or farm.
	Township struct{ *Administrative }
	// Village is a village or community.
	Village struct{ *Administrative }
	// Department is a body under a place.
	Department struct{ *Administrative }
)

// IsNode marks a thing with a global id.
func (*Administrative) IsNode() {}

// IsAdministrativeNode marks a place or department.
func (*Administrative) IsAdministrativeNode() {}

func (n *Administrative) code() string { return n.Code }

func (v *View) administrative(place area.Place) *Administrative {
	return &Administrative{view: v.showing(place), place: place, Node: v.Index.Tree.Node(place)}
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
	case area.Department:
		return &Department{n}
	}
	panic(fmt.Sprintf("there is no type for nodes of kind %v", n.Kind()))
}

// on is the node as a question about a day shows it, this one where none is named.
func (n *Administrative) on(asOf *calendar.Day) *Administrative {
	if dated := n.view.On(asOf); dated != n.view {
		return dated.administrative(n.place)
	}
	return n
}

// ID is the node's global id.
func (n *Administrative) ID() string { return n.view.id(idNode, n.Code) }

// AsOf is the day that fields below take where they have none of their own.
func (n *Administrative) AsOf() calendar.Day { return n.view.day(nil) }

// ValidFrom is the first day on which the place exists.
func (n *Administrative) ValidFrom() calendar.Day { return n.view.Index.Tree.ValidOn(n.place).From }

// ValidTo is the last day on which the place exists.
func (n *Administrative) ValidTo() calendar.Day { return n.view.Index.Tree.ValidOn(n.place).To }

// Parent is the node above as shown.
func (n *Administrative) Parent() AdministrativeNode {
	above := n.view.Index.Tree.Ancestors(n.place)
	if len(above) == 0 {
		return nil
	}
	return n.view.node(above[len(above)-1])
}

// Ancestors are the nodes above, from the root down.
func (n *Administrative) Ancestors() []AdministrativeNode {
	return n.view.nodes(n.view.Index.Tree.Ancestors(n.place))
}
