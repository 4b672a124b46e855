// Package faults breaks a server in every way known while it is written to, and
// holds what is there afterwards against what was acknowledged, against the
// oracle, and against a rebuild.
package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// program is the built binary.
var program string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "faults-")
	if err != nil {
		panic(err)
	}
	// The embedded database may run as another user, who must get there.
	if err := os.Chmod(folder, 0o755); err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "reliefgraph")
	build := exec.Command("go", "build", "-o", program, "../../cmd/reliefgraph")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, output)
		os.Exit(1)
	}
	code := pgtest.Run(m)
	os.RemoveAll(folder)
	os.Exit(code)
}

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
