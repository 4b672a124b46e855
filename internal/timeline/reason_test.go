package timeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// TestReasons: "MISSING, the run's first day to its grace day; OVERDUE, the overdue
// duty first by due day, opening day, order of the table, ref; STALE, the last
// lasting publication + refresh_days".
func TestReasons(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		example *example
		on      calendar.Day
		want    string
	}{
		"no gap":  {standing(), jan(8), ""},
		"missing": {standing(), jan(9), "MISSING from 2024-01-01 to 2024-01-08, 5 working days, 0 duties"},
		"missing in the second catalog of a run": {
			following(jan(3), jan(4)), feb(9), "MISSING from 2024-01-01 to 2024-01-08, 5 working days, 0 duties",
		},
		"stale": {
			standing(refresh(30)).declared(jan(2), none), feb(2), "STALE from 2024-01-02 to 2024-02-01, -1 working days, 0 duties, last a",
		},
		"stale, two published that day": {
			standing(refresh(30)).declared(jan(2), none).declared(jan(2), none).declared(jan(4), jan(20)), feb(2),
			"STALE from 2024-01-02 to 2024-02-01, -1 working days, 0 duties, last a",
		},
		"overdue": {
			standing().declared(jan(1), none).formed(jan(10), none, none), jan(16),
			"OVERDUE from 2024-01-10 to 2024-01-15, 3 working days, 1 duties, DOCUMENT b",
		},
		// Saturday 6 and Sunday 7 both count to Wednesday 10; a and b are not yet overdue.
		"overdue, by due day and opening day": {
			standing(grace(60)).formed(jan(9), none, none).formed(jan(8), none, none).formed(jan(7), none, none).formed(jan(6), none, none), jan(11),
			"OVERDUE from 2024-01-06 to 2024-01-10, 3 working days, 2 duties, DOCUMENT d",
		},
		"overdue, by due day before opening day": {
			standing().formed(jan(8), none, none).document(disclosure.Disclosure{Ref: "b", PublishedOn: jan(9), RequiresInterpretation: true}), jan(12),
			"OVERDUE from 2024-01-09 to 2024-01-09, 0 working days, 2 duties, INTERPRETATION b",
		},
		"overdue, by ref": {
			standing(grace(60)).document(disclosure.Disclosure{Ref: "z", FormedOn: jan(8)}).document(disclosure.Disclosure{Ref: "y", FormedOn: jan(8)}), jan(12),
			"OVERDUE from 2024-01-08 to 2024-01-11, 3 working days, 2 duties, DOCUMENT y",
		},
		// The catalog gives no days to interpret a document: "0 days: due that day".
		"overdue, by the table's order": {
			standing(zeroDays).document(disclosure.Disclosure{Ref: "y", FormedOn: jan(8), RequiresInterpretation: true, PublishedOn: jan(8)}).
				document(disclosure.Disclosure{Ref: "z", FormedOn: jan(8)}), jan(9),
			"OVERDUE from 2024-01-08 to 2024-01-08, 0 working days, 2 duties, DOCUMENT z",
		},
		// "anchorDate is WITH_SOURCE's due day"
		"overdue with its source": {
			standing(withSource).declared(jan(1), none).document(disclosure.Disclosure{FormedOn: jan(10), InterpretsRef: "x"}).linked(jan(4)), jan(10),
			"OVERDUE from 2024-01-04 to 2024-01-04, -1 working days, 1 duties, DOCUMENT b",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts, days := c.example.cell(t)
			if got := told(timeline.HistoryOf(facts, days).ReasonOn(c.on)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func told(reason *timeline.Reason) string {
	if reason == nil {
		return ""
	}
	text := fmt.Sprintf("%s from %s to %s, %d working days, %d duties", reason.Status, reason.Deadline.From, reason.Deadline.Due,
		reason.Deadline.WorkingDays, len(reason.Duties))
	if reason.Duty != nil {
		text += fmt.Sprintf(", %s %s", reason.Duty.Kind, reason.Duty.Name())
	}
	if reason.Last.Ref != "" {
		text += ", last " + reason.Last.Ref
	}
	return text
}

// TestCauses: what began each span; a span's last day is the eve of the next.
func TestCauses(t *testing.T) {
	t.Parallel()
	kinds := map[timeline.CauseKind]string{
		timeline.RunBegan: "run", timeline.Published: "published", timeline.Withdrawn: "withdrawn", timeline.GraceEnded: "grace ended",
		timeline.DutyOverdue: "duty overdue", timeline.DutyFulfilled: "duty fulfilled", timeline.RefreshDue: "refresh due",
		timeline.RuleChanged: "rule changed", timeline.ExemptionBegan: "exemption began", timeline.ExemptionEnded: "exemption ended",
	}
	for name, c := range map[string]struct {
		example *example
		want    string
	}{
		"published, withdrawn": {
			standing().declared(jan(10), jan(20)),
			"2024-01-01 PENDING run; 2024-01-09 MISSING grace ended; 2024-01-10 COVERED published a; 2024-01-20 MISSING withdrawn a",
		},
		"overdue, fulfilled": {
			standing().declared(jan(1), none).formed(jan(10), jan(17), jan(17)),
			"2024-01-01 COVERED run a; 2024-01-16 OVERDUE duty overdue b; 2024-01-17 COVERED duty fulfilled b",
		},
		"published while a duty is overdue": {
			standing().formed(jan(5), none, none).declared(jan(20), none),
			"2024-01-01 PENDING run; 2024-01-09 MISSING grace ended; 2024-01-20 OVERDUE published b a",
		},
		"exempt": {
			standing().exempt(jan(3), jan(12)),
			"2024-01-01 PENDING run; 2024-01-03 EXEMPT exemption began 试点; 2024-01-13 MISSING exemption ended 试点",
		},
		"another rule": {
			following(jan(20), jan(21)).declared(jan(2), none).declared(jan(25), none),
			"2024-01-01 PENDING run; 2024-01-02 COVERED published a; 2024-01-21 STALE rule changed a; 2024-01-25 COVERED published b; 2024-02-05 STALE refresh due b",
		},
		"another run": {
			following(jan(3), jan(5)),
			"2024-01-01 PENDING run; 2024-01-05 PENDING run; 2024-02-03 MISSING grace ended",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts, days := c.example.cell(t)
			history := timeline.HistoryOf(facts, days)
			var spans []string
			for _, span := range history.Explained() {
				text := fmt.Sprintf("%s %s %s", span.From, span.Status, kinds[span.Cause.Kind])
				for _, of := range []string{span.Cause.Publication.Ref, span.Cause.Because} {
					if of != "" {
						text += " " + of
					}
				}
				if d := span.Cause.Duty; d != nil {
					text += " " + d.Name()
				}
				spans = append(spans, text)
				if timeline.StatusOn(history.Spans, span.To) != span.Status ||
					span.To != calendar.Never && timeline.StatusOn(history.Spans, span.To+1) == span.Status {
					t.Errorf("%s ends on %s", text, span.To)
				}
			}
			if got := strings.Join(spans, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
