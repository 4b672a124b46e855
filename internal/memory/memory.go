// Package memory bounds what the process takes of the machine's memory by what it
// holds: an index that stays, beside answers that do not.
package memory

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"
)

const (
	// room is what answers under way and what is not yet collected of earlier ones
	// may take beside what is held, as a part of it; at least leastRoom, so that a
	// small server does not collect all the time. Measured: docs/adr/0009-admission.md.
	room      = 1.0
	leastRoom = 128 << 20

	lookEach = time.Minute
	// What is held is the least of so many looks: answers are held at some of them.
	looks = 10
)

// Keep bounds memory by what the process holds now, and goes on to until ctx ends,
// as what it holds grows; never above `most` bytes. From the bound on the heap is
// collected more often, which costs at most half of the processor.
func Keep(ctx context.Context, most int64) {
	debug.FreeOSMemory() // what the start left
	held := []int64{holding()}
	ticker := time.NewTicker(lookEach)
	defer ticker.Stop()
	for {
		debug.SetMemoryLimit(Limit(slices.Min(held), most))
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			held = append(held, holding())
			held = held[max(len(held)-looks, 0):]
		}
	}
}

// Limit is the bound for a process that holds so many bytes, at most `most`; none
// where that is 0.
func Limit(held, most int64) int64 {
	if most <= 0 {
		most = math.MaxInt64
	}
	return min(held+max(int64(room*float64(held)), leastRoom), most)
}

// holding is what the heap held when it was last collected, with what the runtime
// needs around it, in bytes.
func holding() int64 {
	samples := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
	}
	metrics.Read(samples)
	value := func(i int) int64 { return int64(samples[i].Value.Uint64()) }
	return value(0) + value(1) - value(2) - value(3) - value(4) - value(5)
}
