package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/opaque"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// Gap is a cell that is a gap on a day.
type Gap struct {
	view *View
	coverage.Standing
	on calendar.Day
}

func (g *Gap) cellKey() catalog.CellKey {
	return catalog.CellKey{PublisherCode: g.view.Index.Tree.Node(g.Standing.Publisher).Code, EntryCode: g.EntryCode}
}

// IsNode marks a thing with a global id.
func (*Gap) IsNode() {}

// ID names the cell with the day, which is that of no question besides.
func (g *Gap) ID() string {
	return g.view.stateOn(calendar.None).id(idGap, g.view.Index.Tree.Node(g.Standing.Publisher).Code, g.EntryCode, opaque.Day(g.on))
}

// AsOf is the day asked about.
func (g *Gap) AsOf() calendar.Day { return g.on }

// DaysOpen counts both ends.
func (g *Gap) DaysOpen() int { return int(g.on-g.Since) + 1 }

// Publisher is who owes it, as of the day.
func (g *Gap) Publisher() AdministrativeNode { return g.view.On(&g.on).node(g.Standing.Publisher) }

// Entry is the row in force that day.
func (g *Gap) Entry() *CatalogEntry {
	return g.view.entryNaming(g.Standing.Publisher, g.EntryCode, g.on)
}

// Cell is the cell, as of the day.
func (g *Gap) Cell() *Cell { return &Cell{g.view.On(&g.on), g.Standing.Publisher, g.EntryCode} }

// Cause is what began the status.
func (g *Gap) Cause(ctx context.Context) (*Cause, error) {
	history, err := g.history(ctx)
	if err != nil {
		return nil, err
	}
	cause, _ := history.CauseOn(g.on)
	return &Cause{g.view, cause}, nil
}

// EndsOn is the first later day on which the cell is no gap.
func (g *Gap) EndsOn(ctx context.Context) (*calendar.Day, error) {
	history, err := g.history(ctx)
	if err != nil {
		return nil, err
	}
	if on, _, ok := history.EndOn(g.on); ok {
		return &on, nil
	}
	return nil, nil
}

// EndedBy is what makes the cell no gap then.
func (g *Gap) EndedBy(ctx context.Context) (*Cause, error) {
	history, err := g.history(ctx)
	if err != nil {
		return nil, err
	}
	if _, cause, ok := history.EndOn(g.on); ok {
		return &Cause{g.view, cause}, nil
	}
	return nil, nil
}

// Duties are those overdue on the day.
func (g *Gap) Duties(ctx context.Context) ([]*Duty, error) {
	reason, err := g.why(ctx)
	if err != nil {
		return nil, err
	}
	return g.view.duties(reason.Duties), nil
}

// gapByID finds the gap that an id names, nil where the cell is none that day.
func (v *View) gapByID(parts []string) (Node, error) {
	on, ok := opaque.ParseDay(parts[2])
	place := v.Index.Tree.Find(parts[0])
	if !ok || !on.InRange() || place == area.Nowhere {
		return nil, nil
	}
	standing, ok := v.Index.Cell(place, parts[1], on)
	if !ok || !standing.Status.Gap() {
		return nil, nil
	}
	return &Gap{v, standing, on}, nil
}
