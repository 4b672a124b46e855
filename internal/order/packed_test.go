package order_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/packed"
)

// TestPackedWorlds: what is unpacked is what was packed, newest first, and neither the
// order in which orders come nor a second packing changes a byte.
func TestPackedWorlds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		a, random := someWorld(t, seed)
		for publisher, summaries := range a.summaries() {
			want := newestFirst(summaries)
			packed := order.Pack(slices.Clone(summaries))
			got, err := packed.Unpack()
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d, orders to %s: got %+v, %v; want %+v", seed, publisher, got, err, want)
			}
			random.Shuffle(len(summaries), func(i, j int) { summaries[i], summaries[j] = summaries[j], summaries[i] })
			if !bytes.Equal(order.Pack(summaries), packed) || !bytes.Equal(order.Pack(got), packed) {
				t.Fatalf("seed %d: equal orders to %s give other bytes", seed, publisher)
			}
		}
	}
}

func newestFirst(orders []order.Summary) []order.Summary {
	return slices.SortedFunc(slices.Values(orders), func(one, other order.Summary) int { return order.NewestFirst(&one, &other) })
}

// TestPackedNone: none are no bytes, and no bytes are none.
func TestPackedNone(t *testing.T) {
	t.Parallel()
	if packed := order.Pack(nil); packed == nil || len(packed) > 0 {
		t.Errorf("none are packed as %v", packed)
	}
	for _, none := range []order.Packed{nil, {}} {
		if orders, err := none.Unpack(); err != nil || len(orders) > 0 {
			t.Errorf("no bytes are %v, %v", orders, err)
		}
	}
}

func drawSummary(t *rapid.T) order.Summary {
	drawnDay := rapid.Map(rapid.IntRange(int(calendar.First), int(calendar.Last)), func(n int) calendar.Day { return calendar.Day(n) })
	o := order.Summary{
		Ref: rapid.StringN(1, 20, 200).Draw(t, "ref"), IssuerCode: rapid.StringN(1, 20, 200).Draw(t, "issuer"),
		Kind: order.Kind(rapid.IntRange(0, order.Kinds-1).Draw(t, "kind")),
	}
	days := rapid.SliceOfNDistinct(drawnDay, 1, 6, rapid.ID).Draw(t, "days")
	slices.Sort(days)
	o.IssuedOn = days[0]
	for _, from := range days {
		o.Spans = append(o.Spans, order.Span{From: from, Phase: order.Phase(rapid.IntRange(1, order.Phases-1).Draw(t, "phase"))})
	}
	return o
}

func drawSummaries(t *rapid.T) []order.Summary {
	return rapid.SliceOfNDistinct(rapid.Custom(drawSummary), 1, 5, func(o order.Summary) string { return o.Ref }).Draw(t, "orders")
}

// TestPackedRoundTrip is of any orders that there can be.
func TestPackedRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := drawSummaries(t)
		again := rapid.Permutation(orders).Draw(t, "again")
		packed := order.Pack(orders)
		if !bytes.Equal(order.Pack(again), packed) {
			t.Fatalf("%+v give other bytes in another order", again)
		}
		got, err := packed.Unpack()
		if want := newestFirst(orders); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, %v; want %+v", got, err, want)
		}
		for i := range got[1:] {
			if got[i].IssuedOn < got[i+1].IssuedOn || got[i].IssuedOn == got[i+1].IssuedOn && got[i].Ref >= got[i+1].Ref {
				t.Fatalf("%+v are not the newest first, then by ref", got)
			}
		}
	})
}

// TestPackedCut: what is cut short is refused, or holds fewer orders, whole ones.
func TestPackedCut(t *testing.T) {
	t.Parallel()
	a, _ := someWorld(t, 1)
	for publisher, summaries := range a.summaries() {
		packed, whole := order.Pack(summaries), newestFirst(summaries)
		for length := range packed {
			got, err := packed[:length].Unpack()
			if err == nil && (len(got) >= len(whole) || !slices.EqualFunc(got, whole[:len(got)], same)) {
				t.Fatalf("orders to %s cut to %d of %d bytes: %+v", publisher, length, len(packed), got[len(got)-1])
			}
		}
	}
}

func same(one, other order.Summary) bool { return reflect.DeepEqual(one, other) }

// TestPackedTurned: whatever bit is turned, the bytes are refused or hold orders that
// there can be.
func TestPackedTurned(t *testing.T) {
	t.Parallel()
	a, _ := someWorld(t, 1)
	for publisher, summaries := range a.summaries() {
		packed := order.Pack(summaries)
		for i := range packed {
			for bit := range 8 {
				turned := bytes.Clone(packed)
				turned[i] ^= 1 << bit
				orders, err := order.Packed(turned).Unpack()
				if err == nil {
					err = possible(orders)
				} else if orders != nil {
					err = fmt.Errorf("orders beside %w", err)
				} else {
					err = nil
				}
				if err != nil {
					t.Fatalf("orders to %s with bit %d of byte %d turned: %v", publisher, bit, i, err)
				}
			}
		}
	}
}

// possible tells whether there can be such orders: their kinds and phases are known, their
// days do not fall, and they are packed into bytes that say the same.
func possible(orders []order.Summary) error {
	for i := range orders {
		o := &orders[i]
		if o.Kind >= order.Kinds || o.IssuedOn < 0 {
			return fmt.Errorf("an order of kind %d of day %d", o.Kind, o.IssuedOn)
		}
		previous := o.IssuedOn
		for _, span := range o.Spans {
			if span.Phase >= order.Phases || span.From < previous {
				return fmt.Errorf("phase %d from day %d after %d", span.Phase, span.From, previous)
			}
			previous = span.From
		}
	}
	packed := order.Pack(slices.Clone(orders))
	again, err := packed.Unpack()
	if err != nil {
		return err
	}
	if !bytes.Equal(order.Pack(again), packed) {
		return fmt.Errorf("%v are packed again into other bytes", packed)
	}
	return nil
}

// bytesOf are packed orders, written number by number; a text is its length and itself.
func bytesOf(version byte, parts ...any) order.Packed {
	packed := order.Packed{version}
	for _, part := range parts {
		switch part := part.(type) {
		case int:
			packed = binary.AppendUvarint(packed, uint64(part))
		case string:
			packed = binary.AppendUvarint(packed, uint64(len(part)))
			packed = append(packed, part...)
		}
	}
	return packed
}

// TestUnpackRefuses: bytes that no orders are packed into are refused, never read as other
// orders.
func TestUnpackRefuses(t *testing.T) {
	t.Parallel()
	right := bytesOf(1, "o1", "53", 2, 20000, 2, 0, 1, 9, 2)
	orders, err := right.Unpack()
	want := []order.Summary{
		{
			Ref:        "o1",
			IssuerCode: "53",
			Kind:       order.Criticise,
			IssuedOn:   20000,
			Spans:      []order.Span{{From: 20000, Phase: 1}, {From: 20009, Phase: 2}},
		},
	}
	if err != nil || !reflect.DeepEqual(orders, want) || !bytes.Equal(order.Pack(orders), right) {
		t.Fatalf("the bytes as they should be are %+v, %v", orders, err)
	}
	for _, form := range []byte{0, 255} {
		if orders, err := bytesOf(form, "o1", "53", 2, 20000, 1, 0, 1).Unpack(); !errors.Is(err, packed.ErrForm) || orders != nil {
			t.Errorf("form %d is read as %+v, %v", form, orders, err)
		}
	}
	const most = 1<<31 - 1
	for name, packed := range map[string]order.Packed{
		"a text beyond the end":    append(bytesOf(1), 200, 1, 'o'),
		"a number without an end":  append(bytesOf(1, "o1", "53"), 0x80),
		"a number of eleven bytes": append(bytesOf(1, "o1", "53"), bytes.Repeat([]byte{0xff}, 11)...),
		"a kind too many":          bytesOf(1, "o1", "53", order.Kinds, 20000, 1, 0, 1),
		"a kind of two bytes":      bytesOf(1, "o1", "53", 256, 20000, 1, 0, 1),
		"a phase too many":         bytesOf(1, "o1", "53", 2, 20000, 1, 0, order.Phases),
		"a phase of two bytes":     bytesOf(1, "o1", "53", 2, 20000, 1, 0, 257),
		"a day too great":          bytesOf(1, "o1", "53", 2, most+1, 1, 0, 1),
		"a span too late":          bytesOf(1, "o1", "53", 2, 20000, 2, 0, 1, most, 2),
		"spans cut off":            bytesOf(1, "o1", "53", 2, 20000, 1),
		"the second span cut off":  bytesOf(1, "o1", "53", 2, 20000, 2, 0, 1),
		"spans without end":        bytesOf(1, "o1", "53", 2, 20000, most, 0, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if orders, err := packed.Unpack(); err != order.ErrPacked || orders != nil {
				t.Errorf("%v is read as %+v, %v", packed, orders, err)
			}
		})
	}
}

// FuzzUnpack: no bytes make unpacking fail otherwise than by an error, and what is
// unpacked are orders that there can be.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte(bytesOf(1, "o1", "53", 2, 20000, 2, 0, 1, 9, 2, "督办2", "533124/yj", 0, 19000, 1, 0, 14)))
	f.Add([]byte{1})
	f.Add([]byte{2, 0})
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 127})
	f.Fuzz(func(t *testing.T, content []byte) {
		orders, err := order.Packed(content).Unpack()
		if err != nil {
			return
		}
		if err := possible(orders); err != nil {
			t.Fatal(err)
		}
	})
}
