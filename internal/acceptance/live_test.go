package acceptance

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

const (
	liveCoverage = `subscription($code: String!, $asOf: Date) { liveCoverage(code: $code, asOf: $asOf) { token coverage {
		asOf provisional required covered pending missing overdue stale exempt coverageRate timeliness { onTime late overdue open } } } }`
	gapEvents = `subscription($code: String!, $after: String) { gapEvents(code: $code, after: $after) {
		token at publisherCode publisher { code } entryCode entry { code } before after } }`
	coverageNow = `query($code: String!, $asOf: Date) { administrativeNode(code: $code) { coverage(asOf: $asOf) {
		asOf provisional required covered pending missing overdue stale exempt coverageRate timeliness { onTime late overdue open } } } }`
)

// change is a gap opened or closed, as tests compare it.
type change struct{ publisher, entry, before, after string }

func changeIn(t testing.TB, message *reply) (c change, token string) {
	t.Helper()
	if len(message.Errors) > 0 {
		t.Fatalf("%+v", message.Errors)
	}
	text := func(of any) string { s, _ := of.(string); return s }
	event := at(t, message.Data, "gapEvents").(map[string]any)
	c = change{text(event["publisherCode"]), text(event["entryCode"]), text(event["before"]), text(event["after"])}
	if node, ok := event["publisher"].(map[string]any); ok && node["code"] != c.publisher {
		t.Errorf("the publisher of %+v is %v", c, node)
	}
	if code := at(t, event, "entry", "code"); code != c.entry {
		t.Errorf("the entry of %+v is %v", c, code)
	}
	return c, text(event["token"])
}

// opensAndCloses publishes and withdraws documents of one cell in turn, which is a gap
// without any.
func opensAndCloses(s *service, publisher, entry string, n int) *reply {
	ref := fmt.Sprintf("followed-%s-%s-%d", publisher, entry, n/2)
	if n%2 == 0 {
		return s.ask(`mutation($input: RegisterDisclosureInput!) { registerDisclosure(input: $input) { cell { status } } }`,
			map[string]any{"input": map[string]any{
				"ref": ref, "publisherCode": publisher, "entryCode": entry, "title": "跟随", "attribute": "PROACTIVE",
				"formedOn": "2026-11-20", "publishedOn": "2026-11-20",
			}})
	}
	return s.ask(`mutation($input: WithdrawDocumentInput!) { withdrawDocument(input: $input) { cell { status } } }`,
		map[string]any{"input": map[string]any{"ref": ref, "withdrawnOn": "2026-11-21"}})
}

func written(t testing.TB, r *reply, mutation string) string {
	t.Helper()
	if len(r.Errors) > 0 {
		t.Fatalf("%+v", r.Errors)
	}
	return at(t, r.Data, mutation, "cell", "status").(string)
}

// TestFiguresAreFollowed: they come at once, then each time when they differ, and never
// when they do not: after writes elsewhere, after those that change another day alone,
// and on another server; and by the turn of the day.
func TestFiguresAreFollowed(t *testing.T) {
	t.Parallel()
	for _, by := range ways {
		t.Run(by.name, func(t *testing.T) {
			t.Parallel()
			db := demo(t)
			var passed atomic.Int64
			now := func() time.Time { return noon().Add(time.Duration(passed.Load())) }
			writer := serveTrusted(t, db, nil)
			s := serve(t, db, func(o *server.Options) { o.Now = now })
			cells := closable(t, writer, 2)
			publisher, entry := cells[0][0], cells[0][1]
			before := by.follow(s, liveCoverage, map[string]any{"code": publisher, "asOf": "2026-11-01"})
			f := by.follow(s, liveCoverage, map[string]any{"code": publisher})
			figures := func(f *following, asOf any) map[string]any {
				t.Helper()
				message := f.next()
				got := at(t, message.Data, "liveCoverage", "coverage").(map[string]any)
				want := at(t, s.data(coverageNow, map[string]any{"code": publisher, "asOf": asOf}), "administrativeNode", "coverage")
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("followed %v, asked %v", got, want)
				}
				return got
			}
			figures(before, "2026-11-01")
			first := figures(f, nil)
			for n := range 4 {
				written(t, opensAndCloses(writer, cells[1][0], cells[1][1], n), []string{"registerDisclosure", "withdrawDocument"}[n%2])
				written(t, opensAndCloses(writer, publisher, entry, n), []string{"registerDisclosure", "withdrawDocument"}[n%2])
				next := figures(f, nil)
				if fmt.Sprint(next) == fmt.Sprint(first) {
					t.Errorf("%d: %v twice", n, next)
				}
				first = next
			}
			passed.Store(int64(24 * time.Hour))
			if next := figures(f, nil); next["asOf"] != "2026-11-25" {
				t.Errorf("on the next day: %v", next)
			}
			if len(before.messages) > 0 || len(f.messages) > 0 {
				t.Errorf("messages of figures that do not differ: %+v", (<-before.messages).Data)
			}
		})
	}
}

// closable are missing cells, of a publisher each, that a publication closes.
func closable(t *testing.T, s *service, count int) (cells [][2]string) {
	t.Helper()
	gaps := at(t, s.data(`{ gaps(code: "533102", filter: {statuses: [MISSING]}, first: 500) { edges { node { publisher { code } entry { code } } } } }`, nil), "gaps", "edges").([]any)
	taken := map[string]bool{}
	for _, edge := range gaps {
		publisher, entry := at(t, edge, "node", "publisher", "code").(string), at(t, edge, "node", "entry", "code").(string)
		if len(cells) == count || taken[publisher] {
			continue
		}
		covered := written(t, opensAndCloses(s, publisher, entry, 100), "registerDisclosure") == "COVERED"
		missing := written(t, opensAndCloses(s, publisher, entry, 101), "withdrawDocument") == "MISSING"
		if covered && missing {
			taken[publisher] = true
			cells = append(cells, [2]string{publisher, entry})
		}
	}
	if len(cells) < count {
		t.Fatalf("only %d of %d gaps are closed by a publication", len(cells), len(gaps))
	}
	return cells
}

// TestUnknownIsFollowed: figures of a code that is unknown are null until it is known.
func TestUnknownIsFollowed(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	s := serve(t, db, nil)
	f := s.followSocket(liveCoverage, map[string]any{"code": "533102"})
	if message := f.next(); at(t, message.Data, "liveCoverage", "coverage") != nil {
		t.Errorf("%+v", message)
	}
	demoIn(t, db)
	if message := f.next(); at(t, message.Data, "liveCoverage", "coverage") == nil {
		t.Errorf("%+v", message)
	}
}

// tracer follows gaps on several servers, is cut off at random, and goes on elsewhere.
type tracer struct {
	t       *testing.T
	servers []*service
	random  *rand.Rand
	code    string
	token   string
	f       *following
	left    int // messages until it is cut off
}

func (r *tracer) next() change {
	r.t.Helper()
	for {
		if r.f == nil {
			variables := map[string]any{"code": r.code}
			by, at := ways[r.random.IntN(len(ways))], r.servers[r.random.IntN(len(r.servers))]
			headers := []string{}
			if r.token != "" && by.name == "events" && r.random.IntN(2) == 0 {
				headers = append(headers, "Last-Event-ID", r.token)
			} else if r.token != "" {
				variables["after"] = r.token
			}
			r.f, r.left = by.follow(at, gapEvents, variables, headers...), 1+r.random.IntN(12)
		}
		if r.left == 0 {
			r.f.cut()
			r.f = nil
			continue
		}
		r.left--
		c, token := changeIn(r.t, r.f.next())
		r.token = token
		return c
	}
}

// begin is where the tracer begins: at the figures of now.
func (r *tracer) begin() {
	f := r.servers[0].followEvents(liveCoverage, map[string]any{"code": r.code})
	r.token = at(r.t, f.next().Data, "liveCoverage", "token").(string)
	f.cut()
}

// TestImportsAreFollowed holds what is followed through random imports against the
// oracle: one message a cell that is a gap before or after and not both, whoever is cut
// off where and goes on by which server.
func TestImportsAreFollowed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 77))
			world := oracle.RandomWhole(seed)
			db := pgtest.Store(t)
			servers := []*service{serve(t, db, nil), serve(t, db, nil)}
			folder := t.TempDir()
			statuses := func() map[change]string {
				world.Forget()
				all := map[change]string{}
				for _, publisher := range publishersOf(world) {
					for _, entry := range world.Entries(publisher) {
						all[change{publisher: publisher, entry: entry}] = world.Status(publisher, entry, oracle.Day(today.String()))
					}
				}
				return all
			}
			root := world.Areas[slices.IndexFunc(world.Areas, func(a oracle.Area) bool { return a.Parent == "" })].Code
			tracers := map[string]*tracer{}
			for _, code := range append([]string{root}, publishersOf(world)[:3]...) {
				tracers[code] = &tracer{t: t, servers: servers, random: rand.New(rand.NewPCG(seed, 78)), code: code}
				tracers[code].begin()
			}
			before := map[change]string{}
			for step := range 6 {
				if step > 0 {
					edit(world, random)
				}
				if err := world.WriteFolder(folder); err != nil {
					t.Fatal(err)
				}
				pgtest.Import(t, db, importing, folder)
				after := statuses()
				for code, r := range tracers {
					below := append(world.Below(code), code)
					want := map[change]int{}
					for cell := range union(before, after) {
						c := change{cell.publisher, cell.entry, before[cell], after[cell]}
						if gap(c.before) != gap(c.after) && slices.Contains(below, c.publisher) {
							want[c]++
						}
					}
					got, entries := map[change]int{}, map[string]string{}
					for range len(want) {
						c := r.next()
						got[c]++
						if entries[c.publisher] >= c.entry {
							t.Errorf("%+v comes after %s", c, entries[c.publisher])
						}
						entries[c.publisher] = c.entry
					}
					if !maps.Equal(got, want) {
						t.Fatalf("step %d, %s: followed %v, want %v", step, code, got, want)
					}
				}
				before = after
			}
		})
	}
}

func union(a, b map[change]string) map[change]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func gap(status string) bool { return status == "MISSING" || status == "OVERDUE" || status == "STALE" }

func publishersOf(world *oracle.World) (codes []string) {
	for _, a := range world.Areas {
		codes = append(codes, a.Code)
	}
	for _, d := range world.Departments {
		codes = append(codes, d.Code)
	}
	return codes
}

// TestWritersAreFollowed: of writers at once on two servers nothing is lost and nothing
// comes twice, in the order of effect within a publisher; figures with a token and what
// comes after it add up to later figures.
func TestWritersAreFollowed(t *testing.T) {
	t.Parallel()
	db := demo(t)
	writing := []*service{serveTrusted(t, db, nil), serveTrusted(t, db, nil)}
	servers := []*service{serve(t, db, nil), serve(t, db, nil)}
	const rounds = 16
	cells := closable(t, writing[0], 4)
	random := rand.New(rand.NewPCG(5, 6))
	r := &tracer{t: t, servers: servers, random: random, code: "533102"}
	r.begin()
	// Between the figures of a token and later ones the gaps differ by what was opened and
	// closed after it.
	type stand struct {
		token string
		gaps  int
	}
	var stands []stand
	look := func(n int) {
		f := ways[n%2].follow(
			servers[n%2],
			`subscription { liveCoverage(code: "533102") { token coverage { missing overdue stale } } }`,
			nil,
		)
		defer f.cut()
		figures := at(t, f.next().Data, "liveCoverage").(map[string]any)
		stands = append(stands, stand{figures["token"].(string), gapsIn(figures["coverage"])})
	}
	var running sync.WaitGroup
	wants := make([][]change, len(cells))
	for i, cell := range cells[:len(cells)-1] { // the last is written at the end
		running.Go(func() {
			status := "MISSING"
			for n := range rounds {
				var answer *reply
				for answer == nil || answer.retryAfter() > 0 {
					answer = opensAndCloses(writing[(i+n)%2], cell[0], cell[1], n)
				}
				if len(answer.Errors) > 0 {
					t.Errorf("%+v", answer.Errors)
					return
				}
				now := at(t, answer.Data, []string{"registerDisclosure", "withdrawDocument"}[n%2], "cell", "status").(string)
				if gap(status) != gap(now) {
					wants[i] = append(wants[i], change{cell[0], cell[1], status, now})
				}
				status = now
			}
		})
	}
	for n := range 12 {
		look(n)
	}
	running.Wait()
	got := map[[2]string][]change{}
	for range slices.Concat(wants...) {
		c := r.next()
		got[[2]string{c.publisher, c.entry}] = append(got[[2]string{c.publisher, c.entry}], c)
	}
	for i, cell := range cells[:len(cells)-1] {
		if len(wants[i]) < rounds/2 {
			t.Errorf("only %d of the writes change a gap", len(wants[i]))
		}
		if !slices.Equal(got[cell], wants[i]) {
			t.Errorf("%v: followed %v, want %v", cell, got[cell], wants[i])
		}
	}
	written(t, opensAndCloses(writing[0], cells[len(cells)-1][0], cells[len(cells)-1][1], 0), "registerDisclosure")
	last := gapsIn(at(t, servers[1].data(`{ administrativeNode(code: "533102") { coverage { missing overdue stale } } }`, nil),
		"administrativeNode", "coverage"))
	for _, from := range stands {
		f := servers[0].followSocket(gapEvents, map[string]any{"code": "533102", "after": from.token})
		gaps := from.gaps
		for done := false; !done; {
			c, _ := changeIn(t, f.next())
			done = c.publisher == cells[len(cells)-1][0] && c.entry == cells[len(cells)-1][1]
			if gap(c.after) {
				gaps++
			} else {
				gaps--
			}
		}
		f.cut()
		if gaps != last {
			t.Errorf("%d gaps and what came then make %d, want %d", from.gaps, gaps, last)
		}
	}
}

func gapsIn(figures any) (gaps int) {
	for _, count := range figures.(map[string]any) {
		gaps += int(count.(float64))
	}
	return gaps
}

// TestNodesTakenOutAreFollowed: gaps of nodes that an import brought are closed when it is
// taken back, also where nothing is left.
func TestNodesTakenOutAreFollowed(t *testing.T) {
	t.Parallel()
	db := demoIn(t, pgtest.Store(t))
	s := serve(t, db, nil)
	f := s.followEvents(`subscription { liveCoverage(code: "533102") { token coverage { missing overdue stale } } }`, nil)
	stood := at(t, f.next().Data, "liveCoverage").(map[string]any)
	var number int64
	if err := db.DB().QueryRow("SELECT max(number) FROM import").Scan(&number); err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Undo(context.Background(), db, number, importing); err != nil {
		t.Fatal(err)
	}
	gone := s.followEvents(gapEvents, map[string]any{"code": "533102", "after": stood["token"]})
	for range gapsIn(stood["coverage"]) {
		message := gone.next()
		if c, _ := changeIn(t, message); !gap(c.before) || c.after != "" || at(t, message.Data, "gapEvents", "publisher") != nil {
			t.Fatalf("%+v", message.Data)
		}
	}
	if message := f.next(); at(t, message.Data, "liveCoverage", "coverage") != nil {
		t.Errorf("%+v", message.Data)
	}
	if len(gone.messages) > 0 {
		t.Errorf("more comes: %+v", (<-gone.messages).Data)
	}
}
