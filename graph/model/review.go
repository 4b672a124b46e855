package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/cursor"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
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

// documentPosition reads the publisher and ref after which a page begins.
func documentPosition(list cursor.List, after *string) (publisher, ref string, err error) {
	parts, err := list.Read(after, 2)
	if err != nil || parts == nil {
		return "", "", err
	}
	return parts[0], parts[1], nil
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
func (r *ReviewDue) Document() *Disclosure { return r.Disclosure.ifVisible() }

// DueOn is the last day for it.
func (r *ReviewDue) DueOn() calendar.Day { return calendar.Date(r.year, 12, 31) }

// Review is the first in the year.
func (r *ReviewDue) Review(ctx context.Context) (*Review, error) {
	reviews, err := r.Disclosure.Reviews(ctx)
	for _, review := range reviews {
		if review.ReviewedOn.Year() == r.year {
			return review, err
		}
	}
	return nil, err
}

// ReviewDueConnection is a page of documents to review.
type ReviewDueConnection struct {
	PageInfo PageInfo
	Edges    []ReviewDueEdge
}

// ReviewDueEdge is a document to review in a page.
type ReviewDueEdge struct {
	Cursor string
	Node   *ReviewDue
}

// ReviewsDue lists the documents at and below the node to look at again in a year.
func (n *Administrative) ReviewsDue(ctx context.Context, year int, first *int, after *string) (*ReviewDueConnection, error) {
	v := n.view
	size, err := cursor.Size(first)
	if err != nil {
		return nil, err
	}
	if err := inRange("year", year, calendar.First.Year(), calendar.Last.Year()); err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByPublisher, "reviews due", n.Code, year)
	publisher, ref, err := documentPosition(list, after)
	if err != nil {
		return nil, err
	}
	found, err := v.store.ReviewsDue(ctx, v.codesBelow(n.place, coverage.Subtree), calendar.Date(year, 1, 1), publisher, ref, size+1)
	if err != nil {
		return nil, err
	}
	page := found[:min(size, len(found))]
	connection := &ReviewDueConnection{Edges: make([]ReviewDueEdge, len(page))}
	cursors := make([]string, len(page))
	for i := range page {
		cursors[i] = list.Make(page[i].PublisherCode, page[i].Ref)
		connection.Edges[i] = ReviewDueEdge{cursors[i], &ReviewDue{&Disclosure{v, page[i]}, year}}
	}
	connection.PageInfo = cursor.PageOf(cursors, after, len(found) > size)
	return connection, nil
}

// OpenTask is a document without its secrecy review.
type OpenTask struct{ *Disclosure }

// Entry is that of the document.
func (t *OpenTask) Entry() *CatalogEntry { return t.Disclosure.Entry() }

// Publisher is who is to do it.
func (t *OpenTask) Publisher() AdministrativeNode { return t.Disclosure.Publisher() }

// Document is the document, null where it is not for the caller to see.
func (t *OpenTask) Document() *Disclosure { return t.Disclosure.ifVisible() }

// Issued tells whether it was issued all the same.
func (t *OpenTask) Issued() bool { return t.IssuedOn != calendar.None }

// OpenTaskConnection is a page of open tasks.
type OpenTaskConnection struct {
	PageInfo PageInfo
	Edges    []OpenTaskEdge
}

// OpenTaskEdge is an open task in a page.
type OpenTaskEdge struct {
	Cursor string
	Node   *OpenTask
}

// OpenTasks lists what is yet to be done at and below the node.
func (n *Administrative) OpenTasks(ctx context.Context, first *int, after *string) (*OpenTaskConnection, error) {
	v := n.view
	size, err := cursor.Size(first)
	if err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByPublisher, "open tasks", n.Code)
	publisher, ref, err := documentPosition(list, after)
	if err != nil {
		return nil, err
	}
	found, err := v.store.ToReviewForSecrecy(ctx, v.codesBelow(n.place, coverage.Subtree), publisher, ref, size+1)
	if err != nil {
		return nil, err
	}
	page := found[:min(size, len(found))]
	connection := &OpenTaskConnection{Edges: make([]OpenTaskEdge, len(page))}
	cursors := make([]string, len(page))
	for i := range page {
		cursors[i] = list.Make(page[i].PublisherCode, page[i].Ref)
		connection.Edges[i] = OpenTaskEdge{cursors[i], &OpenTask{&Disclosure{v, page[i]}}}
	}
	connection.PageInfo = cursor.PageOf(cursors, after, len(found) > size)
	return connection, nil
}

// ifVisible is the document, null where it is not for the caller to see.
func (d *Disclosure) ifVisible() *Disclosure {
	if !d.view.MaySee(&d.Disclosure) {
		return nil
	}
	return d
}
