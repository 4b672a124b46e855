package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestMigrationsTakeTheirTime: neither the bound on readers' statements nor one
// that the database has for its connections ends a step that takes longer.
func TestMigrationsTakeTheirTime(t *testing.T) {
	t.Parallel()
	const bound = time.Second
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 2, StatementTimeout: bound})
	var name string
	if err := db.DB().QueryRow("SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	if _, err := db.DB().Exec("ALTER DATABASE " + name + " SET statement_timeout = 1000"); err != nil {
		t.Fatal(err)
	}
	holder, err := db.DB().Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec("LOCK TABLE goose_db_version"); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(2*bound, func() { holder.Commit() })
	if _, err := db.MigrateDown(context.Background()); err != nil {
		t.Errorf("a step that waits for a table: %v", err)
	}
}

// TestMigratesBesideReaders: a step that waits for a reader who waits for it is undone,
// and done when he has read.
func TestMigratesBesideReaders(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	reader, err := db.DB().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Rollback()
	read := func(statement string) {
		t.Helper()
		if _, err := reader.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	// It is the step that is refused: the reader does not look whether they wait for each other.
	read("SET LOCAL deadlock_timeout = '5min'")
	read("LOCK TABLE goose_db_version IN SHARE MODE")
	migrated := make(chan error, 1)
	go func() {
		_, err := db.MigrateDown(context.Background())
		migrated <- err
	}()
	isWaitedFor(t, db, "goose_db_version")
	read("SELECT FROM disclosure")
	if err := reader.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-migrated; err != nil {
		t.Fatal(err)
	}
	if up, err := db.MigrateUp(context.Background()); err != nil || len(up) != 1 {
		t.Errorf("one step was taken back, done again are %v: %v", up, err)
	}
}
