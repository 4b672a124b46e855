package timeline

import (
	"cmp"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Limits derive the cells of one entry under other limits from what is kept of them,
// without their facts. Of all that a cell has, the due days of its documents' duties
// follow from its limit alone, and its status where they are overdue.
type Limits struct {
	entryCode string
	rows      []limitedRow
	days      *calendar.Calendar
}

// limitedRow is what follows from a catalog's row on the days on which it is in force.
type limitedRow struct {
	calendar.Span
	before, after                          calendar.Limit
	refreshDays, interpretationWorkingDays int
}

func (r *limitedRow) changed() bool {
	return r.before.Kind != r.after.Kind || r.before.Number() != r.after.Number()
}

// Withdrawal is a publication that lasts up to the day before it is withdrawn.
type Withdrawal struct{ On, Withdrawn calendar.Day }

// NewLimits takes the limits of an entry from the catalogs that are in force for its
// publishers, as they were and as they are, which differ in limits alone; nil where this
// entry's do not.
func NewLimits(entryCode string, before, after []catalog.InForce, days *calendar.Calendar) *Limits {
	l := &Limits{entryCode: entryCode, days: days}
	changed := false
	for i := range before {
		was, is := before[i].Catalog.Row(entryCode), after[i].Catalog.Row(entryCode)
		if was == nil {
			continue
		}
		row := limitedRow{before[i].Span, was.Limit, is.Limit, was.RefreshDays, before[i].Catalog.InterpretationWorkingDays}
		changed = changed || row.changed()
		l.rows = append(l.rows, row)
	}
	if !changed {
		return nil
	}
	return l
}

func (l *Limits) on(day calendar.Day) *limitedRow {
	for i := range l.rows {
		if l.rows[i].Contains(day) {
			return &l.rows[i]
		}
	}
	return nil
}

// Cell derives a cell that was. It is not known without its facts where a duty might as
// well be one of another kind, which has no limit.
func (l *Limits) Cell(cell *CellSummary, withdrawals []Withdrawal) (under CellSummary, known bool) {
	duties := slices.Clone(cell.Duties)
	same := true
	for i := range duties {
		of := &duties[i]
		row := l.on(of.OpenedOn)
		if row == nil || !row.changed() || of.DueOn != l.days.Deadline(of.OpenedOn, row.before).Due {
			continue // it has no limit, or this one still
		}
		if l.otherKind(row, of) {
			return CellSummary{}, false
		}
		due := l.days.Deadline(of.OpenedOn, row.after).Due
		same = same && due == of.DueOn
		of.DueOn = due
	}
	if same {
		return *cell, true
	}
	slices.SortFunc(duties, compareDays)
	under = *cell
	under.Duties = duties
	under.Spans = l.spans(cell, overdueSpans(duties, cell.Series, l.days), withdrawals)
	return under, true
}

// otherKind tells whether a duty of a kind that has no limit might have these days.
func (l *Limits) otherKind(row *limitedRow, of *duty.Days) bool {
	return of.DueOn == l.days.AddWorkingDays(of.OpenedOn, row.interpretationWorkingDays) ||
		l.entryCode == disclosure.ResponseEntry && (of.DueOn == of.OpenedOn+1 || of.DueOn == of.OpenedOn+2) ||
		DisclosesRelief(l.entryCode) && of.DueOn == l.days.AddWorkingDays(of.OpenedOn, relief.DisclosureWorkingDays)
}

func overdueSpans(duties []duty.Days, series []SeriesSummary, days *calendar.Calendar) []calendar.Span {
	var spans []calendar.Span
	for _, of := range duties {
		spans = of.AppendOverdue(spans)
	}
	for i := range series {
		s := &series[i]
		of := duty.Series{Every: s.Every, First: s.First, Last: s.Last, WorkingDays: s.WorkingDays, Fulfilled: s.Fulfilled}
		spans = of.AppendOverdue(spans, days)
	}
	return calendar.Union(spans)
}

// spans are the cell's where duties are overdue on other days: up to MISSING nothing
// changes, and what comes after OVERDUE shows where it no longer holds.
func (l *Limits) spans(cell *CellSummary, overdue []calendar.Span, withdrawals []Withdrawal) []Span {
	e := evaluation{overdue: overdue}
	var turns []calendar.Day
	add := func(day calendar.Day) {
		if day < calendar.Never {
			turns = append(turns, day)
		}
	}
	for _, span := range cell.Spans {
		add(span.From)
	}
	for _, span := range overdue {
		add(span.From)
		if span.To != calendar.Never {
			add(span.To + 1)
		}
	}
	if endsOverdue(cell.Spans, overdue) {
		e.lasting = lastingOf(publicationsKept(cell, withdrawals))
		for i := range l.rows {
			add(l.rows[i].From)
		}
		for _, lasting := range e.lasting {
			add(lasting.from)
			for i := range l.rows {
				if refresh := l.rows[i].refreshDays; refresh > 0 && lasting.last != calendar.None {
					add(lasting.last + calendar.Day(refresh) + 1)
				}
			}
		}
	}
	slices.Sort(turns)
	var spans []Span
	for _, day := range slices.Compact(turns) {
		status := StatusOn(cell.Spans, day)
		switch {
		case status == NotInForce || status == Exempt || status == Missing:
		case e.overdueOn(day):
			status = Overdue
		case status == Overdue:
			status = l.notOverdue(day, e.lastOn(day))
		}
		if len(spans) == 0 && status == NotInForce || len(spans) > 0 && spans[len(spans)-1].Status == status {
			continue
		}
		spans = append(spans, Span{day, status})
	}
	return spans
}

// notOverdue is the status on a day on which a cell is in force, and neither exempt nor
// missing nor overdue.
func (l *Limits) notOverdue(day, last calendar.Day) Status {
	switch refresh := l.on(day).refreshDays; {
	case last == calendar.None:
		return Pending
	case refresh > 0 && day > last+calendar.Day(refresh):
		return Stale
	}
	return Covered
}

// endsOverdue tells whether a day on which the cell was overdue is one no longer.
func endsOverdue(spans []Span, overdue []calendar.Span) bool {
	for i, span := range spans {
		if span.Status != Overdue {
			continue
		}
		to := calendar.Never
		if i+1 < len(spans) {
			to = spans[i+1].From - 1
		}
		if !slices.ContainsFunc(overdue, func(s calendar.Span) bool { return s.From <= span.From && to <= s.To }) {
			return true
		}
	}
	return false
}

// publicationsKept are those of a cell, by day. A withdrawal of what is not listed is of
// another state.
func publicationsKept(cell *CellSummary, withdrawals []Withdrawal) []publication {
	published := cell.Listed[PublishedDocuments]
	all := make([]publication, 0, len(published)+len(cell.Listed[NewsItems]))
	for _, on := range published {
		all = append(all, publication{on: on, withdrawn: calendar.Never})
	}
	for _, withdrawal := range withdrawals {
		for i := range all {
			if all[i].on == withdrawal.On && all[i].withdrawn == calendar.Never {
				all[i].withdrawn = withdrawal.Withdrawn
				break
			}
		}
	}
	for _, on := range cell.Listed[NewsItems] {
		all = append(all, publication{on: on, withdrawn: calendar.Never})
	}
	slices.SortFunc(all, func(a, b publication) int { return cmp.Compare(a.on, b.on) })
	return all
}
