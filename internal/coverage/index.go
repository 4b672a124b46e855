package coverage

import (
	"fmt"
	"iter"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// large is from what size on a node keeps what it is asked for often. Below it, going
// through its rows costs less than it would to keep it.
type large struct {
	sums int // publishers with cells, of nodes that keep sums
	runs int // cells, of those that keep runs besides
}

var asLarge = large{sums: 64, runs: 4096}

// rebuildFrom is the part of all cells, an eighth, from which on sums are
// recomputed: a changed cell enters the sums of every node above it, taken out and put
// in, where a new sum is made of those below it.
const rebuildFrom = 8

// Index holds the timelines of all publishers and the sums of the larger nodes.
type Index struct {
	timeline.Reference
	entries *entryTable
	rows    byPlace[*row]  // nil where nothing is known
	cells   int            // of all rows
	sums    byPlace[*sums] // nil where a node's rows are counted
	large   large
	// cellsBelow is, by place, how many cells the node and all below it had when the
	// sums were made last: what walking them costs.
	cellsBelow []int32
	// children are, by place, those by the tree's own parents.
	children [][]area.Place
	// lastIssued are the days of issue of the newest orders, 0 where there are
	// none: together in memory, where a look at each row takes ten times as long.
	lastIssued byPlace[uint16]
	kept       *kept
	// held are, by place, those whose timelines are held, with all below them; nil where
	// all are. What is asked about others is noted (recalled.go).
	held   []bool
	beyond *beyond
}

// Timelines are one publisher's timelines and orders as stored; Packed is nil where
// they are to be taken out.
type Timelines struct {
	PublisherCode string
	Packed        timeline.Packed
	Orders        order.Packed
}

// New makes an index of all timelines. It keeps nothing of their bytes.
func New(reference timeline.Reference, timelines iter.Seq[Timelines]) (*Index, error) {
	return newIndex(reference, timelines, asLarge)
}

func newIndex(reference timeline.Reference, timelines iter.Seq[Timelines], large large) (*Index, error) {
	x := &Index{
		Reference: reference,
		large:     large,
		entries:   &entryTable{ids: map[string]entryID{}},
		rows:      newByPlace[*row](reference.Tree.Size()),
		sums:      newByPlace[*sums](reference.Tree.Size()),
		kept:      newKept(),

		lastIssued: newByPlace[uint16](reference.Tree.Size()),
	}
	u := newUnpacking(x.entries)
	for t := range timelines {
		if err := x.put(x.Tree.Find(t.PublisherCode), t, u); err != nil {
			return nil, err
		}
	}
	x.sumAll()
	return x, nil
}

// WithReference makes the index of the same timelines under other nodes,
// catalogs or working days, of all that is held.
func (x *Index) WithReference(reference timeline.Reference) *Index {
	if x.held != nil {
		panic("coverage: an index of parts is put under another reference")
	}
	next := &Index{
		Reference: reference, large: x.large, entries: x.entries,
		rows: newByPlace[*row](reference.Tree.Size()), sums: newByPlace[*sums](reference.Tree.Size()), kept: newKept(),
		lastIssued: newByPlace[uint16](reference.Tree.Size()),
	}
	for place := range area.Place(x.Tree.Size()) {
		r := x.rows.at(place)
		if r == nil {
			continue
		}
		if now := reference.Tree.Find(x.Tree.Node(place).Code); now != area.Nowhere {
			next.set(now, r)
		}
	}
	next.sumAll()
	return next
}

// Entries returns how many codes of entries there are.
func (x *Index) Entries() int { return len(x.entries.codes) }

// CellsBelow returns about how many cells a node and all below it have.
func (x *Index) CellsBelow(place area.Place) int { return int(x.cellsBelow[place]) }

// Apply makes the index in which the given publishers have other timelines.
func (x *Index) Apply(changes []Timelines) (*Index, error) {
	if len(changes) == 0 {
		return x, nil
	}
	next := &Index{
		Reference: x.Reference, large: x.large, entries: x.entries.clone(), rows: x.rows.next(), sums: x.sums, cells: x.cells,
		cellsBelow: x.cellsBelow, children: x.children, kept: newKept(), held: x.held, beyond: x.beyond,
		lastIssued: x.lastIssued.next(),
	}
	before, u := map[area.Place]*row{}, newUnpacking(next.entries)
	for _, t := range changes {
		place := x.Tree.Find(t.PublisherCode)
		if place != area.Nowhere {
			before[place] = x.rows.at(place)
		}
		if err := next.put(place, t, u); err != nil {
			return nil, err
		}
	}
	differing, cells := make([]rowChange, 0, len(before)), 0
	for place, row := range before {
		change := rowChange{place: place, level: x.Tree.Node(place).Level}
		change.gone, change.come = changeOf(row, next.rows.at(place))
		change.ordersGone, change.ordersCome = changeOfOrders(row, next.rows.at(place))
		next.cells += len(change.come) - len(change.gone)
		cells += len(change.come) + len(change.gone)
		differing = append(differing, change)
	}
	if cells > next.cells/rebuildFrom {
		next.sums = newByPlace[*sums](x.Tree.Size())
		next.sumAll()
		return next, nil
	}
	next.resum(differing)
	return next, nil
}

// put sets a publisher's timelines at its place; those of an unknown one go nowhere.
func (x *Index) put(place area.Place, t Timelines, u *unpacking) error {
	if place == area.Nowhere {
		return nil
	}
	if t.Packed == nil {
		x.set(place, nil)
		return nil
	}
	r, err := u.rowOf(&t, x.rows.at(place))
	if err != nil {
		return fmt.Errorf("timelines of %s: %w", t.PublisherCode, err)
	}
	x.set(place, r)
	return nil
}

func (x *Index) set(place area.Place, r *row) {
	x.rows.put(place, r)
	x.lastIssued.put(place, r.lastIssued())
}

// Scope is whose cells a question is about.
type Scope uint8

// The scopes.
const (
	Subtree Scope = iota // the node and all below it
	Self                 // the node's own
)

// At returns the figures of a node on a day.
func (x *Index) At(place area.Place, scope Scope, on calendar.Day) Figures {
	if s := x.sumsAt(place, scope); s != nil {
		return s.total.on(on)
	}
	var figures Figures
	for _, r := range x.rowsOf(place, scope) {
		r.count(on, x.Days, &figures)
	}
	return figures
}

// Trend returns the figures of a node on each of several days.
func (x *Index) Trend(place area.Place, scope Scope, days []calendar.Day) []Figures {
	total := x.total(place, scope, len(days))
	trend := make([]Figures, len(days))
	for i, on := range days {
		if total != nil {
			trend[i] = total.on(on)
		} else {
			trend[i] = x.At(place, scope, on)
		}
	}
	return trend
}

// total returns the node's total curves where it keeps them or where so many
// days are asked for that making them costs less than counting each day.
func (x *Index) total(place area.Place, scope Scope, days int) *curves {
	const worthMaking = 16
	if s := x.sumsAt(place, scope); s != nil {
		return s.total
	}
	if days < worthMaking {
		return nil
	}
	g := newGathering(x.Days)
	for at, r := range x.rowsOf(place, scope) {
		g.row(r, x.Tree.Node(at).Level)
	}
	return (*sums)(nil).with(g.finish()).total
}

// rowsOf walks the rows of a node, by code.
func (x *Index) rowsOf(place area.Place, scope Scope) iter.Seq2[area.Place, *row] {
	return x.rowsFrom(place, scope, 0)
}

func (x *Index) rowsFrom(place area.Place, scope Scope, from area.Place) iter.Seq2[area.Place, *row] {
	return func(yield func(area.Place, *row) bool) {
		if scope == Self {
			if r := x.rowAt(place); r != nil && place >= from {
				yield(place, r)
			}
			return
		}
		if !x.Holds(place) {
			return
		}
		for at := range x.Tree.BelowFrom(place, from) {
			if r := x.rows.at(at); r != nil && !yield(at, r) {
				return
			}
		}
	}
}

// Slot is the figures of an entry at a level.
type Slot struct {
	EntryCode string
	Level     area.Level
	Figures   Figures
}

// Slots returns a node's figures by entry and level; rows of zeros are left out.
func (x *Index) Slots(place area.Place, scope Scope, on calendar.Day) []Slot {
	var slots []Slot
	if s := x.sumsAt(place, scope); s != nil {
		for i := range s.slots {
			if figures := s.slots[i].curves.on(on); !figures.Zero() {
				slots = append(slots, Slot{x.entries.codes[s.slots[i].key.entry()], s.slots[i].key.level(), figures})
			}
		}
		return slots
	}
	counted := map[slotKey]*Figures{}
	for at, r := range x.rowsOf(place, scope) {
		level := x.Tree.Node(at).Level
		for _, c := range r.cells {
			key := slotOf(c.entry, level)
			if counted[key] == nil {
				counted[key] = &Figures{}
			}
			c.count(on, x.Days, counted[key])
		}
	}
	for key, figures := range counted {
		if !figures.Zero() {
			slots = append(slots, Slot{x.entries.codes[key.entry()], key.level(), *figures})
		}
	}
	return slots
}

// SameAt tells whether the figures of a node and all below it are those of an earlier
// index, as far as that is seen without counting them.
func (x *Index) SameAt(place area.Place, earlier *Index) bool {
	if x == earlier {
		return true
	}
	if x.Tree != earlier.Tree || x.Days != earlier.Days || x.Library != earlier.Library {
		return false
	}
	if !x.Holds(place) || !earlier.Holds(place) {
		return false
	}
	if x.sums.at(place) != nil && x.sums.at(place) == earlier.sums.at(place) {
		return true
	}
	for at := range x.Tree.BelowFrom(place, 0) {
		if x.rows.at(at) != earlier.rows.at(at) {
			return false
		}
	}
	return true
}
