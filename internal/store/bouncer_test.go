package store_test

import (
	"context"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// through opens a database through a PgBouncer.
func through(t *testing.T, address string, options store.Options) *store.Store {
	t.Helper()
	options.NoPrepare = true
	return pgtest.Open(t, address, options)
}

// TestRestartBehindBouncer: a follower behind PgBouncer, whose every look comes to another
// connection, misses nothing, also when the database crashes and is started again; and the
// books stay read while it does not.
func TestRestartBehindBouncer(t *testing.T) {
	t.Parallel()
	cluster := pgtest.NewCluster(t)
	db := through(t, pgtest.Bouncer(t, cluster.URL()), store.Options{Connections: 4})
	addTownships(t, db)
	follower := follow(t, db)
	books := follower.Books()
	if err := books.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	version := 1
	writesAndSees := func() {
		t.Helper()
		for range 8 { // more than the proxy has connections for whom looks
			acknowledged(t, db, version%townships, version)
			if is := versionIn(t, caughtUp(t, follower), version%townships); is != version {
				t.Fatalf("it sees version %d, %d is written", is, version)
			}
			version++
		}
	}
	writesAndSees()
	for range 8 {
		if index, err := books.Index(t.Context(), follower.Current().Tree); err != nil || index == nil {
			t.Fatalf("the books are lost: %v", err)
		}
	}
	cluster.Stop()
	soon, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := follower.Index(soon); problem.CodeOf(err) != problem.Unavailable {
		t.Errorf("without its database: %v", err)
	}
	cluster.Start()
	eventuallyCaughtUp(t, follower)
	if index, err := books.Index(t.Context(), follower.Current().Tree); err != nil || index != nil {
		t.Errorf("the books of before a crash are told after it: %v", err)
	}
	writesAndSees()
}

// TestTimeoutBehindBouncer: a statement that takes longer than it may is ended in the
// database too, though a proxy passes no setting on.
func TestTimeoutBehindBouncer(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	db := through(t, pgtest.Bouncer(t, address), store.Options{StatementTimeout: 300 * time.Millisecond})
	direct := pgtest.Open(t, address, store.Options{})
	for _, arguments := range [][]any{{20}, nil} {
		statement := "SELECT pg_sleep(20)"
		if arguments != nil {
			statement = "SELECT pg_sleep($1)"
		}
		begin := time.Now()
		_, err := db.DB().ExecContext(t.Context(), statement, arguments...)
		if _, is := store.Cancelled(err); !is || time.Since(begin) > 10*time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	}
	pgtest.Eventually(t, "nothing runs on in the database", func() bool {
		var running int
		err := direct.DB().QueryRow(
			`SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'`,
		).Scan(
			&running,
		)
		return err == nil && running == 0
	})
}

// TestMigrationsBehindBouncer: servers that start together migrate an empty database once,
// and leave no lock behind.
func TestMigrationsBehindBouncer(t *testing.T) {
	t.Parallel()
	cluster := pgtest.NewCluster(t)
	if _, err := pgtest.Open(t, cluster.URL(), store.Options{}).DB().Exec("CREATE DATABASE fresh"); err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(pgtest.Bouncer(t, cluster.URL()))
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/fresh"
	var starting sync.WaitGroup
	steps := make([]int, 3)
	for n := range steps {
		db := through(t, address.String(), store.Options{Connections: 2})
		starting.Go(func() {
			done, err := db.MigrateUp(t.Context())
			if steps[n] = len(done); err != nil {
				t.Error(err)
			}
		})
	}
	starting.Wait()
	newest, err := store.NewestSchema()
	if err != nil {
		t.Fatal(err)
	}
	if sum := steps[0] + steps[1] + steps[2]; sum != int(newest) {
		t.Errorf("%v steps, want %d in all", steps, newest)
	}
	db := through(t, address.String(), store.Options{Connections: 2})
	var held int
	if err := db.DB().QueryRow("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").Scan(&held); err != nil || held > 0 {
		t.Errorf("%d locks are left: %v", held, err)
	}
}
