package embeddedpg

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestForeignFolderIsRefused(t *testing.T) {
	t.Parallel()
	for name, files := range map[string][]string{
		"cluster of others":        {"PG_VERSION", "base/1/1"},
		"other files":              {"report.xlsx"},
		"cluster below":            {"postgres/PG_VERSION"},
		"cluster in marked folder": {markerName, "postgres/PG_VERSION"},
		"marked cluster folder":    {markerName, "PG_VERSION"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := temporaryFolder(t)
			for _, file := range files {
				path := filepath.Join(folder, file)
				must(t, os.MkdirAll(filepath.Dir(path), 0o755))
				must(t, os.WriteFile(path, []byte("15\n"), 0o644))
			}
			before := listing(t, folder)
			_, err := Start(t.Context(), options(folder))
			wantError[*ForeignFolderError](t, err, folder, "choose")
			if after := listing(t, folder); !slices.Equal(before, after) {
				t.Errorf("changed from %v to %v", before, after)
			}
		})
	}
}

// listing leaves out the locks, which stay in a folder of ours.
func listing(t *testing.T, folder string) []string {
	t.Helper()
	var paths []string
	must(t, filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if name := filepath.Base(path); name != "lock" && name != "wanted" && name != "running" {
			paths = append(paths, path)
		}
		return err
	}))
	return paths
}

func TestFileInsteadOfFolderIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(temporaryFolder(t), "file")
	must(t, os.WriteFile(file, nil, 0o644))
	_, err := Start(t.Context(), options(file))
	wantError[*ForeignFolderError](t, err, file)
}

func TestOtherMajorVersionIsRefused(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	must(t, os.Mkdir(filepath.Join(folder, "postgres"), 0o700))
	must(t, os.WriteFile(filepath.Join(folder, markerName), nil, 0o644))
	must(t, os.WriteFile(filepath.Join(folder, "postgres", markerName), []byte(`{"postgresqlMajor": 9, "password": "x"}`), 0o600))
	_, err := Start(t.Context(), options(folder))
	mismatch := wantError[*VersionMismatchError](t, err, "PostgreSQL 9", "postgresql-9")
	if mismatch.Cluster != 9 || len(mismatch.Found) == 0 {
		t.Errorf("got %+v", mismatch)
	}
}

func TestDamagedRecordIsRefused(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	must(t, os.Mkdir(filepath.Join(folder, "postgres"), 0o700))
	must(t, os.WriteFile(filepath.Join(folder, markerName), nil, 0o644))
	must(t, os.WriteFile(filepath.Join(folder, "postgres", markerName), []byte(`{"postgres`), 0o600))
	_, err := Start(t.Context(), options(folder))
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("got %v", err)
	}
}

func TestUntraversableFolderIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("for root only, who runs the server as another account")
	}
	closed := filepath.Join(temporaryFolder(t), "closed")
	must(t, os.Mkdir(closed, 0o700))
	_, err := Start(t.Context(), options(filepath.Join(closed, "data")))
	denied := wantError[*FolderAccessError](t, err, closed, "traverse", "chmod", rootDataDir)
	if denied.Folder != closed {
		t.Errorf("got folder %s, want %s", denied.Folder, closed)
	}
}

func TestUnreadableFolderIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may read all; run by TestAsUnprivilegedUser")
	}
	folder := temporaryFolder(t)
	must(t, os.Chmod(folder, 0))
	_, err := Start(t.Context(), options(folder))
	wantError[*FolderAccessError](t, err, folder, "permission denied")
}

// Tests run by root are run again by an unprivileged user, whose clusters need
// no change of account.
func TestAsUnprivilegedUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("for root only")
	}
	folder := temporaryFolder(t)
	program := filepath.Join(folder, "embeddedpg.test")
	copyProgram(t, os.Args[0], program)
	work := filepath.Join(folder, "work")
	must(t, os.Mkdir(work, 0o700))
	must(t, os.Chown(work, 65534, 65534))
	command := exec.Command(program, "-test.v", "-test.run",
		"^(TestFirstStartAndReuse|TestProgramKilled|TestServerKilled|TestUnreadableFolderIsRefused|TestStalePidFile)$")
	command.Dir = work
	command.Env = append(os.Environ(), "TMPDIR="+work, "HOME="+work)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	output, err := command.CombinedOutput()
	if err != nil || bytes.Contains(output, []byte("--- SKIP")) || !bytes.Contains(output, []byte("--- PASS")) {
		t.Errorf("%v\n%s", err, output)
	}
}

func copyProgram(t *testing.T, from, to string) {
	t.Helper()
	source, err := os.Open(from)
	must(t, err)
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o755)
	must(t, err)
	_, err = io.Copy(target, source)
	must(t, err)
	must(t, target.Close())
}

func TestDefaultDataDir(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/data/of/user")
	if folder, err := DefaultDataDir(); err != nil || folder != "/data/of/user/reliefgraph" {
		t.Errorf("got %s, %v", folder, err)
	}
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("HOME", "/home/somebody")
	want := "/home/somebody/.local/share/reliefgraph"
	if os.Geteuid() == 0 {
		want = rootDataDir
	}
	if folder, err := DefaultDataDir(); err != nil || folder != want {
		t.Errorf("got %s, %v, want %s", folder, err, want)
	}
}

func TestLargeLogIsEmptied(t *testing.T) {
	t.Parallel()
	path := filepath.Join(temporaryFolder(t), "postgres.log")
	for _, size := range []int64{largestLog, largestLog + 1} {
		must(t, os.WriteFile(path, nil, 0o600))
		must(t, os.Truncate(path, size))
		file, start, err := openLog(path)
		must(t, err)
		must(t, file.Close())
		if emptied := start == 0; emptied != (size > largestLog) {
			t.Errorf("size %d: lines begin at %d", size, start)
		}
	}
}
