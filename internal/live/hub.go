// Package live tells those who follow figures and gaps what writes did to them, in this
// process and in every other on the same database.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const (
	// every is how often it is looked for what is new while somebody follows: a notice
	// by each write would cost writers more than these looks cost all (docs/live.md).
	every = 200 * time.Millisecond
	// mostHeld is how many rows of events are held for all who follow; who is behind
	// them reads the database.
	mostHeld = 2000
)

// State is what was known at a look, with all events that had come to pass.
type State struct {
	Index *coverage.Index
	Today calendar.Day
	// History names the database's history that Seen is of.
	History string
	Seen    store.Seen
}

// batch are the events between two states.
type batch struct {
	from, to store.Seen
	events   []store.GapEvents
}

// Hub looks for what is new, once for all who follow.
type Hub struct {
	store    *store.Store
	follower *store.Follower
	now      func() time.Time
	log      *slog.Logger

	looking sync.Mutex // one look at a time; guards what only looks use
	mutex   sync.Mutex
	stop    context.CancelFunc // nil while nobody follows
	follow  int                // how many do
	state   *State             // nil before the first look
	newer   chan struct{}      // closed when the state is another
	recent  []batch            // the latest, without a hole
	held    int                // rows of events in them
}

// New makes a hub that nobody follows yet.
func New(from *store.Store, follower *store.Follower, now func() time.Time, log *slog.Logger) *Hub {
	return &Hub{store: from, follower: follower, now: now, log: log, newer: make(chan struct{})}
}

// join begins to follow: what is returned ends it. The state holds everything that was
// committed before.
func (h *Hub) join(ctx context.Context) (*State, func(), error) {
	h.mutex.Lock()
	h.follow++
	if h.stop == nil {
		var looks context.Context
		looks, h.stop = context.WithCancel(context.Background())
		go h.keep(looks)
	}
	h.mutex.Unlock()
	leave := sync.OnceFunc(func() {
		h.mutex.Lock()
		defer h.mutex.Unlock()
		if h.follow--; h.follow == 0 {
			h.stop()
			h.stop = nil
		}
	})
	state, err := h.look(ctx)
	if err != nil {
		leave()
		return nil, nil, err
	}
	return state, leave, nil
}

// keep looks again and again.
func (h *Hub) keep(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := h.look(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			h.log.Warn("what is followed cannot be looked for; it is tried again", "error", err)
		}
		failing = err != nil
	}
}

// look takes what is new into the state. It holds all that was committed before.
func (h *Hub) look(ctx context.Context) (*State, error) {
	h.looking.Lock()
	defer h.looking.Unlock()
	followed, err := h.follower.Followed(ctx)
	if err != nil {
		return nil, err
	}
	before, _ := h.current()
	today := calendar.Today(h.now())
	if before != nil && before.Index == followed.Index && before.History == followed.History && before.Today == today {
		return before, nil
	}
	now := &State{Index: followed.Index, Today: today, History: followed.History}
	if before != nil && before.History == followed.History && before.Index == followed.Index {
		now.Seen = before.Seen
		h.set(now, nil)
		return now, nil
	}
	if now.Seen, err = h.store.Seen(ctx, followed); err != nil {
		return nil, err
	}
	if before == nil || before.History != followed.History {
		h.recentNone()
		h.set(now, nil)
		return now, nil
	}
	events, err := h.store.GapEvents(ctx, before.Seen, now.Seen, "", 0, mostHeld+1)
	if err != nil {
		return nil, err
	}
	switch {
	case len(events) == 0:
		now.Seen = before.Seen // of events it is the same
		h.set(now, nil)
	case len(events) > mostHeld:
		h.recentNone()
		h.set(now, nil)
	default:
		h.set(now, &batch{before.Seen, now.Seen, events})
	}
	return now, nil
}

func (h *Hub) recentNone() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.recent, h.held = nil, 0
}

// set makes a state the current one.
func (h *Hub) set(now *State, added *batch) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if added != nil {
		h.recent, h.held = append(h.recent, *added), h.held+len(added.events)
		for h.held > mostHeld {
			h.held -= len(h.recent[0].events)
			h.recent = append([]batch(nil), h.recent[1:]...)
		}
	}
	h.state = now
	close(h.newer)
	h.newer = make(chan struct{})
}

// History names the present history of the database.
func (h *Hub) History(ctx context.Context) (string, error) {
	state, err := h.look(ctx)
	if err != nil {
		return "", err
	}
	return state.History, nil
}

// current is the state, and what is closed when there is a newer one.
func (h *Hub) current() (*State, <-chan struct{}) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.state, h.newer
}

// after is the batch that begins at a state, where it is held.
func (h *Hub) after(from store.Seen) (batch, bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for _, b := range h.recent {
		if b.from.Equal(from) {
			return b, true
		}
	}
	return batch{}, false
}

// Following is how many follow something.
func (h *Hub) Following() int {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.follow
}

// errAnother ends what followed a database that has been restored meanwhile.
func errAnother() error {
	return problem.New(problem.Unavailable, "", "the database is another, or was restored: what was followed has no continuation").
		Mend("subscribe again, without a token")
}
