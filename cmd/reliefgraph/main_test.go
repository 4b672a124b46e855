package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// program is the built binary.
var program string

func TestMain(m *testing.M) { os.Exit(pgtest.RunBuilt(m, &program)) }

// dataFolder is a place for an embedded database of a test's own.
func dataFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp(filepath.Dir(program), "data-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "d")
}

// run runs a command to its end.
func run(t *testing.T, arguments ...string) (output string, code int) {
	t.Helper()
	command := exec.Command(program, arguments...)
	var both bytes.Buffer
	command.Stdout, command.Stderr = &both, io.Discard
	var faults bytes.Buffer
	command.Stderr = &faults
	err := command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return both.String() + faults.String(), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return both.String(), 0
}

// serve starts a server and returns its address when it is ready.
func serve(t *testing.T, command, folder string) (address string, process *exec.Cmd) {
	t.Helper()
	process = exec.Command(program, command, "--data-dir", folder, "--listen", "127.0.0.1:0")
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		process.Process.Kill()
		process.Wait()
	})
	said := make(chan string, 1)
	go func() {
		buffer := make([]byte, 4096)
		n, _ := io.ReadAtLeast(output, buffer, 20)
		said <- string(buffer[:n])
		io.Copy(io.Discard, output)
	}()
	select {
	case text := <-said:
		_, after, found := strings.Cut(text, "http://")
		if !found {
			t.Fatalf("it says no address: %s", text)
		}
		address, _, _ = strings.Cut(after, "/")
		return "http://" + address, process
	case <-time.After(time.Minute):
		t.Fatal("it does not start")
	}
	return "", nil
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(content)
}

const missingQuery = `/graphql?query=%7BadministrativeNode(code:%22533102%22)%7Bcoverage%7Brequired%7D%7D%7D`

// TestServing: demo serves its world; import works beside it and is seen at
// once; a second server on the folder is refused; killed, it starts again; a
// signal ends it with 0.
func TestServing(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	address, process := serve(t, "demo", folder)
	for path, says := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/metrics": "reliefgraph_nodes 199", missingQuery: `"required":172`} {
		if status, content := get(t, address+path); status != 200 || !strings.Contains(content, says) {
			t.Errorf("%s: %d %.200s", path, status, content)
		}
	}
	if output, code := run(
		t,
		"serve",
		"--data-dir",
		folder,
		"--listen",
		"127.0.0.1:0",
	); code != 1 ||
		!strings.Contains(output, fmt.Sprint(process.Process.Pid)) {
		t.Errorf("a second server: %d %s", code, output)
	}
	areas := filepath.Join(t.TempDir(), "areas.csv")
	if err := os.WriteFile(areas, []byte("code,name,level,parent_code\n533102499,新镇,TOWNSHIP,533102\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if output, code := run(t, "import", areas, "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	if _, content := get(t, address+missingQuery); !strings.Contains(content, `"required":188`) {
		t.Errorf("the import is not seen: %s", content)
	}
	process.Process.Kill()
	process.Wait()
	address, process = serve(t, "serve", folder)
	if _, content := get(t, address+missingQuery); !strings.Contains(content, `"required":188`) {
		t.Errorf("after a kill: %s", content)
	}
	if status, _ := get(t, address+"/playground/"); status != 404 {
		t.Errorf("serve shows the playground without being told to: %d", status)
	}
	process.Process.Signal(syscall.SIGTERM)
	if err := process.Wait(); err != nil {
		t.Errorf("ended by a signal: %v", err)
	}
	if output, code := run(t, "rebuild", "--verify", "--data-dir", folder); code != 0 {
		t.Errorf("%d %s", code, output)
	}
}

// TestImporting: exit codes, the report as JSON, and an import killed half-way.
func TestImporting(t *testing.T) {
	t.Parallel()
	folder, world := dataFolder(t), t.TempDir()
	if output, code := run(t, "generate", "--out", world, "--seed", "7", "--disclosures", "30000", "--areas", "53"); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	for _, after := range []time.Duration{300, 900, 1500} {
		importing := exec.Command(program, "import", world, "--data-dir", folder)
		if err := importing.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after * time.Millisecond)
		importing.Process.Kill()
		importing.Wait()
		// It may have been killed before there was a database, which what only reads does not make.
		for _, command := range [][]string{{"migrate", "up"}, {"rebuild", "--verify"}} {
			if output, code := run(t, append(command, "--data-dir", folder)...); code != 0 {
				t.Fatalf("killed after %v: %d %s", after, code, output)
			}
		}
	}
	output, code := run(t, "import", world, "--data-dir", folder, "--format", "json")
	var report struct {
		Written bool
		Files   []struct {
			Kind                      string
			Added, Changed, Unchanged int
		}
	}
	if err := json.Unmarshal([]byte(output), &report); err != nil || code != 0 || !report.Written {
		t.Fatalf("%v %d %.500s", err, code, output)
	}
	for _, file := range report.Files {
		if file.Kind == "disclosures" && file.Added+file.Unchanged != 30000 {
			t.Errorf("%+v", file)
		}
	}
	bad := filepath.Join(t.TempDir(), "areas.csv")
	if err := os.WriteFile(bad, []byte("code,name,level,parent_code\nx,错,TOWN,53\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		arguments []string
		code      int
		says      string
	}{
		{[]string{"import", bad, "--data-dir", folder}, 1, "nothing was written"},
		{[]string{"import", "nowhere.csv", "--data-dir", folder}, 2, "no such file"},
		{[]string{"import", "--data-dir", folder}, 2, "name files or folders"},
		{[]string{"nothing"}, 2, "--help"},
		{[]string{"import", world, "--colour", "red"}, 2, "--colour"},
		{[]string{"generate", "--out", world, "--areas", "nowhere"}, 1, "there is no node"},
		{[]string{"migrate", "status", "--data-dir", folder}, 0, "applied 0001_facts.sql"},
		{[]string{"migrate", "up", "--data-dir", folder}, 0, "nothing to do"},
		{[]string{"import", bad, "--database-url", "postgres://nobody@127.0.0.1:1/none?sslmode=disable"}, 1, "database"},
	} {
		if output, code := run(t, c.arguments...); code != c.code || !strings.Contains(output, c.says) {
			t.Errorf("%v: %d %s", c.arguments, code, output)
		}
	}
}
