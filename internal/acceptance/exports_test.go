package acceptance

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/server"
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

// TestBulletin: the figures are those of the interface, and each opens its view.
func TestBulletin(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	figures := s.data(
		`{ administrativeNode(code: "533102") { now: coverage(asOf: "2026-10-31") { required missing overdue coverageRate } before: coverage(asOf: "2026-09-30") { required missing overdue }
		relief(from: "2026-10-01", to: "2026-10-31", asOf: "2026-10-31") { total { received } discrepancies { kind } } }
		coverageChange(code: "533102", from: "2026-09-30", to: "2026-10-31") { opened { totalCount } closed { totalCount } }
		gaps(code: "533102", asOf: "2026-10-31", filter: {statuses: [OVERDUE]}) { totalCount }
		ranking(code: "533102", level: TOWNSHIP, asOf: "2026-10-31") { node { name } } }`,
		nil,
	)
	open := func(arguments map[string]string) *excelize.File {
		file, err := excelize.OpenReader(bytes.NewReader(s.exported("bulletin.xlsx", arguments)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { file.Close() })
		return file
	}
	file := open(map[string]string{"code": "533102", "month": "2026-10"})
	if got := strings.Join(file.GetSheetList(), " "); got != "公开情况 说明 按一级事项 变化 新增缺口 超期主体 救灾资金 款物疑点 下级排名" {
		t.Errorf("sheets: %s", got)
	}
	rows := func(sheet string) [][]string {
		t.Helper()
		rows, err := file.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	state := map[string][]string{}
	for _, row := range rows("公开情况") {
		state[row[0]] = append(row, "", "", "")
	}
	for title, key := range map[string]string{"应公开": "required", "空白": "missing", "超期": "overdue"} {
		before, now := follow(figures, "administrativeNode.before."+key).(float64), follow(figures, "administrativeNode.now."+key).(float64)
		if row := state[title]; row[1] != fmt.Sprint(before) || row[2] != fmt.Sprint(now) || row[3] != fmt.Sprint(now-before) {
			t.Errorf("%v, want %v and %v", row, before, now)
		}
	}
	opened, closed := follow(figures, "coverageChange.opened.totalCount").(float64), follow(figures, "coverageChange.closed.totalCount").(float64)
	if state["新增缺口"][2] != fmt.Sprint(opened) || state["消除缺口"][2] != fmt.Sprint(closed) || opened == 0 {
		t.Errorf("%v %v, want %v and %v", state["新增缺口"], state["消除缺口"], opened, closed)
	}
	if changes := rows("变化"); len(changes)-1 != int(opened+closed) || changes[1][12] == "" {
		t.Errorf("%d changes, want %v", len(changes)-1, opened+closed)
	}
	if gaps := rows("新增缺口"); len(gaps)-1 != int(opened) {
		t.Errorf("%d new gaps, want %v", len(gaps)-1, opened)
	}
	overdue, before := 0, math.MaxInt
	for _, row := range rows("超期主体")[1:] {
		count, err := strconv.Atoi(row[4])
		if err != nil || count > before {
			t.Errorf("%v after %d", row, before)
		}
		overdue, before = overdue+count, count
	}
	if total := follow(figures, "gaps.totalCount").(float64); overdue != int(total) {
		t.Errorf("%d cells overdue, want %v", overdue, total)
	}
	money := rows("救灾资金")
	if total, received := money[len(money)-1], follow(
		figures,
		"administrativeNode.relief.total.received",
	); total[0] != "合计" ||
		!sameNumber(total[1], received.(string)) {
		t.Errorf("%v, want %v", total, received)
	}
	if doubts := rows("款物疑点"); len(doubts)-1 != len(at(t, figures, "administrativeNode", "relief", "discrepancies").([]any)) {
		t.Errorf("%d discrepancies", len(doubts)-1)
	}
	for i, row := range rows("下级排名")[1:] {
		if row[2] != at(t, figures, "ranking", i, "node", "name") {
			t.Errorf("place %d: %v", i, row)
		}
	}
	link := func(sheet, cell, want string) {
		t.Helper()
		linked, address, err := file.GetCellHyperLink(sheet, cell)
		if err != nil || !linked || address != s.url+want {
			t.Errorf("%s %s leads to %q %v, want %s", sheet, cell, address, err, want)
		}
	}
	link("公开情况", "B2", "/n/533102?on=2026-09-30")
	link("公开情况", "C6", "/n/533102/gaps?on=2026-10-31&status=OVERDUE")
	link("超期主体", "E2", "/n/533102/gaps?on=2026-10-31&publisher="+url.QueryEscape(rows("超期主体")[1][0])+"&status=OVERDUE")
	link("救灾资金", "B2", "/n/533102/relief?class=EMERGENCY&from=2026-10-01&on=2026-10-31&to=2026-10-31")
	link("下级排名", "A2", "/n/533102/compare?level=TOWNSHIP&on=2026-10-31")

	// A month that is not over is told until today; a slash in a code is kept apart.
	file = open(map[string]string{"code": "533102/yjglj", "month": "2026-11", "locale": "en"})
	header, err := file.GetRows("State")
	if err != nil || header[0][2] != "Now, 2026-11-24" {
		t.Errorf("%v %v", header[0], err)
	}
	link("State", "C2", "/n/533102%2Fyjglj?on=2026-11-24")
}

// TestExportRefusals: what cannot be exported is told before the first byte.
func TestExportRefusals(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	for _, c := range []struct {
		file, query, code, field, says string
		status                         int
	}{
		{"gaps.csv", "", "INVALID_INPUT", "code", "missing", 400},
		{"gaps.csv", "code=533102&asOf=2024-02-30", "INVALID_INPUT", "asOf", "no day of the calendar", 400},
		{"gaps.csv", "code=533102&asOf=1989-01-01", "INVALID_INPUT", "asOf", "1990-01-01 to 2100-12-31", 400},
		{"gaps.csv", `code=533102&filter={"status":[]}`, "INVALID_INPUT", "filter", "statuses, categories", 400},
		{"gaps.xlsx", `code=533102&filter={"statuses":["LATE"]}`, "INVALID_INPUT", "filter", "COVERED, PENDING", 400},
		{"gaps.ndjson", `code=533102&filter={"statuses":["overdue"]}`, "INVALID_INPUT", "filter", "statuses[0]: overdue is not a valid CellStatus; give COVERED, PENDING", 400},
		{"gaps.csv", `code=533102&filter={"levels":"county"}`, "INVALID_INPUT", "filter", "levels[0]: county is not a valid AdministrativeLevel; give NATION", 400},
		{"disclosures.csv", `code=533102&filter={"attributes":["proactive"]}`, "INVALID_INPUT", "filter", "give PROACTIVE, ON_REQUEST", 400},
		{"gaps.csv", "code=533102&orderBy=entry", "INVALID_INPUT", "orderBy", "PUBLISHER, OLDEST_FIRST, ENTRY", 400},
		{"ranking.csv", "code=533102&level=township", "INVALID_INPUT", "level", "TOWNSHIP", 400},
		{"relief.csv", "code=533102&from=2024-01-01&to=2024-12-31&reliefClass=drought", "INVALID_INPUT", "reliefClass", "DROUGHT", 400},
		{"relief.csv", "code=533102&from=2024-01-01&to=2024-12-31&scope=self", "INVALID_INPUT", "scope", "SELF", 400},
		{"gaps.csv", `code=533102&filter={"minDaysOpen":0}`, "INVALID_INPUT", "minDaysOpen", "from 1", 400},
		{"relief.csv", "code=533102&from=2024-01-02&to=2024-01-01", "INVALID_INPUT", "to", "before it begins", 400},
		{"ranking.ndjson", "code=533102&level=TOWN", "INVALID_INPUT", "level", "TOWNSHIP", 400},
		{"bulletin.xlsx", "code=533102&month=2026-12", "INVALID_INPUT", "month", "2026-11", 400},
		{"gaps.csv", "code=nowhere", "NOT_FOUND", "code", "nowhere", 404},
		{"matrix.xlsx", "code=nowhere", "NOT_FOUND", "code", "nowhere", 404},
		{"gaps.pdf", "code=533102", "NOT_FOUND", "", "csv, xlsx, ndjson", 404},
		{"news.csv", "code=533102", "NOT_FOUND", "", "disclosures", 404},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		arguments := map[string]string{}
		for name := range query {
			arguments[name] = query.Get(name)
		}
		response, content := s.export(c.file, arguments)
		var told reply
		if err := json.Unmarshal(content, &told); err != nil || response.StatusCode != c.status || told.code() != c.code {
			t.Errorf("%s?%s: %d %v %s", c.file, c.query, response.StatusCode, err, content)
			continue
		}
		field, _ := told.Errors[0].Extensions["field"].(string)
		if field != c.field || !strings.Contains(told.Errors[0].Message, c.says) ||
			told.Errors[0].Extensions["requestId"] != response.Header.Get("X-Request-Id") {
			t.Errorf("%s?%s: %s", c.file, c.query, content)
		}
		if response.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s?%s: an error is no file to keep", c.file, c.query)
		}
	}
	full := serve(t, db, func(o *server.Options) { o.Limits.Exports = 0 })
	if response, content := full.export(
		"gaps.csv",
		map[string]string{"code": "533102"},
	); response.StatusCode != 503 || response.Header.Get("Retry-After") == "" ||
		!bytes.Contains(content, []byte("UNAVAILABLE")) {
		t.Errorf("%d %s", response.StatusCode, content)
	}
}

// TestExportHeaders: names, media types, compression; a question about the head
// alone; no writes.
func TestExportHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const address = "/export/gaps.csv?code=533102"
	ask := func(method, encoding string) (*http.Response, []byte) {
		request, err := http.NewRequest(method, s.url+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", encoding)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, content
	}
	plain, content := ask("GET", "identity")
	header := plain.Header
	if header.Get("Content-Type") != "text/csv; charset=utf-8" || header.Get("Cache-Control") != "no-store" ||
		header.Get("X-Content-Type-Options") != "nosniff" ||
		header.Get(
			"Content-Disposition",
		) != `attachment; filename="gaps-533102-2026-11-24.csv"; filename*=UTF-8''`+url.PathEscape(
			"瑞丽市-公开缺口-2026-11-24.csv",
		) {
		t.Errorf("%v", header)
	}
	packed, small := ask("GET", "gzip")
	unpacked, err := gzip.NewReader(bytes.NewReader(small))
	if err != nil || packed.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v %v", err, packed.Header)
	}
	if again, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(again, content) {
		t.Errorf("unpacked it is not the same: %v", err)
	}
	if head, nothing := ask(
		"HEAD",
		"identity",
	); head.StatusCode != 200 || len(nothing) > 0 ||
		head.Header.Get("Content-Disposition") == "" {
		t.Errorf("HEAD: %d %v", head.StatusCode, head.Header)
	}
	if posted, _ := ask("POST", "identity"); posted.StatusCode < 400 {
		t.Errorf("POST: %d", posted.StatusCode)
	}
	if _, told := ask("GET", "identity"); !slices.Equal(told, content) {
		t.Error("the same export twice is not the same")
	}
	metrics, err := http.Get(s.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer metrics.Body.Close()
	if counted, _ := io.ReadAll(metrics.Body); !bytes.Contains(counted, []byte(`route="/export"`)) {
		t.Error("exports are not counted by themselves")
	}
}
