package coverage_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// asking is what the methods of an index are asked about.
type asking struct {
	until    coverage.Until
	place    area.Place
	scope    coverage.Scope
	level    area.Level
	from, on calendar.Day
	other    *coverage.Index // as much of the same state
}

// questions ask an index by each of its methods that read timelines.
var questions = map[string]func(x *coverage.Index, a asking) any{
	"At":    func(x *coverage.Index, a asking) any { return x.At(a.place, a.scope, a.on) },
	"Trend": func(x *coverage.Index, a asking) any { return x.Trend(a.place, a.scope, []calendar.Day{a.from, a.on}) },
	"Slots": func(x *coverage.Index, a asking) any {
		slots := map[string]coverage.Figures{}
		for _, s := range x.Slots(a.place, a.scope, a.on) {
			slots[fmt.Sprint(s.EntryCode, s.Level)] = s.Figures
		}
		return slots
	},
	"SameAt": func(x *coverage.Index, a asking) any { return x.SameAt(a.place, a.other) },
	"Gaps": func(x *coverage.Index, a asking) any {
		filter := coverage.GapFilter{CellFilter: coverage.CellFilter{Levels: []area.Level{a.level}}}
		one, total, more, _ := x.Gaps(a.until, a.place, a.scope, a.on, filter, coverage.OldestFirst, coverage.Page{Rows: 7})
		all, counted, _, _ := x.Gaps(a.until, a.place, a.scope, a.on, coverage.GapFilter{}, coverage.ByPublisher, coverage.Page{Rows: 9})
		return []any{one, total, more, all, counted}
	},
	"GapsOf": func(x *coverage.Index, a asking) any {
		return slices.Collect(x.GapsOf(a.until, a.place, a.scope, a.on, coverage.GapFilter{}))
	},
	"Cell":  func(x *coverage.Index, a asking) any { s, ok := x.Cell(a.place, "1.1", a.on); return []any{s, ok} },
	"Cells": func(x *coverage.Index, a asking) any { return x.Cells(a.place) },
	"Agrees": func(x *coverage.Index, a asking) any {
		return x.Agrees(a.place, &timeline.CellSummary{EntryCode: "1.1"})
	},
	"CellChanges": func(x *coverage.Index, a asking) any {
		return slices.Collect(x.CellChanges(a.until, a.place, a.scope, a.from, a.on, coverage.CellFilter{}))
	},
	"Opened": func(x *coverage.Index, a asking) any {
		return slices.Collect(x.Opened(a.until, a.place, a.scope, a.from, a.on))
	},
	"Closed": func(x *coverage.Index, a asking) any {
		return slices.Collect(x.Closed(a.until, a.place, a.scope, a.from, a.on))
	},
	"Upcoming": func(x *coverage.Index, a asking) any {
		return slices.Collect(x.Upcoming(a.until, a.place, a.scope, a.on, 20, coverage.GapFilter{}))
	},
	"DutyTransitions": func(x *coverage.Index, a asking) any {
		all, _ := x.DutyTransitions(a.until, a.place, a.scope, a.from, a.on)
		return all
	},
	"CellsOwing": func(x *coverage.Index, a asking) any {
		return x.CellsOwing(a.until, a.place, a.scope, a.on, a.on+30)
	},
	"EntriesNotInForce": func(x *coverage.Index, a asking) any { return x.EntriesNotInForce(a.place, a.on) },
	"Count":             func(x *coverage.Index, a asking) any { return x.Count(a.place, a.scope, a.listing()) },
	"Newest": func(x *coverage.Index, a asking) any {
		narrowed, publishers := x.Newest(a.place, a.scope, a.listing(), 5)
		return []any{narrowed, publishers}
	},
	"Oldest": func(x *coverage.Index, a asking) any {
		narrowed, publishers := x.Oldest(a.place, a.scope, a.listing(), 5)
		return []any{narrowed, publishers}
	},
	"Matrix": func(x *coverage.Index, a asking) any {
		rows, more, _ := x.Matrix(a.until, a.place, a.on, coverage.CellFilter{}, coverage.MatrixPage{Rows: 5})
		return []any{rows, more}
	},
	"MatrixSize": func(x *coverage.Index, a asking) any {
		size, _ := x.MatrixSize(a.until, a.place, a.on, coverage.CellFilter{})
		return size
	},
	"MatrixEntries": func(x *coverage.Index, a asking) any {
		all, _ := x.MatrixEntries(a.until, a.place, a.on, coverage.CellFilter{})
		of, _ := x.MatrixEntries(a.until, a.place, a.on, coverage.CellFilter{Levels: []area.Level{a.level}})
		return []any{all, of}
	},
	"Ranking": func(x *coverage.Index, a asking) any {
		ranking, _ := x.Ranking(a.until, a.place, a.level, a.on, 1)
		return ranking
	},
	"Peers": func(x *coverage.Index, a asking) any {
		among, ranking, spread, _ := x.Peers(a.until, a.place, coverage.OfParent, a.on, 1)
		return []any{among, ranking, spread}
	},
	"Against": func(x *coverage.Index, a asking) any {
		opened, closed := x.Against(a.other, a.place, a.scope, a.on)
		return []any{opened, closed}
	},
	"OrderFigures": func(x *coverage.Index, a asking) any { return x.OrderFigures(a.place, a.scope, a.on) },
	"OrderTrend": func(x *coverage.Index, a asking) any {
		return x.OrderTrend(a.place, a.scope, []calendar.Day{a.from, a.on})
	},
	"CountOrders": func(x *coverage.Index, a asking) any {
		return x.CountOrders(
			a.place,
			a.scope,
			&coverage.OrderListing{On: a.on, Whole: []coverage.Part{{Place: a.place, Scope: coverage.Subtree}}},
		)
	},
	"Orders": func(x *coverage.Index, a asking) any {
		return x.Orders(a.place, a.scope, &coverage.OrderListing{On: a.on}, coverage.OrderPage{Rows: 5})
	},
	"OrdersOf": func(x *coverage.Index, a asking) any { return x.OrdersOf(a.place) },
	"Order":    func(x *coverage.Index, a asking) any { return x.Order(a.place, "o1") },
	// What is supposed of a node is asked about it, and it is beyond where that is.
	"Under": func(x *coverage.Index, a asking) any {
		supposed, err := x.Under(a.place, x.Reference, []coverage.Timelines{{PublisherCode: x.Tree.Node(a.place).Code}})
		if err != nil {
			return err
		}
		return supposed.At(a.place, a.scope, a.on)
	},
	"UnderLimits": func(x *coverage.Index, a asking) any {
		never := func(_ area.Place, cell *timeline.CellSummary) (timeline.CellSummary, bool) {
			under := timeline.CellSummary{Duties: slices.Clone(cell.Duties)}
			for i := range under.Duties {
				under.Duties[i].DueOn = calendar.Never
			}
			return under, true
		}
		supposed, err := x.UnderLimits(a.place, x.Reference, map[string]bool{"1.1": true}, never)
		if err != nil {
			return err
		}
		return supposed.At(a.place, a.scope, a.on)
	},
	"Apply": func(x *coverage.Index, a asking) any {
		next, err := x.Apply([]coverage.Timelines{{PublisherCode: x.Tree.Node(a.place).Code}})
		if err != nil {
			return err
		}
		return next.At(a.place, a.scope, a.on)
	},
}

// readNone are the methods that read no timelines of a place, or are of this test.
var readNone = []string{
	"Beyond", "CellsBelow", "ComingAt", "Entries", "Escalation", "Held", "Holds", "Lacking", "PageOfGaps", "Passing", "PeersAmong",
	"Recalled", "Watched", "WithReference",
	"FactsByCell", "OfPublisher", "Partner", "PartnerCode", "ReliefCells", // of the reference
	"RowNaming", // of its library, of which this one has none
}

func (a asking) listing() coverage.Listing {
	return coverage.Listing{
		Kinds: []timeline.ListKind{
			timeline.PublishedDocuments,
			timeline.NewsItems,
		},
		Until: calendar.Last,
		From:  min(a.from, a.on),
		To:    max(a.from, a.on),
	}
}

// TestRecalled: an index that holds more and more parts of another state answers every
// question, about any node in any order, as an index of that whole state does, or notes
// that it was asked beyond them; when it holds what was noted it answers, and of what it
// holds it notes nothing.
func TestRecalled(t *testing.T) {
	t.Parallel()
	methods := reflect.TypeFor[*coverage.Index]()
	for number := range methods.NumMethod() {
		name := methods.Method(number).Name
		if _, asked := questions[name]; asked == slices.Contains(readNone, name) {
			t.Errorf("%s is to be asked here, or to be named among those that read no timelines", name)
		}
	}
	for seed, changed := range []int{30, 300, 3000} {
		t.Run(fmt.Sprintf("%d changed", changed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 5))
			present := newPopulation(t, random, populationNodes())
			past, changes := present.changed(changed)
			index := mustIndex(t, timeline.Reference{Tree: present.tree, Days: present.days}, present.packed())
			then := mustIndex(t, index.Reference, past.packed())
			recall := func(x *coverage.Index, places []area.Place) *coverage.Index {
				lacking := x.Lacking(places)
				var of []coverage.Timelines
				for _, change := range changes {
					if slices.Contains(lacking, index.Tree.Find(change.PublisherCode)) {
						of = append(of, change)
					}
				}
				next, err := x.Recalled(lacking, of)
				if err != nil {
					t.Fatal(err)
				}
				return next
			}
			held := recall(recall(index, nil), nil)
			earlier := held
			answered, beyond := 0, 0
			for range 25 {
				place := area.Place(random.IntN(index.Tree.Size()))
				for above := index.Tree.Ancestors(place); len(above) > 1 && random.IntN(3) > 0; above = index.Tree.Ancestors(place) {
					place = above[len(above)-1]
				}
				a := asking{
					until: t.Context(),
					place: place,
					scope: coverage.Scope(random.IntN(2)),
					level: area.Level(random.IntN(area.Levels)),
					from:  present.day(),
					on:    present.day(),
				}
				a.from, a.on = min(a.from, calendar.Last), min(a.on, calendar.Last)
				for _, name := range slices.Sorted(maps.Keys(questions)) {
					ask := questions[name]
					x := held.Watched()
					whole := a
					a.other, whole.other = x, then
					got := ask(x, a)
					if noted := x.Beyond(); len(noted) > 0 {
						beyond++
						if lacking := held.Lacking(noted); len(lacking) == 0 {
							t.Fatalf("%s of %d notes %v, which are held", name, place, noted)
						}
						if random.IntN(40) > 0 { // it grows now and then
							continue
						}
						held = recall(held, noted)
						x = held.Watched()
						a.other = x
						if got = ask(x, a); len(x.Beyond()) > 0 {
							t.Fatalf("%s of %d notes %v after %v were recalled", name, place, x.Beyond(), noted)
						}
					}
					answered++
					if want := ask(then, whole); !reflect.DeepEqual(got, want) {
						t.Fatalf(
							"%s of %d (scope %d, level %d, from %s, on %s): got %v, want %v",
							name,
							place,
							a.scope,
							a.level,
							a.from,
							a.on,
							got,
							want,
						)
					}
				}
			}
			if answered < 20 || beyond < 20 {
				t.Errorf("%d were answered, %d asked beyond what was held", answered, beyond)
			}
			if of, all := earlier.Held(); all || len(of) > 0 {
				t.Errorf("an index that was handed out has grown: %v", of)
			}
			held = recall(held, index.Tree.Roots())
			for place := range area.Place(index.Tree.Size()) {
				on := present.day()
				if got, want := held.At(place, coverage.Subtree, on), then.At(place, coverage.Subtree, on); got != want {
					t.Fatalf("all is held, and of %d there is %v, want %v", place, got, want)
				}
			}
		})
	}
}

// TestUnwatched: who asks an index of parts without being able to learn that it was asked
// beyond them gets no answer.
func TestUnwatched(t *testing.T) {
	t.Parallel()
	p := newPopulation(t, rand.New(rand.NewPCG(8, 3)), populationNodes())
	index := mustIndex(t, timeline.Reference{Tree: p.tree, Days: p.days}, p.packed())
	held, err := index.Recalled([]area.Place{p.tree.Find("500120")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	held.At(p.tree.Find("500120"), coverage.Subtree, calendar.First)
	defer func() {
		if recover() == nil {
			t.Error("it answered")
		}
	}()
	held.At(p.tree.Find("CN"), coverage.Subtree, calendar.First)
}
