package register

import (
	"context"
	"errors"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Rebuild recomputes every stored timeline from the facts while writers wait,
// and tells every server to read all of them. With verify it writes nothing and
// names the publishers whose timelines differ.
func Rebuild(
	ctx context.Context,
	db *store.Store,
	today calendar.Day,
	verify bool,
	progress func(done, total int),
) (effect Effect, err error) {
	err = db.Write(ctx, store.By{Way: store.ByCommand, Name: "rebuild"}, func(w *store.Writing) error {
		reference, err := w.Reference(ctx)
		if err != nil {
			return err
		}
		if !verify {
			if err := w.AddTimelines(ctx); err != nil {
				return err
			}
		}
		// Every node has a row; one that is missing differs.
		all := affected.New()
		all.Calendar(reference)
		effect, err = Recompute(ctx, w, all.Cells, Recomputing{Reference: reference, Today: today, Progress: progress, KeepStored: verify})
		if err != nil {
			return err
		}
		if verify {
			return store.ErrKeepNothing
		}
		if err := w.NoteChange(ctx, store.PartNodes, store.PartCatalogs, store.PartCalendar); err != nil {
			return err
		}
		if err := w.ForgetFormer(ctx); err != nil {
			return err
		}
		return w.MarkTimelines(ctx)
	}, store.ReferenceExclusive)
	if errors.Is(err, store.ErrKeepNothing) {
		err = nil
	}
	return effect, err
}

// Renew makes timelines anew that are packed in a form which this release reads no more,
// from the facts and a few at a time: servers of the release before, which reads both
// forms, go on beside. It returns how many publishers' there were.
func Renew(ctx context.Context, db *store.Store, today calendar.Day) (renewed int, err error) {
	publishers, err := db.OlderTimelines(ctx)
	if err != nil {
		return 0, err
	}
	for batch := range slices.Chunk(publishers, batchOf) {
		err := db.Write(ctx, store.By{Way: store.ByCommand, Name: "rebuild"}, func(w *store.Writing) error {
			reference, err := w.Reference(ctx)
			if err != nil {
				return err
			}
			cells := affected.Cells{}
			for _, publisher := range batch {
				cells.AddPublisher(publisher)
			}
			_, err = Recompute(ctx, w, cells, Recomputing{Reference: reference, Today: today})
			return err
		}, store.ReferenceShared)
		if err != nil {
			return renewed, err
		}
		renewed += len(batch)
	}
	return renewed, nil
}
