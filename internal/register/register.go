package register

import (
	"context"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Register writes single facts.
type Register struct {
	store *store.Store
	// newest returns an index that holds all that was committed before.
	newest func(context.Context) (*coverage.Index, error)
	today  func() calendar.Day
	actor  string
}

// New makes a register. The actor is who the history of facts names.
func New(into *store.Store, newest func(context.Context) (*coverage.Index, error), today func() calendar.Day, actor string) *Register {
	return &Register{into, newest, today, actor}
}

// write runs a transaction while nodes, catalogs and the calendar stay as they
// are: those it is given.
func (r *Register) write(ctx context.Context, do func(*store.Writing, coverage.Reference) error) error {
	return r.store.Write(ctx, r.actor, func(w *store.Writing) error {
		if err := w.LockReferenceShared(ctx); err != nil {
			return err
		}
		index, err := r.newest(ctx)
		if err != nil {
			return err
		}
		return do(w, index.Reference)
	})
}

// recompute makes the timelines of the affected cells anew, if the publishers
// concerned are those that are locked, else the write begins again. It tells
// whether the fact's own cell was a gap before and is none now.
func (r *Register) recompute(ctx context.Context, w *store.Writing, standard coverage.Reference, set *affected.Set, own catalog.CellKey) (closedGap bool, err error) {
	if others := slices.DeleteFunc(slices.Collect(maps.Keys(set.Publishers)), w.Locked); len(others) > 0 {
		return false, store.RetryWith(slices.Collect(maps.Keys(set.Publishers))...)
	}
	effect, err := Recompute(ctx, w, set.Cells, Recomputing{Standard: standard, Today: r.today()})
	for _, gap := range effect.Closed {
		if gap.PublisherCode == own.PublisherCode && gap.EntryCode == own.EntryCode {
			closedGap = true
		}
	}
	return closedGap, err
}

// referenceFor is what the facts of a publisher are checked against.
func referenceFor(ctx context.Context, w *store.Writing, standard coverage.Reference, publisher string) (disclosure.Reference, error) {
	in := disclosure.Reference{Tree: standard.Tree, Library: standard.Library}
	if standard.Tree.Find(publisher) == area.Nowhere {
		return in, nil
	}
	var err error
	in.Assignments, err = w.AssignmentsOf(ctx, publisher)
	return in, err
}

// document reads the document that a fact names; nil where it names none, or one
// that is unknown, which is then found in the field.
func document(ctx context.Context, w *store.Writing, found *rule.Findings, field, ref string) (*disclosure.Disclosure, error) {
	if ref == "" {
		return nil, nil
	}
	known, err := w.DisclosuresByRef(ctx, []string{ref})
	if err != nil {
		return nil, err
	}
	d, ok := known[ref]
	if !ok {
		found.Add(rule.UnknownDocument(field))
		return nil, nil
	}
	return &d, nil
}
