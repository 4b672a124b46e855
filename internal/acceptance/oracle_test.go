package acceptance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// worlds is how many random worlds the oracle is asked about.
const worlds = 12

// The window in which the oracle answers.
var windowFirst, windowLast = calendar.Date(2019, 7, 1), calendar.Date(2029, 11, 30)

// TestOracle holds the index against the oracle on random worlds: as imported,
// after the rows were shuffled and parts imported again, and after edits and
// withdrawals.
func TestOracle(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			world := oracle.RandomWhole(seed)
			db := pgtest.Store(t)
			folder := t.TempDir()
			load := func() {
				t.Helper()
				if err := world.WriteFolder(folder); err != nil {
					t.Fatal(err)
				}
				pgtest.Import(t, db, importing, folder)
			}
			load()
			compareAnswers(t, world, serveTrusted(t, db, nil), random)
			follower, err := db.Follow(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			newest := func() *coverage.Index {
				index, err := follower.Index(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				return index
			}
			compare(t, world, newest(), random)

			random.Shuffle(len(world.Disclosures), func(i, j int) {
				world.Disclosures[i], world.Disclosures[j] = world.Disclosures[j], world.Disclosures[i]
			})
			edit(world, random)
			editConcerns(world, random)
			editReviews(world, random)
			editMovements(world, random)
			rename(world)
			world.Forget()
			load()
			compare(t, world, newest(), random)
			compareAnswers(t, world, serveTrusted(t, db, nil), random)
			mustVerify(t, db)

			fresh, err := db.Follow(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			sameFigures(t, newest(), fresh.Current(), random)
		})
	}
}

// edit changes, publishes and withdraws documents and ends an exemption.
func edit(world *oracle.World, random *rand.Rand) {
	for range len(world.Disclosures) / 4 {
		d := &world.Disclosures[random.IntN(len(world.Disclosures))]
		switch random.IntN(4) {
		case 0:
			d.PublishedOn, d.WithdrawnOn = oracle.Date(oracle.Day("2020-01-01")+random.IntN(2500)), ""
		case 1:
			if d.PublishedOn != "" {
				d.WithdrawnOn = oracle.Date(oracle.Day(d.PublishedOn) + random.IntN(300))
			}
		case 2:
			d.Nil = !d.Nil
		case 3:
			d.FormedOn = oracle.Date(oracle.Day("2020-01-01") + random.IntN(2500))
		}
	}
	for i := range world.Assignments {
		if a := &world.Assignments[i]; a.To == "" && a.Action == "EXEMPT" && random.IntN(2) == 0 {
			a.To = oracle.Date(oracle.Day(a.From) + random.IntN(400))
		}
	}
}

// rename gives every node another name: nothing that is asked rests on names.
func rename(world *oracle.World) {
	for i := range world.Areas {
		world.Areas[i].Name = "新" + world.Areas[i].Name
	}
	for i := range world.Departments {
		world.Departments[i].Name = "新" + world.Departments[i].Name
	}
}

// compare asks both about every node and cell on some days.
func compare(t *testing.T, world *oracle.World, index *coverage.Index, random *rand.Rand) {
	t.Helper()
	for range 8 {
		day := windowFirst + calendar.Day(random.IntN(int(windowLast-windowFirst)))
		for place := range area.Place(index.Tree.Size()) {
			code := index.Tree.Node(place).Code
			for scope, self := range map[coverage.Scope]bool{coverage.Self: true, coverage.Subtree: false} {
				if got, want := plain(index.At(place, scope, day)), world.Figures(code, int(day), self); got != want {
					t.Fatalf("figures of %s (self %v) on %s: got %+v, want %+v", code, self, day, got, want)
				}
			}
			compareCells(t, world, index, place, day)
		}
		compareUpcoming(t, world, index, day, random.IntN(60))
	}
}

func compareCells(t *testing.T, world *oracle.World, index *coverage.Index, place area.Place, day calendar.Day) {
	t.Helper()
	code := index.Tree.Node(place).Code
	byEntry := map[string]coverage.Figures{}
	for _, slot := range index.Slots(place, coverage.Subtree, day) {
		figures := byEntry[slot.EntryCode]
		figures.Plus(&slot.Figures)
		byEntry[slot.EntryCode] = figures
	}
	for entry, want := range world.FiguresByEntry(code, int(day)) {
		if got := plain(byEntry[entry]); got != want {
			t.Fatalf("figures of %s by entry %s on %s: got %+v, want %+v", code, entry, day, got, want)
		}
	}
	for _, entry := range world.Entries(code) {
		want := world.Status(code, entry, int(day))
		standing, inForce := index.Cell(place, entry, day)
		if got := standing.Status.String(); got != want || inForce != (want != "") {
			t.Fatalf("cell %s %s on %s: got %q, want %q", code, entry, day, got, want)
		}
		// The oracle sees no further back than its window.
		if since := world.Since(code, entry, int(day)); inForce && since > int(windowFirst) && int(standing.Since) != since {
			t.Fatalf("cell %s %s on %s: since %s, want %s", code, entry, day, standing.Since, oracle.Date(since))
		}
	}
}

func compareUpcoming(t *testing.T, world *oracle.World, index *coverage.Index, day calendar.Day, workingDays int) {
	t.Helper()
	root := index.Tree.Roots()[0]
	var got []oracle.Coming
	for _, coming := range slices.SortedFunc(index.Upcoming(t.Context(), root, coverage.Subtree, day, workingDays, coverage.GapFilter{}), coverage.DueFirst.Compare) {
		got = append(
			got,
			oracle.Coming{
				DueOn:     int(coming.DueOn),
				Publisher: index.Tree.Node(coming.Publisher).Code,
				Entry:     coming.EntryCode,
				Becomes:   coming.Becomes.String(),
			},
		)
	}
	if horizon := index.Days.AddWorkingDays(day, workingDays); horizon >= windowLast {
		return
	}
	if want := world.Upcoming(index.Tree.Node(root).Code, int(day), workingDays); !slices.Equal(got, want) {
		t.Fatalf("upcoming on %s within %d working days: got %v, want %v", day, workingDays, got, want)
	}
}

// compareAnswers asks over HTTP what the index does not say: every cell's duties,
// some cells' whole timelines, and at every node relief, how it flows, what is to
// be reviewed and what changed between two days.
func compareAnswers(t *testing.T, world *oracle.World, s *service, random *rand.Rand) {
	t.Helper()
	const cell = `query($publisher: String!, $entry: String!) { cell(publisher: $publisher, entry: $entry) {
		duties { kind openedOn dueOn dueAt fulfilledOn } timeline { from to status } } }`
	for _, publisher := range world.Below("CN") {
		for _, entry := range world.Entries(publisher) {
			answer := s.data(cell, map[string]any{"publisher": publisher, "entry": entry})["cell"]
			var want []string
			for _, d := range world.Duties(publisher, entry) {
				if d.Opened <= int(today) {
					want = append(want, fmt.Sprint(d.Kind, oracle.Date(d.Opened), oracle.Date(d.Due), d.DueAt, oracle.Date(d.Fulfilled)))
				}
			}
			sameSet(
				t,
				fmt.Sprintf("duties of %s %s", publisher, entry),
				rows(at(t, answer, "duties"), "kind", "openedOn", "dueOn", "dueAt", "fulfilledOn"),
				want,
			)
			if random.IntN(20) == 0 {
				timeline := upTo(joined(at(t, answer, "timeline").([]any)), oracle.Date(oracle.LastDay))
				if last := len(timeline) - 1; last >= 0 {
					if to, ends := at(t, timeline, last, "to").(string); ends && to >= oracle.Date(oracle.LastDay) {
						timeline[last].(map[string]any)["to"] = nil // the oracle sees no further
					}
				}
				sameSet(
					t,
					fmt.Sprintf("timeline of %s %s", publisher, entry),
					rows(timeline, "from", "to", "status"),
					spans(world, publisher, entry),
				)
			}
		}
		compareRelief(t, world, s, publisher, random)
		compareFlows(t, world, s, publisher, random)
		compareReviewsDue(t, world, s, publisher, random)
		compareChange(t, world, s, publisher, random)
	}
}

// spans are a cell's statuses in the oracle's window, whatever the cause.
func spans(world *oracle.World, publisher, entry string) (all []string) {
	from, before := oracle.FirstDay, ""
	for day := oracle.FirstDay; day <= oracle.LastDay+1; day++ {
		status := before
		if day <= oracle.LastDay {
			status = world.Status(publisher, entry, day)
		} else if before != "" {
			all = append(all, oracle.Date(from)+before)
		}
		if status != before {
			if before != "" {
				all = append(all, oracle.Date(from)+oracle.Date(day-1)+before)
			}
			from, before = day, status
		}
	}
	return all
}

// idleDays is the number of working days after which money lies idle, where none is configured.
const idleDays = 15

// turningDay is mostly a day on which relief turns: a movement's or one next to
// it, or that on which a document it names is withdrawn.
func turningDay(world *oracle.World, random *rand.Rand) string {
	movement := anyOf(random, world.Movements)
	switch random.IntN(4) {
	case 0:
		return someDay(random)
	case 1:
		return oracle.Date(oracle.Day(movement.OccurredOn) + random.IntN(3) - 1)
	case 2: // the day it has lain idle for, or the day after
		due, _ := world.Due(oracle.Day(movement.OccurredOn), idleDays)
		return oracle.Date(due + random.IntN(2))
	}
	for _, document := range world.Disclosures {
		if document.Ref == movement.DisclosureRef && document.WithdrawnOn != "" {
			return document.WithdrawnOn
		}
	}
	return movement.OccurredOn
}

func sameSet(t *testing.T, about string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", about, got, want)
	}
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

// sameFigures compares an index that was caught up with one freshly loaded, on
// every figure, and checks that children add up to their parent, and that what
// opened less what closed is the difference of gaps.
func sameFigures(t *testing.T, caughtUp, fresh *coverage.Index, random *rand.Rand) {
	t.Helper()
	for range 20 {
		day := calendar.First + calendar.Day(random.IntN(int(calendar.Last-calendar.First)))
		other := calendar.First + calendar.Day(random.IntN(int(calendar.Last-calendar.First)))
		for place := range area.Place(fresh.Tree.Size()) {
			code := fresh.Tree.Node(place).Code
			figures := fresh.At(place, coverage.Subtree, day)
			if caughtUp.At(caughtUp.Tree.Find(code), coverage.Subtree, day) != figures {
				t.Fatalf("figures of %s on %s differ between a caught-up and a fresh index", code, day)
			}
			sum := fresh.At(place, coverage.Self, day)
			for _, child := range fresh.Tree.Children(place) {
				of := fresh.At(child, coverage.Subtree, day)
				sum.Plus(&of)
			}
			if sum != figures {
				t.Fatalf("children of %s on %s add up to %+v, not %+v", code, day, sum, figures)
			}
			opened := slices.Collect(fresh.Opened(t.Context(), place, coverage.Subtree, day, other))
			closed := slices.Collect(fresh.Closed(t.Context(), place, coverage.Subtree, day, other))
			after := fresh.At(place, coverage.Subtree, other)
			if len(opened)-len(closed) != after.Gaps()-figures.Gaps() {
				t.Fatalf(
					"%s from %s to %s: %d opened, %d closed, gaps %d to %d",
					code,
					day,
					other,
					len(opened),
					len(closed),
					figures.Gaps(),
					after.Gaps(),
				)
			}
		}
	}
}
