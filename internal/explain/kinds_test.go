package explain

import (
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

const unknown = 99 // a kind that nobody wrote words for

// said is a text, or that there are no words.
func said(say func() string) (text string, worded bool) {
	defer func() {
		if fault := recover(); fault != nil {
			text, worded = fmt.Sprint(fault), false
		}
	}()
	return say(), true
}

// TestEveryKindHasWordsOfItsOwn: each kind is explained, no two alike, and one
// without words is never explained as another.
func TestEveryKindHasWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	dutyOf := func(kind int) *duty.Duty {
		return &duty.Duty{Kind: duty.Kind(kind), Title: "t", Ref: "r", Period: calendar.Period{Every: calendar.Annual, Ordinal: 2024}}
	}
	place, entry := &area.Node{Name: "n"}, &catalog.Entry{Item: "e"}
	rule := &catalog.Rule{Entry: entry, Catalog: &catalog.Effective{Catalog: &catalog.Catalog{Title: "c"}}}
	gaps := []int{int(timeline.Missing), int(timeline.Overdue), int(timeline.Stale)}
	gap := func(status int) *GapFacts {
		return &GapFacts{Publisher: place, Entry: entry, Reason: &timeline.Reason{
			Status: timeline.Status(status), Run: &catalog.Run{}, Began: rule, Rule: rule, Duty: dutyOf(int(duty.Document)),
		}}
	}
	first, last := calendar.Date(2024, 1, 1), calendar.Date(2024, 2, 1)
	for _, w := range []*words{&zh, &en} {
		for name, c := range map[string]struct {
			kinds []int
			say   func(kind int) string
			alike bool // some kinds rightly share their words
		}{
			"limit": {kindsTo(int(calendar.WithSource)), func(kind int) string {
				return w.limit(calendar.Limit{Kind: calendar.LimitKind(kind)})
			}, false},
			"anchor": {kindsTo(int(calendar.Issued)), func(kind int) string {
				d := &duty.Duty{Rule: &catalog.Rule{Entry: &catalog.Entry{Limit: calendar.Limit{Anchor: calendar.Anchor(kind)}}}}
				return w.document1("p", "e", "d", d)
			}, false},
			"period": {[]int{int(calendar.Annual), int(calendar.Semiannual), int(calendar.Quarterly), int(calendar.Monthly)}, func(kind int) string {
				return w.period(calendar.PeriodOf(first, calendar.Periodicity(kind)))
			}, false},
			"day": {kindsTo(int(calendar.MakeUpDay)), func(kind int) string {
				return w.note(calendar.TracedDay{Reason: calendar.DayReason(kind), Holiday: "春节"})
			}, false},
			"duty": {kindsTo(int(duty.Relief)), func(kind int) string {
				return sentence(w, &GapFacts{Publisher: place, Entry: entry, Reason: &timeline.Reason{Status: timeline.Overdue, Duty: dutyOf(kind)}})
			}, false},
			"act": {kindsTo(int(duty.Relief)), func(kind int) string {
				return act(w, &GapFacts{Reason: &timeline.Reason{Status: timeline.Overdue, Duty: dutyOf(kind)}})
			}, false},
			"gap":          {gaps, func(kind int) string { return sentence(w, gap(kind)) }, false},
			"act on a gap": {gaps, func(kind int) string { return act(w, gap(kind)) }, false},
			"owed": {[]int{int(duty.Response), int(duty.Relief)}, func(kind int) string {
				return w.owed(dutyOf(kind))
			}, false},
			"overdue": {kindsTo(int(duty.Relief)), func(kind int) string {
				return w.cause(timeline.Cause{Kind: timeline.DutyOverdue, Duty: dutyOf(kind)}, "d")
			}, true},
			"cause": {kindsTo(int(timeline.RunEnded)), func(kind int) string {
				return w.cause(timeline.Cause{Kind: timeline.CauseKind(kind), Rule: rule}, "d")
			}, false},
			"rank": {[]int{int(coverage.TooFewCells), int(coverage.NothingCounts)}, func(kind int) string {
				return w.notRanked(coverage.NotRanked(kind), 1, 2)
			}, false},
			"discrepancy": {kindsTo(int(relief.Unmatched)), func(kind int) string {
				d := &relief.Discrepancy{Kind: relief.DiscrepancyKind(kind), Last: first, Due: last, Movements: make([]relief.Recorded, 1)}
				return w.discrepancy(place, d)
			}, false},
		} {
			texts := map[string]int{}
			for _, kind := range c.kinds {
				text, worded := said(func() string { return c.say(kind) })
				if !worded || text == "" && name != "day" {
					t.Errorf("%s %d: %q", name, kind, text)
				}
				if other, twice := texts[text]; twice && !c.alike {
					t.Errorf("%s %d is explained as %d: %q", name, kind, other, text)
				}
				texts[text] = kind
			}
			// The rules of the domain may be the first not to know it.
			text, worded := said(func() string { return c.say(unknown) })
			if worded || !strings.Contains(text, "there are no words for") && !strings.Contains(text, "no rule for") {
				t.Errorf("%s: an unknown kind is explained as %q", name, text)
			}
		}
		for kind := range kindsTo(int(duty.Relief)) {
			if w.dutyOf[duty.Kind(kind)] == "" || w.article[duty.Kind(kind)] == "" {
				t.Errorf("duties of kind %d have no rule or no article", kind)
			}
		}
		for status := range timeline.Statuses {
			if s := timeline.Status(status); s.Gap() && (w.status[s] == "" || w.rule[s] == "") {
				t.Errorf("%s has no word", s)
			}
		}
	}
	for class := range relief.Classes {
		if zhClasses[class] == "" || enClasses[class] == "" {
			t.Errorf("class %d has no words", class)
		}
	}
	if text, worded := said(func() string { return DayNote(unknown, calendar.TracedDay{Reason: calendar.Weekend}) }); worded {
		t.Errorf("an unknown language is written as %q", text)
	}
}

// kindsTo are the kinds from 0 to the last.
func kindsTo(last int) []int {
	kinds := make([]int, last+1)
	for kind := range kinds {
		kinds[kind] = kind
	}
	return kinds
}
