package model

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// loaders read the rows of one request, those of one level together.
type loaders struct {
	view            *View
	disclosures     *batch.Loader[string, *disclosure.Disclosure]
	interpretations *batch.Loader[string, []disclosure.Disclosure]
	histories       *batch.Loader[catalog.CellKey, *timeline.History]
	lists           *batch.Loader[listKey, []disclosure.Disclosure]
	counts          *batch.Loader[listKey, int]
	newsLists       *batch.Loader[listKey, []disclosure.News]
	newsCounts      *batch.Loader[listKey, int]
	newsItems       *batch.Loader[string, *disclosure.News]
	movements       *batch.Loader[string, *relief.Movement]
	sums            *batch.Loader[reliefKey, *summed]
	discrepancies   *batch.Loader[discrepanciesKey, []relief.Discrepancy]
	doubts          *batch.Loader[discrepanciesKey, int]
	movementLists   *batch.Loader[movementsKey, []relief.Movement]
	movementCounts  *batch.Loader[movementsKey, int]
	concernsByRef   *batch.Loader[string, *disclosure.Concern]
	reviews         *batch.Loader[string, []disclosure.Review]
	concernLists    *batch.Loader[concernsKey, []disclosure.Concern]
	concernCounts   *batch.Loader[concernsKey, int]
	documentLists   *batch.Loader[documentsKey, []disclosure.Disclosure]
	documentCounts  *batch.Loader[documentsKey, int]
	events          *batch.Loader[struct{}, []relief.Event]
	secrecyReviews  *batch.Loader[string, *disclosure.SecrecyReview]

	documentHistories *batch.Loader[string, []store.ReadEntry]
	cellHistories     *batch.Loader[catalog.CellKey, []store.ReadEntry]

	orders        *batch.Loader[string, *recordedOrder]
	cellOrders    *batch.Loader[catalog.CellKey, []string]
	requests      *batch.Loader[string, *order.ExemptionRequest]
	requestLists  *batch.Loader[requestsKey, []order.ExemptionRequest]
	requestCounts *batch.Loader[requestsKey, int]
	granted       *batch.Loader[catalog.Assignment, *granted]
}

func newLoaders(v *View) *loaders {
	l := &loaders{view: v}
	l.disclosures = batch.NewLoader(byRef(v.readDisclosures))
	l.newsItems = batch.NewLoader(byRef(v.store.NewsByRef))
	l.movements = batch.NewLoader(byRef(v.store.ReliefMovementsByRef))
	l.interpretations = batch.NewLoader(func(ctx context.Context, refs []string) ([][]disclosure.Disclosure, error) {
		return inOrder(ctx, refs, v.store.Interpretations)
	})
	l.histories = batch.NewLoader(l.readHistories)
	l.lists = batch.NewLoader(byQuestion(l.readLists))
	l.counts = batch.NewLoader(byQuestion(l.readCounts))
	l.newsLists = batch.NewLoader(byQuestion(l.readNewsLists))
	l.newsCounts = batch.NewLoader(byQuestion(l.readNewsCounts))
	l.sums = batch.NewLoader(l.readSums)
	l.discrepancies = batch.NewLoader(l.readDiscrepancies)
	l.doubts = batch.NewLoader(l.countDoubts)
	l.movementLists = batch.NewLoader(byQuestion(l.readMovements))
	l.movementCounts = batch.NewLoader(l.readMovementCounts)
	l.concernsByRef = batch.NewLoader(byRef(v.store.ConcernsByRef))
	l.concernLists = batch.NewLoader(byQuestion(l.readConcernLists))
	l.concernCounts = batch.NewLoader(byQuestion(l.readConcernCounts))
	l.documentLists = batch.NewLoader(byQuestion(l.readDocumentLists))
	l.documentCounts = batch.NewLoader(byQuestion(l.readDocumentCounts))
	l.events = batch.NewLoader(l.readEvents)
	l.secrecyReviews = batch.NewLoader(byRef(v.store.SecrecyReviews))
	l.cellHistories = batch.NewLoader(l.readCellHistories)
	l.orders = batch.NewLoader(l.readOrders)
	l.cellOrders = batch.NewLoader(l.readCellOrders)
	l.requests = batch.NewLoader(byRef(v.store.RequestsByRef))
	l.requestLists = batch.NewLoader(byQuestion(l.readRequestLists))
	l.requestCounts = batch.NewLoader(byQuestion(l.readRequestCounts))
	l.granted = batch.NewLoader(l.readGranted)
	l.documentHistories = batch.NewLoader(l.readDocumentHistories)
	l.reviews = batch.NewLoader(func(ctx context.Context, refs []string) ([][]disclosure.Review, error) {
		return inOrder(ctx, refs, v.store.ReviewsByDisclosure)
	})
	return l
}

// readDisclosures reads documents by their refs. That one is missing, and that one is not
// for the viewer, takes as long.
func (v *View) readDisclosures(ctx context.Context, refs []string) (map[string]disclosure.Disclosure, error) {
	asked := time.Now()
	found, err := v.store.DisclosuresByRef(ctx, refs)
	seen := 0
	for _, document := range found {
		if v.MaySee(&document) {
			seen++
		}
	}
	if err == nil && seen < len(refs) {
		err = v.store.Missed(ctx, asked)
	}
	return found, err
}

// disclosure returns a document by its ref, nil where it is unknown.
func (l *loaders) disclosure(ctx context.Context, ref string) (*disclosure.Disclosure, error) {
	return l.disclosures.Load(ctx, ref)
}

// byRef lets a reader of refs answer keys in their order, nil for each unknown.
func byRef[V any](read func(context.Context, []string) (map[string]V, error)) func(context.Context, []string) ([]*V, error) {
	return func(ctx context.Context, refs []string) ([]*V, error) {
		found, err := read(ctx, refs)
		values := make([]*V, len(refs))
		for i, ref := range refs {
			if value, known := found[ref]; known {
				values[i] = &value
			}
		}
		return values, err
	}
}

// inOrder answers refs in their order with what a reader finds for each.
func inOrder[V any](ctx context.Context, refs []string, read func(context.Context, []string) (map[string][]V, error)) ([][]V, error) {
	found, err := read(ctx, refs)
	all := make([][]V, len(refs))
	for i, ref := range refs {
		all[i] = found[ref]
	}
	return all, err
}
