package model

import (
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Deadline is a due day with its count.
type Deadline struct {
	DueOn       calendar.Day
	Provisional bool
	Trace       []*TracedDay
}

// LimitInput is a time limit.
type LimitInput struct {
	Kind calendar.LimitKind
	N    *int
}

// limit is the domain's form of the input.
func (i *LimitInput) limit(anchor *calendar.Anchor) calendar.Limit {
	return calendar.Limit{Kind: i.Kind, N: i.N, Anchor: valueOrZero(anchor)}
}

// DeadlineOf counts a limit from a day.
func (v *View) DeadlineOf(from calendar.Day, input LimitInput) (*Deadline, error) {
	limit := input.limit(nil)
	var found rule.Findings
	if found.Limit("n", limit); len(found) > 0 {
		return nil, found.Refused()
	}
	deadline := v.Index.Days.Deadline(from, limit)
	return &Deadline{deadline.Due, deadline.Provisional, tracedDays(v.Index.Days.Trace(from, deadline.Due))}, nil
}

// TracedDay is one day of a count.
type TracedDay struct{ calendar.TracedDay }

func tracedDays(trace []calendar.TracedDay) []*TracedDay {
	days := make([]*TracedDay, len(trace))
	for i := range trace {
		days[i] = &TracedDay{trace[i]}
	}
	return days
}

// Date is the day.
func (t *TracedDay) Date() calendar.Day { return t.Day }

// WorkingDay tells whether it is worked.
func (t *TracedDay) WorkingDay() bool { return t.Working }

// Kind is why it is worked or not.
func (t *TracedDay) Kind() calendar.DayReason { return t.Reason }

// Note is the holiday, the make-up day or the weekend.
func (t *TracedDay) Note(locale *explain.Locale) *string {
	return optional(strings.TrimSpace(explain.DayNote(localeOf(locale), t.TracedDay)))
}
