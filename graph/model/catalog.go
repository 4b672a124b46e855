package model

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/explain"
)

// Catalog is a catalog merged over those that it is based on.
type Catalog struct {
	view *View
	*catalog.Effective
}

// Catalog returns the catalog in force for the node on a day.
func (n *Administrative) Catalog(asOf *calendar.Day) *Catalog {
	v := n.on(asOf).view
	return v.catalog(v.Index.Library.InForce(v.Index.Tree, n.place, v.day(nil)))
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

// Title is the catalog's.
func (c *Catalog) Title(locale *explain.Locale) string {
	if localeOf(locale) == explain.English {
		return c.EnglishTitle()
	}
	return c.Effective.Title
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
			categories = append(categories, CatalogCategory{name: row.Category})
		}
		category := &categories[at[part]]
		category.Entries = append(category.Entries, &CatalogEntry{row})
	}
	return categories
}

// CatalogCategory is a category of a catalog.
type CatalogCategory struct {
	name    string
	Entries []*CatalogEntry
}

// Name is the category's.
func (c *CatalogCategory) Name(locale *explain.Locale) string { return worded(c.name, locale) }

// worded is a wording of a catalog in a language.
func worded(text string, locale *explain.Locale) string {
	if localeOf(locale) == explain.English {
		return catalog.English(text)
	}
	return text
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

// Category is the first part of its place in the catalog.
func (e *CatalogEntry) Category(locale *explain.Locale) string {
	return worded(e.Entry.Category, locale)
}

// Item is the second.
func (e *CatalogEntry) Item(locale *explain.Locale) string { return worded(e.Entry.Item, locale) }

// SubItem is the third, null where there is none.
func (e *CatalogEntry) SubItem(locale *explain.Locale) *string {
	return optional(worded(e.Entry.SubItem, locale))
}

// Content is what is to be disclosed.
func (e *CatalogEntry) Content(locale *explain.Locale) string { return worded(e.Entry.Content, locale) }

// LegalBasis is why.
func (e *CatalogEntry) LegalBasis(locale *explain.Locale) string {
	return worded(e.Entry.LegalBasis, locale)
}

// Channels are where it is published.
func (e *CatalogEntry) Channels(locale *explain.Locale) []string {
	channels := make([]string, len(e.Entry.Channels))
	for i, channel := range e.Entry.Channels {
		channels[i] = worded(channel, locale)
	}
	return channels
}

// Mode is null where it is not given.
func (e *CatalogEntry) Mode() *string { return optional(e.Entry.Mode) }

// Audience is null where it is not given.
func (e *CatalogEntry) Audience() *string { return optional(e.Entry.Audience) }

// CatalogCode is the catalog that the row came from.
func (e *CatalogEntry) CatalogCode() string { return e.From.Code }
