package whatif

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Alternative is a node's part of the world under changes.
type Alternative struct {
	// Index answers for the node and all below it alone.
	Index   *coverage.Index
	changes *Changes
	// documents are those supposed to be published, as they then are.
	documents map[string]disclosure.Disclosure
}

// batchOf is how many publishers' facts are read at a time.
const batchOf = 500

// Of makes the alternative for a node.
func Of(ctx context.Context, from store.Reads, index *coverage.Index, place area.Place, changes *Changes) (*Alternative, error) {
	a := &Alternative{changes: changes, documents: map[string]disclosure.Disclosure{}}
	reference, err := changes.reference(index.Reference)
	if err != nil {
		return nil, err
	}
	touched, err := a.touched(ctx, from, index, place, reference)
	if err != nil {
		return nil, err
	}
	var timelines []coverage.Timelines
	for batch := range slices.Chunk(slices.Sorted(maps.Keys(touched.publishers)), batchOf) {
		facts, err := from.FactsOfPublishers(ctx, batch, reference.PartnerCode)
		if err != nil {
			return nil, err
		}
		timelines = append(timelines, a.derive(batch, facts, reference, nil, nil)...)
	}
	for batch := range slices.Chunk(touched.partly(), batchOf) {
		facts, err := from.FactsOfCells(ctx, touched.cells(batch), reference.PartnerCode)
		if err != nil {
			return nil, err
		}
		timelines = append(timelines, a.derive(batch, facts, reference, touched.entries, index)...)
	}
	a.Index, err = index.Under(place, reference, timelines)
	return a, err
}

// derive makes the timelines of publishers from their facts as supposed: whole
// or, with entries given, theirs among those that stand in the present index.
func (a *Alternative) derive(publishers []string, facts store.Facts, reference timeline.Standard, entries map[string]bool, present *coverage.Index) []coverage.Timelines {
	for _, code := range publishers {
		facts.Of(code)
	}
	a.Alter(facts)
	timelines := make([]coverage.Timelines, 0, len(publishers))
	for _, code := range publishers {
		place := reference.Tree.Find(code)
		briefs := reference.OfPublisher(place, facts[code], entries)
		if entries != nil {
			now := present.Briefs(place)
			briefs = timeline.Splice(now, briefs, entries)
			if bytes.Equal(timeline.Pack(briefs), timeline.Pack(now)) {
				continue // most publishers have nothing that a row of a catalog changes
			}
		}
		timelines = append(timelines, coverage.Timelines{PublisherCode: code, Packed: timeline.Pack(briefs)})
	}
	return timelines
}

// readDocuments reads the documents supposed to be published.
func (a *Alternative) readDocuments(ctx context.Context, from store.Reads, refs []string) error {
	if len(refs) == 0 {
		return nil
	}
	found, err := from.DisclosuresByRef(ctx, refs)
	if err != nil {
		return err
	}
	for _, p := range a.changes.Publications {
		if p.Ref == "" {
			continue
		}
		document, known := found[p.Ref]
		if !known {
			return problem.New(problem.NotFound, "id", "there is no disclosure of this id")
		}
		document.PublishedOn = p.On
		if document.WithdrawnOn != calendar.None && document.WithdrawnOn < p.On {
			document.WithdrawnOn = calendar.None
		}
		a.documents[p.Ref] = document
	}
	return nil
}

// Documents are those supposed to be published, as they then are, by ref.
func (a *Alternative) Documents() []disclosure.Disclosure {
	documents := make([]disclosure.Disclosure, 0, len(a.documents))
	for _, ref := range slices.Sorted(maps.Keys(a.documents)) {
		documents = append(documents, a.documents[ref])
	}
	return documents
}

// AlterMovements puts what is supposed into movements that were read.
func (a *Alternative) AlterMovements(movements []relief.Recorded) {
	for i := range movements {
		if document, ok := a.documents[movements[i].DisclosureRef]; ok {
			movements[i].PublishedOn, movements[i].WithdrawnOn = document.PublicationDay(), document.WithdrawnOn.OrNever()
		}
	}
}

// Alter puts what is supposed into facts that were read.
func (a *Alternative) Alter(facts store.Facts) {
	for _, of := range facts {
		for _, documents := range [][]disclosure.Disclosure{of.Disclosures, of.Linked} {
			for i := range documents {
				if supposed, ok := a.documents[documents[i].Ref]; ok {
					documents[i].PublishedOn, documents[i].WithdrawnOn = supposed.PublishedOn, supposed.WithdrawnOn
				}
			}
		}
		a.AlterMovements(of.Movements)
	}
	for i, p := range a.changes.Publications {
		if p.Ref != "" || facts[p.PublisherCode] == nil {
			continue
		}
		of := facts[p.PublisherCode]
		of.Disclosures = append(of.Disclosures, disclosure.Disclosure{
			Ref: fmt.Sprintf("supposed %d", i+1), PublisherCode: p.PublisherCode, EntryCode: p.EntryCode, PublishedOn: p.On, Period: p.Period,
		})
	}
}
