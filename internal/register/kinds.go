package register

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Kind is how a batch writes a kind of fact.
type Kind[T any] struct {
	Columns *fact.Kind[T]
	// Key tells facts of the kind apart.
	Key   func(*T) string
	table *store.Table
	// stored reads known facts by their keys; the rows of no batch are being added.
	stored func(ctx context.Context, b *Bulk, keys []string) (map[string]T, error)
	// changes tells what staged facts change; nil where no timelines follow.
	changes func(context.Context, *Bulk, note) error
	// linked: timelines follow from the document that a fact names.
	linked bool
	// owner is the publisher whose facts a clerk may import; nil: they are of none, or
	// not for clerks.
	owner func(*T) string
	// publicOn tells of facts that are hidden until then; nil: none is.
	publicOn func(*T, calendar.Day) bool
}

// The kinds of fact that batches write.
var (
	Assignments = Kind[catalog.Assignment]{
		Columns: &fact.Assignments, table: &store.Assignments, Key: keyOfAssignment, stored: storedAssignments,
		changes: func(ctx context.Context, b *Bulk, n note) error {
			return b.w.StagedAssignments(ctx, func(cell catalog.CellKey, differs bool) {
				n(differs, func(s *affected.Set) { s.Assignment(b.Reference, cell) })
			})
		},
	}
	Disclosures = Kind[disclosure.Disclosure]{
		Columns: &fact.Disclosures, table: &store.Disclosures, Key: func(d *disclosure.Disclosure) string { return d.Ref },
		stored: func(ctx context.Context, b *Bulk, refs []string) (map[string]disclosure.Disclosure, error) {
			return b.DisclosuresByRef(ctx, refs)
		},
		changes: func(ctx context.Context, b *Bulk, n note) error { return b.w.StagedDocuments(ctx, b.documentChange(n)) },
		linked:  true,
		owner:   func(d *disclosure.Disclosure) string { return d.PublisherCode }, publicOn: (*disclosure.Disclosure).PublicOn,
	}
	Reviews = Kind[disclosure.Review]{
		Columns: &fact.Reviews, table: &store.Reviews, Key: keyOfReview, stored: storedReviews,
		changes: func(ctx context.Context, b *Bulk, n note) error { return b.w.StagedReviews(ctx, b.documentChange(n)) },
	}
	Concerns = Kind[disclosure.Concern]{
		Columns: &fact.Concerns, table: &store.Concerns, Key: func(c *disclosure.Concern) string { return c.Ref },
		stored: func(ctx context.Context, b *Bulk, refs []string) (map[string]disclosure.Concern, error) {
			return b.ConcernsByRef(ctx, refs)
		},
		changes: func(ctx context.Context, b *Bulk, n note) error {
			return b.w.StagedConcerns(ctx, func(before, after *disclosure.Concern, differs bool) {
				n(differs, func(s *affected.Set) { s.Concern(before, after) })
			})
		},
		owner: func(c *disclosure.Concern) string { return c.PublisherCode },
	}
	News = Kind[disclosure.News]{
		Columns: &fact.News, table: &store.News, Key: func(n *disclosure.News) string { return n.Ref },
		stored: func(ctx context.Context, b *Bulk, refs []string) (map[string]disclosure.News, error) {
			return b.NewsByRef(ctx, refs)
		},
		changes: func(ctx context.Context, b *Bulk, n note) error {
			return b.w.StagedNews(ctx, func(before, after *disclosure.News, differs bool) {
				n(differs, func(s *affected.Set) { s.News(before, after) })
			})
		},
		owner: func(n *disclosure.News) string { return n.PublisherCode },
	}
	Events = Kind[relief.Event]{
		Columns: &fact.Events, table: &store.Events, Key: func(e *relief.Event) string { return e.Ref },
		stored: func(ctx context.Context, b *Bulk, refs []string) (map[string]relief.Event, error) {
			return b.EventsByRef(ctx, refs)
		},
	}
	Movements = Kind[relief.Movement]{
		Columns: &fact.Movements, table: &store.ReliefMovements, Key: func(m *relief.Movement) string { return m.Ref },
		stored: func(ctx context.Context, b *Bulk, refs []string) (map[string]relief.Movement, error) {
			return b.ReliefMovementsByRef(ctx, refs)
		},
		changes: func(ctx context.Context, b *Bulk, n note) error {
			return b.w.StagedMovements(ctx, func(before, after *relief.Movement, named string, differs bool) {
				n(differs, func(s *affected.Set) { s.Movement(b.Reference, before, after, named) })
			})
		},
		linked: true,
		owner:  ownerOf,
	}
	Orders = Kind[order.Order]{
		Columns: &fact.Orders, table: &store.Orders, Key: func(o *order.Order) string { return o.Ref },
		stored: func(ctx context.Context, b *Bulk, refs []string) (map[string]order.Order, error) {
			return b.OrdersByRef(ctx, refs)
		},
		changes: func(ctx context.Context, b *Bulk, n note) error {
			return b.w.StagedOrders(ctx, func(ref, before, after string, differs bool) {
				if differs {
					b.orders.noteOrder(ref)
				}
				n(differs, func(s *affected.Set) {
					if before != "" {
						s.OrderTo(before)
					}
					s.OrderTo(after)
				})
			})
		},
	}
	OrderEvents = Kind[order.Event]{
		Columns: &fact.OrderEvents, table: &store.OrderEvents, Key: KeyOfEvent, stored: storedEvents,
		changes: func(ctx context.Context, b *Bulk, n note) error {
			return b.w.StagedOrderEvents(ctx, func(ref string, number int64, stood, stands time.Time, publisher string, differs bool) {
				if differs {
					b.orders.noteEvent(ref, number, stands)
					b.orders.noteEvent(ref, number, stood)
				}
				n(differs, func(s *affected.Set) {
					if publisher != "" {
						s.OrderTo(publisher)
					}
				})
			})
		},
	}
	Requests = Kind[order.ExemptionRequest]{
		Columns: &fact.ExemptionRequests, table: &store.Requests, Key: func(x *order.ExemptionRequest) string { return x.Ref },
		stored: func(ctx context.Context, b *Bulk, refs []string) (map[string]order.ExemptionRequest, error) {
			return b.RequestsByRef(ctx, refs)
		},
	}
)

func (b *Bulk) documentChange(n note) store.DocumentChange {
	return func(before, after *disclosure.Disclosure, links *affected.Links, differs bool) {
		b.documentsChange = b.documentsChange || differs
		n(differs, func(s *affected.Set) { s.Document(b.Reference, before, after, links) })
	}
}

func keyOfAssignment(a *catalog.Assignment) string {
	return fmt.Sprint(a.PublisherCode, " ", a.EntryCode, " ", a.Action, " ", a.From)
}

func storedAssignments(ctx context.Context, b *Bulk, keys []string) (map[string]catalog.Assignment, error) {
	cells := map[catalog.CellKey]bool{}
	for _, key := range keys {
		publisher, rest, _ := strings.Cut(key, " ")
		entry, _, _ := strings.Cut(rest, " ")
		cells[catalog.CellKey{PublisherCode: publisher, EntryCode: entry}] = true
	}
	all, err := b.w.AssignmentsOfCells(ctx, slices.Collect(maps.Keys(cells)))
	stored := map[string]catalog.Assignment{}
	for _, a := range all {
		stored[keyOfAssignment(&a)] = a
	}
	return stored, err
}

func keyOfReview(r *disclosure.Review) string { return r.DisclosureRef + " " + r.ReviewedOn.String() }

func storedReviews(ctx context.Context, b *Bulk, keys []string) (map[string]disclosure.Review, error) {
	refs := make([]string, len(keys))
	for i, key := range keys {
		refs[i], _, _ = strings.Cut(key, " ")
	}
	known, err := b.ReviewsByDisclosure(ctx, refs)
	stored := map[string]disclosure.Review{}
	for _, reviews := range known {
		for _, review := range reviews {
			stored[keyOfReview(&review)] = review
		}
	}
	return stored, err
}
