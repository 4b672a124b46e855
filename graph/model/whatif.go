package model

import (
	"context"
	"iter"
	"slices"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/suppose"
	"github.com/reliefgraph/reliefgraph/internal/whatif"
)

// WhatIfInput is what is supposed.
type WhatIfInput struct {
	Publications []*WhatIfPublicationInput
	Entries      []*WhatIfEntryInput
	Limits       []*WhatIfLimitInput
	Arrangements []*WhatIfArrangementInput
}

// WhatIfPublicationInput supposes that something is published.
type WhatIfPublicationInput struct {
	ID, PublisherCode, EntryCode, Period *string
	PublishedOn                          calendar.Day
}

// WhatIfEntryInput supposes that a catalog has another row, or lacks one.
type WhatIfEntryInput struct {
	CatalogCode, EntryCode         string
	Remove                         *bool
	Category, Item, SubItem        *string
	Content, LegalBasis            *string
	Levels                         []area.Level
	Publishers                     []string
	Limit                          *LimitInput
	Anchor                         *calendar.Anchor
	Period                         *calendar.Periodicity
	PeriodWorkingDays, RefreshDays *int
}

// WhatIfLimitInput supposes that a row has another limit.
type WhatIfLimitInput struct {
	CatalogCode, EntryCode string
	Limit                  LimitInput
	Anchor                 *calendar.Anchor
}

// WhatIfArrangementInput supposes that a year's arrangement is known.
type WhatIfArrangementInput struct {
	Year int
	Days []*WhatIfDayInput
}

// WhatIfDayInput is a day that an arrangement lists.
type WhatIfDayInput struct {
	Date calendar.Day
	Name string
	Off  bool
}

// mostSupposed is how many things one question may suppose.
const mostSupposed = 200

// changes is the domain's form of the input.
func (i *WhatIfInput) changes() (*whatif.Changes, error) {
	if n := len(i.Publications) + len(i.Entries) + len(i.Limits) + len(i.Arrangements); n == 0 || n > mostSupposed {
		return nil, problem.Invalid("changes", "suppose 1 to 200 things", "%d things are supposed", n)
	}
	changes := &whatif.Changes{}
	for _, p := range i.Publications {
		publication, err := p.publication()
		if err != nil {
			return nil, err
		}
		changes.Publications = append(changes.Publications, publication)
	}
	for _, e := range i.Entries {
		change, err := e.change()
		if err != nil {
			return nil, err
		}
		changes.Entries = append(changes.Entries, change)
	}
	for _, l := range i.Limits {
		limit := l.Limit.limit(l.Anchor)
		changes.Entries = append(
			changes.Entries,
			whatif.EntryChange{CatalogCode: l.CatalogCode, EntryCode: l.EntryCode, Limit: &limit, KeepAnchor: l.Anchor == nil},
		)
	}
	for _, a := range i.Arrangements {
		arrangement := calendar.Arrangement{Year: a.Year}
		for _, day := range a.Days {
			arrangement.Days = append(arrangement.Days, calendar.ArrangedDay{Day: day.Date, Name: day.Name, Off: day.Off})
		}
		changes.Arrangements = append(changes.Arrangements, arrangement)
	}
	return changes, nil
}

func (p *WhatIfPublicationInput) publication() (whatif.Publication, error) {
	publication := whatif.Publication{
		PublisherCode: valueOrZero(p.PublisherCode),
		EntryCode:     valueOrZero(p.EntryCode),
		Period:        valueOrZero(p.Period),
		On:            p.PublishedOn,
	}
	if p.ID == nil {
		if p.PublisherCode == nil || p.EntryCode == nil {
			return publication, missing("id", "a publication names a registered document, or a publisher and an entry")
		}
		return publication, nil
	}
	ref, ok := RefOfID(*p.ID)
	if !ok {
		return publication, disclosure.UnknownID()
	}
	publication.Ref = ref
	return publication, nil
}

// mayChange refuses to suppose anything of a document that is not for the caller to
// see, as of one that is not there.
func (v *View) mayChange(ctx context.Context, changes *whatif.Changes) error {
	refs := changes.Refs()
	visible, err := v.named(ctx, refs...)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if _, known := visible[ref]; !known {
			return disclosure.UnknownID()
		}
	}
	return nil
}

func (e *WhatIfEntryInput) change() (whatif.EntryChange, error) {
	change := whatif.EntryChange{CatalogCode: e.CatalogCode, EntryCode: e.EntryCode, Remove: valueOrZero(e.Remove)}
	if change.Remove {
		return change, nil
	}
	if e.Limit == nil {
		empty := rule.Empty("limit")
		return change, empty.Problem()
	}
	change.Add = &catalog.Entry{
		Code:              e.EntryCode,
		Category:          valueOrZero(e.Category),
		Item:              valueOrZero(e.Item),
		SubItem:           valueOrZero(e.SubItem),
		Content:           valueOrZero(e.Content),
		LegalBasis:        valueOrZero(e.LegalBasis),
		Levels:            e.Levels,
		Publishers:        e.Publishers,
		Limit:             e.Limit.limit(e.Anchor),
		Period:            valueOrZero(e.Period),
		PeriodWorkingDays: valueOrZero(e.PeriodWorkingDays),
		RefreshDays:       valueOrZero(e.RefreshDays),
	}
	return change, nil
}

// WhatIf is a node as it is and as it would be.
type WhatIf struct {
	Before, After  AdministrativeNode
	view           *View
	on             calendar.Day
	asked          calendar.Day // the day as it was asked for, None for today
	opened, closed []coverage.Standing
}

// WhatIf supposes changes at and below the node.
func (n *Administrative) WhatIf(ctx context.Context, input WhatIfInput, asOf *calendar.Day) (*WhatIf, error) {
	v, place := n.on(asOf).view, n.place
	changes, err := input.changes()
	if err != nil {
		return nil, err
	}
	if err := v.mayChange(ctx, changes); err != nil {
		return nil, err
	}
	alternative, err := suppose.Alternative(ctx, v.store, v.Index, place, changes, func(publishers int) error {
		if len(input.Entries)+len(input.Arrangements) > 0 {
			return nil // it is paid
		}
		return batch.Spend(ctx, unitsPerRead*publishers)
	})
	if err != nil {
		return nil, err
	}
	supposed := NewView(alternative.Index, v.Now, v.Account, v.Seal, v.store)
	supposed.Viewer, supposed.at, supposed.known, supposed.sequence = v.Viewer, v.at, v.known, v.sequence
	supposed.supposed, supposed.actual, supposed.top = alternative, v, place
	supposed.stale, supposed.momentary = v.stale, v.momentary
	supposed.supposition = changes.Token(n.Code)
	supposed.state = supposed.stateOn(calendar.None)
	if v.asOf != calendar.None {
		supposed = supposed.On(&v.asOf)
	}
	result := &WhatIf{Before: v.node(place), After: supposed.node(place), view: supposed, on: v.day(nil), asked: v.given(nil)}
	result.opened, result.closed = alternative.Index.Against(v.Index, place, coverage.Subtree, result.on)
	return result, nil
}

// AsOf is the day on which both are looked at.
func (w *WhatIf) AsOf() calendar.Day { return w.on }

// Opened are gaps that there would be.
func (w *WhatIf) Opened(
	ctx context.Context, filter *GapFilter, orderBy *coverage.GapOrder, first *int, after *string, last *int, before *string,
) (*GapConnection, error) {
	ask := cursor.Ask{First: first, After: after, Last: last, Before: before}
	return w.worksOn().pageOfGaps(
		ctx, listed(w.opened), w.on, filter, orderBy, ask, "would be opened", w.view.supposition, w.asked,
	)
}

// Closed are gaps that there would no longer be.
func (w *WhatIf) Closed(
	ctx context.Context, filter *GapFilter, orderBy *coverage.GapOrder, first *int, after *string, last *int, before *string,
) (*GapConnection, error) {
	ask := cursor.Ask{First: first, After: after, Last: last, Before: before}
	return w.view.actual.administrative(w.view.top).pageOfGaps(
		ctx, listed(w.closed), w.on, filter, orderBy, ask, "would be closed", w.view.supposition, w.asked,
	)
}

// listed walks gaps that were found.
func listed(gaps []coverage.Standing) func(context.Context) iter.Seq[coverage.Standing] {
	return func(context.Context) iter.Seq[coverage.Standing] { return slices.Values(gaps) }
}
