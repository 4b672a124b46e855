package model

import (
	"strconv"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// mostRows is how many rows one page may have.
const mostRows = 500

// PageInfo says how to go on in a list.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// pageSize checks `first`; left out, it is the schema's default.
func pageSize(first *int) (int, error) {
	if first == nil {
		return 50, nil
	}
	return *first, inRange("first", *first, 0, mostRows)
}

// pageInfo describes a page by its edges' cursors.
func pageInfo(cursors []string, after *string, more bool) PageInfo {
	info := PageInfo{HasNextPage: more, HasPreviousPage: after != nil}
	if len(cursors) > 0 {
		info.StartCursor, info.EndCursor = &cursors[0], &cursors[len(cursors)-1]
	}
	return info
}

// The kinds of cursors: what a list is ordered by.
const (
	cursorNode     = "cn"
	cursorGap      = "cg"
	cursorComing   = "cu"
	cursorListed   = "cl"
	cursorSearch   = "cs"
	cursorConcern  = "cq"
	cursorChange   = "cx"
	cursorDocument = "cd"
)

// cursor reads one of our own cursors.
func cursor(after *string, kind string, parts int) ([]string, error) {
	if after == nil {
		return nil, nil
	}
	revealed, ok := reveal(*after, kind, parts)
	if !ok {
		return nil, foreignCursor()
	}
	return revealed, nil
}

func foreignCursor() error {
	return problem.Invalid("after", "give a cursor of the same list, unchanged", "it is no cursor of this list")
}

func dayText(day calendar.Day) string { return strconv.Itoa(int(day)) }

// dayOf reads the day in one of our own ids or cursors.
func dayOf(text string) (calendar.Day, error) {
	number, err := strconv.ParseUint(text, 10, 16) // days go to 2149
	if err != nil {
		return calendar.None, foreignCursor()
	}
	return calendar.Day(number), nil
}
