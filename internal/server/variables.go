package server

import (
	"context"
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
// and what reads it then finds nothing; and it takes null for a value where a
// default would do, and where a value is needed. Here other words are refused, null
// means as if left out, and null where a value is needed is refused.
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
		value, present := operation.Variables[declared.Variable]
		switch {
		case !present:
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
// in the schema, no fields that are null. What it is given stays as it is.
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
func misgiven(fault *gqlerror.Error, operation *graphql.OperationContext) *gqlerror.Error {
	if len(fault.Path) < 2 || fault.Path[0] != ast.PathName(variablePath) || operation.Operation == nil {
		return fault
	}
	name, ok := fault.Path[1].(ast.PathName)
	if !ok {
		return fault
	}
	message, remedy := fault.Message, ""
	if within := fault.Path[2:]; len(within) > 0 {
		message = within.String() + ": " + message
	}
	if declared := operation.Operation.VariableDefinitions.ForName(string(name)); declared != nil {
		remedy = allowedAt(declared.Type, fault.Path[2:])
	}
	told := problem.Invalid(string(name), remedy, "%s", message)
	return &gqlerror.Error{Err: told, Message: told.Error(), Path: fault.Path, Locations: fault.Locations}
}

// allowedAt names the values of an enum, or the fields of an input.
func allowedAt(of *ast.Type, path ast.Path) string {
	definition := executableSchema.Types[of.Name()]
	for i, step := range path {
		if name, ok := step.(ast.PathName); ok && definition != nil {
			if field := definition.Fields.ForName(string(name)); field != nil {
				return allowedAt(field.Type, path[i+1:])
			}
		}
	}
	var allowed []string
	switch {
	case definition == nil:
	case definition.Kind == ast.Enum:
		for _, value := range definition.EnumValues {
			allowed = append(allowed, value.Name)
		}
	case definition.Kind == ast.InputObject:
		for _, field := range definition.Fields {
			allowed = append(allowed, field.Name)
		}
	}
	if allowed == nil {
		return ""
	}
	return "give " + strings.Join(allowed, ", ")
}
