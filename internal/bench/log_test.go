package bench

import (
	"context"
	"fmt"
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

const formerOff = `ALTER TABLE publisher_timeline DISABLE TRIGGER keep_replaced, DISABLE TRIGGER keep_removed`

// BenchmarkLog imports, imports again with half of the documents published on another
// day, and publishes: without the log of changes, with it alone, and with it and the
// timelines that are replaced, in turns.
func BenchmarkLog(b *testing.B) {
	ways := []struct{ name, off string }{{"without", logOff + "; " + formerOff}, {"log", formerOff}, {"log and former timelines", ""}}
	folder, changed := b.TempDir(), b.TempDir()
	generate(b, folder, 60_000, 4)
	publishedOtherwise(b, folder, changed)
	ctx := context.Background()
	by := store.By{Account: "bench", Way: store.ByGraphQL}
	const imports, changes, publications = "import of 60,000 disclosures with the nation's areas", "import that changes 30,000 of them", "one publication"
	took := map[string][][]time.Duration{}
	for _, what := range []string{imports, changes, publications} {
		took[what] = make([][]time.Duration, len(ways))
	}
	publishing := make([]func(), len(ways))
	var last *store.Store
	for range 3 {
		for way, how := range ways {
			db := pgtest.Store(b)
			if _, err := db.DB().Exec(how.off); err != nil {
				b.Fatal(err)
			}
			for _, step := range []struct{ what, from string }{{imports, folder}, {changes, changed}} {
				start := time.Now()
				pgtest.Import(b, db, importer.Options{By: by, Today: today}, step.from)
				took[step.what][way] = append(took[step.what][way], time.Since(start))
			}
			follower, err := db.Follow(ctx)
			if err != nil {
				b.Fatal(err)
			}
			writes := register.New(db, follower.Index, func() calendar.Day { return today }, by)
			code, number := "", 0
			if err := db.DB().QueryRow("SELECT min(code) FROM node WHERE level = 4 AND NOT department").Scan(&code); err != nil {
				b.Fatal(err)
			}
			publishing[way] = func() {
				number++
				start := time.Now()
				_, err := writes.Disclosure(ctx, disclosure.Disclosure{
					Ref: fmt.Sprintf("logged-%d", number), PublisherCode: code, EntryCode: "1.3", Title: "示例",
					FormedOn: calendar.Date(2023, 10, 1), PublishedOn: calendar.Date(2023, 11, 20) + calendar.Day(number),
				})
				if err != nil {
					b.Fatal(err)
				}
				took[publications][way] = append(took[publications][way], time.Since(start))
			}
			last = db
		}
	}
	for range 300 {
		for _, publish := range publishing {
			publish()
		}
	}
	for _, what := range []string{imports, changes, publications} {
		told, first := "", 0.0
		for way, how := range ways {
			slices.Sort(took[what][way])
			median := milliseconds(took[what][way][len(took[what][way])/2])
			if way == 0 {
				first = median
			}
			told += fmt.Sprintf("%s %.1f ms (%+.0f %%)  ", how.name, median, (median/first-1)*100)
		}
		fmt.Printf("%-62s %s\n", what, told)
	}
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

// publishedOtherwise copies documents, every second of them published a day later.
func publishedOtherwise(b *testing.B, from, into string) {
	b.Helper()
	rows := documents(b, from)
	published, withdrawn := slices.Index(rows[0], "published_on"), slices.Index(rows[0], "withdrawn_on")
	changed := slices.Clip(rows[:1])
	for n, row := range rows[1:] {
		on, err := calendar.ParseDay(row[published])
		if n%2 == 0 || err != nil || row[withdrawn] != "" {
			continue
		}
		row[published] = (on + 1).String()
		changed = append(changed, row)
	}
	writeDocuments(b, into, changed)
}
