package acceptance

import (
	"os"
	"os/exec"
	"slices"
	"testing"
)

// TestDashboard goes through the dashboard's pages in headless Chromium; its
// scripts say how.
func TestDashboard(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	serveTrusted(t, db, nil).data(`mutation {
		issueOrder(input: {ref: "criticism-1", issuerCode: "CN", publisherCode: "533102/yjglj", kind: CRITICISE, workingDays: 10,
			entryCodes: ["1.2", "3.4"], text: "公开批评一例：逾期未公开。", basis: "《中华人民共和国政府信息公开条例》第四十七条"}) { order { ref } }
		answerOrder(input: {ref: "criticism-1", text: "正在办理"}) { order { ref } }
		returnOrder(input: {ref: "criticism-1", text: "请写明办理结果", workingDays: 5}) { order { ref } } }`, nil)
	script := exec.Command("node", "--test", "--test-concurrency=2", "e2e/pages.test.mjs", "e2e/dashboard.test.mjs",
		"e2e/layout.test.mjs", "e2e/dark.test.mjs", "e2e/address.test.mjs", "e2e/paper.test.mjs",
		"e2e/words.test.mjs", "e2e/steady.test.mjs")
	script.Dir = "../web/ui"
	script.Env = append(os.Environ(), "RELIEFGRAPH_URL="+s.url)
	if output, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

// TestSearchByPinyin: the initials of a name in pinyin find it, after all that
// the text itself finds, the highest level first; not unless they are asked for.
func TestSearchByPinyin(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	names := func(arguments string) (names []string) {
		for _, edge := range at(t, s.data(`{ administrativeNodes(`+arguments+`) { edges { node { name } } } }`, nil), "administrativeNodes", "edges").([]any) {
			names = append(names, at(t, edge, "node", "name").(string))
		}
		return names
	}
	if got := names(`search: "rls", initials: true, first: 2`); !slices.Equal(got, []string{"瑞丽市", "瑞丽市财政局"}) {
		t.Errorf("rls finds %v", got)
	}
	if got := names(`search: "Ruili", initials: true, first: 2`); !slices.Equal(got, []string{"瑞丽市", "瑞丽市财政局"}) {
		t.Errorf("Ruili finds %v", got)
	}
	for text, want := range map[string]string{
		"Ruili City": "瑞丽市", "yingji ruili": "瑞丽市应急管理局", "Emergency Management Bureau": "瑞丽市应急管理局", "wanding TOWN": "畹町镇",
		"瑞丽 yingji": "瑞丽市应急管理局",
	} {
		if got := names(`search: "` + text + `", initials: true`); !slices.Contains(got, want) || len(got) > 20 {
			t.Errorf("%s finds %v", text, got)
		}
	}
	if got := names(`search: "瑞丽 应急"`); !slices.Equal(got, []string{"瑞丽市应急管理局"}) {
		t.Errorf("瑞丽 应急 finds %v", got)
	}
	if got := names(`search: "rls"`); len(got) > 0 {
		t.Errorf("without initials rls finds %v", got)
	}
	first := s.data(
		`{ administrativeNodes(search: "rls", initials: true, first: 1) { totalCount pageInfo { endCursor hasNextPage } } }`,
		nil,
	)
	after := at(t, first, "administrativeNodes", "pageInfo", "endCursor").(string)
	if got := names(`search: "rls", initials: true, first: 1, after: "` + after + `"`); !slices.Equal(got, []string{"瑞丽市财政局"}) {
		t.Errorf("the second page has %v", got)
	}
}

// TestCatalogsInForce: a span has the catalogs in force one after the other, cut to it.
func TestCatalogsInForce(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	in := at(t, s.data(`{ administrativeNode(code: "533102") { catalogsInForce(from: "2019-06-01", to: "2026-11-24") { from to catalog { code } } } }`, nil),
		"administrativeNode", "catalogsInForce").([]any)
	if len(in) < 2 {
		t.Fatalf("%v", in)
	}
	for i, inForce := range in {
		on := at(
			t,
			s.data(
				`query ($on: Date) { administrativeNode(code: "533102") { catalog(asOf: $on) { code } } }`,
				map[string]any{"on": at(t, inForce, "from")},
			),
			"administrativeNode",
			"catalog",
			"code",
		)
		if on != at(t, inForce, "catalog", "code") {
			t.Errorf("on %v the catalog is %v, not %v", at(t, inForce, "from"), on, at(t, inForce, "catalog", "code"))
		}
		if i > 0 && at(t, inForce, "from").(string) <= at(t, in[i-1], "to").(string) {
			t.Errorf("%v overlaps %v", inForce, in[i-1])
		}
	}
	if last := in[len(in)-1]; at(t, last, "to") != "2026-11-24" {
		t.Errorf("the last ends on %v", at(t, last, "to"))
	}
}

// TestDisasterEvents: the events of a node are those that struck it, or a place
// above or below it.
func TestDisasterEvents(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	count := func(code string) int {
		return len(
			at(t, s.data(`query ($code: String!) { disasterEvents(code: $code) { ref name kind startedOn endedOn areas { code } } }`, map[string]any{"code": code}), "disasterEvents").([]any),
		)
	}
	county, nation, elsewhere := count("533102"), count("CN"), count("530523")
	if county == 0 || nation < county || elsewhere >= nation {
		t.Errorf("events: %d of the county, %d of the nation, %d elsewhere", county, nation, elsewhere)
	}
	if unknown := s.data(`{ disasterEvents(code: "nowhere") { ref } }`, nil)["disasterEvents"]; unknown != nil {
		t.Errorf("an unknown code answers %v", unknown)
	}
}
