package oracle

import (
	"math"
	"time"
)

// NoDay stands for a day there is not: no due day, not fulfilled, not withdrawn.
const NoDay = math.MinInt

// FirstDay and LastDay bound the window in which cells are walked; every question must lie in it. No run of a cell may
// have begun before FirstDay.
var (
	FirstDay = Day("2019-06-01")
	LastDay  = Day("2029-12-31")
)

// Day is the number of days from 1970-01-01 to a date, NoDay for an empty one. It panics on a bad date: a test's facts
// are wrong then, not the code under test.
func Day(date string) int {
	if date == "" {
		return NoDay
	}
	instant, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	return int(instant.Unix() / secondsPerDay)
}

const secondsPerDay = 24 * 60 * 60

// Date is the reverse of Day.
func Date(day int) string {
	if day == NoDay {
		return ""
	}
	return midnight(day).Format(time.DateOnly)
}

func midnight(day int) time.Time { return time.Unix(int64(day)*secondsPerDay, 0).UTC() }

// hoursAfter is an instant some hours after another, told in Shanghai's time; a mere day stands for its beginning there.
func hoursAfter(instant string, hours int) string {
	return instantOf(instant).Add(time.Duration(hours) * time.Hour).In(shanghai).Format(time.RFC3339)
}

// instantOf reads an instant; a mere day stands for its beginning in Shanghai.
func instantOf(text string) time.Time {
	if len(text) == len(time.DateOnly) {
		text += "T00:00:00+08:00"
	}
	instant, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return instant
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// dayOfInstant is the day in Asia/Shanghai an instant lies in (docs/design.md, "Dates"). The zone has been eight hours
// ahead without a change since long before FirstDay.
func dayOfInstant(published string) int {
	if len(published) == len(time.DateOnly) {
		return Day(published)
	}
	instant, err := time.Parse(time.RFC3339Nano, published)
	if err != nil {
		panic(err)
	}
	return Day(instant.In(shanghai).Format(time.DateOnly))
}

// within says whether a day lies in a from–to pair, both days in it, an empty end being open.
func within(day, from, to int) bool {
	return (from == NoDay || day >= from) && (to == NoDay || day <= to)
}

// isWorkingDay: what any loaded arrangement lists is as listed, else Monday to Friday (docs/design.md, "Dates").
func (w *World) isWorkingDay(day int) bool {
	w.recall()
	if off, listed := w.memory.arranged[day]; listed {
		return !off
	}
	weekday := midnight(day).Weekday()
	return weekday != time.Saturday && weekday != time.Sunday
}

// Due is the n-th working day after a day, that day not counted, and whether a day counted lies in a year whose
// arrangement is not loaded (docs/design.md, "Dates").
func (w *World) Due(from int, n int) (due int, provisional bool) {
	w.recall()
	due = from
	for counted := 0; counted < n; {
		due++
		if !w.memory.loadedYears[midnight(due).Year()] {
			provisional = true
		}
		if w.isWorkingDay(due) {
			counted++
		}
	}
	return due, provisional
}
