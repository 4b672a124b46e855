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
		{20 * mebibyte, 0, 84 * mebibyte},
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

// TestKeep lets garbage come and go beside what is held, as answers do beside an
// index: the garbage collector alone would let the heap triple.
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
	if at := limit[0].Value.Uint64(); at < size || at > size*5/2 {
		t.Errorf("the bound is %d for %d held", at, size)
	}
	taken := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for i := range 6 * size >> 20 {
		runtime.KeepAlive(make([]byte, 1<<20))
		metrics.Read(taken)
		if now := taken[0].Value.Uint64() - taken[1].Value.Uint64(); i > 3*size>>20 && now > size*5/2 { // once a collection under way has ended
			t.Fatalf("%d bytes are taken for %d held", now, size)
		}
	}
	runtime.KeepAlive(held)
}
