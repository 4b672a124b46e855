package timeline

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/packed"
)

// Packed is a publisher's timelines and its duties' days as bytes: what the
// database keeps of them and the index is made from. Equal timelines give equal
// bytes.
type Packed []byte

// ErrPacked says that bytes are no packed timelines; the command rebuild recomputes
// them from the facts.
var ErrPacked = errors.New("packed timelines cannot be read: run reliefgraph rebuild")

// CellSummary is what the index needs of a cell: its spans and its duties' days.
type CellSummary struct {
	EntryCode string
	Spans     []Span
	Duties    []duty.Days
	Series    []SeriesSummary
	// Listed are the days by which lists order what is in the cell, in order.
	Listed [ListKinds][]calendar.Day
}

// ListKind is what a list is of.
type ListKind uint8

// The kinds of lists.
const (
	// PublishedDocuments by publication day.
	PublishedDocuments ListKind = iota
	// OtherDocuments, which have no publication day, by the day formed, else None.
	OtherDocuments
	// NewsItems by the day published.
	NewsItems
	// ListKinds is how many there are.
	ListKinds = 3
)

// SeriesSummary is a series of duties without what explains it.
type SeriesSummary struct {
	Every       calendar.Periodicity
	First, Last int32
	WorkingDays int
	Fulfilled   []duty.Fulfilment
}

// SummaryOf takes from a cell and its facts what the index needs, in a fixed order.
func SummaryOf(cell *Cell, facts *duty.Facts) CellSummary {
	summary := CellSummary{EntryCode: cell.EntryCode, Spans: cell.Spans}
	for i := range facts.Disclosures {
		document := &facts.Disclosures[i]
		kind := PublishedDocuments
		if document.PublicationDay() == calendar.Never {
			kind = OtherDocuments
		}
		summary.Listed[kind] = append(summary.Listed[kind], document.ListedOn())
	}
	for i := range facts.News {
		summary.Listed[NewsItems] = append(summary.Listed[NewsItems], facts.News[i].PublicationDay())
	}
	for kind := range summary.Listed {
		slices.Sort(summary.Listed[kind])
	}
	for i := range cell.Duties.Single {
		summary.Duties = append(summary.Duties, cell.Duties.Single[i].Days())
	}
	slices.SortFunc(summary.Duties, compareDays)
	for i := range cell.Duties.Series {
		s := &cell.Duties.Series[i]
		summary.Series = append(summary.Series, SeriesSummary{s.Every, s.First, s.Last, s.WorkingDays, s.Fulfilled})
	}
	slices.SortStableFunc(summary.Series, compareSeries)
	return summary
}

func compareDays(a, b duty.Days) int {
	return cmp.Or(cmp.Compare(a.OpenedOn, b.OpenedOn), cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.FulfilledOn, b.FulfilledOn))
}

func compareSeries(a, b SeriesSummary) int {
	return cmp.Or(cmp.Compare(a.Every, b.Every), cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last),
		cmp.Compare(a.WorkingDays, b.WorkingDays), slices.CompareFunc(a.Fulfilled, b.Fulfilled, func(a, b duty.Fulfilment) int {
			return cmp.Or(cmp.Compare(a.Ordinal, b.Ordinal), cmp.Compare(a.On, b.On))
		}))
}

// Empty tells whether nothing is known of the cell.
func (c *CellSummary) Empty() bool {
	listed := 0
	for _, days := range c.Listed {
		listed += len(days)
	}
	return len(c.Spans)+len(c.Duties)+len(c.Series)+listed == 0
}

// Pack writes cells, which are ordered by entry code, as bytes. Empty cells are
// left out.
func Pack(cells []CellSummary) Packed {
	row := []byte{packed.Written}
	for i := range cells {
		if !cells[i].Empty() {
			row = packCell(row, &cells[i])
		}
	}
	return row
}

// Same tells whether timelines that were packed just now say what these do, which another
// release may have packed.
func (p Packed) Same(fresh Packed) bool {
	if len(p) == 0 || p[0] == packed.Written {
		return bytes.Equal(p, fresh)
	}
	cells, err := p.Unpack()
	return err == nil && bytes.Equal(Pack(cells), fresh)
}

func packCell(packed []byte, cell *CellSummary) []byte {
	number := func(value int64) { packed = binary.AppendVarint(packed, value) }
	// An optional day is stored as its distance plus one, 0 for Never.
	distance := func(day, from calendar.Day) {
		switch {
		case day == calendar.Never:
			number(0)
		case day >= from:
			number(int64(day-from) + 1)
		default:
			number(int64(day - from))
		}
	}
	number(int64(len(cell.EntryCode)))
	packed = append(packed, cell.EntryCode...)
	number(int64(len(cell.Spans)))
	previous := calendar.None
	for _, span := range cell.Spans {
		number(int64(span.From-previous)<<3 | int64(span.Status))
		previous = span.From
	}
	number(int64(len(cell.Duties)))
	previous = calendar.None
	for _, days := range cell.Duties {
		number(int64(days.OpenedOn - previous))
		previous = days.OpenedOn
		distance(days.DueOn, days.OpenedOn)
		distance(days.FulfilledOn, days.OpenedOn)
	}
	number(int64(len(cell.Series)))
	for _, series := range cell.Series {
		number(int64(series.Every))
		number(int64(series.First))
		number(int64(series.Last))
		number(int64(series.WorkingDays))
		number(int64(len(series.Fulfilled)))
		for _, fulfilment := range series.Fulfilled {
			number(int64(fulfilment.Ordinal - series.First))
			number(int64(fulfilment.On))
		}
	}
	for _, days := range cell.Listed {
		number(int64(len(days)))
		previous = calendar.None
		for _, day := range days {
			number(int64(day - previous))
			previous = day
		}
	}
	return packed
}

// unpacker reads what packCell wrote; the first fault ends it.
type unpacker struct {
	rest  Packed
	fault bool
}

func (u *unpacker) number() int64 {
	value, length := binary.Varint(u.rest)
	if length <= 0 {
		u.fault, u.rest = true, nil
		return 0
	}
	u.rest = u.rest[length:]
	return value
}

func (u *unpacker) day(from calendar.Day) calendar.Day {
	switch value := u.number(); {
	case value == 0:
		return calendar.Never
	case value > 0:
		return from + calendar.Day(value-1)
	default:
		return from + calendar.Day(value)
	}
}

// length reads how many things follow; each takes a byte at least.
func (u *unpacker) length() int {
	n := u.number()
	if n < 0 || n > int64(len(u.rest)) {
		u.fault, u.rest = true, nil
		return 0
	}
	return int(n)
}

// Unpack reads the cells in order.
func (p Packed) Unpack() ([]CellSummary, error) {
	var cells []CellSummary
	err := p.Each(func(cell *CellSummary, _ []byte) {
		copied := *cell
		copied.Spans = slices.Clone(cell.Spans)
		copied.Duties = slices.Clone(cell.Duties)
		copied.Series = slices.Clone(cell.Series)
		for kind := range copied.Listed {
			copied.Listed[kind] = slices.Clone(cell.Listed[kind])
		}
		cells = append(cells, copied)
	})
	return cells, err
}

// Each reads the cells in order, each with the bytes that it is packed in. What it
// gives and the slices in it are used again for the next one, but for the fulfilments.
func (p Packed) Each(visit func(cell *CellSummary, packed []byte)) error {
	if len(p) == 0 {
		return ErrPacked
	}
	if err := packed.Check(p[0]); err != nil {
		return err
	}
	u := unpacker{rest: p[1:]}
	var cell CellSummary
	for len(u.rest) > 0 {
		from := u.rest
		length := u.length()
		cell.EntryCode, u.rest = string(u.rest[:length]), u.rest[length:]
		cell.Spans = cell.Spans[:0]
		previous := calendar.None
		for range u.length() {
			value := u.number()
			previous += calendar.Day(value >> 3)
			cell.Spans = append(cell.Spans, Span{previous, Status(value & 7)})
		}
		cell.Duties = cell.Duties[:0]
		previous = calendar.None
		for range u.length() {
			previous += calendar.Day(u.number())
			due := u.day(previous)
			cell.Duties = append(cell.Duties, duty.Days{OpenedOn: previous, DueOn: due, FulfilledOn: u.day(previous)})
		}
		cell.Series = cell.Series[:0]
		for range u.length() {
			series := SeriesSummary{
				Every: calendar.Periodicity(u.number()), First: int32(u.number()), Last: int32(u.number()), WorkingDays: int(u.number()),
			}
			for range u.length() {
				series.Fulfilled = append(series.Fulfilled, duty.Fulfilment{
					Ordinal: series.First + int32(u.number()), On: calendar.Day(u.number()),
				})
			}
			cell.Series = append(cell.Series, series)
		}
		for kind := range cell.Listed {
			cell.Listed[kind] = cell.Listed[kind][:0]
			previous = calendar.None
			for range u.length() {
				previous += calendar.Day(u.number())
				cell.Listed[kind] = append(cell.Listed[kind], previous)
			}
		}
		if u.fault {
			return ErrPacked
		}
		visit(&cell, from[:len(from)-len(u.rest)])
	}
	return nil
}
