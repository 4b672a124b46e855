package model

import (
	"cmp"
	"context"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// documentPage is a page of documents that something is yet to be done about.
type documentPage struct {
	PageInfo PageInfo
	view     *View
	key      documentsKey
	rows     []documentRow
}

// documentRow is a document in a page.
type documentRow struct {
	cursor   string
	document *Disclosure
}

// documentsKey is such a page of a node.
type documentsKey struct {
	place    area.Place
	question documentsQuestion
}

func (k documentsKey) asked() documentsQuestion { return k.question }

// documentsQuestion is what is asked of several nodes alike.
type documentsQuestion struct {
	of     documentsOf
	filter string // as text, so that equal filters are equal
	page   store.DocumentPage
}

// documentsOf says which documents: those that have no secrecy review, or those that
// are to be looked at again in a year.
type documentsOf struct {
	withoutSecrecyReview bool
	toReviewIn           int
}

// TaskFilter narrows a list of documents that something is yet to be done about.
type TaskFilter struct {
	Categories, Entries []string
	Levels              []area.Level
	Publishers          []string
	Issued              *bool
}

func (f *TaskFilter) cells() CellFilter {
	return CellFilter{f.Categories, f.Entries, f.Levels, f.Publishers}
}

// ReviewDueFilter narrows a list of documents to review.
type ReviewDueFilter struct {
	Categories, Entries []string
	Levels              []area.Level
	Publishers          []string
}

// DocumentOrder is how such a list is ordered.
type DocumentOrder string

// The orders; each ends in the ref.
const (
	DocumentOrderPublisher   DocumentOrder = "PUBLISHER"
	DocumentOrderOldestFirst DocumentOrder = "OLDEST_FIRST"
	DocumentOrderNewestFirst DocumentOrder = "NEWEST_FIRST"
)

// documentPage reads a page of the documents at and below the node.
func (n *Administrative) documentPage(
	ctx context.Context, of documentsOf, filter *TaskFilter, orderBy *DocumentOrder, ask cursor.Ask,
) (*documentPage, error) {
	asked, err := ask.Wanted()
	if err != nil {
		return nil, err
	}
	var narrowed TaskFilter
	if filter != nil {
		narrowed = *filter
	}
	cells := narrowed.cells()
	if err := cells.check(n.view); err != nil {
		return nil, err
	}
	text := textOf(narrowed)
	order := cmp.Or(valueOrZero(orderBy), DocumentOrderPublisher)
	list := cursor.Of(cursor.ByPublisher, n.Code, of, text, order)
	parts, err := list.ReadSealed(n.view.Seal, asked, 2)
	if err != nil {
		return nil, err
	}
	question := documentsQuestion{of, text, store.DocumentPage{
		Rows: asked.Rows + 1, ByDay: order != DocumentOrderPublisher, Backwards: asked.Backwards != (order == DocumentOrderNewestFirst),
	}}
	if parts != nil {
		question.page.After, question.page.Ref = parts[0], parts[1]
		if question.page.ByDay {
			day, err := asked.ReadDay(parts[0])
			if err != nil {
				return nil, err
			}
			question.page.After = day.String()
		}
	}
	page := &documentPage{view: n.view, key: documentsKey{n.place, question}}
	found, err := n.view.loaders.documentLists.Load(ctx, page.key)
	if err != nil {
		return nil, err
	}
	page.rows, page.PageInfo = paged(found, asked,
		func(d *disclosure.Disclosure) string {
			if question.page.ByDay {
				return list.Sealed(n.view.Seal, opaque.Day(d.FormedOn), d.Ref)
			}
			return list.Sealed(n.view.Seal, d.PublisherCode, d.Ref)
		},
		func(cursor string, d disclosure.Disclosure) documentRow {
			return documentRow{cursor, &Disclosure{n.view, d}}
		})
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
	asked := filterOf[TaskFilter](q.filter)
	for _, key := range keys {
		lists = append(lists, l.view.publishersOf(key.place, coverage.Subtree, asked.cells()))
	}
	return lists, l.view.entriesOf(asked.cells()), asked.Issued
}

func (l *loaders) readDocumentLists(ctx context.Context, q documentsQuestion, keys []documentsKey) ([][]disclosure.Disclosure, error) {
	lists, entries, issued := l.documents(q, keys)
	if q.of.withoutSecrecyReview {
		return l.view.store.ToReviewForSecrecy(ctx, lists, store.SecrecyReviewsToDo{Entries: entries, Issued: issued}, q.page)
	}
	return l.view.store.ReviewsDue(ctx, lists, store.ReviewsToDo{From: calendar.Date(q.of.toReviewIn, 1, 1), Entries: entries}, q.page)
}

func (l *loaders) readDocumentCounts(ctx context.Context, q documentsQuestion, keys []documentsKey) ([]int, error) {
	lists, entries, issued := l.documents(q, keys)
	if q.of.withoutSecrecyReview {
		return l.view.store.ToReviewForSecrecyCounts(ctx, lists, store.SecrecyReviewsToDo{Entries: entries, Issued: issued})
	}
	return l.view.store.ReviewsDueCounts(ctx, lists, store.ReviewsToDo{From: calendar.Date(q.of.toReviewIn, 1, 1), Entries: entries})
}
