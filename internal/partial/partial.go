// Package partial makes files that get their name when they are whole, and removes what
// processes left of such ones that were killed.
package partial

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Files are those of one kind that are not whole yet: what their names begin with. Who
// writes one holds its lock: one that nobody holds was left by a process that was killed.
type Files string

// The kinds.
const (
	Backups Files = ".reliefgraph-backup-"
	Logs    Files = ".reliefgraph-audit-"
)

// New makes a file that is held until it is closed.
func (f Files) New(folder string) (*os.File, error) {
	for {
		file, err := os.CreateTemp(folder, string(f))
		if err != nil {
			return nil, err
		}
		// Another who looks for stale files may have seen it before it was held.
		err = hold(file)
		if err == nil && isThere(file) {
			return file, nil
		}
		if err != nil && !errors.Is(err, syscall.EWOULDBLOCK) {
			return file, nil // where files have no locks nobody takes it for a stale one
		}
		file.Close()
	}
}

func hold(file *os.File) error { return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// isThere tells whether the file still stands under its name.
func isThere(file *os.File) bool {
	own, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(file.Name())
	return err == nil && os.SameFile(own, named)
}

// RemoveStale removes the files that were left in a folder. What cannot be removed is no
// reason to make no other.
func (f Files) RemoveStale(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), string(f)) && entry.Type().IsRegular() {
			removeIfStale(filepath.Join(folder, entry.Name()))
		}
	}
}

func removeIfStale(name string) {
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer file.Close()
	if hold(file) == nil && isThere(file) {
		os.Remove(name)
	}
}
