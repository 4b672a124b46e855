package faults

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// logbook is what a server says, of all its lives.
type logbook struct {
	mutex  sync.Mutex
	text   bytes.Buffer
	looked int // how far it was searched for what must not be in it
}

func (l *logbook) Write(content []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(content)
}

func (l *logbook) mark() int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Len()
}

// since is what was said after a mark.
func (l *logbook) since(mark int) string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return string(l.text.Bytes()[mark:])
}

// check fails the test where the log, since it was last looked at, tells of a
// fault of ours.
func (l *logbook) check(t testing.TB) {
	t.Helper()
	said := l.since(l.looked)
	l.looked += len(said)
	for line := range strings.Lines(said) {
		for _, wrong := range []string{"panic", "goroutine ", "internal error", "DATA RACE"} {
			if strings.Contains(line, wrong) {
				t.Errorf("the log: %.2000s", line)
				break
			}
		}
	}
}

// process is the program serving, with an embedded database of its own or one
// that its environment names.
type process struct {
	dataDir     string // empty where the environment names a database
	arguments   []string
	environment []string
	address     atomic.Pointer[string]
	log         logbook
	command     *exec.Cmd
	ended       chan struct{}
}

// start starts it and waits until it says where it serves.
func (p *process) start(t testing.TB) {
	t.Helper()
	arguments := append([]string{"serve", "--listen", "127.0.0.1:0"}, p.arguments...)
	p.command = exec.Command(program, arguments...)
	p.command.Env, p.command.Stderr = append(os.Environ(), p.environment...), &p.log
	output, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	command, began, ended, said := p.command, make(chan error), make(chan struct{}), make(chan string, 1)
	p.ended = ended
	go func() {
		// The death of the thread that started it would end it.
		runtime.LockOSThread()
		defer close(ended)
		err := command.Start()
		began <- err
		if err != nil {
			return
		}
		reader := bufio.NewReader(output)
		line, _ := reader.ReadString('\n')
		said <- line
		io.Copy(io.Discard, reader) // it ends with the program
		command.Wait()              // tests end it by force
	}()
	if err := <-began; err != nil {
		t.Fatal(err)
	}
	select {
	case line := <-said:
		_, after, found := strings.Cut(line, "http://")
		if !found {
			<-ended
			t.Fatalf("it does not start: %s", p.log.since(max(p.log.mark()-3000, 0)))
		}
		address, _, _ := strings.Cut(after, "/")
		address = "http://" + address
		p.address.Store(&address)
	case <-time.After(2 * time.Minute):
		t.Fatal("it does not start in time")
	}
}

// kill ends it at once.
func (p *process) kill() {
	p.command.Process.Kill() // it may have ended
	<-p.ended
}

// stop ends it in an orderly way.
func (p *process) stop(t testing.TB) {
	p.command.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		t.Error("it does not end when told to")
		p.kill()
	}
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// run runs a command of the program on the same database.
func (p *process) run(t testing.TB, arguments ...string) (output string, err error) {
	t.Helper()
	if p.dataDir != "" {
		arguments = append(arguments, "--data-dir", p.dataDir)
	}
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), p.environment...)
	said, err := command.CombinedOutput()
	return string(said), err
}

// databaseURL is the address of its embedded database.
func (p *process) databaseURL(t testing.TB) string {
	t.Helper()
	for _, set := range p.environment {
		if address, ok := strings.CutPrefix(set, "DATABASE_URL="); ok {
			return address
		}
	}
	content, err := os.ReadFile(filepath.Join(p.dataDir, "connection.json"))
	if err != nil {
		t.Fatal(err)
	}
	var connection struct{ URL string }
	if err := json.Unmarshal(content, &connection); err != nil {
		t.Fatal(err)
	}
	return connection.URL
}

// postmaster is the id of the main process of its embedded database, 0 while there
// is none.
func (p *process) postmaster() int {
	content, _ := os.ReadFile(filepath.Join(p.dataDir, "postgres", "postmaster.pid"))
	first, _, _ := strings.Cut(string(content), "\n")
	id, _ := strconv.Atoi(first)
	return id
}

// killPostmaster kills the main process of the embedded database.
func (p *process) killPostmaster(t testing.TB) (killed int) {
	t.Helper()
	pgtest.Eventually(t, "the embedded database runs", func() bool {
		killed = p.postmaster()
		return killed != 0 && syscall.Kill(killed, syscall.SIGKILL) == nil
	})
	return killed
}
