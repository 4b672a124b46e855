package naive

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

func (m *maker) disclosures() {
	const count = 150
	for number := range count {
		key := m.anyCell(85)
		disclosure := Disclosure{
			Ref: fmt.Sprintf("d%03d", number), Publisher: key.publisher, Entry: key.entry,
			Title: fmt.Sprintf("关于第%d号事项的通知", number), Attribute: "PROACTIVE",
		}
		if m.chance(15) {
			disclosure.Attribute = pick(m, "ON_REQUEST", "NOT_DISCLOSED")
		}
		m.datesOf(&disclosure)
		if m.chance(45) {
			disclosure.Period = m.period(m.between(2019, 2026), m.between(1, 12))
		}
		disclosure.Nil = m.chance(8)
		disclosure.RequiresInterpretation = m.chance(15)
		switch {
		case m.chance(20):
			disclosure.InterpretsRef = fmt.Sprintf("d%03d", m.IntN(count))
		case m.chance(5):
			disclosure.InterpretsRef = "unknown"
		}
		m.world.Disclosures = append(m.world.Disclosures, disclosure)
	}
}

// datesOf leaves out each date now and then, publishes some before they were formed and withdraws some, the same day
// too. A withdrawal needs a publication not after it, or the file has a bad row.
func (m *maker) datesOf(disclosure *Disclosure) {
	const first, last = "2019-11-01", "2026-12-31"
	formed := m.date(first, last)
	bounded := func(days int) string { return Date(min(max(Day(formed)+days, Day(first)), Day(last))) }
	if m.chance(90) {
		disclosure.FormedOn = formed
	}
	if m.chance(60) {
		disclosure.IssuedOn = bounded(m.between(-2, 12))
	}
	switch {
	case m.chance(10):
		disclosure.PublishedOn = bounded(-m.between(1, 40))
	case m.chance(75):
		disclosure.PublishedOn = bounded(m.between(0, 45))
	}
	if disclosure.PublishedOn != "" && m.chance(20) {
		disclosure.WithdrawnOn = later(disclosure.PublishedOn, pick(m, 0, 0, 1, 30, 400))
	}
}

// period is the name of a period of some kind that holds a month: often not the kind that the entry asks for.
func (m *maker) period(year, month int) string {
	switch m.IntN(4) {
	case 0:
		return fmt.Sprint(year)
	case 1:
		return fmt.Sprintf("%dH%d", year, (month+5)/6)
	case 2:
		return fmt.Sprintf("%dQ%d", year, (month+2)/3)
	}
	return fmt.Sprintf("%d-%02d", year, month)
}

// clocks lie near midnight in Asia/Shanghai, told in other offsets, where the day is easily got wrong; "" is a mere day.
var clocks = []string{
	"T15:59:59Z", "T16:00:00Z", "T23:59:59+08:00", "T00:00:00+08:00", "T10:59:59-05:00",
	"T11:00:00-05:00", "T21:29:59+05:30", "T21:30:00+05:30", "T00:30:00+09:00", "T01:00:00+09:00", "",
}

// news lies near midnight.
func (m *maker) news() {
	for number := range 20 {
		key := m.anyCell(85)
		if m.chance(40) {
			key.entry = ""
		}
		m.world.News = append(m.world.News, News{
			fmt.Sprintf("n%02d", number), key.publisher, key.entry,
			fmt.Sprintf("救灾动态%d", number), m.date("2019-11-01", "2026-12-31") + pick(m, clocks...),
		})
	}
}
