package register

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenMovement is what recording a movement did.
type WrittenMovement struct {
	Movement relief.Movement
	Written
}

// Movement records a movement of relief. The same again changes nothing; the
// same ref with another content is a conflict.
func (r *Register) Movement(ctx context.Context, m relief.Movement) (written WrittenMovement, err error) {
	m.Normalise()
	write := r.writeNaming
	if m.DisclosureRef == "" {
		write = func(ctx context.Context, publisher string, do func(*writing) error) (State, error) {
			return r.write(ctx, publisher, do)
		}
	}
	written.State, err = write(ctx, m.FromCode, func(w *writing) error {
		if err := w.mayAdd(account.RecordMovement, ownerOf(&m)); err != nil {
			return err
		}
		found := m.Check(w.index.Tree, w.today())
		if err := r.refused(found); err != nil {
			return withTaken(ctx, err, m.Ref, &m, &fact.Movements, w.ReliefMovementsByRef, sameMovement)
		}
		if m.EventRef != "" {
			if known, err := w.EventsByRef(ctx, []string{m.EventRef}); err != nil {
				return err
			} else if len(known) == 0 {
				found.Add(relief.UnknownEvent(m.EventRef))
			}
		}
		set, err := w.lockMovement(ctx, &m, &found)
		if err != nil {
			return err
		}
		written.Movement, written.Warnings = m, found.Warned()
		added, err := w.AddReliefMovement(ctx, &m)
		if err != nil {
			return err
		}
		if added {
			_, err = w.recompute(ctx, set, catalog.CellKey{})
			return err
		}
		known, err := w.ReliefMovementsByRef(ctx, []string{m.Ref})
		present := known[m.Ref]
		if err == nil {
			err = sameMovement(&m, &present)
		}
		return err
	})
	return written, err
}

// sameMovement accepts a movement recorded before, if it says the same.
func sameMovement(m, present *relief.Movement) error {
	if *m != *present {
		return problem.New(problem.Conflict, "ref", "another movement is recorded under the ref %q", m.Ref).
			Mend("give another ref, or correct what stands there by import")
	}
	return nil
}

// lockMovement locks the publishers that a movement concerns, and tells what it
// affects.
func (w *writing) lockMovement(ctx context.Context, m *relief.Movement, found *rule.Findings) (*affected.Set, error) {
	set, concerned := affected.New(), store.Concerned{}
	set.Movement(w.index.Reference, nil, m, "")
	concerned.Publishers = set.Cells.Publishers()
	if m.DisclosureRef != "" {
		concerned.Named = []string{m.DisclosureRef}
	}
	if err := w.lock(ctx, concerned); err != nil || m.DisclosureRef == "" {
		return set, err
	}
	documents, err := w.LinkedDocuments(ctx, nil, concerned.Named)
	if err != nil {
		return nil, err
	}
	named, err := w.named(documents, found, "disclosureRef", m.DisclosureRef)
	if named != nil {
		set.Movement(w.index.Reference, nil, m, named.PublisherCode)
	}
	return set, err
}

// WrittenNews is what adding news did.
type WrittenNews struct {
	News disclosure.News
	Written
}

// News adds an item of news. The same again changes nothing; the same ref with
// another content is a conflict.
func (r *Register) News(ctx context.Context, n disclosure.News) (written WrittenNews, err error) {
	n.Normalise()
	written.State, err = r.write(ctx, n.PublisherCode, func(w *writing) error {
		if err := w.mayAdd(account.AddNews, n.PublisherCode); err != nil {
			return err
		}
		in, err := w.referenceFor(ctx, n.PublisherCode)
		if err != nil {
			return err
		}
		found := n.Check(in)
		if err := r.refused(found); err != nil {
			return withTaken(ctx, err, n.Ref, &n, &fact.News, w.NewsByRef, sameNews)
		}
		written.Warnings = found.Warned()
		set := affected.New()
		set.News(nil, &n)
		if err := w.lock(ctx, store.Concerned{Publishers: set.Cells.Publishers()}); err != nil {
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
			return sameNews(&n, &present)
		}
		written.ClosedGap, err = w.recompute(ctx, set, catalog.CellKey{PublisherCode: n.PublisherCode, EntryCode: n.EntryCode})
		return err
	})
	return written, err
}

// sameNews accepts an item of news added before, if it says the same.
func sameNews(n, present *disclosure.News) error {
	if !n.Repeats(present) {
		return problem.New(problem.Conflict, "ref", "another item of news stands under the ref %q", n.Ref).
			Mend("give another ref, or correct what stands there by import")
	}
	return nil
}
