package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

const concernColumns = `c.ref, c.publisher_code, c.title, c.severity, c.detected_at, c.responded_at, coalesce(c.response_ref,
    ''), c.escalated_to`

const concernsByRefSQL = `-- store.ConcernsByRef
SELECT 0, ` + concernColumns + ` FROM concern AS c WHERE c.ref = ANY ($1)`

// ConcernsByRef reads concerns by their refs; unknown ones are left out.
func (r Reads) ConcernsByRef(ctx context.Context, refs []string) (map[string]disclosure.Concern, error) {
	found := map[string]disclosure.Concern{}
	err := r.each(ctx, "reading concerns", concernsByRefSQL, func(scan func(...any) error) error {
		var list int
		c, err := scanConcern(scan, &list)
		found[c.Ref] = c
		return err
	}, pq.Array(refs))
	return found, err
}

func scanConcern(scan func(...any) error, list *int) (c disclosure.Concern, err error) {
	var responded *time.Time
	err = scan(list, &c.Ref, &c.PublisherCode, &c.Title, &c.Severity, &c.DetectedAt, &responded, &c.ResponseRef, &c.EscalatedTo)
	if responded != nil {
		c.RespondedAt = *responded
	}
	return c, err
}

// ConcernFilter narrows a list of concerns; zero parts let all through.
type ConcernFilter struct {
	Open       *bool // only those without an answer, or only those with one
	Severities []disclosure.Severity
	From, To   time.Time // when they were detected: from the first on, before the second
	Title      string    // part of the title
}

func (f *ConcernFilter) arguments(lists [][]string) []any {
	publishers, numbers := numbered(lists)
	var severities any
	if len(f.Severities) > 0 {
		of := make([]int64, len(f.Severities))
		for i, severity := range f.Severities {
			of[i] = int64(severity)
		}
		severities = pq.Array(of)
	}
	return []any{publishers, numbers, f.Open, severities, instant(f.From), instant(f.To), f.Title}
}

// instant writes an instant, null where there is none.
func instant(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at
}

const concernWanted = `c.publisher_code = w.publisher AND ($3::boolean IS NULL OR (c.responded_at IS NULL) = $3)
            AND ($4::int[] IS NULL OR c.severity = ANY ($4))
            AND ($5::timestamptz IS NULL OR c.detected_at >= $5) AND ($6::timestamptz IS NULL OR c.detected_at < $6)
            AND ($7 = '' OR position($7 IN c.title) > 0)`

const concernPageColumns = `
SELECT list, ref, publisher_code, title, severity, detected_at, responded_at, response_ref, escalated_to
FROM (SELECT w.list, c.ref, c.publisher_code, c.title, c.severity, c.detected_at, c.responded_at,
             coalesce(c.response_ref, '') AS response_ref, c.escalated_to, row_number() OVER (PARTITION BY w.list ORDER BY `

const concernPagesSQL = `-- store.ConcernPages` + concernPageColumns + `c.detected_at DESC, c.ref) AS number
      FROM unnest($1::text[], $2::int[]) AS w (publisher, list)
      CROSS JOIN LATERAL (
          SELECT * FROM concern AS c
          WHERE ` + concernWanted + `
            AND ($8::timestamptz IS NULL OR c.detected_at < $8 OR c.detected_at = $8 AND c.ref > $9)
          ORDER BY c.detected_at DESC, c.ref LIMIT $10) AS c) AS c
WHERE number <= $10 ORDER BY list, number`

const oldestConcernsSQL = `-- store.ConcernPages, oldest first` + concernPageColumns + `c.detected_at, c.ref DESC) AS number
      FROM unnest($1::text[], $2::int[]) AS w (publisher, list)
      CROSS JOIN LATERAL (
          SELECT * FROM concern AS c
          WHERE ` + concernWanted + `
            AND ($8::timestamptz IS NULL OR c.detected_at > $8 OR c.detected_at = $8 AND c.ref < $9)
          ORDER BY c.detected_at, c.ref DESC LIMIT $10) AS c) AS c
WHERE number <= $10 ORDER BY list, number`

// ConcernPage asks for the first rows after a position; nil begins the list. Oldest
// first is the list the other way round.
type ConcernPage struct {
	First       int
	After       *ConcernPosition
	OldestFirst bool
}

// ConcernPages reads a page of the concerns of each list of publishers, in one
// statement.
func (r Reads) ConcernPages(
	ctx context.Context, lists [][]string, filter ConcernFilter, page ConcernPage,
) ([][]disclosure.Concern, error) {
	pages := make([][]disclosure.Concern, len(lists))
	statement := concernPagesSQL
	if page.OldestFirst {
		statement = oldestConcernsSQL
	}
	var at any
	ref := ""
	if page.After != nil {
		at, ref = page.After.DetectedAt, page.After.Ref
	}
	err := r.eachPrepared(ctx, "reading concerns", statement, func(scan func(...any) error) error {
		var list int
		c, err := scanConcern(scan, &list)
		pages[list] = append(pages[list], c)
		return err
	}, append(filter.arguments(lists), at, ref, page.First)...)
	return pages, err
}

const concernCountsSQL = `-- store.ConcernCounts
SELECT w.list, sum(c.number)
FROM unnest($1::text[], $2::int[]) AS w (publisher, list)
CROSS JOIN LATERAL (SELECT count(*) AS number FROM concern AS c WHERE ` + concernWanted + `) AS c
GROUP BY w.list`

// ConcernCounts counts the concerns of each list of publishers.
func (r Reads) ConcernCounts(ctx context.Context, lists [][]string, filter ConcernFilter) ([]int, error) {
	return r.countLists(ctx, "counting concerns", concernCountsSQL, len(lists), filter.arguments(lists)...)
}

// numbered writes lists of publishers as the arrays that a statement unnests: a row
// for each publisher of each list.
func numbered(lists [][]string) (publishers, numbers any) {
	var codes []string
	var of []int64
	for number, list := range lists {
		for _, code := range list {
			codes, of = append(codes, code), append(of, int64(number))
		}
	}
	return pq.Array(codes), pq.Array(of)
}

// countLists reads how many rows each of so many lists has.
func (r Reads) countLists(ctx context.Context, doing, statement string, lists int, arguments ...any) ([]int, error) {
	counts := make([]int, lists)
	return counts, r.eachPrepared(ctx, doing, statement, func(scan func(...any) error) error {
		var list, count int
		err := scan(&list, &count)
		counts[list] = count
		return err
	}, arguments...)
}

// ConcernPosition is a place in a list of concerns.
type ConcernPosition struct {
	DetectedAt time.Time
	Ref        string
}

const addConcernSQL = `-- store.AddConcern
INSERT INTO concern (ref, publisher_code, title, severity, detected_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (ref) DO NOTHING`

// AddConcern registers a concern; added is false where its ref is known.
func (w *Writing) AddConcern(ctx context.Context, c *disclosure.Concern) (added bool, err error) {
	result, err := w.writeAsAccount(ctx, addConcernSQL, c.Ref, c.PublisherCode, c.Title, int(c.Severity), c.DetectedAt)
	return wroteRow(result, wrap("registering the concern", err))
}

const changeConcernSQL = `-- store.ChangeConcern
UPDATE concern SET responded_at = $2, response_ref = $3, escalated_to = $4,
       recorded_by = DEFAULT, recorded_at = DEFAULT, recorded_in = DEFAULT WHERE ref = $1`

// ChangeConcern writes when and by what a concern was answered and to whom it
// was reported.
func (w *Writing) ChangeConcern(ctx context.Context, c *disclosure.Concern) error {
	result, err := w.writeAsAccount(ctx, changeConcernSQL, c.Ref, instant(c.RespondedAt), text(c.ResponseRef), c.EscalatedTo)
	return changed("changing the concern", result, err)
}
