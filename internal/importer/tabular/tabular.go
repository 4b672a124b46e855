// Package tabular reads import files row by row: CSV in UTF-8 or GB18030, plain
// or gzipped, and the first sheet of XLSX. It says for every fault in which
// file, line and column it lies, why, and how to mend it. Memory does not grow
// with the file: cells and rows are bounded.
package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Problem is one fault of a file.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy,omitempty"`
	Rule   string `json:"rule,omitempty"` // of docs/rules-for-facts.md, empty where it is none of them

	cell int // of the row, from 1 on, where its column is not known yet
}

func (p *Problem) Error() string {
	text := p.File
	if p.Line > 0 {
		text += fmt.Sprintf(":%d", p.Line)
	}
	for _, part := range []string{p.Column, p.Value} {
		if part != "" {
			text += " " + part
		}
	}
	text += ": " + p.Reason
	if p.Remedy != "" {
		text += "; " + p.Remedy
	}
	return text
}

// Limits bound what a file may make the reader hold.
type Limits struct {
	CellBytes int   // of one cell
	RowBytes  int   // of one row
	SheetSize int64 // of an unpacked XLSX
	Columns   int
}

func (l Limits) tooManyCells(line int) *Problem {
	return &Problem{
		Line: line, Reason: fmt.Sprintf("the row has more than %d cells", l.Columns), Remedy: "take out what does not belong to the table",
	}
}

func (l Limits) orDefault() Limits {
	if l.CellBytes == 0 {
		l.CellBytes = 64 << 10
	}
	if l.RowBytes == 0 {
		l.RowBytes = 1 << 20
	}
	if l.SheetSize == 0 {
		l.SheetSize = 1 << 30
	}
	if l.Columns == 0 {
		l.Columns = 200
	}
	return l
}

// Column is a column that a kind of file has.
type Column struct {
	Name     string
	Required bool
	// Date: spreadsheets keep its days as numbers; Instant: with the time of day.
	Date, Instant bool
}

// rowSource gives the rows of a file: its cells, which are used again for the
// next row, and the line on which it begins. A fault spoils the row alone; a
// *Problem among its errors ends the file, whose end is io.EOF.
type rowSource interface {
	next() (cells [][]byte, line int, fault *Problem, err error)
	// date reads a day, or an instant, kept as a number, where the form has such.
	date(cell []byte, instant bool) (text string, ok bool)
	Close() error
}

// Reader reads the rows of a file.
type Reader struct {
	name    string
	rows    rowSource
	counter *counting
	total   int64
	at      []int // for each column its cell, -1 where absent
	width   int   // how many cells the header has
	limits  Limits

	cells   [][]byte
	line    int
	fault   *Problem // of the present row
	err     error
	columns []Column
	titles  []string
}

// counting counts the bytes read, for a display of progress.
type counting struct {
	io.Reader
	read int64
}

func (c *counting) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	c.read += int64(n)
	return n, err
}

// Open opens a file and reads its header, which must have the required columns
// and no others than those given; without columns given, any.
func Open(files fs.FS, name string, columns []Column, limits Limits) (*Reader, error) {
	file, err := files.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Problem{File: name, Reason: "there is no such file", Remedy: "put it beside the others, or correct its name"}
	case err != nil:
		if p, ok := errors.AsType[*Problem](err); ok {
			p.File = name
			return nil, p
		}
		return nil, fmt.Errorf("opening %s: %w", name, err)
	}
	r := &Reader{name: name, limits: limits.orDefault(), columns: columns}
	if info, err := file.Stat(); err == nil {
		if info.IsDir() {
			file.Close()
			return nil, &Problem{File: name, Reason: "it is a folder", Remedy: "name a file in it"}
		}
		r.total = info.Size()
	}
	r.counter = &counting{Reader: file}
	if r.rows, err = openRows(file, r.counter, r.total, r.limits); err != nil {
		file.Close()
		return nil, r.named(err)
	}
	if err := r.header(); err != nil {
		r.Close()
		return nil, r.named(err)
	}
	return r, nil
}

// Header reads the titles of a file's columns.
func Header(files fs.FS, name string) ([]string, error) {
	r, err := Open(files, name, nil, Limits{})
	if err != nil {
		return nil, err
	}
	return r.titles, r.Close()
}

func (r *Reader) title(cells [][]byte) {
	for _, cell := range cells {
		if title := trim(cell); len(title) > 0 {
			r.titles = append(r.titles, string(title))
		}
	}
}

// named puts the file's name into a problem, and the column's.
func (r *Reader) named(err error) error {
	if p, ok := errors.AsType[*Problem](err); ok {
		p.File = r.name
		for i, position := range r.at {
			if p.cell > 0 && position == p.cell-1 {
				p.Column = r.columns[i].Name
			}
		}
		return p
	}
	return fmt.Errorf("reading %s: %w", r.name, err)
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
	r.at = make([]int, len(r.columns))
	for i := range r.at {
		r.at[i] = -1
	}
	r.width = len(cells)
	var unknown []string
	for position, cell := range cells {
		title := string(trim(cell))
		column := slices.IndexFunc(r.columns, func(c Column) bool { return strings.EqualFold(c.Name, title) })
		switch {
		case title == "" && allEmpty(cells[position:]):
			// Spreadsheets leave empty cells after the header.
		case title == "":
			return &Problem{Line: line, Reason: fmt.Sprintf("column %d has no name", position+1), Remedy: "name it or take it out"}
		case column < 0:
			unknown = append(unknown, title)
		case r.at[column] >= 0:
			return &Problem{Line: line, Column: title, Reason: "the column stands twice in the header", Remedy: "take one of the two out"}
		default:
			r.at[column] = position
		}
	}
	if len(unknown) > 0 {
		return &Problem{
			Line:   line,
			Column: strings.Join(unknown, ", "),
			Reason: "unknown columns",
			Remedy: "take them out, or correct their names: " + r.absent(),
		}
	}
	var missing []string
	for i, column := range r.columns {
		if column.Required && r.at[i] < 0 {
			missing = append(missing, column.Name)
		}
	}
	if len(missing) > 0 {
		return &Problem{
			Line:   line,
			Column: strings.Join(missing, ", "),
			Reason: "columns are missing",
			Remedy: "add them; they may be empty",
		}
	}
	return nil
}

// absent names the columns that the header lacks, for one who mistyped them.
func (r *Reader) absent() string {
	var names []string
	for i, column := range r.columns {
		if r.at[i] < 0 {
			names = append(names, column.Name)
		}
	}
	if len(names) == 0 {
		return "all known ones are there"
	}
	return "there may be " + strings.Join(names, ", ")
}

// Next goes on to the next row that is not wholly empty; false at the end.
func (r *Reader) Next() bool {
	for r.err == nil {
		cells, line, fault, err := r.rows.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.err = r.named(err)
			}
			return false
		}
		if fault != nil {
			fault.File = r.name
			r.cells, r.line, r.fault = nil, line, fault
			return true
		}
		if allEmpty(cells) {
			continue
		}
		r.cells, r.line, r.fault = cells, line, nil
		if len(cells) > r.width && !allEmpty(cells[r.width:]) {
			r.fault = &Problem{
				File: r.name, Line: line, Reason: fmt.Sprintf("the row has %d cells, the header %d", len(cells), r.width),
				Remedy: "put a cell that holds a comma into quotes",
			}
		}
		for i, position := range r.at {
			if position >= 0 && position < len(cells) && len(cells[position]) > r.limits.CellBytes {
				r.fault = &Problem{
					File: r.name, Line: line, Column: r.columns[i].Name, Value: string([]rune(string(cells[position][:80]))[:20]) + "…",
					Reason: fmt.Sprintf("the cell has more than %d bytes", r.limits.CellBytes), Remedy: "shorten it",
				}
			}
		}
		return true
	}
	return false
}

// Line is the line on which the present row begins.
func (r *Reader) Line() int { return r.line }

// Has tells whether the file has a column, by its place among those given to Open.
func (r *Reader) Has(column int) bool { return r.at[column] >= 0 }

// Cell returns the cell of a column of the present row, by its place among the
// columns given to Open, without blanks around it; empty where there is none.
func (r *Reader) Cell(column int) string {
	position := r.at[column]
	if position < 0 || position >= len(r.cells) {
		return ""
	}
	cell := trim(r.cells[position])
	if r.columns[column].Date {
		if text, ok := r.rows.date(cell, r.columns[column].Instant); ok {
			return text
		}
	}
	return string(cell)
}

// RowProblem is what makes the present row unreadable, nil if nothing does.
func (r *Reader) RowProblem() *Problem { return r.fault }

// Err is what ended the file before its end: a *Problem where the file is at
// fault.
func (r *Reader) Err() error { return r.err }

// Progress tells how many bytes of the file were read, and of how many.
func (r *Reader) Progress() (read, total int64) { return r.counter.read, r.total }

// Close closes the file.
func (r *Reader) Close() error { return r.rows.Close() }

func allEmpty(cells [][]byte) bool {
	for _, cell := range cells {
		if len(trim(cell)) > 0 {
			return false
		}
	}
	return true
}

// trim takes blanks away, full-width and unbreakable ones too.
func trim(cell []byte) []byte {
	if len(cell) == 0 || cell[0] > ' ' && cell[0] < 0x80 && cell[len(cell)-1] > ' ' && cell[len(cell)-1] < 0x80 {
		return cell
	}
	return bytes.TrimFunc(cell, rule.Blank)
}
