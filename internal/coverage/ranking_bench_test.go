package coverage_test

import (
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// BenchmarkRanking ranks the nation's counties, on another day each time, since a ranking
// is kept. Whole are the figures with those of duties, as ranking them by these would count.
func BenchmarkRanking(b *testing.B) {
	for _, size := range []struct {
		name                   string
		villages, cells, spans int
	}{
		{"townships, few documents", 0, 18, 2},
		{"townships, many documents", 0, 18, 10},
		{"villages, few documents", 15, 7, 2},
	} {
		b.Run(size.name, func(b *testing.B) {
			reference, all := benchedGaps(b, size.villages, size.cells, size.spans)
			index, err := coverage.New(reference, slices.Values(all))
			if err != nil {
				b.Fatal(err)
			}
			nation, on := index.Tree.Find("CN"), calendar.Date(2026, 3, 1)
			b.Run("ranking", func(b *testing.B) {
				for b.Loop() {
					on--
					if _, err := index.Ranking(b.Context(), nation, area.County, on, 1); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("whole figures", func(b *testing.B) {
				for b.Loop() {
					on--
					for at := range index.Tree.Below(nation) {
						if index.Tree.Node(at).Level == area.County {
							index.At(at, coverage.Subtree, on)
						}
					}
				}
			})
		})
	}
}
