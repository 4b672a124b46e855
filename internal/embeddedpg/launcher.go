package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	portAttempts        = 5
	failedStartPatience = 10 * time.Second
)

// launcher has all that is needed to start the server of a cluster.
type launcher struct {
	options  Options
	layout   layout
	runAs    account
	programs binaries
	record   *clusterRecord
	name     string
	handover *handover // nil: nobody puts another cluster in place
}

// start returns the started server and its connection URL.
func (l launcher) start(ctx context.Context) (*ownedServer, string, error) {
	var err error
	for range portAttempts { // a free port may be taken by others before the server has it
		var at address
		if at, err = l.chooseAddress(); err != nil {
			return nil, "", err
		}
		var owned *ownedServer
		if owned, err = l.startAt(ctx, at); err == nil {
			return owned, connectionURL(at, l.record.Password, databaseName), nil
		}
		var failed *ServerError
		if at.socketFolder != "" || !errors.As(err, &failed) || !strings.Contains(failed.LogTail, "Address already in use") {
			break
		}
	}
	return nil, "", err
}

func (l launcher) chooseAddress() (address, error) {
	folder := l.layout.socket()
	if !canHoldSocket(folder) {
		port, err := freePort()
		for l.layout.sockets != "" && err == nil && l.layout.isKnown(port) {
			port, err = freePort()
		}
		return address{port: port}, err
	}
	// Made again each time: a socket left by a killed server, with the number of a
	// process that is another one now, would keep the server from starting.
	err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700), l.runAs.give(folder))
	if err != nil {
		return address{}, fmt.Errorf("make the socket folder: %w", err)
	}
	return address{socketFolder: folder, port: socketPort}, nil
}

func (l launcher) startAt(ctx context.Context, at address) (*ownedServer, error) {
	logFile, logStart, err := openLog(l.layout.log())
	if err != nil {
		return nil, err
	}
	// The supervisor alone uses what is renewed, one after the other.
	now := l
	newCommand := func() *exec.Cmd {
		command := exec.Command(now.programs.postgres(), at.arguments(now.layout, now.name, now.options)...)
		command.Dir = now.layout.cluster()
		command.Env = environment()
		command.Stdout, command.Stderr = logFile, logFile
		command.SysProcAttr = now.runAs.attributes(syscall.SIGINT)
		return command
	}
	clear := func(ctx context.Context) error {
		return endOrphans(ctx, now.layout, now.name, now.runAs, now.options.Log)
	}
	owned := &ownedServer{layout: l.layout, runAs: l.runAs, logFile: logFile, supervisor: newSupervisor(newCommand, clear, l.options.Log)}
	if l.handover != nil {
		owned.supervisor.handOver(l.handover, func(ctx context.Context) error { return now.renew(ctx) })
	}
	go owned.supervisor.run()

	maintenanceURL := connectionURL(at, l.record.Password, "postgres")
	err = awaitReady(ctx, maintenanceURL, owned.supervisor.done, l.options.Log)
	if err == nil {
		err = ensureDatabase(ctx, maintenanceURL)
	}
	if err == nil {
		owned.supervisor.markAsReady()
		return owned, nil
	}
	// Time of its own, as ctx has often ended here.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), failedStartPatience)
	defer cancel()
	stopErr := owned.supervisor.stop(grace)
	if errors.Is(err, errEndedEarly) && owned.supervisor.err != nil {
		err = owned.supervisor.err
	}
	failure := &ServerError{LogFile: l.layout.log(), LogTail: readTail(l.layout.log(), logStart), Err: err}
	return nil, errors.Join(failure, stopErr, logFile.Close())
}

// renew finds the cluster and programs anew, where another cluster has taken the
// place of the one that was served. Password and address stay.
func (l *launcher) renew(ctx context.Context) error {
	record, err := l.layout.readCluster()
	if err == nil && record == nil {
		err = fmt.Errorf("there is no cluster in %s any more", l.layout.cluster())
	}
	if err != nil {
		return err
	}
	programs, err := discover(ctx, l.options.BinDir, l.runAs, record.Major, l.layout.cluster())
	if _, other := errors.AsType[*VersionMismatchError](err); other && l.options.BinDir != "" {
		l.options.Log.Warn("the programs that were named do not fit the cluster any more; name others before the next start",
			"named", l.options.BinDir, "version", record.Major)
		l.options.BinDir = ""
	}
	if err != nil {
		programs, err = discover(ctx, l.options.BinDir, l.runAs, record.Major, l.layout.cluster(), record.programs()...)
	}
	if err != nil {
		return err
	}
	name, err := clusterName(l.layout.cluster())
	if err != nil {
		return err
	}
	l.record, l.programs, l.name = record, programs, name
	// Of a program that had it in between and was killed.
	return awaitEarlierServer(ctx, l.layout, name, l.runAs, l.options.Log)
}
