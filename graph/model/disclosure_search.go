package model

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// manyPublishers is how many a list is read from one by one, by what each has: those of
// a county with its villages.
const manyPublishers = 500

// searched tells whether a list is searched for among the documents of all: whether it
// is one of very many publishers. Without a filter the index in memory knows which of
// these have what, which is as quick but where they are the nation's. What was known is
// read from other rows, which no such index is on.
func (v *View) searched(keys []listKey, asked *DisclosureFilter, narrows bool) bool {
	cells := asked.cells()
	if len(keys) != 1 || keys[0].scope != coverage.Subtree || cells.ofSome() || v.now != nil {
		return false
	}
	place := keys[0].place
	return v.Index.Tree.CountBelow(place) > manyPublishers &&
		(narrows || v.mostOf(place) && (len(v.seenWhole()) == 0 || v.SeesAll()))
}

// mostOf tells whether a node has most of all publishers below it.
func (v *View) mostOf(place area.Place) bool {
	return 2*v.Index.Tree.CountBelow(place) > v.Index.Tree.Size()
}

// search is what is searched for of a node. Those of its publishers of which the viewer
// sees what is hidden, where that is not all there are, are listed by themselves: the
// index of titles would tell by its time what others hide.
func (v *View) search(place area.Place, listing coverage.Listing) (search store.Search, whole store.List) {
	tree := v.Index.Tree
	var apart []bool
	search = store.Search{Days: calendar.Span{From: listing.From, To: listing.To}, All: v.byDatabase || v.SeesAll()}
	if !search.All {
		apart = make([]bool, tree.Size())
		for _, part := range listing.Whole {
			part, ok := part.Within(tree, place, coverage.Subtree)
			if !ok {
				continue
			}
			below := []area.Place{part.Place}
			if part.Scope == coverage.Subtree {
				below = slices.Collect(tree.Below(part.Place))
			}
			for _, at := range below {
				apart[at] = true
				whole.Publishers = append(whole.Publishers, tree.Node(at).Code)
			}
		}
		whole.Days = search.Days
	}
	others := func(at area.Place) bool { return len(apart) == 0 || !apart[at] }
	search.Holds = func(publisher string) bool {
		at := tree.Find(publisher)
		return at != area.Nowhere && tree.Contains(place, at) && others(at)
	}
	if v.mostOf(place) {
		return search, whole
	}
	search.Narrow = func(days calendar.Span, oldestFirst bool, wanted int) store.List {
		listing := listing
		listing.From, listing.To = days.From, days.To
		narrow := v.registered().Newest
		if oldestFirst {
			narrow = v.registered().Oldest
		}
		narrowed, places := narrow(place, coverage.Subtree, listing, wanted)
		list := store.List{Days: calendar.Span{From: narrowed.From, To: narrowed.To}}
		for _, at := range places {
			if others(at) {
				list.Publishers = append(list.Publishers, tree.Node(at).Code)
			}
		}
		return list
	}
	return search, whole
}

// searchPage reads a page of what is searched for; not found where each publisher is to
// be looked at.
func (v *View) searchPage(
	ctx context.Context, place area.Place, listing coverage.Listing, filter store.DisclosureFilter, page store.Page,
) (documents []disclosure.Disclosure, found bool, err error) {
	search, whole := v.search(place, listing)
	documents, found, err = v.store.SearchPage(ctx, search, filter, page)
	if err != nil || !found || len(whole.Publishers) == 0 {
		return documents, found, err
	}
	whole.Days = page.Onwards(whole.Days)
	pages, err := v.store.DisclosurePages(ctx, []store.List{whole}, filter, page)
	documents = append(documents, pages[0]...)
	slices.SortFunc(documents, func(a, b disclosure.Disclosure) int {
		if page.OldestFirst {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(b.ListedOn(), a.ListedOn()), strings.Compare(a.Ref, b.Ref))
	})
	return documents[:min(len(documents), page.First)], true, err
}

// searchCount counts what is searched for; not found where each publisher is to be
// looked at.
func (v *View) searchCount(
	ctx context.Context, place area.Place, listing coverage.Listing, filter store.DisclosureFilter,
) (count int, found bool, err error) {
	search, whole := v.search(place, listing)
	count, found, err = v.store.SearchCount(ctx, search, filter)
	if err != nil || !found || len(whole.Publishers) == 0 {
		return count, found, err
	}
	counts, err := v.store.DisclosureCounts(ctx, []store.List{whole}, filter)
	return count + counts[0], true, err
}
