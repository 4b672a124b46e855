package model

import (
	"cmp"
	"context"
	"iter"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// GapConnection is a page of gaps.
type GapConnection struct {
	AsOf       calendar.Day
	TotalCount int
	PageInfo   PageInfo
	Edges      []GapEdge

	view  *View
	about *Administrative // in which the gaps are
	// list walks all of it.
	list func(context.Context) iter.Seq[coverage.Standing]
}

// GapsOfPublisher counts the gaps of one publisher in a list.
type GapsOfPublisher struct {
	Node     AdministrativeNode
	Gaps     int
	DaysOpen int
}

// ByPublisher counts the whole list by publisher.
func (c *GapConnection) ByPublisher(ctx context.Context, first *int) ([]GapsOfPublisher, error) {
	most, err := cursor.Size(first)
	if err != nil {
		return nil, err
	}
	counted := coverage.CountByPublisher(c.list(ctx))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	counted = counted[:min(most, len(counted))]
	places := make([]area.Place, len(counted))
	for i := range counted {
		places[i] = counted[i].Publisher
	}
	publishers := make([]GapsOfPublisher, len(counted))
	for i, node := range c.view.On(&c.AsOf).nodes(places) {
		publishers[i] = GapsOfPublisher{node, counted[i].Gaps, int(c.AsOf-counted[i].Oldest) + 1}
	}
	return publishers, nil
}

// GapEdge is a gap in a page.
type GapEdge struct {
	Cursor string
	Node   *Gap
}

// GapFilter narrows a list of gaps.
type GapFilter struct {
	Statuses    []timeline.Status
	Categories  []string
	Entries     []string
	Levels      []area.Level
	Publishers  []string
	MinDaysOpen *int
}

func (v *View) gapFilter(f *GapFilter) (coverage.GapFilter, error) {
	if f == nil {
		return coverage.GapFilter{}, nil
	}
	cells, err := v.cellFilter(&CellFilter{f.Categories, f.Entries, f.Levels, f.Publishers})
	filter := coverage.GapFilter{CellFilter: cells, Statuses: f.Statuses}
	if err := cmp.Or(gapStatuses(f.Statuses), err); err != nil {
		return filter, err
	}
	if f.MinDaysOpen != nil {
		filter.MinDaysOpen = *f.MinDaysOpen
		return filter, inRange("minDaysOpen", filter.MinDaysOpen, 1, int(calendar.Last-calendar.First))
	}
	return filter, nil
}

// Gaps lists the node's gaps.
func (n *Administrative) Gaps(
	ctx context.Context,
	asOf *calendar.Day,
	filter *GapFilter,
	orderBy *coverage.GapOrder,
	first *int,
	after *string,
	last *int,
	before *string,
	scope *coverage.Scope,
) (*GapConnection, error) {
	asked, err := cursor.Ask{First: first, After: after, Last: last, Before: before}.Wanted()
	if err != nil {
		return nil, err
	}
	narrowed, err := n.view.gapFilter(filter)
	if err != nil {
		return nil, err
	}
	order := valueOrZero(orderBy)
	ordered := cursor.Of(cursor.ByGap, n.Code, n.view.given(asOf), scopeOf(scope), narrowed, order)
	position, err := gapPosition(ordered, asked)
	if err != nil {
		return nil, err
	}
	on, of := n.view.day(asOf), scopeOf(scope)
	standings, total, more, err := n.view.Index.Gaps(
		ctx, n.place, of, on, narrowed, order, coverage.Page{Rows: asked.Rows, From: position, Backwards: asked.Backwards},
	)
	if err != nil {
		return nil, err
	}
	page := n.gapPage(standings, on, total, ordered, asked, more)
	page.list = func(ctx context.Context) iter.Seq[coverage.Standing] {
		return n.view.Index.GapsOf(ctx, n.place, of, on, narrowed)
	}
	return page, nil
}

func gapPosition(list cursor.List, asked cursor.Wanted) (*coverage.Position, error) {
	parts, err := list.Read(asked, 3)
	if err != nil || parts == nil {
		return nil, err
	}
	since, err := asked.ReadDay(parts[2])
	return &coverage.Position{PublisherCode: parts[0], EntryCode: parts[1], Since: since}, err
}

func (n *Administrative) gapPage(
	standings []coverage.Standing, on calendar.Day, total int, list cursor.List, asked cursor.Wanted, more bool,
) *GapConnection {
	v := n.view
	connection := &GapConnection{AsOf: on, TotalCount: total, view: v, about: n, Edges: make([]GapEdge, len(standings))}
	cursors := make([]string, len(standings))
	for i, standing := range standings {
		cursors[i] = list.Make(v.Index.Tree.Node(standing.Publisher).Code, standing.EntryCode, opaque.Day(standing.Since))
		connection.Edges[i] = GapEdge{cursors[i], &Gap{v, standing, on}}
	}
	connection.PageInfo = cursor.PageOf(cursors, asked, more)
	return connection
}

// pageOfGaps cuts a page out of a list that is walked.
func (n *Administrative) pageOfGaps(
	ctx context.Context,
	list func(context.Context) iter.Seq[coverage.Standing],
	on calendar.Day,
	filter *GapFilter,
	orderBy *coverage.GapOrder,
	ask cursor.Ask,
	about ...any,
) (*GapConnection, error) {
	asked, err := ask.Wanted()
	if err != nil {
		return nil, err
	}
	narrowed, err := n.view.gapFilter(filter)
	if err != nil {
		return nil, err
	}
	passing := func(ctx context.Context) iter.Seq[coverage.Standing] {
		return n.view.Index.Passing(list(ctx), on, narrowed)
	}
	order := valueOrZero(orderBy)
	ordered := cursor.Of(cursor.ByGap, append(about, narrowed, order)...)
	position, err := gapPosition(ordered, asked)
	if err != nil {
		return nil, err
	}
	page := coverage.Page{Rows: asked.Rows, From: position, Backwards: asked.Backwards}
	standings, total, more, err := n.view.Index.PageOfGaps(ctx, passing(ctx), order, page)
	if err != nil {
		return nil, err
	}
	connection := n.gapPage(standings, on, total, ordered, asked, more)
	connection.list = passing
	return connection, nil
}
