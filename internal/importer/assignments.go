package importer

import (
	"context"
	"fmt"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) assigned(ctx context.Context, sources []Source) error {
	filled, err := stage(ctx, r, sources, facts[catalog.Assignment]{
		name: kindAssignments, kind: &fact.Assignments, table: &store.Assignments, key: keyOfAssignment,
		stored: func([]string) (map[string]catalog.Assignment, error) {
			all, err := r.w.Assignments(ctx)
			stored := map[string]catalog.Assignment{}
			for _, a := range all {
				stored[keyOfAssignment(&a)] = a
			}
			return stored, err
		},
		check: func(f *row[catalog.Assignment]) {
			r.knownNode(&f.place, "publisher_code", f.value.PublisherCode)
			r.knownEntry(&f.place, "entry_code", f.value.EntryCode)
			f.span("from", "to", f.value.From, f.value.To)
		},
	})
	if err != nil {
		return err
	}
	return r.lay(ctx, kindAssignments, sources, &store.Assignments, filled, func(ctx context.Context, n note) error {
		return r.w.StagedAssignments(ctx, func(cell catalog.CellKey, differs bool) {
			n(differs, func(s *affected.Set) { s.Assignment(r.standard, cell) })
		})
	})
}

func keyOfAssignment(a *catalog.Assignment) string {
	return fmt.Sprint(a.PublisherCode, " ", a.EntryCode, " ", a.Action, " ", a.From)
}
