package importer_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// TestProblemsHaveCodes: whatever the readers and the importer tell has a code, and
// docs/import-problems.md lists these, each once, and no others.
func TestProblemsHaveCodes(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../docs/import-problems.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z-]+) \| `).FindAllStringSubmatch(string(docs), -1) {
		if row[1] != "code" {
			told = append(told, row[1])
		}
	}
	found := map[string]bool{}
	for _, folder := range []string{".", "tabular"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(node ast.Node) bool {
				if literal, is := node.(*ast.CompositeLit); is {
					codeOf(t, name, literal, found)
				}
				return true
			})
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range regexp.MustCompile(`(?:fault\(|Rule, )\s*"([a-z]+-[a-z-]+)"`).FindAllStringSubmatch(string(text), -1) {
				found[code[1]] = true
			}
		}
	}
	if want := slices.Sorted(maps.Keys(found)); !slices.Equal(told, want) {
		t.Errorf("told are %v, there are %v", told, want)
	}
}

// codeOf notes the code of a problem that is written out, which must have one.
func codeOf(t *testing.T, file string, literal *ast.CompositeLit, found map[string]bool) {
	t.Helper()
	keys := map[string]ast.Expr{}
	for _, element := range literal.Elts {
		if pair, is := element.(*ast.KeyValueExpr); is {
			if key, is := pair.Key.(*ast.Ident); is {
				keys[key.Name] = pair.Value
			}
		}
	}
	if keys["Reason"] == nil || keys["Rule"] != nil && keys["Code"] == nil {
		return
	}
	if keys["Code"] == nil {
		t.Errorf("%s: a problem has no code", file)
		return
	}
	if written, is := keys["Code"].(*ast.BasicLit); is {
		found[strings.Trim(written.Value, `"`)] = true
	}
}

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
	all := slices.Concat(
		rule.Shared,
		rule.Counting,
		area.Rules,
		catalog.Rules,
		disclosure.Rules,
		disclosure.ActRules,
		relief.Rules,
		order.Rules,
	)
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

// TestAllFaultsOfARow: a row is told with all its faults, but for what would follow
// from what cannot be read.
func TestAllFaultsOfARow(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	files := base()
	files["disclosures.csv"] = "ref,publisher_code,entry_code,title,attribute,formed_on,published_on,withdrawn_on\n" +
		"d 9,9,1.1,,PUBLIC,2024-03-01,gone,2024-03-05\n"
	report, err := run(t, db, options, files)
	if err == nil {
		t.Fatal("it is not refused")
	}
	var told []string
	for _, p := range report.Problems {
		told = append(told, p.Column+" "+p.Code)
	}
	slices.Sort(told)
	want := []string{
		"attribute cell-unreadable", "published_on cell-unreadable", "publisher_code node-unknown", "ref ref-characters", "title missing",
	}
	if !slices.Equal(told, want) || report.BadRows != 1 {
		t.Errorf("%v in %d rows", told, report.BadRows)
	}
}
