package coverage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Under makes the index under other catalogs or working days, in which the given
// publishers at and below a node have other timelines. Under other working days
// it is about that part of the tree alone: sums of others do not hold any more.
func (x *Index) Under(place area.Place, reference timeline.Reference, changes []Timelines) (*Index, error) {
	next := *x
	next.kept = newKept()
	next.Reference = reference
	if reference.Days == x.Days {
		return next.Apply(changes)
	}
	next.entries, next.rows, next.sums = x.entries.clone(), newByPlace[*row](x.Tree.Size()), newByPlace[*sums](x.Tree.Size())
	next.lastIssued = newByPlace[uint16](x.Tree.Size())
	for at := range x.Tree.Below(place) {
		next.set(at, x.rows.at(at))
	}
	u := newUnpacking(next.entries)
	for _, change := range changes {
		if err := next.put(x.Tree.Find(change.PublisherCode), change, u); err != nil {
			return nil, err
		}
	}
	next.sumAll()
	return &next, nil
}

// UnderLimits makes the index under other limits of some entries, in which the cells of
// these at and below a node are as is derived, where that can be.
func (x *Index) UnderLimits(
	place area.Place, reference timeline.Reference, entries map[string]bool,
	derive func(publisher area.Place, cell *timeline.CellSummary) (under timeline.CellSummary, known bool),
) (*Index, error) {
	next := *x
	next.Reference, next.rows, next.kept = reference, x.rows.next(), newKept()
	var differing []rowChange
	for at, r := range x.rowsOf(place, Subtree) {
		change := rowChange{place: at, level: x.Tree.Node(at).Level}
		for i, c := range r.cells {
			if !entries[x.entries.codes[c.entry]] {
				continue
			}
			was := c.summary(x.entries)
			under, known := derive(at, &was)
			if !known || slices.Equal(under.Duties, was.Duties) {
				continue
			}
			fresh, err := newCell(&under, x.entries)
			if err != nil {
				return nil, err
			}
			changed := *next.rows.at(at)
			changed.cells = slices.Clone(changed.cells)
			changed.cells[i] = fresh
			next.rows.put(at, &changed)
			if err := change.cell(&was, &under, x.entries); err != nil {
				return nil, err
			}
		}
		if !change.empty() {
			differing = append(differing, change)
		}
	}
	next.resum(differing)
	return &next, nil
}

// Against returns the gaps of a node on a day that it has and another index has
// not, and those that the other has and it has not; both by publisher and entry.
// The two are of one tree.
func (x *Index) Against(other *Index, place area.Place, scope Scope, on calendar.Day) (opened, closed []Standing) {
	if !x.Holds(place) || !other.Holds(place) {
		return nil, nil
	}
	for at := range x.Tree.Below(place) {
		if scope == Self && at != place || x.rows.at(at) == other.rows.at(at) {
			continue
		}
		opened = x.gapsBeyond(opened, other, at, on)
		closed = other.gapsBeyond(closed, x, at, on)
	}
	sortStandings(opened)
	sortStandings(closed)
	return opened, closed
}

// gapsBeyond appends the gaps of a publisher on a day that another index has not.
func (x *Index) gapsBeyond(gaps []Standing, other *Index, at area.Place, on calendar.Day) []Standing {
	r := x.rows.at(at)
	if r == nil {
		return gaps
	}
	for i, c := range r.cells {
		if span := c.spanOn(on); span.Status.Gap() {
			code := x.entries.codes[c.entry]
			if !other.isGap(at, i, code, on) {
				gaps = append(gaps, Standing{at, code, span.Status, span.From})
			}
		}
	}
	return gaps
}

// isGap tells whether a cell, which is likely the i-th of its publisher, is a gap.
func (x *Index) isGap(at area.Place, i int, entryCode string, on calendar.Day) bool {
	r := x.rows.at(at)
	if r == nil {
		return false
	}
	is := func(c *cell) bool { return x.entries.codes[c.entry] == entryCode }
	if i >= len(r.cells) || !is(r.cells[i]) {
		i = slices.IndexFunc(r.cells, is)
	}
	return i >= 0 && r.cells[i].statusOn(on).Gap()
}

func sortStandings(all []Standing) {
	slices.SortFunc(all, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(a.Publisher, b.Publisher), strings.Compare(a.EntryCode, b.EntryCode))
	})
}
