package oracle

import (
	"fmt"
	"slices"
)

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
