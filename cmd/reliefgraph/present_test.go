package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// reading are the commands that only read.
func reading(t *testing.T) [][]string {
	t.Helper()
	at := t.TempDir()
	return [][]string{
		{"audit", "verify"},
		{"audit", "checkpoint"},
		{"audit", "export", "--out", filepath.Join(at, "log")},
		{"rebuild", "--verify"},
		{"account", "list"},
		{"account", "token", "list", "x"},
		{"template", "--node", "53", "--out", filepath.Join(at, "templates")},
	}
}

// TestNothingMadeByReading: what reads, or changes what is there, makes no database
// where a folder was mistaken, and says so.
func TestNothingMadeByReading(t *testing.T) {
	t.Parallel()
	for _, arguments := range append(reading(t),
		[]string{"backup", filepath.Join(t.TempDir(), "backup")}, []string{"migrate", "status"}, []string{"migrate", "down"}, []string{"rebuild"},
		[]string{"account", "disable", "x"}, []string{"import", "--undo", "1"}, []string{"database", "upgrade"},
	) {
		for name, folder := range map[string]string{"missing": filepath.Join(t.TempDir(), "none"), "empty": t.TempDir()} {
			output, code := run(t, append(arguments, "--data-dir", folder)...)
			if code != 1 || !strings.Contains(output, "there is no database in "+folder) {
				t.Errorf("%v of a folder that is %s: %d %s", arguments, name, code, output)
			}
			if found, err := os.ReadDir(folder); err == nil && len(found) > 0 || err == nil && name == "missing" {
				t.Errorf("%v made %v in a folder that was %s", arguments, found, name)
			}
		}
	}
}

// TestNothingMigratedByReading: what only reads leaves an older schema as it is.
func TestNothingMigratedByReading(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	if o := on(t, address, "migrate", "down"); o.code != 0 {
		t.Fatal(o)
	}
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	const steps = "SELECT max(version_id) FROM goose_db_version"
	before := scan(t, db, steps)
	for _, arguments := range reading(t) {
		if o := on(t, address, arguments...); o.code != 1 || !strings.Contains(o.faults, "reliefgraph migrate up") {
			t.Errorf("%v: %+v", arguments, o)
		}
	}
	if after := scan(t, db, steps); after != before {
		t.Errorf("the schema went from %s to %s", before, after)
	}
}
