package affected

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Nodes adds the change of nodes: all below them, as they stood and as they
// stand, and the relief of the places to which departments among them belong,
// which another department may now disclose.
func (s *Set) Nodes(before, after timeline.Reference, codes []string) {
	references := []timeline.Reference{before, after}
	var places []string
	for _, reference := range references {
		for _, code := range codes {
			s.below(reference, code, nil)
			if node := reference.Tree.ByCode(code); node != nil && node.Department {
				places = append(places, node.ParentCode)
			}
		}
	}
	for _, reference := range references {
		for _, place := range places {
			s.relief(reference, place)
		}
	}
}

// Catalogs adds the change of catalogs: below their issuers and those of the
// catalogs based on them all cells or, where rows alone differ, those of the
// entries; and the relief of an issuer's partner.
func (s *Set) Catalogs(before, after timeline.Reference, codes []string) {
	changed := map[string]bool{}
	for _, code := range codes {
		changed[code] = true
	}
	entries := differingEntries(before.Library, after.Library, codes)
	for _, reference := range []timeline.Reference{before, after} {
		for _, issuer := range reference.Library.Issuers(changed) {
			s.below(reference, issuer, entries)
			if entries == nil || entries[timeline.ReliefEntries[0]] {
				s.reliefWith(reference, issuer)
			}
		}
	}
}

// differingEntries names the entries in whose rows catalogs differ, nil where the
// catalogs differ in more. Where relief is disclosed under one of them, its duties
// may move from or to any other of its kind.
func differingEntries(before, after *catalog.Library, codes []string) map[string]bool {
	for _, code := range codes {
		was, is := before.Catalog(code), after.Catalog(code)
		if was == nil || is == nil || was.IssuerCode != is.IssuerCode || was.EffectiveFrom != is.EffectiveFrom ||
			was.EffectiveTo != is.EffectiveTo ||
			was.GraceWorkingDays != is.GraceWorkingDays ||
			was.InterpretationWorkingDays != is.InterpretationWorkingDays {
			return nil
		}
	}
	entries := map[string]bool{}
	for _, is := range after.Catalogs() {
		if was := before.Catalog(is.Code); was != nil {
			for _, difference := range catalog.Compare(was, is) {
				entries[difference.Code] = true
			}
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

// Calendar adds a change of the working days, by which every deadline counts.
func (s *Set) Calendar(reference timeline.Reference) {
	for _, root := range reference.Tree.Roots() {
		s.below(reference, reference.Tree.Node(root).Code, nil)
	}
}

// below affects the cells of a node and of all below it: of some entries, or all
// where they are nil.
func (s *Set) below(reference timeline.Reference, code string, entries map[string]bool) {
	place := reference.Tree.Find(code)
	if place == area.Nowhere {
		return
	}
	if s.within != "" {
		switch asked := reference.Tree.Find(s.within); {
		case asked == area.Nowhere:
			return
		case reference.Tree.Contains(place, asked):
			place = asked
		case !reference.Tree.Contains(asked, place):
			return
		}
	}
	for at := range reference.Tree.Below(place) {
		publisher := reference.Tree.Node(at).Code
		if entries == nil {
			s.Publisher(publisher)
		}
		for entry := range entries {
			s.Cell(catalog.CellKey{PublisherCode: publisher, EntryCode: entry})
		}
	}
}
