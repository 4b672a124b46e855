package coverage_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// worlds is how many random worlds the oracle is asked about.
const worlds = 20

// The window in which the oracle answers.
var windowFirst, windowLast = calendar.Date(2019, 7, 1), calendar.Date(2029, 11, 30)

// asked is one random world, in both forms.
type asked struct {
	*testing.T
	world  *oracle.World
	built  *built
	index  *coverage.Index
	random *rand.Rand
}

// TestOracle holds the domain against the oracle on random worlds, from facts to
// figures, without a database between. A failure names the world's seed.
func TestOracle(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			a := &asked{T: t, world: oracle.Random(seed), random: rand.New(rand.NewPCG(seed, 7))}
			// No answer depends on the order of the facts.
			a.random.Shuffle(len(a.world.Disclosures), func(i, j int) {
				a.world.Disclosures[i], a.world.Disclosures[j] = a.world.Disclosures[j], a.world.Disclosures[i]
			})
			a.built = build(t, a.world)
			a.index = a.grown()
			for range 4 {
				on := a.day()
				for place := range area.Place(a.index.Tree.Size()) {
					a.figures(place, on)
				}
				a.cells(on)
				a.gaps(a.node(), on)
				a.upcoming(a.node(), on)
				a.change(a.node(), on, a.day())
				a.trend(a.node(), on)
			}
			a.histories()
		})
	}
}

// grown makes the index from some publishers' timelines and applies the others
// in parts, as a server comes by them.
func (a *asked) grown() *coverage.Index {
	a.Helper()
	timelines := a.built.timelines()
	a.random.Shuffle(len(timelines), func(i, j int) { timelines[i], timelines[j] = timelines[j], timelines[i] })
	known := a.random.IntN(len(timelines) + 1)
	index := mustIndexFrom(a.T, a.built.reference, timelines[:known], 1+a.random.IntN(20), a.random.IntN(100))
	for part := range slices.Chunk(timelines[known:], 5) {
		index = mustApply(a.T, index, part)
	}
	return index
}

func (a *asked) day() calendar.Day {
	return windowFirst + calendar.Day(a.random.IntN(int(windowLast-windowFirst)))
}

func (a *asked) node() area.Place { return area.Place(a.random.IntN(a.index.Tree.Size())) }

func (a *asked) code(place area.Place) string { return a.index.Tree.Node(place).Code }

// figures: "A node's figures = its own publishers' + the sum over its children";
// slots group the same by entry and by the publisher's level.
func (a *asked) figures(place area.Place, on calendar.Day) {
	a.Helper()
	code := a.code(place)
	for scope, self := range map[coverage.Scope]bool{coverage.Self: true, coverage.Subtree: false} {
		if got, want := plain(a.index.At(place, scope, on)), a.world.Figures(code, int(on), self); got != want {
			a.Fatalf("figures of %s (self %v) on %s: got %+v, want %+v", code, self, on, got, want)
		}
	}
	byEntry, byLevel := map[string]oracle.Figures{}, map[area.Level]oracle.Figures{}
	for _, slot := range a.index.Slots(place, coverage.Subtree, on) {
		byEntry[slot.EntryCode] = byEntry[slot.EntryCode].Add(plain(slot.Figures))
		byLevel[slot.Level] = byLevel[slot.Level].Add(plain(slot.Figures))
	}
	if want := a.world.FiguresByEntry(code, int(on)); !reflect.DeepEqual(byEntry, want) {
		a.Fatalf("figures of %s by entry on %s: got %+v, want %+v", code, on, byEntry, want)
	}
	wantLevels := map[area.Level]oracle.Figures{}
	for _, publisher := range a.world.Below(code) {
		if own := a.world.Figures(publisher, int(on), true); own != (oracle.Figures{}) {
			level := a.index.Tree.ByCode(publisher).Level
			wantLevels[level] = wantLevels[level].Add(own)
		}
	}
	if !reflect.DeepEqual(byLevel, wantLevels) {
		a.Fatalf("figures of %s by level on %s: got %+v, want %+v", code, on, byLevel, wantLevels)
	}
}

// cells: every cell's status and since, and the matrix, which is of them all.
func (a *asked) cells(on calendar.Day) {
	a.Helper()
	inMatrix := map[string]string{}
	rows, more, _ := a.index.Matrix(
		a.Context(), a.index.Tree.Roots()[0], on, coverage.CellFilter{}, coverage.MatrixPage{Rows: a.index.Tree.Size()},
	)
	for _, row := range rows {
		for _, cell := range row.Cells {
			inMatrix[a.code(row.Publisher)+" "+cell.EntryCode] = cell.Status.String()
		}
	}
	a.matrixPages(rows, on)
	want := map[string]string{}
	for place := range area.Place(a.index.Tree.Size()) {
		code := a.code(place)
		for _, entry := range a.world.Entries(code) {
			status := a.world.Status(code, entry, int(on))
			if standing, inForce := a.index.Cell(place, entry, on); inForce != (status != "") || standing.Status.String() != status {
				a.Fatalf("cell %s %s on %s: got %q, want %q", code, entry, on, standing.Status, status)
			}
			if status != "" {
				want[code+" "+entry] = status
			}
		}
	}
	if more || !reflect.DeepEqual(inMatrix, want) {
		a.Fatalf("matrix on %s: got %v, want %v", on, inMatrix, want)
	}
}

// matrixPages: the pages of a matrix, forwards or backwards, whole or narrowed, are the
// rows of all of it that the filter wants.
func (a *asked) matrixPages(all []coverage.MatrixRow, on calendar.Day) {
	a.Helper()
	filter := coverage.CellFilter{}
	wanted := func(coverage.Standing) bool { return true }
	if a.random.IntN(2) == 0 {
		filter = coverage.CellFilter{Entries: []string{"3.2"}, Levels: []area.Level{area.Township}}
		wanted = func(s coverage.Standing) bool {
			return strings.HasPrefix(s.EntryCode+".", "3.2.") && a.index.Tree.Node(s.Publisher).Level == area.Township
		}
	}
	var want []coverage.MatrixRow
	entries := map[string]bool{}
	for _, row := range all {
		row.Cells = slices.DeleteFunc(slices.Clone(row.Cells), func(s coverage.Standing) bool { return !wanted(s) })
		for _, cell := range row.Cells {
			entries[cell.EntryCode] = true
		}
		if len(row.Cells) > 0 {
			want = append(want, row)
		}
	}
	root := a.index.Tree.Roots()[0]
	page := coverage.MatrixPage{Rows: 1 + a.random.IntN(10), Backwards: a.random.IntN(2) == 0}
	var got []coverage.MatrixRow
	for more := true; more; {
		var rows []coverage.MatrixRow
		rows, more, _ = a.index.Matrix(a.Context(), root, on, filter, page)
		if page.Backwards {
			got = slices.Concat(rows, got)
		} else {
			got = append(got, rows...)
		}
		if more && len(rows) != page.Rows {
			a.Fatalf("matrix on %s: a page of %d, not %d", on, len(rows), page.Rows)
		}
		if more && page.Backwards {
			page.Code = a.code(rows[0].Publisher)
		} else if more {
			page.Code = a.code(rows[len(rows)-1].Publisher)
		}
	}
	size, _ := a.index.MatrixSize(a.Context(), root, on, filter)
	columns, _ := a.index.MatrixEntries(a.Context(), root, on, filter)
	if !reflect.DeepEqual(got, want) || size != len(want) || len(columns) != len(entries) {
		a.Fatalf(
			"matrix on %s in pages %+v: %d of %d rows, %d columns; want %d and %d",
			on,
			page,
			len(got),
			size,
			len(columns),
			len(want),
			len(entries),
		)
	}
}

var gapNamed = map[string]timeline.Status{"MISSING": timeline.Missing, "OVERDUE": timeline.Overdue, "STALE": timeline.Stale}

// gapsOf are the oracle's gaps at a node and below, by publisher and entry.
func (a *asked) gapsOf(code string, on calendar.Day) []coverage.Standing {
	var gaps []coverage.Standing
	for _, publisher := range a.world.Below(code) {
		for _, entry := range a.world.Entries(publisher) {
			if status := a.world.Status(publisher, entry, int(on)); oracle.IsGap(status) {
				since := calendar.Day(a.world.Since(publisher, entry, int(on)))
				gaps = append(
					gaps,
					coverage.Standing{Publisher: a.index.Tree.Find(publisher), EntryCode: entry, Status: gapNamed[status], Since: since},
				)
			}
		}
	}
	slices.SortFunc(gaps, func(one, other coverage.Standing) int {
		if one.Publisher != other.Publisher {
			return int(one.Publisher - other.Publisher)
		}
		return strings.Compare(one.EntryCode, other.EntryCode)
	})
	return gaps
}

// gaps: the list in its three orders, read in pages, whole and narrowed.
func (a *asked) gaps(place area.Place, on calendar.Day) {
	a.Helper()
	all := a.gapsOf(a.code(place), on)
	age := 30
	if len(all) > 0 {
		age = int(on-all[a.random.IntN(len(all))].Since) + 1
	}
	filters := map[string]coverage.GapFilter{
		"all":                 {},
		"missing":             {Statuses: []timeline.Status{timeline.Missing}},
		"entry 3.2 and below": {CellFilter: coverage.CellFilter{Entries: []string{"3.2"}}},
		"as old as one of them": {
			MinDaysOpen: age,
		},
		"townships": {CellFilter: coverage.CellFilter{Levels: []area.Level{area.Township}}},
		"category":  {CellFilter: coverage.CellFilter{Categories: []string{"灾后救助"}}},
	}
	kept := map[string]func(coverage.Standing) bool{
		"all":                   func(coverage.Standing) bool { return true },
		"missing":               func(s coverage.Standing) bool { return s.Status == timeline.Missing },
		"entry 3.2 and below":   func(s coverage.Standing) bool { return strings.HasPrefix(s.EntryCode+".", "3.2.") },
		"as old as one of them": func(s coverage.Standing) bool { return int(on-s.Since)+1 >= age },
		"townships":             func(s coverage.Standing) bool { return a.index.Tree.Node(s.Publisher).Level == area.Township },
		"category":              func(s coverage.Standing) bool { return strings.HasPrefix(s.EntryCode, "3.") },
	}
	orders := map[coverage.GapOrder]func(one, other coverage.Standing) int{
		coverage.ByPublisher: func(one, other coverage.Standing) int { return 0 },
		coverage.OldestFirst: func(one, other coverage.Standing) int { return int(one.Since - other.Since) },
		coverage.NewestFirst: func(one, other coverage.Standing) int { return int(other.Since - one.Since) },
		coverage.ByEntry:     func(one, other coverage.Standing) int { return strings.Compare(one.EntryCode, other.EntryCode) },
	}
	for name, filter := range filters {
		for order, compare := range orders {
			want := slices.DeleteFunc(slices.Clone(all), func(s coverage.Standing) bool { return !kept[name](s) })
			slices.SortStableFunc(want, compare)
			var got []coverage.Standing
			page := coverage.Page{Rows: 1 + a.random.IntN(20), Backwards: a.random.IntN(2) == 0}
			for more := true; more; {
				var gaps []coverage.Standing
				var total int
				gaps, total, more, _ = a.index.Gaps(a.Context(), place, coverage.Subtree, on, filter, order, page)
				if total != len(want) || more && len(gaps) != page.Rows {
					a.Fatalf("gaps of %s on %s, %s: %d in all, want %d; a page of %d", a.code(place), on, name, total, len(want), len(gaps))
				}
				if page.Backwards {
					got = slices.Concat(gaps, got)
				} else {
					got = append(got, gaps...)
				}
				if more {
					last := gaps[len(gaps)-1]
					if page.Backwards {
						last = gaps[0]
					}
					page.From = &coverage.Position{PublisherCode: a.code(last.Publisher), EntryCode: last.EntryCode, Since: last.Since}
				}
			}
			passing := slices.Collect(a.index.Passing(slices.Values(all), on, filter))
			if order == coverage.ByPublisher && !slices.Equal(passing, want) {
				a.Fatalf("gaps of %s on %s that pass %s: got %v, want %v", a.code(place), on, name, passing, want)
			}
			if !slices.Equal(got, want) {
				a.Fatalf("gaps of %s on %s, %s, order %d: got %v, want %v", a.code(place), on, name, order, got, want)
			}
		}
	}
}

// upcoming: "cells that are no gap on T and become one on a day whose eve is
// from T to T's n-th working day".
func (a *asked) upcoming(place area.Place, on calendar.Day) {
	a.Helper()
	const most = 60
	if a.index.Days.AddWorkingDays(on, most) >= windowLast {
		return
	}
	all := a.world.Upcoming(a.code(place), int(on), most) // by day, so that fewer days have its head
	for workingDays := range most {
		var got []oracle.Coming
		for _, coming := range slices.SortedFunc(a.index.Upcoming(a.Context(), place, coverage.Subtree, on, workingDays, coverage.GapFilter{}), coverage.DueFirst.Compare) {
			got = append(
				got,
				oracle.Coming{
					DueOn:     int(coming.DueOn),
					Publisher: a.code(coming.Publisher),
					Entry:     coming.EntryCode,
					Becomes:   coming.Becomes.String(),
				},
			)
		}
		horizon, _ := a.world.Due(int(on), workingDays)
		want := slices.DeleteFunc(slices.Clone(all), func(c oracle.Coming) bool { return c.DueOn > horizon })
		if !slices.Equal(got, want) {
			a.Fatalf("upcoming at %s on %s within %d working days: got %v, want %v", a.code(place), on, workingDays, got, want)
		}
	}
}

// change: "opened = gaps on to that were none on from; closed the reverse, with
// the status on from".
func (a *asked) change(place area.Place, from, to calendar.Day) {
	a.Helper()
	before, after := a.gapsOf(a.code(place), from), a.gapsOf(a.code(place), to)
	without := func(gaps, others []coverage.Standing) []coverage.Standing {
		return slices.DeleteFunc(slices.Clone(gaps), func(gap coverage.Standing) bool {
			return slices.ContainsFunc(others, func(other coverage.Standing) bool {
				return gap.Publisher == other.Publisher && gap.EntryCode == other.EntryCode
			})
		})
	}
	byPublisher := func(one, other coverage.Standing) int {
		return cmp.Or(cmp.Compare(one.Publisher, other.Publisher), strings.Compare(one.EntryCode, other.EntryCode))
	}
	opened := slices.SortedFunc(a.index.Opened(a.Context(), place, coverage.Subtree, from, to), byPublisher)
	closed := slices.SortedFunc(a.index.Closed(a.Context(), place, coverage.Subtree, from, to), byPublisher)
	townships := func(c coverage.CellChange) bool { return a.index.Tree.Node(c.Publisher).Level == area.Township }
	cells := slices.Collect(a.index.CellChanges(a.Context(), place, coverage.Subtree, from, to, coverage.CellFilter{}))
	narrowed := slices.Collect(
		a.index.CellChanges(a.Context(), place, coverage.Subtree, from, to, coverage.CellFilter{Levels: []area.Level{area.Township}}),
	)
	if want := slices.DeleteFunc(cells, func(c coverage.CellChange) bool { return !townships(c) }); !slices.Equal(narrowed, want) {
		a.Fatalf("cells of townships changed at %s from %s to %s: got %v, want %v", a.code(place), from, to, narrowed, want)
	}
	if !slices.Equal(opened, without(after, before)) || !slices.Equal(closed, without(before, after)) {
		a.Fatalf(
			"change at %s from %s to %s: opened %v, closed %v; gaps before %v, after %v",
			a.code(place),
			from,
			to,
			opened,
			closed,
			before,
			after,
		)
	}
}

// trend: few days are counted one by one, many are read from curves; both are
// the figures of each day.
func (a *asked) trend(place area.Place, from calendar.Day) {
	a.Helper()
	to := min(from+calendar.Day(a.random.IntN(400)), windowLast)
	for _, step := range []coverage.TrendStep{coverage.EachWeek, coverage.EachQuarter} {
		days := coverage.TrendDays(from, to, step)
		for i, figures := range a.index.Trend(place, coverage.Subtree, days) {
			if want := a.world.Figures(a.code(place), int(days[i]), false); plain(figures) != want {
				a.Fatalf("trend of %s from %s to %s on %s: got %+v, want %+v", a.code(place), from, to, days[i], plain(figures), want)
			}
		}
		a.punctuality(place, days)
	}
}

// punctuality: between two days those duties were kept that were done in time after the
// earlier, and those missed whose due day went by undone.
func (a *asked) punctuality(place area.Place, days []calendar.Day) {
	a.Helper()
	trend := a.index.Trend(place, coverage.Subtree, days)
	want := make([]coverage.Punctuality, len(days))
	for _, publisher := range a.world.Below(a.code(place)) {
		for _, entry := range a.world.Entries(publisher) {
			for _, duty := range a.world.Duties(publisher, entry) {
				for i, on := range days[1:] {
					decided := func(day int) bool { return int(days[i]) < day && day <= int(on) }
					done := duty.Fulfilled
					switch {
					case duty.Due == oracle.NoDay:
					case done != oracle.NoDay && done <= duty.Due && decided(max(done, duty.Opened)):
						want[i+1].OnTime++
					case (done == oracle.NoDay || done > duty.Due) && decided(max(duty.Due+1, duty.Opened)):
						want[i+1].Missed++
					}
				}
			}
		}
	}
	for i := range days[1:] {
		if got := trend[i+1].PunctualitySince(&trend[i]); got != want[i+1] {
			a.Fatalf("duties of %s from %s to %s: got %+v, want %+v", a.code(place), days[i], days[i+1], got, want[i+1])
		}
	}
}

// histories: a cell's status on each day of the window, and each of its duties.
func (a *asked) histories() {
	a.Helper()
	for place := range area.Place(a.index.Tree.Size()) {
		code := a.code(place)
		for _, facts := range a.built.reference.FactsByCell(place, a.built.facts[code], nil) {
			entry := facts.Cell.EntryCode
			cell := timeline.Of(facts, a.built.reference.Days)
			if got, want := a.dutiesOf(&cell), a.wantedDuties(code, entry); !slices.Equal(got, want) {
				a.Fatalf("duties of %s %s: got %v, want %v", code, entry, got, want)
			}
			days := []calendar.Day{a.day(), a.day(), a.day()}
			for _, span := range cell.Spans {
				days = append(days, span.From-1, span.From)
			}
			if a.random.IntN(8) == 0 { // every day of a few
				for on := windowFirst; on <= windowLast; on++ {
					days = append(days, on)
				}
			}
			for _, on := range days {
				if on < windowFirst || on > windowLast {
					continue
				}
				if got, want := timeline.StatusOn(cell.Spans, on).String(), a.world.Status(code, entry, int(on)); got != want {
					a.Fatalf("cell %s %s on %s: got %q, want %q", code, entry, on, got, want)
				}
			}
		}
	}
}

func (a *asked) dutiesOf(cell *timeline.Cell) []string {
	var all []string
	for _, d := range cell.Duties.OpenedBy(windowLast, a.built.reference.Days) {
		all = append(all, fmt.Sprintln(d.Kind, d.Name(), d.OpenedOn, d.DueOn, d.FulfilledOn))
	}
	slices.Sort(all)
	return all
}

func (a *asked) wantedDuties(code, entry string) []string {
	var all []string
	for _, d := range a.world.Duties(code, entry) {
		if d.Opened <= int(windowLast) {
			all = append(all, fmt.Sprintln(d.Kind, d.Ref, oracle.Date(d.Opened), oracle.Date(d.Due), oracle.Date(d.Fulfilled)))
		}
	}
	slices.Sort(all)
	return all
}

// plain turns figures into the oracle's form.
func plain(f coverage.Figures) oracle.Figures {
	return oracle.Figures{
		Covered: f.Cells[timeline.Covered], Pending: f.Cells[timeline.Pending], Missing: f.Cells[timeline.Missing],
		Overdue: f.Cells[timeline.Overdue], Stale: f.Cells[timeline.Stale], Exempt: f.Cells[timeline.Exempt],
		OnTime: f.Duties[duty.OnTime], Late: f.Duties[duty.Late], DutiesOverdue: f.Duties[duty.Overdue],
		Open: f.Duties[duty.Open], Undetermined: f.Duties[duty.Undetermined],
	}
}
