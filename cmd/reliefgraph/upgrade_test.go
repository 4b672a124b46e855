package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// newer is an installation of a later PostgreSQL: that of RELIEFGRAPH_NEWER_POSTGRES_BIN,
// where it is set, else the one that there is, which says of itself that it is later.
func newer(t *testing.T) (folder string) {
	t.Helper()
	if folder = os.Getenv("RELIEFGRAPH_NEWER_POSTGRES_BIN"); folder != "" {
		return folder
	}
	return pgtest.Newer(t, filepath.Join(filepath.Dir(dataFolder(t)), "bin"), 99)
}

// with runs a command on a folder with the newer PostgreSQL alone named.
func with(t *testing.T, bin string, arguments ...string) (output string, code int) {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), "RELIEFGRAPH_POSTGRES_BIN="+bin)
	said, err := command.CombinedOutput()
	if _, ended := err.(*exec.ExitError); err != nil && !ended { //nolint:errorlint // as it comes from exec
		t.Fatal(err)
	}
	return string(said), command.ProcessState.ExitCode()
}

// TestUpgrade: the database goes to a newer PostgreSQL with every row and its log,
// and the old one is kept; killed at any moment, one of them starts. A start that
// finds the newer one alone says what to do.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	bin, folder := newer(t), dataFolder(t)
	if output, code := run(t, "database", "upgrade", "--data-dir", folder); code != 1 || !strings.Contains(output, "no database") {
		t.Errorf("of nothing: %d %s", code, output)
	}
	if output, code := run(t, "import", world(t, 12), "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	root := proven(t, folder)
	if output, code := run(t, "database", "upgrade", "--data-dir", folder); code != 0 || !strings.Contains(output, "no newer one") {
		t.Errorf("to the same: %d %s", code, output)
	}
	if output, code := with(
		t,
		bin,
		"database",
		"upgrade",
		"--dry-run",
		"--data-dir",
		folder,
	); code != 0 ||
		!strings.Contains(output, "would be taken") {
		t.Errorf("a dry run: %d %s", code, output)
	}
	output, code := with(t, bin, "rebuild", "--verify", "--data-dir", folder)
	for _, says := range []string{"RELIEFGRAPH_POSTGRES_BIN names", "leave RELIEFGRAPH_POSTGRES_BIN out", "reliefgraph database upgrade --data-dir '" + folder} {
		if code != 1 || !strings.Contains(output, says) {
			t.Errorf("a start with the newer one alone does not say %s: %d %s", says, code, output)
		}
	}
	for after := 400 * time.Millisecond; ; after *= 2 {
		upgrading := exec.Command(program, "database", "upgrade", "--data-dir", folder)
		upgrading.Env = append(os.Environ(), "RELIEFGRAPH_POSTGRES_BIN="+bin)
		if err := upgrading.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(after, func() { upgrading.Process.Kill() })
		err := upgrading.Wait()
		timer.Stop()
		if err == nil {
			break
		}
		if upgrading.ProcessState.Exited() {
			t.Fatalf("it ended by itself: %v", err)
		}
		// One of the two is in its place.
		is, code := run(t, "audit", "verify", "--data-dir", folder)
		if code != 0 {
			is, code = with(t, bin, "audit", "verify", "--data-dir", folder)
		}
		if code != 0 || !strings.HasSuffix(is, root) {
			t.Fatalf("killed after %v: %s", after, is)
		}
	}
	if output, code := with(t, bin, "audit", "verify", "--data-dir", folder); code != 0 || !strings.HasSuffix(output, root) {
		t.Errorf("%d %s, want %s", code, output, root)
	}
	if output, code := with(t, bin, "database", "upgrade", "--data-dir", folder); code != 0 || !strings.Contains(output, "no newer one") {
		t.Errorf("again: %d %s", code, output)
	}
	major := scan(t, pgtest.Store(t), "SELECT current_setting('server_version_num')::int / 10000")
	kept, err := filepath.Glob(filepath.Join(folder, "postgres."+major+"-*"))
	if err != nil || len(kept) == 0 {
		t.Fatalf("%v %v", kept, err)
	}
	// The old one is as it was, where it is put back.
	if err := os.Rename(filepath.Join(folder, "postgres"), filepath.Join(folder, "newer")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(kept[0], filepath.Join(folder, "postgres")); err != nil {
		t.Fatal(err)
	}
	if is := proven(t, folder); is != root {
		t.Errorf("%s, it was %s", is, root)
	}
}

// TestRestoreByNamed: a restore makes the cluster by the PostgreSQL that is named, as a
// start would, and none of an older version than that whose place it takes.
func TestRestoreByNamed(t *testing.T) {
	t.Parallel()
	bin, folder, fresh := newer(t), dataFolder(t), dataFolder(t)
	if output, code := run(t, "import", world(t, 12), "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	root := proven(t, folder)
	file := filepath.Join(t.TempDir(), "x.backup")
	if output, code := run(t, "backup", file, "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	older := filepath.Dir(pgtest.Program(t, "postgres"))
	for _, of := range []struct {
		into, by string
		replace  bool
	}{{folder, bin, true}, {fresh, bin, false}, {fresh, "", true}} {
		arguments := []string{"restore", file, "--data-dir", of.into}
		if of.replace {
			arguments = append(arguments, "--replace")
		}
		if output, code := with(t, of.by, arguments...); code != 0 {
			t.Fatalf("%v: %d %s", of, code, output)
		}
		if output, code := with(t, bin, "audit", "verify", "--data-dir", of.into); code != 0 || !strings.HasSuffix(output, root) {
			t.Errorf("%v: a start by the newer one afterwards: %d %s", of, code, output)
		}
	}
	output, code := with(t, older, "restore", file, "--replace", "--data-dir", folder)
	if code != 1 || !strings.Contains(output, "RELIEFGRAPH_POSTGRES_BIN names") ||
		!strings.Contains(output, "restore FILE --data-dir NEW") {
		t.Errorf("by an older one: %d %s", code, output)
	}
	if output, code := with(t, bin, "audit", "verify", "--data-dir", folder); code != 0 || !strings.HasSuffix(output, root) {
		t.Errorf("after one that was refused: %d %s", code, output)
	}
}
