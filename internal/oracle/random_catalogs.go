package oracle

import (
	"fmt"
	"slices"
	"strings"
)

// categories: the first part of an entry code always has the same category name, or a file has a bad row.
var categories = map[string]string{"1": "政策文件", "2": "备灾管理", "3": "灾后救助", "4": "款物管理", "5": "工作动态"}

// catalogs are the nation's first, which has every code once, and up to four more that change it.
func (m *maker) catalogs() {
	all := []string{"1.1", "1.6", "2.2", "2.2.1", "3.1", "3.2", "3.2.1", "3.2.2", "4.2", "4.2.1.1", "5.1"}
	national := Catalog{
		Code: "CN-1", Title: "标准目录", Issuer: "CN", EffectiveFrom: m.date("2019-09-01", "2020-06-30"),
		GraceWorkingDays: m.between(0, 25), InterpretationWorkingDays: m.between(0, 5),
	}
	if m.chance(30) {
		national.EffectiveTo = m.date("2024-01-01", "2026-12-31")
	}
	for _, code := range all {
		// Codes below another mostly come with a later catalog, which makes the upper one a mere group then.
		if strings.Count(code, ".") == 1 || m.chance(25) {
			national.Entries = append(national.Entries, m.entry(code))
			m.codes = append(m.codes, code)
		}
	}
	m.world.Catalogs = []Catalog{national}
	for number := range m.between(1, 4) {
		m.world.Catalogs = append(m.world.Catalogs, m.laterCatalog(number, all))
	}
}

func (m *maker) laterCatalog(number int, all []string) Catalog {
	issuer := pick(m, "CN", "5331", "533123", "533124", "533123", "533124")
	catalog := Catalog{
		Code: fmt.Sprintf("%s-%d", issuer, pick(m, 10, 20)+number), Title: "地方目录", Issuer: issuer,
		EffectiveFrom: m.date("2020-03-01", "2025-06-30"), GraceWorkingDays: m.between(0, 25),
		InterpretationWorkingDays: m.between(0, 5),
	}
	if m.chance(70) {
		catalog.EffectiveTo = later(catalog.EffectiveFrom, m.between(0, 900))
	}
	earlier := pick(m, m.world.Catalogs...)
	if m.chance(85) {
		catalog.BasedOn = earlier.Code
	}
	switch {
	case earlier.Issuer == issuer && earlier.EffectiveTo != "" && m.chance(50):
		// A catalog that follows another without a day between, so that its cells go on as one run.
		catalog.EffectiveFrom = later(earlier.EffectiveTo, 1)
		catalog.EffectiveTo = ""
	case earlier.Issuer == issuer && m.chance(30):
		// Two that begin the same day: the greater code holds.
		catalog.EffectiveFrom = earlier.EffectiveFrom
		catalog.EffectiveTo = earlier.EffectiveTo
	}
	for _, code := range all {
		known := slices.Contains(m.codes, code)
		switch {
		case known && catalog.BasedOn != "" && m.chance(15):
			catalog.Entries = append(catalog.Entries, Entry{Code: code, Omit: true})
		case m.chance(35):
			catalog.Entries = append(catalog.Entries, m.entry(code))
			if !known {
				m.codes = append(m.codes, code)
			}
		}
	}
	if len(catalog.Entries) == 0 {
		catalog.Entries = append(catalog.Entries, m.entry("1.1"))
	}
	return catalog
}

func (m *maker) entry(code string) Entry {
	entry := Entry{
		Code: code, Category: categories[code[:1]], Item: "事项" + code[:3],
		Levels:      some(m, "PREFECTURE", "COUNTY", "TOWNSHIP", "TOWNSHIP", "VILLAGE"),
		Publishers:  some(m, "EMERGENCY_MANAGEMENT", "FINANCE", "GOVERNMENT", "CITY_GOVERNMENT"),
		LimitKind:   pick(m, "WORKING_DAYS", "WORKING_DAYS", "CALENDAR_DAYS", "HOURS", "PROMPT", "WITH_SOURCE"),
		LimitAnchor: pick(m, "FORMED", "FORMED", "ISSUED", ""),
		Period:      pick(m, "NONE", "NONE", "NONE", "", "", "MONTHLY", "QUARTERLY", "SEMIANNUAL", "ANNUAL"),
		RefreshDays: pick(m, 0, 0, 14, 120, 366),
	}
	if len(code) > len("1.1") {
		entry.SubItem = "子项" + code
	}
	entry.Levels = slices.Compact(entry.Levels)
	var limit int
	switch entry.LimitKind {
	case "WORKING_DAYS":
		limit = pick(m, 0, 1, 5, 20)
	case "CALENDAR_DAYS":
		limit = pick(m, 0, 1, 10, 30)
	case "HOURS":
		limit = pick(m, 1, 24, 25, 48, 49)
	}
	if entry.LimitKind != "PROMPT" && entry.LimitKind != "WITH_SOURCE" {
		entry.LimitN = &limit
	}
	if entry.Period != "NONE" && entry.Period != "" {
		entry.PeriodLimitN = pick(m, 0, 3, 10, 20)
	}
	return entry
}

func (m *maker) assignments() {
	taken := map[string]bool{}
	add := func(key cellKey, action, from, to string) {
		if name := fmt.Sprint(key, action, from); !taken[name] {
			taken[name] = true
			m.world.Assignments = append(m.world.Assignments,
				Assignment{key.publisher, key.entry, action, from, to, "试点"})
		}
	}
	for range m.between(8, 16) {
		action, realCells := "EXEMPT", 95
		if m.chance(45) {
			action, realCells = "INCLUDE", 15
		}
		key, from := m.anyCell(realCells), m.date("2019-12-01", "2026-06-30")
		switch m.IntN(4) {
		case 0: // one day
			add(key, action, from, from)
		case 1: // open
			add(key, action, from, "")
		case 2: // one following another without a day between
			to := later(from, m.between(0, 400))
			add(key, action, from, to)
			add(key, action, later(to, 1), later(to, m.between(1, 300)))
		default:
			add(key, action, from, later(from, m.between(1, 700)))
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
