package faults

import (
	"database/sql"
	"syscall"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// killServer kills the server; its database ends with it, and the next start
// waits for that.
func killServer(t *testing.T, during *round) {
	during.process.kill()
	during.process.start(t)
}

// killDatabase kills the main process of the database; the server starts another.
func killDatabase(t *testing.T, during *round) {
	p := during.process
	killed := p.killPostmaster(t)
	pgtest.Eventually(t, "the database is started again", func() bool {
		now := p.postmaster()
		return now != 0 && now != killed && during.ready() == 200
	})
	if p.hasEnded() {
		t.Error("the server ended with its database")
	}
}

// killBoth kills the server and the main process of its database, before the one
// notices that the other is gone: processes of statements are left over.
func killBoth(t *testing.T, during *round) {
	p := during.process
	p.command.Process.Signal(syscall.SIGSTOP) // it runs
	p.killPostmaster(t)
	p.kill()
	p.start(t)
}

// killBackend kills a process of the database that serves a connection of the
// server's; PostgreSQL ends all others and begins again.
func killBackend(t *testing.T, during *round) {
	db, err := sql.Open("postgres", during.database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const another = `SELECT pid FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
		ORDER BY state = 'active' DESC, random() LIMIT 1`
	var pid int
	if err := db.QueryRow(another).Scan(&pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	pgtest.Eventually(t, "the database has begun again", func() bool {
		return syscall.Kill(pid, 0) != nil && during.ready() == 200
	})
}
