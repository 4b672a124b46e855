package graph

import (
	"errors"
	"fmt"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestRetoldKeepsItsCause: a problem in the caller's words says to the log what it
// said before, and is still what it was of.
func TestRetoldKeepsItsCause(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left on device")
	cause := fmt.Errorf("recording: %w: %w", problem.New(problem.Unavailable, "subjectRef", "try again"), full)
	err := asArgument("subjectRef", "newsRef", cause)
	if err.Error() != cause.Error() || !errors.Is(err, full) {
		t.Errorf("the log is told %q of %q", err, cause)
	}
	if p, ok := errors.AsType[*problem.Problem](err); !ok || p.Field != "newsRef" || p.Code != problem.Unavailable {
		t.Errorf("the caller is told %+v", p)
	}
}
