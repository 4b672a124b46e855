package register

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// mostRests is how many facts that rest on an import are told.
const mostRests = 20

// Undone is what taking an import back did, or would do.
type Undone struct {
	store.Import
	Rows []UndoneRows
	Effect
}

// UndoneRows are how many rows of a table were removed, got their values from before,
// and are there again.
type UndoneRows struct {
	Table                          string
	Removed, Restored, BroughtBack int
}

// Rest is a fact that rests on an import.
type Rest = store.Rest

// Resting is the error of an undo that would take away what others rest on: it did
// nothing.
type Resting struct {
	Number int64
	Rests  []Rest // the latest
	Total  int
}

func (e *Resting) Error() string {
	return fmt.Sprintf("import %d is not taken back: later facts that rest on it: %d; nothing was written", e.Number, e.Total)
}

// Undo takes an import back wholly, as an import of its own: the rows that it added
// are removed, those that it changed or took out are again as they were. Where
// something later rests on them the error is a *Resting. All other writers wait.
func Undo(ctx context.Context, into *store.Store, how Bulking, number int64) (*Undone, error) {
	var undone *Undone
	effect, err := write(ctx, into, how, []store.Lock{store.ReferenceExclusive}, func(b *Bulk) (err error) {
		undone = &Undone{}
		return b.undo(ctx, number, undone)
	})
	if err != nil {
		return nil, err
	}
	undone.Effect = effect
	return undone, nil
}

func (b *Bulk) undo(ctx context.Context, number int64, undone *Undone) error {
	of, err := b.toUndo(ctx, number)
	if err != nil {
		return err
	}
	undone.Import = *of
	b.notAllowed = func(events []NotAllowed) error { return restingEvents(number, events) }
	rests, err := b.w.Replaced(ctx, number, mostRests)
	if err != nil {
		return err
	}
	if b.how.DryRun {
		err = b.w.PlanImport(ctx)
	} else {
		b.number, err = b.w.NumberImport(ctx, store.NewImport{Files: []string{}, Undoes: number})
	}
	if err != nil {
		return err
	}
	if undone.Rows, err = b.takeBack(ctx, number); err != nil {
		return err
	}
	named, err := b.w.Resting(ctx, of.At, mostRests)
	if err != nil {
		return err
	}
	rests.Some, rests.Total = append(rests.Some, named.Some...), rests.Total+named.Total
	if rests.Total == 0 {
		rests.Some, err = b.takeBackReference(ctx)
		rests.Total = len(rests.Some)
	}
	if err != nil || rests.Total == 0 {
		return err
	}
	slices.SortStableFunc(rests.Some, func(a, b Rest) int { return b.At.Compare(a.At) })
	return &Resting{number, rests.Some[:min(mostRests, len(rests.Some))], rests.Total}
}

// toUndo finds an import that can be taken back.
func (b *Bulk) toUndo(ctx context.Context, number int64) (*store.Import, error) {
	of, err := b.w.ImportOf(ctx, number)
	switch {
	case err != nil:
		return nil, err
	case of == nil:
		const named = 5
		latest, err := b.w.LatestImports(ctx, named)
		if err != nil {
			return nil, err
		}
		return nil, problem.New(problem.NotFound, "", "there is no import %d; the latest are %s",
			number, cmp.Or(strings.Join(latest, ", "), "none: nothing was imported"))
	case of.UndoneBy > 0:
		return nil, problem.New(problem.Conflict, "", "import %d has been taken back already, by import %d", number, of.UndoneBy)
	case of.Undoes > 0:
		return nil, problem.New(problem.Conflict, "", "import %d took import %d back, and is not taken back itself", number, of.Undoes).
			Mend(fmt.Sprintf("to have its rows again, import the files of import %d again", of.Undoes))
	}
	return of, nil
}

// takeBack removes and restores the rows of all tables, those that name others before
// those that are named.
func (b *Bulk) takeBack(ctx context.Context, number int64) (all []UndoneRows, err error) {
	none := func(note) error { return nil } // what follows is known when all are written
	changed := func(change func(context.Context, *Bulk, note) error) func(note) error {
		return func(n note) error { return change(ctx, b, n) }
	}
	for _, step := range []struct {
		table *store.Table
		tell  func(note) error
	}{
		{Requests.table, none},
		{OrderEvents.table, changed(OrderEvents.changes)},
		{Orders.table, changed(Orders.changes)},
		{News.table, changed(News.changes)},
		{Movements.table, changed(Movements.changes)},
		{Events.table, none},
		{Concerns.table, changed(Concerns.changes)},
		{Reviews.table, changed(Reviews.changes)},
		{Disclosures.table, changed(Disclosures.changes)},
		{Assignments.table, changed(Assignments.changes)},
		{&store.Entries, none},
		{&store.Catalogs, none},
		{&store.Nodes, none},
		{&store.ArrangementDays, none},
	} {
		rows := UndoneRows{Table: step.table.Name()}
		if rows.Removed, err = b.w.RemoveAdded(ctx, step.table, number); err != nil {
			return nil, err
		}
		// A row that is gone affects what it would if it were added.
		if rows.Removed > 0 {
			if err := b.affects(ctx, step.tell); err != nil {
				return nil, err
			}
		}
		if err := b.w.PutAsideRemoved(ctx, step.table); err != nil {
			return nil, err
		}
		former, err := b.w.StageFormer(ctx, step.table, number)
		if err != nil {
			return nil, err
		}
		if former > 0 {
			if err := b.affects(ctx, step.tell); err != nil {
				return nil, err
			}
			if rows.Restored, rows.BroughtBack, err = b.w.Restore(ctx, step.table); err != nil {
				return nil, err
			}
		}
		if err := b.w.PutAsideRestored(ctx, step.table); err != nil {
			return nil, err
		}
		if rows.Removed+former > 0 {
			all = append(all, rows)
			b.undoneOf(step.table)
		}
	}
	return all, nil
}

// undoneOf notes which part of the reference data a table is of.
func (b *Bulk) undoneOf(table *store.Table) {
	switch table {
	case &store.Nodes:
		b.parts[store.PartNodes] = true
	case &store.Catalogs, &store.Entries:
		b.parts[store.PartCatalogs] = true
	case &store.ArrangementDays:
		b.parts[store.PartCalendar] = true
	}
}

// takeBackReference adds what follows from nodes, catalogs and the calendar as they
// are again, and tells what of the tree no longer fits together.
func (b *Bulk) takeBackReference(ctx context.Context) (rests []Rest, err error) {
	if len(b.parts) == 0 {
		return nil, nil
	}
	before := b.Reference
	if err := b.readReference(ctx); err != nil {
		return nil, err
	}
	if b.parts[store.PartNodes] {
		codes, err := b.w.TouchedNodes(ctx)
		if err != nil {
			return nil, err
		}
		if rests = misfits(b.Reference.Tree, codes); len(rests) > 0 {
			return rests, nil
		}
		b.affected.Nodes(before, b.Reference, codes)
		b.nodesGone = true
	}
	if b.parts[store.PartCatalogs] {
		codes, err := b.w.TouchedCatalogs(ctx)
		if err != nil {
			return nil, err
		}
		b.affected.Catalogs(before, b.Reference, codes)
	}
	if b.parts[store.PartCalendar] {
		b.former = before.Days
		b.affected.Calendar(b.Reference)
	}
	return nil, nil
}

// misfits are the nodes that restored ones cannot stand beside: those below and above
// them that came or changed since.
func misfits(tree *area.Tree, codes []string) (rests []Rest) {
	for _, code := range codes {
		place := tree.Find(code)
		if place == area.Nowhere {
			continue
		}
		node := tree.Node(place)
		for _, found := range node.CheckBeside(tree.ByCode) {
			if found.Rule.Refused {
				rests = append(rests, Rest{Table: "node", Key: code, Why: "MISFITS", Named: found.Message, At: time.Time{}})
			}
		}
		for _, below := range tree.Children(place) {
			for _, found := range node.CheckAbove(tree.Node(below)) {
				rests = append(rests, Rest{Table: "node", Key: tree.Node(below).Code, Why: "MISFITS", Named: code + ": " + found.Message})
			}
		}
	}
	return rests
}
