package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestEveryStatementPrepares: PostgreSQL understands every statement of the
// package, with the tables that stand beside it while it runs.
func TestEveryStatementPrepares(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	source := readSource(t)
	statements := source.statements()
	if len(statements) < 40 {
		t.Fatalf("found %d statements only: has their form changed?", len(statements))
	}
	for _, place := range source.stray {
		t.Errorf("%s: SQL stands outside the constants named …SQL, where no test sees it", place)
	}
	if len(source.prepared) < 5 {
		t.Errorf("found %d prepared statements only: has their form changed?", len(source.prepared))
	}
	if source.tables != len(store.Tables()) {
		t.Errorf("%d tables are declared, the tests know %d", source.tables, len(store.Tables()))
	}
	err := pgtest.Store(t).Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		if err := w.StageUndone(ctx); err != nil {
			t.Fatal(err)
		}
		stageAll(t, w)
		stageRecorders(t, w)
		prepare := func(name, text string) {
			if _, err := w.Tx().ExecContext(ctx, "SAVEPOINT before"); err != nil {
				t.Fatal(err)
			}
			statement, err := w.Tx().PrepareContext(ctx, text)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				if _, err := w.Tx().ExecContext(ctx, "ROLLBACK TO SAVEPOINT before"); err != nil {
					t.Fatal(err)
				}
				return
			}
			statement.Close()
		}
		for name, text := range statements {
			if !strings.HasPrefix(text, "-- store.") {
				t.Errorf("%s does not say which method runs it", name)
			}
			prepare(name, text)
		}
		known := map[string]bool{}
		for _, table := range store.Tables() {
			for maker, text := range table.Statements() {
				known[maker] = true
				if maker != "copySQL" && maker != "stageSQL" { // Stage has run them
					prepare(table.Name()+" "+maker, text)
				}
			}
		}
		for maker := range source.makers {
			if !known[maker] {
				t.Errorf("the tests do not know the statement that %s makes", maker)
			}
		}
		if _, err := w.ChangedCatalogs(ctx); err != nil {
			t.Error(err)
		}
		for _, table := range store.Tables() {
			if err := w.Upsert(ctx, table, store.Counts{Added: 20_000, Changed: 1}); err != nil {
				t.Error(err)
			}
		}
		return store.ErrKeepNothing
	})
	if !errors.Is(err, store.ErrKeepNothing) {
		t.Fatal(err)
	}
}

// stageAll makes the temporary tables of all kinds of file, empty.
func stageAll(t *testing.T, w *store.Writing) {
	t.Helper()
	ctx := context.Background()
	if err := w.BeginGiven(ctx); err != nil {
		t.Fatal(err)
	}
	for _, table := range store.Tables() {
		staging, err := w.Stage(ctx, table)
		if err != nil {
			t.Fatal(err)
		}
		if err := staging.Done(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// stageRecorders gives them room for who recorded the rows, as StageFormer does.
func stageRecorders(t *testing.T, w *store.Writing) {
	t.Helper()
	for _, table := range store.Tables() {
		if _, err := w.Tx().ExecContext(context.Background(), table.Statements()["recordersSQL"]); err != nil {
			t.Fatal(err)
		}
	}
}
