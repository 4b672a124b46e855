package register

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenMovement is what recording a movement did.
type WrittenMovement struct {
	Movement relief.Movement
	Warnings rule.Findings
}

// Movement records a movement of relief. The same again changes nothing; the
// same ref with another content is a conflict.
func (r *Register) Movement(ctx context.Context, m relief.Movement) (written WrittenMovement, err error) {
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		found := m.Check(standard.Tree)
		if err := found.Refused(); err != nil {
			return err
		}
		if m.EventRef != "" {
			if known, err := w.EventsByRef(ctx, []string{m.EventRef}); err != nil {
				return err
			} else if len(known) == 0 {
				found.Add(relief.UnknownEvent())
			}
		}
		set, err := r.lockRelief(ctx, w, standard, &m, &found)
		if err != nil {
			return err
		}
		written = WrittenMovement{Movement: m, Warnings: found.Warned()}
		added, err := w.AddReliefMovement(ctx, &m)
		if err != nil {
			return err
		}
		if added {
			_, err = r.recompute(ctx, w, standard, set, catalog.CellKey{})
			return err
		}
		known, err := w.ReliefMovementsByRef(ctx, []string{m.Ref})
		if err != nil {
			return err
		}
		if known[m.Ref] != m {
			return problem.New(problem.Conflict, "ref", "another movement is recorded under the ref %q", m.Ref)
		}
		return nil
	})
	return written, err
}

// lockRelief locks the publishers that a movement concerns, and tells what it
// affects.
func (r *Register) lockRelief(ctx context.Context, w *store.Writing, standard coverage.Reference, m *relief.Movement, found *rule.Findings) (*affected.Set, error) {
	set := affected.New()
	if !m.Owed() {
		_, err := document(ctx, w, found, "disclosureRef", m.DisclosureRef)
		return set, err
	}
	if err := r.lockLink(ctx, w, found, "disclosureRef", m.DisclosureRef, ""); err != nil {
		return nil, err
	}
	set.Movement(standard, nil, m, "")
	return set, w.LockConcerned(ctx, store.Concerned{Publishers: set.Cells.Publishers(), Named: []string{m.DisclosureRef}})
}

// WrittenNews is what adding news did.
type WrittenNews struct {
	News      disclosure.News
	ClosedGap bool
	Warnings  rule.Findings
}

// News adds an item of news. The same again changes nothing; the same ref with
// another content is a conflict.
func (r *Register) News(ctx context.Context, n disclosure.News) (written WrittenNews, err error) {
	if n.Tags == nil {
		n.Tags = []string{}
	}
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		in, err := referenceFor(ctx, w, standard, n.PublisherCode)
		if err != nil {
			return err
		}
		found := n.Check(in)
		if err := found.Refused(); err != nil {
			return err
		}
		written.Warnings = found.Warned()
		set := affected.New()
		set.News(nil, &n)
		if err := w.LockConcerned(ctx, store.Concerned{Publishers: set.Cells.Publishers()}); err != nil {
			return err
		}
		added, err := w.AddNews(ctx, &n)
		if err != nil {
			return err
		}
		written.News = n
		if !added {
			known, err := w.NewsByRef(ctx, []string{n.Ref})
			if err != nil {
				return err
			}
			present := known[n.Ref]
			if !n.Repeats(&present) {
				return problem.New(problem.Conflict, "ref", "another item of news stands under the ref %q", n.Ref)
			}
			return nil
		}
		written.ClosedGap, err = r.recompute(ctx, w, standard, set, catalog.CellKey{PublisherCode: n.PublisherCode, EntryCode: n.EntryCode})
		return err
	})
	return written, err
}
