package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// byReplicas is a server of the demo world whose questions are read by two replicas.
type byReplicas struct {
	*service
	db       *store.Store
	clusters []*pgtest.Cluster
	second   *pgtest.Proxy // before the second
	replicas *store.Replicas
}

func serveByReplicas(t *testing.T) *byReplicas {
	t.Helper()
	primary := pgtest.NewCluster(t, "wal_level=replica", "max_wal_senders=5")
	r := &byReplicas{db: demoIn(t, pgtest.Open(t, primary.URL(), store.Options{}))}
	pgtest.Serving(t, r.db, today) // before the replicas are made, which then need not wait for the roles
	r.clusters = []*pgtest.Cluster{primary.Standby(), primary.Standby()}
	proxy, second := pgtest.NewProxy(t, r.clusters[1].URL())
	r.second = proxy
	r.service = serveTrusted(t, r.db, func(o *server.Options) {
		r.replicas = keepReplicas(t, o.Follower, r.clusters[0].URL(), second)
		o.Replicas, o.LogRequests = r.replicas, true
	})
	r.answerAll(t)
	return r
}

// keepReplicas reads by replicas until the test ends.
func keepReplicas(t *testing.T, follower *store.Follower, addresses ...string) *store.Replicas {
	t.Helper()
	replicas, err := follower.Replicas(context.Background(), addresses, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	var keeping sync.WaitGroup
	keeping.Go(func() { replicas.Keep(ctx) })
	t.Cleanup(func() {
		end()
		keeping.Wait()
	})
	return replicas
}

// answerAll asks until every replica has answered.
func (r *byReplicas) answerAll(t *testing.T) {
	t.Helper()
	before := r.replicas.States()
	pgtest.Eventually(t, "both replicas answer", func() bool {
		r.data(listOfNews, nil)
		for i, state := range r.replicas.States() {
			if state.Questions == before[i].Questions || state.Lags || state.Fault != "" {
				return false
			}
		}
		return true
	})
}

// listOfNews is read from the database, beside the index.
const listOfNews = `{ city(code: "533102") { news(first: 500, filter: {from: "2026-11-24"}) { nodes { ref } } } }`

// askAfter asks what must hold what the holder of a token wrote.
func (s *service) askAfter(token any, query string) *reply {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "extensions": map[string]any{"written": token}})
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := http.Post(s.url+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	answer := &reply{status: response.StatusCode}
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		s.t.Fatal(err)
	}
	return answer
}

// addNews adds news and returns the token of the write.
func (s *service) addNews(ref, publisher string) (token any) {
	s.t.Helper()
	input := map[string]any{"input": map[string]any{
		"ref": ref, "publisherCode": publisher, "title": "核实受灾情况", "publishedAt": "2026-11-24T09:00:00+08:00",
	}}
	answer := s.ask(newsMutation, input)
	for answer.retryAfter() > 0 {
		time.Sleep(20 * time.Millisecond)
		answer = s.ask(newsMutation, input)
	}
	if len(answer.Errors) > 0 || answer.Extensions["written"] == nil {
		s.t.Errorf("%s: %+v %v", ref, answer.Errors, answer.Extensions)
	}
	return answer.Extensions["written"]
}

// readFrom is what an answer says it was read from, if it lists some news.
func readFrom(t *testing.T, answer *reply, ref string) any {
	t.Helper()
	if len(answer.Errors) > 0 {
		t.Errorf("%s: %+v", ref, answer.Errors)
		return nil
	}
	for _, row := range at(t, answer.Data, "city", "news", "nodes").([]any) {
		if at(t, row, "ref") == ref {
			return at(t, answer.Extensions, "read", "from")
		}
	}
	t.Errorf("%s is not there; read from %v", ref, answer.Extensions["read"])
	return nil
}

// paused holds up what replicas replay, or lets them go on.
func (r *byReplicas) paused(t *testing.T, held bool) {
	t.Helper()
	for _, cluster := range r.clusters {
		db := pgtest.Open(t, cluster.URL(), store.Options{})
		statement := `SELECT pg_wal_replay_resume()`
		if held {
			statement = `SELECT pg_wal_replay_pause()`
		}
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
}

// TestReplicas: questions are read by replicas and answered as by the database itself, of
// the newest state whichever of them lag, stop or come back, and none fails.
func TestReplicas(t *testing.T) {
	t.Parallel()
	r := serveByReplicas(t)
	plain := serveTrusted(t, r.db, nil)

	// The contract's questions, of an account and by every statement that they run.
	ready := variables(t)
	for name, operation := range contract(t) {
		if operation[:len("query")] != "query" {
			continue
		}
		if difference := cmp.Diff(
			plain.data(operation, ready[name]),
			r.data(operation, ready[name]),
		); difference != "" &&
			name != "AuditLog" {
			t.Errorf("%s differs:\n%.1000s", name, difference)
		}
	}
	if primary, lost := r.replicas.Else(); lost > 0 {
		t.Errorf("replicas were lost for %d questions, %d others were read by the primary", lost, primary)
	}

	// Messages of subscriptions read them too.
	read := func() (questions int64) {
		for _, state := range r.replicas.States() {
			questions += state.Questions
		}
		return questions
	}
	publisher, entry := missingCell(t, r.service, 0)
	following := r.followEvents(
		`subscription { gapEvents(code: "533102") { token publisher { disclosures(first: 1) { nodes { title } } } } }`,
		nil,
	)
	before := read()
	if written := opensAndCloses(r.service, publisher, entry, 0); len(written.Errors) > 0 {
		t.Fatalf("%+v", written.Errors)
	}
	if message := following.next(); len(message.Errors) > 0 || read() == before {
		t.Errorf("a message: %+v, %d questions read by replicas", message.Errors, read()-before)
	}

	// Those who lag are not waited for long, and are read by again when they have caught up.
	token := r.addNews("by-a-replica", "533102")
	if got := readFrom(t, r.askAfter(token, listOfNews), "by-a-replica"); got != "REPLICA" && got != "PRIMARY" {
		t.Errorf("read from %v", got)
	}
	r.paused(t, true)
	token = r.addNews("held-up", "533102")
	if got := readFrom(t, r.askAfter(token, listOfNews), "held-up"); got != "PRIMARY" {
		t.Errorf("read from %v while nothing is replayed", got)
	}
	if states := r.replicas.States(); !states[0].Lags || !states[1].Lags || states[0].Behind == 0 {
		t.Errorf("%+v", states)
	}
	if !strings.Contains(fmt.Sprint(r.data(listOfNews, nil)), "held-up") {
		t.Error("without a token it is not there")
	}
	if !strings.Contains(r.metrics(), `reliefgraph_replica_lags{replica="`) || !strings.Contains(r.log.String(), "read=primary") {
		t.Error("neither metrics nor log tell of it")
	}
	r.paused(t, false)
	r.answerAll(t)
	if got := readFrom(t, r.askAfter(token, listOfNews), "held-up"); got != "REPLICA" {
		t.Errorf("read from %v when all is replayed", got)
	}
	if got := at(t, r.askAfter(token, `{ roots { code } }`).Extensions, "read", "from"); got != "INDEX" {
		t.Errorf("the index was read from %v", got)
	}
	if got := readFrom(t, plain.askAfter(token, listOfNews), "held-up"); got != "PRIMARY" {
		t.Errorf("of a server without replicas, read from %v", got)
	}
	if got := readFrom(t, r.askAfter("0123456789abcdef-1", listOfNews), "held-up"); got != "PRIMARY" {
		t.Errorf("of another history, read from %v", got)
	}
	if got := r.askAfter("spoilt", listOfNews).code(); got != string(problem.InvalidInput) {
		t.Errorf("a spoilt token: %q", got)
	}

	// One is killed, the other goes silent, while many write and read.
	var asking sync.WaitGroup
	var asked atomic.Int64
	ctx, end := context.WithCancel(context.Background())
	for number, publisher := range []string{"533102", "533102001", "533102102", "533102401"} {
		asking.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				ref := fmt.Sprintf("under-load-%d-%d", number, n)
				readFrom(t, r.askAfter(r.addNews(ref, publisher), listOfNews), ref)
				asked.Add(1)
			}
		})
	}
	atWork := func(more int64) {
		t.Helper()
		until := asked.Load() + more
		pgtest.Eventually(t, "they go on", func() bool { return asked.Load() >= until || t.Failed() })
	}
	atWork(20)
	r.clusters[0].Stop()
	atWork(20)
	r.clusters[0].Start()
	r.second.Silence()
	atWork(20)
	r.second.Heal()
	atWork(20)
	end()
	asking.Wait()
	r.answerAll(t)
	mustVerify(t, r.db)
}

// TestNoReplicas: what is no replica of the database is refused, and one that does not
// answer is taken in when it does.
func TestNoReplicas(t *testing.T) {
	t.Parallel()
	ctx, quiet := context.Background(), slog.New(slog.DiscardHandler)
	primary := pgtest.NewCluster(t, "wal_level=replica", "max_wal_senders=5")
	standby := primary.Standby()
	db := pgtest.Open(t, primary.URL(), store.Options{})
	follower, err := db.Follow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := pgtest.Open(t, pgtest.NewCluster(t).URL(), store.Options{}).Follow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []struct {
		of            *store.Follower
		address, says string
	}{
		{follower, primary.URL(), "not in recovery"},
		{elsewhere, standby.URL(), "another cluster"},
		{follower, "postgres://user:pa/ss@host/database", "cannot be read"},
	} {
		_, err := wrong.of.Replicas(ctx, []string{wrong.address}, quiet)
		if err == nil || !strings.Contains(err.Error(), wrong.says) || strings.Contains(err.Error(), "ss@") {
			t.Errorf("%s: %v", wrong.says, err)
		}
	}
	standby.Stop()
	replicas := keepReplicas(t, follower, standby.URL())
	if states := replicas.States(); states[0].Fault == "" {
		t.Errorf("%+v", states)
	}
	standby.Start()
	pgtest.Eventually(t, "it is taken in", func() bool { return replicas.States()[0].Fault == "" })
	if _, err := pgtest.Open(t, standby.URL(), store.Options{}).DB().Exec(`SELECT pg_promote()`); err != nil {
		t.Fatal(err)
	}
	pgtest.Eventually(t, "it is left out", func() bool { return strings.Contains(replicas.States()[0].Fault, "not in recovery") })
}
