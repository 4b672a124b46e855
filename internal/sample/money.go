package sample

import (
	"fmt"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

var classes = []string{"EMERGENCY", "TRANSITION", "HOUSING", "DROUGHT", "WINTER_SPRING", "BEREAVEMENT"}

var goods = []struct{ item, unit string }{{"棉被", "床"}, {"大米", "千克"}, {"帐篷", "顶"}, {"折叠床", "张"}, {"饮用水", "箱"}}

// move records one made-up movement.
func (d *demo) move(kind, from, to, class string, on calendar.Day, yuan int, more map[string]string) {
	row := map[string]string{
		"ref": fmt.Sprintf("demo-rm-%03d", len(d.relief.rows)+1), "kind": kind, "from_code": from, "to_code": to, "relief_class": class,
		"occurred_on": on.String(), "document_number": fmt.Sprintf("瑞财示例〔%d〕%d号", on.Year(), 1+len(d.relief.rows)),
	}
	if yuan > 0 {
		row["funds_yuan"] = fmt.Sprintf("%d.%02d", yuan, d.random.IntN(4)*25)
	}
	for column, value := range more {
		row[column] = value
	}
	d.relief.rows = append(d.relief.rows, inColumns(row, reliefColumns))
}

// movements makes three years of relief: from the prefecture to the city, on to
// townships and villages, and to households.
func (d *demo) movements() {
	for year := 2024; year <= 2026; year++ {
		for i, class := range classes {
			on := calendar.Date(year, 1+i*2-i/5, 8) + calendar.Day(d.random.IntN(12))
			if on > lastDay-60 {
				continue
			}
			event := map[string]string{}
			if class == "EMERGENCY" && year == 2024 {
				event["event_ref"] = "ev-2024-flood"
				on = calendar.Date(2024, 7, 6)
			}
			if class == "HOUSING" && year == 2025 {
				event["event_ref"] = "ev-2025-quake"
			}
			d.move("ALLOCATION", "5331", city, class, on, 900_000+d.random.IntN(400_000), event)
			d.passOn(class, on+5, event)
		}
	}
	d.move("DONATION", "", city, "EMERGENCY", calendar.Date(2024, 7, 10), 120_000, nil)
	d.move(
		"DONATION",
		"",
		city,
		"EMERGENCY",
		calendar.Date(2024, 7, 12),
		0,
		map[string]string{"goods_item": "棉被", "goods_quantity": "300", "goods_unit": "床"},
	)
	// One deliberate case of each doubt: more given than received, money that
	// lies idle, a movement never published, one that names an unknown document.
	d.move(
		"DISTRIBUTION",
		"533102203",
		"",
		"BEREAVEMENT",
		calendar.Date(2026, 8, 20),
		980_000,
		map[string]string{"households": "3", "persons": "11"},
	)
	d.move("ALLOCATION", city, "533102401", "TRANSITION", calendar.Date(2026, 9, 2), 260_000, nil)
	d.move("ALLOCATION", city, "533102102", "DROUGHT", calendar.Date(2026, 6, 3), 150_000, nil)
	d.move(
		"ALLOCATION",
		city,
		"533102103",
		"DROUGHT",
		calendar.Date(2026, 6, 3),
		140_000,
		map[string]string{"disclosure_ref": "demo-unknown"},
	)
}

// passOn gives a class's money to the townships and from there to households.
func (d *demo) passOn(class string, on calendar.Day, event map[string]string) {
	with := func(ref string, more map[string]string) map[string]string {
		row := map[string]string{}
		for column, value := range event {
			row[column] = value
		}
		if ref != "" {
			row["disclosure_ref"] = ref
		}
		for column, value := range more {
			row[column] = value
		}
		return row
	}
	published := d.add(d.bureau, "3.3", on, on+calendar.Day(3+d.random.IntN(12)), nil)
	for i, township := range d.townships {
		if d.random.IntN(3) == 0 {
			continue
		}
		amount := 40_000 + d.random.IntN(50_000)
		d.move("ALLOCATION", city, township.code, class, on, amount, with(published, nil))
		if i%3 == 0 {
			g := goods[d.random.IntN(len(goods))]
			d.move("ALLOCATION", city, township.code, class, on+1, 0, with(published, map[string]string{
				"goods_item": g.item, "goods_unit": g.unit, "goods_quantity": fmt.Sprint(20 + d.random.IntN(200)),
			}))
		}
		distributedOn := on + calendar.Day(10+d.random.IntN(15))
		ref := ""
		if d.random.Float64() < township.diligence {
			ref = d.add(township, "4.2", distributedOn, distributedOn+calendar.Day(2+d.random.IntN(15)), nil)
		}
		to := ""
		if of := d.villages[township.code]; len(of) > 0 && d.random.IntN(2) == 0 {
			to = of[d.random.IntN(len(of))]
		}
		households := 8 + d.random.IntN(60)
		d.move("DISTRIBUTION", township.code, to, class, distributedOn, amount*(70+d.random.IntN(30))/100, with(ref, map[string]string{
			"households": fmt.Sprint(households), "persons": fmt.Sprint(households * 3),
		}))
	}
}
