package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) events(ctx context.Context, sources []Source) error {
	filled, err := stage(ctx, r, sources, facts[relief.Event]{
		name: kindEvents, kind: &fact.Events, table: &store.Events,
		key:    func(e *relief.Event) string { return e.Ref },
		stored: func(refs []string) (map[string]relief.Event, error) { return r.w.EventsByRef(ctx, refs) },
		check:  func(f *row[relief.Event]) { f.found(r.given.unexplained(f.value.Check(r.standard.Tree))) },
	})
	if err != nil {
		return err
	}
	return r.lay(ctx, kindEvents, sources, &store.Events, filled, nil)
}

func (r *run) relief(ctx context.Context, sources []Source) error {
	refs, err := r.w.EventRefs(ctx)
	if err != nil {
		return err
	}
	events := map[string]bool{}
	for _, ref := range refs {
		events[ref] = true
	}
	filled, err := stage(ctx, r, sources, facts[relief.Movement]{
		name: kindRelief, kind: &fact.Movements, table: &store.ReliefMovements,
		key: func(m *relief.Movement) string { return m.Ref },
		stored: func(refs []string) (map[string]relief.Movement, error) {
			return r.w.ReliefMovementsByRef(ctx, refs)
		},
		check: func(f *row[relief.Movement]) {
			found := f.value.Check(r.standard.Tree)
			if f.value.EventRef != "" && !events[f.value.EventRef] {
				found.Add(relief.UnknownEvent())
			}
			f.found(r.given.unexplained(found))
		},
	})
	if err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.ReliefMovements); err != nil {
		return err
	}
	return r.lay(ctx, kindRelief, sources, &store.ReliefMovements, filled, func(ctx context.Context, n note) error {
		return r.w.StagedMovements(ctx, func(before, after *relief.Movement, named string, differs bool) {
			n(differs, func(s *affected.Set) { s.Movement(r.standard, before, after, named) })
		})
	})
}
