package calendar

import (
	"fmt"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Periodicity is how often an entry is owed: the number of periods a year.
type Periodicity uint8

// The periodicities of the catalog.
const (
	NoPeriod   Periodicity = 0
	Annual     Periodicity = 1
	Semiannual Periodicity = 2
	Quarterly  Periodicity = 4
	Monthly    Periodicity = 12
)

var periodicityNames = map[Periodicity]string{
	NoPeriod: "NONE", Annual: "ANNUAL", Semiannual: "SEMIANNUAL", Quarterly: "QUARTERLY", Monthly: "MONTHLY",
}

func (p Periodicity) String() string { return periodicityNames[p] }

// ParsePeriodicity reads the catalog's word; the empty text is NONE.
func ParsePeriodicity(text string) (Periodicity, bool) {
	if text == "" {
		return NoPeriod, true
	}
	for periodicity, name := range periodicityNames {
		if name == text {
			return periodicity, true
		}
	}
	return NoPeriod, false
}

// Period is one calendar period: a year, half-year, quarter or month.
type Period struct {
	Every Periodicity
	// Ordinal counts the periods of this length from the year 0.
	Ordinal int32
}

// PeriodOf returns the period of the given length that holds the day.
func PeriodOf(d Day, every Periodicity) Period {
	year, month, _ := d.Civil()
	return Period{every, int32(year*int(every) + (month-1)*int(every)/12)}
}

// First returns the period's first day.
func (p Period) First() Day {
	year, part := int(p.Ordinal)/int(p.Every), int(p.Ordinal)%int(p.Every)
	return Date(year, part*12/int(p.Every)+1, 1)
}

// Last returns the period's last day.
func (p Period) Last() Day {
	return Period{p.Every, p.Ordinal + 1}.First() - 1
}

// String gives 2024, 2024H1, 2024Q2 or 2024-05.
func (p Period) String() string {
	if p.Every == NoPeriod {
		return ""
	}
	year, part := int(p.Ordinal)/int(p.Every), int(p.Ordinal)%int(p.Every)+1
	switch p.Every {
	case NoPeriod: // above: it cannot be divided by
	case Annual:
		return fmt.Sprintf("%04d", year)
	case Semiannual:
		return fmt.Sprintf("%04dH%d", year, part)
	case Quarterly:
		return fmt.Sprintf("%04dQ%d", year, part)
	case Monthly:
		return fmt.Sprintf("%04d-%02d", year, part)
	}
	panic(unknown("period", p.Every))
}

// ParsePeriod reads 2024, 2024H1, 2024Q2 or 2024-05, and 2024年, 2024年上半年,
// 2024年第二季度 or 2024年5月, from 1990 to 2100.
func ParsePeriod(text string) (Period, error) {
	year, rest, ok := leadingNumber(text, 4, 4)
	every, part := Annual, 1
	if ok && rest != "" {
		every, part, ok = parsePart(rest)
	}
	switch {
	case !ok || part < 1 || part > int(every):
		return Period{}, problem.Invalid("", "write 2024, 2024H1, 2024Q2 or 2024-05", "%q is not a period", text)
	case year < First.Year() || year > Last.Year():
		return Period{}, problem.Invalid("", "give a year from 1990 to 2100", "the period %q is out of range", text)
	}
	return Period{every, int32(year*int(every) + part - 1)}, nil
}

// parsePart reads what follows a period's year: which part of the year it is.
func parsePart(text string) (every Periodicity, number int, ok bool) {
	rest, chinese := strings.CutPrefix(text, "年")
	switch {
	case chinese && rest == "":
		return Annual, 1, true
	case chinese && strings.HasSuffix(rest, "月"):
		number, rest, ok = leadingNumber(strings.TrimSuffix(rest, "月"), 1, 2)
		return Monthly, number, ok && rest == ""
	case chinese:
		named := chineseParts[strings.TrimPrefix(rest, "第")]
		return named.every, named.part, named.part > 0
	case text[0] == 'H':
		number, rest, ok = leadingNumber(text[1:], 1, 1)
		return Semiannual, number, ok && rest == ""
	case text[0] == 'Q':
		number, rest, ok = leadingNumber(text[1:], 1, 1)
		return Quarterly, number, ok && rest == ""
	case text[0] == '-':
		number, rest, ok = leadingNumber(text[1:], 2, 2)
		return Monthly, number, ok && rest == ""
	}
	return NoPeriod, 0, false
}

// part is one of the parts of a year.
type part struct {
	every Periodicity
	part  int
}

// chineseParts are the names of half-years and quarters, without 第.
var chineseParts = map[string]part{
	"上半年": {Semiannual, 1}, "下半年": {Semiannual, 2},
	"一季度": {Quarterly, 1}, "二季度": {Quarterly, 2}, "三季度": {Quarterly, 3}, "四季度": {Quarterly, 4},
	"1季度": {Quarterly, 1}, "2季度": {Quarterly, 2}, "3季度": {Quarterly, 3}, "4季度": {Quarterly, 4},
}
