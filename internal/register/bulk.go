package register

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Bulk writes many facts in one transaction: batches of facts, and nodes,
// catalogs and arrangements.
type Bulk struct {
	store.Reads // between the rows of a batch, after its Pause

	// Reference is what facts are checked against, with what was written to it.
	Reference timeline.Reference

	w      *store.Writing
	how    Bulking
	before timeline.Reference // as it was when the bulk began
	former *calendar.Calendar // as it was, where the bulk changes it
	number int64              // of the import, 0 until it writes something
	// nodesGone: nodes were removed, whose timelines are to go.
	nodesGone bool
	// documentsChange: documents or their reviews change, and with them what follows at
	// documents that may be hidden.
	documentsChange bool
	affected        *affected.Set
	parts           map[string]bool // of the reference data that changed
	rights          account.Rights  // of the account that imports, if one does
	orders          changedOrders
	staged          map[*store.Table]bool    // the kinds that are imported
	notAllowed      func([]NotAllowed) error // is told of events that are not allowed
	sight           *store.Sight             // which documents it knows of; nil: all
}

// alone tells whether all other writers are kept out.
func (b *Bulk) alone() bool { return b.w.HoldsLock(store.ReferenceExclusive) }

// keepsOutRegistering tells whether nobody else can register a document until the
// bulk is written, or what it writes is not kept.
func (b *Bulk) keepsOutRegistering() bool {
	return b.alone() || b.how.DryRun || b.w.HoldsLock(store.UnknownExclusive)
}

// Bulking is how a bulk is written.
type Bulking struct {
	By    store.By
	Today calendar.Day
	// Account is who imports, as it was at the instant At; nil: the instance itself.
	Account *account.Account
	At      time.Time
	// Links: documents or movements are among the facts, which name documents.
	Links  bool
	DryRun bool
	// Files are told of an import when it is taken back.
	Files []string
	// Progress is told how many publishers' timelines are done, if given.
	Progress func(done, total int)
}

// errNotAlone says that a bulk changes what all writers rely on.
var errNotAlone = errors.New("nodes, catalogs or the calendar change")

// Write runs a bulk and recomputes the timelines that follow. In a dry run it
// does the same and keeps nothing. `do` may be run several times, each time from
// the beginning: while nodes, catalogs or the calendar change, all other writers
// wait, and while a fact names an unknown document, those who register some.
// Whether that is so is known only when the facts are read; a lock that is raised
// then would be waited for by two for ever.
func Write(ctx context.Context, into *store.Store, how Bulking, do func(*Bulk) error) (Effect, error) {
	locks := []store.Lock{store.ReferenceShared}
	if how.Links {
		locks = append(locks, store.UnknownShared)
	}
	effect, err := write(ctx, into, how, locks, do)
	if errors.Is(err, errUnknown) {
		effect, err = write(ctx, into, how, []store.Lock{store.ReferenceShared, store.UnknownExclusive}, do)
	}
	if errors.Is(err, errNotAlone) {
		effect, err = write(ctx, into, how, []store.Lock{store.ReferenceExclusive}, do)
	}
	return effect, err
}

func write(ctx context.Context, into *store.Store, how Bulking, locks []store.Lock, do func(*Bulk) error) (effect Effect, err error) {
	err = into.Write(ctx, how.By, func(w *store.Writing) error {
		b := &Bulk{
			Reads:    w.Reads,
			w:        w,
			how:      how,
			affected: affected.New(),
			parts:    map[string]bool{},
			orders:   changedOrders{},
			staged:   map[*store.Table]bool{},
		}
		if err := b.readReference(ctx); err != nil {
			return err
		}
		b.before = b.Reference
		if err := b.as(ctx); err != nil {
			return err
		}
		if err := do(b); err != nil {
			return err
		}
		effect, err = b.recompute(ctx)
		effect.Number = b.number
		if err == nil {
			err = b.judgeOrders(ctx, true)
		}
		if err == nil && how.DryRun {
			err = store.ErrKeepNothing
		}
		return err
	}, locks...)
	if errors.Is(err, store.ErrKeepNothing) {
		err = nil
	}
	return effect, err
}

func (b *Bulk) readReference(ctx context.Context) error {
	reference, err := b.w.Reference(ctx)
	b.Reference = reference
	return err
}

// Assignments reads all assignments, by publisher.
func (b *Bulk) Assignments(ctx context.Context) (map[string][]catalog.Assignment, error) {
	all, err := b.w.Assignments(ctx)
	of := map[string][]catalog.Assignment{}
	for _, a := range all {
		of[a.PublisherCode] = append(of[a.PublisherCode], a)
	}
	return of, err
}

// EventRefs names all events.
func (b *Bulk) EventRefs(ctx context.Context) (map[string]bool, error) {
	refs, err := b.w.EventRefs(ctx)
	known := map[string]bool{}
	for _, ref := range refs {
		known[ref] = true
	}
	return known, err
}

func (b *Bulk) recompute(ctx context.Context) (Effect, error) {
	if len(b.parts) > 0 {
		if err := b.w.NoteChange(ctx, slices.Sorted(maps.Keys(b.parts))...); err != nil {
			return Effect{}, err
		}
	}
	effect, err := Recompute(
		ctx,
		b.w,
		b.affected.Cells,
		Recomputing{
			Reference: b.Reference, Today: b.how.Today, Before: b.former, Former: b.before.Tree, Progress: b.how.Progress, Figures: true,
			Orders: b.affected.Orders,
		},
	)
	if err != nil {
		return effect, err
	}
	if err := b.tellSeen(ctx, &effect); err != nil {
		return effect, err
	}
	if b.nodesGone {
		if err := b.w.RemoveTimelines(ctx); err != nil {
			return effect, err
		}
	}
	effect.Touched, err = b.touched(ctx, effect.own)
	return effect, err
}
