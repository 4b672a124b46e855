package oracle

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// withOrders is a random world with orders.
func withOrders(seed uint64) *World {
	world := RandomWhole(seed)
	world.AddOrders(rand.New(rand.NewPCG(seed, 20250101)))
	return world
}

// TestRandomOrders looks at what makes them worth asking: that they are the same for a seed and all allowed, survive being
// written and read, and between them show every odd case; and that figures add up as docs/design.md says.
func TestRandomOrders(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(4) {
		world := withOrders(seed)
		if !reflect.DeepEqual(world, withOrders(seed)) {
			t.Fatalf("seed %d: two worlds differ", seed)
		}
		dir := t.TempDir()
		if err := world.WriteFolder(dir); err != nil {
			t.Fatal(err)
		}
		read, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read.Orders, world.Orders) || !reflect.DeepEqual(read.OrderEvents, world.OrderEvents) ||
			!reflect.DeepEqual(read.ExemptionRequests, world.ExemptionRequests) {
			t.Errorf("seed %d: orders, events or requests are others after reading", seed)
		}
		for _, order := range world.Orders {
			for _, judged := range world.JudgeEvents(order.Ref) {
				if judged.Refusal != "" {
					t.Errorf("seed %d, order %s, event %d: %s", seed, order.Ref, judged.Number, judged.Refusal)
				}
			}
			noteCourse(world, order, seen)
			for day := dayOfInstant(order.IssuedAt) - 1; day < dayOfInstant(order.IssuedAt)+100; day++ {
				noteStanding(world, order.Ref, day, seen)
			}
		}
		for _, date := range []string{"2019-12-01", "2021-03-06", "2023-01-01", "2024-10-08", "2026-07-01", "2028-06-30"} {
			for _, node := range world.Below("CN") {
				checkOrdersAddUp(t, world, node, Day(date))
				checkOrdersListed(t, world, node, Day(date))
			}
		}
		checkRequestsListed(t, world)
	}
	t.Logf("seen %v", seen)
	for _, wanted := range []string{
		"not issued yet", "ISSUED OVERDUE", "ISSUED DUE_SOON", "ISSUED ON_TRACK", "RECEIVED OVERDUE", "RECEIVED DUE_SOON",
		"RECEIVED ON_TRACK", "RETURNED OVERDUE", "RETURNED DUE_SOON", "RETURNED ON_TRACK", "ANSWERED LATE",
		"ANSWERED ON_TIME", "ACCEPTED LATE", "ACCEPTED ON_TIME", "WITHDRAWN ", "extension pending", "escalated once",
		"escalated more", "returned several times", "granted as asked", "granted another day",
		"accepted after an answer was returned", "accepted without an answer", "accepted gap with a reason",
		"accepted without a reason", "several events at one instant", "numbers against the instants", "numbers with holes",
		"before the hour of issue", "without cells", "of an ended publisher", "of a department farther below",
		"of a department of the issuer", "refused extension", "date of another day",
	} {
		if seen[wanted] == 0 {
			t.Errorf("no world shows: %s", wanted)
		}
	}
}

// checkOrdersAddUp: figures are the sums of their parts, and those of a node its own and its children's.
func checkOrdersAddUp(t *testing.T, world *World, node string, day int) {
	t.Helper()
	whole, sum := world.OrderFigures(node, day, false), world.OrderFigures(node, day, true)
	for _, child := range world.Children(node) {
		sum = sum.Add(world.OrderFigures(child, day, false))
	}
	if whole != sum {
		t.Errorf("%s on %s: %+v, its own and its children's add up to %+v", node, Date(day), whole, sum)
	}
	if whole.Issued != whole.Open+whole.Answered+whole.Accepted+whole.Withdrawn ||
		whole.OnTime+whole.Late != whole.Answered+whole.Accepted || whole.Overdue+whole.DueSoon > whole.Open {
		t.Errorf("%s on %s: %+v does not add up", node, Date(day), whole)
	}
}

// checkOrdersListed: who sees everything sees as many orders as are counted, and who is not signed in only what is public
// of a part of them.
func checkOrdersListed(t *testing.T, world *World, node string, day int) {
	t.Helper()
	all := world.OrdersAt(node, day, false, Everywhere, day, OrderFilter{})
	if issued := world.OrderFigures(node, day, false).Issued; len(all) != issued {
		t.Errorf("%s on %s: %d orders listed, %d counted", node, Date(day), len(all), issued)
	}
	criticise := world.OrdersAt(node, day, false, Everywhere, day, OrderFilter{Kinds: []string{"CRITICISE"}})
	public := world.OrdersAt(node, day, false, Nowhere, day, OrderFilter{})
	if len(public) != len(criticise) {
		t.Errorf("%s on %s: %d public orders, %d criticise", node, Date(day), len(public), len(criticise))
	}
	for _, order := range public {
		for _, event := range order.Events {
			if event.By != "" || event.Kind == "REMARKED" {
				t.Errorf("%s on %s: %+v is public", node, Date(day), event)
			}
			for _, ref := range event.Disclosures {
				if isHidden(world.memory.documents[ref], day) {
					t.Errorf("%s on %s: document %s of %+v is public", node, Date(day), ref, event)
				}
			}
		}
	}
	if none := world.OrdersAt(node, day, false, Everywhere, day, OrderFilter{States: []string{}}); len(none) > 0 {
		t.Errorf("%s on %s: %d orders of no state", node, Date(day), len(none))
	}
}

func checkRequestsListed(t *testing.T, world *World) {
	t.Helper()
	all, undecided := world.RequestsAt("CN", Everywhere, false), world.RequestsAt("CN", Everywhere, true)
	if len(all) != len(world.ExemptionRequests) || len(undecided) == 0 || len(undecided) >= len(all) {
		t.Errorf("%d requests of %d listed, %d undecided", len(all), len(world.ExemptionRequests), len(undecided))
	}
	for place, request := range all[1:] {
		if instantOf(request.AskedAt).After(instantOf(all[place].AskedAt)) {
			t.Errorf("request %s stands after an older one", request.Ref)
		}
	}
	if public := world.RequestsAt("CN", Nowhere, false); len(public) > 0 {
		t.Errorf("%d requests are public", len(public))
	}
}

func noteStanding(world *World, ref string, day int, seen map[string]int) {
	order, is := world.OrderOn(ref, day)
	if !is {
		seen["not issued yet"]++
		return
	}
	seen[order.State+" "+order.Timeliness]++
	if order.Pending != nil {
		seen["extension pending"]++
	}
	switch len(order.EscalatedTo) {
	case 0:
	case 1:
		seen["escalated once"]++
	default:
		seen["escalated more"]++
	}
}

// noteCourse notes what is odd about an order and its events.
func noteCourse(world *World, order Order, seen map[string]int) {
	note := func(what string, is bool) {
		if is {
			seen[what]++
		}
	}
	parent := world.parentOf(order.Publisher)
	isDepartment := strings.Contains(order.Publisher, "/")
	note("without cells", len(order.Entries) == 0)
	note("of an ended publisher", !world.isValid(order.Publisher, dayOfInstant(order.IssuedAt)))
	note("of a department of the issuer", isDepartment && parent == order.Issuer)
	note("of a department farther below", isDepartment && parent != order.Issuer)
	note("date of another day", !strings.HasPrefix(order.IssuedAt, Date(dayOfInstant(order.IssuedAt))))
	events := world.eventsOf(order.Ref)
	count := map[string]int{}
	before := OrderEvent{}
	reached := world.issued(order)
	for place, event := range events {
		count[event.Kind]++
		note("numbers against the instants", place > 0 && event.Number < before.Number)
		note("numbers with holes", event.Number > len(events))
		note("several events at one instant", place > 0 && instantOf(event.At).Equal(instantOf(before.At)))
		note("before the hour of issue", instantOf(event.At).Before(instantOf(order.IssuedAt)))
		note("granted as asked", event.Kind == "EXTENSION_GRANTED" && event.NewDueOn == reached.pending.NewDueOn)
		note("granted another day", event.Kind == "EXTENSION_GRANTED" && event.NewDueOn != reached.pending.NewDueOn)
		note("accepted after an answer was returned",
			event.Kind == "ACCEPTED" && reached.state == "RETURNED" && reached.answered != NoDay)
		if event.Kind == "ACCEPTED" {
			note("accepted without a reason", event.Text == "")
			for _, entry := range order.Entries {
				note("accepted gap with a reason", IsGap(world.Status(order.Publisher, entry, dayOfInstant(event.At))))
			}
		}
		reached = world.after(reached, event)
		before = event
	}
	note("returned several times", count["RETURNED"] > 1)
	note("refused extension", count["EXTENSION_REFUSED"] > 0)
	note("accepted without an answer", count["ACCEPTED"] > 0 && count["ANSWERED"] == 0)
}

// TestRandomOrderEvents: many of the events brought are allowed with those there, and the others show every reason why
// not.
func TestRandomOrderEvents(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(3) {
		world := withOrders(seed)
		random := rand.New(rand.NewPCG(seed, 1))
		for range 1000 {
			event := world.RandomOrderEvent(random)
			refusal := ""
			for _, judged := range world.JudgeEvents(event.Order, event) {
				if refusal == "" && judged.Refusal != "" {
					refusal, _, _ = strings.Cut(judged.Refusal, " while ")
					if judged.Number != event.Number {
						refusal = "a later one"
					}
				}
			}
			seen[refusal]++
		}
	}
	t.Logf("seen %v", seen)
	for _, wanted := range []string{
		"", "a later one", "before the day of issue", "no text", "documents where none are used", "unknown document",
		"a new due day where none is used, or none where one is needed",
		"working days where none are used, or none where they are needed", "RECEIVED", "ANSWERED", "RETURNED", "ACCEPTED",
		"EXTENSION_ASKED", "EXTENSION_GRANTED", "EXTENSION_REFUSED", "WITHDRAWN", "asked after the due day",
		"asked for a day that is not after the due day", "granted a day that is not after the due day",
		"accepted without a reason",
	} {
		if seen[wanted] == 0 {
			t.Errorf("no event shows: %s", wanted)
		}
	}
}
