package importer

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// readCatalog is a catalog of a file with its place there.
type readCatalog struct {
	*catalog.Catalog
	source       Source
	line         int
	entriesFile  Source
	keepsEntries bool // the file lacks the column that names theirs
	bad          bool // its row is, so that its entries are read to be checked alone
	linesOfEntry []int
}

func (c *readCatalog) problem(code, column, value, reason, remedy string) tabular.Problem {
	return tabular.Problem{Code: code, File: c.source.Shown, Line: c.line, Column: column, Value: value, Reason: reason, Remedy: remedy}
}

func (r *run) catalogs(ctx context.Context, sources []Source) error {
	read := map[string]*readCatalog{}
	var order []*readCatalog
	for _, source := range sources {
		err := readRows(r, source, kindCatalogs, &fact.Catalogs, func(rows []row[fact.Catalog], absent []fact.Column[fact.Catalog]) error {
			fill(rows, absent, &fact.Catalogs, r.storedCatalog)
			for i := range rows {
				c := r.readCatalog(&rows[i], source, lacks(absent, "entries_file"))
				r.mentioned.catalogs[c.Code] = true
				if c.bad {
					order = append(order, c)
				} else if first := read[c.Code]; first != nil {
					rows[i].found(rule.Findings{rule.Twice("catalogCode", fmt.Sprintf("%s:%d", first.source.Shown, first.line))})
				} else {
					read[c.Code] = c
					order = append(order, c)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	readWith := map[string]bool{}
	for _, c := range order {
		readWith[c.entriesFile.Shown] = readWith[c.entriesFile.Shown] || !c.bad
	}
	for _, c := range order {
		if c.bad && c.entriesFile.Shown != "" && readWith[c.entriesFile.Shown] {
			continue // its rows are told with another catalog
		}
		readWith[c.entriesFile.Shown] = true
		if err := r.readEntries(c); err != nil {
			return err
		}
	}
	r.checkCatalogs(order, read)
	if r.report.ProblemCount > 0 {
		return nil
	}
	r.compareCatalogs(order, read)
	return r.writeCatalogs(ctx, order, sources)
}

func (r *run) storedCatalog(c *fact.Catalog) *fact.Catalog {
	if known := r.Reference.Library.Catalog(c.Code); known != nil {
		return &fact.Catalog{Catalog: *known.Catalog}
	}
	return nil
}

// readCatalog checks a catalog alone. One whose file of entries is not named
// keeps those that it has.
func (r *run) readCatalog(f *row[fact.Catalog], source Source, keepsEntries bool) *readCatalog {
	read := f.value.Catalog // the row is used again
	c := &readCatalog{Catalog: &read, source: source, line: f.line}
	if !f.bad {
		f.found(r.mentioned.unexplained(c.Check(r.Reference.Tree)))
	}
	if known := r.Reference.Library.Catalog(c.Code); keepsEntries && known != nil {
		c.Entries, c.keepsEntries = known.Entries, true
	}
	switch name := f.value.EntriesFile; {
	case name == "" && !keepsEntries:
		f.found(rule.Findings{rule.Empty("entriesFile")})
	case name != "":
		within := path.Join(path.Dir(source.Name), name)
		c.entriesFile = Source{Files: source.Files, Name: within, Shown: path.Join(path.Dir(source.Shown), name)}
		r.mentioned.entriesFiles[c.entriesFile.Shown] = true
		if !fs.ValidPath(within) {
			f.fault("leads-out", "entries_file", "it lies outside the folder", "put the file beside this one")
		}
	}
	c.bad = f.bad
	return c
}

func (r *run) readEntries(c *readCatalog) error {
	if c.keepsEntries {
		return nil
	}
	if !fs.ValidPath(c.entriesFile.Name) {
		r.mentioned.unread[kindEntries] = true // what it holds is not known
		return nil
	}
	stored := map[string]*fact.Entry{}
	if known := r.Reference.Library.Catalog(c.Code); known != nil {
		for i := range known.Entries {
			stored[known.Entries[i].Code] = &fact.Entry{CatalogCode: c.Code, Entry: known.Entries[i]}
		}
	}
	seen := map[string]int{}
	return readRows(r, c.entriesFile, kindEntries, &fact.Entries, func(rows []row[fact.Entry], absent []fact.Column[fact.Entry]) error {
		fill(rows, absent, &fact.Entries, func(e *fact.Entry) *fact.Entry { return stored[e.Code] })
		for i := range rows {
			f, entry := &rows[i], &rows[i].value
			checkEntry(f)
			r.mentioned.entries[entry.Code] = true
			for _, publisher := range entry.Publishers {
				r.mentioned.publishers[publisher] = true
			}
			r.mentioned.publishersUnread = r.mentioned.publishersUnread || slices.Contains(f.unread, "publishers")
			if first, twice := seen[entry.Code]; twice && entry.Code != "" {
				f.found(rule.Findings{rule.Twice("entryCode", fmt.Sprintf("line %d", first))})
			}
			if !f.bad {
				seen[entry.Code] = f.line
				c.Entries = append(c.Entries, entry.Entry)
				c.linesOfEntry = append(c.linesOfEntry, f.line)
			}
		}
		return nil
	})
}

func checkEntry(f *row[fact.Entry]) {
	e := &f.value
	if e.Omit { // it only removes a row
		e.Entry = catalog.Entry{Code: e.Code, Omit: true, Publishers: []string{}, Channels: []string{}}
	}
	if !f.bad {
		e.Normalise()
		f.found(e.Check())
	}
}

// checkCatalogs looks at the chains of based_on and at the categories' names,
// as they will be: first those that stay, so that a row which differs is told.
func (r *run) checkCatalogs(order []*readCatalog, read map[string]*readCatalog) {
	find := func(code string) *catalog.Catalog {
		if c := read[code]; c != nil {
			return c.Catalog
		}
		if present := r.Reference.Library.Catalog(code); present != nil {
			return present.Catalog
		}
		return nil
	}
	categories := catalog.Categories{}
	for _, present := range r.Reference.Library.Catalogs() {
		if c := read[present.Code]; c == nil && !r.mentioned.catalog(present.Code) || c != nil && c.keepsEntries {
			for i := range present.Entries {
				categories.Name(&present.Entries[i])
			}
		}
	}
	for _, c := range order {
		if c.bad {
			continue
		}
		for _, found := range r.mentioned.unexplained(c.CheckBase(find)) {
			p := c.problem(found.Rule.Name, "based_on", c.BasedOn, found.Message, found.Remedy)
			p.Rule = found.Rule.Name
			r.report.problem(p)
		}
		for i := range c.Entries {
			if c.keepsEntries {
				break // they are among those that stay
			}
			for _, found := range categories.Name(&c.Entries[i]) {
				r.report.problem(tabular.Problem{
					File: c.entriesFile.Shown, Line: c.linesOfEntry[i], Column: "category", Value: c.Entries[i].Category,
					Reason: found.Message, Remedy: found.Remedy, Rule: found.Rule.Name,
				})
			}
		}
	}
}

// writeCatalogs replaces the catalogs with their entries, as far as they differ
// from what is there.
func (r *run) writeCatalogs(ctx context.Context, order []*readCatalog, sources []Source) error {
	catalogs, kept := make([]*catalog.Catalog, len(order)), 0
	for i, c := range order {
		catalogs[i] = c.Catalog
		if c.keepsEntries {
			kept += len(c.Entries)
		}
	}
	ofCatalogs, ofEntries, err := r.Catalogs(ctx, catalogs)
	if err != nil {
		return r.reraise(kindEntries, sources[0], err)
	}
	r.counted(kindCatalogs, sources, ofCatalogs)
	r.report.Files = append(r.report.Files, FileReport{
		Kind: string(kindEntries), Added: ofEntries.Added, Changed: ofEntries.Changed, Unchanged: ofEntries.Unchanged - kept,
	})
	return nil
}

// unnamedEntries refuses files of entries that no catalogs file of the call
// names; those that one names are read with it. A template that is not filled in may
// lie there.
func (r *run) unnamedEntries(byKind sorted) {
	for _, source := range byKind[kindEntries] {
		switch {
		case r.mentioned.entriesFiles[source.Shown], r.holdsNothing(source, kindEntries):
		case len(byKind[kindCatalogs]) > 0:
			r.report.warn(
				tabular.Problem{
					Code:   "entries-not-named",
					File:   source.Shown,
					Reason: "it holds a catalog's entries, and no row of the catalogs names it: it is passed over",
					Remedy: "name it in the column entries_file of its catalog",
				},
			)
		default:
			r.report.problem(
				tabular.Problem{
					Code:   "entries-not-named",
					File:   source.Shown,
					Reason: "it holds a catalog's entries, and no catalogs file names it",
					Remedy: "import the catalogs file that names it",
				},
			)
		}
	}
}

// holdsNothing tells whether a file has no rows besides the example of its template.
func (r *run) holdsNothing(source Source, kind kindName) bool {
	layout := layoutOf[kind]
	reader, err := tabular.Open(source.Files, source.Name, layout.header, r.options.Limits)
	if err != nil {
		return false
	}
	defer reader.Close()
	for more := true; more; more = reader.NextSheet() {
		for reader.Next() {
			if len(reader.RowProblems()) > 0 || !r.report.isExample(source.Shown, layout, reader) {
				return false
			}
		}
	}
	return reader.Err() == nil
}
