package rule

import (
	"fmt"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// The rules for what facts are counted by: codes, limits and arrangements.
var (
	CodeCharacters     = Refuse("code-characters", problem.InvalidInput)
	CodeSpoilt         = Refuse("code-spoilt-by-a-spreadsheet", problem.InvalidInput)
	NumberOutOfRange   = Refuse("number-out-of-range", problem.InvalidInput)
	LimitWithoutNumber = Refuse("limit-without-number", problem.InvalidInput)

	ArrangementYear  = Refuse("arrangement-year-out-of-range", problem.InvalidInput)
	ArrangementEmpty = Refuse("arrangement-without-days", problem.InvalidInput)
	DayListedTwice   = Refuse("day-listed-twice", problem.InvalidInput)
	DayFarFromYear   = Refuse("day-far-from-its-year", problem.InvalidInput)
	WeekdayWorked    = Warn("weekday-listed-as-worked", problem.InvalidInput)
	FewDaysOff       = Warn("arrangement-with-few-days-off", problem.InvalidInput)
	HolidayMissing   = Warn("arrangement-without-a-holiday", problem.InvalidInput)
	ListedOtherwise  = Warn("day-listed-otherwise", problem.InvalidInput)

	// Counting are all of them.
	Counting = []Rule{
		CodeCharacters, CodeSpoilt, NumberOutOfRange, LimitWithoutNumber,
		ArrangementYear, ArrangementEmpty, DayListedTwice, DayFarFromYear, WeekdayWorked,
		FewDaysOff, HolidayMissing, ListedOtherwise,
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
	if found, is := Mistaken(field, code); is {
		f.Add(found)
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
	if len(a.Days) > 0 {
		f.holidays(a)
	}
}

// mostOutside is how many days before or after its year an arrangement may list.
const mostOutside = 15

// fewDaysOff is fewer than the holidays of any year since 1999 have.
const fewDaysOff = 7

// sevenHolidays are those of every year, by what their names hold.
var sevenHolidays = []string{"元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆"}

// holidays looks for what an arrangement lacks that every year has.
func (f *Findings) holidays(a *calendar.Arrangement) {
	off, names := 0, ""
	for i := range a.Days {
		if a.Days[i].Off {
			off++
		}
		names += a.Days[i].Name + " "
	}
	if off < fewDaysOff {
		f.Add(FewDaysOff.Found("days", "add the days off that it lacks", "the days off that it lists are %d", off))
	}
	var missing []string
	for _, holiday := range sevenHolidays {
		if !strings.Contains(names, holiday) {
			missing = append(missing, holiday)
		}
	}
	if len(missing) > 0 {
		f.Add(HolidayMissing.Found("days", "add them, if the year has them", "it does not list %s", strings.Join(missing, ", ")))
	}
}

// ListedBeside checks the days of an arrangement beside those that another year lists.
func (f *Findings) ListedBeside(a *calendar.Arrangement, others []calendar.Arrangement) {
	for i := range a.Days {
		for j := range others {
			if others[j].Year == a.Year {
				continue
			}
			for k := range others[j].Days {
				if other := &others[j].Days[k]; other.Day == a.Days[i].Day && other.Off != a.Days[i].Off {
					f.Add(ListedOtherwise.Found("days", "make sure which of the two papers holds",
						"%s is listed otherwise by the arrangement of %d", other.Day, others[j].Year))
				}
			}
		}
	}
}

func (f *Findings) arrangedDay(year, i int, day *calendar.ArrangedDay, twice bool) {
	at := fmt.Sprintf("days[%d]", i)
	f.Text(at+".name", day.Name, MostTitle)
	switch weekday := day.Day.Weekday(); {
	case twice:
		f.Add(DayListedTwice.Found(at+".date", "keep one of the two", "the day is listed twice"))
	case day.Day < calendar.Date(year, 1, 1)-mostOutside || day.Day > calendar.Date(year, 12, 31)+mostOutside:
		f.Add(
			DayFarFromYear.Found(
				at+".date",
				"correct the date or the year",
				"it lies more than %d days outside the year %d",
				mostOutside,
				year,
			),
		)
	case !day.Off && weekday != time.Saturday && weekday != time.Sunday:
		f.Add(WeekdayWorked.Found(at+".date", "it is worked anyhow", "a day from Monday to Friday is listed as worked"))
	}
}
