package acceptance

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIdentity: node(id) gives, for every kind of id, the very thing that the
// list gave, on another server too; nodes(ids) gives them in the order asked.
func TestIdentity(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s, other := serve(t, db, nil), serve(t, db, nil)
	const place = `id code name level validFrom validTo parent { id } coverage { required covered } gaps(first: 3) { totalCount edges { node { id } } }`
	kinds := []struct{ kind, list, fields string }{
		{"Region", `administrativeNode(code: "5331") { list: ancestors { %s } }`, place},
		{"City", `administrativeNode(code: "5331") { list: children(first: 500) { edges { node { %s } } } }`, place},
		{"Township", `administrativeNode(code: "533102") { list: children(first: 500) { edges { node { %s } } } }`, place},
		{"Department", `administrativeNode(code: "533102") { list: children(first: 500) { edges { node { %s } } } }`, place},
		{"Village", `list: administrativeNodes(level: VILLAGE, first: 20) { edges { node { %s } } }`, place},
		{
			"Gap",
			`list: gaps(code: "533102", first: 60) { edges { node { %s } } }`,
			`id status since daysOpen publisher { id } entry { code } explanation reason { rule anchorDate dueOn } duties { kind dueOn } cell { id }`,
		},
		{
			"Gap",
			`list: gaps(code: "533102", asOf: "2024-06-03", first: 60) { edges { node { %s } } }`,
			`id status since daysOpen publisher { id } entry { code } explanation reason { rule dueOn trace { date } }`,
		},
		{
			"Cell",
			`list: gaps(code: "533102", first: 20) { edges { node { cell { %s } } } }`,
			`id publisher { id } entry { code } status timeline { from to status cause { text } } duties { kind openedOn dueOn fulfilledOn }`,
		},
		{
			"Disclosure",
			`administrativeNode(code: "533102") { list: disclosures(first: 60) { edges { node { %s } } } }`,
			`id ref title documentNumber attribute formedOn publishedOn period nil channel url entry { code } publisher { id } interpretation { id }`,
		},
		{
			"News",
			`administrativeNode(code: "533102") { list: news(first: 20) { edges { node { %s } } } }`,
			`id ref title summary publishedAt url tags entry { code } publisher { id }`,
		},
		{
			"ReliefMovement",
			`administrativeNode(code: "CN") { relief(from: "2020-01-01", to: "2026-11-24") { list: movements(first: 20) { edges { node { %s } } } } }`,
			`id ref kind from { id } to { id } reliefClass funds goodsItem goodsQuantity households persons occurredOn documentNumber disclosure { id }`,
		},
	}
	var ids []string
	for _, c := range kinds {
		t.Run(c.kind, func(t *testing.T) {
			fields := "__typename " + c.fields
			things := listed(s.data("{ "+fmt.Sprintf(c.list, fields)+" }", nil))
			things = slices.DeleteFunc(things, func(thing any) bool { return at(t, thing, "__typename") != c.kind })
			if len(things) == 0 {
				t.Fatalf("the demo world has no %s", c.kind)
			}
			for _, thing := range things[:min(3, len(things))] {
				id := at(t, thing, "id").(string)
				ids = append(ids, id)
				if code, is := thing.(map[string]any)["code"]; is && code == id {
					t.Errorf("the id is the code: %s", id)
				}
				for _, server := range []*service{s, other} {
					got := server.data(fmt.Sprintf(`query($id: ID!) { node(id: $id) { ... on %s { %s } } }`, c.kind, fields), map[string]any{"id": id})["node"]
					if difference := cmp.Diff(thing, got); difference != "" {
						t.Errorf("node(%q) differs from the list:\n%s", id, difference)
					}
				}
			}
		})
	}
	// Backwards, each twice, with ids of nothing between.
	slices.Reverse(ids)
	var asked []any
	for _, id := range ids {
		asked = append(
			asked,
			id,
			"garbled",
			cursorOf("d", "nothing"),
			id,
			cursorOf("n", "nowhere"),
			cursorOf("g", "533102102", "1.1", "99999"),
		)
	}
	for chunk := range slices.Chunk(asked, 96) {
		things := s.data(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": chunk})["nodes"].([]any)
		if len(things) != len(chunk) {
			t.Fatalf("%d things for %d ids", len(things), len(chunk))
		}
		for i, thing := range things {
			if i%6 == 0 || i%6 == 3 {
				if thing == nil || at(t, thing, "id") != chunk[i] {
					t.Errorf("id %d, %v: %v", i, chunk[i], thing)
				}
			} else if thing != nil {
				t.Errorf("id %d, %v, is of nothing: %v", i, chunk[i], thing)
			}
		}
	}
	if none := s.data(`{ nodes(ids: []) { id } }`, nil)["nodes"].([]any); len(none) != 0 {
		t.Errorf("no ids: %v", none)
	}
}

// listed finds the nodes of the list named "list", or the cells of its nodes.
func listed(value any) []any {
	switch value := value.(type) {
	case map[string]any:
		list, there := value["list"]
		if !there {
			for _, below := range value {
				if found := listed(below); found != nil {
					return found
				}
			}
			return nil
		}
		if connection, is := list.(map[string]any); is {
			list = connection["edges"]
		}
		var things []any
		for _, thing := range list.([]any) {
			if edge, is := thing.(map[string]any)["node"]; is {
				thing = edge
			}
			if cell, is := thing.(map[string]any)["cell"]; is && len(thing.(map[string]any)) == 1 {
				thing = cell
			}
			things = append(things, thing)
		}
		return things
	}
	return nil
}

// pageOf is a page of the list named "list": what its nodes are, and how to go on.
type pageOf struct {
	nodes   []string
	cursors []string
	info    map[string]any
	total   int
}

// page asks for a page; the query has a %s for its arguments and one for what is
// asked of a connection.
func (s *service) page(query string, first int, after string) pageOf {
	s.t.Helper()
	arguments := fmt.Sprintf("first: %d", first)
	if after != "" {
		arguments += fmt.Sprintf(", after: %q", after)
	}
	data := s.data(
		"{ "+fmt.Sprintf(query, arguments, "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor")+" }",
		nil,
	)
	var list map[string]any
	var find func(any)
	find = func(value any) {
		if of, is := value.(map[string]any); is {
			if found, there := of["list"].(map[string]any); there {
				list = found
				return
			}
			for _, below := range of {
				find(below)
			}
		}
	}
	find(data)
	p := pageOf{info: list["pageInfo"].(map[string]any), total: int(list["totalCount"].(float64))}
	for _, edge := range list["edges"].([]any) {
		p.nodes = append(p.nodes, fmt.Sprint(at(s.t, edge, "node")))
		p.cursors = append(p.cursors, at(s.t, edge, "cursor").(string))
	}
	return p
}

// walk goes through a list page by page, as Relay does, and checks each page.
func (s *service) walk(query string, size, most int) []string {
	s.t.Helper()
	var walked []string
	for after := ""; len(walked) < most; {
		p := s.page(query, size, after)
		switch {
		case len(p.nodes) > size:
			s.t.Fatalf("a page of %d has %d rows", size, len(p.nodes))
		case p.info["hasPreviousPage"] != (after != ""):
			s.t.Fatalf("hasPreviousPage is %v after %q", p.info["hasPreviousPage"], after)
		case len(p.nodes) > 0 && (p.info["startCursor"] != p.cursors[0] || p.info["endCursor"] != p.cursors[len(p.cursors)-1]):
			s.t.Fatalf("the cursors %v are not those of the edges %v", p.info, p.cursors)
		}
		walked = append(walked, p.nodes...)
		if p.info["hasNextPage"] != true {
			return walked
		}
		if len(p.nodes) < size {
			s.t.Fatalf("a page of %d has %d rows, and there is a next", size, len(p.nodes))
		}
		after = p.cursors[len(p.cursors)-1]
	}
	return walked
}

// lists are all lists that have pages.
var lists = map[string]string{
	"children by code":                 `administrativeNode(code: "533102") { list: children(%s) { %s node { code } } } }`,
	"children, worst first":            `administrativeNode(code: "533102") { list: children(orderBy: COVERAGE_RATE_ASC, %s) { %s node { code } } } }`,
	"children, best first":             `administrativeNode(code: "533102") { list: children(orderBy: COVERAGE_RATE_DESC, asOf: "2024-06-03", %s) { %s node { code } } } }`,
	"children, most gaps first":        `administrativeNode(code: "533102") { list: children(orderBy: GAPS_DESC, %s) { %s node { code } } } }`,
	"children in force":                `administrativeNode(code: "533102") { list: children(inForceOnly: true, %s) { %s node { code } } } }`,
	"gaps by publisher":                `list: gaps(code: "533102", %s) { %s node { id } } }`,
	"gaps, oldest first":               `list: gaps(code: "533102", orderBy: OLDEST_FIRST, %s) { %s node { id } } }`,
	"gaps, newest first":               `list: gaps(code: "533102", orderBy: NEWEST_FIRST, %s) { %s node { id } } }`,
	"gaps by entry":                    `list: gaps(code: "533102", orderBy: ENTRY, %s) { %s node { id } } }`,
	"gaps of some statuses":            `list: gaps(code: "533102", filter: {statuses: [OVERDUE, STALE]}, %s) { %s node { id } } }`,
	"gaps of a level, oldest first":    `list: gaps(code: "CN", orderBy: OLDEST_FIRST, filter: {levels: [COUNTY], minDaysOpen: 30}, %s) { %s node { id } } }`,
	"gaps of some entries, by entry":   `list: gaps(code: "CN", orderBy: ENTRY, filter: {entries: ["1.3", "5.1"]}, %s) { %s node { id } } }`,
	"gaps of categories":               `list: gaps(code: "533102", orderBy: ENTRY, asOf: "2024-06-03", filter: {categories: ["政策文件"]}, %s) { %s node { id } } }`,
	"a node's own gaps":                `administrativeNode(code: "533102102") { list: gaps(scope: SELF, asOf: "2024-06-03", %s) { %s node { id } } } }`,
	"upcoming":                         `list: upcoming(code: "533102", workingDays: 60, %s) { %s node { dueOn publisher { code } entry { code } } } }`,
	"disclosures":                      `administrativeNode(code: "533102102") { list: disclosures(%s) { %s node { id } } } }`,
	"disclosures of some entries":      `administrativeNode(code: "533102") { list: disclosures(filter: {entries: ["1.3"]}, %s) { %s node { id } } } }`,
	"disclosures of a span and a word": `administrativeNode(code: "533102") { list: disclosures(filter: {from: "2026-09-01", to: "2026-11-01", title: "示例"}, %s) { %s node { id } } } }`,
	"news":                             `administrativeNode(code: "533102") { list: news(%s) { %s node { id } } } }`,
	"search":                           `list: administrativeNodes(search: "镇", %s) { %s node { code } } }`,
	"search of a level":                `list: administrativeNodes(search: "瑞丽", level: TOWNSHIP, %s) { %s node { code } } }`,
	"movements":                        `administrativeNode(code: "CN") { relief(from: "2020-01-01", to: "2026-11-24") { list: movements(%s) { %s node { id } } } } }`,
	"gaps opened":                      `coverageChange(code: "533102", from: "2024-06-03", to: "2026-11-24") { list: opened(%s) { %s node { id } } } }`,
	"gaps closed":                      `coverageChange(code: "533102", from: "2024-06-03", to: "2026-11-24") { list: closed(%s) { %s node { id } } } }`,
}

// TestEveryPage: in pages of 1 and of 7 every list is the same as in one, as far
// as 60 rows, and no page is a page of nothing.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for name, query := range lists {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := s.page(query, 500, "")
			if len(whole.nodes) != min(whole.total, 500) {
				t.Fatalf("%d of %d", len(whole.nodes), whole.total)
			}
			if len(whole.nodes) < 2 && name != "search of a level" {
				t.Errorf("%d rows show little", len(whole.nodes))
			}
			sorted := slices.Sorted(slices.Values(whole.nodes))
			if len(slices.Compact(sorted)) != len(whole.nodes) {
				t.Error("a row is listed twice")
			}
			for _, size := range []int{1, 7} {
				walked := s.walk(query, size, 60)
				if difference := cmp.Diff(
					whole.nodes[:min(len(walked), len(whole.nodes))],
					walked,
				); difference != "" ||
					len(walked) < min(60, len(whole.nodes)) {
					t.Errorf("%d rows in pages of %d:\n%s", len(walked), size, difference)
				}
			}
			if none := s.page(
				query,
				0,
				"",
			); len(none.nodes) != 0 || none.total != whole.total || none.info["endCursor"] != nil ||
				none.info["hasNextPage"] != (whole.total > 0) {
				t.Errorf("a page of no rows: %+v", none)
			}
			// After the last row there is nothing.
			last := s.page(query, 7, whole.cursors[len(whole.cursors)-1])
			if more := whole.total > 500; (len(last.nodes) > 0) != more || last.info["hasNextPage"] == true && !more {
				t.Errorf("after the last row: %+v", last)
			}
		})
	}
}

// TestPagesWhileWriting: a cursor stays good when rows come and go between two
// pages: what was to come still comes, once, and nothing is repeated.
func TestPagesWhileWriting(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	written := 0
	// write registers documents published on days spread over the list, some of
	// which close gaps, and adds news.
	write := func() {
		for _, day := range []string{"2026-11-24", "2026-10-01", "2025-03-03"} {
			written++
			s.data(registerMutation, map[string]any{"input": map[string]any{
				"ref": fmt.Sprintf(
					"between-%d",
					written,
				),
				"publisherCode": "533102102",
				"entryCode":     []string{"1.1", "1.3", "3.1"}[written%3],
				"title":         "通知",
				"attribute":     "PROACTIVE",
				"formedOn":      day,
				"publishedOn":   day,
			}})
			s.data(`mutation($input: NewsInput!) { addNews(input: $input) { closedGap } }`, map[string]any{"input": map[string]any{
				"ref": fmt.Sprintf(
					"between-%d",
					written,
				),
				"publisherCode": "533102401",
				"title":         "动态",
				"publishedAt":   day + "T08:00:00+08:00",
			}})
			s.data(
				`mutation($input: ReliefMovementInput!) { recordReliefMovement(input: $input) { movement { id } } }`,
				map[string]any{"input": map[string]any{
					"ref": fmt.Sprintf(
						"between-%d",
						written,
					),
					"kind":        "DONATION",
					"toCode":      "533102102",
					"reliefClass": "DROUGHT",
					"funds":       "1",
					"occurredOn":  day,
				}},
			)
		}
	}
	for _, name := range []string{"children, worst first", "children, most gaps first", "gaps by publisher", "gaps, oldest first", "gaps by entry", "upcoming", "disclosures", "disclosures of some entries", "news", "movements"} {
		query := lists[name]
		before := s.page(query, 500, "")
		half := min(len(before.nodes)/2, 20)
		first := s.page(query, half, "")
		write()
		after := s.page(query, 500, "")
		rest := s.page(query, 500, first.cursors[half-1])
		for _, node := range rest.nodes {
			if slices.Contains(first.nodes, node) && !movable[name] {
				t.Errorf("%s: %s is listed again", name, node)
			}
		}
		for _, node := range before.nodes[half:] {
			if slices.Contains(after.nodes, node) && !slices.Contains(rest.nodes, node) && !movable[name] {
				t.Errorf("%s: %s was to come and did not", name, node)
			}
		}
		if sorted := slices.Sorted(slices.Values(rest.nodes)); len(slices.Compact(sorted)) != len(rest.nodes) {
			t.Errorf("%s: a row is listed twice", name)
		}
	}
	mustVerify(t, s.db)
}

// movable lists are ordered by figures: a row whose own figures change between
// two pages moves, past the cursor too.
var movable = map[string]bool{"children, worst first": true, "children, most gaps first": true}
