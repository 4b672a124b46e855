package calendar

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Day is a day in Asia/Shanghai, counted from 1970-01-01. Facts lie from First
// to Last; days reckoned from them may lie a little later.
type Day int32

const (
	// None is a day that a fact does not give: 1970 lies outside every fact.
	None Day = 0
	// Never lies after every day: an open end, a due day that no rule names,
	// a fulfilment that has not come.
	Never Day = math.MaxInt32
	// First is 1990-01-01, the first day that a fact or a question may name.
	First Day = 7305
	// Last is 2100-12-31, the last day that a fact or a question may name.
	Last Day = 47846
)

// Shanghai is the only time zone of the service. China has kept UTC+8 without
// summer time since 1992, so no time zone data are needed.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Date returns the day of a civil date. Months and days outside their usual
// range are not normalised: callers check.
func Date(year, month, day int) Day {
	// Days from civil, with years that begin in March, so that a leap day is
	// the last day of its year.
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return Day(era*146097 + dayOfEra - 719468)
}

// Civil returns year, month and day of the month.
func (d Day) Civil() (year, month, day int) {
	days := int(d) + 719468
	era := days / 146097
	dayOfEra := days - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*shifted+2)/5 + 1
	month = shifted + 3
	year = yearOfEra + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// Year returns the calendar year of the day.
func (d Day) Year() int {
	year, _, _ := d.Civil()
	return year
}

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday {
	return time.Weekday(((int(d)+4)%7 + 7) % 7)
}

// String gives YYYY-MM-DD, and the empty text for None and Never.
func (d Day) String() string {
	if d == None || d == Never {
		return ""
	}
	year, month, day := d.Civil()
	buffer := [10]byte{4: '-', 7: '-'}
	for i, value := 3, year; i >= 0; i, value = i-1, value/10 {
		buffer[i] = byte('0' + value%10)
	}
	buffer[5], buffer[6] = byte('0'+month/10), byte('0'+month%10)
	buffer[8], buffer[9] = byte('0'+day/10), byte('0'+day%10)
	return string(buffer[:])
}

// Time returns the first instant of the day in Asia/Shanghai.
func (d Day) Time() time.Time {
	year, month, day := d.Civil()
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, Shanghai)
}

// Given tells whether the fact names a day.
func (d Day) Given() bool { return d != None && d != Never }

// OrNever turns a day that a fact does not give into Never.
func (d Day) OrNever() Day {
	if d == None {
		return Never
	}
	return d
}

// DayOf returns the day on which an instant falls in Asia/Shanghai.
func DayOf(instant time.Time) Day {
	const secondsADay = 24 * 60 * 60
	seconds := instant.Unix() + 8*60*60
	days := seconds / secondsADay
	if seconds%secondsADay < 0 {
		days--
	}
	return Day(days)
}

// Today returns the day of a clock, kept within those that a question may name: what
// is asked without a day could not be asked with it otherwise.
func Today(now time.Time) Day { return min(max(DayOf(now), First), Last) }

// InRange tells whether facts and questions may name the day.
func (d Day) InRange() bool { return d >= First && d <= Last }

// IsWritten tells whether a text is written as a day is, be there such a day or not.
func IsWritten(text string) bool {
	_, _, _, ok := splitDate(text)
	return ok
}

// ParseDay reads YYYY-MM-DD, YYYY/M/D and YYYY年M月D日, from 1990 to 2100.
func ParseDay(text string) (Day, error) {
	year, month, day, ok := splitDate(text)
	if !ok {
		return None, problem.Invalid("", "write it as YYYY-MM-DD, 2024/5/6 or 2024年5月6日", "%q is not a date", text)
	}
	if month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month) {
		return None, problem.Invalid("", "check month and day", "%q is no day of the calendar", text)
	}
	if result := Date(year, month, day); result.InRange() {
		return result, nil
	}
	return None, problem.Invalid("", "give a date from 1990-01-01 to 2100-12-31", "%q is out of range", text)
}

// splitDate reads three numbers with one of the three pairs of separators.
func splitDate(text string) (year, month, day int, ok bool) {
	year, rest, ok := leadingNumber(text, 4, 4)
	if !ok || rest == "" {
		return 0, 0, 0, false
	}
	for _, style := range dateStyles {
		afterYear, found := strings.CutPrefix(rest, style.afterYear)
		if !found {
			continue
		}
		month, rest, ok = leadingNumber(afterYear, style.digits, 2)
		afterMonth, found := strings.CutPrefix(rest, style.afterMonth)
		if !ok || !found {
			return 0, 0, 0, false
		}
		day, rest, ok = leadingNumber(afterMonth, style.digits, 2)
		return year, month, day, ok && rest == style.afterDay
	}
	return 0, 0, 0, false
}

// dateStyles are the ways to write a date: what follows each number, and the
// fewest digits of month and day.
var dateStyles = [...]struct {
	afterYear, afterMonth, afterDay string
	digits                          int
}{{"-", "-", "", 2}, {"/", "/", "", 1}, {"年", "月", "日", 1}}

func leadingNumber(text string, shortest, longest int) (value int, rest string, ok bool) {
	length := 0
	for length < len(text) && length < longest && text[length] >= '0' && text[length] <= '9' {
		value = value*10 + int(text[length]-'0')
		length++
	}
	return value, text[length:], length >= shortest
}

// DaysInMonth returns how many days the month has.
func DaysInMonth(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// AddMonths returns the same day of the month so many months later, or that
// month's last day where it is shorter.
func (d Day) AddMonths(months int) Day {
	year, month, day := d.Civil()
	total := year*12 + month - 1 + months
	year, month = total/12, total%12+1
	return Date(year, month, min(day, DaysInMonth(year, month)))
}

// Span is a stretch of days, both ends in it. To is Never where it is open.
type Span struct{ From, To Day }

// Contains tells whether the day lies in the span.
func (s Span) Contains(d Day) bool { return s.From <= d && d <= s.To }

// Meet returns the days that are in both spans; ok is false when there are none.
func (s Span) Meet(other Span) (met Span, ok bool) {
	met = Span{From: max(s.From, other.From), To: min(s.To, other.To)}
	return met, met.From <= met.To
}

// Union joins spans that overlap or follow each other without a day between.
func Union(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return int(a.From - b.From) })
	var joined []Span
	for _, span := range spans {
		if last := len(joined) - 1; last >= 0 && (joined[last].To == Never || span.From <= joined[last].To+1) {
			joined[last].To = max(joined[last].To, span.To)
			continue
		}
		joined = append(joined, span)
	}
	return joined
}
