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

const benchedOrders = 1_000_000

// benchedTree is a tree of the size of China's, down to its townships or with so many
// villages in each.
func benchedTree(b *testing.B, villages int) (tree *area.Tree, townships []string) {
	b.Helper()
	nodes := []*area.Node{{Code: "CN", Name: "中国", Level: area.Nation}}
	add := func(level area.Level, parent, code string) string {
		nodes = append(nodes, &area.Node{Code: code, Name: "地", Level: level, ParentCode: parent})
		return code
	}
	for p := range 31 {
		province := add(area.Province, "CN", fmt.Sprintf("%02d", 20+p))
		for c := range 11 {
			prefecture := add(area.Prefecture, province, fmt.Sprintf("%s%02d", province, c))
			for n := range 8 {
				county := add(area.County, prefecture, fmt.Sprintf("%s%02d", prefecture, n))
				for t := range 14 {
					township := add(area.Township, county, fmt.Sprintf("%s%03d", county, t))
					townships = append(townships, township)
					for v := range villages {
						add(area.Village, township, fmt.Sprintf("%s%03d", township, 200+v))
					}
				}
			}
		}
	}
	tree, err := area.NewTree(nodes)
	if err != nil {
		b.Fatal(err)
	}
	return tree, townships
}

// benchedNation has a million orders to its townships over five years.
func benchedNation(b *testing.B) (index *coverage.Index, changed coverage.Timelines) {
	b.Helper()
	tree, townships := benchedTree(b, 0)
	random, days := rand.New(rand.NewPCG(17, 3)), calendar.New(nil)
	of := map[string][]order.Recorded{}
	for i := range benchedOrders {
		to := townships[random.IntN(len(townships))]
		issued := calendar.Date(2022, 1, 1) + calendar.Day(random.IntN(1700))
		o := order.Order{
			Ref: fmt.Sprintf("督办-%07d", i), Kind: order.Kind(random.IntN(order.Kinds)), IssuerCode: to[:4], PublisherCode: to,
			IssuedAt: issued.Time(), WorkingDays: int64(5 + random.IntN(20)),
		}
		var events []order.Event
		for n, kind := range []order.EventKind{order.EventReceived, order.EventAnswered, order.EventAccepted}[:random.IntN(4)] {
			events = append(events, order.Event{Number: int64(n + 1), Kind: kind, At: (issued + calendar.Day(5*n+random.IntN(5))).Time()})
		}
		of[to] = append(of[to], order.Recorded{Order: o, Events: events})
	}
	var all []coverage.Timelines
	for code, orders := range of {
		t := coverage.Timelines{PublisherCode: code, Packed: timeline.Pack(nil), Orders: order.PackAll(orders, days)}
		all = append(all, t)
		changed = coverage.Timelines{PublisherCode: code, Packed: t.Packed, Orders: order.PackAll(orders[1:], days)}
	}
	index, err := coverage.New(timeline.Reference{Tree: tree, Days: days}, slices.Values(all))
	if err != nil {
		b.Fatal(err)
	}
	return index, changed
}

// BenchmarkOrders asks a nation with a million orders, and changes one publisher's.
func BenchmarkOrders(b *testing.B) {
	index, changed := benchedNation(b)
	nation, on := index.Tree.Find("CN"), calendar.Date(2026, 8, 28) // the day after the last issue
	whole := []coverage.Part{{Place: nation, Scope: coverage.Subtree}}
	page := coverage.OrderPage{Rows: 51}
	lists := map[string]*coverage.OrderListing{
		"all":             {On: on, Whole: whole},
		"public":          {On: on},
		"overdue":         {On: on, Whole: whole, Timeliness: []order.Timeliness{order.Overdue}},
		"due soon":        {On: on, Whole: whole, Timeliness: []order.Timeliness{order.DueSoon}},
		"a state of none": {On: on, Whole: whole, States: []order.State{order.Withdrawn}},
		"half a year ago": {On: calendar.Date(2026, 3, 1), Whole: whole},
	}
	b.Run("figures with children", func(b *testing.B) {
		for b.Loop() {
			index.OrderFigures(nation, coverage.Subtree, on)
			for _, child := range index.Tree.Children(nation) {
				index.OrderFigures(child, coverage.Subtree, on)
			}
		}
	})
	b.Run("figures of counties and their children", func(b *testing.B) {
		county := index.Tree.Find("200000")
		for b.Loop() {
			index.OrderFigures(county, coverage.Subtree, on)
			for _, child := range index.Tree.Children(county) {
				index.OrderFigures(child, coverage.Subtree, on)
			}
		}
	})
	for name, listing := range lists {
		b.Run("first page, "+name, func(b *testing.B) {
			for b.Loop() {
				index.Orders(nation, coverage.Subtree, listing, page)
				index.CountOrders(nation, coverage.Subtree, listing)
			}
		})
	}
	b.Run("one publisher changes", func(b *testing.B) {
		for b.Loop() {
			if _, err := index.Apply([]coverage.Timelines{changed}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
