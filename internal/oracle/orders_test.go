package oracle

import (
	"fmt"
	"strings"
	"testing"
)

// townshipWithOrder is a world of one order, issued on Saturday 2 March 2024 in Shanghai and so due on Friday the 8th; its
// cell is a gap up to the 19th. No arrangement is loaded.
func townshipWithOrder(events ...OrderEvent) *World {
	return &World{
		Areas: []Area{
			{Code: "CN", Level: "NATION"},
			{Code: "53", Level: "PROVINCE", Parent: "CN"},
			{Code: "5331", Level: "PREFECTURE", Parent: "53"},
			{Code: "533124", Level: "COUNTY", Parent: "5331"},
			{Code: "533124101", Level: "TOWNSHIP", Parent: "533124"},
		},
		Catalogs: []Catalog{{
			Code: "CN-1", Issuer: "CN", EffectiveFrom: "2020-01-01",
			Entries: []Entry{{Code: "1.1", Levels: []string{"TOWNSHIP"}, Publishers: []string{"GOVERNMENT"}, LimitKind: "PROMPT"}},
		}},
		Disclosures: []Disclosure{{
			Ref: "d1", Publisher: "533124101", Entry: "1.1", Attribute: "PROACTIVE", PublishedOn: "2024-03-20",
		}},
		Orders: []Order{{
			Ref: "o1", Kind: "CRITICISE", Issuer: "533124", Publisher: "533124101", Entries: []string{"1.1"}, Text: "请公开",
			IssuedAt: "2024-03-01T16:30:00Z", WorkingDays: 5,
		}},
		OrderEvents: events,
	}
}

// does is an event with all that its kind needs: a new due day where last holds one, working days where it holds a number.
func does(number int, kind, at string, last ...any) OrderEvent {
	event := OrderEvent{Order: "o1", Number: number, Kind: kind, At: at, Text: "说明"}
	for _, what := range last {
		switch what := what.(type) {
		case string:
			event.NewDueOn = what
		case int:
			event.WorkingDays = what
		}
	}
	return event
}

// TestOrderOnAnyDay holds states, due days and timeliness against what was worked out by hand.
func TestOrderOnAnyDay(t *testing.T) {
	t.Parallel()
	inTime := does(1, "ANSWERED", "2024-03-08T15:59:59Z")
	tooLate := does(1, "ANSWERED", "2024-03-08T16:00:00Z")
	returned := does(2, "RETURNED", "2024-03-11T02:00:00Z", 3)
	asked := does(1, "EXTENSION_ASKED", "2024-03-08T23:00:00+08:00", "2024-03-15")
	granted := does(2, "EXTENSION_GRANTED", "2024-03-12", "2024-03-13")
	for number, c := range []struct {
		events   []OrderEvent
		day      string
		expected string
	}{
		{nil, "2024-03-02", "ISSUED, due 2024-03-08, ON_TRACK"},
		{nil, "2024-03-04", "ISSUED, due 2024-03-08, ON_TRACK"},
		{nil, "2024-03-05", "ISSUED, due 2024-03-08, DUE_SOON"},
		{nil, "2024-03-08", "ISSUED, due 2024-03-08, DUE_SOON"},
		{nil, "2024-03-09", "ISSUED, due 2024-03-08, OVERDUE"},
		{nil, "2024-03-21", "ISSUED, due 2024-03-08, OVERDUE"},
		{nil, "2024-03-22", "ISSUED, due 2024-03-08, OVERDUE, at 5331"},
		{nil, "2024-04-05", "ISSUED, due 2024-03-08, OVERDUE, at 5331 53"},
		{nil, "2025-04-05", "ISSUED, due 2024-03-08, OVERDUE, at 5331 53 CN"},
		{[]OrderEvent{inTime}, "2024-03-07", "ISSUED, due 2024-03-08, DUE_SOON"},
		{[]OrderEvent{inTime}, "2024-03-08", "ANSWERED, due 2024-03-08, ON_TIME"},
		{[]OrderEvent{tooLate}, "2024-03-08", "ISSUED, due 2024-03-08, DUE_SOON"},
		{[]OrderEvent{tooLate}, "2025-03-09", "ANSWERED, due 2024-03-08, LATE"},
		{[]OrderEvent{inTime, returned}, "2024-03-14", "RETURNED, due 2024-03-14, DUE_SOON"},
		{[]OrderEvent{inTime, returned, does(3, "ACCEPTED", "2024-03-20")}, "2024-03-20", "ACCEPTED, due 2024-03-14, ON_TIME"},
		{[]OrderEvent{inTime, returned, does(3, "ANSWERED", "2024-03-15")}, "2024-03-15", "ANSWERED, due 2024-03-14, LATE"},
		{[]OrderEvent{tooLate, returned, does(3, "ANSWERED", "2024-03-14")}, "2024-03-15", "ANSWERED, due 2024-03-14, ON_TIME"},
		{[]OrderEvent{asked}, "2024-03-11", "ISSUED, due 2024-03-08, OVERDUE, asked for 2024-03-15"},
		{[]OrderEvent{asked, granted}, "2024-03-12", "ISSUED, due 2024-03-13, DUE_SOON"},
		{[]OrderEvent{asked, does(2, "ANSWERED", "2024-03-09")}, "2024-03-12", "ANSWERED, due 2024-03-08, LATE"},
		{[]OrderEvent{does(1, "ACCEPTED", "2024-03-08")}, "2024-03-08", "ACCEPTED, due 2024-03-08, ON_TIME"},
		{[]OrderEvent{does(1, "ACCEPTED", "2024-03-09")}, "2024-03-09", "ACCEPTED, due 2024-03-08, LATE"},
		{[]OrderEvent{does(1, "WITHDRAWN", "2024-03-09")}, "2024-03-09", "WITHDRAWN, due 2024-03-08, "},
	} {
		order, _ := townshipWithOrder(c.events...).OrderOn("o1", Day(c.day))
		got := fmt.Sprintf("%s, due %s, %s", order.State, Date(order.DueOn), order.Timeliness)
		if len(order.EscalatedTo) > 0 {
			got += ", at " + strings.Join(order.EscalatedTo, " ")
		}
		if order.Pending != nil {
			got += ", asked for " + order.Pending.NewDueOn
		}
		if got != c.expected {
			t.Errorf("case %d on %s: %s, expected %s", number+1, c.day, got, c.expected)
		}
	}
	if _, is := townshipWithOrder().OrderOn("o1", Day("2024-03-01")); is {
		t.Error("there is an order before its day of issue")
	}
}

// TestJudgeEvents has for each case the refusals of its events in order, "-" for one that is allowed.
func TestJudgeEvents(t *testing.T) {
	t.Parallel()
	silent := func(event OrderEvent) OrderEvent { event.Text = ""; return event }
	for number, c := range []struct {
		events   []OrderEvent
		expected string
	}{
		{[]OrderEvent{does(1, "RECEIVED", "2024-03-02")}, "-"}, // before the hour of issue
		{[]OrderEvent{does(1, "RECEIVED", "2024-03-01T15:59:59Z")}, "before the day of issue"},
		{[]OrderEvent{does(9, "RECEIVED", "2024-03-04"), does(4, "RECEIVED", "2024-03-05")}, "-; RECEIVED while RECEIVED"},
		// At one instant the number decides.
		{[]OrderEvent{does(1, "ANSWERED", "2024-03-04"), does(2, "RETURNED", "2024-03-04", 1)}, "-; -"},
		{[]OrderEvent{does(2, "ANSWERED", "2024-03-04"), does(1, "RETURNED", "2024-03-04", 1)}, "RETURNED while ISSUED; -"},
		{[]OrderEvent{silent(does(1, "ANSWERED", "2024-03-04"))}, "no text"},
		{[]OrderEvent{does(1, "ANSWERED", "2024-03-04", 3)}, "working days where none are used, or none where they are needed"},
		{[]OrderEvent{does(1, "ACCEPTED", "2024-03-19")}, "-"},
		{[]OrderEvent{silent(does(1, "ACCEPTED", "2024-03-19"))}, "accepted without a reason while 1.1 is a gap"},
		{[]OrderEvent{silent(does(1, "ACCEPTED", "2024-03-19T16:00:00Z"))}, "-"},
		{[]OrderEvent{does(1, "WITHDRAWN", "2024-03-04"), does(2, "REMARKED", "2024-03-04")}, "-; -"},
		{[]OrderEvent{does(1, "WITHDRAWN", "2024-03-04"), does(2, "ACCEPTED", "2024-03-04")}, "-; ACCEPTED while WITHDRAWN"},
		{[]OrderEvent{does(1, "EXTENSION_ASKED", "2024-03-09", "2024-03-20")}, "asked after the due day"},
		{
			[]OrderEvent{does(1, "EXTENSION_ASKED", "2024-03-08", "2024-03-08")},
			"asked for a day that is not after the due day",
		},
		{
			[]OrderEvent{
				does(1, "EXTENSION_ASKED", "2024-03-08", "2024-03-09"), does(2, "EXTENSION_ASKED", "2024-03-08", "2024-03-20"),
				does(3, "EXTENSION_GRANTED", "2024-03-18", "2024-03-10"), does(4, "EXTENSION_REFUSED", "2024-03-18"),
			},
			"-; EXTENSION_ASKED while ISSUED; -; EXTENSION_REFUSED while ISSUED",
		},
		{
			[]OrderEvent{
				does(1, "EXTENSION_ASKED", "2024-03-08", "2024-03-10"), does(2, "ANSWERED", "2024-03-09"),
				does(3, "EXTENSION_GRANTED", "2024-03-10", "2024-03-20"),
			},
			"-; -; EXTENSION_GRANTED while ANSWERED",
		},
	} {
		var refusals []string
		for _, judged := range townshipWithOrder(c.events...).JudgeEvents("o1") {
			if judged.Refusal == "" {
				judged.Refusal = "-"
			}
			refusals = append(refusals, judged.Refusal)
		}
		if got := strings.Join(refusals, "; "); got != c.expected {
			t.Errorf("case %d: %s, expected %s", number+1, got, c.expected)
		}
	}
	// One brought under a known number takes that event's place, and those after it are judged again.
	world := townshipWithOrder(does(1, "ANSWERED", "2024-03-04"), does(2, "RETURNED", "2024-03-05", 1))
	judged := world.JudgeEvents("o1", does(1, "REMARKED", "2024-03-04"))
	if len(judged) != 2 || judged[0].Refusal != "" || judged[1].Refusal != "RETURNED while ISSUED" {
		t.Errorf("%+v after another was brought for the first", judged)
	}
}

// TestOrdersSeen: what is hidden of a document goes by its own publisher and by today, never by the day asked about.
func TestOrdersSeen(t *testing.T) {
	t.Parallel()
	answer := does(1, "ANSWERED", "2024-03-04")
	answer.By, answer.Disclosures = "clerk", []string{"public", "withdrawn", "reviewed", "later", "hidden", "elsewhere"}
	remark := does(2, "REMARKED", "2024-03-04")
	world := townshipWithOrder(answer, remark)
	add := func(ref, publisher, attribute, published, withdrawn string) {
		world.Disclosures = append(world.Disclosures, Disclosure{
			Ref: ref, Publisher: publisher, Entry: "1.1", Attribute: attribute, PublishedOn: published, WithdrawnOn: withdrawn,
		})
	}
	add("public", "533124101", "PROACTIVE", "2024-06-01", "")
	add("withdrawn", "533124101", "PROACTIVE", "2024-02-01", "2024-02-02")
	add("reviewed", "533124101", "ON_REQUEST", "2024-02-01", "")
	add("later", "533124101", "PROACTIVE", "2024-06-02", "")
	add("hidden", "533124101", "NOT_DISCLOSED", "2024-02-01", "")
	add("elsewhere", "533124", "ON_REQUEST", "2024-02-01", "")
	world.Reviews = []Review{{"reviewed", "2024-06-01", "disclose"}}
	township := func(publisher string) bool { return publisher == "533124101" }
	issuer := func(publisher string) bool { return publisher == "533124" }
	for number, c := range []struct {
		reach    Reach
		kind     string
		expected string
	}{
		{Everywhere, "URGE", "[{o1 1 ANSWERED clerk [public withdrawn reviewed later hidden elsewhere]} {o1 2 REMARKED  []}]"},
		{township, "URGE", "[{o1 1 ANSWERED clerk [public withdrawn reviewed later hidden]} {o1 2 REMARKED  []}]"},
		{issuer, "URGE", "[]"},
		{Nowhere, "URGE", "[]"},
		{issuer, "CRITICISE", "[{o1 1 ANSWERED  [public withdrawn reviewed elsewhere]}]"},
		{Nowhere, "CRITICISE", "[{o1 1 ANSWERED  [public withdrawn reviewed]}]"},
	} {
		world.Orders[0].Kind = c.kind
		type shown struct {
			Order       string
			Number      int
			Kind, By    string
			Disclosures []string
		}
		var got []shown
		for _, order := range world.OrdersAt("CN", Day("2024-03-04"), false, c.reach, Day("2024-06-01"), OrderFilter{}) {
			for _, event := range order.Events {
				got = append(got, shown{event.Order, event.Number, event.Kind, event.By, event.Disclosures})
			}
		}
		if fmt.Sprint(got) != c.expected {
			t.Errorf("case %d: %v, expected %s", number+1, got, c.expected)
		}
	}
}
