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
