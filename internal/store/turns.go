package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// How long a writer whose caller waits for an answer has patience with others, how
// long it may wait in the database at a time, where it cannot do without, and how
// long it waits at first before it looks again.
const (
	patience   = 750 * time.Millisecond
	shortWait  = 100 * time.Millisecond
	firstPause = 10 * time.Millisecond
)

// mostWaiting is how many writers may wait for one publisher.
const mostWaiting = 32

// After how many seconds one may try again: a crowd is gone in less than one, an
// import, which is the only writer that takes longer than a moment, is not.
const (
	afterCrowd  = 1
	afterImport = 5
)

// Waits are how writers have waited for others.
type Waits struct {
	Waiting int // now
	// Crowded were refused because as many as may waited already, InVain because
	// they waited as long as they may.
	Crowded, InVain int
}

// turns are where writers wait for what another holds. Who has to wait gives its
// connection back and begins anew when its turn comes: however many wait for one
// publisher, the others find connections. The first of a queue tries when a writer
// of this process frees what it waits for, and now and then, as one of another
// process may have. Where it is one of this process, which is soon done, the first
// waits in the database, so that it goes on the moment that the other ends.
type turns struct {
	mutex  sync.Mutex
	queues map[string][]*turn // by publisher or lock
	held   map[string]int     // publishers by how many writers of this process
	waits  Waits
}

func newTurns() *turns { return &turns{queues: map[string][]*turn{}, held: map[string]int{}} }

// turn is that of one writer.
type turn struct {
	of    *turns
	at    string // the queue that it stands in, if in any
	woken chan struct{}
	until time.Time // its patience ends; zero before it has to wait
	pause time.Duration
}

// taken says that another writer holds what a transaction needs: a publisher, or
// something that there is no queue for.
type taken struct{ by string }

func (taken) Error() string { return "another writer holds what this one needs" }

func (t *turns) begin() *turn {
	return &turn{of: t, woken: make(chan struct{}, 1), pause: firstPause}
}

// waiting tells how writers wait.
func (t *turns) waiting() Waits {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.waits
}

// holds notes what a transaction has locked. Its writer is no longer in a queue.
func (t *turns) holds(w *Writing, publishers []string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, code := range publishers {
		t.held[code]++
	}
	w.holds = append(w.holds, publishers...)
	w.turn.leave()
}

// freed wakes those who wait for what a transaction held.
func (t *turns) freed(w *Writing) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, code := range w.holds {
		if t.held[code]--; t.held[code] == 0 {
			delete(t.held, code)
		}
	}
	w.holds = nil
	if len(t.queues) > 0 {
		for code := range w.locked {
			t.wake(code)
		}
	}
}

// wake wakes the first of a queue.
func (t *turns) wake(at string) {
	if queue := t.queues[at]; len(queue) > 0 {
		select {
		case queue[0].woken <- struct{}{}:
		default: // it has been woken
		}
	}
}

// queue waits until the writer is the first of a queue.
func (t *turn) queue(ctx context.Context, at string) error {
	first, err := t.join(at)
	if err != nil || first {
		return err
	}
	return t.wait(ctx, false)
}

// enter waits behind those who wait for a publisher already, where there are any.
func (t *turn) enter(ctx context.Context, publisher string) error {
	t.of.mutex.Lock()
	alone := len(t.of.queues[publisher]) == 0 && t.of.held[publisher] == 0
	t.of.mutex.Unlock()
	if alone {
		return nil
	}
	return t.queue(ctx, publisher)
}

// next tells whether the writer is the first who waits for one of this process.
func (t *turn) next() bool {
	t.of.mutex.Lock()
	defer t.of.mutex.Unlock()
	return t.at != "" && t.of.queues[t.at][0] == t && t.of.held[t.at] > 0
}

// await waits until it is worthwhile to try again.
func (t *turn) await(ctx context.Context, at string) error {
	first := true
	if at != "" {
		var err error
		if first, err = t.join(at); err != nil {
			return err
		}
	}
	return t.wait(ctx, first)
}

// wait waits until the writer is woken, or for a pause where it may look by itself.
func (t *turn) wait(ctx context.Context, looks bool) error {
	if t.until.IsZero() {
		t.until = time.Now().Add(patience)
	}
	t.count(1)
	defer t.count(-1)
	left := time.Until(t.until)
	until := left
	if looks {
		until = min(t.pause, left)
		t.pause *= 2
	}
	timer := time.NewTimer(until)
	defer timer.Stop()
	select {
	case <-t.woken:
		return nil
	case <-timer.C:
		if until < left {
			return nil
		}
	case <-ctx.Done():
		return waited("waiting for other writers", ctx.Err())
	}
	t.of.mutex.Lock()
	t.of.waits.InVain++
	t.of.mutex.Unlock()
	return problem.New(
		problem.Conflict,
		"",
		"another writer, most likely an import, holds what this write needs; nothing was written: try again in %d s",
		afterImport,
	).In(afterImport)
}

func (t *turn) count(by int) {
	t.of.mutex.Lock()
	defer t.of.mutex.Unlock()
	t.of.waits.Waiting += by
}

// join lets the writer stand in a queue, where it stands in no other, and tells
// whether it is the first.
func (t *turn) join(at string) (first bool, err error) {
	t.of.mutex.Lock()
	defer t.of.mutex.Unlock()
	if t.at != at {
		t.leave()
		queue := t.of.queues[at]
		if len(queue) == mostWaiting {
			t.of.waits.Crowded++
			return false, problem.New(problem.Conflict, "",
				"many write to the same publisher; nothing was written: try again in %d s", afterCrowd).In(afterCrowd)
		}
		t.of.queues[at], t.at = append(queue, t), at
	}
	return t.of.queues[at][0] == t, nil
}

// leave takes the writer out of its queue; the next may try.
func (t *turn) leave() {
	if t.at == "" {
		return
	}
	queue := slices.DeleteFunc(t.of.queues[t.at], func(other *turn) bool { return other == t })
	if t.of.queues[t.at] = queue; len(queue) == 0 {
		delete(t.of.queues, t.at)
	}
	t.of.wake(t.at)
	t.at = ""
}

// end is the end of the write.
func (t *turn) end() {
	t.of.mutex.Lock()
	defer t.of.mutex.Unlock()
	t.leave()
}

// Waits tells how the writers of WriteSoon have waited for others.
func (s *Store) Waits() Waits { return s.turns.waiting() }
