package acceptance

import (
	"bytes"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestBulletin: the figures are those of the interface, and each opens its view.
func TestBulletin(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, withLog(t, db))
	figures := s.data(
		`{ administrativeNode(code: "533102") { now: coverage(asOf: "2026-10-31") { required missing overdue coverageRate } before: coverage(asOf: "2026-09-30") { required missing overdue }
		relief(from: "2026-10-01", to: "2026-10-31", asOf: "2026-10-31") { total { received } discrepancies { kind } } }
		coverageChange(code: "533102", from: "2026-09-30", to: "2026-10-31") { summary opened { totalCount } closed { totalCount } }
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
	if got := strings.Join(file.GetSheetList(), " "); got != "综述 说明 公开情况 按一级事项 变化 新增缺口 超期主体 救灾资金 款物疑点 下级排名 督办情况 通报批评 校验点" {
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
	checkpoint := s.data(`{ logCheckpoint { size root key note } }`, nil)
	if got := rows("校验点"); len(got) != 2 || got[1][0] != fmt.Sprint(follow(checkpoint, "logCheckpoint.size")) ||
		got[1][2] != follow(checkpoint, "logCheckpoint.root") || got[1][3] != follow(checkpoint, "logCheckpoint.key") {
		t.Errorf("the checkpoint: %v", got)
	}
	if got := rows("综述"); len(got) != 2 || got[1][0] != follow(figures, "coverageChange.summary") || got[1][0] == "" {
		t.Errorf("%v, want %v", got, follow(figures, "coverageChange.summary"))
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
	if state["新增缺口"][2] != fmt.Sprint(opened) || state["整改销号"][2] != fmt.Sprint(closed) || opened == 0 {
		t.Errorf("%v %v, want %v and %v", state["新增缺口"], state["整改销号"], opened, closed)
	}
	if changes := rows("变化"); len(changes)-1 != int(opened+closed) || changes[1][12] == "" {
		t.Errorf("%d changes, want %v", len(changes)-1, opened+closed)
	}
	if gaps := rows("新增缺口"); len(gaps)-1 != int(opened) {
		t.Errorf("%d new gaps, want %v", len(gaps)-1, opened)
	} else if since := slices.Index(gaps[0], "自"); !slices.IsSortedFunc(gaps[1:], func(a, b []string) int {
		return strings.Compare(b[since], a[since])
	}) {
		t.Error("new gaps are not newest first")
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
	link("督办情况", "C4", "/n/533102/orders?on=2026-10-31&timeliness=OVERDUE")
	link("下级排名", "A2", "/n/533102/compare?level=TOWNSHIP&on=2026-10-31")

	// A month that is not over is told until today; a slash in a code is kept apart.
	file = open(map[string]string{"code": "533102/yjglj", "month": "2026-11", "locale": "en"})
	header, err := file.GetRows("State")
	if err != nil || header[0][2] != "Now, 2026-11-24" {
		t.Errorf("%v %v", header[0], err)
	}
	link("State", "C2", "/n/533102%2Fyjglj?on=2026-11-24")
}
