package coverage

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// slotKey is an entry at a level: what sums are kept by.
type slotKey uint16

func slotOf(entry entryID, level area.Level) slotKey { return slotKey(entry)<<3 | slotKey(level) }

func (k slotKey) entry() entryID    { return entryID(k >> 3) }
func (k slotKey) level() area.Level { return area.Level(k & 7) }

// event is a change of one figure on one day, packed so that sorting numbers
// sorts by slot, figure and day: 16 bits of slot, 4 of figure, 16 of day, and 28
// of the change, offset to be positive.
type event uint64

const (
	changeBits   = 28
	changeOffset = 1 << (changeBits - 1)
)

func newEvent(slot slotKey, which counter, on calendar.Day, change int) event {
	return event(slot)<<48 | event(which)<<44 | event(on)<<changeBits | event(change+changeOffset)
}

func (e event) slot() slotKey    { return slotKey(e >> 48) }
func (e event) which() counter   { return counter(e>>44) & 15 }
func (e event) on() calendar.Day { return calendar.Day(e>>changeBits) & 0xFFFF }
func (e event) change() int      { return int(e&(1<<changeBits-1)) - changeOffset }

// place is all of the event but its change.
func (e event) place() event { return e >> changeBits }

func (e event) withoutSlot() event { return e & (1<<48 - 1) }

// sum sorts events and adds up those of one figure on one day.
func sum(events []event) []event {
	slices.Sort(events)
	summed := events[:0]
	for _, e := range events {
		if last := len(summed) - 1; last >= 0 && summed[last].place() == e.place() {
			change := summed[last].change() + e.change()
			summed = summed[:last]
			if change != 0 {
				summed = append(summed, e.place()<<changeBits|event(change+changeOffset))
			}
			continue
		}
		summed = append(summed, e)
	}
	return summed
}

// gathered are the events of cells, and those of orders.
type gathered struct{ cells, orders []event }

// seriesKey tells apart series that would put the same events on the same days.
type seriesKey struct {
	slot        slotKey
	every       calendar.Periodicity
	first, last int32
	workingDays int32
}

// gathering collects the events of rows. Series are counted and spread once
// each, because most publishers have the same.
type gathering struct {
	days *calendar.Calendar
	gathered
	series map[seriesKey]int
	turns  []duty.Turn
	// What changes of the runs of a node that keeps the row's.
	runsGone, runsCome []datedRun
}

func newGathering(days *calendar.Calendar) *gathering {
	return &gathering{days: days, series: map[seriesKey]int{}}
}

// again empties the gathering. What it gave is no longer to be used.
func (g *gathering) again() {
	g.cells, g.orders = g.cells[:0], g.orders[:0]
	clear(g.series)
}

// row adds a row's events.
func (g *gathering) row(r *row, level area.Level) {
	if r == nil {
		return
	}
	for _, c := range r.cells {
		g.cell(c, level, 1)
	}
	for i := range r.summaries() {
		g.order(&r.orders.summaries[i], 1)
	}
}

// change takes out the events of the cells that a row had and adds those of the
// cells that it has now, where the two differ.
func (g *gathering) change(c *rowChange) {
	for _, cell := range c.gone {
		g.cell(cell, c.level, -1)
	}
	for _, cell := range c.come {
		g.cell(cell, c.level, 1)
	}
	for i := range c.ordersGone {
		g.order(&c.ordersGone[i], -1)
	}
	for i := range c.ordersCome {
		g.order(&c.ordersCome[i], 1)
	}
}

// changeRuns notes the runs that a row had and has, where the two differ.
func (g *gathering) changeRuns(c *rowChange) {
	for _, cell := range c.gone {
		g.runsGone = runsOfCell(g.runsGone, c.place, c.level, cell)
	}
	for _, cell := range c.come {
		g.runsCome = runsOfCell(g.runsCome, c.place, c.level, cell)
	}
}

// cell adds a cell's events times `factor`.
func (g *gathering) cell(c *cell, level area.Level, factor int) {
	slot := slotOf(c.entry, level)
	before := timeline.NotInForce
	for span := range c.eachSpan() {
		if before != timeline.NotInForce {
			g.add(slot, statusCounter(before), span.From, -factor)
		}
		if span.Status != timeline.NotInForce {
			g.add(slot, statusCounter(span.Status), span.From, factor)
		}
		before = span.Status
	}
	for days := range c.alone() {
		g.duty(slot, days, factor)
	}
	for kind := range timeline.ListKind(timeline.ListKinds) {
		for _, day := range c.listedDays(kind) {
			g.add(slot, listCounter(kind), dayOf(day), factor)
		}
	}
	for j := range c.series {
		series := &c.series[j]
		g.series[seriesKey{slot, series.Every, series.First, series.Last, int32(series.WorkingDays)}] += factor
		for _, fulfilment := range series.Fulfilled {
			of := daysOf(series, fulfilment, g.days)
			g.duty(slot, of, factor)
			of.FulfilledOn = calendar.Never
			g.duty(slot, of, -factor)
		}
	}
}

func (g *gathering) duty(slot slotKey, of duty.Days, factor int) {
	g.turns = of.Turns(g.turns[:0])
	for _, turn := range g.turns {
		if turn.From != duty.NotOpened {
			g.add(slot, stateCounter(turn.From), turn.On, -factor)
		}
		g.add(slot, stateCounter(turn.To), turn.On, factor)
	}
}

// add leaves out what happens after the last day that may be asked for.
func (g *gathering) add(slot slotKey, which counter, on calendar.Day, change int) {
	if on <= calendar.Last {
		g.cells = append(g.cells, newEvent(slot, which, max(on, 0), change))
	}
}

// finish spreads the series and returns the events summed.
func (g *gathering) finish() gathered {
	for key, count := range g.series {
		if count == 0 {
			continue
		}
		for ordinal := key.first; ordinal <= key.last; ordinal++ {
			period := calendar.Period{Every: key.every, Ordinal: ordinal}
			due := g.days.AddWorkingDays(period.Last(), int(key.workingDays))
			g.duty(key.slot, duty.Days{OpenedOn: period.First(), DueOn: due, FulfilledOn: calendar.Never}, count)
		}
	}
	return gathered{sum(g.cells), sum(g.orders)}
}
