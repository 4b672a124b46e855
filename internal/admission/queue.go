package admission

import (
	"context"
	"slices"
	"sync"
	"time"
)

// queue lets so many in at once. Callers take turns, however many requests each
// of them has waiting.
type queue struct {
	atOnce int

	mutex   sync.Mutex
	atWork  int
	waiting int
	refused int
	turns   []*turn // the callers that wait, who is next first
	// usual is about how long a request stays, from those that left last.
	usual time.Duration
}

// turn is a caller with its requests that wait, the longest first.
type turn struct {
	caller  string
	waiting []chan struct{}
}

func newQueue(atOnce int) *queue { return &queue{atOnce: max(atOnce, 1), usual: 50 * time.Millisecond} }

func (q *queue) state() State {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	return State{AtWork: q.atWork, Waiting: q.waiting, Refused: q.refused}
}

// enter waits until the caller's request is let in. Where that would take longer
// than may be waited, it is refused at once.
func (q *queue) enter(ctx context.Context, caller string, most time.Duration) error {
	q.mutex.Lock()
	if q.atWork < q.atOnce {
		q.atWork++
		q.mutex.Unlock()
		return nil
	}
	at := slices.IndexFunc(q.turns, func(t *turn) bool { return t.caller == caller })
	if wait := q.expected(at); wait > most {
		q.refused++
		q.mutex.Unlock()
		return busy(wait - most)
	}
	if at < 0 {
		at = len(q.turns)
		q.turns = append(q.turns, &turn{caller: caller})
	}
	let := make(chan struct{})
	q.turns[at].waiting = append(q.turns[at].waiting, let)
	q.waiting++
	q.mutex.Unlock()

	patience := time.NewTimer(most)
	defer patience.Stop()
	select {
	case <-let:
		return nil
	case <-ctx.Done():
		q.giveUp(caller, let)
		return ctx.Err()
	case <-patience.C:
		q.giveUp(caller, let)
		q.mutex.Lock()
		q.refused++
		q.mutex.Unlock()
		return busy(0)
	}
}

// expected is about how long the next request of the caller at a turn would wait.
func (q *queue) expected(at int) time.Duration {
	own, callers := 0, len(q.turns)
	if at >= 0 {
		own = len(q.turns[at].waiting)
	} else {
		callers++
	}
	before := min((own+1)*callers, q.waiting+1)
	return q.usual * time.Duration(before) / time.Duration(q.atOnce)
}

// giveUp takes a request out that waits no longer; one that was let in meanwhile
// leaves.
func (q *queue) giveUp(caller string, let chan struct{}) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	for i, t := range q.turns {
		if at := slices.Index(t.waiting, let); t.caller == caller && at >= 0 {
			t.waiting = slices.Delete(t.waiting, at, at+1)
			q.waiting--
			if len(t.waiting) == 0 {
				q.turns = slices.Delete(q.turns, i, i+1)
			}
			return
		}
	}
	q.next()
}

// leave lets the next in.
func (q *queue) leave(stayed time.Duration) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.usual += (stayed - q.usual) / 8
	q.next()
}

func (q *queue) next() {
	if len(q.turns) == 0 {
		q.atWork--
		return
	}
	first := q.turns[0]
	close(first.waiting[0])
	first.waiting = first.waiting[1:]
	q.waiting--
	q.turns = q.turns[1:]
	if len(first.waiting) > 0 {
		q.turns = append(q.turns, first) // after all others
	}
}
