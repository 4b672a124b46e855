package coverage

import (
	"bytes"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Cells returns a publisher's cells, by entry code.
func (x *Index) Cells(publisher area.Place) []timeline.CellSummary {
	r := x.rowAt(publisher)
	if r == nil {
		return nil
	}
	summaries := make([]timeline.CellSummary, len(r.cells))
	for i, c := range r.cells {
		summaries[i] = c.summary(x.entries)
	}
	return summaries
}

// Agrees tells whether a cell is what the index has of it; one that the index does
// not have is empty.
func (x *Index) Agrees(publisher area.Place, cell *timeline.CellSummary) bool {
	known := timeline.CellSummary{EntryCode: cell.EntryCode}
	if entry, has := x.entries.ids[cell.EntryCode]; has {
		if c := x.rowAt(publisher).cell(entry); c != nil {
			known = c.summary(x.entries)
		}
	}
	return bytes.Equal(timeline.Pack([]timeline.CellSummary{known}), timeline.Pack([]timeline.CellSummary{*cell}))
}
