package whatif

import (
	"context"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// touched are the cells at and below a node that changes touch.
type touched struct {
	publishers map[string]bool // all cells of these
	governed   map[string]bool // the entries below of these
	entries    map[string]bool
}

// partly lists the publishers of which some entries alone are touched.
func (t *touched) partly() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(t.governed)), func(code string) bool { return t.publishers[code] })
}

// cells names the touched entries' cells of publishers.
func (t *touched) cells(publishers []string) []catalog.CellKey {
	entries := slices.Sorted(maps.Keys(t.entries))
	keys := make([]catalog.CellKey, 0, len(publishers)*len(entries))
	for _, publisher := range publishers {
		for _, entry := range entries {
			keys = append(keys, catalog.CellKey{PublisherCode: publisher, EntryCode: entry})
		}
	}
	return keys
}

// touched finds the cells at and below a node that the changes touch.
func (a *Alternative) touched(ctx context.Context, from store.Reads, index *coverage.Index, place area.Place, reference timeline.Standard) (*touched, error) {
	tree := index.Tree
	t := &touched{publishers: map[string]bool{}, governed: map[string]bool{}, entries: differing(index.Library, reference.Library)}
	within := func(at area.Place) bool { return at != area.Nowhere && tree.Holds(place, at) }
	if len(a.changes.Arrangements) > 0 {
		for at := range tree.Below(place) {
			t.publishers[tree.Node(at).Code] = true
		}
	}
	changed := map[string]bool{}
	for _, entry := range a.changes.Entries {
		changed[entry.CatalogCode] = true
	}
	govern := func(top area.Place) {
		for at := range tree.Below(top) {
			if within(at) {
				t.governed[tree.Node(at).Code] = true
			}
		}
	}
	for _, issuer := range reference.Library.Issuers(changed) {
		govern(tree.Find(issuer))
		if partner := reference.PartnerCode(issuer); partner != "" {
			govern(tree.Find(partner))
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
		if !reference.Library.HasEntry(p.EntryCode) && !index.Library.HasEntry(p.EntryCode) {
			return nil, problem.New(problem.NotFound, "entryCode", "no catalog has an entry of the code %q", p.EntryCode)
		}
		if within(at) {
			t.publishers[p.PublisherCode] = true
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
		if within(tree.Find(code)) {
			t.publishers[code] = true
		}
	}
	return t, nil
}

// differing names the entries in which two libraries of the same catalogs
// differ. Where relief is disclosed under one of them, its duties may move
// from or to any other of its kind.
func differing(before, after *catalog.Library) map[string]bool {
	entries := map[string]bool{}
	if before == after {
		return entries
	}
	for _, known := range after.Catalogs() {
		for _, difference := range catalog.Compare(before.Catalog(known.Code), known) {
			entries[difference.Code] = true
		}
	}
	for _, code := range timeline.ReliefEntries {
		if entries[code] {
			for _, other := range timeline.ReliefEntries {
				entries[other] = true
			}
			break
		}
	}
	return entries
}
