package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestPasswordsAreNotTold: whatever is wrong with an address, and wherever it was
// put, nothing that the program says has its password.
func TestPasswordsAreNotTold(t *testing.T) {
	t.Parallel()
	const bad = "postgres://app:s3cret/tail@127.0.0.1:1/db"
	for _, arguments := range [][]string{
		{"rebuild", "--database-url", bad},
		{"rebuild", "--database-url", "postgres://app:s3crettail@127.0.0.1:1/db?sslmode=disable"},
		{"rebuild", "--database-url", "user=app password=s3crettail host=127.0.0.1 port=1 sslmode=disable"},
		{"migrate", "up", "--database-url", "user=app password='s3cret tail"},
		{"serve", bad},
		{"serve", "--database-uri=" + bad},
		{"import", bad},
		{"import", ".", "--format", bad},
		{"serve", "--connections", bad},
		{"rebuild", "--database-url-file", bad},
	} {
		o := on(t, "", arguments...)
		if o.code == 0 || o.faults == "" || strings.Contains(o.out+o.faults, "s3cret") || strings.Contains(o.out+o.faults, "tail") {
			t.Errorf("%v: %+v", arguments, o)
		}
	}
	o := on(t, "", "rebuild", "--database-url", "postgres://app:s3crettail@127.0.0.1:1/db?sslmode=disable")
	if !strings.Contains(o.faults, "--database-url-file") {
		t.Errorf("a password among the processes: %s", o.faults)
	}
}

// TestDatabaseURLFile: every command takes the address from a file, which is told
// of where others may read it.
func TestDatabaseURLFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "url")
	write := func(content string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(file, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
	}
	address := pgtest.URL(t)
	write(address+"\n", 0o600)
	for _, arguments := range [][]string{{"migrate", "status"}, {"rebuild", "--verify"}, {"import", world(t, 3), "--dry-run"}} {
		o := on(t, "", append(arguments, "--database-url-file", file)...)
		if o.code != 0 || strings.Contains(o.faults, "chmod") {
			t.Errorf("%v: %+v", arguments, o)
		}
	}
	write(address, 0o640)
	if o := on(t, "", "migrate", "status", "--database-url-file", file); o.code != 0 || !strings.Contains(o.faults, "chmod 600") {
		t.Errorf("readable by others: %+v", o)
	}
	if o := on(t, address, "migrate", "status", "--database-url-file", file); o.code != 2 {
		t.Errorf("two addresses: %+v", o)
	}
	write(" \n", 0o600)
	if o := on(t, "", "migrate", "status", "--database-url-file", file); o.code != 1 || !strings.Contains(o.faults, "is empty") {
		t.Errorf("an empty file: %+v", o)
	}
}
