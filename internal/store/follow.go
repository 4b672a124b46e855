package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Follower keeps an index of the database's timelines in memory and catches it
// up before each answer. An answer holds one index, which does not change under
// it.
type Follower struct {
	store *Store

	now atomic.Pointer[caughtUp]

	// Only the look that is under way uses these.
	stored stored
	alive  map[string]bool // backends that have been there since before the last look

	// A look at the database serves every request that was waiting when it
	// began: one that came later must wait for the next.
	mutex   sync.Mutex
	looking *look // under way
	next    *look // begins when that has ended
	looks   Looks
}

// Looks are how often a follower looked at the database, by result, and when a
// look last succeeded.
type Looks struct {
	Succeeded, Failed int
	Last              time.Time
}

// Looks tells how the looks went until now.
func (f *Follower) Looks() Looks {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.looks
}

func (f *Follower) looked(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if err != nil {
		f.looks.Failed++
		return
	}
	f.looks.Succeeded++
	f.looks.Last = time.Now()
}

// caughtUp is an index and what had been seen of the database for it.
type caughtUp struct {
	index    *coverage.Index
	seen     pgSnapshot
	history  string
	version  Version
	written  Written
	secret   []byte
	compared int // how many times everything had been compared
}

type look struct {
	done chan struct{}
	err  error
}

// Follow loads the index.
func (s *Store) Follow(ctx context.Context) (*Follower, error) {
	f := &Follower{store: s}
	if err := f.catchUp(ctx); err != nil {
		return nil, err
	}
	f.looked(nil)
	return f, nil
}

// Secret is what every server of the database knows and nobody else does: 32 bytes.
// A restore brings another.
func (f *Follower) Secret() []byte { return f.now.Load().secret }

// Current returns the index as last caught up, without looking.
func (f *Follower) Current() *coverage.Index { return f.now.Load().index }

// Written is how far the log had been written with all that the newest index holds; it
// tells nothing where the database is itself a standby.
func (f *Follower) Written() Written { return f.now.Load().written }

// promptly is how soon a database that answers has answered a look.
const promptly = 250 * time.Millisecond

// Index returns an index that holds everything committed before the call. While
// the database is silent it waits until the context ends, which then is the
// database's fault; a request that had less time than a look takes is out of time.
func (f *Follower) Index(ctx context.Context) (*coverage.Index, error) {
	index, _, err := f.Newest(ctx)
	return index, err
}

// Newest is Index, and names the state that the index is of.
func (f *Follower) Newest(ctx context.Context) (*coverage.Index, Version, error) {
	start := time.Now()
	for {
		l := f.join()
		select {
		case <-l.done:
			if !silent(l.err) {
				now := f.now.Load()
				return now.index, now.version, l.err
			}
		case <-ctx.Done():
			err := ctx.Err()
			if errors.Is(err, context.DeadlineExceeded) && time.Since(start) > promptly {
				err = fmt.Errorf("%w: %w", problem.New(problem.Unavailable, "", "the database does not answer just now; try again"), err)
			}
			return nil, "", wrap("waiting for the newest state", err)
		}
	}
}

// join returns a look that begins after now.
func (f *Follower) join() *look {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.looking == nil {
		f.looking = &look{done: make(chan struct{})}
		go f.run(f.looking)
		return f.looking
	}
	if f.next == nil {
		f.next = &look{done: make(chan struct{})}
	}
	return f.next
}

// run looks, and goes on as long as requests have come meanwhile. It belongs to
// no request, so that none can cut short what others wait for; its connection
// bounds how long it takes.
func (f *Follower) run(l *look) {
	for l != nil {
		l.err = f.catchUp(context.Background())
		f.looked(l.err)
		close(l.done)
		f.mutex.Lock()
		l, f.next = f.next, nil
		f.looking = l
		f.mutex.Unlock()
	}
}

// catchUp looks, a second time on another connection where the first is lost.
func (f *Follower) catchUp(ctx context.Context) error {
	err := f.look(ctx)
	if problem.CodeOf(err) != problem.Unavailable {
		return err
	}
	if silent(err) {
		f.store.dropIdle()
	}
	return f.look(ctx)
}

// look applies what became visible since the last look, and compares everything
// where that cannot be told from transaction ids: ids may have been given out
// again, or rows come with those of another time.
func (f *Follower) look(ctx context.Context) error {
	before := f.now.Load()
	if before == nil {
		return f.compare(ctx, false)
	}
	l, err := before.changes(ctx, f.store.looks)
	if err != nil {
		return err
	}
	if l.reference || !f.alive[l.backend] || !before.leadsTo(&l.origin) {
		return f.compare(ctx, l.reference)
	}
	index, err := before.index.Apply(l.timelines)
	if err != nil {
		return fmt.Errorf("catching up: %w", err)
	}
	for _, t := range l.timelines {
		if at := index.Tree.Find(t.PublisherCode); at != area.Nowhere {
			f.stored.rows[at] = hashOf(&t)
		}
	}
	written := l.written
	if l.version != "" && l.version == before.version {
		written = before.written // no transaction has ended since, whatever was logged
	}
	f.now.Store(&caughtUp{index, l.seen, before.history, l.version, written, before.secret, before.compared})
	return nil
}

// silent tells that a connection was given up because nothing came.
func silent(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}
