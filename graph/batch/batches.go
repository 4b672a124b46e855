// Package batch makes nested lists cost as many statements as one. The fields of
// an operation run concurrently; a field that reads waits, and when every field
// that runs has come to wait, all that they ask for is read at once, with one
// call of each loader. So the executor's own progress closes a batch, not a
// clock: the number of statements depends on the document alone, never on the
// number of rows or on how busy the machine is (docs/adr/0003-batching.md).
package batch

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/admission"
)

// Batches counts the branches of one operation that run, and gathers what those
// that wait have asked for. It is safe for concurrent use.
type Batches struct {
	reading map[any]bool // the selections below which something is read
	request *admission.Request
	costs   map[*ast.Field]*fieldCost
	// arguments are those of fields, as they were read, by argumentsOf.
	arguments sync.Map

	mutex   sync.Mutex
	running int // branches that may still ask for something
	rows    int // of lists, that run concurrently
	next    *round
}

// round is what is read at once.
type round struct {
	asked   []func() func(context.Context) // of each loader: takes the keys it was asked for, to read them
	waiting int
	done    chan struct{}
}

type contextKey struct{}

// Begin gives an operation its batches. Whoever executes it with the returned
// context is its first branch.
func Begin(ctx context.Context, reading Reading) context.Context {
	return context.WithValue(ctx, contextKey{}, &Batches{
		reading: reading, request: admission.Of(ctx), costs: costsOf(reading), running: 1, next: newRound(),
	})
}

func newRound() *round { return &round{done: make(chan struct{})} }

// wait ends when the round has been read for which ask has asked, or with the
// error of a context that ends first. The calling branch does not run meanwhile.
func (b *Batches) wait(ctx context.Context, ask func(*round)) error {
	b.mutex.Lock()
	mine := b.next
	ask(mine)
	mine.waiting++
	b.stopOne(ctx)
	b.mutex.Unlock()
	select {
	case <-mine.done:
		return nil
	case <-ctx.Done():
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	select {
	case <-mine.done: // which counts this branch as running again
	default:
		mine.waiting--
		b.running++
	}
	return ctx.Err()
}

// stopOne notes that a branch has ended or waits; after the last, the round is
// read. The mutex is held.
func (b *Batches) stopOne(ctx context.Context) {
	b.running--
	if b.running > 0 || b.next.waiting == 0 {
		return
	}
	closed := b.next
	b.next = newRound()
	reads := make([]func(context.Context), len(closed.asked))
	for i, take := range closed.asked {
		reads[i] = take()
	}
	go b.read(ctx, closed, reads)
}

// read asks every loader of the round at once, then lets the waiting branches go
// on together. No branch runs while a round is read, so that like fields of
// different rows stay in step.
func (b *Batches) read(ctx context.Context, closed *round, reads []func(context.Context)) {
	var reading sync.WaitGroup
	for _, read := range reads {
		reading.Go(func() { read(ctx) })
	}
	reading.Wait()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.running += closed.waiting
	close(closed.done)
}

// branches are concurrent parts of one branch, which waits for all of them.
type branches struct {
	batches *Batches
	left    atomic.Int64
	ended   sync.WaitGroup
}

// fork lets a branch go on as n.
func (b *Batches) fork(n int) *branches {
	f := &branches{batches: b}
	f.left.Store(int64(n))
	f.ended.Add(n)
	if b != nil {
		b.mutex.Lock()
		b.running += n - 1
		b.mutex.Unlock()
	}
	return f
}

// end notes that one of them has ended. The last goes on running as the branch
// that was forked.
func (f *branches) end(ctx context.Context) {
	if f.left.Add(-1) > 0 && f.batches != nil {
		f.batches.mutex.Lock()
		f.batches.stopOne(ctx)
		f.batches.mutex.Unlock()
	}
	f.ended.Done()
}

func (f *branches) join() { f.ended.Wait() }
