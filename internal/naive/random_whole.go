package naive

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// RandomWhole is the world of Random with all that supervision and relief add: an entry 3.3 and documents under it, reviews,
// concerns and movements. The other facts are those of Random for the same seed.
func RandomWhole(seed uint64) *World {
	world := Random(seed)
	maker := &maker{Rand: rand.New(rand.NewPCG(seed, 20240701)), world: world}
	maker.recallPlaces()
	maker.reliefEntry()
	maker.world.Forget()
	maker.findCells()
	maker.moreDisclosures()
	maker.reviews()
	maker.concerns()
	maker.events()
	maker.movements()
	world.Forget()
	return world
}

// recallPlaces finds the nodes and codes of a world that is there already.
func (m *maker) recallPlaces() {
	for _, area := range m.world.Areas {
		m.nodes = append(m.nodes, area.Code)
	}
	for _, department := range m.world.Departments {
		m.nodes = append(m.nodes, department.Code)
	}
	for _, catalog := range m.world.Catalogs {
		for _, entry := range catalog.Entries {
			if !entry.Omit && !slices.Contains(m.codes, entry.Code) {
				m.codes = append(m.codes, entry.Code)
			}
		}
	}
}

// reliefEntry adds an entry 3.3, mostly for emergency departments, to some of the catalogs, and in some makes 4.2 theirs
// alone or takes it out, so that RELIEF belongs now to this cell, now to that.
func (m *maker) reliefEntry() {
	for number := range m.world.Catalogs {
		catalog := &m.world.Catalogs[number]
		if m.chance(50) {
			entry := m.entry("3.3")
			if m.chance(60) {
				entry.Publishers = []string{"EMERGENCY_MANAGEMENT"}
			}
			catalog.Entries = append(catalog.Entries, entry)
			m.codes = append(m.codes, "3.3")
		}
		entry := m.entry("4.2")
		entry.Publishers = []string{"EMERGENCY_MANAGEMENT"}
		switch {
		case number > 0 && catalog.BasedOn != "" && m.chance(25):
			entry = Entry{Code: "4.2", Omit: true}
		case m.chance(60):
			continue
		}
		catalog.Entries = slices.DeleteFunc(catalog.Entries, func(entry Entry) bool { return entry.Code == "4.2" })
		catalog.Entries = append(catalog.Entries, entry)
	}
}

// moreDisclosures go to the entries that the new duties belong to; nearly half of them are not PROACTIVE.
func (m *maker) moreDisclosures() {
	var cells []cellKey
	for _, key := range m.cells {
		if slices.Contains([]string{"1.6", "3.3", "4.2"}, key.entry) {
			cells = append(cells, key)
		}
	}
	for number := range 50 {
		key := m.anyCell(85)
		if len(cells) > 0 && m.chance(60) {
			key = pick(m, cells...)
		}
		disclosure := Disclosure{
			Ref: fmt.Sprintf("e%03d", number), Publisher: key.publisher, Entry: key.entry,
			Title:     fmt.Sprintf("关于款物第%d号的公示", number),
			Attribute: pick(m, "PROACTIVE", "PROACTIVE", "ON_REQUEST", "NOT_DISCLOSED"),
		}
		m.datesOf(&disclosure)
		disclosure.Nil = m.chance(5)
		disclosure.RequiresInterpretation = m.chance(30)
		if m.chance(30) {
			disclosure.InterpretsRef = pick(m, m.world.Disclosures...).Ref
		}
		if m.chance(20) {
			disclosure.Period = m.period(m.between(2019, 2026), m.between(1, 12))
		}
		m.world.Disclosures = append(m.world.Disclosures, disclosure)
	}
}
