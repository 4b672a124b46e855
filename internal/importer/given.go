package importer

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// given is what the files of a call name, in good rows or bad ones, so that a
// fault in one row is not told again at every row that refers to it.
type given struct {
	nodes, catalogs, entries map[string]bool
	entriesFiles             map[string]bool // named by catalogs
	// unread are the kinds of which some row could not be read: what they name
	// is not known.
	unread map[kindName]bool
	// refused: nodes, catalogs or assignments are bad, so that what is owed by
	// them cannot be told.
	refused bool
}

func newGiven() given {
	return given{
		nodes:        map[string]bool{},
		catalogs:     map[string]bool{},
		entries:      map[string]bool{},
		entriesFiles: map[string]bool{},
		unread:       map[kindName]bool{},
	}
}

func (g *given) node(code string) bool {
	return g.nodes[code] || g.unread[kindAreas] || g.unread[kindDepartments]
}

func (g *given) catalog(code string) bool { return g.catalogs[code] || g.unread[kindCatalogs] }

func (g *given) entry(code string) bool {
	return g.entries[code] || g.unread[kindCatalogs] || g.unread[kindEntries]
}

// unexplained are the findings that do not follow from a fault in another row.
func (g *given) unexplained(found rule.Findings) rule.Findings {
	return slices.DeleteFunc(found, func(f rule.Finding) bool {
		switch f.Rule {
		case rule.NodeUnknown:
			return g.node(f.Named)
		case disclosure.EntryUnknown:
			return g.entry(f.Named)
		case rule.NodeNotValid, disclosure.EntryNotOwed, disclosure.PeriodOfAnotherKind:
			return g.refused
		case disclosure.ReviewOfUnknown, disclosure.ReviewOfProactive, disclosure.ReviewBeforeFormed:
			return g.unread[kindDisclosures]
		}
		return false
	})
}
