package importer_test

import (
	"slices"
	"strings"
)

// full is a world in which every column of every file has a value somewhere, by
// file: a header, then rows.
func full() map[string][][]string {
	return map[string][][]string{
		"areas.csv": {
			{"code", "name", "level", "parent_code", "valid_from", "valid_to", "succeeded_by"},
			{"53", "云南省", "PROVINCE", "", "", "", ""},
			{"533102", "瑞丽市", "COUNTY", "53", "1990-01-01", "", ""},
			{"533102102", "畹町镇", "TOWNSHIP", "533102", "2000-01-01", "2026-12-31", "533102103;533102104"},
			{"533102103", "弄岛镇", "TOWNSHIP", "533102", "", "", ""},
			{"533102104", "姐相镇", "TOWNSHIP", "533102", "", "", ""},
		},
		"departments.csv": {
			{"code", "name", "parent_code", "functions"},
			{"533102/yjglj", "瑞丽市应急管理局", "533102", "EMERGENCY_MANAGEMENT;FINANCE"},
		},
		"catalogs.csv": {
			{
				"catalog_code", "title", "issuer_code", "based_on", "effective_from", "effective_to", "grace_working_days",
				"interpretation_working_days", "entries_file", "source",
			},
			{"C0", "国家目录", "53", "", "2020-01-01", "", "0", "0", "c0.csv", ""},
			{"C1", "标准目录", "53", "C0", "2020-01-01", "2099-12-31", "20", "3", "c1.csv", "云南"},
		},
		"c0.csv": {
			{"entry_code", "category", "item", "levels", "limit_kind"},
			{"5.1", "工作动态", "动态", "TOWNSHIP", "PROMPT"},
		},
		"c1.csv": {
			{
				"entry_code",
				"category",
				"item",
				"sub_item",
				"content",
				"legal_basis",
				"levels",
				"publishers",
				"mode",
				"audience",
				"limit_kind",
				"limit_n",
				"limit_anchor",
				"period",
				"period_limit_n",
				"refresh_days",
				"channels",
				"omit",
				"evidence",
			},
			{
				"1.1",
				"政策文件",
				"法规",
				"细则",
				"内容",
				"《条例》",
				"COUNTY;TOWNSHIP",
				"EMERGENCY_MANAGEMENT;GOVERNMENT",
				"PROACTIVE",
				"PUBLIC",
				"WORKING_DAYS",
				"20",
				"ISSUED",
				"ANNUAL",
				"10",
				"400",
				"政府网站",
				"",
				"网页",
			},
			{"5.1", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "1", ""},
		},
		"assignments.csv": {
			{"publisher_code", "entry_code", "action", "from", "to", "reason"},
			{"533102103", "1.1", "EXEMPT", "2024-01-01", "2024-12-31", "试点"},
		},
		"disclosures.csv": {
			{
				"ref",
				"publisher_code",
				"entry_code",
				"title",
				"document_number",
				"index_number",
				"attribute",
				"formed_on",
				"issued_on",
				"published_on",
				"withdrawn_on",
				"period",
				"nil",
				"requires_interpretation",
				"interprets_ref",
				"channel",
				"url",
			},
			{
				"d1", "533102102", "1.1", "通知", "瑞政发1号", "索引1", "ON_REQUEST", "2024-03-01", "2024-03-02", "2024-03-05",
				"2025-03-05", "2024", "1", "1", "d2", "网站", "http://a",
			},
			{"d2", "533102102", "1.1", "通知二", "", "", "PROACTIVE", "2024-03-01", "", "2024-03-04", "", "", "", "", "", "", ""},
		},
		"reviews.csv": {{"disclosure_ref", "reviewed_on", "result", "consulted"}, {"d1", "2024-06-01", "disclose", "起草单位"}},
		"concerns.csv": {
			{"ref", "publisher_code", "title", "severity", "detected_at", "responded_at", "response_ref", "escalated_to"},
			{"q1", "533102102", "群众反映", "MAJOR", "2024-05-01T08:00:00+08:00", "2024-05-02T08:00:00+08:00", "d2", "应急管理局"},
		},
		"events.csv": {
			{"ref", "name", "kind", "started_on", "ended_on", "area_codes"},
			{"e1", "洪涝", "FLOOD", "2024-07-01", "2024-07-20", "533102"},
		},
		"relief.csv": {
			{
				"ref",
				"kind",
				"from_code",
				"to_code",
				"relief_class",
				"event_ref",
				"funds_yuan",
				"goods_item",
				"goods_quantity",
				"goods_unit",
				"households",
				"persons",
				"occurred_on",
				"document_number",
				"disclosure_ref",
			},
			{"r1", "ALLOCATION", "53", "533102", "DROUGHT", "e1", "1000.50", "大米", "1.5", "吨", "3", "9", "2024-05-01", "瑞财2号", "d2"},
		},
		"news.csv": {
			{"ref", "publisher_code", "entry_code", "title", "summary", "published_at", "url", "tags"},
			{"n1", "533102102", "1.1", "动态", "摘要", "2024-05-06T08:00:00+08:00", "http://b", "a;b"},
		},
		"orders.csv": {
			{"ref", "kind", "issuer_code", "publisher_code", "entry_codes", "text", "basis", "issued_at", "working_days"},
			{"o1", "RECTIFY", "53", "533102102", "1.1", "请公开", "督查通知", "2024-05-06T08:00:00+08:00", "10"},
		},
		"order_events.csv": {
			{"order_ref", "n", "kind", "at", "account", "text", "new_due_on", "working_days", "disclosure_refs"},
			{"o1", "1", "ANSWERED", "2024-05-07T08:00:00+08:00", "甲", "已办", "", "", "d1;d2"},
			{"o1", "2", "RETURNED", "2024-05-08T08:00:00+08:00", "乙", "未办", "", "5", ""},
			{"o1", "3", "EXTENSION_ASKED", "2024-05-09T08:00:00+08:00", "甲", "请延", "2024-06-20", "", ""},
			{"o1", "5", "EXTENSION_GRANTED", "2024-05-10T08:00:00+08:00", "乙", "同意", "2024-06-21", "", ""},
		},
		"exemption_requests.csv": {
			{
				"ref", "publisher_code", "entry_code", "from", "to", "reason", "asked_at", "asked_by",
				"decision", "decided_at", "decided_by", "decision_reason",
			},
			{
				"x1", "533102102", "1.1", "2024-01-01", "2024-12-31", "停办", "2024-05-06T08:00:00+08:00", "甲",
				"REFUSED", "2024-05-07T08:00:00+08:00", "乙", "不行",
			},
		},
	}
}

// written are files as text, without some columns of one of them.
func written(world map[string][][]string, names []string, file string, without ...string) map[string]string {
	files := map[string]string{}
	for _, name := range names {
		var text strings.Builder
		for _, row := range world[name] {
			var cells []string
			for i, cell := range row {
				if name != file || !slices.Contains(without, world[name][0][i]) {
					cells = append(cells, cell)
				}
			}
			text.WriteString(strings.Join(cells, ",") + "\n")
		}
		files[name] = text.String()
	}
	return files
}

// sources names what goes together: a catalog is read with its rows.
func sources(file string) []string {
	if file == "catalogs.csv" || file == "c1.csv" || file == "c0.csv" {
		return []string{"catalogs.csv", "c0.csv", "c1.csv"}
	}
	if file == "order_events.csv" {
		return []string{"orders.csv", file}
	}
	return []string{file}
}

var keys = map[string]bool{
	"code":                           true,
	"catalog_code":                   true,
	"ref":                            true,
	"order_ref":                      true,
	"n":                              true,
	"publisher_code assignments.csv": true,
	"entry_code assignments.csv":     true,
	"action":                         true,
	"from":                           true,
	"disclosure_ref reviews.csv":     true,
	"reviewed_on":                    true,
	"entry_code c1.csv":              true,
	"entry_code c0.csv":              true,
}

func isKey(file, column string) bool { return keys[column] || keys[column+" "+file] }
