package model

import (
	"context"
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// ByIDs returns the things that global ids name, null for each unknown. They are
// asked for at once, so that those of one kind are read together.
func (v *View) ByIDs(ctx context.Context, ids []string) ([]Node, error) {
	things := make([]Node, len(ids))
	faults := make([]error, len(ids))
	var asking sync.WaitGroup
	for i, id := range ids {
		asking.Go(func() { things[i], faults[i] = v.ByID(ctx, id) })
	}
	asking.Wait()
	for _, fault := range faults {
		if fault != nil {
			return nil, fault
		}
	}
	return things, nil
}

// ByID returns the thing that a global id names, nil where it is unknown or not
// for the caller to see.
func (v *View) ByID(ctx context.Context, id string) (Node, error) {
	kind := kindOf(id)
	parts := map[string]int{idNode: 1, idGap: 3, idCell: 2, idDisclosure: 1, idNews: 1, idMovement: 1}
	values, ok := reveal(id, kind, parts[kind])
	if !ok {
		return nil, nil
	}
	switch kind {
	case idNode:
		if place := v.Tree.Find(values[0]); place != area.Nowhere {
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
		item, err := v.loaders.newsItems.Load(ctx, values[0])()
		if item != nil {
			return v.NewNews(*item), err
		}
		return nil, err
	case idMovement:
		movement, err := v.loaders.movements.Load(ctx, values[0])()
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
