package tabular

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Copied is a row of a file as it stands there.
type Copied struct {
	// Sheet is the one on which it stands, empty where the file has none.
	Sheet string
	Line  int
	// Cells are their texts. One that is refused for more than its text, as a number that
	// a spreadsheet has rounded, ends with Spoilt, and so does one of a row that is refused
	// as a whole: the text alone could be accepted.
	Cells []string
	// Named are the columns of the cells: places among those given, -1 where a cell
	// stands under no name of one.
	Named []int
}

// Spoilt ends a text that no import is to accept: U+FFFD, which none does.
const Spoilt = "\uFFFD"

// Copy gives the rows of a file as they stand, a header and what is above it among
// them: those of the sheets that are read, or of all visible ones where none is. The
// row is used again for the next.
func Copy(files fs.FS, name string, columns []Column, take func(*Copied) error) error {
	r, err := begin(files, name, columns, Limits{})
	if err != nil {
		return err
	}
	defer r.Close()
	if r.book == nil {
		return r.copyRows("", take)
	}
	if err := r.chooseSheets(); err != nil {
		r.tables = nil
		for i := range r.book.sheets {
			if sheet := &r.book.sheets[i]; !sheet.hidden {
				r.tables = append(r.tables, sheet)
			}
		}
	}
	for ; len(r.tables) > 0; r.tables = r.tables[1:] {
		if r.rows != nil {
			r.rows.Close()
		}
		r.rows = nil
		if err := r.openSheet(); err != nil {
			return r.at(err)
		}
		if err := r.copyRows(r.tables[0].name, take); err != nil {
			return err
		}
	}
	return nil
}

// copyRows gives the rows of what is open.
func (r *Reader) copyRows(sheet string, take func(*Copied) error) error {
	row := Copied{Sheet: sheet}
	headed := false
	for {
		cells, line, fault, err := r.rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.at(err)
		}
		row.Line, row.Cells = line, row.Cells[:0]
		if fault != nil {
			cells = r.rows.spoilt()
		}
		if !headed && fault == nil && r.isHeader(cells) {
			headed, row.Named = true, row.Named[:0]
			for _, cell := range cells {
				row.Named = append(row.Named, r.columnOf(string(trim(cell))))
			}
		}
		for i, cell := range cells {
			wants := &Column{Date: true}
			if i < len(row.Named) && row.Named[i] >= 0 {
				wants = &r.columns[row.Named[i]]
			}
			row.Cells = append(row.Cells, r.copied(i, cell, wants))
		}
		if fault != nil {
			row.spoil(fault.Cell())
		}
		if err := take(&row); err != nil {
			return err
		}
	}
}

// copied is the text of a cell: what it shows, marked where that is refused.
func (r *Reader) copied(position int, cell []byte, wants *Column) string {
	text, fault := r.rows.read(position, trim(cell), wants)
	switch {
	case fault != nil && !spreadsheetError([]byte(fault.Value)): // which is refused as a text, too
		return fault.Value + Spoilt
	case len(cell) > r.limits.CellBytes:
		return text + Spoilt
	}
	return text
}

// spoil marks a row that is refused as a whole, at a cell, where nothing in it is.
func (c *Copied) spoil(at int) {
	for len(c.Cells) <= at {
		c.Cells = append(c.Cells, "")
	}
	if !slices.ContainsFunc(c.Cells, func(text string) bool { return strings.Contains(text, Spoilt) }) {
		c.Cells[at] += Spoilt
	}
}

// spoilt are the cells of a row at fault: those that were read of it.
func (s *sheetRows) spoilt() [][]byte { return s.cut() }

// spoilt are the cells of a row at fault: cut where separators stand that are not in
// quotes, with what is no text in it replaced.
func (c *csvRows) spoilt() [][]byte {
	row := c.row
	if !utf8.Valid(row) && c.encoding == gb18030 {
		if decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(row); err == nil {
			row = decoded
		}
	}
	row = bytes.ReplaceAll(bytes.ToValidUTF8(row, []byte(Spoilt)), []byte{0}, []byte(Spoilt))
	row = bytes.TrimRight(row, "\r\n")
	c.cells = c.cells[:0]
	within, from := betweenCells, 0
	for i := range row {
		var ended int
		if within, ended = within.after(row[i:i+1], c.parts); ended > 0 {
			c.cells, from = append(c.cells, unquoted(row[from:i])), i+1
		}
	}
	return append(c.cells, unquoted(row[from:]))
}

// unquoted takes the quotes of a cell away.
func unquoted(cell []byte) []byte {
	if len(cell) < 2 || cell[0] != '"' || cell[len(cell)-1] != '"' {
		return cell
	}
	return bytes.ReplaceAll(cell[1:len(cell)-1], []byte(`""`), []byte(`"`))
}
