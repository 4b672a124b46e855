package suppose_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/suppose"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
	"github.com/reliefgraph/reliefgraph/internal/whatif"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// worlds is how many random worlds are asked, rounds how often each.
const worlds, rounds = 8, 8

func afforded(int) error { return nil }

// imported is a world in a database, and an index of it.
func imported(t *testing.T, world *oracle.World) (*store.Store, *coverage.Index) {
	t.Helper()
	db, folder := pgtest.Store(t), t.TempDir()
	if err := world.WriteFolder(folder); err != nil {
		t.Fatal(err)
	}
	by := store.By{Account: "test", Way: store.ByCommand}
	pgtest.Import(t, db, importer.Options{By: by, Today: calendar.Date(2026, 11, 24)}, folder)
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return db, follower.Current()
}

// supposition is a change in both forms: as asked, and made in a copy of the world.
type supposition struct {
	name  string
	asked func(*whatif.Changes)
	made  func(*oracle.World)
}

// TestWhatIfIsACopyChanged: what would be is what the oracle finds in a copy of
// the world in which it is, for each kind of change and several together, at any
// node, and nothing that was there differs afterwards. A failure names the seed.
func TestWhatIfIsACopyChanged(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 77))
			world := oracle.RandomWhole(seed)
			db, index := imported(t, world)
			for round := range rounds {
				supposed := some(world, random, round)
				changes, copied := &whatif.Changes{}, oracle.RandomWhole(seed)
				for _, one := range supposed {
					one.asked(changes)
					one.made(copied)
				}
				copied.Forget()
				place := area.Place(random.IntN(index.Tree.Size()))
				if random.IntN(2) == 0 {
					place = index.Tree.Roots()[0]
				}
				alternative, err := suppose.Alternative(context.Background(), db.Reads, index, place, changes, afforded)
				if err != nil {
					t.Fatalf("%s at %s: %v", names(supposed), index.Tree.Node(place).Code, err)
				}
				for range 4 {
					on := calendar.Date(2019, 7, 1) + calendar.Day(random.IntN(3600))
					same(t, names(supposed), copied, world, alternative.Index, index, place, on)
				}
			}
		})
	}
}

func names(supposed []supposition) (all []string) {
	for _, one := range supposed {
		all = append(all, one.name)
	}
	return all
}

// some makes one change of each kind in turn, then several together: of
// different catalog rows, as a question may suppose one change of a row.
func some(world *oracle.World, random *rand.Rand, round int) []supposition {
	kinds := []func(*oracle.World, *rand.Rand) supposition{publish, publishIn, remove, limit, add, arrange}
	if round < len(kinds) {
		return []supposition{kinds[round](world, random)}
	}
	together := []supposition{publish(world, random), publishIn(world, random), arrange(world, random)}
	return append(together, kinds[2+random.IntN(3)](world, random))
}

// publish supposes that a document is published on a day.
func publish(world *oracle.World, random *rand.Rand) supposition {
	number, on := random.IntN(len(world.Disclosures)), calendar.Date(2020, 1, 1)+calendar.Day(random.IntN(2500))
	ref := world.Disclosures[number].Ref
	return supposition{
		name:  fmt.Sprintf("%s published on %s", ref, on),
		asked: func(c *whatif.Changes) { c.Publications = append(c.Publications, whatif.Publication{Ref: ref, On: on}) },
		made: func(w *oracle.World) {
			d := &w.Disclosures[number]
			d.PublishedOn = on.String()
			if d.WithdrawnOn != "" && d.WithdrawnOn < d.PublishedOn {
				d.WithdrawnOn = ""
			}
		},
	}
}

// publishIn supposes that something is published in a cell.
func publishIn(world *oracle.World, random *rand.Rand) supposition {
	of, on := world.Disclosures[random.IntN(len(world.Disclosures))], calendar.Date(2020, 1, 1)+calendar.Day(random.IntN(2500))
	period := ""
	if random.IntN(2) == 0 {
		period = of.Period
	}
	return supposition{
		name: fmt.Sprintf("%s %s published on %s for %q", of.Publisher, of.Entry, on, period),
		asked: func(c *whatif.Changes) {
			c.Publications = append(
				c.Publications,
				whatif.Publication{PublisherCode: of.Publisher, EntryCode: of.Entry, On: on, Period: period},
			)
		},
		made: func(w *oracle.World) {
			w.Disclosures = append(w.Disclosures, oracle.Disclosure{
				Ref: "supposed", Publisher: of.Publisher, Entry: of.Entry, Attribute: "PROACTIVE", PublishedOn: on.String(), Period: period,
			})
		},
	}
}

// anyRow is a row that a catalog says itself, not one that omits.
func anyRow(world *oracle.World, random *rand.Rand) (number int, row oracle.Entry) {
	for {
		number = random.IntN(len(world.Catalogs))
		entries := world.Catalogs[number].Entries
		if len(entries) == 0 {
			continue
		}
		if row = entries[random.IntN(len(entries))]; !row.Omit {
			return number, row
		}
	}
}

// put puts a row into a catalog in the place of any of its code.
func put(catalog *oracle.Catalog, row oracle.Entry) {
	catalog.Entries = append(slices.DeleteFunc(slices.Clone(catalog.Entries), func(e oracle.Entry) bool { return e.Code == row.Code }), row)
}

func remove(world *oracle.World, random *rand.Rand) supposition {
	number, row := anyRow(world, random)
	code := world.Catalogs[number].Code
	return supposition{
		name: fmt.Sprintf("%s without %s", code, row.Code),
		asked: func(c *whatif.Changes) {
			c.Entries = append(c.Entries, whatif.EntryChange{CatalogCode: code, EntryCode: row.Code, Remove: true})
		},
		made: func(w *oracle.World) { put(&w.Catalogs[number], oracle.Entry{Code: row.Code, Omit: true}) },
	}
}

func limit(world *oracle.World, random *rand.Rand) supposition {
	number, row := anyRow(world, random)
	code, days := world.Catalogs[number].Code, random.IntN(60)
	return supposition{
		name: fmt.Sprintf("%s with %d working days for %s", code, days, row.Code),
		asked: func(c *whatif.Changes) {
			c.Entries = append(c.Entries, whatif.EntryChange{
				CatalogCode: code, EntryCode: row.Code, KeepAnchor: true, Limit: &calendar.Limit{Kind: calendar.WorkingDays, N: &days},
			})
		},
		made: func(w *oracle.World) {
			row := row
			row.LimitKind, row.LimitN = "WORKING_DAYS", &days
			put(&w.Catalogs[number], row)
		},
	}
}

// add supposes a row that another catalog has, or a new one below a known entry.
func add(world *oracle.World, random *rand.Rand) supposition {
	_, row := anyRow(world, random)
	number := random.IntN(len(world.Catalogs))
	if random.IntN(2) == 0 {
		row.Code += "." + strconv.Itoa(7+random.IntN(2))
	}
	code := world.Catalogs[number].Code
	return supposition{
		name: fmt.Sprintf("%s with %s", code, row.Code),
		asked: func(c *whatif.Changes) {
			c.Entries = append(c.Entries, whatif.EntryChange{CatalogCode: code, EntryCode: row.Code, Add: entryOf(row)})
		},
		made: func(w *oracle.World) { put(&w.Catalogs[number], row) },
	}
}

// arrange supposes another arrangement of a year, or one of a year that has none.
func arrange(_ *oracle.World, random *rand.Rand) supposition {
	other := oracle.Random(1000 + random.Uint64N(100)).Arrangements
	arrangement := other[random.IntN(len(other))]
	year := strconv.Itoa(arrangement.Year)
	arrangement.Days = slices.DeleteFunc(slices.Clone(arrangement.Days), func(d oracle.ArrangedDay) bool { return d.Date[:4] != year })
	return supposition{
		name: "another arrangement of " + year,
		asked: func(c *whatif.Changes) {
			a := calendar.Arrangement{Year: arrangement.Year}
			for _, d := range arrangement.Days {
				a.Days = append(a.Days, calendar.ArrangedDay{Day: calendar.Day(oracle.Day(d.Date)), Name: d.Name, Off: d.IsOffDay})
			}
			c.Arrangements = append(c.Arrangements, a)
		},
		made: func(w *oracle.World) {
			w.Arrangements = append(
				slices.DeleteFunc(slices.Clone(w.Arrangements), func(a oracle.Arrangement) bool { return a.Year == arrangement.Year }),
				arrangement,
			)
		},
	}
}

func entryOf(e oracle.Entry) *catalog.Entry {
	entry := &catalog.Entry{
		Code: e.Code, Category: e.Category, Item: e.Item, SubItem: e.SubItem, Publishers: e.Publishers,
		PeriodWorkingDays: e.PeriodLimitN, RefreshDays: e.RefreshDays,
	}
	for _, name := range e.Levels {
		level, _ := area.ParseLevel(name)
		entry.Levels = append(entry.Levels, level)
	}
	entry.Limit.Kind, _ = calendar.ParseLimitKind(e.LimitKind)
	entry.Limit.Anchor, _ = calendar.ParseAnchor(e.LimitAnchor)
	entry.Limit.N = e.LimitN
	entry.Period, _ = calendar.ParsePeriodicity(e.Period)
	return entry
}

// same compares cells and figures at and below a node, and the gaps that open and
// close, with those of the changed copy.
func same(
	t *testing.T,
	supposed []string,
	copied, world *oracle.World,
	alternative, index *coverage.Index,
	place area.Place,
	on calendar.Day,
) {
	t.Helper()
	var opened, closed []string
	for at := range index.Tree.Below(place) {
		code := index.Tree.Node(at).Code
		for scope, self := range map[coverage.Scope]bool{coverage.Self: true, coverage.Subtree: false} {
			if got, want := plain(alternative.At(at, scope, on)), copied.Figures(code, int(on), self); got != want {
				t.Fatalf("%v: figures of %s (self %v) on %s: got %+v, want %+v", supposed, code, self, on, got, want)
			}
		}
		for _, entry := range append(copied.Entries(code), world.Entries(code)...) {
			got, _ := alternative.Cell(at, entry, on)
			before, after := world.Status(code, entry, int(on)), copied.Status(code, entry, int(on))
			if got.Status.String() != after {
				t.Fatalf("%v: cell %s %s on %s: got %q, want %q", supposed, code, entry, on, got.Status, after)
			}
			if oracle.IsGap(after) && !oracle.IsGap(before) {
				opened = append(opened, code+" "+entry+" "+after)
			} else if oracle.IsGap(before) && !oracle.IsGap(after) {
				closed = append(closed, code+" "+entry+" "+before)
			}
		}
	}
	gotOpened, gotClosed := alternative.Against(index, place, coverage.Subtree, on)
	for name, sides := range map[string][2][]string{"opened": {told(index, gotOpened), sorted(opened)}, "closed": {told(index, gotClosed), sorted(closed)}} {
		if !slices.Equal(sides[0], sides[1]) {
			t.Fatalf("%v: %s at %s on %s: got %v, want %v", supposed, name, index.Tree.Node(place).Code, on, sides[0], sides[1])
		}
	}
	// What is there is as it was.
	code := index.Tree.Node(place).Code
	if got, want := plain(index.At(place, coverage.Subtree, on)), world.Figures(code, int(on), false); got != want {
		t.Fatalf("%v: what is at %s on %s has changed: got %+v, want %+v", supposed, code, on, got, want)
	}
}

func told(index *coverage.Index, gaps []coverage.Standing) (all []string) {
	for _, gap := range gaps {
		all = append(all, index.Tree.Node(gap.Publisher).Code+" "+gap.EntryCode+" "+gap.Status.String())
	}
	return sorted(all)
}

func sorted(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

func plain(f coverage.Figures) oracle.Figures {
	return oracle.Figures{
		Covered: f.Cells[timeline.Covered], Pending: f.Cells[timeline.Pending], Missing: f.Cells[timeline.Missing],
		Overdue: f.Cells[timeline.Overdue], Stale: f.Cells[timeline.Stale], Exempt: f.Cells[timeline.Exempt],
		OnTime: f.Duties[duty.OnTime], Late: f.Duties[duty.Late], DutiesOverdue: f.Duties[duty.Overdue],
		Open: f.Duties[duty.Open], Undetermined: f.Duties[duty.Undetermined],
	}
}
