package affected_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// TestEveryCellThatDiffersIsNamed: every cell whose packed timeline differs after
// a change was named, whatever the change; a failure names the seed.
func TestEveryCellThatDiffersIsNamed(t *testing.T) {
	t.Parallel()
	const worlds, rounds = 12, 30
	for kind, change := range changes {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			differing, named := 0, 0
			for seed := range uint64(worlds) {
				m := maker{rand.New(rand.NewPCG(seed, 7))}
				before := newWorld(m)
				reference := mustReference(t, before)
				cellsBefore := before.cells(reference)
				for round := range rounds {
					after, set := before.clone(), affected.New()
					change(m, set, before, after, reference)
					now, err := after.reference()
					if err != nil {
						continue // nobody may write it
					}
					for _, cell := range differ(cellsBefore, after.cells(now)) {
						differing++
						if entries, known := set.Cells[cell.PublisherCode]; !known || entries != nil && !entries[cell.EntryCode] {
							t.Fatalf("seed %d, round %d: %v differs and was not named: %v", seed, round, cell, set.Cells)
						}
						if !set.Publishers[cell.PublisherCode] {
							t.Fatalf("seed %d, round %d: the publisher of %v differs and was not named", seed, round, cell)
						}
					}
					for _, entries := range set.Cells {
						named += len(entries)
					}
				}
			}
			t.Logf("%d cells differ, %d are named apart from whole publishers", differing, named)
			if differing < 100 {
				t.Errorf("only %d cells differ: the changes do too little", differing)
			}
		})
	}
}

// differ lists the cells whose timelines are not the same.
func differ(before, after map[catalog.CellKey]string) (cells []catalog.CellKey) {
	for cell, packed := range before {
		if after[cell] != packed {
			cells = append(cells, cell)
		}
	}
	for cell := range after {
		if _, known := before[cell]; !known {
			cells = append(cells, cell)
		}
	}
	return cells
}

// TestNamedExactly: what a change cannot reach is not named, and whose facts must
// stay as they are is (docs/design.md, Duties).
func TestNamedExactly(t *testing.T) {
	t.Parallel()
	day := calendar.Date(2024, 3, 5)
	reference := mustReference(t, newWorld(maker{rand.New(rand.NewPCG(1, 1))}))
	document := func(alter ...func(*disclosure.Disclosure)) *disclosure.Disclosure {
		d := &disclosure.Disclosure{Ref: "d", PublisherCode: "T1", EntryCode: "1.1", InterpretsRef: "source", FormedOn: day}
		for _, a := range alter {
			a(d)
		}
		return d
	}
	published := func(d *disclosure.Disclosure) { d.PublishedOn = day }
	withdrawn := func(d *disclosure.Disclosure) { d.WithdrawnOn = day + 9 }
	elsewhere := func(d *disclosure.Disclosure) { d.PublisherCode = "T2" }
	alone := func(d *disclosure.Disclosure) { d.InterpretsRef = "" }
	onRequest := func(d *disclosure.Disclosure) { d.Attribute = disclosure.OnRequest }
	reviewed := func(d *disclosure.Disclosure) { d.DiscloseOn = day + 20 }
	wanted := &affected.Links{
		Interpreted:  []disclosure.Disclosure{{Ref: "source", PublisherCode: "P", EntryCode: "1.1", RequiresInterpretation: true}},
		Interpreting: []disclosure.Disclosure{{Ref: "i", PublisherCode: "V1", EntryCode: "1.3"}},
		Givers:       []string{"T2"},
	}
	unwanted := &affected.Links{Interpreted: []disclosure.Disclosure{{Ref: "source", PublisherCode: "P", EntryCode: "1.1"}}}
	for _, c := range []struct {
		name              string
		of                func(*affected.Set)
		cells, publishers []string
	}{
		{"registered", func(s *affected.Set) { s.Document(reference, nil, document(), wanted) }, []string{"T1 1.1"}, []string{"P", "T1"}},
		{
			"registered as published", func(s *affected.Set) { s.Document(reference, nil, document(published), wanted) },
			[]string{"P 1.1", "T1 1.1", "T2 4.2", "V1 1.3"},
			[]string{"P", "T1", "T2", "V1"},
		},
		{
			"published", func(s *affected.Set) { s.Document(reference, document(), document(published), wanted) },
			[]string{"P 1.1", "T1 1.1", "T2 4.2", "V1 1.3"},
			[]string{"P", "T1", "T2", "V1"},
		},
		{
			"published, its source wants no interpretation", func(s *affected.Set) { s.Document(reference, document(), document(published), unwanted) },
			[]string{"T1 1.1"},
			[]string{"P", "T1"},
		},
		{
			"withdrawn", func(s *affected.Set) {
				s.Document(reference, document(published), document(published, withdrawn), wanted)
			},
			[]string{"T1 1.1"},
			[]string{"T1"},
		},
		{
			"moved", func(s *affected.Set) {
				s.Document(reference, document(published), document(published, elsewhere), wanted)
			},
			[]string{"T1 1.1", "T2 1.1"},
			[]string{"T1", "T2"},
		},
		{
			"no longer an interpretation", func(s *affected.Set) { s.Document(reference, document(published), document(published, alone), wanted) },
			[]string{"P 1.1", "T1 1.1"},
			[]string{"P", "T1"},
		},
		{
			"published, but on request alone", func(s *affected.Set) {
				s.Document(reference, document(onRequest), document(onRequest, published), wanted)
			},
			[]string{"T1 1.1"},
			[]string{"T1"},
		},
		{"made public by a review", func(s *affected.Set) {
			s.Document(reference, document(onRequest, published), document(onRequest, published, reviewed), wanted)
		}, []string{"P 1.1", "T1 1.1", "T2 4.2", "V1 1.3"}, []string{"P", "T1", "T2", "V1"}},
		{"news", func(s *affected.Set) { s.News(nil, &disclosure.News{PublisherCode: "T1", EntryCode: "5.1"}) }, []string{"T1 5.1"}, []string{"T1"}},
		{
			"a concern", func(s *affected.Set) {
				s.Concern(&disclosure.Concern{PublisherCode: "T1"}, &disclosure.Concern{PublisherCode: "T2"})
			},
			[]string{"T1 1.6", "T2 1.6"},
			[]string{"T1", "T2"},
		},
		{"a movement", func(s *affected.Set) { s.Movement(reference, nil, &relief.Movement{FromCode: "T2"}, "V1") }, []string{"T2 4.2"}, []string{"T2", "V1"}},
		{"a donation", func(s *affected.Set) {
			s.Movement(reference, nil, &relief.Movement{Kind: relief.Donation, ToCode: "T2"}, "")
		}, nil, nil},
		{"a donation that becomes an allocation", func(s *affected.Set) {
			s.Movement(reference, &relief.Movement{Kind: relief.Donation, ToCode: "V1"}, &relief.Movement{FromCode: "T2"}, "")
		}, []string{"T2 4.2"}, []string{"T2", "V1"}},
		{"an exemption", func(s *affected.Set) {
			s.Assignment(reference, catalog.CellKey{PublisherCode: "C/e", EntryCode: "1.1"})
		}, []string{"C/e 1.1"}, []string{"C/e"}},
	} {
		set := affected.New()
		c.of(set)
		var cells, publishers []string
		for publisher, entries := range set.Cells {
			for entry := range entries {
				cells = append(cells, fmt.Sprint(publisher, " ", entry))
			}
		}
		for publisher := range set.Publishers {
			publishers = append(publishers, publisher)
		}
		slices.Sort(cells)
		slices.Sort(publishers)
		if !slices.Equal(cells, c.cells) || !slices.Equal(publishers, c.publishers) {
			t.Errorf("%s: cells %v of %v, want %v of %v", c.name, cells, publishers, c.cells, c.publishers)
		}
	}
}
