package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// replicasAsked are questions that read rows, and one that does not.
var replicasAsked = []struct{ name, query string }{
	{"nested list", `query($code: String!) { administrativeNode(code: $code) { children(first: 50) { nodes { code name
		disclosures(first: 3) { nodes { id title publishedOn entry { code item } } } } } } }`},
	{"50 gaps, explained", `query($code: String!) { gaps(code: $code, first: 50) { nodes { status explanation } } }`},
	{"figures", memoryQuery},
}

// BenchmarkReplicas asks the same of a server with two replicas and of one without, in
// turns, and tells what the primary and the replicas had to do, with and without a writer
// beside. Readers have signed in, and so are looked up.
func BenchmarkReplicas(b *testing.B) {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "reliefgraph-bench-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(folder)
	generate(b, folder, disclosures(), 1)
	primary := pgtest.NewCluster(b, "wal_level=replica", "max_wal_senders=5", "shared_preload_libraries=pg_stat_statements")
	owner := pgtest.Open(b, primary.URL(), store.Options{})
	if _, err := owner.DB().Exec("CREATE EXTENSION pg_stat_statements"); err != nil {
		b.Fatal(err)
	}
	pgtest.Import(b, owner, importer.Options{By: store.By{Account: "bench", Way: store.ByCommand}, Today: today}, folder)
	if _, err := owner.DB().Exec("VACUUM ANALYZE"); err != nil {
		b.Fatal(err)
	}
	serving := pgtest.Serving(b, owner, today)
	addresses := []string{primary.Standby().URL(), primary.Standby().URL()}
	clusters := []*store.Store{owner}
	for _, address := range addresses {
		clusters = append(clusters, pgtest.Open(b, address, store.Options{Connections: 2}))
	}
	follower, err := serving.Follow(ctx)
	if err != nil {
		b.Fatal(err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	replicas, err := follower.Replicas(ctx, addresses, quiet)
	if err != nil {
		b.Fatal(err)
	}
	keeping, end := context.WithCancel(ctx)
	kept := make(chan struct{})
	go func() {
		replicas.Keep(keeping)
		close(kept)
	}()
	defer func() { end(); <-kept }()
	at := func(by *store.Replicas) string {
		running := httptest.NewServer(pgtest.Trust(b, owner).SignedIn(server.New(server.Options{
			Store: serving, Follower: follower, Replicas: by, Log: quiet, Limits: server.DefaultLimits(),
			Now: func() time.Time { return today.Time().Add(12 * time.Hour) },
		}).Handler()))
		b.Cleanup(running.Close)
		return strings.TrimPrefix(running.URL, "http://")
	}
	with, without := at(replicas), at(nil)
	writes := register.New(serving, follower.Index, func() calendar.Day { return today }, store.By{Account: "bench", Way: store.ByGraphQL})
	var number atomic.Int64
	write := func() {
		_, err := writes.Disclosure(ctx, disclosure.Disclosure{
			Ref: fmt.Sprint("read-", number.Add(1)), PublisherCode: "130109100", EntryCode: "1.3", Title: "示例",
			FormedOn: calendar.Date(2023, 10, 1), PublishedOn: calendar.Date(2023, 11, 20),
		})
		if err != nil {
			b.Error(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	const clients, lasting = 16, 4 * time.Second
	for _, asked := range replicasAsked {
		for _, writers := range []int{0, 1} {
			for _, server := range []struct{ name, address string }{{"without", without}, {"with two", with}, {"without", without}, {"with two", with}} {
				stop := beside(writers, write)
				flood(b, server.address, question(asked.query), clients, lasting/8) // connections and plans are made
				if _, err := owner.DB().Exec("SELECT pg_stat_statements_reset()"); err != nil {
					b.Fatal(err)
				}
				before := [3]time.Duration{cpuOfClients(b, clusters[0]), cpuOfClients(b, clusters[1]), cpuOfClients(b, clusters[2])}
				took := flood(b, server.address, question(asked.query), clients, lasting)
				each := func(i int) float64 {
					return milliseconds(cpuOfClients(b, clusters[i])-before[i]) / float64(len(took))
				}
				onPrimary, onReplicas := each(0), each(1)+each(2)
				stop()
				report(
					fmt.Sprintf("%s, %s, %d writers: %.0f/s", asked.name, server.name, writers, float64(len(took))/lasting.Seconds()),
					took,
				)
				fmt.Printf("  CPU a question: primary %.3f ms, replicas %.3f ms; on the primary, calls a question: %s\n",
					onPrimary, onReplicas, statementsOf(b, owner, len(took)))
			}
		}
	}
	read := int64(0)
	for _, state := range replicas.States() {
		read += state.Questions
	}
	others, lost := replicas.Else()
	fmt.Printf("%d questions were read by replicas, %d by the primary, %d were asked again\n", read, others, lost)
}

// cpuOfClients is the processor time of those who serve connections to a database, replicas'
// among them.
func cpuOfClients(b *testing.B, db *store.Store) (total time.Duration) {
	b.Helper()
	rows, err := db.DB().Query(
		"SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid()",
	)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			b.Fatal(err)
		}
		total += cpuOf(pid)
	}
	return total
}

// statementsOf are the statements that a database ran most, with calls a question.
func statementsOf(b *testing.B, db *store.Store, questions int) string {
	b.Helper()
	rows, err := db.DB().Query(`SELECT split_part(substr(query, 4), E'\n', 1), sum(calls) FROM pg_stat_statements
		WHERE query LIKE '-- store.%' GROUP BY 1 ORDER BY 2 DESC LIMIT 6`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var told []string
	for rows.Next() {
		var name string
		var calls float64
		if err := rows.Scan(&name, &calls); err != nil {
			b.Fatal(err)
		}
		told = append(told, fmt.Sprintf("%s %.2f", name, calls/float64(questions)))
	}
	return strings.Join(told, ", ")
}
