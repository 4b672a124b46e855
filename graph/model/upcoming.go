package model

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// UpcomingConnection is a page of cells about to become a gap.
type UpcomingConnection struct {
	node       *Administrative
	list       func(context.Context) iter.Seq[coverage.Coming] // all of it
	ordered    cursor.List                                     // its cursors
	AsOf       calendar.Day
	TotalCount int
	PageInfo   PageInfo
	Edges      []UpcomingEdge
}

// UpcomingCounts are cells by the status that they take.
type UpcomingCounts struct{ coverage.ComingCounts }

// Total counts all of them.
func (c *UpcomingCounts) Total() int { return c.Missing + c.Overdue + c.Stale }

// UpcomingCountsOfNode are the counts of one node.
type UpcomingCountsOfNode struct {
	Node   AdministrativeNode
	Counts *UpcomingCounts
}

// Counts counts the whole list.
func (c *UpcomingConnection) Counts(ctx context.Context) (*UpcomingCounts, error) {
	counted := coverage.CountComing(c.list(ctx), func(*coverage.Coming) (bool, bool) { return true, true })
	if counted[true] == nil {
		return &UpcomingCounts{}, ctx.Err()
	}
	return &UpcomingCounts{*counted[true]}, ctx.Err()
}

// ByChild counts the list by child.
func (c *UpcomingConnection) ByChild(ctx context.Context) ([]UpcomingCountsOfNode, error) {
	tree := c.node.view.Index.Tree
	return c.by(
		ctx,
		func(coming *coverage.Coming) area.Place { return tree.ChildTowards(c.node.place, coming.Publisher) },
		tree.Size(),
	)
}

// Children counts the list by child, in pages.
func (c *UpcomingConnection) Children(
	ctx context.Context, first *int, after *string, last *int, before *string,
) (*UpcomingCountsOfNodeConnection, error) {
	all, err := c.ByChild(ctx)
	if err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByCode, "upcoming of children", c.ordered)
	page, err := pageByCode(
		list,
		all,
		func(c UpcomingCountsOfNode) string { return codeOf(c.Node) },
		cursor.Ask{First: first, After: after, Last: last, Before: before},
	)
	if err != nil {
		return nil, err
	}
	connection := &UpcomingCountsOfNodeConnection{TotalCount: len(all), PageInfo: page.info}
	for i, row := range page.rows {
		connection.Edges = append(connection.Edges, UpcomingCountsOfNodeEdge{page.cursors[i], row})
	}
	return connection, nil
}

// UpcomingCountsOfNodeConnection is a page of counts by child.
type UpcomingCountsOfNodeConnection struct {
	TotalCount int
	PageInfo   PageInfo
	Edges      []UpcomingCountsOfNodeEdge
}

// UpcomingCountsOfNodeEdge is the counts of one child in a page.
type UpcomingCountsOfNodeEdge struct {
	Cursor string
	Node   UpcomingCountsOfNode
}

// ByPublisher counts the list by who owes it.
func (c *UpcomingConnection) ByPublisher(ctx context.Context) ([]UpcomingCountsOfNode, error) {
	return c.by(ctx, func(coming *coverage.Coming) area.Place { return coming.Publisher }, cursor.MostRows)
}

func (c *UpcomingConnection) by(ctx context.Context, key func(*coverage.Coming) area.Place, most int) ([]UpcomingCountsOfNode, error) {
	counted := coverage.CountComing(c.list(ctx), func(coming *coverage.Coming) (area.Place, bool) {
		place := key(coming)
		return place, place != area.Nowhere
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	places := slices.Sorted(maps.Keys(counted))
	places = places[:min(most, len(places))]
	counts := make([]UpcomingCountsOfNode, len(places))
	for i, node := range c.node.view.nodes(places) {
		counts[i] = UpcomingCountsOfNode{node, &UpcomingCounts{*counted[places[i]]}}
	}
	return counts, nil
}

// UpcomingEdge is such a cell in a page.
type UpcomingEdge struct {
	Cursor string
	Node   *Upcoming
}

// mostWorkingDaysAhead is how far ahead a question may look: about a year.
const mostWorkingDaysAhead = 250

// UpcomingFilter narrows a list of cells about to become a gap.
type UpcomingFilter struct {
	Statuses   []timeline.Status
	Categories []string
	Entries    []string
	Levels     []area.Level
	Publishers []string
}

// Upcoming lists the node's cells about to become a gap.
func (n *Administrative) Upcoming(
	ctx context.Context,
	asOf *calendar.Day,
	workingDays int,
	filter *UpcomingFilter,
	orderBy *coverage.ComingOrder,
	first *int,
	after *string,
	last *int,
	before *string,
	scope *coverage.Scope,
) (*UpcomingConnection, error) {
	asked, err := cursor.Ask{First: first, After: after, Last: last, Before: before}.Wanted()
	if err != nil {
		return nil, err
	}
	if err := inRange("workingDays", workingDays, 0, mostWorkingDaysAhead); err != nil {
		return nil, err
	}
	n = n.on(asOf)
	order := valueOrZero(orderBy)
	var gaps *GapFilter
	if filter != nil {
		gaps = &GapFilter{filter.Statuses, filter.Categories, filter.Entries, filter.Levels, filter.Publishers, nil}
	}
	narrowed, err := n.view.gapFilter(gaps)
	if err != nil {
		return nil, err
	}
	ordered := cursor.Of(cursor.ByDueDay, n.Code, n.view.given(nil), workingDays, scopeOf(scope), narrowed, order)
	parts, err := ordered.Read(asked, 3)
	if err != nil {
		return nil, err
	}
	list := func(ctx context.Context) iter.Seq[coverage.Coming] {
		return n.view.Index.Upcoming(ctx, n.place, scopeOf(scope), n.view.day(nil), workingDays, narrowed)
	}
	way := coverage.Way[coverage.Coming]{Backwards: asked.Backwards}
	if parts != nil {
		due, err := asked.ReadDay(parts[0])
		if err != nil {
			return nil, err
		}
		at := n.view.Index.ComingAt(parts[1], parts[2], due)
		way.From = func(coming coverage.Coming) int { return order.Compare(coming, at) }
	}
	page, total, more, err := coverage.PageOf(ctx, list(ctx), order.Compare, way, asked.Rows)
	if err != nil {
		return nil, err
	}
	connection := &UpcomingConnection{
		node:       n,
		ordered:    ordered,
		list:       list,
		AsOf:       n.view.day(nil),
		TotalCount: total,
		Edges:      []UpcomingEdge{},
	}
	var cursors []string
	for _, coming := range page {
		cursors = append(
			cursors,
			ordered.Make(opaque.Day(coming.DueOn), n.view.Index.Tree.Node(coming.Publisher).Code, coming.EntryCode),
		)
		connection.Edges = append(connection.Edges, UpcomingEdge{cursors[len(cursors)-1], n.view.upcoming(coming)})
	}
	connection.PageInfo = cursor.PageOf(cursors, asked, more)
	return connection, nil
}

// Upcoming is a cell about to become a gap.
type Upcoming struct {
	view *View
	coverage.Coming
	gap *Gap // that it becomes
}

func (v *View) upcoming(coming coverage.Coming) *Upcoming {
	on := coming.DueOn + 1
	becoming := coverage.Standing{Publisher: coming.Publisher, EntryCode: coming.EntryCode, Status: coming.Becomes, Since: on}
	return &Upcoming{v, coming, &Gap{v, becoming, on}}
}

// Publisher is who owes it.
func (u *Upcoming) Publisher() AdministrativeNode { return u.view.node(u.Coming.Publisher) }

// Entry is the row in force on the first day as a gap.
func (u *Upcoming) Entry() *CatalogEntry {
	return u.view.entryNaming(u.Coming.Publisher, u.EntryCode, u.DueOn+1)
}

// Duty is the one that will be overdue.
func (u *Upcoming) Duty(ctx context.Context) (*Duty, error) {
	reason, err := u.gap.why(ctx)
	if err != nil || reason.Duty == nil {
		return nil, err
	}
	return &Duty{u.view, *reason.Duty}, nil
}

// Explanation is by when it becomes a gap, and what prevents it.
func (u *Upcoming) Explanation(ctx context.Context, locale *explain.Locale) (string, error) {
	facts, err := u.gap.facts(ctx)
	if err != nil {
		return "", err
	}
	return explain.Upcoming(localeOf(locale), facts), nil
}
