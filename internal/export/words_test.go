package export

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	schema "github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
)

// TestNamesOfWords: each word that the interface may answer has its name in both
// languages, and nothing else has one, so that a new value of an enum cannot come
// out in a file as it is written in the schema.
func TestNamesOfWords(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	definitions, err := gqlparser.LoadSchema(&schema.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	enum := func(name string, more ...string) []string {
		if definitions.Types[name] == nil {
			t.Fatalf("the schema has no %s", name)
		}
		for _, value := range definitions.Types[name].EnumValues {
			more = append(more, value.Name)
		}
		return more
	}
	var nodes []string
	for _, node := range definitions.PossibleTypes["AdministrativeNode"] {
		nodes = append(nodes, node.Name)
	}
	tables := map[string]struct {
		names map[string]words
		want  []string
	}{
		"statusNames":      {statusNames, enum("CellStatus", "NONE")}, // before a cell was in force
		"levelNames":       {levelNames, enum("AdministrativeLevel")},
		"nodeNames":        {nodeNames, nodes},
		"attributeNames":   {attributeNames, enum("DisclosureAttribute")},
		"classNames":       {classNames, enum("ReliefClass", "TOTAL")}, // the row of all together
		"movementNames":    {movementNames, enum("ReliefKind")},
		"discrepancyNames": {discrepancyNames, enum("DiscrepancyKind")},
		"limitNames":       {limitNames, enum("LimitKind")},
		"anchorNames":      {anchorNames, enum("LimitAnchor")},
		"periodNames":      {periodNames, enum("Periodicity")},
		"reviewNames":      {reviewNames, enum("ReviewResult")},
		"modeNames":        {modeNames, wordsOfEntries(t, "mode")},
		"audienceNames":    {audienceNames, wordsOfEntries(t, "audience")},
		// Functions of departments are free; these are those of design.md.
		"publisherNames": {publisherNames, []string{
			catalog.Government, catalog.CityGovernment, "EMERGENCY_MANAGEMENT", "FINANCE", "CIVIL_AFFAIRS",
		}},
		"changeNames": {changeNames, []string{"OPENED", "CLOSED"}}, // the bulletin's own
	}
	for name, table := range tables {
		if got := slices.Sorted(maps.Keys(table.names)); !slices.Equal(got, slices.Sorted(slices.Values(table.want))) {
			t.Errorf("%s names %q, not %q", name, got, table.want)
		}
		for word, named := range table.names {
			if named.in(Chinese) == "" || named.in(English) == "" {
				t.Errorf("%s: %s has no name in one of the languages", name, word)
			}
		}
	}
	// No table of names is left out above.
	file, err := parser.ParseFile(token.NewFileSet(), "words.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasSuffix(spec.Names[0].Name, "Names") {
			found++
			if _, known := tables[spec.Names[0].Name]; !known {
				t.Errorf("%s is compared with nothing", spec.Names[0].Name)
			}
		}
		return true
	})
	if found != len(tables) {
		t.Errorf("words.go has %d tables of names, %d are compared", found, len(tables))
	}
}

// wordsOfEntries are the words that a column of catalog entries takes: it refuses
// others by telling them.
func wordsOfEntries(t *testing.T, name string) []string {
	t.Helper()
	for _, column := range fact.Entries.Columns {
		if column.Name == name {
			_, told, _ := strings.Cut(column.Read("?", &fact.Entry{}).Error(), "it is not one of ")
			told, _, _ = strings.Cut(told, ";")
			return strings.Split(told, ", ")
		}
	}
	t.Fatalf("entries have no column %s", name)
	return nil
}
