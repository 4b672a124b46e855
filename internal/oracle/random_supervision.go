package oracle

import "fmt"

// reviews look at most documents that are not PROACTIVE and at a few that are, which changes nothing; at some again and
// again, at ends and beginnings of years, on the day they were published, before that and after.
func (m *maker) reviews() {
	for _, disclosure := range m.world.Disclosures {
		looks := 75
		if disclosure.Attribute == "PROACTIVE" {
			looks = 4
		}
		if !m.chance(looks) {
			continue
		}
		taken := map[string]bool{}
		for range m.between(1, 4) {
			date := m.reviewDay(disclosure)
			if !taken[date] {
				taken[date] = true
				m.world.Reviews = append(m.world.Reviews,
					Review{disclosure.Ref, date, pick(m, "keep", "keep", "disclose")})
			}
		}
	}
	m.Shuffle(len(m.world.Reviews), func(i, j int) {
		m.world.Reviews[i], m.world.Reviews[j] = m.world.Reviews[j], m.world.Reviews[i]
	})
}

func (m *maker) reviewDay(disclosure Disclosure) string {
	year := m.between(2020, 2026)
	switch m.IntN(6) {
	case 0:
		return fmt.Sprintf("%d-01-01", year)
	case 1:
		return fmt.Sprintf("%d-12-31", year)
	case 2:
		if disclosure.PublishedOn != "" {
			return later(disclosure.PublishedOn, m.between(-1, 1))
		}
	case 3:
		if disclosure.WithdrawnOn != "" {
			return later(disclosure.WithdrawnOn, m.between(-1, 1))
		}
	}
	return m.date("2019-11-15", "2026-12-31")
}

// concerns lie near midnight in Asia/Shanghai, as news does; some are answered on the last day, some on the day after,
// some late, some never.
func (m *maker) concerns() {
	for number := range 25 {
		concern := Concern{
			Ref: fmt.Sprintf("c%02d", number), Publisher: m.anyCell(70).publisher, Title: fmt.Sprintf("群众关切%d", number),
			Severity: pick(m, "NORMAL", "NORMAL", "MAJOR"),
		}
		date := m.date("2019-11-15", "2026-11-30")
		concern.DetectedAt = date + pick(m, clocks...)
		opened, days := dayOfInstant(concern.DetectedAt), 2
		if concern.Severity == "MAJOR" {
			days = 1
		}
		switch m.IntN(5) {
		case 0: // never
		case 1:
			concern.RespondedAt = Date(opened+m.between(2, 60)) + pick(m, clocks...) // one answered before it was detected is a bad row
		case 2: // the same day, at its end
			concern.RespondedAt = Date(opened) + "T23:59:59+08:00"
		case 3: // at the end of the last day
			concern.RespondedAt = Date(opened+days) + pick(m, "T15:59:59Z", "T23:59:59+08:00", "T10:59:59-05:00")
		default: // at the beginning of the day after
			concern.RespondedAt = Date(opened+days) + pick(m, "T16:00:00Z", "T21:30:00+05:30", "T11:00:00-05:00")
		}
		if concern.RespondedAt != "" && m.chance(30) {
			concern.ResponseRef = pick(m, m.world.Disclosures...).Ref
		}
		if m.chance(20) {
			concern.EscalatedTo = m.world.parentOf(concern.Publisher)
		}
		m.world.Concerns = append(m.world.Concerns, concern)
	}
}
