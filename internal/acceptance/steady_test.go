package acceptance

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestOtherSites: a page of another site gets nothing by a name of its own that
// leads here, nor by asking for its reader, and mutates nothing.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	pgtest.Import(t, db, importing, mixedWorld(t))
	s := serveTrusted(t, db, func(o *server.Options) { o.Hosts = []string{"relief.example"} })
	const mutation = `{"query":"mutation { publishDisclosure(id: \"x\", on: \"2024-05-21\") { closedGap } }"}`
	for _, test := range []struct {
		host, path, site, mode, dest string
		want                         int
	}{
		{"localhost", "/graphql", "", "", "", 200},
		{"LOCALHOST.:80", "/graphql", "", "", "", 200},
		{"app.localhost", "/graphql", "", "", "", 200},
		{"[::1]:8080", "/graphql", "", "", "", 200},
		{"127.0.0.1", "/graphql", "", "", "", 200},
		{"Relief.Example:8443", "/graphql", "", "", "", 200},
		{"evil.example", "/graphql", "", "", "", 421},
		{"evil.example", "/", "", "", "", 421},
		{"evil.example", "/export/gaps.csv?code=1001", "", "", "", 421},
		{"localhost.evil.example", "/graphql", "", "", "", 421},
		{"192.0.2.7", "/graphql", "", "", "", 421},
		{"evil.example", "/healthz", "", "", "", 200},
		{"evil.example", "/readyz", "", "", "", 200},
		{"evil.example", "/metrics", "", "", "", 421},
		{"relief.example", "/metrics", "", "", "", 200},
		{"127.0.0.1", "/metrics", "", "", "", 200},
		{"localhost", "/graphql?query={__typename}", "cross-site", "cors", "", 403},
		{"localhost", "/graphql?query={__typename}", "cross-site", "no-cors", "", 403},
		{"localhost", "/export/gaps.csv?code=1001", "cross-site", "no-cors", "", 403},
		{"localhost", "/export/gaps.csv?code=1001", "cross-site", "navigate", "", 200},
		{"localhost", "/export/gaps.csv?code=1001", "cross-site", "navigate", "document", 200},
		{"localhost", "/export/gaps.csv?code=1001", "cross-site", "navigate", "iframe", 403},
		{"localhost", "/graphql?query={__typename}", "cross-site", "navigate", "document", 200},
		{"localhost", "/graphql?query={__typename}", "cross-site", "navigate", "iframe", 403},
		{"localhost", "/graphql?query={__typename}", "cross-site", "navigate", "frame", 403},
		{"localhost", "/graphql?query={__typename}", "cross-site", "navigate", "embed", 403},
		{"localhost", "/graphql?query={__typename}", "cross-site", "navigate", "object", 403},
		{"localhost", "/", "cross-site", "navigate", "", 200},
		{"localhost", "/graphql?query={__typename}", "same-origin", "cors", "", 200},
	} {
		method, body := http.MethodGet, io.Reader(nil)
		if test.path == "/graphql" {
			method, body = http.MethodPost, strings.NewReader(mutation)
		}
		request, err := http.NewRequest(method, s.url+test.path, body)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = test.host
		request.Header.Set("Content-Type", "application/json")
		if test.site != "" {
			request.Header.Set("Sec-Fetch-Site", test.site)
			request.Header.Set("Sec-Fetch-Mode", test.mode)
			request.Header.Set("Sec-Fetch-Dest", test.dest)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != test.want {
			t.Errorf(
				"%s %s %s %s %s: %d, want %d: %s",
				test.host,
				test.path,
				test.site,
				test.mode,
				test.dest,
				answer.StatusCode,
				test.want,
				content,
			)
		}
	}
}

// TestOverBeforeItBegan: where the time of a request is over before it is
// executed, it is told so, without a panic.
func TestOverBeforeItBegan(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	s := serveTrusted(t, db, func(o *server.Options) { o.Limits.RequestTime = time.Nanosecond })
	for _, query := range []string{
		`{ __typename }`, `{ administrativeNode(code: "533102") { name } }`, `mutation { orderInterpretation(id: "x") { closedGap } }`,
	} {
		if answer := s.ask(query, nil); answer.code() != "TIMEOUT" {
			t.Errorf("%s: %q %v", query, answer.code(), answer.Errors)
		}
	}
	if log := s.log.String(); strings.Contains(log, "panic") {
		t.Errorf("the log: %s", log)
	}
}

// TestReadiness: a server is ready where what answers need can be had, and as long
// as it is not about to close.
func TestReadiness(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	pgtest.Import(t, db, importing, mixedWorld(t))
	s := serve(t, db, nil)
	ready := func() int { return statusOf(t, s.url+"/readyz") }
	if got := ready(); got != http.StatusOK {
		t.Fatalf("ready: %d", got)
	}
	for table, want := range map[string]int{"goose_db_version": http.StatusOK, "publisher_timeline": http.StatusServiceUnavailable} {
		locked(t, db, table, func() {
			if got := ready(); got != want {
				t.Errorf("with %s locked: %d, want %d", table, got, want)
			}
		})
	}
	if got := ready(); got != http.StatusOK {
		t.Errorf("ready again: %d", got)
	}
}

func statusOf(t *testing.T, url string) int {
	t.Helper()
	answer, err := http.Get(url) //nolint:gosec // the test's own server
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

// locked does something while nobody can read a table.
func locked(t *testing.T, db *store.Store, table string, do func()) {
	t.Helper()
	tx, err := db.DB().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	do()
}

// TestClosing: a server that is told to end says first that it is not ready, and
// answers meanwhile; health and metrics are answered at the address for them.
func TestClosing(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	var listeners [2]net.Listener
	for i := range listeners {
		var err error
		if listeners[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	var handler *server.Server
	serve(t, db, func(o *server.Options) {
		o.Admin, o.Drain = listeners[1], 5*time.Second
		handler = server.New(*o)
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- handler.Serve(ctx, listeners[0]) }()
	answers, health := "http://"+listeners[0].Addr().String(), "http://"+listeners[1].Addr().String()
	for address, want := range map[string]int{
		answers + "/graphql?query={__typename}": 200, answers + "/metrics": 404, answers + "/readyz": 404, answers + "/healthz": 404,
		health + "/readyz": 200, health + "/healthz": 200, health + "/metrics": 200, health + "/graphql?query={__typename}": 404,
	} {
		if got := statusOf(t, address); got != want {
			t.Errorf("%s: %d, want %d", address, got, want)
		}
	}
	stop()
	for statusOf(t, health+"/readyz") == http.StatusOK { // until the signal has arrived
		time.Sleep(10 * time.Millisecond)
	}
	if got := statusOf(t, answers+"/graphql?query={__typename}"); got != http.StatusOK {
		t.Errorf("while it is about to close: %d", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
