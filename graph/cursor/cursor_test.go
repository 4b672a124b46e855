package cursor_test

import (
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

func TestACursorIsReadByItsOwnListAlone(t *testing.T) {
	t.Parallel()
	from := func(text string) cursor.Wanted { return cursor.Wanted{From: &text} }
	list := cursor.Of(cursor.ByDay, "documents", "53", 1)
	made := list.Make("19000", "A-1")
	if parts, err := list.Read(from(made), 2); err != nil || !slices.Equal(parts, []string{"19000", "A-1"}) {
		t.Errorf("read %q, %v", parts, err)
	}
	if parts, err := list.Read(cursor.Wanted{}, 2); err != nil || parts != nil {
		t.Errorf("without a cursor: %q, %v", parts, err)
	}
	broken := made[1:]
	for name, read := range map[string]func() ([]string, error){
		"another kind":            func() ([]string, error) { return cursor.Of(cursor.ByCode, "documents", "53", 1).Read(from(made), 2) },
		"another list":            func() ([]string, error) { return cursor.Of(cursor.ByDay, "news", "53", 1).Read(from(made), 2) },
		"another node":            func() ([]string, error) { return cursor.Of(cursor.ByDay, "documents", "5", 31).Read(from(made), 2) },
		"another number of parts": func() ([]string, error) { return list.Read(from(made), 1) },
		"broken":                  func() ([]string, error) { return list.Read(from(broken), 2) },
	} {
		if parts, err := read(); err == nil {
			t.Errorf("%s: read %q", name, parts)
		}
	}
	if day, err := (cursor.Wanted{}).ReadDay("19000"); err != nil || day != calendar.Day(19000) {
		t.Errorf("read the day %v, %v", day, err)
	}
	for _, part := range []string{"", "-1", "70000", "x"} {
		if day, err := (cursor.Wanted{}).ReadDay(part); err == nil {
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
	at, forwards := "x", cursor.Wanted{}
	page := cursor.PageOf([]string{"a", "b"}, cursor.Wanted{From: &at}, true)
	if *page.StartCursor != "a" || *page.EndCursor != "b" || !page.HasNextPage || !page.HasPreviousPage {
		t.Errorf("%+v", page)
	}
	if page := cursor.PageOf(nil, forwards, false); page != (cursor.Page{}) {
		t.Errorf("an empty page: %+v", page)
	}
}

// TestAPageGoesOneWay: forwards after a cursor, or backwards before one.
func TestAPageGoesOneWay(t *testing.T) {
	t.Parallel()
	five, many, at := 5, 501, "x"
	for name, c := range map[string]struct {
		ask     cursor.Ask
		want    cursor.Wanted
		refused bool
	}{
		"nothing":             {ask: cursor.Ask{}, want: cursor.Wanted{Rows: 50}},
		"the first":           {ask: cursor.Ask{First: &five, After: &at}, want: cursor.Wanted{Rows: 5, From: &at}},
		"the last":            {ask: cursor.Ask{Last: &five}, want: cursor.Wanted{Rows: 5, Backwards: true}},
		"before":              {ask: cursor.Ask{Before: &at}, want: cursor.Wanted{Rows: 50, Backwards: true, From: &at}},
		"beside the default":  {ask: cursor.Ask{First: &many, Last: &five}, want: cursor.Wanted{Rows: 5, Backwards: true}},
		"both ways":           {ask: cursor.Ask{After: &at, Last: &five}, refused: true},
		"between two cursors": {ask: cursor.Ask{After: &at, Before: &at}, refused: true},
		"too many":            {ask: cursor.Ask{Last: &many}, refused: true},
	} {
		if got, err := c.ask.Wanted(); (err != nil) != c.refused || err == nil && got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
