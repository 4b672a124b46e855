package server

import (
	"errors"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/graph"
	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// The library stops at the first value of an argument that it cannot read. Mutations
// tell all faults of their input at once, so such values are looked for before, left
// out, and told beside what is found in the rest.

// readers read the scalars whose texts may be at fault.
var readers = map[string]func(any) error{
	"Date":     func(value any) error { _, err := model.UnmarshalDate(value); return err },
	"DateTime": func(value any) error { _, err := model.UnmarshalDateTime(value); return err },
}

// unread looks for what cannot be read in the arguments of mutations.
type unread struct {
	given   map[string]any // variables
	cleaned map[string]any // those that stand for arguments of which something was left out
	found   graph.Unread
	all     []*problem.Problem // of the mutation that is looked at
}

// leaveOutUnread leaves what cannot be read out of the mutations of an operation, and
// returns it; an operation without such values stays as it is.
func leaveOutUnread(operation *graphql.OperationContext) graph.Unread {
	if operation.Operation.Operation != ast.Mutation {
		return nil
	}
	u := unread{given: operation.Variables, cleaned: map[string]any{}, found: graph.Unread{}}
	rest := *operation.Operation
	rest.SelectionSet = u.selection(rest.SelectionSet)
	if len(u.found) == 0 {
		return nil
	}
	operation.Operation = &rest
	operation.Variables = maps.Clone(operation.Variables)
	maps.Copy(operation.Variables, u.cleaned)
	return u.found
}

// selection looks through the mutations that are asked for. The document is shared
// with other requests: what changes is a copy, fragments written out.
func (u *unread) selection(set ast.SelectionSet) ast.SelectionSet {
	copied := make(ast.SelectionSet, 0, len(set))
	for _, selection := range set {
		switch selected := selection.(type) {
		case *ast.Field:
			copied = append(copied, u.field(selected))
		case *ast.InlineFragment:
			inline := *selected
			inline.SelectionSet = u.selection(selected.SelectionSet)
			copied = append(copied, &inline)
		case *ast.FragmentSpread:
			copied = append(copied, &ast.InlineFragment{
				TypeCondition: selected.Definition.TypeCondition, Directives: selected.Directives,
				SelectionSet: u.selection(selected.Definition.SelectionSet), ObjectDefinition: selected.ObjectDefinition,
				Position: selected.Position,
			})
		}
	}
	return copied
}

func (u *unread) field(f *ast.Field) *ast.Field {
	u.all = nil
	given := f.ArgumentMap(u.given)
	var rest ast.ArgumentList
	for _, definition := range f.Definition.Arguments {
		value, is := given[definition.Name]
		if !is {
			continue
		}
		value, readable := u.value(definition.Type, value, []any{definition.Name})
		if !readable {
			continue
		}
		name := f.Alias + " " + definition.Name // no variable of a document has a blank
		u.cleaned[name] = value
		rest = append(rest, &ast.Argument{Name: definition.Name, Value: &ast.Value{Kind: ast.Variable, Raw: name}})
	}
	if u.all == nil {
		return f
	}
	u.found[f.Alias] = u.all
	copied := *f
	copied.Arguments = rest
	return &copied
}

// value is what of a value can be read, if anything can.
func (u *unread) value(of *ast.Type, value any, path []any) (rest any, readable bool) {
	if value == nil {
		return nil, true
	}
	if of.Elem != nil {
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		kept := make([]any, 0, len(list))
		for i, item := range list {
			if rest, readable := u.value(of.Elem, item, append(slices.Clip(path), i)); readable {
				kept = append(kept, rest)
			}
		}
		return kept, true
	}
	definition := executableSchema.Types[of.NamedType]
	if object, ok := value.(map[string]any); ok && definition.Kind == ast.InputObject {
		kept := maps.Clone(object)
		for _, field := range definition.Fields {
			if within, is := object[field.Name]; is {
				if rest, readable := u.value(field.Type, within, append(slices.Clip(path), field.Name)); readable {
					kept[field.Name] = rest
				} else {
					delete(kept, field.Name)
				}
			}
		}
		return kept, true
	}
	if read := readers[definition.Name]; read != nil {
		if err := read(value); err != nil {
			u.all = append(u.all, unreadAt(path, err))
			return nil, false
		}
	}
	return value, true
}

// unreadAt is why the value at a path of the arguments cannot be read.
func unreadAt(path []any, err error) *problem.Problem {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok {
		p = problem.Invalid("", "", "%v", err)
	}
	at := *p
	at.Path = path
	for _, step := range path {
		if name, ok := step.(string); ok {
			at.Field = name // the last is what the fact calls it
		}
	}
	return &at
}
