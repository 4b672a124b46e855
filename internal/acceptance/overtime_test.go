package acceptance

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestAccounts: the changed cells of a node between two days are, one by one, the
// whole difference of its figures, each with its cause.
func TestAccounts(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const figures = `{ covered pending missing overdue stale exempt timeliness { onTime late overdue open undetermined } }`
	change := at(t, s.data(`{ coverageChange(code: "533102", from: "2025-06-30", to: "2026-11-24") { before `+figures+` after `+figures+`
		transitions { before after cells } dutyTransitions { before after duties } cells(first: 500) { totalCount pageInfo { hasNextPage } edges { node { before after on cause { text } publisher { code } entry { code } } } } } }`, nil), "coverageChange")
	counted, listed := map[string]float64{}, map[string]float64{}
	status := func(of any) string {
		text, _ := of.(string)
		return strings.ToLower(text)
	}
	for _, transition := range at(t, change, "transitions").([]any) {
		cells := at(t, transition, "cells").(float64)
		counted[status(at(t, transition, "before"))] -= cells
		counted[status(at(t, transition, "after"))] += cells
	}
	edges := at(t, change, "cells", "edges").([]any)
	for _, edge := range edges {
		listed[status(at(t, edge, "node", "before"))]--
		listed[status(at(t, edge, "node", "after"))]++
		on, _ := at(t, edge, "node", "on").(string)
		if at(t, edge, "node", "cause") == nil || at(t, edge, "node", "cause", "text") == "" || on <= "2025-06-30" || on > "2026-11-24" {
			t.Errorf("no cause, or not of these days: %v", edge)
		}
	}
	if len(edges) < 10 || at(t, change, "cells", "totalCount") != float64(len(edges)) {
		t.Errorf("%d cells changed", len(edges))
	}
	for _, figure := range []string{"covered", "pending", "missing", "overdue", "stale", "exempt"} {
		difference := at(t, change, "after", figure).(float64) - at(t, change, "before", figure).(float64)
		if counted[figure] != difference || listed[figure] != difference {
			t.Errorf("%s differs by %v, the transitions by %v, the cells by %v", figure, difference, counted[figure], listed[figure])
		}
	}
	states := map[string]float64{}
	for _, transition := range at(t, change, "dutyTransitions").([]any) {
		duties := at(t, transition, "duties").(float64)
		states[status(at(t, transition, "before"))] -= duties
		states[status(at(t, transition, "after"))] += duties
	}
	for figure, state := range map[string]string{"onTime": "on_time", "late": "late", "overdue": "overdue", "open": "open", "undetermined": "undetermined"} {
		difference := at(t, change, "after", "timeliness", figure).(float64) - at(t, change, "before", "timeliness", figure).(float64)
		if states[state] != difference || states[state] == 0 && figure != "open" {
			t.Errorf("%s of timeliness differs by %v, the transitions by %v", figure, difference, states[state])
		}
	}
}

// TestAccountsOfEnds: a cell that is no longer owed says what ended it, and a
// closed gap by what and when it was closed.
func TestAccountsOfEnds(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	merged := at(t, s.data(`{ coverageChange(code: "533102299", from: "2025-06-30", to: "2025-07-01") { cells(first: 50) { edges { node { before after on cause { text } } } } } }`, nil), "coverageChange", "cells", "edges").([]any)
	if len(merged) == 0 {
		t.Fatal("no cell of the township that merged ended")
	}
	for _, edge := range merged {
		if at(t, edge, "node", "after") != nil || at(t, edge, "node", "cause", "text") != "公开主体撤销" ||
			at(t, edge, "node", "on") != "2025-07-01" {
			t.Errorf("%v", edge)
		}
	}
	superseded := at(t, s.data(`{ coverageChange(code: "533102", from: "2020-11-30", to: "2020-12-01") { cells(first: 200) { edges { node { before after entry { code } cause { text } } } } } }`, nil), "coverageChange", "cells", "edges").([]any)
	ended := 0
	for _, edge := range superseded {
		if at(t, edge, "node", "after") == nil {
			ended++
			if text := at(t, edge, "node", "cause", "text").(string); !strings.HasPrefix(text, "不再要求公开该栏目") {
				t.Errorf("%v: %s", edge, text)
			}
		}
	}
	if ended == 0 {
		t.Error("no cell ended when the local catalog began")
	}
	closed := at(t, s.data(`{ coverageChange(code: "533102", from: "2025-06-30", to: "2026-11-24") { closed(first: 500) { edges { node { since endsOn endedBy { text } cause { text } } } } } }`, nil), "coverageChange", "closed", "edges").([]any)
	if len(closed) == 0 {
		t.Fatal("no gap closed")
	}
	for _, edge := range closed {
		if on, _ := at(t, edge, "node", "endsOn").(string); on <= "2025-06-30" || on > "2026-11-24" ||
			at(t, edge, "node", "endedBy", "text") == "" ||
			at(t, edge, "node", "cause", "text") == "" {
			t.Errorf("%v", edge)
		}
	}
	if r := s.ask(
		`{ coverageChange(code: "533102", from: "2026-07-15", to: "2026-06-15") { before { covered } } }`,
		nil,
	); r.code() != "INVALID_INPUT" ||
		r.Errors[0].Extensions["field"] != "to" {
		t.Errorf("backwards: %+v", r.Errors)
	}
}

// TestDutiesNotInForce: what a township owed before it merged is listed on it, and
// is all that its timeliness counts.
func TestDutiesNotInForce(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	node := at(t, s.data(`{ administrativeNode(code: "533102299") { dutiesNotInForce { kind openedOn dueOn fulfilledOn }
		before: dutiesNotInForce(asOf: "2025-06-30") { kind } coverage { required timeliness { onTime late overdue open undetermined } } } }`, nil), "administrativeNode")
	counted := 0.0
	for _, figure := range at(t, node, "coverage", "timeliness").(map[string]any) {
		counted += figure.(float64)
	}
	if listed := len(
		at(t, node, "dutiesNotInForce").([]any),
	); listed == 0 || float64(listed) != counted ||
		at(t, node, "coverage", "required") != 0.0 {
		t.Errorf("%d duties are listed, %v counted", listed, counted)
	}
	if before := at(t, node, "before").([]any); len(before) != 0 {
		t.Errorf("while it was in force: %v", before)
	}
}

// TestPeers: the spread of the rates is that of the ranking.
func TestPeers(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	peers := at(
		t,
		s.data(
			`{ peers(code: "533102102", within: PARENT) { group { code } ranked least lowerQuartile median upperQuartile most mean self { rank node { code } } places { rank node { code } figures { coverageRate } } } }`,
			nil,
		),
		"peers",
	)
	places := at(t, peers, "places").([]any)
	ranking := at(t, s.data(`{ ranking(code: "533102", level: TOWNSHIP) { rank node { code } figures { coverageRate } } }`, nil), "ranking").([]any)
	if fmt.Sprint(places) != fmt.Sprint(ranking) {
		t.Errorf("%v\n%v", places, ranking)
	}
	best, worst := at(t, places[0], "figures", "coverageRate"), any(nil)
	sum, ranked := 0.0, 0.0
	var rates []float64
	for _, place := range places {
		if rate, ok := at(t, place, "figures", "coverageRate").(float64); ok && at(t, place, "rank") != nil {
			worst, sum, ranked = rate, sum+rate, ranked+1
			rates = append(rates, rate)
		}
	}
	if at(t, peers, "most") != best || at(t, peers, "least") != worst || at(t, peers, "ranked") != ranked ||
		at(t, peers, "group", "code") != "533102" ||
		at(t, peers, "self", "node", "code") != "533102102" ||
		math.Abs(at(t, peers, "mean").(float64)-sum/ranked) > 1e-12 {
		t.Errorf("%v", peers)
	}
	// A quartile lies where as many parts of the way from the least to the most
	// peer are behind it; between two peers in proportion.
	slices.Sort(rates)
	for name, quarters := range map[string]int{"least": 0, "lowerQuartile": 1, "median": 2, "upperQuartile": 3, "most": 4} {
		steps := quarters * (len(rates) - 1)
		want := rates[steps/4]
		if rest := steps % 4; rest > 0 {
			want += (rates[steps/4+1] - want) * float64(rest) / 4
		}
		if got := at(t, peers, name).(float64); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s of %v: %v, want %v", name, rates, got, want)
		}
	}
	if answer := s.data(`{ peers(code: "533102/yjglj") { ranked } }`, nil); answer["peers"] != nil {
		t.Errorf("%v", answer)
	}
}

// TestUpcomingCounts: what is coming adds up by status, by child and by body.
func TestUpcomingCounts(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const counts = `{ missing overdue stale total }`
	coming := at(
		t,
		s.data(
			`{ upcoming(code: "53", workingDays: 120) { totalCount counts `+counts+` byChild { node { code } counts `+counts+` } byPublisher { node { code } counts `+counts+` } } }`,
			nil,
		),
		"upcoming",
	)
	total := at(t, coming, "totalCount").(float64)
	if total == 0 || at(t, coming, "counts", "total") != total {
		t.Errorf("%v of %v", at(t, coming, "counts"), total)
	}
	edges := at(t, s.data(`{ upcoming(code: "53", workingDays: 120, first: 500) { edges { node { becomes publisher { code } } } } }`, nil), "upcoming", "edges").([]any)
	if len(edges) != int(total) {
		t.Fatalf("%d of %v listed", len(edges), total)
	}
	become, of := map[string]float64{}, map[any]map[string]float64{}
	for _, edge := range edges {
		publisher, status := at(t, edge, "node", "publisher", "code"), strings.ToLower(at(t, edge, "node", "becomes").(string))
		if of[publisher] == nil {
			of[publisher] = map[string]float64{}
		}
		become[status]++
		of[publisher][status]++
	}
	same := func(about string, counts any, want map[string]float64) {
		t.Helper()
		for _, status := range []string{"missing", "overdue", "stale"} {
			if at(t, counts, status) != want[status] {
				t.Errorf("%s: %s %v, want %v", about, status, at(t, counts, status), want[status])
			}
		}
	}
	same("all", at(t, coming, "counts"), become)
	for _, publisher := range at(t, coming, "byPublisher").([]any) {
		code := at(t, publisher, "node", "code")
		same(code.(string), at(t, publisher, "counts"), of[code])
	}
	for _, by := range []string{"byChild", "byPublisher"} {
		sum := 0.0
		for _, of := range at(t, coming, by).([]any) {
			sum += at(t, of, "counts", "total").(float64)
		}
		if sum != total {
			t.Errorf("%s adds up to %v of %v", by, sum, total)
		}
	}
}

// TestSuccession: places that merge point to each other, mark the trend, and keep
// what they owed; an earlier name is found and shown as of its days.
func TestSuccession(t *testing.T) {
	t.Parallel()
	db := demo(t)
	folder := t.TempDir()
	write := func(content string) {
		t.Helper()
		path := filepath.Join(folder, "areas.csv")
		if err := os.WriteFile(path, []byte("code,name,level,parent_code,valid_from,valid_to,succeeded_by\n"+content), 0o600); err != nil {
			t.Fatal(err)
		}
		pgtest.Import(t, db, importing, path)
	}
	write(
		"533102901,甲镇,TOWNSHIP,533102,,2024-08-31,533102903\n533102902,乙乡,TOWNSHIP,533102,,2024-08-31,533102903\n533102903,新镇,TOWNSHIP,533102,2024-09-01,,\n",
	)
	s := serve(t, db, nil)
	const question = `{ administrativeNode(code: "533102903") { name predecessors { code successors { code } } }
		city: administrativeNode(code: "533102") { successions(from: "2024-01-01", to: "2024-12-31") { on ended { code } began { code } }
			all: children(first: 500) { totalCount } there: children(first: 500, inForceOnly: true, asOf: "2024-09-01") { totalCount } } }`
	answer := s.data(question, nil)
	if got := fmt.Sprint(
		at(t, answer, "administrativeNode", "predecessors"),
	); got != "[map[code:533102901 successors:[map[code:533102903]]] map[code:533102902 successors:[map[code:533102903]]]]" {
		t.Errorf("%s", got)
	}
	if got := fmt.Sprint(
		at(t, answer, "city", "successions"),
	); got != "[map[began:[map[code:533102903]] ended:[map[code:533102901] map[code:533102902]] on:2024-09-01]]" {
		t.Errorf("%s", got)
	}
	if all, there := at(t, answer, "city", "all", "totalCount").(float64), at(t, answer, "city", "there", "totalCount").(float64); all-there != 2 {
		t.Errorf("%v children, %v of them there", all, there)
	}
	figures := func() string {
		return fmt.Sprint(
			s.data(
				`{ administrativeNode(code: "533102") { coverageTrend(from: "2024-01-01", to: "2026-12-31", step: MONTH) { covered missing overdue stale pending } } }`,
				nil,
			),
		)
	}
	before := figures()
	write("533102903,新新镇,TOWNSHIP,533102,2024-09-01,,\n")
	if figures() != before {
		t.Error("a new name changes figures")
	}
	named := s.data(
		`{ administrativeNodes(search: "新镇") { edges { node { code name before: name(asOf: "2026-01-01") formerNames { name until } } } } }`,
		nil,
	)
	found := at(t, named, "administrativeNodes", "edges", 0, "node").(map[string]any)
	if found["code"] != "533102903" || found["name"] != "新新镇" || found["before"] != "新镇" || at(t, found, "formerNames", 0, "name") != "新镇" {
		t.Errorf("%v", found)
	}
}
