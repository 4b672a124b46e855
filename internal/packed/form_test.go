package packed_test

import (
	"errors"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/packed"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestCheck: what is written is read, and what is not read is refused with what to do.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, form := range []byte{packed.Oldest, packed.Written} {
		if err := packed.Check(form); err != nil {
			t.Errorf("%d: %v", form, err)
		}
	}
	for _, form := range []byte{packed.Oldest - 1, 255} {
		err := packed.Check(form)
		if p, told := errors.AsType[*problem.Problem](
			err,
		); !errors.Is(err, packed.ErrForm) || !told || p.Remedy == "" ||
			p.Code != problem.Unavailable {
			t.Errorf("%d: %v", form, err)
		}
	}
}
