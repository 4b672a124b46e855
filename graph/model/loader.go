package model

import (
	"context"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// gather is how long a loader waits for the fields of one level to ask.
const gather = time.Millisecond

// loaders read the rows of one request, those of one level together.
type loaders struct {
	view            *View
	disclosures     *dataloader.Loader[string, *disclosure.Disclosure]
	interpretations *dataloader.Loader[string, []disclosure.Disclosure]
	histories       *dataloader.Loader[store.CellKey, *timeline.History]
	lists           *dataloader.Loader[listKey, []disclosure.Disclosure]
	counts          *dataloader.Loader[listKey, int]
	newsLists       *dataloader.Loader[listKey, []disclosure.News]
	newsCounts      *dataloader.Loader[listKey, int]
	flows           *dataloader.Loader[reliefKey, []relief.Flow]
}

func newLoaders(v *View) *loaders {
	l := &loaders{view: v}
	l.disclosures = newLoader(l.readDisclosures)
	l.interpretations = newLoader(l.readInterpretations)
	l.histories = newLoader(l.readHistories)
	l.lists = newLoader(byQuestion(l.readLists))
	l.counts = newLoader(byQuestion(l.readCounts))
	l.newsLists = newLoader(byQuestion(l.readNewsLists))
	l.newsCounts = newLoader(byQuestion(l.readNewsCounts))
	l.flows = newLoader(l.readFlows)
	return l
}

// newLoader makes a loader of a function that answers keys in their order.
func newLoader[K comparable, V any](read func(context.Context, []K) ([]V, error)) *dataloader.Loader[K, V] {
	batch := func(ctx context.Context, keys []K) []*dataloader.Result[V] {
		values, err := read(ctx, keys)
		results := make([]*dataloader.Result[V], len(keys))
		for i := range keys {
			results[i] = &dataloader.Result[V]{Error: err}
			if err == nil {
				results[i].Data = values[i]
			}
		}
		return results
	}
	return dataloader.NewBatchedLoader(batch, dataloader.WithWait[K, V](gather), dataloader.WithInputCapacity[K, V](256))
}

// disclosure returns a document by its ref, nil where it is unknown.
func (l *loaders) disclosure(ctx context.Context, ref string) (*disclosure.Disclosure, error) {
	return l.disclosures.Load(ctx, ref)()
}

func (l *loaders) readDisclosures(ctx context.Context, refs []string) ([]*disclosure.Disclosure, error) {
	found, err := l.view.store.DisclosuresByRef(ctx, refs)
	documents := make([]*disclosure.Disclosure, len(refs))
	for i, ref := range refs {
		if document, known := found[ref]; known {
			documents[i] = &document
		}
	}
	return documents, err
}

func (l *loaders) readInterpretations(ctx context.Context, refs []string) ([][]disclosure.Disclosure, error) {
	found, err := l.view.store.Interpretations(ctx, refs)
	all := make([][]disclosure.Disclosure, len(refs))
	for i, ref := range refs {
		all[i] = found[ref]
	}
	return all, err
}

// history returns a cell's timeline with all that explains it.
func (l *loaders) history(ctx context.Context, publisherCode, entryCode string) (*timeline.History, error) {
	return l.histories.Load(ctx, store.CellKey{PublisherCode: publisherCode, EntryCode: entryCode})()
}

func (l *loaders) readHistories(ctx context.Context, cells []store.CellKey) ([]*timeline.History, error) {
	facts, err := l.view.store.FactsOfCells(ctx, cells)
	if err != nil {
		return nil, err
	}
	byCell := map[store.CellKey]*duty.Facts{}
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
		place := l.view.Tree.Find(cell.PublisherCode)
		for _, of := range l.view.FactsByCell(place, facts.Of(cell.PublisherCode), entries) {
			byCell[store.CellKey{PublisherCode: cell.PublisherCode, EntryCode: of.Cell.EntryCode}] = of
		}
	}
	histories := make([]*timeline.History, len(cells))
	for i, cell := range cells {
		of := byCell[cell]
		if of == nil { // never in force, and without facts
			of = neverInForce(cell)
		}
		histories[i] = timeline.HistoryOf(of, l.view.Days)
	}
	return histories, nil
}

// listKey is one list of a node; equal but for the place, lists are read in one
// statement.
type listKey struct {
	place    area.Place
	scope    coverage.Scope
	question question
}

// question is what is asked of several nodes alike.
type question struct {
	filter string // the filter, as text; filters holds it
	first  int
	after  string
}

// byQuestion lets a reader answer keys question by question.
func byQuestion[V any](read func(context.Context, question, []store.List) ([]V, error)) func(context.Context, []listKey) ([]V, error) {
	return func(ctx context.Context, keys []listKey) ([]V, error) {
		values := make([]V, len(keys))
		asked := map[question][]int{}
		for i, key := range keys {
			asked[key.question] = append(asked[key.question], i)
		}
		view := ViewOf(ctx)
		for question, numbers := range asked {
			lists := make([]store.List, len(numbers))
			for i, number := range numbers {
				lists[i] = view.list(keys[number].place, keys[number].scope)
			}
			answers, err := read(ctx, question, lists)
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

// list names the publishers of a node.
func (v *View) list(place area.Place, scope coverage.Scope) store.List {
	if scope == coverage.Self {
		return store.List{Publishers: []string{v.Tree.Node(place).Code}}
	}
	if v.Tree.CountBelow(place) == v.Tree.Size() {
		return store.List{Everywhere: true}
	}
	return store.List{Publishers: v.codesBelow(place, scope)}
}

func (v *View) codesBelow(place area.Place, scope coverage.Scope) []string {
	if scope == coverage.Self {
		return []string{v.Tree.Node(place).Code}
	}
	codes := make([]string, 0, v.Tree.CountBelow(place))
	for at := range v.Tree.Below(place) {
		codes = append(codes, v.Tree.Node(at).Code)
	}
	return codes
}

func (l *loaders) readLists(ctx context.Context, q question, lists []store.List) ([][]disclosure.Disclosure, error) {
	page, err := storePage(q)
	if err != nil {
		return nil, err
	}
	return l.view.store.DisclosurePages(ctx, lists, l.view.storeFilter(q.filter), page)
}

func (l *loaders) readCounts(ctx context.Context, q question, lists []store.List) ([]int, error) {
	return l.view.store.DisclosureCounts(ctx, lists, l.view.storeFilter(q.filter))
}

func (l *loaders) readNewsLists(ctx context.Context, q question, lists []store.List) ([][]disclosure.News, error) {
	page, err := storePage(q)
	if err != nil {
		return nil, err
	}
	return l.view.store.NewsPages(ctx, lists, page)
}

func (l *loaders) readNewsCounts(ctx context.Context, _ question, lists []store.List) ([]int, error) {
	return l.view.store.NewsCounts(ctx, lists)
}
