package embeddedpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// earlierServerPatience is for the shutdown of a server whose program died.
	earlierServerPatience = time.Minute
	// orphanPatience is for the processes of a server whose main process died.
	// They end by themselves unless busy.
	orphanPatience = 3 * time.Second
	pollInterval   = 20 * time.Millisecond
)

// clusterName is PostgreSQL's cluster_name: part of the command line of each
// process of the server, by which they are recognised. It follows the folder
// itself, so that a copied data folder has another name.
func clusterName(cluster string) (string, error) {
	var status syscall.Stat_t
	if err := syscall.Stat(cluster, &status); err != nil {
		return "", fmt.Errorf("look at cluster folder %s: %w", cluster, err)
	}
	return fmt.Sprintf("reliefgraph-%x-%x", status.Dev, status.Ino), nil
}

// findProcesses lists the processes of the account that serve the cluster.
func findProcesses(name string, runAs account) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && servesCluster(pid, name, runAs) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func servesCluster(pid int, name string, runAs account) bool {
	folder := filepath.Join("/proc", strconv.Itoa(pid))
	commandLine, err := os.ReadFile(filepath.Join(folder, "cmdline"))
	if err != nil || len(commandLine) == 0 { // ended, or ended and not yet waited for
		return false
	}
	var status syscall.Stat_t
	if err := syscall.Stat(folder, &status); err != nil {
		return false
	}
	// The kernel shows root as owner if the account may not read the program.
	if owner := int(status.Uid); owner != runAs.uid && owner != 0 {
		return false
	}
	if bytes.HasPrefix(commandLine, []byte("postgres: "+name+": ")) {
		return true
	}
	arguments := strings.Split(string(commandLine), "\x00")
	return filepath.Base(arguments[0]) == "postgres" && slices.Contains(arguments, "cluster_name="+name)
}

// awaitEarlierServer waits for what is left of a server whose program was
// killed. The lock says that no program owns it any more; it got the signal to
// shut down when its program died.
func awaitEarlierServer(ctx context.Context, l layout, name string, runAs account, log *slog.Logger) error {
	pids := findProcesses(name, runAs)
	if len(pids) > 0 {
		log.Info("waiting for the earlier PostgreSQL server to end", "pids", pids)
	}
	pids, err := waitForProcesses(ctx, name, runAs, earlierServerPatience)
	if err != nil {
		return fmt.Errorf("wait for processes %v of the earlier PostgreSQL server: %w", pids, err)
	}
	if len(pids) > 0 {
		return &StillRunningError{Folder: l.cluster(), PIDs: pids}
	}
	return removeStalePidFile(l)
}

// servedBy is the folder of the program that serves the cluster, empty where none is seen.
func (l layout) servedBy() string {
	content, err := os.ReadFile(filepath.Join(l.cluster(), "postmaster.pid"))
	if err != nil {
		return ""
	}
	pid, _, _ := strings.Cut(string(content), "\n")
	program, err := os.Readlink(filepath.Join("/proc", strings.TrimSpace(pid), "exe"))
	if err != nil || filepath.Base(program) != "postgres" {
		return ""
	}
	return filepath.Dir(program)
}

// removeStalePidFile removes the server's pid file if the number in it is now
// that of some other program, as happens after a restart of the machine or
// container: PostgreSQL would take that program for a running server. In all
// other cases the file stays, as PostgreSQL makes checks of its own with it.
func removeStalePidFile(l layout) error {
	file := filepath.Join(l.cluster(), "postmaster.pid")
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("read the pid file of the earlier server: %w", err)
	}
	firstLine, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(firstLine))
	if err == nil && !processExists(pid) {
		return nil
	}
	if err := os.Remove(file); err != nil {
		return fmt.Errorf("remove the pid file of the earlier server: %w", err)
	}
	return nil
}

// endOrphans ends the processes that are left of our own server after its main
// process died. A busy one would go on until its statement ends, and PostgreSQL
// does not start as long as one is there.
func endOrphans(ctx context.Context, l layout, name string, runAs account, log *slog.Logger) error {
	pids, err := waitForProcesses(ctx, name, runAs, orphanPatience)
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGKILL} {
		if err != nil || len(pids) == 0 {
			break
		}
		log.Warn("ending processes left of the PostgreSQL server", "pids", pids, "signal", signal.String())
		for _, pid := range pids {
			signalOrphan(pid, name, runAs, signal)
		}
		pids, err = waitForProcesses(ctx, name, runAs, 2*time.Second)
	}
	if err != nil {
		return err
	}
	if len(pids) > 0 {
		return &StillRunningError{Folder: l.cluster(), PIDs: pids}
	}
	return removeStalePidFile(l)
}

// signalOrphan takes a handle first and looks again then: the handle stays with
// the process even if its number is given to another one.
func signalOrphan(pid int, name string, runAs account, signal syscall.Signal) {
	process, err := os.FindProcess(pid)
	if err != nil {
		return
	}
	defer process.Release()
	if servesCluster(pid, name, runAs) {
		_ = process.Signal(signal) // fails only if it has ended meanwhile
	}
}

// waitForProcesses waits until no process serves the cluster and returns those
// left when patience or the context ends.
func waitForProcesses(ctx context.Context, name string, runAs account, patience time.Duration) ([]int, error) {
	deadline := time.Now().Add(patience)
	for {
		pids := findProcesses(name, runAs)
		if len(pids) == 0 || time.Now().After(deadline) {
			return pids, nil
		}
		select {
		case <-ctx.Done():
			return pids, ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}
