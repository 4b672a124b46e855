package importer_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// The variables that make the test program an import which can be killed.
const (
	killedFolder   = "RELIEFGRAPH_TEST_KILLED_FOLDER"
	killedDatabase = "RELIEFGRAPH_TEST_KILLED_DATABASE"
)

// TestKilledImport is the import that TestKill kills. It tells each step before
// it goes on and waits to be told to.
func TestKilledImport(t *testing.T) {
	folder := os.Getenv(killedFolder)
	if folder == "" {
		t.Skip("it is run by TestKill")
	}
	ctx := context.Background()
	db, err := store.Open(ctx, os.Getenv(killedDatabase), store.Options{Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := importer.FromPaths([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	goOn := bufio.NewReader(os.Stdin)
	paused := options
	paused.Progress = func(what string, done, _ int64) {
		fmt.Println("step", what, done)
		goOn.ReadString('\n')
	}
	if _, err := importer.Import(ctx, db, sources, paused); err != nil {
		t.Fatal(err)
	}
	fmt.Println("done")
}

// killAt runs an import and kills it at its n-th step, or a while after that;
// ended tells that it had no such step.
func killAt(t *testing.T, address, folder string, step int, after time.Duration) (what string, ended bool) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestKilledImport$")
	command.Env = append(os.Environ(), killedFolder+"="+folder, killedDatabase+"="+address)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer command.Wait()
	lines := bufio.NewScanner(output)
	for seen := 0; lines.Scan(); {
		switch line := lines.Text(); {
		case line == "done":
			return "", true
		case strings.HasPrefix(line, "step "):
			if seen == step {
				if after > 0 {
					fmt.Fprintln(input)
					time.Sleep(after)
				}
				if err := command.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				return line, false
			}
			seen++
			fmt.Fprintln(input)
		}
	}
	t.Fatal("the import ended before its time")
	return "", false
}

// TestKill: an import killed at any moment has written nothing, and the next
// one writes everything.
func TestKill(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 4})
	part, whole := oracle.Random(77), oracle.Random(77)
	part.Disclosures, part.News = part.Disclosures[:len(part.Disclosures)/2], nil
	pgtest.Import(t, db, options, worldFolder(t, part))
	before, folder := everythingWritten(t, db), worldFolder(t, whole)

	check := func(what string) {
		t.Helper()
		// The server takes the transaction back when it notices.
		deadline := time.Now().Add(time.Minute)
		for count(t, db, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()") > 0 {
			if time.Now().After(deadline) {
				t.Fatalf("killed at %s: its transaction stays open", what)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if everythingWritten(t, db) != before {
			t.Fatalf("killed at %s: something was written", what)
		}
		mustVerify(t, db)
	}
	steps := 0
	for ended := false; !ended; steps++ {
		var what string
		if what, ended = killAt(t, address, folder, steps, 0); !ended {
			check(what)
		}
	}
	// The last run was let through: its facts are those of an import that nobody
	// disturbed.
	if steps < 6 {
		t.Errorf("it was killed at %d steps only", steps)
	}
	undisturbed := pgtest.Store(t)
	pgtest.Import(t, undisturbed, options, folder)
	if timelines(t, db) != timelines(t, undisturbed) {
		t.Error("the timelines are not those of an import that nobody disturbed")
	}
	mustVerify(t, db)
	if n := count(t, db, "SELECT count(*) FROM disclosure"); n != len(whole.Disclosures) {
		t.Errorf("%d disclosures, want %d", n, len(whole.Disclosures))
	}
}

// TestKillBetweenSteps: killed while it writes, an import has written all or
// nothing.
func TestKillBetweenSteps(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 4})
	world := oracle.Random(78)
	folder := worldFolder(t, world)
	for n := range 12 {
		killAt(t, address, folder, n%6, time.Duration(1+2*n)*time.Millisecond)
		// A lock on a table that the import writes is had when it has ended.
		tx, err := db.DB().Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec("LOCK TABLE node, disclosure, publisher_timeline IN ACCESS EXCLUSIVE MODE"); err != nil {
			t.Fatal(err)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		nodes, documents := count(t, db, "SELECT count(*) FROM node"), count(t, db, "SELECT count(*) FROM disclosure")
		all := len(world.Areas) + len(world.Departments)
		if (nodes != 0 || documents != 0) && (nodes != all || documents != len(world.Disclosures)) {
			t.Fatalf("killed in run %d: %d of %d nodes and %d of %d documents are there", n, nodes, all, documents, len(world.Disclosures))
		}
		mustVerify(t, db)
	}
	pgtest.Import(t, db, importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: today}, folder)
	mustVerify(t, db)
}
