package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// CoverageMatrix is publishers × entries.
type CoverageMatrix struct {
	AsOf     calendar.Day
	Entries  []*CatalogEntry
	Rows     []MatrixRow
	PageInfo PageInfo

	of     *Administrative
	filter coverage.CellFilter
}

// TotalCount counts the publishers.
func (m *CoverageMatrix) TotalCount(ctx context.Context) (int, error) {
	return m.of.view.Index.MatrixSize(ctx, m.of.place, m.AsOf, m.filter)
}

func (m *CoverageMatrix) worksOn() *Administrative { return m.of }

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

// CoverageMatrix returns a page of the node's matrix.
func (n *Administrative) CoverageMatrix(
	ctx context.Context, asOf *calendar.Day, filter *CellFilter, first *int, after *string, last *int, before *string,
) (*CoverageMatrix, error) {
	asked, err := cursor.Ask{First: first, After: after, Last: last, Before: before}.Wanted()
	if err != nil {
		return nil, err
	}
	n = n.on(asOf)
	v, place, on := n.view, n.place, n.view.day(nil)
	narrowed, err := v.cellFilter(filter)
	if err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByCode, "matrix", n.Code, v.given(nil), narrowed)
	parts, err := list.Read(asked, 1)
	if err != nil {
		return nil, err
	}
	page := coverage.MatrixPage{Rows: asked.Rows, Backwards: asked.Backwards}
	if parts != nil {
		page.Code = parts[0]
	}
	matrix := &CoverageMatrix{AsOf: on, Entries: []*CatalogEntry{}, Rows: []MatrixRow{}, of: n, filter: narrowed}
	entries, err := v.Index.MatrixEntries(ctx, place, on, narrowed)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		matrix.Entries = append(matrix.Entries, v.entryNaming(place, entry, on))
	}
	rows, more, err := v.Index.Matrix(ctx, place, on, narrowed, page)
	if err != nil {
		return nil, err
	}
	var cursors []string
	for _, row := range rows {
		matrixRow := MatrixRow{Publisher: v.node(row.Publisher)}
		for _, cell := range row.Cells {
			matrixRow.Cells = append(matrixRow.Cells, MatrixCell{cell.EntryCode, cell.Status, cell.Since})
		}
		matrix.Rows = append(matrix.Rows, matrixRow)
		cursors = append(cursors, list.Make(v.Index.Tree.Node(row.Publisher).Code))
	}
	matrix.PageInfo = cursor.PageOf(cursors, asked, more)
	return matrix, nil
}
