// Package affected tells which cells' timelines may differ after facts or
// reference data changed, and whose facts must not change meanwhile. Source:
// docs/design.md, Duties and "Which cells exist".
package affected

import (
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

// Cells are cells by publisher and entry; nil entries stand for all cells of the
// publisher.
type Cells map[string]map[string]bool

// AddPublisher adds all cells of a publisher.
func (c Cells) AddPublisher(code string) { c[code] = nil }

// Add adds one cell.
func (c Cells) Add(cell catalog.CellKey) {
	entries, known := c[cell.PublisherCode]
	if known && entries == nil {
		return
	}
	if !known {
		entries = map[string]bool{}
		c[cell.PublisherCode] = entries
	}
	entries[cell.EntryCode] = true
}

// Publishers names those that have a cell among them, in order.
func (c Cells) Publishers() []string { return slices.Sorted(maps.Keys(c)) }
