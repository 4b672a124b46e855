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
	result, err := w.writeAsAccount(ctx, addReviewSQL, r.DisclosureRef, day(r.ReviewedOn), int(r.Result), r.Consulted)
	return wroteRow(result, wrap("recording the review", err))
}

// ReviewsByDisclosure reads the reviews of documents, by ref and day.
func (r Reads) ReviewsByDisclosure(ctx context.Context, refs []string) (map[string][]disclosure.Review, error) {
	found := map[string][]disclosure.Review{}
	err := r.seen().eachPrepared(ctx, "reading reviews", reviewsSQL, func(scan func(...any) error) error {
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

// A page of each list of documents is the first $6 of those wanted that come after a
// position ($4, $5) in one of two orders, or before it going backwards.
const (
	pages = `
SELECT w.list, ` + disclosureColumns + `
FROM (SELECT w.list, d.ref, row_number() OVER (PARTITION BY w.list ORDER BY `
	ofPublishers = `) AS number
      FROM unnest($1::text[], $2::int[]) AS w (publisher, list)
      CROSS JOIN LATERAL (
          SELECT d.publisher_code, d.formed_on, d.ref FROM disclosure AS d
          WHERE d.publisher_code = w.publisher AND ($3::text[] IS NULL OR d.entry_code = ANY ($3)) AND `
	inOrder = `
          ORDER BY `
	ofPages = ` LIMIT $6) AS d) AS w
JOIN disclosure AS d ON d.ref = w.ref
WHERE w.number <= $6 ORDER BY w.list, w.number`

	byPublisher     = `d.publisher_code, d.ref`
	afterPublisher  = ` AND (d.publisher_code, d.ref) > ($4, $5)`
	byPublisherBack = `d.publisher_code DESC, d.ref DESC`
	beforePublisher = ` AND ($4 = '' OR (d.publisher_code, d.ref) < ($4, $5))`
	byDay           = `d.formed_on, d.ref`
	afterDay        = ` AND ($4 = '' OR (d.formed_on, d.ref) > (NULLIF($4, '')::date, $5))`
	byDayBack       = `d.formed_on DESC, d.ref DESC`
	beforeDay       = ` AND ($4 = '' OR (d.formed_on, d.ref) < (NULLIF($4, '')::date, $5))`

	documentCounts = `
SELECT w.list, sum(d.number)
FROM unnest($1::text[], $2::int[]) AS w (publisher, list)
CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM disclosure AS d
    WHERE d.publisher_code = w.publisher AND ($3::text[] IS NULL OR d.entry_code = ANY ($3)) AND `
	endOfCounts = `) AS d
GROUP BY w.list`
)

// DocumentPage asks for the first rows after a position, or the last before it; an
// empty one is an end of the list, which is by publisher and ref, or by the day on
// which documents were made, and ref.
type DocumentPage struct {
	Rows       int
	ByDay      bool
	After, Ref string // the position: a publisher or a day, and a ref
	Backwards  bool   // the last of the page comes first
}

// documentStatements read a page in each order, and in each the other way round.
type documentStatements struct{ byPublisher, byPublisherBack, byDay, byDayBack string }

func (s *documentStatements) of(page DocumentPage) string {
	switch {
	case page.ByDay && page.Backwards:
		return s.byDayBack
	case page.ByDay:
		return s.byDay
	case page.Backwards:
		return s.byPublisherBack
	}
	return s.byPublisher
}

// documentLists reads a page of each list of documents.
func (r Reads) documentLists(
	ctx context.Context, doing, statement string, lists [][]string, entries []string, page DocumentPage, wanted any,
) ([][]disclosure.Disclosure, error) {
	pages := make([][]disclosure.Disclosure, len(lists))
	publishers, numbers := numbered(lists)
	err := r.eachPrepared(ctx, doing, statement, func(scan func(...any) error) error {
		var list int
		d, err := scanDisclosure(scan, &list)
		pages[list] = append(pages[list], d)
		return err
	}, publishers, numbers, textsOrNull(entries), page.After, page.Ref, page.Rows, wanted)
	return pages, err
}

// ReviewsToDo are the documents to look at again in the year that begins on a day,
// of some entries, of all where none is named.
type ReviewsToDo struct {
	From    calendar.Day
	Entries []string
}

// Those that are not proactive and were made before the day, but those that a review
// opened before it.
const (
	dueAgain = `d.attribute <> ` + proactive + ` AND NOT d.nil
            AND d.formed_on < $7::date AND (d.disclose_on IS NULL OR d.disclose_on >= $7)`
	reviewsDueSQL = `-- store.ReviewsDue` + pages + byPublisher + ofPublishers + dueAgain +
		afterPublisher + inOrder + byPublisher + ofPages
	reviewsDueBackSQL = `-- store.ReviewsDue, backwards` + pages + byPublisherBack + ofPublishers + dueAgain +
		beforePublisher + inOrder + byPublisherBack + ofPages
	reviewsDueByDaySQL = `-- store.ReviewsDue, by day` + pages + byDay + ofPublishers + dueAgain +
		afterDay + inOrder + byDay + ofPages
	reviewsDueByDayBackSQL = `-- store.ReviewsDue, by day, backwards` + pages + byDayBack + ofPublishers + dueAgain +
		beforeDay + inOrder + byDayBack + ofPages
	reviewsDueCountsSQL = `-- store.ReviewsDueCounts` + documentCounts + `d.attribute <> ` + proactive + ` AND NOT d.nil
      AND d.formed_on < $4::date AND (d.disclose_on IS NULL OR d.disclose_on >= $4)` + endOfCounts
)

// ReviewsDue reads a page of each list of publishers, in one statement: the documents
// to look at again.
func (r Reads) ReviewsDue(ctx context.Context, lists [][]string, of ReviewsToDo, page DocumentPage) ([][]disclosure.Disclosure, error) {
	statements := documentStatements{reviewsDueSQL, reviewsDueBackSQL, reviewsDueByDaySQL, reviewsDueByDayBackSQL}
	return r.documentLists(ctx, "reading documents to review", statements.of(page), lists, of.Entries, page, of.From.String())
}

// ReviewsDueCounts counts them.
func (r Reads) ReviewsDueCounts(ctx context.Context, lists [][]string, of ReviewsToDo) ([]int, error) {
	publishers, numbers := numbered(lists)
	return r.countLists(ctx, "counting documents to review", reviewsDueCountsSQL, len(lists),
		publishers, numbers, textsOrNull(of.Entries), of.From.String())
}

// SecrecyReviewsToDo are the documents that are not to be disclosed and have no
// secrecy review, of some entries, of all where none is named; issued or not, both
// where nil.
type SecrecyReviewsToDo struct {
	Entries []string
	Issued  *bool
}

const withoutSecrecyReview = `d.attribute = ` + notDisclosed + `
            AND NOT EXISTS (SELECT FROM secrecy_review AS s WHERE s.disclosure_ref = d.ref) AND `

const (
	issuedOrNot = `($7::boolean IS NULL OR (d.issued_on IS NOT NULL) = $7)`
	toReviewSQL = `-- store.ToReviewForSecrecy` + pages + byPublisher + ofPublishers + withoutSecrecyReview + issuedOrNot +
		afterPublisher + inOrder + byPublisher + ofPages
	toReviewBackSQL = `-- store.ToReviewForSecrecy, backwards` + pages + byPublisherBack + ofPublishers + withoutSecrecyReview +
		issuedOrNot + beforePublisher + inOrder + byPublisherBack + ofPages
	toReviewByDaySQL = `-- store.ToReviewForSecrecy, by day` + pages + byDay + ofPublishers + withoutSecrecyReview + issuedOrNot +
		afterDay + inOrder + byDay + ofPages
	toReviewByDayBackSQL = `-- store.ToReviewForSecrecy, by day, backwards` + pages + byDayBack + ofPublishers +
		withoutSecrecyReview + issuedOrNot + beforeDay + inOrder + byDayBack + ofPages
	toReviewCountsSQL = `-- store.ToReviewForSecrecyCounts` + documentCounts + withoutSecrecyReview +
		`($4::boolean IS NULL OR (d.issued_on IS NOT NULL) = $4)` + endOfCounts
)

// ToReviewForSecrecy reads a page of each list of publishers, in one statement: the
// documents without a secrecy review.
func (r Reads) ToReviewForSecrecy(
	ctx context.Context, lists [][]string, of SecrecyReviewsToDo, page DocumentPage,
) ([][]disclosure.Disclosure, error) {
	statements := documentStatements{toReviewSQL, toReviewBackSQL, toReviewByDaySQL, toReviewByDayBackSQL}
	return r.documentLists(
		ctx, "reading documents without a secrecy review", statements.of(page), lists, of.Entries, page, of.Issued,
	)
}

// ToReviewForSecrecyCounts counts them.
func (r Reads) ToReviewForSecrecyCounts(ctx context.Context, lists [][]string, of SecrecyReviewsToDo) ([]int, error) {
	publishers, numbers := numbered(lists)
	return r.countLists(ctx, "counting documents without a secrecy review", toReviewCountsSQL, len(lists),
		publishers, numbers, textsOrNull(of.Entries), of.Issued)
}

const addSecrecyReviewSQL = `-- store.AddSecrecyReview
INSERT INTO secrecy_review (disclosure_ref, reviewed_on, reviewed_by, result) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

// AddSecrecyReview records a review; added is false where the document has one.
func (w *Writing) AddSecrecyReview(ctx context.Context, r *disclosure.SecrecyReview) (added bool, err error) {
	result, err := w.writeAsAccount(ctx, addSecrecyReviewSQL, r.DisclosureRef, day(r.ReviewedOn), r.ReviewedBy, r.Result)
	return wroteRow(result, wrap("recording the secrecy review", err))
}

const secrecyReviewsSQL = `-- store.SecrecyReviews
SELECT disclosure_ref, reviewed_on - date '1970-01-01', reviewed_by, result FROM secrecy_review WHERE disclosure_ref = ANY ($1)`

// SecrecyReviews reads the reviews of documents by ref; those without are left out.
func (r Reads) SecrecyReviews(ctx context.Context, refs []string) (map[string]disclosure.SecrecyReview, error) {
	found := map[string]disclosure.SecrecyReview{}
	err := r.seen().eachPrepared(ctx, "reading secrecy reviews", secrecyReviewsSQL, func(scan func(...any) error) error {
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
