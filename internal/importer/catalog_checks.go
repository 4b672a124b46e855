package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// checkPublishers warns of publishers that no department is.
func (r *run) checkPublishers(c *readCatalog) {
	known := catalog.Publishers(r.Reference.Tree, r.Reference.Tree.Find(c.IssuerCode))
	for i := range c.Entries {
		for _, publisher := range c.Entries[i].Publishers {
			if !known[publisher] {
				r.report.warn(tabular.Problem{
					Code: "function-unknown",
					File: c.entriesFile.Shown, Line: c.linesOfEntry[i], Column: "publishers", Value: publisher,
					Reason: "no department at or below " + c.IssuerCode + " has this function",
					Remedy: rule.Likely(publisher, slices.Sorted(maps.Keys(known))) + ", else import the department that has it",
				})
			}
		}
	}
}

// compareCatalogs warns where a local catalog takes from its base: a locality
// refines the standard, so each of these is possible and wants a second look.
func (r *run) compareCatalogs(order []*readCatalog, read map[string]*readCatalog) {
	var all []*catalog.Catalog
	for _, present := range r.Reference.Library.Catalogs() {
		if read[present.Code] == nil {
			all = append(all, present.Catalog)
		}
	}
	for _, c := range order {
		all = append(all, c.Catalog)
	}
	library, err := catalog.NewLibrary(all)
	if err != nil {
		return // it is refused when it is written
	}
	for _, c := range order {
		if c.keepsEntries {
			continue
		}
		r.checkPublishers(c)
		if c.BasedOn != "" {
			r.compareCatalog(c, library.Catalog(c.BasedOn), library.Catalog(c.Code))
		}
	}
}

func (r *run) compareCatalog(c *readCatalog, base, local *catalog.Effective) {
	differs := map[string]*catalog.Difference{}
	differences := catalog.Compare(base, local)
	for i := range differences {
		differs[differences[i].Code] = &differences[i]
	}
	for i := range c.Entries {
		entry := &c.Entries[i]
		warn := func(column, value, reason, remedy string) {
			r.report.warn(
				tabular.Problem{
					Code:   "differs-from-base",
					File:   c.entriesFile.Shown,
					Line:   c.linesOfEntry[i],
					Column: column,
					Value:  value,
					Reason: reason,
					Remedy: remedy,
				},
			)
		}
		if entry.Omit {
			if dropped := base.Row(entry.Code); dropped != nil {
				warn("entry_code", entry.Code, fmt.Sprintf("it drops the entry %s of %s", dropped.Title(), origin(dropped)),
					"make sure that nobody here owes it; where only some do not, delete the row and exempt these")
			} else {
				warn(
					"entry_code",
					entry.Code,
					fmt.Sprintf("it drops an entry that the base %s does not have", base.Code),
					"correct the code, or delete the row",
				)
			}
			continue
		}
		switch d := differs[entry.Code]; {
		case d == nil:
		case d.Kind == catalog.Changed:
			warnOfLimits(d, warn)
		case d.Kind == catalog.Added:
			// What a locality divides an entry into is owed no later than the entry.
			if above := base.Above(entry.Code); above != nil {
				if longer, _ := entry.Limit.Longer(above.Limit); longer {
					warn(
						"limit_n",
						fmt.Sprint(entry.Limit.Number()),
						fmt.Sprintf("the limit %s is longer than %s of the entry %s that it refines, of %s",
							entry.Limit, above.Limit, above.Code, origin(above)),
						keepWithin,
					)
				}
			}
		}
	}
}

const keepWithin = "keep within the limit of the base"

// warnOfLimits tells of the limits of an entry that are others than the base's.
func warnOfLimits(d *catalog.Difference, warn func(column, value, reason, remedy string)) {
	was, is := d.Before, d.After
	tell := func(change *catalog.ColumnChange, longer, counted bool, what, local, base string) {
		than, remedy := "not", "make sure that another limit is meant"
		switch {
		case longer:
			than, remedy = "longer than", keepWithin
		case !counted:
			than = "which cannot be counted against"
		}
		warn(change.Column, change.After, fmt.Sprintf("%s is %s, %s %s of %s", what, local, than, base, origin(was)), remedy)
	}
	if change := d.Column("limit_kind", "limit_n", "limit_anchor"); change != nil {
		longer, counted := is.Limit.Longer(was.Limit)
		tell(change, longer, counted, "the limit", is.Limit.String(), was.Limit.String())
	}
	// An entry that is owed in no periods has no such limit.
	if change := d.Column("period_limit_n"); change != nil && was.Period != calendar.NoPeriod && is.Period != calendar.NoPeriod {
		tell(change, is.PeriodWorkingDays > was.PeriodWorkingDays, true, "the limit after a period",
			change.After+" "+calendar.WorkingDays.String(), change.Before+" "+calendar.WorkingDays.String())
	}
}

// origin names the catalog of a row and the article on which the row rests.
func origin(row *catalog.Row) string {
	return fmt.Sprintf("%s (%s)", row.From.Code, cmp.Or(row.LegalBasis, "no legal basis given"))
}
