package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// spring2020 is part of the State Council's arrangement of 2020.
func spring2020() calendar.Arrangement {
	a := calendar.Arrangement{
		Year: 2020,
		Days: []calendar.ArrangedDay{
			{Day: calendar.Date(2020, 1, 1), Name: "元旦", Off: true},
			{Day: calendar.Date(2020, 1, 19), Name: "春节"},
		},
	}
	for d := calendar.Date(2020, 1, 24); d <= calendar.Date(2020, 2, 2); d++ {
		a.Days = append(a.Days, calendar.ArrangedDay{Day: d, Name: "春节", Off: true})
	}
	return a
}

func ExampleCalendar_AddWorkingDays() {
	days := calendar.New([]calendar.Arrangement{spring2020()})
	// Twenty working days from New Year 2020: Spring Festival does not count, the
	// Sunday worked for it does.
	fmt.Println(days.AddWorkingDays(calendar.Date(2020, 1, 1), 20))
	fmt.Println(days.AddWorkingDays(calendar.Date(2020, 1, 4), 0))
	// Output:
	// 2020-02-05
	// 2020-01-04
}

func ExampleCalendar_Trace() {
	days := calendar.New([]calendar.Arrangement{spring2020()})
	for _, d := range days.Trace(calendar.Date(2020, 1, 17), calendar.Date(2020, 1, 20)) {
		fmt.Printf("%s %v %q\n", d.Day, d.Working, d.Holiday)
	}
	// Output:
	// 2020-01-18 false ""
	// 2020-01-19 true "春节"
	// 2020-01-20 true ""
}

// TestAgainstWalking: prefix counts give what walking from day to day gives.
func TestAgainstWalking(t *testing.T) {
	t.Parallel()
	days := calendar.New([]calendar.Arrangement{spring2020()})
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.Day(rapid.IntRange(int(calendar.First), int(calendar.Last)).Draw(t, "from"))
		n := rapid.IntRange(0, 300).Draw(t, "n")
		walked := from
		for left := n; left > 0; {
			walked++
			if days.Working(walked) {
				left--
			}
		}
		if got := days.AddWorkingDays(from, n); got != walked {
			t.Fatalf("%d working days after %s: %s, walking gives %s", n, from, got, walked)
		}
		if got := days.CountWorkingDays(from, walked); got != n {
			t.Fatalf("from %s to %s: %d working days, want %d", from, walked, got, n)
		}
	})
}

// TestProvisional: a deadline is provisional when a day counted lies in a year
// not loaded; its start is not counted, and none is for no days.
func TestProvisional(t *testing.T) {
	t.Parallel()
	days := calendar.New([]calendar.Arrangement{spring2020()})
	for _, c := range []struct {
		from calendar.Day
		n    int
		want bool
	}{
		{calendar.Date(2019, 12, 31), 3, false},
		{calendar.Date(2019, 12, 30), 1, true},
		{calendar.Date(2020, 12, 30), 1, false},
		{calendar.Date(2020, 12, 30), 2, true},
		{calendar.Date(2021, 5, 5), 0, false},
	} {
		if got := days.WorkingDeadline(c.from, c.n); got.Provisional != c.want {
			t.Errorf("%d working days after %s: provisional %v", c.n, c.from, got.Provisional)
		}
	}
}

// TestCivil: days and dates turn into each other as the standard library has it.
func TestCivil(t *testing.T) {
	t.Parallel()
	for d := calendar.First - 400; d <= calendar.Last+400; d++ {
		year, month, day := d.Civil()
		at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if calendar.Day(at.Unix()/86400) != d || calendar.Date(year, month, day) != d || d.Weekday() != at.Weekday() ||
			d.String() != at.Format(time.DateOnly) {
			t.Fatalf("day %d is %s", d, d)
		}
	}
	if got := calendar.DayOf(time.Date(2024, 5, 5, 16, 0, 0, 0, time.UTC)); got != calendar.Date(2024, 5, 6) {
		t.Errorf("an instant at midnight in Shanghai is on %s", got)
	}
}

// TestPeriods: a period's days follow each other, and its text names it.
func TestPeriods(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		every := rapid.SampledFrom(
			[]calendar.Periodicity{calendar.Annual, calendar.Semiannual, calendar.Quarterly, calendar.Monthly},
		).Draw(
			t,
			"every",
		)
		day := calendar.Day(rapid.IntRange(int(calendar.First), int(calendar.Last)).Draw(t, "day"))
		p := calendar.PeriodOf(day, every)
		next := calendar.Period{Every: every, Ordinal: p.Ordinal + 1}
		if p.First() > day || day > p.Last() || next.First() != p.Last()+1 {
			t.Fatalf("%s holds %s to %s, not %s", p, p.First(), p.Last(), day)
		}
		if parsed, err := calendar.ParsePeriod(p.String()); err != nil || parsed != p {
			t.Fatalf("%s is read as %v, %v", p, parsed, err)
		}
	})
}

// TestChinesePeriods: a period is read as the national forms write it.
func TestChinesePeriods(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024年": "2024", "2024年5月": "2024-05", "2024年05月": "2024-05", "2024年12月": "2024-12", "2024年上半年": "2024H1",
		"2024年下半年": "2024H2", "2024年第一季度": "2024Q1", "2024年2季度": "2024Q2", "2024年第3季度": "2024Q3", "2024年四季度": "2024Q4",
	} {
		if period, err := calendar.ParsePeriod(text); err != nil || period.String() != want {
			t.Errorf("%s is read as %s, %v", text, period, err)
		}
	}
	for _, text := range []string{
		"2024年13月", "2024年0月", "2024年月", "2024年5", "2024月", "2024年第五季度", "2024年半年", "24年5月", "2024年5月6日", "1989年",
	} {
		if period, err := calendar.ParsePeriod(text); err == nil {
			t.Errorf("%s is read as %s", text, period)
		}
	}
}

func ExampleDay_AddMonths() {
	fmt.Println(calendar.Date(2024, 1, 31).AddMonths(1), calendar.Date(2024, 1, 31).AddMonths(2), calendar.Date(2023, 11, 30).AddMonths(3))
	// Output: 2024-02-29 2024-03-31 2024-02-29
}

// FuzzParseDay: what is read as a date is written back as the same one.
func FuzzParseDay(f *testing.F) {
	for _, seed := range []string{"2024-05-06", "2024/5/6", "2024年5月6日", "2024-02-30", "1989-12-31", "2101-01-01", "", "2024-5-6", "2024年5月6"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, err := calendar.ParseDay(text)
		if err != nil {
			return
		}
		again, err := calendar.ParseDay(day.String())
		if err != nil || again != day || !day.InRange() {
			t.Fatalf("%q is %s, read again %s, %v", text, day, again, err)
		}
	})
}

// FuzzParsePeriod: what is read as a period is written back as the same one; but for
// the Chinese forms, as the same text.
func FuzzParsePeriod(f *testing.F) {
	for _, seed := range []string{"2024", "2024H1", "2024Q4", "2024-12", "2024H3", "2024Q0", "2024-13", "2024h1", "", "2024年", "2024年5月", "2024年第二季度", "2024年下半年"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		period, err := calendar.ParsePeriod(text)
		if err != nil {
			return
		}
		again, err := calendar.ParsePeriod(period.String())
		if err != nil || again != period || !strings.Contains(text, "年") && period.String() != text {
			t.Fatalf("%q is %s, read again %s, %v", text, period, again, err)
		}
	})
}
