package model

import "github.com/reliefgraph/reliefgraph/internal/catalog"

// CatalogDiff is in what two effective catalogs differ.
type CatalogDiff struct{ A, B *Catalog }

// CatalogDiff compares two catalogs; nil where either is unknown.
func (v *View) CatalogDiff(a, b string) *CatalogDiff {
	first, second := v.catalog(v.Index.Library.Catalog(a)), v.catalog(v.Index.Library.Catalog(b))
	if first == nil || second == nil {
		return nil
	}
	return &CatalogDiff{first, second}
}

// Entries are those that differ, by code.
func (d *CatalogDiff) Entries() []*CatalogDifference {
	differences := catalog.Compare(d.A.Effective, d.B.Effective)
	entries := make([]*CatalogDifference, len(differences))
	for i := range differences {
		entries[i] = &CatalogDifference{&differences[i], d}
	}
	return entries
}

// CatalogDifference is an entry in which two catalogs differ.
type CatalogDifference struct {
	*catalog.Difference
	of *CatalogDiff
}

// Before is the entry in the first catalog.
func (d *CatalogDifference) Before() *CatalogEntry { return entryOf(d.Difference.Before) }

// After is the entry in the second catalog.
func (d *CatalogDifference) After() *CatalogEntry { return entryOf(d.Difference.After) }

// BeforeOwn tells whether the first catalog has the row itself.
func (d *CatalogDifference) BeforeOwn() *bool { return owns(d.of.A, d.Difference.Before) }

// AfterOwn tells whether the second catalog has the row itself.
func (d *CatalogDifference) AfterOwn() *bool { return owns(d.of.B, d.Difference.After) }

// Fields are those that differ in a changed entry.
func (d *CatalogDifference) Fields() []catalog.ColumnChange { return d.Columns }

func entryOf(row *catalog.Row) *CatalogEntry {
	if row == nil {
		return nil
	}
	return &CatalogEntry{row}
}

func owns(c *Catalog, row *catalog.Row) *bool {
	if row == nil {
		return nil
	}
	own := c.Owns(row)
	return &own
}
