package model

import (
	"context"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Coverage is figures of a node on a day, of all its cells or of some.
type Coverage struct {
	view    *View
	place   area.Place
	scope   coverage.Scope
	AsOf    calendar.Day
	figures coverage.Figures
	// cellsAlone: the figures are without those of duties, which are counted when asked for.
	cellsAlone bool
	// only narrows to a category, an entry or a level; nil for all cells.
	only func(*coverage.Slot) bool
}

// Coverage returns the node's figures on a day.
func (n *Administrative) Coverage(asOf *calendar.Day, scope *coverage.Scope) *Coverage {
	on := n.view.day(asOf)
	return n.view.coverage(n.place, scopeOf(scope), on, n.view.Index.At(n.place, scopeOf(scope), on))
}

func (v *View) coverage(place area.Place, scope coverage.Scope, on calendar.Day, figures coverage.Figures) *Coverage {
	return &Coverage{view: v, place: place, scope: scope, AsOf: on, figures: figures}
}

// mostTrendDays is how many days a trend may have: ten years by day and more.
const mostTrendDays = 4000

// CoverageTrend returns the node's figures over time; where to lies before from,
// of that day alone (design.md: "and always `to`").
func (n *Administrative) CoverageTrend(from, to calendar.Day, step coverage.TrendStep, scope *coverage.Scope) ([]*Coverage, error) {
	days, err := trendDays(from, to, step)
	if err != nil {
		return nil, err
	}
	trend := make([]*Coverage, len(days))
	for i, figures := range n.view.Index.Trend(n.place, scopeOf(scope), days) {
		trend[i] = n.view.coverage(n.place, scopeOf(scope), days[i], figures)
	}
	return trend, nil
}

func trendDays(from, to calendar.Day, step coverage.TrendStep) ([]calendar.Day, error) {
	days := coverage.TrendDays(from, to, step)
	if len(days) > mostTrendDays {
		return nil, problem.Invalid("step", "take a longer step or a shorter span",
			"a trend has at most %d days; this one has %d", mostTrendDays, len(days))
	}
	return days, nil
}

// Punctuality is how duties were kept of which it was decided in a span.
type Punctuality struct {
	After, To calendar.Day
	coverage.Punctuality
}

// OnTimeRate is null where nothing was decided.
func (p *Punctuality) OnTimeRate() *float64 { return rate(p.Punctuality.OnTimeRate()) }

// PunctualityTrend returns how duties were kept, span by span.
func (n *Administrative) PunctualityTrend(from, to calendar.Day, step coverage.TrendStep, scope *coverage.Scope) ([]*Punctuality, error) {
	days, err := trendDays(from, to, step)
	if err != nil {
		return nil, err
	}
	figures := n.view.Index.Trend(n.place, scopeOf(scope), days)
	spans := make([]*Punctuality, 0, len(days))
	for i := range days[1:] {
		spans = append(spans, &Punctuality{days[i], days[i+1], figures[i+1].PunctualitySince(&figures[i])})
	}
	return spans, nil
}

// Provisional tells whether the day's year has no arrangement loaded.
func (c *Coverage) Provisional() bool { return c.view.Index.Days.ProvisionalOn(c.AsOf) }

// Required counts cells in force and not exempt.
func (c *Coverage) Required() int { return c.figures.Required() }

// Covered counts cells published and up to date.
func (c *Coverage) Covered() int { return c.figures.Cells[timeline.Covered] }

// Pending counts cells in their days of grace.
func (c *Coverage) Pending() int { return c.figures.Cells[timeline.Pending] }

// Missing counts cells with nothing published.
func (c *Coverage) Missing() int { return c.figures.Cells[timeline.Missing] }

// Overdue counts cells with an overdue duty.
func (c *Coverage) Overdue() int { return c.figures.Cells[timeline.Overdue] }

// Stale counts cells not refreshed.
func (c *Coverage) Stale() int { return c.figures.Cells[timeline.Stale] }

// Exempt counts cells exempted.
func (c *Coverage) Exempt() int { return c.figures.Cells[timeline.Exempt] }

// CoverageRate is null where nothing counts.
func (c *Coverage) CoverageRate() *float64 { return rate(c.figures.CoverageRate()) }

func rate(value float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &value
}

// Timeliness counts duties by state.
type Timeliness struct {
	OnTime, Late, Overdue, Open, Undetermined int
	OnTimeRate                                *float64
}

// Timeliness returns how duties were kept.
func (c *Coverage) Timeliness() Timeliness {
	figures := c.figures
	if c.cellsAlone {
		figures = c.view.Index.At(c.place, c.scope, c.AsOf)
	}
	duties := &figures.Duties
	return Timeliness{
		duties[duty.OnTime], duties[duty.Late], duties[duty.Overdue], duties[duty.Open], duties[duty.Undetermined],
		rate(figures.OnTimeRate()),
	}
}

// grouped adds up the slots by a key and gives a Coverage for each, by key. All is
// in memory, so that nothing but this ends it when the request's time is over.
func grouped[K interface{ ~string | ~uint8 }](
	ctx context.Context,
	c *Coverage,
	key func(*coverage.Slot) K,
) (keys []K, of map[K]*Coverage, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	of = map[K]*Coverage{}
	for _, slot := range c.view.Index.Slots(c.place, c.scope, c.AsOf) {
		if c.only != nil && !c.only(&slot) {
			continue
		}
		k := key(&slot)
		part := of[k]
		if part == nil {
			part = c.view.coverage(c.place, c.scope, c.AsOf, coverage.Figures{})
			part.only = func(s *coverage.Slot) bool { return key(s) == k && (c.only == nil || c.only(s)) }
			of[k] = part
			keys = append(keys, k)
		}
		part.figures.Plus(&slot.Figures)
	}
	slices.Sort(keys)
	return keys, of, nil
}

// CategoryCoverage is figures of one category.
type CategoryCoverage struct {
	category string
	Figures  *Coverage
}

// Category is its name.
func (c *CategoryCoverage) Category(locale *explain.Locale) string { return worded(c.category, locale) }

// ByCategory returns figures by the entry code's first part.
func (c *Coverage) ByCategory(ctx context.Context) ([]CategoryCoverage, error) {
	parts, of, err := grouped(ctx, c, func(s *coverage.Slot) string { return catalog.CategoryPart(s.EntryCode) })
	if err != nil {
		return nil, err
	}
	result := make([]CategoryCoverage, len(parts))
	for i, part := range parts {
		result[i] = CategoryCoverage{c.view.Index.Library.Category(part), of[part]}
	}
	return result, nil
}

// EntryCoverage is figures of one entry.
type EntryCoverage struct {
	Entry   *CatalogEntry
	Figures *Coverage
}

// ByEntry returns figures by entry.
func (c *Coverage) ByEntry(ctx context.Context) ([]EntryCoverage, error) {
	codes, of, err := grouped(ctx, c, func(s *coverage.Slot) string { return s.EntryCode })
	if err != nil {
		return nil, err
	}
	result := make([]EntryCoverage, len(codes))
	for i, code := range codes {
		result[i] = EntryCoverage{c.view.entryNaming(c.place, code, c.AsOf), of[code]}
	}
	return result, nil
}

// LevelCoverage is figures of one level.
type LevelCoverage struct {
	Level   area.Level
	Figures *Coverage
}

// ByLevel returns figures by the publisher's level.
func (c *Coverage) ByLevel(ctx context.Context) ([]LevelCoverage, error) {
	levels, of, err := grouped(ctx, c, func(s *coverage.Slot) area.Level { return s.Level })
	if err != nil {
		return nil, err
	}
	result := make([]LevelCoverage, len(levels))
	for i, level := range levels {
		result[i] = LevelCoverage{level, of[level]}
	}
	return result, nil
}
