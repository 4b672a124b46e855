package coverage

import (
	"cmp"

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

// Of returns the figures of one publisher's own cells; of none, nil, there are none.
func (c *Counting) Of(packed timeline.Packed) (figures Figures, err error) {
	if len(packed) == 0 {
		return figures, nil
	}
	var fault error
	err = packed.Each(func(summary *timeline.CellSummary, _ []byte) {
		if cell, beyond := newCell(summary, c.entries); beyond != nil {
			fault = beyond
		} else {
			cell.count(c.on, c.days, &figures)
		}
	})
	if err = cmp.Or(err, fault); err != nil {
		return Figures{}, err
	}
	return figures, nil
}
