package register

import (
	"context"
	"errors"

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
