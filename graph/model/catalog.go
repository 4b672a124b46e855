package model

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

// Catalog is a catalog merged over those that it is based on.
type Catalog struct {
	view *View
	*catalog.Effective
}

// Catalog returns the catalog in force for the node on a day.
func (n *Administrative) Catalog(asOf *calendar.Day) *Catalog {
	return n.view.catalog(n.view.Index.Library.InForce(n.view.Index.Tree, n.place, n.view.day(asOf)))
}

// CatalogByCode returns the catalog of a code, nil where it is unknown.
func (v *View) CatalogByCode(code string) *Catalog { return v.catalog(v.Index.Library.Catalog(code)) }

// Catalogs are all of them, by code.
func (v *View) Catalogs() []*Catalog {
	catalogs := []*Catalog{}
	for _, c := range v.Index.Library.Catalogs() {
		catalogs = append(catalogs, v.catalog(c))
	}
	return catalogs
}

// CatalogInForce is a stretch of days on which one catalog is in force.
type CatalogInForce struct {
	From, To calendar.Day
	Catalog  *Catalog
}

// CatalogsInForce lists the catalogs in force for the node in a span of days, one
// after the other.
func (n *Administrative) CatalogsInForce(from, to calendar.Day) ([]CatalogInForce, error) {
	if err := forwards(from, to); err != nil {
		return nil, err
	}
	spans := []CatalogInForce{}
	for _, inForce := range n.view.Index.Library.Succession(n.view.Index.Tree, n.place) {
		if inForce.From <= to && inForce.To >= from {
			spans = append(spans, CatalogInForce{max(from, inForce.From), min(to, inForce.To), n.view.catalog(inForce.Catalog)})
		}
	}
	return spans, nil
}

func (v *View) catalog(c *catalog.Effective) *Catalog {
	if c == nil {
		return nil
	}
	return &Catalog{v, c}
}

// Issuer is who issued the catalog.
func (c *Catalog) Issuer() AdministrativeNode { return c.view.ByCode(c.IssuerCode) }

// BasedOn is the catalog that it refines.
func (c *Catalog) BasedOn() *Catalog {
	return c.view.catalog(c.view.Index.Library.Catalog(c.Effective.BasedOn))
}

// Categories are its entries by category.
func (c *Catalog) Categories() []CatalogCategory {
	var categories []CatalogCategory
	at := map[string]int{}
	for i := range c.Rows {
		row := &c.Rows[i]
		part := catalog.CategoryPart(row.Code)
		if _, known := at[part]; !known {
			at[part] = len(categories)
			categories = append(categories, CatalogCategory{Name: row.Category})
		}
		category := &categories[at[part]]
		category.Entries = append(category.Entries, &CatalogEntry{row})
	}
	return categories
}

// CatalogCategory is a category of a catalog.
type CatalogCategory struct {
	Name    string
	Entries []*CatalogEntry
}

// CatalogEntry is one row of a catalog.
type CatalogEntry struct{ *catalog.Row }

// entryNaming returns the row that names an entry in an answer about a node.
func (v *View) entryNaming(place area.Place, code string, on calendar.Day) *CatalogEntry {
	if row := v.Index.RowNaming(place, code, on); row != nil {
		return &CatalogEntry{row}
	}
	// No catalog has the entry any more: its code is all that is known.
	category := v.Index.Library.Category(code)
	return &CatalogEntry{
		&catalog.Row{Entry: &catalog.Entry{Code: code, Category: category, Item: code}, From: &catalog.Catalog{}, Leaf: true},
	}
}

// SubItem is null where there is none.
func (e *CatalogEntry) SubItem() *string { return optional(e.Entry.SubItem) }

// Mode is null where it is not given.
func (e *CatalogEntry) Mode() *string { return optional(e.Entry.Mode) }

// Audience is null where it is not given.
func (e *CatalogEntry) Audience() *string { return optional(e.Entry.Audience) }

// CatalogCode is the catalog that the row came from.
func (e *CatalogEntry) CatalogCode() string { return e.From.Code }
