package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

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

func neverInForce(cell catalog.CellKey) *duty.Facts {
	return &duty.Facts{Cell: &catalog.Cell{PublisherCode: cell.PublisherCode, EntryCode: cell.EntryCode}}
}
