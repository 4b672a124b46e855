package embeddedpg

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
)

// DiskFullError says that there is no room where the data folder is.
type DiskFullError struct {
	Folder string
	Free   uint64 // bytes for the account of this process
	Err    error
}

func (e *DiskFullError) Error() string {
	said := e.Err.Error()
	for line := range strings.Lines(said) {
		if saysFull(line) {
			said = strings.TrimSpace(line)
			break
		}
	}
	return fmt.Sprintf(
		"the disk of %s is full (%d MiB free now): %s; make room there (`df -h %s` shows it; a new database takes about 50 MiB, and some hundred to work in) "+
			"and start again, or choose another data folder; what is stored is unharmed",
		e.Folder,
		e.Free>>20,
		said,
		e.Folder,
	)
}

func (e *DiskFullError) Unwrap() error { return e.Err }

// saysFull knows how PostgreSQL and initdb tell it, of which only a text comes here.
func saysFull(text string) bool {
	for _, sign := range []string{"no space left on device", "disk quota exceeded", "check free disk space"} {
		if strings.Contains(strings.ToLower(text), sign) {
			return true
		}
	}
	return false
}

// orDiskFull tells a failure that a full disk caused as that.
func (l layout) orDiskFull(err error) error {
	if err == nil || !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) && !saysFull(err.Error()) {
		return err
	}
	var status syscall.Statfs_t
	full := &DiskFullError{Folder: l.dataDir, Err: err}
	if syscall.Statfs(l.dataDir, &status) == nil {
		full.Free = status.Bavail * uint64(status.Bsize)
	}
	return full
}
