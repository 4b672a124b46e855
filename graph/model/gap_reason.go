package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// GapReason is why a cell is a gap.
type GapReason struct {
	view   *View
	reason *timeline.Reason
}

// Rule names the rule in a few words.
func (r *GapReason) Rule(locale *explain.Locale) string {
	return explain.Rule(localeOf(locale), r.reason)
}

// AnchorDate is the day counted from.
func (r *GapReason) AnchorDate() calendar.Day { return r.reason.Deadline.From }

// DueOn is the last day on which it was no gap for this reason.
func (r *GapReason) DueOn() calendar.Day { return r.reason.Deadline.Due }

// WorkingDaysCounted is null for limits that count otherwise.
func (r *GapReason) WorkingDaysCounted() *int { return workingDays(r.reason.Deadline.WorkingDays) }

// Provisional tells whether a day counted lies in a year not loaded.
func (r *GapReason) Provisional() bool { return r.reason.Deadline.Provisional }

// LegalBasis is the entry's.
func (r *GapReason) LegalBasis(locale *explain.Locale) string {
	if r.reason.Rule == nil {
		return ""
	}
	return worded(r.reason.Rule.LegalBasis, locale)
}

// Trace is every day counted.
func (r *GapReason) Trace() []*TracedDay {
	return tracedDays(r.view.Index.Days.Trace(r.reason.Deadline.From, r.reason.Deadline.Due))
}

// reason derives the reason from the cell's facts.
func (g *Gap) why(ctx context.Context) (*timeline.Reason, error) {
	history, err := g.history(ctx)
	if err != nil {
		return nil, err
	}
	return history.ReasonOn(g.on), nil
}

func (g *Gap) history(ctx context.Context) (*timeline.History, error) {
	return g.view.loaders.histories.Load(ctx, g.cellKey())
}

// Reason is the reason in parts.
func (g *Gap) Reason(ctx context.Context) (*GapReason, error) {
	reason, err := g.why(ctx)
	if err != nil {
		return nil, err
	}
	return &GapReason{g.view, reason}, nil
}

// Explanation is the reason in full.
func (g *Gap) Explanation(ctx context.Context, locale *explain.Locale) (string, error) {
	facts, err := g.facts(ctx)
	if err != nil {
		return "", err
	}
	return explain.Gap(localeOf(locale), facts), nil
}

// facts gathers what an explanation is made from.
func (g *Gap) facts(ctx context.Context) (explain.GapFacts, error) {
	if err := batch.Spend(ctx, explained); err != nil {
		return explain.GapFacts{}, err
	}
	reason, err := g.why(ctx)
	if err != nil {
		return explain.GapFacts{}, err
	}
	refs := []string{reason.Last.DocumentRef(), reason.Cause.DocumentRef()}
	if reason.Duty != nil {
		refs = append(refs, reason.Duty.DocumentRef())
	}
	named, err := g.view.named(ctx, refs...)
	if err != nil {
		return explain.GapFacts{}, err
	}
	return explain.GapFacts{
		Publisher: g.view.Index.Tree.Node(
			g.Standing.Publisher,
		).NamedOn(
			g.on,
		),
		Entry:    g.Entry().Entry,
		Reason:   reason,
		On:       g.on,
		Days:     g.view.Index.Days,
		Document: named.of,
	}, nil
}

func workingDays(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}
