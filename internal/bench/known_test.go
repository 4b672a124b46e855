package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/known"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// BenchmarkKnownAt asks what was known before something was published by so many
// publishers of the nation since: the first time, and again.
func BenchmarkKnownAt(b *testing.B) {
	world(b)
	ctx := context.Background()
	by := store.By{Account: "bench", Way: store.ByGraphQL}
	writes := register.New(nation.store, nation.follower.Index, func() calendar.Day { return today }, by)
	log := audit.New(nation.store, nil)
	if err := log.Seal(ctx); err != nil {
		b.Fatal(err)
	}
	var publishers []string
	for _, node := range nation.follower.Current().Tree.Nodes() {
		if node.Level.String() == "TOWNSHIP" {
			publishers = append(publishers, node.Code)
		}
	}
	ask := func(states *known.States, instant time.Time) time.Duration {
		start := time.Now()
		if _, err := states.At(ctx, instant, today, "CN"); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	number := 0
	for _, changed := range []int{10, 100, 1000} {
		instant := time.Now()
		for n := range changed {
			number++
			_, err := writes.Disclosure(ctx, disclosure.Disclosure{
				Ref: fmt.Sprintf("known-%d", number), PublisherCode: publishers[n*len(publishers)/changed], EntryCode: "1.3", Title: "示例",
				FormedOn: calendar.Date(2023, 10, 1), PublishedOn: calendar.Date(2023, 11, 20),
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		states := known.New(nation.store, nation.follower, log.Seal)
		ask(states, instant) // plans, pages
		first := ask(known.New(nation.store, nation.follower, log.Seal), instant)
		again := ask(states, instant)
		fmt.Printf("%-62s %.0f ms the first time, %.1f ms again\n",
			fmt.Sprintf("what was known before %d publishers published", changed), milliseconds(first), milliseconds(again))
	}
}
