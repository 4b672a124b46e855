package server

import (
	"context"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// mostProblems bounds how many are told of one write: a list may hold thousands.
const mostProblems = 100

// problemsOf are all the faults of a write's input as clients see them, each with its
// path from the mutation's arguments; nil where the input is not at fault.
func problemsOf(ctx context.Context, p *problem.Problem) []map[string]any {
	field := graphql.GetFieldContext(ctx)
	if field == nil || field.Object != "Mutation" || field.Field.Field == nil || p.All == nil && p.Field == "" || p.RetryAfter > 0 {
		return nil
	}
	all := p.All
	if all == nil {
		all = []*problem.Problem{p}
	}
	all = all[:min(len(all), mostProblems)]
	var shown []map[string]any
	unread := map[string]bool{} // of a value that cannot be read nothing else is told
	for _, one := range all {
		path := inputPath(field.Field.Definition, one)
		if at := fmt.Sprint(path); one.Path != nil || !unread[at] {
			unread[at] = unread[at] || one.Path != nil
			shown = append(shown, shownProblem(one, path))
		}
	}
	return shown
}

func shownProblem(p *problem.Problem, path []any) map[string]any {
	shown := map[string]any{"path": path, "code": string(p.Code), "message": problem.Visible(p.Message), "remedy": nil}
	if p.Remedy != "" {
		shown["remedy"] = problem.Visible(p.Remedy)
	}
	if p.Rule != "" {
		shown["rule"] = p.Rule
	}
	return shown
}

// inputPath is where a problem's value stands in the arguments of a mutation: one of
// them, or a field of its input.
func inputPath(of *ast.FieldDefinition, p *problem.Problem) []any {
	const input = "input"
	switch {
	case p.Path != nil:
		return slices.Clone(p.Path)
	case p.Field == "":
		return []any{}
	case of.Arguments.ForName(p.Field) == nil && of.Arguments.ForName(input) != nil:
		return []any{input, p.Field}
	}
	return []any{p.Field}
}
