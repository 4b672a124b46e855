package coverage

import (
	"errors"
	"iter"
	"math"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// entryID numbers entry codes within an index. It is not in their order.
type entryID uint16

// cell is what is known of one entry of a publisher. It never changes, and rows share it
// where they have the same: of the nation's villages most do.
type cell struct {
	entry  entryID
	spans  uint16
	duties uint32
	listed [timeline.ListKinds - 1]uint32 // how many of each kind but the last
	// numbers are days as numbers, one after the other so that a cell takes two
	// allocations: the first day of each span, then its status; three days of each
	// duty; the days of what is listed.
	numbers []uint16
	series  []timeline.SeriesSummary
}

// never stands among a cell's numbers for a day that does not come.
const never = math.MaxUint16

var errDayBeyond = errors.New("a day lies beyond those that are counted")

// newCell takes over what is packed of a cell.
func newCell(summary *timeline.CellSummary, entries *entryTable) (*cell, error) {
	listed := 0
	for _, days := range summary.Listed {
		listed += len(days)
	}
	c := &cell{
		entry: entries.id(summary.EntryCode), spans: uint16(len(summary.Spans)), duties: uint32(len(summary.Duties)),
		numbers: make([]uint16, 0, 2*len(summary.Spans)+3*len(summary.Duties)+listed),
		series:  slices.Clone(summary.Series),
	}
	beyond := len(summary.Spans) > math.MaxUint16
	add := func(on calendar.Day) {
		switch {
		case on == calendar.Never:
			on = never
		case on < 0 || on >= never:
			beyond = true
		}
		c.numbers = append(c.numbers, uint16(on))
	}
	for _, span := range summary.Spans {
		add(span.From)
	}
	for _, span := range summary.Spans {
		c.numbers = append(c.numbers, uint16(span.Status))
	}
	for _, of := range summary.Duties {
		add(of.OpenedOn)
		add(of.DueOn)
		add(of.FulfilledOn)
	}
	for kind, days := range summary.Listed {
		if kind < len(c.listed) {
			c.listed[kind] = uint32(len(days))
		}
		for _, on := range days {
			add(on)
		}
	}
	if beyond {
		return nil, errDayBeyond
	}
	return c, nil
}

// at is the number of the span that holds a day, -1 before the first.
func (c *cell) at(on calendar.Day) int { return countUntil(c.numbers[:c.spans], on) - 1 }

func (c *cell) span(i int) timeline.Span {
	return timeline.Span{From: dayOf(c.numbers[i]), Status: timeline.Status(c.numbers[int(c.spans)+i])}
}

// spanOn is the one that holds a day; before the first, one that is not in force.
func (c *cell) spanOn(on calendar.Day) timeline.Span {
	if i := c.at(on); i >= 0 {
		return c.span(i)
	}
	return timeline.Span{}
}

func (c *cell) statusOn(on calendar.Day) timeline.Status { return c.spanOn(on).Status }

// eachSpan walks the spans in order.
func (c *cell) eachSpan() iter.Seq[timeline.Span] {
	return func(yield func(timeline.Span) bool) {
		for i := range int(c.spans) {
			if !yield(c.span(i)) {
				return
			}
		}
	}
}

func dayOf(number uint16) calendar.Day {
	if number == never {
		return calendar.Never
	}
	return calendar.Day(number)
}

// alone are the duties that belong to no series.
func (c *cell) alone() iter.Seq[duty.Days] {
	return func(yield func(duty.Days) bool) {
		from := 2 * int(c.spans)
		for i := range int(c.duties) {
			days := c.numbers[from+3*i:][:3]
			if !yield(duty.Days{OpenedOn: dayOf(days[0]), DueOn: dayOf(days[1]), FulfilledOn: dayOf(days[2])}) {
				return
			}
		}
	}
}

// listedDays are the days by which a list orders what is in the cell, in order.
func (c *cell) listedDays(kind timeline.ListKind) []uint16 {
	days := c.numbers[2*int(c.spans)+3*int(c.duties):]
	for i, count := range c.listed {
		if i == int(kind) {
			return days[:count]
		}
		days = days[count:]
	}
	return days
}

// summary is what the cell was made of.
func (c *cell) summary(entries *entryTable) timeline.CellSummary {
	summary := timeline.CellSummary{
		EntryCode: entries.codes[c.entry], Spans: slices.Collect(c.eachSpan()), Duties: slices.Collect(c.alone()), Series: c.series,
	}
	for kind := range summary.Listed {
		for _, on := range c.listedDays(timeline.ListKind(kind)) {
			summary.Listed[kind] = append(summary.Listed[kind], dayOf(on))
		}
	}
	return summary
}

func (c *cell) equal(other *cell) bool {
	return c == other || c.entry == other.entry && c.spans == other.spans && c.duties == other.duties && c.listed == other.listed &&
		slices.Equal(c.numbers, other.numbers) && slices.EqualFunc(c.series, other.series, func(a, b timeline.SeriesSummary) bool {
		return a.Every == b.Every && a.First == b.First && a.Last == b.Last && a.WorkingDays == b.WorkingDays &&
			slices.Equal(a.Fulfilled, b.Fulfilled)
	})
}

// count adds the cell's figures of a day.
func (c *cell) count(on calendar.Day, days *calendar.Calendar, figures *Figures) {
	if status := c.statusOn(on); status != timeline.NotInForce {
		figures.Cells[status]++
	}
	for of := range c.alone() {
		if state := of.StateOn(on); state != duty.NotOpened {
			figures.Duties[state]++
		}
	}
	for i := range c.series {
		countSeries(&c.series[i], on, days, figures)
	}
}

// countSeries counts all duties of a series as if none was fulfilled, then puts
// those right that were.
func countSeries(series *timeline.SeriesSummary, on calendar.Day, days *calendar.Calendar, figures *Figures) {
	opened, due := duty.Reached(series.Every, series.First, series.Last, series.WorkingDays, on, days)
	figures.Duties[duty.Overdue] += int(due - series.First + 1)
	figures.Duties[duty.Open] += int(opened - due)
	for _, fulfilment := range series.Fulfilled {
		if fulfilment.Ordinal > opened {
			break
		}
		of := daysOf(series, fulfilment, days)
		figures.Duties[of.StateOn(on)]++
		of.FulfilledOn = calendar.Never
		figures.Duties[of.StateOn(on)]--
	}
}

func daysOf(series *timeline.SeriesSummary, fulfilment duty.Fulfilment, days *calendar.Calendar) duty.Days {
	period := calendar.Period{Every: series.Every, Ordinal: fulfilment.Ordinal}
	return duty.Days{OpenedOn: period.First(), DueOn: days.AddWorkingDays(period.Last(), series.WorkingDays), FulfilledOn: fulfilment.On}
}

// dutiesBy are the duties that stand alone and, of every series, each that is opened by
// a day.
func (c *cell) dutiesBy(by calendar.Day, days *calendar.Calendar) iter.Seq[duty.Days] {
	return func(yield func(duty.Days) bool) {
		for of := range c.alone() {
			if !yield(of) {
				return
			}
		}
		for i := range c.series {
			s := &c.series[i]
			opened, _ := duty.Reached(s.Every, s.First, s.Last, s.WorkingDays, by, days)
			fulfilled := s.Fulfilled
			for ordinal := s.First; ordinal <= opened; ordinal++ {
				of := duty.Fulfilment{Ordinal: ordinal, On: calendar.Never}
				if len(fulfilled) > 0 && fulfilled[0].Ordinal == ordinal {
					of, fulfilled = fulfilled[0], fulfilled[1:]
				}
				if !yield(daysOf(s, of, days)) {
					return
				}
			}
		}
	}
}

// becomesGap is the span in which a cell that is no gap on a day becomes one, if it does
// up to the day after the horizon.
func (c *cell) becomesGap(on, horizon calendar.Day) (span timeline.Span, becomes bool) {
	now := c.at(on)
	if now >= 0 && c.span(now).Status.Gap() {
		return span, false
	}
	for i := now + 1; i < int(c.spans); i++ {
		if span = c.span(i); span.From-1 > horizon {
			break
		}
		if span.Status.Gap() {
			return span, true
		}
	}
	return span, false
}
