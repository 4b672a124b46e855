// Package admission bounds how much work a server does at once. A request says
// what it is about to do before it does it; one that has come to be large waits
// until there is room for another of its size, fairly among callers, or is told
// when to come again. Small ones never wait behind large ones.
package admission

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Step is a size from which on only so many requests are at work at once. Work is
// counted in units of about a microsecond of one core.
type Step struct{ From, AtOnce int }

// Limits are what a budget allows.
type Limits struct {
	// Most is the work of one request, MostBytes the size of its answer.
	Most, MostBytes int
	// Steps are by From.
	Steps []Step
	// Wait is how long a request may have to wait at a step.
	Wait time.Duration
}

// Budget is what all requests of a server may do at once.
type Budget struct {
	limits Limits
	queues []*queue
}

// NewBudget makes a budget that nobody uses yet.
func NewBudget(limits Limits) *Budget {
	b := &Budget{limits: limits}
	for _, step := range limits.Steps {
		b.queues = append(b.queues, newQueue(step.AtOnce))
	}
	return b
}

// State is how a step stands.
type State struct {
	From, AtWork, Waiting int
	// Refused counts those that did not get in.
	Refused int
}

// States tells how each step stands.
func (b *Budget) States() []State {
	states := make([]State, len(b.queues))
	for i, q := range b.queues {
		states[i] = q.state()
		states[i].From = b.limits.Steps[i].From
	}
	return states
}

// Begin lets a caller's request begin; it must End.
func (b *Budget) Begin(caller string) *Request {
	r := &Request{budget: b, caller: caller, at: -1}
	r.next.Store(int64(b.from(0)))
	return r
}

// from is the size from which on a step counts; beyond the last it is Most.
func (b *Budget) from(step int) int {
	if step < len(b.limits.Steps) {
		return min(b.limits.Steps[step].From, b.limits.Most)
	}
	return b.limits.Most
}

// Request is one request at work. It is safe for concurrent use; nil has no bound.
type Request struct {
	budget *Budget
	caller string
	spent  atomic.Int64
	bytes  atomic.Int64
	alone  sync.Mutex
	next   atomic.Int64 // what may be spent before it is looked at again

	mutex   sync.Mutex
	at      int // the step that it has been let in at, -1 before the first
	since   time.Time
	refused error
}

// Spent is how much work the request has said that it does.
func (r *Request) Spent() int {
	if r == nil {
		return 0
	}
	return int(r.spent.Load())
}

// Most is how much work it may do.
func (r *Request) Most() int {
	if r == nil {
		return 0
	}
	return r.budget.limits.Most
}

// Refused is why the request may not go on, nil where it may.
func (r *Request) Refused() error {
	if r == nil {
		return nil
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.refused
}

// Spend says that the request is about to do so much work, and waits until it may.
// It is refused where the request becomes too large, where too many wait already,
// and when the context ends.
func (r *Request) Spend(ctx context.Context, units int) error {
	if r == nil {
		return nil
	}
	spent := r.spent.Add(int64(units))
	if spent <= r.next.Load() {
		return nil
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for r.refused == nil && spent > r.next.Load() {
		if r.at+1 == len(r.budget.queues) || int(spent) > r.budget.limits.Most {
			r.refused = problem.New(
				problem.TooComplex,
				"",
				"the request takes more work than one may: more than %d units",
				r.budget.limits.Most,
			)
			break
		}
		r.refused = r.advance(ctx)
	}
	return r.refused
}

// Add counts work that has to be done at once; it is looked at with what is spent next.
func (r *Request) Add(units int) {
	if r != nil {
		r.spent.Add(int64(units))
	}
}

// Again begins the count anew, for a request whose answer is made once more.
func (r *Request) Again() {
	if r != nil {
		r.spent.Store(0)
		r.bytes.Store(0)
	}
}

// Answer says that the answer grows by so many bytes.
func (r *Request) Answer(bytes int) error {
	if r == nil || r.bytes.Add(int64(bytes)) <= int64(r.budget.limits.MostBytes) {
		return nil
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.refused == nil {
		r.refused = problem.New(problem.TooComplex, "",
			"the answer is larger than %d MiB", r.budget.limits.MostBytes>>20)
	}
	return r.refused
}

// Answered says how long the whole answer is.
func (r *Request) Answered(bytes int) error {
	if r == nil {
		return nil
	}
	return r.Answer(bytes - int(r.bytes.Load()))
}

// advance lets the request in at the next step, out of the one that it is at.
func (r *Request) advance(ctx context.Context) error {
	r.leave()
	if err := r.budget.queues[r.at+1].enter(ctx, r.caller, r.budget.limits.Wait); err != nil {
		r.at = -1
		return err
	}
	r.at++
	r.since = time.Now()
	r.next.Store(int64(r.budget.from(r.at + 1)))
	return nil
}

func (r *Request) leave() {
	if r.at >= 0 && !r.since.IsZero() {
		r.budget.queues[r.at].leave(time.Since(r.since))
		r.since = time.Time{}
	}
}

// Alone waits until nothing else of the request is done alone, and returns what
// ends that.
func (r *Request) Alone() func() {
	if r == nil {
		return func() {}
	}
	r.alone.Lock()
	return r.alone.Unlock
}

// End makes room for others.
func (r *Request) End() {
	if r != nil {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.leave()
	}
}

// busy is a refusal for now.
func busy(again time.Duration) error {
	seconds := max(int(again.Round(time.Second).Seconds()), 1)
	return problem.New(problem.Unavailable, "", "too many large requests are under way; try again in %d s", seconds).In(seconds)
}

type contextKey struct{}

// With lets what is done with a context be counted to a request.
func With(ctx context.Context, request *Request) context.Context {
	return context.WithValue(ctx, contextKey{}, request)
}

// Of is the request to which work is counted, nil where it is to none.
func Of(ctx context.Context) *Request {
	request, _ := ctx.Value(contextKey{}).(*Request)
	return request
}
