package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Reading is what one question reads by: one replica, chosen when it first reads, or the
// database itself.
type Reading struct {
	of  *Replicas
	all Written

	mutex   sync.Mutex
	chosen  bool
	replica *replica // nil: the database itself
	life    *life
	waited  time.Duration
	lost    bool
}

// Reading is what a question reads by that must hold all that the newest index does, and
// what had been written by then.
func (rs *Replicas) Reading(by ...Written) *Reading {
	all := rs.follower.Written()
	for _, other := range by {
		all = all.And(other)
	}
	return &Reading{of: rs, all: all}
}

// For are the questions of an account, or of anybody.
func (r *Reading) For(account int64) Reads {
	reads := Reads{source: routed{r, account, false}}
	if r.of.store.callers != nil {
		reads.caller = routed{r, account, true}
	}
	return reads
}

// ErrReplicaLost is the error of a statement that a replica did not answer: the question is
// to be asked again.
var ErrReplicaLost = errors.New("the replica was lost")

// Lost tells whether the replica was lost, so that the question is to be asked again.
func (r *Reading) Lost() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.lost
}

// By names the replica that was read, empty where the database itself was, and how long it
// was waited for; read is false where nothing was read beside the index.
func (r *Reading) By() (replica string, waited time.Duration, read bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.replica != nil {
		replica = r.replica.name
	}
	return replica, r.waited, r.chosen
}

// choose settles by what is read. Statements of a question that come together wait for one
// another.
func (r *Reading) choose(ctx context.Context) (*replica, *life) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if !r.chosen {
		r.chosen = true
		began := time.Now()
		if r.replica, r.life = r.of.choose(ctx, r.all); r.life != nil {
			r.replica.answered.Add(1)
		} else {
			r.of.primary.Add(1)
		}
		r.waited = time.Since(began)
	}
	return r.replica, r.life
}

// routed runs statements by what is read.
type routed struct {
	of      *Reading
	account int64
	seen    bool // they ask what may be hidden
}

func (s routed) each(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	return s.by(ctx, func(from source) error { return from.each(ctx, doing, query, visit, arguments...) })
}

func (s routed) eachPrepared(ctx context.Context, doing, query string, visit func(scan func(...any) error) error, arguments ...any) error {
	return s.by(ctx, func(from source) error { return from.eachPrepared(ctx, doing, query, visit, arguments...) })
}

func (s routed) by(ctx context.Context, read func(source) error) error {
	replica, life := s.of.choose(ctx)
	from := s.of.of.store
	if life != nil {
		from = life.store
	}
	reads := from.For(s.account)
	if s.seen {
		reads = reads.seen()
	}
	err := read(reads.source)
	if err == nil || life == nil || ctx.Err() != nil || pq.As(err, pqerror.QueryCanceled, pqerror.CharacterNotInRepertoire) != nil {
		return err
	}
	// The connection, a conflict with what is replayed, or what only a primary does.
	s.of.mutex.Lock()
	if !s.of.lost {
		s.of.lost = true
		s.of.of.lost.Add(1)
		s.of.of.log.Info("a question is asked again of the database itself", "replica", replica.name, "error", err)
	}
	s.of.mutex.Unlock()
	if problem.CodeOf(err) == problem.Unavailable || errors.Is(err, errOtherLife) {
		replica.lose(life, err)
	}
	return errors.Join(ErrReplicaLost, err)
}
