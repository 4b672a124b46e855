package model

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// GapConnection is a page of gaps.
type GapConnection struct {
	TotalCount int
	PageInfo   PageInfo
	Edges      []GapEdge

	view  *View
	on    calendar.Day
	count func() []coverage.PublisherGaps
}

// GapsOfPublisher counts the gaps of one publisher in a list.
type GapsOfPublisher struct {
	Node     AdministrativeNode
	Gaps     int
	DaysOpen int
}

// ByPublisher counts the whole list by publisher.
func (c *GapConnection) ByPublisher(first *int) ([]GapsOfPublisher, error) {
	most, err := cursor.Size(first)
	if err != nil {
		return nil, err
	}
	counted := c.count()
	counted = counted[:min(most, len(counted))]
	places := make([]area.Place, len(counted))
	for i := range counted {
		places[i] = counted[i].Publisher
	}
	publishers := make([]GapsOfPublisher, len(counted))
	for i, node := range c.view.nodes(places) {
		publishers[i] = GapsOfPublisher{node, counted[i].Gaps, int(c.on-counted[i].Oldest) + 1}
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

func (f *GapFilter) domain() (coverage.GapFilter, error) {
	if f == nil {
		return coverage.GapFilter{}, nil
	}
	filter := coverage.GapFilter{
		Statuses:   f.Statuses,
		Categories: f.Categories,
		Entries:    f.Entries,
		Levels:     f.Levels,
		Publishers: f.Publishers,
	}
	if f.MinDaysOpen != nil {
		filter.MinDaysOpen = *f.MinDaysOpen
		return filter, inRange("minDaysOpen", filter.MinDaysOpen, 1, int(calendar.Last-calendar.First))
	}
	return filter, nil
}

// Gaps lists the node's gaps.
func (n *Administrative) Gaps(
	asOf *calendar.Day,
	filter *GapFilter,
	orderBy *coverage.GapOrder,
	first *int,
	after *string,
	scope *coverage.Scope,
) (*GapConnection, error) {
	size, err := cursor.Size(first)
	if err != nil {
		return nil, err
	}
	narrowed, err := filter.domain()
	if err != nil {
		return nil, err
	}
	position, err := gapPosition(after)
	if err != nil {
		return nil, err
	}
	order := coverage.ByPublisher
	if orderBy != nil {
		order = *orderBy
	}
	on := n.view.day(asOf)
	standings, total, more := n.view.Index.Gaps(n.place, scopeOf(scope), on, narrowed, order, coverage.Page{First: size, After: position})
	page := n.view.gapPage(standings, on, total, after, more)
	page.count = func() []coverage.PublisherGaps {
		return n.view.Index.GapsOfPublishers(n.place, scopeOf(scope), on, narrowed)
	}
	return page, nil
}

func gapPosition(after *string) (*coverage.Position, error) {
	parts, err := cursor.Read(after, cursor.ByGap, 3)
	if err != nil || parts == nil {
		return nil, err
	}
	since, err := cursor.ReadDay(parts[2])
	return &coverage.Position{PublisherCode: parts[0], EntryCode: parts[1], Since: since}, err
}

func (v *View) gapPage(standings []coverage.Standing, on calendar.Day, total int, after *string, more bool) *GapConnection {
	connection := &GapConnection{TotalCount: total, view: v, on: on, Edges: make([]GapEdge, len(standings))}
	cursors := make([]string, len(standings))
	for i, standing := range standings {
		cursors[i] = cursor.Make(cursor.ByGap, v.Index.Tree.Node(standing.Publisher).Code, standing.EntryCode, opaque.Day(standing.Since))
		connection.Edges[i] = GapEdge{cursors[i], &Gap{v, standing, on}}
	}
	connection.PageInfo = cursor.PageOf(cursors, after, more)
	return connection
}

// pageOfGaps cuts a page out of a list that is by publisher and entry.
func (v *View) pageOfGaps(all []coverage.Standing, on calendar.Day, first *int, after *string) (*GapConnection, error) {
	size, err := cursor.Size(first)
	if err != nil {
		return nil, err
	}
	position, err := gapPosition(after)
	if err != nil {
		return nil, err
	}
	start := 0
	if position != nil {
		start = v.Index.After(all, *position)
	}
	end := min(start+size, len(all))
	page := v.gapPage(all[start:end], on, len(all), after, end < len(all))
	page.count = func() []coverage.PublisherGaps { return coverage.CountByPublisher(slices.Values(all)) }
	return page, nil
}
