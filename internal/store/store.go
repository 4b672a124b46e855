// Package store holds all SQL. It turns rows into the domain's types and back;
// rules live in the domain. Every statement is a constant named after the method
// that runs it.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"go.opentelemetry.io/otel/trace"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Options are how the store uses its database.
type Options struct {
	// Connections is the size of the pool: at least 2, 16 where it is 0. Where the
	// database is served, half is for what is not asked by its caller's role, a quarter
	// for each of the two that are. A follower has one beside it.
	Connections int
	// StatementTimeout bounds every statement of a reader; 0 leaves it to the database.
	StatementTimeout time.Duration
	// NoPrepare sends every statement unprepared and leaves nothing to a connection: for a
	// proxy that shares connections between transactions.
	NoPrepare bool
	// Watch stands between the pool and the driver, for tests that count what
	// reaches the database.
	Watch   func(driver.Connector) driver.Connector
	dialled *dialled // connections are kept there; nil: nowhere
	// Traces are told of the statements of requests that are traced; nil: none are.
	Traces trace.TracerProvider
}

// Store is a database of reliefgraph.
type Store struct {
	Reads
	db      *sqlx.DB
	looks   *pool    // for followers alone
	callers *callers // nil where all is read by the owner
	seals   *sqlx.DB // for the log alone: sealing a large import is silent for longer than others may be
	config  pq.Config
	options Options
	// writing bounds the transactions that write at a time. Each holds a
	// connection while the newest state is read by another: if writers held
	// all of them, none could go on.
	writing chan struct{}
	turns   *turns
}

// Open connects to a database as its owner. It does not migrate.
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	config, err := configure(url)
	if err != nil {
		return nil, err
	}
	if config.Runtime == nil {
		config.Runtime = map[string]string{}
	}
	config.Runtime["timezone"] = "UTC"
	config.Runtime["application_name"] = "reliefgraph"
	return open(ctx, config, options, nil)
}

// open connects to a database. Those who serve it sign in as others for others' parts.
func open(ctx context.Context, config pq.Config, options Options, as func(servingRole) pq.Config) (*Store, error) {
	if options.Connections == 0 {
		options.Connections = 16
	}
	options.Connections = max(options.Connections, 2)
	config = bounded(config, options)
	patience := options.patience()
	lookPatience := longestSilence
	if patience > 0 {
		lookPatience = min(lookPatience, patience)
	}
	db, err := connect(config, options, patience)
	if err != nil {
		return nil, err
	}
	size := options.share(as != nil)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	looking, sealing := config.Clone(), config.Clone()
	if !options.NoPrepare {
		// After an import all rows are of one transaction: a plan for any ids would
		// read them all.
		looking.Runtime["plan_cache_mode"] = "force_custom_plan"
	}
	looks, err := connect(looking, options, lookPatience)
	if err != nil {
		return nil, err
	}
	looks.SetMaxOpenConns(looksAtOnce)
	looks.SetMaxIdleConns(looksAtOnce)
	s := &Store{
		Reads: Reads{source: newPool(db, options)}, db: db, looks: newPool(looks, options), config: config, options: options,
		writing: make(chan struct{}, max(size/2, 1)), turns: newTurns(),
	}
	if as != nil {
		if s.callers, err = s.connectCallers(as, patience); err != nil {
			return nil, err
		}
		sealing = bounded(as(logRole), options)
	}
	if s.seals, err = connect(sealing, options, 0); err != nil {
		return nil, err
	}
	s.seals.SetMaxOpenConns(2) // who seals, and who waits to
	s.seals.SetMaxIdleConns(1)
	if err := s.Ping(ctx); err != nil {
		s.Close()
		return nil, throughProxy(err)
	}
	return s, nil
}

// patience is how long a connection may be silent; 0 is for ever.
func (o Options) patience() time.Duration {
	if o.StatementTimeout > 0 {
		return o.StatementTimeout + time.Second
	}
	return 0
}

// share is how many connections are for what is not asked by its caller's role.
func (o Options) share(callers bool) int {
	if callers { // who have the rest
		return max(o.Connections/2, 2)
	}
	return o.Connections
}

// bounded is a configuration with the bounds of an option.
func bounded(config pq.Config, options Options) pq.Config {
	config = config.Clone()
	if options.StatementTimeout > 0 {
		config.Runtime["statement_timeout"] = strconv.FormatInt(options.StatementTimeout.Milliseconds(), 10)
	}
	if !options.NoPrepare { // a proxy's connections are not ours
		// A connection that the network has lost is given up here; the database gives
		// it up too, within two minutes and not two hours, and has room for others.
		config.Runtime["tcp_keepalives_idle"] = "60"
		config.Runtime["tcp_keepalives_interval"] = "15"
		config.Runtime["tcp_keepalives_count"] = "4"
	}
	return config
}

// longestSilence is how long a look waits for its connection. It takes about a
// millisecond, and every answer waits for it.
const longestSilence = 5 * time.Second

// looksAtOnce are for the index, the books and what is acknowledged. They stay: the first
// look by a process of the database compares all rows.
const looksAtOnce = 3

// connect makes a pool of connections. They are given up when nothing comes for
// longer than the patience; 0 waits for ever.
func connect(config pq.Config, options Options, patience time.Duration) (*sqlx.DB, error) {
	through, err := connectorOf(config, options, patience)
	if err != nil {
		return nil, err
	}
	if options.Traces != nil {
		return sqlx.NewDb(traced(through, options.Traces), "postgres"), nil
	}
	return sqlx.NewDb(sql.OpenDB(through), "postgres"), nil
}

func connectorOf(config pq.Config, options Options, patience time.Duration) (driver.Connector, error) {
	var longest time.Duration
	if options.NoPrepare {
		config, longest = pooled(config)
	}
	lib, err := pq.NewConnectorConfig(config.Clone())
	if err != nil {
		return nil, fmt.Errorf("preparing the database connection: %w", err)
	}
	if patience > 0 || options.dialled != nil {
		lib.Dialer(impatient{patience, options.dialled})
	}
	var connector driver.Connector = lib
	if longest > 0 {
		connector = timed{connector, longest}
	}
	if options.Watch != nil {
		return options.Watch(connector), nil
	}
	return connector, nil
}

// dropIdle closes the connections that nobody uses: where one is silent, they
// most likely are too.
func (s *Store) dropIdle() {
	for _, pool := range s.pools() {
		pool.SetMaxIdleConns(0)
		pool.SetMaxIdleConns(s.options.Connections)
	}
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return wrap("reaching the database", s.db.PingContext(ctx))
}

// PingAnew tells whether a new connection can be made.
func (s *Store) PingAnew(ctx context.Context) error {
	db, err := connect(s.config, s.options, longestSilence)
	if err != nil {
		return err
	}
	defer db.Close()
	return wrap("reaching the database", db.PingContext(ctx))
}

// Close ends all connections.
func (s *Store) Close() error {
	err := s.seals.Close()
	for _, pool := range s.pools() {
		err = errors.Join(err, pool.Close())
	}
	return err
}

// pools are those of answers.
func (s *Store) pools() []*sqlx.DB {
	pools := []*sqlx.DB{s.db, s.looks.db}
	if s.callers != nil {
		pools = append(pools, s.callers.public.db, s.callers.staff.db)
	}
	return pools
}

// Writing is a transaction that changes facts.
type Writing struct {
	Reads
	tx     *sqlx.Tx
	locks  []Lock
	locked map[string]coverage.Timelines // of the publishers whose rows are locked
	wanted []string                      // publishers that an earlier attempt lacked
	turn   *turn                         // of one that does not wait in the database; else nil
	holds  []string                      // what it has told the others of this process that it holds
	// staff and account are as which single facts are written; empty: as all else is.
	staff   string
	account int64
}

// retry says that the transaction is to be tried again from its start.
type retry struct{ publishers []string }

func (retry) Error() string { return "other publishers turned out to be concerned" }

// RetryWith is returned by a transaction that must begin again: then, with the
// first of its locks, it locks these publishers too.
func RetryWith(publishers ...string) error { return retry{publishers} }

// Write runs a transaction of somebody, which begins with locks, and waits
// for other writers as long as it takes. It is tried again when it met another
// writer's in a deadlock or added what another has added meanwhile, or when it asks
// to with RetryWith.
func (s *Store) Write(ctx context.Context, by By, do func(*Writing) error, locks ...Lock) error {
	return s.write(ctx, &Writing{locks: locks}, by, do)
}

// WriteSoon is Write for one whose caller waits for an answer: it keeps no connection
// while it waits for another writer, and waits no longer than about a second. Then,
// or where many wait already, it is a Conflict that tells when to try again. Where
// the publisher that it will lock is known, it waits behind others from the beginning.
func (s *Store) WriteSoon(ctx context.Context, by By, publisher string, do func(*Writing) error, locks ...Lock) error {
	w := &Writing{locks: locks, turn: s.turns.begin()}
	defer w.turn.end()
	for _, lock := range locks {
		if lock.exclusive { // it is waited for in the database, by one at a time
			if err := w.turn.queue(ctx, lock.String()); err != nil {
				return err
			}
		}
	}
	if w.turn.at == "" && publisher != "" {
		if err := w.turn.enter(ctx, publisher); err != nil {
			return err
		}
	}
	for {
		err := s.write(ctx, w, by, do)
		held, ok := errors.AsType[taken](err)
		if !ok {
			return err
		}
		if err := w.turn.await(ctx, held.by); err != nil {
			return err
		}
	}
}

func (s *Store) write(ctx context.Context, w *Writing, by By, do func(*Writing) error) error {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return wrap("waiting for other writers", ctx.Err())
	}
	const attempts = 5
	var err error
	var again retry
	for attempt := range attempts {
		if attempt > 1 {
			// Those who collided would go on colliding in step.
			select {
			case <-time.After(rand.N(time.Duration(attempt) * 20 * time.Millisecond)):
			case <-ctx.Done():
				return wrap("waiting for other writers", ctx.Err())
			}
		}
		err = s.writeOnce(ctx, w, by, do)
		collided := pq.As(err, pqerror.TRDeadlockDetected, pqerror.TRSerializationFailure, pqerror.UniqueViolation) != nil
		if !errors.As(err, &again) && !collided {
			return err
		}
		w.wanted = again.publishers
	}
	return fmt.Errorf("%w: %w", problem.New(problem.Conflict, "", "other writes to the same facts went on meanwhile; try again"), err)
}

// Where the network goes silent within a transaction, its server does not notice for
// hours that nobody is there any more; the locks must not last as long.
const writeAsSQL = `-- store.Write
SELECT ` + byColumns + `, set_config('idle_in_transaction_session_timeout', $4, true),
       (SELECT count(pg_advisory_xact_lock_shared(key)) FROM unnest($2::bigint[]) AS key),
       (SELECT count(pg_advisory_xact_lock(key)) FROM unnest($3::bigint[]) AS key)`

// writeSoonAsSQL waits for no shared lock and for anything else so many
// milliseconds. It tells which shared locks it has not got.
const writeSoonAsSQL = `-- store.WriteSoon
SELECT ` + byColumns + `, set_config('idle_in_transaction_session_timeout', $4, true),
       set_config('lock_timeout', $5, true),
       (SELECT count(*) FROM unnest($2::bigint[]) AS key WHERE NOT pg_try_advisory_xact_lock_shared(key)),
       (SELECT count(pg_advisory_xact_lock(key)) FROM unnest($3::bigint[]) AS key)`

func (s *Store) writeOnce(ctx context.Context, w *Writing, by By, do func(*Writing) error) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return wrap("beginning a transaction", err)
	}
	w.Reads, w.tx, w.locked = inTransaction(tx), tx, map[string]coverage.Timelines{}
	if s.callers != nil && by.AccountID != 0 {
		w.staff, w.account = s.callers.staffName, by.AccountID
	}
	defer func() {
		tx.Rollback() //nolint:errcheck // after Commit it does nothing
		s.turns.freed(w)
	}()
	if err := w.begin(ctx, by, s.longestIdle()); err != nil {
		return err
	}
	if err := do(w); err != nil {
		return w.heldUp(err)
	}
	if err := wrap("committing", tx.Commit()); err != nil {
		return fmt.Errorf("%w: %w", ErrUnsure, err)
	}
	return nil
}

// ErrUnsure is the error of a transaction that was being committed: what it wrote
// may stand or not.
var ErrUnsure = errors.New("whether it is written is not known")

// begin takes the locks.
func (w *Writing) begin(ctx context.Context, by By, longestIdle string) error {
	const doing = "waiting for other writers"
	if w.turn == nil {
		_, err := w.tx.ExecContext(ctx, writeAsSQL, by.settings(), keys(w.locks, false), keys(w.locks, true), longestIdle)
		return waited(doing, err)
	}
	var missing int
	var ignored any
	err := w.tx.QueryRowContext(
		ctx, writeSoonAsSQL, by.settings(), keys(w.locks, false), keys(w.locks, true), longestIdle, shortWait.Milliseconds(),
	).Scan(&ignored, &ignored, &ignored, &missing, &ignored)
	switch {
	case err != nil:
		return w.heldUp(waited(doing, err))
	case missing > 0:
		return taken{}
	}
	return nil
}

// heldUp tells one who does not wait in the database that he has waited there.
func (w *Writing) heldUp(err error) error {
	if w.turn != nil && pq.As(err, pqerror.LockNotAvailable) != nil {
		return taken{w.turn.at}
	}
	return err
}

// longestIdle is how long a transaction that writes may wait for its next
// statement, in milliseconds: as long as one may take, and 0, for ever, where that
// has no bound.
func (s *Store) longestIdle() string {
	return strconv.FormatInt(s.options.StatementTimeout.Milliseconds(), 10)
}

// ErrKeepNothing rolls a transaction back that has done what it was to do.
var ErrKeepNothing = errors.New("nothing is kept")

// wrap says what was being done, and turns faults that a caller can understand
// into problems.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	var fault *pq.Error
	var network *net.OpError
	switch {
	case errors.As(err, &fault):
		switch {
		case fault.Code == "22021":
			return fmt.Errorf(
				"%s: %w: %w",
				doing,
				problem.New(problem.InvalidInput, "", "a text holds a character that cannot be stored; leave it out"),
				err,
			)
		case fault.Code == pqerror.QueryCanceled:
			return fmt.Errorf("%s: %w: %w", doing, problem.TookTooLong(), err)
		case fault.Code == "53100":
			full := problem.New(
				problem.Unavailable,
				"",
				"the disk of the database is full; nothing was written: try again when there is room",
			)
			return fmt.Errorf("%s: %w: %w", doing, full, err)
		case slices.Contains([]string{"08", "53", "57", "58"}, string(fault.Code.Class())) || fault.Code == "25P03":
			return unreachable(doing, err)
		}
	case errors.As(err, &network), errors.Is(err, sql.ErrConnDone), errors.Is(err, fs.ErrNotExist),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return unreachable(doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func unreachable(doing string, err error) error {
	return fmt.Errorf("%s: %w: %w", doing, problem.New(problem.Unavailable, "", "the database cannot be reached just now; try again"), err)
}

// Cancelled tells whether a statement was ended before its time, by its context or
// by the database, and what ended it.
func Cancelled(err error) (cause error, is bool) {
	var fault *pq.Error
	if errors.As(err, &fault) && fault.Code == pqerror.QueryCanceled {
		return fault, true
	}
	return context.Canceled, errors.Is(err, context.Canceled)
}

// DB returns the pool, for its metrics.
func (s *Store) DB() *sql.DB { return s.db.DB }

// Looking returns the pool of followers, for its metrics.
func (s *Store) Looking() *sql.DB { return s.looks.db.DB }
