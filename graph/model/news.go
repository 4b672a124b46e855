package model

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// News is an item of news.
type News struct {
	view *View
	disclosure.News
}

// IsNode marks a thing with a global id.
func (*News) IsNode() {}

// ID is the item's global id.
func (n *News) ID() string { return n.view.id(idNews, n.Ref) }

// URL is null where there is none.
func (n *News) URL() *string { return optional(n.News.URL) }

// PublishedAt is in Shanghai's time.
func (n *News) PublishedAt() time.Time { return n.News.PublishedAt.In(calendar.Shanghai) }

// Entry is the row in force on the day of publication, else the latest.
func (n *News) Entry() *CatalogEntry {
	return n.view.entryOf(n.PublisherCode, n.EntryCode, n.PublicationDay())
}

// Publisher is who published it.
func (n *News) Publisher() AdministrativeNode { return n.view.ByCode(n.PublisherCode) }

// NewNews shows an item of news.
func (v *View) NewNews(n disclosure.News) *News { return &News{v, n} }

// NewsConnection is a page of news.
type NewsConnection struct {
	view     *View
	key      listKey
	PageInfo PageInfo
	Edges    []NewsEdge
}

// NewsEdge is an item in a page.
type NewsEdge struct {
	Cursor string
	Node   *News
}

// NewsFilter narrows a list of news.
type NewsFilter struct {
	Categories, Entries []string
	Levels              []area.Level
	Publishers          []string
	From, To            *calendar.Day
	Title               *string
}

// documents is the filter as one of documents, which has all that it has.
func (f *NewsFilter) documents() *DisclosureFilter {
	if f == nil {
		return nil
	}
	return &DisclosureFilter{
		Categories: f.Categories, Entries: f.Entries, Levels: f.Levels, Publishers: f.Publishers, From: f.From, To: f.To, Title: f.Title,
	}
}

// News lists the node's news.
func (n *Administrative) News(
	ctx context.Context,
	filter *NewsFilter,
	orderBy *ListOrder,
	first *int,
	after *string,
	last *int,
	before *string,
	scope *coverage.Scope,
) (*NewsConnection, error) {
	ask := cursor.Ask{First: first, After: after, Last: last, Before: before}
	key, list, asked, err := n.listKey("news", filter.documents(), orderBy, ask, scope)
	if err != nil {
		return nil, err
	}
	items, err := n.view.loaders.newsLists.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	connection := &NewsConnection{view: n.view, key: key}
	connection.Edges, connection.PageInfo = paged(items, asked,
		func(item *disclosure.News) string { return list.Make(opaque.Day(item.PublicationDay()), item.Ref) },
		func(cursor string, item disclosure.News) NewsEdge { return NewsEdge{cursor, &News{n.view, item}} })
	return connection, nil
}

// TotalCount counts the list.
func (c *NewsConnection) TotalCount(ctx context.Context) (int, error) {
	key := c.key
	key.question = question{filter: key.question.filter} // all of the list, on whichever page
	return c.view.loaders.newsCounts.Load(ctx, key)
}

// NewsInput is an item of news to add.
type NewsInput struct {
	Ref, PublisherCode string
	EntryCode          *string
	Title              string
	Summary            *string
	PublishedAt        time.Time
	URL                *string
	Tags               []string
}

// News is the domain's form of the input.
func (i *NewsInput) News() disclosure.News {
	return disclosure.News{
		Ref: i.Ref, PublisherCode: i.PublisherCode, EntryCode: valueOrZero(i.EntryCode), Title: i.Title, Summary: valueOrZero(i.Summary),
		PublishedAt: i.PublishedAt, URL: valueOrZero(i.URL), Tags: i.Tags,
	}
}

// NewsPayload is what adding news did.
type NewsPayload struct {
	News      *News
	Cell      *Cell
	ClosedGap bool
	Warnings  []*Warning
}

// newsFilter reads back what filterKey wrote.
func (v *View) newsFilter(key string) (asked DisclosureFilter, filter store.NewsFilter) {
	asked = filterOf[DisclosureFilter](key)
	return asked, store.NewsFilter{Entries: v.entriesOf(asked.cells()), Title: valueOrZero(asked.Title)}
}

func (l *loaders) readNewsLists(ctx context.Context, q question, keys []listKey) ([][]disclosure.News, error) {
	page := storePage(q)
	asked, filter := l.view.newsFilter(q.filter)
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, asked.within(newsListing()), page, asked.cells(), filter.Narrows())
	}
	return l.view.store.NewsPages(ctx, lists, filter, page)
}

func (l *loaders) readNewsCounts(ctx context.Context, q question, keys []listKey) ([]int, error) {
	asked, filter := l.view.newsFilter(q.filter)
	listing, cells := asked.within(newsListing()), asked.cells()
	if !filter.Narrows() && !cells.ofSome() {
		counts := make([]int, len(keys))
		for i, key := range keys {
			counts[i] = l.view.registered().Count(key.place, key.scope, listing)
		}
		return counts, nil
	}
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, listing, store.Page{}, cells, true)
	}
	return l.view.store.NewsCounts(ctx, lists, filter)
}

// newsListing is all news: it is public always.
func newsListing() coverage.Listing {
	return coverage.Listing{Kinds: []timeline.ListKind{timeline.NewsItems}, Until: calendar.Last, To: calendar.Last}
}
