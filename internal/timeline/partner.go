package timeline

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// The entries under which relief is disclosed (款物公开): of the giver, and of
// its department for emergency management.
const (
	reliefEntry           = "4.2" // 款物管理：年度款物使用情况
	reliefDepartmentEntry = "3.3" // 灾后救助：审定信息
)

// Partner returns who may answer for a giver's movements in its stead, or whose
// movements the node may answer for: a place's department for emergency
// management, and that department's place. Nowhere for every other node.
func (r *Reference) Partner(place area.Place) area.Place {
	if !r.Tree.Node(place).Department {
		return r.Tree.EmergencyManagement(place)
	}
	if parent := r.Tree.Parent(place); parent != area.Nowhere && r.Tree.EmergencyManagement(parent) == place {
		return parent
	}
	return area.Nowhere
}

// PartnerCode is Partner by code, empty for none.
func (r *Reference) PartnerCode(code string) string {
	place := r.Tree.Find(code)
	if place == area.Nowhere {
		return ""
	}
	if partner := r.Partner(place); partner != area.Nowhere {
		return r.Tree.Node(partner).Code
	}
	return ""
}

// ReliefCells are the cells to which a giver's movements may belong, the first
// first.
func (r *Reference) ReliefCells(giver area.Place) []catalog.CellKey {
	cells := []catalog.CellKey{{PublisherCode: r.Tree.Node(giver).Code, EntryCode: reliefEntry}}
	if department := r.Tree.EmergencyManagement(giver); department != area.Nowhere {
		code := r.Tree.Node(department).Code
		cells = append(
			cells,
			catalog.CellKey{PublisherCode: code, EntryCode: reliefDepartmentEntry},
			catalog.CellKey{PublisherCode: code, EntryCode: reliefEntry},
		)
	}
	return cells
}

// ReliefEntries are the entries under which relief may be disclosed.
var ReliefEntries = []string{reliefDepartmentEntry, reliefEntry}

// DisclosesRelief tells whether relief may be disclosed under an entry.
func DisclosesRelief(entryCode string) bool { return slices.Contains(ReliefEntries, entryCode) }

func assignmentsOf(code string, facts *PublisherFacts) []catalog.Assignment {
	return slices.DeleteFunc(slices.Clone(facts.Assignments), func(a catalog.Assignment) bool { return a.PublisherCode != code })
}

// assigned is a movement with the entry under which a publisher discloses it.
type assigned struct {
	*relief.Recorded
	entryCode string
}

// movementsOf finds, among the movements that the publisher or its partner gave,
// those that belong to a cell of the publisher: that of the first of the
// giver's cells in force on the day, exempt or not, else of the giver's own.
func (r *Reference) movementsOf(place area.Place, cells []*catalog.Cell, facts *PublisherFacts) []assigned {
	if len(facts.Movements) == 0 {
		return nil
	}
	known := map[catalog.CellKey]*catalog.Cell{}
	note := func(cells []*catalog.Cell) {
		for _, cell := range cells {
			known[cell.Key()] = cell
		}
	}
	note(cells)
	if partner := r.Partner(place); partner != area.Nowhere {
		note(r.Library.Cells(r.Tree, partner, assignmentsOf(r.Tree.Node(partner).Code, facts), r.Days))
	}
	code := r.Tree.Node(place).Code
	var own []assigned
	for i := range facts.Movements {
		movement := &facts.Movements[i]
		giver := r.Tree.Find(movement.FromCode)
		if !movement.Owed() || giver == area.Nowhere {
			continue
		}
		candidates := r.ReliefCells(giver)
		belongs := candidates[0]
		for _, candidate := range candidates {
			if cell := known[candidate]; cell != nil && cell.RuleOn(movement.OccurredOn) != nil {
				belongs = candidate
				break
			}
		}
		if belongs.PublisherCode == code {
			own = append(own, assigned{movement, belongs.EntryCode})
		}
	}
	return own
}
