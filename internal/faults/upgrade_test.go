package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// upgrading begins to take the embedded database to a newer PostgreSQL, which is the
// present one under another number. What is returned waits for its end.
func upgrading(t *testing.T, during *round) (command *exec.Cmd, end func() (said string, err error)) {
	t.Helper()
	p := during.process
	content, err := os.ReadFile(filepath.Join(p.dataDir, "postgres", "reliefgraph.json"))
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ PostgresqlMajor int }
	if err := json.Unmarshal(content, &made); err != nil {
		t.Fatal(err)
	}
	bin := pgtest.Newer(t, filepath.Join(filepath.Dir(p.dataDir), fmt.Sprint("bin-", during.number)), made.PostgresqlMajor+1)
	command = exec.Command(program, "database", "upgrade", "--data-dir", p.dataDir)
	command.Env = append(os.Environ(), "RELIEFGRAPH_POSTGRES_BIN="+bin)
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return command, func() (string, error) {
		err := command.Wait()
		return output.String(), err
	}
}

// upgrade takes the database to a newer PostgreSQL.
func upgrade(t *testing.T, during *round) {
	_, end := upgrading(t, during)
	if said, err := end(); err != nil {
		t.Errorf("the upgrade: %v %.2000s", err, said)
	}
	if during.process.hasEnded() {
		t.Error("the server ended with its database")
	}
}

// killUpgrade kills the command that does so, at any moment.
func killUpgrade(t *testing.T, during *round) {
	command, end := upgrading(t, during)
	time.Sleep(time.Duration(during.random.IntN(6000)) * time.Millisecond)
	command.Process.Kill() // it may have ended
	end()                  // it was killed
	if during.process.hasEnded() {
		t.Error("the server ended with its database")
	}
}

// killServerOfUpgrade kills the server meanwhile, at any moment; it is started again
// while the command goes on.
func killServerOfUpgrade(t *testing.T, during *round) {
	_, end := upgrading(t, during)
	time.Sleep(time.Duration(during.random.IntN(6000)) * time.Millisecond)
	during.process.kill()
	during.process.start(t)
	if said, err := end(); err != nil {
		t.Logf("the upgrade: %v %.2000s", err, said) // it may have lost what it read
	}
}
