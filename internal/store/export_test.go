package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
)

// Tables are all tables that files fill.
func Tables() []*Table { return tablesOfFiles }

// Statements are those made for the table, by the method that makes them. COPY
// and CREATE cannot be prepared: Stage runs them.
func (t *Table) Statements() map[string]string {
	made := map[string]string{
		"stageSQL": t.stageSQL(), "copySQL": t.copySQL(), "repeatedSQL": t.repeatedSQL(), "compareSQL": t.compareSQL(),
		"replaceSQL": t.replaceSQL(), "addSQL": t.addSQL(), "overtakenSQL": t.overtakenSQL(t.columns),
	}
	if t.changes != "" {
		made["changesSQL"] = t.changesSQL()
	}
	if t.names != "" {
		made["unknownSQL"], made["unseenSQL"] = t.unknownSQL(""), t.unseenSQL()
	}
	if slices.Contains([]*Table{&Disclosures, &News, &ReliefMovements, &Concerns}, t) {
		made["storedOwnersSQL"] = t.storedOwnersSQL()
	}
	for maker, text := range map[string]string{
		"replacedSQL": t.replacedSQL(), "addedAgainSQL": t.addedAgainSQL(), "removeSQL": t.removeSQL(), "restoreSQL": t.restoreSQL(),
		"recordersSQL": t.recordersSQL(), "formerSQL": t.formerSQL(), "bringBackSQL": t.bringBackSQL(), "putAsideSQL": t.putAsideSQL("x"),
	} {
		made[maker] = text
	}
	for i := range namings {
		if n := &namings[i]; n.target == t {
			at := fmt.Sprint(" by ", i)
			made["restingSQL"], made["restingSQL"+at] = t.restingSQL(n), t.restingSQL(n)
			if !n.loose && n.table != "secrecy_review" {
				made["missingSQL"], made["missingSQL"+at] = t.missingSQL(n), t.missingSQL(n)
			}
		}
	}
	return made
}

func (w *Writing) stageUndone(ctx context.Context, table *Table) error {
	for _, put := range []func(context.Context, *Table) error{w.PutAsideRemoved, w.PutAsideRestored} {
		if _, err := w.StageFormer(ctx, table, 0); err != nil {
			return err
		}
		if err := put(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

// StageUndone makes the tables of what an import that is taken back wrote, empty, and
// one to stage former versions in for each.
func (w *Writing) StageUndone(ctx context.Context) error {
	for _, table := range tablesOfFiles {
		if err := w.stageUndone(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

// Tx is the transaction itself.
func (w *Writing) Tx() *sqlx.Tx { return w.tx }

// Pools are the store's connections by what they are for.
func (s *Store) Pools() map[string]*sqlx.DB {
	return map[string]*sqlx.DB{"reads and writes": s.db, "looks": s.looks.db}
}

// Within makes a search give up sooner, so that few documents show all its ways.
func (s Search) Within(walked, candidates, walkedMost, counted int) Search {
	s.within = searchBounds{walked, candidates, walkedMost, counted}
	return s
}
