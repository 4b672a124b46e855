package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

var replicated = []string{"wal_level=replica", "max_wal_senders=5", "autovacuum=off"}

// replay waits until a standby has what its primary has.
func replay(t *testing.T, primary, standby *store.Store) {
	t.Helper()
	var reached string
	if err := primary.DB().QueryRow(`SELECT pg_current_wal_flush_lsn()`).Scan(&reached); err != nil {
		t.Fatal(err)
	}
	pgtest.Eventually(t, "the standby has replayed all", func() bool {
		var there bool
		return standby.DB().QueryRow(`SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn`, reached).Scan(&there) == nil && there
	})
}

// openWrite begins a write and returns what ends it.
func openWrite(t *testing.T, db *store.Store, publisher, version int) (end func()) {
	t.Helper()
	written, mayEnd, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ctx := context.Background()
		err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
			packed := timelinesOf(version, rand.New(rand.NewPCG(uint64(publisher), uint64(version))))
			err := w.SaveTimelines(ctx, []coverage.Timelines{{PublisherCode: township(publisher), Packed: packed}})
			close(written)
			<-mayEnd
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}()
	<-written
	return func() {
		close(mayEnd)
		<-ended
	}
}

// TestFollowerOnStandby: a follower on a hot standby, whose snapshots do not name
// the transactions that go on, misses none of those that overlap its looks.
func TestFollowerOnStandby(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	primaryCluster := pgtest.NewCluster(t, replicated...)
	primary := pgtest.Open(t, primaryCluster.URL(), store.Options{})
	addTownships(t, primary)
	standby := pgtest.Open(t, primaryCluster.Standby().URL(), store.Options{})
	follower := follow(t, standby)

	// One that goes on while a later one is seen.
	end := openWrite(t, primary, 0, 7)
	acknowledged(t, primary, 1, 1)
	replay(t, primary, standby)
	if index := caughtUp(t, follower); versionIn(t, index, 1) != 1 || versionIn(t, index, 0) != 0 {
		t.Errorf("versions %d and %d, want 1 and 0", versionIn(t, index, 1), versionIn(t, index, 0))
	}
	end()
	replay(t, primary, standby)
	if seen := versionIn(t, caughtUp(t, follower), 0); seen != 7 {
		t.Errorf("the transaction that was open is missing: version %d, want 7", seen)
	}

	// Many that overlap, some refused, while the follower looks.
	var writers sync.WaitGroup
	for number := range 4 {
		random := rand.New(rand.NewPCG(3, uint64(number)))
		writers.Go(func() {
			for n := range 20 {
				publisher := number*40 + random.IntN(40)
				err := primary.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
					err := w.SaveTimelines(
						ctx,
						[]coverage.Timelines{{PublisherCode: township(publisher), Packed: timelinesOf(100+n, random)}},
					)
					time.Sleep(time.Duration(random.IntN(10)) * time.Millisecond)
					if random.IntN(5) == 0 {
						return store.ErrKeepNothing
					}
					return err
				})
				if err != nil && err != store.ErrKeepNothing {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		writers.Wait()
		close(done)
	}()
	for looking := true; looking; {
		select {
		case <-done:
			looking = false
		default:
			caughtUp(t, follower)
		}
	}
	if err := rename(primary, 5, "改名镇"); err != nil {
		t.Fatal(err)
	}
	replay(t, primary, standby)
	index := caughtUp(t, follower)
	if index.Tree.ByCode(township(5)).Name != "改名镇" {
		t.Error("the new name is missing")
	}
	sameIndex(t, "standby and primary", index, follow(t, primary).Current())
}

// TestFollowerAfterFailover: a standby takes over that lacks the primary's last
// transactions, whose ids come again. One follower goes over to it, another was
// there before.
func TestFollowerAfterFailover(t *testing.T) {
	t.Parallel()
	primaryCluster := pgtest.NewCluster(t, replicated...)
	primary := pgtest.Open(t, primaryCluster.URL(), store.Options{})
	addTownships(t, primary)
	acknowledged(t, primary, 0, 1)
	standbyCluster := primaryCluster.Standby()
	replay(t, primary, pgtest.Open(t, standbyCluster.URL(), store.Options{}))
	proxy, address := pgtest.NewProxy(t, primaryCluster.URL())
	going := pgtest.Open(t, address, store.Options{})
	goesOver := follow(t, going)

	standbyCluster.Stop()
	acknowledged(t, primary, 0, 2)
	for n := range 20 {
		acknowledged(t, primary, 20+n, 3)
	}
	if err := rename(primary, 3, "失去的名字"); err != nil {
		t.Fatal(err)
	}
	lost := nextID(t, primary)
	if index := caughtUp(t, goesOver); versionIn(t, index, 0) != 2 || index.Tree.ByCode(township(3)).Name != "失去的名字" {
		t.Fatal("the follower lacks what was written")
	}
	primaryCluster.Stop()
	standbyCluster.Start()
	standby := pgtest.Open(t, standbyCluster.URL(), store.Options{})
	staysThere := follow(t, standby)
	if _, err := standby.DB().Exec(`SELECT pg_promote()`); err != nil {
		t.Fatal(err)
	}
	for n := range 10 {
		acknowledged(t, standby, 60+n, 4)
	}
	end := openWrite(t, standby, 90, 6)
	for n := 0; nextID(t, standby) <= lost+5; n++ {
		acknowledged(t, standby, 100+n%20, 5+n)
	}
	proxy.Redirect(standbyCluster)
	for what, follower := range map[string]*store.Follower{"goes over": goesOver, "stays": staysThere} {
		index := eventuallyCaughtUp(t, follower)
		if version := versionIn(t, index, 0); version != 1 {
			t.Errorf("%s: version %d of what was written before the loss, want 1", what, version)
		}
		if name := index.Tree.ByCode(township(3)).Name; name != "镇" {
			t.Errorf("%s: the name that was lost is in memory: %s", what, name)
		}
		sameIndex(t, what, index, follow(t, standby).Current())
	}
	end()
	for what, follower := range map[string]*store.Follower{"goes over": goesOver, "stays": staysThere} {
		if version := versionIn(t, caughtUp(t, follower), 90); version != 6 {
			t.Errorf("%s: the transaction that was open is missing: version %d, want 6", what, version)
		}
		sameIndex(t, fmt.Sprint(what, ", later"), caughtUp(t, follower), follow(t, standby).Current())
	}
}
