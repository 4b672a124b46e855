package coverage

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// curves are all figures of one slot, or of all slots together.
type curves [counters]curve

func (c *curves) on(day calendar.Day) Figures {
	var figures Figures
	for which := range figureCounters {
		if c[which].changes() > 0 {
			figures.add(counter(which), c[which].at(day))
		}
	}
	return figures
}

// slot is the figures of an entry at a level.
type slot struct {
	key    slotKey
	curves *curves
}

// sums are the figures of a node with all below it, over all days.
type sums struct {
	total  *curves
	slots  []slot // by key
	orders orderCurves
	runs   *runs // of all below that are not kept by a node further down; nil where none are kept
}

// with returns the sums with events, which are summed, added.
func (s *sums) with(changes gathered) *sums {
	next := &sums{total: &curves{}}
	if s != nil {
		*next.total = *s.total
		next.slots, next.orders, next.runs = slices.Clone(s.slots), s.orders, s.runs
	}
	next.orders = next.orders.with(changes.orders)
	events := changes.cells
	overall := make([]event, len(events))
	for i, e := range events {
		overall[i] = e.withoutSlot()
	}
	next.total.add(sum(overall))
	for len(events) > 0 {
		length := 1
		for length < len(events) && events[length].slot() == events[0].slot() {
			length++
		}
		next.slotToChange(events[0].slot()).add(events[:length])
		events = events[length:]
	}
	return next
}

// slotToChange returns a copy of the slot's curves in its place.
func (s *sums) slotToChange(key slotKey) *curves {
	i, found := slices.BinarySearchFunc(s.slots, key, compareSlot)
	copied := &curves{}
	if found {
		*copied = *s.slots[i].curves
		s.slots[i].curves = copied
	} else {
		s.slots = slices.Insert(s.slots, i, slot{key, copied})
	}
	return copied
}

func compareSlot(s slot, key slotKey) int { return int(s.key) - int(key) }

// add replaces the curves that the events change.
func (c *curves) add(events []event) {
	for len(events) > 0 {
		which, length := events[0].which(), 1
		for length < len(events) && events[length].which() == which {
			length++
		}
		c[which] = c[which].with(events[:length])
		events = events[length:]
	}
}

// added are sums with those of children added, which stay as they are.
func (s *sums) added(children []*sums, a *adding) *sums {
	if len(children) == 0 {
		return s
	}
	all := append([]*sums{s}, children...)
	next := &sums{total: addCurves(all, a, func(s *sums) *curves { return s.total }), orders: addOrders(all, a)}
	var keys []slotKey
	for _, s := range all {
		for i := range s.slots {
			keys = append(keys, s.slots[i].key)
		}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		next.slots = append(next.slots, slot{key, addCurves(all, a, func(s *sums) *curves { return s.slotOf(key) })})
	}
	return next
}

// slotOf are the curves of a slot, nil where there are none.
func (s *sums) slotOf(key slotKey) *curves {
	if i, found := slices.BinarySearchFunc(s.slots, key, compareSlot); found {
		return s.slots[i].curves
	}
	return nil
}

func addCurves(all []*sums, a *adding, of func(*sums) *curves) *curves {
	var parts [counters][]*curve
	for _, s := range all {
		if c := of(s); c != nil {
			for which := range c {
				parts[which] = append(parts[which], &c[which])
			}
		}
	}
	added := &curves{}
	for which := range added {
		added[which] = a.add(parts[which])
	}
	return added
}
