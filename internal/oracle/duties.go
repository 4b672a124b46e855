package oracle

import (
	"fmt"
	"slices"
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

// reviewDuties: one each year after the one in which the document was formed, up to the year of the first disclose
// (docs/design.md, "Duties").
func reviewDuties(document *document) []Duty {
	if document.formed == NoDay {
		return nil
	}
	var duties []Duty
	for year := midnight(document.formed).Year() + 1; year <= midnight(LastDay).Year(); year++ {
		first, last := dayOf(year, 1), dayOf(year+1, 1)-1
		if document.made != NoDay && document.made < first {
			break
		}
		duty := Duty{Kind: "REVIEW", Ref: document.Ref, Opened: first, Due: last, Fulfilled: NoDay}
		for _, review := range document.reviews {
			if within(review.day, first, last) {
				duty.Fulfilled = earlier(duty.Fulfilled, review.day)
			}
		}
		duties = append(duties, duty)
	}
	return duties
}

// responseDuties are of the concerns raised with the publisher of a cell 1.6.
func (w *World) responseDuties(c *cell) []Duty {
	var duties []Duty
	for _, concern := range w.memory.concernsOf[c.key] {
		duty := Duty{Kind: "RESPONSE", Ref: concern.Ref, Opened: dayOfInstant(concern.DetectedAt), Fulfilled: NoDay}
		duty.Due, duty.DueAt = duty.Opened+2, hoursAfter(concern.DetectedAt, 48)
		if concern.Severity == "MAJOR" {
			duty.Due, duty.DueAt = duty.Opened+1, hoursAfter(concern.DetectedAt, 24)
		}
		if concern.RespondedAt != "" {
			duty.Fulfilled = dayOfInstant(concern.RespondedAt)
		}
		duties = append(duties, duty)
	}
	return duties
}

// reliefWorkingDays is how many working days after a movement its publication is due.
const reliefWorkingDays = 20

func (w *World) reliefDuties(c *cell) []Duty {
	var duties []Duty
	for _, moved := range w.memory.owedOf[c.key] {
		duties = append(duties, w.reliefDuty(moved))
	}
	return duties
}

func (w *World) reliefDuty(moved movement) Duty {
	duty := Duty{Kind: "RELIEF", Ref: moved.Ref, Opened: moved.day, Fulfilled: NoDay}
	duty.Due, _ = w.Due(moved.day, reliefWorkingDays)
	if named, known := w.memory.documents[moved.DisclosureRef]; known {
		duty.Fulfilled = named.published
	}
	return duty
}

// reliefCell is the cell that a movement's duty belongs to: the first in force, exempt or not, on the day it occurred.
func (w *World) reliefCell(moved movement) cellKey {
	own := cellKey{moved.From, "4.2"}
	candidates := []cellKey{own}
	if department := w.emergencyDepartment(moved.From); department != "" {
		candidates = append(candidates, cellKey{department, "3.3"}, cellKey{department, "4.2"})
	}
	for _, candidate := range candidates {
		if _, _, inForce := w.ruleOn(candidate, moved.day); inForce {
			return candidate
		}
	}
	return own
}

// emergencyDepartment is the lowest-coded EMERGENCY_MANAGEMENT department directly under a node, "" where there is none.
func (w *World) emergencyDepartment(node string) string {
	lowest := ""
	for _, department := range w.Departments {
		isLower := lowest == "" || department.Code < lowest
		if department.Parent == node && slices.Contains(department.Functions, "EMERGENCY_MANAGEMENT") && isLower {
			lowest = department.Code
		}
	}
	return lowest
}
