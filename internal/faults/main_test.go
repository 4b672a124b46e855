// Package faults breaks a server in every way known while it is written to, and
// holds what is there afterwards against what was acknowledged, against the
// oracle, and against a rebuild.
package faults

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// program is the built binary.
var program string

func TestMain(m *testing.M) { os.Exit(pgtest.RunBuilt(m, &program)) }

// newFolder is a folder that the account of the embedded database can reach. Its
// path is short: a socket lies below it.
func newFolder(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp(filepath.Dir(program), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}
