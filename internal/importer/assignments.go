package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

func (r *run) assigned(ctx context.Context, sources []Source) error {
	return importFacts(ctx, r, sources, kindAssignments, &register.Assignments, checks[catalog.Assignment]{
		check: func(f *row[catalog.Assignment]) {
			f.found(r.mentioned.unexplained(f.value.Check(r.Reference.Tree, r.Reference.Library)))
		},
	})
}
