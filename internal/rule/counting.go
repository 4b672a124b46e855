package rule

import (
	"fmt"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// The rules for what facts are counted by: codes, limits and arrangements.
var (
	CodeCharacters     = Refuse("code-characters", problem.InvalidInput)
	NumberOutOfRange   = Refuse("number-out-of-range", problem.InvalidInput)
	LimitWithoutNumber = Refuse("limit-without-number", problem.InvalidInput)

	ArrangementYear  = Refuse("arrangement-year-out-of-range", problem.InvalidInput)
	ArrangementEmpty = Refuse("arrangement-without-days", problem.InvalidInput)
	DayListedTwice   = Refuse("day-listed-twice", problem.InvalidInput)
	DayFarFromYear   = Refuse("day-far-from-its-year", problem.InvalidInput)
	WeekdayWorked    = Warn("weekday-listed-as-worked", problem.InvalidInput)

	// Counting are all of them.
	Counting = []Rule{
		CodeCharacters, NumberOutOfRange, LimitWithoutNumber,
		ArrangementYear, ArrangementEmpty, DayListedTwice, DayFarFromYear, WeekdayWorked,
	}
)

// MostDays bounds every number of days: ten years.
const MostDays = 3660

// Code checks the code of a node, a catalog or an entry.
func (f *Findings) Code(field, code string) {
	if code == "" {
		f.Add(Empty(field))
		return
	}
	if len(code) > MostRef {
		f.Add(CodeCharacters.Found(field, "shorten it", "a code has at most %d characters", MostRef))
		return
	}
	for _, r := range code {
		if r <= ' ' || r >= 0x7f {
			f.Add(CodeCharacters.Found(field, "leave it out, or write it as the catalog or the list of areas has it",
				"it holds the character %U; a code has only letters, digits and signs of ASCII, without blanks", r))
			return
		}
	}
}

// Number checks a number of days.
func (f *Findings) Number(field string, days int) {
	if days < 0 || days > MostDays {
		f.Add(NumberOutOfRange.Found(field, fmt.Sprintf("give a number from 0 to %d", MostDays), "%d is out of range", days))
	}
}

// Limit checks a time limit whose number stands in a field.
func (f *Findings) Limit(field string, limit calendar.Limit) {
	switch {
	case limit.N != nil:
		f.Number(field, *limit.N)
	case limit.Kind != calendar.Prompt && limit.Kind != calendar.WithSource:
		f.Add(LimitWithoutNumber.Found(field, "give it, or use PROMPT where the law names none", "a limit in days or hours needs a number"))
	}
}

// NormaliseArrangement brings an arrangement into the form that is kept.
func NormaliseArrangement(a *calendar.Arrangement) {
	for i := range a.Days {
		Trim(&a.Days[i].Name)
	}
}

// Arrangement checks a year's arrangement; a day that is None could not be read
// and is passed over.
func (f *Findings) Arrangement(a *calendar.Arrangement) {
	if a.Year < calendar.First.Year() || a.Year > calendar.Last.Year() {
		f.Add(ArrangementYear.Found("year", "give a year from 1990 to 2100", "it is out of range"))
	}
	if len(a.Days) == 0 {
		f.Add(ArrangementEmpty.Found("days", "list the holidays and the weekend days worked", "it lists no day"))
	}
	listed := make(map[calendar.Day]bool, len(a.Days))
	for i := range a.Days {
		if a.Days[i].Day != calendar.None {
			f.arrangedDay(a.Year, i, &a.Days[i], listed[a.Days[i].Day])
			listed[a.Days[i].Day] = true
		}
	}
}

func (f *Findings) arrangedDay(year, i int, day *calendar.ArrangedDay, twice bool) {
	at := fmt.Sprintf("days[%d]", i)
	f.Text(at+".name", day.Name, MostTitle)
	switch weekday := day.Day.Weekday(); {
	case twice:
		f.Add(DayListedTwice.Found(at+".date", "keep one of the two", "the day is listed twice"))
	case day.Day.Year() < year-1 || day.Day.Year() > year+1:
		f.Add(DayFarFromYear.Found(at+".date", "correct the date or the year", "it lies far from the year %d", year))
	case !day.Off && weekday != time.Saturday && weekday != time.Sunday:
		f.Add(WeekdayWorked.Found(at+".date", "it is worked anyhow", "a day from Monday to Friday is listed as worked"))
	}
}
