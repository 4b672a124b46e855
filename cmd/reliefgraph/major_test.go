package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestWayToAnotherMajor: the commands that are printed for the data folder of
// another PostgreSQL keep everything, with its history. They are run from one
// version to itself, as there need be no other here.
func TestWayToAnotherMajor(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	if output, code := run(t, "import", world(t, 12), "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	binaries := filepath.Dir(pgtest.Program(t, "postgres"))
	mismatch := &embeddedpg.VersionMismatchError{
		Folder: filepath.Join(folder, "postgres"), Cluster: 15, Found: []string{"16.1 in " + binaries},
	}
	if said := mismatch.Error(); !strings.Contains(said, "apt-get install postgresql-15") {
		t.Error(said)
	}
	script := strings.Join(mismatch.Move(), "\n")
	if !strings.Contains(mismatch.Error(), script) {
		t.Error("other commands are printed")
	}
	script = strings.ReplaceAll(script, "/usr/lib/postgresql/15/bin", binaries)
	command := exec.Command("bash", "-eu", "-c", script)
	command.WaitDelay = time.Minute // a server that a failed script leaves behind holds the output open
	command.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"))
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "every timeline is as the facts say") {
		t.Fatalf("%v\n%s\n%s", err, script, output)
	}
	// Imported again, nothing is new; the old folder is there still.
	for _, of := range []string{folder, folder + ".15"} {
		output, code := run(t, "import", world(t, 12), "--data-dir", of, "--format", "json")
		output, _, _ = strings.Cut(output, "\n}\n")
		for _, file := range reportOf(t, outcome{out: output + "\n}\n", code: code}).Files {
			if *file.Added+*file.Changed > 0 {
				t.Errorf("%s: %+v", of, file)
			}
		}
	}
}
