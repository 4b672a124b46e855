package store

import (
	"github.com/jmoiron/sqlx"
)

// Tables are all tables that files fill.
func Tables() []*Table {
	return []*Table{
		&Nodes,
		&Catalogs,
		&Entries,
		&ArrangementDays,
		&Assignments,
		&Disclosures,
		&News,
		&Events,
		&ReliefMovements,
		&Reviews,
		&Concerns,
	}
}

// Name is the table's name in the database.
func (t *Table) Name() string { return t.name }

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
		made["unknownSQL"] = t.unknownSQL()
	}
	return made
}

// Tx is the transaction itself.
func (w *Writing) Tx() *sqlx.Tx { return w.tx }

// Pools are the store's connections by what they are for.
func (s *Store) Pools() map[string]*sqlx.DB {
	return map[string]*sqlx.DB{"reads and writes": s.db, "looks": s.looks.db}
}
