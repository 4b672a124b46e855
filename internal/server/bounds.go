package server

import (
	"context"
	"fmt"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// bounds refuses a document of too many levels or names, before anything is read;
// what its answer takes is counted as it is made (internal/admission).
// What a fragment asks for is worked out once, however often it is spread: the
// library's own limit takes time exponential in that.
type bounds struct {
	Depth   int // nested fields
	Aliases int
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = bounds{}

// ExtensionName names the extension.
func (bounds) ExtensionName() string { return "Bounds" }

// Validate accepts any schema.
func (bounds) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext measures the operation.
func (b bounds) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	m := measure{map[string]size{}, map[string]bool{}}
	total := m.selection(operation.Operation.SelectionSet)
	for _, bound := range []struct {
		what        string
		found, most int
	}{
		{"levels of fields", total.depth, b.Depth},
		{"aliases", total.aliases, b.Aliases},
	} {
		if bound.found > bound.most {
			return &gqlerror.Error{
				Message: fmt.Sprintf(
					"the request asks for %s %s; at most %d are answered at once: ask in parts",
					number(bound.found),
					bound.what,
					bound.most,
				),
				Extensions: map[string]any{"code": string(problem.TooComplex)},
			}
		}
	}
	return nil
}

func number(n int) string {
	if n == math.MaxInt32 {
		return "billions of"
	}
	return fmt.Sprint(n)
}

// size is what a selection asks for.
type size struct{ depth, aliases int }

type measure struct {
	fragments map[string]size
	counting  map[string]bool // spread around itself: validation has refused it
}

// selection measures the fields of an object.
func (m *measure) selection(set ast.SelectionSet) size {
	var total size
	for _, selection := range set {
		var part size
		switch selected := selection.(type) {
		case *ast.Field:
			part = m.selection(selected.SelectionSet)
			part.depth++
			if selected.Alias != selected.Name {
				part.aliases = saturated(part.aliases + 1)
			}
		case *ast.InlineFragment:
			part = m.selection(selected.SelectionSet)
		case *ast.FragmentSpread:
			part = m.fragment(selected)
		}
		total.aliases = saturated(total.aliases + part.aliases)
		total.depth = max(total.depth, part.depth)
	}
	return total
}

func (m *measure) fragment(of *ast.FragmentSpread) size {
	if known, ok := m.fragments[of.Name]; ok {
		return known
	}
	if m.counting[of.Name] || of.Definition == nil {
		return size{}
	}
	m.counting[of.Name] = true
	measured := m.selection(of.Definition.SelectionSet)
	m.counting[of.Name] = false
	m.fragments[of.Name] = measured
	return measured
}

// saturated keeps sums from running over.
func saturated(n int) int {
	if n < 0 || n > math.MaxInt32 {
		return math.MaxInt32
	}
	return n
}
