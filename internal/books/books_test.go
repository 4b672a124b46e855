package books

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

func init() { sumsFrom = 12 } // so that nodes of small worlds keep sums

// world is a tree with movements.
type world struct {
	tree      *area.Tree
	movements []relief.Recorded
}

const lastDay = 200

// someTree draws a tree of a province, prefectures, counties and departments.
func someTree(t *rapid.T) *area.Tree {
	nodes := []*area.Node{{Code: "1", Name: "省", Level: area.Province}}
	for _, prefecture := range []string{"11", "12"} {
		nodes = append(nodes, &area.Node{Code: prefecture, Name: "州", Level: area.Prefecture, ParentCode: "1"})
		for n := range rapid.IntRange(0, 3).Draw(t, "counties") {
			code := fmt.Sprint(prefecture, n)
			nodes = append(nodes, &area.Node{Code: code, Name: "县", Level: area.County, ParentCode: prefecture})
			if rapid.Bool().Draw(t, "department") {
				nodes = append(nodes, &area.Node{Code: code + "/d", Name: "局", Level: area.County, Department: true, ParentCode: code})
			}
		}
	}
	tree, err := area.NewTree(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// someMovement draws one between any nodes, also such that the tree does not have, or that
// do not lie one below the other (any more).
func (w *world) someMovement(t *rapid.T, ref string) relief.Recorded {
	codes := []string{"gone"}
	for _, node := range w.tree.Nodes() {
		codes = append(codes, node.Code)
	}
	day := rapid.Custom(func(t *rapid.T) calendar.Day { return calendar.Day(rapid.IntRange(0, lastDay).Draw(t, "day")) })
	m := relief.Recorded{Movement: relief.Movement{
		Ref: ref, Kind: rapid.SampledFrom([]relief.Kind{relief.Allocation, relief.Distribution, relief.Donation}).Draw(t, "kind"),
		Class: relief.Class(rapid.IntRange(0, 1).Draw(t, "class")), OccurredOn: day.Draw(t, "on"),
		Funds:    relief.Fen(rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "fen")),
		EventRef: rapid.SampledFrom([]string{"", "e1", "e2"}).Draw(t, "event"),
	}, PublishedOn: calendar.Never, WithdrawnOn: calendar.Never}
	if m.Kind != relief.Donation {
		m.FromCode = rapid.SampledFrom(codes).Draw(t, "from")
	}
	if m.Kind != relief.Distribution || rapid.Bool().Draw(t, "where") {
		m.ToCode = rapid.SampledFrom(slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return c == m.FromCode })).Draw(t, "to")
	}
	if rapid.Bool().Draw(t, "goods") {
		m.GoodsItem, m.GoodsUnit, m.GoodsQuantity = "棉被", rapid.SampledFrom([]string{"床", "件"}).Draw(t, "unit"), 1500
	}
	if rapid.IntRange(0, 3).Draw(t, "names") > 0 {
		m.DisclosureRef = "d"
		if rapid.IntRange(0, 4).Draw(t, "unknown") == 0 {
			return m
		}
		m.Known, m.PublishedOn = true, day.Draw(t, "published")
		if rapid.Bool().Draw(t, "withdrawn") {
			m.WithdrawnOn = day.Draw(t, "withdrawn on")
		}
	}
	return m
}

// book is that of a node.
func (w *world) book(code string) Book {
	return Book{code, relief.Pack(relief.Book(code, w.movements))}
}

// flows are what is asked for, as a statement would add it up.
func (w *world) flows(q *Question) (flows []relief.Flow) {
	for i := range w.movements {
		m := &w.movements[i]
		if q.Span.Contains(m.OccurredOn) && q.Filter.HasClass(m.Class) && (q.Filter.EventRef == "" || q.Filter.EventRef == m.EventRef) {
			flows = append(flows, relief.Flow{
				Kind: m.Kind, FromCode: m.FromCode, ToCode: m.ToCode, Class: m.Class, GoodsItem: m.GoodsItem, GoodsUnit: m.GoodsUnit,
				Disclosed: m.PublishedOn <= q.PublicOn && m.WithdrawnOn > q.PublicOn, Funds: m.Funds, Quantity: m.GoodsQuantity,
			})
		}
	}
	return flows
}

// check asks about every node and compares with what the movements themselves add up to.
func (w *world) check(t *rapid.T, x *Index) {
	for place := range area.Place(w.tree.Size()) {
		from := calendar.Day(rapid.IntRange(0, lastDay).Draw(t, "from"))
		q := Question{
			Place: place, Alone: rapid.Bool().Draw(t, "alone"),
			Span:     calendar.Span{From: from, To: calendar.Day(rapid.IntRange(int(from)-1, lastDay).Draw(t, "to"))},
			PublicOn: calendar.Day(rapid.IntRange(0, lastDay+1).Draw(t, "public on")),
			Filter: relief.Filter{
				EventRef: rapid.SampledFrom([]string{"", "e1", "e3"}).Draw(t, "of event"), OneClass: rapid.Bool().Draw(t, "one class"),
				Class: relief.Class(rapid.IntRange(0, 2).Draw(t, "of class")),
			},
		}
		asked := part{w.tree, place, q.Alone}
		want := relief.TotalsOf(w.flows(&q), func(code string) (relief.End, bool) { return asked.end(w.tree.Find(code)) })
		got, err := x.Total(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		wantGoods := want.Summary().Goods
		gotGoods := got.Summary().Goods
		wantSummary, gotSummary := want.Summary(), got.Summary()
		wantSummary.Goods, gotSummary.Goods = nil, nil
		if diff := cmp.Diff(wantSummary, gotSummary); diff != "" {
			t.Fatalf("%s of %+v:\n%s", w.tree.Node(place).Code, q, diff)
		}
		if diff := cmp.Diff(moved(wantGoods), moved(gotGoods)); diff != "" {
			t.Fatalf("goods of %s of %+v:\n%s", w.tree.Node(place).Code, q, diff)
		}
		w.checkDoubts(t, x, &q)
		wantStages, wantLinks := want.Flowing()
		stages, links := got.Flowing()
		if diff := cmp.Diff(wantStages, stages) + cmp.Diff(wantLinks, links); diff != "" {
			t.Fatalf("flows of %s of %+v:\n%s", w.tree.Node(place).Code, q, diff)
		}
	}
}

// checkDoubts counts the doubts about the nodes of a part, and compares with those that are
// found in the movements.
func (w *world) checkDoubts(t *rapid.T, x *Index, q *Question) {
	asked := part{w.tree, q.Place, q.Alone}
	account := relief.Account{
		Contains: func(code string) bool { _, within := asked.end(w.tree.Find(code)); return within },
		Region:   func(code string) bool { return w.tree.ByCode(code).Kind() == area.Region },
		Span:     q.Span, On: q.PublicOn, Days: workingDays, IdleDays: rapid.IntRange(0, 20).Draw(t, "idle"),
	}
	want := map[string]int{}
	for _, doubt := range relief.Discrepancies(slices.Clone(w.movements), account) {
		if q.Filter.HasDoubt(&doubt) {
			want[doubt.NodeCode]++
		}
	}
	doubting := &Doubting{q.Place, q.Alone, account, q.Filter}
	wanted := rapid.IntRange(-1, 10).Draw(t, "wanted")
	found, err := x.Doubtful(context.Background(), doubting, wanted)
	if err != nil {
		t.Fatal(err)
	}
	wantFound, all := []Doubtful(nil), 0
	for _, code := range slices.Sorted(maps.Keys(want)) {
		if wanted < 0 || all < wanted {
			wantFound = append(wantFound, Doubtful{w.tree.Find(code), want[code]})
		}
		all += want[code]
	}
	if diff := cmp.Diff(wantFound, found); diff != "" {
		t.Fatalf("%d doubts at %s of %+v:\n%s", wanted, w.tree.Node(q.Place).Code, *q, diff)
	}
	if count, err := x.Doubts(context.Background(), doubting); count != all || err != nil {
		t.Fatalf("doubts at %s of %+v: %d, %v; want %d", w.tree.Node(q.Place).Code, *q, count, err, all)
	}
}

var workingDays = calendar.New(nil)

// moved leaves out goods of which nothing moved.
func moved(goods []relief.Goods) []relief.Goods {
	return slices.DeleteFunc(goods, func(g relief.Goods) bool { return g == relief.Goods{Item: g.Item, Unit: g.Unit} })
}

// TestTotals: books, read or added up, made at once or changed again and again, give what
// the movements themselves add up to; so they do under another tree. An index that was
// handed out stays as it was.
func TestTotals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{tree: someTree(t)}
		for i := range rapid.IntRange(0, 60).Draw(t, "movements") {
			w.movements = append(w.movements, w.someMovement(t, fmt.Sprint("m", i)))
		}
		var all []Book
		for _, node := range w.tree.Nodes() {
			all = append(all, w.book(node.Code))
		}
		x, err := New(w.tree, all)
		if err != nil {
			t.Fatal(err)
		}
		w.check(t, x)
		first, atFirst := x, *w
		for round := range rapid.IntRange(1, 4).Draw(t, "rounds") {
			w = &world{w.tree, slices.Clone(w.movements)}
			changed := map[string]bool{}
			note := func(m *relief.Recorded) { changed[m.FromCode], changed[m.ToCode] = true, true }
			for n := range rapid.IntRange(1, 20).Draw(t, "changes") {
				at := rapid.IntRange(0, len(w.movements)).Draw(t, "at")
				switch {
				case at == len(w.movements):
					w.movements = append(w.movements, w.someMovement(t, fmt.Sprint("n", round, "-", n)))
				case rapid.Bool().Draw(t, "taken out"):
					note(&w.movements[at])
					w.movements = slices.Delete(w.movements, at, at+1)
					continue
				default:
					note(&w.movements[at])
					w.movements[at] = w.someMovement(t, w.movements[at].Ref)
				}
				note(&w.movements[at])
			}
			var changes []Book
			for code := range changed {
				if code != "" {
					changes = append(changes, w.book(code))
				}
			}
			if x, err = x.With(changes); err != nil {
				t.Fatal(err)
			}
			w.check(t, x)
		}
		atFirst.check(t, first)
		other := &world{someTree(t), w.movements}
		var elsewhere []Book // of nodes that the first tree does not have
		for _, node := range other.tree.Nodes() {
			if w.tree.Find(node.Code) == area.Nowhere {
				elsewhere = append(elsewhere, other.book(node.Code))
			}
		}
		if x, err = x.With(elsewhere); err != nil {
			t.Fatal(err)
		}
		w.check(t, x)
		under := x.Under(other.tree)
		other.check(t, under)
	})
}
