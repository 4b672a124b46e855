package timeline_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/packed"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

func packedSeed() timeline.Packed {
	return timeline.Pack([]timeline.CellSummary{
		{
			EntryCode: "3.2.1",
			Spans:     []timeline.Span{{From: 18000, Status: timeline.Pending}, {From: 18030, Status: timeline.Missing}},
			Duties: []duty.Days{
				{OpenedOn: 18001, DueOn: 17990, FulfilledOn: calendar.Never},
				{OpenedOn: 18002, DueOn: calendar.Never, FulfilledOn: 18000},
			},
			Series: []timeline.SeriesSummary{
				{
					Every:       calendar.Monthly,
					First:       24240,
					Last:        25200,
					WorkingDays: 20,
					Fulfilled:   []duty.Fulfilment{{Ordinal: 24241, On: 18100}},
				},
			},
			Listed: [timeline.ListKinds][]calendar.Day{{18001, 18001, 18500}, {0}, {19000}},
		},
	})
}

// FuzzPacked: no bytes make unpacking fail otherwise than by an error, and what
// is unpacked packs into bytes that say the same.
func FuzzPacked(f *testing.F) {
	f.Add([]byte(packedSeed()))
	f.Add([]byte{1})
	f.Add([]byte{2, 0})
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 127})
	f.Fuzz(func(t *testing.T, content []byte) {
		cells, err := timeline.Packed(content).Unpack()
		if err != nil {
			return
		}
		packed := timeline.Pack(cells)
		again, err := packed.Unpack()
		if err != nil {
			t.Fatalf("%v of %v", err, packed)
		}
		if !bytes.Equal(timeline.Pack(again), packed) {
			t.Fatal("packing again gives other bytes")
		}
	})
}

// TestOtherForms: what begins with a form of another release is not read as if it were one
// of this.
func TestOtherForms(t *testing.T) {
	t.Parallel()
	for _, form := range []byte{0, 255} {
		row := packedSeed()
		row[0] = form
		if cells, err := row.Unpack(); !errors.Is(err, packed.ErrForm) || cells != nil {
			t.Errorf("form %d is read as %+v, %v", form, cells, err)
		}
	}
}

// TestPacked: what was packed is what is unpacked.
func TestPacked(t *testing.T) {
	t.Parallel()
	cells, err := packedSeed().Unpack()
	if err != nil || len(cells) != 1 {
		t.Fatal(err)
	}
	if c := cells[0]; c.Duties[0].DueOn != 17990 || c.Duties[1].DueOn != calendar.Never || c.Duties[1].FulfilledOn != 18000 ||
		c.Series[0].Fulfilled[0].On != 18100 ||
		c.Listed[0][2] != 18500 {
		t.Errorf("%+v", c)
	}
}
