package duty_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
)

// TestInterpretation: "opens on published_on of a disclosure with
// requires_interpretation, due + the interpretation_working_days of the catalog in
// force for the publisher that day (no catalog: no duty; 0 days: due that day)";
// it exists "whether or not that cell is in force".
func TestInterpretation(t *testing.T) {
	t.Parallel()
	reign := func(from, to calendar.Day, days int) catalog.Reign {
		return catalog.Reign{Span: calendar.Span{From: from, To: to}, Catalog: &catalog.Effective{Catalog: &catalog.Catalog{InterpretationWorkingDays: days}}}
	}
	succession := []catalog.Reign{reign(jan(1), jan(10), 3), reign(jan(12), jan(20), 0)}
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
			[]disclosure.Review{{ReviewedOn: day(2024, 9, 1), Disclose: true}},
			"REVIEW d 2023-01-01 due 2023-12-31 done; REVIEW d 2024-01-01 due 2024-12-31 done 2024-09-01",
		},
		"to disclose it at once": {day(2024, 6, 1), []disclosure.Review{{ReviewedOn: day(2024, 6, 1), Disclose: true}}, ""},
	} {
		document := disclosure.Disclosure{Ref: "d", Attribute: disclosure.OnRequest, FormedOn: c.formed, Reviews: c.reviews}
		facts := &duty.Facts{Cell: &catalog.Cell{EntryCode: "1.1"}, Disclosures: []disclosure.Disclosure{document}}
		if got := told(facts); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}
