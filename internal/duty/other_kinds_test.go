package duty_test

import (
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// TestInterpretation: "opens on published_on of a disclosure with
// requires_interpretation, due + the interpretation_working_days of the catalog in
// force for the publisher that day (no catalog: no duty; 0 days: due that day)";
// it exists "whether or not that cell is in force".
func TestInterpretation(t *testing.T) {
	t.Parallel()
	inForce := func(from, to calendar.Day, days int) catalog.InForce {
		return catalog.InForce{
			Span:    calendar.Span{From: from, To: to},
			Catalog: &catalog.Effective{Catalog: &catalog.Catalog{InterpretationWorkingDays: days}},
		}
	}
	succession := []catalog.InForce{inForce(jan(1), jan(10), 3), inForce(jan(12), jan(20), 0)}
	document := disclosure.Disclosure{Ref: "d", RequiresInterpretation: true}
	for _, c := range []struct {
		published calendar.Day
		want      string
	}{
		{none, ""},
		{jan(1) - 1, ""},
		{jan(1), "INTERPRETATION d 2024-01-01 due 2024-01-04 done 2024-01-03"},
		{jan(10), "INTERPRETATION d 2024-01-10 due 2024-01-15 done 2024-01-03"},
		{jan(11), ""},
		{jan(12), "INTERPRETATION d 2024-01-12 due 2024-01-12 done 2024-01-03"},
		{jan(21), ""},
	} {
		document.PublishedOn = c.published
		facts := &duty.Facts{
			Cell: &catalog.Cell{EntryCode: "1.1"}, Succession: succession, Disclosures: []disclosure.Disclosure{document},
			Interpretations: map[string]duty.Publication{"d": {Ref: "i", On: jan(3)}, "e": {Ref: "j", On: jan(2)}},
		}
		if got := told(facts); got != c.want {
			t.Errorf("published %s: got %s, want %s", c.published, got, c.want)
		}
	}
	earliest := duty.Publication{}
	for _, p := range []duty.Publication{{Ref: "z", On: jan(5)}, {Ref: "b", On: jan(4)}, {Ref: "a", On: jan(4)}, {Ref: "0", On: jan(6)}} {
		earliest = earliest.Earlier(p)
	}
	if earliest != (duty.Publication{Ref: "a", On: jan(4)}) {
		t.Errorf("the first is %+v", earliest)
	}
}

// TestReview: "1 January of each year after the one in which a disclosure was
// formed whose attribute is not PROACTIVE, unless a disclose lies in an earlier
// year", due 31 December, fulfilled by the "first reviewed_on in that year".
func TestReview(t *testing.T) {
	t.Parallel()
	day := calendar.Date
	for name, c := range map[string]struct {
		formed  calendar.Day
		reviews []disclosure.Review
		want    string
	}{
		"never reviewed":      {day(2023, 12, 31), nil, "REVIEW d 2024-01-01 due 2024-12-31 done; REVIEW d 2025-01-01 due 2025-12-31 done"},
		"formed on 1 January": {day(2024, 1, 1), nil, "REVIEW d 2025-01-01 due 2025-12-31 done"},
		"day unknown":         {none, nil, ""},
		"the year's last and first day": {
			day(2022, 6, 1),
			[]disclosure.Review{{ReviewedOn: day(2023, 12, 31)}, {ReviewedOn: day(2024, 1, 1)}},
			"REVIEW d 2023-01-01 due 2023-12-31 done 2023-12-31; REVIEW d 2024-01-01 due 2024-12-31 done 2024-01-01; REVIEW d 2025-01-01 due 2025-12-31 done",
		},
		"twice in a year": {
			day(2023, 6, 1),
			[]disclosure.Review{{ReviewedOn: day(2024, 9, 1)}, {ReviewedOn: day(2024, 3, 1)}, {ReviewedOn: day(2024, 6, 1)}},
			"REVIEW d 2024-01-01 due 2024-12-31 done 2024-03-01; REVIEW d 2025-01-01 due 2025-12-31 done",
		},
		"in the year it was formed": {
			day(2023, 6, 1),
			[]disclosure.Review{{ReviewedOn: day(2023, 9, 1)}},
			"REVIEW d 2024-01-01 due 2024-12-31 done; REVIEW d 2025-01-01 due 2025-12-31 done",
		},
		"to disclose it": {
			day(2022, 6, 1),
			[]disclosure.Review{{ReviewedOn: day(2024, 9, 1), Result: disclosure.Disclose}},
			"REVIEW d 2023-01-01 due 2023-12-31 done; REVIEW d 2024-01-01 due 2024-12-31 done 2024-09-01",
		},
		"to disclose it at once": {day(2024, 6, 1), []disclosure.Review{{ReviewedOn: day(2024, 6, 1), Result: disclosure.Disclose}}, ""},
	} {
		document := disclosure.Disclosure{Ref: "d", Attribute: disclosure.OnRequest, FormedOn: c.formed}
		for _, review := range c.reviews {
			if review.Result == disclosure.Disclose {
				document.DiscloseOn = review.ReviewedOn
			}
		}
		facts := &duty.Facts{
			Cell: &catalog.Cell{
				EntryCode: "1.1",
			},
			Disclosures: []disclosure.Disclosure{document},
			Reviews:     map[string][]disclosure.Review{"d": c.reviews},
		}
		if got := told(facts); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// TestResponse: "opens the day of a public concern's detected_at; due that day +
// 2 days, or + 1 day when its severity is MAJOR; the instant, + 48 or 24 hours,
// stays on the duty". Days are days in Shanghai.
func TestResponse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		severity           disclosure.Severity
		detected, answered string
		opened, due        calendar.Day
		fulfilled          calendar.Day
		dueAt              string
	}{
		"normal":               {disclosure.Normal, "2024-05-06T08:30:00+08:00", "2024-05-07T10:00:00+08:00", calendar.Date(2024, 5, 6), calendar.Date(2024, 5, 8), calendar.Date(2024, 5, 7), "2024-05-08T08:30:00+08:00"},
		"major":                {disclosure.Major, "2024-05-06T08:30:00+08:00", "", calendar.Date(2024, 5, 6), calendar.Date(2024, 5, 7), calendar.Never, "2024-05-07T08:30:00+08:00"},
		"late in another zone": {disclosure.Normal, "2024-05-06T16:30:00Z", "2024-05-09T15:59:59Z", calendar.Date(2024, 5, 7), calendar.Date(2024, 5, 9), calendar.Date(2024, 5, 9), "2024-05-09T00:30:00+08:00"},
	} {
		concern := disclosure.Concern{Ref: "q", Title: "关切", Severity: c.severity, DetectedAt: instant(t, c.detected)}
		if c.answered != "" {
			concern.RespondedAt = instant(t, c.answered)
		}
		duties := duty.Of(&duty.Facts{Cell: &catalog.Cell{EntryCode: "1.6"}, Concerns: []disclosure.Concern{concern}}, calendar.New(nil))
		got := duties.Single[0]
		if len(duties.Single) != 1 || got.Kind != duty.Response || got.OpenedOn != c.opened || got.DueOn != c.due ||
			got.FulfilledOn != c.fulfilled ||
			!got.DueAt.Equal(instant(t, c.dueAt)) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestRelief: "opens an ALLOCATION's or DISTRIBUTION's occurred_on; due + 20
// working days; fulfilled published_on of the disclosure it names".
func TestRelief(t *testing.T) {
	t.Parallel()
	movement := relief.Recorded{
		Movement: relief.Movement{
			Ref:            "m",
			FromCode:       "53",
			OccurredOn:     calendar.Date(2023, 5, 1),
			DocumentNumber: "号",
			DisclosureRef:  "d",
		},
		PublishedOn: calendar.Date(2023, 6, 2),
	}
	// By Monday to Friday, 1 May 2023 being a Monday, 20 days later is 29 May.
	duties := duty.Of(&duty.Facts{Cell: &catalog.Cell{EntryCode: "4.2"}, Movements: []relief.Recorded{movement}}, calendar.New(nil))
	got := duties.Single[0]
	if len(duties.Single) != 1 || got.Kind != duty.Relief || got.OpenedOn != calendar.Date(2023, 5, 1) ||
		got.DueOn != calendar.Date(2023, 5, 29) ||
		got.FulfilledOn != calendar.Date(2023, 6, 2) ||
		!got.Provisional ||
		got.WorkingDays != 20 ||
		got.DocumentRef() != "d" ||
		got.Title != "号" {
		t.Errorf("%+v", got)
	}
}
