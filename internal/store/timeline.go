package store

import (
	"context"
	"maps"
	"slices"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/packed"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// concernedPublishers are the publishers given, those of the documents given with
// what hangs together with them, and those of documents named.
const concernedPublishers = `
    SELECT unnest($1::text[])
    UNION SELECT d.publisher_code FROM disclosure AS d WHERE d.ref = ANY ($2::text[] || $3::text[])
    UNION SELECT d.publisher_code FROM disclosure AS asked JOIN disclosure AS d ON d.ref = asked.interprets_ref WHERE asked.ref = ANY ($2)
    UNION SELECT d.publisher_code FROM disclosure AS d WHERE d.interprets_ref = ANY ($2)`

const lockTimelinesSQL = `-- store.LockConcerned
SELECT t.publisher_code, t.packed, t.orders, false FROM publisher_timeline AS t
WHERE t.publisher_code IN (` + concernedPublishers + `)
ORDER BY t.publisher_code FOR UPDATE OF t`

// tryTimelinesSQL locks those that nobody holds, and tells of the others.
const tryTimelinesSQL = `-- store.LockConcerned: without waiting
WITH concerned (code) AS (` + concernedPublishers + `),
free AS (
    SELECT t.publisher_code, t.packed, t.orders FROM publisher_timeline AS t
    WHERE t.publisher_code IN (SELECT code FROM concerned) FOR UPDATE OF t SKIP LOCKED)
SELECT t.publisher_code, free.packed, free.orders, free.publisher_code IS NULL
FROM publisher_timeline AS t LEFT JOIN free ON free.publisher_code = t.publisher_code
WHERE t.publisher_code IN (SELECT code FROM concerned)`

// Concerned says whose timelines are to be locked.
type Concerned struct {
	Publishers []string
	// Documents stand for their publishers and those of the documents that they
	// interpret or that interpret them, Named for their own publishers.
	Documents, Named []string
}

// LockConcerned keeps other writers from publishers until the end. Locks are
// taken in the order of codes, so that two writers never wait for each other; where
// the writer does not wait, it is told at once of one that is held. A link that
// another writes meanwhile may lead to further publishers: what is read under the
// locks has to be compared with those that are locked. Who keeps all other writers out
// locks nobody.
func (w *Writing) LockConcerned(ctx context.Context, of Concerned) error {
	if w.HoldsLock(ReferenceExclusive) {
		return nil
	}
	of.Publishers = slices.DeleteFunc(slices.Concat(of.Publishers, w.wanted), w.Locked)
	if len(of.Publishers)+len(of.Documents)+len(of.Named) == 0 {
		return nil
	}
	query := lockTimelinesSQL
	if w.turn != nil && !w.turn.next() {
		query = tryTimelinesSQL
	}
	var held, fresh []string
	err := w.each(ctx, "locking timelines", query, func(scan func(...any) error) error {
		var t coverage.Timelines
		var elsewhere bool
		err := scan(&t.PublisherCode, (*[]byte)(&t.Packed), (*[]byte)(&t.Orders), &elsewhere)
		switch code := t.PublisherCode; {
		case elsewhere:
			held = append(held, code)
		case !w.Locked(code):
			fresh = append(fresh, code)
			w.locked[code] = t
		}
		return err
	}, pq.Array(of.Publishers), pq.Array(of.Documents), pq.Array(of.Named))
	if err != nil {
		return waited("waiting for other writers to the publisher", err)
	}
	if len(held) > 0 {
		return taken{slices.Min(held)}
	}
	if w.turn != nil {
		w.turn.of.holds(w, fresh)
	}
	for _, code := range of.Publishers {
		if !w.Locked(code) {
			w.locked[code] = coverage.Timelines{PublisherCode: code} // it has no row yet
		}
	}
	return nil
}

// LockTimelines locks publishers that are not yet locked, and returns what is packed, by
// code, of all that are, as this transaction has them.
func (w *Writing) LockTimelines(ctx context.Context, publishers []string) (map[string]coverage.Timelines, error) {
	err := w.LockConcerned(ctx, Concerned{Publishers: publishers})
	return w.locked, err
}

// TimelinesOf returns, by code, what publishers have packed, as this transaction has them.
// They are locked, or all other writers are kept out: then it may be the whole nation's,
// of which no more is held than is asked for at a time.
func (w *Writing) TimelinesOf(ctx context.Context, publishers []string) (map[string]coverage.Timelines, error) {
	if !w.HoldsLock(ReferenceExclusive) {
		return w.locked, nil
	}
	read, err := timelinesOf(ctx, w.tx, differingTimelinesSQL, pq.Array(publishers))
	of := make(map[string]coverage.Timelines, len(read))
	for _, t := range read {
		of[t.PublisherCode] = t
	}
	return of, err
}

// LockedTimelines are the timelines of the locked publishers, as this transaction
// has them.
func (w *Writing) LockedTimelines() []coverage.Timelines {
	return slices.Collect(maps.Values(w.locked))
}

// Locked tells whether a publisher is locked.
func (w *Writing) Locked(publisher string) bool {
	_, locked := w.locked[publisher]
	return locked
}

const saveTimelinesSQL = `-- store.SaveTimelines
UPDATE publisher_timeline AS t SET packed = fresh.packed, orders = fresh.orders, changed = pg_current_xact_id()
FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS fresh (code, packed, orders)
WHERE t.publisher_code = fresh.code AND (t.packed <> fresh.packed OR t.orders <> fresh.orders)`

// SaveTimelines writes packed timelines and orders; rows that do not change stay untouched.
func (w *Writing) SaveTimelines(ctx context.Context, timelines []coverage.Timelines) error {
	codes := make([]string, len(timelines))
	packed, orders := make([][]byte, len(timelines)), make([][]byte, len(timelines))
	for i, t := range timelines {
		codes[i], packed[i], orders[i] = t.PublisherCode, t.Packed, t.Orders
	}
	if _, err := w.tx.ExecContext(ctx, saveTimelinesSQL, pq.Array(codes), pq.ByteaArray(packed), pq.ByteaArray(orders)); err != nil {
		return wrap("writing timelines", err)
	}
	for _, t := range timelines {
		if w.Locked(t.PublisherCode) {
			w.locked[t.PublisherCode] = t
		}
	}
	return nil
}

const markTimelinesSQL = `-- store.MarkTimelines
UPDATE publisher_timeline SET changed = pg_current_xact_id()`

// MarkTimelines makes every server read all timelines again.
func (w *Writing) MarkTimelines(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, markTimelinesSQL)
	return wrap("marking all timelines as changed", err)
}

// A row that has no orders has no form of them.
const olderTimelinesSQL = `-- store.OlderTimelines
SELECT publisher_code FROM publisher_timeline
WHERE get_byte(substr(packed, 1, 1), 0) < $1 OR orders <> '' AND get_byte(substr(orders, 1, 1), 0) < $1 ORDER BY publisher_code`

// OlderTimelines names the publishers whose timelines or orders are packed in a form that is
// read no more.
func (s *Store) OlderTimelines(ctx context.Context) (publishers []string, err error) {
	const first = 1
	if packed.Oldest <= first { // there are none
		return nil, nil
	}
	err = s.each(ctx, "looking for timelines of older releases", olderTimelinesSQL, func(scan func(...any) error) error {
		var code string
		err := scan(&code)
		publishers = append(publishers, code)
		return err
	}, packed.Oldest)
	return publishers, err
}

const addTimelinesSQL = `-- store.AddTimelines
INSERT INTO publisher_timeline (publisher_code, packed)
SELECT code, $1 FROM node WHERE NOT EXISTS (SELECT FROM publisher_timeline WHERE publisher_code = code)`

// AddTimelines gives every new node a row for its timelines.
func (w *Writing) AddTimelines(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, addTimelinesSQL, []byte(timeline.Pack(nil)))
	return wrap("adding rows for timelines", err)
}

// EachTimelinesOf visits what some publishers have packed, as this transaction has it.
func (w *Writing) EachTimelinesOf(ctx context.Context, publishers []string, visit func(coverage.Timelines) error) error {
	read, err := timelinesOf(ctx, w.tx, differingTimelinesSQL, pq.Array(publishers))
	for i := 0; err == nil && i < len(read); i++ {
		err = visit(read[i])
	}
	return err
}

// EachTimelines visits the timelines of all publishers, as this transaction has them.
func (w *Writing) EachTimelines(ctx context.Context, visit func(coverage.Timelines) error) error {
	return w.each(ctx, "reading the timelines", timelinesSQL, func(scan func(...any) error) error {
		var t coverage.Timelines
		if err := scan(&t.PublisherCode, (*[]byte)(&t.Packed), (*[]byte)(&t.Orders)); err != nil {
			return err
		}
		return visit(t)
	})
}
