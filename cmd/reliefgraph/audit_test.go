package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// rootOf is the root of a tree as RFC 6962 defines it.
func rootOf(leaves [][]byte) []byte {
	switch len(leaves) {
	case 0:
		sum := sha256.Sum256(nil)
		return sum[:]
	case 1:
		sum := sha256.Sum256(append([]byte{0}, leaves[0]...))
		return sum[:]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	sum := sha256.Sum256(append(append([]byte{1}, rootOf(leaves[:k])...), rootOf(leaves[k:])...))
	return sum[:]
}

// TestAudit: the checkpoint covers every entry, the export recomputes to its root by
// what docs/audit.md says, and the verification names what was tampered with.
func TestAudit(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	if o := on(t, address, "import", world(t, 5)); o.code != 0 {
		t.Fatal(o)
	}
	checkpoint := on(t, address, "audit", "checkpoint")
	lines := strings.Split(checkpoint.out, "\n")
	if checkpoint.code != 0 || len(lines) < 5 || !strings.HasPrefix(lines[0], "reliefgraph/") ||
		!strings.HasPrefix(lines[4], "— reliefgraph ") {
		t.Fatalf("%+v", checkpoint)
	}
	kept := filepath.Join(t.TempDir(), "kept.txt")
	if err := os.WriteFile(kept, []byte(checkpoint.out), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := on(t, address, "audit", "verify", "--against", kept); o.code != 0 || !strings.HasPrefix(o.out, lines[1]+" entries") {
		t.Errorf("%+v", o)
	}
	out := filepath.Join(t.TempDir(), "log.ndjson")
	left := filepath.Join(filepath.Dir(out), ".reliefgraph-audit-1") // by one that was killed
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := on(t, address, "audit", "export", "--out", out); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	if files, err := os.ReadDir(filepath.Dir(out)); err != nil || len(files) != 1 {
		t.Errorf("beside the export there are %v %v", files, err)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the export may be read by others: %v %v", info.Mode(), err)
	}
	leaves := exportedLeaves(t, out)
	if root := base64.StdEncoding.EncodeToString(rootOf(leaves)); strconv.Itoa(len(leaves)) != lines[1] || root != lines[2] {
		t.Errorf("%d entries with the root %s, the checkpoint says %s %s", len(leaves), root, lines[1], lines[2])
	}
	code := scan(t, db, "SELECT min(code) FROM node WHERE NOT department")
	for _, statement := range []string{
		"SET session_replication_role = replica; UPDATE node SET name = name || 'x' WHERE code = '" + code + "'",
	} {
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if o := on(t, address, "audit", "verify"); o.code != 1 || !strings.Contains(o.out, "areas "+code+": the row is not as the log says\n") {
		t.Errorf("%+v", o)
	}
	for _, c := range []struct {
		against, says string
		code          int
	}{
		{filepath.Join(t.TempDir(), "none"), "no such file", 1},
		{os.DevNull, os.DevNull + ": it is empty", 1},
		{"", "--against", 2},
	} {
		o := on(t, address, "audit", "verify", "--against", c.against)
		if o.code != c.code || !strings.Contains(o.out+o.faults, c.says) || strings.Contains(o.out, "every row is as they say") {
			t.Errorf("against %q: %+v", c.against, o)
		}
	}
}

// exportedLeaves reads an export, and makes each leaf of its fields.
func exportedLeaves(t *testing.T, name string) (leaves [][]byte) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<24)
	for n := 1; scanner.Scan(); n++ {
		var entry map[string]any
		if err := json.Unmarshal(scanner.Bytes(), &entry); err != nil {
			t.Fatal(err)
		}
		if entry["sequence"] != float64(n) || entry["way"] != "CLI" || entry["account"] != nil {
			t.Fatalf("line %d: %v", n, entry)
		}
		entry["sequence"] = strconv.Itoa(n)
		salt, err := base64.StdEncoding.DecodeString(entry["salt"].(string))
		if err != nil || len(salt) != 16 {
			t.Fatalf("line %d: the salt %v", n, entry["salt"])
		}
		content := string(salt)
		for _, field := range []string{"sequence", "at", "account", "way", "fact", "key", "before", "after"} {
			if text, ok := entry[field].(string); ok {
				content += strconv.Itoa(len(text)) + ":" + text
			} else {
				content += "-"
			}
		}
		leaf := sha256.Sum256([]byte(content))
		if told := base64.StdEncoding.EncodeToString(leaf[:]); told != entry["leaf"] {
			t.Fatalf("line %d: its leaf is %s, said to be %v", n, told, entry["leaf"])
		}
		leaves = append(leaves, leaf[:])
	}
	return leaves
}

// TestCheckpointServed: a server seals what others write, and gives the newest
// checkpoint to anybody.
func TestCheckpointServed(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	served, _ := startServing(t, "DATABASE_URL="+address)
	get := func() (text string) {
		t.Helper()
		answer, err := http.Get("http://" + served + "/audit/checkpoint")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		content, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain") {
			t.Fatalf("%v %v %s", err, answer.Status, content)
		}
		return string(content)
	}
	if size := strings.Split(get(), "\n")[1]; size != "0" {
		t.Errorf("an empty log has %s entries", size)
	}
	if o := on(t, address, "import", world(t, 5)); o.code != 0 {
		t.Fatal(o)
	}
	if served, printed := get(), on(t, address, "audit", "checkpoint").out; served != printed || strings.Split(served, "\n")[1] == "0" {
		t.Errorf("served\n%s\nprinted\n%s", served, printed)
	}
	pgtest.Eventually(t, "the server seals what nobody asks for", func() bool {
		return scan(t, db, "SELECT count(*) FROM log_pending") == "0"
	})
}

// TestLogKey: the first start makes the key in the data folder, readable by its owner
// alone; with another key nothing is signed, and the verification says so.
func TestLogKey(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	home := t.TempDir()
	audit := func(environment []string, arguments ...string) outcome {
		t.Helper()
		command := exec.Command(program, append([]string{"audit"}, arguments...)...)
		command.Env = append(append(os.Environ(), "DATABASE_URL="+address), environment...)
		var out, faults strings.Builder
		command.Stdout, command.Stderr = &out, &faults
		command.Run()
		return outcome{out.String(), faults.String(), command.ProcessState.ExitCode()}
	}
	own := []string{"XDG_DATA_HOME=" + home, "RELIEFGRAPH_LOG_KEY="}
	first := audit(own, "checkpoint")
	info, err := os.Stat(filepath.Join(home, "reliefgraph", "log.key"))
	if first.code != 0 || err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%+v %v", first, err)
	}
	other := []string{"XDG_DATA_HOME=" + t.TempDir(), "RELIEFGRAPH_LOG_KEY="}
	if o := audit(other, "checkpoint"); o.out != first.out || !strings.Contains(o.faults, "--log-key") {
		t.Errorf("without the key: %+v", o)
	}
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	if _, err := db.DB().Exec(
		`INSERT INTO event (ref, name, kind, started_on) VALUES ('e', '地震', 'EARTHQUAKE', '2024-01-01')`,
	); err != nil {
		t.Fatal(err)
	}
	if o := audit(other, "checkpoint"); o.code != 1 || o.out != "" || !strings.Contains(o.faults, "of 0 entries, the log has 1") {
		t.Errorf("without the key, of a log that has grown: %+v", o)
	}
	if o := audit(own, "checkpoint"); o.code != 0 || strings.Split(o.out, "\n")[1] != "1" || strings.Contains(o.faults, "chmod") {
		t.Errorf("with the key, of a log that has grown: %+v", o)
	}
	if o := audit(own, "verify"); o.code != 0 || !strings.HasPrefix(o.out, "1 entry,") {
		t.Errorf("%+v", o)
	}
	if _, err := db.DB().Exec(`SET session_replication_role = replica; DELETE FROM event; RESET session_replication_role`); err != nil {
		t.Fatal(err)
	}
	if o := audit(own, "verify"); o.code != 1 || !strings.Contains(o.faults, "in 1 place;") {
		t.Errorf("%+v", o)
	}
	if err := os.Chmod(filepath.Join(home, "reliefgraph", "log.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	if o := audit(own, "checkpoint"); o.code != 0 || !strings.Contains(o.faults, "chmod 600") {
		t.Errorf("a key that others may read: %+v", o)
	}
	another := filepath.Join(t.TempDir(), "another.key")
	if o := audit([]string{"RELIEFGRAPH_LOG_KEY=" + another}, "verify"); o.code != 1 || !strings.Contains(o.faults, another) {
		t.Errorf("a file that is not there: %+v", o)
	}
}
