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

	now atomic.Pointer[caughtUp]

	// A look at the database serves every request that was waiting when it
	// began: one that came later must wait for the next.
	mutex   sync.Mutex
	looking *look // under way
	next    *look // begins when that has ended
}

// caughtUp is an index and what had been seen of the database for it.
type caughtUp struct {
	index *coverage.Index
	seen  snapshot
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
func (f *Follower) Current() *coverage.Index { return f.now.Load().index }

// Index returns an index that holds everything committed before the call.
func (f *Follower) Index(ctx context.Context) (*coverage.Index, error) {
	l := f.join()
	select {
	case <-l.done:
		return f.Current(), l.err
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

// catchUp reads what became visible since the last look.
func (f *Follower) catchUp(ctx context.Context) error {
	next, err := f.now.Load().after(ctx, f.store.db)
	if err != nil {
		return err
	}
	if next == nil {
		return f.load(ctx)
	}
	f.now.Store(next)
	return nil
}

// after reads what became visible later: one statement, so that its snapshot is
// that of the rows it returns. Nodes, catalogs or the calendar change rarely:
// then it answers nil, and everything is to be read again.
func (c *caughtUp) after(ctx context.Context, from sqlx.QueryerContext) (*caughtUp, error) {
	var seen snapshot
	var parts sql.NullString
	var changes []coverage.Timelines
	err := each(ctx, from, "catching up", catchUpSQL, func(scan func(...any) error) error {
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
	}, c.seen.xmax, pq.Array(c.seen.xip))
	if err != nil || parts.Valid {
		return nil, err
	}
	index, err := c.index.Apply(changes)
	if err != nil {
		return nil, fmt.Errorf("catching up: %w", err)
	}
	return &caughtUp{index, seen}, nil
}

const snapshotSQL = `-- store.Follow: snapshot
SELECT pg_current_snapshot()::text`

const timelinesSQL = `-- store.Follow: timelines
SELECT publisher_code, packed FROM publisher_timeline`

// load reads everything, in one transaction.
func (f *Follower) load(ctx context.Context) error {
	return f.store.reading(ctx, func(tx *sqlx.Tx) error {
		all, err := everything(ctx, tx)
		if err == nil {
			f.now.Store(all)
		}
		return err
	})
}

func everything(ctx context.Context, tx *sqlx.Tx) (*caughtUp, error) {
	var taken string
	if err := tx.GetContext(ctx, &taken, snapshotSQL); err != nil {
		return nil, wrap("taking a snapshot", err)
	}
	seen, err := parseSnapshot(taken)
	if err != nil {
		return nil, err
	}
	reference, err := referenceOf(ctx, tx)
	if err != nil {
		return nil, err
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
		return nil, err
	}
	index, err := coverage.New(reference, timelines)
	if err != nil {
		return nil, fmt.Errorf("making the index: %w", err)
	}
	return &caughtUp{index, seen}, nil
}

// reading runs several statements on one state of the database.
func (s *Store) reading(ctx context.Context, do func(*sqlx.Tx) error) error {
	tx, err := s.beginReading(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it has only read
	return do(tx)
}

func (s *Store) beginReading(ctx context.Context) (*sqlx.Tx, error) {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	return tx, s.wrap("beginning to read", err)
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
