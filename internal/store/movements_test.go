package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestMovementsOfManyNodes: the pages of a list are the same whether they are
// read along the days, as for many nodes, or from each node.
func TestMovementsOfManyNodes(t *testing.T) {
	t.Parallel()
	db := filledStore(t)
	nodes := func(count int, odd bool) (codes []string) {
		for n := range count {
			if odd == (n%2 == 1) {
				codes = append(codes, fmt.Sprintf("p%d", n))
			}
		}
		return codes
	}
	const rows = 1200 // some pages of each walk
	span := calendar.Span{From: calendar.Date(2023, 3, 1), To: calendar.Date(2024, 8, 31)}
	var filter relief.MovementFilter
	oldestFirst := false
	walk := func(size int, lists ...store.List) (refs []string) {
		seen := map[string]bool{}
		page := store.Page{First: size, OldestFirst: oldestFirst}
		for {
			pages, err := db.ReliefMovementPages(context.Background(), lists, filter, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range pages[0] {
				if seen[m.Ref] {
					t.Fatalf("%s stands in the list twice", m.Ref)
				}
				seen[m.Ref] = true
				refs = append(refs, m.Ref)
			}
			if len(pages[0]) < size {
				return refs
			}
			last := pages[0][size-1]
			page.After = &store.Position{On: last.OccurredOn, Ref: last.Ref}
		}
	}
	for _, odd := range []bool{false, true} {
		filter = relief.MovementFilter{Filter: relief.Filter{Class: relief.Housing, OneClass: odd}}
		many := store.List{Publishers: nodes(20_100, odd), Days: span}
		// Two lists at once are read from each node.
		byNode := walk(rows, many, store.List{Publishers: []string{"p1"}, Days: span})
		if len(byNode) < 1500 {
			t.Fatalf("%d movements only", len(byNode))
		}
		if difference := cmp.Diff(byNode, walk(rows, many)); difference != "" {
			t.Errorf("along the days:\n%.1000s", difference)
		}
		oldestFirst = true
		back, backAlong := walk(rows, many, store.List{Publishers: []string{"p1"}, Days: span}), walk(rows, many)
		oldestFirst = false
		for _, refs := range [][]string{back, backAlong} {
			slices.Reverse(refs)
			if difference := cmp.Diff(byNode, refs); difference != "" {
				t.Errorf("the other way round:\n%.1000s", difference)
			}
		}
	}
}
