package model

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Cell is one publisher × one leaf entry.
type Cell struct {
	view      *View
	publisher area.Place
	entryCode string
}

// IsNode marks a thing with a global id.
func (*Cell) IsNode() {}

// CellOf returns the cell of two codes, nil where either is unknown.
func (v *View) CellOf(publisherCode, entryCode string) *Cell {
	place := v.Index.Tree.Find(publisherCode)
	if place == area.Nowhere || !v.Index.Library.HasEntry(entryCode) {
		return nil
	}
	return &Cell{v, place, entryCode}
}

// Cell is the node's own cell of an entry, nil where no catalog has it.
func (n *Administrative) Cell(entry string) *Cell { return n.view.CellOf(n.Code, entry) }

func (c *Cell) publisherCode() string { return c.view.Index.Tree.Node(c.publisher).Code }

// ID is the cell's global id.
func (c *Cell) ID() string { return c.view.id(idCell, c.publisherCode(), c.entryCode) }

// Publisher is who owes it.
func (c *Cell) Publisher() AdministrativeNode { return c.view.node(c.publisher) }

// Entry is the row in force on the day asked about, else the latest.
func (c *Cell) Entry() *CatalogEntry {
	return c.view.entryNaming(c.publisher, c.entryCode, c.view.day(nil))
}

// AsOf is the day that its fields are about.
func (c *Cell) AsOf() calendar.Day { return c.view.day(nil) }

// Status is null on a day on which the cell is not in force.
func (c *Cell) Status(asOf *calendar.Day) *timeline.Status {
	standing, ok := c.view.Index.Cell(c.publisher, c.entryCode, c.view.day(asOf))
	if !ok {
		return nil
	}
	return &standing.Status
}
