package embeddedpg

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFirstStartAndReuse(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(temporaryFolder(t), "new", "data")
	server := startByInstalled(t, folder)
	for query, want := range map[string]string{
		"SHOW data_checksums":          "on",
		"SHOW fsync":                   "on",
		"SHOW full_page_writes":        "on",
		"SHOW server_encoding":         "UTF8",
		"SHOW client_encoding":         "UTF8",
		"SHOW timezone":                "UTC",
		"SHOW jit":                     "off",
		"SHOW shared_buffers":          "256MB",
		"SHOW listen_addresses":        "",
		"SHOW unix_socket_permissions": "0700",
		"SHOW password_encryption":     "scram-sha-256",
		"SELECT current_database()":    "reliefgraph",
		"SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules":      "scram-sha-256",
		"SELECT datctype FROM pg_database WHERE datname = 'reliefgraph'":           "C.UTF-8",
		"SELECT upper('é') || ('中' ~ '^\\w$')::text":                               "Étrue",
		"SELECT count(*)::text FROM pg_settings WHERE pending_restart":             "0",
		"SELECT count(*)::text FROM pg_file_settings WHERE error IS NOT NULL":      "0",
		"SELECT count(*)::text FROM pg_shadow WHERE passwd LIKE 'SCRAM-SHA-256$%'": "1",
	} {
		expect(t, server.URL(), query, want)
	}
	if ask(t, server.URL(), "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'") == "1" {
		run(t, server.URL(), "CREATE EXTENSION pg_trgm")
		expect(t, server.URL(), "SELECT (cardinality(show_trgm('减免税')) > 0)::text", "true")
	}
	for path, want := range map[string]fs.FileMode{
		"connection.json": 0o600, "postgres.log": 0o600, "postgres": 0o700, "socket": 0o700, "postgres/reliefgraph.json": 0o600,
	} {
		information, err := os.Stat(filepath.Join(folder, path))
		must(t, err)
		if got := information.Mode().Perm(); got != want {
			t.Errorf("%s: mode %v, want %v", path, got, want)
		}
	}
	var status syscall.Stat_t
	must(t, syscall.Stat(filepath.Join("/proc", strconv.Itoa(mainProcess(t, folder))), &status))
	if status.Uid == 0 {
		t.Error("the server runs as root")
	}

	run(t, server.URL(), "CREATE TABLE kept (value text)")
	run(t, server.URL(), "INSERT INTO kept VALUES ('first')")
	stopServer(t, server)
	stopServer(t, server) // again, without harm
	if _, err := os.Stat(filepath.Join(folder, "connection.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the connection file is still there: %v", err)
	}

	again := startServer(t, folder)
	expect(t, again.URL(), "SELECT value FROM kept", "first")
	if again.URL() != server.URL() {
		t.Error("the password or address has changed")
	}
	log, err := os.ReadFile(filepath.Join(folder, "postgres.log"))
	must(t, err)
	if strings.Contains(string(log), "not properly shut down") {
		t.Error("Stop did not shut down in an orderly way")
	}
	select {
	case <-server.Exited():
		t.Error("Exited was closed although Stop was called")
	default:
	}
}

func TestPasswordIsRequired(t *testing.T) {
	t.Parallel()
	short := temporaryFolder(t)
	long := filepath.Join(temporaryFolder(t), strings.Repeat("long-", 20))
	for _, folder := range []string{short, long} {
		server := startServer(t, folder)
		for name, user := range map[string]*url.Userinfo{
			"wrong": url.UserPassword(userName, "wrong"),
			"none":  url.User(userName),
		} {
			target, err := url.Parse(server.URL())
			must(t, err)
			target.User = user
			err = tryRun(t.Context(), target.String(), "SELECT 1")
			if err == nil || !strings.Contains(err.Error(), "password") {
				t.Errorf("password %s: got %v, want a refusal", name, err)
			}
		}
	}
}

// A long path leaves no room for a socket. Stop without patience ends by force,
// and the next start recovers.
func TestLoopbackAndForcedStop(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(temporaryFolder(t), strings.Repeat("long-", 20))
	server := startServer(t, folder)
	expect(t, server.URL(), "SHOW listen_addresses", "127.0.0.1")
	expect(t, server.URL(), "SHOW unix_socket_directories", "")
	run(t, server.URL(), "CREATE TABLE kept AS SELECT 1 AS value")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := server.Stop(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a note about the forced end", err)
	}
	again := startServer(t, folder)
	expect(t, again.URL(), "SELECT value FROM kept", "1")
}

func TestCancelledStart(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		awaitUnfinished(t, folder)
	}()
	if _, err := Start(ctx, byInstalled(options(folder))); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want %v", err, context.Canceled)
	}
	server := startServer(t, folder)
	expect(t, server.URL(), "SELECT 1", "1")
}

// awaitUnfinished waits until initdb has begun to write. It is also called from
// goroutines and so does not end the test.
func awaitUnfinished(t *testing.T, folder string) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if found, _ := filepath.Glob(filepath.Join(folder, unfinishedPrefix+"*", "cluster", "base")); len(found) > 0 {
			return
		}
	}
	t.Error("initdb has not begun in time")
}

func TestUnfinishedInitialisationIsRedone(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	program := startOtherByInstalled(t, folder)
	awaitUnfinished(t, folder)
	program.kill(t)
	if _, err := os.Stat(filepath.Join(folder, "postgres")); err == nil {
		t.Skip("the initialisation was faster than the signal")
	}
	server := startServer(t, folder)
	expect(t, server.URL(), "SELECT 1", "1")
	l, err := newLayout(folder)
	must(t, err)
	if remains, err := l.unfinished(); err != nil || len(remains) > 0 {
		t.Errorf("remains of the initialisation: %v, %v", remains, err)
	}
}

// After a restart of the machine the number in the pid file may be that of
// another program.
func TestStalePidFile(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	stopServer(t, startServer(t, folder))
	l, err := newLayout(folder)
	must(t, err)
	runAs, err := chooseAccount(l.cluster())
	must(t, err)

	sleeper := exec.Command("sleep", "60")
	sleeper.SysProcAttr = runAs.attributes(0)
	must(t, sleeper.Start())
	t.Cleanup(func() { _ = sleeper.Process.Kill(); _ = sleeper.Wait() })
	content := strconv.Itoa(sleeper.Process.Pid) + "\n" + l.cluster() + "\n0\n5432\n\n\n0 0\n"
	must(t, os.WriteFile(filepath.Join(l.cluster(), "postmaster.pid"), []byte(content), 0o600))

	server := startServer(t, folder)
	expect(t, server.URL(), "SELECT 1", "1")
	if !processExists(sleeper.Process.Pid) {
		t.Error("the other program was ended")
	}
}

func TestFailedStartSaysWhy(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	stopServer(t, startServer(t, folder))
	must(t, os.WriteFile(filepath.Join(folder, "postgres", "postgresql.auto.conf"), []byte("work_mem = nonsense\n"), 0o600))
	_, err := Start(t.Context(), options(folder))
	wantError[*ServerError](t, err, "work_mem", filepath.Join(folder, "postgres.log"))
	must(t, os.WriteFile(filepath.Join(folder, "postgres", "postgresql.auto.conf"), nil, 0o600))
	startServer(t, folder) // the folder was released
}
