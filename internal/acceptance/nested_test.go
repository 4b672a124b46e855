package acceptance

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// How many rows the lists of the worlds have: few, as many as end a path of one
// list, and so many that a path of two lists ends in hundreds.
const (
	fewRows    = 3
	mediumRows = 20
	manyRows   = 300
)

// notExercised are the few paths that no row can lead along, by the text that they
// contain, each with the reason.
var notExercised = map[string]string{
	"openTasks[].disclosure.secrecyReview":    "the task is that there is none",
	"escalation[].department.relief.byChild":  "nothing is below a department",
	"escalation[].department.relief.children": "nothing is below a department",
	"predecessors[].disasterEvents":           "no event struck what ended before",
	"reviewsDue[].publisher.reviewsDue":       "what a publisher has was read for the list that it is in",
	"openTasks[].publisher.openTasks":         "likewise",
	"roots[].ancestors[]":                     "nothing is above a root",
	"roots[].predecessors[]":                  "the nation succeeds nothing",
	"roots[].successors[]":                    "nor does anything succeed it",
}

// exercised leaves out those paths.
func exercised(t *testing.T, paths []nestedPath) []nestedPath {
	t.Helper()
	for part, reason := range notExercised {
		all := len(paths)
		paths = slices.DeleteFunc(paths, func(p nestedPath) bool { return strings.Contains(p.String(), part) })
		if len(paths) == all {
			t.Errorf("no path contains %s (%s): take it off the list", part, reason)
		}
	}
	return paths
}

// TestNestedLists: every list × every field that may read, two lists deep, as the
// schema has them, costs as many statements for many rows as for few. No path is
// taken on trust: the large answer must have something at its end in many rows.
func TestNestedLists(t *testing.T) {
	t.Parallel()
	worlds := map[int]string{}
	for _, rows := range []int{fewRows, mediumRows, manyRows} {
		worlds[rows] = nestedDatabase(t, rows)
	}
	var measuring []*nestedMeasure
	for range max(2, runtime.GOMAXPROCS(0)) {
		measuring = append(measuring, newNestedMeasure(t, worlds))
	}
	ids := map[int]map[string]string{}
	for rows, asked := range measuring[0].servers {
		ids[rows] = asked.ids(t, nestedSizes[rows].ids)
	}
	questions := nestedQuestions(exercised(t, nestedPaths(t)))
	pool := make(chan *nestedMeasure, len(measuring))
	for _, m := range measuring {
		pool <- m
	}
	for name, questions := range questions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, question := range questions {
				func() {
					m := <-pool
					defer func() { pool <- m }()
					m.compare(t, question, ids)
				}()
			}
		})
	}
}

// nestedQuestions puts the paths that part after their second list together into
// one question, by the list that they enter first. As together one could hide what
// another reads, each end is asked alone as well, of one list for all.
func nestedQuestions(paths []nestedPath) map[string][][]nestedPath {
	questions, together, alone := map[string][][]nestedPath{}, map[string][]nestedPath{}, map[string]bool{}
	first := func(p nestedPath) string {
		name, _, _ := strings.Cut(p.String(), "[]")
		return name
	}
	for _, path := range paths {
		if end := path.end(); path.lists() < 2 || !alone[end] {
			alone[end] = true
			questions[first(path)] = append(questions[first(path)], []nestedPath{path})
		}
		if path.lists() == 2 {
			shared := path.prefix().String()
			together[shared] = append(together[shared], path)
		}
	}
	for _, paths := range together {
		questions[first(paths[0])] = append(questions[first(paths[0])], paths)
	}
	return questions
}

// end is the last list of a path as the schema names it, with what comes after.
func (p nestedPath) end() string {
	if p.lists() == 0 {
		return p.String()
	}
	begins := len(p.prefix()) - 1
	return p[begins].owner + "." + p[begins:].String()
}

// nestedDatabase makes a database with a nestedWorld.
func nestedDatabase(t *testing.T, rows int) string {
	t.Helper()
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{})
	pgtest.Import(t, db, importing, newNestedWorld(rows).write(t))
	direct, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	// No file tells of secrecy reviews.
	if _, err := direct.Exec(`INSERT INTO secrecy_review (disclosure_ref, reviewed_on, reviewed_by, result)
		SELECT ref, '2026-05-01', '保密办', '可公开' FROM disclosure WHERE ref NOT LIKE '%-secret'`); err != nil {
		t.Fatal(err)
	}
	return address
}

func unlimited() server.Limits {
	limits := server.DefaultLimits()
	limits.Depth, limits.Aliases, limits.Tokens = math.MaxInt32, math.MaxInt32, math.MaxInt32
	limits.Work, limits.AnswerBytes = math.MaxInt32, math.MaxInt32
	limits.RequestTime = time.Minute
	return limits
}

// nestedMeasure asks one question at a time of its own servers on the worlds.
type nestedMeasure struct{ servers map[int]*nestedServer }

type nestedServer struct {
	handler    http.Handler
	statements atomic.Int64
}

func newNestedMeasure(t *testing.T, worlds map[int]string) *nestedMeasure {
	t.Helper()
	m := &nestedMeasure{map[int]*nestedServer{}}
	for rows, address := range worlds {
		s := &nestedServer{}
		counting := func(through driver.Connector) driver.Connector { return counter{through, &s.statements} }
		db := pgtest.Open(t, address, store.Options{Watch: counting})
		follower, err := db.Follow(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		s.handler = pgtest.Trust(t, db).SignedIn(server.New(server.Options{
			Store: db, Follower: follower, Limits: unlimited(), Now: noon, Log: slog.New(slog.DiscardHandler),
		}).Handler())
		m.servers[rows] = s
		s.ask(t, `{ viewer { unread } }`)                                     // the token's first use in a minute is noted
		if err := audit.New(db, nil).Seal(context.Background()); err != nil { // who reads the log first would
			t.Fatal(err)
		}
	}
	return m
}

// ask answers a question and tells how many statements it cost.
func (s *nestedServer) ask(t testing.TB, question string) ([]byte, int64) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": question})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, "http://localhost/graphql", bytes.NewReader(body))
	request.RemoteAddr = "127.0.0.1:5000" // how often this machine asks is not counted
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	before := s.statements.Load()
	s.handler.ServeHTTP(answer, request)
	cost := s.statements.Load() - before
	if bytes.Contains(answer.Body.Bytes(), []byte(`"errors":[`)) || answer.Code != http.StatusOK {
		t.Errorf("%s: %.600s", question, answer.Body)
	}
	return answer.Body.Bytes(), cost
}

// compare asks paths together, and each alone if that costs more for many rows. It
// tells whether it costs as many.
func (m *nestedMeasure) compare(t *testing.T, paths []nestedPath, ids map[int]map[string]string) bool {
	many := manyRows
	if paths[0].lists() > 1 || paths[0][0].field.Name == "whatIf" { // which reads 500 publishers at a time
		many = mediumRows
	}
	few, question := questionOf(t, paths, nestedSizes[fewRows], ids[fewRows]), questionOf(t, paths, nestedSizes[many], ids[many])
	fewAnswer, fewCost := m.servers[fewRows].ask(t, few.text)
	answer, cost := m.servers[many].ask(t, question.text)
	for i, path := range paths {
		once, found := few.answered(i, fewAnswer), question.answered(i, answer)
		if once == 0 || path[:len(path)-1].widens() && (found < 5 || found <= once) {
			t.Errorf("%s proves nothing: it ends in %d rows of few and in %d of many: extend nestedWorld", path, once, found)
		}
	}
	if cost == fewCost {
		return true
	}
	named := false
	for i := 0; len(paths) > 1 && i < len(paths); i++ {
		named = !m.compare(t, paths[i:i+1], ids) || named
	}
	if !named {
		t.Errorf("%s: %d statements for few rows, %d for many", paths, fewCost, cost)
	}
	return false
}

// ids finds those of things of each kind that has one.
func (s *nestedServer) ids(t *testing.T, most int) map[string]string {
	t.Helper()
	lists := map[string]string{
		"AdministrativeNode": "children(first: 500) { edges { node { id } } }",
		"Gap":                "gaps(first: 500) { edges { node { id } } }",
		"Cell":               "gaps(first: 500) { edges { node { cell { id } } } }",
		"Disclosure":         "disclosures(first: 500) { edges { node { id } } }",
		"Order":              "orders(first: 500) { edges { node { id } } }",
		"ExemptionRequest":   "exemptionRequests(first: 500) { edges { node { id } } }",
		"News":               "news(first: 500) { edges { node { id } } }",
		"ReliefMovement":     `relief(from: "2026-06-01", to: "2026-11-24") { movements(first: 500) { edges { node { id } } } }`,
	}
	ids := map[string]string{}
	for kind, list := range lists {
		answer, _ := s.ask(t, `{ administrativeNode(code: "`+nestedCity+`") { `+list+` } }`)
		ids[kind] = idsIn(answer, most)
	}
	answer, _ := s.ask(t, `{ concerns(code: "`+nestedCity+`", first: 500) { edges { node { id } } } }`)
	ids["Concern"] = idsIn(answer, most)
	return ids
}

// idsIn takes the first ids of an answer as the value of an argument.
func idsIn(answer []byte, most int) string {
	var ids []string
	for _, part := range bytes.Split(answer, []byte(`"id":"`))[1:] {
		id, _, _ := bytes.Cut(part, []byte(`"`))
		ids = append(ids, quoted(string(id)))
	}
	return "[" + strings.Join(ids[:min(most, len(ids))], ", ") + "]"
}
