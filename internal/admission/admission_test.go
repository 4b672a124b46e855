package admission

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// small lets one request in from 10 units on, and any before.
func small(wait time.Duration) *Budget {
	return NewBudget(Limits{Most: 1000, MostBytes: 100, Steps: []Step{{From: 10, AtOnce: 1}}, Wait: wait})
}

// waiting waits until so many requests wait at the only step.
func waiting(t *testing.T, b *Budget, wanted int) {
	t.Helper()
	for b.States()[0].Waiting != wanted {
		if t.Context().Err() != nil {
			t.Fatalf("%+v", b.States())
		}
		time.Sleep(time.Millisecond)
	}
}

func TestSmallRequestsDoNotWait(t *testing.T) {
	t.Parallel()
	b := small(time.Hour)
	holder := b.Begin("a")
	if err := holder.Spend(t.Context(), 11); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if err := b.Begin("a").Spend(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCallersTakeTurns: who has many requests waiting does not keep others from
// getting in.
func TestCallersTakeTurns(t *testing.T) {
	t.Parallel()
	b := small(time.Hour)
	holder := b.Begin("flood")
	if err := holder.Spend(t.Context(), 11); err != nil {
		t.Fatal(err)
	}
	var order []string
	var mutex sync.Mutex
	var all sync.WaitGroup
	for i, caller := range []string{"flood", "flood", "flood", "flood", "quiet", "flood", "quiet"} {
		all.Go(func() {
			r := b.Begin(caller)
			if err := r.Spend(t.Context(), 11); err != nil {
				t.Error(err)
			}
			mutex.Lock()
			order = append(order, caller)
			mutex.Unlock()
			r.End()
		})
		waiting(t, b, i+1)
	}
	holder.End()
	all.Wait()
	if want := []string{"flood", "quiet", "flood", "quiet", "flood", "flood", "flood"}; !slices.Equal(order, want) {
		t.Errorf("let in: %v, want %v", order, want)
	}
	if s := b.States()[0]; s.AtWork != 0 || s.Waiting != 0 {
		t.Errorf("%+v", s)
	}
}

// TestTooLargeIsRefused: a request that asks for more than one may is refused, and
// all that it goes on to ask.
func TestTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	r := small(time.Hour).Begin("a")
	for _, units := range []int{500, 500} {
		if err := r.Spend(t.Context(), units); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := r.Spend(t.Context(), 1); problem.CodeOf(err) != problem.TooComplex || !errors.Is(err, r.Refused()) {
			t.Errorf("%v, refused %v", err, r.Refused())
		}
	}
}

func TestTooLongAnAnswerIsRefused(t *testing.T) {
	t.Parallel()
	r := small(time.Hour).Begin("a")
	if err := r.Answer(100); err != nil {
		t.Fatal(err)
	}
	if err := r.Answer(1); problem.CodeOf(err) != problem.TooComplex || r.Refused() == nil {
		t.Errorf("%v", err)
	}
}

// TestWorkThatHadToBeDoneIsLookedAtNext: what was added without asking counts.
func TestWorkThatHadToBeDoneIsLookedAtNext(t *testing.T) {
	t.Parallel()
	r := small(time.Hour).Begin("a")
	r.Add(1001)
	if err := r.Spend(t.Context(), 0); problem.CodeOf(err) != problem.TooComplex {
		t.Errorf("%v", err)
	}
}

// TestAskedAgainCountsAnew: an answer that is made once more, because a writer came
// between, takes no more than one.
func TestAskedAgainCountsAnew(t *testing.T) {
	t.Parallel()
	r := small(time.Hour).Begin("a")
	for range 5 {
		if err := errors.Join(r.Spend(t.Context(), 900), r.Answer(90)); err != nil {
			t.Fatal(err)
		}
		r.Again()
	}
}

// TestBusyIsToldAtOnce: where waiting would take longer than one may wait, it is
// said at once, with when to come again.
func TestBusyIsToldAtOnce(t *testing.T) {
	t.Parallel()
	b := small(30 * time.Second)
	b.queues[0].usual = 20 * time.Second
	holder := b.Begin("a")
	if err := holder.Spend(t.Context(), 11); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var first sync.WaitGroup
	first.Go(func() {
		if err := b.Begin("a").Spend(ctx, 11); !errors.Is(err, context.Canceled) {
			t.Errorf("who waits: %v", err)
		}
	})
	waiting(t, b, 1)
	err := b.Begin("a").Spend(t.Context(), 11)
	if p, ok := errors.AsType[*problem.Problem](err); !ok || p.Code != problem.Unavailable || p.RetryAfter != 10 {
		t.Errorf("%v", err)
	}
	cancel()
	first.Wait()
	if s := b.States()[0]; s.Waiting != 0 || s.Refused != 1 || s.AtWork != 1 {
		t.Errorf("%+v", s)
	}
	holder.End()
	if s := b.States()[0]; s.AtWork != 0 {
		t.Errorf("%+v", s)
	}
}

// TestNothingIsLost: whatever happens to requests, all room is free in the end, and
// never more are at work than may be.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	b := NewBudget(Limits{Most: 1000, MostBytes: 100, Steps: []Step{{10, 3}, {100, 2}}, Wait: 5 * time.Millisecond})
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%7)*time.Millisecond)
			defer cancel()
			r := b.Begin(fmt.Sprint(i % 5))
			defer r.End()
			for range i % 11 {
				if r.Spend(ctx, 30) != nil {
					return
				}
				for step, s := range b.States() {
					if s.AtWork > b.queues[step].atOnce {
						t.Errorf("step %d: %+v", step, s)
					}
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
	all.Wait()
	for _, s := range b.States() {
		if s.AtWork != 0 || s.Waiting != 0 {
			t.Errorf("%+v", s)
		}
	}
}

func TestNoRequestHasNoBound(t *testing.T) {
	t.Parallel()
	none := Of(t.Context())
	none.Add(1)
	none.Alone()()
	if none != nil || none.Spend(t.Context(), 1<<40) != nil || none.Answer(1<<40) != nil || none.Refused() != nil {
		t.Error("there was one")
	}
	none.End()
}
