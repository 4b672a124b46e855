package store

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/jmoiron/sqlx"
)

// connection is one that stays what it is while pools are made of it: it is always
// the same, and what is begun on it is a part of the transaction that is open.
type connection struct {
	of   driver.Connector
	conn driver.Conn // nil before the first use
}

func (c *connection) Driver() driver.Driver { return c.of.Driver() }

func (c *connection) Connect(ctx context.Context) (driver.Conn, error) {
	if c.conn == nil {
		conn, err := c.of.Connect(ctx)
		if err != nil {
			return nil, err
		}
		c.conn = conn
	}
	return kept{c.conn}, nil
}

func (c *connection) end() {
	if c.conn != nil {
		c.conn.Close() // which rolls back what is open
	}
}

// kept is a connection that a pool does not close.
type kept struct{ driver.Conn }

func (kept) Close() error { return nil }

func (k kept) QueryContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Rows, error) {
	return k.Conn.(driver.QueryerContext).QueryContext(ctx, query, arguments)
}

func (k kept) ExecContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Result, error) {
	return k.Conn.(driver.ExecerContext).ExecContext(ctx, query, arguments)
}

func (k kept) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return k.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (k kept) CheckNamedValue(value *driver.NamedValue) error {
	return k.Conn.(driver.NamedValueChecker).CheckNamedValue(value)
}

// BeginTx begins a part, in whichever way it is to read: it sees what the whole does.
func (k kept) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	_, err := k.ExecContext(ctx, "SAVEPOINT part", nil)
	return part{k}, err
}

type part struct{ of kept }

func (p part) Commit() error { return p.run("RELEASE SAVEPOINT part") }

func (p part) Rollback() error { return p.run("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part") }

func (p part) run(statement string) error {
	_, err := p.of.ExecContext(context.Background(), statement, nil)
	return err
}

// whole runs one transaction with a store all of whose transactions are parts of
// it: what they write is kept when all of it is, and seen by nobody before.
func (s *Store) whole(ctx context.Context, do func(within *Store) error) error {
	config := s.config.Clone()
	config.Runtime["statement_timeout"] = "0"
	silent, err := connectorOf(config, s.options, 0)
	if err != nil {
		return err
	}
	one := &connection{of: silent}
	defer one.end()
	db := sqlx.NewDb(sql.OpenDB(one), "postgres")
	defer db.Close()
	db.SetMaxOpenConns(1)
	options := s.options
	options.NoPrepare = true
	within := &Store{
		Reads: Reads{source: newPool(db, options)}, db: db, looks: newPool(db, options), seals: db, config: config, options: options,
		writing: make(chan struct{}, 1), turns: newTurns(),
	}
	if _, err := db.ExecContext(ctx, "BEGIN"); err != nil {
		return wrap("beginning a transaction", err)
	}
	if err := do(within); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "COMMIT")
	return wrap("committing", err)
}
