package embeddedpg

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockHolder is what the owner of a data folder writes into the lock file.
type lockHolder struct {
	PID     int    `json:"pid"`
	Purpose string `json:"purpose"`
}

// folderLock is held from before the first change to the data folder until the
// server has ended. The kernel releases it when the process dies.
type folderLock struct{ file *os.File }

// takeLock returns an *InUseError if another process, or another Server of this
// process, has the lock.
func takeLock(l layout, purpose string) (*folderLock, error) {
	file, err := openLock(l, l.lock())
	if err != nil {
		return nil, err
	}
	if got, err := tryLock(file, syscall.LOCK_EX); err != nil || !got {
		file.Close()
		if err != nil {
			return nil, err
		}
		holder := readLockHolder(l)
		return nil, &InUseError{DataDir: l.dataDir, PID: holder.PID, Purpose: holder.Purpose}
	}
	content, err := json.Marshal(lockHolder{PID: os.Getpid(), Purpose: purpose})
	if err == nil {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = file.WriteAt(append(content, '\n'), 0)
	}
	lock := &folderLock{file: file}
	if err != nil {
		lock.release()
		return nil, fmt.Errorf("write lock file: %w", err)
	}
	return lock, nil
}

// release empties the file first, so that nobody reads the name of a process
// that no longer holds the lock.
func (lock *folderLock) release() error {
	truncateErr := lock.file.Truncate(0)
	// Closing alone would leave the lock to a child that is just being forked.
	unlockErr := unlock(lock.file)
	return errors.Join(truncateErr, unlockErr, lock.file.Close())
}

// readLockHolder waits a moment for a holder that has not written its name yet,
// or not yet over that of one that died; the zero value says that it did not.
func readLockHolder(l layout) lockHolder {
	var holder lockHolder
	for range 20 {
		content, err := os.ReadFile(l.lock())
		if err == nil && json.Unmarshal(content, &holder) == nil && processExists(holder.PID) {
			return holder
		}
		time.Sleep(10 * time.Millisecond)
	}
	return holder // in a container of its own, if it is a name at all
}

// processExists asks without sending anything: signal 0 only checks.
func processExists(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
