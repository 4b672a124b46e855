package batch

import (
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const places = `
interface Named { name: String! text: String kin: [Place!]! }
type Place implements Named { name: String! text: String kin: [Place!]! figure: Int }
type Query { place: Place named: Named }
`

// TestReadsBelow: of each operation, the fields below which something is read,
// by their path of aliases.
func TestReadsBelow(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: places})
	mayRead := map[string]bool{"Query.place": true, "Named.text": true, "Place.text": true, "Place.figure": true}
	for name, c := range map[string]struct {
		query string
		below string
	}{
		"a field that reads itself":        {`{ place { name } }`, ""},
		"a field below it reads":           {`{ place { text } }`, "place"},
		"all above are told":               {`{ place { kin { kin { text } name } } }`, "place place.kin place.kin.kin"},
		"an alias is a selection":          {`{ a: place { text } b: place { name } }`, "a"},
		"selected by the interface":        {`{ named { text kin { name } } }`, "named"},
		"the type's name":                  {`{ place { __typename kin { __typename } } }`, ""},
		"an inline fragment":               {`{ named { ... on Place { figure } } }`, "named"},
		"an inline fragment, nothing read": {`{ named { ... on Place { name } ... { kin { name } } } }`, ""},
		"below an inline fragment":         {`{ named { name ... on Place { kin { figure } } } }`, "named named.kin"},
		"a fragment":                       {`{ place { ...f } } fragment f on Place { figure }`, "place"},
		"a fragment spread twice": {
			`{ place { ...f } named { ...f kin { ...f } } } fragment f on Named { text }`,
			"named named.kin place",
		},
		"a fragment spread twice, no read": {`{ place { ...f } named { ...f } } fragment f on Named { kin { name } }`, ""},
		"a fragment that spreads another": {
			`{ place { ...f } named { ...g } } fragment f on Named { name ...g } fragment g on Named { text }`,
			"named place",
		},
		"a fragment's own fields": {
			`{ place { ...f } } fragment f on Named { a: kin { text } b: kin { name } }`,
			"place place.a",
		},
		"merged from two selections": {`{ place { name } place { kin { name } } }`, "place"},
		"merged from a fragment": {
			`{ named { kin { name } ...f } } fragment f on Named { kin { kin { name } } }`,
			"named.kin",
		},
		"merged, and one of the two reads":  {`{ named { kin { text } } named { kin { name } } }`, "named named.kin"},
		"the same field without fields two": {`{ named { name name kin { name name } } }`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, errs := gqlparser.LoadQuery(schema, c.query)
			if errs != nil {
				t.Fatal(errs)
			}
			batches := &Batches{reading: ReadingOf(document.Operations[0], mayRead)}
			operation := &graphql.OperationContext{Doc: document}
			var found []string
			var walk func(path string, selections ast.SelectionSet)
			walk = func(path string, selections ast.SelectionSet) {
				for _, field := range graphql.CollectFields(operation, selections, nil) {
					if batches.readsBelow(&field) {
						found = append(found, path+field.Alias)
					}
					walk(path+field.Alias+".", field.Selections)
				}
			}
			walk("", document.Operations[0].SelectionSet)
			slices.Sort(found)
			if got := strings.Join(found, " "); got != c.below {
				t.Errorf("got %q, want %q", got, c.below)
			}
			if field := graphql.CollectFields(operation, document.Operations[0].SelectionSet, nil)[0]; (*Batches)(nil).readsBelow(&field) {
				t.Error("outside of an operation something is read")
			}
		})
	}
}

// TestAFragmentWithinItselfEnds: validation refuses it, should it ever come.
func TestAFragmentWithinItselfEnds(t *testing.T) {
	t.Parallel()
	circle := &ast.FragmentDefinition{Name: "circle"}
	figure := &ast.Field{Name: "figure", ObjectDefinition: &ast.Definition{Name: "Place"}}
	circle.SelectionSet = ast.SelectionSet{&ast.FragmentSpread{Name: "circle", Definition: circle}, figure}
	place := &ast.Field{Name: "place", SelectionSet: ast.SelectionSet{&ast.FragmentSpread{Name: "circle", Definition: circle}}}
	unknown := &ast.Field{Name: "place", SelectionSet: ast.SelectionSet{&ast.FragmentSpread{Name: "unknown"}}}
	known := ReadingOf(&ast.OperationDefinition{SelectionSet: ast.SelectionSet{place, unknown}}, map[string]bool{"Place.figure": true})
	if !known[place] || known[unknown] {
		t.Errorf("read below: %v and %v", known[place], known[unknown])
	}
}
