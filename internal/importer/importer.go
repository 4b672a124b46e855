package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Options are how an import is done.
type Options struct {
	By    store.By
	Today calendar.Day
	// Account is who imports, as it was at the instant At, and may what its grants let
	// it; nil: the instance itself.
	Account *account.Account
	At      time.Time
	DryRun  bool
	Limits  tabular.Limits
	// Progress is told what is being done and how far it is, if given.
	Progress func(what string, done, total int64)
}

// run is one import under way.
type run struct {
	*register.Bulk
	options     Options
	report      *Report
	assignments map[string][]catalog.Assignment
	mentioned   mentioned
	departments []*readNode         // that were read
	sheets      map[string][]string // of workbooks, that are read
}

// Import reads the sources in the order of their dependency and writes all of
// them, or nothing if a row is bad: then the error is a *Refused, or a *Forbidden
// where one is not for the account. The report
// says what was done, or in a dry run what would be.
func Import(ctx context.Context, into *store.Store, sources []Source, options Options) (*Report, error) {
	report := &Report{DryRun: options.DryRun}
	byKind := sortSources(sources, report)
	unsorted, passedOver := report.Problems, report.Warnings
	effect, err := register.Write(ctx, into, register.Bulking{
		By: options.By, Today: options.Today, Account: options.Account, At: options.At, DryRun: options.DryRun,
		Links:    len(byKind[kindDisclosures])+len(byKind[kindRelief]) > 0,
		Files:    namesOf(sources),
		Progress: func(done, total int) { options.progress("timelines", int64(done), int64(total)) },
	}, func(b *register.Bulk) error {
		report = &Report{DryRun: options.DryRun} // it may begin again
		for _, p := range unsorted {
			report.problem(p)
		}
		for _, w := range passedOver {
			report.warn(w)
		}
		r := &run{Bulk: b, options: options, report: report, mentioned: newMentioned(), sheets: map[string][]string{}}
		return r.all(ctx, byKind)
	})
	report.Effect, report.Number = effect, effect.Number
	report.Written = err == nil && !options.DryRun
	report.sort()
	return report, err
}

func (o *Options) progress(what string, done, total int64) {
	if o.Progress != nil {
		o.Progress(what, done, total)
	}
}

func (r *run) all(ctx context.Context, byKind sorted) error {
	steps := map[kindName]func(context.Context, []Source) error{
		kindCalendar:    r.calendars,
		kindAreas:       r.nodes,
		kindCatalogs:    r.catalogs,
		kindAssignments: r.assigned,
		kindDisclosures: r.disclosures,
		kindReviews:     r.reviews,
		kindConcerns:    r.concerns,
		kindEvents:      r.events,
		kindRelief:      r.relief,
		kindNews:        r.news,
		kindOrders:      r.orders,
		kindOrderEvents: r.orderEvents,
		kindRequests:    r.requests,
	}
	if err := r.forbidKinds(byKind); err != nil {
		return err
	}
	for _, kind := range inOrder {
		of := byKind[kind]
		if kind == kindAreas { // areas and departments are one tree and are checked together
			of = slices.Concat(of, byKind[kindDepartments])
		}
		if step := steps[kind]; step != nil && len(of) > 0 {
			if err := step(ctx, of); err != nil {
				return fmt.Errorf("importing %s: %w", kind, err)
			}
		}
		if kind == kindCatalogs {
			r.checkFunctions()
		}
		if kind == kindAssignments {
			r.mentioned.refused = r.report.ProblemCount > 0
		}
	}
	r.unnamedEntries(byKind)
	if r.report.forbidden > 0 {
		return &Forbidden{r.report}
	}
	if r.report.ProblemCount > 0 {
		if err := r.Judge(ctx); err != nil {
			return err
		}
		return &Refused{r.report}
	}
	return nil
}

// counted adds to the report what a kind of file does.
func (r *run) counted(kind kindName, sources []Source, counts register.Counts) {
	report := FileReport{Kind: string(kind), Added: counts.Added, Changed: counts.Changed, Unchanged: counts.Unchanged}
	for _, source := range sources {
		report.Files = append(report.Files, source.Shown)
		for _, sheet := range r.sheets[source.Shown] {
			report.Sheets = append(report.Sheets, source.Shown+"["+sheet+"]")
		}
	}
	r.report.Files = append(r.report.Files, report)
}

// importFacts reads the files of a kind of fact, checks the rows, and writes them
// where no row is bad.
func importFacts[T any](ctx context.Context, r *run, sources []Source, name kindName, kind *register.Kind[T], checks checks[T]) error {
	batch, err := register.NewBatch(ctx, r.Bulk, kind)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := readRows(r, source, name, kind.Columns, func(rows []row[T], absent []fact.Column[T]) error {
			return stage(ctx, r, batch, name, kind, checks, rows, absent)
		})
		if err != nil {
			return err
		}
	}
	if err := batch.Done(ctx); err != nil {
		return err
	}
	if checks.names {
		if err := unknownDocuments(ctx, r, batch); err != nil {
			return err
		}
	}
	repeated, total, err := batch.Repeated(ctx, mostListed)
	if err != nil {
		return err
	}
	for _, row := range repeated {
		twice := rule.Twice("", row.First)
		r.report.problem(tabular.Problem{
			File: row.File, Line: row.Line, Column: layoutOf[name].header[0].Name, Value: row.Key,
			Reason: twice.Message, Remedy: twice.Remedy, Rule: twice.Rule.Name,
		})
	}
	r.report.unlistedRows(total - len(repeated))
	if total > 0 {
		return nil
	}
	write := batch.Upsert
	if r.report.ProblemCount > 0 && !checks.always {
		write = batch.Compare // nothing will be kept: spare the work
	}
	counts, err := write(ctx)
	if err != nil {
		return err
	}
	r.counted(name, sources, counts)
	return nil
}

// unknownDocuments warns of rows that name an unknown document.
func unknownDocuments[T any](ctx context.Context, r *run, batch *register.Batch[T]) error {
	if r.mentioned.unread[kindDisclosures] {
		return nil
	}
	unknown, total, column, err := batch.UnknownDocuments(ctx, mostListed)
	found := rule.UnknownDocument("")
	for _, row := range unknown {
		r.report.warn(tabular.Problem{
			File:   row.File,
			Line:   row.Line,
			Column: column,
			Value:  row.Key,
			Reason: found.Message,
			Remedy: found.Remedy,
			Rule:   found.Rule.Name,
		})
	}
	if total > len(unknown) {
		r.report.countWarnings(found.Rule.Name, total-len(unknown))
	}
	return err
}

// reraise turns a domain's refusal of the whole into a problem of a file.
func (r *run) reraise(kind kindName, source Source, err error) error {
	if p, ok := errors.AsType[*problem.Problem](err); ok && (p.Code == problem.InvalidInput || p.Code == problem.NotFound) {
		column := layoutOf[kind].columnOf[p.Field]
		r.report.problem(tabular.Problem{
			Code: cmp.Or(p.Rule, "file-refused"), File: source.Shown, Column: column, Reason: p.Message, Remedy: p.Remedy, Rule: p.Rule,
		})
		return nil
	}
	return err
}
