package oracle

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
