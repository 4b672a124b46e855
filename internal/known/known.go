// Package known makes the state of what was known at an instant: what stood after
// the last entry of the log that had taken effect by then, with today's rules.
// Source: docs/design.md, "Audit, and what was known when".
package known

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/packed"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// State is what was known at an instant.
type State struct {
	Instant time.Time
	// Sequence is that of the last entry that had taken effect, 0 before the first.
	Sequence int64
	// Index and Reads tell of the facts as they were, the index of those publishers alone
	// that were asked for, or more; who asks it looks whether it was asked beyond them.
	Index *coverage.Index
	Reads store.Reads
	// Present is the tree of today: who reaches what is asked of both.
	Present *area.Tree
	Withheld
}

// Withheld are the documents, orders and requests for exemption of then that are hidden
// today, at least those of publishers of the index.
type Withheld struct{ Documents, Orders, Requests []store.Withheld }

// mostKept is how many states are kept: each holds what it does not share with the
// present one.
const mostKept = 4

// States makes states and keeps some.
type States struct {
	store    *store.Store
	follower *store.Follower
	seal     func(context.Context) error
	building chan struct{} // one at a time

	mutex sync.Mutex
	kept  []*kept // the one used last comes last
}

// kept is a state after an entry, or what has been asked for of it, without what depends
// on the instant.
type kept struct {
	entry store.Entry
	index *coverage.Index

	mutex    sync.Mutex
	withheld Withheld
	as       withheldAs
}

// withheldAs is what the withheld documents depend on besides the entry.
type withheldAs struct {
	changes     int64
	then, today calendar.Day
}

// New makes states from what a follower knows, sealing the log before each look at it.
func New(of *store.Store, follower *store.Follower, seal func(context.Context) error) *States {
	return &States{store: of, follower: follower, seal: seal, building: make(chan struct{}, 1)}
}

// At makes the state of an instant that is past, for who asks on the given day: at least
// what the nodes of the given codes and all below them had, as far as they were there. Who
// asks the index about others finds them in its Beyond, and asks again for these too.
func (s *States) At(ctx context.Context, instant time.Time, today calendar.Day, about ...string) (*State, error) {
	past, err := s.store.SettledBy(ctx, instant)
	switch {
	case err != nil:
		return nil, err
	case !past:
		return nil, problem.Invalid("instant", "name one that is past", "%s is yet to come", instant.Format(time.RFC3339Nano))
	}
	if err := s.seal(ctx); err != nil {
		return nil, err
	}
	entry, changes, err := s.store.LastEntryBy(ctx, instant)
	if err != nil {
		return nil, err
	}
	of, err := s.after(ctx, entry, about)
	if err != nil {
		return nil, err
	}
	withheld, err := of.withheldBy(ctx, s.store, withheldAs{changes, calendar.Today(instant), today})
	if err != nil {
		return nil, err
	}
	return &State{
		Instant: instant, Sequence: entry.Sequence, Index: of.index.Watched(), Reads: s.store.KnownAfter(entry),
		Present: s.follower.Current().Tree, Withheld: withheld,
	}, nil
}

func (k *kept) withheldBy(ctx context.Context, of *store.Store, as withheldAs) (Withheld, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.as != as {
		publishers := k.publishers()
		documents, err := of.Withheld(ctx, k.entry, as.then, as.today, publishers)
		if err != nil {
			return Withheld{}, err
		}
		orders, requests, err := of.WithheldOrders(ctx, k.entry, publishers)
		if err != nil {
			return Withheld{}, err
		}
		k.withheld, k.as = Withheld{documents, orders, requests}, as
	}
	return k.withheld, nil
}

// publishers are those of whom the state holds what they had, nil where of all.
func (k *kept) publishers() []string {
	places, all := k.index.Held()
	if all {
		return nil
	}
	return codesOf(k.index.Tree, places)
}

// holds tells whether the state holds what the nodes of some codes and all below them had.
func (k *kept) holds(about []string) bool {
	return len(k.index.Lacking(placesOf(k.index.Tree, about))) == 0
}

func placesOf(tree *area.Tree, codes []string) (places []area.Place) {
	for _, code := range codes {
		if place := tree.Find(code); place != area.Nowhere {
			places = append(places, place)
		}
	}
	return places
}

func codesOf(tree *area.Tree, places []area.Place) []string {
	codes := make([]string, len(places))
	for i, place := range places {
		codes[i] = tree.Node(place).Code
	}
	return codes
}

// after is the state after an entry, which is made where it is not kept, and grows where it
// holds too little.
func (s *States) after(ctx context.Context, entry store.Entry, about []string) (*kept, error) {
	if of := s.find(entry); of != nil && of.holds(about) {
		return of, nil
	}
	select {
	case s.building <- struct{}{}:
		defer func() { <-s.building }()
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for another state to be made: %w", ctx.Err())
	}
	before := s.find(entry)
	if before != nil && before.holds(about) {
		return before, nil // it was made meanwhile
	}
	index, err := s.build(ctx, entry, before, about)
	if err != nil {
		return nil, err
	}
	of := &kept{entry: entry, index: index}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.kept = append(slices.DeleteFunc(s.kept, func(k *kept) bool { return k.entry == entry }), of)
	if len(s.kept) > mostKept {
		s.kept = slices.Delete(s.kept, 0, 1)
	}
	return of, nil
}

func (s *States) find(entry store.Entry) *kept {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	at := slices.IndexFunc(s.kept, func(k *kept) bool { return k.entry == entry })
	if at < 0 {
		return nil
	}
	of := s.kept[at]
	s.kept = append(slices.Delete(s.kept, at, at+1), of)
	return of
}

// batchOf is how many publishers' facts are read at a time.
const batchOf = 500

// mostAlone is how many publishers are looked up one by one: to read the former timelines of
// all takes as long from then on, and what was asked for is most of a province.
const mostAlone = 3000

// build makes the index after an entry from the present one, by the timelines that
// publishers had then: those that were kept or, where it lies before they were, those
// made anew. Where only publishers' timelines changed since and were kept it holds what it
// is asked about and what it held before, else all.
func (s *States) build(ctx context.Context, entry store.Entry, before *kept, about []string) (*coverage.Index, error) {
	present, err := s.follower.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer present.Release()
	kept, err := present.FormerKept(ctx, entry)
	if err != nil {
		return nil, err
	}
	index, err := s.indexAfter(ctx, present, entry, before, about, kept)
	if errors.Is(err, packed.ErrForm) { // an older release kept them
		return s.indexAfter(ctx, present, entry, nil, about, false)
	}
	return index, err
}

// indexAfter makes it by the timelines that were kept, or without them.
func (s *States) indexAfter(
	ctx context.Context, present *store.Snapshot, entry store.Entry, before *kept, about []string, kept bool,
) (*coverage.Index, error) {
	changedSince := present.ChangedSince
	if kept {
		changedSince = present.ChangedReferenceSince
	}
	changed, err := changedSince(ctx, entry)
	if err != nil {
		return nil, err
	}
	index := present.Index
	referenceChanged := len(changed.Nodes)+len(changed.Catalogs) > 0 || changed.Calendar
	if kept && !referenceChanged {
		of, lacking, err := s.growing(index, before, about)
		if err != nil {
			return nil, err
		}
		if len(lacking) <= mostAlone {
			former, err := present.FormerTimelinesOf(ctx, entry, codesOf(of.Tree, lacking))
			if err != nil {
				return nil, err
			}
			return of.Recalled(lacking, former)
		}
	}
	if referenceChanged {
		reference, err := s.store.ReferenceAfter(ctx, entry)
		if err != nil {
			return nil, err
		}
		index = index.WithReference(reference)
	}
	var differing []coverage.Timelines
	if kept {
		differing, err = present.FormerTimelines(ctx, entry)
	} else {
		differing, err = s.madeAnew(ctx, changed, present.Index.Reference, index.Reference, entry)
	}
	if err != nil {
		return nil, err
	}
	return index.Apply(differing)
}

// growing is the index of what a state holds already, if it is kept, and what it lacks of
// what is asked about.
func (s *States) growing(present *coverage.Index, before *kept, about []string) (of *coverage.Index, lacking []area.Place, err error) {
	if before != nil {
		of = before.index
	} else if of, err = present.Recalled(nil, nil); err != nil {
		return nil, nil, err
	}
	return of, of.Lacking(placesOf(of.Tree, about)), nil
}

// madeAnew are the timelines of the publishers that something changed for since an entry,
// from their facts of then.
func (s *States) madeAnew(
	ctx context.Context, changed store.ChangedSince, present, then timeline.Reference, entry store.Entry,
) (made []coverage.Timelines, err error) {
	cells := affectedBy(changed, present, then)
	for batch := range slices.Chunk(cells.Publishers(), batchOf) {
		facts, err := s.store.KnownAfter(entry).FactsOf(ctx, batch, cells, then.PartnerCode)
		if err != nil {
			return nil, err
		}
		orders, err := s.store.KnownAfter(entry).OrdersTo(ctx, batch)
		if err != nil {
			return nil, err
		}
		made = append(made, timelinesOf(then, batch, facts, orders)...)
	}
	return made, nil
}

// affectedBy names the publishers whose timelines may differ, each with all its cells.
func affectedBy(changed store.ChangedSince, present, then timeline.Reference) affected.Cells {
	set := affected.New()
	for _, publisher := range changed.Publishers {
		set.FactsOf(present, publisher)
		set.FactsOf(then, publisher)
	}
	if len(changed.Nodes) > 0 {
		set.Nodes(present, then, changed.Nodes)
	}
	if len(changed.Catalogs) > 0 {
		set.Catalogs(present, then, changed.Catalogs)
	}
	if changed.Calendar {
		set.Calendar(then)
	}
	cells := affected.Cells{}
	for publisher := range set.Cells {
		if then.Tree.Find(publisher) != area.Nowhere {
			cells.AddPublisher(publisher)
		}
	}
	return cells
}

// timelinesOf makes the timelines of publishers, spread over the processors.
func timelinesOf(
	reference timeline.Reference, publishers []string, facts timeline.Facts, orders map[string][]order.Recorded,
) []coverage.Timelines {
	made := make([]coverage.Timelines, len(publishers))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, publisher := range publishers {
		group.Go(func() error {
			cells := reference.OfPublisher(reference.Tree.Find(publisher), facts[publisher], nil)
			made[i] = coverage.Timelines{
				PublisherCode: publisher, Packed: timeline.Pack(cells), Orders: order.PackAll(orders[publisher], reference.Days),
			}
			return nil
		})
	}
	group.Wait() //nolint:errcheck // none fails
	return made
}
