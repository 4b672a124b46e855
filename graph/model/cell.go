package model

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Cell is one publisher × one leaf entry.
type Cell struct {
	view      *View
	publisher area.Place
	entryCode string
}

// IsNode marks a thing with a global id.
func (*Cell) IsNode() {}

// CellOf returns the cell of two codes, nil where either is unknown.
func (v *View) CellOf(publisherCode, entryCode string) *Cell {
	place := v.Index.Tree.Find(publisherCode)
	if place == area.Nowhere || !v.Index.Library.HasEntry(entryCode) {
		return nil
	}
	return &Cell{v, place, entryCode}
}

func (c *Cell) publisherCode() string { return c.view.Index.Tree.Node(c.publisher).Code }

// ID is the cell's global id.
func (c *Cell) ID() string { return c.view.id(idCell, c.publisherCode(), c.entryCode) }

// Publisher is who owes it.
func (c *Cell) Publisher() AdministrativeNode { return c.view.node(c.publisher) }

// Entry is the row in force today, else the latest.
func (c *Cell) Entry() *CatalogEntry {
	return c.view.entryNaming(c.publisher, c.entryCode, c.view.Today)
}

// Status is null on a day on which the cell is not in force.
func (c *Cell) Status(asOf *calendar.Day) *timeline.Status {
	standing, ok := c.view.Index.Cell(c.publisher, c.entryCode, c.view.day(asOf))
	if !ok {
		return nil
	}
	return &standing.Status
}

// TimelineSpan is a status over an unbroken run of days.
type TimelineSpan struct {
	From, To calendar.Day
	Status   timeline.Status
	Cause    *Cause
}

// Timeline is the cell's history and future.
func (c *Cell) Timeline(ctx context.Context) ([]TimelineSpan, error) {
	history, err := c.view.loaders.history(ctx, c.publisherCode(), c.entryCode)
	if err != nil {
		return nil, err
	}
	spans := []TimelineSpan{}
	for _, span := range history.Explained() {
		spans = append(spans, TimelineSpan{span.From, span.To, span.Status, &Cause{c.view, span.Cause}})
	}
	return spans, nil
}

// Duties are those opened by today.
func (c *Cell) Duties(ctx context.Context) ([]*Duty, error) {
	history, err := c.view.loaders.history(ctx, c.publisherCode(), c.entryCode)
	if err != nil {
		return nil, err
	}
	return c.view.duties(history.Duties.OpenedBy(c.view.Today, c.view.Index.Days)), nil
}

// DutiesNotInForce are the node's own duties opened by a day, whose cell is not in
// force that day: they count in timeliness alone.
func (n *administrative) DutiesNotInForce(ctx context.Context, asOf *calendar.Day) ([]*Duty, error) {
	on := n.view.day(asOf)
	histories, err := n.view.loaders.histories.LoadAll(ctx, n.view.cellsNotInForce(n.place, on))
	if err != nil {
		return nil, err
	}
	var all []duty.Duty
	for _, history := range histories {
		all = append(all, history.Duties.OpenedBy(on, n.view.Index.Days)...)
	}
	return n.view.duties(all), nil
}

func (v *View) cellsNotInForce(place area.Place, on calendar.Day) []catalog.CellKey {
	entries := v.Index.EntriesNotInForce(place, on)
	keys := make([]catalog.CellKey, len(entries))
	for i, entryCode := range entries {
		keys[i] = catalog.CellKey{PublisherCode: v.Index.Tree.Node(place).Code, EntryCode: entryCode}
	}
	return keys
}

// Cause is what began a span.
type Cause struct {
	view  *View
	cause timeline.Cause
}

// Text is the cause in words.
func (c *Cause) Text(ctx context.Context, locale *explain.Locale) (string, error) {
	named, err := c.view.named(ctx, c.cause.DocumentRef())
	if err != nil {
		return "", err
	}
	return explain.Cause(localeOf(locale), c.cause, func(ref string) string { return named[ref].Title }), nil
}

// Disclosure is the document that began the span.
func (c *Cause) Disclosure(ctx context.Context) (*Disclosure, error) {
	if ref := c.cause.DocumentRef(); ref != "" {
		return c.view.visible(ctx, ref)
	}
	return nil, nil
}

// Duty is one thing owed.
type Duty struct {
	view *View
	duty.Duty
}

func (v *View) duties(all []duty.Duty) []*Duty {
	duties := make([]*Duty, len(all))
	for i := range all {
		duties[i] = &Duty{v, all[i]}
	}
	return duties
}

// WorkingDays is null for limits that count otherwise.
func (d *Duty) WorkingDays() *int { return workingDays(d.Duty.WorkingDays) }

// DueAt is null for limits in days.
func (d *Duty) DueAt() *time.Time {
	if d.Duty.DueAt.IsZero() {
		return nil
	}
	at := d.Duty.DueAt.In(calendar.Shanghai)
	return &at
}

// Title is the document's or concern's title, the period, or the movement's
// document number.
func (d *Duty) Title(ctx context.Context) (*string, error) {
	switch d.Kind {
	case duty.Period:
		return optional(d.Period.String()), nil
	case duty.Response, duty.Relief:
		return optional(d.Duty.Title), nil
	case duty.Document, duty.Interpretation, duty.Review:
	}
	document, err := d.view.visible(ctx, d.Ref)
	if err != nil || document == nil {
		return nil, err
	}
	return optional(document.Disclosure.Title), nil
}

// Disclosure is the document owed, else the one that fulfils the duty.
func (d *Duty) Disclosure(ctx context.Context) (*Disclosure, error) {
	ref := d.DocumentRef()
	if ref == "" {
		return nil, nil
	}
	return d.view.visible(ctx, ref)
}

// Upcoming is a cell about to become a gap.
type Upcoming struct {
	view *View
	coverage.Coming
	gap *Gap // that it becomes
}

func (v *View) upcoming(coming coverage.Coming) *Upcoming {
	on := coming.DueOn + 1
	becoming := coverage.Standing{Publisher: coming.Publisher, EntryCode: coming.EntryCode, Status: coming.Becomes, Since: on}
	return &Upcoming{v, coming, &Gap{v, becoming, on}}
}

// Publisher is who owes it.
func (u *Upcoming) Publisher() AdministrativeNode { return u.view.node(u.Coming.Publisher) }

// Entry is the row in force on the first day as a gap.
func (u *Upcoming) Entry() *CatalogEntry {
	return u.view.entryNaming(u.Coming.Publisher, u.EntryCode, u.DueOn+1)
}

// Duty is the one that will be overdue.
func (u *Upcoming) Duty(ctx context.Context) (*Duty, error) {
	reason, err := u.gap.why(ctx)
	if err != nil || reason.Duty == nil {
		return nil, err
	}
	return &Duty{u.view, *reason.Duty}, nil
}

// Explanation is by when it becomes a gap, and what prevents it.
func (u *Upcoming) Explanation(ctx context.Context, locale *explain.Locale) (string, error) {
	facts, err := u.gap.facts(ctx)
	if err != nil {
		return "", err
	}
	return explain.Upcoming(localeOf(locale), facts), nil
}
