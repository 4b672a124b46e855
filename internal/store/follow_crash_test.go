package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// setVersion writes a township's timelines in a version; refused takes it back.
func setVersion(ctx context.Context, db *store.Store, publisher, version int, refused bool) error {
	err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		packed := timelinesOf(version, rand.New(rand.NewPCG(uint64(publisher), uint64(version))))
		err := w.SaveTimelines(ctx, []coverage.Timelines{{PublisherCode: township(publisher), Packed: packed}})
		if err == nil && refused {
			return store.ErrKeepNothing
		}
		return err
	})
	if refused && errors.Is(err, store.ErrKeepNothing) {
		return nil
	}
	return err
}

// acknowledged writes a township's version, again where the database is away.
func acknowledged(t *testing.T, db *store.Store, publisher, version int) {
	t.Helper()
	var err error
	pgtest.Eventually(t, "a write is acknowledged", func() bool {
		err = setVersion(context.Background(), db, publisher, version, false)
		return err == nil
	})
}

// rename gives a township another name, as an import does.
func rename(db *store.Store, publisher int, name string) error {
	ctx := context.Background()
	return db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		if _, err := w.Tx().ExecContext(ctx, `UPDATE node SET name = $2 WHERE code = $1`, township(publisher), name); err != nil {
			return err
		}
		return w.NoteChange(ctx, store.PartNodes)
	})
}

// eventuallyCaughtUp looks until the database is there again.
func eventuallyCaughtUp(t *testing.T, follower *store.Follower) (index *coverage.Index) {
	t.Helper()
	var err error
	pgtest.Eventually(t, "the index catches up", func() bool {
		index, err = follower.Index(context.Background())
		return err == nil
	})
	return index
}

// eventuallySnapshot takes a snapshot as soon as the database is there again.
func eventuallySnapshot(t *testing.T, follower *store.Follower) (taken *store.Snapshot) {
	t.Helper()
	var err error
	pgtest.Eventually(t, "a snapshot is taken", func() bool {
		taken, err = follower.Snapshot(context.Background())
		return err == nil
	})
	return taken
}

// crashes loses the ids of refused writes in crashes, and asserts that a reader on
// another server sees what is written under the same ids afterwards. What the
// database writes down by itself must wait long.
func crashes(t *testing.T, address string, rounds int, crash func()) {
	t.Helper()
	ctx := context.Background()
	writer, reader := pgtest.Open(t, address, store.Options{}), pgtest.Open(t, address, store.Options{})
	addTownships(t, writer)
	followers := []*store.Follower{follow(t, writer), follow(t, reader)}
	var repeated int
	named := map[store.Version]bool{} // the states before the last crash
	for round := 1; round <= rounds; round++ {
		for range 12 {
			if err := setVersion(ctx, writer, 1, 1000, true); err != nil {
				t.Fatal(err)
			}
			named[versionNow(t, followers[0])] = true
		}
		before := nextID(t, writer)
		for _, follower := range followers {
			caughtUp(t, follower)
		}
		crash()
		name := "新名" + strconv.Itoa(round)
		if round%2 == 0 {
			pgtest.Eventually(t, "a node is renamed", func() bool { return rename(writer, 2, name) == nil })
		} else {
			acknowledged(t, writer, 2, round)
		}
		if nextID(t, writer) < before {
			repeated++
		}
		fresh := follow(t, writer).Current()
		check := func(what string, index *coverage.Index) {
			t.Helper()
			if round%2 == 0 {
				if seen := index.Tree.ByCode(township(2)).Name; seen != name {
					t.Errorf("round %d, %s: the name is %s, the index has %s", round, what, name, seen)
				}
			} else if seen := versionIn(t, index, 2); seen != round {
				t.Errorf("round %d, %s: the index has version %d", round, what, seen)
			}
			sameIndex(t, fmt.Sprintf("round %d, %s", round, what), index, fresh)
		}
		taken := eventuallySnapshot(t, followers[1])
		check("taken", taken.Index)
		taken.Release()
		for _, follower := range followers {
			check("caught up", eventuallyCaughtUp(t, follower))
			if version := versionNow(t, follower); version == "" || named[version] {
				t.Errorf("round %d: the state after a crash is named %q, as one before", round, version)
			}
		}
	}
	if repeated == 0 {
		t.Error("no id was given out again: the crashes lost nothing")
	}
}

// versionNow is the name of the newest state.
func versionNow(t *testing.T, follower *store.Follower) store.Version {
	t.Helper()
	_, version, err := follower.Newest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return version
}

func nextID(t *testing.T, db *store.Store) (id int64) {
	t.Helper()
	pgtest.Eventually(t, "the database answers", func() bool {
		return db.DB().QueryRow(`SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint`).Scan(&id) == nil
	})
	return id
}

// TestFollowerAfterCrash: one server process is killed, and PostgreSQL begins
// again by itself.
func TestFollowerAfterCrash(t *testing.T) {
	t.Parallel()
	cluster := pgtest.NewCluster(t, "wal_level=minimal", "max_wal_senders=0", "wal_writer_delay=10s", "autovacuum=off")
	ctx := context.Background()
	crashes(t, cluster.URL(), 4, func() {
		db, err := sql.Open("postgres", cluster.URL())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		connect := func() *sql.Conn {
			connection, err := db.Conn(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return connection
		}
		victim, other := connect(), connect()
		defer victim.Close()
		defer other.Close()
		var pid int
		if err := victim.QueryRowContext(ctx, `SELECT pg_backend_pid()`).Scan(&pid); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if err := victim.PingContext(ctx); err == nil {
			t.Fatal("the process that was killed answers")
		}
		// Until the main process has noticed, it lets others in: once it has, it ends
		// all, and lets nobody in before it has begun again.
		pgtest.Eventually(t, "the other processes are ended", func() bool { return other.PingContext(ctx) != nil })
		cluster.Await()
	})
}

// TestFollowerAfterEmbeddedCrash: the embedded database's main process is killed,
// and started again by its owner.
func TestFollowerAfterEmbeddedCrash(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "reliefgraph-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	server, err := embeddedpg.Start(ctx, embeddedpg.Options{
		DataDir: filepath.Join(folder, "data"), BinDir: os.Getenv("RELIEFGRAPH_POSTGRES_BIN"), Purpose: "tests",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	db := pgtest.Open(t, server.URL(), store.Options{Connections: 2})
	if _, err := db.MigrateUp(ctx); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`ALTER SYSTEM SET wal_writer_delay = '10s'`, `ALTER SYSTEM SET autovacuum = off`, `SELECT pg_reload_conf()`,
	} {
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	crashes(t, server.URL(), 2, func() {
		content, err := os.ReadFile(filepath.Join(folder, "data", "postgres", "postmaster.pid"))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(content), "\n")
		pid, err := strconv.Atoi(first)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		pgtest.Eventually(t, "the embedded database answers again", func() bool {
			now, err := os.ReadFile(filepath.Join(folder, "data", "postgres", "postmaster.pid"))
			return err == nil && !strings.HasPrefix(string(now), first+"\n") && db.Ping(ctx) == nil
		})
	})
}
