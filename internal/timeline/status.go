// Package timeline turns the facts of a cell into its history and its future:
// a short list of (from, status), evaluated only at the days on which something
// can change. Source: docs/design.md, "Status of a cell on date T".
package timeline

import "github.com/reliefgraph/reliefgraph/internal/calendar"

// Status is how a cell stands on a day.
type Status uint8

// The statuses.
const (
	// NotInForce: the cell has no status that day.
	NotInForce Status = iota
	Covered           // 已公开
	Pending           // 未到期
	Missing           // 空白
	Overdue           // 超期
	Stale             // 未及时更新
	Exempt            // 豁免
	// Statuses is how many there are, NotInForce among them.
	Statuses = 7
)

var statusNames = [Statuses]string{"", "COVERED", "PENDING", "MISSING", "OVERDUE", "STALE", "EXEMPT"}

func (s Status) String() string { return statusNames[s] }

// Gap tells whether the status is a gap (公开缺口).
func (s Status) Gap() bool { return s == Missing || s == Overdue || s == Stale }

// Span is a status from a day on, up to the next span of its cell.
type Span struct {
	From   calendar.Day
	Status Status
}

// At returns the index of the span that holds the day, -1 before the first.
func At(spans []Span, on calendar.Day) int {
	low, high := 0, len(spans)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if spans[middle].From <= on {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low - 1
}

// StatusOn returns the status on a day.
func StatusOn(spans []Span, on calendar.Day) Status {
	if at := At(spans, on); at >= 0 {
		return spans[at].Status
	}
	return NotInForce
}
