package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Night is how far the backup of a night has come.
type Night struct {
	Made  bool
	Fault string    // why it failed the last time; empty where it did not
	Ended time.Time // when it was made or failed; zero where neither is so
	Last  time.Time // when one was made last; zero where none was
}

// The lock is that of who makes it; others look what has become of it.
const tryNightSQL = `-- store.Nightly
SELECT set_config('idle_in_transaction_session_timeout', '0', true), pg_try_advisory_xact_lock(` + nightKey + `)`

const nightSQL = `-- store.Nightly: what has become of it
SELECT ended_at, coalesce(fault, ''), (SELECT max(ended_at) FROM backup_made WHERE fault IS NULL) FROM backup_made WHERE due = $1
UNION ALL SELECT NULL, '', max(ended_at) FROM backup_made WHERE fault IS NULL ORDER BY 1 NULLS LAST LIMIT 1`

const recordNightSQL = `-- store.Nightly: record
INSERT INTO backup_made (due, server, file, fault) VALUES ($1, $2, $3, nullif($4, ''))
ON CONFLICT (due) DO UPDATE SET server = excluded.server, file = excluded.file, fault = excluded.fault, ended_at = excluded.ended_at`

// Nightly makes the backup of a night, unless it was made, another server makes it
// just now, or it failed less than a while ago; and tells what has become of it.
func (s *Store) Nightly(
	ctx context.Context, due time.Time, server string, again time.Duration, do func(context.Context) (file string, err error),
) (night Night, err error) {
	const doing = "looking after the nightly backup"
	config := s.config.Clone()
	config.Runtime["statement_timeout"] = "0"
	db, err := connect(config, s.options, 0) // it is silent while the backup is made
	if err != nil {
		return night, err
	}
	defer db.Close()
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return night, wrap(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	var ignored any
	var mine bool
	if err := tx.QueryRowContext(ctx, tryNightSQL).Scan(&ignored, &mine); err != nil {
		return night, wrap(doing, err)
	}
	look := func() error {
		var ended, last sql.NullTime
		err := tx.QueryRowContext(ctx, nightSQL, due).Scan(&ended, &night.Fault, &last)
		night.Ended, night.Last, night.Made = ended.Time, last.Time, ended.Valid && night.Fault == ""
		return wrap(doing, err)
	}
	if err := look(); err != nil || !mine || night.Made || time.Since(night.Ended) < again {
		return night, err
	}
	file, failed := do(ctx)
	if ctx.Err() != nil {
		return night, errors.Join(ctx.Err(), failed)
	}
	fault := ""
	if failed != nil {
		fault = failed.Error()
	}
	if _, err := tx.ExecContext(ctx, recordNightSQL, due, server, file, fault); err != nil {
		return night, errors.Join(failed, wrap(doing, err))
	}
	if err := look(); err != nil {
		return night, err
	}
	return night, wrap(doing, tx.Commit())
}
