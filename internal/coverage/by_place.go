package coverage

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// byPlace holds something for each place, in pages. An index that follows from another
// shares those in which nothing differs, so that a write costs as little in a nation of
// 669,000 nodes as in a county.
type byPlace[T any] struct {
	pages [][]T
	own   []bool // the pages that may be written to, as nobody shares them; nil: all
}

const (
	pageBits = 10
	pageSize = 1 << pageBits
)

func newByPlace[T any](size int) byPlace[T] {
	all := make([]T, size)
	var b byPlace[T]
	for page := range slices.Chunk(all, pageSize) {
		b.pages = append(b.pages, page)
	}
	return b
}

func (b *byPlace[T]) at(place area.Place) T {
	return b.pages[place>>pageBits][place&(pageSize-1)]
}

// put writes to pages of its own. Several may do so at once where all are.
func (b *byPlace[T]) put(place area.Place, value T) {
	page := place >> pageBits
	if b.own != nil && !b.own[page] {
		b.pages[page], b.own[page] = slices.Clone(b.pages[page]), true
	}
	b.pages[page][place&(pageSize-1)] = value
}

// next is what follows from it and can be written to; it itself must not be any more.
func (b *byPlace[T]) next() byPlace[T] {
	return byPlace[T]{slices.Clone(b.pages), make([]bool, len(b.pages))}
}
