package coverage

import (
	"bytes"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Cells returns a publisher's cells, by entry code.
func (x *Index) Cells(publisher area.Place) []timeline.CellSummary {
	r := x.rowAt(publisher)
	if r == nil {
		return nil
	}
	summaries := make([]timeline.CellSummary, len(r.cells))
	for i := range summaries {
		summaries[i] = x.cell(r, i)
	}
	return summaries
}

// Agrees tells whether a cell is what the index has of it; one that the index does
// not have is empty.
func (x *Index) Agrees(publisher area.Place, cell *timeline.CellSummary) bool {
	known := timeline.CellSummary{EntryCode: cell.EntryCode}
	if r := x.rowAt(publisher); r != nil {
		for i := range r.cells {
			if x.entries.codes[r.cells[i].entry] == cell.EntryCode {
				known = x.cell(r, i)
			}
		}
	}
	return bytes.Equal(timeline.Pack([]timeline.CellSummary{known}), timeline.Pack([]timeline.CellSummary{*cell}))
}

func (x *Index) cell(r *row, i int) timeline.CellSummary {
	p := r.parts(i)
	summary := timeline.CellSummary{EntryCode: x.entries.codes[p.entry], Spans: p.spans, Duties: p.duties, Series: p.series}
	for kind, days := range p.listed {
		for _, day := range days {
			summary.Listed[kind] = append(summary.Listed[kind], calendar.Day(day))
		}
	}
	return summary
}
