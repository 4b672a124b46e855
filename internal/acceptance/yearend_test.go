package acceptance

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// TestAfterTheLastYear: when the clock has passed the last day that a question may
// name, answers and files without a day are of that day, and say so, alike.
func TestAfterTheLastYear(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, func(o *server.Options) {
		o.Now = func() time.Time { return time.Date(2101, 1, 1, 4, 0, 0, 0, calendar.Shanghai) }
	})
	const last = "2100-12-31"
	const question = `{ administrativeNode(code: "533102") { name coverage DAY { asOf required overdue } gaps DAY { totalCount } }
		ranking(code: "533102", level: TOWNSHIP AND) { rank node { code } } }`
	of := func(day string) string {
		brackets, and := "", ""
		if day != "" {
			brackets, and = `(asOf: "`+day+`")`, `, asOf: "`+day+`"`
		}
		return text(t, s.data(strings.NewReplacer("DAY", brackets, "AND", and).Replace(question), nil))
	}
	if today := of(""); today != of(last) || !strings.Contains(today, `"asOf":"`+last+`"`) {
		t.Errorf("today: %s; on the last day: %s", today, of(last))
	}
	for _, file := range []string{"gaps.csv", "ranking.csv", "matrix.csv", "coverage.ndjson", "catalog.csv"} {
		arguments := map[string]string{"code": "533102"}
		if file == "ranking.csv" {
			arguments["level"] = "TOWNSHIP"
		}
		response, today := s.export(file, arguments)
		arguments["asOf"] = last
		_, then := s.export(file, arguments)
		if response.StatusCode != http.StatusOK || string(today) != string(then) {
			t.Errorf("%s: %d %.300s; on the last day: %.300s", file, response.StatusCode, today, then)
		}
	}
	for month, status := range map[string]int{"2100-12": http.StatusOK, "2101-01": http.StatusBadRequest} {
		if response, content := s.export(
			"bulletin.xlsx",
			map[string]string{"code": "533102", "month": month},
		); response.StatusCode != status {
			t.Errorf("the bulletin of %s: %d %.300s", month, response.StatusCode, content)
		}
	}
	if answer := s.ask(
		`{ administrativeNode(code: "533102") { coverage(asOf: "2101-01-01") { asOf } } }`,
		nil,
	); answer.code() != "INVALID_INPUT" {
		t.Errorf("a day beyond: %+v", answer)
	}
}
