package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Cluster is a PostgreSQL of a test's own, which it may crash, copy and promote.
type Cluster struct {
	t       testing.TB
	folder  string
	process *os.Process
	ended   chan struct{}
}

// NewCluster makes and starts a cluster with a migrated database "postgres". It
// ends with the test.
func NewCluster(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	c := emptyCluster(t)
	c.command("initdb", "--pgdata", c.data(), "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	settings = append(settings, "fsync=off", "listen_addresses=''", "shared_buffers=32MB", "jit=off", "hot_standby=on",
		"wal_receiver_status_interval=1s", "wal_retrieve_retry_interval=100ms")
	file, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(file, strings.Join(settings, "\n"))
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	c.Start()
	migrated := Open(t, c.URL(), store.Options{Connections: 2})
	if _, err := migrated.MigrateUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	migrated.Close()
	return c
}

// Standby makes and starts a copy that follows the cluster.
func (c *Cluster) Standby() *Cluster {
	c.t.Helper()
	standby := emptyCluster(c.t)
	c.command("pg_basebackup", "--pgdata="+standby.data(), "--host="+c.folder, "--username=postgres",
		"--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync")
	standby.Start()
	return standby
}

func emptyCluster(t testing.TB) *Cluster {
	t.Helper()
	folder, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	if account := postgresAccount(t); account != nil {
		if err := os.Chown(folder, int(account.Uid), int(account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	c := &Cluster{t: t, folder: folder}
	t.Cleanup(func() {
		c.Stop()
		os.RemoveAll(folder)
	})
	return c
}

// URL is the address of the cluster's database.
func (c *Cluster) URL() string {
	return "postgres://postgres@/postgres?" + url.Values{"host": {c.folder}, "sslmode": {"disable"}}.Encode()
}

// Socket is the path on which the cluster listens.
func (c *Cluster) Socket() string { return filepath.Join(c.folder, ".s.PGSQL.5432") }

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }

// Start starts the cluster and waits until it answers.
func (c *Cluster) Start() {
	c.t.Helper()
	server := c.program("postgres", "-D", c.data(), "-c", "unix_socket_directories="+c.folder)
	log, err := os.Create(filepath.Join(c.folder, "log"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer log.Close()
	server.Stdout, server.Stderr = log, log
	started, ended := make(chan error), make(chan struct{})
	go func() {
		// The death of the thread that started it would end it.
		runtime.LockOSThread()
		defer close(ended)
		err := server.Start()
		started <- err
		if err == nil {
			server.Wait() //nolint:errcheck // tests end it by force
		}
	}()
	if err := <-started; err != nil {
		c.t.Fatal(err)
	}
	c.process, c.ended = server.Process, ended
	c.Await()
}

// Stop ends the cluster at once, as if the machine had lost its power.
func (c *Cluster) Stop() { c.end(syscall.SIGQUIT) }

// ShutDown ends the cluster in an orderly way: what is under way is taken back, clients
// are told.
func (c *Cluster) ShutDown() { c.end(syscall.SIGINT) }

func (c *Cluster) end(how syscall.Signal) {
	if c.process != nil {
		c.process.Signal(how) //nolint:errcheck // it may have ended
		<-c.ended
		c.process = nil
	}
}

// Await waits until the cluster answers.
func (c *Cluster) Await() {
	c.t.Helper()
	Eventually(c.t, "the cluster answers", func() bool {
		db, err := sql.Open("postgres", c.URL())
		if err != nil {
			c.t.Fatal(err)
		}
		defer db.Close()
		return db.Ping() == nil
	})
}

// Eventually waits for something, for two minutes on a busy machine.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not reached in time: %s", what)
		}
	}
}

func (c *Cluster) command(name string, arguments ...string) {
	c.t.Helper()
	if output, err := c.program(name, arguments...).CombinedOutput(); err != nil {
		c.t.Fatalf("%s: %v\n%s", name, err, output)
	}
}

func (c *Cluster) program(name string, arguments ...string) *exec.Cmd {
	c.t.Helper()
	command := exec.Command(Program(c.t, name), arguments...)
	command.Env, command.Dir = []string{"LC_ALL=C.UTF-8", "TZ=UTC"}, c.folder
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT, Credential: postgresAccount(c.t)}
	return command
}

// Program is the path of one of PostgreSQL's programs.
func Program(t testing.TB, name string) string {
	t.Helper()
	installed, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(installed, name)
}

// programs is the folder of the PostgreSQL by which a private cluster is made.
var programs = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "reliefgraph-none-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	_, newest, err := embeddedpg.Versions(context.Background(), embeddedpg.Options{
		DataDir: folder, BinDir: os.Getenv("RELIEFGRAPH_POSTGRES_BIN"), Log: slog.New(slog.DiscardHandler),
	})
	return newest.Folder, err
})

// postgresAccount is whom PostgreSQL runs as where it may not run as ourselves.
func postgresAccount(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(found.Uid, 10, 32)
			gid, _ := strconv.ParseUint(found.Gid, 10, 32)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	t.Fatal("PostgreSQL does not run as root, and there is neither an account postgres nor nobody")
	return nil
}

// Newer makes programs in a new folder that say of themselves to be of a later version
// of PostgreSQL, and are those that there are.
func Newer(t testing.TB, folder string, major int) string {
	t.Helper()
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		script := fmt.Sprintf(
			// An older one knows no locales of its own.
			"#!/bin/sh\ncase $1 in --version) echo '%s (PostgreSQL) %d.1'; exit;; esac\n"+
				"for word; do shift; case $word in --locale-provider|builtin) ;; *) set -- \"$@\" \"$word\";; esac; done\nexec %s \"$@\"\n",
			name, major, Program(t, name),
		)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
