// Package fact lists the columns of every kind of fact, each once: from the
// list derive the header of its files, the rows that are copied into the
// database, and what of a known row stays where a file lacks a column.
package fact

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Form is how spreadsheets may keep a column's cells besides as text.
type Form uint8

// The forms.
const (
	Text     Form = iota
	Day           // as the number of a day
	Instant       // as the number of a day, with the time
	Period        // as the number of a day, of which month or year shows
	Whole         // as a number
	Money         // as a number of two decimals
	Quantity      // as a number of three
)

// Column is one column of a kind of fact whose domain type is T.
type Column[T any] struct {
	// Name is the column's in files, empty where no file has it; Chinese is its other.
	Name, Chinese string
	// Stored is the column's name in the table, empty where it is not stored.
	Stored string
	// Field is what findings call it.
	Field string
	Form  Form
	// Words are the values that it knows, none where it takes others too or any text.
	Words Vocabulary
	// List: a cell holds several values with ; between.
	List bool
	// Needed: a new row cannot do without it.
	Needed bool
	// Meaning is given by InFiles.
	Meaning
	// Decides: timelines follow from it. The columns of a key do by themselves: a
	// fact of another key is another fact.
	Decides bool

	read  func(cell string, into *T) *problem.Problem
	value func(of *T) any
	copy  func(into, from *T)
}

// Read puts a cell into a fact.
func (c *Column[T]) Read(cell string, into *T) *problem.Problem { return c.read(cell, into) }

// Copy takes a column over from another fact.
func (c *Column[T]) Copy(into, from *T) { c.copy(into, from) }

// Kind is one kind of fact.
type Kind[T any] struct {
	Table string
	// File is what its files are called without their endings; Chinese are its other names.
	File    string
	Chinese []string
	// Key names the stored columns that identify a fact.
	Key     []string
	Columns []Column[T]
	// Enough tells, where it is given, that a row whose first columns were read
	// says nothing more.
	Enough func(*T) bool
}

// Stored names the columns of the table, in the order of a Row.
func (k *Kind[T]) Stored() []string {
	var names []string
	for _, column := range k.Columns {
		if column.Stored != "" {
			names = append(names, column.Stored)
		}
	}
	return names
}

// Row gives a fact's values for the columns that Stored names: text, int64,
// bool, time.Time, []string or nil.
func (k *Kind[T]) Row(of *T) []any {
	values := make([]any, 0, len(k.Columns)+2)
	for i := range k.Columns {
		if k.Columns[i].Stored != "" {
			values = append(values, k.Columns[i].value(of))
		}
	}
	return values
}

// Deciding names the stored columns besides the key from which timelines follow.
func (k *Kind[T]) Deciding() []string {
	var names []string
	for i := range k.Columns {
		if k.Columns[i].Decides {
			names = append(names, k.Columns[i].Stored)
		}
	}
	return names
}

// Decides tells whether two versions of a fact differ in what timelines follow from.
func (k *Kind[T]) Decides(before, after *T) bool {
	return slices.ContainsFunc(k.Columns, func(c Column[T]) bool {
		return c.Decides && !reflect.DeepEqual(c.value(before), c.value(after))
	})
}

// InFiles are the columns that files have, with what they mean there.
func (k *Kind[T]) InFiles() []Column[T] {
	columns := slices.DeleteFunc(slices.Clone(k.Columns), func(c Column[T]) bool { return c.Name == "" })
	for i := range columns {
		columns[i].Meaning = meanings[k.File][columns[i].Name]
	}
	return columns
}

// inChinese is a column's Chinese name in files of one of the kinds that share a table.
type inChinese struct{ name, chinese string }

// only makes a kind of file that has some of the columns, and needs some of those.
func (k *Kind[T]) only(file string, chinese, needed []string, columns []inChinese) *Kind[T] {
	picked := &Kind[T]{Table: k.Table, Key: k.Key, File: file, Chinese: chinese}
	for _, one := range columns {
		column := k.Columns[slices.IndexFunc(k.Columns, func(c Column[T]) bool { return c.Name == one.name })]
		column.Chinese, column.Needed = one.chinese, slices.Contains(needed, one.name)
		picked.Columns = append(picked.Columns, column)
	}
	return picked
}

func (c Column[T]) inChinese(name string) Column[T] {
	c.Chinese = name
	return c
}

func (c Column[T]) knowing(words Vocabulary) Column[T] {
	c.Words = words
	return c
}

func (c Column[T]) needed() Column[T] {
	c.Needed = true
	read := c.read
	c.read = func(cell string, into *T) *problem.Problem {
		fault := read(cell, into)
		if fault != nil {
			fault.Remedy = strings.TrimPrefix(fault.Remedy, orEmpty)
		}
		return fault
	}
	return c
}

// orEmpty begins what mends a cell that may be empty.
const orEmpty = "leave it empty, or "

func (c Column[T]) keptAs(form Form) Column[T] {
	c.Form = form
	return c
}

func (c Column[T]) deciding() Column[T] {
	c.Decides = true
	return c
}

// storedAs gives the table's name for it; it is the same where none is given.
func (c Column[T]) storedAs(name string) Column[T] {
	c.Stored = name
	return c
}

func (c Column[T]) inNoFile() Column[T] {
	c.Name = ""
	return c
}

func (c Column[T]) called(field string) Column[T] {
	c.Field = field
	return c
}

// of makes a column of a part of a fact.
func of[T, V any](name string, at func(*T) *V, read func(string) (V, *problem.Problem), value func(V) any) Column[T] {
	return Column[T]{
		Name: name, Stored: name, Field: camel(name),
		read: func(cell string, into *T) (fault *problem.Problem) {
			*at(into), fault = read(cell)
			return fault
		},
		value: func(of *T) any { return value(*at(of)) },
		copy:  func(into, from *T) { *at(into) = *at(from) },
	}
}

// camel is the name of a field: publishedOn of published_on.
func camel(name string) string {
	first, rest, found := strings.Cut(name, "_")
	if !found {
		return name
	}
	rest = camel(rest)
	return first + strings.ToUpper(rest[:1]) + rest[1:]
}

func asRead(cell string) (string, *problem.Problem) { return cell, nil }

func text[T any](name string, at func(*T) *string) Column[T] {
	return of(name, at, asRead, func(v string) any { return v })
}

// link is a text that is stored as null where it is empty.
func link[T any](name string, at func(*T) *string) Column[T] {
	return of(name, at, asRead, func(v string) any {
		if v == "" {
			return nil
		}
		return v
	})
}

func day[T any](name string, at func(*T) *calendar.Day) Column[T] {
	c := of(name, at, readDay, func(v calendar.Day) any {
		if !v.Given() {
			return nil
		}
		return v.String()
	})
	c.Form = Day
	return c
}

func readDay(cell string) (calendar.Day, *problem.Problem) {
	if cell == "" {
		return calendar.None, nil
	}
	d, err := calendar.ParseDay(cell)
	return d, asProblem(err)
}

// asProblem is how the domain's parsers refuse.
func asProblem(err error) *problem.Problem {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		return p
	}
	return problem.Invalid("", "", "%v", err)
}

func instant[T any](name string, at func(*T) *time.Time) Column[T] {
	c := of(name, at, readInstant, func(v time.Time) any {
		if v.IsZero() {
			return nil
		}
		return v
	})
	c.Form = Instant
	return c
}

// readInstant reads an RFC 3339 instant or a day, which counts from its
// beginning; one out of range is refused by its rule.
func readInstant(cell string) (time.Time, *problem.Problem) {
	if cell == "" {
		return time.Time{}, nil
	}
	if strings.ContainsAny(cell, "Tt") && strings.ContainsAny(cell[:1], "0123456789") {
		at, err := calendar.ParseInstant(cell)
		return at, asProblem(err)
	}
	d, err := calendar.ParseDay(cell)
	if err != nil && calendar.IsWritten(cell) {
		return time.Time{}, asProblem(err)
	}
	if err != nil {
		return time.Time{}, problem.Invalid("", "write 2024-05-06T08:30:00+08:00 or 2024-05-06", "it is neither an instant nor a day")
	}
	return d.Time(), nil
}

func boolean[T any](name string, at func(*T) *bool) Column[T] {
	return of(name, at, readBoolean, func(v bool) any { return v }).knowing(flags)
}

func readBoolean(cell string) (bool, *problem.Problem) {
	switch strings.ToLower(flags.Value(cell)) {
	case "1", "true":
		return true, nil
	case "", "0", "false":
		return false, nil
	}
	return false, problem.Invalid("", "write 是 or 1, 否 or 0, or leave it empty", "it is neither true nor false")
}

// number is a whole number, whose bounds its rule knows; empty is 0.
func number[T any, N int | int64](name string, at func(*T) *N) Column[T] {
	return of(name, at, func(cell string) (N, *problem.Problem) {
		if cell == "" {
			return 0, nil
		}
		n, fault := readNumber(cell)
		if fault != nil && !strings.ContainsAny(cell, "0123456789") {
			fault.Remedy = orEmpty + "write digits alone"
		}
		return N(n), fault
	}, func(v N) any { return int64(v) }).keptAs(Whole)
}

func readNumber(cell string) (int64, *problem.Problem) {
	n, err := strconv.ParseInt(cell, 10, 64)
	if err != nil {
		return 0, problem.Invalid("", "write digits alone", "it is no whole number, or far too large")
	}
	return n, nil
}

func list[T any](name string, at func(*T) *[]string) Column[T] { return words(name, at, nil) }

// words are a list in which some words have Chinese ones; others are read as they are.
func words[T any](name string, at func(*T) *[]string, known Vocabulary) Column[T] {
	c := of(name, at, func(cell string) ([]string, *problem.Problem) { return known.readAll(split(cell)) }, func(v []string) any {
		if v == nil {
			return []string{}
		}
		return v
	}).knowing(known)
	c.List = true
	return c
}

// split parts a cell at its semicolons; blanks are cut off as of whole cells.
func split(cell string) []string {
	return rule.TrimItems(strings.Split(cell, ";"))
}

func noWord(words Vocabulary) *problem.Problem {
	return problem.Invalid("", "use one of these words", "it is not one of %s", words)
}

func noValue(words Vocabulary) *problem.Problem {
	missing := problem.Invalid("", "give a value, one of "+words.String(), "it is empty")
	missing.Rule = rule.Missing.Name
	return missing
}

// word is one of a set of words, stored as its number.
func word[T any, W ~uint8](name string, at func(*T) *W, parse func(string) (W, bool), words Vocabulary) Column[T] {
	return of(name, at, func(cell string) (W, *problem.Problem) {
		value, ok := parse(words.Value(cell))
		if !ok && cell == "" {
			return value, noValue(words)
		}
		if !ok {
			return value, noWord(words)
		}
		return value, nil
	}, func(v W) any { return int64(v) }).knowing(words)
}

// wordAsRead is one of a set of words, or empty, stored as the interface has it.
func wordAsRead[T any](name string, at func(*T) *string, words Vocabulary) Column[T] {
	return of(name, at, func(cell string) (string, *problem.Problem) {
		value := words.Value(cell)
		if value != "" && !slices.ContainsFunc(words, func(w Word) bool { return w.Value == value }) {
			return "", noWord(words)
		}
		return value, nil
	}, func(v string) any { return v }).knowing(words)
}
