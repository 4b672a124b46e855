package coverage

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// curve is one figure over all days: from each of its days on, a count.
type curve struct {
	days   []uint16
	counts []int32
}

// at returns the count on a day.
func (c *curve) at(on calendar.Day) int {
	low, high := 0, len(c.days)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if calendar.Day(c.days[middle]) <= on {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return 0
	}
	return int(c.counts[low-1])
}

// with returns the curve with changes, which are by day, added. The curve
// itself stays as it was.
func (c *curve) with(changes []event) curve {
	next := curve{make([]uint16, 0, len(c.days)+len(changes)), make([]int32, 0, len(c.days)+len(changes))}
	added := 0
	put := func(on uint16, count int32) {
		before := int32(0)
		if last := len(next.counts) - 1; last >= 0 {
			before = next.counts[last]
		}
		if count != before {
			next.days, next.counts = append(next.days, on), append(next.counts, count)
		}
	}
	count := int32(0)
	i := 0
	for _, change := range changes {
		on := uint16(change.on())
		for ; i < len(c.days) && c.days[i] < on; i++ {
			count = c.counts[i]
			put(c.days[i], count+int32(added))
		}
		if i < len(c.days) && c.days[i] == on {
			count = c.counts[i]
			i++
		}
		added += change.change()
		put(on, count+int32(added))
	}
	for ; i < len(c.days); i++ {
		put(c.days[i], c.counts[i]+int32(added))
	}
	return next
}

// curves are all figures of one slot, or of all slots together.
type curves [counters]curve

func (c *curves) on(day calendar.Day) Figures {
	var figures Figures
	for which := range figureCounters {
		if len(c[which].days) > 0 {
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
	i, found := slices.BinarySearchFunc(s.slots, key, func(s slot, key slotKey) int { return int(s.key) - int(key) })
	copied := &curves{}
	if found {
		*copied = *s.slots[i].curves
		s.slots[i].curves = copied
	} else {
		s.slots = slices.Insert(s.slots, i, slot{key, copied})
	}
	return copied
}

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

// events gives back what the sums were made from.
func (s *sums) events() []event {
	var events []event
	for _, slot := range s.slots {
		for which := range slot.curves {
			c := &slot.curves[which]
			before := int32(0)
			for i, on := range c.days {
				events = append(events, newEvent(slot.key, counter(which), calendar.Day(on), int(c.counts[i]-before)))
				before = c.counts[i]
			}
		}
	}
	return events
}
