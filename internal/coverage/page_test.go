package coverage_test

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// TestPageOf: pages one after the other are the list in order, whatever its length
// and theirs.
func TestPageOf(t *testing.T) {
	t.Parallel()
	for range 300 {
		list := make([]int, rand.IntN(5000))
		for i := range list {
			list[i] = i
		}
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		first, last := rand.IntN(1500), -1
		var got []int
		for {
			page, total, more, err := coverage.PageOf(
				t.Context(),
				slices.Values(list),
				cmp.Compare[int],
				coverage.Way[int]{From: func(n int) int { return cmp.Compare(n, last) }},
				first,
			)
			if err != nil || total != len(list) || len(page) > first || more != (len(got)+len(page) < len(list)) {
				t.Fatalf("%d of %d, after %d: %d rows, total %d, more %t, %v", first, len(list), last, len(page), total, more, err)
			}
			if got = append(got, page...); len(page) == 0 || !more {
				break
			}
			last = page[len(page)-1]
		}
		slices.Sort(list)
		if first > 0 && !slices.Equal(got, list) {
			t.Fatalf("pages of %d: %d of %d rows, or in another order", first, len(got), len(list))
		}
	}
}

// TestPageOfEndsWithItsContext: what was found by then is no answer.
func TestPageOfEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	list := func(yield func(int) bool) {
		yield(1)
		cancel()
	}
	page, total, _, err := coverage.PageOf(ctx, list, cmp.Compare[int], coverage.Way[int]{}, 10)
	if !errors.Is(err, context.Canceled) || page != nil || total != 0 {
		t.Errorf("%v, %d, %v", page, total, err)
	}
}
