package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) events(ctx context.Context, sources []Source) error {
	filled, err := stage(ctx, r, sources, facts[relief.Event]{
		name: kindEvents, kind: &fact.Events, table: &store.Events,
		key:    func(e *relief.Event) string { return e.Ref },
		stored: func(refs []string) (map[string]relief.Event, error) { return r.w.EventsByRef(ctx, refs) },
		check:  r.checkEvent,
	})
	if err != nil {
		return err
	}
	return r.lay(ctx, kindEvents, sources, &store.Events, filled, nil)
}

func (r *run) checkEvent(f *row[relief.Event]) {
	e := &f.value
	f.code("ref", e.Ref)
	f.span("started_on", "ended_on", e.StartedOn, e.EndedOn)
	for _, code := range e.AreaCodes {
		if r.standard.Tree.Find(code) == area.Nowhere && !r.given.node(code) {
			f.fault("area_codes", "there is no node of the code "+code, "import the node first or with it, or correct the code")
		}
	}
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
		check: func(f *row[relief.Movement]) { r.checkMovement(f, events) },
	})
	if err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.ReliefMovements, "register the document, or correct the ref"); err != nil {
		return err
	}
	return r.lay(ctx, kindRelief, sources, &store.ReliefMovements, filled, func(ctx context.Context, n note) error {
		return r.w.StagedMovements(ctx, func(before, after *relief.Movement, named string, differs bool) {
			n(differs, func(s *affected.Set) { s.Movement(r.standard, before, after, named) })
		})
	})
}

func (r *run) checkMovement(f *row[relief.Movement], events map[string]bool) {
	m := &f.value
	f.code("ref", m.Ref)
	if f.bad {
		return
	}
	switch {
	case m.GoodsItem == "" && (m.GoodsQuantity != 0 || m.GoodsUnit != ""):
		f.fault("goods_item", "a quantity or unit stands without its goods", "name the goods")
	case m.GoodsItem != "" && (m.GoodsQuantity == 0 || m.GoodsUnit == ""):
		f.fault("goods_quantity", "goods stand without quantity or unit", "give both")
	case m.GoodsItem == "" && m.Funds == 0:
		f.fault("funds_yuan", "the movement has neither funds nor goods", "give one of them")
	}
	if m.EventRef != "" && !events[m.EventRef] {
		f.warn("event_ref", "no event has this ref", "import the event, or correct the ref")
	}
	r.checkEnds(f)
}

// checkEnds checks where a movement goes from and to.
func (r *run) checkEnds(f *row[relief.Movement]) {
	m := &f.value
	from, to := area.Nowhere, area.Nowhere
	fromKnown, toKnown := true, true
	if m.FromCode != "" {
		from, fromKnown = r.knownNode(&f.place, "from_code", m.FromCode)
	}
	if m.ToCode != "" {
		to, toKnown = r.knownNode(&f.place, "to_code", m.ToCode)
	}
	if !fromKnown || !toKnown {
		return
	}
	if fault := m.CheckEnds(r.standard.Tree, from, to); fault != nil {
		f.failed(fault.Field, fault)
	}
	for _, end := range []struct {
		place  area.Place
		column string
	}{{from, "from_code"}, {to, "to_code"}} {
		if end.place != area.Nowhere && m.OccurredOn != calendar.None && !r.standard.Tree.ValidOn(end.place).Holds(m.OccurredOn) {
			f.warn(end.column, "the node is not valid on "+m.OccurredOn.String(), "check the code and the date")
		}
	}
}
