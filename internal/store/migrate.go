package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq/pqerror"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/migrations"
)

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// migrationLock lets servers that start together migrate once. It is a transaction's, which
// a proxy leaves its connection, and goose's of older releases too. Who waits for it holds no
// snapshot, for which the indexes of a step would wait.
type migrationLock struct{ tx *sql.Tx }

// It is looked so often, for five minutes, whether another has done.
const (
	migrationPause = time.Second
	migrationLooks = 300
	// migrationAttempts is how often a step is tried that readers deadlock with.
	migrationAttempts = 10
)

const lockMigrationsSQL = `-- store.MigrateUp: one at a time
SELECT set_config('idle_in_transaction_session_timeout', '0', true), pg_try_advisory_xact_lock($1)`

func (l *migrationLock) Lock(ctx context.Context, db *sql.DB) error {
	return awaitMigrations(ctx, func() (mine bool, err error) {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return false, err
		}
		if mine, err = tryMigrations(ctx, tx); mine {
			l.tx = tx
			return true, nil
		}
		return false, errors.Join(err, tx.Rollback())
	})
}

func tryMigrations(ctx context.Context, in interface {
	QueryRowContext(ctx context.Context, query string, arguments ...any) *sql.Row
},
) (mine bool, err error) {
	var ignored any
	err = in.QueryRowContext(ctx, lockMigrationsSQL, lock.DefaultLockID).Scan(&ignored, &mine)
	return mine, err
}

// awaitMigrations tries until nobody else migrates.
func awaitMigrations(ctx context.Context, try func() (mine bool, err error)) error {
	const doing = "waiting for others to migrate"
	for range migrationLooks {
		mine, err := try()
		if err != nil || mine {
			return wrap(doing, err)
		}
		select {
		case <-time.After(migrationPause):
		case <-ctx.Done():
			return wrap(doing, ctx.Err())
		}
	}
	return problem.New(problem.Unavailable, "", "others have migrated the database for five minutes; try again when they are done")
}

func (l *migrationLock) Unlock(context.Context, *sql.DB) error {
	return wrap("ending the lock of migrations", l.tx.Rollback())
}

func migrator(db *sql.DB, options ...goose.ProviderOption) (*goose.Provider, error) {
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files, options...)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return provider, nil
}

// migrating has connections of its own: a step may take longer than a reader's
// statement may, whoever bounds those, and than a connection may be silent.
func (s *Store) migrating(ctx context.Context, do func(*goose.Provider) error) error {
	config := s.config.Clone()
	config.Runtime["statement_timeout"] = "0"
	db, err := connect(config, s.options, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	provider, err := migrator(db.DB, goose.WithLocker(&migrationLock{}))
	if err != nil {
		return err
	}
	// A step is undone whole where it and a reader wait for each other.
	met := []pqerror.Code{pqerror.TRDeadlockDetected}
	return tryAgain(ctx, migrationAttempts, migrationPause, met, func() error { return do(provider) })
}

// MigrateUp brings the schema to the program's version and names the steps done.
func (s *Store) MigrateUp(ctx context.Context) (done []string, err error) {
	err = s.migrating(ctx, func(provider *goose.Provider) error {
		results, err := provider.Up(ctx)
		var failed *goose.PartialError
		if errors.As(err, &failed) {
			results = failed.Applied
		}
		for _, result := range results {
			done = append(done, result.Source.Path)
		}
		return wrap("migrating up", err)
	})
	return done, err
}

// MigrateDown takes the last step back and names it.
func (s *Store) MigrateDown(ctx context.Context) (step string, err error) {
	err = s.migrating(ctx, func(provider *goose.Provider) error {
		result, err := provider.Down(ctx)
		if err != nil {
			return wrap("migrating down", err)
		}
		step = result.Source.Path
		return nil
	})
	return step, err
}

// Migrations lists the program's steps and which the database has.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	provider, err := migrator(s.db.DB)
	if err != nil {
		return nil, err
	}
	statuses, err := provider.Status(ctx)
	if err != nil {
		return nil, wrap("reading the state of the schema", err)
	}
	var steps []Migration
	for _, status := range statuses {
		steps = append(steps, Migration{status.Source.Version, status.Source.Path, status.State == goose.StateApplied})
	}
	return steps, nil
}

// Migrated tells whether the database has every step of the program.
func (s *Store) Migrated(ctx context.Context) (bool, error) {
	steps, err := s.Migrations(ctx)
	return !slices.ContainsFunc(steps, func(step Migration) bool { return !step.Applied }), err
}

// HasSchema tells whether the database has every step of the program, and changes
// nothing where it has none at all.
func (s *Store) HasSchema(ctx context.Context) (bool, error) {
	var migrated bool
	if err := s.db.QueryRowContext(ctx, migratedAtAllSQL).Scan(&migrated); err != nil || !migrated {
		return false, wrap("reading the state of the schema", err)
	}
	return s.Migrated(ctx)
}
