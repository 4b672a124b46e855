package register

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Review records a look at the attribute of a document that is not proactive; one
// that says to disclose it opens the duty to. The same again changes nothing;
// another result of the same day is a conflict.
func (r *Register) Review(ctx context.Context, review disclosure.Review) (written WrittenDisclosure, err error) {
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		d, err := r.hold(ctx, w, review.DisclosureRef)
		if err != nil {
			return err
		}
		found := review.Check(&d, r.today())
		if err := found.Refused(); err != nil {
			return err
		}
		written = WrittenDisclosure{Disclosure: d, Warnings: found.Warned()}
		added, err := w.AddReview(ctx, &review)
		if err != nil {
			return err
		}
		if !added {
			return sameReview(ctx, w, &review)
		}
		before := d
		if d, err = r.known(ctx, w, d.Ref); err != nil { // with what follows from the review
			return err
		}
		written.Disclosure = d
		written.ClosedGap, err = r.recomputeLinked(ctx, w, standard, &before, &d)
		return err
	})
	return written, err
}

func sameReview(ctx context.Context, w *store.Writing, review *disclosure.Review) error {
	known, err := w.ReviewsByDisclosure(ctx, []string{review.DisclosureRef})
	if err != nil {
		return err
	}
	for _, present := range known[review.DisclosureRef] {
		if present == *review {
			return nil
		}
	}
	return problem.New(problem.Conflict, "reviewedOn", "another review of %s is on record", review.ReviewedOn)
}

// hold locks the publishers that a document concerns and reads it for good.
func (r *Register) hold(ctx context.Context, w *store.Writing, ref string) (disclosure.Disclosure, error) {
	if err := w.LockConcerned(ctx, store.Concerned{Documents: []string{ref}}); err != nil {
		return disclosure.Disclosure{}, err
	}
	return r.known(ctx, w, ref)
}

// SecrecyReview records the look at a document that is not to be disclosed,
// before it is issued. The same again changes nothing; another is a conflict.
func (r *Register) SecrecyReview(ctx context.Context, review disclosure.SecrecyReview) (d disclosure.Disclosure, err error) {
	return d, r.write(ctx, func(w *store.Writing, _ coverage.Reference) error {
		if d, err = r.known(ctx, w, review.DisclosureRef); err != nil {
			return err
		}
		if err := review.Check(&d, r.today()).Refused(); err != nil {
			return err
		}
		added, err := w.AddSecrecyReview(ctx, &review)
		if err != nil || added {
			return err
		}
		present, err := secrecyReview(ctx, w, d.Ref)
		if err == nil && (present == nil || *present != review) {
			err = problem.New(problem.Conflict, "id", "another review of the document is on record")
		}
		return err
	})
}

// secrecyReview reads the secrecy review of a document, nil where there is none.
func secrecyReview(ctx context.Context, w *store.Writing, ref string) (*disclosure.SecrecyReview, error) {
	found, err := w.SecrecyReviews(ctx, []string{ref})
	if review, known := found[ref]; known {
		return &review, err
	}
	return nil, err
}
