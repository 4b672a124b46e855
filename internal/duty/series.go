package duty

import (
	"sort"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

// Series is a row of duties that come round with the calendar: the periods of
// an entry, or the years in which an attribute is to be reviewed. It runs on
// for as long as anyone may ask, so it is kept as a rule and not as a list.
type Series struct {
	Kind  Kind // Period or Review
	Every calendar.Periodicity
	// First and Last are the ordinals of its periods, both in it.
	First, Last int32
	// WorkingDays after a period's last day its duty is due.
	WorkingDays int
	Ref         string // the document to review, empty for periods
	Rule        *catalog.Rule
	// Fulfilled are the duties that were fulfilled, by ordinal; no other was.
	Fulfilled []Fulfilment
}

// Fulfilment is the first fulfilment of one duty of a series.
type Fulfilment struct {
	Ordinal int32
	On      calendar.Day
	By      string // the ref of the disclosure, empty for a review
}

// lastOrdinal is the last period that opens on a day that may be asked for.
func lastOrdinal(every calendar.Periodicity) int32 {
	return calendar.PeriodOf(calendar.Last, every).Ordinal
}

func (s *Series) period(ordinal int32) calendar.Period {
	return calendar.Period{Every: s.Every, Ordinal: ordinal}
}

// DueOn returns the due day of one duty of the series.
func (s *Series) DueOn(ordinal int32, days *calendar.Calendar) calendar.Day {
	return days.AddWorkingDays(s.period(ordinal).Last(), s.WorkingDays)
}

// FulfilledOn returns the day on which the duty was fulfilled, else Never.
func (s *Series) FulfilledOn(ordinal int32) calendar.Day {
	if i, ok := s.find(ordinal); ok {
		return s.Fulfilled[i].On
	}
	return calendar.Never
}

func (s *Series) find(ordinal int32) (int, bool) {
	i := sort.Search(len(s.Fulfilled), func(i int) bool { return s.Fulfilled[i].Ordinal >= ordinal })
	return i, i < len(s.Fulfilled) && s.Fulfilled[i].Ordinal == ordinal
}

// DaysOf returns the three days of one duty of the series.
func (s *Series) DaysOf(ordinal int32, days *calendar.Calendar) Days {
	return Days{s.period(ordinal).First(), s.DueOn(ordinal, days), s.FulfilledOn(ordinal)}
}

// Duty returns one duty of the series in full.
func (s *Series) Duty(ordinal int32, days *calendar.Calendar) Duty {
	period := s.period(ordinal)
	due := days.WorkingDeadline(period.Last(), s.WorkingDays)
	d := Duty{
		Kind: s.Kind, OpenedOn: period.First(), DueOn: due.Due, FulfilledOn: calendar.Never,
		AnchorOn: period.Last(), WorkingDays: s.WorkingDays, Provisional: due.Provisional,
		Ref: s.Ref, Rule: s.Rule,
	}
	if s.Kind == Review {
		// Its year is counted by the calendar, not by working days.
		d.AnchorOn, d.WorkingDays = period.First(), -1
	} else {
		d.Period = period
	}
	if i, ok := s.find(ordinal); ok {
		d.FulfilledOn, d.FulfilledBy = s.Fulfilled[i].On, s.Fulfilled[i].By
	}
	return d
}

// Ordinals returns the last ordinal that has opened by the day and the last
// that was due before it; one less than First where none has.
func (s *Series) Ordinals(on calendar.Day, days *calendar.Calendar) (opened, due int32) {
	return Reached(s.Every, s.First, s.Last, s.WorkingDays, on, days)
}

// Reached is Ordinals for a series given by its bounds.
func Reached(every calendar.Periodicity, first, last int32, workingDays int, on calendar.Day, days *calendar.Calendar) (opened, due int32) {
	now := calendar.PeriodOf(on, every).Ordinal
	opened = max(min(now, last), first-1)
	for due = opened; due >= first; due-- {
		if days.AddWorkingDays(calendar.Period{Every: every, Ordinal: due}.Last(), workingDays) < on {
			break
		}
	}
	return opened, due
}

// firstUnfulfilled returns the first duty that was never fulfilled, ok is false
// when all were.
func (s *Series) firstUnfulfilled() (ordinal int32, ok bool) {
	ordinal = s.First
	for _, fulfilment := range s.Fulfilled {
		if fulfilment.Ordinal != ordinal {
			break
		}
		ordinal++
	}
	return ordinal, ordinal <= s.Last
}
