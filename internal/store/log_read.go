package store

import (
	"context"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// LogEntry is a change as the log holds it. The texts of before and after are JSON.
type LogEntry struct {
	Sequence      int64
	At            time.Time
	Account       *string
	Way           Way
	Fact          string
	Key           string
	Before, After *string
	Salt          []byte
	Leaf          []byte
}

// LogState is one state of the log and of the rows that it is about.
type LogState struct{ tx *sqlx.Tx }

// ReadLog lets one state of the log be read, however long it takes.
func (s *Store) ReadLog(ctx context.Context, do func(*LogState) error) error {
	return reading(ctx, s.db, func(tx *sqlx.Tx) error { return do(&LogState{tx}) })
}

// Head tells how far the log is sealed.
func (l *LogState) Head(ctx context.Context) (LogHead, error) { return logHead(ctx, l.tx) }

const checkpointsSQL = `-- store.Checkpoints
SELECT size, note FROM log_checkpoint ORDER BY size, day`

// Checkpoint is what was signed of the log when it had so many entries.
type Checkpoint struct {
	Size int64
	Note string
}

// Checkpoints are those that are kept, the first one first.
func (l *LogState) Checkpoints(ctx context.Context) (all []Checkpoint, err error) {
	err = each(ctx, l.tx, "reading the checkpoints", checkpointsSQL, func(scan func(...any) error) error {
		var c Checkpoint
		err := scan(&c.Size, &c.Note)
		all = append(all, c)
		return err
	})
	return all, err
}

const logEntriesSQL = `-- store.Entries
SELECT sequence, at, account, way, fact, key, before, after, uuid_send(salt), leaf FROM log_entry ORDER BY sequence`

// Entries visits all sealed entries in their order.
func (l *LogState) Entries(ctx context.Context, visit func(*LogEntry) error) error {
	return each(ctx, l.tx, "reading the log", logEntriesSQL, func(scan func(...any) error) error {
		var e LogEntry
		err := scan(&e.Sequence, &e.At, &e.Account, &e.Way, &e.Fact, &e.Key, &e.Before, &e.After, &e.Salt, &e.Leaf)
		if err != nil {
			return err
		}
		return visit(&e)
	})
}

// A column that came later is null in the rows of before.
const brokenChainSQL = `-- store.Broken
SELECT o.sequence, o.fact, o.key FROM (
    SELECT sequence, fact, key, before, lag(after) OVER (PARTITION BY fact, key ORDER BY sequence) AS former FROM log_entry) AS o
WHERE CASE WHEN o.before IS DISTINCT FROM o.former
    THEN jsonb_strip_nulls(o.before::jsonb) IS DISTINCT FROM jsonb_strip_nulls(o.former::jsonb) END ORDER BY o.sequence`

// Broken visits the entries whose row was not as they say before them.
func (l *LogState) Broken(ctx context.Context, visit func(sequence int64, fact, key string)) error {
	return each(ctx, l.tx, "replaying the log", brokenChainSQL, func(scan func(...any) error) error {
		var sequence int64
		var fact, key string
		err := scan(&sequence, &fact, &key)
		visit(sequence, fact, key)
		return err
	})
}

// loggedTables are the tables whose changes are logged.
var loggedTables = strings.Fields(`arrangement_day node catalog catalog_entry assignment disclosure review secrecy_review concern
	event relief_movement news supervision_order order_event exemption_request account account_grant`)

// LoggedFacts are what an entry may be about.
var LoggedFacts = strings.Fields(`areas departments catalogs entries calendar assignments disclosures reviews secrecy_reviews concerns
	events relief news orders order_events exemption_requests account grant`)

const loggedRows = `SELECT fact, key, content FROM logged_arrangement_day UNION ALL SELECT fact, key, content FROM logged_node
    UNION ALL SELECT fact, key, content FROM logged_catalog UNION ALL SELECT fact, key, content FROM logged_catalog_entry
    UNION ALL SELECT fact, key, content FROM logged_assignment UNION ALL SELECT fact, key, content FROM logged_disclosure
    UNION ALL SELECT fact, key, content FROM logged_review UNION ALL SELECT fact, key, content FROM logged_secrecy_review
    UNION ALL SELECT fact, key, content FROM logged_concern UNION ALL SELECT fact, key, content FROM logged_event
    UNION ALL SELECT fact, key, content FROM logged_relief_movement UNION ALL SELECT fact, key, content FROM logged_news
    UNION ALL SELECT fact, key, content FROM logged_supervision_order UNION ALL SELECT fact, key, content FROM logged_order_event
    UNION ALL SELECT fact, key, content FROM logged_exemption_request
    UNION ALL SELECT fact, key, content FROM logged_account UNION ALL SELECT fact, key, content FROM logged_account_grant`

// What was written since the log was sealed comes after what is sealed.
const unloggedSQL = `-- store.Unlogged
WITH latest AS (
    SELECT DISTINCT ON (fact, key) fact, key, after FROM (
        SELECT fact, key, after, sequence, NULL::bigint AS turn, NULL::bigint AS n FROM log_entry
        UNION ALL SELECT p.fact, p.key, p.after, NULL, t.turn, p.n FROM log_pending AS p JOIN log_transaction AS t USING (number)) AS e
    ORDER BY fact, key, sequence DESC NULLS FIRST, turn DESC, n DESC)
SELECT fact, key, CASE WHEN l.after IS NULL THEN 'ADDED' WHEN r.content IS NULL THEN 'REMOVED' ELSE 'CHANGED' END
FROM (SELECT fact, key, after FROM latest WHERE after IS NOT NULL) AS l FULL JOIN (` + loggedRows + `) AS r USING (fact, key)
WHERE CASE WHEN l.after IS DISTINCT FROM r.content
    THEN jsonb_strip_nulls(l.after::jsonb) IS DISTINCT FROM jsonb_strip_nulls(r.content::jsonb) END ORDER BY fact, key`

// Unlogged visits the rows that are not as the log says, and tells whether they were
// ADDED, REMOVED or CHANGED without it.
func (l *LogState) Unlogged(ctx context.Context, visit func(fact, key, how string)) error {
	return each(ctx, l.tx, "comparing the rows with the log", unloggedSQL, func(scan func(...any) error) error {
		var fact, key, how string
		err := scan(&fact, &key, &how)
		visit(fact, key, how)
		return err
	})
}
