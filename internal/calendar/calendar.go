// Package calendar knows days, periods, time limits and which days are worked.
//
// Days are days in Asia/Shanghai. A working day is what the State Council's
// yearly arrangement (国务院办公厅节假日安排) says: a weekend made up for is
// worked, a statutory holiday is not; any other day is worked from Monday to
// Friday. Source: docs/design.md, Dates.
package calendar

import (
	"slices"
	"sort"
	"time"
)

// ArrangedDay is a day that an arrangement names.
type ArrangedDay struct {
	Day  Day
	Name string // the holiday, 春节
	// Off is false for a weekend day that is worked.
	Off bool
}

// Arrangement is the State Council's arrangement of one year. It may list days
// of the neighbouring years.
type Arrangement struct {
	Year int
	Days []ArrangedDay
}

// The working days known to the calendar: a margin after Last leaves room for
// limits counted from it.
const (
	tableFirst = First - 366
	tableLast  = Last + 20*366
)

// Calendar answers questions about working days. It is not changed once made.
type Calendar struct {
	arrangements []Arrangement
	loaded       map[int]bool
	arranged     map[Day]ArrangedDay
	// before[d-tableFirst] is the number of working days from tableFirst to d.
	before []int32
	// working holds every working day of the table in order.
	working []Day
}

// New makes a calendar of the loaded arrangements. Where two list the same day,
// the later year's holds: it is the later notice.
func New(arrangements []Arrangement) *Calendar {
	c := &Calendar{
		arrangements: slices.Clone(arrangements),
		loaded:       map[int]bool{}, arranged: map[Day]ArrangedDay{},
		before: make([]int32, tableLast-tableFirst+1),
	}
	slices.SortFunc(c.arrangements, func(a, b Arrangement) int { return a.Year - b.Year })
	for _, arrangement := range c.arrangements {
		c.loaded[arrangement.Year] = true
		for _, arranged := range arrangement.Days {
			c.arranged[arranged.Day] = arranged
		}
	}
	c.working = make([]Day, 0, len(c.before)*5/7+1)
	for d := tableFirst; d <= tableLast; d++ {
		if c.Working(d) {
			c.working = append(c.working, d)
		}
		c.before[d-tableFirst] = int32(len(c.working))
	}
	return c
}

// Arrangements returns the loaded arrangements by year.
func (c *Calendar) Arrangements() []Arrangement { return c.arrangements }

// Loaded tells whether the year's arrangement is loaded.
func (c *Calendar) Loaded(year int) bool { return c.loaded[year] }

// Working tells whether the day is worked.
func (c *Calendar) Working(d Day) bool {
	if arranged, ok := c.arranged[d]; ok {
		return !arranged.Off
	}
	weekday := d.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday
}

// AddWorkingDays returns the n-th working day after d; d itself is not counted,
// and n = 0 gives d. It looks up prefix counts and walks no day.
func (c *Calendar) AddWorkingDays(d Day, n int) Day {
	if n <= 0 || d == Never {
		return d
	}
	counted := 0
	if d >= tableFirst {
		counted = int(c.before[min(d, tableLast)-tableFirst])
	}
	if counted+n > len(c.working) {
		return Never
	}
	return c.working[counted+n-1]
}

// CountWorkingDays returns the number of working days after from up to to.
func (c *Calendar) CountWorkingDays(from, to Day) int {
	if to <= from {
		return 0
	}
	after := sort.Search(len(c.working), func(i int) bool { return c.working[i] > from })
	until := sort.Search(len(c.working), func(i int) bool { return c.working[i] > to })
	return until - after
}

// Provisional tells whether a day from the one after `from` to `to` lies in a
// year whose arrangement is not loaded.
func (c *Calendar) Provisional(from, to Day) bool {
	if to <= from || to == Never {
		return false
	}
	for year := (from + 1).Year(); year <= to.Year(); year++ {
		if !c.loaded[year] {
			return true
		}
	}
	return false
}

// ProvisionalOn tells whether the day's year is not loaded.
func (c *Calendar) ProvisionalOn(d Day) bool { return !c.loaded[d.Year()] }

// TracedDay is one day of a count: worked or not, and why.
type TracedDay struct {
	Day     Day
	Working bool
	Reason  DayReason
	Holiday string // the arrangement's name for the day, where it lists it
}

// DayReason is why a day is worked or not.
type DayReason uint8

// The reasons.
const (
	Weekday DayReason = iota
	Weekend
	Holiday
	MakeUpDay
)

// Trace lists every day after from up to to, for a person to recount.
func (c *Calendar) Trace(from, to Day) []TracedDay {
	if to <= from || to == Never {
		return nil
	}
	trace := make([]TracedDay, 0, to-from)
	for d := from + 1; d <= to; d++ {
		traced := TracedDay{Day: d, Working: c.Working(d)}
		arranged, isArranged := c.arranged[d]
		switch {
		case isArranged && arranged.Off:
			traced.Reason, traced.Holiday = Holiday, arranged.Name
		case isArranged:
			traced.Reason, traced.Holiday = MakeUpDay, arranged.Name
		case !traced.Working:
			traced.Reason = Weekend
		}
		trace = append(trace, traced)
	}
	return trace
}
