package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/reliefgraph/reliefgraph/migrations"
)

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// migrator takes a lock, so that servers that start together migrate once.
func migrator(db *sql.DB) (*goose.Provider, error) {
	// It looks every second, for five minutes, whether another has done.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, fmt.Errorf("preparing the migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return provider, nil
}

// migrating has connections of its own: a step may take longer than a reader's
// statement may, whoever bounds those, and than a connection may be silent.
func (s *Store) migrating(do func(*goose.Provider) error) error {
	config := s.config.Clone()
	config.Runtime["statement_timeout"] = "0"
	db, err := connect(config, s.options, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	provider, err := migrator(db.DB)
	if err != nil {
		return err
	}
	return do(provider)
}

// MigrateUp brings the schema to the program's version and names the steps done.
func (s *Store) MigrateUp(ctx context.Context) (done []string, err error) {
	err = s.migrating(func(provider *goose.Provider) error {
		results, err := provider.Up(ctx)
		for _, result := range results {
			done = append(done, result.Source.Path)
		}
		return wrap("migrating up", err)
	})
	return done, err
}

// MigrateDown takes the last step back and names it.
func (s *Store) MigrateDown(ctx context.Context) (step string, err error) {
	err = s.migrating(func(provider *goose.Provider) error {
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
