package timeline_test

import (
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

const none = calendar.None

// TestStatuses: hand-reckoned histories around the days on which a status turns
// (docs/design.md, "Status of a cell on date T").
func TestStatuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		example *example
		want    string
	}{
		// "MISSING: no publication lasting on T, and T is after the run's grace day";
		// "a status on date T is the status at the end of T".
		"nothing":                       {standing(), "01-01 PENDING, 01-09 MISSING"},
		"no grace":                      {standing(grace(0)), "01-01 PENDING, 01-02 MISSING"},
		"published on the first day":    {standing().declared(jan(1), none), "01-01 COVERED"},
		"published on the grace day":    {standing().declared(jan(8), none), "01-01 PENDING, 01-08 COVERED"},
		"published the day after grace": {standing().declared(jan(9), none), "01-01 PENDING, 01-09 COVERED"},
		"published two days after":      {standing().declared(jan(10), none), "01-01 PENDING, 01-09 MISSING, 01-10 COVERED"},
		// "What was published before the cell came into force counts."
		"published before":             {standing().declared(calendar.Date(2023, 6, 1), none), "01-01 COVERED"},
		"published and withdrawn then": {standing().declared(calendar.Date(2023, 6, 1), jan(1)), "01-01 PENDING, 01-09 MISSING"},
		// "An instant counts as its day" in Asia/Shanghai.
		"news in the last second of the grace day": {standing().news(time.Date(2024, 1, 8, 15, 59, 59, 0, time.UTC)), "01-01 PENDING, 01-08 COVERED"},
		"news two seconds into the tenth":          {standing().news(time.Date(2024, 1, 9, 16, 0, 2, 0, time.UTC)), "01-01 PENDING, 01-09 MISSING, 01-10 COVERED"},

		// "With a withdrawn_on a publication lasts up to the day before it."
		"withdrawn within grace":    {standing().declared(jan(2), jan(5)), "01-01 PENDING, 01-02 COVERED, 01-05 PENDING, 01-09 MISSING"},
		"withdrawn after grace":     {standing().declared(jan(2), jan(20)), "01-01 PENDING, 01-02 COVERED, 01-20 MISSING"},
		"withdrawn the same day":    {standing().declared(jan(2), jan(2)), "01-01 PENDING, 01-09 MISSING"},
		"one ends, another lasts":   {standing().declared(jan(2), jan(20)).declared(jan(19), none), "01-01 PENDING, 01-02 COVERED"},
		"one ends as another comes": {standing().declared(jan(2), jan(20)).declared(jan(20), none), "01-01 PENDING, 01-02 COVERED"},

		// "OVERDUE: some duty of the cell has due < T and is not fulfilled on or
		// before T": formed on Wednesday 10, due on Monday 15.
		"on the due day":       {standing().declared(jan(1), none).formed(jan(10), jan(15), none), "01-01 COVERED"},
		"the day after":        {standing().declared(jan(1), none).formed(jan(10), jan(16), none), "01-01 COVERED"},
		"two days after":       {standing().declared(jan(1), none).formed(jan(10), jan(17), none), "01-01 COVERED, 01-16 OVERDUE, 01-17 COVERED"},
		"never":                {standing().declared(jan(1), none).formed(jan(10), none, none), "01-01 COVERED, 01-16 OVERDUE"},
		"overdue within grace": {standing(grace(20)).formed(jan(1), none, none), "01-01 PENDING, 01-05 OVERDUE, 01-30 MISSING"},
		"two, one after the other": { // the second is due on Friday 19
			standing().declared(jan(1), none).formed(jan(10), jan(19), none).formed(jan(16), jan(25), none),
			"01-01 COVERED, 01-16 OVERDUE, 01-19 COVERED, 01-20 OVERDUE, 01-25 COVERED",
		},
		"two that meet": {
			standing().declared(jan(1), none).formed(jan(10), jan(20), none).formed(jan(16), jan(25), none),
			"01-01 COVERED, 01-16 OVERDUE, 01-25 COVERED",
		},
		// "A fulfilled duty stays fulfilled when its publication is withdrawn, even
		// the same day."
		"fulfilled and withdrawn":              {standing().declared(jan(1), none).formed(jan(10), jan(12), jan(13)), "01-01 COVERED"},
		"fulfilled and withdrawn the same day": {standing().declared(jan(1), none).formed(jan(10), jan(12), jan(12)), "01-01 COVERED"},
		// "WITH_SOURCE: due the publication day of the disclosure that interprets_ref
		// names, even before the duty opens."
		"due before it opened": {
			standing(withSource).declared(jan(1), none).document(disclosure.Disclosure{FormedOn: jan(10), PublishedOn: jan(12), InterpretsRef: "x"}).linked(jan(4)),
			"01-01 COVERED, 01-10 OVERDUE, 01-12 COVERED",
		},
		"without a source": {standing(withSource).declared(jan(1), none).formed(jan(10), none, none), "01-01 COVERED"},

		// "STALE: T > the last of those's day + refresh_days": 2 January + 30 is 1
		// February.
		"refresh": {standing(refresh(30)).declared(jan(2), none), "01-01 PENDING, 01-02 COVERED, 02-02 STALE"},
		"refreshed on the last day": {
			standing(refresh(30)).declared(jan(2), none).declared(feb(1), none),
			"01-01 PENDING, 01-02 COVERED, 03-03 STALE",
		},
		"refreshed the day after": {
			standing(refresh(30)).declared(jan(2), none).declared(feb(2), none),
			"01-01 PENDING, 01-02 COVERED, 03-04 STALE",
		},
		"stale from the first day":        {standing(refresh(30)).declared(calendar.Date(2023, 6, 1), none), "01-01 STALE"},
		"the last one's end uncovers":     {standing(refresh(30)).declared(jan(1), none).declared(jan(20), feb(10)), "01-01 COVERED, 02-10 STALE"},
		"stale, then nothing lasts":       {standing(refresh(5)).declared(jan(2), jan(20)), "01-01 PENDING, 01-02 COVERED, 01-08 STALE, 01-20 MISSING"},
		"an older publication's last day": {standing(refresh(30)).declared(jan(1), jan(25)).declared(jan(10), none), "01-01 COVERED, 02-10 STALE"},
		"an older one that lasts":         {standing(refresh(10)).declared(jan(1), jan(25)).declared(jan(10), none), "01-01 COVERED, 01-21 STALE"},
		"exempt up to the last day but one": {
			standing(refresh(30)).declared(jan(2), none).exempt(jan(20), jan(31)),
			"01-01 PENDING, 01-02 COVERED, 01-20 EXEMPT, 02-01 COVERED, 02-02 STALE",
		},
		// Overdue comes before stale.
		"overdue while stale": {
			standing(refresh(5)).declared(jan(1), none).formed(jan(8), feb(1), none),
			"01-01 COVERED, 01-07 STALE, 01-12 OVERDUE, 02-01 COVERED, 02-07 STALE",
		},

		// "EXEMPT: an exemption covers T", each pair "both days in it".
		"exempt past grace":  {standing().exempt(jan(9), jan(12)), "01-01 PENDING, 01-09 EXEMPT, 01-13 MISSING"},
		"exempt for one day": {standing().exempt(jan(8), jan(8)), "01-01 PENDING, 01-08 EXEMPT, 01-09 MISSING"},
		"exempt for ever":    {standing().declared(jan(2), none).exempt(jan(4), none), "01-01 PENDING, 01-02 COVERED, 01-04 EXEMPT"},
		"two exemptions":     {standing().exempt(jan(2), jan(3)).exempt(jan(4), jan(5)), "01-01 PENDING, 01-02 EXEMPT, 01-06 PENDING, 01-09 MISSING"},
		"exempt from before": {standing().exempt(calendar.Date(2023, 1, 1), jan(1)), "01-01 EXEMPT, 01-02 PENDING, 01-09 MISSING"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.example.history(t); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// linked is a document x, published on a day, that others interpret.
func (e *example) linked(on calendar.Day) *example {
	e.facts.Linked = append(e.facts.Linked, disclosure.Disclosure{Ref: "x", PublishedOn: on})
	return e
}

// TestRuns: a cell goes on from catalog to catalog or begins again
// (docs/design.md, "Which cells exist").
func TestRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		example *example
		want    string
	}{
		// "Where one catalog follows another without a day between, the cell goes on
		// as one run; each unbroken run has one grace day."
		"one run": {following(jan(3), jan(4)), "01-01 PENDING, 01-09 MISSING"},
		// A day between: twenty working days after Friday 5 January are up on 2 February.
		"two runs":     {following(jan(3), jan(5)), "01-01 PENDING, 01-04 , 01-05 PENDING, 02-03 MISSING"},
		"over at last": {following(jan(20), calendar.Date(2030, 1, 1)), "01-01 PENDING, 01-09 MISSING, 01-21 , 2030-01-01 PENDING, 2030-01-30 MISSING"},
		// "What was published before the cell came into force counts", and its rule on
		// a day is that day's catalog's: refreshed every ten days from the second on.
		"another rule": {following(jan(20), jan(21)).declared(jan(2), none), "01-01 PENDING, 01-02 COVERED, 01-21 STALE"},
		// "A duty of an earlier run counts in the status of a later one"; a duty's rule
		// is that of the day it opens.
		"an earlier run's duty":           {following(jan(10), jan(25)).declared(jan(2), none).formed(jan(9), jan(27), none), "01-01 PENDING, 01-02 COVERED, 01-11 , 01-25 OVERDUE, 01-27 COVERED, 02-07 STALE"},
		"fulfilled between":               {following(jan(10), jan(25)).formed(jan(9), jan(20), none), "01-01 PENDING, 01-09 MISSING, 01-11 , 01-25 COVERED, 01-31 STALE"},
		"formed while it is not in force": {following(jan(10), jan(25)).declared(jan(24), none).formed(jan(12), none, none), "01-01 PENDING, 01-09 MISSING, 01-11 , 01-25 COVERED, 02-04 STALE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.example.history(t); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
