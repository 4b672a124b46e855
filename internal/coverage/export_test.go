package coverage

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// NewLargeFrom makes an index whose nodes keep sums from so many publishers and runs
// from so many cells on, for worlds that are small.
func NewLargeFrom(reference timeline.Reference, timelines []Timelines, publishers, cells int) (*Index, error) {
	return newIndex(reference, slices.Values(timelines), large{sums: publishers, runs: cells})
}
