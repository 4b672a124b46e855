package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

const (
	attachInterval = 50 * time.Millisecond
	watchInterval  = 500 * time.Millisecond
)

// Open attaches to the server that another reliefgraph process runs on the data
// folder. While that one is starting or stopping it waits, until ctx ends. If no
// process has the folder it does what Start does.
func Open(ctx context.Context, o Options) (*Server, error) {
	o, l, err := prepare(o)
	if err != nil {
		return nil, err
	}
	told := false
	for {
		server, err := startOwned(ctx, o, l)
		var inUse *InUseError
		if err == nil {
			return server, nil
		} else if !errors.As(err, &inUse) {
			return nil, fmt.Errorf("open embedded PostgreSQL: %w", err)
		}
		server, attachErr := attach(ctx, l, inUse.PID)
		if attachErr == nil {
			o.Log.Info("using the PostgreSQL server of another process", "pid", inUse.PID, "purpose", inUse.Purpose)
			return server, nil
		}
		if errors.Is(attachErr, fs.ErrPermission) {
			return nil, &FolderAccessError{
				Folder: l.dataDir, Account: accountName(os.Geteuid()), Err: attachErr,
				Mend: fmt.Sprintf("run the program as the account of process %d, which owns the database server", inUse.PID),
			}
		}
		if !told {
			o.Log.Info("waiting for the PostgreSQL server of another process", "pid", inUse.PID, "purpose", inUse.Purpose)
			told = true
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf(
				"open embedded PostgreSQL: wait until the server of another process accepts connections (%w): %w; %w",
				attachErr,
				ctx.Err(),
				inUse,
			)
		case <-time.After(attachInterval):
		}
	}
}

// OpenMade is Open of a folder that has a cluster. Where there is none it changes
// nothing, and the error is a *NoClusterError.
func OpenMade(ctx context.Context, o Options) (*Server, error) {
	_, l, err := prepare(o)
	if err != nil {
		return nil, err
	}
	if err := l.checkOurs(); err != nil {
		return nil, err
	}
	record, err := l.readCluster()
	if err != nil {
		return nil, err
	}
	if record == nil {
		return nil, &NoClusterError{Folder: l.dataDir}
	}
	return Open(ctx, o)
}

var errNotReady = errors.New("it is starting or stopping")

// attach returns the running server of the process that has the lock.
func attach(ctx context.Context, l layout, owner int) (*Server, error) {
	record, err := l.readConnection()
	if errors.Is(err, fs.ErrNotExist) || err == nil && record.PID != owner {
		return nil, errNotReady
	} else if err != nil {
		return nil, fmt.Errorf("read connection file %s: %w", l.connection(), err)
	}
	// Before the connection is tried: an owner that ends at once after it would
	// look like one that cannot be seen.
	process := findRunning(owner)
	if err := ping(ctx, record.URL); err != nil {
		return nil, fmt.Errorf("connect to the server of process %d: %w", owner, err)
	}
	server := &Server{url: record.URL, exited: make(chan struct{}), stopping: make(chan struct{})}
	go server.watchAttached(l, record, process)
	return server, nil
}

// findRunning returns nil if no such process can be seen: it has ended, or runs
// in a container of its own. The handle stays with the process even if the
// number is given to another one.
func findRunning(pid int) *os.Process {
	process, err := os.FindProcess(pid)
	if err != nil { // never on Unix
		return nil
	}
	if hasEnded(process) {
		_ = process.Release()
		return nil
	}
	return process
}

// watchAttached reports the end of the owner; of one that cannot be seen only
// the connection file can be watched.
func (s *Server) watchAttached(l layout, attached connectionRecord, owner *os.Process) {
	if owner != nil {
		defer owner.Release()
	}
	for {
		select {
		case <-s.stopping:
			return
		case <-time.After(watchInterval):
		}
		record, readErr := l.readConnection()
		if owner != nil && hasEnded(owner) || readErr != nil || record != attached {
			s.err = fmt.Errorf("process %d (%s), which ran the PostgreSQL server, has stopped it or ended", attached.PID, attached.Purpose)
			close(s.exited)
			return
		}
	}
}

func hasEnded(process *os.Process) bool {
	return errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
