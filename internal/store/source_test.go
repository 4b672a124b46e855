package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// source is what the package's own files say about its statements, so that a
// test of all of them cannot miss a new one.
type source struct {
	constants map[string]string // texts by name, put together
	prepared  map[string]bool   // statements that are kept prepared
	makers    map[string]bool   // methods that make a table's statements
	tables    int               // how many tables are declared
	stray     []string          // SQL outside the constants and those methods
}

func (s *source) statements() map[string]string {
	all := map[string]string{}
	for name, text := range s.constants {
		if strings.HasSuffix(name, "SQL") {
			all[name] = text
		}
	}
	return all
}

var looksLikeSQL = regexp.MustCompile(`(?m)^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|COPY|ANALYZE|DROP)\b|-- store\.`)

// mayHoldSQL are functions besides the makers that write statements: tests run them.
var mayHoldSQL = map[string]bool{
	"Done": true, "Upsert": true, "ChangedCatalogs": true,
	// Of whichever tables there are: internal/backup runs them.
	"Restore": true, "refuseFilled": true, "copyInto": true, "complete": true,
	// Of the roles that serve: a server that starts runs them.
	"arrangement": true, "makeRoles": true,
}

func readSource(t *testing.T) *source {
	t.Helper()
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	s := &source{constants: map[string]string{}, prepared: map[string]bool{}, makers: map[string]bool{}}
	values := map[string]ast.Expr{}
	var inspected []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		inspected = append(inspected, file)
	}
	for _, file := range inspected {
		for _, declared := range file.Decls {
			switch d := declared.(type) {
			case *ast.GenDecl:
				s.declaration(d, values)
			case *ast.FuncDecl:
				s.function(files, d)
			}
		}
	}
	for name, value := range values {
		if text, ok := textOf(value, values); ok {
			s.constants[name] = text
		}
	}
	return s
}

func (s *source) declaration(d *ast.GenDecl, values map[string]ast.Expr) {
	for _, spec := range d.Specs {
		named, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for i, value := range named.Values {
			if d.Tok == token.CONST {
				values[named.Names[i].Name] = value
			}
			if named.Names[i].IsExported() && makesTable(value) {
				s.tables++
			}
		}
	}
}

// makesTable tells whether a value comes from tableOf.
func makesTable(value ast.Expr) (found bool) {
	ast.Inspect(value, func(n ast.Node) bool {
		called, ok := n.(*ast.Ident)
		found = found || ok && called.Name == "tableOf"
		return true
	})
	return found
}

func (s *source) function(files *token.FileSet, d *ast.FuncDecl) {
	if strings.HasSuffix(d.Name.Name, "SQL") {
		s.makers[d.Name.Name] = true
	}
	ast.Inspect(d, func(n ast.Node) bool {
		switch at := n.(type) {
		case *ast.CallExpr:
			called, ok := at.Fun.(*ast.SelectorExpr)
			if ok && called.Sel.Name == "eachPrepared" {
				if statement, ok := at.Args[2].(*ast.Ident); ok {
					s.prepared[statement.Name] = true
				}
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(at.Value)
			allowed := mayHoldSQL[d.Name.Name] || strings.HasSuffix(d.Name.Name, "SQL")
			if at.Kind == token.STRING && err == nil && looksLikeSQL.MatchString(text) && !allowed {
				s.stray = append(s.stray, files.Position(at.Pos()).String())
			}
		}
		return true
	})
}

// textOf puts a constant text together.
func textOf(value ast.Expr, values map[string]ast.Expr) (string, bool) {
	switch v := value.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(v.Value)
		return text, v.Kind == token.STRING && err == nil
	case *ast.Ident:
		named, known := values[v.Name]
		if !known {
			return "", false
		}
		return textOf(named, values)
	case *ast.BinaryExpr:
		left, ok := textOf(v.X, values)
		right, also := textOf(v.Y, values)
		return left + right, ok && also && v.Op == token.ADD
	case *ast.ParenExpr:
		return textOf(v.X, values)
	}
	return "", false
}
