package store

import (
	"context"
	"slices"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

const lockTimelinesSQL = `-- store.LockTimelines
SELECT publisher_code, packed FROM publisher_timeline WHERE publisher_code = ANY ($1)
ORDER BY publisher_code FOR UPDATE`

// LockTimelines keeps other writers from the publishers until the end, and reads
// their timelines. Locks are taken in the order of codes, so that two writers
// never wait for each other.
func (w *Writing) LockTimelines(ctx context.Context, publishers []string) (map[string]timeline.Packed, error) {
	publishers = slices.Clone(publishers)
	slices.Sort(publishers)
	packed := make(map[string]timeline.Packed, len(publishers))
	err := w.each(ctx, "locking timelines", lockTimelinesSQL, func(scan func(...any) error) error {
		var code string
		var row []byte
		err := scan(&code, &row)
		packed[code] = row
		return err
	}, pq.Array(publishers))
	return packed, waited("waiting for other writers to the publisher", err)
}

const saveTimelinesSQL = `-- store.SaveTimelines
UPDATE publisher_timeline AS t SET packed = fresh.packed, changed = pg_current_xact_id()
FROM unnest($1::text[], $2::bytea[]) AS fresh (code, packed)
WHERE t.publisher_code = fresh.code AND t.packed <> fresh.packed`

// SaveTimelines writes packed timelines; rows that do not change stay untouched.
func (w *Writing) SaveTimelines(ctx context.Context, timelines []coverage.Timelines) error {
	codes := make([]string, len(timelines))
	packed := make([][]byte, len(timelines))
	for i, t := range timelines {
		codes[i], packed[i] = t.PublisherCode, t.Packed
	}
	_, err := w.tx.ExecContext(ctx, saveTimelinesSQL, pq.Array(codes), pq.ByteaArray(packed))
	return wrap("writing timelines", err)
}

const markTimelinesSQL = `-- store.MarkTimelines
UPDATE publisher_timeline SET changed = pg_current_xact_id()`

// MarkTimelines makes every server read all timelines again.
func (w *Writing) MarkTimelines(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, markTimelinesSQL)
	return wrap("marking all timelines as changed", err)
}

const addTimelinesSQL = `-- store.AddTimelines
INSERT INTO publisher_timeline (publisher_code)
SELECT code FROM node WHERE NOT EXISTS (SELECT FROM publisher_timeline WHERE publisher_code = code)`

// AddTimelines gives every new node a row for its timelines.
func (w *Writing) AddTimelines(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, addTimelinesSQL)
	return wrap("adding rows for timelines", err)
}
