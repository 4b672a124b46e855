package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// ByIDs returns the things that global ids name, null for each unknown. Those of
// one kind are read together.
func (v *View) ByIDs(ctx context.Context, ids []string) ([]Node, error) {
	return batch.Concurrently(ctx, ids, v.ByID)
}

// ByID returns the thing that a global id names, nil where it is unknown, not for
// the caller to see, or of a supposed state. The day of an id is that of what is
// shown, unless the question names another; an id of what was known is answered so.
func (v *View) ByID(ctx context.Context, id string) (Node, error) {
	of, ok := readID(id)
	if !ok {
		return nil, nil
	}
	switch of.state.kind {
	case "":
	case stateDated:
		if v, ok = v.dating(of.state.token); !ok {
			return nil, nil
		}
	case stateKnown:
		known, err := v.knowing(ctx, of.state.token, of.parts[0])
		if known == nil {
			return nil, err
		}
		v = known
	default:
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
		return present(v.visible(ctx, of.parts[0]))
	case idNews:
		return present(v.NewsByRef(ctx, of.parts[0]))
	case idConcern:
		return present(v.ConcernByRef(ctx, of.parts[0]))
	case idOrder:
		return present(v.OrderByRef(ctx, of.parts[0]))
	case idRequest:
		return present(v.RequestByRef(ctx, of.parts[0]))
	case idMovement:
		return present(v.MovementByRef(ctx, of.parts[0]))
	}
	return nil, nil
}

// dating is the view about the day of an id, or about the question's own.
func (v *View) dating(token string) (dated *View, ok bool) {
	on, ok := opaque.ParseDay(token)
	if !ok || !on.InRange() || opaque.Day(on) != token {
		return nil, false
	}
	if v.asOf != calendar.None {
		return v, true
	}
	return v.On(&on), true
}

// present is a thing found, nil where there is none: a pointer to none is no null.
func present[T any, P interface {
	*T
	Node
}](found P, err error) (Node, error) {
	if found == nil {
		return nil, err
	}
	return found, err
}

// byOwnRef finds a thing by its own reference, nil where there is none.
func byOwnRef[T any, M any](
	ctx context.Context, ref string, load func(context.Context, string) (*T, error), show func(T) *M,
) (*M, error) {
	found, err := load(ctx, ref)
	if found == nil {
		return nil, err
	}
	return show(*found), err
}

// DisclosureByRef finds a document, nil where there is none for the caller to see.
func (v *View) DisclosureByRef(ctx context.Context, ref string) (*Disclosure, error) {
	return v.visible(ctx, ref)
}

// NewsByRef finds an item of news.
func (v *View) NewsByRef(ctx context.Context, ref string) (*News, error) {
	return byOwnRef(ctx, ref, v.loaders.newsItems.Load, v.NewNews)
}

// ConcernByRef finds a concern.
func (v *View) ConcernByRef(ctx context.Context, ref string) (*Concern, error) {
	return byOwnRef(ctx, ref, v.loaders.concernsByRef.Load, v.NewConcern)
}

// MovementByRef finds a movement.
func (v *View) MovementByRef(ctx context.Context, ref string) (*ReliefMovement, error) {
	return byOwnRef(ctx, ref, v.loaders.movements.Load, v.NewMovement)
}
