package register

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenConcern is what a write to a concern did.
type WrittenConcern struct {
	Concern disclosure.Concern
	Written
}

// Concern registers a concern of the public. The same again changes nothing; the
// same ref with another content is a conflict.
func (r *Register) Concern(ctx context.Context, c disclosure.Concern) (written WrittenConcern, err error) {
	c.Normalise()
	written.State, err = r.write(ctx, c.PublisherCode, func(w *writing) error {
		if err := w.mayAdd(account.RegisterConcern, c.PublisherCode); err != nil {
			return err
		}
		found := c.Check(disclosure.Reference{Tree: w.index.Tree, Library: w.index.Library, Today: w.today()})
		if err := r.refused(found); err != nil {
			return withTaken(ctx, err, c.Ref, &c, &fact.Concerns, w.ConcernsByRef, sameConcern)
		}
		written.Warnings = found.Warned()
		if err := w.lock(ctx, store.Concerned{Publishers: []string{c.PublisherCode}}); err != nil {
			return err
		}
		added, err := w.AddConcern(ctx, &c)
		if err != nil {
			return err
		}
		written.Concern = c
		if !added {
			known, err := w.ConcernsByRef(ctx, []string{c.Ref})
			present := known[c.Ref]
			if err == nil {
				err = sameConcern(&c, &present)
			}
			written.Concern = present // it may have been answered since
			return err
		}
		set := affected.New()
		set.Concern(nil, &c)
		written.ClosedGap, err = w.recompute(ctx, set, cellOfConcern(&c))
		return err
	})
	return written, err
}

// sameConcern accepts a concern registered before, if it says the same.
func sameConcern(c, present *disclosure.Concern) error {
	if !c.Repeats(present) {
		return problem.New(problem.Conflict, "ref", "another concern is registered under the ref %q", c.Ref).
			Mend("give another ref, or correct what stands there by import")
	}
	return nil
}

func cellOfConcern(c *disclosure.Concern) catalog.CellKey {
	return catalog.CellKey{PublisherCode: c.PublisherCode, EntryCode: disclosure.ResponseEntry}
}

// Answer notes when a concern was answered, and by which document if by one.
// The same again changes nothing; another answer is a conflict.
func (r *Register) Answer(ctx context.Context, ref string, at time.Time, responseRef string) (WrittenConcern, error) {
	return r.changeConcern(ctx, ref, account.AnswerConcern, func(w *writing, c *disclosure.Concern) (bool, rule.Findings, error) {
		changed, found := c.Answer(at, responseRef)
		if r.refused(found) != nil {
			return changed, found, nil
		}
		if c.ResponseRef == "" {
			return changed, found, nil
		}
		known, err := w.DisclosuresByRef(ctx, []string{c.ResponseRef})
		document, registered := known[c.ResponseRef]
		if err == nil && !(registered && w.maySee(&document)) {
			found.Add(rule.UnknownDocument("responseRef"))
		}
		return changed, found, err
	})
}

// Escalate notes to whom a concern was reported. The same again changes
// nothing; another body is a conflict.
func (r *Register) Escalate(ctx context.Context, ref, to string) (WrittenConcern, error) {
	return r.changeConcern(ctx, ref, account.EscalateConcern, func(_ *writing, c *disclosure.Concern) (bool, rule.Findings, error) {
		changed, found := c.Escalate(to)
		return changed, found, nil
	})
}

// changeConcern changes a registered concern.
func (r *Register) changeConcern(
	ctx context.Context,
	ref string,
	right account.Act,
	do func(*writing, *disclosure.Concern) (bool, rule.Findings, error),
) (written WrittenConcern, err error) {
	written.State, err = r.write(ctx, "", func(w *writing) error {
		c, err := knownConcern(ctx, w, ref)
		if err != nil {
			_, found, _ := do(w, &disclosure.Concern{}) // what is found without it
			return r.unknown(err, found)
		}
		if err := w.may(right, c.PublisherCode); err != nil { // before a lock is waited for
			return err
		}
		if err := w.lock(ctx, store.Concerned{Publishers: []string{c.PublisherCode}}); err != nil {
			return err
		}
		// The lock is taken: now it is read for good.
		if c, err = knownConcern(ctx, w, ref); err != nil {
			return err
		}
		if err := w.may(right, c.PublisherCode); err != nil {
			return err
		}
		before := c
		changed, found, err := do(w, &c)
		if err != nil {
			return err
		}
		if err := r.refused(found); err != nil {
			return err
		}
		written.Concern, written.Warnings = c, found.Warned()
		if !changed {
			return nil
		}
		if err := w.ChangeConcern(ctx, &c); err != nil {
			return err
		}
		if !fact.Concerns.Decides(&before, &c) {
			return nil
		}
		set := affected.New()
		set.Concern(&before, &c)
		written.ClosedGap, err = w.recompute(ctx, set, cellOfConcern(&c))
		return err
	})
	return written, err
}

func knownConcern(ctx context.Context, w *writing, ref string) (disclosure.Concern, error) {
	found, err := w.ConcernsByRef(ctx, []string{ref})
	c, known := found[ref]
	if err == nil && !known {
		err = problem.New(
			problem.NotFound,
			"ref",
			"there is no concern of the ref %q",
			ref,
		).Mend(
			"correct the ref, or register the concern first",
		)
	}
	return c, err
}
