package coverage

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// row is one publisher's timelines and orders.
type row struct {
	cells []*cell // by entry code
	// entries are those of the cells, together in memory to search through.
	entries *[]entryID
	last    [timeline.ListKinds]uint16 // one more than the last day of what is listed, 0 where nothing is
	orders  *orders                    // nil where there are none
}

// orders are those to one publisher, newest first.
type orders struct {
	summaries []order.Summary
	issued    []uint16 // the days on which they were, together in memory to search through
}

// unpacking is what rows have in common while an index is made or changed.
type unpacking struct {
	entries *entryTable
	// cells are by the form of their row, which another release may have written, and by
	// what they are packed as: what is packed the same becomes one cell.
	cells map[byte]map[string]*cell
	// lists are lists of entries; most rows have one of a few.
	lists map[string]*[]entryID
	// Of the row under way.
	row  []*cell
	list []byte
}

func newUnpacking(entries *entryTable) *unpacking {
	return &unpacking{entries: entries, cells: map[byte]map[string]*cell{}, lists: map[string]*[]entryID{}}
}

// listOf are the entries of the row under way.
func (u *unpacking) listOf() *[]entryID {
	u.list = u.list[:0]
	for _, c := range u.row {
		u.list = binary.NativeEndian.AppendUint16(u.list, uint16(c.entry))
	}
	if list := u.lists[string(u.list)]; list != nil {
		return list
	}
	list := make([]entryID, len(u.row))
	for i, c := range u.row {
		list[i] = c.entry
	}
	u.lists[string(u.list)] = &list
	return &list
}

// rowOf unpacks a publisher's timelines and orders. Cells that are as they were in the row
// before, nil where there was none, stay those.
func (u *unpacking) rowOf(t *Timelines, before *row) (*row, error) {
	r := &row{}
	u.row = u.row[:0]
	var beyond, err error
	if r.orders, err = newOrders(t.Orders); err != nil {
		return nil, err
	}
	var cells map[string]*cell
	if len(t.Packed) > 0 {
		form := t.Packed[0]
		if cells = u.cells[form]; cells == nil {
			cells = map[string]*cell{}
			u.cells[form] = cells
		}
	}
	err = t.Packed.Each(func(summary *timeline.CellSummary, packed []byte) {
		for kind, days := range summary.Listed {
			if len(days) > 0 {
				r.last[kind] = max(r.last[kind], uint16(days[len(days)-1])+1)
			}
		}
		c := cells[string(packed)]
		if c == nil {
			var fault error
			if c, fault = newCell(summary, u.entries); fault != nil {
				beyond = fmt.Errorf("%s: %w", summary.EntryCode, fault)
				return
			}
			if was := before.cell(c.entry); was != nil && was.equal(c) {
				c = was
			}
			cells[string(packed)] = c
		}
		u.row = append(u.row, c)
	})
	r.cells, r.entries = append(make([]*cell, 0, len(u.row)), u.row...), u.listOf()
	return r, cmp.Or(err, beyond)
}

func newOrders(packed order.Packed) (*orders, error) {
	summaries, err := packed.Unpack()
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	if len(summaries) == 0 {
		return nil, nil
	}
	o := &orders{summaries, make([]uint16, len(summaries))}
	for i := range summaries {
		o.issued[i] = uint16(summaries[i].IssuedOn)
	}
	return o, nil
}

// cell is the one of an entry, nil where there is none.
func (r *row) cell(entry entryID) *cell {
	if r == nil {
		return nil
	}
	if i := slices.Index(*r.entries, entry); i >= 0 {
		return r.cells[i]
	}
	return nil
}

// summaries are the orders, newest first.
func (r *row) summaries() []order.Summary {
	if r == nil || r.orders == nil {
		return nil
	}
	return r.orders.summaries
}

// rowChange is a row that has become another: the cells that it had and has, where
// they differ.
type rowChange struct {
	place      area.Place
	level      area.Level
	gone, come []*cell
	// The orders that it had and has, where they differ.
	ordersGone, ordersCome []order.Summary
}

func (c *rowChange) empty() bool {
	return len(c.gone)+len(c.come)+len(c.ordersGone)+len(c.ordersCome) == 0
}

// cell notes what of a cell that has other spans, and other days of as many duties, comes
// to other figures.
func (c *rowChange) cell(before, after *timeline.CellSummary, entries *entryTable) error {
	gone, come := timeline.CellSummary{EntryCode: before.EntryCode}, timeline.CellSummary{EntryCode: before.EntryCode}
	if !slices.Equal(before.Spans, after.Spans) {
		gone.Spans, come.Spans = before.Spans, after.Spans
	}
	var turnsBefore, turnsAfter [3]duty.Turn
	for i, was := range before.Duties {
		if is := after.Duties[i]; !slices.Equal(was.Turns(turnsBefore[:0]), is.Turns(turnsAfter[:0])) {
			gone.Duties, come.Duties = append(gone.Duties, was), append(come.Duties, is)
		}
	}
	if len(gone.Spans)+len(come.Spans)+len(gone.Duties) == 0 {
		return nil
	}
	cellGone, err := newCell(&gone, entries)
	if err != nil {
		return err
	}
	cellCome, err := newCell(&come, entries)
	c.gone, c.come = append(c.gone, cellGone), append(c.come, cellCome)
	return err
}

// changeOf finds the cells in which two rows, either of which may be nil, differ.
func changeOf(before, after *row) (gone, come []*cell) {
	without := func(r, other *row) (differing []*cell) {
		if r == nil {
			return nil
		}
		for _, c := range r.cells {
			if there := other.cell(c.entry); there == nil || !there.equal(c) {
				differing = append(differing, c)
			}
		}
		return differing
	}
	return without(before, after), without(after, before)
}

// count adds the figures of all cells of a day.
func (r *row) count(on calendar.Day, days *calendar.Calendar, figures *Figures) {
	for _, c := range r.cells {
		c.count(on, days, figures)
	}
}

// countCells adds the figures of all cells of a day without those of duties.
func (r *row) countCells(on calendar.Day, figures *Figures) {
	for _, c := range r.cells {
		figures.Cells[c.statusOn(on)]++
	}
	figures.Cells[timeline.NotInForce] = 0
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
