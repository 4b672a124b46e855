package acceptance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/graph/generated"
)

// askable is a field of the schema with arguments, and how a document comes to it.
type askable struct {
	operation ast.Operation
	fields    []*ast.FieldDefinition // from the root to the field itself
}

func (a askable) last() *ast.FieldDefinition { return a.fields[len(a.fields)-1] }

func (a askable) String() string {
	var names []string
	for _, field := range a.fields {
		names = append(names, field.Name)
	}
	return strings.Join(names, ".")
}

// askedFields are all fields of the schema that take arguments. The types of nodes
// take those of their interface.
func askedFields(schema *ast.Schema) []askable {
	var found []askable
	seen := map[string]bool{}
	queue := []askable{}
	visit := func(operation ast.Operation, of *ast.Definition, above []*ast.FieldDefinition) {
		if seen[of.Name] || slices.Contains(of.Interfaces, "AdministrativeNode") {
			return
		}
		seen[of.Name] = true
		for _, field := range of.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			queue = append(queue, askable{operation, append(above[:len(above):len(above)], field)})
		}
	}
	visit(ast.Query, schema.Query, nil)
	visit(ast.Mutation, schema.Mutation, nil)
	for ; len(queue) > 0; queue = queue[1:] {
		if len(queue[0].last().Arguments) > 0 {
			found = append(found, queue[0])
		}
		if of := schema.Types[queue[0].last().Type.Name()]; of.IsCompositeType() {
			visit(queue[0].operation, of, queue[0].fields)
		}
	}
	return found
}

// usual are values with which the demo world has an answer, by the name of an
// argument or of a field of an input, else by the type.
var usual = map[string]string{
	"code": `"533102"`, "from": `"2026-01-01"`, "to": `"2026-11-24"`, "publisher": `"533102102"`, "entry": `"1.1"`,
	"publisherCode": `"533102102"`, "entryCode": `"1.1"`, "year": `2026`, "off": `true`,
	"ID": `"` + cursorOf("n", "533102") + `"`, "Date": `"2026-11-20"`, "DateTime": `"2026-11-20T08:00:00+08:00"`,
	"String": `"t"`, "Decimal": `"1"`,
	"Int": "3", "Boolean": "true", "AdministrativeLevel": "TOWNSHIP", "TrendStep": "MONTH", "ReliefKind": "DONATION",
}

// besides are fields without which an input says nothing, though each may be left out.
var besides = map[string]map[string]string{
	"ReliefMovementInput":    {"funds": `"1"`, "toCode": `"533102"`},
	"LimitInput":             {"n": "3"},
	"WhatIfInput":            {"publications": `[{publisherCode: "533102102", entryCode: "1.1", publishedOn: "2026-11-20"}]`},
	"WhatIfPublicationInput": {"publisherCode": `"533102102"`, "entryCode": `"1.1"`},
}

// literal writes a value for a position; of an input all that it needs, and others
// of its fields as told.
func literal(t *testing.T, schema *ast.Schema, of *ast.Type, name string, others map[string]string) string {
	t.Helper()
	definition := schema.Types[of.Name()]
	if definition.Kind == ast.InputObject {
		fields := map[string]string{}
		for _, field := range definition.Fields {
			if field.Type.NonNull && field.DefaultValue == nil {
				fields[field.Name] = literal(t, schema, field.Type, field.Name, nil)
			}
		}
		maps.Copy(fields, besides[definition.Name])
		maps.Copy(fields, others)
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			parts = append(parts, name+": "+fields[name])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	for _, key := range []string{name, definition.Name} {
		if value, ok := usual[key]; ok {
			return value
		}
	}
	if definition.Kind == ast.Enum {
		return definition.EnumValues[0].Name
	}
	t.Fatalf("no value for %s of %s", name, of)
	return ""
}

// document asks the field with arguments as they are written; those not told are
// given where they are needed.
func (a askable) document(t *testing.T, schema *ast.Schema, declares string, told map[string]string) string {
	t.Helper()
	var text strings.Builder
	fmt.Fprintf(&text, "%s%s {", a.operation, declares)
	for i, field := range a.fields {
		fmt.Fprintf(&text, " %s", field.Name)
		var arguments []string
		for _, argument := range field.Arguments {
			value, ok := told[argument.Name]
			if ok = ok && i == len(a.fields)-1; !ok && argument.Type.NonNull && argument.DefaultValue == nil {
				value, ok = literal(t, schema, argument.Type, argument.Name, nil), true
			}
			if ok && value != "" {
				arguments = append(arguments, argument.Name+": "+value)
			}
		}
		if len(arguments) > 0 {
			fmt.Fprintf(&text, "(%s)", strings.Join(arguments, ", "))
		}
		if i < len(a.fields)-1 {
			text.WriteString(" {")
		}
	}
	if of := schema.Types[a.last().Type.Name()]; of.IsCompositeType() {
		text.WriteString(selected(schema, of, 3))
	}
	return text.String() + strings.Repeat(" }", len(a.fields))
}

// selected selects what needs no arguments, lists by their edges.
func selected(schema *ast.Schema, of *ast.Definition, deep int) string {
	parts := []string{"__typename"}
	for _, field := range of.Fields {
		switch below := schema.Types[field.Type.Name()]; {
		case len(field.Arguments) > 0 || strings.HasPrefix(field.Name, "__"):
		case !below.IsCompositeType():
			parts = append(parts, field.Name)
		case deep > 0 && field.Name != "parent" && field.Type.Elem == nil || field.Name == "edges":
			parts = append(parts, field.Name+selected(schema, below, deep-1))
		}
	}
	return " { " + strings.Join(parts, " ") + " }"
}

// position is where an argument, or what stands in it, may be given: write puts a
// value there.
type position struct {
	name  string
	of    *ast.Type
	needs bool // a value, whatever its default
	write func(value string) string
}

// positions are an argument and all fields of the inputs within it, however deep.
func positions(t *testing.T, schema *ast.Schema, name string, of *ast.Type, write func(string) string) []position {
	t.Helper()
	found := []position{{name, of, of.NonNull, write}}
	list := func(value string) string { return value }
	if of.Elem != nil {
		list = func(value string) string { return "[" + value + "]" }
		found = append(found, position{name + "[0]", of.Elem, of.Elem.NonNull, func(value string) string { return write(list(value)) }})
	}
	definition := schema.Types[of.Name()]
	if definition.Kind != ast.InputObject || strings.Count(name, ".") > 4 {
		return found
	}
	for _, field := range definition.Fields {
		found = append(found, positions(t, schema, name+"."+field.Name, field.Type, func(value string) string {
			return write(list(literal(t, schema, ast.NamedType(definition.Name, nil), name, map[string]string{field.Name: value})))
		})...)
	}
	return found
}

// everyPosition calls what for every argument of every field, and everything that
// can stand in one.
func everyPosition(t *testing.T, what func(*ast.Schema, askable, position)) {
	t.Helper()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	for _, field := range askedFields(schema) {
		for _, argument := range field.last().Arguments {
			whole := func(value string) string { return value }
			for _, p := range positions(t, schema, argument.Name, argument.Type, whole) {
				write := p.write
				p.write = func(value string) string { return argument.Name + "\x00" + write(value) }
				what(schema, field, p)
			}
		}
	}
}

// with asks a field with a value at a position.
func (a askable) with(t *testing.T, schema *ast.Schema, p position, declares, value string) string {
	t.Helper()
	argument, text, _ := strings.Cut(p.write(value), "\x00")
	return a.document(t, schema, declares, map[string]string{argument: text})
}
