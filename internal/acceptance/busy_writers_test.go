package acceptance

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// holding keeps a publisher locked, as an import does that has written to it, until
// the end is called.
func holding(t *testing.T, db *store.Store, publisher string) (end func()) {
	t.Helper()
	tx, err := db.DB().Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Rollback() })
	if _, err := tx.Exec("SELECT FROM publisher_timeline WHERE publisher_code = $1 FOR UPDATE", publisher); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(); err != nil && err != sql.ErrTxDone {
			t.Error(err)
		}
	}
}

// registering is the mutation that registers a document.
func registering(ref, publisher string) map[string]any {
	return map[string]any{"input": map[string]any{
		"ref": ref, "publisherCode": publisher, "entryCode": "1.1", "title": "通知", "attribute": "PROACTIVE", "formedOn": "2026-11-20",
	}}
}

// TestBusyPublisher: more writers than there are connections, to a publisher that
// another keeps locked, leave those to other publishers what they need; they are
// told when to try again; and once the publisher is free all can be written.
func TestBusyPublisher(t *testing.T) {
	t.Parallel()
	address := demoURL(t)
	outside := pgtest.Open(t, address, store.Options{})
	s := serveTrusted(t, pgtest.Open(t, address, store.Options{Connections: 4}), nil)
	busy, free := "533102102", "533102103"
	end := holding(t, outside, busy)
	const writers = 50
	answers := make([]*reply, writers)
	others := make(chan struct{})
	var writing sync.WaitGroup
	for n := range writers {
		writing.Go(func() { answers[n] = s.ask(registerMutation, registering(fmt.Sprintf("busy-%d", n), busy)) })
	}
	writing.Go(func() {
		defer close(others)
		for n := range 20 { // as long as those wait, and after
			if r := s.ask(registerMutation, registering(fmt.Sprintf("free-%d", n), free)); r.code() != "" {
				t.Errorf("to another publisher: %+v", r.Errors)
			}
		}
	})
	writing.Wait()
	<-others
	for n, r := range answers {
		if r.code() != "CONFLICT" || r.retryAfter() == 0 {
			t.Errorf("writer %d: %+v", n, r.Errors)
		}
	}
	waits := s.serving.Waits()
	if waits.Waiting != 0 || waits.InVain == 0 || waits.Crowded+waits.InVain != writers {
		t.Errorf("%+v of %d writers", waits, writers)
	}
	if got := s.number(`reliefgraph_writes_refused_total{reason="waited in vain"}`); got != waits.InVain {
		t.Errorf("the metrics tell of %d, not %d", got, waits.InVain)
	}
	end()
	s.data(registerMutation, registering("busy-0", busy))
	mustVerify(t, outside)
}

// metrics are what Prometheus reads.
func (s *service) metrics() string {
	s.t.Helper()
	answer, err := http.Get(s.url + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(content)
}

// TestRetryAfter: an answer with an error that says when to try again says so in
// its header too.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serveTrusted(t, db, nil)
	holding(t, db, "533102102")
	body, err := json.Marshal(map[string]any{"query": registerMutation, "variables": registering("later", "533102102")})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.url+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, content := roundTrip(t, request)
	if response.Header.Get("Retry-After") != "5" || !strings.Contains(content, `"retryAfter":5`) ||
		!strings.Contains(content, "nothing was written") {
		t.Errorf("%v %s", response.Header, content)
	}
}
