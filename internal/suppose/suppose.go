// Package suppose reads what an alternative of internal/whatif follows from.
package suppose

import (
	"context"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/whatif"
)

// batchOf is how many publishers' facts are read at a time.
const batchOf = 500

// Alternative makes the alternative for a node of an index. Of how many publishers facts
// are read it is known before: who may not afford it is refused.
func Alternative(
	ctx context.Context,
	from store.Reads,
	index *coverage.Index,
	place area.Place,
	changes *whatif.Changes,
	afford func(publishers int) error,
) (*whatif.Alternative, error) {
	derivation, err := whatif.Derive(index, place, changes)
	if err != nil {
		return nil, err
	}
	documents := affected.NewDocuments()
	if refs := derivation.Refs(); len(refs) > 0 {
		if documents, err = from.LinkedDocuments(ctx, refs, nil); err != nil {
			return nil, err
		}
	}
	withdrawals := whatif.Withdrawals{}
	if entries := derivation.Limited(); len(entries) > 0 {
		var publishers []string // all, where they are many
		if index.Tree.CountBelow(place) < batchOf {
			for at := range index.Tree.Below(place) {
				publishers = append(publishers, index.Tree.Node(at).Code)
			}
		}
		if withdrawals, err = from.Withdrawals(ctx, entries, publishers); err != nil {
			return nil, err
		}
	}
	cells, err := derivation.Affected(documents, withdrawals)
	if err != nil {
		return nil, err
	}
	if err := afford(len(cells)); err != nil {
		return nil, err
	}
	for batch := range slices.Chunk(cells.Publishers(), batchOf) {
		facts, err := from.FactsOf(ctx, batch, cells, derivation.PartnerCode)
		if err != nil {
			return nil, err
		}
		derivation.Facts(batch, facts)
	}
	return derivation.Alternative()
}
