package export

import (
	"context"
	"encoding/json"
	"strconv"
	"time"
)

// shanghai is where days are counted. It has had no other offset since 1992.
var shanghai = time.FixedZone("CST", 8*60*60)

// about tells what a workbook holds: about whom, on which day, by which rules,
// made when.
func (r *Request) about(e *Export, rows int) *table {
	in := r.locale
	var lines []record
	add := func(item words, value any) {
		if value != nil && value != "" {
			lines = append(lines, record{"item": item.in(in), "value": value})
		}
	}
	above, level := column{kind: route, path: "ancestors.name"}, column{kind: word, key: "level", names: levelNames}
	add(words{"内容", "Subject"}, r.report.title.in(in))
	add(words{"名称", "Name"}, e.node.at("name"))
	add(words{"代码", "Code"}, e.node.at("code"))
	for _, of := range []struct {
		item words
		column
	}{{words{"层级", "Level"}, level}, {words{"上级", "Above"}, above}} {
		kind, value := of.value(e.node)
		add(of.item, of.said(kind, value, in))
	}
	add(words{"统计日", "Day"}, typed{day, e.day})
	for _, a := range r.report.arguments {
		if title, told := argumentTitles[a.name]; told && e.variables[a.name] != nil {
			add(title, argumentText(e.variables[a.name]))
		}
	}
	provisional := words{"否", "no"}
	if e.node.at("coverage.provisional") == true {
		provisional = words{
			"是：当年的放假安排尚未载入，到期日可能变动",
			"yes: the year's arrangement of working days is not loaded, so due days may still move",
		}
	}
	add(words{"暂算", "Provisional"}, provisional.in(in))
	if r.report != bulletinReport { // which is no list
		add(words{"行数", "Rows"}, typed{integer, json.Number(strconv.Itoa(rows))})
	}
	add(words{"制表时间（北京时间）", "Made (Beijing time)"}, typed{instant, e.now.In(shanghai)})
	add(words{"来源", "Source"}, e.source)
	for _, rule := range append(r.report.rules[:len(r.report.rules):len(r.report.rules)], daysRule) {
		add(words{"口径", "Rule"}, rule.in(in))
	}
	// Where a reader of the file finds the rest: in the service that made it.
	legend, schema := e.page(e.node.at("code"), "", "on", e.day), e.base+"/schema.graphql"
	add(words{"口径全文", "All rules"}, words{
		"各状态含义见页面下方“图例”：" + legend + "\n各项指标的定义：" + schema,
		"What each status means, below on the page under “Legend”: " + legend + "\nWhat each figure means: " + schema,
	}.in(in))
	return &table{
		title: words{"说明", "About"},
		columns: fixed([]column{
			{key: "item", title: words{"项目", "Item"}, width: 22},
			{key: "value", title: words{"说明", "Value"}, kind: prose, width: 110},
		}),
		rows: func(_ context.Context, visit func(record) error) error {
			for _, line := range lines {
				if err := visit(line); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// argumentText is an argument as it was given.
func argumentText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	}
	object, err := json.Marshal(value)
	if err != nil { // it was read from JSON
		return ""
	}
	return string(object)
}
