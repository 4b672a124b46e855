package coverage

import (
	"iter"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// Until ends a walk before its time, with an error: the context of a request.
type Until interface{ Err() error }

// walkedAtOnce is how many publishers are walked between two looks at what may
// end the walk: about a tenth of a millisecond.
const walkedAtOnce = 256

// walk is rowsFrom for what goes through the rows of any node. Who has walked looks
// whether the walk was ended before the answer is used.
func (x *Index) walk(until Until, place area.Place, scope Scope, from area.Place) iter.Seq2[area.Place, *row] {
	return func(yield func(area.Place, *row) bool) {
		walked := 0
		for at, r := range x.rowsFrom(place, scope, from) {
			if walked++; walked%walkedAtOnce == 0 && until.Err() != nil {
				return
			}
			if !yield(at, r) {
				return
			}
		}
	}
}

// walkPublishers is walk for the publishers of some codes alone; nil are all.
func (x *Index) walkPublishers(until Until, place area.Place, scope Scope, codes []string) iter.Seq2[area.Place, *row] {
	if len(codes) == 0 {
		return x.walk(until, place, scope, 0)
	}
	return func(yield func(area.Place, *row) bool) {
		places := make([]area.Place, 0, len(codes))
		for _, code := range codes {
			if at := x.Tree.Find(code); at != area.Nowhere && (Part{place, scope}).holds(x.Tree, at) {
				places = append(places, at)
			}
		}
		slices.Sort(places)
		for _, at := range slices.Compact(places) {
			if r := x.rowAt(at); r != nil && !yield(at, r) {
				return
			}
		}
	}
}

// Way is from where and to where a page is cut out of a list.
type Way[T any] struct {
	// From tells how a row compares to the position at which the page begins; nil
	// begins at an end of the list.
	From func(T) int
	// Backwards: the page is of the rows before the position.
	Backwards bool
}

// PageOf orders a list and cuts a page out of it, of so many rows at the most. It
// keeps no more than the page, however long the list is; total counts all of it.
func PageOf[T any](
	until Until, list iter.Seq[T], compare func(a, b T) int, way Way[T], rows int,
) (page []T, total int, more bool, err error) {
	if !way.Backwards {
		return pageAfter(until, list, compare, way.From, rows)
	}
	var from func(T) int
	if way.From != nil {
		from = func(row T) int { return -way.From(row) }
	}
	page, total, more, err = pageAfter(until, list, func(a, b T) int { return compare(b, a) }, from, rows)
	slices.Reverse(page)
	return page, total, more, err
}

func pageAfter[T any](
	until Until, list iter.Seq[T], compare func(a, b T) int, from func(T) int, first int,
) (page []T, total int, more bool, err error) {
	const least = 1024 // rows that are kept before they are sorted
	kept, most := []T{}, max(2*(first+1), least)
	full := false // kept are the smallest first+1 of those seen, in order, and others
	for item := range list {
		total++
		if from != nil && from(item) <= 0 || full && compare(item, kept[first]) >= 0 {
			continue
		}
		if kept = append(kept, item); len(kept) == most {
			slices.SortFunc(kept, compare)
			clear(kept[first+1:])
			kept, full = kept[:first+1], true
		}
	}
	if err := until.Err(); err != nil {
		return nil, 0, false, err
	}
	slices.SortFunc(kept, compare)
	return slices.Clip(kept[:min(first, len(kept))]), total, len(kept) > first, nil
}
