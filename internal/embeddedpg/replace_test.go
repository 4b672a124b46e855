package embeddedpg

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// replacerVariable makes the test binary put a cluster with the value 2 in the place of
// that of the folder it names. It says when it comes to a step, and goes on when it is
// told to.
const replacerVariable = "EMBEDDEDPG_TEST_REPLACER_OF"

// Steps at which a replacer waits.
var steps = []string{"made", "stopped", "replaced"}

func replace(folder string) error {
	ctx := context.Background()
	input := bufio.NewReader(os.Stdin)
	step := func(name string) {
		fmt.Println(name)
		_, _ = input.ReadString('\n') // its end is as good
	}
	o := options(folder)
	o.Purpose = "restore"
	prepared, err := Prepare(ctx, o)
	if err != nil {
		return err
	}
	defer prepared.Release()
	server, err := prepared.Successor(ctx, Programs{})
	if err != nil {
		return err
	}
	err = errors.Join(tryRun(ctx, server.URL(), "CREATE TABLE kept AS SELECT 2 AS value"), server.Stop(ctx))
	if err != nil {
		return err
	}
	step(steps[0])
	_, err = prepared.Replace(ctx, time.Now(), func(address string) error {
		step(steps[1])
		return tryRun(ctx, address, "SELECT 1 / (SELECT value FROM kept)")
	})
	if err == nil {
		step(steps[2])
	}
	return err
}

// replacer is a program that replaces a cluster.
type replacer struct {
	command *exec.Cmd
	input   io.WriteCloser
	output  *bufio.Reader
}

func startReplacer(t *testing.T, folder string) *replacer {
	t.Helper()
	command, input, output := startSelf(t, replacerVariable+"="+folder)
	t.Cleanup(func() { command.Process.Kill(); _ = command.Wait() })
	return &replacer{command, input, output}
}

// reach lets it go on until it comes to a step.
func (r *replacer) reach(t *testing.T, step string) {
	t.Helper()
	for _, name := range steps {
		line, err := r.output.ReadString('\n')
		must(t, err)
		if strings.TrimSpace(line) != name {
			t.Fatalf("it came to %q, not %s", line, name)
		}
		if name == step {
			return
		}
		r.goOn(t)
	}
}

func (r *replacer) goOn(t *testing.T) {
	t.Helper()
	_, err := fmt.Fprintln(r.input)
	must(t, err)
}

func (r *replacer) kill(t *testing.T) {
	t.Helper()
	must(t, r.command.Process.Kill())
	_ = r.command.Wait()
}

func (r *replacer) finish(t *testing.T) {
	t.Helper()
	r.input.Close() // again, perhaps
	_, _ = io.Copy(io.Discard, r.output)
	must(t, r.command.Wait())
}

// comesTo waits until the cluster at an address has a value.
func comesTo(t *testing.T, target, value string) {
	t.Helper()
	eventually(t, "the cluster has "+value, func() bool { return tryRun(t.Context(), target, "SELECT 1") == nil })
	expect(t, target, "SELECT value FROM kept", value)
}

// TestReplaced: whoever serves a cluster goes on with the one that has taken its place,
// at the same address.
func TestReplaced(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	program := startOther(t, folder)
	target := program.url(t)
	run(t, target, "CREATE TABLE kept AS SELECT 1 AS value")
	r := startReplacer(t, folder)
	r.reach(t, "made")
	expect(t, target, "SELECT value FROM kept", "1")
	r.reachNext(t, "stopped")
	if err := tryRun(t.Context(), target, "SELECT 1"); err == nil {
		t.Error("the cluster is served while it is looked at whether it is to be replaced still")
	}
	// A start meanwhile waits, as for any other process that has the folder.
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := Open(short, options(folder)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("opened meanwhile: %v", err)
	}
	r.reachNext(t, "replaced")
	r.finish(t)
	comesTo(t, target, "2")
	kept, err := filepath.Glob(filepath.Join(folder, "postgres.*-*"))
	if err != nil || len(kept) != 1 {
		t.Errorf("kept: %v %v", kept, err)
	}
	attached := obtain(t, Open, folder)
	expect(t, attached.URL(), "SELECT value FROM kept", "2")
	// It is mended after a crash as before.
	killMainProcess(t, folder, 9)
	comesTo(t, target, "2")
	program.stop(t)
	again := startServer(t, folder)
	expect(t, again.URL(), "SELECT value FROM kept", "2")
}

func (r *replacer) reachNext(t *testing.T, step string) {
	t.Helper()
	r.goOn(t)
	line, err := r.output.ReadString('\n')
	must(t, err)
	if strings.TrimSpace(line) != step {
		t.Fatalf("it came to %q, not %s", line, step)
	}
}

// TestReplacerKilled: wherever who replaces a cluster is killed, one of the two is
// served, and another try goes well.
func TestReplacerKilled(t *testing.T) {
	t.Parallel()
	for n, step := range steps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			folder := temporaryFolder(t)
			target := startOther(t, folder).url(t)
			run(t, target, "CREATE TABLE kept AS SELECT 1 AS value")
			r := startReplacer(t, folder)
			r.reach(t, step)
			r.kill(t)
			comesTo(t, target, []string{"1", "1", "2"}[n])
			again := startReplacer(t, folder)
			again.reach(t, "replaced")
			again.finish(t)
			comesTo(t, target, "2")
			left, err := filepath.Glob(filepath.Join(folder, unfinishedPrefix+"*"))
			if err != nil || len(left) > 0 {
				t.Errorf("%v is left, %v", left, err)
			}
		})
	}
}

// TestServerOfReplacedKilled: where who serves a cluster is killed while it is replaced,
// the next start has the one that is in its place.
func TestServerOfReplacedKilled(t *testing.T) {
	t.Parallel()
	for _, step := range steps[:2] {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			folder := temporaryFolder(t)
			program := startOther(t, folder)
			run(t, program.url(t), "CREATE TABLE kept AS SELECT 1 AS value")
			r := startReplacer(t, folder)
			r.reach(t, step)
			program.kill(t)
			next := startOther(t, folder) // it waits, where the cluster is wanted
			if step == "made" {
				next.url(t)
				r.reachNext(t, "stopped")
			}
			r.reachNext(t, "replaced")
			r.finish(t)
			if step == "made" {
				comesTo(t, connectionOf(t, folder), "2")
			} else {
				comesTo(t, next.url(t), "2")
			}
		})
	}
}

func connectionOf(t *testing.T, folder string) string {
	t.Helper()
	record, err := layout{dataDir: folder}.readConnection()
	must(t, err)
	return record.URL
}

// TestReplacedTogether: of two that replace a cluster at once each does, one after the
// other.
func TestReplacedTogether(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	target := startOther(t, folder).url(t)
	run(t, target, "CREATE TABLE kept AS SELECT 1 AS value")
	both := []*replacer{startReplacer(t, folder), startReplacer(t, folder)}
	for _, r := range both {
		r.reach(t, "made")
	}
	for _, r := range both {
		r.input.Close() // it waits no more
	}
	for _, r := range both {
		r.finish(t)
	}
	comesTo(t, target, "2")
	kept, err := filepath.Glob(filepath.Join(folder, "postgres.*-*"))
	if err != nil || len(kept) != 2 {
		t.Errorf("kept: %v %v", kept, err)
	}
}

// TestNotReplaced: a cluster that turns out at the end not to be replaced is served on.
func TestNotReplaced(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	target := startOther(t, folder).url(t)
	run(t, target, "CREATE TABLE kept AS SELECT 1 AS value")
	prepared, err := Prepare(t.Context(), options(folder))
	must(t, err)
	defer prepared.Release()
	server, err := prepared.Successor(t.Context(), Programs{})
	must(t, err)
	stopServer(t, server)
	changed := errors.New("it was changed")
	_, err = prepared.Replace(t.Context(), time.Now(), func(address string) error {
		expect(t, address, "SELECT value FROM kept", "1")
		if address == target {
			t.Error("others may reach it")
		}
		return changed
	})
	if !errors.Is(err, changed) {
		t.Errorf("got %v", err)
	}
	must(t, prepared.Release())
	comesTo(t, target, "1")
}

// TestServerOfReplacedStopped: who serves a cluster may stop while it is replaced.
func TestServerOfReplacedStopped(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	program := startOther(t, folder)
	run(t, program.url(t), "CREATE TABLE kept AS SELECT 1 AS value")
	r := startReplacer(t, folder)
	r.reach(t, "stopped")
	program.stop(t)
	if code := program.command.ProcessState.ExitCode(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
	r.reachNext(t, "replaced")
	r.finish(t)
	expect(t, startServer(t, folder).URL(), "SELECT value FROM kept", "2")
}
