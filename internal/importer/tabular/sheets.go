package tabular

import (
	"bytes"
	"errors"
	"io"
)

// fit is how well a sheet fits what is read.
type fit uint8

const (
	fitsNot fit = iota
	fits        // it has the header
	fitsLow     // below other rows
	isEmpty
	explains // a sheet of a template or a copy, that is there to be looked at
)

// The sheets of templates that explain the others, of how to fill in and of codes,
// with what their first cells say.
const (
	Instructions = "填表说明"
	Codes        = "代码表"
	CodesBegin   = "单位代码"
)

// Others is the sheet of marked copies that tells what lies in no table of them, with
// what its first cell says.
const (
	Others      = "其他问题"
	OthersBegin = "文件"
)

// InstructionsBegin is the first cell of the instructions for a table of this name.
func InstructionsBegin(table string) string { return "“" + table + "”" + Instructions }

// ofTemplate tells whether a sheet is one that a template or a copy has, and not one of this
// name that somebody has made.
func ofTemplate(sheet string, first []byte) bool {
	switch sheet {
	case Instructions:
		return bytes.HasSuffix(first, []byte(InstructionsBegin("")[len("“"):]))
	case Codes:
		return string(first) == CodesBegin
	case Others:
		return string(first) == OthersBegin
	}
	return false
}

// chooseSheets finds the sheets that are read: all visible ones that have the header,
// else the first that is not empty, whose header then tells what is wrong. It warns
// of the others.
func (r *Reader) chooseSheets() error {
	var first, hidden *sheetPart
	for i := range r.book.sheets {
		sheet := &r.book.sheets[i]
		how, err := r.fitOf(sheet)
		if err != nil {
			return err
		}
		switch {
		case how == isEmpty, how == explains:
		case sheet.hidden && how != fitsNot:
			hidden = sheet
			r.told = append(r.told, Problem{
				Code:  "sheet-hidden",
				Value: sheet.name, Reason: "the sheet " + sheet.name + " is hidden, and is not read",
				Remedy: "unhide it, if its rows are meant, else delete it",
			})
		case sheet.hidden:
		case how != fitsNot:
			r.tables = append(r.tables, sheet)
		default:
			if first == nil {
				first = sheet
			}
			r.told = append(r.told, Problem{
				Code:  "sheet-not-read",
				Value: sheet.name, Reason: "the sheet " + sheet.name + " has another header, and is not read",
				Remedy: "where its rows are of another kind, save it as a file of its own; else give it the header, or leave it",
			})
		}
	}
	if len(r.tables) == 0 {
		r.told = nil
		switch {
		case hidden != nil:
			return &Problem{
				Code:   "sheet-hidden",
				Value:  hidden.name,
				Reason: "its table is on the hidden sheet " + hidden.name,
				Remedy: "unhide the sheet",
			}
		case first != nil:
			r.tables = []*sheetPart{first}
		default:
			return noHeader()
		}
	}
	for _, sheet := range r.tables {
		r.sheets = append(r.sheets, sheet.name)
	}
	return r.openSheet()
}

// fitOf looks at the first rows of a sheet.
func (r *Reader) fitOf(sheet *sheetPart) (fit, error) {
	rows, err := r.book.open(sheet)
	if err != nil {
		return fitsNot, err
	}
	defer rows.Close()
	how, explaining := isEmpty, false
	for range mostAbove {
		cells, _, fault, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fitsNot, err
		}
		if fault != nil || allEmpty(cells) {
			continue
		}
		if r.columns == nil {
			return fits, nil
		}
		switch {
		case r.isHeader(cells) && how == isEmpty:
			return fits, nil
		case r.isHeader(cells):
			return fitsLow, nil
		}
		explaining = explaining || how == isEmpty && ofTemplate(sheet.name, trim(cells[0]))
		how = fitsNot
	}
	if explaining {
		return explains, nil
	}
	return how, nil
}

// openSheet opens the next of the sheets that are read.
func (r *Reader) openSheet() error {
	rows, err := r.book.open(r.tables[0])
	if err != nil {
		return err
	}
	r.rows = rows
	return nil
}

// NextSheet goes on to the rows of the next sheet, after Next has come to the end of
// one; false where there is none.
func (r *Reader) NextSheet() bool {
	if r.book == nil || r.err != nil || len(r.tables) < 2 {
		return false
	}
	r.rows.Close()
	r.tables = r.tables[1:]
	if err := r.openSheet(); err != nil {
		r.err = r.at(err)
		return false
	}
	if err := r.header(); err != nil {
		r.err = r.at(err)
		return false
	}
	return true
}

// Sheets names the sheets that are read, none where the file has no such.
func (r *Reader) Sheets() []string { return r.sheets }

// Warnings are what is to be told of what was read, or passed over, since they were
// asked for.
func (r *Reader) Warnings() []Problem {
	told := r.told
	r.told = nil
	if rows, is := r.rows.(*sheetRows); is {
		told = append(told, rows.told...)
		rows.told = nil
	}
	for i := range told {
		told[i].File = r.name
		if told[i].Line > 0 {
			told[i].File = r.shown()
		}
	}
	return told
}

// Sheet is the part of a place that names the sheet, as in file.xlsx[sheet]; empty
// where one alone is read.
func (r *Reader) Sheet() string {
	if len(r.sheets) < 2 {
		return ""
	}
	return "[" + r.tables[0].name + "]"
}

func (r *Reader) shown() string { return r.name + r.Sheet() }
