package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// CoverageMatrix is publishers × entries.
type CoverageMatrix struct {
	AsOf     calendar.Day
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

// CoverageMatrix returns a page of the node's matrix.
func (n *Administrative) CoverageMatrix(ctx context.Context, asOf *calendar.Day, first *int, after *string) (*CoverageMatrix, error) {
	asked, err := cursor.Ask{First: first, After: after}.Wanted()
	if err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByCode, "matrix", n.Code)
	parts, err := list.Read(asked, 1)
	if err != nil {
		return nil, err
	}
	v, place := n.view, n.place
	on, afterCode := v.day(asOf), ""
	if parts != nil {
		afterCode = parts[0]
	}
	matrix := &CoverageMatrix{AsOf: on, Entries: []*CatalogEntry{}, Rows: []MatrixRow{}}
	for _, entry := range v.Index.MatrixEntries(place, on) {
		matrix.Entries = append(matrix.Entries, v.entryNaming(place, entry, on))
	}
	rows, more, err := v.Index.Matrix(ctx, place, on, asked.Rows, afterCode)
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
