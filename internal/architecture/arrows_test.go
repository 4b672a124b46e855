// Package architecture holds the code against the arrows between packages that
// .golangci.yml allows.
package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const module = "github.com/reliefgraph/reliefgraph/"

// testOnly are packages that only tests import.
var testOnly = []string{
	"internal/oracle",
	"internal/pgtest",
	"internal/acceptance",
	"internal/bench",
	"internal/architecture",
	"internal/faults",
}

// rule is one of depguard's.
type rule struct {
	ListMode string   `yaml:"list-mode"`
	Files    []string `yaml:"files"`
	Allow    []string `yaml:"allow"`
}

// allowed reads what each package may import: the rules named by a folder.
func allowed(t *testing.T) map[string]rule {
	t.Helper()
	content, err := os.ReadFile("../../.golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var configuration struct {
		Linters struct {
			Enable   []string
			Settings struct {
				Depguard struct{ Rules map[string]rule }
			}
		}
	}
	if err := yaml.Unmarshal(content, &configuration); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(configuration.Linters.Enable, "depguard") {
		t.Error("depguard is not enabled")
	}
	rules := map[string]rule{}
	for name, rule := range configuration.Linters.Settings.Depguard.Rules {
		if strings.Contains(name, "/") || rule.ListMode == "strict" || name == "graph" || name == "migrations" {
			rules[name] = rule
		}
	}
	return rules
}

// permits tells whether a rule allows an import, as depguard reads it: an entry
// ends with $ where it names one package, else stands for all below it.
func (r rule) permits(imported string) bool {
	return slices.ContainsFunc(r.Allow, func(entry string) bool {
		exact, is := strings.CutSuffix(entry, "$")
		return is && imported == exact || !is && strings.HasPrefix(imported, entry)
	})
}

// imports lists what the packages of the module import, without their tests.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,GoFiles,Imports", "./...")
	command.Dir = "../.."
	listed, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for decoder := json.NewDecoder(bytes.NewReader(listed)); ; {
		var of struct {
			ImportPath       string
			GoFiles, Imports []string
		}
		if err := decoder.Decode(&of); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		if len(of.GoFiles) > 0 { // others hold tests alone
			found[strings.TrimPrefix(of.ImportPath, module)] = slices.DeleteFunc(of.Imports, func(path string) bool {
				return !strings.Contains(strings.Split(path, "/")[0], ".") // the standard library's
			})
		}
	}
}

// TestArrows: every package has a strict list of what it may import, imports
// nothing else, and has no arrow on its list that it does not use.
func TestArrows(t *testing.T) {
	t.Parallel()
	rules, packages := allowed(t), imports(t)
	for name, imported := range packages {
		rule, is := rules[name]
		if !is {
			t.Errorf("%s has no rule in .golangci.yml that says what it may import", name)
			continue
		}
		if rule.ListMode != "strict" || !slices.Equal(rule.Files, []string{"**/" + name + "/*.go", "!$test"}) {
			t.Errorf("the rule of %s is %s for %v", name, rule.ListMode, rule.Files)
		}
		for _, path := range imported {
			if !rule.permits(path) {
				t.Errorf("%s imports %s: its rule does not allow it", name, path)
			}
			if slices.Contains(testOnly, strings.TrimPrefix(path, module)) {
				t.Errorf("%s imports %s, which is for tests alone", name, path)
			}
		}
		for _, entry := range rule.Allow {
			if entry != "$gostd" && !slices.ContainsFunc(imported, func(path string) bool { return rule.only(entry).permits(path) }) {
				t.Errorf("%s may import %s and does not: take it off its list", name, entry)
			}
		}
	}
	for name := range rules {
		if packages[name] == nil {
			if _, is := packages[name]; !is {
				t.Errorf("there is a rule for %s and no such package", name)
			}
		}
	}
}

// only is the rule with one entry.
func (rule) only(entry string) rule { return rule{Allow: []string{entry}} }

// TestInwards: wrong arrows of each kind are on no list.
func TestInwards(t *testing.T) {
	t.Parallel()
	rules := allowed(t)
	var domain []string
	for _, row := range table(t) {
		if row.group == "domain" {
			domain = append(domain, row.name)
		}
	}
	outside := []string{
		"internal/store",
		"internal/register",
		"internal/importer",
		"internal/whatif",
		"internal/server",
		"graph",
		"graph/model",
	}
	wrong := map[string][]string{
		"internal/store":    {"internal/register", "internal/importer", "internal/whatif", "internal/server", "graph", "graph/model"},
		"internal/register": {"internal/importer", "internal/whatif", "internal/server", "graph", "graph/model"},
		"internal/importer": {"internal/server", "graph", "graph/model"},
		"internal/export":   {"internal/store", "internal/coverage", "graph/model"},
		"graph/model":       {"internal/register", "internal/importer", "internal/server", "graph"},
		"graph":             {"internal/store", "internal/importer", "internal/server"},
		"internal/server":   {"internal/whatif"},
	}
	for i, name := range domain {
		wrong[name] = slices.Concat(wrong[name], domain[i+1:], outside)
	}
	for name, rule := range rules {
		for _, path := range slices.Concat(wrong[name], testOnly) {
			if rule.permits(module + path) {
				t.Errorf("%s may import %s", name, path)
			}
		}
	}
}
