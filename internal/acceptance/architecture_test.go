package acceptance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

func readDocument(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// functionsOf names a file's functions, methods as Type.Method.
func functionsOf(t *testing.T, name string) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("docs/architecture.md names a file that cannot be read: %v", err)
		return nil
	}
	functions := map[string]bool{}
	for _, declared := range file.Decls {
		function, ok := declared.(*ast.FuncDecl)
		if !ok {
			continue
		}
		receiver := ""
		if function.Recv != nil {
			of := function.Recv.List[0].Type
			if pointer, ok := of.(*ast.StarExpr); ok {
				of = pointer.X
			}
			if generic, ok := of.(*ast.IndexExpr); ok {
				of = generic.X
			}
			if named, ok := of.(*ast.Ident); ok {
				receiver = named.Name + "."
			}
		}
		functions[receiver+function.Name.Name] = true
	}
	return functions
}

// TestArchitectureHops: every hop of the walks, `file > function`, is in the code.
func TestArchitectureHops(t *testing.T) {
	t.Parallel()
	hops := regexp.MustCompile("`([^`]+\\.go) > ([^`]+)`").FindAllStringSubmatch(readDocument(t, "docs/architecture.md"), -1)
	if len(hops) < 30 {
		t.Fatalf("docs/architecture.md has %d hops", len(hops))
	}
	files := map[string]map[string]bool{}
	for _, hop := range hops {
		if files[hop[1]] == nil {
			files[hop[1]] = functionsOf(t, hop[1])
		}
		if !files[hop[1]][hop[2]] {
			t.Errorf("docs/architecture.md: %s has no function %s", hop[1], hop[2])
		}
	}
}

// TestArchitectureMap: the map has a row for every package, and no other.
func TestArchitectureMap(t *testing.T) {
	t.Parallel()
	mapped := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|").FindAllStringSubmatch(readDocument(t, "docs/architecture.md"), -1) {
		mapped[row[1]] = true
	}
	packages := map[string]bool{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && name != root
		if entry.IsDir() && (hidden || entry.Name() == "node_modules" || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, ".go") {
			folder, err := filepath.Rel(root, filepath.Dir(name))
			packages[filepath.ToSlash(folder)] = true
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range packages {
		if !mapped[name] {
			t.Errorf("docs/architecture.md does not say what the package %s holds", name)
		}
	}
	for name := range mapped {
		if !packages[name] {
			t.Errorf("docs/architecture.md has a row for %s, which is no package", name)
		}
	}
}

// TestLinksOfDocuments: what the documents link to is there.
func TestLinksOfDocuments(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*.md", "docs/adr/*.md", "clients/*.md"} {
		more, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, more...)
	}
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, document := range documents {
		content, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(string(content), -1) {
			target, _, _ := strings.Cut(found[1], "#")
			if target == "" || strings.Contains(target, ":") {
				continue
			}
			if _, err := os.Stat(path.Join(filepath.ToSlash(filepath.Dir(document)), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", document, target)
			}
		}
	}
}
