package coverage_test

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

var gapOrders = []coverage.GapOrder{coverage.ByPublisher, coverage.OldestFirst, coverage.ByEntry, coverage.NewestFirst}

// gapsIn are the gaps of a place, and of all below it unless alone, cell by cell.
func (v version) gapsIn(place area.Place, scope coverage.Scope, on calendar.Day) (gaps []coverage.Standing) {
	for at := range area.Place(v.of.tree.Size()) {
		if at != place && (scope == coverage.Self || !v.of.tree.Contains(place, at)) {
			continue
		}
		for _, cell := range v.of.summaries[v.of.tree.Node(at).Code] {
			standing := coverage.Standing{Publisher: at, EntryCode: cell.EntryCode}
			for _, span := range cell.Spans {
				if span.From <= on {
					standing.Since, standing.Status = span.From, span.Status
				}
			}
			if standing.Status.Gap() {
				gaps = append(gaps, standing)
			}
		}
	}
	return gaps
}

func passes(tree *area.Tree, filter *coverage.GapFilter, on calendar.Day, gap *coverage.Standing) bool {
	node := tree.Node(gap.Publisher)
	return (len(filter.Statuses) == 0 || slices.Contains(filter.Statuses, gap.Status)) &&
		(len(filter.Levels) == 0 || slices.Contains(filter.Levels, node.Level)) &&
		(len(filter.Publishers) == 0 || slices.Contains(filter.Publishers, node.Code)) &&
		(len(filter.Categories) == 0) &&
		(len(filter.Entries) == 0 || slices.ContainsFunc(filter.Entries, func(e string) bool { return catalog.Within(gap.EntryCode, e) })) &&
		int(on-gap.Since)+1 >= filter.MinDaysOpen
}

func inOrder(order coverage.GapOrder, a, b *coverage.Standing) int {
	byPublisher := cmp.Or(cmp.Compare(a.Publisher, b.Publisher), strings.Compare(a.EntryCode, b.EntryCode))
	switch order {
	case coverage.OldestFirst:
		return cmp.Or(cmp.Compare(a.Since, b.Since), byPublisher)
	case coverage.NewestFirst:
		return cmp.Or(cmp.Compare(b.Since, a.Since), byPublisher)
	case coverage.ByEntry:
		return cmp.Or(strings.Compare(a.EntryCode, b.EntryCode), byPublisher)
	default:
		return byPublisher
	}
}

// randomFilter narrows by each part now and then.
func (v version) randomFilter(random *rand.Rand) (filter coverage.GapFilter) {
	some := func() bool { return random.IntN(4) == 0 }
	if some() {
		filter.Statuses = [][]timeline.Status{{timeline.Stale}, {timeline.Missing, timeline.Overdue}}[random.IntN(2)]
	}
	if some() {
		filter.Entries = [][]string{{"1"}, {"2.3"}, {"1.2", "2.1"}, {"9"}}[random.IntN(4)]
	}
	if some() {
		filter.Levels = [][]area.Level{{area.Township}, {area.County}, {area.Nation, area.Province}, {area.Village}}[random.IntN(4)]
	}
	if some() {
		filter.MinDaysOpen = 1 + random.IntN(900)
	}
	if random.IntN(10) == 0 {
		filter.Publishers = []string{"unknown"}
		for range random.IntN(40) {
			filter.Publishers = append(filter.Publishers, v.of.tree.Node(area.Place(random.IntN(v.of.tree.Size()))).Code)
		}
	}
	return filter
}

// checkGaps: a list in any order, narrowed or whole, read forwards or backwards from an
// end or from anywhere, is what going through all cells finds.
func (v version) checkGaps(t *testing.T, on calendar.Day, random *rand.Rand) {
	t.Helper()
	place := v.of.tree.Roots()[0]
	switch random.IntN(3) {
	case 0:
		place = area.Place(random.IntN(v.of.tree.Size()))
	case 1:
		place = v.of.tree.Ancestors(v.of.tree.Find("500225001"))[random.IntN(3)]
	}
	scope := coverage.Scope(random.IntN(8) / 7)
	all := v.gapsIn(place, scope, on)
	other := on + calendar.Day(random.IntN(200)-100)
	v.checkChange(t, place, scope, on, other, all, v.gapsIn(place, scope, other))
	v.checkUpcoming(t, place, scope, on, random)
	for range 4 {
		filter, order := v.randomFilter(random), gapOrders[random.IntN(len(gapOrders))]
		want := slices.DeleteFunc(slices.Clone(all), func(gap coverage.Standing) bool { return !passes(v.of.tree, &filter, on, &gap) })
		slices.SortFunc(want, func(a, b coverage.Standing) int { return inOrder(order, &a, &b) })
		in := fmt.Sprintf("%s, scope %d, on %s, %+v, order %d", v.of.tree.Node(place).Code, scope, on, filter, order)
		v.checkPages(t, in, want, random, func(page coverage.Page) ([]coverage.Standing, int, bool) {
			gaps, total, more, err := v.index.Gaps(t.Context(), place, scope, on, filter, order, page)
			if err != nil {
				t.Fatal(err)
			}
			return gaps, total, more
		})
		listed := slices.SortedFunc(
			v.index.GapsOf(t.Context(), place, scope, on, filter),
			func(a, b coverage.Standing) int { return inOrder(order, &a, &b) },
		)
		if !slices.Equal(listed, want) {
			t.Fatalf("gaps of %s: %d are listed, %d wanted", in, len(listed), len(want))
		}
	}
}

func (v version) checkPages(
	t *testing.T, in string, want []coverage.Standing, random *rand.Rand,
	ask func(coverage.Page) (gaps []coverage.Standing, total int, more bool),
) {
	t.Helper()
	for range 4 {
		page := coverage.Page{Rows: 1 + random.IntN(1+random.IntN(60)), Backwards: random.IntN(2) == 0}
		first, end := 0, len(want)
		if len(want) > 0 && random.IntN(4) > 0 {
			from := random.IntN(len(want))
			gap := want[from]
			page.From = &coverage.Position{
				PublisherCode: v.of.tree.Node(gap.Publisher).Code, EntryCode: gap.EntryCode, Since: gap.Since,
			}
			if first = from + 1; page.Backwards {
				first, end = 0, from
			}
		}
		more := end-first > page.Rows
		if more && page.Backwards {
			first = end - page.Rows
		} else if more {
			end = first + page.Rows
		}
		gaps, total, hasMore := ask(page)
		if !slices.Equal(gaps, want[first:end]) || total != len(want) || hasMore != more {
			t.Fatalf("gaps of %s, %d from %+v, backwards %v: %v of %d, more %v; want %v of %d, more %v",
				in, page.Rows, page.From, page.Backwards, gaps, total, hasMore, want[first:end], len(want), more)
		}
	}
}

// checkChange: what is a gap on one of two days and none on the other, whichever is the
// later, is found as going through all cells of both finds it.
func (v version) checkChange(
	t *testing.T, place area.Place, scope coverage.Scope, on, other calendar.Day, gaps, others []coverage.Standing,
) {
	t.Helper()
	cell := func(gap coverage.Standing) string { return fmt.Sprint(gap.Publisher, gap.EntryCode) }
	there := map[string]bool{}
	for _, gap := range others {
		there[cell(gap)] = true
	}
	want := slices.DeleteFunc(slices.Clone(gaps), func(gap coverage.Standing) bool { return there[cell(gap)] })
	byPublisher := func(a, b coverage.Standing) int { return inOrder(coverage.ByPublisher, &a, &b) }
	slices.SortFunc(want, byPublisher)
	for way, list := range map[string]iter.Seq[coverage.Standing]{
		"opened": v.index.Opened(t.Context(), place, scope, other, on), "closed": v.index.Closed(t.Context(), place, scope, on, other),
	} {
		if got := slices.SortedFunc(list, byPublisher); !slices.Equal(got, want) {
			t.Fatalf("%s at %s between %s and %s: got %v, want %v", way, v.of.tree.Node(place).Code, on, other, got, want)
		}
	}
}

// checkUpcoming: so are the cells that become a gap within some days.
func (v version) checkUpcoming(t *testing.T, place area.Place, scope coverage.Scope, on calendar.Day, random *rand.Rand) {
	t.Helper()
	workingDays, filter := random.IntN(60), v.randomFilter(random)
	filter.MinDaysOpen = 0
	horizon, coming := v.of.days.AddWorkingDays(on, workingDays), map[string]coverage.Coming{}
	gap := func(day calendar.Day) map[string]coverage.Standing {
		found := map[string]coverage.Standing{}
		for _, gap := range v.gapsIn(place, scope, day) {
			found[fmt.Sprint(gap.Publisher, gap.EntryCode)] = gap
		}
		return found
	}
	now := gap(on)
	for eve := on; eve <= horizon; eve++ {
		for cell, gap := range gap(eve + 1) {
			if _, known := coming[cell]; known || now[cell].Status.Gap() {
				continue
			}
			coming[cell] = coverage.Coming{Publisher: gap.Publisher, EntryCode: gap.EntryCode, DueOn: eve, Becomes: gap.Status}
		}
	}
	want := slices.SortedFunc(maps.Values(coming), coverage.DueFirst.Compare)
	want = slices.DeleteFunc(want, func(c coverage.Coming) bool {
		return !passes(v.of.tree, &filter, c.DueOn+1, &coverage.Standing{Publisher: c.Publisher, EntryCode: c.EntryCode, Status: c.Becomes})
	})
	got := slices.SortedFunc(v.index.Upcoming(t.Context(), place, scope, on, workingDays, filter), coverage.DueFirst.Compare)
	if !slices.Equal(got, want) {
		t.Fatalf(
			"upcoming at %s on %s within %d working days, %+v: got %v, want %v",
			v.of.tree.Node(place).Code,
			on,
			workingDays,
			filter,
			got,
			want,
		)
	}
}
