package cursor_test

import (
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

func TestACursorIsReadByItsOwnListAlone(t *testing.T) {
	t.Parallel()
	list := cursor.Of(cursor.ByDay, "documents", "53", 1)
	made := list.Make("19000", "A-1")
	if parts, err := list.Read(&made, 2); err != nil || !slices.Equal(parts, []string{"19000", "A-1"}) {
		t.Errorf("read %q, %v", parts, err)
	}
	if parts, err := list.Read(nil, 2); err != nil || parts != nil {
		t.Errorf("without a cursor: %q, %v", parts, err)
	}
	broken := made[1:]
	for name, read := range map[string]func() ([]string, error){
		"another kind":            func() ([]string, error) { return cursor.Of(cursor.ByCode, "documents", "53", 1).Read(&made, 2) },
		"another list":            func() ([]string, error) { return cursor.Of(cursor.ByDay, "news", "53", 1).Read(&made, 2) },
		"another node":            func() ([]string, error) { return cursor.Of(cursor.ByDay, "documents", "5", 31).Read(&made, 2) },
		"another number of parts": func() ([]string, error) { return list.Read(&made, 1) },
		"broken":                  func() ([]string, error) { return list.Read(&broken, 2) },
	} {
		if parts, err := read(); err == nil {
			t.Errorf("%s: read %q", name, parts)
		}
	}
	if day, err := cursor.ReadDay("19000"); err != nil || day != calendar.Day(19000) {
		t.Errorf("read the day %v, %v", day, err)
	}
	for _, part := range []string{"", "-1", "70000", "x"} {
		if day, err := cursor.ReadDay(part); err == nil {
			t.Errorf("%q is read as %v", part, day)
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for first, want := range map[int]int{0: 0, 1: 1, 500: 500, -1: -1, 501: -1} {
		if got, err := cursor.Size(&first); (err == nil) != (want >= 0) || err == nil && got != want {
			t.Errorf("first %d: %d, %v", first, got, err)
		}
	}
	if got, err := cursor.Size(nil); got != 50 || err != nil {
		t.Errorf("left out: %d, %v", got, err)
	}
}

func TestPageOf(t *testing.T) {
	t.Parallel()
	after := "x"
	page := cursor.PageOf([]string{"a", "b"}, &after, true)
	if *page.StartCursor != "a" || *page.EndCursor != "b" || !page.HasNextPage || !page.HasPreviousPage {
		t.Errorf("%+v", page)
	}
	if page := cursor.PageOf(nil, nil, false); page != (cursor.Page{}) {
		t.Errorf("an empty page: %+v", page)
	}
}
