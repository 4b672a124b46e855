package embeddedpg

import (
	"context"
	"errors"
	"log/slog"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

func TestProgramKilled(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	program := startOther(t, folder)
	target := program.url(t)
	run(t, target, "CREATE TABLE kept AS SELECT 1 AS value")
	busyQuery(t, target)
	pid := mainProcess(t, folder)
	program.kill(t)

	server := startServer(t, folder)
	expect(t, server.URL(), "SELECT value FROM kept", "1")
	if mainProcess(t, folder) == pid {
		t.Error("the server of the killed program still runs")
	}
}

func TestProgramAndServerKilled(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	program := startOther(t, folder)
	target := program.url(t)
	run(t, target, "CREATE TABLE kept AS SELECT 1 AS value")
	must(t, program.command.Process.Signal(syscall.SIGSTOP)) // no restart in between
	killMainProcess(t, folder, syscall.SIGKILL)
	program.kill(t)

	server := startServer(t, folder)
	expect(t, server.URL(), "SELECT value FROM kept", "1")
}

// The process of the busy statement does not notice that the main process is
// gone, and a new main process does not start while it is there.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	server := startServer(t, folder)
	run(t, server.URL(), "CREATE TABLE kept AS SELECT 1 AS value")
	busyQuery(t, server.URL())
	for range 2 {
		killMainProcess(t, folder, syscall.SIGKILL)
		eventually(t, "the server is back", func() bool { return ping(t.Context(), server.URL()) == nil })
		expect(t, server.URL(), "SELECT value FROM kept", "1")
	}
	select {
	case <-server.Exited():
		t.Errorf("Exited was closed: %v", server.Err())
	default:
	}
	expect(t, server.URL(), "SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE 'DO %'", "0")
}

func TestServerShutDownByOthers(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	server := startServer(t, folder)
	killMainProcess(t, folder, syscall.SIGINT)
	select {
	case <-server.Exited():
	case <-time.After(patience):
		t.Fatal("Exited was not closed")
	}
	wantError[*ServerError](t, server.Err(), "shut down by another program")
	again := startServer(t, folder) // the folder is free
	expect(t, again.URL(), "SELECT 1", "1")
	stopServer(t, server) // does nothing to the other one
	expect(t, again.URL(), "SELECT 1", "1")
}

func TestRestartsAreLimited(t *testing.T) {
	t.Parallel()
	starts := 0
	crashing := func() *exec.Cmd {
		starts++
		return exec.Command("sh", "-c", "exit 3")
	}
	s := newSupervisor(crashing, func(context.Context) error { return nil }, slog.New(slog.DiscardHandler))
	s.restartDelay = time.Millisecond
	s.markAsReady()
	s.run()
	var failed *exec.ExitError
	if starts != 1+restartsInARow || !errors.As(s.err, &failed) || failed.ExitCode() != 3 {
		t.Errorf("%d starts, error %v", starts, s.err)
	}
}

func TestStopDuringRestart(t *testing.T) {
	t.Parallel()
	waiting := make(chan struct{})
	endOrphans := func(ctx context.Context) error {
		close(waiting)
		<-ctx.Done()
		return ctx.Err()
	}
	crashing := func() *exec.Cmd { return exec.Command("sh", "-c", "exit 3") }
	s := newSupervisor(crashing, endOrphans, slog.New(slog.DiscardHandler))
	s.markAsReady()
	go s.run()
	<-waiting
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	must(t, s.stop(ctx))
}
