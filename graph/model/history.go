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
// would show two states: it is refused, and the question asked again.
func (l *loaders) readHistories(ctx context.Context, cells []catalog.CellKey) ([]*timeline.History, error) {
	facts, err := l.view.store.FactsOfCells(ctx, cells, l.view.Index.PartnerCode)
	if err != nil {
		return nil, err
	}
	if l.view.supposed != nil {
		l.view.supposed.Alter(facts)
	}
	entries := map[string]map[string]bool{} // by publisher
	for _, cell := range cells {
		if entries[cell.PublisherCode] == nil {
			entries[cell.PublisherCode] = map[string]bool{}
		}
		entries[cell.PublisherCode][cell.EntryCode] = true
	}
	byCell := map[catalog.CellKey]*duty.Facts{}
	for publisher, only := range entries {
		place := l.view.Index.Tree.Find(publisher)
		for _, of := range l.view.Index.FactsByCell(place, facts.Of(publisher), only) {
			byCell[catalog.CellKey{PublisherCode: publisher, EntryCode: of.Cell.EntryCode}] = of
		}
	}
	histories := make([]*timeline.History, len(cells))
	for i, cell := range cells {
		of := byCell[cell]
		if of == nil { // never in force, and without facts
			of = neverInForce(cell)
		}
		histories[i] = timeline.HistoryOf(of, l.view.Index.Days)
		summary := timeline.SummaryOf(&histories[i].Cell, of)
		if !l.view.Index.Agrees(l.view.Index.Tree.Find(cell.PublisherCode), &summary) {
			l.view.stale.Store(true)
			return nil, problem.New(
				problem.Conflict,
				"",
				"the cell %s %s changed while it was being read; ask again",
				cell.PublisherCode,
				cell.EntryCode,
			)
		}
	}
	return histories, nil
}

func neverInForce(cell catalog.CellKey) *duty.Facts {
	return &duty.Facts{Cell: &catalog.Cell{PublisherCode: cell.PublisherCode, EntryCode: cell.EntryCode}}
}
