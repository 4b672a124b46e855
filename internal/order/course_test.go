package order_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// holidays are those of May 2024: five days off and two weekend days worked.
var holidays = oracle.Arrangement{Year: 2024, Days: []oracle.ArrangedDay{
	{Date: "2024-04-28", Name: "劳动节", IsOffDay: false},
	{Date: "2024-05-01", Name: "劳动节", IsOffDay: true},
	{Date: "2024-05-02", Name: "劳动节", IsOffDay: true},
	{Date: "2024-05-03", Name: "劳动节", IsOffDay: true},
	{Date: "2024-05-04", Name: "劳动节", IsOffDay: true},
	{Date: "2024-05-05", Name: "劳动节", IsOffDay: true},
	{Date: "2024-05-11", Name: "劳动节", IsOffDay: false},
}}

// oneOrder is a world of one order to a township, whose cell is a gap up to the eve of
// 10 May 2024.
func oneOrder(issuedAt string, workingDays int, entries ...string) *oracle.World {
	return &oracle.World{
		Areas: []oracle.Area{
			{Code: "CN", Level: "NATION"},
			{Code: "53", Level: "PROVINCE", Parent: "CN"},
			{Code: "5331", Level: "PREFECTURE", Parent: "53"},
			{Code: "533124", Level: "COUNTY", Parent: "5331"},
			{Code: "533124101", Level: "TOWNSHIP", Parent: "533124"},
		},
		Catalogs: []oracle.Catalog{{
			Code: "CN-1", Issuer: "CN", EffectiveFrom: "2020-01-01", Entries: []oracle.Entry{{
				Code: "1.1", Category: "政策文件", Item: "法律法规", Levels: []string{"TOWNSHIP"}, Publishers: []string{"GOVERNMENT"},
				LimitKind: "PROMPT",
			}},
		}},
		Disclosures: []oracle.Disclosure{{
			Ref: "d1", Publisher: "533124101", Entry: "1.1", Attribute: "PROACTIVE", PublishedOn: "2024-05-10",
		}},
		Arrangements: []oracle.Arrangement{holidays},
		Orders: []oracle.Order{{
			Ref: "o1", Kind: "RECTIFY", Issuer: "533124", Publisher: "533124101", Entries: entries, Text: "请公开", IssuedAt: issuedAt,
			WorkingDays: workingDays,
		}},
	}
}

// clocks are about midnight in Asia/Shanghai, told in offsets where the date is another.
var clocks = []string{"T00:00:00+08:00", "T23:59:59.999999+08:00", "T12:00:00+08:00", "T05:59:59+14:00", "T04:00:00-12:00"}

// instantOn is an instant of a day in Asia/Shanghai.
func instantOn(t *rapid.T, on calendar.Day) string {
	clock := rapid.SampledFrom(clocks).Draw(t, "clock")
	return (2*on - calendar.DayOf(instant(t, on.String()+clock))).String() + clock
}

// TestCourse brings events to one order, in whatever order, and keeps those with which all
// stay allowed. The domain and the oracle allow the same ones, and say the same of every
// day after each.
func TestCourse(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		issuedOn := calendar.Date(2024, 4, 20) + calendar.Day(rapid.IntRange(0, 20).Draw(t, "issued"))
		entries := rapid.SampledFrom([][]string{nil, {"1.1"}}).Draw(t, "entries")
		world := oneOrder(instantOn(t, issuedOn), rapid.IntRange(1, 12).Draw(t, "working days"), entries...)
		a := asking(t, world)
		a.history("o1", seen)
		t.Repeat(map[string]func(*rapid.T){"bring": func(t *rapid.T) {
			brought := a.drawEvent(t)
			event := eventOf(t, &brought)
			events := a.with(&event)
			if a.compare(a.orders["o1"], events, a.world.JudgeEvents("o1", brought), seen) > 0 {
				return
			}
			kept := []oracle.OrderEvent{brought}
			for _, known := range a.world.OrderEvents {
				if known.Number != brought.Number {
					kept = append(kept, known)
				}
			}
			a.world.OrderEvents, a.events["o1"] = kept, events
			a.world.Forget()
			a.history("o1", seen)
		}})
	})
	for _, kind := range []string{
		"ISSUED OVERDUE", "RECEIVED DUE_SOON", "RETURNED ON_TRACK", "ANSWERED LATE", "ACCEPTED ON_TIME", "WITHDRAWN ", "pending",
		"escalated to 1", " while ", "accepted without a reason while ",
	} {
		if seen[kind] == 0 {
			t.Errorf("no course shows %q", kind)
		}
	}
}

// drawEvent is mostly one that may follow the last, with what its kind needs.
func (a *asked) drawEvent(t *rapid.T) oracle.OrderEvent {
	o, events := a.orders["o1"], a.events["o1"]
	last := o.IssuedOn()
	if len(events) > 0 {
		last = events[len(events)-1].On()
	}
	standing, _, _ := o.On(last, events, a.days)
	kinds := standing.Allowed(last)
	if rapid.IntRange(0, 4).Draw(t, "any kind") == 4 {
		kinds = nil
		for kind := range order.EventKind(order.EventKinds) {
			kinds = append(kinds, kind)
		}
	}
	around := func(on calendar.Day, before, after int) calendar.Day {
		return on + calendar.Day(rapid.IntRange(-before, after).Draw(t, "days off"))
	}
	on := around(last, 1, 4)
	if rapid.Bool().Draw(t, "about the due day") {
		on = around(standing.DueOn, 1, 1)
	}
	e := oracle.OrderEvent{
		Order: "o1", Number: rapid.IntRange(1, 30).Draw(t, "number"), Kind: rapid.SampledFrom(kinds).Draw(t, "kind").String(),
		At: instantOn(t, on), By: "clerk", Text: rapid.SampledFrom([]string{"说明", "说明", ""}).Draw(t, "text"),
	}
	asIs := func(what string) bool { return rapid.IntRange(0, 9).Draw(t, what) < 9 }
	if (e.Kind == "EXTENSION_ASKED" || e.Kind == "EXTENSION_GRANTED") == asIs("new due day as needed") {
		e.NewDueOn = around(standing.DueOn, 1, 12).String()
	}
	if (e.Kind == "RETURNED") == asIs("working days as needed") {
		e.WorkingDays = rapid.IntRange(1, 6).Draw(t, "working days")
	}
	if (e.Kind == "ANSWERED") == asIs("documents as needed") {
		e.Disclosures = rapid.SampledFrom([][]string{nil, {"d1"}, {"d1"}, {"d2", "d1"}}).Draw(t, "documents")
	}
	return e
}

// TestEnds: orders of the first and the last day that facts may name, and the days after
// these, with as many working days as may be given.
func TestEnds(t *testing.T) {
	t.Parallel()
	days := calendar.New(nil)
	for _, issuedOn := range []calendar.Day{calendar.First, calendar.First + 1, calendar.Last - 1, calendar.Last} {
		for _, workingDays := range []int64{1, 3, 4, rule.MostDays} {
			o := &order.Order{Ref: "o1", IssuedAt: issuedOn.Time(), WorkingDays: workingDays}
			answered := order.Event{Number: 1, Kind: order.EventAnswered, At: issuedOn.Time()}
			returned := order.Event{Number: 2, Kind: order.EventReturned, At: issuedOn.Time(), WorkingDays: workingDays}
			for _, events := range [][]order.Event{nil, {answered}, {answered, returned}} {
				spans := o.History(events, days)
				for on := issuedOn - 1; on <= min(issuedOn+20, calendar.Last); on++ {
					standing, _, issued := o.On(on, events, days)
					phase := order.PhaseOn(spans, on)
					if issued != (phase != 0) ||
						issued && (phase.State() != standing.State || phase.Timeliness() != standing.TimelinessOn(on, days)) {
						t.Errorf("issued on %s for %d days, on %s: %s %s of %v, want %+v",
							issuedOn, workingDays, on, phase.State(), phase.Timeliness(), spans, standing)
					}
				}
			}
		}
	}
}

// TestEscalatedTo: ten working days after the due day for each place above the issuer.
func TestEscalatedTo(t *testing.T) {
	t.Parallel()
	tree, days := referenceOf(t, oneOrder("2024-04-22", 1)).Tree, calendar.New(nil)
	dueOn := calendar.Date(2024, 6, 7) // a Friday
	for _, c := range []struct {
		issuer string
		state  order.State
		after  calendar.Day
		want   string
	}{
		{"533124", order.Issued, 13, "[]"},
		{"533124", order.Issued, 14, "[5331]"},
		{"533124", order.Received, 16, "[5331]"}, // a Sunday
		{"533124", order.Returned, 28, "[5331 53]"},
		{"533124", order.Returned, 1000, "[5331 53 CN]"},
		{"533124", order.Answered, 1000, "[]"},
		{"533124", order.Withdrawn, 1000, "[]"},
		{"5331", order.Issued, 14, "[53]"},
		{"CN", order.Issued, 1000, "[]"},
		{"gone", order.Issued, 1000, "[]"},
	} {
		codes := []string{}
		for _, place := range order.EscalatedTo(tree, tree.Find(c.issuer), c.state, dueOn, dueOn+c.after, days) {
			codes = append(codes, tree.Node(place).Code)
		}
		if got := fmt.Sprint(codes); got != c.want {
			t.Errorf("%s %d days after it was due to %s: %s, want %s", c.state, c.after, c.issuer, got, c.want)
		}
	}
}

// TestDueAnyDay: a granted day is the due day, worked or not, also one that is over when it
// is granted.
func TestDueAnyDay(t *testing.T) {
	t.Parallel()
	world := oneOrder("2024-04-22T09:00:00+08:00", 2)
	world.OrderEvents = []oracle.OrderEvent{
		{Order: "o1", Number: 1, Kind: "EXTENSION_ASKED", At: "2024-04-24", Text: "说明", NewDueOn: "2024-06-01"},
		{Order: "o1", Number: 2, Kind: "EXTENSION_GRANTED", At: "2024-05-07", NewDueOn: "2024-05-04"},
	}
	a := asking(t, world)
	a.history("o1", map[string]int{})
	var got []string
	for _, span := range a.orders["o1"].History(a.events["o1"], a.days) {
		got = append(got, fmt.Sprint(span.From, " ", span.Phase.Timeliness()))
	}
	if want := "[2024-04-22 DUE_SOON 2024-04-25 OVERDUE]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
