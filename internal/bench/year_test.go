package bench

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/known"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// BenchmarkKnownYear asks what was known of the nation and of a county a year ago and a
// day ago: what the last year published comes in twelve imports, what the last day did
// in a thousand writes. Then it asks about the day where its timelines are made anew.
func BenchmarkKnownYear(b *testing.B) {
	ctx := context.Background()
	by := store.By{Account: "bench", Way: store.ByGraphQL}
	db := pgtest.Store(b)
	months := inMonths(b)
	bring := func(folder string) {
		pgtest.Import(b, db, importer.Options{By: by, Today: today}, folder)
	}
	start := time.Now()
	bring(months[0])
	fmt.Printf("%-62s %.1f s\n", "import of what there was a year ago", time.Since(start).Seconds())
	log := audit.New(db, nil)
	seal := func() {
		if err := log.Seal(ctx); err != nil {
			b.Fatal(err)
		}
	}
	seal()
	count := func(question string) (n int) {
		if err := db.DB().QueryRow(question).Scan(&n); err != nil {
			b.Fatal(err)
		}
		return n
	}
	const bytes = "SELECT pg_total_relation_size('former_timeline') + pg_total_relation_size('log_place')"
	grown := func(what string, do func()) {
		entries, rows, size := count("SELECT size FROM log_head"), count("SELECT count(*) FROM former_timeline"), count(bytes)
		logged := count("SELECT pg_total_relation_size('log_entry')")
		do()
		seal()
		fmt.Printf("%-62s %d entries of %d bytes; %d former timelines, %d bytes an entry\n", what,
			count("SELECT size FROM log_head")-entries,
			(count("SELECT pg_total_relation_size('log_entry')")-logged)/max(1, count("SELECT size FROM log_head")-entries),
			count("SELECT count(*) FROM former_timeline")-rows,
			(count(bytes)-size)/max(1, count("SELECT size FROM log_head")-entries))
	}
	yearAgo := time.Now()
	grown("twelve imports of a year", func() {
		for _, month := range months[1:] {
			bring(month)
		}
	})
	follower, err := db.Follow(ctx)
	if err != nil {
		b.Fatal(err)
	}
	dayAgo := time.Now()
	grown("a thousand writes of a day", func() {
		writes := register.New(db, follower.Index, func() calendar.Day { return today }, by)
		var publishers []string
		for _, node := range follower.Current().Tree.Nodes() {
			if node.Level.String() == "TOWNSHIP" {
				publishers = append(publishers, node.Code)
			}
		}
		for n := range 1000 {
			_, err := writes.Disclosure(ctx, disclosure.Disclosure{
				Ref: fmt.Sprintf("known-%d", n), PublisherCode: publishers[n*7919%len(publishers)], EntryCode: "1.3", Title: "示例",
				FormedOn: calendar.Date(2023, 10, 1), PublishedOn: calendar.Date(2023, 11, 20),
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	if _, err := db.DB().Exec("VACUUM ANALYZE"); err != nil {
		b.Fatal(err)
	}
	ask := func(what string, code string, instant time.Time) time.Duration {
		const times = 5
		var first, again []time.Duration
		for range times {
			states := known.New(db, follower, log.Seal)
			for _, took := range []*[]time.Duration{&first, &again} {
				start := time.Now()
				state, err := states.At(ctx, instant, today, code)
				if err != nil {
					b.Fatal(err)
				}
				state.Index.At(state.Index.Tree.Find(code), coverage.Subtree, today)
				*took = append(*took, time.Since(start))
				if beyond := state.Index.Beyond(); len(beyond) > 0 {
					b.Fatalf("%s: asked beyond what was held: %v", what, beyond)
				}
			}
		}
		slices.Sort(first)
		slices.Sort(again)
		fmt.Printf("%-62s %.0f ms (%.0f to %.0f) the first time, %.1f ms again\n", what,
			milliseconds(first[times/2]), milliseconds(first[0]), milliseconds(first[times-1]), milliseconds(again[times/2]))
		return first[times/2]
	}
	ask("the nation a day ago", "CN", dayAgo)
	nation := ask("the nation a year ago", "CN", yearAgo)
	ask("a province a year ago", "53", yearAgo)
	county := ask("a county a year ago", "533102", yearAgo)
	fmt.Printf("%-62s %.3f of the nation\n", "a county a year ago, the first time", float64(county)/float64(nation))
	err = db.Write(ctx, by, func(w *store.Writing) error { return w.ForgetFormer(ctx) })
	if err != nil {
		b.Fatal(err)
	}
	ask("the nation a day ago, made anew", "CN", dayAgo)
}

// inMonths writes the synthetic nation as folders: what was published a year before
// today, and what in each month since.
func inMonths(b *testing.B) (folders []string) {
	b.Helper()
	all := b.TempDir()
	generate(b, all, disclosures(), 1)
	rows := documents(b, all)
	column := func(name string) int { return slices.Index(rows[0], name) }
	formed, published, interprets := column("formed_on"), column("published_on"), column("interprets_ref")
	const months = 12
	of := make([][][]string, 1+months)
	for _, row := range rows[1:] {
		row[interprets] = "" // it may be of another month
		on, err := calendar.ParseDay(max(row[formed], row[published]))
		if err != nil {
			b.Fatal(err)
		}
		month := max(0, int(on-(today-365))*months/366+1)
		if on <= today-365 {
			month = 0
		}
		if month <= months {
			of[month] = append(of[month], row)
		}
	}
	os.Remove(filepath.Join(all, "relief.csv")) // it names documents
	for month, rowsOf := range of {
		folder := all
		if month > 0 {
			folder = b.TempDir()
		}
		writeDocuments(b, folder, append([][]string{rows[0]}, rowsOf...))
		folders = append(folders, folder)
	}
	return folders
}

// documents are the rows of the disclosures of a folder, below their columns.
func documents(b *testing.B, folder string) [][]string {
	b.Helper()
	file, err := os.Open(filepath.Join(folder, "disclosures.csv"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	return rows
}

func writeDocuments(b *testing.B, folder string, rows [][]string) {
	b.Helper()
	into, err := os.Create(filepath.Join(folder, "disclosures.csv"))
	if err != nil {
		b.Fatal(err)
	}
	if err := csv.NewWriter(into).WriteAll(rows); err != nil {
		b.Fatal(err)
	}
	if err := into.Close(); err != nil {
		b.Fatal(err)
	}
}
