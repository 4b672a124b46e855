package duty_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
)

const none = calendar.None

// The examples reckon by hand in 2024, whose 1 January is a Monday; no
// arrangement is loaded, so that Monday to Friday are worked.
func jan(day int) calendar.Day { return calendar.Date(2024, 1, day) }

func limit(kind calendar.LimitKind, n int, anchor calendar.Anchor) calendar.Limit {
	l := calendar.Limit{Kind: kind, Anchor: anchor}
	if kind != calendar.Prompt && kind != calendar.WithSource {
		l.N = &n
	}
	return l
}

// ruled is a cell with one run and one rule.
func ruled(from, to calendar.Day, entry catalog.Entry) *catalog.Cell {
	span := calendar.Span{From: from, To: to.OrNever()}
	entry.Code = "1.1"
	return &catalog.Cell{
		PublisherCode: "1/yj", EntryCode: entry.Code, Runs: []catalog.Run{{Span: span}},
		Rules: []catalog.Rule{{Span: span, Entry: &entry, Catalog: &catalog.Effective{Catalog: &catalog.Catalog{Code: "A"}}}},
	}
}

// told lists the duties opened by the end of 2025 by their three days.
func told(facts *duty.Facts) string {
	days := calendar.New(nil)
	duties := duty.Of(facts, days)
	var list []string
	for _, d := range duties.OpenedBy(calendar.Date(2025, 12, 31), days) {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s due %s done %s", d.Kind, d.Name(), d.OpenedOn, d.DueOn, d.FulfilledOn)))
	}
	return strings.Join(list, "; ")
}

// TestDocument: "opens on the first day D whose own rule anchors there", "takes the
// rule of that day"; due the limit after it; fulfilled on its published_on.
func TestDocument(t *testing.T) {
	t.Parallel()
	exempted := ruled(jan(1), none, catalog.Entry{Limit: limit(calendar.WorkingDays, 3, calendar.Formed)})
	exempted.Exemptions = []calendar.Span{{From: jan(9), To: jan(10)}}
	// Formed up to 10 January, issued from the 11th on.
	twoRules := ruled(jan(1), none, catalog.Entry{})
	second := catalog.Entry{Code: "1.1", Limit: limit(calendar.CalendarDays, 1, calendar.Issued)}
	first := catalog.Entry{Code: "1.1", Limit: limit(calendar.CalendarDays, 10, calendar.Formed)}
	twoRules.Rules = []catalog.Rule{
		{
			Span:  calendar.Span{From: jan(1), To: jan(10)},
			Entry: &first,
		},
		{Span: calendar.Span{From: jan(11), To: calendar.Never}, Entry: &second},
	}
	turnedRound := ruled(jan(1), none, catalog.Entry{})
	turnedRound.Rules = []catalog.Rule{
		{
			Span:  calendar.Span{From: jan(1), To: jan(10)},
			Entry: &second,
		},
		{Span: calendar.Span{From: jan(11), To: calendar.Never}, Entry: &first},
	}
	with := func(kind calendar.LimitKind, n int, anchor calendar.Anchor) *catalog.Cell {
		return ruled(jan(1), jan(20), catalog.Entry{Limit: limit(kind, n, anchor)})
	}
	for name, c := range map[string]struct {
		cell     *catalog.Cell
		document disclosure.Disclosure
		want     string
	}{
		"working days":             {with(calendar.WorkingDays, 3, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10)}, "DOCUMENT d 2024-01-10 due 2024-01-15 done"},
		"on a Saturday":            {with(calendar.WorkingDays, 1, calendar.Formed), disclosure.Disclosure{FormedOn: jan(6)}, "DOCUMENT d 2024-01-06 due 2024-01-08 done"},
		"no days":                  {with(calendar.WorkingDays, 0, calendar.Formed), disclosure.Disclosure{FormedOn: jan(6)}, "DOCUMENT d 2024-01-06 due 2024-01-06 done"},
		"calendar days":            {with(calendar.CalendarDays, 3, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10), PublishedOn: jan(5)}, "DOCUMENT d 2024-01-10 due 2024-01-13 done 2024-01-05"},
		"24 hours":                 {with(calendar.Hours, 24, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10)}, "DOCUMENT d 2024-01-10 due 2024-01-11 done"},
		"25 hours":                 {with(calendar.Hours, 25, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10)}, "DOCUMENT d 2024-01-10 due 2024-01-12 done"},
		"prompt":                   {with(calendar.Prompt, 0, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10)}, "DOCUMENT d 2024-01-10 due  done"},
		"with a source":            {with(calendar.WithSource, 0, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10), InterpretsRef: "s"}, "DOCUMENT d 2024-01-10 due 2024-01-04 done"},
		"with none":                {with(calendar.WithSource, 0, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10)}, "DOCUMENT d 2024-01-10 due  done"},
		"with one unknown":         {with(calendar.WithSource, 0, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10), InterpretsRef: "x"}, "DOCUMENT d 2024-01-10 due  done"},
		"with one unpublished":     {with(calendar.WithSource, 0, calendar.Formed), disclosure.Disclosure{FormedOn: jan(10), InterpretsRef: "u"}, "DOCUMENT d 2024-01-10 due  done"},
		"issued":                   {with(calendar.CalendarDays, 3, calendar.Issued), disclosure.Disclosure{FormedOn: jan(5), IssuedOn: jan(10)}, "DOCUMENT d 2024-01-10 due 2024-01-13 done"},
		"not known to be issued":   {with(calendar.CalendarDays, 3, calendar.Issued), disclosure.Disclosure{FormedOn: jan(5)}, "DOCUMENT d 2024-01-05 due 2024-01-08 done"},
		"without an anchor":        {with(calendar.CalendarDays, 3, calendar.Formed), disclosure.Disclosure{IssuedOn: jan(5), PublishedOn: jan(6)}, ""},
		"nil":                      {with(calendar.CalendarDays, 3, calendar.Formed), disclosure.Disclosure{FormedOn: jan(5), Nil: true, RequiresInterpretation: true, PublishedOn: jan(6)}, ""},
		"first day in force":       {with(calendar.CalendarDays, 3, calendar.Formed), disclosure.Disclosure{FormedOn: jan(1)}, "DOCUMENT d 2024-01-01 due 2024-01-04 done"},
		"its eve":                  {with(calendar.CalendarDays, 3, calendar.Formed), disclosure.Disclosure{FormedOn: jan(1) - 1}, ""},
		"last day in force":        {with(calendar.CalendarDays, 3, calendar.Formed), disclosure.Disclosure{FormedOn: jan(20)}, "DOCUMENT d 2024-01-20 due 2024-01-23 done"},
		"the day after":            {with(calendar.CalendarDays, 3, calendar.Formed), disclosure.Disclosure{FormedOn: jan(21)}, ""},
		"day before exempt":        {exempted, disclosure.Disclosure{FormedOn: jan(8)}, "DOCUMENT d 2024-01-08 due 2024-01-11 done"},
		"first day exempt":         {exempted, disclosure.Disclosure{FormedOn: jan(9)}, ""},
		"last day exempt":          {exempted, disclosure.Disclosure{FormedOn: jan(10)}, ""},
		"day after exempt":         {exempted, disclosure.Disclosure{FormedOn: jan(11)}, "DOCUMENT d 2024-01-11 due 2024-01-16 done"},
		"formed, then issued":      {twoRules, disclosure.Disclosure{FormedOn: jan(10), IssuedOn: jan(11)}, "DOCUMENT d 2024-01-10 due 2024-01-20 done"},
		"formed too late":          {twoRules, disclosure.Disclosure{FormedOn: jan(11), IssuedOn: jan(13)}, "DOCUMENT d 2024-01-13 due 2024-01-14 done"},
		"issued too soon":          {twoRules, disclosure.Disclosure{FormedOn: jan(11), IssuedOn: jan(10)}, ""},
		"issued soon, then formed": {twoRules, disclosure.Disclosure{FormedOn: jan(9), IssuedOn: jan(8)}, "DOCUMENT d 2024-01-09 due 2024-01-19 done"},
		"issued, then formed":      {turnedRound, disclosure.Disclosure{FormedOn: jan(12), IssuedOn: jan(8)}, "DOCUMENT d 2024-01-08 due 2024-01-09 done"},
		// "PROACTIVE from that day: a DOCUMENT duty anchored there", published "the later
		// of that and its first disclose review".
		"not proactive": {
			with(calendar.CalendarDays, 3, calendar.Formed),
			disclosure.Disclosure{Attribute: disclosure.OnRequest, FormedOn: jan(5), PublishedOn: jan(6), RequiresInterpretation: true},
			"REVIEW d 2025-01-01 due 2025-12-31 done",
		},
		"disclosed later": {
			with(calendar.CalendarDays, 3, calendar.Issued),
			disclosure.Disclosure{Attribute: disclosure.NotDisclosed, PublishedOn: jan(6), DiscloseOn: jan(9)},
			"DOCUMENT d 2024-01-09 due 2024-01-12 done 2024-01-09",
		},
		"disclosed when it is not in force": {
			with(calendar.CalendarDays, 3, calendar.Formed),
			disclosure.Disclosure{Attribute: disclosure.NotDisclosed, DiscloseOn: jan(21)},
			"",
		},
	} {
		c.document.Ref = "d"
		facts := &duty.Facts{
			Cell: c.cell, Disclosures: []disclosure.Disclosure{c.document},
			Sources: map[string]calendar.Day{"s": jan(4), "u": calendar.Never},
		}
		if got := told(facts); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// TestPeriod: "opens on the first day of each calendar period, due its last day +
// period_limit_n working days"; the cell is in force and not exempted on the day it
// opens, and the period "lies wholly inside one run"; "first publication day in the
// cell, nil declarations among them, that names exactly that period".
func TestPeriod(t *testing.T) {
	t.Parallel()
	every := func(from, to calendar.Day, period calendar.Periodicity, exempt ...calendar.Span) *catalog.Cell {
		cell := ruled(from, to, catalog.Entry{Period: period, PeriodWorkingDays: 2})
		cell.Exemptions = exempt
		return cell
	}
	on, half := calendar.Date, calendar.Semiannual
	naming := func(period string, published calendar.Day) disclosure.Disclosure {
		return disclosure.Disclosure{Ref: "p", Period: period, PublishedOn: published, Nil: true}
	}
	withdrawn := naming("2024H1", on(2024, 6, 1))
	withdrawn.WithdrawnOn = on(2024, 6, 1)
	asked := naming("2024H1", on(2024, 6, 1))
	asked.Attribute = disclosure.OnRequest
	for name, c := range map[string]struct {
		cell      *catalog.Cell
		documents []disclosure.Disclosure
		want      string
	}{
		// 30 June 2024 is a Sunday, 31 December a Tuesday: due on 2 July and 2 January.
		"a year":               {every(on(2024, 1, 1), on(2024, 12, 31), half), nil, "PERIOD 2024H1 2024-01-01 due 2024-07-02 done; PERIOD 2024H2 2024-07-01 due 2025-01-02 done"},
		"a day short":          {every(on(2024, 1, 1), on(2024, 12, 30), half), nil, "PERIOD 2024H1 2024-01-01 due 2024-07-02 done"},
		"a day late":           {every(on(2024, 1, 2), on(2024, 12, 31), half), nil, "PERIOD 2024H2 2024-07-01 due 2025-01-02 done"},
		"too short":            {every(on(2024, 1, 2), on(2024, 12, 30), half), nil, ""},
		"years":                {every(on(2023, 12, 31), on(2024, 12, 31), calendar.Annual), nil, "PERIOD 2024 2024-01-01 due 2025-01-02 done"},
		"quarters":             {every(on(2024, 2, 1), on(2024, 9, 29), calendar.Quarterly), nil, "PERIOD 2024Q2 2024-04-01 due 2024-07-02 done"},
		"months":               {every(on(2024, 2, 1), on(2024, 2, 29), calendar.Monthly), nil, "PERIOD 2024-02 2024-02-01 due 2024-03-04 done"},
		"exempt as it opens":   {every(on(2024, 1, 1), on(2024, 12, 31), half, calendar.Span{From: on(2024, 7, 1), To: on(2024, 7, 1)}), nil, "PERIOD 2024H1 2024-01-01 due 2024-07-02 done"},
		"exempt but that day":  {every(on(2024, 7, 1), on(2024, 12, 31), half, calendar.Span{From: on(2024, 1, 1), To: on(2024, 6, 30)}, calendar.Span{From: on(2024, 7, 2), To: calendar.Never}), nil, "PERIOD 2024H2 2024-07-01 due 2025-01-02 done"},
		"named":                {every(on(2024, 1, 1), on(2024, 6, 30), half), []disclosure.Disclosure{naming("2024H1", on(2024, 8, 1)), naming("2024H1", on(2024, 7, 1))}, "PERIOD 2024H1 2024-01-01 due 2024-07-02 done 2024-07-01"},
		"named before it is":   {every(on(2024, 1, 1), on(2024, 6, 30), half), []disclosure.Disclosure{naming("2024H1", on(2023, 12, 1))}, "PERIOD 2024H1 2024-01-01 due 2024-07-02 done 2023-12-01"},
		"another named":        {every(on(2024, 1, 1), on(2024, 6, 30), half), []disclosure.Disclosure{naming("2024", on(2024, 3, 1)), naming("2024Q1", on(2024, 3, 1)), naming("2024-01", on(2024, 3, 1))}, "PERIOD 2024H1 2024-01-01 due 2024-07-02 done"},
		"withdrawn that day":   {every(on(2024, 1, 1), on(2024, 6, 30), half), []disclosure.Disclosure{withdrawn}, "PERIOD 2024H1 2024-01-01 due 2024-07-02 done 2024-06-01"},
		"disclosed on request": {every(on(2024, 1, 1), on(2024, 6, 30), half), []disclosure.Disclosure{asked}, "PERIOD 2024H1 2024-01-01 due 2024-07-02 done"},
	} {
		if got := told(&duty.Facts{Cell: c.cell, Disclosures: c.documents}); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// TestPeriodOverTwoCatalogs: a period may begin under one catalog and end under the
// next of the same run; its rule is that of its first day.
func TestPeriodOverTwoCatalogs(t *testing.T) {
	t.Parallel()
	cell := ruled(jan(1), none, catalog.Entry{})
	first := catalog.Entry{Code: "1.1", Period: calendar.Quarterly, PeriodWorkingDays: 2}
	second := catalog.Entry{Code: "1.1", Period: calendar.Semiannual}
	change := calendar.Date(2024, 5, 1)
	cell.Runs[0].To = calendar.Date(2024, 12, 31)
	cell.Rules = []catalog.Rule{
		{Span: calendar.Span{From: jan(1), To: change - 1}, Entry: &first},
		{Span: calendar.Span{From: change, To: cell.Runs[0].To}, Entry: &second},
	}
	want := "PERIOD 2024Q1 2024-01-01 due 2024-04-02 done; PERIOD 2024Q2 2024-04-01 due 2024-07-02 done; PERIOD 2024H2 2024-07-01 due 2024-12-31 done"
	if got := told(&duty.Facts{Cell: cell}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
