package export

import (
	"net/url"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestArguments: what is wrong is named, with what is allowed.
func TestArguments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, query, code, field, says string }{
		{"gaps.csv", "", "INVALID_INPUT", "code", "missing"},
		{"gaps.csv", "code=53&orderBy=NAME", "INVALID_INPUT", "orderBy", "PUBLISHER, OLDEST_FIRST, NEWEST_FIRST, ENTRY"},
		{"gaps.csv", "code=53&first=10", "INVALID_INPUT", "first", "locale, code, asOf, filter, orderBy"},
		{"gaps.csv", "code=53&code=54", "INVALID_INPUT", "code", "once"},
		{"gaps.csv", "code=53&locale=fr", "INVALID_INPUT", "locale", "zh or en"},
		{"gaps.csv", "code=53&filter=[]", "INVALID_INPUT", "filter", "JSON object"},
		{"gaps.csv", "code=53&filter={}x", "INVALID_INPUT", "filter", "JSON object"},
		{"relief.csv", "code=53&from=2024-01-01", "INVALID_INPUT", "to", "YYYY-MM-DD"},
		{"ranking.csv", "code=53", "INVALID_INPUT", "level", "PROVINCE"},
		{"ranking.csv", "code=53&level=COUNTY&minRequired=1.5", "INVALID_INPUT", "minRequired", "whole number"},
		{"bulletin.xlsx", "code=53", "INVALID_INPUT", "month", "YYYY-MM"},
		{"bulletin.csv", "code=53&month=2026-10", "NOT_FOUND", "", "ask for xlsx"},
		{"gaps.pdf", "code=53", "NOT_FOUND", "", "csv, xlsx, ndjson"},
		{"gaps", "code=53", "NOT_FOUND", "", "csv, xlsx, ndjson"},
		{"nothing.csv", "code=53", "NOT_FOUND", "", "gaps, upcoming, change, matrix"},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse(c.file, query)
		told, ok := err.(*problem.Problem)
		if !ok || string(told.Code) != c.code || told.Field != c.field || !strings.Contains(told.Error(), c.says) {
			t.Errorf("%s?%s: %v", c.file, c.query, err)
		}
	}
	request, err := Parse("gaps.csv", url.Values{"code": {"53"}, "filter": {"null"}})
	if err != nil {
		t.Errorf("a filter of null: %v", err)
	} else if filter, is := request.variables["filter"]; is {
		t.Errorf("a filter of null is not left out, but %v", filter)
	}
	for _, month := range []string{"2026-13", "1990-01", "2026-12", "x"} {
		s := &session{variables: map[string]any{"month": month}, now: made}
		if err := s.settleMonth(); problem.CodeOf(err) != problem.InvalidInput {
			t.Errorf("%s: %v", month, err)
		}
	}
	for month, days := range map[string][3]string{
		"2026-10": {"2026-09-30", "2026-10-01", "2026-10-31"}, "2026-11": {"2026-10-31", "2026-11-01", "2026-11-24"}, "2024-02": {"2024-01-31", "2024-02-01", "2024-02-29"},
	} {
		s := &session{variables: map[string]any{"month": month}, now: made}
		if err := s.settleMonth(); err != nil ||
			[3]string{s.variables["before"].(string), s.variables["from"].(string), s.variables["asOf"].(string)} != days {
			t.Errorf("%s: %v %v", month, s.variables, err)
		}
	}
}
