package importer

import (
	"cmp"
	"context"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) news(ctx context.Context, sources []Source) error {
	if err := r.readAssignments(ctx); err != nil {
		return err
	}
	filled, err := stage(ctx, r, sources, facts[disclosure.News]{
		name: kindNews, kind: &fact.News, table: &store.News,
		key:    func(n *disclosure.News) string { return n.Ref },
		stored: func(refs []string) (map[string]disclosure.News, error) { return r.w.NewsByRef(ctx, refs) },
		check:  r.checkNews,
	})
	if err != nil {
		return err
	}
	return r.lay(ctx, kindNews, sources, &store.News, filled, func(ctx context.Context, n note) error {
		return r.w.StagedNews(ctx, func(before, after *disclosure.News, differs bool) {
			n(differs, func(s *affected.Set) { s.News(before, after) })
		})
	})
}

func (r *run) checkNews(f *row[disclosure.News]) {
	item := &f.value
	item.EntryCode = cmp.Or(item.EntryCode, disclosure.DefaultNewsEntry) // the file lacks the column, and the row is new
	f.found(r.given.unexplained(item.Check(r.referenceFor(item.PublisherCode))))
}
