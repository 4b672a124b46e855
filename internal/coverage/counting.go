package coverage

import (
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Counting counts the figures of publishers one by one, as an index of them would,
// for who changes their timelines and needs no index.
type Counting struct {
	on      calendar.Day
	days    *calendar.Calendar
	entries *entryTable
}

// NewCounting counts on a day.
func NewCounting(on calendar.Day, days *calendar.Calendar) *Counting {
	return &Counting{on, days, &entryTable{ids: map[string]entryID{}}}
}

// Of returns the figures of one publisher's own cells. Timelines that another version
// of the program has packed have none until they are rebuilt.
func (c *Counting) Of(packed timeline.Packed) (figures Figures) {
	if r, err := newUnpacking(c.entries).rowOf(&Timelines{Packed: packed}, nil); err == nil {
		r.count(c.on, c.days, &figures)
	}
	return figures
}
