package embeddedpg

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFullDiskIsExplained: an initdb that finds no room is told as a full disk, by
// whichever of its words.
func TestFullDiskIsExplained(t *testing.T) {
	t.Parallel()
	for _, said := range []string{
		`FATAL:  could not write to file "pg_wal/xlogtemp.446": No space left on device`,
		"HINT:  Check free disk space.",
		`could not create directory "x": Disk quota exceeded`,
	} {
		programs := temporaryFolder(t)
		installation(t, programs, "15.1")
		script := "#!/bin/sh\necho 'it begins'\necho '" + said + "' >&2\nexit 1\n"
		must(t, os.WriteFile(filepath.Join(programs, "initdb"), []byte(script), 0o755))
		o := options(filepath.Join(temporaryFolder(t), "data"))
		o.BinDir = programs
		_, err := Start(t.Context(), o)
		wantError[*DiskFullError](t, err, o.DataDir, said, "make room", "df -h")
		if strings.Contains(err.Error(), "it begins") {
			t.Errorf("what does not matter is told: %v", err)
		}
	}
}

// TestFullDisk: on a disk that is full from the start, or later, a start says so,
// and goes well when there is room; nothing is lost. Only root may mount one.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := temporaryFolder(t)
	if err := syscall.Mount("none", disk, "tmpfs", 0, "size=90m,mode=755"); err != nil {
		if os.Geteuid() != 0 || errors.Is(err, syscall.EPERM) {
			t.Skip("no disk can be mounted here; TestFullDiskIsExplained stands for it: ", err)
		}
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(disk, syscall.MNT_DETACH)) })
	filling := filepath.Join(disk, "filling")
	fill := func(leave int64) {
		t.Helper()
		file, err := os.Create(filling)
		must(t, err)
		defer file.Close()
		for block := make([]byte, 4096); ; {
			if _, err := file.Write(block); err != nil {
				break
			}
		}
		information, err := file.Stat()
		must(t, err)
		must(t, file.Truncate(max(0, information.Size()-leave)))
	}
	folder := filepath.Join(disk, "data")
	for _, room := range []int64{0, 64 << 10, 8 << 20, 24 << 20} {
		fill(room)
		_, err := Start(t.Context(), byInstalled(options(folder)))
		wantError[*DiskFullError](t, err, folder, "make room")
	}
	must(t, os.Remove(filling))
	server := startByInstalled(t, folder)
	stopServer(t, server)
	for _, room := range []int64{0, 8 << 10} {
		fill(room)
		_, err := Start(t.Context(), options(folder))
		wantError[*DiskFullError](t, err, folder, "make room")
	}
	must(t, os.Remove(filling))
	server = startServer(t, folder)
	must(t, ping(t.Context(), server.URL()))
}
