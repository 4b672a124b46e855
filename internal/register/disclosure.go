package register

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenDisclosure is what a write to a disclosure did.
type WrittenDisclosure struct {
	Disclosure disclosure.Disclosure
	Written
}

// Disclosure registers a document. The same again changes nothing; the same ref
// with another content is a conflict.
func (r *Register) Disclosure(ctx context.Context, d disclosure.Disclosure) (written WrittenDisclosure, err error) {
	d.Normalise()
	written.State, err = r.writeNaming(ctx, d.PublisherCode, func(w *writing) error {
		if err := w.mayAdd(account.WriteDocument, d.PublisherCode); err != nil {
			return err
		}
		found, err := w.checkDisclosure(ctx, &d)
		if err != nil {
			return err
		}
		if err := r.refused(found); err != nil {
			return withTaken(ctx, err, d.Ref, &d, &fact.Disclosures, w.DisclosuresByRef, func(d, present *disclosure.Disclosure) error {
				return w.sameDisclosure(d, present, &written)
			})
		}
		if err := w.lock(ctx, store.Concerned{
			Publishers: []string{d.PublisherCode}, Documents: []string{d.Ref}, Named: []string{d.InterpretsRef},
		}); err != nil {
			return err
		}
		documents, err := w.LinkedDocuments(ctx, []string{d.Ref}, []string{d.InterpretsRef})
		if err != nil {
			return err
		}
		if d.InterpretsRef != d.Ref {
			if _, err := w.named(documents, &found, "interpretsRef", d.InterpretsRef); err != nil {
				return err
			}
		}
		written.Disclosure, written.Warnings = d, found.Warned()
		if present, known := documents.Known[d.Ref]; known {
			return w.sameDisclosure(&d, &present, &written)
		}
		added, err := w.AddDisclosure(ctx, &d)
		if err != nil {
			return err
		}
		if !added { // another publisher's, just now
			present, err := w.document(ctx, d.Ref)
			if err != nil {
				return err
			}
			return w.sameDisclosure(&d, &present, &written)
		}
		return w.changed(ctx, documents, nil, &written)
	})
	return written, err
}

// checkDisclosure checks a document that is to be registered.
func (w *writing) checkDisclosure(ctx context.Context, d *disclosure.Disclosure) (rule.Findings, error) {
	in, err := w.referenceFor(ctx, d.PublisherCode)
	if err != nil {
		return nil, err
	}
	found := d.Check(in)
	if d.WantsSecrecyReview() {
		review, err := w.secrecyReview(ctx, d.Ref)
		if err != nil {
			return nil, err
		}
		found = append(found, d.CheckSecrecy(review)...)
	}
	return found, nil
}

// changed recomputes what the change of a document affects; before is nil where it
// is new. The documents were read under the locks.
func (w *writing) changed(
	ctx context.Context,
	documents *affected.Documents,
	before *disclosure.Disclosure,
	written *WrittenDisclosure,
) (err error) {
	set, after := affected.New(), &written.Disclosure
	set.Document(w.index.Reference, before, after, documents.Links(before, after))
	written.ClosedGap, err = w.recompute(ctx, set, catalog.CellKey{PublisherCode: after.PublisherCode, EntryCode: after.EntryCode})
	return err
}

// sameDisclosure accepts a document registered before, if it says the same.
func (w *writing) sameDisclosure(d, present *disclosure.Disclosure, written *WrittenDisclosure) error {
	if !d.Repeats(present) || !w.maySee(present) {
		return problem.New(problem.Conflict, "ref", "another disclosure is registered under the ref %q", d.Ref).
			Mend("give another ref, or correct what stands there by import")
	}
	written.Disclosure = *present
	return nil
}

// Publish publishes a registered document. Publishing it again on the same day
// changes nothing; on another it is a conflict.
func (r *Register) Publish(ctx context.Context, ref string, on calendar.Day, url, channel *string) (WrittenDisclosure, error) {
	var unknown disclosure.Disclosure
	_, given := unknown.Publish(on, url, channel)
	return r.change(
		ctx,
		ref,
		account.WriteDocument,
		given,
		func(ctx context.Context, w *writing, d *disclosure.Disclosure) (bool, rule.Findings, error) {
			changed, found := d.Publish(on, url, channel)
			if d.FormedOn != calendar.None || found.Refused() != nil {
				return changed, found, nil
			}
			// Only now is there a day on which its cell can be looked at.
			in, err := w.referenceFor(ctx, d.PublisherCode)
			return changed, append(found, d.CheckCell(in).Warned()...), err
		},
	)
}

// Withdraw ends a publication from a day on. Withdrawing it again on the same
// day changes nothing; on another it is a conflict.
func (r *Register) Withdraw(ctx context.Context, ref string, on calendar.Day) (WrittenDisclosure, error) {
	return r.change(ctx, ref, account.WriteDocument, nil,
		unaided(func(d *disclosure.Disclosure) (bool, rule.Findings) { return d.Withdraw(on) }))
}

// Issue notes that a document was sent out. The same again changes nothing;
// another day is a conflict.
func (r *Register) Issue(ctx context.Context, ref string, on calendar.Day) (WrittenDisclosure, error) {
	return r.change(
		ctx,
		ref,
		account.WriteDocument,
		nil,
		func(ctx context.Context, w *writing, d *disclosure.Disclosure) (bool, rule.Findings, error) {
			review, err := w.secrecyReview(ctx, d.Ref)
			if err != nil {
				return false, nil, err
			}
			changed, found := d.Issue(on, review)
			return changed, found, nil
		},
	)
}

// OrderInterpretation notes that a document is to be explained; ordering it again
// changes nothing.
func (r *Register) OrderInterpretation(ctx context.Context, ref string) (WrittenDisclosure, error) {
	return r.change(ctx, ref, account.OrderInterpretation, nil,
		unaided(func(d *disclosure.Disclosure) (bool, rule.Findings) { return d.OrderInterpretation(), nil }))
}

// act is something done to a document; it tells whether the document changed,
// and what was found.
type act func(context.Context, *writing, *disclosure.Disclosure) (changed bool, found rule.Findings, err error)

// unaided is an act that asks for nothing but the document.
func unaided(do func(*disclosure.Disclosure) (bool, rule.Findings)) act {
	return func(_ context.Context, _ *writing, d *disclosure.Disclosure) (bool, rule.Findings, error) {
		changed, found := do(d)
		return changed, found, nil
	}
}

// change changes a registered document; `given` is what is found where it is unknown.
func (r *Register) change(
	ctx context.Context, ref string, right account.Act, given rule.Findings, do act,
) (written WrittenDisclosure, err error) {
	written.State, err = r.write(ctx, "", func(w *writing) error {
		d, documents, err := w.lockDocument(ctx, ref, right)
		if err != nil {
			return r.unknown(err, given)
		}
		before := d
		changed, found, err := do(ctx, w, &d)
		if err != nil {
			return err
		}
		if changed {
			found = append(found, d.CheckFar(w.today())...)
		}
		if err := r.refused(found); err != nil {
			return err
		}
		written.Disclosure, written.Warnings = d, found.Warned()
		if !changed {
			return nil
		}
		if err := w.ChangeDisclosure(ctx, &d); err != nil {
			return err
		}
		return w.changed(ctx, documents, &before, &written)
	})
	return written, err
}

// lockDocument locks the publishers that a document concerns, and reads it and
// what hangs together with it under the locks. The right to an act is asked before
// too: who lacks it waits for nobody, keeps nobody waiting, and learns nothing from
// how long that takes.
func (w *writing) lockDocument(
	ctx context.Context, ref string, right account.Act,
) (d disclosure.Disclosure, documents *affected.Documents, err error) {
	if w.who != nil {
		if d, err = w.document(ctx, ref); err == nil {
			err = w.mayChange(right, &d)
		}
		if err != nil {
			return d, nil, err
		}
	}
	if err := w.lock(ctx, store.Concerned{Documents: []string{ref}}); err != nil {
		return d, nil, err
	}
	if documents, err = w.LinkedDocuments(ctx, []string{ref}, nil); err != nil {
		return d, nil, err
	}
	d, known := documents.Known[ref]
	if !known {
		return d, nil, disclosure.Unknown(ref)
	}
	if !w.Locked(d.PublisherCode) {
		return d, nil, store.RetryWith(d.PublisherCode) // another has moved it meanwhile
	}
	return d, documents, w.mayChange(right, &d)
}

// document reads a registered document.
func (w *writing) document(ctx context.Context, ref string) (disclosure.Disclosure, error) {
	found, err := w.DisclosuresByRef(ctx, []string{ref})
	d, known := found[ref]
	if err == nil && !known {
		err = disclosure.Unknown(ref)
	}
	return d, err
}
