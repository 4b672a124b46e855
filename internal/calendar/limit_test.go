package calendar_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// TestLonger: limits that count are compared, each kind in its own unit and
// different ones in days; others are not.
func TestLonger(t *testing.T) {
	t.Parallel()
	limit := func(kind calendar.LimitKind, n int) calendar.Limit { return calendar.Limit{Kind: kind, N: &n} }
	prompt := calendar.Limit{Kind: calendar.Prompt}
	for _, c := range []struct {
		local, base     calendar.Limit
		longer, counted bool
	}{
		{limit(calendar.WorkingDays, 21), limit(calendar.WorkingDays, 20), true, true},
		{limit(calendar.WorkingDays, 20), limit(calendar.WorkingDays, 20), false, true},
		{limit(calendar.Hours, 48), limit(calendar.Hours, 36), true, true}, // the instant, although both are two days
		{limit(calendar.Hours, 48), limit(calendar.CalendarDays, 2), false, true},
		{limit(calendar.Hours, 49), limit(calendar.CalendarDays, 2), true, true},
		{limit(calendar.CalendarDays, 28), limit(calendar.WorkingDays, 20), false, true},
		{limit(calendar.CalendarDays, 29), limit(calendar.WorkingDays, 20), true, true},
		{limit(calendar.WorkingDays, 20), limit(calendar.CalendarDays, 20), true, true},
		{prompt, limit(calendar.WorkingDays, 20), false, false},
		{limit(calendar.WorkingDays, 20), calendar.Limit{Kind: calendar.WithSource}, false, false},
		{prompt, prompt, false, false},
	} {
		if longer, counted := c.local.Longer(c.base); longer != c.longer || counted != c.counted {
			t.Errorf("%s beside %s: longer %t, counted %t", c.local, c.base, longer, counted)
		}
	}
}
