package order_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// judgedAt judges an event of 25 April 2024, of the good order, which was issued on the 22nd and
// is due on the 30th, while it stands so. Its cells are the gaps.
func judgedAt(standing order.Standing, kind order.EventKind, change func(*order.Event), gaps ...string) rule.Findings {
	o, e := goodOrder(), goodEvent(kind)
	e.At = calendar.Date(2024, 4, 25).Time()
	if change != nil {
		change(&e)
	}
	return o.Judge(&standing, &e, func() []string { return gaps })
}

// extension is one that is pending.
var extension = goodEvent(order.ExtensionAsked)

// standings are all that an order may stand at.
func standings() (all []order.Standing) {
	dueOn := calendar.Date(2024, 4, 30)
	for state := range order.State(order.States) {
		all = append(all, order.Standing{State: state, DueOn: dueOn})
		if state.Open() {
			all = append(all, order.Standing{State: state, DueOn: dueOn, Pending: &extension})
		}
	}
	return all
}

func brokenCourses() (all []broken) {
	const notLater = "extension-not-later newDueOn"
	issued := order.Standing{State: order.Issued, DueOn: calendar.Date(2024, 4, 30)}
	pending := issued
	pending.Pending = &extension
	add := func(name string, found rule.Findings, want ...string) { all = append(all, broken{name, found, want}) }
	for _, kind := range []order.EventKind{order.EventReceived, order.EventAccepted, order.EventRemarked, order.EventReturned} {
		add(kind.String()+" before the issue", judgedAt(issued, kind, func(e *order.Event) {
			e.At = calendar.Date(2024, 4, 21).Time()
		}, "1.1"), "event-before-issue at")
	}
	add("RECEIVED twice", judgedAt(order.Standing{State: order.Received}, order.EventReceived, nil), "event-not-allowed kind by at")
	add("received on the day of issue", judgedAt(issued, order.EventReceived, func(e *order.Event) {
		e.At = calendar.Date(2024, 4, 22).Time()
	}))
	on := func(at, newDueOn calendar.Day) func(*order.Event) {
		return func(e *order.Event) { e.At, e.NewDueOn = at.Time(), newDueOn }
	}
	dueOn := issued.DueOn
	add("asked on the due day", judgedAt(issued, order.ExtensionAsked, on(dueOn, dueOn+1)))
	add("asked after it", judgedAt(issued, order.ExtensionAsked, on(dueOn+1, dueOn+1)), "extension-asked-too-late at")
	add("asked for the due day", judgedAt(issued, order.ExtensionAsked, on(dueOn, dueOn)), notLater)
	add("asked after it for it", judgedAt(issued, order.ExtensionAsked, on(dueOn+1, dueOn)), "extension-asked-too-late at", notLater)
	add("granted after the due day", judgedAt(pending, order.ExtensionGranted, on(dueOn+9, dueOn+1)))
	add("granted the due day", judgedAt(pending, order.ExtensionGranted, on(dueOn, dueOn)), notLater)
	add("refused", judgedAt(pending, order.ExtensionRefused, nil))
	silent := func(e *order.Event) { e.Text = "" }
	add("accepted", judgedAt(issued, order.EventAccepted, silent))
	add("accepted for a reason", judgedAt(issued, order.EventAccepted, nil, "1.1"))
	add("accepted with a gap", judgedAt(issued, order.EventAccepted, silent, "1.1"), "accepted-while-a-gap text")
	add("withdrawn with a gap", judgedAt(issued, order.EventWithdrawn, silent, "1.1"))
	return all
}

// allowed is the table of events of design.md, Orders.
var allowed = map[string]string{
	"ISSUED":            "RECEIVED, ANSWERED, ACCEPTED, EXTENSION_ASKED, REMARKED, WITHDRAWN",
	"ISSUED, pending":   "RECEIVED, ANSWERED, ACCEPTED, EXTENSION_GRANTED, EXTENSION_REFUSED, REMARKED, WITHDRAWN",
	"RECEIVED":          "ANSWERED, ACCEPTED, EXTENSION_ASKED, REMARKED, WITHDRAWN",
	"RECEIVED, pending": "ANSWERED, ACCEPTED, EXTENSION_GRANTED, EXTENSION_REFUSED, REMARKED, WITHDRAWN",
	"RETURNED":          "ANSWERED, ACCEPTED, EXTENSION_ASKED, REMARKED, WITHDRAWN",
	"RETURNED, pending": "ANSWERED, ACCEPTED, EXTENSION_GRANTED, EXTENSION_REFUSED, REMARKED, WITHDRAWN",
	"ANSWERED":          "RETURNED, ACCEPTED, REMARKED, WITHDRAWN",
	"ACCEPTED":          "REMARKED",
	"WITHDRAWN":         "REMARKED",
}

// TestAllowed: which kinds may follow, by each way to ask; what is refused says of which
// state, which event, and what is allowed instead.
func TestAllowed(t *testing.T) {
	t.Parallel()
	all := standings()
	if len(all) != len(allowed) {
		t.Fatalf("%d standings", len(all))
	}
	for _, standing := range all {
		name := standing.State.String()
		if standing.Pending != nil {
			name += ", pending"
		}
		var names []string
		for _, kind := range standing.Allowed(standing.DueOn) {
			names = append(names, kind.String())
		}
		if got := strings.Join(names, ", "); got != allowed[name] {
			t.Errorf("%s: allowed are %s, want %s", name, got, allowed[name])
		}
		for kind := range order.EventKind(order.EventKinds) {
			is := slices.Contains(strings.Split(allowed[name], ", "), kind.String())
			found := judgedAt(standing, kind, nil)
			if standing.Allows(kind) != is || (found == nil) != is {
				t.Errorf("%s: %s is allowed %t, and judged %+v", name, kind, standing.Allows(kind), found)
			}
			if is || len(found) != 1 {
				continue
			}
			want := "the order is " + standing.State.String()
			switch {
			case standing.Pending != nil && kind == order.ExtensionAsked:
				want += ", and an extension is asked for already"
			case standing.Pending == nil && (kind == order.ExtensionGranted || kind == order.ExtensionRefused):
				want += ", and no extension is asked for"
			}
			want += ": " + kind.String() + " is not allowed"
			if found[0].Message != want || found[0].Remedy != "what is allowed then: "+allowed[name] ||
				found[0].Rule.Code != problem.Conflict {
				t.Errorf("%s, %s: told %+v, want %q", name, kind, found[0], want)
			}
		}
	}
}

// TestMessages: what is told names what it is about.
func TestMessages(t *testing.T) {
	t.Parallel()
	standing := order.Standing{State: order.Issued, DueOn: calendar.Date(2024, 4, 30), Pending: nil}
	pending := standing
	pending.Pending = &extension
	on := func(at, newDueOn calendar.Day) func(*order.Event) {
		return func(e *order.Event) { e.At, e.NewDueOn, e.Text = at.Time(), newDueOn, "" }
	}
	early, withdrawn := calendar.Date(2024, 4, 21), goodEvent(order.EventWithdrawn)
	withdrawn.WorkingDays = 3
	for name, c := range map[string]struct {
		found rule.Findings
		words string // each of which is in message or remedy, parted by |
	}{
		"before the issue": {judgedAt(standing, order.EventReceived, on(early, 0)), "2024-04-22 or later"},
		"asked too late": {
			judgedAt(standing, order.ExtensionAsked, on(standing.DueOn+1, standing.DueOn+2)), "2024-05-01|2024-04-30|answer the order",
		},
		"not later": {
			judgedAt(pending, order.ExtensionGranted, on(standing.DueOn, standing.DueOn-1)), "2024-04-29|not after the due day 2024-04-30",
		},
		"a gap":         {judgedAt(standing, order.EventAccepted, on(standing.DueOn, 0), "1.1", "1.2"), "1.1, 1.2|2024-04-30|the reason"},
		"document":      {rule.Findings{order.UnknownDocument("d9")}, `"d9"`},
		"unused column": {withdrawn.Check(today), "WITHDRAWN|leave it empty|RETURNED has it"},
	} {
		if len(c.found) != 1 {
			t.Errorf("%s: %+v", name, c.found)
			continue
		}
		for word := range strings.SplitSeq(c.words, "|") {
			if whole := c.found[0].Problem().Error(); !strings.Contains(whole, word) {
				t.Errorf("%s: %q does not tell of %q", name, whole, word)
			}
		}
	}
}
