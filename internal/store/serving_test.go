package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// isWaitedFor waits until somebody waits for a table.
func isWaitedFor(t *testing.T, db *store.Store, table string) {
	t.Helper()
	pgtest.Eventually(t, "somebody waits for "+table, func() bool {
		var waits bool
		err := db.DB().QueryRow(`SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`, table).Scan(&waits)
		return err == nil && waits
	})
}

// TestServingBesideReaders: while roles are made, one who reads on is never refused for
// a deadlock, and whoever makes them goes on when he has read.
func TestServingBesideReaders(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	// Rights of another release: they are made again.
	const forget = `DO $$ BEGIN EXECUTE (
		SELECT string_agg(format('COMMENT ON POLICY %I ON disclosure IS NULL', polname), ';')
		FROM pg_policy WHERE polrelid = 'disclosure'::regclass); END $$`
	if _, err := db.DB().Exec(forget); err != nil {
		t.Fatal(err)
	}
	reader, err := db.DB().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Rollback()
	read := func(table string) {
		t.Helper()
		if _, err := reader.Exec("SELECT FROM " + table); err != nil {
			t.Fatal(err)
		}
	}
	// PostgreSQL refuses the first of those who wait for each other that finds it out.
	if _, err := reader.Exec("SET LOCAL deadlock_timeout = '800ms'"); err != nil {
		t.Fatal(err)
	}
	read("exemption_request") // the last one whose policies are made
	served := make(chan error, 1)
	go func() {
		serving, err := db.Serving(context.Background())
		if err == nil {
			err = serving.Close()
		}
		served <- err
	}()
	isWaitedFor(t, db, "exemption_request")
	read("disclosure") // the first one
	if err := reader.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-served; err != nil {
		t.Fatal(err)
	}
}

// TestServingBesideNight: a server starts while another makes the backup of the night.
func TestServingBesideNight(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	night, err := db.Nightly(context.Background(), time.Now(), "other", time.Hour, func(ctx context.Context) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		serving, err := db.Serving(ctx)
		if err != nil {
			return "", err
		}
		return "file", serving.Close()
	})
	if err != nil || !night.Made {
		t.Fatalf("%v %+v", err, night)
	}
}
