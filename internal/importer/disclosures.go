package importer

import (
	"context"
	"fmt"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) disclosures(ctx context.Context, sources []Source) error {
	if err := r.readAssignments(ctx); err != nil {
		return err
	}
	staging, err := r.w.Stage(ctx, &store.Disclosures)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := r.rows(source, kindDisclosures, func(f *fields) error {
			d := r.readDisclosure(f)
			if f.bad {
				r.given.unread[kindDisclosures] = true // its ref may be named
				return nil
			}
			return staging.Row(ctx, d.Ref, d.PublisherCode, d.EntryCode, d.Title, d.DocumentNumber, d.IndexNumber, int(d.Attribute),
				orNoDay(d.FormedOn), orNoDay(d.IssuedOn), orNoDay(d.PublishedOn), orNoDay(d.WithdrawnOn), d.Period, d.Nil,
				d.RequiresInterpretation, orNull(d.InterpretsRef), d.Channel, d.URL, source.Shown, f.reader.Line())
		})
		if err != nil {
			return err
		}
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.Disclosures, "register the document that it explains"); err != nil {
		return err
	}
	err = r.lay(ctx, kindDisclosures, sources, &store.Disclosures, func(ctx context.Context) error {
		if err := r.touchGivers(ctx, r.w.GiversOfDisclosures); err != nil {
			return err
		}
		return r.touchAll(ctx, r.w.TouchedByDisclosures)
	})
	if r.report.ProblemCount > 0 {
		r.given.unread[kindDisclosures] = true // not laid, but there
	}
	return err
}

func (r *run) readDisclosure(f *fields) disclosure.Disclosure {
	place, placed := r.knownNode(f, disclosurePublisher)
	r.knownEntry(f, disclosureEntry)
	d := disclosure.Disclosure{
		Ref: f.code(disclosureRef), PublisherCode: f.text(disclosurePublisher), EntryCode: f.text(disclosureEntry),
		Title: f.needed(disclosureTitle), DocumentNumber: f.text(disclosureDocumentNumber), IndexNumber: f.text(disclosureIndexNumber),
		Attribute: word(f, disclosureAttribute, disclosure.ParseAttribute, "PROACTIVE, ON_REQUEST, NOT_DISCLOSED"),
		FormedOn:  f.day(disclosureFormedOn), IssuedOn: f.day(disclosureIssuedOn),
		PublishedOn: f.day(disclosurePublishedOn), WithdrawnOn: f.day(disclosureWithdrawnOn),
		Nil: f.boolean(disclosureNil), RequiresInterpretation: f.boolean(disclosureRequiresInterpretation),
		InterpretsRef: f.text(disclosureInterpretsRef), Channel: f.text(disclosureChannel), URL: f.text(disclosureURL),
	}
	if d.WithdrawnOn != calendar.None && (d.PublishedOn == calendar.None || d.WithdrawnOn < d.PublishedOn) {
		f.fault(disclosureWithdrawnOn, "it was withdrawn without or before being published", "give published_on, not after withdrawn_on")
	}
	if d.InterpretsRef != "" && d.InterpretsRef == d.Ref {
		f.odd(disclosureInterpretsRef, "the document interprets itself", "give the ref of the document that it explains")
	}
	var period calendar.Period
	if text := f.text(disclosurePeriod); text != "" {
		var err error
		if period, err = calendar.ParsePeriod(text); err != nil {
			f.failed(disclosurePeriod, err)
		}
		d.Period = period.String()
	}
	if placed && !f.bad {
		r.oddities(f, place, &d, period)
	}
	return d
}

// oddities warns of what is possible but unusual.
func (r *run) oddities(f *fields, place area.Place, d *disclosure.Disclosure, period calendar.Period) {
	if d.PublishedOn != calendar.None && d.FormedOn != calendar.None && d.PublishedOn < d.FormedOn {
		f.odd(disclosurePublishedOn, "it was published before it was formed on "+d.FormedOn.String(), "check both dates")
	}
	on := d.FormedOn
	if on == calendar.None {
		on = d.PublishedOn
	}
	if on == calendar.None || r.given.refused {
		return
	}
	tree := r.standard.Tree
	rule := r.standard.Library.RuleOn(tree, place, d.EntryCode, on, r.assignments[d.PublisherCode])
	switch {
	case !tree.ValidOn(place).Holds(on):
		f.odd(disclosurePublisher, "the node is not valid on "+on.String(), "check the code and the date")
	case rule == nil:
		f.odd(disclosureEntry, "the publisher does not owe this entry on "+on.String(), "check the entry, or include it by an assignment")
	case d.Period != "" && rule.Period != period.Every:
		f.odd(disclosurePeriod, fmt.Sprintf("the entry is due %s, the period is %s", rule.Period, period.Every), "check the period")
	}
}

// unknownDocuments warns of rows that name an unknown document. As one of that
// ref may be registered by another writer just now, such writers wait.
func (r *run) unknownDocuments(ctx context.Context, table *store.Table, remedy string) error {
	if r.given.unread[kindDisclosures] {
		return nil
	}
	unknown, err := r.w.UnknownDocuments(ctx, table, listed)
	if err != nil || len(unknown) == 0 {
		return err
	}
	if err := r.w.LockUnknown(ctx); err != nil {
		return err
	}
	for _, row := range unknown {
		r.report.warn(tabular.Problem{
			File: row.File, Line: row.Line, Column: table.Names(), Value: row.Key,
			Reason: "no disclosure has this ref", Remedy: remedy,
		})
	}
	return nil
}

// readAssignments reads what the checks of rows need.
func (r *run) readAssignments(ctx context.Context) error {
	if r.assignments != nil {
		return nil
	}
	all, err := r.w.Assignments(ctx)
	r.assignments = map[string][]catalog.Assignment{}
	for _, a := range all {
		r.assignments[a.PublisherCode] = append(r.assignments[a.PublisherCode], a)
	}
	return err
}
