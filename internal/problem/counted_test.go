package problem_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestCounted: one thing is not told as several.
func TestCounted(t *testing.T) {
	t.Parallel()
	for n, want := range []string{"0 entries", "1 entry", "2 entries"} {
		if got := problem.Counted(n, "entry", "entries"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
