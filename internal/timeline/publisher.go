package timeline

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// PublisherFacts are all facts from which a publisher's timelines follow.
type PublisherFacts struct {
	// Assignments are the publisher's, and those of its partner.
	Assignments []catalog.Assignment
	Disclosures []disclosure.Disclosure
	News        []disclosure.News
	Reviews     []disclosure.Review
	Concerns    []disclosure.Concern
	// Movements are those given by the publisher or by its partner.
	Movements []relief.Recorded
	// Linked are documents of any publisher that those above interpret, or that
	// interpret them.
	Linked []disclosure.Disclosure
}

// Facts are the facts of several publishers, by code.
type Facts map[string]*PublisherFacts

// Of returns the facts of a publisher, which may have none.
func (f Facts) Of(publisherCode string) *PublisherFacts {
	if f[publisherCode] == nil {
		f[publisherCode] = &PublisherFacts{}
	}
	return f[publisherCode]
}

// Reference is what every publisher's timelines follow from besides its facts:
// the nodes, the catalogs and the working days.
type Reference struct {
	Tree    *area.Tree
	Library *catalog.Library
	Days    *calendar.Calendar
}

// FactsByCell sorts a publisher's facts by its cells, by entry code. A cell that
// has facts but was never in force is among them: its duties count. With `only`
// given, other entries are left out.
func (r *Reference) FactsByCell(place area.Place, facts *PublisherFacts, only map[string]bool) []*duty.Facts {
	succession := r.Library.Succession(r.Tree, place)
	byEntry := map[string]*duty.Facts{}
	var all []*duty.Facts
	add := func(cell *catalog.Cell) *duty.Facts {
		of := &duty.Facts{Cell: cell, Succession: succession}
		byEntry[cell.EntryCode] = of
		all = append(all, of)
		return of
	}
	node := r.Tree.Node(place)
	cells := catalog.CellsOf(node, r.Tree.ValidOn(place), succession, assignmentsOf(node.Code, facts), r.Days)
	for _, cell := range cells {
		if only == nil || only[cell.EntryCode] {
			add(cell)
		}
	}
	of := func(entryCode string) *duty.Facts {
		if known := byEntry[entryCode]; known != nil || only != nil && !only[entryCode] {
			return known
		}
		return add(&catalog.Cell{PublisherCode: node.Code, EntryCode: entryCode})
	}
	reviews := map[string][]disclosure.Review{}
	for _, review := range facts.Reviews {
		reviews[review.DisclosureRef] = append(reviews[review.DisclosureRef], review)
	}
	links := linksOf(facts.Linked)
	for _, document := range facts.Disclosures {
		if cell := of(document.EntryCode); cell != nil {
			cell.Disclosures = append(cell.Disclosures, document)
			cell.Reviews = reviews
			links.add(cell, &document)
		}
	}
	for _, item := range facts.News {
		if cell := of(item.EntryCode); cell != nil {
			cell.News = append(cell.News, item)
		}
	}
	for _, concern := range facts.Concerns {
		if cell := of(disclosure.ResponseEntry); cell != nil {
			cell.Concerns = append(cell.Concerns, concern)
		}
	}
	for _, movement := range r.movementsOf(place, cells, facts) {
		if cell := of(movement.entryCode); cell != nil {
			cell.Movements = append(cell.Movements, *movement.Recorded)
		}
	}
	slices.SortFunc(all, func(a, b *duty.Facts) int {
		if a.Cell.EntryCode < b.Cell.EntryCode {
			return -1
		}
		return 1
	})
	return all
}

// links are the publication days of linked documents, by ref and by the ref
// that they interpret.
type links struct {
	published       map[string]calendar.Day
	interpretations map[string]duty.Publication
}

func linksOf(linked []disclosure.Disclosure) links {
	l := links{map[string]calendar.Day{}, map[string]duty.Publication{}}
	for i := range linked {
		document := &linked[i]
		on := document.PublicationDay()
		l.published[document.Ref] = on
		if document.InterpretsRef != "" && on != calendar.Never {
			l.interpretations[document.InterpretsRef] = l.interpretations[document.InterpretsRef].Earlier(
				duty.Publication{Ref: document.Ref, On: on},
			)
		}
	}
	return l
}

func (l *links) add(cell *duty.Facts, document *disclosure.Disclosure) {
	if on, known := l.published[document.InterpretsRef]; known {
		if cell.Sources == nil {
			cell.Sources = map[string]calendar.Day{}
		}
		cell.Sources[document.InterpretsRef] = on
	}
	if first, known := l.interpretations[document.Ref]; known {
		if cell.Interpretations == nil {
			cell.Interpretations = map[string]duty.Publication{}
		}
		cell.Interpretations[document.Ref] = first
	}
}

// OfPublisher derives the cells of a publisher, or those of some entries only.
func (r *Reference) OfPublisher(place area.Place, facts *PublisherFacts, only map[string]bool) []CellSummary {
	byCell := r.FactsByCell(place, facts, only)
	summaries := make([]CellSummary, 0, len(byCell))
	for _, of := range byCell {
		cell := Of(of, r.Days)
		summaries = append(summaries, SummaryOf(&cell, of))
	}
	return summaries
}

// Splice puts the cells of some entries in the place of a publisher's present
// ones, both by entry code.
func Splice(present, changed []CellSummary, entries map[string]bool) []CellSummary {
	kept := slices.DeleteFunc(slices.Clone(present), func(c CellSummary) bool { return entries[c.EntryCode] })
	kept = append(kept, changed...)
	slices.SortFunc(kept, func(a, b CellSummary) int {
		if a.EntryCode < b.EntryCode {
			return -1
		}
		return 1
	})
	return kept
}
