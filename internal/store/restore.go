package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/migrations"
)

// Restoring is a saved state that is being put into a database.
type Restoring struct {
	db      *sqlx.DB
	saved   *Saved
	known   map[string]SavedTable // as the database has them
	skipped map[string]bool       // tables whose rows are not wanted
	copied  map[string]int64      // rows put back
	walled  []string              // tables that bind their owner by row-level security too
	Strange []string              // tables that no migration makes; their rows are passed over
}

// sessionTables hold what lets somebody in without a password, or is about to.
var sessionTables = []string{"session", "sign_in", "api_token"}

// NewestSchema is the last migration that the program knows.
func NewestSchema() (int64, error) {
	steps, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil || len(steps) == 0 {
		return 0, fmt.Errorf("reading the migrations: %w", err)
	}
	number, _, _ := strings.Cut(steps[len(steps)-1], "_")
	return strconv.ParseInt(number, 10, 64)
}

// Restore puts a saved state into an empty database, brings its schema up to date,
// lets it be proven, and keeps it, all in one transaction: whatever fails or ends
// before leaves the database as it was. `fill` puts the rows of one table after the
// other; sessions and tokens only where they are wanted.
func (s *Store) Restore(
	ctx context.Context, saved *Saved, withSessions bool, fill func(*Restoring) error, prove func(within *Store) error,
) error {
	return s.whole(ctx, func(within *Store) error {
		if err := within.refuseFilled(ctx); err != nil {
			return err
		}
		if err := within.migrateTo(ctx, saved.Schema); err != nil {
			return err
		}
		r := &Restoring{db: within.db, saved: saved, skipped: map[string]bool{}, copied: map[string]int64{}}
		for _, name := range sessionTables {
			r.skipped[name] = !withSessions
		}
		if err := r.empty(ctx); err != nil {
			return err
		}
		if err := fill(r); err != nil {
			return err
		}
		if err := r.complete(ctx); err != nil {
			return err
		}
		newest, err := NewestSchema()
		if err == nil {
			err = within.migrateTo(ctx, newest)
		}
		if err == nil {
			_, err = within.db.ExecContext(ctx, newIdentitySQL)
		}
		if err == nil { // they are kept from here on
			_, err = within.db.ExecContext(ctx, forgetFormerSQL)
		}
		if err == nil {
			_, err = within.db.ExecContext(ctx, "ANALYZE")
		}
		if err != nil {
			return wrap("bringing the schema up to date", err)
		}
		return prove(within)
	})
}

const newIdentitySQL = `-- store.Restore: identity
UPDATE database_identity SET id = gen_random_uuid()`

// restoreSettingsSQL lets nobody be waited for long: an empty database is in use by
// none but the looks of servers.
const restoreSettingsSQL = `-- store.Restore: settings
SELECT set_config('lock_timeout', '60s', true), set_config('idle_in_transaction_session_timeout', '0', true),
       set_config('datestyle', 'ISO', true), set_config('timezone', 'UTC', true)`

const filledSQL = `-- store.Restore: tables there
SELECT coalesce(array_agg(name), '{}') FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL`

// refuseFilled refuses a database in which anything was recorded.
func (s *Store) refuseFilled(ctx context.Context) error {
	const doing = "looking whether the database is empty"
	if _, err := s.db.ExecContext(ctx, restoreSettingsSQL); err != nil {
		return wrap(doing, err)
	}
	var there []string
	tables := append([]string{"log_entry", "log_pending"}, loggedTables...)
	if err := s.db.QueryRowContext(ctx, filledSQL, pq.Array(tables)).Scan(pq.Array(&there)); err != nil {
		return wrap(doing, err)
	}
	for _, name := range there {
		var filled bool
		if err := s.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM "+pq.QuoteIdentifier(name)+")").Scan(&filled); err != nil {
			return wrap(doing, err)
		}
		if filled {
			return problem.New(problem.Conflict, "", "the database is not empty (%s has rows); nothing was changed", name).
				Mend("name a new database (CREATE DATABASE) with --database-url or a new folder with --data-dir; " +
					"of a data folder --replace puts the backup in the place of what it holds, which is kept beside")
		}
	}
	return nil
}

// migrateTo takes the schema to a version, from below or above.
func (s *Store) migrateTo(ctx context.Context, version int64) error {
	// The lock is that of the whole transaction, which has one connection.
	err := awaitMigrations(ctx, func() (bool, error) { return tryMigrations(ctx, s.db) })
	if err != nil {
		return err
	}
	provider, err := migrator(s.db.DB)
	if err != nil {
		return err
	}
	if _, err = provider.UpTo(ctx, version); err == nil {
		_, err = provider.DownTo(ctx, version)
	}
	return wrap(fmt.Sprintf("making the schema of version %d", version), err)
}

const walledTablesSQL = `-- store.Restore: tables behind the wall
SELECT coalesce(array_agg(c.relname::text), '{}') FROM pg_class AS c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relforcerowsecurity`

// empty takes out what migrations put into the tables, with their triggers off.
func (r *Restoring) empty(ctx context.Context) error {
	const doing = "preparing the tables"
	tables, err := savedTables(ctx, r.db)
	if err != nil {
		return err
	}
	r.known = map[string]SavedTable{}
	for _, table := range tables {
		r.known[table.Name] = table
	}
	var names []string
	for _, wanted := range r.saved.Tables {
		table, known := r.known[wanted.Name]
		if !known {
			r.Strange = append(r.Strange, wanted.Name)
			r.skipped[wanted.Name] = true
			continue
		}
		for _, column := range wanted.Columns {
			if !slices.Contains(table.Columns, column) {
				return fmt.Errorf("the table %s has no column %s in the schema of version %d", wanted.Name, column, r.saved.Schema)
			}
		}
		names = append(names, pq.QuoteIdentifier(wanted.Name))
	}
	if err := r.db.QueryRowContext(ctx, walledTablesSQL).Scan(pq.Array(&r.walled)); err != nil {
		return wrap(doing, err)
	}
	var statements []string
	for _, name := range names {
		statements = append(statements, "ALTER TABLE "+name+" DISABLE TRIGGER USER")
	}
	for _, name := range r.walled { // COPY does not go with policies
		statements = append(statements, "ALTER TABLE "+pq.QuoteIdentifier(name)+" NO FORCE ROW LEVEL SECURITY")
	}
	for _, statement := range statements {
		if _, err := r.db.ExecContext(ctx, statement); err != nil {
			return wrap(doing, err)
		}
	}
	for _, statement := range []string{"TRUNCATE " + strings.Join(names, ", "), "SET CONSTRAINTS ALL DEFERRED"} {
		if _, err := r.db.ExecContext(ctx, statement); err != nil {
			return wrap(doing, err)
		}
	}
	return nil
}

// Table puts the rows of a table back. Each is the texts of the columns that were
// kept, null where there is none; `next` returns nil after the last.
func (r *Restoring) Table(ctx context.Context, saved SavedTable, next func() ([]*string, error)) error {
	doing := "filling " + saved.Name
	if r.skipped[saved.Name] {
		for {
			if row, err := next(); row == nil || err != nil {
				return err
			}
		}
	}
	names := make([]string, len(saved.Columns))
	for i, column := range saved.Columns {
		names[i] = pq.QuoteIdentifier(column)
	}
	// In a transaction of its own: a pool gives a statement any connection otherwise.
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return wrap(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	into, err := tx.PrepareContext(ctx, copyInto(saved.Name, names))
	if err != nil {
		return wrap(doing, err)
	}
	defer into.Close() // the end of the rows closes it too
	values := make([]any, len(saved.Columns))
	for {
		row, err := next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		for i, text := range row {
			values[i] = nil
			if text != nil {
				values[i] = *text
			}
		}
		if _, err := into.ExecContext(ctx, values...); err != nil {
			return wrap(doing, err)
		}
		r.copied[saved.Name]++
	}
	if _, err := into.ExecContext(ctx); err != nil {
		return wrap(doing, err)
	}
	return wrap(doing, tx.Commit())
}

func copyInto(table string, columns []string) string {
	return "COPY " + pq.QuoteIdentifier(table) + " (" + strings.Join(columns, ", ") + ") FROM STDIN"
}

const setSequenceSQL = `-- store.Restore: sequences
SELECT setval(quote_ident($1)::regclass, $2) WHERE to_regclass(quote_ident($1)) IS NOT NULL`

// complete checks what rows say of each other, and lets triggers work again.
func (r *Restoring) complete(ctx context.Context) error {
	const doing = "completing the tables"
	for _, sequence := range r.saved.Sequences {
		if _, err := r.db.ExecContext(ctx, setSequenceSQL, sequence.Name, sequence.Last); err != nil {
			return wrap(doing, err)
		}
	}
	if _, err := r.db.ExecContext(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
		return wrap(doing, err)
	}
	for _, name := range r.walled {
		if _, err := r.db.ExecContext(ctx, "ALTER TABLE "+pq.QuoteIdentifier(name)+" FORCE ROW LEVEL SECURITY"); err != nil {
			return wrap(doing, err)
		}
	}
	for _, table := range r.saved.Tables {
		if _, known := r.known[table.Name]; !known {
			continue
		}
		if _, err := r.db.ExecContext(ctx, "ALTER TABLE "+pq.QuoteIdentifier(table.Name)+" ENABLE TRIGGER USER"); err != nil {
			return wrap(doing, err)
		}
		if r.skipped[table.Name] {
			continue
		}
		var rows int64
		if err := r.db.QueryRowContext(ctx, "SELECT count(*) FROM "+pq.QuoteIdentifier(table.Name)).Scan(&rows); err != nil {
			return wrap(doing, err)
		}
		if rows != r.copied[table.Name] {
			return fmt.Errorf("%s has %d rows, %d were put there", table.Name, rows, r.copied[table.Name])
		}
	}
	return nil
}
