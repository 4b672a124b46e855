// Weave makes the generated executor run through package batch: it rewrites how
// objects and lists are made, and names the fields that may read. It is run after
// gqlgen, by scripts/generate; gqlgen has no setting for any of this.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	executor = "graph/generated/exec.go"
	named    = "graph/generated/reading.go"
	module   = "github.com/reliefgraph/reliefgraph"
)

func main() {
	log.SetFlags(0)
	if err := rewrite(); err != nil {
		log.Fatal(err)
	}
}

func rewrite() error {
	text, err := os.ReadFile("schema.graphql")
	if err != nil {
		return err
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		return err
	}
	generated, err := os.ReadFile(executor)
	if err != nil {
		return err
	}
	code, reading, err := weave(string(generated), schema)
	if err != nil {
		return err
	}
	for file, source := range map[string]string{executor: code, named: reading} {
		formatted, err := format.Source([]byte(source))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := os.WriteFile(file, formatted, 0o644); err != nil {
			return err
		}
	}
	return nil
}

var (
	// A field that is resolved where it stands.
	inPlace = regexp.MustCompile(`\t\t\tout\.Values\[i\] = ec\._(\w+)\(ctx, field, obj\)\n` +
		`(\t\t\tif out\.Values\[i\] == graphql\.(\w+) \{\n.*\n\t\t\t\}\n)`)
	// A field that may read.
	concurrent = regexp.MustCompile(`out\.Resolve(?:Root)?Concurrently\([^{]*\{\s*return ec\._(\w+)\(`)
	// Any field that is resolved, of whatever form.
	resolved = regexp.MustCompile(`= ec\._(\w+)\(ctx, field`)
	// What resolves it later captures no copy of the field.
	captured = regexp.MustCompile(`(return ec\._\w+\(ctx, )field((?:, obj)?\)\n)`)
	// The element of a list, of which nobody asks the value that it was made from.
	element = regexp.MustCompile(`\t\tfc := graphql\.GetFieldContext\(ctx\)\n\t\tfc\.Result = &v\[i\]\n`)
)

// weave rewrites the executor, and writes the names of the fields that may read.
// It fails where gqlgen's code is no longer of the form known.
func weave(code string, schema *ast.Schema) (executor, reading string, err error) {
	fields := map[string]*ast.FieldDefinition{} // by Type_field
	var mayRead []string
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			fields[definition.Name+"_"+field.Name] = field
		}
	}
	for _, match := range concurrent.FindAllStringSubmatch(code, -1) {
		of, name, ok := strings.Cut(match[1], "_")
		if !ok || schema.Types[of] == nil {
			continue
		}
		mayRead = append(mayRead, of+"."+name)
		for _, abstract := range schema.GetImplements(schema.Types[of]) {
			if abstract.Fields.ForName(name) != nil {
				mayRead = append(mayRead, abstract.Name+"."+name)
			}
		}
	}
	hasFields := func(name string) bool { // Type_field
		field := fields[name]
		return field != nil && schema.Types[field.Type.Name()].IsCompositeType()
	}
	places := placesOf(code)
	below, leaves := 0, map[string]bool{}
	code = inPlace.ReplaceAllStringFunc(code, func(found string) string {
		parts := inPlace.FindStringSubmatch(found)
		name, check, null := parts[1], parts[2], parts[3]
		if !hasFields(name) {
			leaves[name] = true
			place := places[name]
			return fmt.Sprintf("\t\t\tout.Values[i] = ec._%s(out.Leaf(i, %q, %s), field, obj)\n%s", name, place.object, place.method, check)
		}
		below++
		return fmt.Sprintf(`			out.ResolveBelow(ec.OperationContext, i, graphql.%s,
				func(ctx context.Context) graphql.Marshaler {
					return ec._%s(ctx, field, obj)
				})
`, null, name)
	})
	code = captured.ReplaceAllString(code, "${1}fields[i]${2}")
	code = element.ReplaceAllString(code, "")
	if code, err = lean(code, places, leaves); err != nil {
		return "", "", err
	}
	for _, step := range []struct{ from, to string }{
		{"graphql.NewFieldSet(fields)", "batch.NewFieldSet(ctx, fields)"},
		{"graphql.NewDeferredGroup(ctx)", "graphql.DeferredGroup{}"},
		{"graphql.MarshalSliceConcurrently(", "batch.MarshalSlice("},
		{"import (\n", "import (\n\t\"" + module + "/graph/batch\"\n"},
	} {
		if !strings.Contains(code, step.from) {
			return "", "", fmt.Errorf("the generated code has no %q: see what gqlgen makes now", step.from)
		}
		count := -1
		if strings.HasPrefix(step.from, "import") {
			count = 1
		}
		code = strings.Replace(code, step.from, step.to, count)
	}
	if below == 0 || len(mayRead) == 0 {
		return "", "", errors.New("the generated code resolves fields in another form: see what gqlgen makes now")
	}
	for _, left := range resolved.FindAllStringSubmatch(code, -1) {
		if hasFields(left[1]) {
			return "", "", fmt.Errorf("the generated code resolves %s in another form: see what gqlgen makes now", left[1])
		}
	}
	// A list of what is worked out alone is not made in turn: who is alone already
	// would wait for itself.
	for name, field := range fields {
		work := field.Directives.ForName("work")
		if work == nil || slices.Contains([]string{"LISTS", "FACTS"}, work.Arguments.ForName("per").Value.Raw) {
			continue // it is read, not worked out
		}
		if !slices.Contains(mayRead, strings.Replace(name, "_", ".", 1)) {
			return "", "", fmt.Errorf("%s takes work, and its resolver has no context", name)
		}
	}
	slices.Sort(mayRead)
	var list bytes.Buffer
	list.WriteString(`// Code generated by graph/batch/weave, DO NOT EDIT.

package generated

// MayRead names the fields whose resolvers may read from the database.
var MayRead = map[string]bool{
`)
	for _, name := range slices.Compact(mayRead) {
		fmt.Fprintf(&list, "\t%q: true,\n", name)
	}
	list.WriteString("}\n")
	return code, list.String(), nil
}
