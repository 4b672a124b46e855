package embeddedpg

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ownerVariable makes the test binary the owner of a server on the folder it
// names: another program to share a folder with, or to kill.
const ownerVariable = "EMBEDDEDPG_TEST_OWNER_OF"

// patience is far more than anything awaited takes, on a busy machine too.
const patience = time.Minute

// binDirVariable runs the tests with the programs of one installation.
const binDirVariable = "EMBEDDEDPG_TEST_BINDIR"

// installedVariable names the folder of the programs that there are, where others are
// prepared that come before them.
const installedVariable = "EMBEDDEDPG_TEST_INSTALLED"

func TestMain(m *testing.M) {
	if folder := os.Getenv(ownerVariable); folder != "" {
		os.Exit(ownServer(folder))
	}
	if folder := os.Getenv(replacerVariable); folder != "" {
		if err := replace(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(runPrepared(m))
}

// runPrepared runs the tests with programs that copy the cluster which PostgreSQL made
// first: to make one takes a second of a processor. Tests of the making itself are by
// byInstalled.
func runPrepared(m *testing.M) int {
	if os.Getenv(installedVariable) != "" {
		return m.Run() // by the program that runs this one
	}
	folder, err := os.MkdirTemp("", "embeddedpg-programs-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	runAs, err := chooseAccount(folder)
	if err != nil {
		panic(err)
	}
	found, err := discover(context.Background(), os.Getenv(binDirVariable), runAs, 0, "")
	if err != nil {
		panic(err)
	}
	if output, err := exec.Command("../../scripts/prepared-postgres", folder, found.folder).CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, output))
	}
	for name, value := range map[string]string{
		installedVariable: found.folder, "PATH": folder + string(os.PathListSeparator) + os.Getenv("PATH"),
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	return m.Run()
}

// byInstalled has clusters made by the programs that there are.
func byInstalled(o Options) Options {
	o.BinDir = os.Getenv(installedVariable)
	return o
}

// ownServer prints the URL when ready and stops when its input ends.
func ownServer(folder string) int {
	server, err := Start(context.Background(), Options{DataDir: folder, BinDir: os.Getenv(binDirVariable), Purpose: "import"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(server.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := server.Stop(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// otherProgram is a program that owns a server.
type otherProgram struct {
	command *exec.Cmd
	input   io.Closer
	output  *bufio.Reader
}

func startOther(t *testing.T, folder string, variables ...string) *otherProgram {
	t.Helper()
	command, input, output := startSelf(t, append(variables, ownerVariable+"="+folder)...)
	program := &otherProgram{command, input, output}
	t.Cleanup(func() { program.stop(t) })
	return program
}

// startOtherByInstalled is startOther by the programs that there are.
func startOtherByInstalled(t *testing.T, folder string) *otherProgram {
	t.Helper()
	return startOther(t, folder, binDirVariable+"="+os.Getenv(installedVariable))
}

// startSelf starts the test binary as another program, which variables tell what to do.
func startSelf(t *testing.T, variables ...string) (*exec.Cmd, io.WriteCloser, *bufio.Reader) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), variables...)
	command.Stderr = testWriter{t}
	input, err := command.StdinPipe()
	must(t, err)
	output, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	return command, input, bufio.NewReader(output)
}

func (p *otherProgram) url(t *testing.T) string {
	t.Helper()
	line, err := p.output.ReadString('\n')
	must(t, err)
	return strings.TrimSpace(line)
}

func (p *otherProgram) stop(t *testing.T) {
	p.input.Close()
	_ = p.command.Wait() // fails if it was killed before
}

func (p *otherProgram) kill(t *testing.T) {
	t.Helper()
	must(t, p.command.Process.Kill())
	_ = p.command.Wait()
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(content []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(content)))
	return len(content), nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// temporaryFolder is like t.TempDir, which an unprivileged account cannot
// traverse.
func temporaryFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "embeddedpg-")
	must(t, err)
	must(t, os.Chmod(folder, 0o755))
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	return folder
}

func options(folder string) Options {
	return Options{DataDir: folder, BinDir: os.Getenv(binDirVariable), Purpose: "serve", Log: slog.New(slog.DiscardHandler)}
}

func startServer(t *testing.T, folder string) *Server {
	t.Helper()
	return obtain(t, Start, folder)
}

func startByInstalled(t *testing.T, folder string) *Server {
	t.Helper()
	return obtainWith(t, Start, byInstalled(options(folder)))
}

func obtain(t *testing.T, how func(context.Context, Options) (*Server, error), folder string) *Server {
	t.Helper()
	return obtainWith(t, how, options(folder))
}

func obtainWith(t *testing.T, how func(context.Context, Options) (*Server, error), o Options) *Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server, err := how(ctx, o)
	must(t, err)
	t.Cleanup(func() { stopServer(t, server) })
	return server
}

func stopServer(t *testing.T, server *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// run executes one statement on a connection of its own.
func run(t *testing.T, target, statement string) {
	t.Helper()
	must(t, tryRun(t.Context(), target, statement))
}

func tryRun(ctx context.Context, target, statement string) error {
	database, err := sql.Open("postgres", target)
	if err != nil {
		return err
	}
	defer database.Close()
	_, err = database.ExecContext(ctx, statement)
	return err
}

// ask returns the only value of a query.
func ask(t *testing.T, target, query string) string {
	t.Helper()
	database, err := sql.Open("postgres", target)
	must(t, err)
	defer database.Close()
	var value string
	if err := database.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

func expect(t *testing.T, target, query, want string) {
	t.Helper()
	if got := ask(t, target, query); got != want {
		t.Errorf("%s: got %q, want %q", query, got, want)
	}
}

// busyQuery keeps a process of the server busy in a way that does not notice the
// end of the main process. It returns when the statement runs.
func busyQuery(t *testing.T, target string) {
	t.Helper()
	go func() { _ = tryRun(context.Background(), target, "DO $$ BEGIN LOOP END LOOP; END $$") }()
	eventually(t, "the busy statement runs", func() bool {
		return ask(t, target, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO %'") == "1"
	})
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not reached in time: %s", what)
		}
	}
}

// mainProcess is the number of the server's main process, which a test or its
// other program has started.
func mainProcess(t *testing.T, folder string) int {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "postgres", "postmaster.pid"))
	must(t, err)
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	must(t, err)
	return pid
}

func killMainProcess(t *testing.T, folder string, signal syscall.Signal) {
	t.Helper()
	must(t, syscall.Kill(mainProcess(t, folder), signal))
}

// wantError checks the type of an error and that its message has all parts.
func wantError[Kind error](t *testing.T, err error, parts ...string) Kind {
	t.Helper()
	var found Kind
	if !errors.As(err, &found) {
		t.Fatalf("got error %v, want a %T", err, found)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("message %q does not say %q", err, part)
		}
	}
	return found
}
