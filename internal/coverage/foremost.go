package coverage

import (
	"container/heap"
	"slices"
)

// foremost are the first so many, in an order, of all that are taken. It is a heap of
// which the last comes first.
type foremost[T any] struct {
	most    int
	compare func(a, b *T) int
	all     []T
}

func (f *foremost[T]) Len() int           { return len(f.all) }
func (f *foremost[T]) Less(i, j int) bool { return f.compare(&f.all[i], &f.all[j]) > 0 }
func (f *foremost[T]) Swap(i, j int)      { f.all[i], f.all[j] = f.all[j], f.all[i] }
func (f *foremost[T]) Push(one any)       { f.all = append(f.all, one.(T)) }
func (f *foremost[T]) Pop() any           { panic("coverage: the last is replaced, not taken out") }

// full tells whether there are as many as are wanted, the last of which is last.
func (f *foremost[T]) full() bool { return len(f.all) == f.most }
func (f *foremost[T]) last() *T   { return &f.all[0] }

// take keeps one if it is among the first.
func (f *foremost[T]) take(one T) {
	switch {
	case !f.full():
		heap.Push(f, one)
	case f.compare(&one, f.last()) < 0:
		f.all[0] = one
		heap.Fix(f, 0)
	}
}

// sorted gives them in order.
func (f *foremost[T]) sorted() []T {
	slices.SortFunc(f.all, func(a, b T) int { return f.compare(&a, &b) })
	return f.all
}
