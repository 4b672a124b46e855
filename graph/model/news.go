package model

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
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

// News lists the node's news, newest first.
func (n *Administrative) News(ctx context.Context, first *int, after *string, scope *coverage.Scope) (*NewsConnection, error) {
	key, list, err := n.listKey("news", nil, first, after, scope)
	if err != nil {
		return nil, err
	}
	items, err := n.view.loaders.newsLists.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	size := min(key.question.first, len(items))
	connection := &NewsConnection{view: n.view, key: key, Edges: make([]NewsEdge, size)}
	cursors := make([]string, size)
	for i := range size {
		cursors[i] = list.Make(opaque.Day(items[i].PublicationDay()), items[i].Ref)
		connection.Edges[i] = NewsEdge{cursors[i], &News{n.view, items[i]}}
	}
	connection.PageInfo = cursor.PageOf(cursors, after, size < len(items))
	return connection, nil
}

// TotalCount counts the list.
func (c *NewsConnection) TotalCount() int {
	return c.view.registered().Count(c.key.place, c.key.scope, newsListing())
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

func (l *loaders) readNewsLists(ctx context.Context, q question, keys []listKey) ([][]disclosure.News, error) {
	page := storePage(q)
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, newsListing(), page, false)
	}
	return l.view.store.NewsPages(ctx, lists, page)
}

// newsListing is all news: it is public always.
func newsListing() coverage.Listing {
	return coverage.Listing{Kinds: []timeline.ListKind{timeline.NewsItems}, To: calendar.Last}
}
