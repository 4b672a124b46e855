package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const firstDiscrepanciesQuery = `query($code: String!, $from: Date!, $to: Date!) { administrativeNode(code: $code) { relief(from: $from, to: $to) {
	discrepancyCount discrepancies(first: 20) { kind node { code name } amount } } } }`

// BenchmarkBooks asks about money by a server that keeps books and by one that adds up
// movements, in turns; the answers are compared first.
func BenchmarkBooks(b *testing.B) {
	world(b)
	before := residentAfterGC()
	books := nation.follower.Books()
	start := time.Now()
	if err := books.Read(context.Background()); err != nil {
		b.Fatal(err)
	}
	var movements int
	if err := nation.raw.QueryRow(`SELECT count(*) FROM relief_movement`).Scan(&movements); err != nil {
		b.Fatal(err)
	}
	fmt.Printf(
		"books of %d movements: read in %.0f ms, %d MiB\n",
		movements,
		milliseconds(time.Since(start)),
		(residentAfterGC()-before)>>20,
	)
	kept := servedByBooks(b, books)
	for _, node := range []struct{ name, code string }{{"nation", "CN"}, {"province", "53"}, {"county", "533102"}} {
		for name, query := range map[string]string{
			"a year's relief": reliefQuery, "a year's flow of relief": flowQuery, "first doubts and their count": firstDiscrepanciesQuery,
		} {
			span := func() map[string]any {
				from := randomDay()
				return map[string]any{"code": node.code, "from": from.String(), "to": min(from+365, calendar.Last).String()}
			}
			asked := span()
			if ours, theirs := askAt(b, kept, query, asked), askAt(b, nation.server.URL, query, asked); !bytes.Equal(ours, theirs) {
				b.Fatalf("%s of the %s:\n%s\n%s", name, node.name, ours, theirs)
			}
			theirs := measure(b, node.name+", "+name+", by movements", 5, func() { askAt(b, nation.server.URL, query, span()) })
			ours := measure(b, node.name+", "+name+", by books", 20, func() { askAt(b, kept, query, span()) })
			fmt.Printf("%-62s %.1f × as fast\n", node.name+", "+name, float64(theirs)/float64(ours))
		}
	}
}

// servedByBooks serves the nation by a server that keeps books, and returns its address.
func servedByBooks(b *testing.B, books *store.Books) (url string) {
	b.Helper()
	limits := server.DefaultLimits()
	limits.RequestTime = time.Minute
	kept := httptest.NewServer(pgtest.Trust(b, nation.store).SignedIn(server.New(server.Options{
		Store: nation.store, Follower: nation.follower, Books: books, Limits: limits,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return today.Time().Add(12 * time.Hour) },
	}).Handler()))
	b.Cleanup(kept.Close)
	return kept.URL
}

// residentAfterGC is the live heap in bytes.
func residentAfterGC() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
