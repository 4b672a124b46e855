package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/rule"
)

func (r *Reader) title(cells [][]byte) {
	r.titles = nil
	for _, cell := range cells {
		if title := trim(cell); len(title) > 0 {
			r.titles = append(r.titles, string(title))
		}
	}
}

// header reads the first row and finds the columns in it.
func (r *Reader) header() error {
	cells, line, fault, err := r.rows.next()
	switch {
	case errors.Is(err, io.EOF):
		return noHeader()
	case err != nil:
		return err
	case fault != nil:
		return fault
	}
	r.title(cells)
	if r.columns == nil {
		return nil
	}
	if !r.isHeader(cells) {
		cells = kept(cells) // what is read below takes their place
		if below := r.headerBelow(); below > 0 {
			return &Problem{
				Code: "header-below",
				Line: below, Value: shownCells(cells), Reason: fmt.Sprintf("the header stands in row %d and not in the first", below),
				Remedy: "delete the rows above it",
			}
		}
	}
	r.places = make([]int, len(r.columns))
	for i := range r.places {
		r.places[i] = -1
	}
	r.texts, r.named = make([]string, len(r.columns)), make([]string, len(r.columns))
	r.width = len(cells)
	r.untitled = nil
	var unknown []string
	for position, cell := range cells {
		title := string(trim(cell))
		column := r.columnOf(title)
		switch {
		case title == "" && allEmpty(cells[position:]):
			r.untitled = append(r.untitled, position) // spreadsheets leave empty cells after the header
		case title == "":
			return &Problem{
				Code:   "column-without-name",
				Line:   line,
				Reason: fmt.Sprintf("column %d has no name", position+1),
				Remedy: "name it or take it out",
			}
		case column < 0:
			unknown = append(unknown, title)
		case r.places[column] >= 0:
			return &Problem{
				Code:   "column-twice",
				Line:   line,
				Column: r.columns[column].Name,
				Value:  title,
				Reason: "a column stands twice in the header, as " + r.named[column] + " and " + title,
				Remedy: "take one of the two out",
			}
		default:
			r.places[column], r.named[column] = position, title
		}
	}
	if len(unknown) > 0 {
		names, reason := strings.Join(unknown, ", "), "unknown columns"
		if unseen := rule.Unseen(names); unseen != "" {
			reason += "; the characters " + unseen + " do not show"
		}
		return &Problem{
			Code:   "unknown-columns",
			Line:   line,
			Column: names,
			Reason: reason,
			Remedy: "take them out, or correct their names: " + r.absent(),
		}
	}
	var missing []string
	for i, column := range r.columns {
		if column.Required && r.places[i] < 0 {
			missing = append(missing, column.both())
		}
	}
	if len(missing) > 0 {
		return &Problem{
			Code:   "missing-columns",
			Line:   line,
			Column: strings.Join(missing, ", "),
			Reason: "columns are missing",
			Remedy: "add them, with a value in every row",
		}
	}
	return nil
}

func kept(cells [][]byte) [][]byte {
	all := make([][]byte, len(cells))
	for i := range cells {
		all[i] = bytes.Clone(cells[i])
	}
	return all
}

// Named tells whether a title is the column's name, in either language.
func (c *Column) Named(title string) bool {
	return strings.EqualFold(c.Name, title) || c.Chinese != "" && c.Chinese == fullWidth.Replace(title)
}

// fullWidth writes brackets as Chinese names have them.
var fullWidth = strings.NewReplacer("(", "（", ")", "）")

// both are the names of a column, for one who looks for it.
func (c *Column) both() string { return strings.TrimSpace(c.Name + " " + c.Chinese) }

// columnOf is the column of a title, -1 where it is none's.
func (r *Reader) columnOf(title string) int {
	return slices.IndexFunc(r.columns, func(c Column) bool { return c.Named(title) })
}

// isHeader tells whether a row is a header of such files: most of its cells name columns.
func (r *Reader) isHeader(cells [][]byte) bool {
	titles, known := 0, 0
	for _, cell := range cells {
		if title := trim(cell); len(title) > 0 {
			titles++
			if r.columnOf(string(title)) >= 0 {
				known++
			}
		}
	}
	return known > 1 && 2*known > titles || known == titles && known > 0
}

// mostAbove is how many rows people put above a header.
const mostAbove = 20

// headerBelow is the line of a header further down, 0 where there is none.
func (r *Reader) headerBelow() int {
	for range mostAbove {
		cells, line, fault, err := r.rows.next()
		if err != nil {
			return 0
		}
		if fault == nil && r.isHeader(cells) {
			return line
		}
	}
	return 0
}

// shownCells are the cells of a row as problems tell them.
func shownCells(cells [][]byte) string {
	var shown []string
	for _, cell := range cells {
		if text := trim(cell); len(text) > 0 {
			shown = append(shown, string(text))
		}
	}
	if text := []rune(strings.Join(shown, " ")); len(text) > 40 {
		return string(text[:39]) + "…"
	}
	return strings.Join(shown, " ")
}

// underNoHeader is a fault of the present row, nil where all of its cells stand
// under a header.
func (r *Reader) underNoHeader(cells [][]byte, line int) *Problem {
	for _, position := range r.untitled {
		if position < len(cells) && len(trim(cells[position])) > 0 {
			return &Problem{
				Code: "cell-without-header",
				File: r.shown(), Line: line, cell: position + 1, Value: shownCells(cells[position : position+1]),
				Reason: fmt.Sprintf("cell %d stands under no header", position+1), Remedy: "name its column, or take it out",
			}
		}
	}
	if len(cells) > r.width && !allEmpty(cells[r.width:]) {
		return &Problem{
			Code: "cell-without-header",
			File: r.shown(), Line: line, cell: r.width + 1, Value: shownCells(cells[r.width:]),
			Reason: fmt.Sprintf("the row has %d cells, the header %d", len(cells), r.width),
			Remedy: r.beyond(),
		}
	}
	return nil
}

// beyond says what to do with cells beyond the header.
func (r *Reader) beyond() string {
	remedy := "name their columns, or take them out"
	if rows, is := r.rows.(*csvRows); is {
		remedy += "; put a cell that holds a " + map[byte]string{',': "comma", ';': "semicolon", '\t': "tab"}[rows.parts] + " into quotes"
	}
	return remedy
}

// absent names the columns that the header lacks, for one who mistyped them.
func (r *Reader) absent() string {
	var names []string
	for i, column := range r.columns {
		if r.places[i] < 0 {
			names = append(names, column.both())
		}
	}
	if len(names) == 0 {
		return "all known ones are there"
	}
	return "there may be " + strings.Join(names, ", ")
}
