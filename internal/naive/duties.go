package naive

import (
	"fmt"
	"time"
)

// Duty is one thing owed inside a cell (docs/design.md, "Duties"). Due is NoDay where there is no due date, Fulfilled
// where nothing fulfils it. Ref is the disclosure's, the concern's, the movement's, or the period.
type Duty struct {
	Kind, Ref              string
	Opened, Due, Fulfilled int
	// DueAt is the instant of a limit in hours as RFC 3339 in Shanghai's time, else empty.
	DueAt string
}

func (d Duty) fulfilledBy(day int) bool { return d.Fulfilled != NoDay && d.Fulfilled <= day }

func (d Duty) isOverdue(day int) bool {
	return d.Opened <= day && d.Due != NoDay && d.Due < day && !d.fulfilledBy(day)
}

// Duties lists the duties of a publisher's entry that open in the window.
func (w *World) Duties(publisher, entry string) []Duty {
	return w.cellOf(cellKey{publisher, entry}).duties
}

func (w *World) dutiesOf(c *cell) []Duty {
	var duties []Duty
	for _, document := range w.memory.documentsOf[c.key] {
		if document.Nil {
			continue // a nil declaration opens no duty of any kind
		}
		if document.Attribute == "PROACTIVE" || document.made != NoDay {
			duties = append(duties, w.documentDuties(c, document)...)
			duties = append(duties, w.interpretationDuties(document)...)
		}
		if document.Attribute != "PROACTIVE" {
			duties = append(duties, reviewDuties(document)...)
		}
	}
	duties = append(duties, w.periodDuties(c)...)
	duties = append(duties, w.responseDuties(c)...)
	return append(duties, w.reliefDuties(c)...)
}

// documentDuties has at most one duty: on the first day whose own rule anchors there, if the cell is not exempted on it.
// An exempted day is still that first day: a later one opens nothing in its place.
// One that a review made PROACTIVE is anchored at that day, whatever the rule's anchor.
func (w *World) documentDuties(c *cell, document *document) []Duty {
	issued := document.issued
	if issued == NoDay {
		issued = document.formed
	}
	for day := FirstDay; day <= LastDay; day++ {
		if day != document.formed && day != issued && day != document.made {
			continue
		}
		rule, _, inForce := w.ruleOn(c.key, day)
		anchor := document.formed
		if rule.LimitAnchor == "ISSUED" {
			anchor = issued
		}
		if document.made != NoDay {
			anchor = document.made
		}
		if !inForce || anchor != day {
			continue
		}
		if w.isAssigned(c.key, "EXEMPT", day) {
			return nil
		}
		duty := Duty{
			Kind: "DOCUMENT", Ref: document.Ref, Opened: day, Due: w.dueOfDocument(rule, document, day),
			Fulfilled: document.published,
		}
		if rule.LimitKind == "HOURS" && rule.LimitN != nil {
			duty.DueAt = hoursAfter(Date(day+1)+"T00:00:00+08:00", *rule.LimitN)
		}
		return []Duty{duty}
	}
	return nil
}

// dueOfDocument applies an entry's limit (docs/design.md, "Dates"). A limit in days without a number has no due date: an
// empty limit_n stays null and never becomes 0.
func (w *World) dueOfDocument(rule Entry, document *document, anchor int) int {
	if rule.LimitKind == "WITH_SOURCE" {
		source, known := w.memory.documents[document.InterpretsRef]
		if !known {
			return NoDay
		}
		return source.published
	}
	if rule.LimitN == nil {
		return NoDay
	}
	switch number := *rule.LimitN; rule.LimitKind {
	case "WORKING_DAYS":
		due, _ := w.Due(anchor, number)
		return due
	case "CALENDAR_DAYS":
		return anchor + number
	case "HOURS":
		days := 0
		for days*24 < number {
			days++
		}
		return anchor + days
	}
	return NoDay // PROMPT
}

func (w *World) interpretationDuties(document *document) []Duty {
	if !document.RequiresInterpretation || document.published == NoDay {
		return nil
	}
	catalog := w.catalogInForce(document.Publisher, document.published)
	if catalog == nil {
		return nil
	}
	duty := Duty{Kind: "INTERPRETATION", Ref: document.Ref, Opened: document.published, Fulfilled: NoDay}
	duty.Due, _ = w.Due(document.published, catalog.InterpretationWorkingDays)
	for _, interpreter := range w.memory.interpreters[document.Ref] {
		duty.Fulfilled = earlier(duty.Fulfilled, interpreter.published)
	}
	return []Duty{duty}
}

// periodDuties looks at every calendar period of each kind in turn, for the kind may change with the catalog.
func (w *World) periodDuties(c *cell) []Duty {
	var duties []Duty
	for year := midnight(FirstDay).Year(); year <= midnight(LastDay).Year(); year++ {
		for month := 1; month <= 12; month++ {
			first := dayOf(year, month)
			rule, _, inForce := w.ruleOn(c.key, first)
			if !inForce || w.isAssigned(c.key, "EXEMPT", first) {
				continue
			}
			name, months := periodThatOpens(rule.Period, year, month)
			if months == 0 {
				continue
			}
			last := dayOf(year, month+months) - 1
			if !c.isOneRun(first, last) {
				continue
			}
			duty := Duty{Kind: "PERIOD", Ref: name, Opened: first, Fulfilled: NoDay}
			duty.Due, _ = w.Due(last, rule.PeriodLimitN)
			for _, document := range w.memory.documentsOf[c.key] {
				if document.Period == name {
					duty.Fulfilled = earlier(duty.Fulfilled, document.published)
				}
			}
			duties = append(duties, duty)
		}
	}
	return duties
}

// periodThatOpens is the name and the length in months of the period of a kind that begins with a month, 0 where none
// does.
func periodThatOpens(kind string, year, month int) (name string, months int) {
	switch kind {
	case "MONTHLY":
		return fmt.Sprintf("%d-%02d", year, month), 1
	case "QUARTERLY":
		if month%3 == 1 {
			return fmt.Sprintf("%dQ%d", year, (month+2)/3), 3
		}
	case "SEMIANNUAL":
		if month%6 == 1 {
			return fmt.Sprintf("%dH%d", year, (month+5)/6), 6
		}
	case "ANNUAL":
		if month == 1 {
			return fmt.Sprint(year), 12
		}
	}
	return "", 0
}

// isOneRun: all days in force, so no run ended between.
func (c *cell) isOneRun(first, last int) bool {
	for day := first; day <= last; day++ {
		if !c.isInForce(day) {
			return false
		}
	}
	return true
}

// dayOf is the first day of a month; month 13 is January of the next year.
func dayOf(year, month int) int {
	return int(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// earlier is the earlier of two days, either of which may be none.
func earlier(one, other int) int {
	if one == NoDay || other != NoDay && other < one {
		return other
	}
	return one
}
