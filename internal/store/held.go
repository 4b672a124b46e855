package store

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// Held is one state of the database, for an answer that is made of several: its
// index and its rows tell the same however long they are asked, whatever is
// written meanwhile. It holds a connection until it is released.
type Held struct {
	Index *coverage.Index
	Reads
	tx *sqlx.Tx
}

// Release lets go of the state.
func (h *Held) Release() {
	h.tx.Rollback() //nolint:errcheck // it has only read
}

// Hold returns the newest state, until the context ends or it is released.
func (f *Follower) Hold(ctx context.Context) (*Held, error) {
	tx, err := f.store.beginReading(ctx)
	if err != nil {
		return nil, err
	}
	// The first statement of the transaction settles what it sees.
	newest, err := f.now.Load().after(ctx, tx)
	if err == nil && newest == nil {
		newest, err = everything(ctx, tx)
	}
	if err != nil {
		tx.Rollback() //nolint:errcheck // it has only read
		return nil, err
	}
	return &Held{Index: newest.index, Reads: inTransaction(tx), tx: tx}, nil
}
