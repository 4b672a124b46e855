package bench

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// BenchmarkGapEvents imports a world, which opens many gaps, and publishes and withdraws
// documents so that each write opens or closes one. To judge a
// change, run two versions in turns.
func BenchmarkGapEvents(b *testing.B) {
	folder, err := os.MkdirTemp("", "reliefgraph-bench-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(folder)
	generate(b, folder, 20_000, 4)
	ctx, by := context.Background(), store.By{Account: "bench", Way: store.ByGraphQL}
	db := pgtest.Store(b)
	start := time.Now()
	pgtest.Import(b, db, importer.Options{By: by, Today: today}, folder)
	fmt.Printf("%-62s %.1f s\n", "import of 20,000 disclosures with the nation's areas", time.Since(start).Seconds())
	follower, err := db.Follow(ctx)
	if err != nil {
		b.Fatal(err)
	}
	writes := register.New(db, follower.Index, func() calendar.Day { return today }, by)
	index := follower.Current()
	var cells []catalog.CellKey
	missing := coverage.GapFilter{Statuses: []timeline.Status{timeline.Missing}}
	for gap := range index.GapsOf(ctx, index.Tree.Roots()[0], coverage.Subtree, today, missing) {
		if cells = append(
			cells,
			catalog.CellKey{PublisherCode: index.Tree.Node(gap.Publisher).Code, EntryCode: gap.EntryCode},
		); len(
			cells,
		) == 200 {
			break
		}
	}
	var took []time.Duration
	changed := 0
	for n := range 400 {
		d := disclosure.Disclosure{
			Ref: fmt.Sprintf("event-%d", n/2), PublisherCode: cells[n/2].PublisherCode, EntryCode: cells[n/2].EntryCode, Title: "示例",
			FormedOn: today - 3, PublishedOn: today - 3,
		}
		var written register.WrittenDisclosure
		start := time.Now()
		if n%2 == 0 {
			written, err = writes.Disclosure(ctx, d)
			changed += map[bool]int{true: 1}[written.ClosedGap]
		} else {
			_, err = writes.Withdraw(ctx, d.Ref, today-1)
		}
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	report(fmt.Sprintf("a publication or withdrawal, %d of 200 close a gap", changed), took)
}
