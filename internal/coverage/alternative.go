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
		next.rows.put(at, x.rows.at(at))
		next.lastIssued.put(at, x.lastIssued.at(at))
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
		before, after := other.gapsOf(at, on), x.gapsOf(at, on)
		for _, standing := range after {
			if _, was := before[standing.EntryCode]; !was {
				opened = append(opened, standing)
			}
		}
		for _, standing := range before {
			if _, is := after[standing.EntryCode]; !is {
				closed = append(closed, standing)
			}
		}
	}
	sortStandings(opened)
	sortStandings(closed)
	return opened, closed
}

func (x *Index) gapsOf(at area.Place, on calendar.Day) map[string]Standing {
	gaps := map[string]Standing{}
	if x.rows.at(at) == nil {
		return gaps
	}
	for _, c := range x.rows.at(at).cells {
		if span := c.spanOn(on); span.Status.Gap() {
			code := x.entries.codes[c.entry]
			gaps[code] = Standing{at, code, span.Status, span.From}
		}
	}
	return gaps
}

func sortStandings(all []Standing) {
	slices.SortFunc(all, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(a.Publisher, b.Publisher), strings.Compare(a.EntryCode, b.EntryCode))
	})
}
