package register

import (
	"context"
	"iter"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// stageAll stages facts that come by no file, or whose places are known to be good.
func stageAll[T any](ctx context.Context, b *Bulk, table *store.Table, kind *fact.Kind[T], all iter.Seq[*T]) error {
	staging, err := b.w.Stage(ctx, table)
	if err != nil {
		return err
	}
	for one := range all {
		if err := staging.Add(ctx, kind.Row(one), "", 0); err != nil {
			return err
		}
	}
	return staging.Done(ctx)
}

// upsertStaged writes what is staged for a table.
func (b *Bulk) upsertStaged(ctx context.Context, table *store.Table) (Counts, error) {
	counts, err := b.w.Compare(ctx, table)
	if err != nil {
		return counts, err
	}
	if counts.Added+counts.Changed > 0 {
		if err := b.writes(ctx); err != nil {
			return counts, err
		}
	}
	return counts, b.w.Upsert(ctx, table, counts)
}

// writes gives the import its number, before it writes the first row.
func (b *Bulk) writes(ctx context.Context) (err error) {
	if b.number == 0 && !b.how.DryRun {
		b.number, err = b.w.NumberImport(ctx, store.NewImport{Files: b.how.Files})
	}
	return err
}

// Nodes writes nodes that are new or differ.
func (b *Bulk) Nodes(ctx context.Context, nodes []*area.Node) error {
	if !b.alone() {
		return errNotAlone
	}
	if err := stageAll(ctx, b, &store.Nodes, &fact.Nodes, slices.Values(nodes)); err != nil {
		return err
	}
	if _, err := b.upsertStaged(ctx, &store.Nodes); err != nil {
		return err
	}
	if err := b.w.AddTimelines(ctx); err != nil {
		return err
	}
	b.parts[store.PartNodes] = true
	before, codes := b.Reference, make([]string, len(nodes))
	for i := range nodes {
		codes[i] = nodes[i].Code
	}
	if err := b.readReference(ctx); err != nil {
		return err
	}
	b.affected.Nodes(before, b.Reference, codes)
	return nil
}

// Catalogs replaces catalogs with their entries, as far as they differ from what
// is stored.
func (b *Bulk) Catalogs(ctx context.Context, catalogs []*catalog.Catalog) (ofCatalogs, ofEntries Counts, err error) {
	heads := func(yield func(*fact.Catalog) bool) {
		for _, c := range catalogs {
			if !yield(&fact.Catalog{Catalog: *c}) {
				return
			}
		}
	}
	entries := func(yield func(*fact.Entry) bool) {
		for _, c := range catalogs {
			for _, entry := range c.Entries {
				if !yield(&fact.Entry{CatalogCode: c.Code, Entry: entry}) {
					return
				}
			}
		}
	}
	if err := stageAll(ctx, b, &store.Catalogs, &fact.Catalogs, heads); err != nil {
		return ofCatalogs, ofEntries, err
	}
	if err := stageAll(ctx, b, &store.Entries, &fact.Entries, entries); err != nil {
		return ofCatalogs, ofEntries, err
	}
	changed, err := b.w.ChangedCatalogs(ctx)
	if err != nil {
		return ofCatalogs, ofEntries, err
	}
	if len(changed) > 0 && !b.alone() {
		return ofCatalogs, ofEntries, errNotAlone
	}
	if len(changed) > 0 {
		if err := b.writes(ctx); err != nil {
			return ofCatalogs, ofEntries, err
		}
	}
	if err := b.w.RemoveOtherEntries(ctx); err != nil {
		return ofCatalogs, ofEntries, err
	}
	if ofCatalogs, err = b.upsertStaged(ctx, &store.Catalogs); err != nil {
		return ofCatalogs, ofEntries, err
	}
	if ofEntries, err = b.upsertStaged(ctx, &store.Entries); err != nil || len(changed) == 0 {
		return ofCatalogs, ofEntries, err
	}
	b.parts[store.PartCatalogs] = true
	before := b.Reference
	if err := b.readReference(ctx); err != nil {
		return ofCatalogs, ofEntries, err
	}
	b.affected.Catalogs(before, b.Reference, changed)
	return ofCatalogs, ofEntries, nil
}

// Arrangements replaces the arrangements of years. Every deadline is counted
// again, so that every publisher is affected.
func (b *Bulk) Arrangements(ctx context.Context, changed []calendar.Arrangement) error {
	if !b.alone() {
		return errNotAlone
	}
	var years []int
	var days []*fact.ArrangementDay
	for _, arrangement := range changed {
		years = append(years, arrangement.Year)
		for _, day := range arrangement.Days {
			days = append(days, &fact.ArrangementDay{Year: arrangement.Year, ArrangedDay: day})
		}
	}
	if err := stageAll(ctx, b, &store.ArrangementDays, &fact.ArrangementDays, slices.Values(days)); err != nil {
		return err
	}
	if err := b.writes(ctx); err != nil {
		return err
	}
	if err := b.w.RemoveOtherDays(ctx, years); err != nil {
		return err
	}
	if _, err := b.upsertStaged(ctx, &store.ArrangementDays); err != nil {
		return err
	}
	b.former = b.Reference.Days
	b.parts[store.PartCalendar] = true
	if err := b.readReference(ctx); err != nil {
		return err
	}
	b.affected.Calendar(b.Reference)
	return nil
}
