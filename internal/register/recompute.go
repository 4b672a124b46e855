// Package register holds every write: what it locks, reads, asks of the domain
// and saves. The importer and the mutations share it, so that a fact has the
// same effect by whichever way it comes.
package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/packed"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// MovedDeadline is an open deadline that a change of the calendar moved.
type MovedDeadline struct {
	PublisherCode string
	EntryCode     string
	// Kind is the duty's, GRACE for the last day of a run's grace, or ORDER.
	Kind string
	// Name is the ref of what is owed, its period, or the run's first day; empty where
	// it is a document hidden from who is told.
	Name          string
	Before, After calendar.Day

	ofDocument bool // Name is a document's ref
	hidden     bool // it is of an order that not everybody may see
}

// Effect is what a write does to timelines.
type Effect struct {
	// Number is that of the import, 0 where it wrote nothing.
	Number int64
	// Publishers is how many publishers' timelines differ.
	Publishers int
	// Opened and Closed are the gaps that are so today by this write, by
	// publisher and entry; closed ones with the status they had.
	Opened, Closed Gaps
	MovedDeadlines []MovedDeadline
	// Differing names the publishers whose timelines differ.
	Differing []string
	// Touched are the figures, today, of the publishers whose timelines differ and of
	// the places above them, the largest change first.
	Touched []NodeFigures

	own map[string]ownFigures // of the publishers whose timelines differ
}

// Recomputing is how timelines are recomputed.
type Recomputing struct {
	Reference timeline.Reference
	Today     calendar.Day
	// Before is the calendar as it was, where it changed: open deadlines that
	// moved are then reported.
	Before *calendar.Calendar
	// Progress is told how many publishers are done, if given.
	Progress func(done, total int)
	// Former is the tree as it was, where nodes were taken out: what they had is closed
	// at the places that they had.
	Former *area.Tree
	// Orders are the publishers the orders to whom are packed anew, besides those of whom
	// all cells are recomputed.
	Orders map[string]bool
	// KeepStored writes nothing.
	KeepStored bool
	// Figures: those of the publishers are counted, before and after.
	Figures bool
}

// batchOf is how many publishers are read, computed and saved at a time.
const batchOf = 500

// Recompute locks the publishers of cells, makes their timelines from the facts
// and saves what differs.
func Recompute(ctx context.Context, w *store.Writing, cells affected.Cells, how Recomputing) (Effect, error) {
	var effect Effect
	publishers := slices.Collect(maps.Keys(how.Orders))
	for _, publisher := range cells.Publishers() {
		if !how.Orders[publisher] {
			publishers = append(publishers, publisher)
		}
	}
	slices.Sort(publishers)
	if err := w.LockConcerned(ctx, store.Concerned{Publishers: publishers}); err != nil {
		return effect, err
	}
	done, counting := 0, newCounting(how)
	for batch := range slices.Chunk(publishers, batchOf) {
		present, err := w.TimelinesOf(ctx, batch)
		if err != nil {
			return effect, err
		}
		of := how.only(cells, batch)
		facts, err := w.FactsOf(ctx, batch, of, how.Reference.PartnerCode)
		if err != nil {
			return effect, err
		}
		orders, err := w.OrdersTo(ctx, how.packsOrders(cells, batch))
		if err != nil {
			return effect, err
		}
		results, err := computeAll(batch, facts, orders, present, of, how)
		if err != nil {
			return effect, err
		}
		var differing []coverage.Timelines
		var events []store.GapEvents
		for i, result := range results {
			effect.MovedDeadlines = append(effect.MovedDeadlines, result.movedDeadlines...)
			if !result.differs {
				continue
			}
			effect.Publishers++
			effect.Differing = append(effect.Differing, batch[i])
			for _, change := range result.changes {
				effect.note(batch[i], change)
			}
			if len(result.changes) > 0 {
				events = append(events, store.GapEvents{PublisherCode: batch[i], Above: how.above(batch[i]), Cells: result.changes})
			}
			if err := counting.count(batch[i], present[batch[i]].Packed, result.packed); err != nil {
				return effect, err
			}
			differing = append(differing, coverage.Timelines{PublisherCode: batch[i], Packed: result.packed, Orders: result.orders})
		}
		if len(differing) > 0 && !how.KeepStored {
			if err := w.SaveTimelines(ctx, differing); err != nil {
				return effect, err
			}
		}
		if len(events) > 0 && !how.KeepStored {
			if err := w.AddGapEvents(ctx, events); err != nil {
				return effect, err
			}
		}
		done += len(batch)
		if how.Progress != nil {
			how.Progress(done, len(publishers))
		}
	}
	effect.own = counting.own
	return effect, nil
}

type computed struct {
	packed         timeline.Packed
	orders         order.Packed
	differs        bool
	changes        []store.GapChange
	movedDeadlines []MovedDeadline
}

// computeAll spreads a batch over the processors.
func computeAll(
	batch []string,
	facts timeline.Facts,
	orders map[string][]order.Recorded,
	present map[string]coverage.Timelines,
	cells affected.Cells,
	how Recomputing,
) ([]computed, error) {
	results := make([]computed, len(batch))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, publisher := range batch {
		group.Go(func() (err error) {
			if results[i], err = compute(publisher, facts[publisher], orders, present[publisher], cells[publisher], how); err != nil {
				return fmt.Errorf("timelines of %s: %w", publisher, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return results, nil
}

func compute(
	publisher string,
	facts *timeline.PublisherFacts,
	orders map[string][]order.Recorded,
	present coverage.Timelines,
	entries map[string]bool,
	how Recomputing,
) (computed, error) {
	var result computed
	place := how.Reference.Tree.Find(publisher)
	if place == area.Nowhere && len(present.Packed) == 0 {
		return result, nil
	}
	before, err := present.Packed.Unpack()
	if err != nil && entries != nil {
		return result, err // without the other cells' timelines they would be lost
	}
	var after []timeline.CellSummary // none of a node that was taken out
	if place != area.Nowhere {
		after = how.Reference.OfPublisher(place, facts, entries)
		if entries != nil {
			after = timeline.Splice(before, after, entries)
		}
	}
	result.packed, result.orders = timeline.Pack(after), present.Orders
	if place == area.Nowhere {
		result.orders = nil
	} else if of, read := orders[publisher]; read {
		result.orders = order.PackAll(of, how.Reference.Days)
	}
	result.differs = !present.Packed.Same(result.packed) || !present.Orders.Same(result.orders)
	if result.differs && !errors.Is(err, packed.ErrForm) { // of what cannot be read nobody knows what changed
		result.changes = gapsBetween(before, after, how.Today)
	}
	if how.Before != nil && len(before) > 0 && place != area.Nowhere {
		result.movedDeadlines = append(movedDeadlines(place, facts, how), movedOrders(orders[publisher], how)...)
	}
	return result, nil
}

// note counts what came to be a gap, or to be none, among what a write does.
func (e *Effect) note(publisher string, change store.GapChange) {
	if change.After.Gap() {
		e.Opened.add(publisher, change.EntryCode, change.After)
	} else {
		e.Closed.add(publisher, change.EntryCode, change.Before)
	}
}

// above are the codes of a publisher and the nodes above it.
func (how *Recomputing) above(publisher string) []string {
	tree := how.Reference.Tree
	if tree.Find(publisher) == area.Nowhere && how.Former != nil {
		tree = how.Former
	}
	codes := []string{publisher}
	if place := tree.Find(publisher); place != area.Nowhere {
		for at := tree.Parent(place); at != area.Nowhere; at = tree.Parent(at) {
			codes = append(codes, tree.Node(at).Code)
		}
	}
	return codes
}

// gapsBetween compares two versions of a publisher's timelines on a day: the cells that
// are a gap in one of them alone, by entry.
func gapsBetween(before, after []timeline.CellSummary, today calendar.Day) (changes []store.GapChange) {
	was := map[string]timeline.Status{}
	for i := range before {
		was[before[i].EntryCode] = timeline.StatusOn(before[i].Spans, today)
	}
	note := func(entry string, before, after timeline.Status) {
		if before.Gap() != after.Gap() {
			changes = append(changes, store.GapChange{EntryCode: entry, Before: before, After: after})
		}
	}
	for i := range after {
		entry := after[i].EntryCode
		note(entry, was[entry], timeline.StatusOn(after[i].Spans, today))
		delete(was, entry)
	}
	for entry, status := range was {
		note(entry, status, timeline.NotInForce)
	}
	slices.SortFunc(changes, func(a, b store.GapChange) int { return cmp.Compare(a.EntryCode, b.EntryCode) })
	return changes
}

// movedDeadlines lists what has opened, is not done with, and is due on another
// day than by the calendar as it was: duties, and the grace of runs.
func movedDeadlines(place area.Place, facts *timeline.PublisherFacts, how Recomputing) []MovedDeadline {
	var moved []MovedDeadline
	former := how.Reference
	former.Days = how.Before
	beforeByCell := former.FactsByCell(place, facts, nil)
	for i, now := range how.Reference.FactsByCell(place, facts, nil) {
		note := func(kind, name string, before, after calendar.Day, ofDocument bool) {
			if before != after {
				moved = append(moved, MovedDeadline{
					PublisherCode: now.Cell.PublisherCode, EntryCode: now.Cell.EntryCode, Kind: kind, Name: name,
					Before: before, After: after, ofDocument: ofDocument,
				})
			}
		}
		// The calendar changes due days alone, so the lists run in step.
		if run := now.Cell.RunOn(how.Today); run != nil {
			before := beforeByCell[i].Cell.RunOn(how.Today).Grace.Due
			if how.Today <= max(before, run.Grace.Due) {
				note("GRACE", run.From.String(), before, run.Grace.Due, false)
			}
		}
		after, before := duty.Of(now, how.Reference.Days), duty.Of(beforeByCell[i], how.Before)
		open := func(d *duty.Duties, days *calendar.Calendar) []duty.Duty {
			return slices.DeleteFunc(d.OpenedBy(how.Today, days), func(d duty.Duty) bool { return d.FulfilledOn <= how.Today })
		}
		afterOpen, beforeOpen := open(&after, how.Reference.Days), open(&before, how.Before)
		for j := range afterOpen {
			kind := afterOpen[j].Kind
			note(kind.String(), afterOpen[j].Name(), beforeOpen[j].DueOn, afterOpen[j].DueOn, kind.OfDocument())
		}
	}
	return moved
}
