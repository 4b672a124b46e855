package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestHalt: while it lasts the database is read and not written, and who writes is told
// so soon; that it was written afterwards is seen.
func TestHalt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Open(t, pgtest.NewCluster(t).URL(), store.Options{Connections: 4, StatementTimeout: 30 * time.Second})
	addTownships(t, db)
	halt, err := db.Halt(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer halt.End()
	if version := versionIn(t, caughtUp(t, follow(t, db)), 0); version != 0 {
		t.Errorf("version %d", version)
	}
	began := time.Now()
	err = db.WriteSoon(ctx, store.By{Way: store.ByCommand}, "", func(w *store.Writing) error {
		_, err := w.Tx().ExecContext(ctx, "UPDATE node SET name = name")
		return err
	})
	if problem.CodeOf(err) != problem.Conflict {
		t.Errorf("a write: %v", err)
	}
	if err := db.EndSession(ctx, []byte("x")); problem.CodeOf(err) != problem.Unavailable {
		t.Errorf("signing out: %v", err)
	}
	if long := time.Since(began); long > 20*time.Second {
		t.Errorf("it was told after %v", long)
	}
	if err := halt.Held(ctx); err != nil {
		t.Error(err)
	}
	if written, err := db.WrittenSince(ctx, halt); err != nil || written {
		t.Errorf("nothing was written: %v %v", written, err)
	}
	// Its connection is lost, and somebody writes.
	if _, err := db.DB().Exec(
		"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'node'::regclass",
	); err != nil {
		t.Fatal(err)
	}
	pgtest.Eventually(t, "it is written again", func() bool {
		_, err := db.DB().Exec("UPDATE node SET name = name WHERE code = '" + township(0) + "'")
		return err == nil
	})
	if err := halt.Held(ctx); err == nil {
		t.Error("it seems to last")
	}
	if written, err := db.WrittenSince(ctx, halt); err != nil || !written {
		t.Errorf("it was written: %v %v", written, err)
	}
}

// TestHaltWaits: it waits for who writes, and lets others write meanwhile.
func TestHaltWaits(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := withTownships(t)
	tx, err := db.DB().BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() // it ends below
	if _, err := tx.Exec("UPDATE node SET name = name WHERE code = $1", township(0)); err != nil {
		t.Fatal(err)
	}
	halted := make(chan error, 1)
	go func() {
		halt, err := db.Halt(ctx)
		if err == nil {
			halt.End()
		}
		halted <- err
	}()
	acknowledged(t, db, 1, 1)
	select {
	case err := <-halted:
		t.Errorf("it did not wait: %v", err)
	default:
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-halted; err != nil {
		t.Error(err)
	}
}
