package order_test

import (
	"math/rand/v2"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

// today is the fixed day of tests.
var today = calendar.Date(2026, 11, 24)

// asked is a world with orders, in the oracle's form and in the domain's. TB is the test
// that asks, as both testing and rapid have it.
type asked struct {
	rapid.TB
	world     *oracle.World
	reference order.Reference
	days      *calendar.Calendar
	orders    map[string]*order.Order
	events    map[string][]order.Event // by the order's ref, in order
}

// someWorld is a random world with orders, and what to ask about it is drawn from.
func someWorld(t rapid.TB, seed uint64) (*asked, *rand.Rand) {
	world := oracle.RandomWhole(seed)
	world.AddOrders(rand.New(rand.NewPCG(seed, 20250101)))
	return asking(t, world), rand.New(rand.NewPCG(seed, 11))
}

func asking(t rapid.TB, world *oracle.World) *asked {
	a := &asked{
		TB: t, world: world, reference: referenceOf(t, world), days: calendar.New(arrangementsOf(world)),
		orders: map[string]*order.Order{}, events: map[string][]order.Event{},
	}
	for i := range world.Orders {
		made := orderOf(t, &world.Orders[i])
		a.orders[made.Ref] = &made
		a.events[made.Ref] = nil
	}
	for i := range world.OrderEvents {
		ref := world.OrderEvents[i].Order
		a.events[ref] = append(a.events[ref], eventOf(t, &world.OrderEvents[i]))
	}
	for _, events := range a.events {
		slices.SortFunc(events, func(a, b order.Event) int { return a.Compare(&b) })
	}
	return a
}

// summaries are those of all orders, by publisher.
func (a *asked) summaries() map[string][]order.Summary {
	all := map[string][]order.Summary{}
	for ref, o := range a.orders {
		all[o.PublisherCode] = append(all[o.PublisherCode], order.SummaryOf(o, a.events[ref], a.days))
	}
	return all
}

// gaps are the cells of an order that are a gap at the end of a day.
func (a *asked) gaps(o *order.Order, on calendar.Day) []string {
	return slices.DeleteFunc(slices.Clone(o.EntryCodes), func(entry string) bool {
		return !oracle.IsGap(a.world.Status(o.PublisherCode, entry, int(on)))
	})
}

// isKnown tells whether a disclosure has the ref.
func (a *asked) isKnown(ref string) bool {
	return slices.ContainsFunc(a.world.Disclosures, func(d oracle.Disclosure) bool { return d.Ref == ref })
}

func orderOf(t rapid.TB, o *oracle.Order) order.Order {
	t.Helper()
	kind, known := order.ParseKind(o.Kind)
	if !known {
		t.Fatalf("order %s: no kind %s", o.Ref, o.Kind)
	}
	made := order.Order{
		Ref: o.Ref, Kind: kind, IssuerCode: o.Issuer, PublisherCode: o.Publisher, EntryCodes: o.Entries, Text: o.Text, Basis: o.Basis,
		IssuedAt: instant(t, o.IssuedAt), WorkingDays: int64(o.WorkingDays),
	}
	made.Normalise()
	return made
}

func eventOf(t rapid.TB, e *oracle.OrderEvent) order.Event {
	t.Helper()
	kind, known := order.ParseEventKind(e.Kind)
	if !known {
		t.Fatalf("event %d of %s: no kind %s", e.Number, e.Order, e.Kind)
	}
	made := order.Event{
		OrderRef: e.Order, Number: int64(e.Number), Kind: kind, At: instant(t, e.At), By: e.By, Text: e.Text,
		NewDueOn: day(e.NewDueOn), WorkingDays: int64(e.WorkingDays), DisclosureRefs: e.Disclosures,
	}
	made.Normalise()
	return made
}

func requestOf(t rapid.TB, r *oracle.ExemptionRequest) order.ExemptionRequest {
	t.Helper()
	decision, known := order.ParseDecision(r.Decision)
	if !known {
		t.Fatalf("request %s: no decision %s", r.Ref, r.Decision)
	}
	made := order.ExemptionRequest{
		Ref: r.Ref, PublisherCode: r.Publisher, EntryCode: r.Entry, From: day(r.From), To: day(r.To), Reason: r.Reason,
		AskedAt: instant(t, r.AskedAt), AskedBy: r.AskedBy, Decision: decision, DecidedBy: r.DecidedBy, DecisionReason: r.DecisionReason,
	}
	if r.DecidedAt != "" {
		made.DecidedAt = instant(t, r.DecidedAt)
	}
	made.Normalise()
	return made
}

func referenceOf(t rapid.TB, world *oracle.World) order.Reference {
	t.Helper()
	var nodes []*area.Node
	for _, a := range world.Areas {
		level, _ := area.ParseLevel(a.Level)
		nodes = append(nodes, &area.Node{Code: a.Code, Name: a.Name, Level: level, ParentCode: a.Parent})
	}
	for _, d := range world.Departments {
		nodes = append(nodes, &area.Node{Code: d.Code, Name: d.Name, ParentCode: d.Parent, Department: true, Functions: d.Functions})
	}
	tree, err := area.NewTree(nodes)
	if err != nil {
		t.Fatal(err)
	}
	var catalogs []*catalog.Catalog
	for _, c := range world.Catalogs {
		made := &catalog.Catalog{Code: c.Code, IssuerCode: c.Issuer, BasedOn: c.BasedOn, EffectiveFrom: day(c.EffectiveFrom)}
		for _, e := range c.Entries {
			made.Entries = append(made.Entries, catalog.Entry{Code: e.Code, Category: e.Category, Item: e.Item, Omit: e.Omit})
		}
		catalogs = append(catalogs, made)
	}
	library, err := catalog.NewLibrary(catalogs)
	if err != nil {
		t.Fatal(err)
	}
	return order.Reference{Tree: tree, Library: library, Today: today}
}

func arrangementsOf(world *oracle.World) []calendar.Arrangement {
	var all []calendar.Arrangement
	for _, a := range world.Arrangements {
		made := calendar.Arrangement{Year: a.Year}
		for _, d := range a.Days {
			made.Days = append(made.Days, calendar.ArrangedDay{Day: day(d.Date), Name: d.Name, Off: d.IsOffDay})
		}
		all = append(all, made)
	}
	return all
}

// day is None for an empty date.
func day(date string) calendar.Day {
	if date == "" {
		return calendar.None
	}
	return calendar.Day(oracle.Day(date))
}

// instant reads an instant, or a day, which begins in Asia/Shanghai.
func instant(t rapid.TB, text string) time.Time {
	t.Helper()
	if len(text) == len(time.DateOnly) {
		return day(text).Time()
	}
	at, err := calendar.ParseInstant(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
