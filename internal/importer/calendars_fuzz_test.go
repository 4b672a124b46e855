package importer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// FuzzCalendar: whatever the bytes of a calendar file are, it is read as its JSON says
// or told of, in either encoding alike.
func FuzzCalendar(f *testing.F) {
	for _, seed := range []string{
		`{"year": 2027, "days": [{"date": "2027-01-01", "name": "元旦", "isOffDay": true}, {"date": "2027-02-20", "name": "春节", "isOffDay": false}]}`,
		`{"year": 2027, "days": [{"date": "2027-13-01", "isOffDay": "yes"}, {"name": 7}, null]}`,
		`{"year": 2027, "days": [], "Year": 2026, "days": [{"isOffDay": true}]}`, `{"year": "2027"}`, `[]`, `null`, `{"days": {}}`, "{\n\n", "\ufeff{}",
		`{"year": 2027, "days": [{"date": "2027-01-01"}], "days": [{"isOffDay": true}]}`,
	} {
		f.Add([]byte(seed))
		if encoded, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(seed)); err == nil {
			f.Add(encoded)
		}
	}
	days := calendar.New(nil)
	f.Fuzz(func(t *testing.T, content []byte) {
		r := &run{Bulk: &register.Bulk{Reference: timeline.Reference{Days: days}}, report: &Report{}}
		read, ok, err := r.readArrangement(Source{
			Files: fstest.MapFS{"2027.json": {Data: content}}, Name: "2027.json", Shown: "2027.json",
		})
		if err != nil || ok != (r.report.ProblemCount == 0) {
			t.Fatal(ok, err, r.report.ProblemCount)
		}
		for _, p := range append(slices.Clone(r.report.Problems), r.report.Warnings...) {
			if p.File != "2027.json" || p.Reason == "" || p.Remedy == "" {
				t.Fatalf("%+v", p)
			}
		}
		if ok {
			asJSONSays(t, content, &read)
		}
	})
}

// asJSONSays holds an arrangement against its JSON, read without types.
func asJSONSays(t *testing.T, content []byte, read *calendar.Arrangement) {
	t.Helper()
	content, fault := tabular.Text(content)
	if fault != nil {
		t.Fatal(fault)
	}
	var plain map[string]any
	if err := json.Unmarshal(content, &plain); err != nil {
		t.Fatal(err)
	}
	days, _ := plain["days"].([]any)
	if year, _ := plain["year"].(float64); int(year) != read.Year || len(days) != len(read.Days) {
		t.Fatalf("%v is not %+v", plain, read)
	}
	for _, day := range days {
		said, _ := day.(map[string]any)
		date, _ := said["date"].(string)
		at := slices.IndexFunc(read.Days, func(d calendar.ArrangedDay) bool {
			given, err := calendar.ParseDay(date)
			return err == nil && given == d.Day
		})
		name, _ := said["name"].(string)
		if at < 0 || said["isOffDay"] != read.Days[at].Off || strings.TrimSpace(name) != strings.TrimSpace(read.Days[at].Name) {
			t.Fatalf("%v is not among %+v", said, read.Days)
		}
	}
}
