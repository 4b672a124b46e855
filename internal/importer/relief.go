package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

func (r *run) events(ctx context.Context, sources []Source) error {
	return importFacts(ctx, r, sources, kindEvents, &register.Events, checks[relief.Event]{
		check: func(f *row[relief.Event]) {
			r.mentioned.events[f.value.Ref] = true // it is not written where another row is bad
			f.found(r.mentioned.unexplained(f.value.Check(r.Reference.Tree)))
		},
	})
}

func (r *run) relief(ctx context.Context, sources []Source) error {
	events, err := r.EventRefs(ctx)
	if err != nil {
		return err
	}
	return importFacts(ctx, r, sources, kindRelief, &register.Movements, checks[relief.Movement]{
		check: func(f *row[relief.Movement]) {
			f.value.Normalise()
			found := f.value.Check(r.Reference.Tree, r.options.Today)
			if f.value.EventRef != "" && !events[f.value.EventRef] {
				found.Add(relief.UnknownEvent(f.value.EventRef))
			}
			f.found(r.mentioned.unexplained(found))
		},
		names: true,
	})
}
