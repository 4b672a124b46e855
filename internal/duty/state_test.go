package duty_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
)

// TestStates: "onTime (fulfilled by T, not after due), late (fulfilled by T, after
// due), overdue (due < T, not fulfilled by T), open (opened by T, due ≥ T, not
// fulfilled by T); undetermined = duties opened by T without a due day".
func TestStates(t *testing.T) {
	t.Parallel()
	never := calendar.Never
	for name, c := range map[string]struct {
		days duty.Days
		want map[calendar.Day]duty.State
	}{
		"never fulfilled":       {duty.Days{OpenedOn: jan(5), DueOn: jan(8), FulfilledOn: never}, map[calendar.Day]duty.State{jan(4): duty.NotOpened, jan(5): duty.Open, jan(8): duty.Open, jan(9): duty.Overdue}},
		"on the due day":        {duty.Days{OpenedOn: jan(5), DueOn: jan(8), FulfilledOn: jan(8)}, map[calendar.Day]duty.State{jan(7): duty.Open, jan(8): duty.OnTime, jan(9): duty.OnTime}},
		"a day late":            {duty.Days{OpenedOn: jan(5), DueOn: jan(8), FulfilledOn: jan(9)}, map[calendar.Day]duty.State{jan(8): duty.Open, jan(9): duty.Late}},
		"two days late":         {duty.Days{OpenedOn: jan(5), DueOn: jan(8), FulfilledOn: jan(10)}, map[calendar.Day]duty.State{jan(9): duty.Overdue, jan(10): duty.Late}},
		"before it opened":      {duty.Days{OpenedOn: jan(5), DueOn: jan(8), FulfilledOn: jan(2)}, map[calendar.Day]duty.State{jan(4): duty.NotOpened, jan(5): duty.OnTime}},
		"due before it opened":  {duty.Days{OpenedOn: jan(5), DueOn: jan(3), FulfilledOn: jan(4)}, map[calendar.Day]duty.State{jan(4): duty.NotOpened, jan(5): duty.Late}},
		"and not fulfilled":     {duty.Days{OpenedOn: jan(5), DueOn: jan(3), FulfilledOn: never}, map[calendar.Day]duty.State{jan(4): duty.NotOpened, jan(5): duty.Overdue}},
		"without a due day":     {duty.Days{OpenedOn: jan(5), DueOn: never, FulfilledOn: never}, map[calendar.Day]duty.State{jan(4): duty.NotOpened, jan(5): duty.Undetermined}},
		"that and fulfilled":    {duty.Days{OpenedOn: jan(5), DueOn: never, FulfilledOn: jan(6)}, map[calendar.Day]duty.State{jan(6): duty.Undetermined, calendar.Last: duty.Undetermined}},
		"fulfilled as it opens": {duty.Days{OpenedOn: jan(5), DueOn: jan(5), FulfilledOn: jan(5)}, map[calendar.Day]duty.State{jan(4): duty.NotOpened, jan(5): duty.OnTime}},
	} {
		for on, want := range c.want {
			if got := c.days.StateOn(on); got != want {
				t.Errorf("%s: on %s state %d, want %d", name, on, got, want)
			}
		}
	}
}

// TestTurns: the turns lead through the states of each day.
func TestTurns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.OneOf(rapid.Map(rapid.IntRange(3, 12), jan), rapid.Just(calendar.Never))
		days := duty.Days{
			OpenedOn:    rapid.Map(rapid.IntRange(3, 12), jan).Draw(t, "opened"),
			DueOn:       day.Draw(t, "due"),
			FulfilledOn: day.Draw(t, "fulfilled"),
		}
		turns := days.Turns(nil)
		state := duty.NotOpened
		for on := jan(1); on <= jan(15); on++ {
			for _, turn := range turns {
				if turn.On == on {
					if turn.From != state || turn.To == state {
						t.Fatalf("%+v: a turn %+v in state %d", days, turn, state)
					}
					state = turn.To
				}
			}
			if got := days.StateOn(on); got != state {
				t.Fatalf("%+v on %s: state %d, the turns %+v lead to %d", days, on, got, turns, state)
			}
		}
	})
}

// TestSeries: what a series says of a day is what its duties one by one say.
func TestSeries(t *testing.T) {
	t.Parallel()
	days := calendar.New(nil)
	rapid.Check(t, func(t *rapid.T) {
		every := rapid.SampledFrom(
			[]calendar.Periodicity{calendar.Annual, calendar.Semiannual, calendar.Quarterly, calendar.Monthly},
		).Draw(
			t,
			"every",
		)
		first := calendar.PeriodOf(calendar.Date(2024, rapid.IntRange(1, 12).Draw(t, "month"), 1), every).Ordinal
		s := duty.Series{
			Kind: duty.Period, Every: every, First: first, Last: first + int32(rapid.IntRange(0, 30).Draw(t, "more")),
			WorkingDays: rapid.IntRange(0, 300).Draw(t, "working days"),
		}
		for ordinal := s.First; ordinal <= s.Last; ordinal++ {
			if rapid.Bool().Draw(t, "fulfilled") {
				s.Fulfilled = append(
					s.Fulfilled,
					duty.Fulfilment{Ordinal: ordinal, On: jan(1) + calendar.Day(rapid.IntRange(0, 1500).Draw(t, "on"))},
				)
			}
		}
		on := jan(1) + calendar.Day(rapid.IntRange(-100, 3000).Draw(t, "day"))
		opened, due := s.Ordinals(on, days)
		duties := duty.Duties{Series: []duty.Series{s}}
		overdue := map[string]bool{}
		for ordinal := s.First; ordinal <= s.Last; ordinal++ {
			of := s.DaysOf(ordinal, days)
			if (of.OpenedOn <= on) != (ordinal <= opened) || (of.OpenedOn <= on && of.DueOn < on) != (ordinal <= due) {
				t.Fatalf("%+v on %s: opened %d, due %d, but %d has %+v", s, on, opened, due, ordinal, of)
			}
			if of.StateOn(on) == duty.Overdue {
				overdue[calendar.Period{Every: every, Ordinal: ordinal}.String()] = true
			}
		}
		listed := duties.OverdueOn(on, days)
		for i, d := range listed {
			if !overdue[d.Name()] || i > 0 && duty.Compare(listed[i-1], d) >= 0 {
				t.Fatalf("%+v on %s: %s is no overdue duty or out of order", s, on, d.Name())
			}
		}
		within := false
		for _, span := range duties.OverdueSpans(days) {
			within = within || span.Contains(on)
		}
		if len(listed) != len(overdue) || within != (len(overdue) > 0) {
			t.Fatalf("%+v on %s: %d overdue, listed %d, spans hold it %v", s, on, len(overdue), len(listed), within)
		}
	})
}
