package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// replica is a streaming replica of the database, by which questions may be read. It is
// looked at by a connection of its own.
type replica struct {
	name     string    // where it is
	config   pq.Config // likewise; as whom to sign in there the store says
	of       *Replicas
	looks    *sqlx.DB
	wake     chan struct{} // it is to be looked at now
	answered atomic.Int64  // questions that read by it

	mutex sync.Mutex
	life  *life  // nil while it is left out
	fault string // why it is
	// lags: somebody waited in vain for what it had not replayed. Nobody waits for it until
	// it has replayed all that was looked for.
	lags bool
}

// life is one of a replica's server: from its start to its end or crash, after which it may
// answer of an earlier state than before. What is read goes by connections to one life.
type life struct {
	name    string
	history string
	reached atomic.Uint64 // place of the log by which it has replayed all
	store   *Store        // its connections
	dialled *dialled
}

// standing is what a replica's server tells of itself.
type standing struct {
	life, history string
	inRecovery    bool
	reached       uint64
}

// Every role that serves may ask this: which life of which server answers, and by which
// place it has replayed all.
const lifeColumns = `concat_ws(' ', (SELECT system_identifier FROM pg_control_system()), extract(epoch FROM pg_postmaster_start_time()),
           extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time())), -- which a crash does
       pg_is_in_recovery(), coalesce(pg_last_wal_replay_lsn() - '0/0'::pg_lsn, 0)::text`

const lifeSQL = `-- store.Replicas: a connection
SELECT ` + lifeColumns + `, ''`

const standingSQL = `-- store.Replicas
SELECT ` + lifeColumns + `, o.history FROM database_origin() AS o`

// standingOf asks a server how it stands. What it had replayed before it answers is there
// for every statement that begins later.
func standingOf(ctx context.Context, db *sql.DB, query string) (of standing, err error) {
	var history, reached string
	if err := db.QueryRowContext(ctx, query).Scan(&of.life, &of.inRecovery, &reached, &history); err != nil {
		return of, wrap("asking a replica how it stands", err)
	}
	if history != "" {
		of.history = historyOfLog(of.life, history)
	}
	of.reached, err = strconv.ParseUint(reached, 10, 64)
	return of, err
}

// has tells whether the life has replayed all that had been written.
func (l *life) has(all Written) bool { return l.history == all.history && l.reached.Load() >= all.lsn }

// living are connections to one life of a server: another's, or one that has replayed less
// than is known of it, is refused.
type living struct {
	driver.Connector
	of *life
}

var errOtherLife = errors.New("the replica has started anew")

func (l living) Connect(ctx context.Context) (driver.Conn, error) {
	reached := l.of.reached.Load()
	conn, err := l.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(&connection{of: l.Connector, conn: conn})
	is, err := standingOf(ctx, db, lifeSQL)
	db.Close()
	if err == nil && (is.life != l.of.name || is.reached < reached || !is.inRecovery) {
		err = errOtherLife
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// as is how a role of the store signs in to the replica: roles are the same there.
func (r *replica) as(role pq.Config) pq.Config {
	config := r.config.Clone()
	config.User, config.Password, config.Database = role.User, role.Password, role.Database
	return config
}

// begin makes the pools of a life. They have no connections yet.
func (r *replica) begin(is standing) (*life, error) {
	of := r.of.store
	l := &life{name: is.life, history: is.history, dialled: &dialled{open: map[net.Conn]bool{}}}
	l.reached.Store(is.reached)
	options := of.options
	options.NoPrepare, options.dialled = false, l.dialled
	options.Watch = func(to driver.Connector) driver.Connector {
		if of.options.Watch != nil {
			to = of.options.Watch(to)
		}
		return living{to, l}
	}
	db, err := connect(bounded(r.as(of.config), options), options, options.patience())
	if err != nil {
		return nil, err
	}
	size := options.share(of.callers != nil)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	l.store = &Store{Reads: Reads{source: newPool(db, options)}, db: db, options: options}
	if of.callers != nil {
		as := func(role servingRole) pq.Config { return r.as(of.callers.as(role)) }
		if l.store.callers, err = l.store.connectCallers(as, options.patience()); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// end gives the connections up. Who waits for an answer by one learns it at once.
func (l *life) end() {
	l.dialled.close()
	l.store.db.Close()
	if l.store.callers != nil {
		l.store.callers.public.db.Close()
		l.store.callers.staff.db.Close()
	}
}

// errNoReplica refuses what can never be read by.
func errNoReplica(name, why, remedy string) error {
	return problem.New(problem.Conflict, "read-url", "%s is no replica of the database: %s", name, why).Mend(remedy)
}

// look looks how the replica stands, and takes it in or leaves it out.
func (r *replica) look(ctx context.Context) error {
	is, err := standingOf(ctx, r.looks.DB, standingSQL)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	newest := r.of.follower.Written()
	switch {
	case err != nil:
	case !is.inRecovery:
		err = errNoReplica(r.name, "it is not in recovery, so that it takes writes of its own",
			"name streaming replicas (standbys) alone; the database itself is named by --database-url")
	case newest.history == "":
		err = errors.New("the database of --database-url is a standby itself")
	case !strings.HasPrefix(is.life, newest.system+" "):
		err = errNoReplica(r.name, "it is of another cluster", "make it by pg_basebackup from the server of --database-url")
	case is.history != newest.history:
		err = errors.New("it follows another timeline, or has not replayed yet which database this is")
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err == nil && (r.life == nil || r.life.name != is.life || r.life.history != is.history || is.reached < r.life.reached.Load()) {
		r.endLife()
		if r.life, err = r.begin(is); err == nil {
			r.fault = ""
			r.of.log.Info("a replica is read by", "replica", r.name)
		}
	}
	if err != nil {
		r.leaveOut(err)
		return err
	}
	r.life.reached.Store(is.reached)
	if r.lags && is.reached >= newest.lsn {
		r.lags = false
		r.of.log.Info("a replica has caught up", "replica", r.name)
	}
	return nil
}

// leaveOut ends the life, if there is one. The mutex is held.
func (r *replica) leaveOut(why error) {
	r.endLife()
	if r.fault != why.Error() {
		r.fault = why.Error()
		r.of.log.Warn("a replica is left out", "replica", r.name, "error", why)
	}
}

func (r *replica) endLife() {
	if r.life != nil {
		go r.life.end() // which may wait for the network
		r.life = nil
	}
	r.lags = false
}

// lose leaves a life out that did not answer, until the next look finds that it does.
func (r *replica) lose(l *life, why error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.life == l {
		r.leaveOut(why)
	}
}

func (r *replica) lookNow() {
	select {
	case r.wake <- struct{}{}:
	default: // it will
	}
}

// living returns the life that is there now, and whether it is worthwhile to wait for it.
func (r *replica) living() (l *life, awaited bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.life, r.life != nil && !r.lags
}

// inVain notes that somebody waited for the replica in vain.
func (r *replica) inVain(all Written) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.life != nil && !r.life.has(all) && !r.lags {
		r.lags = true
		r.of.log.Warn("a replica lags: what it lacks is read by the others or the database itself", "replica", r.name,
			"bytes", all.lsn-r.life.reached.Load())
	}
}

// keep looks at the replica until the context ends: now and then, and again and again
// while somebody waits for it.
func (r *replica) keep(ctx context.Context) {
	for ctx.Err() == nil {
		pause := betweenReplicaLooks
		if r.look(ctx) == nil && r.of.waiting.Load() > 0 {
			r.of.tell()
			pause = whileAwaited
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-r.wake:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	r.end()
}

// end gives all connections up.
func (r *replica) end() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.life != nil {
		r.life.end()
		r.life = nil
	}
	r.looks.Close()
}
