package model

import (
	"cmp"
	"context"
	"encoding/json"
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
	Entries    []string
	Publishers []string
	Attributes []disclosure.Attribute
	Period     *string
	From, To   *calendar.Day
	Title      *string
}

// ListOrder is how a list by day is ordered.
type ListOrder string

// The orders; each ends in the ref.
const (
	ListOrderNewestFirst ListOrder = "NEWEST_FIRST"
	ListOrderOldestFirst ListOrder = "OLDEST_FIRST"
)

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
	if err := cmp.Or(v.entriesGiven(f.Entries), v.publishersGiven(f.Publishers), spanGiven(f.From, f.To)); err != nil {
		return "", err
	}
	if f.Period != nil {
		var found rule.Findings
		if disclosure.CheckPeriod(&found, *f.Period); len(found) > 0 {
			return "", found.Refused()
		}
	}
	text, err := json.Marshal(f)
	return string(text), err
}

// filter reads back what filterKey wrote, and shows the caller only what it may see.
func (v *View) filter(key string) (asked DisclosureFilter, filter store.DisclosureFilter) {
	filter.PublicBy = v.publicBy()
	if key == "" {
		return asked, filter
	}
	if err := json.Unmarshal([]byte(key), &asked); err != nil {
		panic(err) // filterKey has written it
	}
	filter.Entries, filter.Attributes = v.entriesWithin(asked.Entries), asked.Attributes
	filter.Period, filter.Title = valueOrZero(asked.Period), valueOrZero(asked.Title)
	return asked, filter
}

// storePage asks for one row more than the page has, to know whether it ends
// the list.
func storePage(q question) store.Page {
	page := store.Page{First: q.rows + 1, OldestFirst: q.oldestFirst}
	if q.goesOn {
		page.After = &q.after
	}
	return page
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
	page, more := asRead(documents, asked)
	connection := &DisclosureConnection{view: n.view, key: key, Edges: make([]DisclosureEdge, len(page))}
	cursors := make([]string, len(page))
	for i := range page {
		cursors[i] = list.Make(opaque.Day(page[i].ListedOn()), page[i].Ref)
		connection.Edges[i] = DisclosureEdge{cursors[i], &Disclosure{n.view, page[i]}}
	}
	connection.PageInfo = cursor.PageOf(cursors, asked, more)
	return connection, nil
}

// TotalCount counts what the caller may see.
func (c *DisclosureConnection) TotalCount(ctx context.Context) (int, error) {
	key := c.key
	key.question = question{filter: key.question.filter} // all of the list, on whichever page
	return c.view.loaders.counts.Load(ctx, key)
}

// listKey is one list of a node; equal but for the node, lists are read in one
// statement.
type listKey struct {
	place    area.Place
	scope    coverage.Scope
	question question
}

func (k listKey) asked() question { return k.question }

// question is what is asked of several nodes alike.
type question struct {
	filter      string // as text, so that equal filters are equal
	rows        int
	oldestFirst bool // as it is read, whatever the order of the page
	goesOn      bool
	after       store.Position // where it goes on
}

// page reads which page of a list is asked for. To go backwards is to read the list
// the other way round.
func (q *question) page(list cursor.List, oldestFirst bool, ask cursor.Ask) (asked cursor.Wanted, err error) {
	if asked, err = ask.Wanted(); err != nil {
		return asked, err
	}
	q.rows, q.oldestFirst = asked.Rows, oldestFirst != asked.Backwards
	parts, err := list.Read(asked, 2)
	if err != nil || parts == nil {
		return asked, err
	}
	q.goesOn, q.after.Ref = true, parts[1]
	q.after.On, err = asked.ReadDay(parts[0])
	return asked, err
}

// byQuestion lets a reader answer keys question by question.
func byQuestion[Q comparable, K interface{ asked() Q }, V any](
	read func(context.Context, Q, []K) ([]V, error),
) func(context.Context, []K) ([]V, error) {
	return func(ctx context.Context, keys []K) ([]V, error) {
		values := make([]V, len(keys))
		asked := map[Q][]int{}
		for i, key := range keys {
			asked[key.asked()] = append(asked[key.asked()], i)
		}
		for question, numbers := range asked {
			same := make([]K, len(numbers))
			for i, number := range numbers {
				same[i] = keys[number]
			}
			answers, err := read(ctx, question, same)
			if err != nil {
				return nil, err
			}
			for i, number := range numbers {
				values[number] = answers[i]
			}
		}
		return values, nil
	}
}

// publishersOf names those of a node's publishers that a filter wants, all where it
// names none.
func (v *View) publishersOf(place area.Place, scope coverage.Scope, wanted []string) []string {
	if len(wanted) == 0 {
		return v.codesBelow(place, scope)
	}
	var codes []string
	for _, code := range slices.Compact(slices.Sorted(slices.Values(wanted))) {
		if at := v.Index.Tree.Find(
			code,
		); at == place ||
			scope == coverage.Subtree && at != area.Nowhere && v.Index.Tree.Contains(place, at) {
			codes = append(codes, code)
		}
	}
	return codes
}

// codesBelow names a node's publishers.
func (v *View) codesBelow(place area.Place, scope coverage.Scope) []string {
	if scope == coverage.Self {
		return []string{v.Index.Tree.Node(place).Code}
	}
	codes := make([]string, 0, v.Index.Tree.CountBelow(place))
	for at := range v.Index.Tree.Below(place) {
		codes = append(codes, v.Index.Tree.Node(at).Code)
	}
	return codes
}

// window names the publishers and days from which a page of a list is read. The
// index knows which have what, unless the filter asks for more than it knows.
func (v *View) window(key listKey, listing coverage.Listing, page store.Page, publishers []string, narrows bool) store.List {
	switch {
	case page.After != nil && page.OldestFirst:
		listing.From = max(listing.From, page.After.On)
	case page.After != nil:
		listing.To = min(listing.To, page.After.On)
	}
	if narrows || len(publishers) > 0 {
		codes := v.publishersOf(key.place, key.scope, publishers)
		return store.List{Publishers: codes, Days: calendar.Span{From: listing.From, To: listing.To}}
	}
	narrow := v.registered().Newest
	if page.OldestFirst {
		narrow = v.registered().Oldest
	}
	narrowed, places := narrow(key.place, key.scope, listing, page.First)
	list := store.List{Days: calendar.Span{From: narrowed.From, To: narrowed.To}}
	for _, place := range places {
		list.Publishers = append(list.Publishers, v.Index.Tree.Node(place).Code)
	}
	return list
}

// documents is the listing of documents that the caller may see.
func (v *View) documents(filter DisclosureFilter) coverage.Listing {
	return filter.within(v.listing())
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
	asked, filter := l.view.filter(q.filter)
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, l.view.documents(asked), page, asked.Publishers, filter.Narrows())
	}
	return l.view.store.DisclosurePages(ctx, lists, filter, page)
}

func (l *loaders) readCounts(ctx context.Context, q question, keys []listKey) ([]int, error) {
	asked, filter := l.view.filter(q.filter)
	listing := l.view.documents(asked)
	if !filter.Narrows() && len(asked.Publishers) == 0 {
		counts := make([]int, len(keys))
		for i, key := range keys {
			counts[i] = l.view.registered().Count(key.place, key.scope, listing)
		}
		return counts, nil
	}
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, listing, store.Page{}, asked.Publishers, true)
	}
	return l.view.store.DisclosureCounts(ctx, lists, filter)
}
