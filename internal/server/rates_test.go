package server

import (
	"fmt"
	"testing"
	"time"
)

// TestRates: one may ask so often at once and then so often a second, whatever others
// do; what is refused is not counted, and no number of others makes it forgotten while
// one asks.
func TestRates(t *testing.T) {
	t.Parallel()
	r, now := newRates(10, 20), time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	r.most = 100
	taken := func(of string) (n int) {
		for n = 0; n < 1000 && r.take(of, now) == 0; n++ {
		}
		return n
	}
	if n := taken("a"); n != 20 {
		t.Errorf("%d at once", n)
	}
	if n := taken("b"); n != 20 {
		t.Errorf("%d at once beside another", n)
	}
	if wait := r.take("a", now); wait != 100*time.Millisecond {
		t.Errorf("it is to wait %s", wait)
	}
	now = now.Add(time.Second)
	if n := taken("a"); n != 10 {
		t.Errorf("%d after a second", n)
	}
	for i := range 10_000 {
		r.take(fmt.Sprint("other ", i), now)
		if i%10 == 0 && r.take("a", now) == 0 {
			t.Fatal("others make the server forget who asks too often")
		}
	}
	if held := len(r.recent) + len(r.before); held > r.most {
		t.Errorf("%d are held", held)
	}
	now = now.Add(time.Hour)
	if n := taken("a"); n != 20 {
		t.Errorf("%d at once after an hour", n)
	}
}
