package main

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// proven fails the test where the folder's database is not as its log says, and
// returns the log's root.
func proven(t *testing.T, folder string) string {
	t.Helper()
	output, code := run(t, "audit", "verify", "--data-dir", folder)
	if code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	return output
}

// namesIn lists what is in a folder.
func namesIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// TestBackupAndRestore: a backup made while a server runs goes into a new folder, an
// empty database and the place of another folder's database, which is kept; into one
// that is filled it does not.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	address, _ := serve(t, "demo", folder)
	file := filepath.Join(t.TempDir(), "x.backup")
	passphrase := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(passphrase, []byte("a long passphrase\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, code := run(t, "backup", file, "--data-dir", folder, "--passphrase-file", passphrase); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if output, code := run(t, "backup", file, "--data-dir", folder); code != 1 || !strings.Contains(output, "choose another name") {
		t.Errorf("over another: %d %s", code, output)
	}
	_, was := get(t, address+missingQuery)

	other := dataFolder(t)
	if output, code := run(t, "restore", file, "--data-dir", other); code != 1 || !strings.Contains(output, "--passphrase-file") {
		t.Errorf("without the passphrase: %d %s", code, output)
	}
	if left := namesIn(t, other); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	if output, code := run(t, "restore", file, "--data-dir", other, "--passphrase-file", passphrase); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	root := proven(t, other)
	if output, code := run(t, "rebuild", "--verify", "--data-dir", other); code != 0 {
		t.Errorf("%d %s", code, output)
	}
	if output, code := run(
		t,
		"restore",
		file,
		"--data-dir",
		folder,
		"--passphrase-file",
		passphrase,
	); code != 1 ||
		!strings.Contains(output, "not empty") {
		t.Errorf("into a folder in use: %d %s", code, output)
	}
	areas := filepath.Join(t.TempDir(), "areas.csv")
	if err := os.WriteFile(areas, []byte("code,name,level,parent_code\n533102499,新镇,TOWNSHIP,533102\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if output, code := run(t, "import", areas, "--data-dir", other); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	if output, code := run(
		t,
		"restore",
		file,
		"--data-dir",
		other,
		"--passphrase-file",
		passphrase,
	); code != 1 ||
		!strings.Contains(output, "--replace") {
		t.Errorf("into a folder that is filled: %d %s", code, output)
	}
	output, code := run(t, "restore", file, "--data-dir", other, "--passphrase-file", passphrase, "--replace")
	if code != 0 || !strings.Contains(output, "is kept in "+filepath.Join(other, "postgres.")) {
		t.Fatalf("%d %s", code, output)
	}
	if again := proven(t, other); again != root {
		t.Errorf("%s is not %s", again, root)
	}
	served, _ := serve(t, "serve", other)
	if _, is := get(t, served+missingQuery); is != was {
		t.Errorf("%s, it was %s", is, was)
	}
}

// TestRestoreUnderServer: a server of an empty database answers from what is restored
// into it, the moment that it is.
func TestRestoreUnderServer(t *testing.T) {
	t.Parallel()
	from := pgtest.URL(t)
	if o := on(t, from, "import", world(t, 31)); o.code != 0 {
		t.Fatal(o)
	}
	file := filepath.Join(t.TempDir(), "x.backup")
	if o := on(t, from, "backup", file); o.code != 0 || !strings.Contains(o.out, "not encrypted") {
		t.Fatal(o)
	}
	into := pgtest.URL(t)
	served, _ := startServing(t, "DATABASE_URL="+into)
	roots := "http://" + served + "/graphql?query=" + url.QueryEscape("{ roots { code } }")
	if _, content := get(t, roots); !strings.Contains(content, `"roots":[]`) {
		t.Fatal(content)
	}
	if o := on(t, into, "restore", file); o.code != 0 {
		t.Fatal(o)
	}
	db := pgtest.Open(t, into, store.Options{Connections: 2})
	if _, content := get(
		t,
		roots,
	); !strings.Contains(
		content,
		`"code":"`+scan(t, db, "SELECT min(code) FROM node WHERE parent_code IS NULL")+`"`,
	) {
		t.Errorf("what is restored is not seen: %s", content)
	}
	if o := on(t, into, "restore", file); o.code != 1 || !strings.Contains(o.faults, "not empty") {
		t.Errorf("a second time: %+v", o)
	}
	if o := on(t, into, "restore", file, "--replace"); o.code != 2 {
		t.Errorf("%+v", o)
	}
	if o := on(t, into, "restore", filepath.Join(t.TempDir(), "none")); o.code != 1 || !strings.Contains(o.faults, "no such file") {
		t.Errorf("%+v", o)
	}
}

// TestRestoreOfPipe: a pipe that nobody writes to is no backup, and is not waited for.
func TestRestoreOfPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if o := on(t, pgtest.URL(t), "restore", pipe); o.code != 1 || !strings.Contains(o.faults, "it is no file") {
		t.Errorf("%+v", o)
	}
}

// TestRestoreKilled: killed at any moment, a restore leaves the folder as it was or
// with what was restored, and the next start goes well.
func TestRestoreKilled(t *testing.T) {
	t.Parallel()
	from, folder := dataFolder(t), dataFolder(t)
	if output, code := run(t, "import", world(t, 32), "--data-dir", from); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	file := filepath.Join(t.TempDir(), "x.backup")
	if output, code := run(t, "backup", file, "--data-dir", from); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	restored := proven(t, from)
	if output, code := run(t, "import", world(t, 33), "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	was := proven(t, folder)
	for after := 250 * time.Millisecond; ; after *= 2 {
		killed := exec.Command(program, "restore", file, "--replace", "--data-dir", folder)
		if err := killed.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(after, func() { killed.Process.Kill() })
		err := killed.Wait()
		timer.Stop()
		is := proven(t, folder)
		if err == nil {
			if is != restored {
				t.Errorf("restored, it has %s, not %s", is, restored)
			}
			break
		}
		if is != was && is != restored {
			t.Fatalf("killed after %v: %s", after, is)
		}
		for _, name := range namesIn(t, folder) {
			if strings.HasPrefix(name, "postgres.unfinished") {
				t.Errorf("%s is left", name)
			}
		}
	}
}
