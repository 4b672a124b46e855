package known_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/known"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var (
	today = calendar.Date(2026, 11, 24)
	by    = store.By{Account: "test", Way: store.ByCommand}
)

// moment is what was true after a write: what an independent program computes, and
// what the statements read.
type moment struct {
	after string
	at    time.Time
	world *oracle.World
	reads map[string]any
}

// TestEveryPrefix: of a random log of imports, in which documents, news, reviews,
// movements, concerns, assignments, nodes, catalogs and calendars change and imports
// are taken back, every prefix is answered as it was answered then, whatever came
// since: by the timelines that were kept, and by those made anew, where the database
// was rebuilt or restored in between or a program of before sealed the log; whole, and by
// the parts of the tree that were asked for, one after the other and at once. A failure
// names the seed.
func TestEveryPrefix(t *testing.T) {
	t.Parallel()
	const steps = 8
	var beyond atomic.Int64
	t.Cleanup(func() { // of all seeds: the few parts that one of them asks may each hold all of it
		if beyond.Load() == 0 {
			t.Error("no state of a part was asked beyond what it held")
		}
	})
	for seed, c := range []struct {
		between func(*history)
		lost    bool // what was replaced before it is kept no more
		changes []func(*oracle.World, *rand.Rand) change
	}{
		{nothing, false, changes},
		{rebuilt, true, changes},
		{restored, true, changes},
		{sealedByAnOlder, true, changes},
		{nothing, false, ofFacts},
		{rebuilt, true, ofFacts},
	} {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			h := newHistory(t, uint64(seed))
			h.made = c.changes
			for range steps / 2 {
				h.step()
			}
			c.between(h)
			before := len(h.moments)
			for range steps / 2 {
				h.step()
			}
			if before < 3 || len(h.moments) < before+2 {
				t.Fatalf("only %d writes were taken, %d of them before", len(h.moments), before)
			}
			h.all()
			if kept := h.kept(); kept < len(h.moments)-before || c.lost == (kept == len(h.moments)) {
				t.Errorf("what was replaced after %d of %d moments is kept, %d were before", kept, len(h.moments), before)
			}
			if h.inPart.Load() == 0 || h.withheld.Load() == 0 && len(c.changes) == len(ofFacts) {
				t.Errorf("%d states of parts were asked; %d documents were withheld", h.inPart.Load(), h.withheld.Load())
			}
			beyond.Add(h.beyond.Load())
			h.forget()
			h.all()
			if kept := h.kept(); kept > 1 { // what is now
				t.Errorf("what was replaced after %d moments is kept, and was let go", kept)
			}
		})
	}
}

func nothing(*history) {}

func rebuilt(h *history) {
	if _, err := register.Rebuild(h.t.Context(), h.db, today, false, nil); err != nil {
		h.t.Fatal(err)
	}
}

func restored(h *history) {
	into := pgtest.Store(h.t)
	if err := backup.Move(h.t.Context(), h.db, into, backup.Restoring{Log: slog.New(slog.DiscardHandler)}); err != nil {
		h.t.Fatal(err)
	}
	h.follow(into)
}

// sealedByAnOlder seals what was written as a program of before did, which tells no
// places; then one of now seals what was written since.
func sealedByAnOlder(h *history) {
	seal := func() {
		for before := len(h.moments); len(h.moments) == before; {
			h.step()
		}
		if err := h.log.Seal(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
	seal()
	defer seal()
	if _, err := h.db.DB().Exec("DELETE FROM log_place WHERE sequence > (SELECT size FROM log_head) - 1"); err != nil {
		h.t.Fatal(err)
	}
}

// forget lets what is kept go: all is made anew.
func (h *history) forget() {
	h.t.Helper()
	err := h.db.Write(h.t.Context(), by, func(w *store.Writing) error { return w.ForgetFormer(h.t.Context()) })
	if err != nil {
		h.t.Fatal(err)
	}
}

// all compares what was known at every moment, in any order.
func (h *history) all() {
	h.t.Helper()
	states := known.New(h.db, h.follower, h.log.Seal)
	for _, number := range h.random.Perm(len(h.moments)) {
		h.same(states, &h.moments[number])
	}
	h.same(states, &h.moments[0]) // it is not kept any more
}

// kept counts the moments of which the timelines that were replaced since are kept.
func (h *history) kept() (count int) {
	h.t.Helper()
	for i := range h.moments {
		entry, _, err := h.db.LastEntryBy(h.t.Context(), h.moments[i].at)
		if err != nil {
			h.t.Fatal(err)
		}
		kept, err := h.db.FormerKept(h.t.Context(), entry)
		if err != nil {
			h.t.Fatal(err)
		}
		if kept {
			count++
		}
	}
	return count
}

// history is a database with what was true after each of its writes.
type history struct {
	t        *testing.T
	seed     uint64
	random   *rand.Rand
	db       *store.Store
	follower *store.Follower
	log      *audit.Log
	changes  []change // of the world, in their order
	made     []func(*oracle.World, *rand.Rand) change
	moments  []moment

	latest      *oracle.World // as it is after the changes latestAfter
	latestAfter []change

	// How often a state of some parts was asked, and one beyond what it held, and how many
	// documents were withheld.
	inPart, beyond, withheld atomic.Int64
}

// change changes a world, and says how.
type change struct {
	name string
	make func(*oracle.World)
}

func newHistory(t *testing.T, seed uint64) *history {
	t.Helper()
	h := &history{t: t, seed: seed, random: rand.New(rand.NewPCG(seed, 16)), db: pgtest.Store(t), made: changes}
	if _, err := h.bring(h.world()); err != nil {
		t.Fatal(err)
	}
	h.follow(h.db)
	h.note("the world is brought")
	return h
}

// follow goes on with a database.
func (h *history) follow(db *store.Store) {
	h.t.Helper()
	follower, err := db.Follow(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	h.db, h.follower, h.log = db, follower, audit.New(db, nil)
}

// world is the world with all changes made, which is not to be changed.
func (h *history) world() *oracle.World {
	if h.latest == nil || len(h.latestAfter) != len(h.changes) ||
		len(h.changes) > 0 && &h.latestAfter[len(h.changes)-1] != &h.changes[len(h.changes)-1] {
		h.latest, h.latestAfter = h.worldAfter(h.changes), h.changes
	}
	return h.latest
}

func (h *history) worldAfter(changes []change) *oracle.World {
	world := oracle.RandomWhole(h.seed)
	world.AddOrders(rand.New(rand.NewPCG(h.seed, 17)))
	for _, c := range changes {
		c.make(world)
	}
	world.Forget()
	return world
}

func (h *history) bring(world *oracle.World) (*importer.Report, error) {
	h.t.Helper()
	folder := h.t.TempDir()
	if err := world.WriteFolder(folder); err != nil {
		h.t.Fatal(err)
	}
	sources, err := importer.FromPaths([]string{folder})
	if err != nil {
		h.t.Fatal(err)
	}
	return importer.Import(context.Background(), h.db, sources, importer.Options{By: by, Today: today})
}

// step makes some changes and imports the whole; what is refused is left. Sometimes it
// takes what it wrote back.
func (h *history) step() {
	before := h.changes
	name := ""
	for range 1 + h.random.IntN(3) {
		made := h.made[h.random.IntN(len(h.made))](h.world(), h.random)
		h.changes = append(slices.Clip(h.changes), made)
		name += made.name + "; "
	}
	report, err := h.bring(h.world())
	if err != nil {
		h.changes = before
		return
	}
	h.note(name)
	if report.Number > 0 && h.random.IntN(3) == 0 {
		if _, err := importer.Undo(context.Background(), h.db, report.Number, importer.Options{By: by, Today: today}); err != nil {
			h.t.Fatalf("seed %d: taking back %q: %v", h.seed, name, err)
		}
		h.changes = before
		h.note("taken back: " + name)
	}
}

// note keeps what is true now.
func (h *history) note(after string) {
	h.t.Helper()
	at := time.Now()
	h.moments = append(h.moments, moment{after, at, h.world(), h.read(h.db.Reads, h.world())})
}

// read asks for all facts that some worlds have.
func (h *history) read(from store.Reads, worlds ...*oracle.World) map[string]any {
	h.t.Helper()
	ctx := context.Background()
	var documents, news, concerns, movements, orders, requests, publishers []string
	for _, world := range worlds {
		for i := range world.Disclosures {
			documents = append(documents, world.Disclosures[i].Ref)
		}
		for i := range world.News {
			news = append(news, world.News[i].Ref)
		}
		for i := range world.Concerns {
			concerns = append(concerns, world.Concerns[i].Ref)
		}
		for i := range world.Movements {
			movements = append(movements, world.Movements[i].Ref)
		}
		for i := range world.Orders {
			orders = append(orders, world.Orders[i].Ref)
		}
		for i := range world.ExemptionRequests {
			requests = append(requests, world.ExemptionRequests[i].Ref)
		}
	}
	world := worlds[0]
	for i := range world.Areas {
		publishers = append(publishers, world.Areas[i].Code)
	}
	for i := range world.Departments {
		publishers = append(publishers, world.Departments[i].Code)
	}
	found := map[string]any{}
	keep := func(name string, value any, err error) {
		if err != nil {
			h.t.Fatalf("seed %d: reading %s: %v", h.seed, name, err)
		}
		found[name] = value
	}
	every := []store.List{{Publishers: publishers, Days: calendar.Span{From: calendar.None, To: calendar.Last}}}
	{
		rows, err := from.DisclosuresByRef(ctx, documents)
		keep("documents by ref", rows, err)
	}
	{
		rows, err := from.Interpretations(ctx, documents)
		for _, of := range rows { // in what order they were registered is told by their versions
			slices.SortFunc(of, func(a, b disclosed) int { return compare(a.Ref, b.Ref) })
		}
		keep("interpretations", rows, err)
	}
	{
		rows, err := from.ReviewsByDisclosure(ctx, documents)
		keep("reviews", rows, err)
	}
	{
		all := store.DisclosureFilter{PublicBy: today, Sees: func(code string) bool { return len(code)%2 == 0 }}
		rows, err := from.DisclosurePages(ctx, every, all, store.Page{First: 10_000})
		keep("lists of documents", rows, err)
		count, err := from.DisclosureCounts(ctx, every, all)
		keep("how many documents", count, err)
	}
	{
		rows, err := from.NewsByRef(ctx, news)
		keep("news by ref", rows, err)
		list, err := from.NewsPages(ctx, every, store.NewsFilter{}, store.Page{First: 10_000})
		keep("lists of news", list, err)
	}
	{
		rows, err := from.ConcernsByRef(ctx, concerns)
		keep("concerns", rows, err)
	}
	{
		rows, err := from.ReliefMovementsByRef(ctx, movements)
		keep("movements by ref", rows, err)
		recorded, err := from.RecordedMovements(ctx, publishers, today)
		slices.SortFunc(recorded, func(a, b relief.Recorded) int { return compare(a.Ref, b.Ref) })
		keep("movements", recorded, err)
		events, err := from.Events(ctx)
		slices.SortFunc(events, func(a, b relief.Event) int { return compare(a.Ref, b.Ref) })
		keep("events", events, err)
	}
	{
		rows, err := from.OrdersByRef(ctx, orders)
		keep("orders by ref", rows, err)
		events, err := from.OrderEventsByOrder(ctx, orders)
		keep("events of orders", events, err)
		recorded, err := from.OrdersTo(ctx, publishers)
		for _, of := range recorded {
			slices.SortFunc(of, func(a, b ordered) int { return compare(a.Ref, b.Ref) })
		}
		keep("orders to publishers", recorded, err)
	}
	{
		rows, err := from.RequestsByRef(ctx, requests)
		keep("requests by ref", rows, err)
		list, err := from.RequestPages(ctx, [][]string{publishers}, store.RequestPage{First: 10_000})
		keep("lists of requests", list, err)
		count, err := from.RequestCounts(ctx, [][]string{publishers}, true, nil)
		keep("how many requests", count, err)
	}
	return found
}

// same compares what was known at a moment with what was true then.
func (h *history) same(states *known.States, then *moment) {
	h.t.Helper()
	state, err := states.At(context.Background(), then.at, today)
	if err != nil {
		h.t.Fatalf("seed %d, after %s: %v", h.seed, then.after, err)
	}
	told := fmt.Sprintf("seed %d, after %s", h.seed, then.after)
	world, index := then.world, state.Index
	defer world.Forget() // what was computed of it takes much room
	// What came later is asked for too, and is not there.
	for name, now := range h.read(state.Reads, world, h.world()) {
		if was := then.reads[name]; !reflect.DeepEqual(now, was) {
			h.t.Fatalf("%s: %s\n%s", told, name, differences(now, was))
		}
	}
	codes := world.Below(index.Tree.Node(index.Tree.Roots()[0]).Code)
	if size := index.Tree.Size(); size != len(codes) {
		h.t.Fatalf("%s: %d nodes are known, want %d", told, size, len(codes))
	}
	// Several ask at once, each about nodes in an order of its own.
	var asking sync.WaitGroup
	for range 3 {
		random := rand.New(rand.NewPCG(h.random.Uint64(), 16))
		asking.Go(func() {
			if err := h.asked(states, then, world, random); err != nil {
				h.t.Errorf("%s: %v", told, err)
			}
		})
	}
	asking.Wait()
	if h.t.Failed() {
		h.t.FailNow()
	}
	// The explanations of some cells follow from the same facts.
	var cells []catalog.CellKey
	for range 20 {
		code := codes[h.random.IntN(len(codes))]
		for _, entry := range world.Entries(code) {
			cells = append(cells, catalog.CellKey{PublisherCode: code, EntryCode: entry})
		}
	}
	facts, err := state.Reads.FactsOfCells(context.Background(), cells, index.PartnerCode)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, publisher := range slices.Sorted(maps.Keys(facts)) {
		for _, d := range facts[publisher].Disclosures {
			if !slices.ContainsFunc(
				world.Disclosures,
				func(w oracle.Disclosure) bool { return w.Ref == d.Ref && w.Publisher == publisher },
			) {
				h.t.Fatalf("%s: %s of %s was not there", told, d.Ref, publisher)
			}
		}
	}
}

// differences names what differs of two maps, or shows both.
func differences(got, want any) (told string) {
	a, b := reflect.ValueOf(got), reflect.ValueOf(want)
	if a.Kind() != reflect.Map {
		return fmt.Sprintf(" got %v\nwant %v", got, want)
	}
	for _, of := range []reflect.Value{a, b} {
		for _, key := range of.MapKeys() {
			one, other := a.MapIndex(key), b.MapIndex(key)
			if !one.IsValid() || !other.IsValid() || !reflect.DeepEqual(one.Interface(), other.Interface()) {
				told += fmt.Sprintf("%v: got %v, want %v\n", key, one, other)
			}
		}
	}
	return told
}

func plain(f coverage.Figures) oracle.Figures {
	return oracle.Figures{
		Covered: f.Cells[timeline.Covered], Pending: f.Cells[timeline.Pending], Missing: f.Cells[timeline.Missing],
		Overdue: f.Cells[timeline.Overdue], Stale: f.Cells[timeline.Stale], Exempt: f.Cells[timeline.Exempt],
		OnTime: f.Duties[duty.OnTime], Late: f.Duties[duty.Late], DutiesOverdue: f.Duties[duty.Overdue],
		Open: f.Duties[duty.Open], Undetermined: f.Duties[duty.Undetermined],
	}
}

// plainOrders are figures as the oracle has them.
func plainOrders(f order.Figures) oracle.OrderFigures {
	return oracle.OrderFigures{
		Issued:    f.Issued(),
		Open:      f.Open(),
		Answered:  f.In(order.Answered),
		Accepted:  f.In(order.Accepted),
		Withdrawn: f.In(order.Withdrawn),
		Overdue:   f.Timely(order.Overdue),
		DueSoon:   f.Timely(order.DueSoon),
		OnTime:    f.Timely(order.OnTime),
		Late:      f.Timely(order.Late),
	}
}
