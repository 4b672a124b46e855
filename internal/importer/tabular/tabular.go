// Package tabular reads import files row by row: CSV in UTF-8 or GB18030, plain
// or gzipped, and the sheets of XLSX. It says for every fault in which
// file, line and column it lies, why, and how to mend it. Memory does not grow
// with the file: cells and rows are bounded.
package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Problem is one fault of a file.
type Problem struct {
	// Code is what kind of fault it is: the rule that is broken, else one of
	// docs/import-problems.md.
	Code   string `json:"code"`
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column string `json:"column,omitempty"`
	Title  string `json:"title,omitempty"` // what the file calls the column, where that is not its name
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy,omitempty"`
	Rule   string `json:"rule,omitempty"` // of docs/rules-for-facts.md, empty where it is none of them

	cell int // of the row, from 1 on, where its column is not known
}

// Cell is the cell of the row at which the fault lies, from 0 on; the first where that
// is told by the column alone, or by nothing.
func (p *Problem) Cell() int { return max(p.cell-1, 0) }

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
		Code: "too-many-cells",
		Line: line, Reason: fmt.Sprintf("the row has more than %d cells", l.Columns), Remedy: "take out what does not belong to the table",
	}
}

func (l Limits) rowTooLong(line int) *Problem {
	return &Problem{
		Code:   "row-too-large",
		Line:   line,
		Reason: fmt.Sprintf("the row has more than %d bytes", l.RowBytes),
		Remedy: "shorten its cells",
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
	Name string
	// Chinese is its other name, empty where it has none.
	Chinese  string
	Required bool
	// Date: spreadsheets keep its days as numbers; Instant: with the time of day.
	Date, Instant bool
	// Period: a date cell is the period that it shows.
	Period bool
}

// rowSource gives the rows of a file: its cells, which are used again for the
// next row, and the line on which it begins. A fault spoils the row alone; a
// *Problem among its errors ends the file, whose end is io.EOF.
type rowSource interface {
	next() (cells [][]byte, line int, fault *Problem, err error)
	// read is a cell of the row, at its place there, as a column wants it.
	read(position int, cell []byte, wants *Column) (text string, fault *Problem)
	// spoilt are the cells of the last row, which is at fault, as they stand.
	spoilt() [][]byte
	Close() error
}

// Reader reads the rows of a file.
type Reader struct {
	name    string
	rows    rowSource
	book    *workbook    // nil where the file has no sheets
	tables  []*sheetPart // that are still to be read
	sheets  []string     // that are read
	told    []Problem    // warnings
	counter *counting
	total   int64
	places  []int    // for each column its cell, -1 where absent
	named   []string // for each column what the header calls it
	width   int      // how many cells the header has
	// untitled are the cells of the header that are empty, after all others.
	untitled []int
	limits   Limits

	cells   [][]byte
	texts   []string // by column
	line    int
	faults  []Problem // of the present row
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
	r, err := begin(files, name, columns, limits)
	if err != nil {
		return nil, err
	}
	if r.book != nil {
		err = r.chooseSheets()
	}
	if err == nil {
		err = r.header()
	}
	if err != nil {
		r.Close()
		return nil, r.at(err)
	}
	return r, nil
}

// begin opens a file, before any of its rows.
func begin(files fs.FS, name string, columns []Column, limits Limits) (*Reader, error) {
	file, err := files.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Problem{
			Code:   "no-such-file",
			File:   name,
			Reason: "there is no such file",
			Remedy: "put it beside the others, or correct its name",
		}
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
			return nil, &Problem{Code: "no-file", File: name, Reason: "it is a folder", Remedy: "name a file in it"}
		}
		r.total = info.Size()
	}
	r.counter = &counting{Reader: file}
	if r.rows, r.book, err = openRows(file, r.counter, r.total, r.limits); err != nil {
		file.Close()
		return nil, r.at(err)
	}
	return r, nil
}

// Headers reads the titles of a file's columns; a workbook has them by sheet.
func Headers(files fs.FS, name string) ([][]string, error) {
	r, err := Open(files, name, nil, Limits{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	headers := [][]string{r.titles}
	for r.NextSheet() {
		headers = append(headers, r.titles)
	}
	return headers, r.Err()
}

// at puts the file's name into a problem, and the column's.
func (r *Reader) at(err error) error {
	if p, ok := errors.AsType[*Problem](err); ok {
		p.File = r.shown()
		for i, position := range r.places {
			if p.cell > 0 && position == p.cell-1 {
				p.Column = r.columns[i].Name
			}
		}
		return p
	}
	return fmt.Errorf("reading %s: %w", r.name, err)
}

// Next goes on to the next row that is not wholly empty; false at the end.
func (r *Reader) Next() bool {
	for r.err == nil {
		cells, line, fault, err := r.rows.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.err = r.at(err)
			}
			return false
		}
		r.faults = r.faults[:0]
		if fault != nil {
			fault.File = r.shown()
			r.cells, r.line, r.faults = nil, line, append(r.faults, *fault)
			return true
		}
		if allEmpty(cells) {
			continue
		}
		r.cells, r.line = cells, line
		if fault := r.underNoHeader(cells, line); fault != nil {
			r.faults = append(r.faults, *fault)
		}
		r.readCells()
		return true
	}
	return false
}

// readCells reads the cells of the present row as their columns want them.
func (r *Reader) readCells() {
	for i, position := range r.places {
		r.texts[i] = ""
		if position < 0 || position >= len(r.cells) {
			continue
		}
		cell := r.cells[position]
		if len(cell) > r.limits.CellBytes {
			r.faults = append(r.faults, Problem{
				Code: "cell-too-large",
				File: r.shown(), Line: r.line, Column: r.columns[i].Name, Value: string([]rune(string(cell[:80]))[:20]) + "…",
				Reason: fmt.Sprintf("the cell has more than %d bytes", r.limits.CellBytes), Remedy: "shorten it",
			})
			continue
		}
		text, fault := r.rows.read(position, trim(cell), &r.columns[i])
		r.texts[i] = text
		if fault != nil {
			fault.File, fault.Line, fault.Column = r.shown(), r.line, r.columns[i].Name
			r.faults = append(r.faults, *fault)
		}
	}
}

// Line is the line on which the present row begins.
func (r *Reader) Line() int { return r.line }

// Has tells whether the file has a column, by its place among those given to Open.
func (r *Reader) Has(column int) bool { return r.places[column] >= 0 }

// Title is what the file calls a column, where that is not its name.
func (r *Reader) Title(column int) string {
	if strings.EqualFold(r.named[column], r.columns[column].Name) {
		return ""
	}
	return r.named[column]
}

// Cell returns the cell of a column of the present row, by its place among the
// columns given to Open, without blanks around it; empty where there is none.
func (r *Reader) Cell(column int) string { return r.texts[column] }

// RowProblems are what makes the present row unreadable, none if nothing does.
func (r *Reader) RowProblems() []Problem { return r.faults }

// Err is what ended the file before its end: a *Problem where the file is at
// fault.
func (r *Reader) Err() error { return r.err }

// Progress tells how many bytes of the file were read, and of how many.
func (r *Reader) Progress() (read, total int64) { return r.counter.read, r.total }

// Close closes the file.
func (r *Reader) Close() error {
	if r.book == nil {
		return r.rows.Close()
	}
	if r.rows != nil {
		r.rows.Close()
	}
	return r.book.Close()
}

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
