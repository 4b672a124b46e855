// Package books keeps the books of all nodes in memory, in which stands what relief each
// gave and received, and adds them up for any part of the tree, span, class and event.
// Source: docs/design.md, "Relief money and goods".
package books

import (
	"fmt"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// A book is kept as packed, and read where it is asked about: a county's are read in some
// 0.1 ms. Of nodes with very many entries sums are kept (sums.go).

// Index holds the books of all nodes of a tree. It is not changed once made.
type Index struct {
	Tree *area.Tree

	books []*book // by place; nil where it is empty
	// elsewhere are those of nodes that the tree does not have, by code: one that comes later.
	elsewhere map[string]*book
	// entries are, by place, how many the books of the node and all below it have.
	entries []int
	sums    map[area.Place]*nodeSums // of the nodes that keep them
}

// Book is that of a node, as packed.
type Book struct {
	Code   string
	Packed relief.Packed
}

// New makes an index of all books.
func New(tree *area.Tree, books []Book) (*Index, error) {
	x := &Index{Tree: tree, books: make([]*book, tree.Size()), elsewhere: map[string]*book{}}
	for _, b := range books {
		if err := x.put(b); err != nil {
			return nil, err
		}
	}
	x.sumAll()
	return x, nil
}

// Under makes the index of the same books under another tree.
func (x *Index) Under(tree *area.Tree) *Index {
	next := &Index{Tree: tree, books: make([]*book, tree.Size()), elsewhere: map[string]*book{}}
	for place, b := range x.books {
		if b != nil {
			next.place(x.Tree.Node(area.Place(place)).Code, b)
		}
	}
	for code, b := range x.elsewhere {
		next.place(code, b)
	}
	next.sumAll()
	return next
}

// With makes the index in which some nodes have other books.
func (x *Index) With(changes []Book) (*Index, error) {
	next := &Index{
		Tree: x.Tree, books: slices.Clone(x.books), elsewhere: maps.Clone(x.elsewhere), entries: x.entries, sums: x.sums,
	}
	former := map[area.Place]*book{}
	for _, b := range changes {
		if err := next.put(b); err != nil {
			return nil, err
		}
		if place := x.Tree.Find(b.Code); place != area.Nowhere {
			former[place] = x.books[place]
		}
	}
	next.changeSums(former)
	return next, nil
}

func (x *Index) put(b Book) error {
	taken, err := newBook(b.Packed)
	if err != nil {
		return fmt.Errorf("book of %s: %w", b.Code, err)
	}
	x.place(b.Code, taken)
	return nil
}

// place puts a book, nil for an empty one, where its node is.
func (x *Index) place(code string, b *book) {
	if place := x.Tree.Find(code); place != area.Nowhere {
		x.books[place] = b.under(x.Tree)
	} else if b != nil {
		x.elsewhere[code] = b
	} else {
		delete(x.elsewhere, code)
	}
}

// Question asks for the relief of a node on a day.
type Question struct {
	Place    area.Place
	Alone    bool          // the node's own, not that of all below it
	Span     calendar.Span // of the movements counted
	PublicOn calendar.Day  // the day on which a disclosure is to last
	Filter   relief.Filter
}

// book is one with its head read.
type book struct {
	reading relief.Reading
	// places are those of the nodes that its texts name, by their number from 1, in the tree
	// of the index.
	places []area.Place
}

// newBook reads the head of a book, nil where it has no entry.
func newBook(packed relief.Packed) (*book, error) {
	if packed == "" {
		return nil, nil
	}
	reading, err := packed.Read()
	if err != nil {
		return nil, err
	}
	return &book{reading: reading}, reading.Each(func(*relief.PackedEntry) bool { return true })
}

// length is how many entries it has.
func (b *book) length() int {
	if b == nil {
		return 0
	}
	return b.reading.Entries
}

// each visits the entries; that they can be read was seen when the book was taken in.
func (b *book) each(visit func(*relief.PackedEntry) bool) {
	mustRead(b.reading.Each(visit))
}

func mustRead(err error) {
	if err != nil {
		panic(fmt.Sprintf("books: a book that could be read cannot be: %v", err))
	}
}

// under is the book with the places of a tree.
func (b *book) under(tree *area.Tree) *book {
	if b == nil {
		return nil
	}
	placed := &book{b.reading, make([]area.Place, len(b.reading.Texts))}
	for i, text := range b.reading.Texts {
		placed.places[i] = tree.Find(text)
	}
	return placed
}

// textNumber is the number of a text in the book, -1 where it has it not.
func (b *book) textNumber(text string) int {
	for i, known := range b.reading.Texts {
		if known == text {
			return i + 1
		}
	}
	return -1
}

// part is a node alone, or with all below it, as what others are in or not.
type part struct {
	tree  *area.Tree
	place area.Place
	alone bool
}

// end tells whether a node is in the part, and what it is there.
func (p *part) end(at area.Place) (relief.End, bool) {
	if at == area.Nowhere || at != p.place && (p.alone || !p.tree.Contains(p.place, at)) {
		return relief.End{}, false
	}
	return p.endAt(at), true
}

func (p *part) endAt(at area.Place) relief.End {
	node := p.tree.Node(at)
	return relief.End{Level: node.Level, Department: node.Department}
}

// seenEnd is what an end is, where it is in the part.
type seenEnd struct {
	relief.End

	within bool
}

// ends are those of the texts of a book, by their number.
func (p *part) ends(b *book, into []seenEnd) []seenEnd {
	into = append(into[:0], seenEnd{})
	for _, at := range b.places {
		end, within := p.end(at)
		into = append(into, seenEnd{end, within})
	}
	return into
}

// wayIn is the way of an entry in the book of a place in the part. What the giver's book in
// the part has as well counts there: then ok is false.
func wayIn(own relief.End, e *relief.PackedEntry, ends []seenEnd) (way relief.Way, ok bool) {
	other := ends[e.Other]
	way = relief.Way{Class: e.Class, Kind: e.Kind}
	if e.Received {
		way.Takes, way.To = true, own
		return way, !other.within
	}
	way.Gives, way.From = true, own
	if e.Kind == relief.Allocation && other.within {
		way.Takes, way.To = true, other.End
	}
	return way, true
}

// Until tells whether the answer is no longer wanted.
type Until interface{ Err() error }

// Total adds up the money and goods of a node.
func (x *Index) Total(until Until, q Question) (relief.Totals, error) {
	totals := relief.NewTotals()
	if sums := x.sums[q.Place]; sums != nil && !q.Alone {
		sums.total(&q, &totals)
		return totals, nil
	}
	asked, tally := part{x.Tree, q.Place, q.Alone}, &tally{}
	var ends []seenEnd
	for at := range x.Tree.Below(q.Place) {
		b := x.books[at]
		if b == nil || q.Alone && at != q.Place {
			continue
		}
		if err := until.Err(); err != nil {
			return totals, err
		}
		ends = asked.ends(b, ends)
		b.total(&q, asked.endAt(at), ends, tally, &totals)
	}
	tally.into(&totals)
	return totals, nil
}

// total adds up what is asked for of one book.
func (b *book) total(q *Question, own relief.End, ends []seenEnd, tally *tally, totals *relief.Totals) {
	event := 0
	if q.Filter.EventRef != "" {
		if event = b.textNumber(q.Filter.EventRef); event < 0 {
			return
		}
	}
	b.each(func(e *relief.PackedEntry) bool {
		if e.OccurredOn > q.Span.To {
			return false
		}
		if e.OccurredOn < q.Span.From || event > 0 && e.Event != event || !q.Filter.HasClass(e.Class) {
			return true
		}
		way, ok := wayIn(own, e, ends)
		if !ok {
			return true
		}
		tally.pay(&way, e, q.PublicOn)
		if e.Item != 0 {
			item, unit := b.reading.Text(e.Item), b.reading.Text(e.Unit)
			totals.Hand(relief.GoodsWay{Item: item, Unit: unit, Kind: way.Kind, Gives: way.Gives, Takes: way.Takes}, e.Quantity)
		}
		return true
	})
}

// wayCode is a way as a number below wayCodes.
type wayCode uint16

const (
	wayCodes     = 1 << 15
	endBits      = 4
	kindShift    = 2 * endBits
	classShift   = kindShift + 2
	givesBit     = 1 << (classShift + 3)
	takesBit     = givesBit << 1
	departmentOf = 1 << (endBits - 1)
)

func codeOfEnd(e relief.End) wayCode {
	if e.Department {
		return wayCode(e.Level) | departmentOf
	}
	return wayCode(e.Level)
}

func endOfCode(code wayCode) relief.End {
	return relief.End{Level: area.Level(code & (departmentOf - 1)), Department: code&departmentOf != 0}
}

func codeOfWay(w *relief.Way) wayCode {
	code := codeOfEnd(w.From)<<endBits | codeOfEnd(w.To) | wayCode(w.Kind)<<kindShift | wayCode(w.Class)<<classShift
	if w.Gives {
		code |= givesBit
	}
	if w.Takes {
		code |= takesBit
	}
	return code
}

func (c wayCode) class() relief.Class { return relief.Class(c >> classShift & 7) }

func (c wayCode) way() relief.Way {
	return relief.Way{
		Class: c.class(), Kind: relief.Kind(c >> kindShift & 3), Gives: c&givesBit != 0, Takes: c&takesBit != 0,
		From: endOfCode(c >> endBits & (1<<endBits - 1)), To: endOfCode(c & (1<<endBits - 1)),
	}
}

// tally adds up money by way, of which a part of the tree has a few dozen.
type tally struct {
	places [wayCodes]uint16 // of the sums, from 1
	codes  []wayCode
	sums   []relief.Sum
}

func (t *tally) pay(way *relief.Way, e *relief.PackedEntry, publicOn calendar.Day) {
	code := codeOfWay(way)
	if t.places[code] == 0 {
		t.codes, t.sums = append(t.codes, code), append(t.sums, relief.Sum{})
		t.places[code] = uint16(len(t.sums))
	}
	sum := &t.sums[t.places[code]-1]
	sum.Funds += e.Funds
	if e.Disclosed(publicOn) {
		sum.Disclosed += e.Funds
	}
}

func (t *tally) into(totals *relief.Totals) {
	for i, code := range t.codes {
		totals.Pay(code.way(), t.sums[i])
	}
}
