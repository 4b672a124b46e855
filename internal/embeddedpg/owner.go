package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// startOwned takes the lock and starts the server under it.
func startOwned(ctx context.Context, o Options, l layout) (_ *Server, err error) {
	defer func() { err = l.orDiskFull(err) }()
	if err := l.checkOurs(); err != nil {
		return nil, err
	}
	if err := l.create(); err != nil {
		return nil, err
	}
	lock, err := takeLock(l, o.Purpose)
	if err != nil {
		return nil, err
	}
	h, err := openHandover(l)
	if err != nil {
		return nil, errors.Join(err, lock.release())
	}
	server, err := startLocked(ctx, o, l, lock, h)
	if err != nil {
		return nil, errors.Join(err, h.close(), lock.release())
	}
	return server, nil
}

func startLocked(ctx context.Context, o Options, l layout, lock *folderLock, h *handover) (*Server, error) {
	if err := h.serve(ctx); err != nil {
		return nil, fmt.Errorf("wait until another process has replaced the cluster: %w", err)
	}
	if err := l.take(); err != nil {
		return nil, err
	}
	server, err := startCluster(ctx, o, l, h)
	if err != nil {
		return nil, err
	}
	owned := server.owned
	owned.connection, err = l.writeConnection(connectionRecord{PID: os.Getpid(), Purpose: o.Purpose, URL: server.url})
	if err != nil {
		return nil, errors.Join(err, server.Stop(ctx)) // the lock is released by the caller
	}
	owned.lock, owned.handover = lock, h
	go server.watchOwned()
	return server, nil
}

// take prepares a folder that is locked, so that nobody else can change its state.
func (l layout) take() error {
	if err := l.checkOurs(); err != nil {
		return err
	}
	if err := l.mark(); err != nil {
		return err
	}
	if err := removeIfThere(l.connection()); err != nil {
		return fmt.Errorf("remove the connection file of an earlier run: %w", err)
	}
	_, err := l.keepReplaced(time.Now())
	return err
}

// startCluster starts the server of a folder that is taken, with a new cluster where
// there is none. Where h is given, others may put another cluster in its place.
func startCluster(ctx context.Context, o Options, l layout, h *handover) (*Server, error) {
	runAs, err := o.account(l)
	if err != nil {
		return nil, err
	}
	record, programs, err := openCluster(ctx, o, l, runAs)
	if err != nil {
		return nil, err
	}
	name, err := clusterName(l.cluster())
	if err != nil {
		return nil, err
	}
	if err := awaitEarlierServer(ctx, l, name, runAs, o.Log); err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(l.cluster(), confName), []byte(configuration()), 0o600); err != nil {
		return nil, fmt.Errorf("write the server's configuration: %w", err)
	}
	launch := launcher{options: o, layout: l, runAs: runAs, programs: programs, record: record, name: name, handover: h}
	owned, target, err := launch.start(ctx)
	if err != nil {
		return nil, err
	}
	o.Log.Info("PostgreSQL is ready", "version", programs.version, "folder", l.cluster(), "purpose", o.Purpose)
	return &Server{url: target, exited: make(chan struct{}), stopping: make(chan struct{}), owned: owned}, nil
}

func (o Options) account(l layout) (account, error) {
	if o.runAs != nil {
		return *o.runAs, nil
	}
	return chooseAccount(l.cluster())
}

// openCluster finds the programs and the cluster that fit each other, and makes
// the cluster if there is none.
func openCluster(ctx context.Context, o Options, l layout, runAs account) (*clusterRecord, binaries, error) {
	record, err := l.readCluster()
	if err != nil {
		return nil, binaries{}, err
	}
	wantedMajor := 0
	if record != nil {
		wantedMajor = record.Major
	}
	programs, err := discover(ctx, o.BinDir, runAs, wantedMajor, l.cluster(), append(record.programs(), o.also)...)
	if err != nil {
		return nil, binaries{}, err
	}
	if err := l.checkAccess(ctx, programs, runAs); err != nil {
		return nil, binaries{}, err
	}
	if record == nil {
		record, err = initialise(ctx, o, l, programs, runAs)
	} else {
		err = errors.Join(removeUnfinished(l, o.Log), reclaimCluster(l, runAs))
	}
	return record, programs, err
}

// reclaimCluster gives a cluster that belongs to root, as after restoring a
// backup, to the account of the server.
func reclaimCluster(l layout, runAs account) error {
	var status syscall.Stat_t
	if err := syscall.Lstat(l.cluster(), &status); err != nil || status.Uid != 0 || !runAs.switched {
		return err
	}
	err := filepath.WalkDir(l.cluster(), func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return runAs.give(path)
	})
	if err != nil {
		return fmt.Errorf("give cluster %s to account %s: %w", l.cluster(), runAs.name, err)
	}
	return nil
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
