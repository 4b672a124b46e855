package affected_test

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
)

// TestDecidingColumns: of every kind of fact, a column from which timelines are
// said to follow moves some cell, and any other moves none. The columns of a key
// are left: a fact keeps its key. Worlds are tried until each column has moved one.
func TestDecidingColumns(t *testing.T) {
	t.Parallel()
	const worlds, mostWorlds = 8, 100
	moved := map[string]int{} // cells by column that is said to decide
	someUnmoved := func() bool { return slices.Contains(slices.Collect(maps.Values(moved)), 0) }
	for seed := uint64(0); seed < worlds || someUnmoved() && seed < mostWorlds; seed++ {
		m := maker{rand.New(rand.NewPCG(seed, 17))}
		w := newWorld(m)
		reference := mustReference(t, w)
		cells := w.cells(reference)
		differing := func() int { return len(differ(cells, w.cells(reference))) }
		alter(t, moved, &fact.Disclosures, w.documents, m.document, differing)
		alter(t, moved, &fact.News, w.news, m.newsOf, differing)
		alter(t, moved, &fact.Concerns, w.concerns, m.concern, differing)
		alter(t, moved, &fact.Movements, w.movements, m.movement, differing)
		alter(t, moved, &fact.Assignments, w.assignments, func(catalog.CellKey) catalog.Assignment { return m.assignment() }, differing)
		for ref, reviews := range maps.Clone(w.reviews) {
			one := map[int]disclosure.Review{}
			for i := range reviews {
				one[i] = reviews[i]
			}
			alter(t, moved, &fact.Reviews, one, func(int) disclosure.Review {
				return disclosure.Review{Result: pick(m, disclosure.Keep, disclosure.Disclose)}
			}, func() int {
				w.reviews[ref] = slices.Collect(maps.Values(one))
				return differing()
			})
			w.reviews[ref] = reviews
		}
	}
	for column, cells := range moved {
		if cells == 0 {
			t.Errorf("no cell differs by %s", column)
		}
	}
	t.Logf("cells that differ: %v", moved)
}

// alter changes each column of each fact alone.
func alter[K comparable, T any](
	t *testing.T, moved map[string]int, kind *fact.Kind[T], facts map[K]T, other func(K) T, differing func() int,
) {
	t.Helper()
	for i := range kind.Columns {
		column := &kind.Columns[i]
		if column.Stored == "" || slices.Contains(kind.Key, column.Stored) {
			continue
		}
		name := kind.Table + "." + column.Stored
		if column.Decides {
			moved[name] += 0
		}
		for key, of := range maps.Clone(facts) {
			from, altered := other(key), of
			column.Copy(&altered, &from)
			values := []T{altered}
			if !column.Decides {
				values = append(values, anotherValue(t, kind, column, of))
			}
			for _, altered := range values {
				facts[key] = altered
				switch cells := differing(); {
				case column.Decides:
					moved[name] += cells
				case cells > 0:
					t.Errorf("%d cells differ by %s, from which none are said to follow: %+v", cells, name, altered)
				}
			}
			facts[key] = of
		}
	}
}

// anotherValue gives a column a value that it has not.
func anotherValue[T any](t *testing.T, kind *fact.Kind[T], column *fact.Column[T], of T) T {
	t.Helper()
	for _, cell := range []string{"d1", "7", "2023-08-08", "1", "0", "HOUSING", "DROUGHT"} {
		altered := of
		if column.Read(cell, &altered) == nil && !reflect.DeepEqual(kind.Row(&altered), kind.Row(&of)) {
			return altered
		}
	}
	t.Errorf("no other value of %s.%s is known", kind.Table, column.Stored)
	return of
}
