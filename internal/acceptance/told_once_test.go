package acceptance

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestToldOnce: what ends a request as a whole is told, logged and counted once,
// however many rows and fields it left without an answer, and the log keeps its
// cause. What was written in a mutation's request is told field by field.
func TestToldOnce(t *testing.T) {
	t.Parallel()
	address := demoURL(t)
	blocking := pgtest.Open(t, address, store.Options{})
	for name, query := range map[string]string{
		"rows":    `{ ` + rowsThatRead + ` }`,
		"aliases": `{ a: ` + rowsThatRead + ` b: ` + rowsThatRead + ` c: administrativeNode(code: "533103") { name } }`,
	} {
		s := serve(t, pgtest.Open(t, address, store.Options{}), inHaste)
		var r *reply
		locked(t, blocking, "disclosure", func() { r = s.ask(query, nil) })
		if r.code() != "TIMEOUT" || len(r.Errors) != 1 {
			t.Errorf("%s: %d errors are told, want 1: %+v", name, len(r.Errors), r.Errors[:min(3, len(r.Errors))])
		}
		s.expectOnce(name, "TIMEOUT", "deadline exceeded", 1)
	}
	writing := serveTrusted(t, pgtest.Open(t, address, store.Options{}), inHaste)
	locked(t, blocking, "disclosure", func() {
		write := `publishDisclosure(id: "` + cursorOf("d", "any") + `", publishedOn: "2024-05-21") { closedGap }`
		r := writing.ask(`mutation { a: `+write+` b: `+write+` c: `+write+` }`, nil)
		if len(r.Errors) != 3 || r.Errors[2].Path[0] != "c" {
			t.Errorf("of each write it is told whether it was done: %+v", r.Errors)
		}
	})
}

const rowsThatRead = `administrativeNodes(first: 50) { edges { node { disclosures(first: 1) { edges { node { ref } } } } } }`

func inHaste(o *server.Options) { o.Limits.RequestTime = time.Second }

// TestLoggedOnce: one fault of ours that many rows meet is logged once a request.
func TestLoggedOnce(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	if _, err := db.DB().Exec("ALTER TABLE disclosure RENAME TO gone"); err != nil {
		t.Fatal(err)
	}
	r := s.ask(`{ `+rowsThatRead+` }`, nil)
	if r.code() != "INTERNAL" || len(r.Errors) < 2 {
		t.Fatalf("many rows should meet it: %+v", r.Errors)
	}
	s.expectOnce("internal", "INTERNAL", "disclosure", len(r.Errors))
}

// expectOnce looks for one line of the log with the cause, and at the count of a code.
func (s *service) expectOnce(name, code, cause string, counted int) {
	s.t.Helper()
	if lines := strings.Count(s.log.String(), "requestId="); lines != 1 || !strings.Contains(s.log.String(), cause) {
		s.t.Errorf("%s: %d lines in the log, want one with %q: %.1000s", name, lines, cause, s.log)
	}
	answer, err := http.Get(s.url + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if want := fmt.Sprintf("reliefgraph_errors_total{code=%q} %d\n", code, counted); !strings.Contains(string(text), want) {
		s.t.Errorf("%s: the metrics lack %s", name, want)
	}
}
