package acceptance

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

var update = flag.Bool("update", false, "write the golden answers again")

// TestContract answers every query of the contract on the demo world, with the
// variables of the playground, as the golden files say.
func TestContract(t *testing.T) {
	t.Parallel()
	answersContract(t, demoRecorded(t))
}

func answersContract(t *testing.T, db *store.Store) {
	t.Helper()
	s, trusted := serve(t, db, nil), serveTrusted(t, db, nil)
	ready := variables(t)
	for name, operation := range contract(t) {
		if operation[:len("query")] != "query" {
			continue
		}
		by := s
		if takesAccount[name] {
			by = trusted
		}
		answer := withoutChance(by.data(operation, ready[name]))
		got, err := json.MarshalIndent(answer, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", "golden", name+".json")
		if *update {
			if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		content, err := os.ReadFile(golden)
		if err != nil {
			t.Errorf("%s has no golden answer; run go test ./internal/acceptance -run TestContract -update and read it: %v", name, err)
			continue
		}
		var want map[string]any
		if err := json.Unmarshal(content, &want); err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(want, answer); difference != "" {
			t.Errorf("%s differs from its golden answer:\n%.2000s", name, difference)
		}
	}
	mustVerify(t, s.db)
}

// TestDemo: the demo world has gaps of every kind, figures to show, and tells
// made-up rows from real ones.
func TestDemo(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	coverage := at(
		t,
		s.data(
			`{ administrativeNode(code: "533102") { coverage { covered pending missing overdue stale exempt timeliness { late undetermined } } } }`,
			nil,
		),
		"administrativeNode",
		"coverage",
	)
	for _, figure := range []string{"covered", "pending", "missing", "overdue", "stale", "exempt"} {
		if at(t, coverage, figure).(float64) == 0 {
			t.Errorf("the demo world has no cell that is %s", figure)
		}
	}
	lists := s.data(
		`{ administrativeNode(code: "533102") { disclosures(first: 500) { totalCount edges { node { title channel } } } } }`,
		nil,
	)
	for _, edge := range at(t, lists, "administrativeNode", "disclosures", "edges").([]any) {
		if title := at(t, edge, "node", "title").(string); title[:len("【示例】")] != "【示例】" {
			t.Errorf("made up and not marked: %s", title)
		}
	}
	real := s.data(
		`{ administrativeNode(code: "530523") { relief(from: "2021-01-01", to: "2022-12-31") { total { received disclosed } byChild { node { name } figures { received passedDown disclosed } } } } }`,
		nil,
	)
	if got := at(t, real, "administrativeNode", "relief", "total", "received"); got != "3100000.00" {
		t.Errorf("龙陵县 received %v yuan, not 3,100,000", got)
	}
	townships := 0
	for _, child := range at(t, real, "administrativeNode", "relief", "byChild").([]any) {
		if at(t, child, "figures", "received") != "0.00" {
			townships++
		}
		if at(t, child, "node", "name") == "龙新乡" &&
			(at(t, child, "figures", "received") != "380000.00" || at(t, child, "figures", "disclosed") != "335000.00") {
			t.Errorf("龙新乡: %v, want 335,000 of 380,000 yuan disclosed", child)
		}
	}
	if disclosed := at(t, real, "administrativeNode", "relief", "total", "disclosed"); disclosed != "3435000.00" {
		t.Errorf("龙陵县 disclosed %v yuan: 3,100,000 to its townships, 335,000 to villages", disclosed)
	}
	if townships != 10 {
		t.Errorf("%d townships received money, not 10", townships)
	}
}

// TestPlayground opens the playground in headless Chromium, runs a query there
// and finds a figure; its script says what else.
func TestPlayground(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	script := exec.Command("node", "--test", "e2e/playground.test.mjs")
	script.Dir = "../web/playground"
	script.Env = append(os.Environ(), "RELIEFGRAPH_URL="+s.url)
	if output, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}
