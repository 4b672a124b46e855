package model

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// documentPage is a page of documents that something is yet to be done about, by
// publisher and ref.
type documentPage struct {
	PageInfo PageInfo
	view     *View
	key      documentsKey
	rows     []disclosure.Disclosure
	cursors  []string
}

// documentsKey is such a page of a node.
type documentsKey struct {
	place    area.Place
	question documentsQuestion
}

func (k documentsKey) asked() documentsQuestion { return k.question }

// documentsQuestion is what is asked of several nodes alike.
type documentsQuestion struct {
	year   int    // in which they are to be looked at again, or withoutSecrecyReview
	filter string // as text, so that equal filters are equal
	page   store.DocumentPage
}

// withoutSecrecyReview asks for documents that have no secrecy review, whatever the year.
const withoutSecrecyReview = 0

// TaskFilter narrows a list of documents that something is yet to be done about.
type TaskFilter struct {
	Entries, Publishers []string
	Issued              *bool
}

// ReviewDueFilter narrows a list of documents to review.
type ReviewDueFilter struct{ Entries, Publishers []string }

// documentPage reads a page of the documents at and below the node.
func (n *Administrative) documentPage(ctx context.Context, year int, filter *TaskFilter, ask cursor.Ask) (*documentPage, error) {
	asked, err := ask.Wanted()
	if err != nil {
		return nil, err
	}
	var narrowed TaskFilter
	if filter != nil {
		narrowed = *filter
	}
	if err := cmp.Or(n.view.entriesGiven(narrowed.Entries), n.view.publishersGiven(narrowed.Publishers)); err != nil {
		return nil, err
	}
	text, err := json.Marshal(narrowed)
	if err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByPublisher, n.Code, year, string(text))
	parts, err := list.Read(asked, 2)
	if err != nil {
		return nil, err
	}
	question := documentsQuestion{year, string(text), store.DocumentPage{Rows: asked.Rows + 1, Backwards: asked.Backwards}}
	if parts != nil {
		question.page.Publisher, question.page.Ref = parts[0], parts[1]
	}
	page := &documentPage{view: n.view, key: documentsKey{n.place, question}}
	found, err := n.view.loaders.documentLists.Load(ctx, page.key)
	if err != nil {
		return nil, err
	}
	var more bool
	page.rows, more = asRead(found, asked)
	for i := range page.rows {
		page.cursors = append(page.cursors, list.Make(page.rows[i].PublisherCode, page.rows[i].Ref))
	}
	page.PageInfo = cursor.PageOf(page.cursors, asked, more)
	return page, nil
}

// TotalCount counts the list.
func (p *documentPage) TotalCount(ctx context.Context) (int, error) {
	key := p.key
	key.question.page = store.DocumentPage{} // all of it, on whichever page
	return p.view.loaders.documentCounts.Load(ctx, key)
}

// documents reads back the filter, with the publishers of each key.
func (l *loaders) documents(q documentsQuestion, keys []documentsKey) (lists [][]string, entries []string, issued *bool) {
	var asked TaskFilter
	if err := json.Unmarshal([]byte(q.filter), &asked); err != nil {
		panic(err) // documentPage has written it
	}
	for _, key := range keys {
		lists = append(lists, l.view.publishersOf(key.place, coverage.Subtree, asked.Publishers))
	}
	return lists, l.view.entriesWithin(asked.Entries), asked.Issued
}

func (l *loaders) readDocumentLists(ctx context.Context, q documentsQuestion, keys []documentsKey) ([][]disclosure.Disclosure, error) {
	lists, entries, issued := l.documents(q, keys)
	if q.year == withoutSecrecyReview {
		return l.view.store.ToReviewForSecrecy(ctx, lists, store.SecrecyReviewsToDo{Entries: entries, Issued: issued}, q.page)
	}
	return l.view.store.ReviewsDue(ctx, lists, store.ReviewsToDo{From: calendar.Date(q.year, 1, 1), Entries: entries}, q.page)
}

func (l *loaders) readDocumentCounts(ctx context.Context, q documentsQuestion, keys []documentsKey) ([]int, error) {
	lists, entries, issued := l.documents(q, keys)
	if q.year == withoutSecrecyReview {
		return l.view.store.ToReviewForSecrecyCounts(ctx, lists, store.SecrecyReviewsToDo{Entries: entries, Issued: issued})
	}
	return l.view.store.ReviewsDueCounts(ctx, lists, store.ReviewsToDo{From: calendar.Date(q.year, 1, 1), Entries: entries})
}
