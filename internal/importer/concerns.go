package importer

import (
	"context"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) concerns(ctx context.Context, sources []Source) error {
	filled, err := stage(ctx, r, sources, facts[disclosure.Concern]{
		name: kindConcerns, kind: &fact.Concerns, table: &store.Concerns,
		key:    func(c *disclosure.Concern) string { return c.Ref },
		stored: func(refs []string) (map[string]disclosure.Concern, error) { return r.w.ConcernsByRef(ctx, refs) },
		check: func(f *row[disclosure.Concern]) {
			f.found(r.given.unexplained(f.value.Check(r.referenceFor(f.value.PublisherCode))))
		},
	})
	if err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.Concerns); err != nil {
		return err
	}
	return r.lay(ctx, kindConcerns, sources, &store.Concerns, filled, func(ctx context.Context, n note) error {
		return r.w.StagedConcerns(ctx, func(before, after *disclosure.Concern, differs bool) {
			n(differs, func(s *affected.Set) { s.Concern(before, after) })
		})
	})
}

func (r *run) reviews(ctx context.Context, sources []Source) error {
	var documents map[string]disclosure.Disclosure
	filled, err := stage(ctx, r, sources, facts[disclosure.Review]{
		name: kindReviews, kind: &fact.Reviews, table: &store.Reviews, key: keyOfReview,
		stored: func(keys []string) (map[string]disclosure.Review, error) { return r.storedReviews(ctx, keys) },
		lookUp: func(rows []row[disclosure.Review], pause func() error) (err error) {
			if err := pause(); err != nil {
				return err
			}
			refs := make([]string, len(rows))
			for i := range rows {
				refs[i] = rows[i].value.DisclosureRef
			}
			documents, err = r.w.DisclosuresByRef(ctx, refs)
			return err
		},
		check: func(f *row[disclosure.Review]) {
			review := &f.value
			f.found(r.given.unexplained(review.Check(known(documents, review.DisclosureRef), r.options.Today)))
		},
	})
	if err != nil {
		return err
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
