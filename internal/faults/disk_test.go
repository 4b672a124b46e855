package faults

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// disk is a file system of a test's own, in a file.
type disk struct{ image, folder string }

const diskSize = 384 << 20

// withoutDisks says why there can be none, and nothing where there can.
var withoutDisks = sync.OnceValue(func() string {
	if os.Geteuid() != 0 {
		return "only root may mount a loop device"
	}
	folder, err := os.MkdirTemp(filepath.Dir(program), "")
	if err != nil {
		return err.Error()
	}
	defer os.RemoveAll(folder)
	d := disk{filepath.Join(folder, "image"), filepath.Join(folder, "disk")}
	if err := errors.Join(d.make(), d.mount()); err != nil {
		return "no loop device: " + err.Error()
	}
	return strings.TrimSpace(errorText(d.unmount()))
})

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (d *disk) make() error {
	file, err := os.Create(d.image)
	if err != nil {
		return err
	}
	return errors.Join(file.Truncate(diskSize), file.Close(), os.Mkdir(d.folder, 0o755), command("mkfs.ext4", "-q", "-m", "0", d.image))
}

func (d *disk) mount() error {
	return errors.Join(command("mount", "-o", "loop", d.image, d.folder), os.Chmod(d.folder, 0o755))
}

func (d *disk) unmount() error { return command("umount", d.folder) }

func command(name string, arguments ...string) error {
	output, err := exec.Command(name, arguments...).CombinedOutput()
	if err != nil {
		return errors.Join(errors.New(name+": "+strings.TrimSpace(string(output))), err)
	}
	return nil
}

// cut loses the disk's power: nothing that was not synced before reaches it, and
// nothing is read or written from now on.
func (d *disk) cut(t testing.TB) {
	t.Helper()
	folder, err := os.Open(d.folder)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	// EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: as if the power went, the
	// journal in memory too.
	how := uint32(2)
	if _, _, failed := syscall.Syscall(syscall.SYS_IOCTL, folder.Fd(), 0x8004587d, uintptr(unsafe.Pointer(&how))); failed != 0 {
		t.Fatal(failed)
	}
}

// onDisk serves a random world from an embedded database on a disk of its own.
func onDisk(t testing.TB, random *rand.Rand) *scene {
	t.Helper()
	folder := newFolder(t)
	d := &disk{filepath.Join(folder, "image"), filepath.Join(folder, "disk")}
	if err := errors.Join(d.make(), d.mount()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pgtest.Eventually(t, "the disk is unmounted", func() bool { return d.unmount() == nil }) })
	s := embeddedIn(t, random, d.folder)
	s.disk = d
	return s
}

// cutPower cuts the power of the disk and then of all that runs on it, and starts
// on what the disk holds.
func cutPower(t *testing.T, during *round) {
	postmaster := during.process.postmaster()
	during.disk.cut(t)
	during.startOver(t, postmaster)
}

// breakDisk takes the disk away while all that runs on it goes on: what cannot be
// written is refused.
func breakDisk(t *testing.T, during *round) {
	postmaster, refused := during.process.postmaster(), during.refusals()
	during.disk.cut(t)
	pgtest.Eventually(t, "answers say that the database is away, or the server ends", func() bool {
		return during.refusals() > refused || during.process.hasEnded()
	})
	during.startOver(t, postmaster)
}

// startOver kills all that runs on the disk and starts on what it holds.
func (r *round) startOver(t *testing.T, postmaster int) {
	t.Helper()
	p, d := r.process, r.disk
	p.command.Process.Signal(syscall.SIGSTOP) // nothing is to be started again
	// What waits for one that is gone would wait for ever: the power takes all at once.
	syscall.Kill(postmaster, syscall.SIGSTOP) // it may have noticed
	for _, child := range append(children(t, postmaster), postmaster) {
		syscall.Kill(child, syscall.SIGKILL) // it may have ended
	}
	p.kill()
	pgtest.Eventually(t, "all have left the disk", func() bool { return d.unmount() == nil })
	if err := d.mount(); err != nil {
		t.Fatal(err)
	}
	p.start(t)
}

// children lists the processes that a process has started.
func children(t testing.TB, parent int) (ids []int) {
	t.Helper()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", parent, parent))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for word := range strings.FieldsSeq(string(content)) {
		id, err := strconv.Atoi(word)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// fillDisk leaves no room: writes are refused and the log says why, what is there
// is answered, and with room again all goes on.
func fillDisk(t *testing.T, during *round) {
	mark := during.log.mark()
	ballast := filepath.Join(during.disk.folder, "ballast")
	fill(t, ballast)
	defer os.Remove(ballast)
	pgtest.Eventually(t, "the log says why writes are refused", func() bool {
		fill(t, ballast) // what was freed meanwhile
		return during.refusals() > 0 && strings.Contains(during.log.since(mark), "No space left")
	})
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
}

func fill(t testing.TB, ballast string) {
	t.Helper()
	file, err := os.OpenFile(ballast, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for size := 1 << 20; size >= 1<<10; {
		if _, err := file.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 4
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
