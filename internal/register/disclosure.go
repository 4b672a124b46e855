package register

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenDisclosure is what a write to a disclosure did.
type WrittenDisclosure struct {
	Disclosure disclosure.Disclosure
	ClosedGap  bool
}

// Disclosure registers a document. The same again changes nothing; the same ref
// with another content is a conflict.
func (r *Register) Disclosure(ctx context.Context, d disclosure.Disclosure) (written WrittenDisclosure, err error) {
	if err := checkDisclosure(&d); err != nil {
		return written, err
	}
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		if err := checkCell(standard, d.PublisherCode, d.EntryCode); err != nil {
			return err
		}
		if err := mayBeIssued(ctx, w, &d); err != nil {
			return err
		}
		if err := r.holdLink(ctx, w, d.InterpretsRef); err != nil {
			return err
		}
		if err := lock(ctx, w, &d); err != nil {
			return err
		}
		added, err := w.AddDisclosure(ctx, &d)
		if err != nil {
			return err
		}
		if !added {
			return r.sameDisclosure(ctx, w, &d, &written)
		}
		written.Disclosure = d
		written.ClosedGap, err = r.recomputeLinked(ctx, w, standard, nil, &d)
		return err
	})
	return written, err
}

func checkDisclosure(d *disclosure.Disclosure) error {
	var period error
	if d.Period != "" {
		if _, err := calendar.ParsePeriod(d.Period); err != nil {
			period = problem.Invalid("period", "write 2024, 2024H1, 2024Q2 or 2024-05", "%q is not a period", d.Period)
		}
	}
	return firstFault(
		checkRef("ref", d.Ref), checkText("title", d.Title, mostTitle, true), checkText("documentNumber", d.DocumentNumber, mostTitle, false),
		checkText("indexNumber", d.IndexNumber, mostTitle, false), checkText("channel", d.Channel, mostTitle, false),
		checkText("url", d.URL, mostText, false), checkText("interpretsRef", d.InterpretsRef, mostRef, false), period)
}

// holdLink keeps another writer from registering, unseen, the document that a
// fact names, or from naming the fact.
func (r *Register) holdLink(ctx context.Context, w *store.Writing, named string) error {
	if named != "" {
		known, err := w.DisclosuresByRef(ctx, []string{named})
		if err != nil {
			return err
		}
		if len(known) == 0 {
			return w.LockUnknownExclusive(ctx)
		}
	}
	return w.LockUnknownShared(ctx)
}

// lock locks the publishers that a document concerns, as its links are now.
func lock(ctx context.Context, w *store.Writing, d *disclosure.Disclosure) error {
	return w.LockConcerned(ctx, store.Concerned{Publishers: []string{d.PublisherCode}, Documents: []string{d.Ref}, Named: []string{d.InterpretsRef}})
}

// recomputeLinked makes timelines anew after a document changed; before is nil
// where it is new.
func (r *Register) recomputeLinked(ctx context.Context, w *store.Writing, standard coverage.Reference, before, after *disclosure.Disclosure) (bool, error) {
	documents, err := w.LinkedDocuments(ctx, []string{after.Ref}, nil)
	if err != nil {
		return false, err
	}
	set := affected.New()
	set.Document(standard, before, after, documents.Links(before, after))
	return r.recompute(ctx, w, standard, set, catalog.CellKey{PublisherCode: after.PublisherCode, EntryCode: after.EntryCode})
}

// sameDisclosure accepts a document registered before, if it says the same.
func (r *Register) sameDisclosure(ctx context.Context, w *store.Writing, d *disclosure.Disclosure, written *WrittenDisclosure) error {
	known, err := w.DisclosuresByRef(ctx, []string{d.Ref})
	if err != nil {
		return err
	}
	present := known[d.Ref]
	// Having been issued, published, withdrawn or ordered to be explained since is
	// no contradiction.
	compared := present
	compared.WithdrawnOn = calendar.None
	compared.RequiresInterpretation = d.RequiresInterpretation && present.RequiresInterpretation
	if d.IssuedOn == calendar.None {
		compared.IssuedOn = calendar.None
	}
	if d.PublishedOn == calendar.None {
		compared.PublishedOn, compared.Channel, compared.URL = calendar.None, d.Channel, d.URL
	}
	if !equal(&compared, d) {
		return problem.New(problem.Conflict, "ref", "another disclosure is registered under the ref %q", d.Ref)
	}
	written.Disclosure = present
	return nil
}

func equal(a, b *disclosure.Disclosure) bool {
	x, y := *a, *b
	x.DiscloseOn, y.DiscloseOn = calendar.None, calendar.None // it follows from reviews
	return x == y
}

// Publish publishes a registered document. Publishing it again on the same day
// changes nothing; on another it is a conflict.
func (r *Register) Publish(ctx context.Context, ref string, on calendar.Day, url, channel *string) (WrittenDisclosure, error) {
	return r.change(ctx, ref, func(d *disclosure.Disclosure) (bool, error) { return publish(d, on, url, channel) })
}

// publish changes a document to be published; changed is false where it is so.
func publish(d *disclosure.Disclosure, on calendar.Day, url, channel *string) (changed bool, err error) {
	if err := firstFault(checkOptional("url", url, mostText), checkOptional("channel", channel, mostTitle)); err != nil {
		return false, err
	}
	before := *d
	if d.PublishedOn != calendar.None && d.PublishedOn != on {
		return false, problem.New(problem.Conflict, "publishedOn", "the disclosure was published on %s already", d.PublishedOn)
	}
	d.PublishedOn = on
	if url != nil {
		d.URL = *url
	}
	if channel != nil {
		d.Channel = *channel
	}
	if before.PublishedOn != calendar.None && !equal(&before, d) {
		return false, problem.New(problem.Conflict, "", "the disclosure was published with another url or channel already")
	}
	return !equal(&before, d), nil
}

func checkOptional(field string, text *string, most int) error {
	if text == nil {
		return nil
	}
	return checkText(field, *text, most, false)
}

// Withdraw ends a publication from a day on. Withdrawing it again on the same
// day changes nothing; on another it is a conflict.
func (r *Register) Withdraw(ctx context.Context, ref string, on calendar.Day) (WrittenDisclosure, error) {
	return r.change(ctx, ref, func(d *disclosure.Disclosure) (bool, error) {
		switch {
		case d.PublishedOn == calendar.None:
			return false, problem.New(problem.Conflict, "id", "the disclosure is not published")
		case on < d.PublishedOn:
			return false, problem.Invalid("withdrawnOn", "give a day on or after "+d.PublishedOn.String(), "it lies before the day of publication")
		case d.WithdrawnOn == on:
			return false, nil
		case d.WithdrawnOn != calendar.None:
			return false, problem.New(problem.Conflict, "withdrawnOn", "the disclosure was withdrawn on %s already", d.WithdrawnOn)
		}
		d.WithdrawnOn = on
		return true, nil
	})
}

// change changes a registered document.
func (r *Register) change(ctx context.Context, ref string, how func(*disclosure.Disclosure) (bool, error)) (written WrittenDisclosure, err error) {
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		d, err := r.hold(ctx, w, ref)
		if err != nil {
			return err
		}
		before := d
		changed, err := how(&d)
		written = WrittenDisclosure{Disclosure: d}
		if err != nil || !changed {
			return err
		}
		return r.saveChanged(ctx, w, standard, &before, d, &written)
	})
	return written, err
}

func (r *Register) known(ctx context.Context, w *store.Writing, ref string) (disclosure.Disclosure, error) {
	found, err := w.DisclosuresByRef(ctx, []string{ref})
	if err != nil {
		return disclosure.Disclosure{}, err
	}
	d, known := found[ref]
	if !known {
		return d, problem.New(problem.NotFound, "id", "there is no disclosure of this id")
	}
	return d, nil
}
