package importer

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// mentioned is what the files of a call name, in good rows or bad ones, so that a
// fault in one row is not told again at every row that refers to it.
type mentioned struct {
	nodes, catalogs, entries, events map[string]bool
	orders, badOrders                map[string]bool // those with a bad row
	entriesFiles                     map[string]bool // named by catalogs
	publishers                       map[string]bool // of their entries
	publishersUnread                 bool            // some cell of them could not be read
	// unread are the kinds of which some row could not be read: what they name
	// is not known.
	unread map[kindName]bool
	// refused: nodes, catalogs or assignments are bad, so that what is owed by
	// them cannot be told.
	refused bool
}

func newMentioned() mentioned {
	return mentioned{
		nodes:        map[string]bool{},
		catalogs:     map[string]bool{},
		entries:      map[string]bool{},
		events:       map[string]bool{},
		orders:       map[string]bool{},
		badOrders:    map[string]bool{},
		entriesFiles: map[string]bool{},
		publishers:   map[string]bool{},
		unread:       map[kindName]bool{},
	}
}

func (m *mentioned) node(code string) bool {
	return m.nodes[code] || m.unread[kindAreas] || m.unread[kindDepartments]
}

func (m *mentioned) catalog(code string) bool { return m.catalogs[code] || m.unread[kindCatalogs] }

func (m *mentioned) entry(code string) bool {
	return m.entries[code] || m.unread[kindCatalogs] || m.unread[kindEntries]
}

func (m *mentioned) event(ref string) bool { return m.events[ref] || m.unread[kindEvents] }

// unexplained are the findings that do not follow from a fault in another row.
func (m *mentioned) unexplained(found rule.Findings) rule.Findings {
	return slices.DeleteFunc(found, func(f rule.Finding) bool {
		switch f.Rule {
		case rule.NodeUnknown:
			return m.node(f.Named)
		case rule.CodeSpoilt:
			// A bad row has the code, which is a known one with zeros after it.
			return f.Named != "" && (m.nodes[f.Named] || m.entries[f.Named] || f.Field == "entryCode" && m.entry(f.Named))
		case catalog.EntryUnknown:
			return m.entry(f.Named)
		case catalog.CatalogUnknown:
			return m.catalog(f.Named)
		case relief.EventUnknown:
			return m.event(f.Named)
		case order.OrderUnknown:
			return m.orders[f.Named] || m.unread[kindOrders]
		case order.DocumentUnknown:
			return m.unread[kindDisclosures]
		case rule.NodeNotValid, disclosure.EntryNotOwed, disclosure.PeriodOfAnotherKind:
			return m.refused
		case disclosure.ReviewOfUnknown, disclosure.ReviewOfProactive, disclosure.ReviewBeforeFormed:
			return m.unread[kindDisclosures]
		}
		return false
	})
}
