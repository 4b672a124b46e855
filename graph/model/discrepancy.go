package model

import (
	"context"
	"math"

	"github.com/reliefgraph/reliefgraph/graph/cursor"

	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Discrepancy is one doubt about a node's relief.
type Discrepancy struct {
	view *View
	relief.Discrepancy
}

// Discrepancies lists the doubts, each about a node alone: the first of them, or all.
func (r *Relief) Discrepancies(ctx context.Context, idleWorkingDays, first *int) ([]*Discrepancy, error) {
	most := math.MaxInt
	if first != nil {
		var err error
		if most, err = cursor.Size(first); err != nil {
			return nil, err
		}
	}
	key, err := r.doubtsKey(idleWorkingDays)
	if err != nil {
		return nil, err
	}
	key.most = most
	found, err := r.node.view.loaders.discrepancies.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	discrepancies := make([]*Discrepancy, len(found))
	for i := range found {
		discrepancies[i] = &Discrepancy{r.node.view, found[i]}
	}
	return discrepancies, nil
}

// DiscrepancyCount tells how many doubts there are.
func (r *Relief) DiscrepancyCount(ctx context.Context, idleWorkingDays *int) (int, error) {
	key, err := r.doubtsKey(idleWorkingDays)
	if err != nil {
		return 0, err
	}
	return r.node.view.loaders.doubts.Load(ctx, key)
}

func (r *Relief) doubtsKey(idleWorkingDays *int) (discrepanciesKey, error) {
	key := discrepanciesKey{reliefKey: r.key, idleWorkingDays: relief.IdleWorkingDays}
	if idleWorkingDays != nil {
		key.idleWorkingDays = *idleWorkingDays
	}
	return key, inRange("idleWorkingDays", key.idleWorkingDays, 0, rule.MostDays)
}

// Node is the node in doubt.
func (d *Discrepancy) Node() AdministrativeNode { return d.view.ByCode(d.NodeCode) }

// ReliefClass is the class of relief.
func (d *Discrepancy) ReliefClass() relief.Class { return d.Class }

// Amount is in yuan.
func (d *Discrepancy) Amount() string { return d.Discrepancy.Amount.String() }

// Explanation says what the doubt is.
func (d *Discrepancy) Explanation(locale *explain.Locale) string {
	return explain.Discrepancy(localeOf(locale), d.view.Index.Tree.ByCode(d.NodeCode), &d.Discrepancy)
}

// Movements are those that make it.
func (d *Discrepancy) Movements() []*ReliefMovement {
	movements := make([]*ReliefMovement, len(d.Discrepancy.Movements))
	for i := range d.Discrepancy.Movements {
		movements[i] = &ReliefMovement{d.view, d.Discrepancy.Movements[i].Movement}
	}
	return movements
}
