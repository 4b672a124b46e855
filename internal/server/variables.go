package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// variables makes the values of an operation's variables exact before anything
// measures or executes it. The library takes a word of an enum in any letter case,
// and what reads it then finds nothing; a text for a number, which the bounds then
// do not count; and null for a value where a default would do, and where a value is
// needed. Here other words and such texts are refused, null means as if left out,
// and null where a value is needed is refused.
type variables struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = variables{}

// ExtensionName names the extension.
func (variables) ExtensionName() string { return "Variables" }

// Validate accepts any schema.
func (variables) Validate(graphql.ExecutableSchema) error { return nil }

// variablePath is how the library's faults of variables begin.
const variablePath = "variable"

// MutateOperationContext reads the variables that the library has let through.
func (variables) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	nulls := map[string]bool{}
	for _, declared := range operation.Operation.VariableDefinitions {
		value, sent := operation.Variables[declared.Variable]
		switch {
		case !sent:
		case value != nil:
			exact, fault := exactly(declared.Type, value, ast.Path{ast.PathName(variablePath), ast.PathName(declared.Variable)})
			if fault != nil {
				return fault
			}
			operation.Variables[declared.Variable] = exact
		case declared.DefaultValue != nil:
			nulls[declared.Variable] = true
			value, err := declared.DefaultValue.Value(nil)
			if err != nil {
				return gqlerror.WrapPath(ast.Path{ast.PathName(variablePath), ast.PathName(declared.Variable)}, err)
			}
			operation.Variables[declared.Variable] = value
		default:
			nulls[declared.Variable] = true
			delete(operation.Variables, declared.Variable)
		}
	}
	if len(nulls) == 0 {
		return nil
	}
	needed := needs{nulls: nulls, variables: operation.Variables, entered: map[string]bool{}}
	return needed.selection(operation.Operation.SelectionSet)
}

// exactly returns a value as its type has it: words of enums as they are written
// in the schema, no texts for numbers, no fields that are null. What it is given
// stays as it is.
func exactly(of *ast.Type, value any, path ast.Path) (any, *gqlerror.Error) {
	if value == nil {
		return nil, nil
	}
	if of.Elem != nil {
		return exactList(of, value, path)
	}
	switch definition := executableSchema.Types[of.NamedType]; definition.Kind {
	case ast.Enum:
		if word := fmt.Sprint(value); definition.EnumValues.ForName(word) == nil {
			return nil, gqlerror.ErrorPathf(path, "%s is not a valid %s", word, definition.Name)
		}
	case ast.Scalar:
		if _, text := value.(string); text && (definition.Name == "Int" || definition.Name == "Float") {
			return nil, gqlerror.ErrorPathf(path, "cannot use string as %s", definition.Name)
		}
	case ast.InputObject:
		object, ok := value.(map[string]any)
		if !ok {
			return nil, gqlerror.ErrorPathf(path, "must be a %s", definition.Name)
		}
		exact := make(map[string]any, len(object))
		for _, field := range definition.Fields {
			if object[field.Name] == nil {
				continue
			}
			of, fault := exactly(field.Type, object[field.Name], below(path, ast.PathName(field.Name)))
			if fault != nil {
				return nil, fault
			}
			exact[field.Name] = of
		}
		return exact, nil
	}
	return value, nil
}

// exactList reads a list; the library gives one value in the place of a list as a
// list of its own type.
func exactList(of *ast.Type, value any, path ast.Path) (any, *gqlerror.Error) {
	list := reflect.ValueOf(value)
	if list.Kind() != reflect.Slice {
		list = reflect.ValueOf([]any{value})
	}
	exact := make([]any, list.Len())
	for i := range exact {
		element, fault := exactly(of.Elem, list.Index(i).Interface(), below(path, ast.PathIndex(i)))
		if fault != nil {
			return nil, fault
		}
		exact[i] = element
	}
	return exact, nil
}

// below is a path one step on, which shares no memory with its siblings.
func below(path ast.Path, step ast.PathElement) ast.Path {
	return append(path[:len(path):len(path)], step)
}

// needs looks for a variable given as null where a document needs a value, in what
// will be executed of it.
type needs struct {
	nulls     map[string]bool
	variables map[string]any
	entered   map[string]bool // fragments
}

func (n *needs) selection(set ast.SelectionSet) *gqlerror.Error {
	for _, selection := range set {
		if fault := n.selected(selection); fault != nil {
			return fault
		}
	}
	return nil
}

func (n *needs) selected(selection ast.Selection) *gqlerror.Error {
	var directives ast.DirectiveList
	var arguments ast.ArgumentList
	var within ast.SelectionSet
	switch selected := selection.(type) {
	case *ast.Field:
		directives, arguments, within = selected.Directives, selected.Arguments, selected.SelectionSet
	case *ast.InlineFragment:
		directives, within = selected.Directives, selected.SelectionSet
	case *ast.FragmentSpread:
		directives = selected.Directives
		if !n.entered[selected.Name] {
			within = selected.Definition.SelectionSet
		}
	}
	for _, directive := range directives {
		if fault := n.arguments(directive.Arguments); fault != nil {
			return fault
		}
	}
	if n.leftOut(directives) {
		return nil
	}
	if fault := n.arguments(arguments); fault != nil {
		return fault
	}
	if spread, ok := selection.(*ast.FragmentSpread); ok {
		n.entered[spread.Name] = true
	}
	return n.selection(within)
}

// leftOut tells whether @skip or @include takes a selection out.
func (n *needs) leftOut(directives ast.DirectiveList) bool {
	for name, takes := range map[string]bool{"skip": true, "include": false} {
		if directive := directives.ForName(name); directive != nil {
			if condition, ok := directive.ArgumentMap(n.variables)["if"].(bool); ok && condition == takes {
				return true
			}
		}
	}
	return false
}

func (n *needs) arguments(list ast.ArgumentList) *gqlerror.Error {
	for _, argument := range list {
		if fault := n.value(argument.Value); fault != nil {
			return fault
		}
	}
	return nil
}

func (n *needs) value(value *ast.Value) *gqlerror.Error {
	if value.Kind == ast.Variable && n.nulls[value.Raw] && value.ExpectedType != nil && value.ExpectedType.NonNull {
		path := ast.Path{ast.PathName(variablePath), ast.PathName(value.Raw)}
		return gqlerror.ErrorPathf(path, "cannot be null: %s is needed", value.ExpectedType)
	}
	for _, child := range value.Children {
		if fault := n.value(child.Value); fault != nil {
			return fault
		}
	}
	return nil
}

// misgiven tells of a variable that does not fit the schema, as the documents do,
// and what the schema allows in its place; any other fault stays as it is.
func misgiven(fault *gqlerror.Error, operation *graphql.OperationContext, given map[string]any) *gqlerror.Error {
	of, within, ok := misfitAt(fault, operation)
	if !ok {
		return fault
	}
	message, remedy := misgivenAs(fault, of, within, given)
	if len(within) > 0 {
		message = within.String() + ": " + message
	}
	told := problem.Invalid(of.Variable, remedy, "%s", message)
	return &gqlerror.Error{Err: told, Message: told.Error(), Path: fault.Path, Locations: fault.Locations}
}

// misfitAt is the variable that does not fit, and where in it; not ok where the fault
// is another.
func misfitAt(fault *gqlerror.Error, operation *graphql.OperationContext) (of *ast.VariableDefinition, within ast.Path, ok bool) {
	if len(fault.Path) < 2 || fault.Path[0] != ast.PathName(variablePath) || operation.Operation == nil {
		return nil, nil, false
	}
	name, ok := fault.Path[1].(ast.PathName)
	if !ok {
		return nil, nil, false
	}
	of = operation.Operation.VariableDefinitions.ForName(string(name))
	return of, fault.Path[2:], of != nil
}

// misgivenAs says why a value does not fit, and what would.
func misgivenAs(
	fault *gqlerror.Error,
	of *ast.VariableDefinition,
	within ast.Path,
	given map[string]any,
) (message, remedy string) {
	definition := definitionAt(of.Type, within)
	if input := notHaving(of, within); input != nil {
		return "unknown field", allowed(input)
	}
	// The library takes a number for a text, or tells of it as 0.
	if number, ok := valueAt(given[of.Variable], within).(json.Number); ok && definition != nil && definition.Kind != ast.Enum {
		return fmt.Sprintf("%s is no %s", number, definition.Name), allowed(definition)
	}
	if fault.Message == "must be defined" {
		return fault.Message, cmp.Or(allowed(definition), "give it")
	}
	return fault.Message, allowed(definition)
}

// notHaving is the input in which a path ends that has no such field, nil where it has.
func notHaving(of *ast.VariableDefinition, within ast.Path) *ast.Definition {
	if len(within) == 0 {
		return nil
	}
	last, named := within[len(within)-1].(ast.PathName)
	input := definitionAt(of.Type, within[:len(within)-1])
	if !named || input == nil || input.Kind != ast.InputObject || input.Fields.ForName(string(last)) != nil {
		return nil
	}
	return input
}

// definitionAt is the type of what stands at a path within a value.
func definitionAt(of *ast.Type, path ast.Path) *ast.Definition {
	definition := executableSchema.Types[of.Name()]
	for i, step := range path {
		if name, ok := step.(ast.PathName); ok && definition != nil {
			if field := definition.Fields.ForName(string(name)); field != nil {
				return definitionAt(field.Type, path[i+1:])
			}
		}
	}
	return definition
}

// valueAt is what stands at a path within a value; one value may stand for a list.
func valueAt(value any, path ast.Path) any {
	for _, step := range path {
		switch step := step.(type) {
		case ast.PathName:
			object, _ := value.(map[string]any)
			value = object[string(step)]
		case ast.PathIndex:
			if list, ok := value.([]any); ok && int(step) < len(list) {
				value = list[step]
			}
		}
	}
	return value
}

// ofScalar says what to give for a value of the language's own scalars; of the others
// it is said where they are read.
var ofScalar = map[string]string{
	"Int": "give a whole number", "Float": "give a number", "Boolean": "give true or false", "String": "give a text", "ID": "give a text",
}

// allowed names the values of an enum, or the fields of an input.
func allowed(definition *ast.Definition) string {
	var names []string
	switch {
	case definition == nil:
	case definition.Kind == ast.Scalar:
		return ofScalar[definition.Name]
	case definition.Kind == ast.Enum:
		for _, value := range definition.EnumValues {
			names = append(names, value.Name)
		}
	case definition.Kind == ast.InputObject:
		for _, field := range definition.Fields {
			names = append(names, field.Name)
		}
	}
	if names == nil {
		return ""
	}
	return "give " + strings.Join(names, ", ")
}
