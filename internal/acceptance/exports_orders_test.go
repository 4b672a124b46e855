package acceptance

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// exportedTo is a file as an account gets it.
func (s *service) exportedTo(headers http.Header, address string) []byte {
	s.t.Helper()
	request, err := http.NewRequest(http.MethodGet, s.url+"/export/"+address, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header = headers.Clone()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d %v %.300s", address, response.StatusCode, err, content)
	}
	return content
}

// exportOfOrders is the case of TestExports about orders.
func exportOfOrders() exportCase {
	return exportCase{
		report:    "orders",
		arguments: map[string]string{"code": "53", "asOf": "2026-11-20", "filter": `{"kinds":["CRITICISE"]}`},
		question: `{ administrativeNode(code: "53") { orders(asOf: "2026-11-20", filter: {kinds: [CRITICISE]}, first: 500) { edges { node {
			ref kind text basis issuedOn workingDays dueOn state timeliness issuer { code name } publisher { code name level }
			pendingExtension { newDueOn } } } } } }`,
		rows: []any{"administrativeNode", "orders", "edges"},
		paths: map[string]string{
			"ref":              "node.ref",
			"kind":             "node.kind",
			"text":             "node.text",
			"basis":            "node.basis",
			"issuedOn":         "node.issuedOn",
			"workingDays":      "node.workingDays",
			"dueOn":            "node.dueOn",
			"state":            "node.state",
			"timeliness":       "node.timeliness",
			"issuerCode":       "node.issuer.code",
			"issuerName":       "node.issuer.name",
			"publisherCode":    "node.publisher.code",
			"publisherName":    "node.publisher.name",
			"publisherLevel":   "node.publisher.level",
			"pendingExtension": "node.pendingExtension.newDueOn",
		},
	}
}

// TestExportsOfOrders: a file has the orders of the list that its asker may see, each with
// its last step; remarks and who acted are in nobody's who may not see what is hidden of
// the publisher.
func TestExportsOfOrders(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, func(o *server.Options) { o.Limits = unlimited() })
	from := calendar.Date(2020, 1, 1)
	for name, c := range map[string]struct {
		grant *account.Grant
		whole func(publisher string) bool
	}{
		"nobody":   {nil, func(string) bool { return false }},
		"auditor":  {&account.Grant{Role: account.Auditor, From: from}, func(string) bool { return false }},
		"county":   {&account.Grant{Role: account.Supervisor, NodeCode: "533102", Scope: account.Subtree, From: from}, func(string) bool { return true }},
		"township": {&account.Grant{Role: account.Clerk, NodeCode: "533102401", Scope: account.Self, From: from}, func(p string) bool { return p == "533102401" }},
	} {
		headers := http.Header{}
		if c.grant != nil {
			headers = tokenOf(t, db, name, *c.grant)
		}
		r := s.askWith(headers, `{ administrativeNode(code: "533102") { orders(first: 500) { nodes {
			ref kind publisher { code } cells { entry { code } } escalatedTo { name } events { kind at by text } } } } }`, nil)
		if len(r.Errors) > 0 {
			t.Fatalf("%s: %v", name, r.Errors)
		}
		want := at(t, r.Data, "administrativeNode", "orders", "nodes").([]any)
		got := lines(t, s.exportedTo(headers, "orders.ndjson?code=533102"))
		if len(got) != len(want) || len(got) == 0 {
			t.Fatalf("%s: %d rows, the list has %d", name, len(got), len(want))
		}
		hidden, remarks := 0, 0
		for i, row := range got {
			order := want[i]
			publisher := follow(order, "publisher.code").(string)
			events := at(t, order, "events").([]any)
			last := map[string]any{}
			if len(events) > 0 {
				last = events[len(events)-1].(map[string]any)
				last["on"] = last["at"].(string)[:len("2026-11-24")]
			}
			for key, expected := range map[string]any{
				"ref": follow(order, "ref"), "kind": follow(order, "kind"), "lastKind": last["kind"], "lastOn": last["on"],
				"lastBy": last["by"], "lastText": last["text"],
			} {
				if value, told := row[key]; !told || value != expected {
					t.Errorf("%s: %v has %s = %v, the list says %v", name, row["ref"], key, value, expected)
				}
			}
			var entries, places []any
			for _, cell := range at(t, order, "cells").([]any) {
				entries = append(entries, follow(cell, "entry.code"))
			}
			for _, place := range at(t, order, "escalatedTo").([]any) {
				places = append(places, follow(place, "name"))
			}
			if !slices.Equal(entries, row["entryCodes"].([]any)) || !slices.Equal(places, row["escalatedTo"].([]any)) {
				t.Errorf(
					"%s: %v is about %v and came to %v, not %v and %v",
					name,
					row["ref"],
					row["entryCodes"],
					row["escalatedTo"],
					entries,
					places,
				)
			}
			if !c.whole(publisher) && (row["kind"] != "CRITICISE" || row["lastBy"] != nil || row["lastKind"] == "REMARKED") {
				t.Errorf("%s is shown what is hidden: %v", name, row)
			}
			if row["kind"] != "CRITICISE" {
				hidden++
			}
			if row["lastKind"] == "REMARKED" && row["lastBy"] != nil {
				remarks++
			}
		}
		if shown := c.grant != nil && c.grant.Role != account.Auditor; shown != (hidden > 0) || shown != (remarks > 0) {
			t.Errorf("%s is shown %d orders that are hidden, and %d remarks", name, hidden, remarks)
		}
	}
	supervisor := tokenOf(t, db, "another", account.Grant{Role: account.Supervisor, NodeCode: "533102", Scope: account.Subtree, From: from})
	// The arguments are those of the list.
	for _, c := range []struct {
		code, asOf, scope, filter string
		rows                      int
	}{
		{"533102103", "", "", "", 5},
		{"533102103", "", "SELF", "", 4},
		{"533102401", "", "", `{"timeliness":["OVERDUE"]}`, 3},
		{"533102401", "2026-11-02", "", `{"timeliness":["OVERDUE"]}`, 1},
		{"533102401", "", "", `{"states":["ISSUED"],"kinds":["URGE"]}`, 1},
		{"533102", "", "", `{"publishers":["533102/mzj"]}`, 1},
		{"533102401", "2026-03-22", "", "", 0},
		{"533102401", "", "", `{"kinds":[]}`, 0},
	} {
		query := url.Values{"code": {c.code}, "asOf": {c.asOf}, "scope": {c.scope}, "filter": {c.filter}}
		if got := lines(t, s.exportedTo(supervisor, "orders.ndjson?"+query.Encode())); len(got) != c.rows {
			t.Errorf("%v: %d rows, not %d", c, len(got), c.rows)
		}
	}
	table := string(s.exportedTo(supervisor, "orders.csv?code=533102"))
	for _, word := range []string{"督办类型", "催办", "责令整改", "通报批评", "待签收", "已撤销", "临期", "待定延期", "2026-12-09", "退回", "申请延期", "畹町农场"} {
		if !strings.Contains(table, word) {
			t.Errorf("the file does not say %s", word)
		}
	}
}

// TestBulletinOfOrders: the bulletin's figures of orders are those of the interface at the
// ends of both months; the public orders of the month are listed, also for who sees the
// others, and no remark.
func TestBulletinOfOrders(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	const fields = `{ issued open answered accepted withdrawn overdue dueSoon onTime late onTimeRate }`
	figures := at(t, s.data(`{ administrativeNode(code: "533102") { before: supervision(asOf: "2026-09-30") `+fields+`
		now: supervision(asOf: "2026-10-31") `+fields+` } }`, nil), "administrativeNode")
	file, err := excelize.OpenReader(
		bytes.NewReader(s.exportedTo(supervisorOf(t, db, "county", "533102"), "bulletin.xlsx?code=533102&month=2026-10")),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	state, err := file.GetRows("督办情况", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][]string{}
	for _, row := range state[1:] {
		told[row[0]] = append(row, "", "", "")
	}
	number := func(side, key string) float64 { return follow(figures, side+"."+key).(float64) }
	for title, key := range map[string]string{
		"已签发": "issued", "办理中": "open", "其中：超期": "overdue", "其中：临期": "dueSoon", "已反馈": "answered", "已办结": "accepted",
		"已撤销": "withdrawn", "按时": "onTime", "逾期": "late", "按时率": "onTimeRate",
	} {
		before, now := number("before", key), number("now", key)
		if row := told[title]; len(row) < 4 || !sameNumber(row[1], fmt.Sprint(before)) || !sameNumber(row[2], fmt.Sprint(now)) ||
			key != "onTimeRate" && row[3] != fmt.Sprint(now-before) {
			t.Errorf("%s: %v, want %v and %v", title, row, before, now)
		}
	}
	brought := func(keys ...string) (sum float64) {
		for _, key := range keys {
			sum += number("now", key) - number("before", key)
		}
		return sum
	}
	for title, want := range map[string]float64{
		"本月签发": brought("issued"), "本月反馈或者办结（扣除退回）": brought("answered", "accepted"), "本月办结": brought("accepted"),
	} {
		if row := told[title]; len(row) < 4 || row[2] != fmt.Sprint(want) || want == 0 {
			t.Errorf("%s: %v, want %v", title, row, want)
		}
	}
	public, err := file.GetRows("通报批评", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var refs []string
	for _, row := range public[1:] {
		refs = append(refs, row[0])
	}
	if got := strings.Join(refs, " "); got != "demo-order-21 demo-order-19" {
		t.Errorf("the public orders of the month are %s", got)
	}
	if all := fmt.Sprint(public); strings.Contains(all, "约谈") || strings.Contains(all, "备注") {
		t.Errorf("a remark stands in the bulletin: %s", all)
	}
}
