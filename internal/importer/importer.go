package importer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Options are how an import is done.
type Options struct {
	Actor  string // who imports, for the facts' history
	Today  calendar.Day
	DryRun bool
	Limits tabular.Limits
	// Progress is told what is being done and how far it is, if given.
	Progress func(what string, done, total int64)
}

// run is one import under way.
type run struct {
	options  Options
	report   *Report
	w        *store.Writing
	standard timeline.Standard
	// former is the calendar as it was, where this import changes it.
	former      *calendar.Calendar
	affected    *affected.Set
	assignments map[string][]catalog.Assignment
	parts       map[string]bool // of the reference data that changed
	alone       bool            // all other writers are kept out
	given       given
}

// Import reads the sources in the order of their dependency and writes all of
// them, or nothing if a row is bad: then the error is a *Refused. The report
// says what was done, or in a dry run what would be.
//
// While nodes, catalogs or the calendar change, all other writers wait. Whether
// they do is known when they are read: then the import begins again.
func Import(ctx context.Context, into *store.Store, sources []Source, options Options) (*Report, error) {
	report, err := attempt(ctx, into, sources, options, false)
	if errors.Is(err, errNotAlone) {
		report, err = attempt(ctx, into, sources, options, true)
	}
	return report, err
}

// errNotAlone says that an import changes what all writers rely on.
var errNotAlone = errors.New("nodes, catalogs or the calendar change")

func attempt(ctx context.Context, into *store.Store, sources []Source, options Options, alone bool) (*Report, error) {
	var report *Report
	err := into.Write(ctx, options.Actor, func(w *store.Writing) error {
		report = &Report{DryRun: options.DryRun}
		r := &run{alone: alone, options: options, report: report, w: w, affected: affected.New(), parts: map[string]bool{}, given: newGiven()}
		return r.all(ctx, sources)
	})
	if errors.Is(err, store.ErrKeepNothing) {
		err = nil
	} else {
		report.Written = err == nil
	}
	report.sort()
	return report, err
}

func (r *run) all(ctx context.Context, sources []Source) error {
	byKind := sortSources(sources, r.report)
	if err := r.lock(ctx, byKind); err != nil {
		return err
	}
	if err := r.readReference(ctx); err != nil {
		return err
	}
	steps := map[kindName]func(context.Context, []Source) error{
		kindCalendar: r.calendars, kindAreas: r.nodes, kindCatalogs: r.catalogs, kindAssignments: r.assigned,
		kindDisclosures: r.disclosures, kindReviews: r.reviews, kindConcerns: r.concerns, kindEvents: r.events, kindRelief: r.relief, kindNews: r.news,
	}
	// Areas and departments are one tree and are checked together.
	byKind[kindAreas] = append(byKind[kindAreas], byKind[kindDepartments]...)
	for _, kind := range inOrder {
		if step := steps[kind]; step != nil && len(byKind[kind]) > 0 {
			if err := step(ctx, byKind[kind]); err != nil {
				return fmt.Errorf("importing %s: %w", kind, err)
			}
		}
		if kind == kindAssignments {
			r.given.refused = r.report.ProblemCount > 0
		}
	}
	r.unnamedEntries(byKind)
	if r.report.ProblemCount > 0 {
		return &Refused{r.report}
	}
	return r.finish(ctx)
}

// lock keeps nodes, catalogs and the calendar from changing by others, or all
// other writers out where this import changes them.
func (r *run) lock(ctx context.Context, byKind sorted) error {
	if r.alone {
		return r.w.LockReferenceExclusive(ctx)
	}
	if err := r.w.LockReferenceShared(ctx); err != nil {
		return err
	}
	if len(byKind[kindDisclosures])+len(byKind[kindRelief]) > 0 {
		return r.w.LockUnknownShared(ctx)
	}
	return nil
}

func (r *run) readReference(ctx context.Context) error {
	standard, err := r.w.Reference(ctx)
	r.standard = standard
	return err
}

// finish makes the timelines anew that the facts change, and in a dry run takes
// everything back.
func (r *run) finish(ctx context.Context) error {
	if err := r.w.NoteChange(ctx, slices.Sorted(maps.Keys(r.parts))...); err != nil {
		return err
	}
	effect, err := register.Recompute(ctx, r.w, r.affected.Cells, register.Recomputing{
		Standard: r.standard, Today: r.options.Today, Before: r.former,
		Progress: func(done, total int) { r.progress("timelines", int64(done), int64(total)) },
	})
	if err != nil {
		return err
	}
	r.report.Effect = effect
	if r.options.DryRun {
		return store.ErrKeepNothing
	}
	return nil
}

func (r *run) progress(what string, done, total int64) {
	if r.options.Progress != nil {
		r.options.Progress(what, done, total)
	}
}

// counted adds to the report what a kind of file does.
func (r *run) counted(kind kindName, sources []Source, counts store.Counts) {
	report := FileReport{Kind: string(kind), Added: counts.Added, Changed: counts.Changed, Unchanged: counts.Unchanged}
	for _, source := range sources {
		report.Files = append(report.Files, source.Shown)
	}
	r.report.Files = append(r.report.Files, report)
}

// lay refuses keys that stand twice, counts, and writes the staged rows. `ask`
// tells what they change; nil where timelines do not follow from them.
func (r *run) lay(ctx context.Context, kind kindName, sources []Source, table *store.Table, filled []filledFile, ask func(context.Context, note) error) error {
	repeated, err := r.w.Repeated(ctx, table, listed)
	if err != nil {
		return err
	}
	for _, row := range repeated {
		r.report.problem(tabular.Problem{
			File: row.File, Line: row.Line, Column: headerOf[kind][0].Name, Value: row.Key,
			Reason: "it stands already at " + row.First, Remedy: "keep one of the two rows",
		})
	}
	if len(repeated) > 0 {
		return nil
	}
	if ask != nil && r.report.ProblemCount == 0 {
		if err := r.affects(ctx, ask); err != nil {
			return err
		}
	}
	for _, file := range filled {
		overtaken, err := r.w.Overtaken(ctx, table, file.shown, file.columns)
		if err != nil {
			return err
		}
		if overtaken {
			return store.RetryWith() // another has changed what was taken over
		}
	}
	counts, err := r.w.Compare(ctx, table)
	if err != nil {
		return err
	}
	r.counted(kind, sources, counts)
	if r.report.ProblemCount > 0 {
		return nil // nothing will be kept: spare the work
	}
	return r.w.Lay(ctx, table, counts)
}

// note tells of one change that staged rows make: `add` adds what it affects to a
// set, and nothing differs where the row says what is stored.
type note func(differs bool, add func(*affected.Set))

// affects adds what staged rows change, as `ask` tells it. Until the publishers
// concerned are locked, another may give their facts other links, so it is asked
// again until it names nobody else.
func (r *run) affects(ctx context.Context, ask func(context.Context, note) error) error {
	for {
		concerned, changed := affected.New(), affected.New()
		err := ask(ctx, func(differs bool, add func(*affected.Set)) {
			if !r.alone {
				add(concerned)
			}
			if differs {
				add(changed)
			}
		})
		if err != nil {
			return err
		}
		publishers := slices.DeleteFunc(slices.Sorted(maps.Keys(concerned.Publishers)), r.w.Locked)
		if len(publishers) == 0 {
			r.affected.Join(changed)
			return nil
		}
		if _, err := r.w.LockTimelines(ctx, publishers); err != nil {
			return err
		}
	}
}

// knownNode checks that a code is a node's.
func (r *run) knownNode(p *place, column, code string) (area.Place, bool) {
	p.code(column, code)
	place := r.standard.Tree.Find(code)
	if place == area.Nowhere && !r.given.node(code) {
		p.fault(column, "there is no node of this code", "import the node first or with it, or correct the code")
	}
	return place, place != area.Nowhere
}

// knownEntry checks that a code is some catalog's entry.
func (r *run) knownEntry(p *place, column, code string) {
	if !r.standard.Library.HasEntry(code) && !r.given.entry(code) {
		p.fault(column, "no catalog has an entry of this code", "import the catalog first or with it, or correct the code")
	}
}

// reraise turns a domain's refusal of the whole into a problem of a file.
func (r *run) reraise(source Source, err error) error {
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		r.report.problem(tabular.Problem{File: source.Shown, Column: p.Field, Reason: p.Message, Remedy: p.Remedy})
		return nil
	}
	return err
}
