// Package bench measures the program at the scale of the nation, each figure
// beside the same question answered by one hand-written SQL statement, in one
// run: machines differ and are shared, ratios hold. BENCH_DISCLOSURES sets the
// size of the world.
package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// measure times a step so many times and reports its median and 95th percentile.
func measure(b *testing.B, name string, times int, step func()) time.Duration {
	b.Helper()
	for range min(3, times) {
		step()
	}
	took := make([]time.Duration, times)
	for i := range took {
		start := time.Now()
		step()
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	median, late := took[times/2], took[min(times*95/100, times-1)]
	fmt.Printf("%-62s p50 %10.3f ms   p95 %10.3f ms\n", name, milliseconds(median), milliseconds(late))
	return median
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func ratio(name string, ours, theirs time.Duration) {
	fmt.Printf("%-62s %.1f × the hand-written statement's speed\n", name, float64(theirs)/float64(ours))
}

var random = rand.New(rand.NewPCG(1, 2))

func randomDay() calendar.Day {
	return calendar.Date(2020, 2, 1) + calendar.Day(random.IntN(2500))
}

// ask puts a question over HTTP and fails on any error in the answer.
func ask(b *testing.B, query string, variables map[string]any) []byte {
	b.Helper()
	return askAt(b, nation.server.URL, query, variables)
}

// askAt is ask at another server.
func askAt(b *testing.B, url, query string, variables map[string]any) []byte {
	b.Helper()
	answer, failed := answerOf(b, url, query, variables)
	if failed {
		b.Fatalf("%s", answer)
	}
	return answer
}

// answerOf puts a question over HTTP, and tells whether there is an error in the answer.
func answerOf(b *testing.B, url, query string, variables map[string]any) (answer []byte, failed bool) {
	b.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		b.Fatal(err)
	}
	response, err := client.Post(url+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		b.Fatal(err)
	}
	return answer, bytes.Contains(answer[:min(len(answer), 200)], []byte(`"errors"`))
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}}

const coverageQuery = `query($code: String!, $asOf: Date) { administrativeNode(code: $code) {
	coverage(asOf: $asOf) { required covered pending missing overdue stale exempt coverageRate }
	children(first: 500) { edges { node { code name coverage(asOf: $asOf) { required covered pending missing overdue stale exempt coverageRate } } } } } }`

const coverageSQL = `SELECT b.node, s.status, count(*) FROM node AS c
	JOIN bench_below AS b ON b.node = c.code
	JOIN bench_span AS s ON s.publisher = b.publisher AND $2::date BETWEEN s.from_day AND s.to_day
	WHERE c.parent_code = $1 GROUP BY 1, 2`

const gapsQuery = `query($code: String!, $asOf: Date) { gaps(code: $code, asOf: $asOf, first: 50) { totalCount edges { node {
	status since daysOpen publisher { code name } entry { code item } explanation reason { rule anchorDate dueOn } } } } }`

const gapsSQL = `SELECT s.publisher, s.entry, s.status, s.from_day, count(*) OVER () FROM bench_below AS b
	JOIN bench_span AS s USING (publisher)
	WHERE b.node = $1 AND $2::date BETWEEN s.from_day AND s.to_day AND s.status IN (3, 4, 5)
	ORDER BY s.publisher, s.entry LIMIT 50`

// rows runs a statement and reads its rows.
func rows(b *testing.B, query string, arguments ...any) {
	b.Helper()
	found, err := nation.raw.Query(query, arguments...)
	if err != nil {
		b.Fatal(err)
	}
	for found.Next() {
	}
	if err := found.Err(); err != nil {
		b.Fatal(err)
	}
	found.Close()
}

// BenchmarkQuestions asks about nation, province and county.
func BenchmarkQuestions(b *testing.B) {
	world(b)
	for _, node := range []struct{ name, code string }{{"nation", "CN"}, {"province", "53"}, {"county", "533102"}} {
		index, at := place(node.code)
		measure(b, node.name+" with children, in the core", 200, func() {
			on := randomDay()
			index.At(at, coverage.Subtree, on)
			for _, child := range index.Tree.Children(at) {
				index.At(child, coverage.Subtree, on)
			}
		})
		ours := measure(b, node.name+" with children, at the server", 100, func() {
			ask(b, coverageQuery, map[string]any{"code": node.code, "asOf": randomDay().String()})
		})
		theirs := measure(b, node.name+" with children, one SQL statement over span rows", 10, func() {
			rows(b, coverageSQL, node.code, randomDay().String())
		})
		ratio(node.name+" with children", ours, theirs)
		ours = measure(b, node.name+", first page of gaps with explanations", 40, func() {
			ask(b, gapsQuery, map[string]any{"code": node.code, "asOf": randomDay().String()})
		})
		theirs = measure(b, node.name+", first page of gaps, one SQL statement without them", 10, func() {
			rows(b, gapsSQL, node.code, randomDay().String())
		})
		ratio(node.name+", first page of gaps", ours, theirs)
	}
}

// BenchmarkWrites publishes documents three years back, alone and eight at once.
func BenchmarkWrites(b *testing.B) {
	world(b)
	ctx := context.Background()
	writes := register.New(
		nation.store,
		nation.follower.Index,
		func() calendar.Day { return today },
		store.By{Account: "bench", Way: store.ByGraphQL},
	)
	index := nation.follower.Current()
	var publishers []string
	for _, node := range index.Tree.Nodes() {
		if node.Level.String() == "TOWNSHIP" {
			publishers = append(publishers, node.Code)
		}
	}
	var number atomic.Int64
	publish := func() {
		n := number.Add(1)
		d := disclosure.Disclosure{
			Ref: fmt.Sprintf("bench-%d", n), PublisherCode: publishers[int(n*7919)%len(publishers)], EntryCode: "1.3", Title: "示例",
			FormedOn: calendar.Date(2023, 10, 1), PublishedOn: calendar.Date(2023, 11, 20),
		}
		if _, err := writes.Disclosure(ctx, d); err != nil {
			b.Error(err)
		}
	}
	measure(b, "one publication backdated three years", 200, publish)
	measure(b, "  and the nation's figures with it", 100, func() {
		publish()
		ask(b, coverageQuery, map[string]any{"code": "CN", "asOf": randomDay().String()})
	})
	const each = 400
	rate := func(writers int) float64 {
		var writing sync.WaitGroup
		start := time.Now()
		for range writers {
			writing.Go(func() {
				for range each {
					publish()
				}
			})
		}
		writing.Wait()
		return float64(writers*each) / time.Since(start).Seconds()
	}
	one, eight := rate(1), rate(8)
	fmt.Printf("%-62s %.0f/s alone, %.0f/s by eight: %.1f ×\n", "publications", one, eight, eight/one)
}

// BenchmarkStart loads the index, and imports.
func BenchmarkStart(b *testing.B) {
	world(b)
	fmt.Printf("%-62s %.1f s\n", fmt.Sprintf("import of the nation with %d disclosures", disclosures()), nation.imported.Seconds())
	measure(b, "start: the nation's index loaded", 3, func() {
		if _, err := nation.store.Follow(context.Background()); err != nil {
			b.Fatal(err)
		}
	})
	folder, err := os.MkdirTemp("", "reliefgraph-bench-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(folder)
	generate(b, folder, 100_000, 2)
	start := time.Now()
	pgtest.Import(b, pgtest.Store(b), importer.Options{By: store.By{Account: "bench", Way: store.ByCommand}, Today: today}, folder)
	fmt.Printf("%-62s %.1f s\n", "import of 100,000 disclosures with the nation's areas", time.Since(start).Seconds())
}

const nestedQuery = `query($code: String!) { administrativeNode(code: $code) { code name children(first: 50) { edges { node { code name
	disclosures(first: 3) { edges { node { id title publishedOn entry { code item } } } } } } } } }`

const nestedSQL = `SELECT json_build_object('code', n.code, 'name', n.name, 'children', json_build_object('edges', (
	SELECT json_agg(json_build_object('node', json_build_object('code', c.code, 'name', c.name, 'disclosures', json_build_object('edges',
		coalesce((SELECT json_agg(json_build_object('node', json_build_object('id', d.ref, 'title', d.title, 'publishedOn', d.published_on,
			'entry', json_build_object('code', d.entry_code, 'item', e.item))) ORDER BY d.listed_on DESC, d.ref)
		 FROM (SELECT * FROM disclosure WHERE publisher_code = c.code AND attribute = 0 AND published_on <= date '2026-11-24'
		       ORDER BY listed_on DESC, ref LIMIT 3) AS d
		 JOIN catalog_entry AS e ON e.catalog_code = 'CN-2019' AND e.entry_code = d.entry_code), '[]'::json)))) ORDER BY c.code)
	FROM (SELECT * FROM node WHERE parent_code = n.code ORDER BY code LIMIT 50) AS c)))::text FROM node AS n WHERE n.code = $1`

// BenchmarkNested compares the nested list with one prepared statement.
func BenchmarkNested(b *testing.B) {
	world(b)
	prepared, err := nation.raw.Prepare(nestedSQL)
	if err != nil {
		b.Fatal(err)
	}
	const county = "341226" // 30 townships
	theirs := func() {
		var answer string
		if err := prepared.QueryRow(county).Scan(&answer); err != nil {
			b.Error(err)
		}
	}
	ours := func() { ask(b, nestedQuery, map[string]any{"code": county}) }
	for _, clients := range []int{8, 64} {
		throughput(clients, theirs) // fresh connections are slow at first
		throughput(clients, ours)
		var best [2]float64
		for range 3 {
			best[0] = max(best[0], throughput(clients, ours))
			best[1] = max(best[1], throughput(clients, theirs))
		}
		fmt.Printf(
			"%-62s %.0f/s against %.0f/s: %.2f ×\n",
			fmt.Sprintf("nested list at %d connections", clients),
			best[0],
			best[1],
			best[0]/best[1],
		)
	}
}

// throughput counts steps a second by so many clients.
func throughput(clients int, step func()) float64 {
	const lasting = 2 * time.Second
	var done atomic.Int64
	var working sync.WaitGroup
	start := time.Now()
	for range clients {
		working.Go(func() {
			for time.Since(start) < lasting {
				step()
				done.Add(1)
			}
		})
	}
	working.Wait()
	return float64(done.Load()) / time.Since(start).Seconds()
}

type publisherRow struct {
	code      string
	summaries []timeline.CellSummary
}

// timelines reads every publisher's timelines.
func timelines(b *testing.B) []publisherRow {
	b.Helper()
	found, err := nation.raw.Query("SELECT publisher_code, packed FROM publisher_timeline")
	if err != nil {
		b.Fatal(err)
	}
	defer found.Close()
	var all []publisherRow
	for found.Next() {
		var code string
		var packed []byte
		if err := found.Scan(&code, &packed); err != nil {
			b.Fatal(err)
		}
		summaries, err := timeline.Packed(packed).Unpack()
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, publisherRow{code, summaries})
	}
	return all
}
