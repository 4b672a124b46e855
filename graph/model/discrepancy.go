package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Discrepancy is one doubt about a node's relief.
type Discrepancy struct {
	view *View
	relief.Discrepancy
	list *readList
}

// Discrepancies lists the doubts, each about a node alone.
func (r *Relief) Discrepancies(ctx context.Context, idleWorkingDays *int) ([]*Discrepancy, error) {
	idle := relief.IdleWorkingDays
	if idleWorkingDays != nil {
		idle = *idleWorkingDays
	}
	if err := inRange("idleWorkingDays", idle, 0, mostLimit); err != nil {
		return nil, err
	}
	key := discrepanciesKey{r.key, idle}
	loader := r.node.view.loaders.discrepancies
	found, err := loadAlike(ctx, r.node.siblings, loader, key)
	if err != nil {
		return nil, err
	}
	list := listRead(r.node.siblings, loader, key, func(d *relief.Discrepancy) (refs []string) {
		for i := range d.Movements {
			refs = append(refs, d.Movements[i].DisclosureRef)
		}
		return refs
	})
	discrepancies := make([]*Discrepancy, len(found))
	for i := range found {
		discrepancies[i] = &Discrepancy{r.node.view, found[i], list}
	}
	return discrepancies, nil
}

// Node is the node in doubt.
func (d *Discrepancy) Node() AdministrativeNode { return d.view.ByCode(d.NodeCode) }

// ReliefClass is the class of relief.
func (d *Discrepancy) ReliefClass() relief.Class { return d.Class }

// Amount is in yuan.
func (d *Discrepancy) Amount() string { return d.Discrepancy.Amount.String() }

// Explanation says what the doubt is.
func (d *Discrepancy) Explanation(locale *explain.Locale) string {
	return explain.Discrepancy(localeOf(locale), d.view.Tree.ByCode(d.NodeCode), &d.Discrepancy)
}

// Movements are those that make it.
func (d *Discrepancy) Movements() []*ReliefMovement {
	movements := make([]*ReliefMovement, len(d.Discrepancy.Movements))
	for i := range d.Discrepancy.Movements {
		movements[i] = &ReliefMovement{d.view, d.Discrepancy.Movements[i].Movement, d.list}
	}
	return movements
}
