package template_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// facts are rows of every kind of file by column, in the words of the interface.
type facts map[string][]map[string]string

// maker makes facts at random of which nothing is to be refused or warned of.
type maker struct{ *rand.Rand }

func (m maker) chance() bool { return m.IntN(2) == 0 }

func (m maker) one(of ...string) string { return of[m.IntN(len(of))] }

// perhaps is a value, or none.
func (m maker) perhaps(value string) string {
	if m.chance() {
		return ""
	}
	return value
}

// text is what people write, and what spreadsheets spoil.
func (m maker) text() string {
	return m.one("关于下达救灾资金的通知", "007", "2E+3", "3-5", "1/2", "2026年5月", "12345678901234567890", "“7·12”洪涝", `含"引号"和,逗号`,
		"<b>&amp;", "=1+2", "+86", "-", "'引号", "_x1_", "两行\n文字", "TRUE", "𠮷林", "e5") + strconv.Itoa(m.IntN(1000))
}

func (m maker) date(from, to string) string {
	first, _ := time.Parse(time.DateOnly, from)
	last, _ := time.Parse(time.DateOnly, to)
	return first.AddDate(0, 0, m.IntN(int(last.Sub(first).Hours()/24)+1)).Format(time.DateOnly)
}

func (m maker) instant(day string) string {
	return fmt.Sprintf("%sT%02d:%02d:%02d+08:00", day, m.IntN(24), m.IntN(60), m.IntN(60))
}

func (m maker) some(of ...string) string {
	m.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
	return strings.Join(of[:1+m.IntN(len(of))], ";")
}

func (m maker) number(below int) string { return strconv.Itoa(m.IntN(below)) }

// facts makes some rows of each kind.
func (m maker) facts(rows int) facts {
	made := facts{}
	add := func(kind string, row map[string]string) { made[kind] = append(made[kind], row) }
	add("areas", map[string]string{"code": "53", "name": "云南省", "level": "PROVINCE"})
	add("areas", map[string]string{"code": "533102", "name": "瑞丽市", "level": "COUNTY", "parent_code": "53"})
	var publishers []string
	for i := range rows {
		code := fmt.Sprintf("5331021%02d", i)
		publishers = append(publishers, code)
		add("areas", map[string]string{
			"code":        code,
			"name":        m.text(),
			"level":       "TOWNSHIP",
			"parent_code": "533102",
			"valid_from":  m.perhaps(m.date("1990-01-01", "2019-12-31")),
		})
		add("areas", map[string]string{"code": code + "201", "name": m.text(), "level": "VILLAGE", "parent_code": code})
	}
	add("areas", map[string]string{
		"code": "533102199", "name": "旧镇", "level": "TOWNSHIP", "parent_code": "533102",
		"valid_to": m.date("2022-01-01", "2025-12-31"), "succeeded_by": m.some(publishers[0], publishers[1]),
	})
	for i, functions := range []string{"EMERGENCY_MANAGEMENT", "FINANCE;EMERGENCY_MANAGEMENT", "FINANCE"} {
		code := fmt.Sprintf("533102/d%d", i)
		publishers = append(publishers, code)
		add("departments", map[string]string{"code": code, "name": m.text(), "parent_code": "533102", "functions": functions})
	}
	add("catalogs", map[string]string{
		"catalog_code":                "C1",
		"title":                       m.text(),
		"issuer_code":                 "53",
		"effective_from":              "2020-01-01",
		"effective_to":                m.perhaps("2099-12-31"),
		"grace_working_days":          m.number(40),
		"interpretation_working_days": m.number(9),
		"source":                      m.perhaps(m.text()),
	})
	period := map[string]string{"MONTHLY": "2025-07", "QUARTERLY": "2025Q2", "SEMIANNUAL": "2025H1", "ANNUAL": "2025", "NONE": ""}
	var entries, periods []string
	for i := range rows {
		entries, periods = append(
			entries,
			fmt.Sprintf("%d.%d", 1+i%3, 1+i),
		), append(
			periods,
			m.one("MONTHLY", "QUARTERLY", "SEMIANNUAL", "ANNUAL", "NONE"),
		)
		limit, n := m.one("WORKING_DAYS", "CALENDAR_DAYS", "HOURS", "PROMPT", "WITH_SOURCE"), ""
		if limit != "PROMPT" && limit != "WITH_SOURCE" {
			n = strconv.Itoa(1 + m.IntN(60))
		}
		add("entries", map[string]string{
			"entry_code":     entries[i],
			"category":       fmt.Sprint("类", i%3),
			"item":           m.text(),
			"sub_item":       m.perhaps(m.text()),
			"content":        m.perhaps(m.text()),
			"legal_basis":    m.perhaps(m.text()),
			"levels":         "COUNTY;TOWNSHIP",
			"publishers":     "GOVERNMENT;FINANCE;EMERGENCY_MANAGEMENT",
			"mode":           m.one("PROACTIVE", "ON_REQUEST", ""),
			"audience":       m.one("PUBLIC", "SPECIFIC", ""),
			"limit_kind":     limit,
			"limit_n":        n,
			"limit_anchor":   m.one("FORMED", "ISSUED"),
			"period":         periods[i],
			"period_limit_n": m.number(30),
			"refresh_days":   m.number(400),
			"channels":       m.perhaps(m.some("政府网站", "公开栏", "两微一端")),
			"evidence":       m.perhaps(m.text()),
			"omit":           m.one("0", ""),
		})
	}
	for i := range rows {
		from := m.date("2030-01-01", "2031-01-01") // after all documents, whose entries stay owed
		add("assignments", map[string]string{
			"publisher_code": publishers[i], "entry_code": m.one(entries...), "action": m.one("INCLUDE", "EXEMPT"), "from": from,
			"to": m.perhaps(m.date("2031-01-02", "2032-01-01")), "reason": m.perhaps(m.text()),
		})
		at := m.IntN(rows)
		formed := m.date("2021-01-01", "2025-06-30")
		document := map[string]string{
			"ref": fmt.Sprint("瑞应急〔2026〕", i, "号"), "publisher_code": m.one(publishers...), "entry_code": entries[at], "title": m.text(),
			"document_number": m.perhaps(m.text()), "index_number": m.perhaps(m.text()), "attribute": m.one("PROACTIVE", "ON_REQUEST"),
			"formed_on": formed, "issued_on": m.perhaps(m.date(formed, "2025-07-31")), "published_on": m.date(formed, "2025-12-31"),
			"period": period[periods[at]], "nil": m.one("1", "0", ""), "requires_interpretation": m.one("1", "0", ""),
			"channel": m.perhaps(m.text()), "url": m.perhaps("https://a.gov.cn/?a=1&b=2"),
		}
		if i > 0 {
			document["interprets_ref"] = m.perhaps(made["disclosures"][0]["ref"])
		}
		if m.chance() {
			document["withdrawn_on"] = m.date(document["published_on"], "2026-06-30")
		}
		add("disclosures", document)
		if document["attribute"] == "ON_REQUEST" {
			add("reviews", map[string]string{
				"disclosure_ref": document["ref"], "reviewed_on": m.date(formed, "2026-06-30"), "result": m.one("keep", "disclose"),
				"consulted": m.perhaps(m.text()),
			})
		}
		add("events", map[string]string{
			"ref": fmt.Sprint("007-", i), "name": m.text(), "kind": m.perhaps("洪涝"), "started_on": "2025-07-12",
			"ended_on": m.perhaps(m.date("2025-07-13", "2025-08-30")), "area_codes": m.some("533102", "533102100", "533102101"),
		})
		add("relief", m.movement(i, document["ref"]))
		add("news", map[string]string{
			"ref": fmt.Sprint("n", i), "publisher_code": m.one(publishers...), "entry_code": m.one(entries...), "title": m.text(),
			"summary": m.perhaps(m.text()), "published_at": m.instant(m.date("2021-01-01", "2026-06-30")), "url": m.perhaps("http://b"),
			"tags": m.perhaps(m.some("冬春救助", "007", "2026-05")),
		})
		detected := m.instant(m.date("2021-01-01", "2025-06-30"))
		concern := map[string]string{
			"ref": fmt.Sprint("q", i), "publisher_code": m.one(publishers...), "title": m.text(), "severity": m.one("NORMAL", "MAJOR"),
			"detected_at": detected, "escalated_to": m.perhaps(m.text()),
		}
		if m.chance() {
			concern["responded_at"], concern["response_ref"] = m.instant(m.date("2025-07-01", "2026-01-01")), m.perhaps(document["ref"])
		}
		add("concerns", concern)
	}
	return made
}

func (m maker) movement(i int, document string) map[string]string {
	row := map[string]string{
		"ref": fmt.Sprint("2026-05-", i), "kind": m.one("ALLOCATION", "DISTRIBUTION", "DONATION"),
		"relief_class": m.one("EMERGENCY", "TRANSITION", "HOUSING", "DROUGHT", "WINTER_SPRING", "BEREAVEMENT"),
		"event_ref":    m.perhaps(fmt.Sprint("007-", i)), "funds_yuan": fmt.Sprintf("%d.%02d", m.IntN(1e9)+1, m.IntN(100)),
		"households": m.perhaps(m.number(1e6)), "persons": m.perhaps(m.number(1e6)), "occurred_on": m.date("2021-01-01", "2026-06-30"),
		"document_number": m.perhaps(m.text()), "disclosure_ref": m.perhaps(document),
	}
	if m.chance() {
		row["goods_item"], row["goods_quantity"], row["goods_unit"] = "棉被", fmt.Sprintf("%d.%03d", m.IntN(1e5), 1+m.IntN(999)), "床"
	}
	switch row["kind"] {
	case "ALLOCATION":
		row["from_code"], row["to_code"] = "53", m.one("533102", "533102100")
	case "DISTRIBUTION":
		row["from_code"], row["to_code"] = "533102", m.perhaps("533102100")
	default:
		row["to_code"] = "533102"
	}
	return row
}
