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

const concernPageSQL = `-- store.ConcernPage
SELECT 0, ` + concernColumns + `
FROM unnest($1::text[]) AS w (publisher)
CROSS JOIN LATERAL (
    SELECT * FROM concern AS c
    WHERE c.publisher_code = w.publisher AND (NOT $2 OR c.responded_at IS NULL)
      AND ($3::timestamptz IS NULL OR c.detected_at < $3 OR c.detected_at = $3 AND c.ref > $4)
    ORDER BY c.detected_at DESC, c.ref LIMIT $5) AS c
ORDER BY c.detected_at DESC, c.ref LIMIT $5`

// ConcernPage reads concerns of some publishers, newest first, after a position
// in that order; with `open`, only those without an answer.
func (r Reads) ConcernPage(
	ctx context.Context,
	publishers []string,
	open bool,
	after *ConcernPosition,
	first int,
) ([]disclosure.Concern, error) {
	var concerns []disclosure.Concern
	var at any
	ref := ""
	if after != nil {
		at, ref = after.DetectedAt, after.Ref
	}
	err := r.eachPrepared(ctx, "reading concerns", concernPageSQL, func(scan func(...any) error) error {
		var list int
		c, err := scanConcern(scan, &list)
		concerns = append(concerns, c)
		return err
	}, pq.Array(publishers), open, at, ref, first)
	return concerns, err
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
	result, err := w.tx.ExecContext(ctx, addConcernSQL, c.Ref, c.PublisherCode, c.Title, int(c.Severity), c.DetectedAt)
	return wroteRow(result, wrap("registering the concern", err))
}

const changeConcernSQL = `-- store.ChangeConcern
UPDATE concern SET responded_at = $2, response_ref = $3, escalated_to = $4, recorded_by = DEFAULT, recorded_at = DEFAULT WHERE ref = $1`

// ChangeConcern writes when and by what a concern was answered and to whom it
// was reported.
func (w *Writing) ChangeConcern(ctx context.Context, c *disclosure.Concern) error {
	var responded any
	if !c.RespondedAt.IsZero() {
		responded = c.RespondedAt
	}
	_, err := w.tx.ExecContext(ctx, changeConcernSQL, c.Ref, responded, text(c.ResponseRef), c.EscalatedTo)
	return wrap("changing the concern", err)
}
