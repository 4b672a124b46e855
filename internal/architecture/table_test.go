package architecture

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// described is a package as the table of docs/architecture.md has it.
type described struct{ name, group, may string }

// table reads the packages of docs/architecture.md.
func table(t *testing.T) (rows []described) {
	t.Helper()
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "\n## Packages\n")
	section, _, _ := strings.Cut(after, "\n## ")
	group := ""
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+|\*\*.*\*\*) \|(.*)\| (.*) ?\|$`).FindAllStringSubmatch(section, -1) {
		if name, is := strings.CutPrefix(row[1], "**"); is {
			group = strings.TrimSuffix(name, "**")
		} else if row[1] != "package" {
			rows = append(rows, described{strings.Trim(row[1], "`"), group, strings.TrimSpace(row[3])})
		}
	}
	return rows
}

// TestTable: the table has every package that has a list, and says of each what
// its list says: of the domain those above it, of others what the last column has.
func TestTable(t *testing.T) {
	t.Parallel()
	rows, rules := table(t), allowed(t)
	var all, domain []string
	for _, row := range rows {
		if slices.Contains(all, row.name) {
			t.Errorf("%s stands twice", row.name)
		}
		all = append(all, row.name)
		if row.group == "domain" {
			domain = append(domain, row.name)
		}
	}
	for name := range rules {
		if !slices.Contains(all, name) {
			t.Errorf("the table lacks %s", name)
		}
	}
	for _, row := range rows {
		list, is := rules[row.name]
		if !is {
			continue // it holds tests alone
		}
		var may, named []string
		if row.group == "domain" {
			may = domain[:slices.Index(domain, row.name)]
		}
		for _, word := range strings.Split(row.may, ", ") {
			switch word = strings.Trim(word, "`"); word {
			case "", "nothing", "nothing of ours":
			case "all of them":
				may = all
			case "domain":
				may = append(may, domain...)
			case "graph/…":
				may = append(
					may,
					slices.DeleteFunc(slices.Clone(all), func(name string) bool { return !strings.HasPrefix(name, "graph/") })...)
			default:
				at := slices.IndexFunc(all, func(name string) bool { return name == word || strings.HasSuffix(name, "/"+word) })
				if at < 0 {
					t.Errorf("%s: the table has no package %q", row.name, word)
					continue
				}
				named = append(named, all[at])
			}
		}
		for _, name := range all {
			permitted := list.permits(module + name)
			if name != row.name && permitted && !slices.Contains(may, name) && !slices.Contains(named, name) {
				t.Errorf("%s may import %s by its list, and not by the table", row.name, name)
			}
			if !permitted && slices.Contains(named, name) {
				t.Errorf("%s may import %s by the table, and not by its list", row.name, name)
			}
		}
	}
}
