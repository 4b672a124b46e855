package bench

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// BenchmarkBusyPublishers writes while twelve others write to a publisher that
// somebody keeps locked, and while an import of 120,000 rows holds its publishers.
func BenchmarkBusyPublishers(b *testing.B) {
	world(b)
	ctx := context.Background()
	db, err := store.Open(ctx, nation.address, store.Options{Connections: 16, StatementTimeout: 10 * time.Second})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	follower, err := db.Follow(ctx)
	if err != nil {
		b.Fatal(err)
	}
	writes := register.New(db, follower.Index, func() calendar.Day { return today }, store.By{Account: "bench", Way: store.ByGraphQL})
	var townships []string
	for _, node := range follower.Current().Tree.Nodes() {
		if node.Level.String() == "TOWNSHIP" {
			townships = append(townships, node.Code)
		}
	}
	var number atomic.Int64
	write := func(publisher string) error {
		n := number.Add(1)
		hurried, cancel := context.WithTimeout(ctx, 15*time.Second) // as a request
		defer cancel()
		_, err := writes.Disclosure(hurried, disclosure.Disclosure{
			Ref: fmt.Sprintf("busy-%d", n), PublisherCode: publisher, EntryCode: "1.3", Title: "示例",
			FormedOn: calendar.Date(2023, 10, 1), PublishedOn: calendar.Date(2023, 11, 20),
		})
		return err
	}
	others := func() {
		if err := write(townships[1+int(number.Load()*7919)%(len(townships)-1)]); err != nil {
			b.Error(err)
		}
	}
	measure(b, "one publication, nobody else writes", 100, others)

	tx, err := nation.raw.Begin()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := tx.Exec("SELECT FROM publisher_timeline WHERE publisher_code = $1 FOR UPDATE", townships[0]); err != nil {
		b.Fatal(err)
	}
	end := beside(12, func() { write(townships[0]) })
	time.Sleep(100 * time.Millisecond)
	measure(b, "  while twelve write to a publisher that is locked", 5, others)
	told := end()
	if err := tx.Rollback(); err != nil {
		b.Fatal(err)
	}
	report("  those twelve are told", told)

	end = beside(8, func() {
		if err := write(townships[0]); err != nil {
			b.Error(err)
		}
	})
	time.Sleep(3 * time.Second)
	took := end()
	report(fmt.Sprintf("eight write to one publisher that is free, %.0f/s", float64(len(took))/3), took)

	folder, err := os.MkdirTemp("", "reliefgraph-bench-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(folder)
	generate(b, folder, 120_000, 3)
	importing, err := store.Open(ctx, nation.address, store.Options{Connections: 2})
	if err != nil {
		b.Fatal(err)
	}
	defer importing.Close()
	var refused atomic.Int64
	end = beside(8, func() {
		if write(townships[int(number.Load()*7919)%len(townships)]) != nil {
			refused.Add(1)
		}
	})
	start := time.Now()
	pgtest.Import(b, importing, importer.Options{By: store.By{Account: "bench", Way: store.ByCommand}, Today: today}, folder)
	lasted := time.Since(start)
	took = slices.DeleteFunc(end(), func(t time.Duration) bool { return t < 100*time.Millisecond })
	report(fmt.Sprintf("writes that met an import of %.1f s, %d told to come later", lasted.Seconds(), refused.Load()), took)
}

// beside does something so often beside each other, again and again until the end,
// which tells how long each took.
func beside(workers int, step func()) (end func() []time.Duration) {
	var working sync.WaitGroup
	var mutex sync.Mutex
	var took []time.Duration
	var over atomic.Bool
	for range workers {
		working.Go(func() {
			for !over.Load() {
				start := time.Now()
				step()
				mutex.Lock()
				took = append(took, time.Since(start))
				mutex.Unlock()
			}
		})
	}
	return func() []time.Duration {
		over.Store(true)
		working.Wait()
		return took
	}
}

func report(name string, took []time.Duration) {
	if len(took) == 0 {
		fmt.Printf("%-62s none\n", name)
		return
	}
	slices.Sort(took)
	middle, last := milliseconds(took[len(took)/2]), milliseconds(took[len(took)-1])
	fmt.Printf("%-62s p50 %10.3f ms   max %10.3f ms   of %d\n", name, middle, last, len(took))
}
