package model

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// ExemptionRequest asks that a cell be exempted.
type ExemptionRequest struct {
	view *View
	order.ExemptionRequest
}

// IsNode marks a thing with a global id.
func (*ExemptionRequest) IsNode() {}

// NewExemptionRequest shows a request.
func (v *View) NewExemptionRequest(x order.ExemptionRequest) *ExemptionRequest {
	return &ExemptionRequest{v, x}
}

// RequestByRef finds a request, nil where there is none for the caller to see.
func (v *View) RequestByRef(ctx context.Context, ref string) (*ExemptionRequest, error) {
	found, err := v.loaders.requests.Load(ctx, ref)
	if err != nil || found == nil || v.withheld.has(v.withheld.requests, ref, found.PublisherCode) ||
		!(v.byDatabase || v.seesHidden(found.PublisherCode)) {
		return nil, err
	}
	return v.NewExemptionRequest(*found), nil
}

// ID is the request's global id.
func (x *ExemptionRequest) ID() string { return x.view.id(idRequest, x.Ref) }

// Publisher is whose cell it is.
func (x *ExemptionRequest) Publisher() AdministrativeNode { return x.view.ByCode(x.PublisherCode) }

// Cell is the cell.
func (x *ExemptionRequest) Cell() *Cell { return x.view.CellOf(x.PublisherCode, x.EntryCode) }

// Entry is the row in force on the day asked about, else the latest.
func (x *ExemptionRequest) Entry() *CatalogEntry { return x.Cell().Entry() }

// AskedAt is in Shanghai's time.
func (x *ExemptionRequest) AskedAt() time.Time {
	return x.ExemptionRequest.AskedAt.In(calendar.Shanghai)
}

// AskedBy is null where that is not said.
func (x *ExemptionRequest) AskedBy() *string { return optional(x.ExemptionRequest.AskedBy) }

// Decision is null until there is one.
func (x *ExemptionRequest) Decision() *order.Decision {
	if x.ExemptionRequest.Decision == order.Undecided {
		return nil
	}
	return &x.ExemptionRequest.Decision
}

// DecidedAt is in Shanghai's time, null until it is decided.
func (x *ExemptionRequest) DecidedAt() *time.Time {
	if x.ExemptionRequest.DecidedAt.IsZero() {
		return nil
	}
	at := x.ExemptionRequest.DecidedAt.In(calendar.Shanghai)
	return &at
}

// DecidedBy is null until it is decided.
func (x *ExemptionRequest) DecidedBy() *string { return optional(x.ExemptionRequest.DecidedBy) }

// DecisionReason is null where none is given.
func (x *ExemptionRequest) DecisionReason() *string {
	return optional(x.ExemptionRequest.DecisionReason)
}

// MayDecide tells whether the caller may decide it.
func (x *ExemptionRequest) MayDecide() bool {
	v := x.view
	return v.Account != nil && v.now == nil && x.ExemptionRequest.Decision == order.Undecided &&
		v.rights.MayDecideExemption(v.tree.Find(x.PublisherCode)) && x.ExemptionRequest.AskedBy != v.Account.Name
}

// IfGranted is what granting the request would bring about.
type IfGranted struct {
	AsOf                      calendar.Day
	StatusBefore, StatusAfter *timeline.Status
	Before, After             *Coverage
}

// granted is what a publisher's own cells would be.
type granted struct{ cells []timeline.CellSummary }

// IfGranted derives the cell with the exemption, on the day asked about or, where that is
// later, on its first.
func (x *ExemptionRequest) IfGranted(ctx context.Context) (*IfGranted, error) {
	v, on := x.view, max(x.view.day(nil), x.From)
	publisher := v.Index.Tree.Find(x.PublisherCode)
	then, err := v.loaders.granted.Load(ctx, x.Exemption())
	if err != nil {
		return nil, err
	}
	shown := &IfGranted{AsOf: on, StatusBefore: x.Cell().Status(&on)}
	for i := range then.cells {
		if then.cells[i].EntryCode == x.EntryCode {
			if status := timeline.StatusOn(then.cells[i].Spans, on); status != timeline.NotInForce {
				shown.StatusAfter = &status
			}
		}
	}
	figures, err := coverage.NewCounting(on, v.Index.Days).Of(timeline.Pack(then.cells))
	if err != nil {
		return nil, err
	}
	shown.Before = v.coverage(publisher, coverage.Self, on, v.Index.At(publisher, coverage.Self, on))
	shown.After = v.coverage(publisher, coverage.Self, on, figures)
	return shown, nil
}

func (l *loaders) readGranted(ctx context.Context, exemptions []catalog.Assignment) ([]*granted, error) {
	index := l.view.Index
	cells := make([]catalog.CellKey, len(exemptions))
	for i, exemption := range exemptions {
		cells[i] = catalog.CellKey{PublisherCode: exemption.PublisherCode, EntryCode: exemption.EntryCode}
	}
	facts, err := l.view.store.FactsOfCells(ctx, cells, index.PartnerCode)
	if err != nil {
		return nil, err
	}
	if l.view.supposed != nil {
		l.view.supposed.Alter(facts)
	}
	derived := make([]*granted, len(exemptions))
	for i, exemption := range exemptions {
		place, only := index.Tree.Find(exemption.PublisherCode), map[string]bool{exemption.EntryCode: true}
		of := *facts.Of(exemption.PublisherCode)
		for _, summary := range index.OfPublisher(place, &of, only) {
			if !index.Agrees(place, &summary) {
				l.view.stale.Store(true)
				return nil, problem.New(problem.Conflict, "", "the cell %s %s changed while it was being read; ask again",
					exemption.PublisherCode, exemption.EntryCode)
			}
		}
		of.Assignments = append(slices.Clone(of.Assignments), exemption)
		derived[i] = &granted{timeline.Splice(index.Cells(place), index.OfPublisher(place, &of, only), only)}
	}
	return derived, nil
}

// ExemptionRequestConnection is a page of requests.
type ExemptionRequestConnection struct {
	view     *View
	key      requestsKey
	PageInfo PageInfo
	Edges    []ExemptionRequestEdge
}

// ExemptionRequestEdge is a request in a page.
type ExemptionRequestEdge struct {
	Cursor string
	Node   *ExemptionRequest
}

// requestsKey is a page of a node's requests.
type requestsKey struct {
	place    area.Place
	question requestsQuestion
}

// requestsQuestion is what is asked of several nodes alike.
type requestsQuestion struct {
	undecided   bool
	rows        int
	oldestFirst bool      // as it is read
	at          time.Time // where it goes on, in UTC, zero where it begins
	ref         string
}

func (k requestsKey) asked() requestsQuestion { return k.question }

// ExemptionRequests lists the requests of the node and all below it.
func (n *Administrative) ExemptionRequests(
	ctx context.Context, undecided *bool, first *int, after *string, last *int, before *string,
) (*ExemptionRequestConnection, error) {
	asked, err := cursor.Ask{First: first, After: after, Last: last, Before: before}.Wanted()
	if err != nil {
		return nil, err
	}
	key := requestsKey{n.place, requestsQuestion{undecided: valueOrZero(undecided), rows: asked.Rows, oldestFirst: asked.Backwards}}
	list := cursor.Of(cursor.ByInstant, "requests", n.Code, key.question.undecided)
	parts, err := list.Read(asked, 2)
	if err != nil {
		return nil, err
	}
	if parts != nil {
		if key.question.at, err = time.Parse(time.RFC3339Nano, parts[0]); err != nil || key.question.at.IsZero() {
			return nil, asked.Foreign()
		}
		key.question.ref = parts[1]
	}
	found, err := n.view.loaders.requestLists.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	connection := &ExemptionRequestConnection{view: n.view, key: key}
	connection.Edges, connection.PageInfo = paged(found, asked,
		func(x *order.ExemptionRequest) string {
			return list.Make(x.AskedAt.UTC().Format(time.RFC3339Nano), x.Ref)
		},
		func(cursor string, x order.ExemptionRequest) ExemptionRequestEdge {
			return ExemptionRequestEdge{cursor, n.view.NewExemptionRequest(x)}
		})
	return connection, nil
}

// TotalCount counts the list.
func (c *ExemptionRequestConnection) TotalCount(ctx context.Context) (int, error) {
	key := requestsKey{c.key.place, requestsQuestion{undecided: c.key.question.undecided}}
	return c.view.loaders.requestCounts.Load(ctx, key)
}

// requestPublishers are those at and below nodes of whom the caller sees what is hidden.
func (l *loaders) requestPublishers(keys []requestsKey) [][]string {
	lists, whole := make([][]string, len(keys)), l.view.seenWhole()
	for i, key := range keys {
		for _, part := range whole {
			within, ok := part.Within(l.view.Index.Tree, key.place, coverage.Subtree)
			if !ok {
				continue
			}
			lists[i] = append(lists[i], l.view.publishersOf(within.Place, within.Scope, CellFilter{})...)
		}
	}
	return lists
}

// requestsWithheld are at least those of nodes that the caller may not see all the same.
func (l *loaders) requestsWithheld(keys []requestsKey) []string {
	for _, key := range keys {
		l.view.withheld.asked(key.place)
	}
	return slices.Sorted(maps.Keys(l.view.withheld.requests))
}

func (l *loaders) readRequestLists(ctx context.Context, q requestsQuestion, keys []requestsKey) ([][]order.ExemptionRequest, error) {
	page := store.RequestPage{First: q.rows + 1, OldestFirst: q.oldestFirst, Undecided: q.undecided, Without: l.requestsWithheld(keys)}
	if !q.at.IsZero() {
		page.After = &store.RequestPosition{AskedAt: q.at, Ref: q.ref}
	}
	return l.view.store.RequestPages(ctx, l.requestPublishers(keys), page)
}

func (l *loaders) readRequestCounts(ctx context.Context, q requestsQuestion, keys []requestsKey) ([]int, error) {
	return l.view.store.RequestCounts(ctx, l.requestPublishers(keys), q.undecided, l.requestsWithheld(keys))
}
