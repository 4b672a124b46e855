package whatif

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
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

// Derivation derives an alternative from what is read for it: first the documents
// of Refs with their links and, of the entries of Limited, what was withdrawn; then, for
// Affected, facts of the cells.
type Derivation struct {
	alternative Alternative
	index       *coverage.Index
	place       area.Place
	reference   timeline.Reference // under the changes
	limited     map[string]bool    // entries in whose limits alone catalogs differ, and in nothing else
	cells       affected.Cells
	timelines   []coverage.Timelines
}

// Derive begins to derive the alternative for a node. It trims the texts of the changes.
func Derive(index *coverage.Index, place area.Place, changes *Changes) (*Derivation, error) {
	changes.normalise()
	if err := changes.check(); err != nil {
		return nil, err
	}
	reference, err := changes.reference(index.Reference)
	if err != nil {
		return nil, err
	}
	d := &Derivation{
		alternative: Alternative{
			changes:   changes,
			documents: map[string]disclosure.Disclosure{},
		},
		index:     index,
		place:     place,
		reference: reference,
	}
	if len(changes.Entries) > 0 {
		d.limited = limited(index.Reference, reference)
	}
	return d, nil
}

// Refs are the documents that are supposed to be published.
func (d *Derivation) Refs() []string { return d.alternative.changes.Refs() }

// Affected names the cells at and below the node that the changes affect, but for those
// that follow from what the index holds.
func (d *Derivation) Affected(documents *affected.Documents, withdrawals Withdrawals) (affected.Cells, error) {
	set, changes := affected.Within(d.index.Tree.Node(d.place).Code), d.alternative.changes
	if err := d.limit(withdrawals, set); err != nil {
		return nil, err
	}
	if len(changes.Arrangements) > 0 {
		set.Calendar(d.reference)
	}
	if len(changes.Entries) > 0 && d.limited == nil {
		var catalogs []string
		for _, entry := range changes.Entries {
			catalogs = append(catalogs, entry.CatalogCode)
		}
		set.Catalogs(d.index.Reference, d.reference, catalogs)
	}
	for _, p := range changes.Publications {
		if p.Ref == "" {
			if err := d.cellOf(p); err != nil {
				return nil, err
			}
			published := p.document("")
			set.Document(d.reference, nil, &published, &affected.Links{})
			continue
		}
		before, known := documents.Known[p.Ref]
		if !known {
			return nil, disclosure.UnknownID()
		}
		after := before
		after.PublishedOn = p.On
		if after.WithdrawnOn != calendar.None && after.WithdrawnOn < p.On {
			after.WithdrawnOn = calendar.None
		}
		d.alternative.documents[p.Ref] = after
		set.Document(d.reference, &before, &after, documents.Links(&before, &after))
	}
	d.cells = set.Cells
	maps.DeleteFunc(d.cells, func(code string, _ map[string]bool) bool {
		at := d.index.Tree.Find(code)
		return at == area.Nowhere || !d.index.Tree.Contains(d.place, at)
	})
	return d.cells, nil
}

// cellOf checks that something could be published in a cell.
func (d *Derivation) cellOf(p Publication) error {
	var found rule.Findings
	d.index.Tree.Named(&found, "publisherCode", p.PublisherCode)
	if !d.reference.Library.HasEntry(p.EntryCode) {
		d.index.Library.Named(&found, "entryCode", p.EntryCode)
	}
	return found.Refused()
}

// PartnerCode is the partner of a publisher under the changes.
func (d *Derivation) PartnerCode(code string) string { return d.reference.PartnerCode(code) }

// Facts derives the affected cells of publishers from their facts.
func (d *Derivation) Facts(publishers []string, facts timeline.Facts) {
	d.alternative.Alter(facts)
	for _, code := range publishers {
		place, entries := d.reference.Tree.Find(code), d.cells[code]
		now := d.index.Cells(place)
		summaries := d.reference.OfPublisher(place, facts[code], entries)
		if entries != nil {
			summaries = timeline.Splice(now, summaries, entries)
		}
		// Most publishers have nothing that a row of a catalog changes.
		if packed := timeline.Pack(summaries); !bytes.Equal(packed, timeline.Pack(now)) {
			d.timelines = append(d.timelines, coverage.Timelines{
				PublisherCode: code, Packed: packed, Orders: order.Pack(slices.Clone(d.index.OrdersOf(place))),
			})
		}
	}
}

// Alternative is what was derived.
func (d *Derivation) Alternative() (*Alternative, error) {
	var err error
	d.alternative.Index, err = d.index.Under(d.place, d.reference, d.timelines)
	return &d.alternative, err
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
func (a *Alternative) Alter(facts timeline.Facts) {
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
		of.Disclosures = append(of.Disclosures, p.document(fmt.Sprintf("supposed %d", i+1)))
	}
}
