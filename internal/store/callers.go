package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// callers are the connections by which what may be hidden is read and written as who
// asks may see and write it.
type callers struct {
	public, staff *pool
	// The names of their roles, as which others act within a transaction.
	publicName, staffName string
	as                    func(servingRole) pq.Config
}

// connectCallers signs both roles in.
func (s *Store) connectCallers(as func(servingRole) pq.Config, patience time.Duration) (*callers, error) {
	c := &callers{publicName: as(publicRole).User, staffName: as(staffRole).User, as: as}
	for role, into := range map[servingRole]**pool{publicRole: &c.public, staffRole: &c.staff} {
		db, err := connect(bounded(as(role), s.options), s.options, patience)
		if err != nil {
			return nil, err
		}
		share := max(s.options.Connections/4, 2)
		db.SetMaxOpenConns(share)
		db.SetMaxIdleConns(share)
		*into = newPool(db, s.options)
	}
	return c, nil
}

// For are the questions of an account, by its id, or of anybody, 0: what may be hidden
// is answered by the database as they may see it.
func (s *Store) For(account int64) Reads {
	switch {
	case s.callers == nil:
		return s.Reads
	case account == 0:
		return Reads{source: s.source, caller: s.callers.public}
	}
	return Reads{source: s.source, caller: signed{s.callers.staff, account}}
}

// For are the questions of an account, or of anybody, within the snapshot.
func (s *Snapshot) For(account int64) Reads {
	if s.callers == nil {
		return s.Reads
	}
	return Reads{source: s.source, caller: acting{s.Reads, s.callers.role(account), account}}
}

// Callers returns the pools of those roles by name, for their metrics; none where the
// owner reads all.
func (s *Store) Callers() map[string]*sql.DB {
	if s.callers == nil {
		return nil
	}
	return map[string]*sql.DB{string(publicRole): s.callers.public.db.DB, string(staffRole): s.callers.staff.db.DB}
}

// role is as which an account's statements run, or anybody's.
func (c *callers) role(account int64) string {
	if account == 0 {
		return c.publicName
	}
	return c.staffName
}

// signed reads as an account by connections of the role of all accounts: each statement
// in a transaction of its own, at whose end nothing is left of who asked.
type signed struct {
	pool    *pool
	account int64
}

const actAsSQL = `-- store.For
SELECT set_config('reliefgraph.account', $1, true)`

func (s signed) each(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	return s.acting(ctx, doing, func(tx *sqlx.Tx) error { return each(ctx, tx, doing, query, visit, arguments...) })
}

func (s signed) eachPrepared(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	if s.pool.noPrepare {
		return s.each(ctx, doing, query, visit, arguments...)
	}
	statement, err := s.pool.statement(ctx, query)
	if err != nil {
		return wrap(doing, err)
	}
	return s.acting(ctx, doing, func(tx *sqlx.Tx) error {
		return eachOf(ctx, doing, tx.StmtContext(ctx, statement), visit, arguments...)
	})
}

func (s signed) acting(ctx context.Context, doing string, read func(*sqlx.Tx) error) error {
	tx, err := s.pool.db.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true}) // a replica begins no other
	if err != nil {
		return wrap(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // it has only read
	if _, err := tx.ExecContext(ctx, actAsSQL, strconv.FormatInt(s.account, 10)); err != nil {
		return wrap(doing, err)
	}
	return read(tx)
}

// acting reads as an account within a transaction of another role.
type acting struct {
	within  Reads
	role    string
	account int64
}

const actWithinSQL = `-- store.For: within a transaction
SELECT set_config('reliefgraph.account', $2, true), set_config('role', $1, true)`

const actNoMoreSQL = `-- store.For: as oneself again
SELECT set_config('reliefgraph.account', '', true), set_config('role', 'none', true)`

func (a acting) each(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	return a.within.source.(transaction).as(ctx, a.role, a.account, func(tx *sqlx.Tx) error {
		return each(ctx, tx, doing, query, visit, arguments...)
	})
}

func (a acting) eachPrepared(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	return a.each(ctx, doing, query, visit, arguments...)
}

// as does something within the transaction as another role.
func (t transaction) as(ctx context.Context, role string, account int64, do func(*sqlx.Tx) error) error {
	t.busy.Lock()
	defer t.busy.Unlock()
	const doing = "acting as an account"
	if _, err := t.tx.ExecContext(ctx, actWithinSQL, role, strconv.FormatInt(account, 10)); err != nil {
		return wrap(doing, err)
	}
	if err := do(t.tx); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(ctx, actNoMoreSQL)
	return wrap(doing, err)
}

// writeAsAccount writes a single fact as the account may that writes it.
func (w *Writing) writeAsAccount(ctx context.Context, statement string, arguments ...any) (result sql.Result, err error) {
	if w.staff == "" {
		return w.tx.ExecContext(ctx, statement, arguments...)
	}
	err = w.source.(transaction).as(ctx, w.staff, w.account, func(tx *sqlx.Tx) (err error) {
		result, err = tx.ExecContext(ctx, statement, arguments...)
		if pq.As(err, pqerror.InsufficientPrivilege) != nil {
			return fmt.Errorf("%w: %w", problem.New(problem.Forbidden, "", "your account may not do this for this publisher"), err)
		}
		return err
	})
	return result, err
}

// changed refuses a change of a row that the account did not reach.
func changed(doing string, result sql.Result, err error) error {
	found, err := wroteRow(result, wrap(doing, err))
	if err == nil && !found {
		return fmt.Errorf("%s: %w", doing, errNotReached)
	}
	return err
}

var errNotReached = problem.New(problem.NotFound, "", "there is no such row among those that the account reaches")

// missingTakes is how long an account waits at least for the answer that a document is
// not to be seen. The wall looks at who sees a row where there is one, which takes most
// of a millisecond: by that, what is hidden could be told from what is unknown.
const missingTakes = 5 * time.Millisecond

// missing holds back an account's answer that lacks something, until a whole number of
// missingTakes has gone by since it was asked.
func (r Reads) missing(ctx context.Context, asked time.Time) error {
	switch of := r.caller.(type) {
	case signed:
	case acting:
		if of.account == 0 {
			return nil
		}
	case routed:
		if of.account == 0 {
			return nil
		}
	default:
		return nil // the same is shown to everybody: the wall looks at nothing else
	}
	return wrap("reading as an account", holdBack(ctx, asked, missingTakes))
}

// missedTakes is how long it takes at least to learn of what was known that a document is
// not to be seen: by which statement it is found, and that it is not for who asks, takes
// half a millisecond more than that there is none.
const missedTakes = 10 * time.Millisecond

// Missed holds back the answer that lacks documents of what was known, as `missing` does.
// There the database shows all, and who asks has looked whether they are to be seen.
func (r Reads) Missed(ctx context.Context, asked time.Time) error {
	if _, ofThen := r.source.(known); !ofThen {
		return nil
	}
	return wrap("reading what was known", holdBack(ctx, asked, missedTakes))
}

// holdBack waits until a whole number of steps has gone by since an instant.
func holdBack(ctx context.Context, since time.Time, step time.Duration) error {
	return waitUntil(ctx, since.Add((time.Since(since)/step+1)*step))
}

// timersAreLate is by how much a timer of Go may be late while nothing else runs: its
// poller sleeps whole milliseconds of what is left, so that how late a timer is depends on
// how long it was to take.
const timersAreLate = 2 * time.Millisecond

// waitUntil waits until an instant and hardly longer, however far off it was: the last
// moment by the kernel's clock, which is as late from wherever it is waited for. That
// takes a thread, not a processor.
func waitUntil(ctx context.Context, instant time.Time) error {
	if early := time.Until(instant) - timersAreLate; early > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(early):
		}
	}
	for left := time.Until(instant); left > 0; left = time.Until(instant) {
		duration := syscall.NsecToTimespec(left.Nanoseconds())
		if err := syscall.Nanosleep(&duration, nil); err != nil && !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
	return ctx.Err()
}
