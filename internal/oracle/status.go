package oracle

// Status is a cell's status at the end of a day, "" while it is not in force: the first that holds of the list in
// docs/design.md, "Status of a cell on date T".
func (w *World) Status(publisher, entry string, day int) string {
	if day < FirstDay || day > LastDay {
		panic("oracle: " + Date(day) + " is outside the window")
	}
	c := w.cellOf(cellKey{publisher, entry})
	if !c.isInForce(day) {
		return ""
	}
	rule, _, _ := w.ruleOn(c.key, day)
	lasting, last := 0, NoDay
	for _, publication := range c.publications {
		if publication.lastsOn(day) {
			lasting++
			last = max(last, publication.day)
		}
	}
	overdue := false
	for _, duty := range c.duties {
		overdue = overdue || duty.isOverdue(day)
	}
	switch {
	case w.isAssigned(c.key, "EXEMPT", day):
		return "EXEMPT"
	case lasting == 0 && day > c.grace[day-FirstDay]:
		return "MISSING"
	case overdue:
		return "OVERDUE"
	case rule.RefreshDays > 0 && lasting > 0 && day > last+rule.RefreshDays:
		return "STALE"
	case lasting == 0:
		return "PENDING"
	}
	return "COVERED"
}

// Grace is the first day of the run that a day lies in and that run's grace day, NoDay while the cell is not in force.
func (w *World) Grace(publisher, entry string, day int) (from, grace int) {
	c := w.cellOf(cellKey{publisher, entry})
	if !c.isInForce(day) {
		return NoDay, NoDay
	}
	from = day
	for c.isInForce(from - 1) {
		from--
	}
	return from, c.grace[day-FirstDay]
}

// IsGap says whether a status is a gap (docs/design.md, "Words").
func IsGap(status string) bool {
	return status == "MISSING" || status == "OVERDUE" || status == "STALE"
}

// Since is the first day of the unbroken run of the status a cell has on a day, NoDay while it is not in force
// (docs/design.md, "Status of a cell on date T").
func (w *World) Since(publisher, entry string, day int) int {
	status := w.Status(publisher, entry, day)
	if status == "" {
		return NoDay
	}
	for day > FirstDay && w.Status(publisher, entry, day-1) == status {
		day--
	}
	return day
}
