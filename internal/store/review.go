package store

import (
	"context"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

const addReviewSQL = `-- store.AddReview
INSERT INTO review (disclosure_ref, reviewed_on, result, consulted) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

// Attributes as they are stored, for conditions of partial indexes, which
// parameters would keep from use.
const (
	proactive    = "0" // disclosure.Proactive
	notDisclosed = "2" // disclosure.NotDisclosed
)

// AddReview records a review; added is false where there is one of that day.
func (w *Writing) AddReview(ctx context.Context, r *disclosure.Review) (added bool, err error) {
	result, err := w.tx.ExecContext(ctx, addReviewSQL, r.DisclosureRef, day(r.ReviewedOn), int(r.Result), r.Consulted)
	return wroteRow(result, wrap("recording the review", err))
}

// ReviewsByDisclosure reads the reviews of documents, by ref and day.
func (r Reads) ReviewsByDisclosure(ctx context.Context, refs []string) (map[string][]disclosure.Review, error) {
	found := map[string][]disclosure.Review{}
	err := r.eachPrepared(ctx, "reading reviews", reviewsSQL, func(scan func(...any) error) error {
		r, err := scanReview(scan)
		found[r.DisclosureRef] = append(found[r.DisclosureRef], r)
		return err
	}, pq.Array(refs))
	return found, err
}

func scanReview(scan func(...any) error) (r disclosure.Review, err error) {
	err = scan(&r.DisclosureRef, &r.ReviewedOn, &r.Result, &r.Consulted)
	return r, err
}

const reviewsDueSQL = `-- store.ReviewsDue
SELECT 0, ` + disclosureColumns + `
FROM unnest($1::text[]) AS w (publisher)
CROSS JOIN LATERAL (
    SELECT * FROM disclosure AS d
    WHERE d.publisher_code = w.publisher AND d.attribute <> ` + proactive + ` AND NOT d.nil AND d.formed_on < $2
      AND (d.disclose_on IS NULL OR d.disclose_on >= $2) AND (d.publisher_code, d.ref) > ($3, $4)
    ORDER BY d.ref LIMIT $5) AS d
ORDER BY d.publisher_code, d.ref LIMIT $5`

// ReviewsDue reads the documents of some publishers whose attribute is to be
// looked at again in the year that begins on a day, by publisher and ref, after
// a document: what opens a REVIEW duty that day (docs/design.md, Duties).
func (r Reads) ReviewsDue(
	ctx context.Context,
	publishers []string,
	from calendar.Day,
	afterPublisher, afterRef string,
	first int,
) ([]disclosure.Disclosure, error) {
	var documents []disclosure.Disclosure
	err := r.eachPrepared(ctx, "reading documents to review", reviewsDueSQL, func(scan func(...any) error) error {
		var list int
		d, err := scanDisclosure(scan, &list)
		documents = append(documents, d)
		return err
	}, pq.Array(publishers), from.String(), afterPublisher, afterRef, first)
	return documents, err
}

const toReviewSQL = `-- store.ToReviewForSecrecy
SELECT 0, ` + disclosureColumns + `
FROM unnest($1::text[]) AS w (publisher)
CROSS JOIN LATERAL (
    SELECT * FROM disclosure AS d
    WHERE d.publisher_code = w.publisher AND d.attribute = ` + notDisclosed + ` AND (d.publisher_code, d.ref) > ($2, $3)
      AND NOT EXISTS (SELECT FROM secrecy_review AS s WHERE s.disclosure_ref = d.ref)
    ORDER BY d.ref LIMIT $4) AS d
ORDER BY d.publisher_code, d.ref LIMIT $4`

// ToReviewForSecrecy reads the documents of some publishers that are not to be
// disclosed and have no secrecy review on record, by publisher and ref, after a
// document. A late review is one: nothing is left to do.
func (r Reads) ToReviewForSecrecy(
	ctx context.Context,
	publishers []string,
	afterPublisher, afterRef string,
	first int,
) ([]disclosure.Disclosure, error) {
	var documents []disclosure.Disclosure
	err := r.eachPrepared(ctx, "reading documents without a secrecy review", toReviewSQL, func(scan func(...any) error) error {
		var list int
		d, err := scanDisclosure(scan, &list)
		documents = append(documents, d)
		return err
	}, pq.Array(publishers), afterPublisher, afterRef, first)
	return documents, err
}

const addSecrecyReviewSQL = `-- store.AddSecrecyReview
INSERT INTO secrecy_review (disclosure_ref, reviewed_on, reviewed_by, result) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

// AddSecrecyReview records a review; added is false where the document has one.
func (w *Writing) AddSecrecyReview(ctx context.Context, r *disclosure.SecrecyReview) (added bool, err error) {
	result, err := w.tx.ExecContext(ctx, addSecrecyReviewSQL, r.DisclosureRef, day(r.ReviewedOn), r.ReviewedBy, r.Result)
	return wroteRow(result, wrap("recording the secrecy review", err))
}

const secrecyReviewsSQL = `-- store.SecrecyReviews
SELECT disclosure_ref, reviewed_on - date '1970-01-01', reviewed_by, result FROM secrecy_review WHERE disclosure_ref = ANY ($1)`

// SecrecyReviews reads the reviews of documents by ref; those without are left out.
func (r Reads) SecrecyReviews(ctx context.Context, refs []string) (map[string]disclosure.SecrecyReview, error) {
	found := map[string]disclosure.SecrecyReview{}
	err := r.eachPrepared(ctx, "reading secrecy reviews", secrecyReviewsSQL, func(scan func(...any) error) error {
		r, err := scanSecrecyReview(scan)
		found[r.DisclosureRef] = r
		return err
	}, pq.Array(refs))
	return found, err
}

func scanSecrecyReview(scan func(...any) error) (r disclosure.SecrecyReview, err error) {
	err = scan(&r.DisclosureRef, &r.ReviewedOn, &r.ReviewedBy, &r.Result)
	return r, err
}
