package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// release builds the program as one that reads and writes other forms of packed rows: the
// oldest that it reads, the one that it writes, the newest that it reads.
func release(t *testing.T, forms string) (built string) {
	t.Helper()
	folder, err := os.MkdirTemp(filepath.Dir(program), "release-")
	if err != nil {
		t.Fatal(err)
	}
	built = filepath.Join(folder, "reliefgraph")
	const module = "github.com/reliefgraph/reliefgraph/"
	build := exec.Command(
		"go",
		"build",
		"-ldflags",
		"-X '"+module+"internal/packed.forms="+forms+"'",
		"-o",
		built,
		module+"cmd/reliefgraph",
	)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return built
}

// releases are servers of several releases on one database.
type releases struct {
	t               *testing.T
	database, token string
	publishers      []string // each with an entry that takes documents
	entries         []string
	written         int
}

func (r *releases) ask(server, query string) (answer string, err error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequest(http.MethodPost, "http://"+server+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && strings.Contains(string(content), `"errors"`) {
		err = fmt.Errorf("%s", content)
	}
	return string(content), err
}

const figuresOfAll = `{ administrativeNode(code: "5331") {
	coverage { required covered pending missing overdue stale timeliness { open overdue onTime late } } gaps(first: 20) { totalCount edges { cursor } }
	disclosures(first: 50) { totalCount edges { node { ref } } }
	children(first: 50) { edges { node { code coverage { required covered pending missing } } } } } }`

// register writes a document of some publisher by one server.
func (r *releases) register(server string) {
	r.t.Helper()
	of := r.written % len(r.publishers)
	if r.written++; r.written%3 == 0 {
		of = 0 // one that all write
	}
	_, err := r.ask(server, fmt.Sprintf(`mutation { registerDisclosure(input: {ref: "beside-%d", publisherCode: %q, entryCode: %q,
		title: "并行", attribute: PROACTIVE, formedOn: "2026-02-0%d"}) { closedGap } }`, r.written, r.publishers[of], r.entries[of], r.written%9+1))
	if err != nil {
		r.t.Errorf("a write: %v", err)
	}
}

// beside lets two servers be asked and written to in turn; both answer all the while, and
// the same after each write.
func (r *releases) beside(one, other string) (answer string) {
	r.t.Helper()
	end := make(chan struct{})
	var asking sync.WaitGroup
	for _, server := range []string{one, other} {
		asking.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
				}
				if _, err := r.ask(server, figuresOfAll); err != nil {
					r.t.Errorf("a question beside writes: %v", err)
					return
				}
			}
		})
	}
	for range 8 {
		for _, server := range []string{one, other} {
			r.register(server)
			if answer = r.same(one, other); r.t.Failed() {
				close(end)
				asking.Wait()
				r.t.FailNow()
			}
		}
	}
	close(end)
	asking.Wait()
	return answer
}

// same asks two servers, which have to tell the same.
func (r *releases) same(one, other string) string {
	r.t.Helper()
	first, err := r.ask(one, figuresOfAll)
	second, failed := r.ask(other, figuresOfAll)
	if err != nil || failed != nil || first != second {
		r.t.Errorf("%s\n%s\n%v %v", first, second, err, failed)
	}
	return first
}

func (r *releases) verified(programs ...string) {
	r.t.Helper()
	for _, program := range programs {
		if o := by(r.t, program, r.database, "rebuild", "--verify"); o.code != 0 {
			r.t.Errorf("%+v", o)
		}
	}
}

// forms are how many rows have each form of timelines.
func (r *releases) forms(db *store.Store) string {
	return scan(r.t, db, `SELECT string_agg(form || ': ' || rows, ', ' ORDER BY form)
		FROM (SELECT get_byte(packed, 0) AS form, count(*) AS rows FROM publisher_timeline GROUP BY 1) AS f`)
}

// TestReleasesBeside: servers of a release and of the one before it are on one database;
// both answer and write all the while. One that is two releases behind refuses, and says
// what to do; what it left is made anew by the first start that cannot read it.
func TestReleasesBeside(t *testing.T) {
	t.Parallel()
	// A form is read by the release before the one that writes it, and by the one after.
	before, reading, writing, after := program, release(t, "1 1 2"), release(t, "1 2 2"), release(t, "2 2 3")
	database := pgtest.URL(t)
	db := pgtest.Open(t, database, store.Options{Connections: 2})
	folder := t.TempDir()
	if output, code := run(t, "generate", "--out", folder, "--seed", "7", "--disclosures", "300", "--areas", "5331"); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	if o := on(t, database, "import", folder); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	r := &releases{t: t, database: database, token: pgtest.Account(t, db, "clerk", account.Grant{
		Role: account.Clerk, NodeCode: scan(t, db, "SELECT code FROM node WHERE parent_code IS NULL"), From: calendar.Date(1990, 1, 1),
	})}
	for _, pair := range strings.Fields(scan(t, db, `SELECT string_agg(publisher_code || '=' || entry_code, ' ')
		FROM (SELECT publisher_code, min(entry_code) AS entry_code FROM disclosure GROUP BY 1 ORDER BY 1 LIMIT 5) AS d`)) {
		publisher, entry, _ := strings.Cut(pair, "=")
		r.publishers, r.entries = append(r.publishers, publisher), append(r.entries, entry)
	}
	saved := filepath.Join(t.TempDir(), "before.backup")
	if o := on(t, database, "backup", saved); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	onDatabase := "DATABASE_URL=" + database
	oldest, _ := startServingBy(t, before, onDatabase)
	second, _ := startServingBy(t, reading, onDatabase)
	r.beside(oldest, second)
	r.verified(before, reading)

	third, process := startServingBy(t, writing, onDatabase)
	then := time.Now().UTC().Format(time.RFC3339Nano)
	answer := r.beside(second, third)
	r.verified(reading, writing)
	if forms := r.forms(db); !strings.Contains(forms, "1: ") || !strings.Contains(forms, "2: ") {
		t.Errorf("not both have written: %s", forms)
	}

	// The one before those is told apart, and told.
	for _, query := range []string{figuresOfAll, `mutation { registerDisclosure(input: {ref: "late", publisherCode: "533102", entryCode: "1.1",
		title: "并行", attribute: PROACTIVE, formedOn: "2026-02-02"}) { closedGap } }`} {
		if _, err := r.ask(
			oldest,
			query,
		); err == nil || !strings.Contains(err.Error(), `"UNAVAILABLE"`) ||
			!strings.Contains(err.Error(), "newer release") {
			t.Errorf("two releases behind: %v", err)
		}
	}
	if status, content := get(t, "http://"+oldest+"/readyz"); status != 503 || !strings.Contains(content, "replace it by that release") {
		t.Errorf("two releases behind: %d %s", status, content)
	}
	if o := by(
		t,
		before,
		database,
		"serve",
		"--listen",
		"127.0.0.1:0",
	); o.code == 0 ||
		!strings.Contains(o.faults, "replace it by that release") {
		t.Errorf("a start two releases behind: %+v", o)
	}
	if now := r.same(second, third); now != answer {
		t.Errorf("%s, it was %s", now, answer)
	}

	// One release on, what is left of the first form is made anew beside the release before.
	knownThen := "/graphql?query=" + url.QueryEscape(fmt.Sprintf(`{ knownAt(instant: %q) `, then)+figuresOfAll+" }")
	_, known := get(t, "http://"+third+knownThen)
	fourth, _ := startServingBy(t, after, onDatabase)
	if forms := r.forms(db); strings.Contains(forms, "1: ") {
		t.Errorf("what can be read no more is not made anew: %s", forms)
	}
	if now := r.same(third, fourth); now != answer {
		t.Errorf("%s, it was %s", now, answer)
	}
	if _, now := get(t, "http://"+fourth+knownThen); now != known || !strings.Contains(now, `"required"`) {
		t.Errorf("what was known is %s, it was %s", now, known)
	}
	r.beside(third, fourth)
	r.verified(writing, after)
	empty := pgtest.URL(t)
	if o := by(t, after, empty, "restore", saved); o.code != 0 {
		t.Errorf("a backup of long before: %+v", o)
	}

	// Where no newer one is to run any more, a rebuild by the oldest takes everything back.
	process.Process.Kill()
	if o := on(t, database, "rebuild"); o.code != 0 {
		t.Errorf("%+v", o)
	}
	if _, err := r.ask(oldest, figuresOfAll); err != nil {
		t.Error(err)
	}
	r.verified(before)
}
