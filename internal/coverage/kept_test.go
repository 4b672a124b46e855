package coverage

import "testing"

// TestKeptIsBounded: the oldest answers give way, and one that is too large is not
// kept at all.
func TestKeptIsBounded(t *testing.T) {
	t.Parallel()
	k := newKept()
	for i := range 10 {
		k.keep(i, i, mostKept/4)
	}
	k.keep("huge", 0, mostKept)
	k.keep(9, "another", 1) // is known
	for i := range 10 {
		answer, known := k.answer(i)
		if known != (i > 6) || known && answer != i {
			t.Errorf("%d: %v, %t", i, answer, known)
		}
	}
	if _, known := k.answer("huge"); known || k.rows > mostKept || len(k.oldest) != len(k.answers) {
		t.Errorf("%d rows, %d questions, %d answers", k.rows, len(k.oldest), len(k.answers))
	}
}
