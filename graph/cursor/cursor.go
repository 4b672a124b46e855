// Package cursor says where pages of lists begin and end.
package cursor

import (
	"fmt"

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
func Size(first *int) (int, error) {
	if first == nil {
		return rowsByDefault, nil
	}
	if *first < 0 || *first > MostRows {
		return 0, problem.Invalid("first", fmt.Sprintf("give a number from 0 to %d", MostRows), "%d is out of range", *first)
	}
	return *first, nil
}

// Make makes the cursor of a row.
func Make(kind Kind, parts ...string) string {
	return opaque.Pack(append([]string{string(kind)}, parts...)...)
}

// Read gives the parts of the cursor after which a page begins, nil where it
// begins the list.
func Read(after *string, kind Kind, parts int) ([]string, error) {
	if after == nil {
		return nil, nil
	}
	read, ok := opaque.Unpack(*after)
	if !ok || len(read) != parts+1 || read[0] != string(kind) {
		return nil, Foreign()
	}
	return read[1:], nil
}

// ReadDay reads a part that is a day.
func ReadDay(part string) (calendar.Day, error) {
	day, ok := opaque.ParseDay(part)
	if !ok {
		return calendar.None, Foreign()
	}
	return day, nil
}

// Foreign refuses a cursor of another list.
func Foreign() error {
	return problem.Invalid("after", "give a cursor of the same list, unchanged", "it is no cursor of this list")
}

// PageOf describes a page by its rows' cursors.
func PageOf(cursors []string, after *string, more bool) Page {
	page := Page{HasNextPage: more, HasPreviousPage: after != nil}
	if len(cursors) > 0 {
		page.StartCursor, page.EndCursor = &cursors[0], &cursors[len(cursors)-1]
	}
	return page
}
