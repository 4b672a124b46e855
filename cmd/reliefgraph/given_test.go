package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestPipesGiven: a file that is given may be a pipe, as of a process substitution;
// a signal ends the wait for it at once.
func TestPipesGiven(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	for _, arguments := range [][]string{
		{"rebuild", "--verify", "--database-url-file"},
		{"serve", "--listen", "127.0.0.1:0", "--database-url-file"},
		{"serve", "--listen", "127.0.0.1:0", "--database-url", address, "--documents"},
	} {
		pipe := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		command := exec.Command(program, append(arguments, pipe)...)
		var faults bytes.Buffer
		command.Stderr = &faults
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		var writer *os.File
		pgtest.Eventually(t, "the command reads", func() (reads bool) {
			var err error
			writer, err = os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0)
			return err == nil
		})
		command.Process.Signal(syscall.SIGTERM)
		ended := time.AfterFunc(time.Minute, func() { command.Process.Kill() })
		command.Wait()
		writer.Close()
		if !ended.Stop() || !strings.Contains(faults.String(), "interrupted") {
			t.Errorf("%v: %s", arguments, faults.String())
		}
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	go os.WriteFile(pipe, []byte(address+"\n"), 0)
	if o := on(t, "", "migrate", "status", "--database-url-file", pipe); o.code != 0 {
		t.Errorf("an address from a pipe: %+v", o)
	}
}

// TestUnfitFilesGiven: what is no file to be read is told, and not read to its end.
func TestUnfitFilesGiven(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	huge := filepath.Join(t.TempDir(), "huge")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 1<<40); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{
		t.TempDir(): "is a (folder|directory)", "/dev/zero": "more than", huge: "more than", filepath.Join(huge, "x"): "not a directory",
	} {
		for _, arguments := range [][]string{
			{"rebuild", "--database-url-file", name}, {"serve", "--listen", "127.0.0.1:0", "--database-url", address, "--documents", name},
		} {
			if o := on(
				t,
				"",
				arguments...); o.code == 0 || !regexp.MustCompile(says).MatchString(o.faults) ||
				!strings.Contains(o.faults, name) {
				t.Errorf("%v: %+v", arguments, o)
			}
		}
	}
}
