package store

import (
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// Reads are the questions that a store, a transaction and a snapshot answer
// alike, each of what it sees.
type Reads struct {
	source
	// caller reads what may be hidden as who asks may see it; nil: as all else is read.
	caller source
}

// seen are the questions about what may be hidden.
func (r Reads) seen() Reads {
	if r.caller == nil {
		return r
	}
	return Reads{source: r.caller}
}

// source runs reading statements.
type source interface {
	// each runs a query and visits its rows.
	each(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error
	// eachPrepared keeps the statement prepared where that is possible.
	eachPrepared(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error
}

// transaction reads by one connection: one statement at a time.
type transaction struct {
	tx   *sqlx.Tx
	busy *sync.Mutex
}

func inTransaction(tx *sqlx.Tx) Reads { return Reads{source: transaction{tx, &sync.Mutex{}}} }

func (t transaction) each(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	t.busy.Lock()
	defer t.busy.Unlock()
	return each(ctx, t.tx, doing, query, visit, arguments...)
}

func (t transaction) eachPrepared(
	ctx context.Context,
	doing, query string,
	visit func(scan func(...any) error) error,
	arguments ...any,
) error {
	return t.each(ctx, doing, query, visit, arguments...)
}
