package register

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenDisclosure is what a write to a disclosure did.
type WrittenDisclosure struct {
	Disclosure disclosure.Disclosure
	ClosedGap  bool
	Warnings   rule.Findings
}

// Disclosure registers a document. The same again changes nothing; the same ref
// with another content is a conflict.
func (r *Register) Disclosure(ctx context.Context, d disclosure.Disclosure) (written WrittenDisclosure, err error) {
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		found, err := checkDisclosure(ctx, w, standard, &d)
		if err != nil {
			return err
		}
		if err := r.lockLink(ctx, w, &found, "interpretsRef", d.InterpretsRef, d.Ref); err != nil {
			return err
		}
		written.Warnings = found.Warned()
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

// checkDisclosure checks a document that is to be registered.
func checkDisclosure(ctx context.Context, w *store.Writing, standard coverage.Reference, d *disclosure.Disclosure) (rule.Findings, error) {
	in, err := referenceFor(ctx, w, standard, d.PublisherCode)
	if err != nil {
		return nil, err
	}
	found := d.Check(in)
	if found.Refused() == nil && d.WantsSecrecyReview() {
		review, err := secrecyReview(ctx, w, d.Ref)
		if err != nil {
			return nil, err
		}
		found = append(found, d.CheckSecrecy(review)...)
	}
	return found, found.Refused()
}

// lockLink keeps another writer from registering, unseen, the document that a
// fact names, or from naming the fact. What is named and unknown is found.
func (r *Register) lockLink(ctx context.Context, w *store.Writing, found *rule.Findings, field, named, self string) error {
	if named != "" && named != self {
		known, err := document(ctx, w, found, field, named)
		if err != nil {
			return err
		}
		if known == nil {
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
	if !d.Repeats(&present) {
		return problem.New(problem.Conflict, "ref", "another disclosure is registered under the ref %q", d.Ref)
	}
	written.Disclosure = present
	return nil
}

// Publish publishes a registered document. Publishing it again on the same day
// changes nothing; on another it is a conflict.
func (r *Register) Publish(ctx context.Context, ref string, on calendar.Day, url, channel *string) (WrittenDisclosure, error) {
	return r.change(ctx, ref, func(ctx context.Context, w *store.Writing, standard coverage.Reference, d *disclosure.Disclosure) (bool, rule.Findings, error) {
		changed, found := d.Publish(on, url, channel)
		if d.FormedOn != calendar.None || found.Refused() != nil {
			return changed, found, nil
		}
		// Only now is there a day on which its cell can be looked at.
		in, err := referenceFor(ctx, w, standard, d.PublisherCode)
		return changed, append(found, d.CheckCell(in).Warned()...), err
	})
}

// Withdraw ends a publication from a day on. Withdrawing it again on the same
// day changes nothing; on another it is a conflict.
func (r *Register) Withdraw(ctx context.Context, ref string, on calendar.Day) (WrittenDisclosure, error) {
	return r.change(ctx, ref, alone(func(d *disclosure.Disclosure) (bool, rule.Findings) { return d.Withdraw(on) }))
}

// Issue notes that a document was sent out. The same again changes nothing;
// another day is a conflict.
func (r *Register) Issue(ctx context.Context, ref string, on calendar.Day) (WrittenDisclosure, error) {
	return r.change(ctx, ref, func(ctx context.Context, w *store.Writing, _ coverage.Reference, d *disclosure.Disclosure) (bool, rule.Findings, error) {
		review, err := secrecyReview(ctx, w, d.Ref)
		if err != nil {
			return false, nil, err
		}
		changed, found := d.Issue(on, review)
		return changed, found, nil
	})
}

// OrderInterpretation notes that a document is to be explained; ordering it again
// changes nothing.
func (r *Register) OrderInterpretation(ctx context.Context, ref string) (WrittenDisclosure, error) {
	return r.change(ctx, ref, alone(func(d *disclosure.Disclosure) (bool, rule.Findings) { return d.OrderInterpretation(), nil }))
}

// act is something done to a document; it tells whether the document changed,
// and what was found.
type act func(context.Context, *store.Writing, coverage.Reference, *disclosure.Disclosure) (changed bool, found rule.Findings, err error)

// alone is an act that asks for nothing but the document.
func alone(do func(*disclosure.Disclosure) (bool, rule.Findings)) act {
	return func(_ context.Context, _ *store.Writing, _ coverage.Reference, d *disclosure.Disclosure) (bool, rule.Findings, error) {
		changed, found := do(d)
		return changed, found, nil
	}
}

// change changes a registered document.
func (r *Register) change(ctx context.Context, ref string, do act) (written WrittenDisclosure, err error) {
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		d, err := r.hold(ctx, w, ref)
		if err != nil {
			return err
		}
		before := d
		changed, found, err := do(ctx, w, standard, &d)
		if err != nil {
			return err
		}
		if err := found.Refused(); err != nil {
			return err
		}
		written = WrittenDisclosure{Disclosure: d, Warnings: found.Warned()}
		if !changed {
			return nil
		}
		if err := w.ChangeDisclosure(ctx, &d); err != nil {
			return err
		}
		written.ClosedGap, err = r.recomputeLinked(ctx, w, standard, &before, &d)
		return err
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
