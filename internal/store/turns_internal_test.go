package store

import (
	"errors"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestCrowd: who wants to wait behind as many as may wait is refused at once, and
// nobody else is.
func TestCrowd(t *testing.T) {
	t.Parallel()
	all := newTurns()
	for n := range mostWaiting {
		first, err := all.begin().join("533102102")
		if err != nil || first != (n == 0) {
			t.Fatalf("writer %d: first %t, %v", n, first, err)
		}
	}
	_, err := all.begin().join("533102102")
	if p, ok := errors.AsType[*problem.Problem](err); !ok || p.Code != problem.Conflict || p.RetryAfter != afterCrowd {
		t.Errorf("one too many: %v", err)
	}
	if first, err := all.begin().join("533102103"); !first || err != nil {
		t.Errorf("another publisher's: first %t, %v", first, err)
	}
	if waits := all.waiting(); waits.Crowded != 1 {
		t.Errorf("%+v", waits)
	}
}
