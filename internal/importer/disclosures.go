package importer

import (
	"context"
	"fmt"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) disclosures(ctx context.Context, sources []Source) error {
	if err := r.readAssignments(ctx); err != nil {
		return err
	}
	filled, err := stage(ctx, r, sources, facts[disclosure.Disclosure]{
		name: kindDisclosures, kind: &fact.Disclosures, table: &store.Disclosures,
		key: func(d *disclosure.Disclosure) string { return d.Ref },
		stored: func(refs []string) (map[string]disclosure.Disclosure, error) {
			return r.w.DisclosuresByRef(ctx, refs)
		},
		check: r.checkDisclosure,
	})
	if err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.Disclosures, "register the document that it explains"); err != nil {
		return err
	}
	err = r.lay(ctx, kindDisclosures, sources, &store.Disclosures, filled, func(ctx context.Context, n note) error {
		return r.w.StagedDocuments(ctx, r.documentChange(n))
	})
	if r.report.ProblemCount > 0 {
		r.given.unread[kindDisclosures] = true // not laid, but there
	}
	return err
}

func (r *run) documentChange(n note) store.DocumentChange {
	return func(before, after *disclosure.Disclosure, links *affected.Links, differs bool) {
		n(differs, func(s *affected.Set) { s.Document(r.standard, before, after, links) })
	}
}

func (r *run) checkDisclosure(f *row[disclosure.Disclosure]) {
	d := &f.value
	f.code("ref", d.Ref)
	place, placed := r.knownNode(&f.place, "publisher_code", d.PublisherCode)
	r.knownEntry(&f.place, "entry_code", d.EntryCode)
	if f.bad {
		return
	}
	if d.WithdrawnOn != calendar.None && (d.PublishedOn == calendar.None || d.WithdrawnOn < d.PublishedOn) {
		f.fault("withdrawn_on", "it was withdrawn without or before being published", "give published_on, not after withdrawn_on")
	}
	if d.InterpretsRef != "" && d.InterpretsRef == d.Ref {
		f.warn("interprets_ref", "the document interprets itself", "give the ref of the document that it explains")
	}
	if placed && !f.bad {
		r.unusual(f, place)
	}
}

// unusual warns of what is possible but unusual.
func (r *run) unusual(f *row[disclosure.Disclosure], place area.Place) {
	d := &f.value
	if d.PublishedOn != calendar.None && d.FormedOn != calendar.None && d.PublishedOn < d.FormedOn {
		f.warn("published_on", "it was published before it was formed on "+d.FormedOn.String(), "check both dates")
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
	period, _ := calendar.ParsePeriod(d.Period)
	switch {
	case !tree.ValidOn(place).Holds(on):
		f.warn("publisher_code", "the node is not valid on "+on.String(), "check the code and the date")
	case rule == nil:
		f.warn("entry_code", "the publisher does not owe this entry on "+on.String(), "check the entry, or include it by an assignment")
	case d.Period != "" && rule.Period != period.Every:
		f.warn("period", fmt.Sprintf("the entry is due %s, the period is %s", rule.Period, period.Every), "check the period")
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
	if err := r.w.LockUnknownExclusive(ctx); err != nil {
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
