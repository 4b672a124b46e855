package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// Follower keeps an index of the database's timelines in memory and catches it
// up before each answer. An answer holds one index, which does not change under
// it.
type Follower struct {
	store *Store

	index atomic.Pointer[coverage.Index]

	// A look at the database serves every request that was waiting when it
	// began: one that came later must wait for the next.
	mutex   sync.Mutex
	looking *look // under way
	next    *look // begins when that has ended

	seen snapshot // what the last look saw; only touched by the look under way
}

type look struct {
	done chan struct{}
	err  error
}

// snapshot is a pg_snapshot: which transactions were visible.
type snapshot struct {
	xmax string   // the first transaction that had not begun
	xip  []string // those before it that had not ended
}

// Follow loads the index.
func (s *Store) Follow(ctx context.Context) (*Follower, error) {
	f := &Follower{store: s}
	if err := f.load(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

// Current returns the index as last caught up, without looking.
func (f *Follower) Current() *coverage.Index { return f.index.Load() }

// Index returns an index that holds everything committed before the call.
func (f *Follower) Index(ctx context.Context) (*coverage.Index, error) {
	l := f.join()
	select {
	case <-l.done:
		return f.index.Load(), l.err
	case <-ctx.Done():
		return nil, wrap("waiting for the newest state", ctx.Err())
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
// no request, so that none can cut short what others wait for.
func (f *Follower) run(l *look) {
	for l != nil {
		l.err = f.catchUp(context.Background())
		close(l.done)
		f.mutex.Lock()
		l, f.next = f.next, nil
		f.looking = l
		f.mutex.Unlock()
	}
}

const catchUpSQL = `-- store.Follower
SELECT pg_current_snapshot()::text, NULL, NULL::bytea,
       (SELECT string_agg(part, ' ') FROM reference_change WHERE changed >= $1::xid8 OR changed = ANY ($2::xid8[]))
UNION ALL
SELECT NULL, publisher_code, packed, NULL
FROM publisher_timeline WHERE changed >= $1::xid8 OR changed = ANY ($2::xid8[])`

// catchUp reads what became visible since the last look: one statement, so that
// its snapshot is that of the rows it returns.
func (f *Follower) catchUp(ctx context.Context) error {
	index := f.index.Load()
	var seen snapshot
	var parts sql.NullString
	var changes []coverage.Timelines
	err := each(ctx, f.store.db, "catching up", catchUpSQL, func(scan func(...any) error) error {
		var taken, code, changedParts sql.NullString
		var packed []byte
		if err := scan(&taken, &code, &packed, &changedParts); err != nil {
			return err
		}
		if taken.Valid {
			parts = changedParts
			var err error
			seen, err = parseSnapshot(taken.String)
			return err
		}
		changes = append(changes, coverage.Timelines{PublisherCode: code.String, Packed: packed})
		return nil
	}, f.seen.xmax, pq.Array(f.seen.xip))
	if err != nil {
		return err
	}
	if parts.Valid {
		// Nodes, catalogs or the calendar changed, which is rare: everything is
		// read again, in one transaction.
		return f.load(ctx)
	}
	if index, err = index.Apply(changes); err != nil {
		return fmt.Errorf("catching up: %w", err)
	}
	f.index.Store(index)
	f.seen = seen
	return nil
}

const snapshotSQL = `-- store.Follow: snapshot
SELECT pg_current_snapshot()::text`

const timelinesSQL = `-- store.Follow: timelines
SELECT publisher_code, packed FROM publisher_timeline`

// load reads everything.
func (f *Follower) load(ctx context.Context) error {
	return f.store.reading(ctx, func(tx *sqlx.Tx) error {
		var taken string
		if err := tx.GetContext(ctx, &taken, snapshotSQL); err != nil {
			return wrap("taking a snapshot", err)
		}
		seen, err := parseSnapshot(taken)
		if err != nil {
			return err
		}
		reference, err := referenceOf(ctx, tx)
		if err != nil {
			return err
		}
		var timelines []coverage.Timelines
		err = each(ctx, tx, "reading the timelines", timelinesSQL, func(scan func(...any) error) error {
			var t coverage.Timelines
			if err := scan(&t.PublisherCode, (*[]byte)(&t.Packed)); err != nil {
				return err
			}
			timelines = append(timelines, t)
			return nil
		})
		if err != nil {
			return err
		}
		index, err := coverage.New(reference, timelines)
		if err != nil {
			return fmt.Errorf("making the index: %w", err)
		}
		f.index.Store(index)
		f.seen = seen
		return nil
	})
}

// reading runs several statements on one state of the database.
func (s *Store) reading(ctx context.Context, do func(*sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return s.wrap("beginning to read", err)
	}
	defer tx.Rollback() //nolint:errcheck // it has only read
	return do(tx)
}

// parseSnapshot reads xmin:xmax:xip,xip.
func parseSnapshot(text string) (snapshot, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return snapshot{}, fmt.Errorf("reading the snapshot %q", text)
	}
	s := snapshot{xmax: parts[1], xip: []string{}}
	if parts[2] != "" {
		s.xip = strings.Split(parts[2], ",")
	}
	for _, id := range append([]string{s.xmax}, s.xip...) {
		if _, err := strconv.ParseUint(id, 10, 64); err != nil {
			return snapshot{}, fmt.Errorf("reading the snapshot %q: %w", text, err)
		}
	}
	return s, nil
}
