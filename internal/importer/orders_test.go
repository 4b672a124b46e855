package importer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

const (
	orderColumns = "ref,kind,issuer_code,publisher_code,entry_codes,text,issued_at,working_days\n"
	eventColumns = "order_ref,n,kind,at,text,new_due_on,working_days\n"
)

// TestEventsNotAllowed: what a file brings that is not allowed at its place among the
// events of its order, with all facts of the import, is told where it stands; so is what
// does not allow an event that is there.
func TestEventsNotAllowed(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := base()
	world["orders.csv"] = orderColumns + "o,URGE,53,533102102,4.2,请办,2026-05-06,10\np,URGE,53,533102102,,请办,2026-05-06,10\n"
	world["order_events.csv"] = eventColumns + "o,1,RECEIVED,2026-05-07,,,\no,2,ANSWERED,2026-05-08,已办,,\n"
	if report, err := run(t, db, options, world); err != nil {
		t.Fatal(err, report.Problems)
	}
	before := everythingWritten(t, db)
	event := func(row string) map[string]string { return map[string]string{"order_events.csv": eventColumns + row} }
	for name, c := range map[string]struct {
		files map[string]string
		want  string // file:line column code, of each
	}{
		"received twice":               {event("o,3,RECEIVED,2026-05-07,,,\n"), "order_events.csv:2 kind event-not-allowed"},
		"received after the answer":    {event("p,1,REMARKED,2026-05-07,记,,\no,3,RECEIVED,2026-05-09,,,\n"), "order_events.csv:3 kind event-not-allowed"},
		"before the issue":             {event("o,3,REMARKED,2026-05-05,早,,\n"), "order_events.csv:2 at event-before-issue"},
		"asked too late":               {event("p,1,EXTENSION_ASKED,2026-06-20,请延,2026-07-20,\n"), "order_events.csv:2 at extension-asked-too-late"},
		"not later":                    {event("p,1,EXTENSION_ASKED,2026-05-08,请延,2026-05-09,\n"), "order_events.csv:2 new_due_on extension-not-later"},
		"accepted while a gap":         {event("o,3,ACCEPTED,2026-05-09,,,\n"), "order_events.csv:2 text accepted-while-a-gap"},
		"by an event before it":        {event("o,4,WITHDRAWN,2026-05-07T23:00:00+08:00,有误,,\n"), "order_events.csv:2  event-not-allowed"},
		"by another day of the answer": {event("o,1,RECEIVED,2026-05-09,,,\n"), "order_events.csv:2 kind event-not-allowed"},
		"by the order itself": {
			map[string]string{"orders.csv": "ref,issued_at\no,2026-05-08\n"}, "orders.csv:2  event-before-issue",
		},
		"of an order of the same files": {
			map[string]string{
				"orders.csv":       orderColumns + "q,URGE,53,533102102,,请办,2026-05-06,10\n",
				"order_events.csv": eventColumns + "q,2,RETURNED,2026-05-08,再办,,3\nq,1,RECEIVED,2026-05-07,,,\n",
			}, "order_events.csv:2 kind event-not-allowed",
		},
		"beside a bad row of another order": {
			event("o,3,RECEIVED,2026-05-09,,,\np,1,REMARKED,2026-05-07,,,\n"), "order_events.csv:2 kind event-not-allowed; order_events.csv:3 text missing",
		},
		"after a bad row of the same order": {
			event("p,1,ANSWERED,2026-05-07,,,\np,2,RETURNED,2026-05-08,再办,,3\n"), "order_events.csv:2 text missing",
		},
	} {
		for _, dry := range []bool{false, true} {
			how := options
			how.DryRun = dry
			report, err := run(t, db, how, c.files)
			var told []string
			for _, p := range report.Problems {
				told = append(told, fmt.Sprintf("%s:%d %s %s", p.File[strings.LastIndexByte(p.File, '/')+1:], p.Line, p.Column, p.Code))
			}
			if _, refused := errors.AsType[*importer.Refused](err); !refused || strings.Join(told, "; ") != c.want {
				t.Errorf("%s (dry run %t): %v, told %s, want %s", name, dry, err, strings.Join(told, "; "), c.want)
			}
		}
	}
	if everythingWritten(t, db) != before {
		t.Error("something of it was written")
	}
	// With the publication that closes the gap, in the same files, no reason is needed.
	closing := event("o,3,ACCEPTED,2026-05-09,,,\n")
	closing["disclosures.csv"] = "ref,publisher_code,entry_code,title,attribute,formed_on,published_on,period\n" +
		"y5,533102102,4.2,公示,PROACTIVE,2026-01-01,2026-01-05,2025\ny4,533102102,4.2,公示,PROACTIVE,2025-01-01,2025-01-05,2024\n" +
		"y3,533102102,4.2,公示,PROACTIVE,2024-01-01,2024-01-05,2023\ny2,533102102,4.2,公示,PROACTIVE,2023-01-01,2023-01-05,2022\n" +
		"y1,533102102,4.2,公示,PROACTIVE,2022-01-01,2022-01-05,2021\ny0,533102102,4.2,公示,PROACTIVE,2021-01-01,2021-01-05,2020\n"
	if report, err := run(t, db, options, closing); err != nil {
		t.Error(err, report.Problems)
	}
	// What is there already is not judged again by other facts.
	if report, err := run(t, db, options, map[string]string{
		"disclosures.csv": "ref,withdrawn_on\ny5,2026-02-01\ny4,2026-02-01\ny3,2026-02-01\ny2,2026-02-01\ny1,2026-02-01\ny0,2026-02-01\n",
	}); err != nil {
		t.Error(err, report.Problems)
	}
	mustVerify(t, db)
}

// TestOrdersTakenBack: an import of orders, events and requests is taken back as if it
// had never been, and imported again; one on which an event rests is not.
func TestOrdersTakenBack(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"orders.csv":       orderColumns + "o,URGE,53,533102102,,请办,2026-05-06,10\n",
		"order_events.csv": eventColumns + "o,1,RECEIVED,2026-05-07,,,\n",
		"exemption_requests.csv": "ref,publisher_code,entry_code,from,reason,asked_at\n" +
			"x,533102102,1.1,2030-01-01,停办,2026-05-06\n",
	}
	first, firstTimelines := rowsOfFacts(t, db), timelines(t, db)
	a := accepted(t, db, files)
	withA, timelinesWithA := rowsOfFacts(t, db), timelines(t, db)
	if len(withA) != len(first)+3 {
		t.Fatalf("%d rows, and %d before", len(withA), len(first))
	}
	same := func(what string, rows map[string]string, of string) {
		t.Helper()
		if got := rowsOfFacts(t, db); len(differingRows(rows, got)) > 0 || timelines(t, db) != of {
			t.Errorf("%s: %v differ, or timelines", what, differingRows(rows, got))
		}
		mustVerify(t, db)
	}
	if _, err := undo(t, db, a.Number); err != nil {
		t.Fatal(err)
	}
	same("taken back", first, firstTimelines)
	again := accepted(t, db, files)
	same("imported again", withA, timelinesWithA)
	// A later import changes each of them, and is taken back.
	change := accepted(t, db, map[string]string{
		"orders.csv":             "ref,kind,working_days\no,CRITICISE,20\n",
		"order_events.csv":       eventColumns + "o,1,REMARKED,2026-05-07,记,,\no,2,RECEIVED,2026-05-08,,,\n",
		"exemption_requests.csv": "ref,decision,decided_at,decided_by\nx,REFUSED,2026-05-07,某人\n",
	})
	if _, err := undo(t, db, change.Number); err != nil {
		t.Fatal(err)
	}
	same("a change taken back", withA, timelinesWithA)
	// An answer that was returned: the return rests on it.
	answer := accepted(t, db, map[string]string{"order_events.csv": eventColumns + "o,2,ANSWERED,2026-05-08,已办,,\n"})
	back := accepted(t, db, map[string]string{"order_events.csv": eventColumns + "o,3,RETURNED,2026-05-09,再办,,5\n"})
	rows, of := rowsOfFacts(t, db), timelines(t, db)
	for _, number := range []int64{answer.Number, again.Number} {
		report, err := undo(t, db, number)
		if _, rests := errors.AsType[*register.Resting](err); !rests || report.RestCount == 0 {
			t.Errorf("import %d: %v %+v", number, err, report)
		}
		same("not taken back", rows, of)
	}
	for _, number := range []int64{back.Number, answer.Number, again.Number} {
		if _, err := undo(t, db, number); err != nil {
			t.Fatal(err)
		}
	}
	same("all taken back", first, firstTimelines)
}
