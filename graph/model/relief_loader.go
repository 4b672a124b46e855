package model

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/books"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// discrepanciesKey asks for the doubts about a node's relief.
type discrepanciesKey struct {
	reliefKey
	idleWorkingDays int
	most            int // how many are wanted
}

// readTogether reads what goes from or to nodes, for those keys together that
// differ by their node alone, and gives each only what concerns it.
func readTogether[T any](
	v *View,
	keys []reliefKey,
	read func(nodes []string, like reliefKey) ([]T, error),
	ends func(*T) (from, to string),
) ([][]T, error) {
	asked := map[reliefKey]map[string][]int{} // which keys ask about a code
	for i, key := range keys {
		codes := v.publishersOf(key.place, key.scope, CellFilter{})
		key.place, key.scope = area.Nowhere, coverage.Self
		if asked[key] == nil {
			asked[key] = map[string][]int{}
		}
		for _, code := range codes {
			asked[key][code] = append(asked[key][code], i)
		}
	}
	answers := make([][]T, len(keys))
	for like, asking := range asked {
		things, err := read(slices.Collect(maps.Keys(asking)), like)
		if err != nil {
			return nil, err
		}
		for i := range things {
			from, to := ends(&things[i])
			for _, number := range asking[from] {
				answers[number] = append(answers[number], things[i])
			}
			for _, number := range asking[to] {
				if !slices.Contains(asking[from], number) {
					answers[number] = append(answers[number], things[i])
				}
			}
		}
	}
	return answers, nil
}

// summed is money with what it adds up to, and that of a node's children.
type summed struct {
	relief.Summary
	totals relief.Totals
	child  func(area.Place) (relief.Summary, error)
}

// readSums adds up the relief of nodes: from the books where those of the view's state are
// there, else from the movements.
func (l *loaders) readSums(ctx context.Context, keys []reliefKey) ([]*summed, error) {
	index, err := l.books(ctx)
	if err != nil {
		return nil, err
	}
	if index != nil {
		return sumBooks(ctx, index, keys)
	}
	return l.sumMovements(ctx, keys)
}

// books are those of the view's state, nil where they are not there.
func (l *loaders) books(ctx context.Context) (*books.Index, error) {
	if !l.view.byBooks() {
		return nil, nil
	}
	return l.view.books.Index(ctx, l.view.Index.Tree)
}

// sumBooks adds up the relief of nodes from their books.
func sumBooks(ctx context.Context, index *books.Index, keys []reliefKey) ([]*summed, error) {
	sums := make([]*summed, len(keys))
	for i, key := range keys {
		of := func(place area.Place) (relief.Totals, error) {
			return index.Total(ctx, books.Question{
				Place: place, Alone: key.scope == coverage.Self, Span: key.span, PublicOn: key.publicOn, Filter: key.filter,
			})
		}
		totals, err := of(key.place)
		if err != nil {
			return nil, err
		}
		sums[i] = &summed{totals.Summary(), totals, func(child area.Place) (relief.Summary, error) {
			below, err := of(child)
			return below.Summary(), err
		}}
	}
	return sums, nil
}

// sumMovements reads and adds up the flows from and to nodes.
func (l *loaders) sumMovements(ctx context.Context, keys []reliefKey) ([]*summed, error) {
	found, err := readTogether(l.view, keys, func(nodes []string, like reliefKey) ([]relief.Flow, error) {
		flows, err := l.view.store.ReliefFlows(ctx, nodes, like.span, like.publicOn, like.filter.EventRef, l.view.supposedDocuments())
		return slices.DeleteFunc(flows, func(f relief.Flow) bool { return !like.filter.HasClass(f.Class) }), err
	}, func(f *relief.Flow) (string, string) { return f.FromCode, f.ToCode })
	if err != nil {
		return nil, err
	}
	sums := make([]*summed, len(keys))
	for i, flows := range found {
		totals := relief.TotalsOf(flows, l.view.endWithin(keys[i].place, keys[i].scope))
		sums[i] = &summed{totals.Summary(), totals, l.view.flowsByChild(keys[i].place, flows)}
	}
	return sums, nil
}

// flowsByChild adds up flows for the children of a node, whose flows are among its own.
func (v *View) flowsByChild(place area.Place, flows []relief.Flow) func(area.Place) (relief.Summary, error) {
	byChild := sync.OnceValue(func() map[area.Place][]relief.Flow { // for whoever asks first
		of := map[area.Place][]relief.Flow{}
		tree := v.Index.Tree
		for _, flow := range flows {
			from, to := tree.ChildTowards(place, tree.Find(flow.FromCode)), tree.ChildTowards(place, tree.Find(flow.ToCode))
			of[from] = append(of[from], flow)
			if to != from {
				of[to] = append(of[to], flow)
			}
		}
		return of
	})
	return func(child area.Place) (relief.Summary, error) {
		totals := relief.TotalsOf(byChild()[child], v.endWithin(child, coverage.Subtree))
		return totals.Summary(), nil
	}
}

// endWithin tells of a code whether it is the node's, or one below it, and what it is there.
func (v *View) endWithin(place area.Place, scope coverage.Scope) func(string) (relief.End, bool) {
	within := v.within(place, scope)
	return func(code string) (relief.End, bool) {
		if !within(code) {
			return relief.End{}, false
		}
		node := v.Index.Tree.ByCode(code)
		return relief.End{Level: node.Level, Department: node.Department}, true
	}
}

// supposedDocuments are those supposed to be published.
func (v *View) supposedDocuments() []disclosure.Disclosure {
	if v.supposed == nil {
		return nil
	}
	return v.supposed.Documents()
}

// readDiscrepancies finds the doubts about nodes, as many as are wanted of each: in the
// movements of those of whom there are doubts by their books or, without books, of all.
func (l *loaders) readDiscrepancies(ctx context.Context, keys []discrepanciesKey) ([][]relief.Discrepancy, error) {
	index, err := l.books(ctx)
	if err != nil {
		return nil, err
	}
	if index == nil {
		found, err := l.discrepanciesOfMovements(ctx, keys)
		for i := range found {
			found[i] = found[i][:min(len(found[i]), keys[i].most)]
		}
		return found, err
	}
	found := make([][]relief.Discrepancy, len(keys))
	for i, key := range keys {
		doubtful, err := index.Doubtful(ctx, l.doubting(key), key.most)
		if err != nil {
			return nil, err
		}
		var codes []string
		within := map[string]bool{}
		for _, of := range doubtful {
			code := index.Tree.Node(of.Place).Code
			codes, within[code] = append(codes, code), true
		}
		if len(codes) == 0 {
			continue
		}
		movements, err := l.view.store.RecordedMovements(ctx, codes, key.publicOn)
		if err != nil {
			return nil, err
		}
		account := l.account(key)
		account.Contains = func(code string) bool { return within[code] }
		found[i] = discrepanciesIn(movements, account, key)
		found[i] = found[i][:min(len(found[i]), key.most)]
	}
	return found, nil
}

// countDoubts counts what readDiscrepancies finds, all of it.
func (l *loaders) countDoubts(ctx context.Context, keys []discrepanciesKey) ([]int, error) {
	index, err := l.books(ctx)
	if err != nil {
		return nil, err
	}
	counts := make([]int, len(keys))
	if index == nil {
		found, err := l.discrepanciesOfMovements(ctx, keys)
		for i := range found {
			counts[i] = len(found[i])
		}
		return counts, err
	}
	for i, key := range keys {
		if counts[i], err = index.Doubts(ctx, l.doubting(key)); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

func (l *loaders) doubting(key discrepanciesKey) *books.Doubting {
	return &books.Doubting{Place: key.place, Alone: key.scope == coverage.Self, Account: l.account(key), Filter: key.filter}
}

// account is whose doubts are asked for, and how.
func (l *loaders) account(key discrepanciesKey) relief.Account {
	return relief.Account{
		Contains: l.view.within(key.place, key.scope),
		Region: func(code string) bool {
			node := l.view.Index.Tree.ByCode(code)
			return node != nil && node.Kind() == area.Region
		},
		Span: key.span, On: key.publicOn, Days: l.view.Index.Days, IdleDays: key.idleWorkingDays,
	}
}

func discrepanciesIn(movements []relief.Recorded, account relief.Account, key discrepanciesKey) []relief.Discrepancy {
	return slices.DeleteFunc(relief.Discrepancies(movements, account), func(d relief.Discrepancy) bool { return !key.filter.HasDoubt(&d) })
}

// discrepanciesOfMovements finds the doubts in all movements from and to nodes up to a day.
func (l *loaders) discrepanciesOfMovements(ctx context.Context, keys []discrepanciesKey) ([][]relief.Discrepancy, error) {
	nodes := make([]reliefKey, len(keys))
	for i, key := range keys {
		nodes[i] = key.reliefKey
	}
	movements, err := readTogether(l.view, nodes, func(nodes []string, like reliefKey) ([]relief.Recorded, error) {
		movements, err := l.view.store.RecordedMovements(ctx, nodes, like.publicOn)
		if l.view.supposed != nil {
			l.view.supposed.AlterMovements(movements)
		}
		return movements, err
	}, func(m *relief.Recorded) (string, string) { return m.FromCode, m.ToCode })
	if err != nil {
		return nil, err
	}
	discrepancies := make([][]relief.Discrepancy, len(keys))
	for i, key := range keys {
		discrepancies[i] = discrepanciesIn(movements[i], l.account(key), key)
	}
	return discrepancies, nil
}
