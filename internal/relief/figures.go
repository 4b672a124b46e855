package relief

import (
	"cmp"
	"slices"
	"strings"
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

// Summarise adds up the flows of the nodes that `within` holds: one node alone,
// or one with all below it. Received is what comes from outside them, and the
// balance is theirs together: what passes from one to another of them cancels.
func Summarise(flows []Flow, within func(code string) bool) Summary {
	var s Summary
	goods := map[[2]string]*Goods{}
	for i := range flows {
		f := &flows[i]
		gives, takes := f.FromCode != "" && within(f.FromCode), f.Kind != Distribution && within(f.ToCode)
		if !gives && !takes {
			continue
		}
		class := &s.ByClass[f.Class]
		item := &Goods{}
		if f.GoodsItem != "" {
			key := [2]string{f.GoodsItem, f.GoodsUnit}
			if goods[key] == nil {
				goods[key] = &Goods{Item: f.GoodsItem, Unit: f.GoodsUnit}
			}
			item = goods[key]
		}
		if takes && !gives {
			class.Received += f.Funds
			item.Received += f.Quantity
		}
		if !gives {
			continue
		}
		left := !takes // an allocation to one of them stays among them
		if f.Kind == Distribution {
			class.Distributed += f.Funds
			item.Distributed += f.Quantity
		} else {
			class.PassedDown += f.Funds
			item.PassedDown += f.Quantity
		}
		if left {
			class.Balance -= f.Funds
			item.Balance -= f.Quantity
		}
		if f.Disclosed {
			class.Disclosed += f.Funds
		}
	}
	for i := range s.ByClass {
		class := &s.ByClass[i]
		class.Balance += class.Received
		s.Total.Received += class.Received
		s.Total.PassedDown += class.PassedDown
		s.Total.Distributed += class.Distributed
		s.Total.Balance += class.Balance
		s.Total.Disclosed += class.Disclosed
	}
	for _, item := range goods {
		item.Balance += item.Received
		s.Goods = append(s.Goods, *item)
	}
	slices.SortFunc(s.Goods, func(a, b Goods) int {
		return cmp.Or(strings.Compare(a.Item, b.Item), strings.Compare(a.Unit, b.Unit))
	})
	return s
}
