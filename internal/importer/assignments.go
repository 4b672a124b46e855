package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

func (r *run) assigned(ctx context.Context, sources []Source) error {
	return importFacts(ctx, r, sources, kindAssignments, &register.Assignments, checks[catalog.Assignment]{
		check: func(f *row[catalog.Assignment]) {
			r.knownNode(&f.place, "publisher_code", f.value.PublisherCode)
			r.knownEntry(&f.place, "entry_code", f.value.EntryCode)
			f.span("from", "to", f.value.From, f.value.To)
		},
	})
}
