package coverage

import (
	"fmt"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// entryID numbers entry codes within an index. It is not in their order.
type entryID uint16

// row is one publisher's timelines. Cells are by entry code; the spans, duties
// and series of all cells lie one after the other, so that a publisher takes a
// handful of allocations.
type row struct {
	cells  []cell
	spans  []timeline.Span
	duties []duty.Days
	series []timeline.SeriesSummary
	listed [timeline.ListKinds][]uint16 // days, as numbers
	newest [timeline.ListKinds]uint16   // the last of them
	orders []order.Summary              // newest first
	issued []uint16                     // the days on which they were, together in memory to search through
}

// cell says where a cell's parts end in its row; they begin where those of the
// cell before end.
type cell struct {
	entry                          entryID
	spansEnd, dutiesEnd, seriesEnd int32
	listedEnd                      [timeline.ListKinds]int32
}

// newRow unpacks a publisher's timelines and orders.
func newRow(t *Timelines, entries *entryTable) (*row, error) {
	orders, err := t.Orders.Unpack()
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	r := &row{orders: orders, issued: make([]uint16, len(orders))}
	for i := range orders {
		r.issued[i] = uint16(orders[i].IssuedOn)
	}
	err = t.Packed.Each(func(summary *timeline.CellSummary) {
		r.spans = append(r.spans, summary.Spans...)
		r.duties = append(r.duties, summary.Duties...)
		r.series = append(r.series, summary.Series...)
		c := cell{
			entry:     entries.id(summary.EntryCode),
			spansEnd:  int32(len(r.spans)),
			dutiesEnd: int32(len(r.duties)),
			seriesEnd: int32(len(r.series)),
		}
		for kind, days := range summary.Listed {
			for _, day := range days {
				r.listed[kind] = append(r.listed[kind], uint16(day))
				r.newest[kind] = max(r.newest[kind], uint16(day))
			}
			c.listedEnd[kind] = int32(len(r.listed[kind]))
		}
		r.cells = append(r.cells, c)
	})
	return r, err
}

// parts are one cell's share of its row.
type parts struct {
	entry  entryID
	spans  []timeline.Span
	duties []duty.Days
	series []timeline.SeriesSummary
	listed [timeline.ListKinds][]uint16
}

func (r *row) parts(i int) parts {
	var from cell
	if i > 0 {
		from = r.cells[i-1]
	}
	to := r.cells[i]
	p := parts{
		entry: to.entry, spans: r.spans[from.spansEnd:to.spansEnd],
		duties: r.duties[from.dutiesEnd:to.dutiesEnd], series: r.series[from.seriesEnd:to.seriesEnd],
	}
	for kind := range p.listed {
		p.listed[kind] = r.listed[kind][from.listedEnd[kind]:to.listedEnd[kind]]
	}
	return p
}

// spansOf are those of one cell.
func (r *row) spansOf(i int) []timeline.Span {
	if i == 0 {
		return r.spans[:r.cells[0].spansEnd]
	}
	return r.spans[r.cells[i-1].spansEnd:r.cells[i].spansEnd]
}

// rowChange is a row that has become another: the cells that it had and has, where
// they differ.
type rowChange struct {
	place      area.Place
	level      area.Level
	gone, come []parts
	// The orders that it had and has, where they differ.
	ordersGone, ordersCome []order.Summary
}

func (c *rowChange) empty() bool {
	return len(c.gone)+len(c.come)+len(c.ordersGone)+len(c.ordersCome) == 0
}

// changeOf finds the cells in which two rows, either of which may be nil, differ.
func changeOf(before, after *row) (gone, come []parts) {
	count := func(r *row) int {
		if r == nil {
			return 0
		}
		return len(r.cells)
	}
	stays := map[entryID]parts{}
	for i := range count(after) {
		p := after.parts(i)
		stays[p.entry] = p
	}
	for i := range count(before) {
		p := before.parts(i)
		if now, there := stays[p.entry]; there && p.equal(&now) {
			delete(stays, p.entry)
		} else {
			gone = append(gone, p)
		}
	}
	return gone, slices.Collect(maps.Values(stays))
}

func (p *parts) equal(other *parts) bool {
	for kind := range p.listed {
		if !slices.Equal(p.listed[kind], other.listed[kind]) {
			return false
		}
	}
	return p.entry == other.entry && slices.Equal(p.spans, other.spans) && slices.Equal(p.duties, other.duties) &&
		slices.EqualFunc(p.series, other.series, func(a, b timeline.SeriesSummary) bool {
			return a.Every == b.Every && a.First == b.First && a.Last == b.Last && a.WorkingDays == b.WorkingDays &&
				slices.Equal(a.Fulfilled, b.Fulfilled)
		})
}

// count adds the figures of all cells of a day.
func (r *row) count(on calendar.Day, days *calendar.Calendar, figures *Figures) {
	for i := range r.cells {
		p := r.parts(i)
		p.count(on, days, figures)
	}
}

// countCells adds the figures of all cells of a day without those of duties.
func (r *row) countCells(on calendar.Day, figures *Figures) {
	from := int32(0)
	for i := range r.cells {
		// Days that are asked for lie mostly near the end.
		span := r.cells[i].spansEnd - 1
		for span >= from && r.spans[span].From > on {
			span--
		}
		if span >= from {
			figures.Cells[r.spans[span].Status]++
		}
		from = r.cells[i].spansEnd
	}
	figures.Cells[timeline.NotInForce] = 0
}

// count adds the cell's figures of a day.
func (p *parts) count(on calendar.Day, days *calendar.Calendar, figures *Figures) {
	if status := timeline.StatusOn(p.spans, on); status != timeline.NotInForce {
		figures.Cells[status]++
	}
	for i := range p.duties {
		if state := p.duties[i].StateOn(on); state != duty.NotOpened {
			figures.Duties[state]++
		}
	}
	for i := range p.series {
		countSeries(&p.series[i], on, days, figures)
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

// entryTable gives entry codes their numbers. It grows while an index is made
// or changed, and only then.
type entryTable struct {
	codes []string
	ids   map[string]entryID
}

func (t *entryTable) id(code string) entryID {
	if id, ok := t.ids[code]; ok {
		return id
	}
	id := entryID(len(t.codes))
	t.codes = append(t.codes, code)
	t.ids[code] = id
	return id
}

func (t *entryTable) clone() *entryTable {
	c := &entryTable{codes: append([]string(nil), t.codes...), ids: make(map[string]entryID, len(t.ids))}
	for code, id := range t.ids {
		c.ids[code] = id
	}
	return c
}
