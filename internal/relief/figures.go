package relief

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// Flow is movements of one kind, class and goods between two ends, added up.
type Flow struct {
	Kind             Kind
	FromCode, ToCode string
	Class            Class
	GoodsItem        string
	GoodsUnit        string
	Disclosed        bool
	Funds            Fen
	Quantity         Quantity
}

// End is a node at which a movement begins or ends, as far as figures tell nodes apart.
type End struct {
	Level      area.Level
	Department bool
}

// Way is how movements go, seen from a part of the tree: a node alone, or one with all
// below it.
type Way struct {
	Class Class
	Kind  Kind
	// Gives and Takes: who gives it, who receives it is in the part; of those From and To.
	Gives, Takes bool
	From, To     End
}

// WayOf is the way of a movement between two nodes, of which `end` tells whether they are
// in the part, and what they are there. What a node gives to households is its alone.
func WayOf(kind Kind, class Class, fromCode, toCode string, end func(code string) (End, bool)) Way {
	w := Way{Class: class, Kind: kind}
	if fromCode != "" {
		w.From, w.Gives = end(fromCode)
	}
	if kind != Distribution {
		w.To, w.Takes = end(toCode)
	}
	return w
}

// Sum is money of one way, and how much of it a disclosure names.
type Sum struct{ Funds, Disclosed Fen }

// GoodsWay is how goods of one item in one unit go.
type GoodsWay struct {
	Item, Unit   string
	Kind         Kind
	Gives, Takes bool
}

// Totals are the movements of a part of the tree, added up by the way they go.
type Totals struct {
	Money map[Way]Sum
	Goods map[GoodsWay]Quantity
}

// NewTotals are those of no movement.
func NewTotals() Totals { return Totals{map[Way]Sum{}, map[GoodsWay]Quantity{}} }

// Pay adds money that goes a way.
func (t *Totals) Pay(way Way, sum Sum) {
	if !way.Gives && !way.Takes {
		return
	}
	before := t.Money[way]
	t.Money[way] = Sum{before.Funds + sum.Funds, before.Disclosed + sum.Disclosed}
}

// Hand adds goods that go a way.
func (t *Totals) Hand(way GoodsWay, quantity Quantity) {
	if way.Item != "" && (way.Gives || way.Takes) {
		t.Goods[way] += quantity
	}
}

// TotalsOf adds up flows, of whose ends `end` tells as WayOf needs it.
func TotalsOf(flows []Flow, end func(code string) (End, bool)) Totals {
	t := NewTotals()
	for i := range flows {
		f := &flows[i]
		way := WayOf(f.Kind, f.Class, f.FromCode, f.ToCode, end)
		sum := Sum{Funds: f.Funds}
		if f.Disclosed {
			sum.Disclosed = f.Funds
		}
		t.Pay(way, sum)
		t.Hand(GoodsWay{f.GoodsItem, f.GoodsUnit, f.Kind, way.Gives, way.Takes}, f.Quantity)
	}
	return t
}

// Figures are money of a node.
type Figures struct {
	Received, PassedDown, Distributed, Balance, Disclosed Fen
}

// Goods are quantities of one item in one unit.
type Goods struct {
	Item, Unit                                 string
	Received, PassedDown, Distributed, Balance Quantity
}

// Summary is what a node, or a node with all below it, received and gave.
type Summary struct {
	Total   Figures
	ByClass [Classes]Figures
	Goods   []Goods // by item and unit
}

// share is how much of an amount that goes a way is received, passed down, distributed, and
// added to the balance: received is what comes from outside the part, and the balance is
// that of all in it together, so that what passes from one to another of them cancels.
func share(kind Kind, gives, takes bool) (received, passedDown, distributed, balance int64) {
	switch {
	case !gives:
		return 1, 0, 0, 1
	case kind == Distribution:
		return 0, 0, 1, -1
	case takes:
		return 0, 1, 0, 0
	default:
		return 0, 1, 0, -1
	}
}

// Summary adds up the ways.
func (t *Totals) Summary() Summary {
	var s Summary
	for way, sum := range t.Money {
		received, passedDown, distributed, balance := share(way.Kind, way.Gives, way.Takes)
		for _, of := range []*Figures{&s.ByClass[way.Class], &s.Total} {
			of.Received += Fen(received) * sum.Funds
			of.PassedDown += Fen(passedDown) * sum.Funds
			of.Distributed += Fen(distributed) * sum.Funds
			of.Balance += Fen(balance) * sum.Funds
			if way.Gives {
				of.Disclosed += sum.Disclosed
			}
		}
	}
	goods := map[[2]string]*Goods{}
	for way, quantity := range t.Goods {
		received, passedDown, distributed, balance := share(way.Kind, way.Gives, way.Takes)
		key := [2]string{way.Item, way.Unit}
		if goods[key] == nil {
			goods[key] = &Goods{Item: way.Item, Unit: way.Unit}
		}
		of := goods[key]
		of.Received += Quantity(received) * quantity
		of.PassedDown += Quantity(passedDown) * quantity
		of.Distributed += Quantity(distributed) * quantity
		of.Balance += Quantity(balance) * quantity
	}
	for _, item := range goods {
		s.Goods = append(s.Goods, *item)
	}
	slices.SortFunc(s.Goods, func(a, b Goods) int {
		return cmp.Or(strings.Compare(a.Item, b.Item), strings.Compare(a.Unit, b.Unit))
	})
	return s
}
