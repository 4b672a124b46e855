package server

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// withoutNulls keeps documents, and takes the nulls out that are written in them:
// null means as if left out, so that defaults apply. The library hands a document
// over once it is valid and before anything else sees it.
type withoutNulls struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add keeps a document.
func (c withoutNulls) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	for _, operation := range document.Operations {
		for _, variable := range operation.VariableDefinitions {
			if isNull(variable.DefaultValue) {
				variable.DefaultValue = nil
			}
			withoutNull(variable.DefaultValue)
		}
		selectionWithoutNulls(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		selectionWithoutNulls(fragment.SelectionSet)
	}
	c.Cache.Add(ctx, text, document)
}

func selectionWithoutNulls(set ast.SelectionSet) {
	for _, selection := range set {
		switch selected := selection.(type) {
		case *ast.Field:
			selected.Arguments = slices.DeleteFunc(selected.Arguments, func(argument *ast.Argument) bool { return isNull(argument.Value) })
			for _, argument := range selected.Arguments {
				withoutNull(argument.Value)
			}
			selectionWithoutNulls(selected.SelectionSet)
		case *ast.InlineFragment:
			selectionWithoutNulls(selected.SelectionSet)
		}
	}
}

func withoutNull(value *ast.Value) {
	if value == nil {
		return
	}
	if value.Kind == ast.ObjectValue {
		value.Children = slices.DeleteFunc(value.Children, func(child *ast.ChildValue) bool { return isNull(child.Value) })
	}
	for _, child := range value.Children {
		withoutNull(child.Value)
	}
}

func isNull(value *ast.Value) bool { return value != nil && value.Kind == ast.NullValue }
