package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// answeredNull are the constants that have no word: a cell that is not in force, a
// duty not yet opened, an order withdrawn and a request not yet decided answer null.
var answeredNull = []string{
	"internal/timeline.Status.NotInForce", "internal/duty.State.NotOpened",
	"internal/order.Timeliness.NoTimeliness", "internal/order.Decision.Undecided",
}

// TestWordsOfTypes: every constant of a domain type that the schema shows as an
// enum has its word there; one that has none would be answered as an empty text.
func TestWordsOfTypes(t *testing.T) {
	t.Parallel()
	configured, err := os.ReadFile("../gqlgen.yml")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile(`model: github.com/reliefgraph/reliefgraph/(internal/\w+)\.(\w+)\n    enum_values:\n((?:      .*\n)+)`)
	constant := regexp.MustCompile(`\.(\w+)\}`)
	enums := block.FindAllStringSubmatch(string(configured), -1)
	if len(enums) < 20 {
		t.Fatalf("%d enums of domain types were found", len(enums))
	}
	for _, enum := range enums {
		var shown []string
		for _, found := range constant.FindAllStringSubmatch(enum[3], -1) {
			shown = append(shown, found[1])
		}
		declared := constantsOf(t, filepath.Join("..", enum[1]), enum[2])
		if len(declared) == 0 {
			t.Errorf("%s has no constants of the type %s", enum[1], enum[2])
		}
		for _, name := range declared {
			if !slices.Contains(shown, name) && !slices.Contains(answeredNull, enum[1]+"."+enum[2]+"."+name) {
				t.Errorf("%s.%s has no word in the schema", enum[1], name)
			}
		}
	}
}

// constantsOf are the constants that a package declares with a type, those of one
// block after the first without repeating it.
func constantsOf(t *testing.T, folder, typed string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			block, ok := declared.(*ast.GenDecl)
			if !ok || block.Tok != token.CONST {
				continue
			}
			of := ""
			for _, spec := range block.Specs {
				values := spec.(*ast.ValueSpec)
				if named, ok := values.Type.(*ast.Ident); ok {
					of = named.Name
				} else if len(values.Values) > 0 {
					of = ""
				}
				if of == typed {
					for _, name := range values.Names {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}
