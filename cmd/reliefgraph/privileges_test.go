package main

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// runAsDatabase lets a server that root starts go on as the account of the tests'
// database, whose socket is for that one alone.
func runAsDatabase() []string {
	if _, err := user.Lookup("postgres"); err == nil && os.Geteuid() == 0 {
		return []string{"RELIEFGRAPH_RUN_AS=postgres"}
	}
	return nil
}

// idsOfThreads are the user and group ids of every thread of a process, and its
// groups.
func idsOfThreads(t *testing.T, pid int) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil || len(files) == 0 {
		t.Fatalf("threads of %d: %v", pid, err)
	}
	found := map[string]bool{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue // it has ended
		}
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			switch name, _, _ := strings.Cut(line, ":"); name {
			case "Uid", "Gid", "Groups", "CapEff", "CapPrm":
				found[strings.Join(strings.Fields(line), " ")] = true
			}
		}
	}
	return found
}

// TestRootIsGivenUp: a server that root starts goes on as the account of its
// database, in all threads, without root's groups and rights, and keeps its database
// alive: it starts it again after a crash, and stops it.
func TestRootIsGivenUp(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	address, process := serve(t, "demo", folder)
	var status syscall.Stat_t
	if err := syscall.Stat(filepath.Join(folder, "postgres"), &status); err != nil {
		t.Fatal(err)
	}
	if status.Uid == 0 {
		t.Fatal("the database belongs to root")
	}
	if os.Geteuid() == 0 {
		want := map[string]bool{
			fmt.Sprintf("Uid: %[1]d %[1]d %[1]d %[1]d", status.Uid): true, fmt.Sprintf("Gid: %[1]d %[1]d %[1]d %[1]d", status.Gid): true,
			"Groups:": true, "CapEff: 0000000000000000": true, "CapPrm: 0000000000000000": true,
		}
		if got := idsOfThreads(t, process.Process.Pid); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the server runs as %v, want %v", got, want)
		}
	}
	if status, content := get(t, address+"/metrics"); status != 200 || !strings.Contains(content, "process_open_fds") {
		t.Errorf("%d %.200s", status, content)
	}
	content, err := os.ReadFile(filepath.Join(folder, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	var postmaster int
	if _, err := fmt.Sscan(string(content), &postmaster); err != nil {
		t.Fatal(err)
	}
	syscall.Kill(postmaster, syscall.SIGKILL)
	deadline := time.Now().Add(30 * time.Second)
	for {
		if _, content := get(t, address+missingQuery); strings.Contains(content, `"required":172`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the database is not started again")
		}
		time.Sleep(50 * time.Millisecond)
	}
	if output, code := run(t, "rebuild", "--verify", "--data-dir", folder); code != 0 {
		t.Errorf("%d %s", code, output)
	}
	process.Process.Signal(syscall.SIGTERM)
	if err := process.Wait(); err != nil {
		t.Errorf("ended by a signal: %v", err)
	}
	if output, code := run(t, "rebuild", "--verify", "--data-dir", folder); code != 0 {
		t.Errorf("after it: %d %s", code, output)
	}
	output, code := run(t, "serve", "--data-dir", folder, "--listen", "127.0.0.1:0", "--run-as", "daemon")
	if code == 0 || os.Geteuid() == 0 && code != 2 || !strings.Contains(output, "--run-as") {
		t.Errorf("as another than its database: %d %s", code, output)
	}
}

// TestRunAs: where root cannot be given up, or the database then not be reached,
// the start says so and what to do.
func TestRunAs(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	for account, says := range map[string]string{"no-such-account": "--run-as", "0": "--run-as", "nobody": "--run-as"} {
		if o := on(t, address, "serve", "--listen", "127.0.0.1:0", "--run-as", account); o.code != 1 || !strings.Contains(o.faults, says) {
			t.Errorf("as %s: %+v", account, o)
		}
	}
	if os.Geteuid() != 0 {
		return
	}
	_, process := startServing(t, "DATABASE_URL="+address, "RELIEFGRAPH_RUN_AS=root")
	if ids := idsOfThreads(t, process.Process.Pid); !ids["Uid: 0 0 0 0"] {
		t.Errorf("told to stay root: %v", ids)
	}
	_, process = startServing(t, "DATABASE_URL="+address)
	if ids := idsOfThreads(t, process.Process.Pid); ids["Uid: 0 0 0 0"] {
		t.Errorf("beside another's database: %v", ids)
	}
}
