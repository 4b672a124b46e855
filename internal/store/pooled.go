package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// pooled makes a configuration that a proxy takes which shares connections between
// transactions, as PgBouncer in that mode: what one statement leaves behind, the next may not
// find. Each is sent whole, with its values, as otherwise it would be prepared by one process
// and run by another; and none finds a setting of the connection, so that how long it may
// take is told apart: 0 for ever.
func pooled(config pq.Config) (_ pq.Config, longest time.Duration) {
	config = config.Clone()
	config.BinaryParameters = true
	if milliseconds, err := strconv.ParseInt(config.Runtime["statement_timeout"], 10, 64); err == nil {
		longest = time.Duration(milliseconds) * time.Millisecond
		delete(config.Runtime, "statement_timeout")
	}
	return config, longest
}

// throughProxy tells what to do where a proxy does not take the settings of a connection.
func throughProxy(err error) error {
	fault, is := errors.AsType[*pq.Error](err)
	if !is || fault.Code != "08P01" || !strings.Contains(fault.Message, "startup parameter") {
		return err
	}
	return fmt.Errorf("%w: %w", problem.New(problem.Conflict, "database-url", "a proxy for connections does not pass their settings on").
		Mend("say --no-prepare, and leave other settings out of the address (docs/operations.md, With PgBouncer)"), err)
}

// timed is a connector whose statements are cancelled when they take longer than they may.
type timed struct {
	driver.Connector
	longest time.Duration
}

func (t timed) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := t.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &timedConn{conn, t.longest}, nil
}

// libConn is what a connection of lib/pq is.
type libConn interface {
	driver.Conn
	driver.QueryerContext
	driver.ExecerContext
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type timedConn struct {
	driver.Conn
	longest time.Duration
}

func (c *timedConn) of() libConn { return c.Conn.(libConn) }

type takesItsTime struct{}

// unhurried is for statements that may take as long as they do.
func unhurried(ctx context.Context) context.Context {
	return context.WithValue(ctx, takesItsTime{}, true)
}

func (c *timedConn) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Value(takesItsTime{}) != nil {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, c.longest)
}

func (c *timedConn) QueryContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Rows, error) {
	ctx, cancel := c.within(ctx)
	rows, err := c.of().QueryContext(ctx, query, arguments)
	if err != nil {
		cancel()
		return nil, err
	}
	return timedRows{rows, cancel}, nil
}

// timedRows are read before the time is up.
type timedRows struct {
	driver.Rows
	cancel context.CancelFunc
}

func (r timedRows) Close() error {
	defer r.cancel()
	return r.Rows.Close()
}

func (c *timedConn) ExecContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Result, error) {
	ctx, cancel := c.within(ctx)
	defer cancel()
	return c.of().ExecContext(ctx, query, arguments)
}

func (c *timedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.of().PrepareContext(ctx, query)
}

func (c *timedConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	return c.of().BeginTx(ctx, options)
}

func (c *timedConn) CheckNamedValue(value *driver.NamedValue) error {
	return c.of().CheckNamedValue(value)
}

func (c *timedConn) Ping(ctx context.Context) error { return c.of().Ping(ctx) }

func (c *timedConn) ResetSession(ctx context.Context) error { return c.of().ResetSession(ctx) }

func (c *timedConn) IsValid() bool { return c.of().IsValid() }
