package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) disclosures(ctx context.Context, sources []Source) error {
	if err := r.readAssignments(ctx); err != nil {
		return err
	}
	reviews := map[string]disclosure.SecrecyReview{}
	filled, err := stage(ctx, r, sources, facts[disclosure.Disclosure]{
		name: kindDisclosures, kind: &fact.Disclosures, table: &store.Disclosures,
		key: func(d *disclosure.Disclosure) string { return d.Ref },
		stored: func(refs []string) (map[string]disclosure.Disclosure, error) {
			return r.w.DisclosuresByRef(ctx, refs)
		},
		lookUp: func(rows []row[disclosure.Disclosure], pause func() error) (err error) {
			reviews, err = r.secrecyReviews(ctx, rows, pause)
			return err
		},
		check: func(f *row[disclosure.Disclosure]) {
			d := &f.value
			found := d.Check(r.referenceFor(d.PublisherCode))
			if d.WantsSecrecyReview() {
				found = append(found, d.CheckSecrecy(known(reviews, d.Ref))...)
			}
			f.found(r.given.unexplained(found))
		},
	})
	if err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.Disclosures); err != nil {
		return err
	}
	err = r.lay(ctx, kindDisclosures, sources, &store.Disclosures, filled, func(ctx context.Context, n note) error {
		return r.w.StagedDocuments(ctx, r.documentChange(n))
	})
	if r.report.ProblemCount > 0 {
		r.given.unread[kindDisclosures] = true // not laid, but there
	}
	return err
}

func (r *run) documentChange(n note) store.DocumentChange {
	return func(before, after *disclosure.Disclosure, links *affected.Links, differs bool) {
		n(differs, func(s *affected.Set) { s.Document(r.standard, before, after, links) })
	}
}

// secrecyReviews reads the reviews of the documents that may have been issued
// only after one.
func (r *run) secrecyReviews(ctx context.Context, rows []row[disclosure.Disclosure], pause func() error) (map[string]disclosure.SecrecyReview, error) {
	var refs []string
	for i := range rows {
		if rows[i].value.WantsSecrecyReview() {
			refs = append(refs, rows[i].value.Ref)
		}
	}
	if len(refs) == 0 {
		return nil, nil
	}
	if err := pause(); err != nil {
		return nil, err
	}
	return r.w.SecrecyReviews(ctx, refs)
}

func known[T any](all map[string]T, ref string) *T {
	if one, ok := all[ref]; ok {
		return &one
	}
	return nil
}

// referenceFor is what the facts of a publisher are checked against.
func (r *run) referenceFor(publisher string) disclosure.Reference {
	return disclosure.Reference{Tree: r.standard.Tree, Library: r.standard.Library, Assignments: r.assignments[publisher]}
}

// unknownDocuments warns of rows that name an unknown document. As one of that
// ref may be registered by another writer just now, such writers wait.
func (r *run) unknownDocuments(ctx context.Context, table *store.Table) error {
	if r.given.unread[kindDisclosures] {
		return nil
	}
	unknown, err := r.w.UnknownDocuments(ctx, table, listed)
	if err != nil || len(unknown) == 0 {
		return err
	}
	if err := r.w.LockUnknownExclusive(ctx); err != nil {
		return err
	}
	found := rule.UnknownDocument("")
	for _, row := range unknown {
		r.report.warn(tabular.Problem{
			File: row.File, Line: row.Line, Column: table.Names(), Value: row.Key, Reason: found.Message, Remedy: found.Remedy, Rule: found.Rule.Name,
		})
	}
	return nil
}

// readAssignments reads what the checks of rows need.
func (r *run) readAssignments(ctx context.Context) error {
	if r.assignments != nil {
		return nil
	}
	all, err := r.w.Assignments(ctx)
	r.assignments = map[string][]catalog.Assignment{}
	for _, a := range all {
		r.assignments[a.PublisherCode] = append(r.assignments[a.PublisherCode], a)
	}
	return err
}
