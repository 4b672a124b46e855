package export

import (
	"fmt"
	"net/url"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// bulletinReport is the monthly bulletin 月报: each of its figures opens the view
// that shows it.
var bulletinReport = &report{
	name: "bulletin", title: words{"月报", "Bulletin"}, formats: []Format{XLSX},
	arguments: []argument{codeArgument, {name: "month", needed: true, describe: "give a month, YYYY-MM"}},
	rules:     []words{monthRule, statusRule, rateRule, timelinessRule, ordersRule, rankingRule, moneyRule, digitsRule},
	tables: func(s *session) []*table {
		return []*table{
			s.summaryTable(), s.stateTable(), s.categoryTable(), s.changeTable(), s.newGapsTable(), s.overdueTable(),
			s.classTable(), s.doubtTable(), s.childrenTable(), s.supervisionTable(), s.criticisedTable(), s.checkpointTable(),
		}
	},
}

// settleMonth finds the month's days: its last, or today while it lasts, and the
// last of the month before.
func (s *session) settleMonth() error {
	s.month, _ = s.variables["month"].(string)
	first, err := time.Parse("2006-01", s.month)
	// A clock beyond the last day that may be asked for is on it (calendar.Today).
	today := min(s.now.In(shanghai).Format(time.DateOnly), "2100-12-31")
	if err != nil || first.Format(time.DateOnly) < "1990-02-01" || s.month > today[:len("2006-01")] {
		return problem.Invalid("month", "give a month, YYYY-MM, from 1990-02 to "+today[:len("2006-01")], "%q is not allowed", s.month)
	}
	last := first.AddDate(0, 1, -1).Format(time.DateOnly)
	s.variables["from"] = first.Format(time.DateOnly)
	s.variables["to"] = min(last, today)
	s.variables["asOf"] = s.variables["to"]
	s.variables["before"] = first.AddDate(0, 0, -1).Format(time.DateOnly)
	return nil
}

// levelBelow is that of the places below, which are ranked; none below villages.
var levelBelow = map[any]string{
	"NATION":     "PROVINCE",
	"PROVINCE":   "PREFECTURE",
	"PREFECTURE": "COUNTY",
	"COUNTY":     "TOWNSHIP",
	"TOWNSHIP":   "VILLAGE",
}

// page is the address of a view of the dashboard; a department's code holds a
// slash, which is %2F in it.
func (s *session) page(code any, view string, parameters ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	return fmt.Sprintf("%s/n/%s%s?%s", s.base, url.PathEscape(fmt.Sprint(code)), view, query.Encode())
}

// cellPage is the address of the view of a cell.
func (s *session) cellPage(row record) string {
	query := url.Values{"on": {s.day}}
	return fmt.Sprintf(
		"%s/c/%s/%s?%s",
		s.base,
		url.PathEscape(fmt.Sprint(row.at("publisher.code"))),
		url.PathEscape(fmt.Sprint(row.at("entry.code"))),
		query.Encode(),
	)
}

// figurePage is the address of the view of a figure of a node: gaps are listed,
// the rest stands on the node's page.
func (s *session) figurePage(code any, figure, on string) string {
	switch figure {
	case "missing", "overdue", "stale":
		return s.page(
			code,
			"/gaps",
			"on",
			on,
			"status",
			map[string]string{"missing": "MISSING", "overdue": "OVERDUE", "stale": "STALE"}[figure],
		)
	case "gaps":
		return s.page(code, "/gaps", "on", on)
	}
	return s.page(code, "", "on", on)
}

// linked are columns whose every figure opens a view.
func linked(columns []column, to func(c *column, row record) string) []column {
	all := append([]column{}, columns...)
	for i := range all {
		if !all[i].kind.textual() {
			c := columns[i]
			all[i].link = func(row record) string { return to(&c, row) }
		}
	}
	return all
}
