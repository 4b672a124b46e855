package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
)

// LogHead is how far the log is sealed.
type LogHead struct {
	Origin   string // the log's name in checkpoints
	Size     int64
	Edge     []byte // of the tree: from it alone it grows
	Verifier string // of the key that signs checkpoints; empty until one was signed
}

// LogGrown is a log to which leaves were added. Without a note there is no new
// checkpoint.
type LogGrown struct {
	Edge     []byte
	Verifier string
	Note     string
}

const toSealSQL = `-- store.Seal: whether there is anything to do
SELECT EXISTS (SELECT FROM log_transaction),
       h.size > coalesce((SELECT c.size FROM log_checkpoint AS c ORDER BY c.day DESC LIMIT 1), -1) FROM log_head AS h`

// Who seals waits for who does already, and sees in the next statement what is left.
// That ends with its caller; a large import takes longer than a question may.
const lockLogSQL = `-- store.Seal: one at a time
SELECT set_config('statement_timeout', '0', true), pg_advisory_xact_lock(` + sealKey + `)`

const logHeadSQL = `-- store.LogHead
SELECT origin, size, edge, coalesce(verifier, '') FROM log_head`

// sealSQL takes what is committed, whoever else still writes: that takes effect
// later, and comes later. What it does not see is not taken out. An instant that a
// clock set back gave is that of the entry before.
const sealSQL = `-- store.Seal
WITH ended AS (DELETE FROM log_transaction RETURNING number, account, way, turn, coalesce(at, clock_timestamp()) AS at),
timed AS (
    SELECT e.number, e.account, e.way, e.turn, greatest(h.at, max(e.at) OVER (ORDER BY e.turn, e.number)) AS at
    FROM ended AS e CROSS JOIN log_head AS h),
moved AS (
    DELETE FROM log_pending WHERE number = ANY (ARRAY(SELECT number FROM ended))
    RETURNING number, n, fact, key, publisher, former_publisher, before, after),
placed AS (
    SELECT h.size + row_number() OVER (ORDER BY t.turn, t.number, m.n) AS sequence, t.at, t.account, t.way,
           m.fact, m.key, m.before, m.after, gen_random_uuid() AS salt, m.publisher, m.former_publisher, t.number
    FROM moved AS m JOIN timed AS t USING (number) CROSS JOIN log_head AS h),
sealed AS (
    INSERT INTO log_entry (sequence, at, account, way, fact, key, before, after, salt, leaf, publisher, former_publisher)
    SELECT sequence, at, account, way, fact, key, before, after, salt,
           log_leaf(salt, sequence, at, account, way, fact, key, before, after), publisher, former_publisher
    FROM placed RETURNING sequence, leaf),
found AS (INSERT INTO log_place (number, sequence) SELECT number, max(sequence) FROM placed GROUP BY number)
SELECT leaf FROM sealed ORDER BY sequence`

const saveLogHeadSQL = `-- store.Seal: head
UPDATE log_head AS h SET size = $1, edge = $2, verifier = coalesce(h.verifier, nullif($3, '')),
       at = greatest(h.at, (SELECT e.at FROM log_entry AS e WHERE e.sequence = $1))`

// A checkpoint of more entries than there are is proof that some were taken out: it stays.
const saveCheckpointSQL = `-- store.Seal: checkpoint
INSERT INTO log_checkpoint AS c (day, size, note)
SELECT greatest((clock_timestamp() AT TIME ZONE 'UTC')::date, (SELECT max(day) FROM log_checkpoint)), $1, $2
ON CONFLICT (day) DO UPDATE SET size = excluded.size, note = excluded.note WHERE c.size <= excluded.size`

// Seal gives what was written to the log since its place there. It grows by leaves,
// in their order; where it is signed, checkpoints of it that lack are made too.
func (s *Store) Seal(ctx context.Context, signed bool, grow func(head LogHead, leaves [][]byte) (LogGrown, error)) error {
	const doing = "sealing the log"
	var waiting, unsigned bool
	if err := s.db.QueryRowContext(ctx, toSealSQL).Scan(&waiting, &unsigned); err != nil {
		return wrap(doing, err)
	}
	if !waiting && !(signed && unsigned) {
		return nil
	}
	tx, err := s.seals.BeginTxx(ctx, nil)
	if err != nil {
		return wrap(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, lockLogSQL); err != nil {
		return wrap(doing, err)
	}
	var unplaced bool
	if err := tx.QueryRowContext(ctx, unplacedSQL).Scan(&unplaced); err != nil {
		return wrap(doing, err)
	}
	head, err := logHead(ctx, tx)
	if err != nil {
		return err
	}
	var leaves [][]byte
	err = each(ctx, tx, doing, sealSQL, func(scan func(...any) error) error {
		var leaf []byte
		err := scan(&leaf)
		leaves = append(leaves, leaf)
		return err
	})
	if err != nil {
		return err
	}
	grown, err := grow(head, leaves)
	if err != nil {
		return err
	}
	size := head.Size + int64(len(leaves))
	if _, err := tx.ExecContext(ctx, saveLogHeadSQL, size, grown.Edge, grown.Verifier); err != nil {
		return wrap(doing, err)
	}
	if unplaced {
		if _, err := tx.ExecContext(ctx, forgetUnplacedSQL); err != nil {
			return wrap(doing, err)
		}
	}
	if grown.Note != "" {
		if _, err := tx.ExecContext(ctx, saveCheckpointSQL, size, grown.Note); err != nil {
			return wrap(doing, err)
		}
	}
	return wrap(doing, tx.Commit())
}

func logHead(ctx context.Context, from sqlx.QueryerContext) (head LogHead, err error) {
	err = from.QueryRowxContext(ctx, logHeadSQL).Scan(&head.Origin, &head.Size, &head.Edge, &head.Verifier)
	return head, wrap("reading how far the log is sealed", err)
}

// LogHead tells how far the log is sealed.
func (s *Store) LogHead(ctx context.Context) (LogHead, error) { return logHead(ctx, s.db) }

const checkpointSQL = `-- store.Checkpoint
SELECT note FROM log_checkpoint ORDER BY day DESC LIMIT 1`

// Checkpoint is the newest, empty where none was signed yet.
func (s *Store) Checkpoint(ctx context.Context) (note string, err error) {
	err = s.db.QueryRowContext(ctx, checkpointSQL).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return note, wrap("reading the newest checkpoint", err)
}

const logSignedSQL = `-- store.LogSigned
SELECT h.size, coalesce((SELECT c.size FROM log_checkpoint AS c ORDER BY c.day DESC LIMIT 1), 0) FROM log_head AS h`

// LogSigned counts the sealed entries, and those that a checkpoint covers.
func (s *Store) LogSigned(ctx context.Context) (entries, signed int64, err error) {
	err = s.db.QueryRowContext(ctx, logSignedSQL).Scan(&entries, &signed)
	return entries, signed, wrap("reading how far the log is signed", err)
}
