package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// listsInPages are all lists that have pages, with %s for the arguments of the page
// and the rows of a page at %r.
var listsInPages = map[string]string{
	"children":           `city(code: "533102") { list: children(%s) { %r { code } } }`,
	"children by gaps":   `city(code: "533102") { list: children(orderBy: GAPS_DESC, %s) { %r { code } } }`,
	"townships":          `region(code: "53") { list: townships(%s) { %r { code } } }`,
	"departments":        `city(code: "533102") { list: departments(%s) { %r { code } } }`,
	"ranking":            `region(code: "53") { list: ranking(level: TOWNSHIP, %s) { %r { node { code } } } }`,
	"peers":              `township(code: "533102102") { peers { list: ranking(%s) { %r { node { code } } } } }`,
	"search":             `list: search(text: "乡", %s) { %r { code } }`,
	"nodes":              `list: administrativeNodes(search: "镇", %s) { %r { code } }`,
	"gaps":               `city(code: "533102") { list: gaps(%s) { %r { publisher { code } entry { code } } } }`,
	"gaps by age":        `region(code: "53") { list: gaps(orderBy: OLDEST_FIRST, filter: {statuses: [OVERDUE]}, %s) { %r { publisher { code } entry { code } } } }`,
	"gaps, newest":       `region(code: "53") { list: gaps(orderBy: NEWEST_FIRST, %s) { %r { publisher { code } entry { code } } } }`,
	"upcoming":           `city(code: "533102") { list: upcoming(workingDays: 60, %s) { %r { dueOn publisher { code } entry { code } } } }`,
	"upcoming, by entry": `city(code: "533102") { list: upcoming(workingDays: 60, orderBy: ENTRY, %s) { %r { dueOn publisher { code } entry { code } } } }`,
	"upcoming of 3":      `city(code: "533102") { list: upcoming(workingDays: 60, orderBy: PUBLISHER, filter: {entries: ["3"]}, %s) { %r { dueOn publisher { code } entry { code } } } }`,
	"upcoming by child":  `city(code: "533102") { upcoming(workingDays: 60) { list: children(%s) { %r { node { code } counts { total } } } } }`,
	"changed cells":      `coverageChange(code: "533102", from: "2026-06-30", to: "2026-11-24") { list: cells(%s) { %r { publisher { code } entry { code } } } }`,
	"opened":             `coverageChange(code: "533102", from: "2026-03-31", to: "2026-11-24") { list: opened(%s) { %r { publisher { code } entry { code } } } }`,
	"opened, newest":     `coverageChange(code: "533102", from: "2026-03-31", to: "2026-11-24") { list: opened(orderBy: NEWEST_FIRST, %s) { %r { publisher { code } entry { code } } } }`,
	"closed, oldest":     `coverageChange(code: "533102", from: "2026-03-31", to: "2026-11-24") { list: closed(orderBy: OLDEST_FIRST, %s) { %r { publisher { code } entry { code } } } }`,
	"documents":          `city(code: "533102") { list: disclosures(%s) { %r { ref } } }`,
	"documents, oldest":  `city(code: "533102") { list: disclosures(orderBy: OLDEST_FIRST, %s) { %r { ref } } }`,
	"documents of 3":     `city(code: "533102") { list: disclosures(filter: {entries: ["3"]}, %s) { %r { ref } } }`,
	"news":               `region(code: "53") { list: news(%s) { %r { ref } } }`,
	"news, oldest":       `region(code: "53") { list: news(orderBy: OLDEST_FIRST, %s) { %r { ref } } }`,
	"news of 5":          `region(code: "53") { list: news(filter: {entries: ["5"]}, %s) { %r { ref } } }`,
	"money by child":     `city(code: "533102") { relief { list: children(%s) { %r { node { code } } } } }`,
	"movements":          `region(code: "53") { relief(from: "2025-01-01", to: "2026-12-31") { list: movements(%s) { %r { ref } } } }`,
	"movements, oldest":  `region(code: "53") { relief(from: "2025-01-01", to: "2026-12-31") { list: movements(orderBy: OLDEST_FIRST, %s) { %r { ref } } } }`,
	"movements of one":   `region(code: "53") { relief(from: "2025-01-01", to: "2026-12-31") { list: movements(filter: {publishers: ["533102"], from: "2025-06-01"}, %s) { %r { ref } } } }`,
	"movements, towns":   `region(code: "53") { relief(from: "2025-01-01", to: "2026-12-31") { list: movements(filter: {levels: [TOWNSHIP]}, %s) { %r { ref } } } }`,
	"given out":          `region(code: "53") { relief(from: "2025-01-01", to: "2026-12-31") { list: movements(filter: {kinds: [DISTRIBUTION]}, %s) { %r { ref } } } }`,
	"reviews due":        `city(code: "533102") { list: reviewsDue(year: 2026, %s) { %r { entry { code } publisher { code } } } }`,
	"children, gaps":     `city(code: "533102") { list: children(filter: {withGaps: true, name: "镇"}, %s) { %r { code } } }`,
	"ranking, worst":     `region(code: "53") { list: ranking(level: TOWNSHIP, orderBy: WORST_FIRST, filter: {name: "镇"}, %s) { %r { node { code } } } }`,
	"peers, worst":       `township(code: "533102102") { peers { list: ranking(orderBy: WORST_FIRST, %s) { %r { node { code } } } } }`,
	"changed of 3":       `coverageChange(code: "533102", from: "2026-06-30", to: "2026-11-24") { list: cells(filter: {entries: ["3"]}, %s) { %r { publisher { code } entry { code } } } }`,
	"opened, towns":      `coverageChange(code: "53", from: "2026-03-31", to: "2026-11-24") { list: opened(filter: {levels: [TOWNSHIP]}, orderBy: ENTRY, %s) { %r { publisher { code } entry { code } } } }`,
	"documents, towns":   `region(code: "53") { list: disclosures(filter: {levels: [TOWNSHIP]}, %s) { %r { ref } } }`,
	"reviews, oldest":    `region(code: "53") { list: reviewsDue(year: 2026, orderBy: OLDEST_FIRST, %s) { %r { entry { code } publisher { code } } } }`,
	"reviews, newest":    `region(code: "53") { list: reviewsDue(year: 2026, orderBy: NEWEST_FIRST, %s) { %r { entry { code } publisher { code } } } }`,
	"tasks, newest":      `region(code: "53") { list: openTasks(orderBy: NEWEST_FIRST, %s) { %r { entry { code } publisher { code } } } }`,
	"open tasks":         `city(code: "533102") { list: openTasks(%s) { %r { entry { code } publisher { code } } } }`,
	"concerns":           `region(code: "53") { list: concerns(%s) { %r { ref } } }`,
	"orders":             `city(code: "533102") { list: orders(%s) { %r { ref } } }`,
	"orders, open":       `region(code: "53") { list: orders(filter: {states: [ISSUED, RECEIVED, RETURNED]}, %s) { %r { ref } } }`,
	"concerns, oldest":   `region(code: "53") { list: concerns(orderBy: OLDEST_FIRST, %s) { %r { ref } } }`,
}

// TestPagesGoBothWays: pages one after the other are the list, and so are pages one
// before the other; rows without cursors are those with them.
func TestPagesGoBothWays(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for name, list := range listsInPages {
		above, below, _ := strings.Cut(list, "%r ")
		row := rowOf(below)
		question := above + `totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes ` + row +
			` edges { node ` + row + ` }` + below[len(row):]
		ask := func(arguments string) map[string]any {
			return listIn(s.data("{ "+fmt.Sprintf(question, arguments)+" }", nil))
		}
		whole := ask("first: 500")
		rows := whole["nodes"].([]any)
		if len(rows) < 2 || float64(len(rows)) != min(whole["totalCount"].(float64), 500) {
			t.Errorf("%s: %d rows of %v", name, len(rows), whole["totalCount"])
			continue
		}
		rows = rows[:min(len(rows), 23)]
		size := 1 + len(rows)/4
		var forwards []any
		last := "" // the cursor of the last page read
		for after := ""; len(forwards) < len(rows); {
			page := ask(fmt.Sprintf("first: %d%s", size, after))
			info := page["pageInfo"].(map[string]any)
			forwards = append(forwards, page["nodes"].([]any)...)
			var inEdges []any
			for _, edge := range page["edges"].([]any) {
				inEdges = append(inEdges, edge.(map[string]any)["node"])
			}
			if fmt.Sprint(inEdges) != fmt.Sprint(page["nodes"]) || info["hasPreviousPage"] != (after != "") {
				t.Fatalf("%s: nodes %v, in edges %v, %v", name, page["nodes"], inEdges, info)
			}
			last = fmt.Sprint(info["endCursor"])
			after = fmt.Sprintf(", after: %q", last)
			if info["hasNextPage"] != true {
				break
			}
		}
		if fmt.Sprint(forwards[:len(rows)]) != fmt.Sprint(rows) {
			t.Errorf("%s: forwards %v, at once %v", name, forwards, rows)
		}
		var backwards []any
		for before := last; ; {
			page := ask(fmt.Sprintf("last: %d, before: %q", size, before))
			info := page["pageInfo"].(map[string]any)
			backwards = slices.Concat(page["nodes"].([]any), backwards)
			if info["hasNextPage"] != true {
				t.Errorf("%s: before a cursor there is nothing after: %v", name, info)
			}
			if info["hasPreviousPage"] != true {
				break
			}
			before = fmt.Sprint(info["startCursor"])
		}
		if fmt.Sprint(backwards) != fmt.Sprint(forwards[:len(forwards)-1]) {
			t.Errorf("%s: backwards %v, forwards %v", name, backwards, forwards)
		}
		end := ask("last: 2")
		if count := whole["totalCount"].(float64); count <= 500 {
			all := whole["nodes"].([]any)
			if fmt.Sprint(end["nodes"]) != fmt.Sprint(all[len(all)-2:]) || end["pageInfo"].(map[string]any)["hasNextPage"] != false {
				t.Errorf("%s: the last two are %v", name, end)
			}
		}
	}
}

// TestOrdersOfDocuments: what is to be looked at again comes by the day on which it was
// made, either way round.
func TestOrdersOfDocuments(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	for _, list := range []string{"reviewsDue(year: 2026, %s)", "openTasks(%s)"} {
		days := func(order string) (days []string) {
			answer := s.data(
				`{ list: region(code: "53") { list: `+fmt.Sprintf(
					list,
					"first: 500, orderBy: "+order,
				)+` { nodes { disclosure { ref formedOn } } } } }`,
				nil,
			)
			for _, row := range at(t, answer, "list", "list", "nodes").([]any) {
				days = append(days, fmt.Sprint(at(t, row, "disclosure", "formedOn"), " ", at(t, row, "disclosure", "ref")))
			}
			return days
		}
		oldest, newest, byPublisher := days("OLDEST_FIRST"), days("NEWEST_FIRST"), days("PUBLISHER")
		if len(oldest) < 2 || !slices.IsSorted(oldest) || len(oldest) > 2 && slices.IsSorted(byPublisher) {
			t.Errorf("%s: oldest first %v", list, oldest)
		}
		slices.Reverse(newest)
		if !slices.Equal(oldest, newest) || !slices.Equal(oldest, slices.Sorted(slices.Values(byPublisher))) {
			t.Errorf("%s: oldest %v, newest reversed %v, by publisher %v", list, oldest, newest, byPublisher)
		}
	}
}

// TestMatrixGoesBothWays: its pages forwards and backwards are the rows of all of it.
func TestMatrixGoesBothWays(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for _, filter := range []string{"", `, filter: {categories: ["灾后救助"], levels: [TOWNSHIP]}`} {
		ask := func(arguments string) (codes []string, matrix any) {
			matrix = at(t, s.data(`{ coverageMatrix(code: "5331", `+arguments+filter+`) { totalCount entries { code }
				rows { publisher { code } cells { entryCode } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`, nil), "coverageMatrix")
			for _, row := range at(t, matrix, "rows").([]any) {
				codes = append(codes, at(t, row, "publisher", "code").(string))
			}
			return codes, matrix
		}
		whole, matrix := ask("first: 500")
		if float64(len(whole)) != at(t, matrix, "totalCount") || len(whole) < 8 {
			t.Fatalf("%d of %v", len(whole), at(t, matrix, "totalCount"))
		}
		var forwards, backwards []string
		for page, after := 0, ""; page < 100; page++ {
			codes, matrix := ask("first: 7" + after)
			forwards = append(forwards, codes...)
			if at(t, matrix, "pageInfo", "hasNextPage") == false {
				break
			}
			after = fmt.Sprintf(", after: %q", at(t, matrix, "pageInfo", "endCursor"))
		}
		for page, before := 0, ""; page < 100; page++ {
			codes, matrix := ask("last: 7" + before)
			backwards = slices.Concat(codes, backwards)
			if at(t, matrix, "pageInfo", "hasPreviousPage") == false {
				break
			}
			before = fmt.Sprintf(", before: %q", at(t, matrix, "pageInfo", "startCursor"))
		}
		if !slices.Equal(forwards, whole) || !slices.Equal(backwards, whole) {
			t.Errorf("whole %v, forwards %v, backwards %v", whole, forwards, backwards)
		}
		for _, entry := range at(t, matrix, "entries").([]any) {
			if filter != "" && !strings.HasPrefix(at(t, entry, "code").(string), "3.") {
				t.Errorf("a column of %v", entry)
			}
		}
	}
}

// rowOf is the first selection of a text.
func rowOf(text string) string {
	depth := 0
	for i, letter := range text {
		switch letter {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[:i+1]
			}
		}
	}
	return text
}
