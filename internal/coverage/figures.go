// Package coverage is the index of all timelines in a server's memory: figures,
// gaps and changes of any node on any day. It does no input or output; the store
// feeds it. An index is not changed once made: Apply makes the next one, which
// shares what did not change. Source: docs/design.md, Figures and Over time.
package coverage

import (
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Figures count cells by status and duties by state, on one day.
type Figures struct {
	// Cells counts by status; those not in force are not counted.
	Cells [timeline.Statuses]int
	// Duties counts by state; those not opened are not counted.
	Duties [duty.States]int
}

// Plus adds other figures.
func (f *Figures) Plus(other *Figures) {
	for i := range f.Cells {
		f.Cells[i] += other.Cells[i]
	}
	for i := range f.Duties {
		f.Duties[i] += other.Duties[i]
	}
}

// Counted is how many cells and how many duties are counted.
func (f *Figures) Counted() (cells, duties int) {
	for _, count := range f.Cells {
		cells += count
	}
	for _, count := range f.Duties {
		duties += count
	}
	return cells, duties
}

// Required is how many cells are in force and not exempt (应公开).
func (f *Figures) Required() int {
	return f.Cells[timeline.Covered] + f.Cells[timeline.Pending] + f.Gaps()
}

// Gaps is how many cells are a gap.
func (f *Figures) Gaps() int {
	return f.Cells[timeline.Missing] + f.Cells[timeline.Overdue] + f.Cells[timeline.Stale]
}

// CoverageRate is covered ÷ (required − pending); ok is false when that is 0.
func (f *Figures) CoverageRate() (rate float64, ok bool) {
	return ratio(f.Cells[timeline.Covered], f.Required()-f.Cells[timeline.Pending])
}

// OnTimeRate is onTime ÷ (onTime + late + overdue); ok is false when that is 0.
func (f *Figures) OnTimeRate() (rate float64, ok bool) {
	onTime := f.Duties[duty.OnTime]
	return ratio(onTime, onTime+f.Duties[duty.Late]+f.Duties[duty.Overdue])
}

// Punctuality counts the duties of which it was decided between two days how they were
// kept: done in time, or their due day went by.
type Punctuality struct{ OnTime, Missed int }

// PunctualitySince compares figures with those of an earlier day. A duty that is done
// after its due day only passes from overdue to late, so it was decided before.
func (f *Figures) PunctualitySince(before *Figures) Punctuality {
	missed := func(of *Figures) int { return of.Duties[duty.Late] + of.Duties[duty.Overdue] }
	return Punctuality{f.Duties[duty.OnTime] - before.Duties[duty.OnTime], missed(f) - missed(before)}
}

// OnTimeRate is onTime ÷ (onTime + missed); ok is false when that is 0.
func (p Punctuality) OnTimeRate() (rate float64, ok bool) { return ratio(p.OnTime, p.OnTime+p.Missed) }

// Zero tells whether nothing is counted.
func (f *Figures) Zero() bool { return *f == Figures{} }

func ratio(part, whole int) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

// counter numbers the figures: the statuses from 0 on, then the states, then
// what is listed.
type counter uint8

const (
	figureCounters = timeline.Statuses - 1 + duty.States - 1
	counters       = figureCounters + timeline.ListKinds
)

func listCounter(kind timeline.ListKind) counter { return figureCounters + counter(kind) }

func statusCounter(status timeline.Status) counter { return counter(status) - 1 }

func stateCounter(state duty.State) counter { return counter(timeline.Statuses-1+state) - 1 }

func (f *Figures) add(which counter, count int) {
	if which < timeline.Statuses-1 {
		f.Cells[which+1] += count
		return
	}
	f.Duties[which-(timeline.Statuses-1)+1] += count
}
