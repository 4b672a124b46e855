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

// Alternative makes the alternative for a node of an index.
func Alternative(
	ctx context.Context,
	from store.Reads,
	index *coverage.Index,
	place area.Place,
	changes *whatif.Changes,
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
	cells, err := derivation.Affected(documents)
	if err != nil {
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
