package calendar

import (
	"fmt"
	"time"
)

// LimitKind is how a catalog's time limit is counted.
type LimitKind uint8

// The kinds of limit.
const (
	// WorkingDays counts working days: 20个工作日.
	WorkingDays LimitKind = iota
	// CalendarDays counts every day.
	CalendarDays
	// Hours is rounded up to whole days for a cell's status.
	Hours
	// Prompt is 及时: the law names no number, so there is no due day.
	Prompt
	// WithSource is 同步: due when the document that it interprets is published.
	WithSource
)

var limitKindNames = [...]string{"WORKING_DAYS", "CALENDAR_DAYS", "HOURS", "PROMPT", "WITH_SOURCE"}

func (k LimitKind) String() string { return limitKindNames[k] }

// ParseLimitKind reads the catalog's word.
func ParseLimitKind(text string) (LimitKind, bool) {
	for kind, name := range limitKindNames {
		if name == text {
			return LimitKind(kind), true
		}
	}
	return 0, false
}

// Anchor is the day of a document from which a limit counts.
type Anchor uint8

// The anchors.
const (
	// Formed is 成文: the day the document was made.
	Formed Anchor = iota
	// Issued is 印发: the day it was sent out, or formed where that is not known.
	Issued
)

var anchorNames = [...]string{"FORMED", "ISSUED"}

func (a Anchor) String() string { return anchorNames[a] }

// ParseAnchor reads the catalog's word; the empty text is FORMED.
func ParseAnchor(text string) (Anchor, bool) {
	switch text {
	case "", "FORMED":
		return Formed, true
	case "ISSUED":
		return Issued, true
	}
	return Formed, false
}

// unknown is the panic of a kind that a switch does not know: it was added
// without the rules that it needs.
func unknown[T ~uint8](of string, kind T) string {
	return fmt.Sprintf("calendar: no rule for a %s of kind %d", of, uint8(kind))
}

// Limit is a catalog's time limit.
type Limit struct {
	Kind LimitKind
	// N is the number of working days, days or hours; nil where the catalog gives none.
	N      *int
	Anchor Anchor
}

// Number returns N, 0 where it is not given.
func (l Limit) Number() int {
	if l.N == nil {
		return 0
	}
	return *l.N
}

// String says the limit in the catalog's words: 20 WORKING_DAYS after FORMED.
func (l Limit) String() string {
	if !l.counts() {
		return l.Kind.String()
	}
	return fmt.Sprintf("%d %s after %s", l.Number(), l.Kind, l.Anchor)
}

// counts tells whether the limit is a number of days or hours.
func (l Limit) counts() bool {
	switch l.Kind {
	case WorkingDays, CalendarDays, Hours:
		return true
	case Prompt, WithSource:
		return false
	}
	panic(unknown("limit", l.Kind))
}

// Longer tells whether the limit leaves more time than another, where both
// count; the days from which they count are not compared. Limits of different
// kinds are compared by days: five working days are a week, whatever holidays
// there are.
func (l Limit) Longer(than Limit) (longer, counted bool) {
	switch {
	case !l.counts() || !than.counts():
		return false, false
	case l.Kind == than.Kind:
		return l.Number() > than.Number(), true
	}
	return l.fifthsOfDays() > than.fifthsOfDays(), true
}

func (l Limit) fifthsOfDays() int {
	switch l.Kind {
	case WorkingDays:
		return 7 * l.Number()
	case CalendarDays:
		return 5 * l.Number()
	case Hours:
		return 5 * ((l.Number() + 23) / 24)
	case Prompt, WithSource: // do not count
		return 0
	}
	panic(unknown("limit", l.Kind))
}

// Instant is when a limit in hours ends, counted from the end of the anchor
// day; zero for other limits.
func (l Limit) Instant(anchor Day) time.Time {
	if l.Kind != Hours {
		return time.Time{}
	}
	return (anchor + 1).Time().Add(time.Duration(l.Number()) * time.Hour)
}

// Deadline is a due day with what it was counted from.
type Deadline struct {
	From Day
	// Due is Never where the limit names no number (PROMPT, WITH_SOURCE).
	Due Day
	// WorkingDays is how many working days were counted, -1 for other limits.
	WorkingDays int
	// Provisional: a day counted lies in a year whose arrangement is not loaded.
	Provisional bool
}

// Deadline counts a limit from a day. WITH_SOURCE has no due day here: it is
// another document's publication day, which the duty knows.
func (c *Calendar) Deadline(from Day, limit Limit) Deadline {
	due := func(on Day) Deadline { return Deadline{From: from, Due: on, WorkingDays: -1} }
	switch limit.Kind {
	case WorkingDays:
		return c.WorkingDeadline(from, limit.Number())
	case CalendarDays:
		return due(from + Day(limit.Number()))
	case Hours:
		return due(from + Day((limit.Number()+23)/24))
	case Prompt, WithSource:
		return due(Never)
	}
	panic(unknown("limit", limit.Kind))
}

// WorkingDeadline is the n-th working day after a day.
func (c *Calendar) WorkingDeadline(from Day, n int) Deadline {
	due := c.AddWorkingDays(from, n)
	return Deadline{From: from, Due: due, WorkingDays: n, Provisional: c.Provisional(from, due)}
}
