// Package whatif answers what figures and gaps would be if documents were
// published, catalogs or working days changed: from facts that others read, it
// derives the cells alone that a change affects.
package whatif

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Changes are what is supposed.
type Changes struct {
	Publications []Publication
	Entries      []EntryChange
	Arrangements []calendar.Arrangement // of years, in the place of those known
}

// Token tells these changes at a node from any others: the same 22 letters, digits,
// - and _ whenever they are supposed, whatever of the input was left out.
func (c *Changes) Token(code string) string {
	digest := sha256.New()
	json.NewEncoder(digest).Encode([]any{code, c}) //nolint:errcheck,errchkjson // plain values, into a hash
	return base64.RawURLEncoding.EncodeToString(digest.Sum(nil)[:16])
}

// Publication supposes that a registered document is published on a day or, of no
// ref, that something is published in a cell.
type Publication struct {
	Ref                      string
	PublisherCode, EntryCode string
	Period                   string
	On                       calendar.Day
}

// Refs are the registered documents that are supposed to be published.
func (c *Changes) Refs() []string {
	var refs []string
	for _, p := range c.Publications {
		if p.Ref != "" {
			refs = append(refs, p.Ref)
		}
	}
	return refs
}

// document is what is supposed to be published in a cell.
func (p *Publication) document(ref string) disclosure.Disclosure {
	return disclosure.Disclosure{Ref: ref, PublisherCode: p.PublisherCode, EntryCode: p.EntryCode, PublishedOn: p.On, Period: p.Period}
}

// EntryChange supposes that a catalog has another row, or other limits.
type EntryChange struct {
	CatalogCode, EntryCode string
	Remove                 bool
	// Add is the row that stands there in the place of any before.
	Add *catalog.Entry
	// Limit is that of the row, which is otherwise as it is; KeepAnchor, so is the
	// day that it counts from.
	Limit      *calendar.Limit
	KeepAnchor bool
}

// reference is what every timeline follows from, under the changes.
func (c *Changes) reference(reference timeline.Reference) (timeline.Reference, error) {
	if len(c.Arrangements) > 0 {
		arrangements := slices.DeleteFunc(slices.Clone(reference.Days.Arrangements()), func(known calendar.Arrangement) bool {
			return slices.ContainsFunc(c.Arrangements, func(a calendar.Arrangement) bool { return a.Year == known.Year })
		})
		reference.Days = calendar.New(append(arrangements, c.Arrangements...))
	}
	if len(c.Entries) == 0 {
		return reference, nil
	}
	catalogs := map[string]*catalog.Catalog{}
	var all []*catalog.Catalog
	for _, known := range reference.Library.Catalogs() {
		changed := *known.Catalog
		changed.Entries = slices.Clone(known.Entries)
		catalogs[changed.Code] = &changed
		all = append(all, &changed)
	}
	// Changes follow each other: what another catalog inherits has changed already.
	library, changed := reference.Library, map[string]bool{}
	for i := range c.Entries {
		change := &c.Entries[i]
		if slices.ContainsFunc(c.Entries[:i], func(before EntryChange) bool {
			return before.CatalogCode == change.CatalogCode && before.EntryCode == change.EntryCode
		}) {
			twice := rule.GivenTwice.Found("changes", "suppose one change of a row",
				"the entry %s of the catalog %s is supposed to change twice", change.EntryCode, change.CatalogCode)
			return reference, twice.Problem()
		}
		if changed[change.EntryCode] {
			var err error
			if library, err = catalog.NewLibrary(all); err != nil {
				return reference, err
			}
		}
		changed[change.EntryCode] = true
		of := catalogs[change.CatalogCode]
		if of == nil {
			unknown := catalog.UnknownCatalog("catalogCode", change.CatalogCode)
			return reference, unknown.Problem()
		}
		if err := change.apply(of, library.Catalog(of.Code)); err != nil {
			return reference, err
		}
	}
	library, err := catalog.NewLibrary(all)
	reference.Library = library
	return reference, err
}

// apply changes a catalog's own row. What it inherits is changed by a row of its
// own: of the same code to replace it, or one that omits it.
func (c *EntryChange) apply(of *catalog.Catalog, merged *catalog.Effective) error {
	row := catalog.Entry{Code: c.EntryCode, Omit: true}
	switch present := merged.Row(c.EntryCode); {
	case c.Add != nil:
		row = *c.Add
		row.Code = c.EntryCode
	case present == nil:
		return problem.New(problem.NotFound, "entryCode", "the catalog %s has no entry of the code %q", of.Code, c.EntryCode)
	case c.Limit != nil:
		row = *present.Entry
		row.Limit = *c.Limit
		if c.KeepAnchor {
			row.Limit.Anchor = present.Limit.Anchor
		}
	}
	of.Entries = slices.DeleteFunc(of.Entries, func(e catalog.Entry) bool { return e.Code == c.EntryCode })
	of.Entries = append(of.Entries, row)
	return nil
}
