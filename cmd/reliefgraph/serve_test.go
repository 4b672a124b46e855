package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// startServing starts `serve` with settings from the environment.
func startServing(t *testing.T, environment ...string) (address string, process *exec.Cmd) {
	t.Helper()
	return startServingBy(t, program, environment...)
}

func startServingBy(t *testing.T, program string, environment ...string) (address string, process *exec.Cmd) {
	t.Helper()
	process = exec.Command(program, "serve")
	process.Env = append(append(os.Environ(), runAsDatabase()...), append([]string{"RELIEFGRAPH_LISTEN=127.0.0.1:0"}, environment...)...)
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		process.Process.Kill()
		process.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	_, after, found := strings.Cut(line, "http://")
	if err != nil || !found {
		t.Fatalf("it says no address: %q %v", line, err)
	}
	address, _, _ = strings.Cut(after, "/")
	return address, process
}

// TestRequestUnderWay: told to end, the server takes no more requests, answers
// the one under way, and ends with 0.
func TestRequestUnderWay(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	if o := on(t, database, "import", world(t, 9)); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	address, process := startServing(t, "DATABASE_URL="+database)
	for path, says := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/metrics": "reliefgraph_"} {
		if status, content := get(t, "http://"+address+path); status != 200 || !strings.Contains(content, says) {
			t.Errorf("%s: %d %.100s", path, status, content)
		}
	}
	body := `{"query": "{ administrativeNode(code: \"5331\") { code } }"}`
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintf(
		connection,
		"POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n%s",
		address,
		len(body),
		body[:10],
	)
	answers := bufio.NewReader(connection)
	// It is under way once the server asks for the rest.
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		if line, err := answers.ReadString('\n'); err != nil || line != want {
			t.Fatalf("%q, want %q: %v", line, want, err)
		}
	}
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	refuses := false
	for deadline := time.Now().Add(time.Minute); !refuses && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		another, err := net.Dial("tcp", address)
		if refuses = err != nil; !refuses {
			another.Close()
		}
	}
	if !refuses {
		t.Error("it takes requests still")
	}
	io.WriteString(connection, body[10:])
	response, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatalf("the request under way was not answered: %v", err)
	}
	defer response.Body.Close()
	if content, err := io.ReadAll(
		response.Body,
	); err != nil || response.StatusCode != 200 ||
		!strings.Contains(string(content), `"code":"5331"`) {
		t.Errorf("%d %s %v", response.StatusCode, content, err)
	}
	if err := process.Wait(); err != nil {
		t.Errorf("ended by a signal: %v", err)
	}
}

// TestManyServers: servers on one database see at once what is imported and
// rebuilt, and are ready only with the program's schema.
func TestManyServers(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	one, _ := startServing(t, "DATABASE_URL="+database)
	two, _ := startServing(t, "DATABASE_URL="+database)
	const query = `/graphql?query=%7BadministrativeNode(code:%225331%22)%7Bcoverage%7Brequired%7D%7D%7D`
	for _, server := range []string{one, two} {
		if _, content := get(t, "http://"+server+query); !strings.Contains(content, `"administrativeNode":null`) {
			t.Errorf("an empty database: %s", content)
		}
	}
	if o := on(t, database, "import", world(t, 10)); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	_, first := get(t, "http://"+one+query)
	_, second := get(t, "http://"+two+query)
	if !strings.Contains(first, `"required":`) || first != second {
		t.Errorf("%s and %s", first, second)
	}
	db, err := store.Open(context.Background(), database, store.Options{Connections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.DB().Exec("UPDATE publisher_timeline SET packed = '\\x01', changed = pg_current_xact_id()"); err != nil {
		t.Fatal(err)
	}
	if _, content := get(t, "http://"+one+query); !strings.Contains(content, `"required":0`) {
		t.Errorf("tampered: %s", content)
	}
	if o := on(t, database, "rebuild"); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	for _, server := range []string{one, two} {
		if _, content := get(t, "http://"+server+query); content != first {
			t.Errorf("after a rebuild: %s, want %s", content, first)
		}
	}
	if o := on(t, database, "migrate", "down"); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	if status, content := get(t, "http://"+one+"/readyz"); status != 503 {
		t.Errorf("without its schema: %d %s", status, content)
	}
	if status, _ := get(t, "http://"+one+"/healthz"); status != 200 {
		t.Errorf("without its schema it is not alive: %d", status)
	}
}

// TestNoReplicaServed: a server that is to read from what is no replica says so and ends.
func TestNoReplicaServed(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	o := on(t, database, "serve", "--listen", "127.0.0.1:0", "--run-as", "root", "--read-url", database)
	if o.code == 0 || !strings.Contains(o.faults, "is no replica of the database: it is not in recovery") {
		t.Errorf("%+v", o)
	}
}

// TestBehindBouncer: commands and servers work through a proxy that shares connections
// between transactions, where they are told, and say so where they are not.
func TestBehindBouncer(t *testing.T) {
	t.Parallel()
	database, files := pgtest.Bouncer(t, pgtest.URL(t)), world(t, 9)
	if o := on(t, database, "import", files); o.code == 0 || !strings.Contains(o.faults, "--no-prepare") {
		t.Errorf("untold: %+v", o)
	}
	if o := on(t, database, "import", files, "--no-prepare"); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	address, _ := startServing(t, "DATABASE_URL="+database, "RELIEFGRAPH_NO_PREPARE=true")
	const query = `/graphql?query=%7BadministrativeNode(code:%225331%22)%7Bcoverage%7Brequired%7D%7D%7D`
	for path, says := range map[string]string{"/readyz": "ready", query: `"required":`} {
		if status, content := get(t, "http://"+address+path); status != 200 || !strings.Contains(content, says) {
			t.Errorf("%s: %d %s", path, status, content)
		}
	}
	for _, command := range [][]string{{"rebuild", "--verify"}, {"migrate", "status"}, {"rebuild"}} {
		if o := on(t, database, append(command, "--no-prepare")...); o.code != 0 {
			t.Errorf("%v: %+v", command, o)
		}
	}
}
