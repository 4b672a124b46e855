package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/internal/area"
)

// ByIDs returns the things that global ids name, null for each unknown. Those of
// one kind are read together.
func (v *View) ByIDs(ctx context.Context, ids []string) ([]Node, error) {
	return batch.Concurrently(ctx, ids, v.ByID)
}

// ByID returns the thing that a global id names, nil where it is unknown, not for
// the caller to see, or of another state than the view shows.
func (v *View) ByID(ctx context.Context, id string) (Node, error) {
	of, ok := readID(id)
	if !ok || of.state != v.state {
		return nil, nil
	}
	switch of.kind {
	case idNode:
		if place := v.Index.Tree.Find(of.parts[0]); place != area.Nowhere {
			return v.node(place), nil
		}
	case idGap:
		return v.gapByID(of.parts)
	case idCell:
		if cell := v.CellOf(of.parts[0], of.parts[1]); cell != nil {
			return cell, nil
		}
	case idDisclosure:
		document, err := v.visible(ctx, of.parts[0])
		if document != nil {
			return document, err
		}
		return nil, err
	case idNews:
		item, err := v.loaders.newsItems.Load(ctx, of.parts[0])
		if item != nil {
			return v.NewNews(*item), err
		}
		return nil, err
	case idConcern:
		concern, err := v.loaders.concerns.Load(ctx, of.parts[0])
		if concern != nil {
			return v.NewConcern(*concern), err
		}
		return nil, err
	case idMovement:
		movement, err := v.loaders.movements.Load(ctx, of.parts[0])
		if movement != nil {
			return v.NewMovement(*movement), err
		}
		return nil, err
	}
	return nil, nil
}
