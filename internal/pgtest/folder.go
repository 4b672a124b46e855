package pgtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	memory     = "/dev/shm"
	memoryFree = 4 << 30 // of test programs that run beside each other
)

// newFolder makes a folder for a cluster, in memory where there is room: tests make
// and drop hundreds of databases of many small files, which a disk takes long for.
func newFolder() (string, error) {
	var status syscall.Statfs_t
	parent := ""
	if err := syscall.Statfs(memory, &status); !cluster.durable && err == nil && status.Bavail*uint64(status.Bsize) >= memoryFree {
		removeLeftovers()
		parent = memory
	}
	folder, err := os.MkdirTemp(parent, fmt.Sprintf("reliefgraph-test-%d-", os.Getpid()))
	if err != nil {
		return "", err
	}
	// Servers may run as other users, who must be able to get there.
	return folder, os.Chmod(folder, 0o755)
}

// removeLeftovers frees the memory of test programs that were killed.
func removeLeftovers() {
	folders, _ := filepath.Glob(filepath.Join(memory, "reliefgraph-test-*")) // the pattern is valid
	for _, folder := range folders {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), "reliefgraph-test-"), "-")
		if pid, err := strconv.Atoi(owner); err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
			os.RemoveAll(folder)
		}
	}
}
