package coverage

import (
	"iter"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// Until ends a walk before its time, with an error: the context of a request.
type Until interface{ Err() error }

// forever ends nothing.
type forever struct{}

func (forever) Err() error { return nil }

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

// PageOf orders a list and cuts a page out of it: the first so many of those that
// are `after` what came before, of all where that is nil. It keeps no more than the
// page, however long the list is; total counts all of it.
func PageOf[T any](
	until Until, list iter.Seq[T], compare func(a, b T) int, after func(T) bool, first int,
) (page []T, total int, more bool, err error) {
	const least = 1024 // rows that are kept before they are sorted
	kept, most := []T{}, max(2*(first+1), least)
	full := false // kept are the smallest first+1 of those seen, in order, and others
	for item := range list {
		total++
		if after != nil && !after(item) || full && compare(item, kept[first]) >= 0 {
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
