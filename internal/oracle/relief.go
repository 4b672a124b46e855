package oracle

import (
	"fmt"
	"strconv"
	"strings"
)

// Relief is money in fen, or goods in thousandths of their unit, at a node (docs/design.md, "Relief money and goods").
type Relief struct {
	Received, PassedDown, Distributed, Balance, Disclosed int64
}

// Goods names what quantities are summed over: an item in a unit, never across units.
type Goods struct{ Item, Unit string }

// ReliefAnswer is what a node's relief says on a day: all classes together, each class that has a movement counted, each
// of the goods; the discrepancies are Discrepancies.
type ReliefAnswer struct {
	Total   Relief
	ByClass map[string]Relief
	Goods   map[Goods]Relief
}

// Relief sums the movements from one day to the earlier of another and the day asked about: the node's own where self,
// else with all below it. NoDay stands for an open end of the span.
func (w *World) Relief(node string, from, to, day int, self bool) ReliefAnswer {
	nodes := w.nodesAsked(node, self)
	answer := ReliefAnswer{ByClass: map[string]Relief{}, Goods: map[Goods]Relief{}}
	for _, moved := range w.memory.movements {
		if !isCounted(moved, from, to, day) {
			continue
		}
		share := func(amount int64) Relief { return w.share(moved, amount, nodes, day) }
		if moved.Funds != "" && takesPart(moved, nodes) {
			answer.Total = answer.Total.add(share(moved.fen))
			answer.ByClass[moved.Class] = answer.ByClass[moved.Class].add(share(moved.fen))
		}
		if moved.GoodsItem != "" && takesPart(moved, nodes) {
			goods := Goods{moved.GoodsItem, moved.GoodsUnit}
			answer.Goods[goods] = answer.Goods[goods].add(share(moved.quantity))
		}
	}
	return answer
}

// nodesAsked are the nodes whose movements an answer adds up.
func (w *World) nodesAsked(node string, self bool) map[string]bool {
	w.recall()
	nodes := map[string]bool{node: true}
	if !self {
		for _, below := range w.Below(node) {
			nodes[below] = true
		}
	}
	return nodes
}

func isCounted(moved movement, from, to, day int) bool {
	return moved.day <= day && within(moved.day, from, to)
}

// takesPart: a DISTRIBUTION is its giver's whomever it names as its receiver.
func takesPart(moved movement, nodes map[string]bool) bool {
	return nodes[moved.From] || moved.Kind != "DISTRIBUTION" && nodes[moved.To]
}

// share is what one movement adds to the figures of some nodes together: received is what comes from outside them.
func (w *World) share(moved movement, amount int64, nodes map[string]bool, day int) Relief {
	var share Relief
	switch moved.Kind {
	case "DONATION":
		share.Received = amount
	case "ALLOCATION":
		if nodes[moved.To] && !nodes[moved.From] {
			share.Received = amount
		}
		if nodes[moved.From] {
			share.PassedDown = amount
		}
	case "DISTRIBUTION":
		share.Distributed = amount
	}
	share.Balance = share.Received - share.Distributed
	if len(nodes) == 1 {
		// With all below it is not taken off: what was passed down is there still.
		share.Balance -= share.PassedDown
	}
	if nodes[moved.From] && moved.Kind != "DONATION" && w.isPublic(moved.DisclosureRef, day) {
		share.Disclosed = amount
	}
	return share
}

// isPublic says whether a known disclosure is public on a day: published and not withdrawn.
func (w *World) isPublic(ref string, day int) bool {
	named, known := w.memory.documents[ref]
	return known && named.published != NoDay && publication{named.published, named.withdrawn}.lastsOn(day)
}

func (r Relief) add(other Relief) Relief {
	return Relief{
		r.Received + other.Received, r.PassedDown + other.PassedDown, r.Distributed + other.Distributed,
		r.Balance + other.Balance, r.Disclosed + other.Disclosed,
	}
}

// thousandths reads an exact decimal of at most three places; it panics on anything else, as Day does.
func thousandths(decimal string) int64 {
	if decimal == "" {
		return 0
	}
	negative := strings.HasPrefix(decimal, "-")
	whole, part, _ := strings.Cut(strings.TrimPrefix(decimal, "-"), ".")
	number, err := strconv.ParseInt(whole+(part + "000")[:3], 10, 64)
	if err != nil || len(part) > 3 {
		panic(fmt.Sprintf("oracle: %q is no decimal of at most three places", decimal))
	}
	if negative {
		return -number
	}
	return number
}
