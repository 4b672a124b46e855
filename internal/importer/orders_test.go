package importer_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/order"
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
	world["orders.csv"] += "r,URGE,53,533102102,,请办,2026-05-06,10\ns,URGE,53,533102102,,请办,2026-05-06,10\n"
	world["order_events.csv"] = eventColumns + "o,1,RECEIVED,2026-05-07,,,\no,2,ANSWERED,2026-05-08,已办,,\n" +
		"r,1,ANSWERED,2026-05-08,已办,,\nr,2,RETURNED,2026-05-10,再办,,5\n" +
		"s,1,EXTENSION_ASKED,2026-05-08,请延,2026-06-20,\ns,2,EXTENSION_GRANTED,2026-05-10,,2026-06-20,\ns,3,ANSWERED,2026-05-12,已办,,\n"
	if report, err := run(t, db, options, world); err != nil {
		t.Fatal(err, report.Problems)
	}
	before := everythingWritten(t, db)
	event := func(row string) map[string]string { return map[string]string{"order_events.csv": eventColumns + row} }
	for name, c := range map[string]struct {
		files map[string]string
		want  string // file:line column code, of each
	}{
		"received twice":                   {event("o,3,RECEIVED,2026-05-07,,,\n"), "order_events.csv:2 kind event-not-allowed"},
		"received after the answer":        {event("p,1,REMARKED,2026-05-07,记,,\no,3,RECEIVED,2026-05-09,,,\n"), "order_events.csv:3 kind event-not-allowed"},
		"before the issue":                 {event("o,3,REMARKED,2026-05-05,早,,\n"), "order_events.csv:2 at event-before-issue"},
		"asked too late":                   {event("p,1,EXTENSION_ASKED,2026-06-20,请延,2026-07-20,\n"), "order_events.csv:2 at extension-asked-too-late"},
		"not later":                        {event("p,1,EXTENSION_ASKED,2026-05-08,请延,2026-05-09,\n"), "order_events.csv:2 new_due_on extension-not-later"},
		"accepted while a gap":             {event("o,3,ACCEPTED,2026-05-09,,,\n"), "order_events.csv:2 text accepted-while-a-gap"},
		"by an event before it":            {event("o,4,WITHDRAWN,2026-05-07T23:00:00+08:00,有误,,\n"), "order_events.csv:2  event-not-allowed"},
		"by another day of the answer":     {event("o,1,RECEIVED,2026-05-09,,,\n"), "order_events.csv:2 kind event-not-allowed"},
		"by an answer after its return":    {event("r,1,ANSWERED,2026-05-12,已办,,\n"), "order_events.csv:2  event-not-allowed"},
		"by an asking after what it asked": {event("s,1,EXTENSION_ASKED,2026-05-11,请延,2026-06-20,\n"), "order_events.csv:2  event-not-allowed"},
		"by a return before the answer":    {event("r,2,RETURNED,2026-05-07,再办,,5\n"), "order_events.csv:2 kind event-not-allowed"},
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

// TestTakenBackFromItsPlace: where an event is taken out, those before it are not judged
// again, whatever else has changed since they were.
func TestTakenBackFromItsPlace(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := base()
	arrange := func(days string) map[string]string {
		return map[string]string{"calendar/2026.json": `{"year": 2026, "days": [` + days + `]}`}
	}
	off := `{"date": "2026-05-11", "name": "假", "isOffDay": true}`
	if _, err := run(t, db, options, world); err != nil {
		t.Fatal(err)
	}
	accepted(t, db, arrange(off))
	accepted(t, db, map[string]string{ // on the day that it is due
		"orders.csv":       orderColumns + "o,URGE,53,533102102,,请办,2026-05-06,10\n",
		"order_events.csv": eventColumns + "o,1,EXTENSION_ASKED,2026-05-21,请延,2026-07-20,\n",
	})
	accepted(t, db, arrange(strings.Replace(off, "05-11", "10-01", 1))) // and it was due a day before
	remark := accepted(t, db, map[string]string{"order_events.csv": eventColumns + "o,2,REMARKED,2026-05-22,记,,\n"})
	if report, err := undo(t, db, remark.Number); err != nil {
		t.Fatalf("%v %+v", err, report)
	}
	// It itself is judged as it is now.
	_, err := run(t, db, options, map[string]string{"order_events.csv": eventColumns + "o,1,EXTENSION_ASKED,2026-05-21,请延期,2026-07-20,\n"})
	if _, refused := errors.AsType[*importer.Refused](err); !refused {
		t.Errorf("it is judged by the calendar as it was: %v", err)
	}
	mustVerify(t, db)
}

// TestEventsMoved: whichever events of an order are added or changed, in whatever order
// and to whatever instants, one that is accepted leaves a course in which each is allowed
// at its place, and one that would not is refused.
func TestEventsMoved(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := base()
	world["orders.csv"] = orderColumns + "o,URGE,53,533102102,,请办,2026-05-06,10\n"
	accepted(t, db, world)
	issued := order.Order{
		Ref: "o", IssuedAt: time.Date(2026, 5, 6, 0, 0, 0, 0, calendar.Shanghai), WorkingDays: 10, PublisherCode: "533102102",
	}
	days := calendar.New(nil)
	random := rand.New(rand.NewPCG(7, 17))
	events := map[int64]order.Event{}
	taken, refusals := 0, 0
	for range 120 {
		e := order.Event{
			OrderRef: "o", Number: 1 + random.Int64N(8), Kind: order.EventKind(random.IntN(order.EventKinds)),
			At: issued.IssuedAt.Add(time.Duration(random.IntN(40)) * 12 * time.Hour), Text: "记",
		}
		if before, known := events[e.Number]; known && random.IntN(3) > 0 { // the same at another time
			e.Kind = before.Kind
		}
		due, working := "", ""
		switch e.Kind {
		case order.ExtensionAsked, order.ExtensionGranted:
			e.NewDueOn = calendar.Date(2026, 6, 1) + calendar.Day(random.IntN(60))
			due = e.NewDueOn.String()
		case order.EventReturned:
			e.WorkingDays, working = 3, "3"
		case order.EventReceived,
			order.EventAnswered,
			order.EventAccepted,
			order.ExtensionRefused,
			order.EventRemarked,
			order.EventWithdrawn:
		}
		next := maps.Clone(events)
		next[e.Number] = e
		course := slices.SortedFunc(maps.Values(next), func(a, b order.Event) int { return a.Compare(&b) })
		standing, fault := issued.Begin(days), ""
		for i := range course {
			if found := issued.Judge(&standing, &course[i], func() []string { return nil }); fault == "" && len(found) > 0 {
				fault = fmt.Sprint(course[i], found)
			}
			standing = standing.After(&course[i], days)
		}
		row := fmt.Sprintf("o,%d,%s,%s,记,%s,%s\n", e.Number, e.Kind, e.At.Format(time.RFC3339), due, working)
		report, err := run(t, db, options, map[string]string{"order_events.csv": eventColumns + row})
		_, refused := errors.AsType[*importer.Refused](err)
		if refused != (fault != "") {
			t.Fatalf("%s to %+v: %v %+v, want %q", row, events, err, report.Problems, fault)
		}
		if refused {
			refusals++
		} else {
			events = next
			taken++
		}
	}
	if taken < 15 || refusals < 15 {
		t.Errorf("%d were taken, %d refused", taken, refusals)
	}
}
