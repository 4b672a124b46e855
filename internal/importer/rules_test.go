package importer_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// TestRulesAreTold: docs/rules-for-facts.md lists every rule with its outcome
// and code, each once, and no others.
func TestRulesAreTold(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/rules-for-facts.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][2]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z-]+) \| (refused|warned) \| ([A-Z_]+) \|`).FindAllStringSubmatch(string(text), -1) {
		if _, twice := told[row[1]]; twice {
			t.Errorf("%s stands twice", row[1])
		}
		told[row[1]] = [2]string{row[2], row[3]}
	}
	all := slices.Concat(rule.Shared, rule.Counting, area.Rules, catalog.Rules, disclosure.Rules, disclosure.ActRules, relief.Rules)
	if len(told) != len(all) {
		t.Errorf("%d rules are told, there are %d", len(told), len(all))
	}
	for _, r := range all {
		outcome := "warned"
		if r.Refused {
			outcome = "refused"
		}
		if told[r.Name] != [2]string{outcome, string(r.Code)} {
			t.Errorf("%s is %s by %s, and told as %v", r.Name, outcome, r.Code, told[r.Name])
		}
	}
}
