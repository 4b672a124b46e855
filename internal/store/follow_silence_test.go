package store_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// A store of these tests gives a connection up after three seconds.
const (
	statementTime = 2 * time.Second
	givenUp       = statementTime + time.Second
	bound         = 3*givenUp + 30*time.Second // on a busy machine
)

// within fails where something takes longer than it may.
func within(t *testing.T, what string, limit time.Duration, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("%s: not done after %v", what, limit)
	}
}

// behindProxy makes a follower whose database is reached through a proxy, and
// writes past it.
func behindProxy(t *testing.T) (proxy *pgtest.Proxy, through, past *store.Store, follower *store.Follower) {
	t.Helper()
	address := pgtest.URL(t)
	past = pgtest.Open(t, address, store.Options{})
	addTownships(t, past)
	_, err := past.DB().Exec(`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute)
		VALUES ('d', '533124007', '1.1', '通知', 0)`)
	if err != nil {
		t.Fatal(err)
	}
	proxy, proxied := pgtest.NewProxy(t, address)
	through = pgtest.Open(t, proxied, store.Options{StatementTimeout: statementTime})
	return proxy, through, past, follow(t, through)
}

// readMany reads with several connections of the pool at once.
func readMany(t *testing.T, db *store.Store) {
	t.Helper()
	var readers sync.WaitGroup
	for range 6 {
		readers.Go(func() {
			if _, err := db.DisclosuresByRef(context.Background(), []string{"d"}); err != nil {
				t.Error(err)
			}
		})
	}
	readers.Wait()
}

// TestFollowerGivesSilentConnectionUp: where the connections there are go silent,
// answers go on over others, and the pool's silent ones are not used again.
func TestFollowerGivesSilentConnectionUp(t *testing.T) {
	t.Parallel()
	proxy, through, past, follower := behindProxy(t)
	readMany(t, through)
	proxy.SilencePresent()
	acknowledged(t, past, 7, 3)
	within(t, "a look after the silence", bound, func() {
		if seen := versionIn(t, caughtUp(t, follower), 7); seen != 3 {
			t.Errorf("version %d, want 3", seen)
		}
	})
	within(t, "reading after the look", givenUp, func() { readMany(t, through) })
}

// TestFollowerOutlastsSilence: while nothing comes from the database at all, a
// request is refused at its own deadline, one without waits, and is answered once
// the database is heard again.
func TestFollowerOutlastsSilence(t *testing.T) {
	t.Parallel()
	proxy, through, past, follower := behindProxy(t)
	proxy.Silence()
	acknowledged(t, past, 7, 4)
	waiting := make(chan *coverage.Index)
	go func() {
		index, err := follower.Index(context.Background())
		if err != nil {
			t.Error(err)
		}
		waiting <- index
	}()
	for range 3 {
		ctx, cancel := context.WithTimeout(context.Background(), givenUp)
		start := time.Now()
		_, err := follower.Index(ctx)
		cancel()
		if problem.CodeOf(err) != problem.Unavailable {
			t.Errorf("a request that waited got %v, want it told that the database is unavailable", err)
		}
		if waited := time.Since(start); waited > 2*givenUp {
			t.Errorf("it waited %v, longer than its deadline", waited)
		}
	}
	proxy.Heal()
	within(t, "the request that waits", bound, func() {
		if index := <-waiting; versionIn(t, index, 7) != 4 {
			t.Errorf("version %d, want 4", versionIn(t, index, 7))
		}
	})
	acknowledged(t, past, 7, 5)
	within(t, "the next request", givenUp, func() {
		if index := caughtUp(t, follower); versionIn(t, index, 7) != 5 {
			t.Errorf("version %d, want 5", versionIn(t, index, 7))
		}
	})
	within(t, "reading", bound, func() { readMany(t, through) })
}

// TestReadersGiveSilentConnectionsUp: a read, a write and a snapshot over
// connections that are silent end in time, whether their request was given up or
// not, and leave the pool to others.
func TestReadersGiveSilentConnectionsUp(t *testing.T) {
	t.Parallel()
	proxy, through, _, follower := behindProxy(t)
	readMany(t, through)
	proxy.Silence()
	within(t, "reading in silence", bound, func() {
		var all sync.WaitGroup
		for n := range 12 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond+time.Duration(n%3)*(statementTime+givenUp)/2)
				defer cancel()
				var err error
				switch n % 4 {
				case 0:
					_, err = through.DisclosuresByRef(ctx, []string{"d"})
				case 1:
					_, err = through.NewsPages(
						ctx,
						[]store.List{{Publishers: []string{"533124007"}}},
						store.NewsFilter{},
						store.Page{First: 2},
					)
				case 2:
					_, err = follower.Snapshot(ctx)
				case 3:
					err = through.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
						packed := timelinesOf(8, rand.New(rand.NewPCG(1, 1)))
						return w.SaveTimelines(ctx, []coverage.Timelines{{PublisherCode: township(8), Packed: packed}})
					})
				}
				if err == nil {
					t.Error("a silent connection answered")
				}
			})
		}
		all.Wait()
	})
	proxy.Heal()
	within(t, "reading afterwards", bound, func() {
		caughtUp(t, follower)
		readMany(t, through)
	})
}

// TestSilentWriterLosesItsLocks: a write whose connection went silent does not keep
// others from what it has locked.
func TestSilentWriterLosesItsLocks(t *testing.T) {
	t.Parallel()
	proxy, through, past, _ := behindProxy(t)
	ctx := context.Background()
	acknowledged(t, past, 7, 1) // there is a row to lock
	err := through.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		if _, err := w.LockTimelines(ctx, []string{township(7)}); err != nil {
			return err
		}
		proxy.SilencePresent()
		packed := timelinesOf(2, rand.New(rand.NewPCG(7, 2)))
		return w.SaveTimelines(ctx, []coverage.Timelines{{PublisherCode: township(7), Packed: packed}})
	})
	if problem.CodeOf(err) != problem.Unavailable {
		t.Errorf("a write in silence: %v", err)
	}
	within(t, "the next write to the same", bound, func() { acknowledged(t, past, 7, 3) })
}

// TestStartInSilence: a server that starts while the database is silent says so in
// time.
func TestStartInSilence(t *testing.T) {
	t.Parallel()
	proxy, through, _, _ := behindProxy(t)
	proxy.Silence()
	within(t, "opening and loading", bound, func() {
		if _, err := through.Follow(context.Background()); problem.CodeOf(err) != problem.Unavailable {
			t.Errorf("loading: %v", err)
		}
		if err := through.Ping(context.Background()); problem.CodeOf(err) != problem.Unavailable {
			t.Errorf("reaching: %v", err)
		}
	})
}

// TestDatabaseGivesLostConnectionsUp: the database looks after each connection, so
// that those which the network has lost do not take up its room for hours.
func TestDatabaseGivesLostConnectionsUp(t *testing.T) {
	t.Parallel()
	s := pgtest.Store(t)
	for name, connections := range s.Pools() {
		var asked []string
		if err := connections.Select(
			&asked,
			`SELECT name FROM pg_settings WHERE name LIKE 'tcp_keepalives%' AND source = 'client' ORDER BY 1`,
		); err != nil {
			t.Fatal(err)
		}
		if want := []string{"tcp_keepalives_count", "tcp_keepalives_idle", "tcp_keepalives_interval"}; !slices.Equal(asked, want) {
			t.Errorf("%s: %v", name, asked)
		}
	}
}

// TestIndexTakesItsTime: to read an index may take longer than a statement of an answer
// may; a look may not.
func TestIndexTakesItsTime(t *testing.T) {
	t.Parallel()
	for name, noPrepare := range map[string]bool{"directly": false, "behind a proxy": true} {
		address := pgtest.URL(t)
		db := pgtest.Open(t, address, store.Options{StatementTimeout: time.Second, NoPrepare: noPrepare})
		hold := func(during time.Duration, do func()) {
			released := make(chan struct{})
			tx, err := pgtest.Open(t, address, store.Options{}).DB().Begin()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec("LOCK TABLE publisher_timeline"); err != nil {
				t.Fatal(err)
			}
			go func() {
				defer close(released)
				time.Sleep(during)
				tx.Rollback()
			}()
			do()
			<-released
		}
		var follower *store.Follower
		hold(1500*time.Millisecond, func() {
			var err error
			if follower, err = db.Follow(t.Context()); err != nil {
				t.Errorf("%s: the index: %v", name, err)
			}
		})
		if follower == nil {
			continue
		}
		hold(1500*time.Millisecond, func() {
			if _, err := follower.Index(t.Context()); problem.CodeOf(err) != problem.Timeout {
				t.Errorf("%s: a look: %v", name, err)
			}
		})
	}
}
