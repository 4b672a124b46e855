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
	// From and To bound the days listed.
	From, To calendar.Day
}

// Count returns how many things a node's listing has.
func (x *Index) Count(place area.Place, scope Scope, listing Listing) int {
	if listing.To < listing.From {
		return 0
	}
	return x.listedBy(place, scope, listing.Kinds, listing.To) - x.listedBy(place, scope, listing.Kinds, listing.From-1)
}

// listedBy counts what is listed on or before a day.
func (x *Index) listedBy(place area.Place, scope Scope, kinds []timeline.ListKind, by calendar.Day) int {
	if by < 0 {
		return 0
	}
	count := 0
	if s := x.sums[place]; s != nil && scope == Subtree {
		for _, kind := range kinds {
			count += s.total[listCounter(kind)].at(by)
		}
		return count
	}
	for _, r := range x.rowsOf(place, scope) {
		for i := range r.cells {
			p := r.parts(i)
			for _, kind := range kinds {
				count += listedUntil(p.listed[kind], by)
			}
		}
	}
	return count
}

// listedUntil counts the days, which are in order, up to a day.
func listedUntil(days []uint16, by calendar.Day) int {
	return sort.Search(len(days), func(i int) bool { return calendar.Day(days[i]) > by })
}

// Newest narrows a listing so that it still holds the newest `wanted` things of
// the days before its last one and all of its last one, and names the
// publishers that have any of them. So a page is read from those publishers
// alone, however many the node has.
func (x *Index) Newest(place area.Place, scope Scope, listing Listing, wanted int) (narrowed Listing, publishers []area.Place) {
	narrowed = listing
	before := x.listedBy(place, scope, listing.Kinds, listing.To-1)
	if x.listedBy(place, scope, listing.Kinds, listing.From-1) < before-wanted {
		// The first day from which on there are no fewer than wanted.
		span := int(listing.To - listing.From)
		days := sort.Search(span, func(i int) bool {
			return before-x.listedBy(place, scope, listing.Kinds, listing.To-2-calendar.Day(i)) >= wanted
		})
		narrowed.From = listing.To - 1 - calendar.Day(days)
	}
	for at, r := range x.rowsOf(place, scope) {
		if r.lists(narrowed) {
			publishers = append(publishers, at)
		}
	}
	return narrowed, publishers
}

// Oldest is Newest the other way round: the listing still holds the oldest `wanted`
// things of the days after its first one and all of its first one.
func (x *Index) Oldest(place area.Place, scope Scope, listing Listing, wanted int) (narrowed Listing, publishers []area.Place) {
	narrowed = listing
	before := x.listedBy(place, scope, listing.Kinds, listing.From)
	if x.listedBy(place, scope, listing.Kinds, listing.To) > before+wanted {
		// The first day up to which there are no fewer than wanted.
		span := int(listing.To - listing.From)
		days := sort.Search(span, func(i int) bool {
			return x.listedBy(place, scope, listing.Kinds, listing.From+1+calendar.Day(i))-before >= wanted
		})
		narrowed.To = listing.From + 1 + calendar.Day(days)
	}
	for at, r := range x.rowsOf(place, scope) {
		if r.lists(narrowed) {
			publishers = append(publishers, at)
		}
	}
	return narrowed, publishers
}

// lists tells whether the row has anything of the listing.
func (r *row) lists(listing Listing) bool {
	for _, kind := range listing.Kinds {
		newest := calendar.Day(r.newest[kind])
		if len(r.listed[kind]) == 0 || newest < listing.From {
			continue
		}
		if newest <= listing.To {
			return true
		}
		for i := range r.cells {
			days := r.parts(i).listed[kind]
			first, _ := slices.BinarySearchFunc(days, listing.From, func(day uint16, from calendar.Day) int { return int(day) - int(from) })
			if first < len(days) && calendar.Day(days[first]) <= listing.To {
				return true
			}
		}
	}
	return false
}
