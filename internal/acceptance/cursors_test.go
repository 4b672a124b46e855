package acceptance

import (
	"fmt"
	"strings"
	"testing"
)

// TestCursorsOfOtherLists: a cursor goes on in its own list alone: with the same
// order and filter, of the same node. On another day it does.
func TestCursorsOfOtherLists(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	var cursors []string
	lists := []string{ // with %s for what else is given
		`administrativeNode(code: "533102") { children(first: 1%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { children(first: 1, orderBy: GAPS_DESC%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { children(first: 1, orderBy: COVERAGE_RATE_ASC%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { gaps(first: 1%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { gaps(first: 1, orderBy: OLDEST_FIRST%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { gaps(first: 1, orderBy: NEWEST_FIRST%s) { pageInfo { endCursor } } }`,
		`coverageChange(code: "533102", from: "2020-01-01", to: "2026-01-01") { opened(first: 1, orderBy: NEWEST_FIRST%s) { pageInfo { endCursor } } }`,
		// Of a day that is named; today's goes on past midnight, so it names none.
		`administrativeNode(code: "533102") { gaps(first: 1, asOf: "2025-12-01"%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102", asOf: "2026-01-01") { gaps(first: 1%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102", asOf: "2026-01-01") { children(first: 1, orderBy: GAPS_DESC%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "53") { ranking(level: TOWNSHIP, first: 1%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "53", asOf: "2026-01-01") { ranking(level: TOWNSHIP, first: 1%s) { pageInfo { endCursor } } }`,
		`coverageChange(code: "533102", from: "2025-01-01", to: "2026-01-01") { opened(first: 1%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { relief(from: "2026-01-01", to: "2030-01-01") { movements(first: 1%s) { pageInfo { endCursor } } } }`,
		`administrativeNode(code: "533102") { gaps(first: 1, filter: {statuses: [OVERDUE]}%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "53") { gaps(first: 1%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { disclosures(first: 1%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { disclosures(first: 1, filter: {attributes: [PROACTIVE]}%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { news(first: 1%s) { pageInfo { endCursor } } }`,
		`administrativeNode(code: "533102") { relief(from: "2020-01-01", to: "2030-01-01") { movements(first: 1%s) { pageInfo { endCursor } } } }`,
		`upcoming(code: "533102", workingDays: 250, first: 1%s) { pageInfo { endCursor } }`,
		`coverageMatrix(code: "533102", first: 1%s) { pageInfo { endCursor } }`,
		`coverageChange(code: "533102", from: "2020-01-01", to: "2026-01-01") { cells(first: 1%s) { pageInfo { endCursor } } }`,
		`coverageChange(code: "533102", from: "2020-01-01", to: "2026-01-01") { opened(first: 1%s) { pageInfo { endCursor } } }`,
		`coverageMatrix(code: "533102", asOf: "2025-12-01", first: 1%s) { pageInfo { endCursor } }`,
		`administrativeNode(code: "533102") { relief(from: "2025-01-01") { children(first: 1%s) { pageInfo { endCursor } } } }`,
		`administrativeNode(code: "533102") { relief(from: "2024-01-01") { children(first: 1%s) { pageInfo { endCursor } } } }`,
		`administrativeNode(code: "533102") { relief(from: "2024-01-01", reliefClass: EMERGENCY) { children(first: 1%s) { pageInfo { endCursor } } } }`,
		`upcoming(code: "533102", workingDays: 250) { children(first: 1%s) { pageInfo { endCursor } } }`,
		`upcoming(code: "533102", workingDays: 200) { children(first: 1%s) { pageInfo { endCursor } } }`,
		`concerns(code: "533102", first: 1%s) { pageInfo { endCursor } }`,
		`administrativeNodes(search: "市", first: 1%s) { pageInfo { endCursor } }`,
		`administrativeNodes(search: "镇", first: 1%s) { pageInfo { endCursor } }`,
	}
	for _, list := range lists {
		page := text(t, s.data(`{ `+fmt.Sprintf(list, "")+` }`, nil))
		_, after, found := strings.Cut(page, `"endCursor":"`)
		after, _, _ = strings.Cut(after, `"`)
		if !found || after == "" {
			t.Fatalf("%s: %s", list, page)
		}
		cursors = append(cursors, after)
	}
	for i, list := range lists {
		for j, after := range cursors {
			r := s.ask(`{ `+fmt.Sprintf(list, fmt.Sprintf(", after: %q", after))+` }`, nil)
			if want := map[bool]string{true: "", false: "INVALID_INPUT"}[i == j]; r.code() != want {
				t.Errorf("%s after a cursor of %s: %q", list, lists[j], r.code())
			}
		}
	}
}
