package books

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// sumsFrom is the number of entries from which a node keeps sums. Below it, reading its
// books takes some 5 ms at most. The children of a node that has many times as many are
// asked about together, and keep sums from a part of it on.
var sumsFrom = 1 << 15

const (
	manyTimes  = 4
	ofChildren = 16
)

// amount is what is given on one day, or from a day on.
type amount struct {
	on   uint16
	upTo int64 // the sum of all up to it
}

// amounts are sums by day.
type amounts []amount

// by is the sum up to a day.
func (a amounts) by(day calendar.Day) int64 {
	if i := sort.Search(len(a), func(i int) bool { return calendar.Day(a[i].on) > day }); i > 0 {
		return a[i-1].upTo
	}
	return 0
}

func (a amounts) within(span calendar.Span) int64 { return a.by(span.To) - a.by(span.From-1) }

// shownBits: in a block stands what came to be public, or was withdrawn, within 32 days.
const shownBits = 5

// shown is money that moved on one day and came to be public, or was withdrawn, on another.
type shown struct {
	occurred, on uint16
	upTo         int64 // the sum of all in its block up to it
}

// block is what came to be public, or was withdrawn, in some days, by the day on which it moved.
type block struct {
	of    uint16
	shown []shown
}

// first is where those that moved on a day or later begin.
func (b *block) first(day calendar.Day) int {
	return sort.Search(len(b.shown), func(i int) bool { return calendar.Day(b.shown[i].occurred) >= day })
}

func (b *block) upTo(i int) int64 {
	if i == 0 {
		return 0
	}
	return b.shown[i-1].upTo
}

// disclosures are what came to be public less what was withdrawn, in blocks by day.
type disclosures []block

// on is how much of what moved in a span is public on a day.
func (d disclosures) on(day calendar.Day, span calendar.Span) (sum int64) {
	for i := range d {
		b := &d[i]
		if calendar.Day(b.of)<<shownBits > day {
			break
		}
		from, to := b.first(span.From), b.first(span.To+1)
		if from >= to {
			continue
		}
		if calendar.Day(b.of+1)<<shownBits <= day+1 { // all of it
			sum += b.upTo(to) - b.upTo(from)
			continue
		}
		for at := from; at < to; at++ {
			if calendar.Day(b.shown[at].on) <= day {
				sum += b.upTo(at+1) - b.upTo(at)
			}
		}
	}
	return sum
}

// goodsKey is how goods of a class go, by the number of the way without its ends.
type goodsKey struct {
	item, unit string
	way        wayCode
}

// sums are the money and goods of a part of the tree, over all days.
type sums struct {
	funds     map[wayCode]amounts
	disclosed map[wayCode]disclosures
	goods     map[goodsKey]amounts
	// doubts count suspects by the day on which they moved and those from which on, and
	// until which, they may be doubts.
	doubts map[doubtKey]disclosures
}

func (s *sums) total(q *Question, totals *relief.Totals) {
	for code, funds := range s.funds {
		if !q.Filter.HasClass(code.class()) {
			continue
		}
		sum := relief.Sum{
			Funds:     relief.Fen(funds.within(q.Span)),
			Disclosed: relief.Fen(s.disclosed[code].on(q.PublicOn, q.Span)),
		}
		if sum != (relief.Sum{}) {
			totals.Pay(code.way(), sum)
		}
	}
	for key, quantities := range s.goods {
		if !q.Filter.HasClass(key.way.class()) {
			continue
		}
		if quantity := quantities.within(q.Span); quantity != 0 {
			way := key.way.way()
			totals.Hand(relief.GoodsWay{
				Item: key.item, Unit: key.unit, Kind: way.Kind, Gives: way.Gives, Takes: way.Takes,
			}, relief.Quantity(quantity))
		}
	}
}

// nodeSums are the sums of a node with all below it: of all, and of each event.
type nodeSums struct {
	all    *sums
	events map[string]*sums
}

// total adds up what is asked for.
func (n *nodeSums) total(q *Question, totals *relief.Totals) {
	of := n.all
	if q.Filter.EventRef != "" {
		of = n.events[q.Filter.EventRef]
	}
	if of != nil {
		of.total(q, totals)
	}
}

// change is what is added to sums: of an amount by day where on is 0, or of what is shown
// from a day on.
type change struct {
	occurred, on uint16
	by           int64
}

func compareChanges(a, b change) int {
	return cmp.Or(cmp.Compare(a.on>>shownBits, b.on>>shownBits), cmp.Compare(a.occurred, b.occurred), cmp.Compare(a.on, b.on))
}

// together sorts changes, and adds up those of the same days.
func together(changes []change) []change {
	slices.SortFunc(changes, compareChanges)
	kept := changes[:0]
	for _, c := range changes {
		if last := len(kept) - 1; last >= 0 && kept[last].occurred == c.occurred && kept[last].on == c.on {
			kept[last].by += c.by
		} else {
			kept = append(kept, c)
		}
	}
	return slices.DeleteFunc(kept, func(c change) bool { return c.by == 0 })
}

// changes are gathered until they are many, and then added up where they are of the same days.
type changes struct {
	all     []change
	enough  int
	atFirst [4]change
}

func (c *changes) add(occurred, on calendar.Day, by int64) {
	if by == 0 {
		return
	}
	if c.all == nil {
		c.all = c.atFirst[:0]
	}
	c.all = append(c.all, change{uint16(occurred), uint16(on), by})
	if len(c.all) > max(c.enough, 1<<16) {
		c.all = together(c.all)
		c.enough = 2 * len(c.all)
	}
}

// with are the sums with changes, which are together, added.
func (a amounts) with(changes []change) amounts {
	next := make(amounts, 0, len(a)+len(changes))
	var before, added int64
	i := 0
	put := func(on uint16, upTo int64) {
		if upTo != before {
			next = append(next, amount{on, upTo})
			before = upTo
		}
	}
	for _, c := range changes {
		for ; i < len(a) && a[i].on < c.occurred; i++ {
			put(a[i].on, a[i].upTo+added)
		}
		upTo := int64(0)
		if i > 0 {
			upTo = a[i-1].upTo
		}
		if i < len(a) && a[i].on == c.occurred {
			upTo = a[i].upTo
			i++
		}
		added += c.by
		put(c.occurred, upTo+added)
	}
	for ; i < len(a); i++ {
		put(a[i].on, a[i].upTo+added)
	}
	return next
}

// with are the blocks with changes, which are together, added.
func (d disclosures) with(all []change) disclosures {
	next := slices.Clone(d)
	for len(all) > 0 {
		of, length := all[0].on>>shownBits, 1
		for length < len(all) && all[length].on>>shownBits == of {
			length++
		}
		i, found := slices.BinarySearchFunc(next, of, func(b block, of uint16) int { return int(b.of) - int(of) })
		if !found {
			next = slices.Insert(next, i, block{of: of})
		}
		if next[i] = next[i].with(all[:length]); len(next[i].shown) == 0 {
			next = slices.Delete(next, i, i+1)
		}
		all = all[length:]
	}
	return next
}

func (b block) with(changes []change) block {
	next := block{of: b.of, shown: make([]shown, 0, len(b.shown)+len(changes))}
	sum := int64(0)
	put := func(occurred, on uint16, by int64) {
		if by != 0 {
			sum += by
			next.shown = append(next.shown, shown{occurred, on, sum})
		}
	}
	i := 0
	for _, c := range changes {
		for ; i < len(b.shown) && compareChanges(change{b.shown[i].occurred, b.shown[i].on, 0}, c) < 0; i++ {
			put(b.shown[i].occurred, b.shown[i].on, b.upTo(i+1)-b.upTo(i))
		}
		by := c.by
		if i < len(b.shown) && b.shown[i].occurred == c.occurred && b.shown[i].on == c.on {
			by += b.upTo(i+1) - b.upTo(i)
			i++
		}
		put(c.occurred, c.on, by)
	}
	for ; i < len(b.shown); i++ {
		put(b.shown[i].occurred, b.shown[i].on, b.upTo(i+1)-b.upTo(i))
	}
	return next
}

// additions are what is added to sums.
type additions struct {
	funds, disclosed map[wayCode]*changes
	goods            map[goodsKey]*changes
	doubts           map[doubtKey]*changes
}

func newAdditions() *additions {
	return &additions{map[wayCode]*changes{}, map[wayCode]*changes{}, map[goodsKey]*changes{}, map[doubtKey]*changes{}}
}

func at[K comparable](of map[K]*changes, key K) *changes {
	c := of[key]
	if c == nil {
		c = &changes{}
		of[key] = c
	}
	return c
}

// entry adds an entry times `factor`.
func (m *additions) entry(way *relief.Way, e *relief.PackedEntry, item, unit string, factor int64) {
	code, funds := codeOfWay(way), factor*int64(e.Funds)
	at(m.funds, code).add(e.OccurredOn, 0, funds)
	if e.PublishedOn < e.WithdrawnOn && e.PublishedOn <= calendar.Last {
		at(m.disclosed, code).add(e.OccurredOn, e.PublishedOn, funds)
		if e.WithdrawnOn <= calendar.Last {
			at(m.disclosed, code).add(e.OccurredOn, e.WithdrawnOn, -funds)
		}
	}
	if item != "" {
		without := relief.Way{Class: way.Class, Kind: way.Kind, Gives: way.Gives, Takes: way.Takes}
		at(m.goods, goodsKey{item, unit, codeOfWay(&without)}).add(e.OccurredOn, 0, factor*int64(e.Quantity))
	}
}

// with are the sums, which may be nil, with changes added.
func (s *sums) with(m *additions) *sums {
	next := &sums{map[wayCode]amounts{}, map[wayCode]disclosures{}, map[goodsKey]amounts{}, map[doubtKey]disclosures{}}
	if s != nil {
		next.funds, next.disclosed, next.goods = maps.Clone(s.funds), maps.Clone(s.disclosed), maps.Clone(s.goods)
		next.doubts = maps.Clone(s.doubts)
	}
	for code, c := range m.funds {
		put(next.funds, code, next.funds[code].with(together(c.all)))
	}
	for code, c := range m.disclosed {
		put(next.disclosed, code, next.disclosed[code].with(together(c.all)))
	}
	for key, c := range m.goods {
		put(next.goods, key, next.goods[key].with(together(c.all)))
	}
	for key, c := range m.doubts {
		put(next.doubts, key, next.doubts[key].with(together(c.all)))
	}
	return next
}

// empty tells whether nothing is added up.
func (s *sums) empty() bool { return len(s.funds)+len(s.goods)+len(s.doubts) == 0 }

func put[K comparable, S ~[]E, E any](of map[K]S, key K, sums S) {
	if len(sums) == 0 {
		delete(of, key)
		return
	}
	of[key] = sums
}

// gathering collects what is added to the sums of a node.
type gathering struct {
	part   part
	all    *additions
	events map[string]*additions
	ends   []seenEnd
}

func (x *Index) gather(place area.Place) *gathering {
	return &gathering{part: part{x.Tree, place, false}, all: newAdditions(), events: map[string]*additions{}}
}

// entry adds an entry of the book of a place times `factor`.
func (g *gathering) entry(own relief.End, of *book, ends []seenEnd, e *relief.PackedEntry, factor int64) {
	way, ok := wayIn(own, e, ends)
	if !ok {
		return
	}
	item, unit := of.reading.Text(e.Item), of.reading.Text(e.Unit)
	g.all.entry(&way, e, item, unit, factor)
	if e.Event != 0 {
		g.ofEvent(of.reading.Text(e.Event)).entry(&way, e, item, unit, factor)
	}
}

func (g *gathering) ofEvent(ref string) *additions {
	if g.events[ref] == nil {
		g.events[ref] = newAdditions()
	}
	return g.events[ref]
}

// book adds all entries of the book of a place times `factor`.
func (g *gathering) book(at area.Place, of *book, factor int64) {
	if of == nil {
		return
	}
	g.ends = g.part.ends(of, g.ends)
	own := g.part.endAt(at)
	of.each(func(e *relief.PackedEntry) bool {
		g.entry(own, of, g.ends, e, factor)
		return true
	})
	g.suspects(at, of, factor)
}

// with are the sums of the node, which may be nil, with what was gathered added.
func (n *nodeSums) with(g *gathering) *nodeSums {
	next := &nodeSums{events: map[string]*sums{}}
	if n == nil {
		next.all = (*sums)(nil).with(g.all)
	} else {
		next.all, next.events = n.all.with(g.all), maps.Clone(n.events)
	}
	for event, changes := range g.events {
		if next.events[event] = next.events[event].with(changes); next.events[event].empty() {
			delete(next.events, event)
		}
	}
	return next
}

// sumAll makes the sums of every node that keeps them.
func (x *Index) sumAll() {
	x.sums, x.entries = map[area.Place]*nodeSums{}, make([]int, len(x.books))
	touched := map[area.Place]bool{}
	for place, b := range x.books {
		x.count(area.Place(place), b.length(), touched)
	}
	large := x.lacking(touched)
	made := make([]*nodeSums, len(large))
	var workers sync.WaitGroup
	for i, place := range large {
		workers.Go(func() { made[i] = x.sum(place) })
	}
	workers.Wait()
	for i, place := range large {
		x.sums[place] = made[i]
	}
}

// count adds to the entries of a node and those above it.
func (x *Index) count(place area.Place, entries int, touched map[area.Place]bool) {
	for at := place; entries != 0 && at != area.Nowhere; at = x.Tree.Parent(at) {
		x.entries[at] += entries
		touched[at] = true
	}
}

// lacking are the nodes that are to keep sums, and do not yet, after the entries of some
// changed.
func (x *Index) lacking(touched map[area.Place]bool) (large []area.Place) {
	lack := map[area.Place]bool{}
	look := func(at area.Place, from int) {
		if x.entries[at] >= from && x.sums[at] == nil && !lack[at] {
			lack[at] = true
			large = append(large, at)
		}
	}
	for at := range touched {
		look(at, sumsFrom)
		if x.entries[at] >= manyTimes*sumsFrom {
			for _, child := range x.Tree.Children(at) {
				look(child, max(sumsFrom/ofChildren, 1))
			}
		}
	}
	return large
}

// sum makes the sums of a node.
func (x *Index) sum(place area.Place) *nodeSums {
	g := x.gather(place)
	for at := range x.Tree.Below(place) {
		g.book(at, x.books[at], 1)
	}
	return (*nodeSums)(nil).with(g)
}

// changeSums makes the sums after some books were others, which are given by place.
func (x *Index) changeSums(former map[area.Place]*book) {
	x.entries, x.sums = slices.Clone(x.entries), maps.Clone(x.sums)
	gatherings, touched := map[area.Place]*gathering{}, map[area.Place]bool{}
	for place, before := range former {
		after := x.books[place]
		x.count(place, after.length()-before.length(), touched)
		for at := place; at != area.Nowhere; at = x.Tree.Parent(at) {
			if x.sums[at] == nil {
				continue
			}
			if gatherings[at] == nil {
				gatherings[at] = x.gather(at)
			}
			gatherings[at].book(place, before, -1)
			gatherings[at].book(place, after, 1)
		}
	}
	for place, g := range gatherings {
		x.sums[place] = x.sums[place].with(g)
	}
	for _, place := range x.lacking(touched) {
		x.sums[place] = x.sum(place)
	}
}
