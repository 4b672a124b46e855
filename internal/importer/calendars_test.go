package importer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestCalendarRows: each day of a calendar file is a row of its own: bad ones are
// counted, and told with what they say.
func TestCalendarRows(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	long := strings.Repeat("节", 501)
	for name, c := range map[string]struct {
		days, column, value string
		problems, rows      int
	}{
		"a date":           {`{"date": "2026-02-30", "name": "节", "isOffDay": true}`, "days[0].date", "2026-02-30", 1, 1},
		"a name":           {`{"date": "2026-01-01", "name": "` + long + `", "isOffDay": true}`, "days[0].name", strings.Repeat("节", 79) + "…", 1, 1},
		"no word of off":   {`{"date": "2026-01-01", "name": "节"}`, "days[0].isOffDay", "", 1, 1},
		"a word for off":   {`{"date": "2026-01-01", "name": "节", "isOffDay": "yes"}`, "days[0].isOffDay", "yes", 1, 1},
		"a number of date": {`{"date": 20260101, "name": "节", "isOffDay": true}`, "days[0].date", "20260101", 1, 1},
		"two of one day":   {`{"date": "2026-02-30", "name": "` + long + `"}`, "days[0].date", "2026-02-30", 2, 1},
		"three days": {
			`{"date": "2026-01-01", "isOffDay": true}, {"date": "2026-01-01", "isOffDay": true}, {"date": "x", "isOffDay": true}, {"date": "2026-01-02"}`,
			"days[1].date", "2026-01-01", 3, 3,
		},
	} {
		report, err := run(t, db, options, map[string]string{"2026.json": fmt.Sprintf(`{"year": 2026, "days": [%s]}`, c.days)})
		if _, refused := errors.AsType[*importer.Refused](err); !refused || report.ProblemCount != c.problems || report.BadRows != c.rows {
			t.Errorf("%s: %v, %d problems in %d rows: %s", name, err, report.ProblemCount, report.BadRows, short(report.Problems))
			continue
		}
		if p := report.Problems[0]; p.Column != c.column || p.Value != c.value || p.Remedy == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// TestCalendarKeys: a key that stands twice, or in another letter case, is refused
// with its line: what it says would be mixed with what the other does.
func TestCalendarKeys(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	for content, key := range map[string]string{
		"{\"year\": 2026,\n\"days\": [{\"date\": \"2026-01-01\", \"isOffDay\": true,\n\"Name\": \"元旦\"}]}":                     "Name",
		"{\"year\": 2026, \"days\": [{\"date\": \"2026-01-01\"}],\n\n\"days\": [{\"isOffDay\": true}]}":                        "days",
		"{\"year\": 2026, \"days\": [\n{\"date\": \"2026-01-01\",\n\"date\": \"2026-01-02\", \"isOffDay\": true, \"x\": {}}]}": "date",
	} {
		report, err := run(t, db, options, map[string]string{"2026.json": content})
		if _, refused := errors.AsType[*importer.Refused](err); !refused || len(report.Problems) != 1 {
			t.Errorf("%s: %v %s", content, err, short(report.Problems))
		} else if p := report.Problems[0]; p.Line != 3 || p.Value != key || p.Remedy == "" {
			t.Errorf("%s: %+v", content, p)
		}
	}
}
