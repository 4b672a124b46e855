package coverage

import (
	"math"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// curve is one figure over all days: from each of its days on, a count.
type curve struct {
	// numbers are the days, then the counts: one number each, of wide curves two, the
	// higher part first. Most nodes that keep sums have less than 65,536 cells.
	numbers []uint16
	wide    bool
}

// newCurve takes the days and the counts from each of them on.
func newCurve(days []uint16, counts []int32) curve {
	c := curve{}
	for _, count := range counts {
		c.wide = c.wide || count < 0 || count > math.MaxUint16
	}
	size := 2 * len(days)
	if c.wide {
		size = 3 * len(days)
	}
	if size == 0 {
		return c
	}
	c.numbers = append(make([]uint16, 0, size), days...)
	for _, count := range counts {
		if c.wide {
			c.numbers = append(c.numbers, uint16(uint32(count)>>16))
		}
		c.numbers = append(c.numbers, uint16(uint32(count)))
	}
	return c
}

// changes is how often the count changes.
func (c *curve) changes() int {
	if c.wide {
		return len(c.numbers) / 3
	}
	return len(c.numbers) / 2
}

// count is that from the i-th day on.
func (c *curve) count(i int) int32 {
	if !c.wide {
		return int32(c.numbers[len(c.numbers)/2+i])
	}
	of := c.numbers[len(c.numbers)/3+2*i:]
	return int32(uint32(of[0])<<16 | uint32(of[1]))
}

// at returns the count on a day.
func (c *curve) at(on calendar.Day) int {
	changes := countUntil(c.numbers[:c.changes()], on)
	if changes == 0 {
		return 0
	}
	return int(c.count(changes - 1))
}

// countUntil counts the days, which are in order, up to a day.
func countUntil(days []uint16, by calendar.Day) int {
	low, high := 0, len(days)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if calendar.Day(days[middle]) <= by {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// with returns the curve with changes, which are by day, added. The curve
// itself stays as it was.
func (c *curve) with(changes []event) curve {
	length := c.changes()
	days, counts := make([]uint16, 0, length+len(changes)), make([]int32, 0, length+len(changes))
	added := int32(0)
	put := func(on uint16, count int32) {
		before := int32(0)
		if last := len(counts) - 1; last >= 0 {
			before = counts[last]
		}
		if count != before {
			days, counts = append(days, on), append(counts, count)
		}
	}
	count, i := int32(0), 0
	for _, change := range changes {
		on := uint16(change.on())
		for ; i < length && c.numbers[i] < on; i++ {
			count = c.count(i)
			put(c.numbers[i], count+added)
		}
		if i < length && c.numbers[i] == on {
			count = c.count(i)
			i++
		}
		added += int32(change.change())
		put(on, count+added)
	}
	for ; i < length; i++ {
		put(c.numbers[i], c.count(i)+added)
	}
	return newCurve(days, counts)
}

// adding adds curves up, by the changes of each day.
type adding struct {
	changes [calendar.Last + 1]int32
	days    []uint16
	counts  []int32
}

// add returns the sum of curves. A sum of one is that one.
func (a *adding) add(curves []*curve) curve {
	var only *curve
	some := 0
	first, last := calendar.Last, calendar.Day(-1)
	for _, c := range curves {
		if length := c.changes(); length > 0 {
			only, some = c, some+1
			first, last = min(first, calendar.Day(c.numbers[0])), max(last, calendar.Day(c.numbers[length-1]))
		}
	}
	if some == 0 {
		return curve{}
	}
	if some == 1 {
		return *only
	}
	for _, c := range curves {
		before := int32(0)
		for i := range c.changes() {
			count := c.count(i)
			a.changes[c.numbers[i]] += count - before
			before = count
		}
	}
	a.days, a.counts = a.days[:0], a.counts[:0]
	count := int32(0)
	for on := first; on <= last; on++ {
		if a.changes[on] != 0 {
			count += a.changes[on]
			a.changes[on] = 0
			a.days, a.counts = append(a.days, uint16(on)), append(a.counts, count)
		}
	}
	return newCurve(a.days, a.counts)
}
