package importer

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// fields reads the cells of one row after the other and notes what is wrong.
type fields struct {
	reader  *tabular.Reader
	columns []tabular.Column
	shown   string
	report  *Report
	bad     bool // the present row
}

// fault notes that a cell's value cannot be taken.
func (f *fields) fault(column int, reason, remedy string) {
	f.bad = true
	f.report.problem(f.place(column, reason, remedy))
}

// odd notes that a cell's value is accepted but unusual.
func (f *fields) odd(column int, reason, remedy string) {
	f.report.warn(f.place(column, reason, remedy))
}

func (f *fields) place(column int, reason, remedy string) tabular.Problem {
	value := []rune(f.reader.Cell(column))
	if len(value) > 80 {
		value = append(value[:79], '…')
	}
	return tabular.Problem{
		File: f.shown, Line: f.reader.Line(), Column: f.columns[column].Name, Value: string(value), Reason: reason, Remedy: remedy,
	}
}

// failed notes the error of a parser.
func (f *fields) failed(column int, err error) {
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		f.fault(column, p.Message, p.Remedy)
		return
	}
	f.fault(column, err.Error(), "")
}

// text returns a cell; an empty one is as good as none.
func (f *fields) text(column int) string { return f.reader.Cell(column) }

// needed returns a cell that must not be empty.
func (f *fields) needed(column int) string {
	value := f.reader.Cell(column)
	if value == "" {
		f.fault(column, "it is empty", "give a value")
	}
	return value
}

// code returns a cell that names something: without blanks, not too long.
func (f *fields) code(column int) string {
	value := f.needed(column)
	if len(value) > 200 || strings.ContainsAny(value, " \t\r\n") {
		f.fault(column, "a code or ref has no blanks and at most 200 bytes", "shorten it")
	}
	return value
}

func (f *fields) day(column int) calendar.Day {
	value := f.reader.Cell(column)
	if value == "" {
		return calendar.None
	}
	day, err := calendar.ParseDay(value)
	if err != nil {
		f.failed(column, err)
	}
	return day
}

func (f *fields) neededDay(column int) calendar.Day {
	if f.needed(column) == "" {
		return calendar.None
	}
	return f.day(column)
}

// span reads two days that bound a stretch; the second may be open.
func (f *fields) span(from, to int, fromDay, toDay calendar.Day) {
	if toDay != calendar.None && toDay < fromDay {
		f.fault(to, "it lies before "+f.columns[from].Name+" "+fromDay.String(), "exchange the two or correct one")
	}
}

// instant reads an RFC 3339 instant or a day, which counts from its beginning.
func (f *fields) instant(column int) time.Time {
	value := f.needed(column)
	if value == "" {
		return time.Time{}
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		if !calendar.DayOf(at).InRange() {
			f.fault(column, "it is out of range", "give an instant from 1990 to 2100")
		}
		return at
	}
	day, err := calendar.ParseDay(value)
	if err != nil {
		f.fault(column, "it is neither an instant nor a day", "write 2024-05-06T08:30:00+08:00 or 2024-05-06")
		return time.Time{}
	}
	return day.Time()
}

func (f *fields) boolean(column int) bool {
	switch strings.ToLower(f.reader.Cell(column)) {
	case "1", "true":
		return true
	case "", "0", "false":
		return false
	}
	f.fault(column, "it is neither true nor false", "write 1 or true, 0 or false, or leave it empty")
	return false
}

// whole reads a whole number from 0 on; empty is 0.
func (f *fields) whole(column, most int) int {
	value := f.reader.Cell(column)
	if value == "" {
		return 0
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < 0 || number > most {
		f.fault(column, "it is no whole number from 0 to "+strconv.Itoa(most), "write digits alone")
	}
	return number
}

// list splits a cell at its semicolons.
func (f *fields) list(column int) []string {
	items := []string{}
	for item := range strings.SplitSeq(strings.ReplaceAll(f.reader.Cell(column), "；", ";"), ";") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// word reads one of a set of words.
func word[T any](f *fields, column int, parse func(string) (T, bool), words string) T {
	value, ok := parse(f.reader.Cell(column))
	if !ok {
		f.fault(column, "it is not one of "+words, "use one of these words")
	}
	return value
}
