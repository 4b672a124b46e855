package order_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// judge finds of each event of an order, which it puts in order, whether it is allowed
// there. What is not allowed changes nothing for those after it.
func (a *asked) judge(o *order.Order, events []order.Event) []rule.Findings {
	slices.SortFunc(events, func(a, b order.Event) int { return a.Compare(&b) })
	standing := o.Begin(a.days)
	var judged []rule.Findings
	for i := range events {
		e := &events[i]
		found := e.Check(today)
		for _, ref := range e.DisclosureRefs {
			if !a.isKnown(ref) {
				found.Add(order.UnknownDocument(ref))
			}
		}
		found = append(found, o.Judge(&standing, e, func() []string {
			if e.Kind != order.EventAccepted || e.Text != "" {
				a.Fatalf("gaps are asked for by %s with the text %q", e.Kind, e.Text)
			}
			return a.gaps(o, e.On())
		})...)
		if found.Refused() == nil {
			standing = standing.After(e, a.days)
		}
		judged = append(judged, found)
	}
	return judged
}

// with are an order's events with another, which takes the place of the one of its number.
func (a *asked) with(e *order.Event) []order.Event {
	others := slices.DeleteFunc(slices.Clone(a.events[e.OrderRef]), func(known order.Event) bool { return known.Number == e.Number })
	return append(others, *e)
}

// refusals are the rules by which the oracle's reasons are told; those of two rules are by
// the one or the other.
var refusals = []struct {
	reason string
	rules  []rule.Rule
}{
	{"before the day of issue", []rule.Rule{order.BeforeIssue}},
	{"no text", []rule.Rule{rule.Missing}},
	{"a new due day where none is used, or none where one is needed", []rule.Rule{order.NotUsed, rule.Missing}},
	{"working days where none are used, or none where they are needed", []rule.Rule{order.NotUsed, order.DaysOutOfRange}},
	{"documents where none are used", []rule.Rule{order.NotUsed}},
	{"unknown document", []rule.Rule{order.DocumentUnknown}},
	{"asked after the due day", []rule.Rule{order.AskedTooLate}},
	{"asked for a day that is not after the due day", []rule.Rule{order.NotLater}},
	{"granted a day that is not after the due day", []rule.Rule{order.NotLater}},
	{"accepted without a reason while ", []rule.Rule{order.StillAGap}},
	{" while ", []rule.Rule{order.NotAllowed}},
}

// compare holds the judgements on an order's events against the oracle's, one by one: the
// same are refused, and for the reason that the oracle finds first. It returns how many
// are, and counts the reasons in `seen`.
func (a *asked) compare(o *order.Order, events []order.Event, want []oracle.Judged, seen map[string]int) (refused int) {
	a.Helper()
	judged := a.judge(o, events)
	if len(judged) != len(want) {
		a.Fatalf("%d events of %s are judged, want %d", len(judged), o.Ref, len(want))
	}
	for i, found := range judged {
		if events[i].Number != int64(want[i].Number) {
			a.Fatalf("place %d of %s has event %d, want %d", i, o.Ref, events[i].Number, want[i].Number)
		}
		err := found.Refused()
		if (err == nil) != (want[i].Refusal == "") {
			a.Fatalf("event %+v of %+v: got %v, want %q", events[i], o, err, want[i].Refusal)
		}
		if err == nil {
			seen[""]++
			continue
		}
		refused++
		for _, refusal := range refusals {
			if !strings.Contains(want[i].Refusal, refusal.reason) {
				continue
			}
			seen[refusal.reason]++
			if !slices.ContainsFunc(found, func(f rule.Finding) bool { return slices.Contains(refusal.rules, f.Rule) }) {
				a.Fatalf("event %+v of %+v: got %v, want %q", events[i], o, found, want[i].Refusal)
			}
			break
		}
	}
	return refused
}

// TestJudge brings random events to random worlds. Between them they show every reason.
func TestJudge(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			a, random := someWorld(t, seed)
			for range 500 {
				brought := a.world.RandomOrderEvent(random)
				event := eventOf(t, &brought)
				a.compare(a.orders[brought.Order], a.with(&event), a.world.JudgeEvents(brought.Order, brought), seen)
			}
		})
	}
	if seen[""] == 0 {
		t.Error("no event is allowed")
	}
	for _, refusal := range refusals {
		if seen[refusal.reason] == 0 {
			t.Errorf("no event shows: %s", refusal.reason)
		}
	}
}

// TestAllows asks after the last event of each order which kinds may follow.
func TestAllows(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for seed := range uint64(worlds) {
		a, _ := someWorld(t, seed)
		for ref, o := range a.orders {
			events := a.events[ref]
			last := o.IssuedOn()
			if len(events) > 0 {
				last = max(last, events[len(events)-1].On())
			}
			standing, _, _ := o.On(last, events, a.days)
			var want []order.EventKind
			for kind := range order.EventKind(order.EventKinds) {
				judged := a.world.JudgeEvents(ref, wellFormed(ref, kind, last+1))
				if !strings.HasPrefix(judged[len(judged)-1].Refusal, kind.String()+" while ") {
					want = append(want, kind)
				}
				if standing.Allows(kind) != slices.Contains(want, kind) {
					t.Errorf("seed %d, order %s: %s after %+v is allowed: %t", seed, ref, kind, standing, standing.Allows(kind))
				}
			}
			late := slices.DeleteFunc(slices.Clone(want), func(kind order.EventKind) bool { return kind == order.ExtensionAsked })
			if got := standing.Allowed(standing.DueOn + 1); !slices.Equal(got, late) {
				t.Errorf("seed %d, order %s: after %+v and too late %v are allowed, want %v", seed, ref, standing, got, late)
			}
			if got := standing.Allowed(standing.DueOn); !slices.Equal(got, want) {
				t.Errorf("seed %d, order %s: after %+v %v are allowed, want %v", seed, ref, standing, got, want)
			}
			seen[fmt.Sprint(standing.State, standing.Pending != nil)] = true
		}
	}
	if len(seen) != order.States+3 { // an extension may be pending in the three open ones
		t.Errorf("the worlds show %v", seen)
	}
}

// wellFormed is an event with all that its kind needs, after all others.
func wellFormed(ref string, kind order.EventKind, on calendar.Day) oracle.OrderEvent {
	e := oracle.OrderEvent{Order: ref, Number: 1000, Kind: kind.String(), At: on.String(), Text: "说明"}
	switch kind {
	case order.EventReturned:
		e.WorkingDays = 5
	case order.ExtensionAsked, order.ExtensionGranted:
		e.NewDueOn = (on + 1000).String()
	}
	return e
}
