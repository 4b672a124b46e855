package acceptance

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// parsedSchema is the schema of the repository.
func parsedSchema(t testing.TB) *ast.Schema {
	t.Helper()
	text, err := os.ReadFile("../../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSchemaFile: every server hands out its schema as a file, which is kept until
// another program runs; also one that is not to be explored.
func TestSchemaFile(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	db := pgtest.Store(t)
	for _, explorable := range []bool{true, false} {
		s := serve(t, db, func(o *server.Options) { o.Explorable = explorable })
		get := func(method string, headers ...string) (*http.Response, string) {
			t.Helper()
			request, err := http.NewRequest(method, s.url+"/schema.graphql", nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(headers); i += 2 {
				request.Header.Set(headers[i], headers[i+1])
			}
			return roundTrip(t, request)
		}
		whole, text := get("GET")
		tag := whole.Header.Get("ETag")
		if whole.StatusCode != 200 || text != string(file) || whole.Header.Get("Content-Type") != "text/plain; charset=utf-8" ||
			whole.Header.Get("Cache-Control") != "no-cache" || tag == "" ||
			!strings.Contains(text, "\nSchema version "+whole.Header.Get("Reliefgraph-Schema-Version")+". ") {
			t.Errorf("%d %v %.100s", whole.StatusCode, whole.Header, text)
		}
		small, packed := get("GET", "Accept-Encoding", "gzip")
		if small.Header.Get("Content-Encoding") != "gzip" || len(packed) > len(text)/3 {
			t.Errorf("%v, %d bytes", small.Header, len(packed))
		}
		for _, kept := range []string{tag, small.Header.Get("ETag")} {
			if again, text := get("GET", "If-None-Match", kept); again.StatusCode != 304 || text != "" {
				t.Errorf("again: %d %.100s", again.StatusCode, text)
			}
		}
		if head, text := get("HEAD"); head.StatusCode != 200 || text != "" || head.Header.Get("ETag") != tag {
			t.Errorf("HEAD: %d %v", head.StatusCode, head.Header)
		}
		if post, _ := get("POST"); post.StatusCode != 405 || post.Header.Get("Allow") == "" {
			t.Errorf("POST: %d", post.StatusCode)
		}
	}
}

// TestNotDeferred: a part of an answer is not sent later, so that the schema does
// not say so and a question that asks for it is refused.
func TestNotDeferred(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	var names []string
	for _, directive := range at(t, s.data(`{ __schema { directives { name } } }`, nil), "__schema", "directives").([]any) {
		names = append(names, directive.(map[string]any)["name"].(string))
	}
	slices.Sort(names)
	if want := []string{
		"access",
		"deprecated",
		"include",
		"oneOf",
		"semanticNonNull",
		"skip",
		"specifiedBy",
		"work",
	}; !slices.Equal(
		names,
		want,
	) {
		t.Errorf("the schema announces %q, want %q", names, want)
	}
	for _, question := range []string{
		`{ roots { ... @defer { code } } }`,
		`{ roots { ...f @defer(label: "later") } } fragment f on AdministrativeNode { code }`,
		`{ roots { ... @defer(if: false) { code } } }`,
	} {
		r := s.ask(question, nil)
		if r.code() != "GRAPHQL_VALIDATION_FAILED" || !strings.Contains(r.Errors[0].Message, "@defer") {
			t.Errorf("%s: %v %+v", question, r.Data, r.Errors)
		}
	}
}

// TestScalarsAreSpecified: the schema says of every scalar of ours where it is
// specified, in the file and to those who ask it.
func TestScalarsAreSpecified(t *testing.T) {
	t.Parallel()
	s := serve(t, pgtest.Store(t), func(o *server.Options) { o.Explorable = true })
	types := at(t, s.data(`{ __schema { types { name kind specifiedByURL } } }`, nil), "__schema", "types").([]any)
	ours := 0
	for _, one := range types {
		of := one.(map[string]any)
		if of["kind"] != "SCALAR" || slices.Contains([]string{"Int", "Float", "String", "Boolean", "ID"}, of["name"].(string)) {
			continue
		}
		ours++
		address, _ := of["specifiedByURL"].(string)
		if !strings.HasPrefix(address, "https://") || !strings.Contains(readDocument(t, "docs/http.md"), address) {
			t.Errorf("%v is specified by %q", of["name"], address)
		}
	}
	if ours < 3 {
		t.Errorf("%d scalars of ours", ours)
	}
}

// TestEverythingIsDescribed: a tool that nobody here wrote shows what each thing of the
// schema is: types, fields, arguments, values and inputs.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	schema := parsedSchema(t)
	told := func(name, description string) {
		if strings.TrimSpace(description) == "" {
			t.Errorf("%s is not described", name)
		}
	}
	arguments := 0
	for name, definition := range schema.Types {
		if definition.BuiltIn {
			continue
		}
		told(name, definition.Description)
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			told(name+"."+field.Name, field.Description)
			for _, argument := range field.Arguments {
				arguments++
				told(name+"."+field.Name+"("+argument.Name+":)", argument.Description)
			}
		}
		for _, value := range definition.EnumValues {
			told(name+"."+value.Name, value.Description)
		}
	}
	if arguments < 364 {
		t.Errorf("%d arguments only", arguments)
	}
}
