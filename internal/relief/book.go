package relief

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Entry is a movement in the book of one node (账簿), which gave it or received it. An
// allocation stands in two books, what is given to households in the giver's, a donation
// in the receiver's.
type Entry struct {
	Kind     Kind
	Class    Class
	Received bool // the book is the receiver's
	// OtherCode is who received or gave it, empty for households and donors.
	OtherCode    string
	EventRef     string
	OccurredOn   calendar.Day
	Funds        Fen
	GoodsItem    string
	GoodsUnit    string
	Quantity     Quantity
	Named, Known bool // it names a disclosure; that is registered
	// PublishedOn and WithdrawnOn are the disclosure's, Never where it has none.
	PublishedOn, WithdrawnOn calendar.Day
}

// Disclosed tells whether a disclosure that lasts on a day names it.
func (e *Entry) Disclosed(on calendar.Day) bool { return e.PublishedOn <= on && e.WithdrawnOn > on }

// Book is the book of a node: its entries by day, then ref, out of all movements from or to it.
func Book(code string, movements []Recorded) []Entry {
	movements = slices.Clone(movements)
	slices.SortFunc(movements, func(a, b Recorded) int {
		return cmp.Or(cmp.Compare(a.OccurredOn, b.OccurredOn), strings.Compare(a.Ref, b.Ref))
	})
	var book []Entry
	for i := range movements {
		m := &movements[i]
		entry := Entry{
			Kind: m.Kind, Class: m.Class, EventRef: m.EventRef, OccurredOn: m.OccurredOn, Funds: m.Funds,
			GoodsItem: m.GoodsItem, GoodsUnit: m.GoodsUnit, Quantity: m.GoodsQuantity,
			Named: m.DisclosureRef != "", Known: m.Known, PublishedOn: m.PublishedOn, WithdrawnOn: m.WithdrawnOn,
		}
		if m.FromCode == code {
			given := entry
			if m.Kind == Allocation {
				given.OtherCode = m.ToCode
			}
			book = append(book, given)
		}
		if m.ToCode == code && m.Kind != Distribution {
			received := entry
			received.Received, received.OtherCode = true, m.FromCode
			book = append(book, received)
		}
	}
	return book
}
