package model

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/explain"
)

// FormerName is an earlier name.
type FormerName = area.FormerName

// Name is the present name, or that of a day, in characters or in Latin letters.
func (n *Administrative) Name(asOf *calendar.Day, locale *explain.Locale) string {
	name := n.Node.Name
	if asOf != nil || n.view.asOf != calendar.None {
		name = n.NameOn(n.view.day(asOf))
	}
	if localeOf(locale) == explain.English {
		return area.Latin(name)
	}
	return name
}

// FormerNames are the earlier names, the oldest first.
func (n *Administrative) FormerNames() []FormerName {
	return append([]FormerName{}, n.Node.FormerNames...)
}

// Predecessors are the places that it succeeds.
func (n *Administrative) Predecessors() []AdministrativeNode {
	return n.view.nodes(n.view.Index.Tree.Predecessors(n.place))
}

// Successors are the places that succeed it.
func (n *Administrative) Successors() []AdministrativeNode {
	return n.view.nodes(n.view.Index.Tree.Successors(n.place))
}

// Succession is a day on which places ended or began.
type Succession struct {
	On           calendar.Day
	Ended, Began []AdministrativeNode
}

// Successions lists the days on which places at or below it ended or began.
func (n *Administrative) Successions(from, to calendar.Day) ([]Succession, error) {
	if err := forwards(from, to); err != nil {
		return nil, err
	}
	successions := []Succession{}
	for _, s := range n.view.Index.Tree.Successions(n.place, from, to) {
		successions = append(successions, Succession{s.On, n.view.nodes(s.Ended), n.view.nodes(s.Began)})
	}
	return successions, nil
}
