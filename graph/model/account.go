package model

import (
	"context"
	"sort"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// StatusTransition is how many cells went from one status to another.
type StatusTransition struct {
	Before, After *timeline.Status
	Cells         int
}

// inForce is the status, null where a cell is not in force.
func inForce(status timeline.Status) *timeline.Status {
	if status == timeline.NotInForce {
		return nil
	}
	return &status
}

// changes are the cells whose status differs, found once.
func (c *CoverageChange) changes() []coverage.CellChange {
	c.once.Do(func() { c.cells = c.view.Index.CellChanges(c.place, coverage.Subtree, c.from, c.to) })
	return c.cells
}

// Transitions counts the changed cells by statuses.
func (c *CoverageChange) Transitions() []StatusTransition {
	transitions := []StatusTransition{}
	for _, t := range coverage.Transitions(c.changes()) {
		transitions = append(transitions, StatusTransition{inForce(t.Before), inForce(t.After), t.Cells})
	}
	return transitions
}

// CellChange is a cell whose status differs between two days.
type CellChange struct {
	view *View
	coverage.CellChange
	to calendar.Day
}

// DutyTransition is how many duties went from one state to another.
type DutyTransition struct {
	Before, After *duty.State
	Duties        int
}

// DutyTransitions counts the duties whose state differs, by states.
func (c *CoverageChange) DutyTransitions() []DutyTransition {
	opened := func(state duty.State) *duty.State {
		if state == duty.NotOpened {
			return nil
		}
		return &state
	}
	transitions := []DutyTransition{}
	for _, t := range c.view.Index.DutyTransitions(c.place, coverage.Subtree, c.from, c.to) {
		transitions = append(transitions, DutyTransition{opened(t.Before), opened(t.After), t.Duties})
	}
	return transitions
}

// Publisher is who owes it.
func (c *CellChange) Publisher() AdministrativeNode { return c.view.node(c.CellChange.Publisher) }

// Entry is the row in force on the later day, else the latest.
func (c *CellChange) Entry() *CatalogEntry {
	return c.view.entryNaming(c.CellChange.Publisher, c.EntryCode, c.to)
}

// Before is null where the cell was not in force.
func (c *CellChange) Before() *timeline.Status { return inForce(c.CellChange.Before) }

// After is null where the cell is not in force.
func (c *CellChange) After() *timeline.Status { return inForce(c.CellChange.After) }

// Cause is what began the later status, or ended the cell's days in force.
func (c *CellChange) Cause(ctx context.Context) (*Cause, error) {
	history, err := c.view.loaders.history(ctx, c.view.Index.Tree.Node(c.CellChange.Publisher).Code, c.EntryCode)
	if err != nil {
		return nil, err
	}
	cause, ok := history.CauseOn(c.to)
	if !ok {
		return nil, nil
	}
	return &Cause{c.view, cause}, nil
}

// CellChangeConnection is a page of changed cells.
type CellChangeConnection struct {
	TotalCount int
	PageInfo   PageInfo
	Edges      []CellChangeEdge
}

// CellChangeEdge is a changed cell in a page.
type CellChangeEdge struct {
	Cursor string
	Node   *CellChange
}

// Cells lists the changed cells, by publisher and entry.
func (c *CoverageChange) Cells(first *int, after *string) (*CellChangeConnection, error) {
	size, err := pageSize(first)
	if err != nil {
		return nil, err
	}
	parts, err := cursor(after, cursorChange, 2)
	if err != nil {
		return nil, err
	}
	all, tree := c.changes(), c.view.Index.Tree
	start := 0
	if parts != nil {
		start = sort.Search(len(all), func(i int) bool {
			code := tree.Node(all[i].Publisher).Code
			return code > parts[0] || code == parts[0] && all[i].EntryCode > parts[1]
		})
	}
	end := min(start+size, len(all))
	connection := &CellChangeConnection{TotalCount: len(all), Edges: []CellChangeEdge{}}
	var cursors []string
	for _, change := range all[start:end] {
		code := tree.Node(change.Publisher).Code
		cursors = append(cursors, opaque(cursorChange, code, change.EntryCode))
		connection.Edges = append(connection.Edges, CellChangeEdge{cursors[len(cursors)-1], &CellChange{c.view, change, c.to}})
	}
	connection.PageInfo = pageInfo(cursors, after, end < len(all))
	return connection, nil
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

// Peers compares a place; null for an unknown one and for a department.
func (v *View) Peers(code string, within *PeerGroup, asOf *calendar.Day, minRequired *int) (*Peers, error) {
	place := v.Index.Tree.Find(code)
	if place == area.Nowhere || v.Index.Tree.Node(place).Department {
		return nil, nil
	}
	least := 1
	if minRequired != nil {
		least = *minRequired
	}
	if err := inRange("minRequired", least, 0, mostPeople); err != nil {
		return nil, err
	}
	group := coverage.OfParent
	if within != nil && *within == PeerGroupProvince {
		group = coverage.OfProvince
	}
	on := v.day(asOf)
	among, ranking, spread := v.Index.Peers(place, group, on, least)
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

// FormerName is an earlier name.
type FormerName = area.FormerName

// Name is the present name, or that of a day.
func (n *administrative) Name(asOf *calendar.Day) string {
	if asOf == nil {
		return n.Node.Name
	}
	return n.NameOn(*asOf)
}

// FormerNames are the earlier names, the oldest first.
func (n *administrative) FormerNames() []FormerName {
	return append([]FormerName{}, n.Node.FormerNames...)
}

// Predecessors are the places that it succeeds.
func (n *administrative) Predecessors() []AdministrativeNode {
	return n.view.nodes(n.view.Index.Tree.Predecessors(n.place))
}

// Successors are the places that succeed it.
func (n *administrative) Successors() []AdministrativeNode {
	return n.view.nodes(n.view.Index.Tree.Successors(n.place))
}

// Succession is a day on which places ended or began.
type Succession struct {
	On           calendar.Day
	Ended, Began []AdministrativeNode
}

// Successions lists the days on which places at or below it ended or began.
func (n *administrative) Successions(from, to calendar.Day) []Succession {
	successions := []Succession{}
	for _, s := range n.view.Index.Tree.Successions(n.place, from, to) {
		successions = append(successions, Succession{s.On, n.view.nodes(s.Ended), n.view.nodes(s.Began)})
	}
	return successions
}
