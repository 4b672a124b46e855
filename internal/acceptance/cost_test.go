package acceptance

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/server"
)

// levels is the question that the service exists for: gaps of a place, of what is
// below it and of what is below that.
const levels = `{ administrativeNode(code: "533102") { gaps { totalCount } children%s { edges { node { gaps { totalCount }
	children { edges { node { gaps { totalCount } } } } } } } } }`

// TestCostIsTold: what a question took, where that is asked for.
func TestCostIsTold(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	question := fmt.Sprintf(levels, "")
	if r := s.ask(question, nil); r.code() != "" || r.Extensions["cost"] != nil {
		t.Errorf("%+v %v", r.Errors, r.Extensions)
	}
	r := s.askWith(http.Header{"Reliefgraph-Cost": {"true"}}, question, nil)
	cost := r.Extensions["cost"]
	spent, allowed := at(t, cost, "spent").(float64), at(t, cost, "allowed").(float64)
	if allowed != float64(server.DefaultLimits().Work) || spent < 100 || spent > 5000 {
		t.Errorf("%v of %v", spent, allowed)
	}
	told := 0.0
	for _, part := range at(t, cost, "parts").([]any) {
		told += at(t, part, "units").(float64)
		if path := at(t, part, "path").(string); !strings.HasPrefix(path, "administrativeNode") {
			t.Error(path)
		}
	}
	if told > spent || told < spent*0.99 {
		t.Errorf("the parts come to %v of %v", told, spent)
	}
}

var advised = regexp.MustCompile("most of it is for ([A-Za-z0-9.]+): `first: ([0-9]+)` at ([A-Za-z0-9.]+) would pass")

// TestAdvicePasses: what a refusal says would pass is answered. Where lists in rows
// differ much, of which those that it had not come to are unknown, advice upon advice
// leads to an answer.
func TestAdvicePasses(t *testing.T) {
	t.Parallel()
	db := demo(t)
	for name, question := range map[string]string{
		"one list":   `{ administrativeNode(code: "533102") { gaps @1 { edges { node { status since } } } } }`,
		"outer list": `{ administrativeNode(code: "533102") { children @1 { edges { node { code coverage { byEntry { figures { required } } } } } } } }`,
		"a list in a list": `{ town: administrativeNode(code: "533102") {
			below: children @1 { edges { node { g: gaps @2 { edges { node { status since } } } } } } } }`,
		"lists in rows that differ": `{ administrativeNode(code: "CN") { children @1 { nodes { code children @2 { nodes { code
			gaps @3 { nodes { since } } children @4 { nodes { code gaps @5 { nodes { since } } } } } } } } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			marks := map[string]string{ // by the path that an advice has
				"administrativeNode.gaps": "@1", "administrativeNode.children": "@1", "town.below": "@1", "town.below.edges.node.g": "@2",
				"administrativeNode.children.nodes.children":                           "@2",
				"administrativeNode.children.nodes.children.nodes.gaps":                "@3",
				"administrativeNode.children.nodes.children.nodes.children":            "@4",
				"administrativeNode.children.nodes.children.nodes.children.nodes.gaps": "@5",
			}
			sized := func(rows map[string]int) string {
				return regexp.MustCompile("@[0-9]").ReplaceAllStringFunc(question, func(mark string) string {
					if most, said := rows[mark]; said {
						return fmt.Sprintf("(first: %d)", most)
					}
					return "(first: 100)"
				})
			}
			whole := sized(nil)
			spent := at(t, serve(t, db, nil).askWith(http.Header{"Reliefgraph-Cost": {"true"}}, whole, nil).Extensions["cost"], "spent").(float64)
			uneven := name == "lists in rows that differ"
			for _, share := range []float64{0.8, 0.65, 0.5} {
				s := serve(t, db, func(o *server.Options) { o.Limits.Work = int(spent * share) })
				asked, advices := whole, map[string]int{}
				for followed := 0; ; followed++ {
					r := s.ask(asked, nil)
					if followed > 0 && r.code() == "" {
						break
					}
					if r.code() != "TOO_COMPLEX" {
						t.Fatalf("%v of the work: %q %+v", share, r.code(), r.Errors)
					}
					if uneven && strings.HasSuffix(r.Errors[0].Message, "of a node further down or for less") {
						break // no shorter list of those on the way would do
					}
					says := advised.FindStringSubmatch(r.Errors[0].Message)
					if says == nil || marks[says[3]] == "" || followed == 1 && !uneven || followed == 4 {
						t.Fatalf("after %d advices: %s %s", followed, asked, r.Errors[0].Message)
					}
					var rows int
					fmt.Sscan(says[2], &rows)
					if rows < 3 && !uneven {
						t.Errorf("the advice is timid: %s", r.Errors[0].Message)
					}
					advices[marks[says[3]]] = rows
					asked = sized(advices)
				}
			}
		})
	}
}

// TestThreeLevels: the questions of three levels that one would ask pass with the
// default bounds, each list left at its own length.
func TestThreeLevels(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for _, below := range []string{
		"gaps { totalCount }",
		"gaps(filter: {statuses: [OVERDUE]}) { totalCount edges { node { status since entry { code item } } } }",
		"coverage { required covered coverageRate byEntry { entry { code } figures { missing } } }",
		"disclosures { totalCount edges { node { title publishedOn } } }",
		"upcoming(workingDays: 10) { totalCount edges { node { dueOn } } }",
		`coverageTrend(from: "2025-01-01", to: "2026-01-01", step: MONTH) { asOf coverageRate }`,
	} {
		question := `{ administrativeNode(code: "533102") { ` + below + ` children { totalCount edges { node { ` + below +
			` children { edges { node { code name ` + below + ` } } } } } } } }`
		if r := s.ask(question, nil); r.code() != "" {
			t.Errorf("%s: %+v", below, r.Errors)
		}
	}
}

// TestRowsUponRows: a question whose answer would be long is refused whichever way
// it is written, with no part of an answer and a way out.
func TestRowsUponRows(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), func(o *server.Options) { o.Limits.Work = 150 })
	many := make([]any, 100)
	for i := range many {
		many[i] = cursorOf("n", "533102")
	}
	inLists := nest(3, `children(first: $n) { edges { node { `, "gaps(first: $n) { edges { cursor } }", "} } }")
	for _, c := range []struct {
		name, query string
		variables   map[string]any
	}{
		{"page sizes in variables", `query($n: Int) { roots { ` + inLists + ` } }`, map[string]any{"n": 500}},
		{"page sizes in a variable's default", `query($n: Int = 500) { roots { ` + inLists + ` } }`, nil},
		{"page sizes left out", `{ roots { ` + strings.ReplaceAll(inLists, "(first: $n)", "") + ` } }`, nil},
		{"fragments that double lists", `{ roots { ...f0 } } ` + doubling(12, "children { edges { node { gaps { edges { cursor } } } } }"), nil},
		{"rows upon rows of many ids", `query($ids: [ID!]!) { nodes(ids: $ids) { ... on City { children(first: 500) { edges { node { gaps(first: 10) { edges { node { since } } } } } } } } }`, map[string]any{"ids": many}},
		{"a trend in variables", `query($from: Date!, $step: TrendStep!) { administrativeNode(code: "CN") { coverageTrend(from: $from, to: "2026-11-24", step: $step) { byEntry { figures { byCategory { figures { required } } } } } } }`, map[string]any{"from": "2016-11-24", "step": "DAY"}},
		{"groups of a ranking", `{ ranking(code: "533102", level: TOWNSHIP) { figures { byEntry { figures { byLevel { figures { required } } } } } } }`, nil},
	} {
		within(t, 30*time.Second, func() {
			r := s.ask(c.query, c.variables)
			if r.code() != "TOO_COMPLEX" || !strings.Contains(r.Errors[0].Message, "most of it is for ") || r.Data != nil {
				t.Errorf("%s: %q %.500s %.200s", c.name, r.code(), text(t, r.Errors), text(t, r.Data))
			}
		})
	}
}
