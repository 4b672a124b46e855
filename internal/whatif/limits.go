package whatif

import (
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Withdrawals are the publications of cells that were withdrawn.
type Withdrawals map[catalog.CellKey][]timeline.Withdrawal

// limited names the entries whose limits are others, nil where catalogs or working days
// differ in more.
func limited(before, after timeline.Reference) map[string]bool {
	if before.Days != after.Days {
		return nil
	}
	entries := map[string]bool{}
	for _, is := range after.Library.Catalogs() {
		for _, difference := range catalog.Compare(before.Library.Catalog(is.Code), is) {
			if !difference.OfLimitAlone() {
				return nil
			}
			entries[difference.Code] = true
		}
	}
	return entries
}

// Limited names the entries of which withdrawals are to be read.
func (d *Derivation) Limited() []string { return slices.Sorted(maps.Keys(d.limited)) }

// limit puts other limits into the index, and names the cells whose facts tell more.
func (d *Derivation) limit(withdrawals Withdrawals, set *affected.Set) (err error) {
	if len(d.limited) == 0 {
		return nil
	}
	type key struct {
		issuing   area.Place
		entryCode string
	}
	index, known := d.index, map[key]*timeline.Limits{}
	limitsOf := func(publisher area.Place, entryCode string) *timeline.Limits {
		issuing := d.reference.Library.Issuing(index.Tree, publisher)
		if issuing == area.Nowhere {
			return nil
		}
		limits, found := known[key{issuing, entryCode}]
		if !found {
			before, after := index.Library.Succession(index.Tree, issuing), d.reference.Library.Succession(index.Tree, issuing)
			limits = timeline.NewLimits(entryCode, before, after, index.Days)
			known[key{issuing, entryCode}] = limits
		}
		return limits
	}
	d.index, err = index.UnderLimits(d.place, d.reference, d.limited,
		func(publisher area.Place, cell *timeline.CellSummary) (timeline.CellSummary, bool) {
			limits := limitsOf(publisher, cell.EntryCode)
			if limits == nil {
				return *cell, true
			}
			at := catalog.CellKey{PublisherCode: index.Tree.Node(publisher).Code, EntryCode: cell.EntryCode}
			under, sure := limits.Cell(cell, withdrawals[at])
			if !sure {
				set.Cell(at)
			}
			return under, sure
		})
	return err
}
