package order

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/packed"
)

// Summary is what an index needs of an order: how it stands on every day.
type Summary struct {
	Ref        string
	IssuerCode string
	Kind       Kind
	IssuedOn   calendar.Day
	Spans      []Span
}

// SummaryOf derives it from an order and its events, which are in order.
func SummaryOf(o *Order, events []Event, days *calendar.Calendar) Summary {
	return Summary{o.Ref, o.IssuerCode, o.Kind, o.IssuedOn(), o.History(events, days)}
}

// Recorded is an order with its events, which are in order.
type Recorded struct {
	Order
	Events []Event
}

// PackAll packs the orders to a publisher.
func PackAll(recorded []Recorded, days *calendar.Calendar) Packed {
	summaries := make([]Summary, len(recorded))
	for i := range recorded {
		summaries[i] = SummaryOf(&recorded[i].Order, recorded[i].Events, days)
	}
	return Pack(summaries)
}

// NewestFirst compares two orders by the day of issue, newest first, then ref.
func NewestFirst(a, b *Summary) int {
	if a.IssuedOn != b.IssuedOn {
		return int(b.IssuedOn - a.IssuedOn)
	}
	return strings.Compare(a.Ref, b.Ref)
}

// Packed is a publisher's summaries as bytes, newest first: what the database keeps
// beside its timelines. Equal summaries give equal bytes; none give none.
type Packed []byte

// ErrPacked says that bytes are no packed orders; the command rebuild makes them anew.
var ErrPacked = errors.New("packed orders cannot be read: run reliefgraph rebuild")

// Pack writes a publisher's orders as bytes.
func Pack(orders []Summary) Packed {
	if len(orders) == 0 {
		return Packed{}
	}
	orders = slices.Clone(orders)
	slices.SortFunc(orders, func(a, b Summary) int { return NewestFirst(&a, &b) })
	row := Packed{packed.Written}
	number := func(value int) { row = binary.AppendUvarint(row, uint64(value)) }
	text := func(text string) {
		number(len(text))
		row = append(row, text...)
	}
	for i := range orders {
		o := &orders[i]
		text(o.Ref)
		text(o.IssuerCode)
		number(int(o.Kind))
		number(int(o.IssuedOn))
		number(len(o.Spans))
		previous := o.IssuedOn
		for _, span := range o.Spans {
			number(int(span.From - previous))
			number(int(span.Phase))
			previous = span.From
		}
	}
	return row
}

// Same tells whether orders that were packed just now are these, which another release may
// have packed.
func (p Packed) Same(fresh Packed) bool {
	if len(p) == 0 || p[0] == packed.Written {
		return bytes.Equal(p, fresh)
	}
	orders, err := p.Unpack()
	return err == nil && bytes.Equal(Pack(orders), fresh)
}

// Unpack reads the orders.
func (p Packed) Unpack() (orders []Summary, err error) {
	if len(p) == 0 {
		return nil, nil
	}
	if err := packed.Check(p[0]); err != nil {
		return nil, err
	}
	rest, fault := p[1:], false
	number := func() int {
		value, length := binary.Uvarint(rest)
		if length <= 0 || value > math.MaxInt32 {
			fault, rest = true, nil
			return 0
		}
		rest = rest[length:]
		return int(value)
	}
	text := func() string {
		length := number()
		if length > len(rest) {
			fault, rest = true, nil
			return ""
		}
		read := string(rest[:length])
		rest = rest[length:]
		return read
	}
	for len(rest) > 0 {
		o := Summary{Ref: text(), IssuerCode: text()}
		kind, issuedOn, spans := number(), number(), number()
		if fault || kind >= Kinds || spans > len(rest)/2 { // a span takes two bytes at least
			return nil, ErrPacked
		}
		o.Kind, o.IssuedOn = Kind(kind), calendar.Day(issuedOn)
		previous := issuedOn
		for range spans {
			previous += number()
			phase := number()
			if fault || phase >= Phases || previous > math.MaxInt32 {
				return nil, ErrPacked
			}
			o.Spans = append(o.Spans, Span{calendar.Day(previous), Phase(phase)})
		}
		orders = append(orders, o)
	}
	return orders, nil
}
