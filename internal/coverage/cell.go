package coverage

import (
	"bytes"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Briefs returns a publisher's cells, by entry code.
func (x *Index) Briefs(publisher area.Place) []timeline.Brief {
	r := x.rows[publisher]
	if r == nil {
		return nil
	}
	briefs := make([]timeline.Brief, len(r.cells))
	for i := range briefs {
		briefs[i] = x.brief(r, i)
	}
	return briefs
}

// Agrees tells whether a cell is what the index has of it; one that the index does
// not have is empty.
func (x *Index) Agrees(publisher area.Place, cell *timeline.Brief) bool {
	known := timeline.Brief{EntryCode: cell.EntryCode}
	if r := x.rows[publisher]; r != nil {
		for i := range r.cells {
			if x.entries.codes[r.cells[i].entry] == cell.EntryCode {
				known = x.brief(r, i)
			}
		}
	}
	return bytes.Equal(timeline.Pack([]timeline.Brief{known}), timeline.Pack([]timeline.Brief{*cell}))
}

func (x *Index) brief(r *row, i int) timeline.Brief {
	p := r.parts(i)
	brief := timeline.Brief{EntryCode: x.entries.codes[p.entry], Spans: p.spans, Duties: p.duties, Series: p.series}
	for kind, days := range p.listed {
		for _, day := range days {
			brief.Listed[kind] = append(brief.Listed[kind], calendar.Day(day))
		}
	}
	return brief
}
