package model

import (
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// UpcomingConnection is a page of cells about to become a gap.
type UpcomingConnection struct {
	node       *administrative
	all        []coverage.Coming
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
func (c *UpcomingConnection) Counts() *UpcomingCounts {
	counted := coverage.CountComing(c.all, func(*coverage.Coming) (bool, bool) { return true, true })
	if counted[true] == nil {
		return &UpcomingCounts{}
	}
	return &UpcomingCounts{*counted[true]}
}

// ByChild counts the list by child.
func (c *UpcomingConnection) ByChild() []UpcomingCountsOfNode {
	tree := c.node.view.Index.Tree
	return c.by(func(coming *coverage.Coming) area.Place { return tree.ChildTowards(c.node.place, coming.Publisher) }, tree.Size())
}

// ByPublisher counts the list by who owes it.
func (c *UpcomingConnection) ByPublisher() []UpcomingCountsOfNode {
	return c.by(func(coming *coverage.Coming) area.Place { return coming.Publisher }, mostRows)
}

func (c *UpcomingConnection) by(key func(*coverage.Coming) area.Place, most int) []UpcomingCountsOfNode {
	counted := coverage.CountComing(c.all, func(coming *coverage.Coming) (area.Place, bool) {
		place := key(coming)
		return place, place != area.Nowhere
	})
	places := slices.Sorted(maps.Keys(counted))
	places = places[:min(most, len(places))]
	counts := make([]UpcomingCountsOfNode, len(places))
	for i, node := range c.node.view.nodes(places) {
		counts[i] = UpcomingCountsOfNode{node, &UpcomingCounts{*counted[places[i]]}}
	}
	return counts
}

// UpcomingEdge is such a cell in a page.
type UpcomingEdge struct {
	Cursor string
	Node   *Upcoming
}

// mostWorkingDaysAhead is how far ahead a question may look: about a year.
const mostWorkingDaysAhead = 250

// Upcoming lists the node's cells about to become a gap.
func (n *administrative) Upcoming(asOf *calendar.Day, workingDays int, first *int, after *string, scope *coverage.Scope) (*UpcomingConnection, error) {
	size, err := pageSize(first)
	if err != nil {
		return nil, err
	}
	if err := inRange("workingDays", workingDays, 0, mostWorkingDaysAhead); err != nil {
		return nil, err
	}
	parts, err := cursor(after, cursorComing, 3)
	if err != nil {
		return nil, err
	}
	all := n.view.Index.Upcoming(n.place, scopeOf(scope), n.view.day(asOf), workingDays)
	start := 0
	if parts != nil {
		due, err := dayOf(parts[0])
		if err != nil {
			return nil, err
		}
		start = sort.Search(len(all), func(i int) bool {
			if all[i].DueOn != due {
				return all[i].DueOn > due
			}
			code := n.view.Index.Tree.Node(all[i].Publisher).Code
			return code > parts[1] || code == parts[1] && all[i].EntryCode > parts[2]
		})
	}
	end := min(start+size, len(all))
	connection := &UpcomingConnection{node: n, all: all, TotalCount: len(all), Edges: []UpcomingEdge{}}
	var cursors []string
	for _, coming := range all[start:end] {
		cursors = append(cursors, opaque(cursorComing, dayText(coming.DueOn), n.view.Index.Tree.Node(coming.Publisher).Code, coming.EntryCode))
		connection.Edges = append(connection.Edges, UpcomingEdge{cursors[len(cursors)-1], n.view.upcoming(coming)})
	}
	connection.PageInfo = pageInfo(cursors, after, end < len(all))
	return connection, nil
}

// CoverageMatrix is publishers × entries.
type CoverageMatrix struct {
	Entries  []*CatalogEntry
	Rows     []MatrixRow
	PageInfo PageInfo
}

// MatrixRow is one publisher with its cells in force.
type MatrixRow struct {
	Publisher AdministrativeNode
	Cells     []MatrixCell
}

// MatrixCell is how one cell stands.
type MatrixCell struct {
	EntryCode string
	Status    timeline.Status
	Since     calendar.Day
}

// Matrix returns a page of a node's matrix.
func (v *View) Matrix(code string, asOf *calendar.Day, first *int, after *string) (*CoverageMatrix, error) {
	size, err := pageSize(first)
	if err != nil {
		return nil, err
	}
	parts, err := cursor(after, cursorNode, 1)
	if err != nil {
		return nil, err
	}
	place := v.Index.Tree.Find(code)
	if place == area.Nowhere {
		return nil, nil
	}
	on, afterCode := v.day(asOf), ""
	if parts != nil {
		afterCode = parts[0]
	}
	matrix := &CoverageMatrix{Entries: []*CatalogEntry{}, Rows: []MatrixRow{}}
	for _, entry := range v.Index.MatrixEntries(place, on) {
		matrix.Entries = append(matrix.Entries, v.entryNaming(place, entry, on))
	}
	rows, more := v.Index.Matrix(place, on, size, afterCode)
	var cursors []string
	for _, row := range rows {
		matrixRow := MatrixRow{Publisher: v.node(row.Publisher)}
		for _, cell := range row.Cells {
			matrixRow.Cells = append(matrixRow.Cells, MatrixCell{cell.EntryCode, cell.Status, cell.Since})
		}
		matrix.Rows = append(matrix.Rows, matrixRow)
		cursors = append(cursors, opaque(cursorNode, v.Index.Tree.Node(row.Publisher).Code))
	}
	matrix.PageInfo = pageInfo(cursors, after, more)
	return matrix, nil
}

// CoverageChange is what changed between two days.
type CoverageChange struct {
	view           *View
	Before, After  *Coverage
	from, to       calendar.Day
	opened, closed []coverage.Standing
	place          area.Place
	once           sync.Once
	cells          []coverage.CellChange
}

// Change compares two days of a node.
func (v *View) Change(code string, from, to calendar.Day) (*CoverageChange, error) {
	place := v.Index.Tree.Find(code)
	if place == area.Nowhere {
		return nil, nil
	}
	if to < from {
		return nil, problem.Invalid("to", "give a day on or after "+from.String(), "the later day lies before the earlier")
	}
	change := &CoverageChange{
		view: v, from: from, to: to, place: place,
		Before: v.coverage(place, coverage.Subtree, from, v.Index.At(place, coverage.Subtree, from)),
		After:  v.coverage(place, coverage.Subtree, to, v.Index.At(place, coverage.Subtree, to)),
	}
	change.opened, change.closed = v.Index.Change(place, coverage.Subtree, from, to)
	return change, nil
}

// Opened are gaps on the later day that were none on the earlier.
func (c *CoverageChange) Opened(first *int, after *string) (*GapConnection, error) {
	return c.view.pageOfGaps(c.opened, c.to, first, after)
}

// Closed are gaps on the earlier day that are none on the later.
func (c *CoverageChange) Closed(first *int, after *string) (*GapConnection, error) {
	return c.view.pageOfGaps(c.closed, c.from, first, after)
}

// RankedNode is a place in a ranking.
type RankedNode struct {
	Rank        *int
	Node        AdministrativeNode
	Figures     *Coverage
	reason      coverage.NotRanked
	minRequired int
}

// Ranking orders the places of a level at or below a node.
func (v *View) Ranking(code string, level area.Level, asOf *calendar.Day, minRequired *int) ([]*RankedNode, error) {
	least := 1
	if minRequired != nil {
		least = *minRequired
	}
	if err := inRange("minRequired", least, 0, 1_000_000_000); err != nil {
		return nil, err
	}
	place := v.Index.Tree.Find(code)
	if place == area.Nowhere {
		return nil, nil
	}
	on := v.day(asOf)
	return v.rankedNodes(v.Index.Ranking(place, level, on, least), on, least), nil
}

func (v *View) rankedNodes(ranking []coverage.RankedPlace, on calendar.Day, least int) []*RankedNode {
	nodes := make([]*RankedNode, len(ranking))
	for i, ranked := range ranking {
		nodes[i] = &RankedNode{
			Node: v.node(ranked.Place), Figures: v.coverage(ranked.Place, coverage.Subtree, on, ranked.Figures),
			reason: ranked.Reason, minRequired: least,
		}
		if ranked.Rank > 0 {
			nodes[i].Rank = &ranked.Rank
		}
	}
	return nodes
}

// NotRankedBecause is null where the place has a rank.
func (r *RankedNode) NotRankedBecause(locale *explain.Locale) *string {
	if r.reason == coverage.Ranked {
		return nil
	}
	text := explain.NotRanked(localeOf(locale), r.reason, r.Figures.figures, r.minRequired)
	return &text
}

// Deadline is a due day with its count.
type Deadline struct {
	DueOn       calendar.Day
	Provisional bool
	Trace       []*TracedDay
}

// LimitInput is a time limit.
type LimitInput struct {
	Kind calendar.LimitKind
	N    *int
}

// mostLimit bounds a limit's number: ten years in days.
const mostLimit = 3660

// limit is the domain's form of the input.
func (i *LimitInput) limit(anchor *calendar.Anchor) (calendar.Limit, error) {
	limit := calendar.Limit{Kind: i.Kind, N: i.N, Anchor: given(anchor)}
	switch {
	case i.N != nil:
		return limit, inRange("n", *i.N, 0, mostLimit)
	case i.Kind != calendar.Prompt && i.Kind != calendar.WithSource:
		return limit, missing("n", "a limit in days or hours needs a number")
	}
	return limit, nil
}

// DeadlineOf counts a limit from a day.
func (v *View) DeadlineOf(from calendar.Day, input LimitInput) (*Deadline, error) {
	limit, err := input.limit(nil)
	if err != nil {
		return nil, err
	}
	deadline := v.Index.Days.Deadline(from, limit)
	return &Deadline{deadline.Due, deadline.Provisional, tracedDays(v.Index.Days.Trace(from, deadline.Due))}, nil
}

// TracedDay is one day of a count.
type TracedDay struct{ calendar.TracedDay }

func tracedDays(trace []calendar.TracedDay) []*TracedDay {
	days := make([]*TracedDay, len(trace))
	for i := range trace {
		days[i] = &TracedDay{trace[i]}
	}
	return days
}

// Date is the day.
func (t *TracedDay) Date() calendar.Day { return t.Day }

// WorkingDay tells whether it is worked.
func (t *TracedDay) WorkingDay() bool { return t.Working }

// Kind is why it is worked or not.
func (t *TracedDay) Kind() calendar.DayReason { return t.Reason }

// Note is the holiday, the make-up day or the weekend.
func (t *TracedDay) Note(locale *explain.Locale) *string {
	return optional(strings.TrimSpace(explain.DayNote(localeOf(locale), t.TracedDay)))
}
