package bench

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const logOff = `DO $$ DECLARE logged regclass; BEGIN
	FOR logged IN SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE tgname = 'log_inserted' LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER log_inserted, DISABLE TRIGGER log_updated, DISABLE TRIGGER log_deleted', logged);
	END LOOP; END $$`

// BenchmarkLog imports and publishes with the log of changes and without it, in turns.
func BenchmarkLog(b *testing.B) {
	folder, err := os.MkdirTemp("", "reliefgraph-bench-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(folder)
	generate(b, folder, 60_000, 4)
	ctx := context.Background()
	by := store.By{Account: "bench", Way: store.ByGraphQL}
	imports, publications := map[string][]time.Duration{}, map[string][]time.Duration{}
	var with, without []func()
	var last *store.Store
	for range 4 {
		for _, how := range []string{"without", "with"} {
			db := pgtest.Store(b)
			if how == "without" {
				if _, err := db.DB().Exec(logOff); err != nil {
					b.Fatal(err)
				}
			}
			start := time.Now()
			pgtest.Import(b, db, importer.Options{By: by, Today: today}, folder)
			imports[how] = append(imports[how], time.Since(start))
			follower, err := db.Follow(ctx)
			if err != nil {
				b.Fatal(err)
			}
			writes := register.New(db, follower.Index, func() calendar.Day { return today }, by)
			code, number := "", 0
			if err := db.DB().QueryRow("SELECT min(code) FROM node WHERE level = 4 AND NOT department").Scan(&code); err != nil {
				b.Fatal(err)
			}
			publish := func() {
				number++
				start := time.Now()
				_, err := writes.Disclosure(ctx, disclosure.Disclosure{
					Ref: fmt.Sprintf("logged-%d", number), PublisherCode: code, EntryCode: "1.3", Title: "示例",
					FormedOn: calendar.Date(2023, 10, 1), PublishedOn: calendar.Date(2023, 11, 20),
				})
				if err != nil {
					b.Fatal(err)
				}
				publications[how] = append(publications[how], time.Since(start))
			}
			if how == "with" {
				with, last = append(with, publish), db
			} else {
				without = append(without, publish)
			}
		}
	}
	for range 100 {
		without[0]()
		with[0]()
	}
	dearer := func(what string, took map[string][]time.Duration) {
		median := func(of []time.Duration) float64 {
			slices.Sort(of)
			return milliseconds(of[len(of)/2])
		}
		fmt.Printf("%-62s %.1f ms with the log, %.1f ms without: %+.0f %%\n", what, median(took["with"]), median(took["without"]),
			(median(took["with"])/median(took["without"])-1)*100)
	}
	dearer("import of 60,000 disclosures with the nation's areas", imports)
	dearer("one publication", publications)
	log := audit.New(last, nil)
	start := time.Now()
	if err := log.Seal(ctx); err != nil {
		b.Fatal(err)
	}
	sealed := time.Since(start)
	start = time.Now()
	found, err := log.Verify(ctx, "", "")
	if err != nil || len(found.Problems) > 0 {
		b.Fatal(err, found.Problems)
	}
	fmt.Printf(
		"%-62s %.1f s sealed, %.1f s verified\n",
		fmt.Sprintf("%d entries", found.Size),
		sealed.Seconds(),
		time.Since(start).Seconds(),
	)
}
