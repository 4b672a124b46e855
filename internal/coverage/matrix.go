package coverage

import (
	"iter"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// MatrixRow is one publisher with its cells in force.
type MatrixRow struct {
	Publisher area.Place
	Cells     []Standing
}

// MatrixPage asks for so many publishers after the code of one, or before it; of
// neither where it is empty.
type MatrixPage struct {
	Rows      int
	Code      string
	Backwards bool
}

// matrixRows walks the publishers under a node that have cells in force which a
// filter wants, from a place on, by code.
func (x *Index) matrixRows(
	until Until, place area.Place, on calendar.Day, filter CellFilter, from area.Place,
) iter.Seq[MatrixRow] {
	return func(yield func(MatrixRow) bool) {
		var row MatrixRow
		for standing := range x.standings(x.walk(until, place, Subtree, from), on, x.cellKeeper(filter)) {
			if row.Publisher != standing.Publisher && len(row.Cells) > 0 {
				if !yield(row) {
					return
				}
				row.Cells = nil
			}
			row.Publisher = standing.Publisher
			row.Cells = append(row.Cells, standing)
		}
		if len(row.Cells) > 0 {
			yield(row)
		}
	}
}

// Matrix returns a page of the publishers that have a cell in force under a node, with
// those cells, and whether the list goes on after the page, or before it.
func (x *Index) Matrix(
	until Until, place area.Place, on calendar.Day, filter CellFilter, page MatrixPage,
) (rows []MatrixRow, more bool, err error) {
	from := area.Place(0)
	if page.Code != "" && !page.Backwards {
		from = x.Tree.RankOf(page.Code)
	}
	for row := range x.matrixRows(until, place, on, filter, from) {
		code := x.Tree.Node(row.Publisher).Code
		switch {
		case !page.Backwards && page.Code != "" && code <= page.Code:
		case page.Backwards && page.Code != "" && code >= page.Code:
			return rows, more, until.Err()
		case len(rows) < page.Rows:
			rows = append(rows, row)
		case page.Backwards && page.Rows > 0:
			rows, more = append(rows[1:], row), true
		default:
			return rows, true, until.Err()
		}
	}
	return rows, more, until.Err()
}

// MatrixSize counts the publishers of a matrix.
func (x *Index) MatrixSize(until Until, place area.Place, on calendar.Day, filter CellFilter) (publishers int, err error) {
	for range x.matrixRows(until, place, on, filter, 0) {
		publishers++
	}
	return publishers, until.Err()
}

// MatrixEntries returns the codes of all entries of a matrix, in order.
func (x *Index) MatrixEntries(until Until, place area.Place, on calendar.Day, filter CellFilter) ([]string, error) {
	var codes []string
	if !filter.Narrows() {
		for _, slot := range x.Slots(place, Subtree, on) {
			if slot.Figures.Required()+slot.Figures.Cells[timeline.Exempt] > 0 {
				codes = append(codes, slot.EntryCode)
			}
		}
	} else {
		found := map[string]bool{}
		for standing := range x.standings(x.walk(until, place, Subtree, 0), on, x.cellKeeper(filter)) {
			found[standing.EntryCode] = true
		}
		for code := range found {
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, strings.Compare)
	return slices.Compact(codes), until.Err()
}
