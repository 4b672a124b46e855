package faults

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/lib/pq" // for what is read past the server

	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// scene is a server with a world that callers write to, in a form that faults
// can break.
type scene struct {
	process  *process // nil where the server is the test program's
	proxy    *pgtest.Proxy
	disk     *disk
	clock    *clock
	url      func() string
	database func(t testing.TB) string
	verify   func(t testing.TB)
	close    func(t testing.TB)
	log      *logbook
	token    string // of the account in whose name is written

	imported oracle.World
	world    *oracle.World // as imported, with what callers wrote
	nodes    []string      // whose figures are compared
	cells    [][2]string   // that callers write to
	facts    map[string]*fact
	rounds   int
}

// newScene is a scene of a world; the rest is the caller's to fill.
func newScene(world *oracle.World, nodes []string) *scene {
	s := &scene{world: world, nodes: nodes, facts: map[string]*fact{}, log: &logbook{}, close: func(testing.TB) {}}
	s.imported = oracle.World{Disclosures: world.Disclosures, News: world.News, Movements: world.Movements}
	for _, node := range nodes {
		for _, entry := range world.Entries(node) {
			s.cells = append(s.cells, [2]string{node, entry})
		}
	}
	return s
}

// serving makes a scene of a process that serves on a database of its own, or of
// that which its environment names.
func serving(t testing.TB, p *process, world *oracle.World, nodes []string, folder string) *scene {
	t.Helper()
	s := newScene(world, nodes)
	s.process, s.log = p, &p.log
	s.url = func() string { return *p.address.Load() }
	s.database = p.databaseURL
	s.verify = func(t testing.TB) {
		t.Helper()
		if said, err := p.run(t, "rebuild", "--verify"); err != nil || !strings.Contains(said, "as the facts say") {
			t.Errorf("rebuild --verify: %v %.1000s", err, said)
		}
	}
	s.close = p.stop
	p.start(t)
	t.Cleanup(p.kill)
	if said, err := p.run(t, "import", folder); err != nil {
		t.Fatalf("import: %v %.2000s", err, said)
	}
	s.signIn(t)
	return s
}

// signIn makes the account in whose name is written.
func (s *scene) signIn(t testing.TB) {
	t.Helper()
	db := pgtest.Open(t, s.database(t), store.Options{Connections: 2})
	defer db.Close()
	s.token = pgtest.Trust(t, db).Token
}

// Bounds of a server whose faults are to be seen soon.
var soon = []string{"--statement-timeout", "1s", "--request-timeout", "4s"}

// smallWorld is a random world and its files.
func smallWorld(t testing.TB, random *rand.Rand) (world *oracle.World, nodes []string, folder string) {
	t.Helper()
	world, folder = oracle.RandomWhole(random.Uint64N(1000)), t.TempDir()
	if err := world.WriteFolder(folder); err != nil {
		t.Fatal(err)
	}
	return world, world.Below("CN"), folder
}

// embedded serves a random world from an embedded database.
func embedded(t testing.TB, random *rand.Rand) *scene {
	t.Helper()
	return embeddedIn(t, random, newFolder(t))
}

func embeddedIn(t testing.TB, random *rand.Rand, folder string) *scene {
	t.Helper()
	world, nodes, files := smallWorld(t, random)
	dataDir := filepath.Join(folder, "d")
	return serving(t, &process{dataDir: dataDir, arguments: append([]string{"--data-dir", dataDir}, soon...)}, world, nodes, files)
}

// callers are how many write at once.
const callers = 4

// outcome is what a round of a fault came to.
type outcome struct {
	rounds, acknowledged, lost, doubled int
	slowest                             time.Duration
	questions                           []time.Duration // of plain ones that were answered
	skipped                             string          // why it was not done
}

func (o *outcome) add(other *outcome) {
	o.rounds += other.rounds
	o.acknowledged += other.acknowledged
	o.lost += other.lost
	o.doubled += other.doubled
	o.slowest = max(o.slowest, other.slowest)
	o.questions = append(o.questions, other.questions...)
}

func (o *outcome) p99() time.Duration {
	if len(o.questions) == 0 {
		return 0
	}
	slices.Sort(o.questions)
	return o.questions[len(o.questions)*99/100]
}

// round does harm while callers write and ask, waits until all is well again,
// stops them, and checks everything.
func (s *scene) round(t *testing.T, random *rand.Rand, cut bool, harm func(t *testing.T, during *round)) *outcome {
	t.Helper()
	during := &round{scene: s, t: t, cut: cut, random: random, number: s.rounds, codes: map[string]int{}}
	s.rounds++
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for n := range callers {
		seed := random.Uint64()
		running.Go(func() { during.write(ctx, n, rand.New(rand.NewPCG(seed, 1))) })
	}
	running.Go(func() { during.askPlainly(ctx) })
	defer running.Wait()
	defer stop()
	during.await("writes are acknowledged", 40)
	time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
	harm(t, during)
	during.await("writes are acknowledged after the fault", 40)
	stop()
	running.Wait()
	pgtest.Eventually(t, "it is ready again", func() bool { return s.ready() == 200 })
	s.check(t, random, during)
	if t.Failed() {
		s.tellLog(t)
	}
	during.outcome.rounds = 1
	return &during.outcome
}

// check holds everything against everything.
func (s *scene) check(t *testing.T, random *rand.Rand, during *round) {
	t.Helper()
	db, err := sql.Open("postgres", s.database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// A write whose answer was lost may be under way still: it ends before a lock on
	// what it writes is had.
	barrier(t, db)
	var wrong []string
	during.outcome.lost, during.outcome.doubled, wrong = s.settle(readKept(t, db))
	for _, what := range wrong {
		t.Error(what)
	}
	s.compare(t, random)
	s.verify(t)
	s.log.check(t)
}

func barrier(t testing.TB, db *sql.DB) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() // it wrote nothing
	if _, err := tx.Exec("LOCK TABLE disclosure, news, relief_movement, publisher_timeline IN SHARE MODE"); err != nil {
		t.Fatal(err)
	}
}

func (s *scene) tellLog(t testing.TB) {
	said := s.log.since(0)
	t.Logf("the end of the log:\n%s", said[max(len(said)-4000, 0):])
}

// answered are figures as an answer has them.
type answered struct {
	Covered, Pending, Missing, Overdue, Stale, Exempt int
	Timeliness                                        struct{ OnTime, Late, Overdue, Open, Undetermined int }
}

func (a *answered) figures() oracle.Figures {
	return oracle.Figures{
		Covered: a.Covered, Pending: a.Pending, Missing: a.Missing, Overdue: a.Overdue, Stale: a.Stale, Exempt: a.Exempt,
		OnTime: a.Timeliness.OnTime, Late: a.Timeliness.Late, DutiesOverdue: a.Timeliness.Overdue, Open: a.Timeliness.Open,
		Undetermined: a.Timeliness.Undetermined,
	}
}

const figuresOf = `fragment Figures on Coverage { covered pending missing overdue stale exempt
	timeliness { onTime late overdue open undetermined } }`

// compare asks for figures of every node, and for the status of many cells, on
// some days, and holds them against the oracle.
func (s *scene) compare(t *testing.T, random *rand.Rand) {
	t.Helper()
	for range 2 {
		day := firstDay + random.IntN(oracle.LastDay-firstDay-31)
		for _, node := range s.nodes {
			var data struct {
				AdministrativeNode struct{ Self, Subtree answered }
			}
			query := `query($code: String!, $on: Date!) { administrativeNode(code: $code) {
				self: coverage(asOf: $on, scope: SELF) { ...Figures } subtree: coverage(asOf: $on, scope: SUBTREE) { ...Figures } } } ` + figuresOf
			s.must(t, query, map[string]any{"code": node, "on": oracle.Date(day)}, &data)
			for self, got := range map[bool]answered{true: data.AdministrativeNode.Self, false: data.AdministrativeNode.Subtree} {
				if want := s.world.Figures(node, day, self); got.figures() != want {
					t.Errorf("figures of %s (itself %v) on %s: %+v, the oracle has %+v", node, self, oracle.Date(day), got.figures(), want)
				}
			}
		}
		s.compareCells(t, random, day)
		s.compareRelief(t, random)
	}
}

func (s *scene) compareCells(t *testing.T, random *rand.Rand, day int) {
	t.Helper()
	var query strings.Builder
	query.WriteString("{")
	asked := [50][2]string{}
	for n := range asked {
		asked[n] = s.cells[random.IntN(len(s.cells))]
		fmt.Fprintf(&query, ` c%d: cell(publisher: %q, entry: %q) { status(asOf: %q) }`, n, asked[n][0], asked[n][1], oracle.Date(day))
	}
	query.WriteString(" }")
	data := map[string]struct{ Status *string }{}
	s.must(t, query.String(), nil, &data)
	for n, cell := range asked {
		var got string
		if status := data[fmt.Sprintf("c%d", n)].Status; status != nil {
			got = *status
		}
		if want := s.world.Status(cell[0], cell[1], day); got != want {
			t.Errorf("cell %v on %s: %q, the oracle has %q", cell, oracle.Date(day), got, want)
		}
	}
}

func (s *scene) compareRelief(t *testing.T, random *rand.Rand) {
	t.Helper()
	node := s.nodes[random.IntN(len(s.nodes))]
	var data struct {
		AdministrativeNode struct {
			Relief struct{ Total struct{ Distributed string } }
		}
	}
	s.must(t, `query($code: String!, $from: Date!, $to: Date!) { administrativeNode(code: $code) {
		relief(from: $from, to: $to, asOf: $to, scope: SELF) { total { distributed } } } }`,
		map[string]any{"code": node, "from": oracle.Date(firstDay), "to": oracle.Date(lastDay)}, &data)
	fen := s.world.Relief(node, firstDay, lastDay, lastDay, true).Total.Distributed
	if got, want := data.AdministrativeNode.Relief.Total.Distributed, fmt.Sprintf("%d.%02d", fen/100, fen%100); got != want {
		t.Errorf("%s distributed %s, the oracle has %s", node, got, want)
	}
}
