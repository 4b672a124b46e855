package register

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Review records a look at the attribute of a document that is not proactive; one
// that says to disclose it opens the duty to. The same again changes nothing;
// another result of the same day is a conflict.
func (r *Register) Review(ctx context.Context, review disclosure.Review) (written WrittenDisclosure, err error) {
	ref := review.DisclosureRef // as given: what is asked for by a ref is not altered
	review.Normalise()
	written.State, err = r.write(ctx, "", func(w *writing) error {
		before, documents, err := w.lockDocument(ctx, ref, account.ReviewDocument)
		if err == nil {
			err = w.mayReview(ctx, &before)
		}
		if err != nil {
			return r.unknown(err, review.Check(nil, r.today()))
		}
		found := review.Check(&before, r.today())
		if err := r.refused(found); err != nil {
			return err
		}
		written.Disclosure, written.Warnings = before, found.Warned()
		added, err := w.AddReview(ctx, &review)
		if err != nil {
			return err
		}
		if !added {
			return sameReview(ctx, w, &review)
		}
		if written.Disclosure, err = w.document(ctx, before.Ref); err != nil { // with what follows from the review
			return err
		}
		return w.changed(ctx, documents, &before, &written)
	})
	return written, err
}

func sameReview(ctx context.Context, w *writing, review *disclosure.Review) error {
	known, err := w.ReviewsByDisclosure(ctx, []string{review.DisclosureRef})
	if err != nil {
		return err
	}
	for _, present := range known[review.DisclosureRef] {
		if present == *review {
			return nil
		}
	}
	return problem.New(problem.Conflict, "reviewedOn", "another review of %s is on record", review.ReviewedOn).
		Mend("give the day of this one; a document has one review a day")
}

// SecrecyReview records the look at a document that is not to be disclosed,
// before it is issued. The same again changes nothing; another is a conflict.
func (r *Register) SecrecyReview(ctx context.Context, review disclosure.SecrecyReview) (written WrittenDisclosure, err error) {
	ref := review.DisclosureRef
	review.Normalise()
	written.State, err = r.write(ctx, "", func(w *writing) error {
		d, _, err := w.lockDocument(ctx, ref, account.ReviewDocument)
		if err == nil {
			err = w.mayReview(ctx, &d)
		}
		if err != nil {
			return r.unknown(err, review.Check(nil, r.today()))
		}
		written.Disclosure = d
		written.Warnings = review.Check(&d, r.today())
		if err := r.refused(written.Warnings); err != nil {
			return err
		}
		added, err := w.AddSecrecyReview(ctx, &review)
		if err != nil || added {
			return err
		}
		present, err := w.secrecyReview(ctx, d.Ref)
		if err == nil && (present == nil || *present != review) {
			err = problem.New(problem.Conflict, "disclosureRef", "another review of the document is on record").
				Mend("leave it, or correct it by import: a document has one")
		}
		return err
	})
	return written, err
}

// secrecyReview reads the secrecy review of a document, nil where there is none.
func (w *writing) secrecyReview(ctx context.Context, ref string) (*disclosure.SecrecyReview, error) {
	found, err := w.SecrecyReviews(ctx, []string{ref})
	if review, known := found[ref]; known {
		return &review, err
	}
	return nil, err
}
