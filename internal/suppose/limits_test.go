package suppose_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/suppose"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
	"github.com/reliefgraph/reliefgraph/internal/whatif"
)

// TestLimitsAreDerivedAsFromFacts: under other limits every publisher's timelines are,
// byte for byte, what its facts give, and few cells' facts are read for it.
func TestLimitsAreDerivedAsFromFacts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 78))
			world := oracle.RandomWhole(seed)
			db, index := imported(t, world)
			facts, err := db.FactsOf(context.Background(), codes(index), allCells(index), index.PartnerCode)
			if err != nil {
				t.Fatal(err)
			}
			differ, read := 0, 0
			for range 40 {
				changes, name := otherLimits(world, random)
				place := index.Tree.Roots()[0]
				if random.IntN(4) == 0 {
					place = area.Place(random.IntN(index.Tree.Size()))
				}
				read += readFor(t, db, index, place, changes)
				alternative, err := suppose.Alternative(context.Background(), db.Reads, index, place, changes, afforded)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				under := alternative.Index
				for at := range area.Place(index.Tree.Size()) {
					before, got := timeline.Pack(index.Cells(at)), timeline.Pack(under.Cells(at))
					want := before
					if index.Tree.Contains(place, at) {
						want = timeline.Pack(under.OfPublisher(at, facts[index.Tree.Node(at).Code], nil))
					}
					if !bytes.Equal(got, want) {
						t.Fatalf("%s: timelines of %s at %s:\ngot  %+v\nwant %+v", name, index.Tree.Node(at).Code,
							index.Tree.Node(place).Code, under.Cells(at), under.OfPublisher(at, facts[index.Tree.Node(at).Code], nil))
					}
					if !bytes.Equal(got, before) {
						differ++
					}
				}
			}
			t.Logf("timelines of %d publishers differ, facts of %d cells are read", differ, read)
			if differ < 20 || read > differ {
				t.Errorf("timelines of %d publishers differ, facts of %d cells are read", differ, read)
			}
		})
	}
}

// otherLimits supposes another limit of one or two rows.
func otherLimits(world *oracle.World, random *rand.Rand) (*whatif.Changes, string) {
	changes, name := &whatif.Changes{}, ""
	for range 1 + random.IntN(2) {
		number, row := anyRow(world, random)
		code, n := world.Catalogs[number].Code, random.IntN([]int{5, 60, 400}[random.IntN(3)])
		limit := calendar.Limit{Kind: calendar.LimitKind(random.IntN(5)), N: &n}
		if limit.Kind >= calendar.Prompt {
			limit.N = nil
		}
		if len(changes.Entries) == 1 && changes.Entries[0].CatalogCode == code && changes.Entries[0].EntryCode == row.Code {
			continue // one change of a row
		}
		changes.Entries = append(changes.Entries, whatif.EntryChange{
			CatalogCode: code, EntryCode: row.Code, KeepAnchor: true, Limit: &limit,
		})
		name += fmt.Sprintf("%s %s %s; ", code, row.Code, limit)
	}
	return changes, name
}

// readFor is of how many cells facts are read, of all of them where limits are not the
// whole change.
func readFor(t *testing.T, db *store.Store, index *coverage.Index, place area.Place, changes *whatif.Changes) (cells int) {
	t.Helper()
	derivation, err := whatif.Derive(index, place, changes)
	if err != nil {
		t.Fatal(err)
	}
	withdrawals, err := db.Withdrawals(context.Background(), derivation.Limited(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if derivation.Limited() == nil {
		return 0
	}
	of, err := derivation.Affected(affected.NewDocuments(), withdrawals)
	if err != nil {
		t.Fatal(err)
	}
	for _, entries := range of {
		cells += len(entries)
	}
	return cells
}

func codes(index *coverage.Index) (all []string) {
	for _, node := range index.Tree.Nodes() {
		all = append(all, node.Code)
	}
	return all
}

func allCells(index *coverage.Index) affected.Cells {
	cells := affected.Cells{}
	for _, node := range index.Tree.Nodes() {
		cells.AddPublisher(node.Code)
	}
	return cells
}
