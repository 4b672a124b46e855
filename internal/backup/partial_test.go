package backup_test

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestStale: what a killed backup left is removed by the next one into its folder; what
// another is writing, and what is none of a backup's, is not.
func TestStale(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	const left, written, link, other = ".reliefgraph-backup-1", ".reliefgraph-backup-2", ".reliefgraph-backup-3", ".other-4"
	for _, name := range []string{left, written, other} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(other, filepath.Join(folder, link)); err != nil {
		t.Fatal(err)
	}
	held, err := os.Open(filepath.Join(folder, written))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := syscall.Flock(int(held.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.WriteFile(t.Context(), pgtest.Store(t), nil, filepath.Join(folder, "x.backup"), nil); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if want := []string{other, written, link, "x.backup"}; !slices.Equal(names, want) {
		t.Errorf("there are %v, want %v", names, want)
	}
}

// TestHeldWhileWritten: a backup under way is not taken for one that was left.
func TestHeldWhileWritten(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	db := pgtest.Store(t)
	const many = 4
	made := make(chan error, many)
	for n := range many {
		go func() {
			_, err := backup.WriteFile(t.Context(), db, nil, filepath.Join(folder, string(rune('a'+n))), nil)
			made <- err
		}()
	}
	for range many {
		if err := <-made; err != nil {
			t.Error(err)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != many {
		t.Errorf("%v %v", entries, err)
	}
}
