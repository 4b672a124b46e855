package coverage

import (
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Counting counts the figures of publishers one by one, as an index of them would,
// for who changes their timelines and needs no index.
type Counting struct {
	on        calendar.Day
	days      *calendar.Calendar
	unpacking *unpacking
}

// NewCounting counts on a day.
func NewCounting(on calendar.Day, days *calendar.Calendar) *Counting {
	return &Counting{on, days, newUnpacking(&entryTable{ids: map[string]entryID{}})}
}

// Of returns the figures of one publisher's own cells; of none, nil, there are none.
func (c *Counting) Of(packed timeline.Packed) (figures Figures, err error) {
	if len(packed) == 0 {
		return figures, nil
	}
	clear(c.unpacking.cells) // they are not shared by what is counted later
	r, err := c.unpacking.rowOf(&Timelines{Packed: packed}, nil)
	if err == nil {
		r.count(c.on, c.days, &figures)
	}
	return figures, err
}
