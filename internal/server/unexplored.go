package server

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// unexplored refuses questions about the schema. The library would answer them
// with an error of no kind, which looks like a fault of ours.
type unexplored struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = unexplored{}

// ExtensionName names the extension.
func (unexplored) ExtensionName() string { return "Unexplored" }

// Validate accepts any schema.
func (unexplored) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext looks at the fields asked first.
func (unexplored) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if !asksSchema(operation.Operation.SelectionSet) {
		return nil
	}
	return &gqlerror.Error{
		Message:    "this server answers no questions about its schema; it is at /schema.graphql, or the operator starts the server with --explore",
		Extensions: map[string]any{"code": string(problem.Forbidden)},
	}
}

func asksSchema(set ast.SelectionSet) bool {
	for _, selection := range set {
		switch selected := selection.(type) {
		case *ast.Field:
			if strings.HasPrefix(selected.Name, "__") && selected.Name != "__typename" {
				return true
			}
		case *ast.InlineFragment:
			if asksSchema(selected.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if asksSchema(selected.Definition.SelectionSet) {
				return true
			}
		}
	}
	return false
}
