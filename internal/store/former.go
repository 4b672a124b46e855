package store

import (
	"context"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// placed holds where all that is sealed from the floor on was given its place. A program
// of before seals without: what was replaced meanwhile cannot be told.
const placed = `h.size <= greatest(f.sequence, (SELECT max(sequence) FROM log_place))`

const formerKeptSQL = `-- store.FormerKept
SELECT f.sequence <= $1 AND ` + placed + ` FROM former_timelines_from AS f CROSS JOIN log_head AS h`

// FormerKept tells whether the timelines that were replaced after an entry are kept.
func (r Reads) FormerKept(ctx context.Context, entry Entry) (kept bool, err error) {
	err = r.each(ctx, "looking which timelines are kept", formerKeptSQL, func(scan func(...any) error) error {
		return scan(&kept)
	}, entry.Sequence)
	return kept, err
}

// Of each publisher those that the first transaction after the entry replaced. What is
// not sealed yet comes after all that is, in the order in which it took effect.
const formerTimelinesSQL = `-- store.FormerTimelines
SELECT f.publisher_code, f.packed, f.orders FROM (
    SELECT DISTINCT ON (o.publisher_code) o.publisher_code, l.number
    FROM (SELECT number, sequence, NULL::bigint AS turn FROM log_place WHERE sequence > $1
          UNION ALL SELECT number, NULL, turn FROM log_transaction) AS l
    CROSS JOIN LATERAL (SELECT publisher_code FROM former_timeline AS o WHERE o.number = l.number OFFSET 0) AS o
    ORDER BY o.publisher_code, l.sequence NULLS LAST, l.turn, l.number) AS first
JOIN former_timeline AS f ON f.publisher_code = first.publisher_code AND f.number = first.number`

// The same of some publishers, from all that was kept of them.
const formerTimelinesOfSQL = `-- store.FormerTimelinesOf
SELECT f.publisher_code, f.packed, f.orders FROM (
    SELECT DISTINCT ON (o.publisher_code) o.publisher_code, o.number
    FROM former_timeline AS o
    CROSS JOIN LATERAL (SELECT sequence, NULL::bigint AS turn FROM log_place WHERE number = o.number AND sequence > $1
          UNION ALL SELECT NULL, turn FROM log_transaction WHERE number = o.number OFFSET 0) AS l
    WHERE o.publisher_code = ANY ($2)
    ORDER BY o.publisher_code, l.sequence NULLS LAST, l.turn, o.number) AS first
JOIN former_timeline AS f ON f.publisher_code = first.publisher_code AND f.number = first.number`

// FormerTimelines reads the timelines that publishers had after an entry, of those that
// have others since.
func (r Reads) FormerTimelines(ctx context.Context, entry Entry) ([]coverage.Timelines, error) {
	return r.formerTimelines(ctx, formerTimelinesSQL, entry.Sequence)
}

func (r Reads) formerTimelines(ctx context.Context, statement string, arguments ...any) (found []coverage.Timelines, err error) {
	err = r.each(ctx, "reading former timelines", statement, func(scan func(...any) error) error {
		var t coverage.Timelines
		err := scan(&t.PublisherCode, (*[]byte)(&t.Packed), (*[]byte)(&t.Orders))
		found = append(found, t)
		return err
	}, arguments...)
	return found, err
}

// FormerTimelinesOf reads them of some publishers.
func (r Reads) FormerTimelinesOf(ctx context.Context, entry Entry, publishers []string) ([]coverage.Timelines, error) {
	return r.formerTimelines(ctx, formerTimelinesOfSQL, entry.Sequence, pq.Array(publishers))
}

const forgetFormerSQL = `-- store.ForgetFormer
WITH former AS (DELETE FROM former_timeline), places AS (DELETE FROM log_place)
UPDATE former_timelines_from
SET sequence = greatest(sequence, (SELECT size FROM log_head) + (SELECT count(*) FROM log_pending))`

// ForgetFormer lets the former timelines go, which by other rules were others. Nobody
// else may be writing.
func (w *Writing) ForgetFormer(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, forgetFormerSQL)
	return wrap("letting former timelines go", err)
}

const unplacedSQL = `-- store.Seal: whether any has no place
SELECT NOT (` + placed + `) FROM former_timelines_from AS f CROSS JOIN log_head AS h`

// What is not sealed yet will get its place.
const forgetUnplacedSQL = `-- store.Seal: without a place
WITH former AS (
    DELETE FROM former_timeline AS f WHERE NOT EXISTS (SELECT FROM log_transaction AS t WHERE t.number = f.number)),
places AS (DELETE FROM log_place)
UPDATE former_timelines_from SET sequence = greatest(sequence, (SELECT size FROM log_head))`
