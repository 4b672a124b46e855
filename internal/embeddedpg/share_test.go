package embeddedpg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestOpenAttaches(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	program := startOtherByInstalled(t, folder)
	awaitUnfinished(t, folder)

	_, err := Start(t.Context(), options(folder))
	inUse := wantError[*InUseError](t, err, folder, strconv.Itoa(program.command.Process.Pid), "import")
	if inUse.PID != program.command.Process.Pid || inUse.Purpose != "import" {
		t.Errorf("got %+v", inUse)
	}
	// Not ready yet, and the context ends.
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = Open(short, options(folder))
	wantError[*InUseError](t, err, "import")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}

	attached := obtain(t, Open, folder)
	second := obtain(t, Open, folder)
	target := program.url(t)
	if attached.URL() != target {
		t.Errorf("attached to another server")
	}
	run(t, attached.URL(), "CREATE TABLE shared AS SELECT 1 AS value")
	stopServer(t, second)
	expect(t, target, "SELECT value FROM shared", "1")

	program.stop(t)
	select {
	case <-attached.Exited():
		if attached.Err() == nil {
			t.Error("no reason given")
		}
	case <-time.After(patience):
		t.Error("the end of the owner was not noticed")
	}
	select {
	case <-second.Exited():
		t.Error("Exited was closed although Stop was called")
	default:
	}

	own := obtain(t, Open, folder)
	expect(t, own.URL(), "SELECT value FROM shared", "1")
	stopServer(t, own)
	if _, err := os.Stat(filepath.Join(folder, "postgres", "postmaster.pid")); err == nil {
		t.Error("Stop has not ended a server that Open started")
	}
}

func TestOwnerOfAttachedKilled(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	program := startOther(t, folder)
	target := program.url(t)
	attached := obtain(t, Open, folder)
	if attached.URL() != target || attached.owned != nil {
		t.Fatal("not attached")
	}
	program.kill(t)
	select {
	case <-attached.Exited():
	case <-time.After(patience):
		t.Error("the end of the owner was not noticed")
	}
	obtain(t, Open, folder)
}

func TestOpenTogether(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(temporaryFolder(t), "data")
	var group sync.WaitGroup
	servers := make([]*Server, 3)
	failures := make([]error, len(servers))
	for index := range servers {
		group.Go(func() {
			servers[index], failures[index] = Open(t.Context(), options(folder))
		})
	}
	group.Wait()
	must(t, errors.Join(failures...))
	owners := 0
	for _, server := range servers {
		t.Cleanup(func() { stopServer(t, server) })
		expect(t, server.URL(), "SELECT 1", "1")
		if server.owned != nil {
			owners++
		}
	}
	if owners != 1 {
		t.Errorf("%d owners, want one", owners)
	}
}
