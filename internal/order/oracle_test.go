package order_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

// worlds is how many random worlds the oracle is asked about.
const worlds = 10

// The window in which the oracle answers.
var windowFirst, windowLast = calendar.Date(2019, 7, 1), calendar.Date(2029, 11, 30)

func someDay(random *rand.Rand) calendar.Day {
	return windowFirst + calendar.Day(random.IntN(int(windowLast-windowFirst)))
}

// TestStandings holds how orders stand against the oracle: on every day from before the
// issue until nothing more can change but the places it is escalated to, and on some days
// of years to come. Between them the worlds show every phase.
func TestStandings(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			a, random := someWorld(t, seed)
			for ref := range a.orders {
				a.history(ref, seen)
				for range 5 {
					a.standing(ref, someDay(random))
				}
			}
		})
	}
	for _, wanted := range []string{
		"", "ISSUED ON_TRACK", "ISSUED DUE_SOON", "ISSUED OVERDUE", "RECEIVED ON_TRACK", "RECEIVED DUE_SOON", "RECEIVED OVERDUE",
		"RETURNED ON_TRACK", "RETURNED DUE_SOON", "RETURNED OVERDUE", "ANSWERED ON_TIME", "ANSWERED LATE", "ACCEPTED ON_TIME",
		"ACCEPTED LATE", "WITHDRAWN ", "pending", "escalated to 1", "escalated to 2", "escalated to 3",
	} {
		if seen[wanted] == 0 {
			t.Errorf("no world shows %q", wanted)
		}
	}
}

// history: the spans begin with the issue, no two neighbours are the same, and on each day
// they say what the oracle says. It notes in `seen` what there was.
func (a *asked) history(ref string, seen map[string]int) {
	a.Helper()
	o, events := a.orders[ref], a.events[ref]
	spans := o.History(events, a.days)
	if len(spans) == 0 || spans[0].From != o.IssuedOn() {
		a.Fatalf("the history of %s, issued on %s, is %v", ref, o.IssuedOn(), spans)
	}
	for i := range spans[1:] {
		if spans[i+1].From <= spans[i].From || spans[i+1].Phase == spans[i].Phase {
			a.Fatalf("the history of %s has the spans %v", ref, spans)
		}
	}
	last := spans[len(spans)-1].From
	if len(events) > 0 {
		last = max(last, events[len(events)-1].On())
	}
	for on := o.IssuedOn() - 2; on <= last+50; on++ {
		want := a.standing(ref, on)
		phase := order.PhaseOn(spans, on)
		if want == nil {
			if phase != 0 {
				a.Fatalf("phase of %s on %s, before its day of issue: %d", ref, on, phase)
			}
			seen[""]++
			continue
		}
		if got := phase.State().String(); got != want.State || phase.Timeliness().String() != want.Timeliness {
			a.Fatalf("phase of %s on %s: got %s %s, want %s %s", ref, on, got, phase.Timeliness(), want.State, want.Timeliness)
		}
		seen[want.State+" "+want.Timeliness]++
		seen[fmt.Sprintf("escalated to %d", len(want.EscalatedTo))]++
		if want.Pending != nil {
			seen["pending"]++
		}
	}
}

// standing: an order on one day, with its events and the places it is escalated to. It
// returns what the oracle says, nil where there is no order yet.
func (a *asked) standing(ref string, on calendar.Day) *oracle.OrderOnDay {
	a.Helper()
	o := a.orders[ref]
	got, by, issued := o.On(on, a.events[ref], a.days)
	want, is := a.world.OrderOn(ref, int(on))
	if issued != is || !is && len(by) > 0 {
		a.Fatalf("order %s on %s: issued %t with %d events, want %t", ref, on, issued, len(by), is)
	}
	if !is {
		return nil
	}
	escalated := order.EscalatedTo(a.reference.Tree, a.reference.Tree.Find(o.IssuerCode), got.State, got.DueOn, on, a.days)
	if got, want := a.told(&got, by, escalated, on), toldBy(&want); got != want {
		a.Fatalf("order %s on %s:\n got %s\nwant %s", ref, on, got, want)
	}
	return &want
}

func (a *asked) told(s *order.Standing, by []order.Event, escalated []area.Place, on calendar.Day) string {
	pending := int64(0)
	if s.Pending != nil {
		pending = s.Pending.Number
	}
	var events []int64
	for i := range by {
		events = append(events, by[i].Number)
	}
	var places []string
	for _, place := range escalated {
		places = append(places, a.reference.Tree.Node(place).Code)
	}
	return fmt.Sprintf("%s %q due %s, pending %d, events %v, escalated to %v",
		s.State, s.TimelinessOn(on, a.days), s.DueOn, pending, events, places)
}

func toldBy(o *oracle.OrderOnDay) string {
	pending := 0
	if o.Pending != nil {
		pending = o.Pending.Number
	}
	var events []int
	for i := range o.Events {
		events = append(events, o.Events[i].Number)
	}
	return fmt.Sprintf("%s %q due %s, pending %d, events %v, escalated to %v",
		o.State, o.Timeliness, oracle.Date(o.DueOn), pending, events, o.EscalatedTo)
}

// TestFigures counts orders by their phases, as unpacked from bytes, at every node, alone
// and with all below.
func TestFigures(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			a, random := someWorld(t, seed)
			kept := a.packed()
			for range 6 {
				on := someDay(random)
				for place := range area.Place(a.reference.Tree.Size()) {
					a.figures(kept, place, false, on)
					a.figures(kept, place, true, on)
				}
			}
		})
	}
}

// packed are all publishers' summaries as they come back from bytes.
func (a *asked) packed() map[string][]order.Summary {
	a.Helper()
	kept := map[string][]order.Summary{}
	for publisher, summaries := range a.summaries() {
		unpacked, err := order.Pack(summaries).Unpack()
		if err != nil {
			a.Fatalf("orders to %s: %v", publisher, err)
		}
		kept[publisher] = unpacked
	}
	return kept
}

// at are the orders to a node, or to it and all below, that there are by a day.
func (a *asked) at(kept map[string][]order.Summary, place area.Place, self bool, on calendar.Day) (orders []order.Summary) {
	for publisher, summaries := range kept {
		if to := a.reference.Tree.Find(publisher); to == place || !self && a.reference.Tree.Contains(place, to) {
			for i := range summaries {
				if order.PhaseOn(summaries[i].Spans, on) != 0 {
					orders = append(orders, summaries[i])
				}
			}
		}
	}
	return orders
}

func (a *asked) figures(kept map[string][]order.Summary, place area.Place, self bool, on calendar.Day) {
	a.Helper()
	var f order.Figures
	for _, summary := range a.at(kept, place, self, on) {
		f.Count(order.PhaseOn(summary.Spans, on), 1)
	}
	got := oracle.OrderFigures{
		Issued: f.Issued(), Open: f.Open(), Answered: f.In(order.Answered), Accepted: f.In(order.Accepted),
		Withdrawn: f.In(order.Withdrawn), Overdue: f.Timely(order.Overdue), DueSoon: f.Timely(order.DueSoon),
		OnTime: f.Timely(order.OnTime), Late: f.Timely(order.Late),
	}
	code := a.reference.Tree.Node(place).Code
	want := a.world.OrderFigures(code, int(on), self)
	if got != want {
		a.Fatalf("figures of %s (alone %t) on %s: got %+v, want %+v", code, self, on, got, want)
	}
	open := f.In(order.Issued) + f.In(order.Received) + f.In(order.Returned)
	if onTrack := f.Timely(order.OnTrack); open != want.Open || onTrack != want.Open-want.Overdue-want.DueSoon {
		a.Fatalf("figures of %s on %s: %d are in open states and %d on track, of %+v", code, on, open, onTrack, want)
	}
	rate, known := f.OnTimeRate()
	if decided := want.OnTime + want.Late; known != (decided > 0) || known && rate != float64(want.OnTime)/float64(decided) {
		a.Fatalf("rate of %s on %s: %v (known %t), of %+v", code, on, rate, known, want)
	}
}

// TestFigureCounts: so many of a phase count as that many, and those of no order as none.
func TestFigureCounts(t *testing.T) {
	t.Parallel()
	var f order.Figures
	if rate, known := f.OnTimeRate(); known || rate != 0 {
		t.Errorf("of no orders the rate is %v (known %t)", rate, known)
	}
	f.Count(0, 100)
	for phase := order.Phase(1); phase < order.Phases; phase++ {
		f.Count(phase, 1<<phase)
	}
	f.Count(1, 1<<20)
	f.Count(1, -1<<20)
	if issued := f.Issued(); issued != 1<<order.Phases-2 {
		t.Errorf("issued are %b", issued)
	}
	for state := order.Issued; state < order.States; state++ {
		for timeliness := order.NoTimeliness; timeliness < order.Timelinesses; timeliness++ {
			var both []order.Phase
			for phase := order.Phase(1); phase < order.Phases; phase++ {
				if f.In(state)&f.Timely(timeliness)&(1<<phase) != 0 {
					both = append(both, phase)
				}
			}
			is := state.Open() && order.OnTrack <= timeliness && timeliness <= order.Overdue ||
				(state == order.Answered || state == order.Accepted) && timeliness >= order.OnTime ||
				state == order.Withdrawn && timeliness == order.NoTimeliness
			if is != (len(both) == 1) || len(both) > 1 {
				t.Errorf("phases of %s %s are %v", state, timeliness, both)
			}
		}
	}
}

// TestListed: summaries have what lists need: their order, and what their filters ask for.
func TestListed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			a, random := someWorld(t, seed)
			kept := a.packed()
			for range 40 {
				a.listed(kept, area.Place(random.IntN(a.reference.Tree.Size())), someDay(random), someFilter(random))
			}
		})
	}
}

// someFilter has none, some or all of the values of each kind.
func someFilter(random *rand.Rand) oracle.OrderFilter {
	some := func(values ...string) []string {
		if random.IntN(3) == 0 {
			return nil
		}
		return slices.DeleteFunc(values, func(string) bool { return random.IntN(2) == 0 })
	}
	return oracle.OrderFilter{
		States:     some("ISSUED", "RECEIVED", "RETURNED", "ANSWERED", "ACCEPTED", "WITHDRAWN"),
		Timeliness: some("ON_TRACK", "DUE_SOON", "OVERDUE", "ON_TIME", "LATE"),
		Kinds:      some("URGE", "RECTIFY", "CRITICISE"),
	}
}

func (a *asked) listed(kept map[string][]order.Summary, place area.Place, on calendar.Day, filter oracle.OrderFilter) {
	a.Helper()
	holds := func(values []string, value string) bool { return values == nil || slices.Contains(values, value) }
	orders := slices.DeleteFunc(a.at(kept, place, false, on), func(o order.Summary) bool {
		phase := order.PhaseOn(o.Spans, on)
		return !holds(filter.States, phase.State().String()) || !holds(filter.Timeliness, phase.Timeliness().String()) ||
			!holds(filter.Kinds, o.Kind.String())
	})
	slices.SortFunc(orders, func(one, other order.Summary) int { return order.NewestFirst(&one, &other) })
	var got, public []string
	for i := range orders {
		o := &orders[i]
		got = append(got, fmt.Sprint(o.Ref, " ", o.IssuerCode, " ", o.Kind, " ", o.IssuedOn))
		if o.Kind.Public() {
			public = append(public, o.Ref)
		}
	}
	code := a.reference.Tree.Node(place).Code
	var want, wantPublic []string
	for _, o := range a.world.OrdersAt(code, int(on), false, oracle.Everywhere, int(on), filter) {
		want = append(want, fmt.Sprint(o.Ref, " ", o.Issuer, " ", o.Kind, " ", oracle.Date(o.IssuedOn)))
	}
	for _, o := range a.world.OrdersAt(code, int(on), false, oracle.Nowhere, int(on), filter) {
		wantPublic = append(wantPublic, o.Ref)
	}
	if !slices.Equal(got, want) || !slices.Equal(public, wantPublic) {
		a.Fatalf("orders at %s on %s by %+v: got %v, public %v; want %v, public %v", code, on, filter, got, public, want, wantPublic)
	}
}

// TestRightOnes: what random worlds hold is all right by itself.
func TestRightOnes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		a, _ := someWorld(t, seed)
		for ref, o := range a.orders {
			if err := o.Check(a.reference).Refused(); err != nil {
				t.Errorf("seed %d, order %s: %v", seed, ref, err)
			}
		}
		for _, e := range slices.Concat(slices.Collect(maps.Values(a.events))...) {
			if err := e.Check(today).Refused(); err != nil {
				t.Errorf("seed %d, event %d of %s: %v", seed, e.Number, e.OrderRef, err)
			}
		}
		for i := range a.world.ExemptionRequests {
			request := requestOf(t, &a.world.ExemptionRequests[i])
			if err := request.Check(a.reference).Refused(); err != nil {
				t.Errorf("seed %d, request %s: %v", seed, request.Ref, err)
			}
		}
	}
}
