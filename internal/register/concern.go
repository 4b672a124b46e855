package register

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenConcern is what a write to a concern did.
type WrittenConcern struct {
	Concern   disclosure.Concern
	ClosedGap bool
}

// Concern registers a concern of the public. The same again changes nothing; the
// same ref with another content is a conflict.
func (r *Register) Concern(ctx context.Context, c disclosure.Concern) (written WrittenConcern, err error) {
	if err := firstFault(checkRef("ref", c.Ref), checkText("title", c.Title, mostTitle, true), checkInstant("detectedAt", c.DetectedAt)); err != nil {
		return written, err
	}
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		if standard.Tree.Find(c.PublisherCode) == area.Nowhere {
			return problem.New(problem.NotFound, "publisherCode", "there is no node of the code %q", c.PublisherCode)
		}
		if err := lockConcern(ctx, w, &c); err != nil {
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
			if err == nil && (present.PublisherCode != c.PublisherCode || present.Title != c.Title || present.Severity != c.Severity || !present.DetectedAt.Equal(c.DetectedAt)) {
				err = problem.New(problem.Conflict, "ref", "another concern is registered under the ref %q", c.Ref)
			}
			written.Concern = present // it may have been answered since
			return err
		}
		set := affected.New()
		set.Concern(nil, &c)
		written.ClosedGap, err = r.recompute(ctx, w, standard, set, cellOfConcern(&c))
		return err
	})
	return written, err
}

func cellOfConcern(c *disclosure.Concern) catalog.CellKey {
	return catalog.CellKey{PublisherCode: c.PublisherCode, EntryCode: disclosure.ResponseEntry}
}

// lockConcern locks the publisher that answers a concern.
func lockConcern(ctx context.Context, w *store.Writing, c *disclosure.Concern) error {
	return w.LockConcerned(ctx, store.Concerned{Publishers: []string{c.PublisherCode}})
}

// Answer notes when a concern was answered, and by which document if by one.
// The same again changes nothing; another answer is a conflict.
func (r *Register) Answer(ctx context.Context, ref string, at time.Time, responseRef string) (WrittenConcern, error) {
	if err := firstFault(checkInstant("respondedAt", at), checkText("responseRef", responseRef, mostRef, false)); err != nil {
		return WrittenConcern{}, err
	}
	return r.changeConcern(ctx, ref, func(c *disclosure.Concern) (bool, error) {
		switch {
		case c.RespondedAt.IsZero() && at.Before(c.DetectedAt):
			return false, problem.Invalid("respondedAt", "give an instant after the concern was detected", "it lies before the concern was detected")
		case c.RespondedAt.IsZero():
			c.RespondedAt, c.ResponseRef = at, responseRef
			return true, nil
		case c.RespondedAt.Equal(at) && c.ResponseRef == responseRef:
			return false, nil
		}
		return false, problem.New(problem.Conflict, "respondedAt", "the concern was answered at %s already", c.RespondedAt.Format(time.RFC3339))
	})
}

// Escalate notes to whom a concern was reported. The same again changes nothing.
func (r *Register) Escalate(ctx context.Context, ref, to string) (WrittenConcern, error) {
	if err := checkText("to", to, mostTitle, true); err != nil {
		return WrittenConcern{}, err
	}
	return r.changeConcern(ctx, ref, func(c *disclosure.Concern) (bool, error) {
		changed := c.EscalatedTo != to
		c.EscalatedTo = to
		return changed, nil
	})
}

func (r *Register) changeConcern(ctx context.Context, ref string, how func(*disclosure.Concern) (bool, error)) (written WrittenConcern, err error) {
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		c, err := knownConcern(ctx, w, ref)
		if err != nil {
			return err
		}
		if err := lockConcern(ctx, w, &c); err != nil {
			return err
		}
		// The lock is held: now it is read for good.
		if c, err = knownConcern(ctx, w, ref); err != nil {
			return err
		}
		before := c
		changed, err := how(&c)
		written = WrittenConcern{Concern: c}
		if err != nil || !changed {
			return err
		}
		if err := w.ChangeConcern(ctx, &c); err != nil {
			return err
		}
		set := affected.New()
		set.Concern(&before, &c)
		written.ClosedGap, err = r.recompute(ctx, w, standard, set, cellOfConcern(&c))
		return err
	})
	return written, err
}

func knownConcern(ctx context.Context, w *store.Writing, ref string) (disclosure.Concern, error) {
	found, err := w.ConcernsByRef(ctx, []string{ref})
	c, known := found[ref]
	if err == nil && !known {
		err = problem.New(problem.NotFound, "ref", "there is no concern of the ref %q", ref)
	}
	return c, err
}
