package coverage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// ordersTo are made up at random: their spans need not be what events would give.
func (p *population) ordersTo(code string) []order.Summary {
	orders := make([]order.Summary, p.random.IntN(4))
	for i := range orders {
		o := &orders[i]
		o.Ref = fmt.Sprintf("%03d %s", p.random.IntN(1000), fmt.Sprint(code, i))
		o.Kind, o.IssuedOn = order.Kind(p.random.IntN(order.Kinds)), min(p.day(), calendar.Last)
		last := order.Phase(0)
		for on := o.IssuedOn; on <= calendar.Last && len(o.Spans) < 6; on += 1 + calendar.Day(p.random.IntN(200)) {
			if phase := order.Phase(1 + p.random.IntN(order.Phases-1)); phase != last {
				o.Spans = append(o.Spans, order.Span{From: on, Phase: phase})
				last = phase
			}
		}
	}
	return orders
}

// listed are the orders that a node's listing has, by looking at each.
func (p *population) listed(place area.Place, scope coverage.Scope, listing *coverage.OrderListing) []order.Summary {
	var found []order.Summary
	for at := range p.tree.Below(place) {
		if scope == coverage.Self && at != place || listing.Publishers != nil && !slices.Contains(listing.Publishers, at) {
			continue
		}
		whole := slices.ContainsFunc(listing.Whole, func(part coverage.Part) bool {
			return part.Place == at || part.Scope == coverage.Subtree && p.tree.Contains(part.Place, at)
		})
		for _, o := range p.orders[p.tree.Node(at).Code] {
			phase := order.PhaseOn(o.Spans, listing.On)
			if phase != 0 && (whole || o.Kind == order.Criticise) &&
				(listing.States == nil || slices.Contains(listing.States, phase.State())) &&
				(listing.Timeliness == nil || slices.Contains(listing.Timeliness, phase.Timeliness())) &&
				(listing.Kinds == nil || slices.Contains(listing.Kinds, o.Kind)) {
				found = append(found, o)
			}
		}
	}
	slices.SortFunc(found, func(a, b order.Summary) int { return order.NewestFirst(&a, &b) })
	return found
}

// TestOrders: figures, counts and pages of orders, of an index made at once and of one that
// followed changes, are those found by looking at each order.
func TestOrders(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(17, 1))
	before := newPopulation(t, random, populationNodes())
	after, changes := before.changed(250)
	reference := timeline.Reference{Tree: before.tree, Days: before.days}
	made := mustIndex(t, reference, before.packed())
	followed, err := made.Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]struct {
		index *coverage.Index
		p     *population
	}{"made": {made, before}, "followed": {followed, after}, "made of what changed": {mustIndex(t, reference, after.packed()), after}} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(17, 2))
			for range 300 {
				checkOrders(t, random, of.index, of.p)
			}
		})
	}
}

func checkOrders(t *testing.T, random *rand.Rand, index *coverage.Index, p *population) {
	t.Helper()
	place := area.Place(random.IntN(p.tree.Size()))
	if random.IntN(2) == 0 {
		place = p.tree.Roots()[0]
	}
	scope := coverage.Scope(random.IntN(2))
	listing := randomListing(random, p)
	var want order.Figures
	all := *listing
	all.States, all.Timeliness, all.Kinds, all.Publishers = nil, nil, nil, nil
	all.Whole = []coverage.Part{{Place: p.tree.Roots()[0], Scope: coverage.Subtree}}
	for _, o := range p.listed(place, scope, &all) {
		want.Count(order.PhaseOn(o.Spans, listing.On), 1)
	}
	if got := index.OrderFigures(place, scope, listing.On); got != want {
		t.Fatalf("figures of %v %v on %v: %v, want %v", place, scope, listing.On, got, want)
	}
	if got := index.OrderTrend(place, scope, []calendar.Day{listing.On - 30, listing.On}); got[1] != want {
		t.Fatalf("trend of %v %v on %v: %v, want %v", place, scope, listing.On, got, want)
	}
	listed := p.listed(place, scope, listing)
	if got := index.CountOrders(place, scope, listing); got != len(listed) {
		t.Fatalf("%d orders of %v %v by %+v, want %d", got, place, scope, listing, len(listed))
	}
	for _, backwards := range []bool{false, true} {
		var walked []string
		for from := (*coverage.OrderPosition)(nil); len(walked) < 40; {
			page := index.Orders(place, scope, listing, coverage.OrderPage{Rows: 7, From: from, Backwards: backwards})
			for _, o := range page {
				walked = append(walked, o.Ref)
			}
			if len(page) < 7 {
				break
			}
			last := page[len(page)-1]
			from = &coverage.OrderPosition{IssuedOn: last.IssuedOn, Ref: last.Ref}
		}
		var refs []string
		for _, o := range listed {
			refs = append(refs, o.Ref)
		}
		if backwards {
			slices.Reverse(refs)
		}
		if !slices.Equal(walked, refs[:min(len(walked), len(refs))]) || len(walked) < min(40, len(refs)) {
			t.Fatalf("pages of %v %v by %+v, backwards %v: %v, want %v", place, scope, listing, backwards, walked, refs)
		}
	}
}

func randomListing(random *rand.Rand, p *population) *coverage.OrderListing {
	listing := &coverage.OrderListing{On: p.day()}
	if random.IntN(2) == 0 {
		listing.States = []order.State{order.State(random.IntN(order.States)), order.State(random.IntN(order.States))}
	}
	if random.IntN(3) == 0 {
		listing.Timeliness = []order.Timeliness{order.Timeliness(1 + random.IntN(order.Timelinesses-1))}
	}
	if random.IntN(3) == 0 {
		listing.Kinds = []order.Kind{order.Kind(random.IntN(order.Kinds))}
	}
	if random.IntN(4) == 0 {
		listing.Publishers = []area.Place{}
		for range random.IntN(60) {
			listing.Publishers = append(listing.Publishers, area.Place(random.IntN(p.tree.Size())))
		}
	}
	root := p.tree.Roots()[0]
	switch random.IntN(4) {
	case 0:
		listing.Whole = []coverage.Part{{Place: root, Scope: coverage.Subtree}}
	case 1: // parts of which none holds another
		for _, at := range p.tree.Children(root) {
			listing.Whole = append(listing.Whole, coverage.Part{Place: at, Scope: coverage.Scope(random.IntN(2))})
		}
	case 2:
		listing.Whole = []coverage.Part{{Place: area.Place(random.IntN(p.tree.Size())), Scope: coverage.Self}}
	}
	return listing
}
