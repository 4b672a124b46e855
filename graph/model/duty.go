package model

import (
	"context"
	"fmt"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/duty"
)

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
		document, err := d.view.visible(ctx, d.Ref)
		if err != nil || document == nil {
			return nil, err
		}
		return optional(document.Disclosure.Title), nil
	}
	panic(fmt.Sprintf("there is no title for duties of kind %d", d.Kind))
}

// Disclosure is the document owed, else the one that fulfils the duty.
func (d *Duty) Disclosure(ctx context.Context) (*Disclosure, error) {
	ref := d.DocumentRef()
	if ref == "" {
		return nil, nil
	}
	return d.view.visible(ctx, ref)
}

// Duties are those opened by today.
func (c *Cell) Duties(ctx context.Context) ([]*Duty, error) {
	history, err := c.view.loaders.history(ctx, c.publisherCode(), c.entryCode)
	if err != nil {
		return nil, err
	}
	return c.view.duties(history.Duties.OpenedBy(c.view.day(nil), c.view.Index.Days)), nil
}

// DutiesNotInForce are the node's own duties opened by a day, whose cell is not in
// force that day: they count in timeliness alone.
func (n *Administrative) DutiesNotInForce(ctx context.Context, asOf *calendar.Day) ([]*Duty, error) {
	n = n.on(asOf)
	on := n.view.day(nil)
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
