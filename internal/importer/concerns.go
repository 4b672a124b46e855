package importer

import (
	"context"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) concerns(ctx context.Context, sources []Source) error {
	filled, err := stage(ctx, r, sources, facts[disclosure.Concern]{
		name: kindConcerns, kind: &fact.Concerns, table: &store.Concerns,
		key:    func(c *disclosure.Concern) string { return c.Ref },
		stored: func(refs []string) (map[string]disclosure.Concern, error) { return r.w.ConcernsByRef(ctx, refs) },
		check:  r.checkConcern,
	})
	if err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.Concerns, "register the document that answers, or correct the ref"); err != nil {
		return err
	}
	return r.lay(ctx, kindConcerns, sources, &store.Concerns, filled, func(ctx context.Context, n note) error {
		return r.w.StagedConcerns(ctx, func(before, after *disclosure.Concern, differs bool) {
			n(differs, func(s *affected.Set) { s.Concern(before, after) })
		})
	})
}

func (r *run) checkConcern(f *row[disclosure.Concern]) {
	c := &f.value
	f.code("ref", c.Ref)
	r.knownNode(&f.place, "publisher_code", c.PublisherCode)
	if !f.bad && !c.RespondedAt.IsZero() && c.RespondedAt.Before(c.DetectedAt) {
		f.warn("responded_at", "it was answered before it was detected", "check both instants")
	}
}

func (r *run) reviews(ctx context.Context, sources []Source) error {
	filled, err := stage(ctx, r, sources, facts[disclosure.Review]{
		name: kindReviews, kind: &fact.Reviews, table: &store.Reviews, key: keyOfReview,
		stored: func(keys []string) (map[string]disclosure.Review, error) { return r.storedReviews(ctx, keys) },
		check:  func(f *row[disclosure.Review]) { f.code("disclosure_ref", f.value.DisclosureRef) },
	})
	if err != nil {
		return err
	}
	unknown, err := r.w.UnknownDocuments(ctx, &store.Reviews, listed)
	if err != nil {
		return err
	}
	for _, row := range unknown {
		if !r.given.unread[kindDisclosures] {
			r.report.problem(tabular.Problem{
				File: row.File, Line: row.Line, Column: store.Reviews.Names(), Value: row.Key,
				Reason: "no disclosure has this ref", Remedy: "import the document first or with it, or correct the ref",
			})
		}
	}
	return r.lay(ctx, kindReviews, sources, &store.Reviews, filled, func(ctx context.Context, n note) error {
		return r.w.StagedReviews(ctx, r.documentChange(n))
	})
}

func keyOfReview(r *disclosure.Review) string { return r.DisclosureRef + " " + r.ReviewedOn.String() }

func (r *run) storedReviews(ctx context.Context, keys []string) (map[string]disclosure.Review, error) {
	refs := make([]string, len(keys))
	for i, key := range keys {
		refs[i], _, _ = strings.Cut(key, " ")
	}
	known, err := r.w.ReviewsByDisclosure(ctx, refs)
	stored := map[string]disclosure.Review{}
	for _, reviews := range known {
		for _, review := range reviews {
			stored[keyOfReview(&review)] = review
		}
	}
	return stored, err
}
