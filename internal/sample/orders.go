package sample

import (
	"fmt"
	"strconv"
	"strings"
)

var (
	orderColumns      = strings.Split("ref,kind,issuer_code,publisher_code,entry_codes,text,basis,issued_at,working_days", ",")
	orderEventColumns = strings.Split("order_ref,n,kind,at,account,text,new_due_on,working_days,disclosure_refs", ",")
	requestColumns    = strings.Split(
		"ref,publisher_code,entry_code,from,to,reason,asked_at,asked_by,decision,decided_at,decided_by,decision_reason", ",",
	)
)

// demanded is an order of the demo; its steps follow one another.
type demanded struct {
	kind, issuer, publisher, entries, text, on string
	workingDays                                int
	steps                                      []taken
}

// taken is a step of an order. Who took it follows from its kind.
type taken struct {
	kind, on, text string
	until          string // the day asked for or granted
	workingDays    int    // that a return gives
	documents      string // that an answer names
}

// supervisors are who acts for an issuer.
var supervisors = map[string]string{
	"53":        "云南省应急管理厅督查组（示例）",
	"5331":      "德宏州人民政府督查室（示例）",
	city:        "瑞丽市人民政府督查室（示例）",
	"533102103": "弄岛镇党政办（示例）",
}

// bySupervisor are the steps that the issuer's side takes.
var bySupervisor = map[string]bool{
	"RETURNED": true, "ACCEPTED": true, "EXTENSION_GRANTED": true, "EXTENSION_REFUSED": true, "WITHDRAWN": true,
}

const orderBasis = "《中华人民共和国政府信息公开条例》第四十七条"

// instantAt is an hour and a minute of a day, in Shanghai's time.
func instantAt(on string, hour, minute int) string {
	return fmt.Sprintf("%sT%02d:%02d:00+08:00", on, hour, minute)
}

// madeOrders makes the files of orders: those of every kind and state, by their last day in
// time, due soon, late and overdue, and requests for exemption with every decision. They
// are told by name, not drawn, and change nothing else of the world.
func madeOrders() (orders, events, requests *table) {
	orders, events = &table{columns: orderColumns}, &table{columns: orderEventColumns}
	for i, o := range demandedOrders {
		ref := fmt.Sprintf("demo-order-%02d", i+1)
		basis := ""
		if o.kind != "URGE" {
			basis = orderBasis
		}
		orders.rows = append(orders.rows, []string{
			ref, o.kind, o.issuer, o.publisher, o.entries, madeTitle + o.text, basis,
			instantAt(o.on, 9, 10+i%40), strconv.Itoa(o.workingDays),
		})
		for n, step := range o.steps {
			by := supervisors[o.issuer]
			if !bySupervisor[step.kind] {
				by = "承办单位经办人（示例）"
			}
			given := ""
			if step.workingDays > 0 {
				given = strconv.Itoa(step.workingDays)
			}
			events.rows = append(events.rows, []string{
				ref, strconv.Itoa(n + 1), step.kind, instantAt(step.on, 10+n, 5+i%40), by, step.text, step.until, given, step.documents,
			})
		}
	}
	return orders, events, &table{columns: requestColumns, rows: exemptionRequests}
}

// exemptionRequests are granted ones, whose assignments assign makes, refused ones, and
// ones that wait.
var exemptionRequests = [][]string{
	{
		"demo-ex-01", "533102401", "2.1", "2024-01-01", "", "（示例）辖区内无示范社区", instantAt("2023-12-18", 10, 0), "畹町农场经办人（示例）",
		"GRANTED", instantAt("2023-12-25", 15, 30), supervisors[city], "情况属实",
	},
	{
		"demo-ex-02", "533102400", "3.4", "2024-06-01", "2026-12-04", "（示例）住房重建由市级统一公开", instantAt("2024-05-20", 9, 30),
		"瑞丽农场经办人（示例）", "GRANTED", instantAt("2024-05-27", 16, 0), supervisors[city], "",
	},
	{
		"demo-ex-03", city + "/yjglj", "1.8", "2025-01-01", "2025-12-31", "（示例）当年无重大决策草案", instantAt("2024-12-16", 11, 0),
		"瑞丽市应急管理局经办人（示例）", "GRANTED", instantAt("2024-12-23", 9, 20), supervisors[city], "年末按实际情况复核",
	},
	{
		"demo-ex-04", "533102401", "4.2", "2026-01-01", "2026-12-31", "（示例）款物由市级统一发放", instantAt("2026-03-09", 10, 15),
		"畹町农场经办人（示例）", "REFUSED", instantAt("2026-03-13", 17, 0), supervisors[city], "仍有款物经本单位发放，应当公开使用情况",
	},
	{
		"demo-ex-05", "533102400", "2.2", "2026-10-01", "", "（示例）灾害信息员由市级统一管理", instantAt("2026-09-24", 14, 40), "瑞丽农场经办人（示例）",
		"REFUSED", instantAt("2026-09-30", 9, 0), supervisors[city], "名录应当按属地公开",
	},
	{
		"demo-ex-06", "533102202", "3.2.4", "2026-12-01", "2027-03-31", "（示例）今冬无旱灾，不开展旱灾临时生活救助", instantAt("2026-11-16", 9, 50),
		"户育乡经办人（示例）", "", "", "", "",
	},
	{
		"demo-ex-07", "533102401", "3.2.6", "2026-11-24", "", "（示例）辖区内多年无因灾遇难人员", instantAt("2026-11-23", 16, 25),
		"畹町农场经办人（示例）", "", "", "", "",
	},
}
