package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

// Review is a look at the attribute of a document.
type Review struct{ disclosure.Review }

// Consulted is null where nobody was asked.
func (r *Review) Consulted() *string { return optional(r.Review.Consulted) }

// SecrecyReview is the look taken at a document before it is issued.
type SecrecyReview struct {
	disclosure.SecrecyReview
	of *Disclosure
}

// Warnings are what is unusual in it: recordSecrecyReview answers with the
// document alone, and so shows them here.
func (r *SecrecyReview) Warnings() []*Warning {
	return NewWarnings(r.Check(&r.of.Disclosure, r.of.view.Today).Warned())
}

// Reviews are the looks taken at the document's attribute, by day.
func (d *Disclosure) Reviews(ctx context.Context) ([]*Review, error) {
	reviews := []*Review{}
	if d.Attribute == disclosure.Proactive {
		return reviews, nil
	}
	found, err := d.view.loaders.reviews.Load(ctx, d.Ref)
	for i := range found {
		reviews = append(reviews, &Review{found[i]})
	}
	return reviews, err
}

// SecrecyReview is the look taken before the document is issued.
func (d *Disclosure) SecrecyReview(ctx context.Context) (*SecrecyReview, error) {
	if d.Attribute != disclosure.NotDisclosed {
		return nil, nil
	}
	found, err := d.view.loaders.secrecyReviews.Load(ctx, d.Ref)
	if err != nil || found == nil {
		return nil, err
	}
	return &SecrecyReview{*found, d}, nil
}

// ReviewDue is a document whose attribute is to be looked at again.
type ReviewDue struct {
	*Disclosure
	year int
}

// Entry is that of the document.
func (r *ReviewDue) Entry() *CatalogEntry { return r.Disclosure.Entry() }

// Publisher is who is to look at it.
func (r *ReviewDue) Publisher() AdministrativeNode { return r.Disclosure.Publisher() }

// Document is the document, null where it is not for the caller to see.
func (r *ReviewDue) Document(ctx context.Context) (*Disclosure, error) {
	return r.Disclosure.ifVisible(ctx)
}

// DueOn is the last day for it.
func (r *ReviewDue) DueOn() calendar.Day { return disclosure.ReviewDueOn(r.year) }

// Review is the first in the year, null where the document is not for the caller to see.
func (r *ReviewDue) Review(ctx context.Context) (*Review, error) {
	if visible, err := r.ifVisible(ctx); visible == nil {
		return nil, err
	}
	reviews, err := r.view.loaders.reviews.Load(ctx, r.Ref)
	if first := disclosure.FirstReviewIn(r.year, reviews); first != nil {
		return &Review{*first}, err
	}
	return nil, err
}

// ReviewDueConnection is a page of documents to review.
type ReviewDueConnection struct {
	documentPage
	Edges []ReviewDueEdge
}

// ReviewDueEdge is a document to review in a page.
type ReviewDueEdge struct {
	Cursor string
	Node   *ReviewDue
}

// ReviewsDue lists the documents at and below the node to look at again in a year,
// that of the day asked about where none is named.
func (n *Administrative) ReviewsDue(
	ctx context.Context, year *int, filter *ReviewDueFilter, orderBy *DocumentOrder, first *int, after *string, last *int, before *string,
) (*ReviewDueConnection, error) {
	inYear := n.view.day(nil).Year()
	if year != nil {
		inYear = *year
	}
	if err := inRange("year", inYear, calendar.First.Year(), calendar.Last.Year()); err != nil {
		return nil, err
	}
	var narrowed *TaskFilter
	if filter != nil {
		narrowed = &TaskFilter{filter.Categories, filter.Entries, filter.Levels, filter.Publishers, nil}
	}
	page, err := n.documentPage(
		ctx,
		documentsOf{toReviewIn: inYear},
		narrowed,
		orderBy,
		cursor.Ask{First: first, After: after, Last: last, Before: before},
	)
	if err != nil {
		return nil, err
	}
	connection := &ReviewDueConnection{documentPage: *page, Edges: make([]ReviewDueEdge, len(page.rows))}
	for i, row := range page.rows {
		connection.Edges[i] = ReviewDueEdge{row.cursor, &ReviewDue{row.document, inYear}}
	}
	return connection, nil
}

// OpenTask is a document without its secrecy review.
type OpenTask struct{ *Disclosure }

// Entry is that of the document.
func (t *OpenTask) Entry() *CatalogEntry { return t.Disclosure.Entry() }

// Publisher is who is to do it.
func (t *OpenTask) Publisher() AdministrativeNode { return t.Disclosure.Publisher() }

// Document is the document, null where it is not for the caller to see.
func (t *OpenTask) Document(ctx context.Context) (*Disclosure, error) {
	return t.Disclosure.ifVisible(ctx)
}

// Issued tells whether it was issued all the same.
func (t *OpenTask) Issued() bool { return t.IssuedOn != calendar.None }

// OpenTaskConnection is a page of open tasks.
type OpenTaskConnection struct {
	documentPage
	Edges []OpenTaskEdge
}

// OpenTaskEdge is an open task in a page.
type OpenTaskEdge struct {
	Cursor string
	Node   *OpenTask
}

// OpenTasks lists what is yet to be done at and below the node.
func (n *Administrative) OpenTasks(
	ctx context.Context, filter *TaskFilter, orderBy *DocumentOrder, first *int, after *string, last *int, before *string,
) (*OpenTaskConnection, error) {
	page, err := n.documentPage(
		ctx,
		documentsOf{withoutSecrecyReview: true},
		filter,
		orderBy,
		cursor.Ask{First: first, After: after, Last: last, Before: before},
	)
	if err != nil {
		return nil, err
	}
	connection := &OpenTaskConnection{documentPage: *page, Edges: make([]OpenTaskEdge, len(page.rows))}
	for i, row := range page.rows {
		connection.Edges[i] = OpenTaskEdge{row.cursor, &OpenTask{row.document}}
	}
	return connection, nil
}

// ifVisible is the document, null where it is not for the caller to see. It is read anew:
// its list was read as nobody, who sees all of them.
func (d *Disclosure) ifVisible(ctx context.Context) (*Disclosure, error) {
	return d.view.visible(ctx, d.Ref)
}
