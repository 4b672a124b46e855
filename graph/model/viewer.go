package model

import (
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Viewer is who asks, on which day. What it may see is decided here and nowhere
// else (design.md, "Who may see and do what").
type Viewer struct {
	Today calendar.Day
	// SeesAll: documents that are not public are shown too.
	SeesAll bool
}

// MaySee tells whether the viewer may see a document.
func (v Viewer) MaySee(d *disclosure.Disclosure) bool { return v.SeesAll || d.PublicOn(v.Today) }

// publicBy is the day by which documents in a list must be public, None where they
// need not be.
func (v Viewer) publicBy() calendar.Day {
	if v.SeesAll {
		return calendar.None
	}
	return v.Today
}

// listing is the documents in lists, as the index counts them.
func (v Viewer) listing() coverage.Listing {
	if v.SeesAll {
		return coverage.Listing{Kinds: []timeline.ListKind{timeline.PublishedDocuments, timeline.OtherDocuments}, To: calendar.Last}
	}
	return coverage.Listing{Kinds: []timeline.ListKind{timeline.PublishedDocuments}, To: v.Today}
}
