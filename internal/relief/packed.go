package relief

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Packed is a book as bytes: what a server keeps of it in memory. Equal books give equal
// bytes; an empty one gives none.
type Packed string

const packedVersion = 1

// ErrPacked says that bytes are no packed book of this version.
var ErrPacked = errors.New("a packed book of relief cannot be read")

// What the first byte of an entry says: two bits of kind, three of class, and these.
const (
	isReceived = 1 << (5 + iota)
	isNamed
	isKnown
)

// Pack writes a book as bytes: the texts in it, each once, in the order in which they come;
// then the entries, whose texts are numbers of these, from 1, 0 for none.
func Pack(book []Entry) Packed {
	if len(book) == 0 {
		return ""
	}
	var texts []string
	numbers := map[string]int{"": 0}
	number := func(text string) int {
		n, known := numbers[text]
		if !known {
			texts = append(texts, text)
			n = len(texts)
			numbers[text] = n
		}
		return n
	}
	var entries []byte
	put := func(value int64) { entries = binary.AppendUvarint(entries, uint64(value)) }
	before := calendar.Day(0)
	for i := range book {
		e := &book[i]
		first := byte(e.Kind) | byte(e.Class)<<2
		if e.Received {
			first |= isReceived
		}
		if e.Named {
			first |= isNamed
		}
		if e.Known {
			first |= isKnown
		}
		entries = append(entries, first)
		put(int64(e.OccurredOn - before))
		before = e.OccurredOn
		put(int64(number(e.OtherCode)))
		put(int64(number(e.EventRef)))
		put(int64(e.Funds))
		put(int64(number(e.GoodsItem)))
		if e.GoodsItem != "" {
			put(int64(number(e.GoodsUnit)))
			put(int64(e.Quantity))
		}
		if e.Known {
			put(fromDay(e.PublishedOn))
			put(fromDay(e.WithdrawnOn))
		}
	}
	packed := binary.AppendUvarint([]byte{packedVersion}, uint64(len(texts)))
	for _, text := range texts {
		packed = append(binary.AppendUvarint(packed, uint64(len(text))), text...)
	}
	packed = binary.AppendUvarint(packed, uint64(len(book)))
	return Packed(append(packed, entries...))
}

// fromDay writes a day as its number and 1 more, Never as 0.
func fromDay(on calendar.Day) int64 {
	if on == calendar.Never {
		return 0
	}
	return int64(on) + 1
}

// Reading is a packed book that is read.
type Reading struct {
	// Texts are those of the book; Entries is how many it has.
	Texts   []string
	Entries int

	rest   Packed
	before calendar.Day
	fault  bool
}

// PackedEntry is an entry as it is packed: its texts are numbers of those of the reading,
// from 1, 0 for none.
type PackedEntry struct {
	Entry

	Other, Event, Item, Unit int
}

// Read begins to read a packed book.
func (p Packed) Read() (r Reading, err error) {
	if p == "" {
		return r, nil
	}
	if p[0] != packedVersion {
		return r, ErrPacked
	}
	r.rest = p[1:]
	texts := r.number()
	if texts > int64(len(r.rest)) { // each takes a byte at least
		return r, ErrPacked
	}
	r.Texts = make([]string, texts)
	for i := range r.Texts {
		length := r.number()
		if length > int64(len(r.rest)) {
			return r, ErrPacked
		}
		r.Texts[i], r.rest = string(r.rest[:length]), r.rest[length:]
	}
	entries := r.number()
	if r.fault || entries > int64(len(r.rest)) {
		return r, ErrPacked
	}
	r.Entries = int(entries)
	return r, nil
}

// number reads one; what cannot be read is a fault.
func (r *Reading) number() int64 {
	var value uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		b := r.rest[i]
		value |= uint64(b&0x7F) << (7 * i)
		if b < 0x80 {
			if value > math.MaxInt64 {
				break
			}
			r.rest = r.rest[i+1:]
			return int64(value)
		}
	}
	r.fault, r.rest = true, ""
	return 0
}

// text reads the number of a text.
func (r *Reading) text() int {
	n := r.number()
	if n > int64(len(r.Texts)) {
		r.fault = true
		return 0
	}
	return int(n)
}

// Text is one by its number.
func (r *Reading) Text(number int) string {
	if number == 0 {
		return ""
	}
	return r.Texts[number-1]
}

func (r *Reading) day() calendar.Day {
	switch n := r.number(); {
	case n == 0:
		return calendar.Never
	case n > math.MaxInt32:
		r.fault = true
		return calendar.Never
	default:
		return calendar.Day(n - 1)
	}
}

// Each visits the entries, without their texts, until one is not wanted; that which is given
// to `visit` is another's with the next.
func (r Reading) Each(visit func(*PackedEntry) bool) error {
	var e PackedEntry
	for range r.Entries {
		if len(r.rest) == 0 {
			return ErrPacked
		}
		first := r.rest[0]
		r.rest = r.rest[1:]
		e.Kind, e.Class = Kind(first&3), Class(first>>2&7)
		e.Received, e.Named, e.Known = first&isReceived != 0, first&isNamed != 0, first&isKnown != 0
		r.before += calendar.Day(r.number())
		e.OccurredOn = r.before
		e.Other, e.Event = r.text(), r.text()
		e.Funds = Fen(r.number())
		e.Unit, e.Quantity = 0, 0
		if e.Item = r.text(); e.Item != 0 {
			e.Unit, e.Quantity = r.text(), Quantity(r.number())
		}
		e.PublishedOn, e.WithdrawnOn = calendar.Never, calendar.Never
		if e.Known {
			e.PublishedOn, e.WithdrawnOn = r.day(), r.day()
		}
		if r.fault || int(e.Kind) >= len(kindNames) || e.Class >= Classes {
			return ErrPacked
		}
		if !visit(&e) {
			return nil
		}
	}
	if len(r.rest) > 0 {
		return ErrPacked
	}
	return nil
}

// Unpack reads a book.
func (p Packed) Unpack() (book []Entry, err error) {
	r, err := p.Read()
	if err != nil {
		return nil, err
	}
	err = r.Each(func(e *PackedEntry) bool {
		entry := e.Entry
		entry.OtherCode, entry.EventRef = r.Text(e.Other), r.Text(e.Event)
		entry.GoodsItem, entry.GoodsUnit = r.Text(e.Item), r.Text(e.Unit)
		book = append(book, entry)
		return true
	})
	return book, err
}
