package naive

import (
	"sort"
	"sync"
)

// cell is one publisher × one entry, walked once over the window.
type cell struct {
	once sync.Once
	key  cellKey
	// inForce and grace have a place for every day of the window: whether the cell is in force that day, and the grace
	// day of the run the day lies in.
	inForce      []bool
	grace        []int
	everInForce  bool
	publications []publication
	duties       []Duty
}

// publication is a disclosure or a news item that fills a cell; it lasts up to the day before withdrawn.
type publication struct{ day, withdrawn int }

func (p publication) lastsOn(day int) bool {
	return p.day <= day && (p.withdrawn == NoDay || day < p.withdrawn)
}

// cellOf walks a cell, the first time it is asked for.
func (w *World) cellOf(key cellKey) *cell {
	w.recall()
	w.memory.mutex.Lock()
	found := w.memory.cells[key]
	if found == nil {
		found = &cell{key: key}
		w.memory.cells[key] = found
	}
	w.memory.mutex.Unlock()
	found.once.Do(func() { w.walk(found) })
	return found
}

// walk goes from day to day. Where one catalog follows another without a day between, the run goes on, with the grace
// day of the catalog of its first day (docs/design.md, "Which cells exist").
func (w *World) walk(c *cell) {
	for day := FirstDay; day <= LastDay; day++ {
		_, catalog, inForce := w.ruleOn(c.key, day)
		grace := NoDay
		if inForce && day > FirstDay && c.isInForce(day-1) {
			grace = c.grace[day-1-FirstDay]
		} else if inForce {
			grace, _ = w.Due(day, catalog.GraceWorkingDays)
		}
		c.inForce = append(c.inForce, inForce)
		c.grace = append(c.grace, grace)
		c.everInForce = c.everInForce || inForce
	}
	for _, document := range w.memory.documentsOf[c.key] {
		if document.published != NoDay {
			c.publications = append(c.publications, publication{document.published, document.withdrawn})
		}
	}
	for _, day := range w.memory.newsOf[c.key] {
		c.publications = append(c.publications, publication{day, NoDay})
	}
	c.duties = w.dutiesOf(c)
}

// isInForce is false outside the window too: a duty anchored before it belongs to no run that is known.
func (c *cell) isInForce(day int) bool {
	index := day - FirstDay
	return index >= 0 && index < len(c.inForce) && c.inForce[index]
}

// Entries lists the codes of all entries under which a publisher has a cell on some day of the window, or a duty.
func (w *World) Entries(publisher string) []string {
	w.recall()
	var entries []string
	for entry := range w.memory.entriesKnown {
		c := w.cellOf(cellKey{publisher, entry})
		if c.everInForce || len(c.duties) > 0 {
			entries = append(entries, entry)
		}
	}
	sort.Strings(entries)
	return entries
}

// Status is a cell's status at the end of a day, "" while it is not in force: the first that holds of the list in
// docs/design.md, "Status of a cell on date T".
func (w *World) Status(publisher, entry string, day int) string {
	if day < FirstDay || day > LastDay {
		panic("naive: " + Date(day) + " is outside the window")
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
