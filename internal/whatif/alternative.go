package whatif

import (
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
func Of(ctx context.Context, from *store.Store, index *coverage.Index, place area.Place, changes *Changes) (*Alternative, error) {
	a := &Alternative{changes: changes, documents: map[string]disclosure.Disclosure{}}
	reference, err := changes.reference(index.Reference)
	if err != nil {
		return nil, err
	}
	touched, err := a.touched(ctx, from, index, place, reference)
	if err != nil {
		return nil, err
	}
	a.Index = index
	if changes.changesReference() {
		a.Index = index.Under(place, reference)
	}
	var timelines []coverage.Timelines
	for batch := range slices.Chunk(touched, batchOf) {
		facts, err := from.FactsOfPublishers(ctx, batch, reference.PartnerCode)
		if err != nil {
			return nil, err
		}
		for _, code := range batch {
			facts.Of(code)
		}
		a.Alter(facts)
		for _, code := range batch {
			briefs := reference.OfPublisher(reference.Tree.Find(code), facts[code], nil)
			timelines = append(timelines, coverage.Timelines{PublisherCode: code, Packed: timeline.Pack(briefs)})
		}
	}
	a.Index, err = a.Index.Apply(timelines)
	return a, err
}

// touched names the publishers at and below a node that the changes touch.
func (a *Alternative) touched(ctx context.Context, from *store.Store, index *coverage.Index, place area.Place, reference timeline.Standard) ([]string, error) {
	tree := index.Tree
	codes := map[string]bool{}
	add := func(top area.Place) {
		for at := range tree.Below(top) {
			if tree.Holds(place, at) {
				codes[tree.Node(at).Code] = true
			}
		}
	}
	if len(a.changes.Arrangements) > 0 {
		add(place)
	}
	changed := map[string]bool{}
	for _, entry := range a.changes.Entries {
		changed[entry.CatalogCode] = true
	}
	for _, issuer := range reference.Library.Issuers(changed) {
		add(tree.Find(issuer))
		if partner := reference.PartnerCode(issuer); partner != "" {
			add(tree.Find(partner))
		}
	}
	var refs []string
	for _, p := range a.changes.Publications {
		if p.Ref != "" {
			refs = append(refs, p.Ref)
			continue
		}
		at := tree.Find(p.PublisherCode)
		if at == area.Nowhere {
			return nil, problem.New(problem.NotFound, "publisherCode", "there is no node of the code %q", p.PublisherCode)
		}
		if !reference.Library.HasEntry(p.EntryCode) {
			return nil, problem.New(problem.NotFound, "entryCode", "no catalog has an entry of the code %q", p.EntryCode)
		}
		if tree.Holds(place, at) {
			codes[p.PublisherCode] = true
		}
	}
	if err := a.readDocuments(ctx, from, refs); err != nil {
		return nil, err
	}
	publishers, givers, err := from.LinkedPublishers(ctx, refs)
	if err != nil {
		return nil, err
	}
	for _, giver := range givers {
		if at := tree.Find(giver); at != area.Nowhere {
			for _, cell := range reference.ReliefCells(at) {
				publishers = append(publishers, cell.PublisherCode)
			}
		}
	}
	for _, code := range publishers {
		if at := tree.Find(code); at != area.Nowhere && tree.Holds(place, at) {
			codes[code] = true
		}
	}
	return slices.Sorted(maps.Keys(codes)), nil
}

// readDocuments reads the documents supposed to be published.
func (a *Alternative) readDocuments(ctx context.Context, from *store.Store, refs []string) error {
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
