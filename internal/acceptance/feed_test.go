package acceptance

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestFeed: the feed of a node has what is public of it and of all below, newest first,
// under names that stay, and nothing that is hidden or to come, whoever asks.
func TestFeed(t *testing.T) {
	t.Parallel()
	db := demo(t)
	trusted := serveTrusted(t, db, nil)
	hide(t, trusted)
	trusted.data(
		`mutation { addNews(input: {ref: "to-come", publisherCode: "533102102", title: "mima以后", publishedAt: "2026-11-24T23:00:00+08:00"}) { closedGap } }`,
		nil,
	)
	type atom struct {
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
		} `xml:"entry"`
	}
	read := func(path string) (feed atom, answer *sent) {
		t.Helper()
		answer = trusted.send("GET", path, "")
		if err := xml.Unmarshal([]byte(answer.content), &feed); err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v %s", path, answer.StatusCode, err, answer.content)
		}
		return feed, answer
	}
	feed, answer := read("/feed/533102102.atom")
	if strings.Contains(answer.content, secretMark) || !strings.HasPrefix(answer.Header.Get("Content-Type"), "application/atom+xml") {
		t.Errorf("%s: %s", answer.Header.Get("Content-Type"), answer.content)
	}
	told := serve(t, db, nil).data(`{ administrativeNode(code: "533102102") {
		disclosures(first: 500) { nodes { title publishedOn } } news(first: 500, filter: {to: "2026-11-23"}) { nodes { title } } } }`, nil)
	var titles, want []string
	for i, entry := range feed.Entries {
		titles = append(titles, entry.Title)
		instant, err := time.Parse(time.RFC3339, entry.Updated)
		if err != nil || instant.After(noon()) {
			t.Errorf("%s: %s", entry.Title, entry.Updated)
		}
		if i > 0 && feed.Entries[i-1].Updated < entry.Updated {
			t.Errorf("%s stands before %s", feed.Entries[i-1].Updated, entry.Updated)
		}
	}
	for _, kind := range []string{"disclosures", "news"} {
		for _, node := range at(t, told, "administrativeNode", kind, "nodes").([]any) {
			want = append(want, node.(map[string]any)["title"].(string))
		}
	}
	slices.Sort(titles)
	slices.Sort(want)
	if !slices.Equal(titles, want) || len(want) < 5 {
		t.Errorf("the feed has %d entries, there are %d", len(titles), len(want))
	}
	if again, _ := read("/feed/533102102.atom"); again.ID != feed.ID || again.Entries[0].ID != feed.Entries[0].ID {
		t.Error("names change")
	}
	if unchanged := trusted.send(
		"GET",
		"/feed/533102102.atom",
		"",
		"If-None-Match",
		answer.Header.Get("ETag"),
	); unchanged.StatusCode != 304 {
		t.Errorf("unchanged: %d", unchanged.StatusCode)
	}
	county, _ := read("/feed/533102.atom")
	body, _ := read("/feed/533102/yjglj.atom")
	if len(county.Entries) != 500 || len(body.Entries) == 0 || county.ID == body.ID {
		t.Errorf("%d and %d entries", len(county.Entries), len(body.Entries))
	}
	for path, status := range map[string]int{"/feed/unknown.atom": 404, "/feed/533102": 404} {
		if answer := trusted.send("GET", path, ""); answer.StatusCode != status {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}

// TestDueDays: the calendar has what is due and overdue of the publishers of the account
// and of no others, as RFC 5545 has it; its token is good there alone, and no other is.
func TestDueDays(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	from := calendar.Date(2026, 1, 1)
	clerk := pgtest.Account(t, db, "clerk", account.Grant{Role: account.Clerk, NodeCode: rightsTownship, Scope: account.Self, From: from},
		account.Grant{Role: account.Reviewer, NodeCode: "533102", From: from})
	accounts := register.NewAccounts(db, time.Now, store.By{Way: store.ByCommand})
	secret, err := accounts.AddToken(
		t.Context(),
		"clerk",
		store.Token{Purpose: store.ForDueDays, ReadOnly: true, ExpiresAt: time.Now().AddDate(0, 6, 0)},
	)
	mustDo(t, err)
	// Two documents of one title and day beside what is owed already.
	for _, ref := range []string{"due-1", "due-2"} {
		registered := s.askWith(http.Header{"Authorization": {"Bearer " + clerk}}, fmt.Sprintf(`mutation { registerDisclosure(input:
			{ref: %q, publisherCode: %q, entryCode: "1.1", title: "同名", attribute: PROACTIVE, formedOn: %q}) { closedGap } }`,
			ref, rightsTownship, today-4), nil)
		if len(registered.Errors) > 0 {
			t.Fatalf("%+v", registered.Errors[0])
		}
	}
	answer := s.send("GET", "/due/"+secret+".ics", "")
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/calendar") {
		t.Fatalf("%d %s", answer.StatusCode, answer.content)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(answer.content, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line is not folded: %q", line)
		}
	}
	unfolded := strings.ReplaceAll(answer.content, "\r\n ", "")
	dues := regexp.MustCompile(
		`(?s)BEGIN:VEVENT\r\nUID:([0-9a-f-]{36})\r\nDTSTAMP:\d{8}T\d{6}Z\r\nDTSTART;VALUE=DATE:(\d{8})\r\nDTEND;VALUE=DATE:\d{8}\r\n`+
			`SUMMARY:([^\r]*)\r\nDESCRIPTION:([^\r]*)\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n`,
	).FindAllStringSubmatch(
		unfolded,
		-1,
	)
	if len(dues) != strings.Count(unfolded, "BEGIN:VEVENT") {
		t.Errorf("%d of %d events are well formed", len(dues), strings.Count(unfolded, "BEGIN:VEVENT"))
	}
	var got []string
	seen := map[string]bool{}
	for _, due := range dues {
		if seen[due[1]] {
			t.Errorf("%s stands twice", due[1])
		}
		seen[due[1]] = true
		got = append(got, due[2])
	}
	want, more := s.dueOf(t, rightsTownship)
	if named := strings.Count(unfolded, "《同名》（到期）"); more < 1 || named != 2 {
		t.Errorf("%d duties are open besides those first due, %d events are of the two documents\n%s", more, named, unfolded)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) || len(want) < 5 {
		t.Errorf("due are\n%v and not\n%v", got, want)
	}
	refused := func(what string, answer *sent) {
		t.Helper()
		if answer.StatusCode != 401 || answer.code() != "UNAUTHENTICATED" {
			t.Errorf("%s: %d %s", what, answer.StatusCode, answer.content)
		}
	}
	refused("another token", s.send("GET", "/due/"+clerk+".ics", ""))
	refused("no token", s.send("GET", "/due/rg_x.ics", ""))
	refused("the token elsewhere", s.send("GET", "/", "", "Authorization", "Bearer "+secret))
	if strings.Contains(s.log.String(), secret) {
		t.Error("the log has the token")
	}
	mustDo(t, accounts.Disable(t.Context(), "clerk"))
	refused("after the account was disabled", s.send("GET", "/due/"+secret+".ics", ""))
}

// dueOf are the days of all that a publisher owes: each duty that is overdue, or open
// and due within 60 working days, and what becomes a gap otherwise; more counts the
// duties that are neither of an overdue cell and overdue nor the first due of another.
func (s *service) dueOf(t *testing.T, publisher string) (want []string, more int) {
	t.Helper()
	day := today.String()
	written := func(day any) string { return strings.ReplaceAll(day.(string), "-", "") }
	told := s.data(fmt.Sprintf(`{ deadline(from: %q, limit: {kind: WORKING_DAYS, n: 60}) { dueOn }
		administrativeNode(code: %q) { upcoming(workingDays: 60, scope: SELF, first: 500) { nodes { dueOn duty { openedOn } } }
		coverageMatrix(first: 1) { rows { publisher { code } cells { entryCode status } } } } }`, day, publisher), nil)
	last := at(t, told, "deadline", "dueOn").(string)
	first := 0
	for _, node := range at(t, told, "administrativeNode", "upcoming", "nodes").([]any) {
		duty, ofDuty := at(t, node, "duty").(map[string]any)
		if !ofDuty || duty["openedOn"].(string) > day {
			want = append(want, written(at(t, node, "dueOn")))
		} else {
			first++
		}
	}
	open := 0
	row := at(t, told, "administrativeNode", "coverageMatrix", "rows").([]any)[0]
	if at(t, row, "publisher", "code") != publisher {
		t.Fatalf("the first publisher is %v", at(t, row, "publisher"))
	}
	for _, cell := range at(t, row, "cells").([]any) {
		if at(t, cell, "status") == "EXEMPT" {
			continue
		}
		told := s.data(
			fmt.Sprintf(`{ cell(publisher: %q, entry: %q) { duties { dueOn fulfilledOn } } }`, publisher, at(t, cell, "entryCode")),
			nil,
		)
		for _, duty := range at(t, told, "cell", "duties").([]any) {
			due, owed := at(t, duty, "dueOn").(string)
			fulfilled, is := at(t, duty, "fulfilledOn").(string)
			if !owed || due > last || is && fulfilled <= day {
				continue
			}
			want = append(want, written(due))
			if due >= day {
				open++
			}
		}
	}
	return want, open - first
}
