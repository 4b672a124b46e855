package order_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// broken is something with what is found wrong with it: rule and field of each finding,
// the further fields by which it was found, and the code that names nothing.
type broken struct {
	name  string
	found rule.Findings
	want  []string
}

func told(found rule.Findings) (all []string) {
	for i := range found {
		one := found[i].Rule.Name + " " + found[i].Field
		if len(found[i].By) > 0 {
			one += " by " + strings.Join(found[i].By, ", ")
		}
		if found[i].Named != "" {
			one += " of " + found[i].Named
		}
		all = append(all, one)
	}
	return all
}

// TestRules breaks every rule for orders, events and requests, and some of those that all
// facts share. Nothing is found beside what is broken.
func TestRules(t *testing.T) {
	t.Parallel()
	seen := map[rule.Rule]bool{}
	for _, c := range slices.Concat(brokenOrders(t), brokenEvents(), brokenCourses(), brokenRequests(t)) {
		if got := told(c.found); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %q, want %q", c.name, got, c.want)
		}
		for i := range c.found {
			seen[c.found[i].Rule] = true
			if p := c.found[i].Problem(); p.Message == "" || p.Remedy == "" {
				t.Errorf("%s: %+v says not what is wrong or how to mend it", c.name, p)
			}
		}
	}
	names := map[string]bool{}
	for _, r := range order.Rules {
		if !seen[r] {
			t.Errorf("nothing breaks %s", r.Name)
		}
		if names[r.Name] || !r.Refused {
			t.Errorf("%s stands twice, or is not refused", r.Name)
		}
		names[r.Name] = true
	}
}

// reference is a nation down to a township, with departments and another county.
func reference(t *testing.T) order.Reference {
	t.Helper()
	world := oneOrder("2024-04-22", 1)
	world.Areas = append(world.Areas, world.Areas[3])
	world.Areas[5].Code = "533123"
	for _, place := range []string{"5331", "533124"} {
		world.Departments = append(world.Departments, oracle.Department{Code: place + "/yj", Parent: place, Functions: []string{"FINANCE"}})
	}
	world.Catalogs[0].Entries = append(world.Catalogs[0].Entries, world.Catalogs[0].Entries[0])
	world.Catalogs[0].Entries[1].Code = "1.2"
	return referenceOf(t, world)
}

func goodOrder() order.Order {
	return order.Order{
		Ref: "督办2024-1", Kind: order.Criticise, IssuerCode: "533124", PublisherCode: "533124101", EntryCodes: []string{"1.1", "1.2"},
		Text: "请限期公开", Basis: "《政务公开工作要点》", IssuedAt: calendar.Date(2024, 4, 22).Time(), WorkingDays: 5,
	}
}

func brokenOrders(t *testing.T) (all []broken) {
	in := reference(t)
	add := func(name string, change func(*order.Order), want ...string) {
		o := goodOrder()
		change(&o)
		all = append(all, broken{"an order " + name, o.Check(in), want})
	}
	add("as it should be", func(*order.Order) {})
	add("without cells and basis", func(o *order.Order) { o.EntryCodes, o.Basis = nil, "" })
	add("to a department of the issuer", func(o *order.Order) { o.PublisherCode = "533124/yj" })
	add("of a region to its department", func(o *order.Order) { o.IssuerCode, o.PublisherCode = "5331", "5331/yj" })
	add("from far above", func(o *order.Order) { o.IssuerCode = "CN" })
	add("for one day", func(o *order.Order) { o.WorkingDays = 1 })
	add("for the most days", func(o *order.Order) { o.WorkingDays = rule.MostDays })

	const notBelow = "order-to-one-not-below publisherCode by issuerCode"
	const publishesNothing = "order-to-one-that-publishes-nothing publisherCode"
	add("to the issuer", func(o *order.Order) { o.PublisherCode = "533124" }, notBelow)
	add("to the issuer, a region", func(o *order.Order) { o.IssuerCode, o.PublisherCode = "5331", "5331" }, notBelow, publishesNothing)
	add("to one above", func(o *order.Order) { o.IssuerCode, o.PublisherCode = "533124101", "533124" }, notBelow)
	add("to one beside", func(o *order.Order) { o.PublisherCode = "533123" }, notBelow)
	add("of a department to one of its place", func(o *order.Order) { o.IssuerCode = "533124/yj" }, notBelow)
	for issuer, region := range map[string]string{"CN": "53", "53": "5331"} {
		add("to a region", func(o *order.Order) { o.IssuerCode, o.PublisherCode = issuer, region }, publishesNothing)
	}
	for _, days := range []int64{0, -1, rule.MostDays + 1, 1 << 40} {
		add(fmt.Sprint("for ", days), func(o *order.Order) { o.WorkingDays = days }, "order-days-out-of-range workingDays")
	}
	add("of nobody to nobody", func(o *order.Order) { o.IssuerCode, o.PublisherCode = "", "" },
		"missing issuerCode", "missing publisherCode")
	add("of unknown ones", func(o *order.Order) { o.IssuerCode, o.PublisherCode = "99", "98" },
		"node-unknown issuerCode of 99", "node-unknown publisherCode of 98")
	add("to an unknown one", func(o *order.Order) { o.PublisherCode = "98" }, "node-unknown publisherCode of 98")
	add("about unknown cells", func(o *order.Order) { o.EntryCodes = []string{"1.1", "9.8", "9.9"} },
		"entry-unknown entryCodes of 9.8", "entry-unknown entryCodes of 9.9")
	add("with a list parted wrongly", func(o *order.Order) { o.EntryCodes = []string{"1.1、9.9"} }, "list-separator entryCodes")
	add("of nothing", func(o *order.Order) { *o = order.Order{} }, "missing ref", "missing issuerCode", "missing publisherCode",
		"missing text", "missing issuedAt", "order-days-out-of-range workingDays")
	add("with bad words", func(o *order.Order) { o.Ref, o.Text, o.Basis = "a b", "\u200b", strings.Repeat("文", rule.MostText+1) },
		"ref-characters ref", "shows-nothing text", "text-too-long basis")
	add("of long ago", func(o *order.Order) { o.IssuedAt = (calendar.First - 1).Time() }, "instant-out-of-range issuedAt")
	add("of a year to come", func(o *order.Order) { o.IssuedAt = today.AddMonths(12).Time() })
	add("of later", func(o *order.Order) { o.IssuedAt = (today.AddMonths(12) + 1).Time() }, "day-far-to-come issuedAt")
	return all
}

// goodEvent is one of a kind with what it needs and may have.
func goodEvent(kind order.EventKind) order.Event {
	e := order.Event{OrderRef: "督办2024-1", Number: 1, Kind: kind, At: calendar.Date(2024, 4, 23).Time(), By: "clerk", Text: "说明"}
	switch kind {
	case order.EventAnswered:
		e.DisclosureRefs = []string{"d1", "d2"}
	case order.EventReturned:
		e.WorkingDays = 5
	case order.ExtensionAsked, order.ExtensionGranted:
		e.NewDueOn = calendar.Date(2024, 6, 1)
	}
	return e
}

func brokenEvents() (all []broken) {
	add := func(kind order.EventKind, name string, change func(*order.Event), want ...string) {
		e := goodEvent(kind)
		change(&e)
		all = append(all, broken{kind.String() + " " + name, e.Check(today), want})
	}
	needsText := []order.EventKind{
		order.EventAnswered, order.EventReturned, order.ExtensionAsked, order.EventRemarked, order.EventWithdrawn,
	}
	for kind := range order.EventKind(order.EventKinds) {
		add(kind, "as it should be", func(*order.Event) {})
		var missing []string
		if slices.Contains(needsText, kind) {
			missing = []string{"missing text"}
		}
		add(kind, "without a text", func(e *order.Event) { e.Text, e.By, e.DisclosureRefs = "", "", nil }, missing...)
		if e := goodEvent(kind); kind.NeedsText() != (len(missing) > 0) {
			all = append(all, broken{e.Kind.String() + " in what it tells of texts", nil, []string{"otherwise"}})
		}
		add(kind, "with a text that shows nothing", func(e *order.Event) { e.Text = "\u200b" }, "shows-nothing text")
		if kind != order.ExtensionAsked && kind != order.ExtensionGranted {
			add(kind, "with a new due day", func(e *order.Event) { e.NewDueOn = today }, "column-not-used-by-the-kind newDueOn by kind")
		} else {
			add(kind, "without a new due day", func(e *order.Event) { e.NewDueOn = calendar.None }, "missing newDueOn")
			add(kind, "for long", func(e *order.Event) { e.NewDueOn = today.AddMonths(12) + 1 }, "day-far-to-come newDueOn")
		}
		for _, days := range []int64{-1, 1, rule.MostDays + 1} {
			if kind != order.EventReturned {
				add(kind, "with working days", func(e *order.Event) { e.WorkingDays = days },
					"column-not-used-by-the-kind workingDays by kind")
			}
		}
		if kind != order.EventAnswered {
			add(kind, "with documents", func(e *order.Event) { e.DisclosureRefs = []string{"d1"} },
				"column-not-used-by-the-kind disclosureRefs by kind")
		}
		add(kind, "with the number 0", func(e *order.Event) { e.Number = 0 }, "event-number-below-one n")
	}
	for _, days := range []int64{0, -1, rule.MostDays + 1} {
		add(order.EventReturned, fmt.Sprint("for ", days), func(e *order.Event) { e.WorkingDays = days },
			"order-days-out-of-range workingDays")
	}
	add(order.EventReturned, "for the most days", func(e *order.Event) { e.WorkingDays = rule.MostDays })
	add(order.EventAnswered, "with a bad ref", func(e *order.Event) { e.DisclosureRefs = []string{"d1", "d 2"} },
		"ref-characters disclosureRefs")
	add(order.EventReceived, "of nothing", func(e *order.Event) { *e = order.Event{} },
		"missing orderRef", "event-number-below-one n", "missing at")
	add(order.EventReceived, "by many words", func(e *order.Event) { e.By = strings.Repeat("员", rule.MostShort+1) },
		"text-too-long account")
	add(order.EventReceived, "of long ago", func(e *order.Event) { e.At = (calendar.First - 1).Time() }, "instant-out-of-range at")
	add(order.EventReceived, "of later", func(e *order.Event) { e.At = (today.AddMonths(12) + 1).Time() }, "day-far-to-come at")
	return append(
		all,
		broken{"an event of no order", rule.Findings{order.UnknownOrder("o9")}, []string{"event-of-unknown-order orderRef of o9"}},
		broken{
			"an event with an unknown document",
			rule.Findings{order.UnknownDocument("d9")},
			[]string{"event-with-unknown-document disclosureRefs of d9"},
		},
	)
}

func goodRequest() order.ExemptionRequest {
	return order.ExemptionRequest{
		Ref: "x1", PublisherCode: "533124101", EntryCode: "1.1", From: calendar.Date(2024, 5, 1), To: calendar.Date(2024, 5, 31),
		Reason: "机构改革期间", AskedAt: calendar.Date(2024, 4, 22).Time(), AskedBy: "clerk",
	}
}

func brokenRequests(t *testing.T) (all []broken) {
	in := reference(t)
	add := func(name string, change func(*order.ExemptionRequest), want ...string) {
		r := goodRequest()
		change(&r)
		all = append(all, broken{"a request " + name, r.Check(in), want})
	}
	add("as it should be", func(*order.ExemptionRequest) {})
	add("without an end", func(r *order.ExemptionRequest) { r.To = calendar.None })
	add("for a day", func(r *order.ExemptionRequest) { r.To = r.From })
	add("that ends before", func(r *order.ExemptionRequest) { r.To = r.From - 1 }, "ends-before-it-begins to")
	add("of nothing", func(r *order.ExemptionRequest) { *r = order.ExemptionRequest{} }, "missing ref", "missing publisherCode",
		"missing entryCode", "missing from", "missing reason", "missing askedAt")
	add("of an unknown cell", func(r *order.ExemptionRequest) { r.PublisherCode, r.EntryCode = "99", "9.9" },
		"node-unknown publisherCode of 99", "entry-unknown entryCode of 9.9")
	add("by many words", func(r *order.ExemptionRequest) {
		r.AskedBy, r.Reason = strings.Repeat("员", rule.MostShort+1), strings.Repeat("文", rule.MostText+1)
	}, "text-too-long reason", "text-too-long askedBy")

	decided := func(r *order.ExemptionRequest, after time.Duration) {
		r.Decision, r.DecidedAt, r.DecidedBy = order.Refused, r.AskedAt.Add(after), "督查员乙"
	}
	const midnight = 24 * time.Hour // it is asked for at the beginning of a day
	add("decided", func(r *order.ExemptionRequest) { decided(r, midnight) })
	add("decided for a reason", func(r *order.ExemptionRequest) { decided(r, midnight); r.DecisionReason = "情况属实" })
	add("decided at once", func(r *order.ExemptionRequest) { decided(r, 0) })
	add("decided the day before", func(r *order.ExemptionRequest) { decided(r, -time.Second) }, "decided-before-asked decidedAt")
	add("decided by nobody", func(r *order.ExemptionRequest) { decided(r, midnight); r.DecidedBy = "" },
		"decision-not-whole decidedBy by decision")
	add("decided never", func(r *order.ExemptionRequest) { decided(r, midnight); r.DecidedAt = time.Time{} }, "missing decidedAt")
	add("decided long after", func(r *order.ExemptionRequest) { decided(r, midnight); r.DecidedAt = (calendar.Last + 1).Time() },
		"instant-out-of-range decidedAt")
	add("with all but the decision", func(r *order.ExemptionRequest) {
		decided(r, midnight)
		r.Decision, r.DecisionReason = order.Undecided, "情况属实"
	}, "decision-not-whole decidedAt by decision", "decision-not-whole decidedBy by decision", "decision-not-whole decisionReason by decision")
	add("decided with many words", func(r *order.ExemptionRequest) {
		decided(r, midnight)
		r.DecidedBy, r.DecisionReason = strings.Repeat("员", rule.MostShort+1), strings.Repeat("文", rule.MostText+1)
	}, "text-too-long decidedBy", "text-too-long decisionReason")

	again := goodRequest()
	decided(&again, midnight)
	_, found := again.Decide(order.Granted, "督查员乙", "", again.DecidedAt)
	wordy := goodRequest()
	_, words := wordy.Decide(order.Granted, "督查员乙", strings.Repeat("文", rule.MostText+1), again.DecidedAt)
	return append(all, broken{"another decision", found, []string{"request-decided-already ref"}},
		broken{"a decision with many words", words, []string{"text-too-long decisionReason"}})
}
