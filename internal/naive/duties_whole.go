package naive

import "slices"

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
