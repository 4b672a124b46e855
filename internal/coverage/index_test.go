package coverage_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// version is an index with the population it is of.
type version struct {
	index *coverage.Index
	of    *population
}

// TestIndexAtSize: a node with many publishers answers from sums that are kept;
// they are what counting row by row gives, made at once or changed again and
// again. An index that was handed out stays as it was.
func TestIndexAtSize(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 3))
			start := newPopulation(t, random, populationNodes())
			runsFrom := []int{0, 300}[seed]
			index := mustIndexFrom(t, timeline.Reference{Tree: start.tree, Days: start.days}, start.packed(), 64, runsFrom)
			versions := []version{{index, start}}
			apply := func(count int) {
				before := versions[len(versions)-1]
				next, changes := before.of.changed(count)
				versions = append(versions, version{mustApply(t, before.index, changes), next})
			}
			apply(2)
			apply(5)
			apply(150)
			for range 20 {
				apply(10)
			}
			apply(1999) // the most that are added to the sums there are
			apply(2000) // the fewest from which all sums are recomputed
			apply(30)
			for _, i := range []int{0, 3, len(versions) - 4, len(versions) - 3, len(versions) - 2, len(versions) - 1} {
				versions[i].check(t, random)
			}
		})
	}
}

// TestIndexWithReference: under other nodes and other working days the same
// timelines add up along the new tree, by the new days; and so after changes.
func TestIndexWithReference(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 3))
	start := newPopulation(t, random, populationNodes())
	index := mustIndexFrom(t, timeline.Reference{Tree: start.tree, Days: start.days}, start.packed(), 20, 100)
	first := version{index, start}

	var nodes []*area.Node
	for _, node := range populationNodes() {
		switch {
		case node.Code == "510123" || node.ParentCode == "510123": // is gone with all below it
			continue
		case node.ParentCode == "500224" && random.IntN(3) == 0: // belongs to another county now
			node.ParentCode = "500120"
		case node.Level == area.Township && !node.Department && random.IntN(20) == 0:
			node.Level = area.Village
		}
		nodes = append(nodes, node)
	}
	var festival calendar.Arrangement
	for month := 1; month <= 12; month++ {
		for d := 1; d <= 9; d++ {
			festival.Days = append(festival.Days, calendar.ArrangedDay{Day: calendar.Date(2023, month, d), Name: "节", Off: true})
		}
	}
	after := *start
	after.tree, after.days = mustTree(t, nodes), calendar.New([]calendar.Arrangement{festival})
	after.summaries = maps.Clone(start.summaries)
	maps.DeleteFunc(after.summaries, func(code string, _ []timeline.CellSummary) bool { return after.tree.Find(code) == area.Nowhere })
	moved := version{index.WithReference(timeline.Reference{Tree: after.tree, Days: after.days}), &after}
	last, changes := after.changed(200)
	changed := version{mustApply(t, moved.index, changes), last}
	for _, v := range []version{changed, moved, first} {
		v.check(t, random)
	}
}

// TestIndexUnchanged: nothing to apply gives the same index, and timelines that
// cannot be read give none.
func TestIndexUnchanged(t *testing.T) {
	t.Parallel()
	p := newPopulation(t, rand.New(rand.NewPCG(6, 3)), populationNodes())
	index := mustIndex(t, timeline.Reference{Tree: p.tree, Days: p.days}, p.packed())
	if same := mustApply(t, index, nil); same != index {
		t.Error("another index without a change")
	}
	broken := []coverage.Timelines{{PublisherCode: "CN", Packed: timeline.Packed{255}}}
	if _, err := index.Apply(broken); err == nil {
		t.Error("broken timelines were applied")
	}
	if _, err := coverage.New(index.Reference, slices.Values(broken)); err == nil {
		t.Error("an index was made of broken timelines")
	}
}

// someDays are days on which something happens to the population, and their
// eves, and a few others, in order.
func (p *population) someDays() []calendar.Day {
	days := []calendar.Day{calendar.First, calendar.Last}
	codes := slices.Sorted(maps.Keys(p.summaries))
	for len(days) < 14 {
		summaries := p.summaries[codes[p.random.IntN(len(codes))]]
		if len(summaries) == 0 || len(summaries[0].Duties) == 0 || len(summaries[0].Spans) == 0 {
			continue
		}
		for _, on := range []calendar.Day{summaries[0].Spans[0].From, summaries[0].Duties[0].OpenedOn, summaries[0].Duties[0].DueOn} {
			if calendar.First < on && on < calendar.Last {
				days = append(days, on-calendar.Day(p.random.IntN(2)), on+1)
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// check compares all that the index adds up with counting row by row.
func (v version) check(t *testing.T, random *rand.Rand) {
	t.Helper()
	days := v.of.someDays()
	expected := make([]*counted, len(days))
	for i, on := range days {
		expected[i] = v.of.count(on)
		v.checkDay(t, on, expected[i])
		v.checkGaps(t, on, random)
	}
	for range 12 {
		place := area.Place(random.IntN(v.of.tree.Size()))
		if random.IntN(2) == 0 { // one with many below it
			place = v.of.tree.Ancestors(v.of.tree.Find("500225001"))[random.IntN(3)]
		}
		for i, figures := range v.index.Trend(place, coverage.Subtree, days) {
			if figures != expected[i].subtree[place] {
				t.Fatalf("trend of %s on %s: got %+v, want %+v", v.of.tree.Node(place).Code, days[i], figures, expected[i].subtree[place])
			}
		}
		for i, figures := range v.index.Trend(place, coverage.Self, days) {
			if figures != expected[i].self[place] {
				t.Fatalf(
					"trend of %s alone on %s: got %+v, want %+v",
					v.of.tree.Node(place).Code,
					days[i],
					figures,
					expected[i].self[place],
				)
			}
		}
		v.checkListing(t, place, random)
	}
}

func (v version) checkDay(t *testing.T, on calendar.Day, expected *counted) {
	t.Helper()
	for place := range area.Place(v.of.tree.Size()) {
		code := v.of.tree.Node(place).Code
		if got := v.index.At(place, coverage.Subtree, on); got != expected.subtree[place] {
			t.Fatalf("figures of %s on %s: got %+v, want %+v", code, on, got, expected.subtree[place])
		}
		if got := v.index.At(place, coverage.Self, on); got != expected.self[place] {
			t.Fatalf("figures of %s alone on %s: got %+v, want %+v", code, on, got, expected.self[place])
		}
		slots := map[slotName]coverage.Figures{}
		for _, slot := range v.index.Slots(place, coverage.Subtree, on) {
			slots[slotName{slot.EntryCode, slot.Level}] = slot.Figures
		}
		if !maps.Equal(slots, expected.slots[place]) {
			t.Fatalf("slots of %s on %s: got %+v, want %+v", code, on, slots, expected.slots[place])
		}
	}
	v.checkRanking(t, on, expected)
	// "The count of gaps listed = missing + overdue + stale."
	root := v.of.tree.Roots()[0]
	gaps, total, more, _ := v.index.Gaps(
		t.Context(),
		root,
		coverage.Subtree,
		on,
		coverage.GapFilter{},
		coverage.ByPublisher,
		coverage.Page{Rows: 1 << 20},
	)
	if want := expected.subtree[root].Gaps(); len(gaps) != want || total != want || more {
		t.Fatalf("%d gaps on %s of %d, more %v, want %d", len(gaps), on, total, more, want)
	}
}

// checkRanking: a ranking has all places of a level, with the figures of their cells.
func (v version) checkRanking(t *testing.T, on calendar.Day, expected *counted) {
	t.Helper()
	for level := range area.Level(area.Levels) {
		for _, above := range []string{"CN", "51"} {
			place, want := v.of.tree.Find(above), map[area.Place]coverage.Figures{}
			for at := range v.of.tree.Below(place) {
				if node := v.of.tree.Node(at); node.Level == level && !node.Department {
					want[at] = coverage.Figures{Cells: expected.subtree[at].Cells}
				}
			}
			ranking, err := v.index.Ranking(t.Context(), place, level, on, 1)
			if err != nil {
				t.Fatal(err)
			}
			got := map[area.Place]coverage.Figures{}
			for _, ranked := range ranking {
				got[ranked.Place] = ranked.Cells
			}
			if !maps.Equal(got, want) || len(ranking) != len(want) {
				t.Fatalf("ranking of level %d at %s on %s: got %v, want %v", level, above, on, got, want)
			}
		}
	}
}

// checkListing: how much is listed, and that the narrowed listing holds what a
// page needs and no day more.
func (v version) checkListing(t *testing.T, place area.Place, random *rand.Rand) {
	t.Helper()
	code := v.of.tree.Node(place).Code
	listing := coverage.Listing{
		Kinds: []timeline.ListKind{timeline.PublishedDocuments, timeline.NewsItems},
		Until: calendar.Last,
		From:  calendar.First,
		To:    calendar.Last,
	}
	if random.IntN(3) > 0 {
		listing.From = calendar.Date(2022, 1, 1) + calendar.Day(random.IntN(700))
		listing.To = listing.From + calendar.Day(random.IntN(700))
	}
	if got, want := v.index.Count(place, coverage.Subtree, listing), len(v.listedIn(place, listing)); got != want {
		t.Fatalf("%s lists %d from %s to %s, want %d", code, got, listing.From, listing.To, want)
	}
	wanted := 1 + random.IntN(20)
	narrowed, publishers := v.index.Newest(place, coverage.Subtree, listing, wanted)
	before := func(from calendar.Day) int {
		return len(v.listedIn(place, coverage.Listing{Kinds: listing.Kinds, From: from, To: listing.To - 1}))
	}
	if narrowed.To != listing.To || narrowed.From < listing.From ||
		narrowed.From > listing.From && (before(narrowed.From) < wanted || before(narrowed.From+1) >= wanted) {
		t.Fatalf(
			"the newest %d of %s from %s to %s: narrowed to %s to %s",
			wanted,
			code,
			listing.From,
			listing.To,
			narrowed.From,
			narrowed.To,
		)
	}
	oldest, oldestPublishers := v.index.Oldest(place, coverage.Subtree, listing, wanted)
	after := func(to calendar.Day) int {
		return len(v.listedIn(place, coverage.Listing{Kinds: listing.Kinds, From: listing.From + 1, To: to}))
	}
	if oldest.From != listing.From || oldest.To > listing.To ||
		oldest.To < listing.To && (after(oldest.To) < wanted || after(oldest.To-1) >= wanted) {
		t.Fatalf("the oldest %d of %s from %s to %s: narrowed to %s to %s", wanted, code, listing.From, listing.To, oldest.From, oldest.To)
	}
	if want := slices.Compact(v.listedIn(place, oldest)); !slices.Equal(oldestPublishers, want) {
		t.Fatalf("of %s from %s to %s: publishers %v, want %v", code, oldest.From, oldest.To, oldestPublishers, want)
	}
	if want := slices.Compact(v.listedIn(place, narrowed)); !slices.Equal(publishers, want) {
		t.Fatalf("of %s from %s to %s: publishers %v, want %v", code, narrowed.From, narrowed.To, publishers, want)
	}
}

// listedIn names the publisher of each thing of a listing, by code.
func (v version) listedIn(place area.Place, listing coverage.Listing) []area.Place {
	var publishers []area.Place
	for at := range area.Place(v.of.tree.Size()) {
		for _, summary := range v.of.summaries[v.of.tree.Node(at).Code] {
			for _, kind := range listing.Kinds {
				for _, on := range summary.Listed[kind] {
					if v.of.tree.Contains(place, at) && listing.From <= on && on <= listing.To {
						publishers = append(publishers, at)
					}
				}
			}
		}
	}
	return publishers
}
