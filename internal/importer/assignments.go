package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) assigned(ctx context.Context, sources []Source) error {
	staging, err := r.w.Stage(ctx, &store.Assignments)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := r.rows(source, kindAssignments, func(f *fields) error {
			r.knownNode(f, assignmentPublisher)
			r.knownEntry(f, assignmentEntry)
			a := catalog.Assignment{
				PublisherCode: f.text(assignmentPublisher), EntryCode: f.text(assignmentEntry),
				Action: word(f, assignmentAction, catalog.ParseAction, "INCLUDE, EXEMPT"),
				From:   f.neededDay(assignmentFrom), To: f.day(assignmentTo), Reason: f.text(assignmentReason),
			}
			f.span(assignmentFrom, assignmentTo, a.From, a.To)
			if f.bad {
				return nil
			}
			return staging.Row(ctx, a.PublisherCode, a.EntryCode, int(a.Action), orNoDay(a.From), orNoDay(a.To), a.Reason, source.Shown, f.reader.Line())
		})
		if err != nil {
			return err
		}
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	return r.lay(ctx, kindAssignments, sources, &store.Assignments, func(ctx context.Context) error {
		publishers, err := r.hold(ctx, r.w.TouchedByAssignments)
		for _, publisher := range publishers {
			r.touched.Publisher(publisher)
			r.touchPartner(publisher)
		}
		return err
	})
}
