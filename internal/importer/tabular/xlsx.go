package tabular

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cellKind is what a cell of a sheet is.
type cellKind uint8

const (
	textCell cellKind = iota
	numberCell
	isoDateCell  // a date written out
	errorCell    // an error of the spreadsheet
	uncalculated // a formula of which no value is stored
	manyDigits   // a number of more digits than spreadsheets keep
)

// sheetRows reads a sheet of a workbook.
type sheetRows struct {
	book    *workbook
	sheet   *sheetPart
	opened  io.Closer
	decoder *xml.Decoder

	line  int // of the last row
	place int // of the cell that is read
	held  []byte
	ends  []int
	cells [][]byte
	kinds []cellKind
	forms []dateForm

	begun  bool // a row was read
	open   []*openMerge
	merged []mergedCells // that are still to come, by row
	told   []Problem     // warnings that are still to be told
}

func (b *workbook) open(sheet *sheetPart) (*sheetRows, error) {
	opened, err := sheet.part.Open()
	if err != nil {
		return nil, &Problem{Code: "broken-file", Reason: "the sheet " + sheet.name + " cannot be read: " + inWords(err), Remedy: saveAgain}
	}
	s := &sheetRows{book: b, sheet: sheet, opened: opened, decoder: xml.NewDecoder(bufio.NewReaderSize(opened, 64<<10))}
	s.merged = slices.SortedFunc(slices.Values(sheet.merged), func(a, b mergedCells) int { return a.top - b.top })
	return s, nil
}

// Close closes the sheet; the workbook stays open.
func (s *sheetRows) Close() error { return s.opened.Close() }

func (s *sheetRows) broken(err error) error {
	if p, is := errors.AsType[*Problem](err); is {
		return p
	}
	if errors.Is(err, io.EOF) {
		err = errors.New("it is cut off")
	}
	return &Problem{Code: "broken-file", Line: s.line, Reason: "the sheet cannot be read on: " + inWords(err), Remedy: saveAgain}
}

func (s *sheetRows) next() (cells [][]byte, line int, fault *Problem, err error) {
	for {
		token, err := s.decoder.RawToken()
		if err != nil {
			return nil, 0, nil, s.broken(err)
		}
		switch token := token.(type) {
		case xml.EndElement:
			if token.Name.Local == "sheetData" || token.Name.Local == "worksheet" {
				return nil, 0, nil, io.EOF
			}
		case xml.StartElement:
			if token.Name.Local != "row" {
				continue
			}
			s.line++
			if number, err := strconv.Atoi(attribute(&token, "r")); err == nil && number > 0 {
				s.line = number
			}
			if err := s.readRow(); err != nil {
				return nil, s.line, nil, s.broken(err)
			}
			if len(s.ends) > s.book.limits.Columns && !allEmpty(s.cut()[s.book.limits.Columns:]) {
				return nil, s.line, s.book.limits.tooManyCells(s.line), nil
			}
			fault := s.fillMerged()
			s.begun = true
			if fault != nil {
				return nil, s.line, fault, nil
			}
			return s.cut(), s.line, nil, nil
		}
	}
}

// cut are the cells of the row that was read.
func (s *sheetRows) cut() [][]byte {
	s.cells = s.cells[:0]
	from := 0
	for _, end := range s.ends {
		s.cells = append(s.cells, s.held[from:end])
		from = end
	}
	return s.cells
}

// mostCells is how many cells a sheet's row can have.
const mostCells = 16_384

// readRow reads the cells of a row up to its end.
func (s *sheetRows) readRow() error {
	s.held, s.ends, s.kinds, s.forms = s.held[:0], s.ends[:0], s.kinds[:0], s.forms[:0]
	for {
		token, err := s.decoder.RawToken()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.EndElement:
			if token.Name.Local == "row" {
				return nil
			}
		case xml.StartElement:
			if token.Name.Local != "c" {
				continue
			}
			s.place = len(s.ends)
			if column, _, named := cellAt(attribute(&token, "r")); named {
				s.place = column
			}
			if s.place >= mostCells {
				return s.book.limits.tooManyCells(s.line)
			}
			style, _ := strconv.Atoi(attribute(&token, "s"))
			if err := s.readCell(attribute(&token, "t"), style); err != nil {
				return err
			}
			if len(s.held) > s.book.limits.RowBytes {
				return s.book.limits.rowTooLong(s.line)
			}
		}
	}
}

// add puts a cell into the row, at the place that it names.
func (s *sheetRows) add(text []byte, kind cellKind, form dateForm) { s.put(s.place, text, kind, form) }

// put writes a cell of the row; those before it are there then.
func (s *sheetRows) put(place int, text []byte, kind cellKind, form dateForm) {
	for len(s.ends) <= place {
		s.ends, s.kinds, s.forms = append(s.ends, len(s.held)), append(s.kinds, textCell), append(s.forms, 0)
	}
	from := s.begin(place)
	grown := len(text) - (s.ends[place] - from)
	s.held = slices.Replace(s.held, from, s.ends[place], text...)
	for i := place; i < len(s.ends); i++ {
		s.ends[i] += grown
	}
	s.kinds[place], s.forms[place] = kind, form
}

// begin is where a cell of the row begins among those that are held.
func (s *sheetRows) begin(place int) int {
	if place == 0 {
		return 0
	}
	return s.ends[place-1]
}

// readCell reads a cell up to its end.
func (s *sheetRows) readCell(form string, style int) error {
	var value, formula strings.Builder
	var inline string
	within, stored, calculated := "", false, false
	for {
		token, err := s.decoder.RawToken()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch within = token.Name.Local; within {
			case "is":
				if inline, err = readText(s.decoder, "is", s.book.limits.CellBytes); err != nil {
					return err
				}
			case "v":
				stored = true
			case "f":
				calculated = true
			}
		case xml.CharData:
			switch within {
			case "v":
				bounded(&value, token, s.book.limits.CellBytes)
			case "f":
				bounded(&formula, token, s.book.limits.CellBytes)
			}
		case xml.EndElement:
			within = ""
			if token.Name.Local != "c" {
				continue
			}
			shows := dateForm(0)
			if style >= 0 && style < len(s.book.formats) {
				shows = s.book.formats[style]
			}
			if calculated && value.Len() == 0 && inline == "" && !(stored && form == "str") {
				s.add([]byte("="+formula.String()), uncalculated, 0)
				return nil
			}
			s.addValue(form, value.String(), inline, shows)
			return nil
		}
	}
}

// addValue adds a cell by its form, as workbooks name it.
func (s *sheetRows) addValue(form, value, inline string, shows dateForm) {
	switch form {
	case "s":
		number, err := strconv.Atoi(strings.TrimSpace(value))
		text, _ := s.book.strings.at(number)
		if err != nil {
			text = nil
		}
		s.add(text, textCell, 0)
	case "inlineStr":
		s.add([]byte(inline), textCell, 0)
	case "str":
		s.add([]byte(unescaped(value)), textCell, 0)
	case "b": // as it is shown
		shown := "FALSE"
		if strings.TrimSpace(value) == "1" {
			shown = "TRUE"
		}
		s.add([]byte(shown), textCell, 0)
	case "e":
		s.add([]byte(value), errorCell, 0)
	case "d":
		s.add([]byte(value), isoDateCell, shows)
	default:
		value = strings.TrimSpace(value)
		text, fits := plainNumber(value)
		switch {
		case value == "":
			s.add(nil, textCell, 0)
		case !fits:
			s.add([]byte(value), manyDigits, 0)
		default:
			s.add([]byte(text), numberCell, shows)
		}
	}
}

// plainNumber writes a number in plain digits, as many as a spreadsheet shows; one
// of more than it keeps does not fit.
func plainNumber(value string) (text string, fits bool) {
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return value, true // what reads it tells that it is no number
	}
	const digits = 15
	if number == math.Trunc(number) && math.Abs(number) >= 1e15 {
		return value, false
	}
	if whole, zeros, dotted := strings.Cut(value, "."); dotted && strings.Trim(zeros, "0") == "" && !strings.ContainsAny(whole, "Ee") {
		return whole, true // some programs write 12.0 for 12
	}
	significant := len(strings.Trim(strings.ReplaceAll(value, ".", ""), "-0"))
	if strings.ContainsAny(value, "Ee") || strings.Contains(value, ".") && significant > digits {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(number, 'g', digits, 64), 64) // what FormatFloat writes parses
		return strconv.FormatFloat(rounded, 'f', -1, 64), true
	}
	return value, true
}

// read is a cell of the row as a column wants it.
func (s *sheetRows) read(position int, cell []byte, wants *Column) (string, *Problem) {
	text := string(cell)
	fault := func(code, reason, remedy string) (string, *Problem) {
		return text, &Problem{Code: code, Value: text, Reason: reason, Remedy: remedy}
	}
	shows := s.forms[position]
	switch s.kinds[position] { //nolint:exhaustive // numbers come after
	case textCell:
		if !spreadsheetError(cell) {
			return text, nil
		}
		fallthrough
	case errorCell:
		return fault("spreadsheet-error", text+" is an error of the spreadsheet", "mend its formula, or enter the value")
	case uncalculated:
		return fault("formula-without-value", "the formula has no stored value: no spreadsheet has calculated it",
			"open the file in a spreadsheet and save it, or enter the value")
	case manyDigits:
		return fault(
			"many-digits",
			"it is a number of more than 15 digits, which spreadsheets round",
			"format the column as text and enter it again",
		)
	case isoDateCell:
		at, known := isoDate(text)
		if !known {
			return fault("date-cell", "it is no date", "enter it again as YYYY-MM-DD")
		}
		if shows == 0 {
			shows = showsYear | showsMonth | showsDay
		}
		return s.date(at, shows, text, wants)
	}
	if text == "" {
		return text, nil
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number < 1 || number >= 2958466 || shows&^showsTime == 0 && !wants.Date {
		return text, nil
	}
	whole, fraction := math.Modf(number)
	if !wants.Instant {
		fraction = 0
	}
	return s.date(s.book.base.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(fraction*86400))*time.Second), shows, text, wants)
}

// date is a date of a cell as a column wants it; the time of day is Shanghai's.
func (s *sheetRows) date(at time.Time, shows dateForm, text string, wants *Column) (string, *Problem) {
	day := at.Format(time.DateOnly)
	fault := func(reason, remedy string) (string, *Problem) {
		return text, &Problem{Code: "date-cell", Value: day, Reason: reason, Remedy: remedy}
	}
	switch {
	case wants.Period:
		switch {
		case shows&(showsDay|showsTime) != 0:
			return fault("it is a date cell, and a period is wanted", "format the column as text and write 2024, 2024H1, 2024Q2 or 2024-05")
		case shows&showsMonth != 0:
			return at.Format("2006-01"), nil
		case shows&showsQuarter != 0:
			return fmt.Sprintf("%dQ%d", at.Year(), (at.Month()+2)/3), nil
		}
		return strconv.Itoa(at.Year()), nil
	case !wants.Date:
		return fault("it is a date cell, and no date is wanted", "format the column as text and enter the value again")
	case wants.Instant && (at.Hour() != 0 || at.Minute() != 0 || at.Second() != 0):
		return at.Format("2006-01-02T15:04:05") + "+08:00", nil
	}
	return day, nil
}

// isoDate reads a date that is written out: 2026-05-08, with a time or without.
func isoDate(text string) (time.Time, bool) {
	for _, form := range []string{"2006-01-02T15:04:05.999999999", time.DateOnly, "2006-01-02T15:04"} {
		if at, err := time.Parse(form, strings.TrimSuffix(text, "Z")); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// spreadsheetErrors are what spreadsheets show in place of a value.
var spreadsheetErrors = []string{
	"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
	"#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", "#ERROR!",
}

func spreadsheetError(cell []byte) bool {
	if len(cell) < 3 || cell[0] != '#' {
		return false
	}
	return len(bytes.Trim(cell, "#")) == 0 ||
		slices.ContainsFunc(spreadsheetErrors, func(e string) bool { return strings.EqualFold(e, string(cell)) })
}
