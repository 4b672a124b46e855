package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/problem"
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
	newsItems       *batch.Loader[string, *disclosure.News]
	movements       *batch.Loader[string, *relief.Movement]
	sums            *batch.Loader[reliefKey, *summed]
	discrepancies   *batch.Loader[discrepanciesKey, []relief.Discrepancy]
	movementLists   *batch.Loader[movementsKey, []relief.Movement]
	movementCounts  *batch.Loader[reliefKey, int]
	concerns        *batch.Loader[string, *disclosure.Concern]
	reviews         *batch.Loader[string, []disclosure.Review]
	secrecyReviews  *batch.Loader[string, *disclosure.SecrecyReview]
}

func newLoaders(v *View) *loaders {
	l := &loaders{view: v}
	l.disclosures = batch.NewLoader(byRef(v.store.DisclosuresByRef))
	l.newsItems = batch.NewLoader(byRef(v.store.NewsByRef))
	l.movements = batch.NewLoader(byRef(v.store.ReliefMovementsByRef))
	l.interpretations = batch.NewLoader(func(ctx context.Context, refs []string) ([][]disclosure.Disclosure, error) {
		return inOrder(ctx, refs, v.store.Interpretations)
	})
	l.histories = batch.NewLoader(l.readHistories)
	l.lists = batch.NewLoader(byQuestion(l.readLists))
	l.counts = batch.NewLoader(byQuestion(l.readCounts))
	l.newsLists = batch.NewLoader(byQuestion(l.readNewsLists))
	l.sums = batch.NewLoader(l.readSums)
	l.discrepancies = batch.NewLoader(l.readDiscrepancies)
	l.movementLists = batch.NewLoader(byQuestion(l.readMovements))
	l.movementCounts = batch.NewLoader(l.readMovementCounts)
	l.concerns = batch.NewLoader(byRef(v.store.ConcernsByRef))
	l.secrecyReviews = batch.NewLoader(byRef(v.store.SecrecyReviews))
	l.reviews = batch.NewLoader(func(ctx context.Context, refs []string) ([][]disclosure.Review, error) {
		return inOrder(ctx, refs, v.store.ReviewsByDisclosure)
	})
	return l
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

// history returns a cell's timeline with all that explains it.
func (l *loaders) history(ctx context.Context, publisherCode, entryCode string) (*timeline.History, error) {
	return l.histories.Load(ctx, catalog.CellKey{PublisherCode: publisherCode, EntryCode: entryCode})
}

// readHistories derives cells from their facts as they are committed now. Where
// that is not what the view's index holds, a writer came between, and the answer
// would show two states: it is refused, and the question asked anew.
func (l *loaders) readHistories(ctx context.Context, cells []catalog.CellKey) ([]*timeline.History, error) {
	facts, err := l.view.store.FactsOfCells(ctx, cells, l.view.Index.PartnerCode)
	if err != nil {
		return nil, err
	}
	if l.view.supposed != nil {
		l.view.supposed.Alter(facts)
	}
	byCell := map[catalog.CellKey]*duty.Facts{}
	for _, cell := range cells {
		if byCell[cell] != nil {
			continue
		}
		entries := map[string]bool{}
		for _, other := range cells {
			if other.PublisherCode == cell.PublisherCode {
				entries[other.EntryCode] = true
			}
		}
		place := l.view.Index.Tree.Find(cell.PublisherCode)
		for _, of := range l.view.Index.FactsByCell(place, facts.Of(cell.PublisherCode), entries) {
			byCell[catalog.CellKey{PublisherCode: cell.PublisherCode, EntryCode: of.Cell.EntryCode}] = of
		}
	}
	histories := make([]*timeline.History, len(cells))
	for i, cell := range cells {
		of := byCell[cell]
		if of == nil { // never in force, and without facts
			of = neverInForce(cell)
		}
		histories[i] = timeline.HistoryOf(of, l.view.Index.Days)
		if brief := timeline.BriefOf(&histories[i].Cell, of); !l.view.Index.Holds(l.view.Index.Tree.Find(cell.PublisherCode), &brief) {
			l.view.stale.Store(true)
			return nil, problem.New(problem.Conflict, "", "the cell %s %s changed while it was being read; ask again", cell.PublisherCode, cell.EntryCode)
		}
	}
	return histories, nil
}

// listKey is one list of a node; equal but for the node, lists are read in one
// statement.
type listKey struct {
	place    area.Place
	scope    coverage.Scope
	question question
}

func (k listKey) asked() question { return k.question }

// question is what is asked of several nodes alike.
type question struct {
	filter string // as text, so that equal filters are equal
	first  int
	after  string
}

// byQuestion lets a reader answer keys question by question.
func byQuestion[K interface{ asked() question }, V any](read func(context.Context, question, []K) ([]V, error)) func(context.Context, []K) ([]V, error) {
	return func(ctx context.Context, keys []K) ([]V, error) {
		values := make([]V, len(keys))
		asked := map[question][]int{}
		for i, key := range keys {
			asked[key.asked()] = append(asked[key.asked()], i)
		}
		for question, numbers := range asked {
			same := make([]K, len(numbers))
			for i, number := range numbers {
				same[i] = keys[number]
			}
			answers, err := read(ctx, question, same)
			if err != nil {
				return nil, err
			}
			for i, number := range numbers {
				values[number] = answers[i]
			}
		}
		return values, nil
	}
}

// codesBelow names a node's publishers.
func (v *View) codesBelow(place area.Place, scope coverage.Scope) []string {
	if scope == coverage.Self {
		return []string{v.Index.Tree.Node(place).Code}
	}
	codes := make([]string, 0, v.Index.Tree.CountBelow(place))
	for at := range v.Index.Tree.Below(place) {
		codes = append(codes, v.Index.Tree.Node(at).Code)
	}
	return codes
}

// window names the publishers and days from which a page of a list is read. The
// index knows which have what, unless the filter asks for more than it knows.
func (v *View) window(key listKey, listing coverage.Listing, page store.Page, narrows bool) store.List {
	if page.After != nil {
		listing.To = min(listing.To, page.After.On)
	}
	if narrows {
		return store.List{Publishers: v.codesBelow(key.place, key.scope), Days: calendar.Span{From: listing.From, To: listing.To}}
	}
	narrowed, places := v.registered().Newest(key.place, key.scope, listing, page.First)
	list := store.List{Days: calendar.Span{From: narrowed.From, To: narrowed.To}}
	for _, place := range places {
		list.Publishers = append(list.Publishers, v.Index.Tree.Node(place).Code)
	}
	return list
}

// documents is the listing of documents that the caller may see.
func (v *View) documents(filter DisclosureFilter) coverage.Listing {
	listing := v.listing()
	if filter.From != nil {
		listing.From = *filter.From
	}
	if filter.To != nil {
		listing.To = min(listing.To, *filter.To)
	}
	return listing
}

func (l *loaders) readLists(ctx context.Context, q question, keys []listKey) ([][]disclosure.Disclosure, error) {
	page, err := storePage(q)
	if err != nil {
		return nil, err
	}
	asked, filter := l.view.filter(q.filter)
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, l.view.documents(asked), page, filter.Narrows())
	}
	return l.view.store.DisclosurePages(ctx, lists, filter, page)
}

func (l *loaders) readCounts(ctx context.Context, q question, keys []listKey) ([]int, error) {
	asked, filter := l.view.filter(q.filter)
	listing := l.view.documents(asked)
	if !filter.Narrows() {
		counts := make([]int, len(keys))
		for i, key := range keys {
			counts[i] = l.view.registered().Count(key.place, key.scope, listing)
		}
		return counts, nil
	}
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, listing, store.Page{}, true)
	}
	return l.view.store.DisclosureCounts(ctx, lists, filter)
}

// newsListing is all news: it is public always.
func newsListing() coverage.Listing {
	return coverage.Listing{Kinds: []timeline.ListKind{timeline.NewsItems}, To: calendar.Last}
}

func (l *loaders) readNewsLists(ctx context.Context, q question, keys []listKey) ([][]disclosure.News, error) {
	page, err := storePage(q)
	if err != nil {
		return nil, err
	}
	lists := make([]store.List, len(keys))
	for i, key := range keys {
		lists[i] = l.view.window(key, newsListing(), page, false)
	}
	return l.view.store.NewsPages(ctx, lists, page)
}
