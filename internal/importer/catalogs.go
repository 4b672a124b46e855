package importer

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// readCatalog is a catalog of a file with its place there.
type readCatalog struct {
	*catalog.Catalog
	source       Source
	line         int
	entriesFile  Source
	linesOfEntry []int
}

func (c *readCatalog) problem(column, value, reason, remedy string) tabular.Problem {
	return tabular.Problem{File: c.source.Shown, Line: c.line, Column: column, Value: value, Reason: reason, Remedy: remedy}
}

// mostWorkingDays bounds every number of days in a catalog.
const mostWorkingDays = 3660

func (r *run) catalogs(ctx context.Context, sources []Source) error {
	read := map[string]*readCatalog{}
	var order []*readCatalog
	for _, source := range sources {
		err := r.rows(source, kindCatalogs, func(f *fields) error {
			c := r.readCatalog(f, source)
			r.given.catalogs[c.Code] = true
			if f.bad {
				// Its rows are not looked at, so what they name is not known.
				r.given.unread[kindEntries] = true
				return nil
			}
			if first := read[c.Code]; first != nil {
				r.report.problem(c.problem("catalog_code", c.Code, fmt.Sprintf("it stands already at %s:%d", first.source.Shown, first.line), "keep one of the two rows"))
				return nil
			}
			read[c.Code] = c
			order = append(order, c)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, c := range order {
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

func (r *run) readCatalog(f *fields, source Source) *readCatalog {
	c := &readCatalog{Catalog: &catalog.Catalog{
		Code: f.code(catalogCode), Title: f.needed(catalogTitle), IssuerCode: f.code(catalogIssuer), BasedOn: f.text(catalogBasedOn),
		EffectiveFrom: f.neededDay(catalogFrom), EffectiveTo: f.day(catalogTo),
		GraceWorkingDays: f.whole(catalogGrace, mostWorkingDays), InterpretationWorkingDays: f.whole(catalogInterpretation, mostWorkingDays),
		Source: f.text(catalogSource),
	}, source: source, line: f.reader.Line()}
	f.span(catalogFrom, catalogTo, c.EffectiveFrom, c.EffectiveTo)
	if c.IssuerCode != "" && r.standard.Tree.Find(c.IssuerCode) == area.Nowhere && !r.given.node(c.IssuerCode) {
		f.fault(catalogIssuer, "there is no node of this code", "import the node first or with it, or correct the code")
	}
	if name := f.needed(catalogEntriesFile); name != "" {
		within := path.Join(path.Dir(source.Name), name)
		c.entriesFile = Source{source.Files, within, path.Join(path.Dir(source.Shown), name)}
		r.given.entriesFiles[c.entriesFile.Shown] = true
		if !fs.ValidPath(within) {
			f.fault(catalogEntriesFile, "it lies outside the folder", "put the file beside this one")
		}
	}
	return c
}

func (r *run) readEntries(c *readCatalog) error {
	seen := map[string]int{}
	return r.rows(c.entriesFile, kindEntries, func(f *fields) error {
		entry := readEntry(f)
		r.given.entries[entry.Code] = true
		if first, twice := seen[entry.Code]; twice && entry.Code != "" {
			f.fault(entryCode, fmt.Sprintf("it stands already at line %d", first), "keep one of the two rows")
		}
		if !f.bad {
			seen[entry.Code] = f.reader.Line()
			c.Entries = append(c.Entries, entry)
			c.linesOfEntry = append(c.linesOfEntry, f.reader.Line())
		}
		return nil
	})
}

func readEntry(f *fields) catalog.Entry {
	e := catalog.Entry{Code: f.code(entryCode), Omit: f.boolean(entryOmit), Publishers: []string{}, Channels: []string{}}
	if e.Omit {
		return e // it only removes a row
	}
	e.Category, e.Item, e.SubItem = f.needed(entryCategory), f.needed(entryItem), f.text(entrySubItem)
	e.Content, e.LegalBasis, e.Evidence = f.text(entryContent), f.text(entryLegalBasis), f.text(entryEvidence)
	for _, name := range f.list(entryLevels) {
		level, ok := area.ParseLevel(name)
		if !ok {
			f.fault(entryLevels, name+" is no level", "use NATION, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE with ; between")
		}
		e.Levels = append(e.Levels, level)
	}
	e.Publishers, e.Channels = f.list(entryPublishers), f.list(entryChannels)
	e.Mode = word(f, entryMode, oneOf("", "PROACTIVE", "ON_REQUEST"), "PROACTIVE, ON_REQUEST")
	e.Audience = word(f, entryAudience, oneOf("", "PUBLIC", "SPECIFIC"), "PUBLIC, SPECIFIC")
	e.Limit.Kind = word(f, entryLimitKind, calendar.ParseLimitKind, "WORKING_DAYS, CALENDAR_DAYS, HOURS, PROMPT, WITH_SOURCE")
	e.Limit.Anchor = word(f, entryLimitAnchor, calendar.ParseAnchor, "FORMED, ISSUED")
	if f.text(entryLimitN) != "" {
		n := f.whole(entryLimitN, mostWorkingDays)
		e.Limit.N = &n
	} else if e.Limit.Kind != calendar.Prompt && e.Limit.Kind != calendar.WithSource {
		f.fault(entryLimitN, "a limit in days or hours needs a number", "give it, or use PROMPT where the law names none")
	}
	e.Period = word(f, entryPeriod, calendar.ParsePeriodicity, "NONE, MONTHLY, QUARTERLY, SEMIANNUAL, ANNUAL")
	e.PeriodWorkingDays = f.whole(entryPeriodLimitN, mostWorkingDays)
	e.RefreshDays = f.whole(entryRefreshDays, mostWorkingDays)
	return e
}

// oneOf accepts the given words as they are.
func oneOf(words ...string) func(string) (string, bool) {
	return func(text string) (string, bool) { return text, slices.Contains(words, text) }
}

// checkCatalogs looks at the chains of based_on and at the categories' names,
// as they will be.
func (r *run) checkCatalogs(order []*readCatalog, read map[string]*readCatalog) {
	find := func(code string) *catalog.Catalog {
		if c := read[code]; c != nil {
			return c.Catalog
		}
		if present := r.standard.Library.Catalog(code); present != nil {
			return present.Catalog
		}
		return nil
	}
	categories := map[string]string{}
	for _, present := range r.standard.Library.Catalogs() {
		if read[present.Code] == nil {
			for _, entry := range present.Entries {
				if !entry.Omit {
					categories[catalog.CategoryPart(entry.Code)] = entry.Category
				}
			}
		}
	}
	for _, c := range order {
		seen := map[string]bool{c.Code: true}
		for at := c.Catalog; at.BasedOn != ""; {
			base := find(at.BasedOn)
			if base == nil {
				if at == c.Catalog && !r.given.catalog(c.BasedOn) {
					r.report.problem(c.problem("based_on", c.BasedOn, "there is no catalog of this code", "import it first or with it, or correct the code"))
				}
				break
			}
			if seen[base.Code] {
				r.report.problem(c.problem("based_on", c.BasedOn, "the catalogs are based on each other in a circle", "let one of them stand alone"))
				break
			}
			seen[base.Code] = true
			at = base
		}
		for i, entry := range c.Entries {
			part := catalog.CategoryPart(entry.Code)
			if name, known := categories[part]; known && !entry.Omit && name != entry.Category {
				r.report.problem(tabular.Problem{
					File: c.entriesFile.Shown, Line: c.linesOfEntry[i], Column: "category", Value: entry.Category,
					Reason: fmt.Sprintf("entries whose code begins with %s. have the category %s", part, name), Remedy: "use one name for all of them",
				})
			} else if !entry.Omit {
				categories[part] = entry.Category
			}
		}
	}
}

// writeCatalogs replaces the catalogs given with their entries, as far as they
// differ from what is there.
func (r *run) writeCatalogs(ctx context.Context, order []*readCatalog, sources []Source) error {
	catalogs, err := r.w.Stage(ctx, &store.Catalogs)
	if err != nil {
		return err
	}
	for _, c := range order {
		if err := catalogs.Row(ctx, c.Code, c.Title, c.IssuerCode, orNull(c.BasedOn), orNoDay(c.EffectiveFrom), orNoDay(c.EffectiveTo),
			c.GraceWorkingDays, c.InterpretationWorkingDays, c.Source, c.source.Shown, c.line); err != nil {
			return err
		}
	}
	if err := catalogs.Done(ctx); err != nil {
		return err
	}
	entries, err := r.w.Stage(ctx, &store.Entries)
	if err != nil {
		return err
	}
	for _, c := range order {
		for i := range c.Entries {
			e := &c.Entries[i]
			levels := make([]string, len(e.Levels))
			for j, level := range e.Levels {
				levels[j] = fmt.Sprint(int(level))
			}
			if err := entries.Row(ctx, c.Code, e.Code, e.Category, e.Item, e.SubItem, e.Content, e.LegalBasis, store.Array(levels), store.Array(e.Publishers),
				e.Mode, e.Audience, int(e.Limit.Kind), e.Limit.N, int(e.Limit.Anchor), int(e.Period), e.PeriodWorkingDays, e.RefreshDays,
				store.Array(e.Channels), e.Omit, e.Evidence, c.entriesFile.Shown, c.linesOfEntry[i]); err != nil {
				return err
			}
		}
	}
	if err := entries.Done(ctx); err != nil {
		return err
	}
	changed, err := r.w.ChangedCatalogs(ctx)
	if err != nil {
		return err
	}
	if len(changed) > 0 && !r.alone {
		return errNotAlone
	}
	ofCatalogs, err := r.w.Compare(ctx, &store.Catalogs)
	if err != nil {
		return err
	}
	ofEntries, err := r.w.Compare(ctx, &store.Entries)
	if err != nil {
		return err
	}
	r.counted(kindCatalogs, sources, ofCatalogs)
	r.report.Files = append(r.report.Files, FileReport{Kind: string(kindEntries), Added: ofEntries.Added, Changed: ofEntries.Changed, Unchanged: ofEntries.Unchanged})
	if err := r.w.RemoveOtherEntries(ctx); err != nil {
		return err
	}
	if err := r.w.Lay(ctx, &store.Catalogs, ofCatalogs); err != nil {
		return err
	}
	if err := r.w.Lay(ctx, &store.Entries, ofEntries); err != nil {
		return err
	}
	if len(changed) == 0 {
		return nil
	}
	return r.touchCatalogs(ctx, changed, sources)
}

// touchCatalogs touches all below the issuers of the changed catalogs and of
// those based on them, as they were and as they are.
func (r *run) touchCatalogs(ctx context.Context, changed []string, sources []Source) error {
	r.parts[store.PartCatalogs] = true
	set := map[string]bool{}
	for _, code := range changed {
		set[code] = true
	}
	for _, issuer := range r.standard.Library.Issuers(set) {
		r.subtree(issuer)
		r.touchPartner(issuer)
	}
	if err := r.readReference(ctx); err != nil {
		return r.reraise(sources[0], err)
	}
	for _, issuer := range r.standard.Library.Issuers(set) {
		r.subtree(issuer)
		r.touchPartner(issuer)
	}
	return nil
}

// unnamedEntries refuses files of entries that no catalogs file of the call
// names; those that one names are read with it.
func (r *run) unnamedEntries(byKind sorted) {
	for _, source := range byKind[kindEntries] {
		switch {
		case r.given.entriesFiles[source.Shown]:
		case len(byKind[kindCatalogs]) > 0:
			r.report.warn(tabular.Problem{File: source.Shown, Reason: "it holds a catalog's entries, and no row of the catalogs names it: it is passed over", Remedy: "name it in the column entries_file of its catalog"})
		default:
			r.report.problem(tabular.Problem{File: source.Shown, Reason: "it holds a catalog's entries, and no catalogs file names it", Remedy: "import the catalogs file that names it"})
		}
	}
}
