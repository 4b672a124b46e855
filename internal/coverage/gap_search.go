package coverage

import (
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// A page of the gaps of a node that keeps sums is found without walking all of its
// cells: by age along the runs that it keeps, by publisher or entry down the tree to
// where its sums have such gaps.

// wantedGaps are the gaps that a filter of statuses, entries and levels wants.
type wantedGaps struct {
	statuses []timeline.Status
	status   [timeline.Statuses]bool
	slots    []bool // by slot; nil where all are wanted
}

var gapStatuses = []timeline.Status{timeline.Missing, timeline.Overdue, timeline.Stale}

func (x *Index) wantedGaps(filter GapFilter) wantedGaps {
	wanted := wantedGaps{statuses: gapStatuses}
	if len(filter.Statuses) > 0 {
		wanted.statuses = slices.DeleteFunc(slices.Clone(gapStatuses), func(status timeline.Status) bool {
			return !slices.Contains(filter.Statuses, status)
		})
	}
	for _, status := range wanted.statuses {
		wanted.status[status] = true
	}
	if len(filter.Categories)+len(filter.Entries)+len(filter.Levels) == 0 {
		return wanted
	}
	wanted.slots = make([]bool, len(x.entries.codes)<<3)
	for id, code := range x.entries.codes {
		for level := range area.Level(area.Levels) {
			wanted.slots[slotOf(entryID(id), level)] = filter.WantsEntry(code, x.Library) && filter.WantsLevel(level)
		}
	}
	return wanted
}

func (w *wantedGaps) has(slot slotKey) bool { return w.slots == nil || w.slots[slot] }

func (w *wantedGaps) hasRun(r run) bool { return w.status[r.status()] && w.has(r.slot()) }

// gapsIn counts the gaps of curves, of the statuses wanted.
func (w *wantedGaps) gapsIn(of *curves, on calendar.Day) (gaps int) {
	for _, status := range w.statuses {
		gaps += of[statusCounter(status)].at(on)
	}
	return gaps
}

// countGaps counts a node's gaps that are wanted.
func (s *sums) countGaps(on calendar.Day, wanted *wantedGaps) (gaps int) {
	if wanted.slots == nil {
		return wanted.gapsIn(s.total, on)
	}
	for i := range s.slots {
		if wanted.has(s.slots[i].key) {
			gaps += wanted.gapsIn(s.slots[i].curves, on)
		}
	}
	return gaps
}

// hasGaps tells whether a node has a gap that is wanted.
func (s *sums) hasGaps(on calendar.Day, wanted *wantedGaps) bool {
	if wanted.slots == nil {
		return wanted.gapsIn(s.total, on) > 0
	}
	return slices.ContainsFunc(s.slots, func(of slot) bool { return wanted.has(of.key) && wanted.gapsIn(of.curves, on) > 0 })
}

// hasGapsOf tells whether a node has one of an entry.
func (s *sums) hasGapsOf(entry entryID, on calendar.Day, wanted *wantedGaps) bool {
	first, _ := slices.BinarySearchFunc(s.slots, slotOf(entry, 0), func(of slot, key slotKey) int { return int(of.key) - int(key) })
	for i := first; i < len(s.slots) && s.slots[i].key.entry() == entry; i++ {
		if wanted.has(s.slots[i].key) && wanted.gapsIn(s.slots[i].curves, on) > 0 {
			return true
		}
	}
	return false
}

// gapSearch looks for a page of the gaps of a node and all below it.
type gapSearch struct {
	x      *Index
	until  Until
	place  area.Place
	on     calendar.Day
	wanted wantedGaps
	keep   keeper
	// beganBy is the last day on which a gap as old as is wanted has begun.
	beganBy calendar.Day
	order   GapOrder
	from    *gapPosition
	back    bool
	found   foremost[Standing] // of which the last tells whether there is more
}

func (x *Index) gapSearch(until Until, place area.Place, on calendar.Day, filter GapFilter, order GapOrder, page Page) *gapSearch {
	g := &gapSearch{
		x: x, until: until, place: place, on: on, wanted: x.wantedGaps(filter), keep: x.gapKeeper(on, filter),
		beganBy: filter.beganBy(on), order: order, back: page.Backwards,
	}
	g.found = foremost[Standing]{most: page.Rows + 1, compare: func(a, b *Standing) int {
		if g.back {
			a, b = b, a
		}
		return compareGaps(order, a, b)
	}}
	if page.From != nil {
		from := x.positionOf(*page.From)
		g.from = &from
	}
	return g
}

// page is what was found, with whether there is more.
func (g *gapSearch) page() (gaps []Standing, more bool) {
	gaps, more = g.found.sorted(), g.found.full()
	if more {
		gaps = gaps[:len(gaps)-1]
	}
	if g.back {
		slices.Reverse(gaps)
	}
	return gaps, more
}

// take keeps a gap if it comes into the page.
func (g *gapSearch) take(gap Standing) {
	if g.from != nil {
		if to := g.from.compare(g.order, &gap); to == 0 || (to < 0) != g.back {
			return
		}
	}
	g.found.take(gap)
}

func (g *gapSearch) has(s *sums) bool { return s.hasGaps(g.on, &g.wanted) }

// younger counts the gaps that would be wanted were they older.
func (g *gapSearch) younger() (gaps int) {
	asked := runsOn(g.on, &g.wanted)
	if asked.first = g.beganBy + 1; asked.first > g.on {
		return 0
	}
	for s := range g.x.runsKept(g.until, g.place, g.has) {
		gaps += s.runs.count(&asked)
	}
	return gaps
}

// byAge goes along the runs that each part of the tree keeps, up to the first that comes
// after the page.
func (g *gapSearch) byAge() {
	asked := runsOn(g.on, &g.wanted)
	asked.last = g.beganBy
	asked.daysDescending, asked.runsDescending = (g.order == NewestFirst) != g.back, g.back
	if g.from != nil && asked.daysDescending {
		asked.last = min(asked.last, g.from.Since)
	} else if g.from != nil {
		asked.first = g.from.Since
	}
	for s := range g.x.runsKept(g.until, g.place, g.has) {
		for since, run := range s.runs.walk(&asked) {
			gap := g.x.standingOf(since, run)
			if g.found.full() && g.found.compare(&gap, g.found.last()) >= 0 {
				break
			}
			g.take(gap)
			if g.found.full() {
				// Nor is a later first day of any use to the parts that follow.
				if last := g.found.last().Since; asked.daysDescending {
					asked.first = last
				} else {
					asked.last = last
				}
			}
		}
	}
}

// byPublisher goes down the tree.
func (g *gapSearch) byPublisher() {
	g.below(g.place, g.from, g.has, func(at area.Place, r *row) {
		for _, c := range r.cells {
			g.cell(at, c)
		}
	})
}

// byEntry goes down the tree once for each entry.
func (g *gapSearch) byEntry() {
	for _, entry := range g.entries() {
		code, from := g.x.entries.codes[entry], g.from
		if g.found.full() {
			return
		}
		if from != nil && from.EntryCode != code {
			if (code < from.EntryCode) != g.back {
				continue
			}
			from = nil
		}
		has := func(s *sums) bool { return s.hasGapsOf(entry, g.on, &g.wanted) }
		g.below(g.place, from, has, func(at area.Place, r *row) {
			if c := r.cell(entry); c != nil {
				g.cell(at, c)
			}
		})
	}
}

// entries are those of which the node has gaps that are wanted, in the order of the page.
func (g *gapSearch) entries() (entries []entryID) {
	for _, of := range g.x.sums.at(g.place).slots {
		if !slices.Contains(entries, of.key.entry()) && g.wanted.has(of.key) && g.wanted.gapsIn(of.curves, g.on) > 0 {
			entries = append(entries, of.key.entry())
		}
	}
	slices.SortFunc(entries, func(a, b entryID) int { return strings.Compare(g.x.entries.codes[a], g.x.entries.codes[b]) })
	if g.back {
		slices.Reverse(entries)
	}
	return entries
}

// below looks at the rows of a node and of all below it, but for parts of the tree whose
// sums have nothing that is wanted and those of which nothing comes into the page.
func (g *gapSearch) below(place area.Place, from *gapPosition, has func(*sums) bool, look func(area.Place, *row)) {
	if least, greatest := g.x.Tree.Bounds(place); g.outside(least, greatest, from) || g.until.Err() != nil {
		return
	}
	s := g.x.sums.at(place)
	if s == nil {
		for at := range g.x.Tree.Below(place) {
			if r := g.x.rows.at(at); r != nil && !g.outside(at, at, from) {
				look(at, r)
			}
		}
		return
	}
	if !has(s) {
		return
	}
	if r := g.x.rows.at(place); r != nil {
		look(place, r)
	}
	children := g.x.children[place]
	for i := range children {
		if g.back {
			i = len(children) - 1 - i
		}
		g.below(children[i], from, has, look)
	}
}

// outside tells whether all publishers from one to another come before the page, which
// begins at a position, or after it.
func (g *gapSearch) outside(least, greatest area.Place, from *gapPosition) bool {
	if g.back {
		return from != nil && least > from.Publisher || g.found.full() && greatest < g.found.last().Publisher
	}
	return from != nil && greatest < from.Publisher || g.found.full() && least > g.found.last().Publisher
}

func (g *gapSearch) cell(at area.Place, c *cell) {
	if !g.keep.place(at) {
		return
	}
	if span := c.spanOn(g.on); g.keep.cell(c.entry, span) {
		g.take(Standing{at, g.x.entries.codes[c.entry], span.Status, span.From})
	}
}
