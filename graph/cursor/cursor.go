// Package cursor says where pages of lists begin and end.
package cursor

import (
	"fmt"
	"hash/fnv"
	"strconv"

	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Kind is what a list is ordered by.
type Kind string

// The kinds.
const (
	ByCode      Kind = "cn" // a key, then code
	ByGap       Kind = "cg" // publisher, entry, first day
	ByDueDay    Kind = "cu" // due day, publisher, entry
	ByDay       Kind = "cl" // day listed, ref
	BySearch    Kind = "cs" // match, code
	ByInstant   Kind = "cq" // instant, ref
	ByCell      Kind = "cx" // publisher, entry
	ByPublisher Kind = "cd" // publisher, ref
	BySequence  Kind = "ca" // sequence in the log
)

// MostRows is how many rows a page may have; rowsByDefault is how many it has where
// nobody says.
const (
	MostRows      = 500
	rowsByDefault = 50
)

// Page says how to go on in a list.
type Page struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// Size checks `first`, which is 50 where it is left out.
func Size(first *int) (int, error) { return rows("first", first) }

// rows checks how many are asked for, in the argument of a name.
func rows(argument string, asked *int) (int, error) {
	if asked == nil {
		return rowsByDefault, nil
	}
	if *asked < 0 || *asked > MostRows {
		return 0, problem.Invalid(argument, fmt.Sprintf("give a number from 0 to %d", MostRows), "%d is out of range", *asked)
	}
	return *asked, nil
}

// Ask is the page of a list that is asked for: the first rows after a cursor, or the
// last before one. What is left out is nil.
type Ask struct {
	First  *int
	After  *string
	Last   *int
	Before *string
}

// Wanted is a page that may be asked for.
type Wanted struct {
	Rows      int
	Backwards bool    // the rows are those before From
	From      *string // the cursor that it begins at, nil at an end of the list
}

// Wanted checks what is asked for. Who asks for the last rows need not say that it is
// not the first that are wanted: `first` has a default.
func (a Ask) Wanted() (wanted Wanted, err error) {
	backwards := a.Last != nil || a.Before != nil
	if backwards && a.After != nil {
		return wanted, problem.Invalid("after", "ask for the first rows after a cursor, or for the last before one",
			"a page goes one way: forwards after a cursor, or backwards before one")
	}
	if !backwards {
		wanted.From = a.After
		wanted.Rows, err = Size(a.First)
		return wanted, err
	}
	wanted.Backwards, wanted.From = true, a.Before
	wanted.Rows, err = rows("last", a.Last)
	return wanted, err
}

// List is one list: what it is a list of, in which order, narrowed how. A cursor of
// one list says nothing about another.
type List struct{ tag string }

// Of names a list by what sets it apart from others of its kind: values that print
// as what they are.
func Of(kind Kind, about ...any) List {
	sum := fnv.New32a()
	fmt.Fprintf(sum, "%q", fmt.Sprintln(about...))
	return List{string(kind) + strconv.FormatUint(uint64(sum.Sum32()), 36)}
}

// Make makes the cursor of a row.
func (l List) Make(parts ...string) string {
	return opaque.Pack(append([]string{l.tag}, parts...)...)
}

// Read gives the parts of the cursor at which a page begins, nil where it begins at an
// end of the list.
func (l List) Read(wanted Wanted, parts int) ([]string, error) {
	if wanted.From == nil {
		return nil, nil
	}
	read, ok := opaque.Unpack(*wanted.From)
	if !ok || len(read) != parts+1 || read[0] != l.tag {
		return nil, wanted.Foreign()
	}
	return read[1:], nil
}

// ReadDay reads a part that is a day.
func (w Wanted) ReadDay(part string) (calendar.Day, error) {
	day, ok := opaque.ParseDay(part)
	if !ok {
		return calendar.None, w.Foreign()
	}
	return day, nil
}

// Foreign refuses a cursor of another list.
func (w Wanted) Foreign() error {
	field := "after"
	if w.Backwards {
		field = "before"
	}
	return problem.Invalid(
		field,
		"give a cursor of the same list, with the same filter and order, unchanged",
		"it is no cursor of this list",
	)
}

// PageOf describes a page by its rows' cursors; more says whether there is more the
// way it goes.
func PageOf(cursors []string, wanted Wanted, more bool) Page {
	page := Page{HasNextPage: more, HasPreviousPage: wanted.From != nil}
	if wanted.Backwards {
		page.HasNextPage, page.HasPreviousPage = wanted.From != nil, more
	}
	if len(cursors) > 0 {
		page.StartCursor, page.EndCursor = &cursors[0], &cursors[len(cursors)-1]
	}
	return page
}
