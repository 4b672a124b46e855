package coverage

import (
	"slices"
	"sort"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Listing is a list of what a node's publishers registered, newest first.
type Listing struct {
	Kinds []timeline.ListKind
	// Until is the last day of what is listed by Kinds.
	Until calendar.Day
	// In the parts Whole, of which none holds another, WholeKinds are listed instead, of
	// all days.
	Whole      []Part
	WholeKinds []timeline.ListKind
	// Without are things that the kinds have and that are not listed.
	Without []Unlisted
	// From and To bound the days listed.
	From, To calendar.Day
}

// Unlisted is a thing of a publisher by the kind and the day that it has in its row.
type Unlisted struct {
	Publisher area.Place
	Kind      timeline.ListKind
	On        calendar.Day
}

// Part is a place with all below it, or alone.
type Part struct {
	Place area.Place
	Scope Scope
}

// Within is what of the part lies in another.
func (p Part) Within(tree *area.Tree, place area.Place, scope Scope) (Part, bool) {
	switch {
	case scope == Subtree && tree.Contains(place, p.Place):
		return p, true
	case p.holds(tree, place):
		return Part{place, scope}, true
	}
	return Part{}, false
}

func (p Part) holds(tree *area.Tree, place area.Place) bool {
	return place == p.Place || p.Scope == Subtree && tree.Contains(p.Place, place)
}

// Count returns how many things a node's listing has.
func (x *Index) Count(place area.Place, scope Scope, listing Listing) int {
	if listing.To < listing.From {
		return 0
	}
	return x.listedBy(place, scope, &listing, listing.To) - x.listedBy(place, scope, &listing, listing.From-1)
}

// listedBy counts what is listed on or before a day.
func (x *Index) listedBy(place area.Place, scope Scope, listing *Listing, by calendar.Day) int {
	count := x.listedOfKinds(place, scope, listing.Kinds, min(by, listing.Until))
	for _, part := range listing.Whole {
		if part, ok := part.Within(x.Tree, place, scope); ok {
			count += x.listedOfKinds(part.Place, part.Scope, listing.WholeKinds, by) -
				x.listedOfKinds(part.Place, part.Scope, listing.Kinds, min(by, listing.Until))
		}
	}
	for _, thing := range listing.Without {
		if (Part{place, scope}).holds(x.Tree, thing.Publisher) && listing.has(x.Tree, thing, by) {
			count--
		}
	}
	return count
}

// has tells whether the kinds have a thing on or before a day.
func (l *Listing) has(tree *area.Tree, thing Unlisted, by calendar.Day) bool {
	for _, part := range l.Whole {
		if part.holds(tree, thing.Publisher) {
			return slices.Contains(l.WholeKinds, thing.Kind) && thing.On <= by
		}
	}
	return slices.Contains(l.Kinds, thing.Kind) && thing.On <= min(by, l.Until)
}

func (x *Index) listedOfKinds(place area.Place, scope Scope, kinds []timeline.ListKind, by calendar.Day) int {
	if by < 0 {
		return 0
	}
	count := 0
	if s := x.sumsAt(place, scope); s != nil {
		for _, kind := range kinds {
			count += s.total[listCounter(kind)].at(by)
		}
		return count
	}
	for _, r := range x.rowsOf(place, scope) {
		for _, c := range r.cells {
			for _, kind := range kinds {
				count += countUntil(c.listedDays(kind), by)
			}
		}
	}
	return count
}

// Newest narrows a listing so that it still holds the newest `wanted` things of
// the days before its last one and all of its last one, and names the
// publishers that have any of them. So a page is read from those publishers
// alone, however many the node has; where one has any at most, no day is left out.
func (x *Index) Newest(place area.Place, scope Scope, listing Listing, wanted int) (narrowed Listing, publishers []area.Place) {
	if publishers, few := x.fewListed(place, scope, &listing); few {
		return listing, publishers
	}
	narrowed = listing
	before := x.listedBy(place, scope, &listing, listing.To-1)
	if x.listedBy(place, scope, &listing, listing.From-1) < before-wanted {
		// The first day from which on there are no fewer than wanted.
		span := int(listing.To - listing.From)
		days := sort.Search(span, func(i int) bool {
			return before-x.listedBy(place, scope, &listing, listing.To-2-calendar.Day(i)) >= wanted
		})
		narrowed.From = listing.To - 1 - calendar.Day(days)
	}
	return narrowed, x.listed(place, scope, &narrowed)
}

// fewListed names the publishers of a listing of a small node where there is one at most:
// its page ends where it is full, so that no days need to be left out.
func (x *Index) fewListed(place area.Place, scope Scope, listing *Listing) (publishers []area.Place, few bool) {
	if x.sumsAt(place, scope) != nil {
		return nil, false
	}
	for at, r := range x.rowsOf(place, scope) {
		if !x.lists(at, r, listing) {
			continue
		}
		if publishers != nil {
			return nil, false
		}
		publishers = []area.Place{at}
	}
	return publishers, true
}

// listed names the publishers of a node that have anything of a listing.
func (x *Index) listed(place area.Place, scope Scope, listing *Listing) (publishers []area.Place) {
	for at, r := range x.rowsOf(place, scope) {
		if x.lists(at, r, listing) {
			publishers = append(publishers, at)
		}
	}
	return publishers
}

// Oldest is Newest the other way round: the listing still holds the oldest `wanted`
// things of the days after its first one and all of its first one.
func (x *Index) Oldest(place area.Place, scope Scope, listing Listing, wanted int) (narrowed Listing, publishers []area.Place) {
	if publishers, few := x.fewListed(place, scope, &listing); few {
		return listing, publishers
	}
	narrowed = listing
	before := x.listedBy(place, scope, &listing, listing.From)
	if x.listedBy(place, scope, &listing, listing.To) > before+wanted {
		// The first day up to which there are no fewer than wanted.
		span := int(listing.To - listing.From)
		days := sort.Search(span, func(i int) bool {
			return x.listedBy(place, scope, &listing, listing.From+1+calendar.Day(i))-before >= wanted
		})
		narrowed.To = listing.From + 1 + calendar.Day(days)
	}
	return narrowed, x.listed(place, scope, &narrowed)
}

// lists tells whether the row of a place has anything of the listing.
func (x *Index) lists(at area.Place, r *row, listing *Listing) bool {
	for _, part := range listing.Whole {
		if part.holds(x.Tree, at) {
			return r.lists(listing.WholeKinds, listing.From, listing.To)
		}
	}
	return r.lists(listing.Kinds, listing.From, min(listing.To, listing.Until))
}

func (r *row) lists(kinds []timeline.ListKind, from, to calendar.Day) bool {
	for _, kind := range kinds {
		newest := calendar.Day(r.last[kind]) - 1
		if r.last[kind] == 0 || newest < from {
			continue
		}
		if newest <= to {
			return true
		}
		for _, c := range r.cells {
			days := c.listedDays(kind)
			first := countUntil(days, from-1)
			if first < len(days) && calendar.Day(days[first]) <= to {
				return true
			}
		}
	}
	return false
}
