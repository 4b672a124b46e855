package store

import (
	"context"
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
func (s *Store) migrator() (*goose.Provider, error) {
	// It looks every second, for five minutes, whether another has done.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, fmt.Errorf("preparing the migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, s.db.DB, migrations.Files, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return provider, nil
}

// MigrateUp brings the schema to the program's version and names the steps done.
func (s *Store) MigrateUp(ctx context.Context) ([]string, error) {
	provider, err := s.migrator()
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, wrap("migrating up", err)
	}
	var done []string
	for _, result := range results {
		done = append(done, result.Source.Path)
	}
	return done, nil
}

// MigrateDown takes the last step back and names it.
func (s *Store) MigrateDown(ctx context.Context) (string, error) {
	provider, err := s.migrator()
	if err != nil {
		return "", err
	}
	result, err := provider.Down(ctx)
	if err != nil {
		return "", wrap("migrating down", err)
	}
	return result.Source.Path, nil
}

// Migrations lists the program's steps and which the database has.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	provider, err := s.migrator()
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
