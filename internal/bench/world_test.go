package bench

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/sample"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func TestMain(m *testing.M) { pgtest.MainDurable(m) }

// disclosures is the size of the world: BENCH_DISCLOSURES, 1,000,000 by default.
func disclosures() int {
	if n, err := strconv.Atoi(os.Getenv("BENCH_DISCLOSURES")); err == nil {
		return n
	}
	return 1_000_000
}

var today = calendar.Date(2026, 11, 24)

// nation is the world that all benchmarks ask.
var nation struct {
	once     sync.Once
	spans    sync.Once
	folder   string
	address  string
	store    *store.Store
	follower *store.Follower
	server   *httptest.Server
	imported time.Duration
	raw      *sql.DB
}

// world is the nation, with its timelines as rows besides.
func world(b *testing.B) {
	b.Helper()
	served(b)
	nation.spans.Do(func() { spanRows(b) })
}

// served generates and imports the nation once, and serves it.
func served(b *testing.B) {
	b.Helper()
	nation.once.Do(func() {
		nation.address = os.Getenv("BENCH_DATABASE_URL")
		there := nation.address != ""
		if !there {
			nation.address = pgtest.Lasting(b)
		}
		var err error
		if nation.store, err = store.Open(context.Background(), nation.address, store.Options{Connections: 16}); err != nil {
			b.Fatal(err)
		}
		if !there {
			importNation(b)
		}
		if nation.follower, err = nation.store.Follow(context.Background()); err != nil {
			b.Fatal(err)
		}
		quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
		nation.server = httptest.NewServer(pgtest.Trust(b, nation.store).SignedIn(server.New(server.Options{
			Store: nation.store, Follower: nation.follower, Log: quiet, Limits: server.DefaultLimits(),
			Now: func() time.Time { return today.Time().Add(12 * time.Hour) },
		}).Handler()))
		if nation.raw, err = sql.Open("postgres", nation.address); err != nil {
			b.Fatal(err)
		}
		nation.raw.SetMaxOpenConns(64)
		nation.raw.SetMaxIdleConns(64)
		runtime.GC()
		debug.SetGCPercent(200) // as serve sets it
	})
	if nation.raw == nil {
		b.Fatal("the world could not be made")
	}
}

// importNation generates the nation and imports it.
func importNation(b *testing.B) {
	b.Helper()
	var err error
	if nation.folder, err = os.MkdirTemp("", "reliefgraph-bench-"); err != nil {
		b.Fatal(err)
	}
	generate(b, nation.folder, disclosures(), 1)
	start := time.Now()
	pgtest.Import(b, nation.store, importer.Options{By: store.By{Account: "bench", Way: store.ByCommand}, Today: today}, nation.folder)
	nation.imported = time.Since(start)
}

// generate writes a synthetic nation.
func generate(b *testing.B, folder string, count int, seed uint64) {
	b.Helper()
	options := sample.Options{Seed: seed, Disclosures: count, Areas: "nation"}
	if name := os.Getenv("BENCH_VILLAGES"); name != "" {
		villages, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}
		defer villages.Close()
		options.Villages = villages
	}
	err := sample.Generate(options, func(name string) (io.WriteCloser, error) {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		return os.Create(path)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// spanRows writes the timelines as rows, for a person's own SQL to count: what
// the index is measured against.
func spanRows(b *testing.B) {
	b.Helper()
	run := func(query string) {
		if _, err := nation.raw.Exec(query); err != nil {
			b.Fatal(err)
		}
	}
	run(`CREATE TABLE bench_span (publisher text COLLATE "C", entry text, status int, from_day date, to_day date)`)
	run(`CREATE TABLE bench_below (node text COLLATE "C", publisher text COLLATE "C", PRIMARY KEY (node, publisher))`)
	tx, err := nation.raw.Begin()
	if err != nil {
		b.Fatal(err)
	}
	spans, err := tx.Prepare("COPY bench_span FROM STDIN")
	if err != nil {
		b.Fatal(err)
	}
	index := nation.follower.Current()
	for _, row := range timelines(b) {
		for _, summary := range row.summaries {
			for i, span := range summary.Spans {
				to := calendar.Last
				if i+1 < len(summary.Spans) {
					to = summary.Spans[i+1].From - 1
				}
				if span.Status == 0 {
					continue
				}
				if _, err := spans.Exec(row.code, summary.EntryCode, int(span.Status), span.From.String(), to.String()); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	if _, err := spans.Exec(); err != nil {
		b.Fatal(err)
	}
	below, err := tx.Prepare("COPY bench_below FROM STDIN")
	if err != nil {
		b.Fatal(err)
	}
	for place := range area.Place(index.Tree.Size()) {
		for at := place; at != area.Nowhere; at = index.Tree.Parent(at) {
			if _, err := below.Exec(index.Tree.Node(at).Code, index.Tree.Node(place).Code); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := below.Exec(); err != nil {
		b.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	run(`CREATE INDEX ON bench_span (publisher, from_day, to_day)`)
	run(`ANALYZE bench_span`)
	run(`ANALYZE bench_below`)
}

// place returns a node's place in the present index.
func place(code string) (*coverage.Index, area.Place) {
	index := nation.follower.Current()
	return index, index.Tree.Find(code)
}
