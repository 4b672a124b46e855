package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// benchmarked are the publishers of the benchmarks, as many as the nation has.
const benchmarked = 45_000

// BenchmarkFollower measures a look that finds nothing, one that finds a row, and
// one over a new connection, which compares everything with what is stored.
func BenchmarkFollower(b *testing.B) {
	ctx := context.Background()
	db := pgtest.Open(b, pgtest.URL(b), store.Options{})
	random := rand.New(rand.NewPCG(1, 1))
	packed := make(pq.ByteaArray, 500)
	for i := range packed {
		packed[i] = benchmarkedTimelines(random)
	}
	for _, statement := range []struct {
		text      string
		arguments []any
	}{
		{`INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`, nil},
		{`INSERT INTO node (code, name, level, department, parent_code)
		  SELECT lpad(n::text, 9, '0'), '某镇人民政府', 4, false, 'CN' FROM generate_series(1, $1::int) AS n`, []any{benchmarked}},
		{`INSERT INTO publisher_timeline (publisher_code, packed)
		  SELECT lpad(n::text, 9, '0'), ($2::bytea[])[1 + n % array_length($2, 1)]
		  FROM generate_series(1, $1::int) AS n`, []any{benchmarked, packed}},
		{`VACUUM ANALYZE`, nil},
	} {
		if _, err := db.DB().Exec(statement.text, statement.arguments...); err != nil {
			b.Fatal(err)
		}
	}
	follower, err := db.Follow(ctx)
	if err != nil {
		b.Fatal(err)
	}
	look := func(b *testing.B) {
		b.Helper()
		if _, err := follower.Index(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("nothing new", func(b *testing.B) {
		for b.Loop() {
			look(b)
		}
	})
	b.Run("one row", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			err := db.Write(ctx, store.By{Account: "bench", Way: store.ByCommand}, func(w *store.Writing) error {
				return w.SaveTimelines(ctx, []coverage.Timelines{{PublisherCode: "000000007", Packed: benchmarkedTimelines(random)}})
			})
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			look(b)
		}
	})
	b.Run("compare all", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			_, err := db.DB().Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()`)
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			look(b)
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Follow(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchmarkedTimelines are about as long as a township's of the nation: 600 bytes.
func benchmarkedTimelines(random *rand.Rand) timeline.Packed {
	cells := make([]timeline.CellSummary, 16)
	for i := range cells {
		on := firstDay
		cells[i].EntryCode = fmt.Sprintf("%d.%d", 1+i/4, 1+i%4)
		for range 8 {
			on += 1 + firstDay%7 + 100
			cells[i].Spans = append(cells[i].Spans, timeline.Span{From: on, Status: timeline.Status(1 + random.IntN(4))})
			cells[i].Duties = append(cells[i].Duties, duty.Days{OpenedOn: on, DueOn: on + 30, FulfilledOn: on + 10})
		}
	}
	return timeline.Pack(cells)
}
