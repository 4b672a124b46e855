package memory_test

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/memory"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	for _, c := range []struct{ held, most, want int64 }{
		{20 * mebibyte, 0, 148 * mebibyte},
		{500 * mebibyte, 0, 1000 * mebibyte},
		{500 * mebibyte, 600 * mebibyte, 600 * mebibyte},
		{500 * mebibyte, 4096 * mebibyte, 1000 * mebibyte},
		{math.MaxInt64 / 4, 4096 * mebibyte, 4096 * mebibyte},
	} {
		if got := memory.Limit(c.held, c.most); got != c.want {
			t.Errorf("%d held, at most %d: %d, not %d", c.held, c.most, got, c.want)
		}
	}
}

// TestKeep holds much, as a server holds its index: the garbage collector alone
// would let the heap triple.
func TestKeep(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(200))
	defer debug.SetMemoryLimit(math.MaxInt64)
	const size = 128 << 20
	held := make([]byte, size)
	for i := range held {
		held[i] = byte(i)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); memory.Keep(ctx, 0) }()
	defer func() { cancel(); <-ended }()
	start := time.Now()
	limit := []metrics.Sample{{Name: "/gc/gomemlimit:bytes"}}
	for metrics.Read(limit); limit[0].Value.Uint64() == math.MaxInt64; metrics.Read(limit) {
		if time.Since(start) > time.Minute {
			t.Fatal("there is no bound")
		}
		time.Sleep(time.Millisecond)
	}
	if at := limit[0].Value.Uint64(); at < size || at > size*9/4 {
		t.Errorf("the bound is %d for %d held", at, size)
	}
	runtime.GC()
	goal := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(goal)
	if at := goal[0].Value.Uint64(); at > size*9/4 {
		t.Errorf("the heap may grow to %d for %d held", at, size)
	}
	runtime.KeepAlive(held)
}
