package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Saved tells of one state of a database what is kept of it besides its rows.
type Saved struct {
	Schema     int64 // the last migration that it had
	Database   string
	At         time.Time
	Checkpoint string // the newest of its log; empty where none was signed
	Unsealed   int    // transactions that were not sealed yet
	Tables     []SavedTable
	Sequences  []SavedSequence
}

// SavedTable is a table with the columns that are kept. Tables stand before those
// that refer to them.
type SavedTable struct {
	Name    string
	Columns []string

	read string // the statement that reads it
}

// SavedSequence is the last number that a sequence gave.
type SavedSequence struct {
	Name string
	Last int64
}

// Saving is one state of the database that is being read whole.
type Saving struct {
	Saved
	tx *sqlx.Tx
}

const saveSettingsSQL = `-- store.Save: settings
SELECT pg_backend_pid(), set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
       set_config('datestyle', 'ISO', true), set_config('bytea_output', 'hex', true),
       set_config('extra_float_digits', '1', true)`

// What follows from other columns is left out, and so are ids of transactions, which
// mean nothing in another cluster. What an extension made is made by it again. Who
// follows gaps begins anew in a database that was restored.
const savedTablesSQL = `-- store.Save: tables
SELECT t.name, t.columns,
       format('SELECT json_build_array(%s)::text FROM %I', (SELECT string_agg(format('%I::text', c), ', ' ORDER BY n)
           FROM unnest(t.columns) WITH ORDINALITY AS u (c, n)), t.name),
       (SELECT coalesce(array_agg(DISTINCT r.relname::text), '{}') FROM pg_constraint AS f JOIN pg_class AS r ON r.oid = f.confrelid
        WHERE f.conrelid = t.oid AND f.contype = 'f' AND NOT f.condeferrable AND f.confrelid <> t.oid)
FROM (SELECT c.oid, c.relname::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
        AND c.relname NOT IN ('goose_db_version', 'gap_event', 'gap_event_gone', 'book_change', 'former_timeline',
                              'former_timelines_from', 'log_place')
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.atttypid <> 'xid8'::regtype
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      GROUP BY c.oid, c.relname) AS t
ORDER BY t.name`

const savedSequencesSQL = `-- store.Save: sequences
SELECT s.sequencename, s.last_value FROM pg_sequences AS s
WHERE s.schemaname = current_schema() AND s.last_value IS NOT NULL AND s.sequencename <> 'goose_db_version_id_seq' ORDER BY 1`

const savedSchemaSQL = `-- store.Save: schema
SELECT coalesce(max(version_id), 0), clock_timestamp(), to_regclass('database_identity') IS NOT NULL, to_regclass('log_head') IS NOT NULL
FROM goose_db_version WHERE is_applied`

const identitySQL = `-- store.Save: identity
SELECT id::text FROM database_identity`

const savedLogSQL = `-- store.Save: log
SELECT coalesce((SELECT note FROM log_checkpoint ORDER BY day DESC LIMIT 1), ''), (SELECT count(*) FROM log_transaction)`

const migratedAtAllSQL = `-- store.Save: migrated at all
SELECT to_regclass('goose_db_version') IS NOT NULL`

// errInTheWay says that the tables are wanted by somebody who changes them.
var errInTheWay = errors.New("another session changes the tables themselves")

// Save reads one state of the database whole, while writers go on. Where somebody
// waits for what it holds, as a migration may, for which writers wait in turn, it
// gives way and begins again: `do` is called again then.
func (s *Store) Save(ctx context.Context, do func(context.Context, *Saving) error) error {
	const attempts = 10
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			select {
			case <-time.After(time.Duration(attempt) * time.Second):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		err = s.saveOnce(ctx, do)
		if !errors.Is(err, errInTheWay) {
			return err
		}
	}
	return fmt.Errorf("reading the database: %w, and did so %d times; try again when no migration is under way", err, attempts)
}

func (s *Store) saveOnce(ctx context.Context, do func(context.Context, *Saving) error) error {
	const doing = "reading the database"
	config := s.config.Clone()
	config.Runtime["statement_timeout"] = "0"
	db, err := connect(config, s.options, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	var migrated bool
	if err := db.QueryRowContext(ctx, migratedAtAllSQL).Scan(&migrated); err != nil {
		return wrap(doing, err)
	}
	if !migrated {
		return errors.New("the database holds no reliefgraph; name another")
	}
	within, give := context.WithCancelCause(ctx)
	defer give(nil)
	err = reading(within, db, func(tx *sqlx.Tx) error {
		pid, err := lockTables(within, db, tx)
		if err != nil {
			return err
		}
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			giveWay(within, db, pid, give)
		}()
		defer func() { give(nil); <-watched }()
		saving := &Saving{tx: tx}
		if saving.Saved, err = savedOf(within, tx); err != nil {
			return err
		}
		return do(within, saving)
	})
	if cause := context.Cause(within); errors.Is(cause, errInTheWay) {
		return errInTheWay
	}
	return err
}

// lockTables keeps the tables as they are, before the state is settled: one that
// was made anew after that would seem to be empty. It returns the backend's number.
func lockTables(ctx context.Context, db *sqlx.DB, tx *sqlx.Tx) (pid int, err error) {
	const doing = "locking the tables"
	tables, err := savedTables(ctx, db)
	if err != nil {
		return 0, err
	}
	names := "goose_db_version"
	for _, table := range tables {
		names += ", " + pq.QuoteIdentifier(table.Name)
	}
	// Who waited here with some of the locks might be waited for.
	_, err = tx.ExecContext(ctx, "LOCK TABLE "+names+" IN ACCESS SHARE MODE NOWAIT")
	if pq.As(err, pqerror.LockNotAvailable, pqerror.UndefinedTable) != nil {
		return 0, errInTheWay
	} else if err != nil {
		return 0, wrap(doing, err)
	}
	var ignored any
	err = tx.QueryRowContext(ctx, saveSettingsSQL).Scan(&pid, &ignored, &ignored, &ignored, &ignored, &ignored)
	if err != nil {
		return 0, wrap(doing, err)
	}
	locked, err := savedTables(ctx, tx)
	if err == nil && !slices.EqualFunc(tables, locked, func(a, b SavedTable) bool { return a.read == b.read }) {
		return 0, errInTheWay // a migration came between
	}
	return pid, err
}

const hindersSQL = `-- store.Save: whether somebody waits
SELECT EXISTS (SELECT FROM pg_locks AS l WHERE NOT l.granted AND $1 = ANY (pg_blocking_pids(l.pid)))`

// giveWay ends the reading when somebody has waited for it for about a second.
func giveWay(ctx context.Context, db *sqlx.DB, pid int, give context.CancelCauseFunc) {
	const pause, most = 250 * time.Millisecond, 4
	for seen := 0; seen < most; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		var waits bool
		if err := db.QueryRowContext(ctx, hindersSQL, pid).Scan(&waits); err != nil || !waits {
			seen = 0
			continue
		}
		seen++
	}
	give(errInTheWay)
}

// savedTables are in the order in which they may be put back.
func savedTables(ctx context.Context, from sqlx.QueryerContext) (ordered []SavedTable, err error) {
	known, refers := map[string]SavedTable{}, map[string][]string{}
	var names []string
	err = each(ctx, from, "reading the tables", savedTablesSQL, func(scan func(...any) error) error {
		var t SavedTable
		var to []string
		if err := scan(&t.Name, pq.Array(&t.Columns), &t.read, pq.Array(&to)); err != nil {
			return err
		}
		names = append(names, t.Name)
		known[t.Name], refers[t.Name] = t, to
		return nil
	})
	var add func(name string)
	add = func(name string) {
		table, waiting := known[name]
		if !waiting {
			return
		}
		delete(known, name)
		for _, first := range refers[name] {
			add(first)
		}
		ordered = append(ordered, table)
	}
	for _, name := range names {
		add(name)
	}
	return ordered, err
}

func savedOf(ctx context.Context, tx *sqlx.Tx) (s Saved, err error) {
	const doing = "reading the state of the database"
	var identified, logged bool
	if err := tx.QueryRowContext(ctx, savedSchemaSQL).Scan(&s.Schema, &s.At, &identified, &logged); err != nil {
		return s, wrap(doing, err)
	}
	if identified {
		if err := tx.QueryRowContext(ctx, identitySQL).Scan(&s.Database); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return s, wrap(doing, err)
		}
	}
	if logged {
		if err := tx.QueryRowContext(ctx, savedLogSQL).Scan(&s.Checkpoint, &s.Unsealed); err != nil {
			return s, wrap(doing, err)
		}
	}
	if s.Tables, err = savedTables(ctx, tx); err != nil {
		return s, err
	}
	err = each(ctx, tx, doing, savedSequencesSQL, func(scan func(...any) error) error {
		var q SavedSequence
		err := scan(&q.Name, &q.Last)
		s.Sequences = append(s.Sequences, q)
		return err
	})
	return s, err
}

// Rows visits the rows of a table, each as a JSON list of the texts of its columns.
// A row is only good until the next.
func (s *Saving) Rows(ctx context.Context, table SavedTable, visit func(row []byte) error) error {
	return each(ctx, s.tx, "reading "+table.Name, table.read, func(scan func(...any) error) error {
		var row sql.RawBytes
		if err := scan(&row); err != nil {
			return err
		}
		return visit(row)
	})
}
