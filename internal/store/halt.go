package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Halt is a time in which the database is only read: whoever writes waits, or is told
// to try again. It ends with its connection.
type Halt struct {
	db     *sqlx.DB
	tx     *sqlx.Tx
	system string // the cluster
	seen   string // which transactions had ended when it began
}

const (
	// haltWait is how long writers may wait behind one who waits for another writer.
	haltWait     = 2 * time.Second
	haltPause    = time.Second
	haltAttempts = 100
)

var haltMet = []pqerror.Code{pqerror.LockNotAvailable, pqerror.TRDeadlockDetected, pqerror.UndefinedTable}

const haltSettingsSQL = `-- store.Halt: settings
SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
       set_config('lock_timeout', $1, true)`

// Tables that a session made for itself are its own.
const haltedTablesSQL = `-- store.Halt: tables
SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`

// haltStatistics keeps the database from noting by itself, in a transaction, what it
// knows of catalogs.
const haltStatistics = ", pg_catalog.pg_statistic"

const haltedStateSQL = `-- store.Halt: state
SELECT (SELECT system_identifier FROM pg_control_system())::text, pg_current_snapshot()::text`

// Halt waits until nobody writes, and lets nobody begin to. Its role must be a superuser.
func (s *Store) Halt(ctx context.Context) (*Halt, error) {
	const doing = "keeping the database from being written"
	config := s.config.Clone()
	config.Runtime["statement_timeout"] = "0"
	db, err := connect(config, s.options, 0)
	if err != nil {
		return nil, err
	}
	h := &Halt{db: db}
	err = tryAgain(ctx, haltAttempts, haltPause, haltMet, func() error { return h.begin(ctx) })
	if pq.As(err, haltMet...) != nil {
		err = problem.New(problem.Conflict, "", "others have written all the while, most likely an import; nothing was changed").
			Mend("try again when it is done")
	}
	if err != nil {
		return nil, errors.Join(wrap(doing, err), db.Close())
	}
	return h, nil
}

func (h *Halt) begin(ctx context.Context) (err error) {
	if h.tx, err = h.db.BeginTxx(ctx, nil); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			h.tx.Rollback() //nolint:errcheck // it has only locked
		}
	}()
	if _, err := h.tx.ExecContext(ctx, haltSettingsSQL, fmt.Sprint(haltWait.Milliseconds())); err != nil {
		return err
	}
	var tables string
	if err := h.tx.QueryRowContext(ctx, haltedTablesSQL).Scan(&tables); err != nil {
		return err
	}
	if _, err := h.tx.ExecContext(ctx, "LOCK TABLE "+tables+haltStatistics+" IN EXCLUSIVE MODE"); err != nil {
		return err
	}
	return h.tx.QueryRowContext(ctx, haltedStateSQL).Scan(&h.system, &h.seen)
}

const stillHaltedSQL = `-- store.Halt: whether it lasts
SELECT 1`

// Held tells whether it lasts still.
func (h *Halt) Held(ctx context.Context) error {
	if _, err := h.tx.ExecContext(ctx, stillHaltedSQL); err != nil {
		return fmt.Errorf("the database was written meanwhile, and nothing was changed; run it again: %w", err)
	}
	return nil
}

// End ends it.
func (h *Halt) End() {
	h.tx.Rollback() //nolint:errcheck // it has only locked
	h.db.Close()
}

const writtenSinceSQL = `-- store.WrittenSince
SELECT (SELECT system_identifier FROM pg_control_system())::text <> $1, EXISTS (
    SELECT FROM generate_series(pg_snapshot_xmin($2::pg_snapshot)::text::numeric,
                                pg_snapshot_xmax(pg_current_snapshot())::text::numeric - 1) AS id
    WHERE NOT pg_visible_in_snapshot(id::text::xid8, $2::pg_snapshot) AND pg_xact_status(id::text::xid8) = 'committed')`

// WrittenSince tells whether anything was written to the database since a halt of it
// began, however that ended.
func (s *Store) WrittenSince(ctx context.Context, h *Halt) (bool, error) {
	var another, written bool
	err := s.db.QueryRowContext(ctx, writtenSinceSQL, h.system, h.seen).Scan(&another, &written)
	return another || written, wrap("looking whether the database was written", err)
}

// halted is what one is told whose write would have to wait for longer than it may.
func halted() error {
	return problem.New(problem.Unavailable, "", "the database is only read just now, as while it is upgraded; nothing was written").
		Mend("try again in some minutes")
}
