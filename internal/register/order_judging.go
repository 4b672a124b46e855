package register

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// changedOrders are the orders that a bulk changes, by ref.
type changedOrders map[string]*changedOrder

// changedOrder is what of an order a bulk changes.
type changedOrder struct {
	numbers map[int64]bool // of its events; 0 is the order itself
	// from is the first place among its events of one that is changed, where it stood or
	// where it stands.
	from order.Event
}

func (c changedOrders) note(ref string) *changedOrder {
	if c[ref] == nil {
		c[ref] = &changedOrder{numbers: map[int64]bool{}}
	}
	return c[ref]
}

// noteOrder notes that the order itself is changed.
func (c changedOrders) noteOrder(ref string) { c.note(ref).numbers[0] = true }

// noteEvent notes that an event that stands, or stood, at an instant is changed.
func (c changedOrders) noteEvent(ref string, number int64, at time.Time) {
	of, place := c.note(ref), order.Event{Number: number, At: at}
	if of.from.Number == 0 || place.Compare(&of.from) < 0 {
		of.from = place
	}
	of.numbers[number] = true
}

// judges tells whether an event is judged anew: its order is changed, or one that stands or
// stood before it, or it itself.
func (c *changedOrder) judges(e *order.Event) bool {
	return c.numbers[0] || c.from.Number != 0 && e.Compare(&c.from) >= 0
}

// KeyOfEvent tells events apart.
func KeyOfEvent(e *order.Event) string { return fmt.Sprint(e.OrderRef, " ", e.Number) }

func storedEvents(ctx context.Context, b *Bulk, keys []string) (map[string]order.Event, error) {
	refs := map[string]bool{}
	for _, key := range keys {
		ref, _, _ := strings.Cut(key, " ")
		refs[ref] = true
	}
	events, err := b.OrderEventsByOrder(ctx, slices.Collect(maps.Keys(refs)))
	stored := map[string]order.Event{}
	for _, of := range events {
		for i := range of {
			stored[KeyOfEvent(&of[i])] = of[i]
		}
	}
	return stored, err
}

// NotAllowed is an event that is not allowed at its place.
type NotAllowed struct {
	order.Event
	Found rule.Findings
	// At is where what made it so stands in the files: the event itself, or else an
	// earlier one, or the order.
	At store.StagedPlace
	// Itself: it stands there.
	Itself bool
	// Hidden: how its order stands is not for who imports to see.
	Hidden bool
}

// WhereNotAllowed lets events of orders that are not allowed at their place be told.
func (b *Bulk) WhereNotAllowed(tell func([]NotAllowed) error) { b.notAllowed = tell }

// Judge judges them before timelines are recomputed, where nothing will be kept.
func (b *Bulk) Judge(ctx context.Context) error { return b.judgeOrders(ctx, false) }

// judgeOrders judges every event that the bulk changes at its place among the events of
// its order, with all facts of the bulk, and those after one that it changes (docs/design.md,
// Orders). Without recomputed timelines no acceptance is judged by its cells.
func (b *Bulk) judgeOrders(ctx context.Context, recomputed bool) error {
	if len(b.orders) == 0 || b.notAllowed == nil {
		return nil
	}
	var refused []NotAllowed
	for batch := range slices.Chunk(slices.Sorted(maps.Keys(b.orders)), batchOf) {
		orders, err := b.w.OrdersByRef(ctx, batch)
		if err != nil {
			return err
		}
		events, err := b.w.OrderEventsByOrder(ctx, batch)
		if err != nil {
			return err
		}
		gaps := gapsOfOrders{}
		if recomputed {
			if err := gaps.read(ctx, b.w, orders, events); err != nil {
				return err
			}
		}
		for _, ref := range batch {
			if o, known := orders[ref]; known {
				refused = append(refused, b.judge(&o, events[ref], gaps)...)
			}
		}
	}
	if len(refused) == 0 {
		return nil
	}
	if err := b.placeInFiles(ctx, refused); err != nil {
		return err
	}
	return b.notAllowed(refused)
}

// judge lists the events that are not allowed. One that is not changes nothing for those
// after it.
func (b *Bulk) judge(o *order.Order, events []order.Event, gaps gapsOfOrders) (refused []NotAllowed) {
	standing := o.Begin(b.Reference.Days)
	for i := range events {
		e := &events[i]
		if b.orders[o.Ref].judges(e) {
			if found := o.Judge(&standing, e, func() []string { return gaps.on(o, e.On()) }); len(found) > 0 {
				refused = append(refused, NotAllowed{Event: *e, Found: found, Hidden: b.hides(o)})
				continue
			}
		}
		standing = standing.After(e, b.Reference.Days)
	}
	return refused
}

// hides tells whether an order, or how it stands, is hidden from who imports.
func (b *Bulk) hides(o *order.Order) bool {
	return b.ByAccount() && !o.Kind.Public() && !b.rights.May(account.SeeHidden, b.Reference.Tree.Find(o.PublisherCode))
}

// gapsOfOrders are the timelines of the cells of publishers, by entry.
type gapsOfOrders map[string]map[string][]timeline.Span

// read reads those by which an acceptance without a reason is judged.
func (g gapsOfOrders) read(ctx context.Context, w *store.Writing, orders map[string]order.Order, events map[string][]order.Event) error {
	var publishers []string
	for ref, o := range orders {
		if len(o.EntryCodes) > 0 && slices.ContainsFunc(events[ref], func(e order.Event) bool {
			return e.Kind == order.EventAccepted && e.Text == ""
		}) {
			publishers = append(publishers, o.PublisherCode)
		}
	}
	if len(publishers) == 0 {
		return nil
	}
	slices.Sort(publishers)
	return w.EachTimelinesOf(ctx, slices.Compact(publishers), g.take)
}

func (g gapsOfOrders) take(t coverage.Timelines) error {
	cells := map[string][]timeline.Span{}
	g[t.PublisherCode] = cells
	return t.Packed.Each(func(cell *timeline.CellSummary, _ []byte) { cells[cell.EntryCode] = slices.Clone(cell.Spans) })
}

// on lists the cells of an order that are a gap on a day.
func (g gapsOfOrders) on(o *order.Order, day calendar.Day) (entries []string) {
	for _, entry := range o.EntryCodes {
		if timeline.StatusOn(g[o.PublisherCode][entry], day).Gap() {
			entries = append(entries, entry)
		}
	}
	return entries
}

// placeInFiles finds where what made events not allowed stands.
func (b *Bulk) placeInFiles(ctx context.Context, refused []NotAllowed) error {
	if !b.staged[&store.Orders] && !b.staged[&store.OrderEvents] {
		return nil
	}
	refs := make([]string, len(refused))
	for i := range refused {
		refs[i] = refused[i].OrderRef
	}
	places := map[store.StagedEvent]store.StagedPlace{}
	for table, read := range map[*store.Table]func(context.Context, []string) (map[store.StagedEvent]store.StagedPlace, error){
		&store.Orders: b.w.PlacesOfOrders, &store.OrderEvents: b.w.PlacesOfEvents,
	} {
		if !b.staged[table] {
			continue
		}
		found, err := read(ctx, refs)
		if err != nil {
			return err
		}
		maps.Copy(places, found)
	}
	for i := range refused {
		n := &refused[i]
		if n.At, n.Itself = places[store.StagedEvent{OrderRef: n.OrderRef, Number: n.Number}]; n.Itself {
			continue
		}
		for _, number := range slices.Sorted(maps.Keys(b.orders[n.OrderRef].numbers)) {
			if at, staged := places[store.StagedEvent{OrderRef: n.OrderRef, Number: number}]; staged {
				n.At = at
				break
			}
		}
	}
	return nil
}

// restingEvents tells of events that rest on an import: without it they would not have
// been allowed.
func restingEvents(number int64, events []NotAllowed) error {
	rests := make([]Rest, 0, len(events))
	for i := range events {
		rests = append(rests, Rest{
			Table: "order_event", Key: KeyOfEvent(&events[i].Event), Why: "NOT_ALLOWED",
			Named: events[i].Found[0].Message, At: events[i].Event.At,
		})
	}
	return &Resting{number, rests[:min(mostRests, len(rests))], len(rests)}
}
