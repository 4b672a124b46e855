package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) events(ctx context.Context, sources []Source) error {
	staging, err := r.w.Stage(ctx, &store.Events)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := r.rows(source, kindEvents, func(f *fields) error {
			e := relief.Event{
				Ref: f.code(eventRef), Name: f.needed(eventName), Kind: f.text(eventKind),
				StartedOn: f.neededDay(eventStartedOn), EndedOn: f.day(eventEndedOn), AreaCodes: f.list(eventAreas),
			}
			f.span(eventStartedOn, eventEndedOn, e.StartedOn, e.EndedOn)
			for _, code := range e.AreaCodes {
				if r.standard.Tree.Find(code) == area.Nowhere && !r.given.node(code) {
					f.fault(eventAreas, "there is no node of the code "+code, "import the node first or with it, or correct the code")
				}
			}
			if f.bad {
				return nil
			}
			return staging.Row(ctx, e.Ref, e.Name, e.Kind, orNoDay(e.StartedOn), orNoDay(e.EndedOn), store.Array(e.AreaCodes), source.Shown, f.reader.Line())
		})
		if err != nil {
			return err
		}
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	return r.lay(ctx, kindEvents, sources, &store.Events, nil)
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
	staging, err := r.w.Stage(ctx, &store.ReliefMovements)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := r.rows(source, kindRelief, func(f *fields) error {
			m := r.readMovement(f, events)
			if f.bad {
				return nil
			}
			return staging.Row(ctx, m.Ref, int(m.Kind), orNull(m.FromCode), orNull(m.ToCode), int(m.Class), orNull(m.EventRef), int64(m.Funds),
				m.GoodsItem, int64(m.GoodsQuantity), m.GoodsUnit, m.Households, m.Persons, orNoDay(m.OccurredOn), m.DocumentNumber,
				orNull(m.DisclosureRef), source.Shown, f.reader.Line())
		})
		if err != nil {
			return err
		}
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.ReliefMovements, "register the document, or correct the ref"); err != nil {
		return err
	}
	return r.lay(ctx, kindRelief, sources, &store.ReliefMovements, func(ctx context.Context) error {
		return r.touchGivers(ctx, r.w.GiversOfMovements)
	})
}

// mostPeople bounds counts of households and persons.
const mostPeople = 2_000_000_000

func (r *run) readMovement(f *fields, events map[string]bool) relief.Movement {
	m := relief.Movement{
		Ref: f.code(reliefRef), Kind: word(f, reliefKind, relief.ParseKind, "ALLOCATION, DISTRIBUTION, DONATION"),
		FromCode: f.text(reliefFrom), ToCode: f.text(reliefTo),
		Class:    word(f, reliefClass, relief.ParseClass, "EMERGENCY, TRANSITION, HOUSING, DROUGHT, WINTER_SPRING, BEREAVEMENT"),
		EventRef: f.text(reliefEvent), GoodsItem: f.text(reliefGoodsItem), GoodsUnit: f.text(reliefGoodsUnit),
		Households: int64(f.whole(reliefHouseholds, mostPeople)), Persons: int64(f.whole(reliefPersons, mostPeople)),
		OccurredOn: f.neededDay(reliefOccurredOn), DocumentNumber: f.text(reliefDocumentNumber), DisclosureRef: f.text(reliefDisclosure),
	}
	var err error
	if text := f.text(reliefFunds); text != "" {
		if m.Funds, err = relief.ParseYuan(text); err != nil {
			f.failed(reliefFunds, err)
		}
	}
	if text := f.text(reliefGoodsQuantity); text != "" {
		if m.GoodsQuantity, err = relief.ParseQuantity(text); err != nil {
			f.failed(reliefGoodsQuantity, err)
		}
	}
	switch {
	case m.GoodsItem == "" && (f.text(reliefGoodsQuantity) != "" || m.GoodsUnit != ""):
		f.fault(reliefGoodsItem, "a quantity or unit stands without its goods", "name the goods")
	case m.GoodsItem != "" && (f.text(reliefGoodsQuantity) == "" || m.GoodsUnit == ""):
		f.fault(reliefGoodsQuantity, "goods stand without quantity or unit", "give both")
	case m.GoodsItem == "" && f.text(reliefFunds) == "":
		f.fault(reliefFunds, "the movement has neither funds nor goods", "give one of them")
	}
	if m.EventRef != "" && !events[m.EventRef] {
		f.odd(reliefEvent, "no event has this ref", "import the event, or correct the ref")
	}
	r.checkEnds(f, &m)
	return m
}

// checkEnds checks where a movement goes from and to.
func (r *run) checkEnds(f *fields, m *relief.Movement) {
	from, to := area.Nowhere, area.Nowhere
	fromKnown, toKnown := true, true
	if m.FromCode != "" {
		from, fromKnown = r.knownNode(f, reliefFrom)
	}
	if m.ToCode != "" {
		to, toKnown = r.knownNode(f, reliefTo)
	}
	if !fromKnown || !toKnown {
		return
	}
	if err := m.CheckEnds(r.standard.Tree, from, to); err != nil {
		column := reliefFrom
		if err.Field == "to_code" {
			column = reliefTo
		}
		f.failed(column, err)
	}
	for _, end := range []struct {
		place  area.Place
		column int
	}{{from, reliefFrom}, {to, reliefTo}} {
		if end.place != area.Nowhere && m.OccurredOn != calendar.None && !r.standard.Tree.ValidOn(end.place).Holds(m.OccurredOn) {
			f.odd(end.column, "the node is not valid on "+m.OccurredOn.String(), "check the code and the date")
		}
	}
}
