package register

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Register writes single facts.
type Register struct {
	store *store.Store
	// newest returns an index that holds all that was committed before.
	newest func(context.Context) (*coverage.Index, error)
	today  func() calendar.Day
	by     store.By
	// who writes, as it was at an instant; nil: the instance itself.
	who *account.Account
	at  time.Time
	// byDatabase leaves it to the database what the account may.
	byDatabase bool
	// unread is what of a fact could not be read.
	unread []*problem.Problem
}

// New makes a register, for one who writes.
func New(into *store.Store, newest func(context.Context) (*coverage.Index, error), today func() calendar.Day, by store.By) *Register {
	return &Register{store: into, newest: newest, today: today, by: by}
}

// ByDatabase leaves it to the database alone what accounts may write.
func (r *Register) ByDatabase() *Register {
	r.byDatabase = true
	return r
}

// Beside is the register for a fact of which something could not be read, and has
// its zero value: it checks the rest, tells all that is wrong, and writes nothing.
func (r *Register) Beside(unread []*problem.Problem) *Register {
	if len(unread) == 0 {
		return r
	}
	beside := *r
	beside.unread = unread
	return &beside
}

// refused are the faults of a fact, those that were met in reading it first; nil if
// there are none.
func (r *Register) refused(found rule.Findings) error { return found.RefusedBeside(r.unread) }

// unknown refuses a write to something that is not registered, with the faults that
// are found without it.
func (r *Register) unknown(err error, found rule.Findings) error {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok || p.Code != problem.NotFound {
		return err
	}
	return found.RefusedBeside(append(slices.Clip(r.unread), p))
}

// Written is what a write did besides what it wrote.
type Written struct {
	// ClosedGap tells whether the fact's cell was a gap before and is none now.
	ClosedGap bool
	Warnings  rule.Findings
	State
}

// State reads what a write is answered from: an index that holds the write and all
// that was committed before it began. Where it cannot be read, the write stands all
// the same. An index costs about as much as a write, so that it is made only for
// those who ask.
type State func(context.Context) (*coverage.Index, error)

// writing is a write under way.
type writing struct {
	*store.Writing
	today  func() calendar.Day
	who    *account.Account
	rights account.Rights
	// index holds all that was committed before nodes, catalogs and the calendar
	// were locked; locked are the timelines of the publishers concerned as they were
	// when these were locked, which another may have changed in between.
	index  *coverage.Index
	locked []coverage.Timelines
}

// write runs a transaction while nodes, catalogs and the calendar stay as they
// are, and returns the state that holds what it wrote. The publisher is that of the
// fact, empty where it is not known yet.
func (r *Register) write(ctx context.Context, publisher string, do func(*writing) error, locks ...store.Lock) (State, error) {
	var w *writing
	err := r.store.WriteSoon(ctx, r.by, publisher, func(tx *store.Writing) error {
		index, err := r.newest(ctx)
		if err != nil {
			return err
		}
		w = &writing{Writing: tx, today: r.today, index: index, who: r.who}
		if err := w.as(ctx, r.who, r.at); err != nil {
			return err
		}
		if r.byDatabase {
			w.who = nil
		}
		if err := do(w); err != nil {
			return err
		}
		return problem.Together(r.unread...) // whatever was checked of it
	}, append([]store.Lock{store.ReferenceShared}, locks...)...)
	if p, ok := errors.AsType[*problem.Problem](err); err != nil && len(r.unread) > 0 && (!ok || p.All == nil) && !forbidden(err) {
		err = problem.Together(r.unread...) // it is refused, whoever is in its way
	}
	return r.after(w), err
}

// errUnknown says that a fact names a document that is not registered.
var errUnknown = errors.New("a fact names a document that is not registered")

// writeNaming writes a fact that may name a document, or be named by one. Where it
// names one that is not registered, nobody may register documents meanwhile.
func (r *Register) writeNaming(ctx context.Context, publisher string, do func(*writing) error) (State, error) {
	state, err := r.write(ctx, publisher, do, store.UnknownShared)
	if errors.Is(err, errUnknown) {
		state, err = r.write(ctx, publisher, do, store.UnknownExclusive)
	}
	return state, err
}

// named finds the document that a fact names among those read under the locks. It
// is nil where it names none, or one that is unknown, which is then found.
func (w *writing) named(documents *affected.Documents, found *rule.Findings, field, ref string) (*disclosure.Disclosure, error) {
	if ref == "" {
		return nil, nil
	}
	d, known := documents.Known[ref]
	if known && w.maySee(&d) {
		return &d, nil
	}
	found.Add(rule.UnknownDocument(field))
	if !known && !w.HoldsLock(store.UnknownExclusive) {
		return nil, errUnknown
	}
	return nil, nil
}

// after reads the index with what a write saved. Others' later writes to other
// publishers may be missing; where one came between the index and the locks, the
// newest is read instead.
func (r *Register) after(w *writing) State {
	return func(ctx context.Context) (*coverage.Index, error) {
		if !slices.ContainsFunc(w.locked, w.differs) {
			return w.index.Apply(slices.DeleteFunc(w.LockedTimelines(), func(t coverage.Timelines) bool { return !w.differs(t) }))
		}
		return r.newest(ctx)
	}
}

// differs tells whether timelines are not those of the index.
func (w *writing) differs(t coverage.Timelines) bool {
	place := w.index.Tree.Find(t.PublisherCode)
	return place != area.Nowhere && (!t.Packed.Same(timeline.Pack(w.index.Cells(place))) ||
		!t.Orders.Same(order.Pack(slices.Clone(w.index.OrdersOf(place)))))
}

// lock locks the publishers concerned.
func (w *writing) lock(ctx context.Context, concerned store.Concerned) error {
	err := w.LockConcerned(ctx, concerned)
	w.locked = w.LockedTimelines()
	return err
}

// recompute recomputes the affected cells, if the publishers concerned are among
// those that were locked before the facts were read, else the write begins again.
// It tells whether the fact's own cell was a gap before and is none now.
func (w *writing) recompute(ctx context.Context, set *affected.Set, own catalog.CellKey) (closedGap bool, err error) {
	concerned := slices.Sorted(maps.Keys(set.Publishers))
	if slices.ContainsFunc(concerned, func(code string) bool { return !w.Locked(code) }) {
		return false, store.RetryWith(concerned...)
	}
	effect, err := Recompute(ctx, w.Writing, set.Cells, Recomputing{Reference: w.index.Reference, Today: w.today(), Orders: set.Orders})
	return effect.Closed.has(own.PublisherCode, own.EntryCode), err
}

// referenceFor is what the facts of a publisher are checked against.
func (w *writing) referenceFor(ctx context.Context, publisher string) (disclosure.Reference, error) {
	in := disclosure.Reference{Tree: w.index.Tree, Library: w.index.Library, Today: w.today()}
	if in.Tree.Find(publisher) == area.Nowhere {
		return in, nil
	}
	var err error
	in.Assignments, err = w.AssignmentsOf(ctx, publisher)
	return in, err
}
