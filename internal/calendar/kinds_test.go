package calendar_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// TestKinds: every kind that has a name has its rules, and one without a rule is
// not counted as another.
func TestKinds(t *testing.T) {
	t.Parallel()
	from, n := calendar.Date(2024, 5, 6), 3
	days := calendar.New(nil)
	for name, due := range map[string]calendar.Day{
		"WORKING_DAYS": from + 3, "CALENDAR_DAYS": from + 3, "HOURS": from + 1, "PROMPT": calendar.Never, "WITH_SOURCE": calendar.Never,
	} {
		kind, known := calendar.ParseLimitKind(name)
		if got := days.Deadline(from, calendar.Limit{Kind: kind, N: &n}); !known || got.From != from || got.Due != due {
			t.Errorf("%s (known %t): %+v, not due on %s", name, known, got, due)
		}
	}
	for name, period := range map[string]string{
		"NONE": "", "ANNUAL": "2024", "SEMIANNUAL": "2024H1", "QUARTERLY": "2024Q2", "MONTHLY": "2024-05",
	} {
		every, known := calendar.ParsePeriodicity(name)
		if got := calendar.PeriodOf(from, every).String(); !known || got != period {
			t.Errorf("%s (known %t): %s, not %s", name, known, got, period)
		}
	}
	limit := calendar.Limit{Kind: calendar.WithSource + 1, N: &n}
	working := calendar.Limit{Kind: calendar.WorkingDays, N: &n}
	for what, ask := range map[string]func(){
		"Deadline":      func() { days.Deadline(from, limit) },
		"Longer":        func() { limit.Longer(working) },
		"Period.String": func() { _ = calendar.Period{Every: calendar.Monthly + 1, Ordinal: 24_000}.String() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s takes a kind without a rule for another", what)
				}
			}()
			ask()
		}()
	}
}
