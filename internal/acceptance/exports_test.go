package acceptance

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// export gets a file; it is told what went wrong else.
func (s *service) export(file string, arguments map[string]string) (*http.Response, []byte) {
	s.t.Helper()
	query := url.Values{}
	for name, value := range arguments {
		query.Set(name, value)
	}
	response, err := http.Get(s.url + "/export/" + file + "?" + query.Encode())
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response, content
}

func (s *service) exported(file string, arguments map[string]string) []byte {
	s.t.Helper()
	response, content := s.export(file, arguments)
	if response.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %v: %d %.300s", file, arguments, response.StatusCode, content)
	}
	return content
}

// exportCase is a report, the question that answers the same, where its rows are
// in the answer, and where in a row some keys of the export are.
type exportCase struct {
	report    string
	arguments map[string]string
	question  string
	variables map[string]any
	rows      []any
	paths     map[string]string
	merge     []any // where a row stands that comes before the others
}

const exportedFigures = `{ required covered pending missing overdue stale exempt coverageRate provisional timeliness { onTime late overdue open undetermined onTimeRate } }`

func figurePaths(at string) map[string]string {
	paths := map[string]string{}
	for _, figure := range []string{"required", "covered", "pending", "missing", "overdue", "stale", "exempt", "coverageRate", "provisional"} {
		paths[figure] = at + figure
	}
	for key, field := range map[string]string{
		"dutiesOnTime": "onTime", "dutiesLate": "late", "dutiesOverdue": "overdue", "dutiesOpen": "open", "dutiesUndetermined": "undetermined", "onTimeRate": "onTimeRate",
	} {
		paths[key] = at + "timeliness." + field
	}
	return paths
}

func with(paths map[string]string, more ...string) map[string]string {
	for i := 0; i+1 < len(more); i += 2 {
		paths[more[i]] = more[i+1]
	}
	return paths
}

func exportCases() []exportCase {
	return []exportCase{
		{
			report: "gaps",
			arguments: map[string]string{
				"code":    "533102",
				"asOf":    "2026-06-30",
				"filter":  `{"statuses":["OVERDUE","STALE"]}`,
				"orderBy": "OLDEST_FIRST",
			},
			question: `{ gaps(code: "533102", asOf: "2026-06-30", filter: {statuses: [OVERDUE, STALE]}, orderBy: OLDEST_FIRST, first: 500) { edges { node {
				status since daysOpen publisher { code name level } entry { code category item subItem } explanation
				reason { rule anchorDate dueOn workingDaysCounted provisional legalBasis } } } } }`,
			rows: []any{"gaps", "edges"},
			paths: map[string]string{
				"publisherCode":      "node.publisher.code",
				"publisherName":      "node.publisher.name",
				"publisherLevel":     "node.publisher.level",
				"entryCode":          "node.entry.code",
				"category":           "node.entry.category",
				"item":               "node.entry.item",
				"subItem":            "node.entry.subItem",
				"status":             "node.status",
				"since":              "node.since",
				"daysOpen":           "node.daysOpen",
				"rule":               "node.reason.rule",
				"anchorDate":         "node.reason.anchorDate",
				"dueOn":              "node.reason.dueOn",
				"workingDaysCounted": "node.reason.workingDaysCounted",
				"provisional":        "node.reason.provisional",
				"legalBasis":         "node.reason.legalBasis",
				"explanation":        "node.explanation",
			},
		},
		{
			report:    "matrix",
			arguments: map[string]string{"code": "533102"},
			question:  `{ coverageMatrix(code: "533102", first: 500) { rows { publisher { code name level } cells { entryCode status } } } }`,
			rows: []any{
				"coverageMatrix",
				"rows",
			},
			paths: map[string]string{
				"publisherCode":  "publisher.code",
				"publisherName":  "publisher.name",
				"publisherLevel": "publisher.level",
			},
		},
		{
			report:    "upcoming",
			arguments: map[string]string{"code": "533102", "asOf": "2026-11-24", "workingDays": "20"},
			question: `{ upcoming(code: "533102", asOf: "2026-11-24", workingDays: 20, first: 500) { edges { node {
				dueOn becomes publisher { code name level } entry { code item } duty { kind title } explanation } } } }`,
			rows: []any{"upcoming", "edges"},
			paths: map[string]string{
				"dueOn":          "node.dueOn",
				"becomes":        "node.becomes",
				"publisherCode":  "node.publisher.code",
				"publisherName":  "node.publisher.name",
				"publisherLevel": "node.publisher.level",
				"entryCode":      "node.entry.code",
				"item":           "node.entry.item",
				"dutyKind":       "node.duty.kind",
				"dutyTitle":      "node.duty.title",
				"explanation":    "node.explanation",
			},
		},
		{
			report:    "change",
			arguments: map[string]string{"code": "533102", "from": "2026-06-30", "to": "2026-10-31"},
			question: `{ coverageChange(code: "533102", from: "2026-06-30", to: "2026-10-31") { cells(first: 500) { edges { node {
				before after on cause { text } publisher { code name(asOf: "2026-10-31") level } entry { code category item subItem } } } } } }`,
			rows: []any{"coverageChange", "cells", "edges"},
			paths: map[string]string{
				"before":         "node.before",
				"after":          "node.after",
				"on":             "node.on",
				"cause":          "node.cause.text",
				"publisherCode":  "node.publisher.code",
				"publisherName":  "node.publisher.name",
				"publisherLevel": "node.publisher.level",
				"entryCode":      "node.entry.code",
				"item":           "node.entry.item",
			},
		},
		{
			report:    "news",
			arguments: map[string]string{"code": "53", "filter": `{"entries":["5"],"from":"2026-01-01"}`, "orderBy": "OLDEST_FIRST"},
			question: `{ administrativeNode(code: "53") { news(filter: {entries: ["5"], from: "2026-01-01"}, orderBy: OLDEST_FIRST, first: 500) {
				edges { node { ref title summary publishedAt url publisher { code name level } entry { code item } } } } } }`,
			rows: []any{"administrativeNode", "news", "edges"},
			paths: map[string]string{
				"ref":            "node.ref",
				"title":          "node.title",
				"summary":        "node.summary",
				"publishedAt":    "node.publishedAt",
				"url":            "node.url",
				"publisherCode":  "node.publisher.code",
				"publisherName":  "node.publisher.name",
				"publisherLevel": "node.publisher.level",
				"entryCode":      "node.entry.code",
				"item":           "node.entry.item",
			},
		},
		{
			report:    "disclosures",
			arguments: map[string]string{"code": "533102", "filter": `{"entries":["5.1"],"from":"2025-01-01"}`},
			question: `{ administrativeNode(code: "533102") { disclosures(filter: {entries: ["5.1"], from: "2025-01-01"}, first: 500) { edges { node {
				ref title documentNumber indexNumber attribute mark formedOn issuedOn publishedOn withdrawnOn period nil requiresInterpretation channel url
				publisher { code } entry { code } interpretation { ref title } } } } } }`,
			rows: []any{"administrativeNode", "disclosures", "edges"},
			paths: map[string]string{
				"ref":                    "node.ref",
				"title":                  "node.title",
				"documentNumber":         "node.documentNumber",
				"attribute":              "node.attribute",
				"mark":                   "node.mark",
				"formedOn":               "node.formedOn",
				"issuedOn":               "node.issuedOn",
				"publishedOn":            "node.publishedOn",
				"withdrawnOn":            "node.withdrawnOn",
				"period":                 "node.period",
				"nil":                    "node.nil",
				"requiresInterpretation": "node.requiresInterpretation",
				"channel":                "node.channel",
				"url":                    "node.url",
				"publisherCode":          "node.publisher.code",
				"entryCode":              "node.entry.code",
				"interpretationRef":      "node.interpretation.ref",
				"interpretationTitle":    "node.interpretation.title",
				"indexNumber":            "node.indexNumber",
			},
		},
		exportOfOrders(),
		{
			report:    "relief",
			arguments: map[string]string{"code": "53", "from": "2021-01-01", "to": "2026-11-24"},
			question: `{ administrativeNode(code: "53") { relief(from: "2021-01-01", to: "2026-11-24") { movements(first: 500) { edges { node {
				ref kind from { code name } to { code name } reliefClass eventRef funds goodsItem goodsQuantity goodsUnit households persons occurredOn documentNumber disclosure { ref title } } } } } } }`,
			rows: []any{"administrativeNode", "relief", "movements", "edges"},
			paths: map[string]string{
				"ref":             "node.ref",
				"kind":            "node.kind",
				"fromCode":        "node.from.code",
				"fromName":        "node.from.name",
				"toCode":          "node.to.code",
				"toName":          "node.to.name",
				"reliefClass":     "node.reliefClass",
				"eventRef":        "node.eventRef",
				"funds":           "node.funds",
				"goodsItem":       "node.goodsItem",
				"goodsQuantity":   "node.goodsQuantity",
				"goodsUnit":       "node.goodsUnit",
				"households":      "node.households",
				"persons":         "node.persons",
				"occurredOn":      "node.occurredOn",
				"documentNumber":  "node.documentNumber",
				"disclosureRef":   "node.disclosure.ref",
				"disclosureTitle": "node.disclosure.title",
			},
		},
		{
			report: "coverage", arguments: map[string]string{"code": "533102", "asOf": "2026-06-30"},
			question: `{ administrativeNode(code: "533102") { code name level coverage(asOf: "2026-06-30") ` + exportedFigures + `
				children(first: 500) { edges { node { code name level coverage(asOf: "2026-06-30") ` + exportedFigures + ` } } } } }`,
			merge: []any{"administrativeNode"}, rows: []any{"administrativeNode", "children", "edges"},
			paths: with(figurePaths("node.coverage."), "code", "node.code", "name", "node.name", "level", "node.level"),
		},
		{
			report:    "ranking",
			arguments: map[string]string{"code": "533102", "level": "TOWNSHIP", "minRequired": "18"},
			question:  `{ ranking(code: "533102", level: TOWNSHIP, minRequired: 18) { rank node { code name level } notRankedBecause figures ` + exportedFigures + ` } }`,
			rows: []any{
				"ranking",
			},
			paths: with(
				figurePaths("figures."),
				"rank",
				"rank",
				"code",
				"node.code",
				"name",
				"node.name",
				"level",
				"node.level",
				"notRankedBecause",
				"notRankedBecause",
			),
		},
	}
}

// TestExports: each report holds what the interface answers, in every format.
func TestExports(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for _, c := range exportCases() {
		answer := s.data(c.question, c.variables)
		want := at(t, answer, c.rows...).([]any)
		if c.merge != nil {
			want = append([]any{map[string]any{"node": at(t, answer, c.merge...)}}, want...)
		}
		got := lines(t, s.exported(c.report+".ndjson", c.arguments))
		if len(got) != len(want) || len(got) == 0 {
			t.Errorf("%s: %d rows, the interface answers %d", c.report, len(got), len(want))
			continue
		}
		for i, row := range got {
			for key, path := range c.paths {
				value, told := row[key]
				if expected := follow(want[i], path); !told || value != expected && (value != nil || expected != "") {
					t.Fatalf("%s: row %d has %s = %v, the interface says %v", c.report, i, key, value, expected)
				}
			}
			if c.report == "matrix" {
				cells := at(t, want[i], "cells").([]any)
				for _, cell := range cells {
					if code := at(t, cell, "entryCode").(string); row[code] != at(t, cell, "status") {
						t.Errorf("matrix: %v %s is %v", row["publisherCode"], code, row[code])
					}
				}
			}
		}
		sameInEveryFormat(t, s, c.report, c.arguments, len(want))
	}
	catalog := at(
		t,
		s.data(
			`{ administrativeNode(code: "533102") { catalog { categories { entries { code content limit { kind n } catalogCode leaf levels } } } } }`,
			nil,
		),
		"administrativeNode",
		"catalog",
	)
	var want []any
	for _, category := range at(t, catalog, "categories").([]any) {
		want = append(want, at(t, category, "entries").([]any)...)
	}
	got := lines(t, s.exported("catalog.ndjson", map[string]string{"code": "533102"}))
	for i, row := range got {
		if row["code"] != follow(want[i], "code") || row["content"] != follow(want[i], "content") ||
			row["limitNumber"] != follow(want[i], "limit.n") ||
			row["catalogCode"] != follow(want[i], "catalogCode") ||
			fmt.Sprint(row["levels"]) != fmt.Sprint(follow(want[i], "levels")) ||
			row["catalogTitle"] == nil {
			t.Errorf("catalog: %v, want %v", row, want[i])
		}
	}
	sameInEveryFormat(t, s, "catalog", map[string]string{"code": "533102"}, len(want))
	// A node below no catalog has a file without rows.
	if rows := lines(t, s.exported("catalog.ndjson", map[string]string{"code": "533102", "asOf": "1995-01-01"})); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
}

func lines(t testing.TB, content []byte) (rows []map[string]any) {
	t.Helper()
	for line := range bytes.Lines(content) {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatalf("%v: %.200s", err, line)
		}
		rows = append(rows, row)
	}
	return rows
}

// follow is at for a path written with dots, nil where it ends early.
func follow(value any, path string) any {
	for _, step := range strings.Split(path, ".") {
		object, _ := value.(map[string]any)
		value = object[step]
	}
	return value
}

// sameInEveryFormat holds a report's workbook against its CSV, cell by cell.
func sameInEveryFormat(t *testing.T, s *service, report string, arguments map[string]string, rows int) {
	t.Helper()
	content := s.exported(report+".csv", arguments)
	if !bytes.HasPrefix(content, []byte("\xef\xbb\xbf")) {
		t.Errorf("%s.csv does not begin with the mark of UTF-8", report)
	}
	table, err := csv.NewReader(bytes.NewReader(content[3:])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(s.exported(report+".xlsx", arguments)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sheets := file.GetSheetList()
	if sheets[1] != "说明" {
		t.Errorf("%s.xlsx: sheets %v", report, sheets)
	}
	raw, err := file.GetRows(sheets[0], excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := file.GetRows(sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(table) != rows+1 || len(raw) != rows+1 {
		t.Fatalf("%s: %d rows in CSV, %d in XLSX, want %d", report, len(table)-1, len(raw)-1, rows)
	}
	for i, row := range table {
		for j, cell := range row {
			var inBook, inSight string // a row ends with its last cell that is not empty
			if j < len(raw[i]) {
				inBook = raw[i][j]
			}
			if j < len(shown[i]) {
				inSight = shown[i][j]
			}
			if cell != inBook && cell != inSight && !sameNumber(cell, inBook) {
				t.Errorf("%s: row %d, %s is %q in CSV and %q, shown %q, in XLSX", report, i, table[0][j], cell, inBook, inSight)
			}
		}
	}
}

func sameNumber(a, b string) bool {
	x, faultX := strconv.ParseFloat(a, 64)
	y, faultY := strconv.ParseFloat(b, 64)
	return faultX == nil && faultY == nil && math.Abs(x-y) <= 1e-14*math.Abs(x) // a spreadsheet keeps 15 digits
}
