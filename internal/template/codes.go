package template

import (
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Codes are what the lists of a template offer: those of a node with all below it.
type Codes struct {
	of     string
	places int // how many of the nodes are places, which come first
	nodes  []code
	items  []code
}

// code is a code with what it stands for.
type code struct{ code, name, under string }

// CodesOf lists the nodes of a subtree that exist on a day, and the entries that they
// owe then.
func CodesOf(world timeline.Reference, assignments []catalog.Assignment, root area.Place, on calendar.Day) *Codes {
	tree, library := world.Tree, world.Library
	byPublisher := map[string][]catalog.Assignment{}
	for _, a := range assignments {
		byPublisher[a.PublisherCode] = append(byPublisher[a.PublisherCode], a)
	}
	codes := &Codes{of: tree.Node(root).Name}
	var departments []code
	owed := map[string]*catalog.Row{}
	for place := range tree.Below(root) {
		node := tree.Node(place)
		if !tree.ValidOn(place).Contains(on) {
			continue
		}
		listed := code{code: node.Code, name: node.Name}
		if parent := tree.ByCode(node.ParentCode); parent != nil {
			listed.under = parent.Name
		}
		if node.Department {
			departments = append(departments, listed)
		} else {
			codes.nodes = append(codes.nodes, listed)
		}
		inForce := library.InForce(tree, place, on)
		if inForce == nil {
			continue
		}
		for i := range inForce.Rows {
			entry := inForce.Rows[i].Code
			if owed[entry] == nil {
				owed[entry] = library.RuleOn(tree, place, entry, on, byPublisher[node.Code])
			}
		}
	}
	codes.places = len(codes.nodes)
	codes.nodes = append(codes.nodes, departments...)
	for entry, row := range owed {
		if row != nil {
			codes.items = append(codes.items, code{code: entry, name: row.Title(), under: row.Category})
		}
	}
	slices.SortFunc(codes.items, func(a, b code) int { return slices.Compare(parts(a.code), parts(b.code)) })
	return codes
}

// parts are those of an entry's code, so that 1.10 comes after 1.9.
func parts(code string) []string {
	all := strings.Split(code, ".")
	for i, part := range all {
		all[i] = strings.Repeat("0", max(0, 4-len(part))) + part
	}
	return all
}

// of are the codes that a column may name, none where none are known.
func (c *Codes) forColumn(of *column) []code {
	if c == nil {
		return nil
	}
	switch of.Names {
	case fact.Place:
		return c.nodes[:c.places]
	case fact.Node:
		return c.nodes
	case fact.Item:
		return c.items
	case fact.Nothing:
	}
	return nil
}
