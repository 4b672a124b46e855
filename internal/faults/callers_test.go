package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// patience is how long a caller waits for an answer: longer than a server may
// take for one, on a busy machine too.
const patience = 30 * time.Second

var client = &http.Client{
	Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true},
}

// reply is an answer of GraphQL.
type reply struct {
	Data       json.RawMessage `json:"data"`
	Extensions struct {
		Written string `json:"written"`
	} `json:"extensions"`
	Errors []struct {
		Message    string `json:"message"`
		Extensions struct {
			Code       string `json:"code"`
			RetryAfter int    `json:"retryAfter"`
		} `json:"extensions"`
	} `json:"errors"`
	status     int
	retryAfter string
	took       time.Duration
}

func (r *reply) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Extensions.Code
}

// heldUp tells whether a write was refused because of others that go on: nothing
// of it was written, and it is told when to try again.
func (r *reply) heldUp() bool {
	return r.code() == "CONFLICT" && r.Errors[0].Extensions.RetryAfter > 0
}

// ask posts a document; the error is one of the connection, not of the answer.
func (s *scene) ask(query string, variables map[string]any) (*reply, error) {
	return s.askAfter("", query, variables)
}

// askAfter is ask for what must hold what the holder of a token wrote.
func (s *scene) askAfter(written, query string, variables map[string]any) (*reply, error) {
	request := map[string]any{"query": query, "variables": variables}
	if written != "" {
		request["extensions"] = map[string]any{"written": written}
	}
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	return s.post("/graphql", "application/json", body)
}

// post sends what is answered as GraphQL is.
func (s *scene) post(path, kind string, body []byte) (*reply, error) {
	start := time.Now()
	request, err := http.NewRequest(http.MethodPost, s.url()+path, bytes.NewReader(body)) //nolint:noctx // the client has a timeout
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", kind)
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	r := &reply{status: response.StatusCode, retryAfter: response.Header.Get("Retry-After"), took: time.Since(start)}
	if err := json.Unmarshal(content, r); err != nil {
		return nil, fmt.Errorf("%d, no JSON: %.200s", response.StatusCode, content)
	}
	return r, nil
}

// must is ask for what is answered without errors, where all is well.
func (s *scene) must(t testing.TB, query string, variables map[string]any, data any) {
	t.Helper()
	r, err := s.ask(query, variables)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Errors) > 0 {
		t.Fatalf("%.200s %v: %+v", query, variables, r.Errors[0])
	}
	if err := json.Unmarshal(r.Data, data); err != nil {
		t.Fatal(err)
	}
}

// ready is the status of /readyz, 0 where nothing answers.
func (s *scene) ready() int {
	response, err := client.Get(s.url() + "/readyz")
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

// round is one time that a fault happens, with those who call meanwhile.
type round struct {
	*scene
	t      *testing.T
	random *rand.Rand
	number int
	cut    bool // connections of callers may be cut

	mutex        sync.Mutex
	codes        map[string]int // of answers, "" of those without an error
	acks         atomic.Int64
	plainAnswers atomic.Int64
	outcome      outcome
}

// await waits until so many writes more are acknowledged.
func (r *round) await(what string, more int64) {
	r.t.Helper()
	from := r.acks.Load()
	pgtest.Eventually(r.t, what, func() bool { return r.acks.Load() >= from+more })
}

// answered notes an answer, and whether it is one that a fault of the database
// may bring about.
func (r *round) answered(what string, a *reply, err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err != nil {
		if !r.cut {
			r.t.Errorf("%s was not answered: %v", what, err)
		}
		return
	}
	r.outcome.slowest = max(r.outcome.slowest, a.took)
	r.codes[a.code()]++
	switch a.code() {
	case "", "UNAVAILABLE", "TIMEOUT":
	default:
		if !a.heldUp() {
			r.t.Errorf("%s: %d %+v", what, a.status, a.Errors)
		}
	}
	if a.status == http.StatusServiceUnavailable && a.retryAfter == "" {
		r.t.Errorf("%s: 503 does not say when to try again", what)
	}
}

// refusals counts the answers that said that nothing can be answered just now.
func (r *round) refusals() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.codes["UNAVAILABLE"] + r.codes["TIMEOUT"]
}

// awaitRefusals waits until /readyz and answers say that nothing can be answered.
func (r *round) awaitRefusals(t *testing.T) {
	t.Helper()
	before := r.refusals()
	pgtest.Eventually(t, "/readyz says that nothing can be answered", func() bool { return r.ready() == http.StatusServiceUnavailable })
	pgtest.Eventually(t, "answers say so too", func() bool { return r.refusals() > before })
}

// write writes facts of many cells, some of them in steps. A write that was not
// acknowledged is sent again, as a careful caller does, or left as it is.
func (r *round) write(ctx context.Context, caller int, random *rand.Rand) {
	for n := 0; ctx.Err() == nil; n++ {
		ref := fmt.Sprintf("fault-%d-%d-%d", r.number, caller, n)
		f := r.invent(random, ref, r.cells[random.IntN(len(r.cells))])
		careful := random.IntN(3) > 0
		for f.acknowledged < len(f.steps) && ctx.Err() == nil {
			if !r.send(f) {
				if !careful {
					break
				}
				time.Sleep(50 * time.Millisecond)
			}
		}
		time.Sleep(time.Duration(random.IntN(10)) * time.Millisecond)
	}
}

// orderless tells of whom no order is to be written: regions get none, and no event lies
// before its order's day of issue, as it would where a clock is set back.
func (s *scene) orderless(publisher string) bool {
	const county = 6 // characters of its code, and more below it
	return s.clock != nil || len(publisher) < county && !strings.Contains(publisher, "/")
}

// invent makes a fact of a cell that is to be written.
func (r *round) invent(random *rand.Rand, ref string, cell [2]string) *fact {
	f := newFact(random, ref, cell)
	for f.table == "supervision_order" && r.orderless(cell[0]) {
		f = newFact(random, ref, cell)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.facts[ref] = f
	return f
}

// send sends a fact's next step and tells whether it was acknowledged.
func (r *round) send(f *fact) bool {
	next := f.steps[f.acknowledged]
	if f.acknowledged > 0 && f.table == "disclosure" {
		next.variables["id"] = f.id
	}
	before := f.sent
	f.sent = f.acknowledged + 1
	a, err := r.ask(next.mutation, next.variables)
	r.answered("the write of "+f.ref, a, err)
	if err != nil {
		return false
	}
	if a.heldUp() {
		f.sent = before // an attempt before may have been done
		return false
	}
	var data struct {
		Done *struct{ Disclosure *struct{ ID string } }
	}
	if err := json.Unmarshal(a.Data, &data); err != nil && len(a.Errors) == 0 {
		r.t.Errorf("%s: %v", f.ref, err)
	}
	// What is written and cannot be shown is told as that, beside an error.
	if data.Done == nil {
		return false
	}
	if data.Done.Disclosure != nil {
		f.id = data.Done.Disclosure.ID
	} else if f.id == "" && len(f.steps) > 1 && f.table == "disclosure" {
		return false // it is to be sent again, for the id that the next step needs
	}
	f.acknowledged = f.sent
	r.acks.Add(1)
	r.mutex.Lock()
	r.outcome.acknowledged++
	r.mutex.Unlock()
	return true
}

// askPlainly asks for the figures of a node, over and over.
func (r *round) askPlainly(ctx context.Context) {
	for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		a, err := r.ask(`{ administrativeNode(code: "53") { coverage { required covered } } }`, nil)
		r.answered("a question", a, err)
		if err == nil && a.code() == "" {
			r.plainAnswers.Add(1)
			r.mutex.Lock()
			r.outcome.questions = append(r.outcome.questions, a.took)
			r.mutex.Unlock()
		}
	}
}
