package acceptance

import (
	"database/sql/driver"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// watched is a server on an empty database that counts what reaches it.
func watched(t *testing.T, options store.Options, change func(*server.Options)) (*service, *atomic.Int64) {
	t.Helper()
	var statements atomic.Int64
	options.Watch = func(through driver.Connector) driver.Connector { return counter{through, &statements} }
	s := serve(t, pgtest.Open(t, pgtest.URL(t), options), change)
	statements.Store(0)
	return s, &statements
}

// nest writes a selection in itself.
func nest(times int, open, inner, end string) string {
	return strings.Repeat(open, times) + inner + strings.Repeat(end, times)
}

// doubling writes fragments each of which spreads the next twice.
func doubling(fragments int, last string) string {
	var text strings.Builder
	for i := range fragments {
		fmt.Fprintf(&text, "fragment f%d on AdministrativeNode { ...f%d ...f%d } ", i, i+1, i+1)
	}
	fmt.Fprintf(&text, "fragment f%d on AdministrativeNode { %s }", fragments, last)
	return text.String()
}

// TestNothingIsRead: a document that asks for too much, whichever way it is
// written, is refused before any statement reaches the database.
func TestNothingIsRead(t *testing.T) {
	t.Parallel()
	s, statements := watched(t, store.Options{}, nil)
	var aliases strings.Builder
	for i := range 15 {
		fmt.Fprintf(&aliases, "a%d: name ", i)
	}
	for _, c := range []struct {
		name, query string
		variables   map[string]any
		code, says  string
	}{
		{"one question under many names", `{ ` + func() string {
			var text strings.Builder
			for i := range 61 {
				fmt.Fprintf(&text, "a%d: roots { code } ", i)
			}
			return text.String()
		}() + ` }`, nil, "TOO_COMPLEX", "aliases"},
		{"names in a fragment spread often", `{ administrativeNode(code: "CN") { ` + strings.Repeat("...f ", 5) + ` } } fragment f on AdministrativeNode { ` + aliases.String() + ` }`, nil, "TOO_COMPLEX", "aliases"},
		{"levels in fragments", `{ administrativeNode(code: "CN") { ...a } } fragment a on AdministrativeNode { ` + nest(8, "parent { ", "...b", "}") + ` } fragment b on AdministrativeNode { ` + nest(8, "parent { ", "...c", "}") + ` } fragment c on AdministrativeNode { ` + nest(8, "parent { ", "code", "}") + ` }`, nil, "TOO_COMPLEX", "levels"},
		{"a fragment around itself", `{ administrativeNode(code: "CN") { ...f } } fragment f on AdministrativeNode { parent { ...f } }`, nil, "GRAPHQL_VALIDATION_FAILED", "itself"},
		{"24 kB of one field", `{ roots { ` + strings.Repeat("name ", 4800) + ` } }`, nil, "GRAPHQL_PARSE_FAILED", "token"},
		{"24 kB of braces", strings.Repeat("{", 24000), nil, "GRAPHQL_PARSE_FAILED", ""},
		{"24 kB of directives", `{ roots { name ` + strings.Repeat("@include(if: true) ", 1250) + ` } }`, nil, "GRAPHQL_PARSE_FAILED", "token"},
		{"24 kB of a list", `{ nodes(ids: [` + strings.Repeat(`"x" `, 6000) + `]) { id } }`, nil, "GRAPHQL_PARSE_FAILED", "token"},
		{"24 kB of a nested list", `{ nodes(ids: ` + nest(12000, "[", "", "]") + `) { id } }`, nil, "GRAPHQL_PARSE_FAILED", ""},
		{"the schema asked of itself", `{ __schema { types { ` + nest(8, "fields { type { ", "name", "} }") + ` } } }`, nil, "GRAPHQL_VALIDATION_FAILED", ""},
		{"fields that are not there", `{ roots { ` + nest(15, "nothing { ", "code", "}") + ` } }`, nil, "GRAPHQL_VALIDATION_FAILED", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, 30*time.Second, func() {
				r := s.ask(c.query, c.variables)
				if r.code() != c.code || !strings.Contains(r.Errors[0].Message, c.says) {
					t.Errorf("code %q, want %q: %.500s", r.code(), c.code, text(t, r.Errors))
				}
				if r.Data != nil {
					t.Errorf("it was answered: %.300s", text(t, r.Data))
				}
			})
			if n := statements.Load(); n != 0 {
				t.Errorf("%d statements reached the database", n)
			}
		})
	}
	// The count works: a question that is answered costs something.
	s.data(`{ roots { code } }`, nil)
	if statements.Load() == 0 {
		t.Error("no statement was counted for an answer")
	}
}

// TestManyErrors: a document with a thousand mistakes is answered shortly.
func TestManyErrors(t *testing.T) {
	t.Parallel()
	s, statements := watched(t, store.Options{}, nil)
	var wrong strings.Builder
	for i := range 900 {
		fmt.Fprintf(&wrong, "x%d ", i)
	}
	within(t, 30*time.Second, func() {
		r := s.ask(`{ roots { `+wrong.String()+` } }`, nil)
		if r.code() != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("code %q", r.code())
		}
		if size := len(text(t, r.Errors)); size > 1<<20 {
			t.Errorf("%d bytes of errors", size)
		}
	})
	if n := statements.Load(); n != 0 {
		t.Errorf("%d statements reached the database", n)
	}
}

// TestBounds: each bound is that of the server's limits, neither more nor less.
func TestBounds(t *testing.T) {
	t.Parallel()
	// In two levels, one alias.
	const question = `{ nodes(ids: ["a", "b"]) { x: id } }`
	for name, c := range map[string]struct {
		tighten func(*server.Limits, int)
		costs   int
	}{
		"depth":   {func(l *server.Limits, n int) { l.Depth = n }, 2},
		"aliases": {func(l *server.Limits, n int) { l.Aliases = n }, 1},
		"work":    {func(l *server.Limits, n int) { l.Work = n }, 16},
		"answer":  {func(l *server.Limits, n int) { l.AnswerBytes = n }, len(`{"nodes":[null,null]}`)},
	} {
		t.Run(name, func(t *testing.T) {
			for most, code := range map[int]string{c.costs: "", c.costs - 1: "TOO_COMPLEX"} {
				s, _ := watched(t, store.Options{}, func(o *server.Options) { c.tighten(&o.Limits, most) })
				if r := s.ask(question, nil); r.code() != code {
					t.Errorf("at most %d: code %q, want %q: %+v", most, r.code(), code, r.Errors)
				}
			}
		})
	}
}

// TestContractFits: every operation of the contract passes the default bounds at
// its largest page, with the schema's own questions by tools.
func TestContractFits(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demoRecorded(t), nil)
	ready := variables(t)
	for name, operation := range contract(t) {
		if !strings.HasPrefix(operation, "query") {
			continue
		}
		largest := ready[name]
		for _, size := range []string{"first", "newsFirst", "townships"} {
			if _, takes := largest[size]; takes || strings.Contains(operation, "$"+size+":") {
				largest[size] = 500
			}
		}
		if r := s.ask(operation, largest); len(r.Errors) > 0 {
			t.Errorf("%s with pages of 500: %+v", name, r.Errors[0])
		}
	}
}

// TestTimeouts: a request out of time is told so, what it waited for is given
// up, and the server goes on.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	blocking := pgtest.Open(t, address, store.Options{})
	for name, c := range map[string]struct {
		options store.Options
		change  func(*server.Options)
	}{
		"of the request":   {store.Options{}, func(o *server.Options) { o.Limits.RequestTime = 2 * time.Second }},
		"of the statement": {store.Options{StatementTimeout: 2 * time.Second}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, pgtest.Open(t, address, c.options), c.change)
			const question = `query($id: ID!) { node(id: $id) { id } }`
			asked := map[string]any{"id": cursorOf("d", "any")}
			locked(t, blocking, "disclosure", func() {
				within(t, 30*time.Second, func() {
					if r := s.ask(question, asked); r.code() != "TIMEOUT" || strings.Contains(r.Errors[0].Message, "canceling") {
						t.Errorf("%+v", r.Errors)
					}
				})
				s.data(`{ roots { code } }`, nil) // other tables are not locked
			})
			s.data(question, asked)
		})
	}
}

// TestTimeoutInMemory: what needs no database ends as well when its time is over.
func TestTimeoutInMemory(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), func(o *server.Options) { o.Limits.RequestTime = 20 * time.Millisecond })
	within(t, 30*time.Second, func() {
		r := s.ask(
			`{ administrativeNode(code: "CN") { coverageTrend(from: "2016-11-24", to: "2026-11-24", step: WEEK) { byEntry { figures { byLevel { figures { required } } } } } } }`,
			nil,
		)
		if r.code() != "TIMEOUT" {
			t.Errorf("%+v", r.Errors)
		}
	})
}

// TestLargeBody: a body beyond the bound is not read to its end.
func TestLargeBody(t *testing.T) {
	t.Parallel()
	s, statements := watched(t, store.Options{}, nil)
	body := &endless{}
	request, err := http.NewRequest(http.MethodPost, s.url+"/graphql", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		response.Body.Close()
		if response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d", response.StatusCode)
		}
	}
	if taken := body.taken.Load(); taken > 64<<20 {
		t.Errorf("%d bytes were taken", taken)
	}
	if n := statements.Load(); n != 0 {
		t.Errorf("%d statements reached the database", n)
	}
}

// endless is a body that begins a text and never ends it.
type endless struct{ taken atomic.Int64 }

func (e *endless) Read(into []byte) (int, error) {
	n := copy(into, strings.Repeat(" ", len(into)))
	if e.taken.Load() == 0 {
		n = copy(into, `{"query":"`)
	}
	e.taken.Add(int64(n))
	return n, nil
}
