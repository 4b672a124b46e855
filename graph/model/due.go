package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// Owed is a duty that is opened and not fulfilled, with the cell that has it.
type Owed struct {
	*Duty
	Publisher *area.Node
	Entry     *CatalogEntry
	// Title is null where the caller may not see what is owed.
	Title *string
}

// Owed lists what is overdue today, and what is open and due by a day, of the cells of
// a node that are in force and not exempt.
func (v *View) Owed(ctx context.Context, place area.Place, scope coverage.Scope, last calendar.Day) ([]Owed, error) {
	today := v.day(nil)
	cells := v.Index.CellsOwing(ctx, place, scope, today, last)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	keys := make([]catalog.CellKey, len(cells))
	for i, cell := range cells {
		keys[i] = catalog.CellKey{PublisherCode: v.Index.Tree.Node(cell.Publisher).Code, EntryCode: cell.EntryCode}
	}
	histories, err := v.loaders.histories.LoadAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	var owed []Owed
	for i, cell := range cells {
		publisher := v.Index.Tree.Node(cell.Publisher).NamedOn(today)
		entry := v.entryNaming(cell.Publisher, cell.EntryCode, today)
		for _, of := range v.duties(histories[i].Duties.OpenedBy(today, v.Index.Days)) {
			if of.Days().OwedBy(today, last) {
				owed = append(owed, Owed{Duty: of, Publisher: publisher, Entry: entry})
			}
		}
	}
	return batch.Concurrently(ctx, owed, func(ctx context.Context, one Owed) (Owed, error) {
		title, err := one.Duty.Title(ctx)
		one.Title = title
		return one, err
	})
}
