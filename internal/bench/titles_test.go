package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// BenchmarkTitles asks for documents of large nodes, as anybody behind the wall, beside
// the statement that looks at each publisher, turn by turn; and imports with the indexes
// for it and without.
func BenchmarkTitles(b *testing.B) {
	world(b)
	ctx := context.Background()
	serving := pgtest.Serving(b, nation.store, today)
	if _, err := nation.raw.Exec(`UPDATE disclosure SET title = title || '杜苏芮' WHERE hashtext(ref) % 5000 = 0`); err != nil {
		b.Fatal(err)
	}
	served := newServed(b, serving)
	filter := store.DisclosureFilter{PublicBy: today, Sees: func(string) bool { return false }}
	for _, node := range []struct{ name, code string }{{"nation", "CN"}, {"province", "53"}, {"prefecture", "5331"}, {"county", "533102"}} {
		index, at := place(node.code)
		var publishers []string
		for below := range index.Tree.Below(at) {
			publishers = append(publishers, index.Tree.Node(below).Code)
		}
		each := []store.List{{Publishers: publishers, Days: calendar.Span{From: calendar.None, To: today}}}
		for _, title := range []string{"", "救助", "的通知", "杜苏芮", "2021年", "没有的", "芮"} {
			titled := filter
			titled.Title = title
			variables := map[string]any{"code": node.code, "title": title}
			if title == "" {
				delete(variables, "title")
			}
			askPage := `query($code: String!, $title: String) { administrativeNode(code: $code) {
				disclosures(first: 50, filter: {title: $title}) { edges { node { title publishedOn } } } } }`
			if title == "" {
				askPage = `query($code: String!) { administrativeNode(code: $code) { disclosures(first: 50) { edges { node { title publishedOn } } } } }`
			}
			var page, counted, old, oldCounted []time.Duration
			took := func(into *[]time.Duration, do func()) {
				start := time.Now()
				do()
				*into = append(*into, time.Since(start))
			}
			for range 7 {
				took(&page, func() { served(askPage, variables) })
				took(&old, func() {
					if _, err := serving.For(0).DisclosurePages(ctx, each, titled, store.Page{First: 51}); err != nil {
						b.Fatal(err)
					}
				})
				if title == "" {
					continue
				}
				took(&counted, func() {
					served(
						`query($code: String!, $title: String) { administrativeNode(code: $code) { disclosures(filter: {title: $title}) { totalCount } } }`,
						variables,
					)
				})
				took(&oldCounted, func() {
					if _, err := serving.For(0).DisclosureCounts(ctx, each, titled); err != nil {
						b.Fatal(err)
					}
				})
			}
			of := func(times []time.Duration) float64 {
				slices.Sort(times)
				if len(times) == 0 {
					return 0
				}
				return milliseconds(times[len(times)/2])
			}
			fmt.Printf("%-10s %-6s page %8.1f ms (of each publisher %8.1f)   count %8.1f ms (%8.1f)\n",
				node.name, title, of(page), of(old), of(counted), of(oldCounted))
		}
	}
}

// BenchmarkTitlesImported imports with the indexes of titles and days and without.
func BenchmarkTitlesImported(b *testing.B) {
	folder, err := os.MkdirTemp("", "reliefgraph-bench-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(folder)
	generate(b, folder, disclosures(), 2)
	for range 2 {
		for _, drop := range []string{"", "DROP INDEX disclosure_title", "DROP INDEX disclosure_title, disclosure_newest"} {
			into := pgtest.Store(b)
			if _, err := into.DB().Exec(drop); err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			pgtest.Import(b, into, importer.Options{By: store.By{Account: "bench", Way: store.ByCommand}, Today: today}, folder)
			fmt.Printf("import of %d disclosures, %q: %.1f s\n", disclosures(), drop, time.Since(start).Seconds())
		}
	}
}

// newServed asks a server that nobody has signed in to.
func newServed(b *testing.B, db *store.Store) func(query string, variables map[string]any) {
	b.Helper()
	follower, err := db.Follow(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	limits := server.DefaultLimits()
	limits.RequestTime = time.Minute
	of := httptest.NewServer(server.New(server.Options{
		Store: db, Follower: follower, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Limits: limits,
		Now: func() time.Time { return today.Time().Add(12 * time.Hour) },
	}).Handler())
	b.Cleanup(of.Close)
	return func(query string, variables map[string]any) { askAt(b, of.URL, query, variables) }
}
