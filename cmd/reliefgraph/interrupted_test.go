package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestInterrupted: Ctrl-C is told in the words of the command that it ends.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	folder := world(t, 4)
	for _, c := range []struct {
		arguments []string
		table     string // which the command waits for
		says      string
		code      int
	}{
		{[]string{"import", folder}, "node", "interrupted; nothing was written", 1},
		{[]string{"import", folder, "--dry-run"}, "publisher_timeline", "interrupted; nothing was written", 1},
		{[]string{"rebuild"}, "publisher_timeline", "interrupted; nothing was written", 1},
		{[]string{"rebuild", "--verify"}, "goose_db_version", "interrupted; nothing was written", 1},
		{[]string{"migrate", "up"}, "goose_db_version", "the step under way was taken back", 1},
		{[]string{"serve", "--listen", "127.0.0.1:0"}, "goose_db_version", "interrupted before it served", 0},
		{[]string{"serve", "--listen", "127.0.0.1:0"}, "publisher_timeline", "interrupted before it served", 0},
	} {
		t.Run(strings.Join(c.arguments, " ")+" "+c.table, func(t *testing.T) {
			t.Parallel()
			address := pgtest.URL(t)
			db := pgtest.Open(t, address, store.Options{Connections: 2})
			holder, err := db.DB().Begin()
			if err != nil {
				t.Fatal(err)
			}
			defer holder.Rollback()
			if _, err := holder.Exec("LOCK TABLE " + c.table); err != nil {
				t.Fatal(err)
			}
			command := exec.Command(program, c.arguments...)
			command.Env = append(os.Environ(), "DATABASE_URL="+address)
			var faults bytes.Buffer
			command.Stderr = &faults
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			pgtest.Eventually(t, "the command waits", func() bool {
				return scan(t, db, "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "+
					"(SELECT oid FROM pg_database WHERE datname = current_database())") != "0"
			})
			command.Process.Signal(syscall.SIGINT)
			command.Wait()
			said := faults.String()
			if command.ProcessState.ExitCode() != c.code || !strings.Contains(said, c.says) ||
				strings.Contains(said, "answer") || strings.Contains(said, "request") {
				t.Errorf("%d %s", command.ProcessState.ExitCode(), said)
			}
		})
	}
	// Neither was it a signal that ended this one.
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	holder, err := db.DB().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	for _, statement := range []string{
		"ALTER DATABASE " + scan(t, db, "SELECT current_database()") + " SET statement_timeout = 500", "BEGIN", "LOCK TABLE publisher_timeline",
	} {
		if _, err := holder.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if o := on(t, address, "import", folder); o.code != 1 || !strings.Contains(o.faults, "statement_timeout") ||
		strings.Contains(o.faults, "answer") {
		t.Errorf("bounded by the database: %+v", o)
	}
}
