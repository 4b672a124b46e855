package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// townships are the publishers of the follower's tests: enough that the nodes
// above them keep sums.
const townships = 160

func township(n int) string { return fmt.Sprintf("533124%03d", n) }

// withTownships makes a database of a county with townships.
func withTownships(t *testing.T) *store.Store {
	t.Helper()
	db := pgtest.Store(t)
	addTownships(t, db)
	return db
}

func addTownships(t *testing.T, db *store.Store) {
	t.Helper()
	for _, statement := range []string{
		`INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`,
		`INSERT INTO node (code, name, level, department, parent_code) VALUES ('533124', '陇川县', 3, false, 'CN')`,
		fmt.Sprintf(`INSERT INTO node (code, name, level, department, parent_code)
		 SELECT '533124' || lpad(n::text, 3, '0'), '镇', 4, false, '533124' FROM generate_series(0, %d) AS n`, townships-1),
		`INSERT INTO publisher_timeline (publisher_code) SELECT code FROM node`,
	} {
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
}

// A publisher's timelines of the tests carry their version in the day on which
// one cell became a gap.
const (
	versioned = "1.1"
	firstDay  = calendar.Day(15000)
)

func versionIn(t *testing.T, index *coverage.Index, publisher int) int {
	standing, ok := index.Cell(index.Tree.Find(township(publisher)), versioned, calendar.Last)
	if !ok {
		return 0
	}
	return int(standing.Since - firstDay)
}

// timelinesOf makes timelines of a version, with other cells around.
func timelinesOf(version int, random *rand.Rand) timeline.Packed {
	cells := []timeline.CellSummary{
		{EntryCode: versioned, Spans: []timeline.Span{{From: firstDay + calendar.Day(version), Status: timeline.Missing}}},
	}
	for _, entry := range []string{"2.1", "3.2", "5.1"}[random.IntN(4):] {
		on := firstDay + calendar.Day(random.IntN(3000))
		cell := timeline.CellSummary{EntryCode: entry, Spans: []timeline.Span{
			{From: on, Status: timeline.Pending}, {From: on + 20, Status: timeline.Missing}, {From: on + 100, Status: timeline.Covered},
		}}
		for range random.IntN(4) {
			cell.Duties = append(cell.Duties, duty.Days{OpenedOn: on, DueOn: on + 30, FulfilledOn: on + calendar.Day(random.IntN(60))})
		}
		cell.Listed[timeline.PublishedDocuments] = []calendar.Day{on, on + 100}
		cells = append(cells, cell)
	}
	return timeline.Pack(cells)
}

// sameIndex fails where two indexes answer differently.
func sameIndex(t *testing.T, what string, a, b *coverage.Index) {
	t.Helper()
	if a.Tree.Size() != b.Tree.Size() {
		t.Fatalf("%s: %d nodes and %d", what, a.Tree.Size(), b.Tree.Size())
	}
	listing := coverage.Listing{Kinds: []timeline.ListKind{timeline.PublishedDocuments}, From: calendar.First, To: calendar.Last}
	for place := range area.Place(a.Tree.Size()) {
		for _, scope := range []coverage.Scope{coverage.Self, coverage.Subtree} {
			for _, on := range []calendar.Day{firstDay, firstDay + 400, firstDay + 1500, firstDay + 5000, calendar.Last} {
				if x, y := a.At(place, scope, on), b.At(place, scope, on); x != y {
					t.Fatalf("%s: %s on %s: %v and %v", what, a.Tree.Node(place).Code, on, x, y)
				}
			}
			if x, y := a.Count(place, scope, listing), b.Count(place, scope, listing); x != y {
				t.Fatalf("%s: %s lists %d and %d", what, a.Tree.Node(place).Code, x, y)
			}
		}
	}
	root := a.Tree.Roots()[0]
	page := coverage.Page{Rows: 10_000}
	x, _, _, _ := a.Gaps(t.Context(), root, coverage.Subtree, firstDay+1500, coverage.GapFilter{}, coverage.ByPublisher, page)
	y, _, _, _ := b.Gaps(t.Context(), root, coverage.Subtree, firstDay+1500, coverage.GapFilter{}, coverage.ByPublisher, page)
	if !slices.Equal(x, y) {
		t.Fatalf("%s: other gaps", what)
	}
	slots := func(index *coverage.Index) []coverage.Slot {
		all := index.Slots(root, coverage.Subtree, firstDay+1500)
		slices.SortFunc(all, func(a, b coverage.Slot) int {
			return cmp.Or(cmp.Compare(a.EntryCode, b.EntryCode), cmp.Compare(a.Level, b.Level))
		})
		return all
	}
	if !slices.Equal(slots(a), slots(b)) {
		t.Fatalf("%s: other slots", what)
	}
}

func follow(t *testing.T, db *store.Store) *store.Follower {
	t.Helper()
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return follower
}

func caughtUp(t *testing.T, follower *store.Follower) *coverage.Index {
	t.Helper()
	index, err := follower.Index(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// TestFollowerMissesNothing: while eight writers change publishers' timelines,
// some slowly, some in vain, an index that was asked for after a commit holds
// it, and whenever they rest, two followers and a freshly loaded index agree.
func TestFollowerMissesNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := withTownships(t)
	followers := []*store.Follower{follow(t, db), follow(t, db)}
	var committed [townships]atomic.Int64
	var looks, commits atomic.Int64

	// check takes what is committed, then asks: all of that must be there.
	check := func(follower *store.Follower) {
		var before [townships]int64
		for n := range before {
			before[n] = committed[n].Load()
		}
		index, err := follower.Index(ctx)
		if err != nil {
			t.Error(err)
			return
		}
		looks.Add(1)
		for n, version := range before {
			if seen := versionIn(t, index, n); int64(seen) < version {
				t.Errorf("%s: version %d was committed before the call, the index has %d", township(n), version, seen)
			}
		}
	}
	write := func(random *rand.Rand) {
		chosen := random.Perm(townships)[:1+random.IntN(4)]
		versions := make([]int, len(chosen))
		fails := random.IntN(5) == 0
		err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
			var codes []string
			for _, n := range chosen {
				codes = append(codes, township(n))
			}
			present, err := w.LockTimelines(ctx, codes)
			if err != nil {
				return err
			}
			var fresh []coverage.Timelines
			for i, code := range codes {
				cells, err := present[code].Packed.Unpack()
				if err != nil {
					return err
				}
				versions[i] = 1
				if len(cells) > 0 {
					versions[i] = int(cells[0].Spans[0].From-firstDay) + 1
				}
				fresh = append(fresh, coverage.Timelines{PublisherCode: code, Packed: timelinesOf(versions[i], random)})
			}
			if err := w.SaveTimelines(ctx, fresh); err != nil {
				return err
			}
			if random.IntN(4) == 0 {
				time.Sleep(time.Duration(random.IntN(15)) * time.Millisecond)
			}
			if fails {
				return store.ErrKeepNothing
			}
			return nil
		})
		switch {
		case fails && !errors.Is(err, store.ErrKeepNothing), !fails && err != nil:
			t.Error(err)
		case !fails:
			commits.Add(1)
			for i, n := range chosen {
				raise(&committed[n], int64(versions[i]))
			}
		}
	}
	for phase := range 6 {
		var writers, readers sync.WaitGroup
		var resting atomic.Bool
		for number := range 8 {
			random := rand.New(rand.NewPCG(uint64(phase), uint64(number)))
			writers.Go(func() {
				for range 12 {
					write(random)
					check(followers[random.IntN(2)])
				}
			})
		}
		for _, follower := range followers {
			readers.Go(func() {
				for !resting.Load() {
					check(follower)
				}
			})
		}
		writers.Wait()
		resting.Store(true)
		readers.Wait()
		fresh := follow(t, db).Current()
		sameIndex(t, "caught up and loaded", caughtUp(t, followers[0]), fresh)
		sameIndex(t, "two followers", caughtUp(t, followers[0]), caughtUp(t, followers[1]))
	}
	t.Logf("%d commits, %d looks", commits.Load(), looks.Load())
}

func raise(to *atomic.Int64, value int64) {
	for {
		present := to.Load()
		if present >= value || to.CompareAndSwap(present, value) {
			return
		}
	}
}

// TestFollowerSeesLateCommit: a transaction that began before others and ends
// after they were seen is seen too.
func TestFollowerSeesLateCommit(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := withTownships(t)
	follower := follow(t, db)
	random := rand.New(rand.NewPCG(1, 1))
	save := func(n, version int, then func()) {
		err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
			err := w.SaveTimelines(ctx, []coverage.Timelines{{PublisherCode: township(n), Packed: timelinesOf(version, random)}})
			then()
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	written, mayEnd, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		save(0, 7, func() { close(written); <-mayEnd })
	}()
	<-written
	for n := 1; n < 30; n++ {
		save(n, n, func() {})
		index := caughtUp(t, follower)
		if seen := versionIn(t, index, n); seen != n {
			t.Fatalf("version %d was committed, the index has %d", n, seen)
		}
		if versionIn(t, index, 0) != 0 {
			t.Fatal("the index has what is not committed")
		}
	}
	close(mayEnd)
	<-ended
	index := caughtUp(t, follower)
	if seen := versionIn(t, index, 0); seen != 7 {
		t.Fatalf("the late commit is missing: the index has version %d", seen)
	}
	sameIndex(t, "caught up and loaded", index, follow(t, db).Current())
}

// TestFollowerReloadsReference: nodes, catalogs and the calendar are read again
// when one of them changes, by every follower, and an index in use stays as it was.
func TestFollowerReloadsReference(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := withTownships(t)
	followers := []*store.Follower{follow(t, db), follow(t, db)}
	first := caughtUp(t, followers[0])
	day := calendar.Date(2024, 2, 4) // a Sunday
	for _, change := range []struct {
		part       string
		statements []string
		seen       func(*coverage.Index) bool
	}{
		{store.PartNodes, []string{
			`INSERT INTO node (code, name, level, department, parent_code) VALUES ('533125', '新县', 3, false, 'CN')`,
			`INSERT INTO publisher_timeline (publisher_code) VALUES ('533125')`,
			`UPDATE node SET name = '改名镇' WHERE code = '533124000'`,
		}, func(index *coverage.Index) bool {
			return index.Tree.Find("533125") != area.Nowhere && index.Tree.ByCode("533124000").Name == "改名镇"
		}},
		{store.PartCatalogs, []string{
			`INSERT INTO catalog (code, title, issuer_code, effective_from, grace_working_days, interpretation_working_days) VALUES ('C', '目录', 'CN', '2020-01-01', 20, 3)`,
			`INSERT INTO catalog_entry (catalog_code, entry_code, category, item, sub_item, content, legal_basis, levels, publishers, mode, audience, limit_kind,
			   limit_anchor, period, period_limit_n, refresh_days, channels, omit, evidence) VALUES ('C', '1.1', '政策', '法规', '', '', '', '{4}', '{GOVERNMENT}', '', '', 3, 0, 0, 0, 0, '{}', false, '')`,
		}, func(index *coverage.Index) bool {
			return index.Library.HasEntry("1.1") && index.Library.Catalog("C") != nil
		}},
		{store.PartCalendar, []string{
			`INSERT INTO arrangement_day (year, day, name, off) VALUES (2024, '2024-02-04', '春节', false)`,
		}, func(index *coverage.Index) bool { return index.Days.Loaded(2024) && index.Days.Working(day) }},
	} {
		if change.seen(caughtUp(t, followers[0])) {
			t.Fatalf("%s: seen before it was written", change.part)
		}
		err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
			for _, statement := range change.statements {
				if _, err := w.Tx().ExecContext(ctx, statement); err != nil {
					return err
				}
			}
			return w.NoteChange(ctx, change.part)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, follower := range followers {
			if !change.seen(caughtUp(t, follower)) {
				t.Errorf("%s: the change is not seen", change.part)
			}
		}
	}
	if first.Tree.Find("533125") != area.Nowhere || first.Days.Loaded(2024) {
		t.Error("an index that an answer holds changed under it")
	}
	sameIndex(t, "reloaded and loaded", caughtUp(t, followers[1]), follow(t, db).Current())
}

// TestFollowerServesWaitersApart: a request that gives up does not cut short
// what others wait for.
func TestFollowerServesWaitersApart(t *testing.T) {
	t.Parallel()
	db := withTownships(t)
	follower := follow(t, db)
	var waiters sync.WaitGroup
	for n := range 40 {
		waiters.Go(func() {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if n%2 == 0 {
				cancel()
			}
			if _, err := follower.Index(ctx); err != nil && n%2 == 1 {
				t.Error(err)
			}
		})
	}
	waiters.Wait()
}
