package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// handover lets a process put another cluster in the place of the one that another
// process serves. The locks of two files tell what each may do; the kernel lets them
// go with the process that holds them.
type handover struct {
	wanted  *os.File // held by who is about to put another cluster in place, until it is
	running *os.File // held by who serves the cluster, and while another takes its place
}

const (
	// askedInterval is how often who serves looks whether the cluster is wanted.
	askedInterval = 100 * time.Millisecond
	// handoverPatience is for the orderly shutdown of a server that is handed over.
	handoverPatience = 30 * time.Second
)

func openHandover(l layout) (*handover, error) {
	wanted, err := openLock(l, l.wanted())
	if err != nil {
		return nil, err
	}
	running, err := openLock(l, l.running())
	if err != nil {
		return nil, errors.Join(err, wanted.Close())
	}
	return &handover{wanted: wanted, running: running}, nil
}

// openLock opens a file that is there to be locked.
func openLock(l layout, name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if errors.Is(err, os.ErrPermission) {
		return nil, &FolderAccessError{
			Folder: l.dataDir, Account: accountName(os.Geteuid()), Err: err,
			Mend: runAsOwner,
		}
	}
	if err == nil {
		if err = adopt(file); err != nil {
			file.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	return file, nil
}

// tryLock tells whether it got a lock; how is LOCK_EX or LOCK_SH.
func tryLock(file *os.File, how int) (got bool, err error) {
	err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	return true, nil
}

func unlock(file *os.File) error { return syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }

// serve waits until nobody wants to change the cluster, and keeps others from it then.
func (h *handover) serve(ctx context.Context) error {
	return repeatedly(ctx, func() (bool, error) {
		free, err := tryLock(h.wanted, syscall.LOCK_SH)
		if err != nil || !free {
			return false, err
		}
		got, err := tryLock(h.running, syscall.LOCK_EX)
		return got, errors.Join(err, unlock(h.wanted))
	})
}

// asked tells whether somebody wants to put another cluster in place.
func (h *handover) asked() bool {
	free, err := tryLock(h.wanted, syscall.LOCK_SH)
	if err == nil && free {
		err = unlock(h.wanted)
	}
	return err == nil && !free
}

// want asks who serves the cluster to stop, and waits until it has.
func (h *handover) want(ctx context.Context) error {
	for _, file := range []*os.File{h.wanted, h.running} {
		err := repeatedly(ctx, func() (bool, error) { return tryLock(file, syscall.LOCK_EX) })
		if err != nil {
			return err
		}
	}
	return nil
}

// close lets both locks go. Closing the files alone would leave them to a child that
// is just being forked.
func (h *handover) close() error {
	return errors.Join(unlock(h.running), unlock(h.wanted), h.running.Close(), h.wanted.Close())
}

// repeatedly does something until it succeeds.
func repeatedly(ctx context.Context, do func() (bool, error)) error {
	for {
		done, err := do()
		if err != nil || done {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// heldFolder makes a folder that is nobody else's to remove while it is held: see
// removeUnfinished.
func heldFolder(l layout) (*os.File, error) {
	for {
		path, err := os.MkdirTemp(l.dataDir, unfinishedPrefix)
		if err != nil {
			return nil, err
		}
		folder, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			continue // removed before it was held
		} else if err != nil {
			return nil, err
		}
		held, err := tryLock(folder, syscall.LOCK_EX)
		if err != nil {
			return nil, errors.Join(err, folder.Close())
		}
		if held {
			here, hereErr := folder.Stat()
			there, thereErr := os.Stat(path)
			if hereErr == nil && thereErr == nil && os.SameFile(here, there) {
				return folder, nil
			}
		}
		folder.Close()
	}
}

// removeFolder removes a folder that is held.
func removeFolder(folder *os.File) error {
	return errors.Join(removeAll(folder.Name()), folder.Close())
}
