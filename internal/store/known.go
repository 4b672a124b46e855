package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Entry is a place in the log: all facts stand as they did after it. The zero Entry
// is before the first.
type Entry struct {
	Sequence int64
	// Leaf tells it from one of the same sequence in another history of the database.
	Leaf string
}

const settledBySQL = `-- store.SettledBy
SELECT $1 <= clock_timestamp(), $1 > clock_timestamp() - interval '1 minute'`

// Transactions that have their instant hold this lock until they have ended.
const awaitEndingSQL = `-- store.SettledBy: those that are ending
SELECT set_config('lock_timeout', '2000', true), pg_advisory_xact_lock(` + endingKey + `)`

// SettledBy tells whether an instant is past by the database's clock, by which the log
// goes; then it waits until what took effect by it is to be seen.
func (s *Store) SettledBy(ctx context.Context, instant time.Time) (past bool, err error) {
	const doing = "waiting for those who are just writing"
	var recent bool
	if err := s.db.QueryRowContext(ctx, settledBySQL, instant).Scan(&past, &recent); err != nil || !past || !recent {
		return past, wrap("looking at the database's clock", err)
	}
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return false, wrap(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // it holds a lock alone
	_, err = tx.ExecContext(ctx, awaitEndingSQL)
	return true, waited(doing, err)
}

const lastEntryBySQL = `-- store.LastEntryBy
SELECT coalesce(e.sequence, 0), coalesce(encode(e.leaf, 'hex'), ''), h.size + (SELECT count(*) FROM log_pending)
FROM log_head AS h LEFT JOIN LATERAL (
    SELECT sequence, leaf FROM log_entry WHERE at <= $1 ORDER BY at DESC, sequence DESC LIMIT 1) AS e ON true`

// LastEntryBy is the last sealed entry that had taken effect by an instant, and how
// many changes there were until now.
func (s *Store) LastEntryBy(ctx context.Context, instant time.Time) (last Entry, changes int64, err error) {
	err = s.db.QueryRowContext(ctx, lastEntryBySQL, instant).Scan(&last.Sequence, &last.Leaf, &changes)
	return last, changes, wrap("looking for the last change by an instant", err)
}

// KnownAfter reads the facts as they stood after an entry, whatever is written
// meanwhile: by the statements that read the present ones.
func (s *Store) KnownAfter(entry Entry) Reads { return Reads{source: known{s, entry}} }

// known reads by the views of the schema `known`, each statement in a transaction of
// its own: what was known does not change.
type known struct {
	store *Store
	entry Entry
}

// The views look dearer to the planner than they are: to compile them or start workers
// would take longer than they do.
const knownAfterSQL = `-- store.KnownAfter
SELECT set_config('search_path', 'known, ' || current_setting('search_path'), true),
       set_config('reliefgraph.known', $1::bigint::text, true),
       set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`

func (k known) reading(ctx context.Context, do func(*sqlx.Tx) error) error {
	return reading(ctx, k.store.db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, knownAfterSQL, k.entry.Sequence); err != nil {
			return wrap("reading what was known", err)
		}
		return do(tx)
	})
}

func (k known) each(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	return k.reading(ctx, func(tx *sqlx.Tx) error { return each(ctx, tx, doing, query, visit, arguments...) })
}

func (k known) eachPrepared(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	return k.each(ctx, doing, query, visit, arguments...)
}

// ReferenceAfter reads all nodes, catalogs and arrangements as they stood after an
// entry.
func (s *Store) ReferenceAfter(ctx context.Context, entry Entry) (reference timeline.Reference, err error) {
	err = known{s, entry}.reading(ctx, func(tx *sqlx.Tx) (err error) {
		reference, err = referenceOf(ctx, tx)
		return err
	})
	return reference, err
}

// ChangedSince is what changed after an entry of the log.
type ChangedSince struct {
	// Publishers are those of whose timelines any may have changed by changes of
	// facts, their own or those that hang together with them.
	Publishers []string
	// Nodes and Catalogs are the codes of those that changed; of a catalog its entries too.
	Nodes, Catalogs []string
	Calendar        bool
}

// Documents that hang together with one that did not change itself did so before too.
const changedSinceSQL = `-- store.ChangedSince
WITH changed AS (SELECT fact, key, publisher, publisher_after, before FROM known.change WHERE place > $1),
documents AS (
    SELECT DISTINCT CASE fact WHEN 'reviews' THEN key::jsonb ->> 0 ELSE key END COLLATE "C" AS ref
    FROM changed WHERE fact IN ('disclosures', 'reviews'))
SELECT 0, p.code FROM changed CROSS JOIN LATERAL (VALUES (publisher), (publisher_after)) AS p (code)
WHERE fact IN ('disclosures', 'reviews', 'concerns', 'news', 'relief', 'assignments', 'orders', 'order_events') AND p.code IS NOT NULL
UNION SELECT 0, d.publisher_code FROM documents AS c JOIN disclosure AS d ON d.ref = c.ref
UNION SELECT 0, d.publisher_code FROM documents AS c JOIN disclosure AS o ON o.ref = c.ref JOIN disclosure AS d ON d.ref = o.interprets_ref
UNION SELECT 0, d.publisher_code
FROM changed AS c JOIN disclosure AS d ON d.ref = c.before::json ->> 'interprets_ref' WHERE c.fact = 'disclosures'
UNION SELECT 0, d.publisher_code FROM documents AS c JOIN disclosure AS d ON d.interprets_ref = c.ref
UNION SELECT 0, m.from_code FROM documents AS c JOIN relief_movement AS m ON m.disclosure_ref = c.ref WHERE m.from_code IS NOT NULL
UNION ` + changedReference

const changedReference = `SELECT 1, key FROM changed WHERE fact IN ('areas', 'departments')
UNION SELECT 2, key FROM changed WHERE fact = 'catalogs'
UNION SELECT 2, key::jsonb ->> 0 FROM changed WHERE fact = 'entries'
UNION SELECT 3, '' FROM changed WHERE fact = 'calendar'`

const changedReferenceSQL = `-- store.ChangedReferenceSince
WITH changed AS (
    SELECT fact, key FROM known.change
    WHERE place > $1 AND fact IN ('areas', 'departments', 'catalogs', 'entries', 'calendar'))
` + changedReference

// ChangedSince tells what changed after an entry, up to the state that is read.
func (r Reads) ChangedSince(ctx context.Context, entry Entry) (ChangedSince, error) {
	return r.changedSince(ctx, changedSinceSQL, entry)
}

// ChangedReferenceSince tells it of all but publishers' facts.
func (r Reads) ChangedReferenceSince(ctx context.Context, entry Entry) (ChangedSince, error) {
	return r.changedSince(ctx, changedReferenceSQL, entry)
}

func (r Reads) changedSince(ctx context.Context, statement string, entry Entry) (changed ChangedSince, err error) {
	err = r.each(ctx, "reading what changed since", statement, func(scan func(...any) error) error {
		var kind int
		var code string
		err := scan(&kind, &code)
		switch kind {
		case 0:
			changed.Publishers = append(changed.Publishers, code)
		case 1:
			changed.Nodes = append(changed.Nodes, code)
		case 2:
			changed.Catalogs = append(changed.Catalogs, code)
		case 3:
			changed.Calendar = true
		}
		return err
	}, entry.Sequence)
	return changed, err
}

// Withheld is a document, an order or a request for exemption as it stood that not
// everybody may see today.
type Withheld struct {
	Ref string
	// PublisherCode, ListedOn and PublicationDay are as they stood, Never where there
	// was none; Owner is its publisher today, empty where it is gone. Documents alone
	// have days.
	PublisherCode  string
	ListedOn       calendar.Day
	PublicationDay calendar.Day
	Owner          string
}

// A document that did not change is to be seen today by who might see it then: days
// of publication only come nearer. One that was there changed from something.
const hiddenSinceSQL = `-- store.Withheld: changed and hidden today
SELECT DISTINCT c.ref FROM (
    SELECT CASE fact WHEN 'reviews' THEN key::jsonb ->> 0 ELSE key END AS ref FROM known.change
    WHERE place > $1 AND (fact = 'disclosures' AND before IS NOT NULL OR fact = 'reviews')) AS c
WHERE ` + notPublic

const notPublic = `NOT (SELECT EXISTS (SELECT FROM disclosure AS d WHERE d.ref = c.ref AND d.public_on <= $2))`

// Those that were of some publishers are found by these: the first change after the
// entry has the publisher of then. A review has its document's, whose own change tells
// where it has another since.
const hiddenSinceOfSQL = `-- store.Withheld: changed and hidden today, of publishers
SELECT DISTINCT c.ref FROM (
    SELECT key AS ref FROM known.change
    WHERE place > $1 AND fact = 'disclosures' AND before IS NOT NULL AND publisher = ANY ($3)
    UNION ALL
    SELECT key::jsonb ->> 0 FROM known.change
    WHERE place > $1 AND fact = 'reviews' AND publisher_after = ANY ($3)) AS c
WHERE ` + notPublic

// The refs are told as such, for the planner to know how many they are.
const withheldSQL = `-- store.Withheld
SELECT k.ref, k.publisher_code, k.listed_on - date '1970-01-01', coalesce(k.public_on - date '1970-01-01', $3),
       coalesce(d.publisher_code, '')
FROM known.disclosure AS k LEFT JOIN disclosure AS d ON d.ref = k.ref
WHERE k.ref = ANY ($1) AND (k.public_on <= $2 OR d.publisher_code <> k.publisher_code)`

const withheldAfterSQL = `-- store.Withheld: after which entry
SELECT set_config('reliefgraph.known', $1::bigint::text, true)`

// Withheld are the documents as they stood after an entry that changed since so that
// today they are hidden: those that everybody might see on the day then, and those
// that another publisher has today. Of some publishers it is those that were theirs then,
// and maybe others; of nil it is all.
func (s *Store) Withheld(
	ctx context.Context, entry Entry, then, today calendar.Day, publishers []string,
) (withheld []Withheld, err error) {
	const doing = "reading what is hidden today of what was known"
	err = reading(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, withheldAfterSQL, entry.Sequence); err != nil {
			return wrap(doing, err)
		}
		changed, arguments := hiddenSinceSQL, []any{entry.Sequence, day(today)}
		if publishers != nil {
			changed, arguments = hiddenSinceOfSQL, append(arguments, pq.Array(publishers))
		}
		var refs []string
		err := each(ctx, tx, doing, changed, func(scan func(...any) error) error {
			var ref string
			err := scan(&ref)
			refs = append(refs, ref)
			return err
		}, arguments...)
		if err != nil || len(refs) == 0 {
			return err
		}
		return each(ctx, tx, doing, withheldSQL, func(scan func(...any) error) error {
			var w Withheld
			err := scan(&w.Ref, &w.PublisherCode, &w.ListedOn, &w.PublicationDay, &w.Owner)
			withheld = append(withheld, w)
			return err
		}, pq.Array(refs), day(then), int(calendar.Never))
	})
	return withheld, err
}

// Orders of the public kind (order.Kind.Public) are to be seen by everybody; requests
// never are, so that of these it counts only whose they are.
const ordersHiddenSinceSQL = `-- store.WithheldOrders: changed and hidden today
SELECT DISTINCT c.fact = 'orders', c.key FROM known.change AS c
WHERE c.place > $1 AND c.fact IN ('orders', 'exemption_requests') AND c.before IS NOT NULL AND ` + notCriticised

const notCriticised = `NOT (SELECT EXISTS (SELECT FROM supervision_order AS o WHERE c.fact = 'orders' AND o.ref = c.key AND o.kind = 2))`

const ordersHiddenSinceOfSQL = `-- store.WithheldOrders: changed and hidden today, of publishers
SELECT DISTINCT c.fact = 'orders', c.key FROM known.change AS c
WHERE c.place > $1 AND c.fact IN ('orders', 'exemption_requests') AND c.before IS NOT NULL AND c.publisher = ANY ($2) AND ` + notCriticised

const withheldOrdersSQL = `-- store.WithheldOrders
SELECT true, k.ref, k.publisher_code, coalesce(o.publisher_code, '')
FROM known.supervision_order AS k LEFT JOIN supervision_order AS o ON o.ref = k.ref
WHERE k.ref = ANY ($1) AND (k.kind = 2 OR o.publisher_code <> k.publisher_code)
UNION ALL
SELECT false, k.ref, k.publisher_code, x.publisher_code
FROM known.exemption_request AS k JOIN exemption_request AS x ON x.ref = k.ref
WHERE k.ref = ANY ($2) AND x.publisher_code <> k.publisher_code`

// WithheldOrders are the orders as they stood after an entry that changed since so that
// today they are hidden: those that everybody might see then, and those that another
// publisher has today; and the requests for exemption that another has. Of some
// publishers it is those that were theirs then, and maybe others; of nil it is all.
func (s *Store) WithheldOrders(ctx context.Context, entry Entry, publishers []string) (orders, requests []Withheld, err error) {
	const doing = "reading which orders of what was known are hidden today"
	err = reading(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, withheldAfterSQL, entry.Sequence); err != nil {
			return wrap(doing, err)
		}
		changed, arguments := ordersHiddenSinceSQL, []any{entry.Sequence}
		if publishers != nil {
			changed, arguments = ordersHiddenSinceOfSQL, append(arguments, pq.Array(publishers))
		}
		refs := map[bool][]string{true: {}, false: {}} // of orders, of requests
		err := each(ctx, tx, doing, changed, func(scan func(...any) error) error {
			var isOrder bool
			var ref string
			err := scan(&isOrder, &ref)
			refs[isOrder] = append(refs[isOrder], ref)
			return err
		}, arguments...)
		if err != nil || len(refs[true])+len(refs[false]) == 0 {
			return err
		}
		return each(ctx, tx, doing, withheldOrdersSQL, func(scan func(...any) error) error {
			var isOrder bool
			var w Withheld
			err := scan(&isOrder, &w.Ref, &w.PublisherCode, &w.Owner)
			if isOrder {
				orders = append(orders, w)
			} else {
				requests = append(requests, w)
			}
			return err
		}, pq.Array(refs[true]), pq.Array(refs[false]))
	})
	return orders, requests, err
}
