package bench

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// BenchmarkWalls compares what is hidden read by the owner, whom no policy binds, with
// the same read as everybody and as an account, turn by turn; and a publication.
func BenchmarkWalls(b *testing.B) {
	world(b)
	ctx := context.Background()
	serving := pgtest.Serving(b, nation.store, today)
	county := ""
	const countySQL = `SELECT min(n.code) FROM disclosure AS d JOIN node_reach AS r ON r.code = d.publisher_code
		JOIN node AS n ON n.code = ANY (r.above) AND n.level = 3 AND NOT n.department`
	if err := nation.store.DB().QueryRow(countySQL).Scan(&county); err != nil {
		b.Fatal(err)
	}
	grant := account.Grant{Role: account.Clerk, NodeCode: county, Scope: account.Subtree, From: calendar.Date(2020, 1, 1)}
	pgtest.Account(b, nation.store, "walled", grant)
	held, err := nation.store.AccountsByName(ctx, "walled")
	if err != nil {
		b.Fatal(err)
	}
	var publishers, refs []string
	const below = `SELECT ARRAY(SELECT code::text FROM node_reach WHERE above && ARRAY[$1]), ARRAY(SELECT d.ref::text FROM disclosure AS d
		JOIN node_reach AS r ON r.code = d.publisher_code WHERE r.above && ARRAY[$1] LIMIT 100)`
	if err := nation.store.DB().QueryRow(below, county).Scan(pq.Array(&publishers), pq.Array(&refs)); err != nil {
		b.Fatal(err)
	}
	lists := []store.List{{Publishers: publishers, Days: calendar.Span{From: calendar.None, To: calendar.Last}}}
	filter := store.DisclosureFilter{PublicBy: today, Sees: func(string) bool { return true }}
	titled := filter
	titled.Title = "救助"
	readers := []struct {
		name  string
		reads store.Reads
	}{{"owner", nation.store.Reads}, {"public", serving.For(0)}, {"staff", serving.For(held[0].ID)}}
	for _, question := range []struct {
		name string
		ask  func(store.Reads) error
	}{
		{"one document by ref", func(r store.Reads) error { _, err := r.DisclosuresByRef(ctx, refs[:1]); return err }},
		{"100 documents by ref", func(r store.Reads) error { _, err := r.DisclosuresByRef(ctx, refs); return err }},
		{"page of 50 of a county", func(r store.Reads) error {
			_, err := r.DisclosurePages(ctx, lists, filter, store.Page{First: 50})
			return err
		}},
		{"count by title of a county", func(r store.Reads) error { _, err := r.DisclosureCounts(ctx, lists, titled); return err }},
	} {
		took := map[string][]time.Duration{}
		for range 200 {
			for _, reader := range readers {
				start := time.Now()
				if err := question.ask(reader.reads); err != nil {
					b.Fatal(err)
				}
				took[reader.name] = append(took[reader.name], time.Since(start))
			}
		}
		of := func(name string) float64 {
			slices.Sort(took[name])
			return milliseconds(took[name][100])
		}
		fmt.Printf("%-30s owner %.2f ms, public %.2f (× %.2f), staff %.2f (× %.2f)\n", question.name,
			of("owner"), of("public"), of("public")/of("owner"), of("staff"), of("staff")/of("owner"))
	}
	publishing := map[string][]time.Duration{}
	writers := map[string]*register.Register{}
	for name, db := range map[string]*store.Store{"owner": nation.store, "staff": serving} {
		follower, err := db.Follow(ctx)
		if err != nil {
			b.Fatal(err)
		}
		writers[name] = register.New(db, follower.Index, func() calendar.Day { return today }, store.By{Way: store.ByGraphQL}).
			As(&held[0].Account, today.Time().Add(12*time.Hour))
	}
	for n := range 200 {
		for name, writer := range writers {
			start := time.Now()
			_, err := writer.Disclosure(ctx, disclosure.Disclosure{
				Ref: fmt.Sprintf("walled-%s-%d", name, n), PublisherCode: publishers[n%len(publishers)], EntryCode: "1.3", Title: "示例",
				FormedOn: calendar.Date(2023, 10, 1), PublishedOn: calendar.Date(2023, 11, 20),
			})
			if err != nil {
				b.Fatal(err)
			}
			publishing[name] = append(publishing[name], time.Since(start))
		}
	}
	for _, times := range publishing {
		slices.Sort(times)
	}
	owner, staff := milliseconds(publishing["owner"][100]), milliseconds(publishing["staff"][100])
	fmt.Printf("%-30s owner %.2f ms, staff %.2f (× %.2f)\n", "one publication", owner, staff, staff/owner)
}
