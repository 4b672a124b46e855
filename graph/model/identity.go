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

// partsOf says how many parts a kind of id has.
var partsOf = map[string]int{idNode: 1, idGap: 3, idCell: 2, idDisclosure: 1, idNews: 1, idMovement: 1, idConcern: 1}

// ByID returns the thing that a global id names, nil where it is unknown or not
// for the caller to see.
func (v *View) ByID(ctx context.Context, id string) (Node, error) {
	kind := kindOf(id)
	values, ok := reveal(id, kind, partsOf[kind])
	if !ok {
		return nil, nil
	}
	switch kind {
	case idNode:
		if place := v.Index.Tree.Find(values[0]); place != area.Nowhere {
			return v.node(place), nil
		}
	case idGap:
		return v.gapByID(values)
	case idCell:
		if cell := v.CellOf(values[0], values[1]); cell != nil {
			return cell, nil
		}
	case idDisclosure:
		document, err := v.visible(ctx, values[0])
		if document != nil {
			return document, err
		}
		return nil, err
	case idNews:
		item, err := v.loaders.newsItems.Load(ctx, values[0])
		if item != nil {
			return v.NewNews(*item), err
		}
		return nil, err
	case idConcern:
		concern, err := v.loaders.concerns.Load(ctx, values[0])
		if concern != nil {
			return v.NewConcern(*concern), err
		}
		return nil, err
	case idMovement:
		movement, err := v.loaders.movements.Load(ctx, values[0])
		if movement != nil {
			return v.NewMovement(*movement), err
		}
		return nil, err
	}
	return nil, nil
}

// RefOfID returns the ref of a disclosure's id, ok is false for any other.
func RefOfID(id string) (ref string, ok bool) {
	values, ok := reveal(id, idDisclosure, 1)
	if !ok {
		return "", false
	}
	return values[0], true
}
