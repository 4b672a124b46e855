package register

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Review records a look at the attribute of a document that is not proactive; one
// that says to disclose it opens the duty to. The same again changes nothing;
// another result of the same day is a conflict.
func (r *Register) Review(ctx context.Context, review disclosure.Review) (written WrittenDisclosure, err error) {
	if err := firstFault(checkText("consulted", review.Consulted, mostTitle, false), r.checkPast("reviewedOn", review.ReviewedOn)); err != nil {
		return written, err
	}
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		d, err := r.hold(ctx, w, review.DisclosureRef)
		if err != nil {
			return err
		}
		written = WrittenDisclosure{Disclosure: d}
		if d.Attribute == disclosure.Proactive {
			return problem.Invalid("id", "review documents of another attribute", "the document is proactive")
		}
		if d.FormedOn != calendar.None && review.ReviewedOn < d.FormedOn {
			return problem.Invalid("reviewedOn", "give a day on or after "+d.FormedOn.String(), "it lies before the document was formed")
		}
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

// checkPast refuses a day that is still to come: a review is of what was looked at.
func (r *Register) checkPast(field string, on calendar.Day) error {
	if today := r.today(); on > today {
		return problem.Invalid(field, "give a day up to "+today.String(), "it is still to come")
	}
	return nil
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
	if err := firstFault(checkText("reviewedBy", review.ReviewedBy, mostTitle, true), checkText("result", review.Result, mostText, true), r.checkPast("reviewedOn", review.ReviewedOn)); err != nil {
		return d, err
	}
	return d, r.write(ctx, func(w *store.Writing, _ coverage.Reference) error {
		if d, err = r.known(ctx, w, review.DisclosureRef); err != nil {
			return err
		}
		if d.Attribute != disclosure.NotDisclosed {
			return problem.Invalid("id", "review documents that are not to be disclosed", "the document is %s", d.Attribute)
		}
		added, err := w.AddSecrecyReview(ctx, &review)
		if err != nil || added {
			return err
		}
		known, err := w.SecrecyReviews(ctx, []string{d.Ref})
		if present := known[d.Ref]; err == nil && present != review {
			err = problem.New(problem.Conflict, "id", "another review of the document is on record, of %s", present.ReviewedOn)
		}
		return err
	})
}

// Issue notes that a document was sent out. One that is not to be disclosed must
// have been reviewed first (docs/guideline.txt 四（一）2).
func (r *Register) Issue(ctx context.Context, ref string, on calendar.Day) (written WrittenDisclosure, err error) {
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		d, err := r.hold(ctx, w, ref)
		if err != nil {
			return err
		}
		written = WrittenDisclosure{Disclosure: d}
		switch {
		case d.IssuedOn == on:
			return nil
		case d.IssuedOn != calendar.None:
			return problem.New(problem.Conflict, "issuedOn", "the document was issued on %s already", d.IssuedOn)
		case d.FormedOn != calendar.None && on < d.FormedOn:
			return problem.Invalid("issuedOn", "give a day on or after "+d.FormedOn.String(), "it lies before the document was formed")
		}
		before := d
		d.IssuedOn = on
		if err := mayBeIssued(ctx, w, &d); err != nil {
			return err
		}
		return r.saveChanged(ctx, w, standard, &before, d, &written)
	})
	return written, err
}

// mayBeIssued refuses a document that is not to be disclosed, and that was issued
// without a secrecy review by then (docs/guideline.txt 四（一）2).
func mayBeIssued(ctx context.Context, w *store.Writing, d *disclosure.Disclosure) error {
	if d.Attribute != disclosure.NotDisclosed || d.IssuedOn == calendar.None {
		return nil
	}
	reviews, err := w.SecrecyReviews(ctx, []string{d.Ref})
	if err != nil {
		return err
	}
	if review, known := reviews[d.Ref]; !known || review.ReviewedOn > d.IssuedOn {
		return problem.Invalid("issuedOn", "register it without, record its secrecy review, then issue it", "a document that is not to be disclosed is reviewed before it is issued")
	}
	return nil
}

// OrderInterpretation notes that a document is to be explained; ordering it again
// changes nothing.
func (r *Register) OrderInterpretation(ctx context.Context, ref string) (written WrittenDisclosure, err error) {
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		d, err := r.hold(ctx, w, ref)
		if err != nil {
			return err
		}
		written = WrittenDisclosure{Disclosure: d}
		if d.RequiresInterpretation {
			return nil
		}
		before := d
		d.RequiresInterpretation = true
		return r.saveChanged(ctx, w, standard, &before, d, &written)
	})
	return written, err
}

// saveChanged writes a changed document and makes timelines anew.
func (r *Register) saveChanged(ctx context.Context, w *store.Writing, standard coverage.Reference, before *disclosure.Disclosure, d disclosure.Disclosure, written *WrittenDisclosure) error {
	if err := w.ChangeDisclosure(ctx, &d); err != nil {
		return err
	}
	closed, err := r.recomputeLinked(ctx, w, standard, before, &d)
	written.Disclosure, written.ClosedGap = d, closed
	return err
}
