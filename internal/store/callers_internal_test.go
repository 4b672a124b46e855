package store

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// TestWaitUntil: however far off an instant is, it is waited for as exactly. A test of how
// long something takes is tried again where others have kept the processors.
func TestWaitUntil(t *testing.T) {
	for try := 1; ; try++ {
		late := map[time.Duration]time.Duration{} // the median, by how far off it was
		var samples [10][]time.Duration
		for range 31 {
			for i := range samples {
				begun := time.Now()
				takes := 4*time.Millisecond + time.Duration(i)*100*time.Microsecond
				if err := waitUntil(t.Context(), begun.Add(takes)); err != nil {
					t.Fatal(err)
				}
				over := time.Since(begun) - takes
				if over < 0 {
					t.Fatalf("%s too early of %s", -over, takes)
				}
				samples[i] = append(samples[i], over)
			}
		}
		least, most := time.Hour, time.Duration(0)
		for i, of := range samples {
			slices.Sort(of)
			median := of[len(of)/2]
			late[4*time.Millisecond+time.Duration(i)*100*time.Microsecond] = median
			least, most = min(least, median), max(most, median)
		}
		t.Logf("late by %v", late)
		if most-least < 300*time.Microsecond {
			break
		}
		if try == 5 {
			t.Fatalf("how late it is goes with how far off it was: %v", late)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := waitUntil(ended, time.Now().Add(time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("of a request that has ended: %v", err)
	}
}
