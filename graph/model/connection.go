package model

import (
	"slices"
	"sort"
	"strings"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
)

// pageOfRows is a page of a list that is in memory.
type pageOfRows[T any] struct {
	rows    []T
	cursors []string
	info    PageInfo
}

// pageByCode cuts a page out of a list that is by code.
func pageByCode[T any](list cursor.List, all []T, code func(T) string, ask cursor.Ask) (page pageOfRows[T], err error) {
	asked, err := ask.Wanted()
	if err != nil {
		return page, err
	}
	parts, err := list.Read(asked, 1)
	if err != nil {
		return page, err
	}
	var from func(T) int
	if parts != nil {
		from = func(row T) int { return strings.Compare(code(row), parts[0]) }
	}
	var more bool
	page.rows, more = cut(all, asked, from)
	for _, row := range page.rows {
		page.cursors = append(page.cursors, list.Make(code(row)))
	}
	page.info = cursor.PageOf(page.cursors, asked, more)
	return page, nil
}

// cut cuts a page out of a list that is in memory; from tells how a row compares to
// where the page begins, nil is an end of the list.
func cut[T any](all []T, asked cursor.Wanted, from func(T) int) (page []T, more bool) {
	start, end := 0, len(all)
	switch {
	case from != nil && asked.Backwards:
		end = sort.Search(len(all), func(i int) bool { return from(all[i]) >= 0 })
	case from != nil:
		start = sort.Search(len(all), func(i int) bool { return from(all[i]) > 0 })
	}
	if asked.Backwards {
		start = max(0, end-asked.Rows)
		return all[start:end], start > 0
	}
	end = min(start+asked.Rows, len(all))
	return all[start:end], end < len(all)
}

// asRead makes a page of what was read for it, one row more where the list goes on;
// going backwards the last row was read first.
func asRead[T any](found []T, asked cursor.Wanted) (page []T, more bool) {
	more = len(found) > asked.Rows
	page = found[:min(len(found), asked.Rows)]
	if asked.Backwards {
		page = slices.Clone(page) // who asks the same forwards shares it
		slices.Reverse(page)
	}
	return page, more
}

// paged makes the edges of a page out of what was read for it.
func paged[T, E any](
	found []T, asked cursor.Wanted, cursorOf func(*T) string, edge func(cursor string, row T) E,
) (edges []E, info PageInfo) {
	page, more := asRead(found, asked)
	edges = make([]E, len(page))
	cursors := make([]string, len(page))
	for i := range page {
		cursors[i] = cursorOf(&page[i])
		edges[i] = edge(cursors[i], page[i])
	}
	return edges, cursor.PageOf(cursors, asked, more)
}

func codeOf(node AdministrativeNode) string { return node.code() }

// The rows of pages, without their cursors: who reads one page needs no edges.

// Nodes are the rows.
func (c *AdministrativeNodeConnection) Nodes() []AdministrativeNode {
	return rowsOf(c.Edges, func(e AdministrativeNodeEdge) AdministrativeNode { return e.Node })
}

// Nodes are the rows.
func (c *GapConnection) Nodes() []*Gap {
	return rowsOf(c.Edges, func(e GapEdge) *Gap { return e.Node })
}

// Nodes are the rows.
func (c *UpcomingConnection) Nodes() []*Upcoming {
	return rowsOf(c.Edges, func(e UpcomingEdge) *Upcoming { return e.Node })
}

// Nodes are the rows.
func (c *DisclosureConnection) Nodes() []*Disclosure {
	return rowsOf(c.Edges, func(e DisclosureEdge) *Disclosure { return e.Node })
}

// Nodes are the rows.
func (c *NewsConnection) Nodes() []*News {
	return rowsOf(c.Edges, func(e NewsEdge) *News { return e.Node })
}

// Nodes are the rows.
func (c *ReliefMovementConnection) Nodes() []*ReliefMovement {
	return rowsOf(c.Edges, func(e ReliefMovementEdge) *ReliefMovement { return e.Node })
}

// Nodes are the rows.
func (c *OrderConnection) Nodes() []*Order {
	return rowsOf(c.Edges, func(e OrderEdge) *Order { return e.Node })
}

// Nodes are the rows.
func (c *ExemptionRequestConnection) Nodes() []*ExemptionRequest {
	return rowsOf(c.Edges, func(e ExemptionRequestEdge) *ExemptionRequest { return e.Node })
}

// Nodes are the rows.
func (c *ConcernConnection) Nodes() []*Concern {
	return rowsOf(c.Edges, func(e ConcernEdge) *Concern { return e.Node })
}

// Nodes are the rows.
func (c *ReviewDueConnection) Nodes() []*ReviewDue {
	return rowsOf(c.Edges, func(e ReviewDueEdge) *ReviewDue { return e.Node })
}

// Nodes are the rows.
func (c *OpenTaskConnection) Nodes() []*OpenTask {
	return rowsOf(c.Edges, func(e OpenTaskEdge) *OpenTask { return e.Node })
}

// Nodes are the rows.
func (c *CellChangeConnection) Nodes() []*CellChange {
	return rowsOf(c.Edges, func(e CellChangeEdge) *CellChange { return e.Node })
}

// Nodes are the rows.
func (c *RankedNodeConnection) Nodes() []*RankedNode {
	return rowsOf(c.Edges, func(e RankedNodeEdge) *RankedNode { return e.Node })
}

// Nodes are the rows.
func (c *ReliefChildFiguresConnection) Nodes() []ReliefChildFigures {
	return rowsOf(c.Edges, func(e ReliefChildFiguresEdge) ReliefChildFigures { return e.Node })
}

// Nodes are the rows.
func (c *UpcomingCountsOfNodeConnection) Nodes() []UpcomingCountsOfNode {
	return rowsOf(c.Edges, func(e UpcomingCountsOfNodeEdge) UpcomingCountsOfNode { return e.Node })
}

func rowsOf[E, T any](edges []E, row func(E) T) []T {
	rows := make([]T, len(edges))
	for i, edge := range edges {
		rows[i] = row(edge)
	}
	return rows
}
