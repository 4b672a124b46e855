package bench

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

const (
	oldestGapsQuery = `query($code: String!, $asOf: Date) { gaps(code: $code, asOf: $asOf, first: 50, orderBy: OLDEST_FIRST) {
	totalCount edges { node { status since daysOpen publisher { code name } entry { code item } } } } }`
	rankingQuery = `query($code: String!, $asOf: Date) { ranking(code: $code, level: COUNTY, asOf: $asOf) {
	rank node { code name } figures { required covered coverageRate } } }`
	documentsQuery = `query($code: String!) { administrativeNode(code: $code) { disclosures(first: 50) {
	edges { node { title publishedOn publisher { code } } } } } }`
	titledQuery = `query($code: String!) { administrativeNode(code: $code) { disclosures(first: 50, filter: {title: "救助"}) {
	edges { node { title publishedOn } } } } }`
	namedQuery = `query { search(text: "新村", first: 20) { edges { node { code name } } } }`
)

// BenchmarkTable prints the table of docs/performance.md: each question over HTTP, of the
// nation and of a province, at a server with books.
func BenchmarkTable(b *testing.B) {
	served(b)
	books := nation.follower.Books()
	start := time.Now()
	if err := books.Read(context.Background()); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("%d nodes, %d cells; books read in %.1f s; %d MB live\n", nation.follower.Current().Tree.Size(),
		nation.follower.Current().CellsBelow(nation.follower.Current().Tree.Find("CN")), time.Since(start).Seconds(), residentAfterGC()>>20)
	url := servedByBooks(b, books)
	ask := func(query string, variables map[string]any) {
		if answer, failed := answerOf(b, url, query, variables); failed {
			fmt.Printf("    %.300s\n", answer)
		}
	}
	days := func(span calendar.Day) map[string]any {
		from := randomDay()
		if span > 3650 {
			from = calendar.Date(2016, 1, 1) + calendar.Day(random.IntN(300))
		}
		return map[string]any{"asOf": from.String(), "from": from.String(), "to": (from + span).String()}
	}
	for _, q := range []struct {
		name, query string
		span        calendar.Day
		times       int
	}{
		{"figures with children", coverageQuery, 0, 60},
		{"trend of ten years", trendQuery, 3652, 30},
		{"first 50 gaps, explained", gapsQuery, 0, 40},
		{"first 50 gaps, oldest first", oldestGapsQuery, 0, 30},
		{"ranking of all counties", rankingQuery, 0, 20},
		{"change over a quarter", changeQuery, 91, 20},
		{"upcoming in 20 working days", upcomingQuery, 0, 20},
		{"first 50 documents", documentsQuery, 0, 30},
		{"documents by title", titledQuery, 0, 20},
		{"search of a name", namedQuery, 0, 20},
		{"relief of a year", reliefQuery, 365, 20},
		{"discrepancies, first 20", firstDiscrepanciesQuery, 365, 10},
		{"relief flow", flowQuery, 365, 20},
		{"what if a limit changed", whatIfQuery, 0, 3},
	} {
		if only := os.Getenv("BENCH_QUESTION"); only != "" && !strings.Contains(q.name, only) {
			continue
		}
		for _, node := range []struct{ name, code string }{{"nation", "CN"}, {"province", "53"}} {
			measure(b, q.name+", "+node.name, q.times, func() {
				variables := days(q.span)
				variables["code"] = node.code
				ask(q.query, variables)
			})
		}
	}
	if only := os.Getenv("BENCH_QUESTION"); only != "" && !strings.Contains("one publication", only) {
		return
	}
	const publications = 40
	waiting, err := nation.raw.Query(
		`SELECT ref FROM disclosure WHERE published_on IS NULL ORDER BY publisher_code LIMIT $1`, publications+3)
	if err != nil {
		b.Fatal(err)
	}
	defer waiting.Close()
	publish := func() {
		var ref string
		if !waiting.Next() {
			b.Fatal("no document waits to be published")
		}
		if err := waiting.Scan(&ref); err != nil {
			b.Fatal(err)
		}
		ask(
			`mutation($ref: String!) { publishDocument(input: {ref: $ref, publishedOn: "2026-11-24"}) { closedGap } }`,
			map[string]any{"ref": ref},
		)
	}
	measure(b, "one publication", publications, publish)
}
