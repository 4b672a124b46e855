package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/sample"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/web"
)

// service is a server on a database of a test's own.
type service struct {
	t   testing.TB
	url string
	db  *store.Store // the owner's
	log *bytes.Buffer
	// serving is what the server reads and writes by.
	serving *store.Store
}

// serve starts a server; change alters how it serves.
func serve(t testing.TB, db *store.Store, change func(*server.Options)) *service {
	t.Helper()
	return serveThrough(t, db, change, func(h http.Handler) http.Handler { return h })
}

// serveTrusted is serve for callers who may see and do all, if they do not say who they
// are.
func serveTrusted(t testing.TB, db *store.Store, change func(*server.Options)) *service {
	t.Helper()
	return serveThrough(t, db, change, pgtest.Trust(t, db).SignedIn)
}

func serveThrough(t testing.TB, db *store.Store, change func(*server.Options), through func(http.Handler) http.Handler) *service {
	t.Helper()
	serving := pgtest.Serving(t, db, today)
	follower, err := serving.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	books := follower.Books()
	if err := books.Read(context.Background()); err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	documents, err := trusted()
	if err != nil {
		t.Fatal(err)
	}
	options := server.Options{
		Documents: documents, Store: serving, Follower: follower, Books: books, Limits: server.DefaultLimits(), Explorable: true, Now: noon,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}
	if change != nil {
		change(&options)
	}
	running := httptest.NewServer(through(server.New(options).Handler()))
	t.Cleanup(running.Close)
	return &service{t, running.URL, db, log, serving}
}

// trusted are the documents that the servers trust, which are parsed once.
var trusted = sync.OnceValues(func() (*server.Documents, error) {
	manifest, err := web.Documents()
	if err != nil {
		return nil, err
	}
	return server.NewDocuments(manifest)
})

// demo is a database with the demo world.
func demo(t testing.TB) *store.Store {
	t.Helper()
	return pgtest.Open(t, demoURL(t), store.Options{})
}

// demoWorld is a database with the demo world, to which nobody is connected.
var demoWorld struct {
	once    sync.Once
	address string
}

// demoURL is the address of a database of the test's own with the demo world.
func demoURL(t testing.TB) string {
	t.Helper()
	demoWorld.once.Do(func() {
		address := pgtest.Lasting(t)
		if err := demoIn(t, pgtest.Open(t, address, store.Options{})).Close(); err != nil {
			t.Fatal(err)
		}
		demoWorld.address = address
	})
	if demoWorld.address == "" {
		t.Fatal("the demo world could not be imported; another test says why")
	}
	return pgtest.CopyOf(t, demoWorld.address)
}

// demoIn imports the demo world.
func demoIn(t testing.TB, db *store.Store) *store.Store {
	t.Helper()
	sources, err := importer.FromFolder(sample.Demo(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Import(context.Background(), db, sources, importing); err != nil {
		t.Fatal(err)
	}
	return db
}

// reply is an answer of GraphQL.
type reply struct {
	Data   map[string]any `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Path       []any          `json:"path"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
	Extensions map[string]any `json:"extensions"`
	status     int
}

func (r *reply) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}

// retryAfter is in how many seconds the first error says to try again, 0 where it
// does not.
func (r *reply) retryAfter() int {
	if len(r.Errors) == 0 {
		return 0
	}
	seconds, _ := r.Errors[0].Extensions["retryAfter"].(float64)
	return int(seconds)
}

// ask posts a document.
func (s *service) ask(query string, variables map[string]any) *reply {
	s.t.Helper()
	return s.askWith(nil, query, variables)
}

// askWith is ask with headers.
func (s *service) askWith(headers http.Header, query string, variables map[string]any) *reply {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if headers != nil {
		request.Header = headers.Clone()
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	r := &reply{status: response.StatusCode}
	if err := json.Unmarshal(content, r); err != nil {
		s.t.Fatalf("%v: %.300s", err, content)
	}
	for _, fault := range r.Errors {
		checkPaths(s.t, fault.Path, fault.Extensions["problems"])
	}
	return r
}

// data is ask for a document that must answer without errors.
func (s *service) data(query string, variables map[string]any) map[string]any {
	s.t.Helper()
	r := s.ask(query, variables)
	if len(r.Errors) > 0 {
		s.t.Fatalf("%.200s %v: %+v", query, variables, r.Errors[0])
	}
	return r.Data
}

// at follows a path of keys and positions into an answer.
func at(t testing.TB, value any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			value = value.(map[string]any)[step]
		case int:
			value = value.([]any)[step]
		}
	}
	return value
}

// contract reads the consumers' operations, each with the fragments it uses.
func contract(t testing.TB) map[string]string {
	t.Helper()
	content, err := os.ReadFile("../../docs/contract/operations.graphql")
	if err != nil {
		t.Fatal(err)
	}
	// A definition ends where the next one, or a comment, begins.
	begins := regexp.MustCompile(`(?m)^(?:(query|mutation|subscription|fragment) (\w+)|#)`)
	operations, fragments := map[string]string{}, map[string]string{}
	starts := begins.FindAllStringSubmatchIndex(string(content), -1)
	for i, start := range starts {
		end := len(content)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		if start[2] < 0 {
			continue
		}
		name, text := string(content[start[4]:start[5]]), string(content[start[0]:end])
		if string(content[start[2]:start[3]]) == "fragment" {
			fragments[name] = text
		} else {
			operations[name] = text
		}
	}
	spread := regexp.MustCompile(`\.\.\.\s*(\w+)`)
	for name, text := range operations {
		var used []string
		for queue := []string{text}; len(queue) > 0; queue = queue[1:] {
			for _, found := range spread.FindAllStringSubmatch(queue[0], -1) {
				if fragment, known := fragments[found[1]]; known && !slices.Contains(used, found[1]) {
					used = append(used, found[1])
					queue = append(queue, fragment)
				}
			}
		}
		for _, fragment := range used {
			text += "\n" + fragments[fragment]
		}
		operations[name] = text
	}
	return operations
}

// variables answer every query of the contract on the demo world.
func variables(t testing.TB) map[string]map[string]any {
	t.Helper()
	content, err := os.ReadFile("../web/playground/src/variables.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]any{}
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// takesAccount are the queries of the contract that ask about an account or answer one
// alone; the others are asked by anybody.
var takesAccount = map[string]bool{"Audit": true, "ExemptionRequests": true, "Viewer": true}

// demoRecorded is demo as if it had been recorded at an instant before that of the
// playground's variables, by which something was known.
func demoRecorded(t testing.TB) *store.Store {
	t.Helper()
	return recorded(t, demo(t))
}

func recorded(t testing.TB, db *store.Store) *store.Store {
	t.Helper()
	if _, err := db.DB().Exec(`UPDATE log_transaction SET at = '2026-11-20T09:00:00+08:00'`); err != nil {
		t.Fatal(err)
	}
	return db
}

// withoutChance takes out of an answer what differs each time: a cursor of the log, which
// is encrypted.
func withoutChance(answer map[string]any) map[string]any {
	if audit, ok := answer["audit"].(map[string]any); ok {
		delete(audit["pageInfo"].(map[string]any), "endCursor")
	}
	return answer
}

// within bounds what must be cheap, generously: it tells a second from minutes.
func within(t testing.TB, most time.Duration, step func()) {
	t.Helper()
	start := time.Now()
	step()
	if took := time.Since(start); took > most {
		t.Errorf("it took %s", took)
	}
}
