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

// ParsePeriod reads 2024, 2024H1, 2024Q2 or 2024-05, from 1990 to 2100.
func ParsePeriod(text string) (Period, error) {
	fault := problem.Invalid("", "write 2024, 2024H1, 2024Q2 or 2024-05", "%q is not a period", text)
	year, rest, ok := leadingNumber(text, 4, 4)
	if !ok {
		return Period{}, fault
	}
	if year < First.Year() || year > Last.Year() {
		return Period{}, problem.Invalid("", "give a year from 1990 to 2100", "the period %q is out of range", text)
	}
	if rest == "" {
		return Period{Annual, int32(year)}, nil
	}
	var every Periodicity
	digits := 1
	switch {
	case strings.HasPrefix(rest, "H"):
		every = Semiannual
	case strings.HasPrefix(rest, "Q"):
		every = Quarterly
	case strings.HasPrefix(rest, "-"):
		every, digits = Monthly, 2
	default:
		return Period{}, fault
	}
	part, rest, ok := leadingNumber(rest[1:], digits, digits)
	if !ok || rest != "" || part < 1 || part > int(every) {
		return Period{}, fault
	}
	return Period{every, int32(year*int(every) + part - 1)}, nil
}
