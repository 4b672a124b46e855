package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

func (r *run) disclosures(ctx context.Context, sources []Source) error {
	if err := r.readAssignments(ctx); err != nil {
		return err
	}
	var reviews map[string]disclosure.SecrecyReview
	err := importFacts(ctx, r, sources, kindDisclosures, &register.Disclosures, checks[disclosure.Disclosure]{
		lookUp: func(rows []row[disclosure.Disclosure], pause func() error) (err error) {
			reviews, err = r.secrecyReviews(ctx, rows, pause)
			return err
		},
		check: func(f *row[disclosure.Disclosure]) {
			d := &f.value
			d.Normalise()
			found := d.Check(r.referenceFor(d.PublisherCode))
			if d.WantsSecrecyReview() {
				found = append(found, d.CheckSecrecy(known(reviews, d.Ref))...)
			}
			f.found(r.mentioned.unexplained(found))
		},
		names: true,
	})
	if r.report.ProblemCount > 0 {
		r.mentioned.unread[kindDisclosures] = true // not written, but there
	}
	return err
}

// secrecyReviews reads the reviews of the documents that may have been issued
// only after one.
func (r *run) secrecyReviews(
	ctx context.Context,
	rows []row[disclosure.Disclosure],
	pause func() error,
) (map[string]disclosure.SecrecyReview, error) {
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
	return r.SecrecyReviews(ctx, refs)
}

func (r *run) reviews(ctx context.Context, sources []Source) error {
	var documents map[string]disclosure.Disclosure
	var own map[string]bool
	return importFacts(ctx, r, sources, kindReviews, &register.Reviews, checks[disclosure.Review]{
		lookUp: func(rows []row[disclosure.Review], pause func() error) (err error) {
			if err := pause(); err != nil {
				return err
			}
			refs := make([]string, len(rows))
			for i := range rows {
				refs[i] = rows[i].value.DisclosureRef
			}
			if documents, err = r.DisclosuresByRef(ctx, refs); err != nil {
				return err
			}
			for ref, d := range documents {
				if !r.Sees(&d) { // that it is there shows; nothing else is told of it
					documents[ref] = disclosure.Disclosure{Ref: ref, Attribute: disclosure.OnRequest}
				}
			}
			own, err = r.OwnDocuments(ctx, refs)
			return err
		},
		forbids: func(f *row[disclosure.Review], stored *disclosure.Review) bool {
			return own[f.value.DisclosureRef] && (stored == nil || *stored != f.value)
		},
		check: func(f *row[disclosure.Review]) {
			review := &f.value
			review.Normalise()
			f.found(r.mentioned.unexplained(review.Check(known(documents, review.DisclosureRef), r.options.Today)))
		},
	})
}

func (r *run) concerns(ctx context.Context, sources []Source) error {
	return importFacts(ctx, r, sources, kindConcerns, &register.Concerns, checks[disclosure.Concern]{
		check: func(f *row[disclosure.Concern]) {
			concern := &f.value
			concern.Normalise()
			f.found(r.mentioned.unexplained(concern.Check(r.referenceFor(concern.PublisherCode))))
		},
		names: true,
	})
}

func (r *run) news(ctx context.Context, sources []Source) error {
	if err := r.readAssignments(ctx); err != nil {
		return err
	}
	return importFacts(ctx, r, sources, kindNews, &register.News, checks[disclosure.News]{
		check: func(f *row[disclosure.News]) {
			item := &f.value
			item.Normalise()
			f.found(r.mentioned.unexplained(item.Check(r.referenceFor(item.PublisherCode))))
		},
	})
}

// referenceFor is what the facts of a publisher are checked against.
func (r *run) referenceFor(publisher string) disclosure.Reference {
	return disclosure.Reference{
		Tree: r.Reference.Tree, Library: r.Reference.Library, Assignments: r.assignments[publisher], Today: r.options.Today,
	}
}

// readAssignments reads what the checks of rows need.
func (r *run) readAssignments(ctx context.Context) (err error) {
	if r.assignments == nil {
		r.assignments, err = r.Assignments(ctx)
	}
	return err
}
