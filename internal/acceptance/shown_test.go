package acceptance

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestMessagesAreShown: what a request says is repeated so that whoever reads the
// message sees it as it is.
func TestMessagesAreShown(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	const evil = "42\u202e31m\u200bx\x1b[31m"
	input := func(field string, value any) map[string]any {
		given := map[string]any{
			"ref":           "shown",
			"publisherCode": "533102",
			"entryCode":     "1.1",
			"title":         "通知",
			"attribute":     "PROACTIVE",
			"formedOn":      "2026-11-20",
		}
		given[field] = value
		return map[string]any{"input": given}
	}
	for name, asked := range map[string]struct {
		query     string
		variables map[string]any
	}{
		"a publisher":        {registerMutation, input("publisherCode", evil)},
		"an entry":           {registerMutation, input("entryCode", evil)},
		"a ref":              {registerMutation, input("ref", evil)},
		"a period":           {registerMutation, input("period", evil)},
		"a word of an enum":  {registerMutation, input("attribute", evil)},
		"a day":              {registerMutation, input("formedOn", evil)},
		"a member":           {registerMutation, input(evil, "")},
		"in the document":    {`{ gaps(code: "1", asOf: "` + strings.TrimSuffix(evil, "\x1b[31m") + `") { totalCount } }`, nil},
		"a mistyped literal": {`{ gaps(code: "1", first: "` + strings.TrimSuffix(evil, "\x1b[31m") + `") { totalCount } }`, nil},
	} {
		r := s.ask(asked.query, asked.variables)
		if len(r.Errors) == 0 {
			t.Errorf("%s: no error", name)
		}
		for _, fault := range r.Errors {
			field, _ := fault.Extensions["field"].(string)
			if told := field + fault.Message; problem.Visible(told) != told {
				t.Errorf("%s: %q", name, told)
			}
		}
	}
	for _, path := range []string{"gaps.csv?code=" + url.QueryEscape(evil), "gaps." + url.PathEscape(evil), "gaps.csv?code=1&" + url.QueryEscape(evil) + "=1"} {
		answer, err := http.Get(s.url + "/export/" + path)
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if problem.VisibleLines(string(content)) != string(content) {
			t.Errorf("%s: %q", path, content)
		}
	}
}
