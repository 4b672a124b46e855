package relief_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// someBook draws the book of a node out of movements from and to it.
func someBook(t *rapid.T) []relief.Entry {
	var movements []relief.Recorded
	day := rapid.Custom(func(t *rapid.T) calendar.Day {
		return calendar.Day(rapid.SampledFrom([]int{0, 1, 20_000, 20_001, 20_033, int(calendar.Last)}).Draw(t, "day"))
	})
	open := rapid.OneOf(day, rapid.Just(calendar.Never))
	text := rapid.SampledFrom([]string{"", "棉被", "床", "n1", "地震-1"})
	for i := range rapid.IntRange(0, 20).Draw(t, "movements") {
		m := relief.Recorded{Movement: relief.Movement{
			Ref: code(i), Class: relief.Class(rapid.IntRange(0, relief.Classes-1).Draw(t, "class")), OccurredOn: day.Draw(t, "on"),
			Funds: relief.Fen(rapid.Int64Range(0, 1_000_000_000_000_000).Draw(t, "fen")), EventRef: text.Draw(t, "event"),
		}}
		switch m.Kind = rapid.SampledFrom([]relief.Kind{relief.Allocation, relief.Distribution, relief.Donation}).Draw(t, "kind"); m.Kind {
		case relief.Allocation:
			m.FromCode, m.ToCode = "n0", code(rapid.IntRange(1, 3).Draw(t, "to"))
			if rapid.Bool().Draw(t, "receives") {
				m.FromCode, m.ToCode = m.ToCode, "n0"
			}
		case relief.Distribution:
			m.FromCode = "n0"
		case relief.Donation:
			m.ToCode = "n0"
		}
		if m.GoodsItem = text.Draw(t, "item"); m.GoodsItem != "" {
			m.GoodsUnit, m.GoodsQuantity = text.Draw(t, "unit"), relief.Quantity(rapid.Int64Range(0, 1<<60).Draw(t, "quantity"))
		}
		m.PublishedOn, m.WithdrawnOn = calendar.Never, calendar.Never
		if rapid.Bool().Draw(t, "names") {
			m.DisclosureRef, m.Known = "d", rapid.Bool().Draw(t, "known")
		}
		if m.Known {
			m.PublishedOn, m.WithdrawnOn = open.Draw(t, "published"), open.Draw(t, "withdrawn")
		}
		movements = append(movements, m)
	}
	return relief.Book("n0", movements)
}

// TestPacked: what is packed is unpacked as it was; bytes that are not whole, or of another
// version, are refused.
func TestPacked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book := someBook(t)
		packed := relief.Pack(book)
		unpacked, err := packed.Unpack()
		if diff := cmp.Diff(book, unpacked); err != nil || diff != "" {
			t.Fatalf("%v %s", err, diff)
		}
		if len(packed) == 0 {
			return
		}
		for _, broken := range []relief.Packed{
			packed[:rapid.IntRange(1, len(packed)-1).Draw(t, "cut")], packed + "x", "\x7F" + packed[1:],
		} {
			if _, err := broken.Unpack(); !errors.Is(err, relief.ErrPacked) {
				t.Fatalf("%q: %v", broken, err)
			}
		}
	})
}
