package acceptance

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/sample"
)

// asIfFigures are what is compared between a world that is supposed and one in
// which it was done.
const asIfFigures = `code coverage(asOf: "2026-11-24") { required covered pending missing overdue stale exempt timeliness { onTime late overdue open undetermined } }
	january: coverage(asOf: "2027-01-29") { overdue timeliness { overdue open } }
	later: coverage(asOf: "2027-03-31") { required covered pending missing overdue stale timeliness { overdue open } }
	coverageTrend(from: "2024-01-01", to: "2027-06-30", step: QUARTER) { covered missing overdue stale }
	relief(from: "2024-01-01", to: "2026-11-24") { total { received passedDown distributed disclosed } byClass { figures { disclosed } } discrepancies { kind node { code } amount } }
	gaps(first: 500) { totalCount edges { node { status since explanation(locale: ZH) publisher { code } entry { code } reason { anchorDate dueOn provisional } } } }
	children(first: 500) { edges { node { code coverage(asOf: "2026-11-24") { covered missing overdue stale } } } }`

// TestWhatIf: what is supposed gives the same figures, gaps and reasons as doing it
// in a copy of the world, and writes nothing.
func TestWhatIf(t *testing.T) {
	t.Parallel()
	arrangement := `{"year": 2027, "days": [{"date": "2027-01-01", "name": "元旦", "isOffDay": true}, {"date": "2027-01-04", "name": "元旦", "isOffDay": true}, {"date": "2027-01-09", "name": "元旦", "isOffDay": false}]}`
	for name, c := range map[string]struct {
		changes string // of the GraphQL input
		do      func(t *testing.T, s *service, folder string)
	}{
		"a document is published": {`{publications: [{id: "ID", publishedOn: "2026-11-23"}]}`, func(_ *testing.T, s *service, _ string) {
			s.data(`mutation($id: ID!) { publishDisclosure(id: $id, publishedOn: "2026-11-23") { closedGap } }`, map[string]any{"id": unpublished(s)})
		}},
		"something is published in a cell": {`{publications: [{publisherCode: "PUBLISHER", entryCode: "ENTRY", period: "2025", publishedOn: "2026-11-20"}]}`, func(t *testing.T, s *service, _ string) {
			publisher, entry := missingCell(t, s, 0)
			s.data(registerMutation, map[string]any{"input": map[string]any{
				"ref": "x", "publisherCode": publisher, "entryCode": entry, "title": "年度情况", "attribute": "PROACTIVE", "period": "2025", "publishedOn": "2026-11-20",
			}})
		}},
		"a limit is another": {`{limits: [{catalogCode: "CN-2019", entryCode: "2.1", limit: {kind: WORKING_DAYS, n: 3}}]}`, func(t *testing.T, s *service, folder string) {
			again(t, s, folder, "national.csv", func(row string) string {
				if strings.HasPrefix(row, "2.1,") {
					return strings.Replace(row, "WORKING_DAYS,20,", "WORKING_DAYS,3,", 1)
				}
				return row
			})
		}},
		"a limit counted from the day of issue is another": {`{limits: [{catalogCode: "533102-2020", entryCode: "3.2.1", limit: {kind: WORKING_DAYS, n: 1}}]}`, func(t *testing.T, s *service, folder string) {
			again(t, s, folder, "ruili.csv", func(row string) string {
				if strings.HasPrefix(row, "3.2.1,") {
					return strings.Replace(row, "WORKING_DAYS,20,ISSUED", "WORKING_DAYS,1,ISSUED", 1)
				}
				return row
			})
		}},
		"an entry is added": {`{entries: [{catalogCode: "CN-2019", entryCode: "2.9", category: "备灾管理", item: "应急避难场所", content: "位置", legalBasis: "《条例》", levels: [COUNTY, TOWNSHIP],
			publishers: ["EMERGENCY_MANAGEMENT", "GOVERNMENT"], limit: {kind: WORKING_DAYS, n: 20}, period: ANNUAL, periodWorkingDays: 20}]}`, func(t *testing.T, s *service, folder string) {
			again(t, s, folder, "national.csv", func(row string) string {
				if strings.HasPrefix(row, "2.2,") {
					return row + "2.9,备灾管理,应急避难场所,,位置,《条例》,COUNTY;TOWNSHIP,EMERGENCY_MANAGEMENT;GOVERNMENT,,,WORKING_DAYS,20,FORMED,ANNUAL,20,0,,,\n"
				}
				return row
			})
		}},
		"an entry is taken out": {`{entries: [{catalogCode: "CN-2019", entryCode: "2.2", remove: true}]}`, func(t *testing.T, s *service, folder string) {
			again(t, s, folder, "national.csv", func(row string) string {
				if strings.HasPrefix(row, "2.2,") {
					return ""
				}
				return row
			})
		}},
		"a year is arranged": {`{arrangements: [{year: 2027, days: [{date: "2027-01-01", name: "元旦", off: true}, {date: "2027-01-04", name: "元旦", off: true}, {date: "2027-01-09", name: "元旦", off: false}]}]}`, func(t *testing.T, s *service, folder string) {
			path := filepath.Join(folder, "2027.json")
			if err := os.WriteFile(path, []byte(arrangement), 0o600); err != nil {
				t.Fatal(err)
			}
			pgtest.Import(t, s.db, importing, path)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveTrusted(t, demo(t), nil)
			publisher, entry := missingCell(t, s, 0)
			changes := strings.NewReplacer("ID", unpublished(s), "PUBLISHER", publisher, "ENTRY", entry).Replace(c.changes)
			asked := `{ whatIf(code: "533102", changes: ` + changes + `) { before { ` + asIfFigures + ` } after { ` + asIfFigures + ` }
				opened(first: 500) { edges { node { publisher { code } entry { code } } } } closed(first: 500) { edges { node { publisher { code } entry { code } } } } } }`
			real := `{ administrativeNode(code: "533102") { ` + asIfFigures + ` } }`
			before := at(t, s.data(real, nil), "administrativeNode")
			supposed := at(t, s.data(asked, nil), "whatIf")
			if diff := cmp.Diff(before, at(t, supposed, "before")); diff != "" {
				t.Errorf("before it is done:\n%s", diff)
			}
			if cmp.Equal(before, at(t, supposed, "after")) {
				t.Error("it makes no difference")
			}
			if diff := cmp.Diff(before, at(t, s.data(real, nil), "administrativeNode")); diff != "" {
				t.Errorf("something was written:\n%s", diff)
			}
			opened, closed := len(at(t, supposed, "opened", "edges").([]any)), len(at(t, supposed, "closed", "edges").([]any))
			count := func(of string) float64 { return at(t, supposed, of, "gaps", "totalCount").(float64) }
			if float64(opened-closed) != count("after")-count("before") {
				t.Errorf("%d opened, %d closed, and %v gaps became %v", opened, closed, count("before"), count("after"))
			}
			c.do(t, s, t.TempDir())
			if diff := cmp.Diff(at(t, s.data(real, nil), "administrativeNode"), at(t, supposed, "after")); diff != "" {
				t.Errorf("done, and supposed:\n%s", diff)
			}
		})
	}
}

// TestWhatIfOfRelief: a document that relief names counts as its disclosure.
func TestWhatIfOfRelief(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	registered := s.data(registerMutation, map[string]any{"input": map[string]any{
		"ref":           "money",
		"publisherCode": "533102/yjglj",
		"entryCode":     "4.2",
		"title":         "款物公示",
		"attribute":     "PROACTIVE",
		"formedOn":      "2026-03-02",
	}})
	id := at(t, registered, "registerDisclosure", "disclosure", "id").(string)
	s.data(
		`mutation($input: ReliefMovementInput!) { recordReliefMovement(input: $input) { movement { ref } } }`,
		map[string]any{"input": map[string]any{
			"ref":           "m",
			"kind":          "ALLOCATION",
			"fromCode":      "533102",
			"toCode":        "533102102",
			"reliefClass":   "EMERGENCY",
			"funds":         "123.45",
			"occurredOn":    "2026-03-03",
			"disclosureRef": "money",
		}},
	)
	const figures = `relief(from: "2024-01-01", to: "2026-11-24") { total { disclosed } byChild { figures { disclosed } } discrepancies { kind node { code } amount } }`
	read := func() any {
		return at(t, s.data(`{ administrativeNode(code: "533102") { `+figures+` } }`, nil), "administrativeNode")
	}
	before := read()
	supposed := at(
		t,
		s.data(
			`query($id: ID!) { whatIf(code: "533102", changes: {publications: [{id: $id, publishedOn: "2026-03-20"}]}) { after { `+figures+` } } }`,
			map[string]any{"id": id},
		),
		"whatIf",
		"after",
	)
	s.data(`mutation($id: ID!) { publishDisclosure(id: $id, publishedOn: "2026-03-20") { closedGap } }`, map[string]any{"id": id})
	after := read()
	if cmp.Equal(before, after) {
		t.Error("it makes no difference")
	}
	if diff := cmp.Diff(after, supposed); diff != "" {
		t.Errorf("done, and supposed:\n%s", diff)
	}
}

// TestWhatIfLists: lists of documents and news are as registered, also where so much
// is supposed to be published that a page would hold nothing else.
func TestWhatIfLists(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	const lists = `{ disclosures(first: 5) { totalCount edges { node { ref } } } news(first: 5) { totalCount edges { node { ref } } }
		children(first: 100) { edges { node { code disclosures(first: 2, scope: SELF) { totalCount edges { node { ref } } } } } } }`
	var publications []any
	for i := range 100 {
		publications = append(
			publications,
			map[string]any{"publisherCode": "533102/yjglj", "entryCode": "1.3", "publishedOn": fmt.Sprintf("2026-%02d-01", i%12+1)},
		)
	}
	answer := at(
		t,
		s.data(`query($changes: WhatIfInput!) { whatIf(code: "533102", changes: $changes) { before `+lists+` after `+lists+` } }`,
			map[string]any{"changes": map[string]any{"publications": publications}}),
		"whatIf",
	)
	if diff := cmp.Diff(at(t, answer, "before"), at(t, answer, "after")); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIfElsewhere: what stands above or beside the node asked about is as it is.
func TestWhatIfElsewhere(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const above = `parent { code coverage { required covered } } ancestors { code coverage { required covered } }`
	answer := s.data(`{ administrativeNode(code: "533102102") { `+above+` }
		whatIf(code: "533102102", changes: {limits: [{catalogCode: "CN-2019", entryCode: "2.1", limit: {kind: WORKING_DAYS, n: 3}}]}) { after { `+above+` } } }`, nil)
	if diff := cmp.Diff(answer["administrativeNode"], at(t, answer, "whatIf", "after")); diff != "" {
		t.Error(diff)
	}
}

// unpublished is the id of a document of 瑞丽市 that is overdue.
func unpublished(s *service) string {
	s.t.Helper()
	found := s.data(
		`{ gaps(code: "533102", first: 500, filter: {statuses: [OVERDUE]}) { edges { node { duties { kind disclosure { id } } } } } }`,
		nil,
	)
	for _, edge := range at(s.t, found, "gaps", "edges").([]any) {
		for _, duty := range at(s.t, edge, "node", "duties").([]any) {
			if at(s.t, duty, "kind") == "DOCUMENT" && at(s.t, duty, "disclosure") != nil {
				return at(s.t, duty, "disclosure", "id").(string)
			}
		}
	}
	s.t.Fatal("no document is overdue")
	return ""
}

// again imports the demo's catalogs with other rows in one of their files.
func again(t *testing.T, s *service, folder, name string, change func(string) string) {
	t.Helper()
	files, err := fs.Glob(sample.Demo(), "*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := fs.ReadFile(sample.Demo(), file)
		if err != nil {
			t.Fatal(err)
		}
		if file == name {
			rows := strings.SplitAfter(string(content), "\n")
			for i := range rows {
				rows[i] = change(rows[i])
			}
			content = []byte(strings.Join(rows, ""))
		}
		if err := os.WriteFile(filepath.Join(folder, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pgtest.Import(t, s.db, importing, filepath.Join(folder, "catalogs.csv"))
}

// supposedEntry supposes an entry that is right but for what is given.
func supposedEntry(with string) string {
	return `{entries: [{catalogCode: "CN-2019", item: "一项", levels: [COUNTY], publishers: ["CITY_GOVERNMENT"], limit: {kind: PROMPT}, ` + with + `}]}`
}

// TestWhatIfRefuses: what cannot be supposed is refused by name.
func TestWhatIfRefuses(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for changes, want := range map[string][2]string{
		`{}`: {"INVALID_INPUT", "changes"},
		`{publications: [{publishedOn: "2026-01-01"}]}`:                                                                                                          {"INVALID_INPUT", "id"},
		`{publications: [{id: "x", publishedOn: "2026-01-01"}]}`:                                                                                                 {"NOT_FOUND", "id"},
		`{publications: [{publisherCode: "nobody", entryCode: "1.1", publishedOn: "2026-01-01"}]}`:                                                               {"NOT_FOUND", "publisherCode"},
		`{publications: [{publisherCode: "533102", entryCode: "9.9", publishedOn: "2026-01-01"}]}`:                                                               {"NOT_FOUND", "entryCode"},
		`{limits: [{catalogCode: "nothing", entryCode: "1.1", limit: {kind: PROMPT}}]}`:                                                                          {"NOT_FOUND", "catalogCode"},
		`{limits: [{catalogCode: "CN-2019", entryCode: "9.9", limit: {kind: PROMPT}}]}`:                                                                          {"NOT_FOUND", "entryCode"},
		`{limits: [{catalogCode: "CN-2019", entryCode: "1.1", limit: {kind: WORKING_DAYS}}]}`:                                                                    {"INVALID_INPUT", "n"},
		`{entries: [{catalogCode: "CN-2019", entryCode: "6.1"}]}`:                                                                                                {"INVALID_INPUT", "limit"},
		`{entries: [{catalogCode: "CN-2019", entryCode: "2.2", remove: true}], limits: [{catalogCode: "CN-2019", entryCode: "2.2", limit: {kind: PROMPT}}]}`:     {"INVALID_INPUT", "changes"},
		`{limits: [{catalogCode: "CN-2019", entryCode: "1.1", limit: {kind: WORKING_DAYS, n: 3661}}]}`:                                                           {"INVALID_INPUT", "n"},
		`{publications: [{publisherCode: "533102", entryCode: "1.1", period: "2024Q5", publishedOn: "2026-01-01"}]}`:                                             {"INVALID_INPUT", "period"},
		supposedEntry(`entryCode: "6.\u30001", category: "其他"`):                                                                                                  {"INVALID_INPUT", "entryCode"},
		supposedEntry(`entryCode: "6.1", category: "\u200b"`):                                                                                                    {"INVALID_INPUT", "category"},
		supposedEntry(`entryCode: "1.9", category: "另一类"`):                                                                                                       {"INVALID_INPUT", "category"},
		supposedEntry(`entryCode: "6.1", category: "其他", refreshDays: -1`):                                                                                       {"INVALID_INPUT", "refreshDays"},
		`{arrangements: [{year: 2027, days: []}]}`:                                                                                                               {"INVALID_INPUT", "days"},
		`{arrangements: [{year: 2027, days: [{date: "2040-01-03", name: "元旦", off: true}]}]}`:                                                                    {"INVALID_INPUT", "days[0].date"},
		`{arrangements: [{year: 2027, days: [{date: "2027-01-02", name: "元旦", off: true}, {date: "2027-01-02", name: "元旦", off: false}]}]}`:                      {"INVALID_INPUT", "days[1].date"},
		`{arrangements: [{year: 2027, days: [{date: "2027-01-01", name: "元旦", off: true}]}, {year: 2027, days: [{date: "2027-01-01", name: "元旦", off: true}]}]}`: {"INVALID_INPUT", "changes"},
		`{arrangements: [{year: 1980, days: []}]}`:                                                                                                               {"INVALID_INPUT", "year"},
	} {
		r := s.ask(`{ whatIf(code: "533102", changes: `+changes+`) { after { ... on City { code } } } }`, nil)
		encoded, _ := json.Marshal(r.Errors)
		if r.code() != want[0] || len(r.Errors) > 0 && r.Errors[0].Extensions["field"] != want[1] {
			t.Errorf("%s: %s, want %v", changes, encoded, want)
		}
	}
	if answer := s.data(
		`{ whatIf(code: "nobody", changes: {arrangements: [{year: 2027, days: []}]}) { after { ... on City { code } } } }`,
		nil,
	); answer["whatIf"] != nil {
		t.Errorf("%v", answer)
	}
}
