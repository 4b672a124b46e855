package model

import (
	"context"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Gap is a cell that is a gap on a day.
type Gap struct {
	view *View
	coverage.Standing
	on calendar.Day
}

func (g *Gap) cellKey() catalog.CellKey {
	return catalog.CellKey{PublisherCode: g.view.Index.Tree.Node(g.Standing.Publisher).Code, EntryCode: g.EntryCode}
}

// IsNode marks a thing with a global id.
func (*Gap) IsNode() {}

// ID names the cell with the day.
func (g *Gap) ID() string {
	return g.view.id(idGap, g.view.Index.Tree.Node(g.Standing.Publisher).Code, g.EntryCode, dayText(g.on))
}

// DaysOpen counts both ends.
func (g *Gap) DaysOpen() int { return int(g.on-g.Since) + 1 }

// Publisher is who owes it.
func (g *Gap) Publisher() AdministrativeNode { return g.view.node(g.Standing.Publisher) }

// Entry is the row in force that day.
func (g *Gap) Entry() *CatalogEntry {
	return g.view.entryNaming(g.Standing.Publisher, g.EntryCode, g.on)
}

// Cell is the cell.
func (g *Gap) Cell() *Cell { return &Cell{g.view, g.Standing.Publisher, g.EntryCode} }

// GapReason is why a cell is a gap.
type GapReason struct {
	view   *View
	reason *timeline.Reason
}

// reason derives the reason from the cell's facts.
func (g *Gap) why(ctx context.Context) (*timeline.Reason, error) {
	history, err := g.history(ctx)
	if err != nil {
		return nil, err
	}
	return history.ReasonOn(g.on), nil
}

func (g *Gap) history(ctx context.Context) (*timeline.History, error) {
	return g.view.loaders.histories.Load(ctx, g.cellKey())
}

// Cause is what began the status.
func (g *Gap) Cause(ctx context.Context) (*Cause, error) {
	history, err := g.history(ctx)
	if err != nil {
		return nil, err
	}
	cause, _ := history.CauseOn(g.on)
	return &Cause{g.view, cause}, nil
}

// EndsOn is the first later day on which the cell is no gap.
func (g *Gap) EndsOn(ctx context.Context) (*calendar.Day, error) {
	history, err := g.history(ctx)
	if err != nil {
		return nil, err
	}
	if on, _, ok := history.EndOn(g.on); ok {
		return &on, nil
	}
	return nil, nil
}

// EndedBy is what makes the cell no gap then.
func (g *Gap) EndedBy(ctx context.Context) (*Cause, error) {
	history, err := g.history(ctx)
	if err != nil {
		return nil, err
	}
	if _, cause, ok := history.EndOn(g.on); ok {
		return &Cause{g.view, cause}, nil
	}
	return nil, nil
}

// Reason is the reason in parts.
func (g *Gap) Reason(ctx context.Context) (*GapReason, error) {
	reason, err := g.why(ctx)
	if err != nil {
		return nil, err
	}
	return &GapReason{g.view, reason}, nil
}

// Duties are those overdue on the day.
func (g *Gap) Duties(ctx context.Context) ([]*Duty, error) {
	reason, err := g.why(ctx)
	if err != nil {
		return nil, err
	}
	return g.view.duties(reason.Duties), nil
}

// Explanation is the reason in full.
func (g *Gap) Explanation(ctx context.Context, locale *explain.Locale) (string, error) {
	facts, err := g.facts(ctx)
	if err != nil {
		return "", err
	}
	return explain.Gap(localeOf(locale), facts), nil
}

// facts gathers what an explanation is made from.
func (g *Gap) facts(ctx context.Context) (explain.GapFacts, error) {
	reason, err := g.why(ctx)
	if err != nil {
		return explain.GapFacts{}, err
	}
	refs := []string{reason.Last.DocumentRef(), reason.Cause.DocumentRef()}
	if reason.Duty != nil {
		refs = append(refs, reason.Duty.DocumentRef())
	}
	named, err := g.view.named(ctx, refs...)
	if err != nil {
		return explain.GapFacts{}, err
	}
	return explain.GapFacts{
		Publisher: g.view.Index.Tree.Node(g.Standing.Publisher).NamedOn(g.on), Entry: g.Entry().Entry, Reason: reason, On: g.on, Days: g.view.Index.Days, Document: named.of,
	}, nil
}

func localeOf(locale *explain.Locale) explain.Locale {
	if locale == nil {
		return explain.Chinese
	}
	return *locale
}

// Rule names the rule in a few words.
func (r *GapReason) Rule(locale *explain.Locale) string {
	return explain.Rule(localeOf(locale), r.reason)
}

// AnchorDate is the day counted from.
func (r *GapReason) AnchorDate() calendar.Day { return r.reason.Deadline.From }

// DueOn is the last day on which it was no gap for this reason.
func (r *GapReason) DueOn() calendar.Day { return r.reason.Deadline.Due }

// WorkingDaysCounted is null for limits that count otherwise.
func (r *GapReason) WorkingDaysCounted() *int { return workingDays(r.reason.Deadline.WorkingDays) }

func workingDays(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

// Provisional tells whether a day counted lies in a year not loaded.
func (r *GapReason) Provisional() bool { return r.reason.Deadline.Provisional }

// LegalBasis is the entry's.
func (r *GapReason) LegalBasis() string {
	if r.reason.Rule == nil {
		return ""
	}
	return r.reason.Rule.LegalBasis
}

// Trace is every day counted.
func (r *GapReason) Trace() []*TracedDay {
	return tracedDays(r.view.Index.Days.Trace(r.reason.Deadline.From, r.reason.Deadline.Due))
}

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
	most, err := pageSize(first)
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
	filter := coverage.GapFilter{Statuses: f.Statuses, Categories: f.Categories, Entries: f.Entries, Levels: f.Levels, Publishers: f.Publishers}
	if f.MinDaysOpen != nil {
		filter.MinDaysOpen = *f.MinDaysOpen
		return filter, inRange("minDaysOpen", filter.MinDaysOpen, 1, int(calendar.Last-calendar.First))
	}
	return filter, nil
}

// Gaps lists the node's gaps.
func (n *administrative) Gaps(asOf *calendar.Day, filter *GapFilter, orderBy *coverage.GapOrder, first *int, after *string, scope *coverage.Scope) (*GapConnection, error) {
	size, err := pageSize(first)
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
	parts, err := cursor(after, cursorGap, 3)
	if err != nil || parts == nil {
		return nil, err
	}
	since, err := dayOf(parts[2])
	return &coverage.Position{PublisherCode: parts[0], EntryCode: parts[1], Since: since}, err
}

func (v *View) gapPage(standings []coverage.Standing, on calendar.Day, total int, after *string, more bool) *GapConnection {
	connection := &GapConnection{TotalCount: total, view: v, on: on, Edges: make([]GapEdge, len(standings))}
	cursors := make([]string, len(standings))
	for i, standing := range standings {
		cursors[i] = opaque(cursorGap, v.Index.Tree.Node(standing.Publisher).Code, standing.EntryCode, dayText(standing.Since))
		connection.Edges[i] = GapEdge{cursors[i], &Gap{v, standing, on}}
	}
	connection.PageInfo = pageInfo(cursors, after, more)
	return connection
}

// pageOfGaps cuts a page out of a list that is by publisher and entry.
func (v *View) pageOfGaps(all []coverage.Standing, on calendar.Day, first *int, after *string) (*GapConnection, error) {
	size, err := pageSize(first)
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

// gapByID finds the gap that an id names, nil where the cell is none that day.
func (v *View) gapByID(parts []string) (Node, error) {
	on, err := dayOf(parts[2])
	place := v.Index.Tree.Find(parts[0])
	if err != nil || !on.InRange() || place == area.Nowhere {
		return nil, nil
	}
	standing, ok := v.Index.Cell(place, parts[1], on)
	if !ok || !standing.Status.Gap() {
		return nil, nil
	}
	return &Gap{v, standing, on}, nil
}
