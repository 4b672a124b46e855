package coverage

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Nodes with very many cells keep their gaps in the order of their first days, so that
// the oldest or newest on a day are found without walking every cell. Each gap is kept
// once: by the lowest such node that it lies under.

// run is the unbroken run of a cell's status that is a gap, but for its first day: 30 bits
// of place, 16 of entry and level, 2 of status and 16 of the day after its last.
type run uint64

const (
	runEndBits    = 16
	runStatusBits = 2
	runSlotBits   = 16
)

func newRun(place area.Place, slot slotKey, status timeline.Status, end calendar.Day) run {
	return run(place)<<(runSlotBits+runStatusBits+runEndBits) | run(slot)<<(runStatusBits+runEndBits) |
		run(status-timeline.Missing)<<runEndBits | run(end)
}

func (r run) place() area.Place { return area.Place(r >> (runSlotBits + runStatusBits + runEndBits)) }

func (r run) slot() slotKey { return slotKey(r >> (runStatusBits + runEndBits)) }

func (r run) status() timeline.Status {
	return timeline.Missing + timeline.Status(r>>runEndBits&(1<<runStatusBits-1))
}

// end is the day after the last one.
func (r run) end() calendar.Day { return calendar.Day(r & (1<<runEndBits - 1)) }

// datedRun is a run with its first day.
type datedRun struct {
	since calendar.Day
	run   run
}

// runs are many, by first day, then by publisher and entry code.
type runs struct {
	list []run
	days []runsFrom
}

// runsFrom are the runs that begin on a day.
type runsFrom struct {
	since      uint16
	last       uint16 // the end of those that end last
	begin, end int32  // where they are in the list
}

// runsEnd is the end of what does not end. A run of so late a first day is not kept: no
// list may be asked for that has it.
const runsEnd = 1<<runEndBits - 1

// runsOfCell adds a cell's runs.
func runsOfCell(runs []datedRun, at area.Place, level area.Level, c *cell) []datedRun {
	for i := range int(c.spans) {
		span := c.span(i)
		if !span.Status.Gap() || span.From >= runsEnd {
			continue
		}
		end := calendar.Day(runsEnd)
		if i+1 < int(c.spans) {
			end = min(end, c.span(i+1).From)
		}
		runs = append(runs, datedRun{span.From, newRun(at, slotOf(c.entry, level), span.Status, end)})
	}
	return runs
}

// newRuns orders runs that are by publisher and entry code.
func newRuns(all []datedRun) *runs {
	r := &runs{list: make([]run, len(all))}
	var ends [runsEnd]int32
	for _, one := range all {
		ends[one.since]++
	}
	sum := int32(0)
	for since, count := range ends[:] {
		ends[since] = sum // where those of the day begin, then where the next is put
		if sum += count; count > 0 {
			r.days = append(r.days, runsFrom{since: uint16(since), begin: ends[since], end: sum})
		}
	}
	for _, one := range all {
		r.list[ends[one.since]] = one.run
		ends[one.since]++
	}
	r.days = slices.Clip(r.days)
	for i := range r.days {
		r.days[i].last = lastEnd(r.list[r.days[i].begin:r.days[i].end])
	}
	return r
}

func lastEnd(of []run) (last uint16) {
	for _, one := range of {
		last = max(last, uint16(one.end()))
	}
	return last
}

// with returns the runs without some and with others.
func (r *runs) with(gone, come []datedRun, compare func(a, b run) int) *runs {
	next := &runs{list: make([]run, 0, len(r.list)+len(come)-len(gone)), days: make([]runsFrom, 0, len(r.days)+len(come))}
	dated := func(a, b datedRun) int { return cmp.Or(cmp.Compare(a.since, b.since), compare(a.run, b.run)) }
	slices.SortFunc(gone, dated)
	slices.SortFunc(come, dated)
	for i := 0; i < len(r.days) || len(come) > 0; {
		var of []run
		since, last := calendar.Day(runsEnd), uint16(0)
		if i < len(r.days) {
			since, last, of = calendar.Day(r.days[i].since), r.days[i].last, r.list[r.days[i].begin:r.days[i].end]
		}
		if len(come) > 0 && come[0].since < since {
			since, of = come[0].since, nil
		} else {
			i++
		}
		begin, changed := len(next.list), false
		for _, one := range of {
			for ; len(come) > 0 && come[0].since == since && compare(come[0].run, one) < 0; come = come[1:] {
				next.list, changed = append(next.list, come[0].run), true
			}
			if len(gone) > 0 && gone[0].since == since && gone[0].run == one {
				gone, changed = gone[1:], true
				continue
			}
			next.list = append(next.list, one)
		}
		for ; len(come) > 0 && come[0].since == since; come = come[1:] {
			next.list, changed = append(next.list, come[0].run), true
		}
		if changed {
			last = lastEnd(next.list[begin:])
		}
		if len(next.list) > begin {
			next.days = append(next.days, runsFrom{uint16(since), last, int32(begin), int32(len(next.list))})
		}
	}
	return next
}

// runsAsked are the runs that are walked.
type runsAsked struct {
	first, last           calendar.Day // on which they begin
	endsAfter, endsBefore calendar.Day
	wanted                *wantedGaps
	// By first day, and those of one day by publisher and entry code.
	daysDescending, runsDescending bool
}

// runsOn are those that hold a day.
func runsOn(on calendar.Day, wanted *wantedGaps) runsAsked {
	return runsAsked{last: on, endsAfter: on, endsBefore: calendar.Never, wanted: wanted}
}

func (a *runsAsked) has(r run) bool {
	end := r.end()
	return end > a.endsAfter && end < a.endsBefore && a.wanted.hasRun(r)
}

// walk walks the runs that are asked for.
func (r *runs) walk(asked *runsAsked) iter.Seq2[calendar.Day, run] {
	return func(yield func(calendar.Day, run) bool) {
		for n, days := 0, r.between(asked.first, asked.last); n < len(days); n++ {
			day := &days[n]
			if asked.daysDescending {
				day = &days[len(days)-1-n]
			}
			if calendar.Day(day.last) <= asked.endsAfter {
				continue
			}
			of := r.list[day.begin:day.end]
			for i := range of {
				one := of[i]
				if asked.runsDescending {
					one = of[len(of)-1-i]
				}
				if asked.has(one) && !yield(calendar.Day(day.since), one) {
					return
				}
			}
		}
	}
}

// count counts them.
func (r *runs) count(asked *runsAsked) (count int) {
	for _, day := range r.between(asked.first, asked.last) {
		if calendar.Day(day.last) <= asked.endsAfter {
			continue
		}
		for _, one := range r.list[day.begin:day.end] {
			if asked.has(one) {
				count++
			}
		}
	}
	return count
}

// between are the runs by those first days that lie between two.
func (r *runs) between(first, last calendar.Day) []runsFrom {
	from := func(day calendar.Day) int {
		return sort.Search(len(r.days), func(i int) bool { return calendar.Day(r.days[i].since) >= day })
	}
	if last < first {
		return nil
	}
	return r.days[from(first):from(last+1)]
}

// compareRuns orders those of one day.
func (x *Index) compareRuns(a, b run) int {
	return cmp.Or(
		cmp.Compare(a.place(), b.place()),
		strings.Compare(x.entries.codes[a.slot().entry()], x.entries.codes[b.slot().entry()]),
	)
}

// keepRuns makes the runs that a node keeps: those of the cells of all below it that no
// node below it keeps.
func (x *Index) keepRuns(place area.Place) *runs {
	var places []area.Place
	if slices.ContainsFunc(x.children[place], x.hasRuns) {
		places = append(places, place)
		for _, child := range x.children[place] {
			if !x.hasRuns(child) {
				places = slices.AppendSeq(places, x.Tree.Below(child))
			}
		}
		slices.Sort(places)
	} else {
		places = slices.AppendSeq(places, x.Tree.Below(place))
	}
	var all []datedRun
	for _, at := range places {
		if r := x.rows.at(at); r != nil {
			level := x.Tree.Node(at).Level
			for _, c := range r.cells {
				all = runsOfCell(all, at, level, c)
			}
		}
	}
	return newRuns(all)
}

// standingOf is a run's gap.
func (x *Index) standingOf(since calendar.Day, r run) Standing {
	return Standing{r.place(), x.entries.codes[r.slot().entry()], r.status(), since}
}

// cellOf is the cell of a run.
func (x *Index) cellOf(r run) *cell { return x.rows.at(r.place()).cell(r.slot().entry()) }

// hasRuns tells whether a node keeps runs.
func (x *Index) hasRuns(place area.Place) bool {
	return x.sums.at(place) != nil && x.sums.at(place).runs != nil
}

// runsKept walks the sums of a node, and of those below it, that keep runs; where one
// has nothing that is wanted those below it are left out.
func (x *Index) runsKept(until Until, place area.Place, wanted func(*sums) bool) iter.Seq[*sums] {
	return func(yield func(*sums) bool) {
		var below func(area.Place) bool
		below = func(at area.Place) bool {
			switch {
			case until.Err() != nil:
				return false
			case !wanted(x.sums.at(at)):
				return true
			case !yield(x.sums.at(at)):
				return false
			}
			for _, child := range x.children[at] {
				if x.hasRuns(child) && !below(child) {
					return false
				}
			}
			return true
		}
		if x.hasRuns(place) {
			below(place)
		}
	}
}
