package store

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// Snapshot is one state of the database, for an answer that is made of several:
// its index and its rows tell the same however long they are asked, whatever is
// written meanwhile. It keeps a connection until it is released.
type Snapshot struct {
	Index *coverage.Index
	Reads
	tx      *sqlx.Tx
	callers *callers
}

// Release ends the transaction.
func (s *Snapshot) Release() {
	s.tx.Rollback() //nolint:errcheck // it has only read
}

// Snapshot returns the newest state, until the context ends or it is released.
func (f *Follower) Snapshot(ctx context.Context) (*Snapshot, error) {
	tx, err := beginReading(ctx, f.store.db)
	if err != nil {
		return nil, err
	}
	index, err := f.indexOf(ctx, tx)
	if err != nil {
		tx.Rollback() //nolint:errcheck // it has only read
		return nil, err
	}
	return &Snapshot{Index: index, Reads: inTransaction(tx), tx: tx, callers: f.store.callers}, nil
}

// indexOf makes the index of what a transaction sees.
func (f *Follower) indexOf(ctx context.Context, tx *sqlx.Tx) (*coverage.Index, error) {
	before := f.now.Load()
	// The first statement of the transaction settles what it sees.
	later, err := before.changes(ctx, inTransaction(tx))
	if err != nil {
		return nil, err
	}
	if !later.reference && before.leadsTo(&later.origin) {
		// Only the follower's own connection tells that nothing broke meanwhile.
		if _, err := f.Index(ctx); err != nil {
			return nil, err
		}
		if f.now.Load().compared == before.compared {
			return before.index.Apply(later.timelines)
		}
	}
	index, _, err := everything(ctx, tx)
	return index, err
}
