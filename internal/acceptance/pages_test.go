package acceptance

import (
	"fmt"
	"testing"
)

// TestPages: walking a list page by page gives what one page gives, without loss
// or repetition, in every order.
func TestPages(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for name, list := range map[string]struct{ query, node string }{
		"children by code":        {`administrativeNode(code: "533102") { list: children(%s) { edges { node { id: code } } %s } }`, "administrativeNode"},
		"children by rate":        {`administrativeNode(code: "533102") { list: children(orderBy: COVERAGE_RATE_ASC, %s) { edges { node { id: code } } %s } }`, "administrativeNode"},
		"children, best first":    {`administrativeNode(code: "533102") { list: children(orderBy: COVERAGE_RATE_DESC, %s) { edges { node { id: code } } %s } }`, "administrativeNode"},
		"children by gaps":        {`administrativeNode(code: "533102") { list: children(orderBy: GAPS_DESC, %s) { edges { node { id: code } } %s } }`, "administrativeNode"},
		"gaps":                    {`list: gaps(code: "CN", %s) { edges { node { id } } %s }`, ""},
		"gaps, oldest first":      {`list: gaps(code: "CN", orderBy: OLDEST_FIRST, %s) { edges { node { id } } %s }`, ""},
		"gaps, newest first":      {`list: gaps(code: "CN", orderBy: NEWEST_FIRST, %s) { edges { node { id } } %s }`, ""},
		"gaps by entry, filtered": {`list: gaps(code: "CN", orderBy: ENTRY, filter: {statuses: [OVERDUE, STALE], levels: [TOWNSHIP]}, %s) { edges { node { id } } %s }`, ""},
		"upcoming":                {`list: upcoming(code: "CN", workingDays: 250, %s) { edges { node { id: dueOn publisher { code } entry { code } } } %s }`, ""},
		"disclosures":             {`administrativeNode(code: "533102") { list: disclosures(%s) { edges { node { id } } %s } }`, "administrativeNode"},
		"disclosures, filtered":   {`administrativeNode(code: "533102") { list: disclosures(filter: {entries: ["5.1"], title: "演练", from: "2024-06-01"}, %s) { edges { node { id } } %s } }`, "administrativeNode"},
		"news":                    {`administrativeNode(code: "53") { list: news(%s) { edges { node { id } } %s } }`, "administrativeNode"},
		"search":                  {`list: administrativeNodes(search: "村", %s) { edges { node { id: code } } %s }`, ""},
		"movements":               {`administrativeNode(code: "CN") { relief(from: "2020-01-01", to: "2026-11-24") { list: movements(%s) { edges { node { id } } %s } } }`, "relief"},
		"gaps opened":             {`coverageChange(code: "CN", from: "2024-01-01", to: "2026-11-24") { list: opened(%s) { edges { node { id } } %s } }`, "coverageChange"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := func(first int, after string) (nodes []string, info map[string]any, total int) {
				arguments := fmt.Sprintf("first: %d", first)
				if after != "" {
					arguments += fmt.Sprintf(", after: %q", after)
				}
				value := any(
					s.data(
						"{ "+fmt.Sprintf(list.query, arguments, "totalCount pageInfo { hasNextPage hasPreviousPage endCursor }")+" }",
						nil,
					),
				)
				switch list.node {
				case "relief":
					value = at(t, value, "administrativeNode", "relief")
				case "":
				default:
					value = at(t, value, list.node)
				}
				value = at(t, value, "list")
				for _, edge := range at(t, value, "edges").([]any) {
					nodes = append(nodes, fmt.Sprint(at(t, edge, "node")))
				}
				return nodes, at(t, value, "pageInfo").(map[string]any), int(at(t, value, "totalCount").(float64))
			}
			whole, _, total := page(500, "")
			if len(whole) != min(total, 500) || total == 0 {
				t.Fatalf("%d of %d", len(whole), total)
			}
			for _, size := range []int{7, 60} {
				var walked []string
				for after := ""; ; {
					nodes, info, of := page(size, after)
					if of != total || info["hasPreviousPage"] != (after != "") {
						t.Fatalf("page after %q: total %d, %v", after, of, info)
					}
					walked = append(walked, nodes...)
					if info["hasNextPage"] != true || len(walked) >= 200 {
						break
					}
					after = info["endCursor"].(string)
				}
				if len(walked) < min(total, 200) {
					t.Fatalf("in pages of %d: %d of %d", size, len(walked), total)
				}
				for i, node := range walked {
					if i < len(whole) && whole[i] != node {
						t.Fatalf("in pages of %d, row %d is %s, in one page %s", size, i, node, whole[i])
					}
				}
			}
		})
	}
	matrix := func(first int, after string) (codes []string, info map[string]any, entries int) {
		m := at(
			t,
			s.data(
				`query($first: Int, $after: String) { coverageMatrix(code: "533102", first: $first, after: $after) { entries { code } rows { publisher { code } } pageInfo { hasNextPage endCursor } } }`,
				map[string]any{"first": first, "after": nullable(after)},
			),
			"coverageMatrix",
		)
		for _, row := range at(t, m, "rows").([]any) {
			codes = append(codes, at(t, row, "publisher", "code").(string))
		}
		return codes, at(t, m, "pageInfo").(map[string]any), len(at(t, m, "entries").([]any))
	}
	whole, _, entries := matrix(500, "")
	var walked []string
	for after := ""; ; {
		codes, info, of := matrix(4, after)
		if of != entries {
			t.Fatalf("a page of the matrix has %d entries, the whole %d", of, entries)
		}
		walked = append(walked, codes...)
		if info["hasNextPage"] != true {
			break
		}
		after = info["endCursor"].(string)
	}
	if fmt.Sprint(walked) != fmt.Sprint(whole) {
		t.Errorf("the matrix page by page: %v, whole: %v", walked, whole)
	}
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}
