package sample

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"strings"
	"testing/fstest"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Demo returns the demo world as a folder of import files.
func Demo() fs.FS {
	files := fstest.MapFS{}
	put := func(name string, content []byte) { files[name] = &fstest.MapFile{Data: content, Mode: 0o444} }
	areas := read("ruili-areas.csv")
	areas.add(read("longling/areas.csv"))
	departments := read("ruili-departments.csv")
	departments.add(read("longling/departments.csv"))
	put("areas.csv", withMerged(areas).bytes())
	put("departments.csv", departments.bytes())
	for _, name := range []string{"catalogs.csv", "national.csv", "ruili.csv"} {
		put(name, read(name).bytes())
	}
	calendars, err := fs.Glob(data, "data/calendar/*.json")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	for _, name := range calendars {
		content, err := data.ReadFile(name)
		if err != nil {
			panic(err) // it was found
		}
		put("calendar/"+path.Base(name), content)
	}
	d := newDemo(areas)
	d.make()
	d.supervise()
	d.disclosures.add(read("longling/disclosures.csv"))
	d.relief.add(read("longling/relief.csv"))
	put("assignments.csv", d.assignments.bytes())
	put("disclosures.csv", d.disclosures.bytes())
	put("news.csv", d.news.bytes())
	put("relief.csv", d.relief.bytes())
	put("events.csv", d.events.bytes())
	put("concerns.csv", d.concernRows.bytes())
	put("reviews.csv", d.reviewRows.bytes())
	orders, orderEvents, requests := madeOrders()
	put("orders.csv", orders.bytes())
	put("order_events.csv", orderEvents.bytes())
	put("exemption_requests.csv", requests.bytes())
	return files
}

// demo makes the facts of 瑞丽市 for 2024 to 2026.
type demo struct {
	random                                         *rand.Rand
	bureau                                         *member
	townships                                      []*member
	villages                                       map[string][]string // by township
	names                                          map[string]string
	disclosures, news, relief, assignments, events *table
	concernRows, reviewRows                        *table
	number                                         int
}

// member is a publisher of the demo with how diligent it is.
type member struct {
	code, place string
	diligence   float64
	entries     []string
}

const city = "533102"

// relief classes' leaf entries stand in place of 3.2 in 瑞丽市's refinement.
var refined = []string{"3.2.1", "3.2.2", "3.2.3", "3.2.4", "3.2.5", "3.2.6"}

func newDemo(areas *table) *demo {
	d := &demo{
		random: rand.New(rand.NewPCG(533102, 2024)), villages: map[string][]string{}, names: map[string]string{},
		disclosures: &table{columns: disclosureColumns}, news: &table{columns: newsColumns}, relief: &table{columns: reliefColumns},
		assignments: &table{columns: assignmentColumns}, events: &table{columns: eventColumns},
		concernRows: &table{columns: concernColumns}, reviewRows: &table{columns: reviewColumns},
	}
	d.bureau = &member{city + "/yjglj", "瑞丽市", 0.95, leaves("COUNTY")}
	diligences := []float64{0.97, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.45}
	for _, row := range areas.rows {
		code, name := row[0], row[1]
		d.names[code] = name
		switch {
		case !strings.HasPrefix(code, city):
		case areas.cell(row, "level") == "TOWNSHIP":
			d.townships = append(d.townships, &member{code, name, diligences[len(d.townships)%len(diligences)], leaves("TOWNSHIP")})
		case areas.cell(row, "level") == "VILLAGE":
			parent := areas.cell(row, "parent_code")
			d.villages[parent] = append(d.villages[parent], code)
		}
	}
	return d
}

// leaves are the entries that have cells in 瑞丽市.
func leaves(level string) []string {
	var codes []string
	for _, code := range entriesAt(read("national.csv"), level) {
		if code == "3.2" {
			codes = append(codes, refined...)
		} else {
			codes = append(codes, code)
		}
	}
	return codes
}

func (d *demo) make() {
	d.events.rows = [][]string{
		{"ev-2024-flood", madeTitle + "2024年7月洪涝灾害", "FLOOD", "2024-07-03", "2024-07-18", city},
		{"ev-2025-quake", madeTitle + "2025年3月地震灾害", "EARTHQUAKE", "2025-03-28", "2025-04-10", city},
	}
	d.publish(d.bureau)
	for _, township := range d.townships {
		d.publish(township)
	}
	d.assign()
	d.recent()
	d.movements()
}

// add registers one made-up document and returns its ref.
func (d *demo) add(m *member, entry string, formed, published calendar.Day, more map[string]string) string {
	d.number++
	row := map[string]string{
		"ref": fmt.Sprintf("demo-%04d", d.number), "publisher_code": m.code, "entry_code": entry, "attribute": "PROACTIVE",
		"title": madeTitle + title(entry, m.place, formed, d.random.IntN), "channel": madeChannel,
		"document_number": fmt.Sprintf("瑞应急示例〔%d〕%d号", formed.Year(), 1+d.number%180),
		"formed_on":       formed.String(), "issued_on": (formed + calendar.Day(d.random.IntN(3))).String(),
		"published_on": "",
	}
	if published != calendar.None && published <= lastDay {
		row["published_on"] = published.String()
	}
	for column, value := range more {
		row[column] = value
	}
	d.disclosures.rows = append(d.disclosures.rows, inColumns(row, disclosureColumns))
	return row["ref"]
}

// after is a day some days later: soon for the diligent, late at times for others.
func (d *demo) after(m *member, formed calendar.Day) calendar.Day {
	if d.random.Float64() < m.diligence {
		return formed + calendar.Day(1+d.random.IntN(20))
	}
	return formed + calendar.Day(35+d.random.IntN(90))
}

// publish makes what a publisher registered from 2024 on.
func (d *demo) publish(m *member) {
	for _, entry := range m.entries {
		if d.random.Float64() > m.diligence+0.15 {
			continue // nothing at all: the cell is missing
		}
		switch {
		case periodical[entry]:
			d.periods(m, entry)
		case entry == "5.1":
			d.often(m, entry, 11)
		case entry == "1.3" || entry == "5.2":
			d.often(m, entry, 120)
		default:
			d.now(m, entry)
		}
	}
}

// periods publishes the years 2020 to 2025, some late, the last by some not yet.
func (d *demo) periods(m *member, entry string) {
	for year := 2020; year <= 2025; year++ {
		formed := calendar.Date(year+1, 1, 5) + calendar.Day(d.random.IntN(12))
		published := formed + calendar.Day(1+d.random.IntN(7))
		if d.random.Float64() > m.diligence {
			published = formed + calendar.Day(40+d.random.IntN(60))
		}
		if year == 2025 && d.random.Float64() > m.diligence {
			continue
		}
		more := map[string]string{"period": fmt.Sprint(year)}
		if entry == "4.1" && d.random.IntN(3) == 0 {
			more["nil"] = "1"
		}
		d.add(m, entry, formed, published, more)
	}
}

// often publishes every so many days, about; who is less diligent leaves gaps.
func (d *demo) often(m *member, entry string, every int) {
	last := lastDay - 2
	if entry == "5.1" && m.diligence < 0.75 {
		last -= 38 // it has gone quiet
	}
	for on := calendar.Date(2024, 1, 4); on <= last; {
		d.add(m, entry, on, on+calendar.Day(d.random.IntN(3)), nil)
		step := every/2 + d.random.IntN(every)
		if d.random.Float64() > m.diligence {
			step *= 3
		}
		on += calendar.Day(step)
	}
}

// now publishes a few documents a year.
func (d *demo) now(m *member, entry string) {
	for on := calendar.Date(2024, 1, 8) + calendar.Day(d.random.IntN(60)); on <= lastDay; on += calendar.Day(60 + d.random.IntN(240)) {
		more := map[string]string{}
		switch d.random.IntN(30) {
		case 0:
			more["attribute"] = "ON_REQUEST"
		case 1:
			more["requires_interpretation"] = "1"
		case 2:
			more["withdrawn_on"] = ""
		}
		published := d.after(m, on)
		if d.random.Float64() > m.diligence+0.2 {
			published = calendar.None
		}
		ref := d.add(m, entry, on, published, more)
		if more["requires_interpretation"] != "" && published != calendar.None && d.random.IntN(2) == 0 {
			d.add(m, "1.6", published, published+2, map[string]string{"interprets_ref": ref})
		}
	}
}

// assign makes exemptions and inclusions.
func (d *demo) assign() {
	add := func(code, entry, action, from, to, reason string) {
		d.assignments.rows = append(d.assignments.rows, []string{code, entry, action, from, to, reason})
	}
	for _, township := range d.townships {
		for i, village := range d.villages[township.code] {
			if i < 2 {
				add(village, "4.2", "INCLUDE", "2024-01-01", "", "（示例）救助款物到村公示")
				v := &member{village, d.names[village], township.diligence, nil}
				if d.random.Float64() < township.diligence {
					d.periods(v, "4.2")
				}
			}
			if i == 2 {
				// Within its days of grace: not yet due.
				add(village, "3.2.5", "INCLUDE", "2026-11-10", "", "（示例）冬春救助对象到村公示")
			}
		}
	}
	add("533102401", "2.1", "EXEMPT", "2024-01-01", "", "（示例）辖区内无示范社区")
	add("533102400", "3.4", "EXEMPT", "2024-06-01", "2026-12-04", "（示例）住房重建由市级统一公开")
	add("533102/yjglj", "1.8", "EXEMPT", "2025-01-01", "2025-12-31", "（示例）当年无重大决策草案")
}

// recent makes what happened in the last weeks: gaps that opened and closed, and
// documents whose days are running.
func (d *demo) recent() {
	for i, township := range d.townships {
		d.add(township, "1.2", lastDay-calendar.Day(22+i), calendar.None, nil)
		d.add(township, "1.1", lastDay-calendar.Day(5+i), calendar.None, nil)
		if i%2 == 0 {
			d.add(township, "2.1", lastDay-60, lastDay-calendar.Day(1+i), nil)
		}
	}
	d.add(d.bureau, "3.1", lastDay-45, lastDay-3, nil)
	d.add(d.bureau, "2.3", lastDay-2, lastDay-1, nil)
	d.add(d.bureau, "1.5", lastDay-20, calendar.None, nil)
	publishers := append([]*member{d.bureau}, d.townships...)
	for i := 0; i < 260; i++ {
		m := publishers[d.random.IntN(len(publishers))]
		on := calendar.Date(2024, 1, 3) + calendar.Day(d.random.IntN(int(lastDay-calendar.Date(2024, 1, 3))))
		if i < len(publishers)-3 {
			m, on = publishers[i], lastDay-calendar.Day(i*2)
		} else if m.diligence < 0.75 {
			on = min(on, lastDay-40) // it has gone quiet
		}
		d.news.rows = append(d.news.rows, newsRow(fmt.Sprintf("demo-news-%03d", i), m.code, m.place, on, d.random))
	}
}
