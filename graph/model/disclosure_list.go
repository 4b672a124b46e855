package model

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// DisclosureFilter narrows a list of disclosures.
type DisclosureFilter struct {
	Categories []string
	Entries    []string
	Levels     []area.Level
	Publishers []string
	Attributes []disclosure.Attribute
	Period     *string
	From, To   *calendar.Day
	Title      *string
}

// cells are the entries and publishers that it wants.
func (f *DisclosureFilter) cells() CellFilter {
	return CellFilter{f.Categories, f.Entries, f.Levels, f.Publishers}
}

// mostCodes is how long all codes of one kind in a filter may be together.
const mostCodes = 5000

// filterKey checks the filter and writes it as text, so that equal filters are equal keys.
func (v *View) filterKey(f *DisclosureFilter) (string, error) {
	if f == nil {
		return "", nil
	}
	if f.Title != nil {
		if err := checkText("title", *f.Title, mostSearch); err != nil {
			return "", err
		}
	}
	cells := f.cells()
	if err := cmp.Or(cells.check(v), spanGiven(f.From, f.To)); err != nil {
		return "", err
	}
	if f.Period != nil {
		var found rule.Findings
		if disclosure.CheckPeriod(&found, *f.Period); len(found) > 0 {
			return "", found.Refused()
		}
	}
	return textOf(f), nil
}

// filter reads back what filterKey wrote, and shows the caller only what it may see of
// lists of some nodes.
func (v *View) filter(key string, places []area.Place) (asked DisclosureFilter, filter store.DisclosureFilter) {
	filter.PublicBy, filter.Sees, filter.Withheld = v.Today, v.listed, slices.Sorted(maps.Keys(v.withheld.below(places...)))
	asked = filterOf[DisclosureFilter](key)
	filter.Entries, filter.Attributes = v.entriesOf(asked.cells()), asked.Attributes
	filter.Period, filter.Title = valueOrZero(asked.Period), valueOrZero(asked.Title)
	return asked, filter
}

// DisclosureConnection is a page of disclosures.
type DisclosureConnection struct {
	view     *View
	key      listKey
	PageInfo PageInfo
	Edges    []DisclosureEdge
}

// DisclosureEdge is a disclosure in a page.
type DisclosureEdge struct {
	Cursor string
	Node   *Disclosure
}

// listKey checks what is asked of a list.
func (n *Administrative) listKey(
	of string, filter *DisclosureFilter, orderBy *ListOrder, ask cursor.Ask, scope *coverage.Scope,
) (key listKey, list cursor.List, asked cursor.Wanted, err error) {
	key = listKey{place: n.place, scope: scopeOf(scope)}
	if key.question.filter, err = n.view.filterKey(filter); err != nil {
		return key, list, asked, err
	}
	oldestFirst := valueOrZero(orderBy) == ListOrderOldestFirst
	list = cursor.Of(cursor.ByDay, of, n.Code, key.scope, key.question.filter, oldestFirst)
	asked, err = key.question.page(list, oldestFirst, ask)
	return key, list, asked, err
}

// Disclosures lists the node's disclosures.
func (n *Administrative) Disclosures(
	ctx context.Context,
	filter *DisclosureFilter,
	orderBy *ListOrder,
	first *int,
	after *string,
	last *int,
	before *string,
	scope *coverage.Scope,
) (*DisclosureConnection, error) {
	ask := cursor.Ask{First: first, After: after, Last: last, Before: before}
	key, list, asked, err := n.listKey("disclosures", filter, orderBy, ask, scope)
	if err != nil {
		return nil, err
	}
	documents, err := n.view.loaders.lists.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	connection := &DisclosureConnection{view: n.view, key: key}
	connection.Edges, connection.PageInfo = paged(documents, asked,
		func(d *disclosure.Disclosure) string { return list.Make(opaque.Day(d.ListedOn()), d.Ref) },
		func(cursor string, d disclosure.Disclosure) DisclosureEdge {
			return DisclosureEdge{cursor, &Disclosure{n.view, d}}
		})
	return connection, nil
}

// TotalCount counts what the caller may see.
func (c *DisclosureConnection) TotalCount(ctx context.Context) (int, error) {
	key := c.key
	key.question = question{filter: key.question.filter} // all of the list, on whichever page
	return c.view.loaders.counts.Load(ctx, key)
}

// documents is the listing of documents of some nodes that the caller may see.
func (v *View) documents(filter DisclosureFilter, places []area.Place) coverage.Listing {
	return filter.within(v.listing(places...))
}

// within narrows a listing to the days of the filter.
func (f *DisclosureFilter) within(listing coverage.Listing) coverage.Listing {
	if f.From != nil {
		listing.From = *f.From
	}
	if f.To != nil {
		listing.To = min(listing.To, *f.To)
	}
	return listing
}

func (l *loaders) readLists(ctx context.Context, q question, keys []listKey) ([][]disclosure.Disclosure, error) {
	page := storePage(q)
	places := placesOf(keys)
	asked, filter := l.view.filter(q.filter, places)
	listing := l.view.documents(asked, places)
	if l.view.searched(keys, &asked, filter.Narrows()) {
		if documents, found, err := l.view.searchPage(ctx, keys[0].place, listing, filter, page); found || err != nil {
			return [][]disclosure.Disclosure{documents}, err
		}
	}
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, listing, page, asked.cells(), filter.Narrows())
	}
	return l.view.store.DisclosurePages(ctx, lists, filter, page)
}

func (l *loaders) readCounts(ctx context.Context, q question, keys []listKey) ([]int, error) {
	places := placesOf(keys)
	asked, filter := l.view.filter(q.filter, places)
	listing, cells := l.view.documents(asked, places), asked.cells()
	if !filter.Narrows() && !cells.ofSome() {
		counts := make([]int, len(keys))
		for i, key := range keys {
			counts[i] = l.view.registered().Count(key.place, key.scope, listing)
		}
		return counts, nil
	}
	if l.view.searched(keys, &asked, true) {
		if count, found, err := l.view.searchCount(ctx, keys[0].place, listing, filter); found || err != nil {
			return []int{count}, err
		}
	}
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, listing, store.Page{}, asked.cells(), true)
	}
	return l.view.store.DisclosureCounts(ctx, lists, filter)
}
