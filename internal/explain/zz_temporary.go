package explain

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

type Locale uint8

const (
	Chinese Locale = iota
	English
)

type GapFacts struct {
	Publisher *area.Node
	Entry     *catalog.Entry
	Reason    *timeline.Reason
	On, Since calendar.Day
	Days      *calendar.Calendar
	Document  func(ref string) (title, number string)
}

func Gap(l Locale, g GapFacts) string                                            { return "x" }
func Rule(l Locale, r *timeline.Reason) string                                   { return "x" }
func Cause(l Locale, c timeline.Cause, title func(string) string) string         { return "x" }
func DayNote(l Locale, d calendar.TracedDay) string                              { return "x" }
func NotRanked(l Locale, r coverage.NotRanked, f coverage.Figures, n int) string { return "x" }
