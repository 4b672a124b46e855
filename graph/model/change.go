package model

import (
	"cmp"
	"context"
	"iter"
	"strings"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// CoverageChange is what changed between two days.
type CoverageChange struct {
	view          *View
	Before, After *Coverage
	from, to      calendar.Day
	place         area.Place
}

// From is the earlier day.
func (c *CoverageChange) From() calendar.Day { return c.from }

// To is the later day.
func (c *CoverageChange) To() calendar.Day { return c.to }

// Summary tells the change in a paragraph.
func (c *CoverageChange) Summary(ctx context.Context, locale *explain.Locale) (string, error) {
	index := c.view.Index
	standing := func(place area.Place) explain.Standing {
		return explain.Standing{
			Name:   index.Tree.Node(place).NameOn(c.to),
			Before: index.At(place, coverage.Subtree, c.from),
			After:  index.At(place, coverage.Subtree, c.to),
		}
	}
	course := explain.Course{From: c.from, To: c.to, Own: standing(c.place)}
	for _, child := range index.Tree.Children(c.place) {
		course.Below = append(course.Below, standing(child))
	}
	for range index.Opened(ctx, c.place, coverage.Subtree, c.from, c.to) {
		course.Opened++
	}
	for range index.Closed(ctx, c.place, coverage.Subtree, c.from, c.to) {
		course.Closed++
	}
	all := coverage.GapFilter{}
	for range index.Upcoming(ctx, c.place, coverage.Subtree, c.to, explain.ComingWorkingDays, all) {
		course.Coming++
	}
	return explain.Summary(localeOf(locale), &course), ctx.Err()
}

// changes walks the cells whose status differs that a filter wants.
func (c *CoverageChange) changes(ctx context.Context, filter coverage.CellFilter) iter.Seq[coverage.CellChange] {
	return c.view.Index.CellChanges(ctx, c.place, coverage.Subtree, c.from, c.to, filter)
}

// Transitions counts the changed cells by statuses.
func (c *CoverageChange) Transitions(ctx context.Context) ([]StatusTransition, error) {
	transitions := []StatusTransition{}
	for _, t := range coverage.Transitions(c.changes(ctx, coverage.CellFilter{})) {
		transitions = append(transitions, StatusTransition{inForce(t.Before), inForce(t.After), t.Cells})
	}
	return transitions, ctx.Err()
}

// DutyTransitions counts the duties whose state differs, by states.
func (c *CoverageChange) DutyTransitions(ctx context.Context) ([]DutyTransition, error) {
	opened := func(state duty.State) *duty.State {
		if state == duty.NotOpened {
			return nil
		}
		return &state
	}
	counted, err := c.view.Index.DutyTransitions(ctx, c.place, coverage.Subtree, c.from, c.to)
	if err != nil {
		return nil, err
	}
	transitions := []DutyTransition{}
	for _, t := range counted {
		transitions = append(transitions, DutyTransition{opened(t.Before), opened(t.After), t.Duties})
	}
	return transitions, nil
}

// Cells lists the changed cells, by publisher and entry.
func (c *CoverageChange) Cells(
	ctx context.Context, filter *CellFilter, first *int, after *string, last *int, before *string,
) (*CellChangeConnection, error) {
	asked, err := cursor.Ask{First: first, After: after, Last: last, Before: before}.Wanted()
	if err != nil {
		return nil, err
	}
	narrowed, err := c.view.cellFilter(filter)
	if err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByCell, c.worksOn().Code, c.from, c.to, narrowed)
	parts, err := list.Read(asked, 2)
	if err != nil {
		return nil, err
	}
	tree := c.view.Index.Tree
	way := coverage.Way[coverage.CellChange]{Backwards: asked.Backwards}
	if parts != nil {
		way.From = func(change coverage.CellChange) int {
			return cmp.Or(strings.Compare(tree.Node(change.Publisher).Code, parts[0]), strings.Compare(change.EntryCode, parts[1]))
		}
	}
	page, total, more, err := coverage.PageOf(ctx, c.changes(ctx, narrowed), coverage.CompareCellChanges, way, asked.Rows)
	if err != nil {
		return nil, err
	}
	connection := &CellChangeConnection{TotalCount: total, Edges: []CellChangeEdge{}}
	var cursors []string
	for _, change := range page {
		code := tree.Node(change.Publisher).Code
		cursors = append(cursors, list.Make(code, change.EntryCode))
		connection.Edges = append(connection.Edges, CellChangeEdge{cursors[len(cursors)-1], &CellChange{c.view, change, c.to}})
	}
	connection.PageInfo = cursor.PageOf(cursors, asked, more)
	return connection, nil
}

// Opened are gaps on the later day that were none on the earlier.
func (c *CoverageChange) Opened(
	ctx context.Context, filter *GapFilter, orderBy *coverage.GapOrder, first *int, after *string, last *int, before *string,
) (*GapConnection, error) {
	ask := cursor.Ask{First: first, After: after, Last: last, Before: before}
	return c.worksOn().pageOfGaps(ctx, func(ctx context.Context) iter.Seq[coverage.Standing] {
		return c.view.Index.Opened(ctx, c.place, coverage.Subtree, c.from, c.to)
	}, c.to, filter, orderBy, ask, "opened", c.worksOn().Code, c.from, c.to)
}

// Closed are gaps on the earlier day that are none on the later.
func (c *CoverageChange) Closed(
	ctx context.Context, filter *GapFilter, orderBy *coverage.GapOrder, first *int, after *string, last *int, before *string,
) (*GapConnection, error) {
	ask := cursor.Ask{First: first, After: after, Last: last, Before: before}
	return c.worksOn().pageOfGaps(ctx, func(ctx context.Context) iter.Seq[coverage.Standing] {
		return c.view.Index.Closed(ctx, c.place, coverage.Subtree, c.from, c.to)
	}, c.from, filter, orderBy, ask, "closed", c.worksOn().Code, c.from, c.to)
}

// CoverageChange compares two days of the node.
func (n *Administrative) CoverageChange(_ context.Context, from, to calendar.Day) (*CoverageChange, error) {
	v, place := n.view, n.place
	if err := forwards(from, to); err != nil {
		return nil, err
	}
	return &CoverageChange{
		view: v, from: from, to: to, place: place,
		Before: v.coverage(place, coverage.Subtree, from, v.Index.At(place, coverage.Subtree, from)),
		After:  v.coverage(place, coverage.Subtree, to, v.Index.At(place, coverage.Subtree, to)),
	}, nil
}

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

// CellChange is a cell whose status differs between two days.
type CellChange struct {
	view *View
	coverage.CellChange
	to calendar.Day
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

// DutyTransition is how many duties went from one state to another.
type DutyTransition struct {
	Before, After *duty.State
	Duties        int
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
