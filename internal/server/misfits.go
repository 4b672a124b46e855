package server

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/graph"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// The library stops at the first variable that does not fit the schema, and executes
// nothing. Of mutations all faults of the input are told at once: the others are found
// by putting in the place of each misfit what fits, and by having the mutations look at
// the rest, which write nothing then.

// mostMisfits bounds how many are looked for: each is found by reading the variables anew.
const mostMisfits = 30

// misfits replaces what does not fit among the variables of a mutation, and returns why
// each did not; the faults are those that are left.
func misfits(
	ctx context.Context,
	executor graphql.GraphExecutor,
	params *graphql.RawParams,
	operation *graphql.OperationContext,
	faults gqlerror.List,
) (*graphql.OperationContext, []*problem.Problem, gqlerror.List) {
	if operation.Operation == nil || operation.Operation.Operation != ast.Mutation {
		return operation, nil, faults
	}
	var found []*problem.Problem
	for len(faults) == 1 && len(found) < mostMisfits && ctx.Err() == nil {
		of, within, ok := misfitAt(faults[0], operation)
		if !ok {
			break
		}
		message, remedy := misgivenAs(faults[0], of, within, params.Variables)
		path := argumentPath(operation.Operation.SelectionSet, of.Variable)
		for _, step := range within {
			path = append(path, plainStep(step))
		}
		found = append(found, unreadAt(path, problem.Invalid("", remedy, "%s", message)))
		if params.Variables == nil {
			params.Variables = map[string]any{}
		}
		params.Variables[of.Variable] = fitting(of.Type, params.Variables[of.Variable], within)
		operation, faults = executor.CreateOperationContext(ctx, params)
	}
	return operation, found, faults
}

// withProblems tells a misfit together with all that is wrong with the input, of which
// an answer to what fits tells the rest.
func withProblems(told *gqlerror.Error, found []*problem.Problem, rest *graphql.Response) {
	var shown []map[string]any
	add := func(one map[string]any) {
		if !slices.ContainsFunc(shown, func(s map[string]any) bool { return fmt.Sprint(s) == fmt.Sprint(one) }) {
			shown = append(shown, one)
		}
	}
	for _, p := range found {
		add(shownProblem(p, p.Path))
	}
	if rest != nil {
		for _, fault := range rest.Errors {
			problems, _ := fault.Extensions["problems"].([]map[string]any)
			for _, one := range problems {
				add(one)
			}
		}
	}
	if told.Extensions == nil {
		told.Extensions = map[string]any{}
	}
	told.Extensions["problems"] = shown
}

// lookedAt has mutations look at what fits of their input, without writing.
func lookedAt(
	ctx context.Context,
	executor graphql.GraphExecutor,
	operation *graphql.OperationContext,
	found []*problem.Problem,
) *graphql.Response {
	unread := leaveOutUnread(operation)
	if unread == nil {
		unread = graph.Unread{}
	}
	unread[""] = found
	ctx, _ = withSaw(ctx)
	responses, ctx := executor.DispatchOperation(graph.WithUnread(ctx, unread), operation)
	return responses(ctx)
}

// argumentPath is where the mutations take a variable, the variable itself where they
// do not.
func argumentPath(set ast.SelectionSet, variable string) []any {
	if path := pathInSelection(set, variable); path != nil {
		return path
	}
	return []any{variable}
}

func pathInSelection(set ast.SelectionSet, variable string) []any {
	for _, selection := range set {
		var path []any
		switch selected := selection.(type) {
		case *ast.Field:
			for _, argument := range selected.Arguments {
				if path = pathInValue(argument.Value, variable, []any{argument.Name}); path != nil {
					break
				}
			}
		case *ast.InlineFragment:
			path = pathInSelection(selected.SelectionSet, variable)
		case *ast.FragmentSpread:
			path = pathInSelection(selected.Definition.SelectionSet, variable)
		}
		if path != nil {
			return path
		}
	}
	return nil
}

func pathInValue(value *ast.Value, variable string, at []any) []any {
	if value.Kind == ast.Variable && value.Raw == variable {
		return at
	}
	for i, child := range value.Children {
		var step any = child.Name
		if value.Kind == ast.ListValue {
			step = i
		}
		if path := pathInValue(child.Value, variable, append(slices.Clip(at), step)); path != nil {
			return path
		}
	}
	return nil
}

func plainStep(step ast.PathElement) any {
	if index, ok := step.(ast.PathIndex); ok {
		return int(index)
	}
	return fmt.Sprint(step)
}

// fitting is a value with one that fits in the place that a path leads to; what the
// schema does not know is left out.
func fitting(of *ast.Type, value any, path ast.Path) any {
	if len(path) == 0 {
		return placeholder(of)
	}
	switch step := path[0].(type) {
	case ast.PathIndex:
		list, ok := value.([]any)
		if !ok || of.Elem == nil || int(step) >= len(list) {
			return placeholder(of)
		}
		fits := slices.Clone(list)
		fits[step] = fitting(of.Elem, list[step], path[1:])
		return fits
	case ast.PathName:
		object, ok := value.(map[string]any)
		definition := executableSchema.Types[of.Name()]
		if !ok || of.Elem != nil || definition == nil {
			return placeholder(of)
		}
		fits := make(map[string]any, len(object))
		for name, within := range object {
			fits[name] = within
		}
		if field := definition.Fields.ForName(string(step)); field != nil {
			fits[string(step)] = fitting(field.Type, object[string(step)], path[1:])
		} else {
			delete(fits, string(step))
		}
		return fits
	}
	return value
}

// placeholder is a value of a type that says nothing.
func placeholder(of *ast.Type) any {
	definition := executableSchema.Types[of.Name()]
	switch {
	case !of.NonNull || definition == nil:
		return nil
	case of.Elem != nil:
		return []any{}
	case definition.Kind == ast.Enum:
		return definition.EnumValues[0].Name
	case definition.Kind == ast.InputObject:
		return map[string]any{}
	case definition.Name == "Int" || definition.Name == "Float":
		return json.Number("0")
	case definition.Name == "Boolean":
		return false
	}
	return ""
}
