package batch

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Reading tells for each selection of an operation whether something is read at
// or below it. A selection is known by its place in memory.
type Reading map[any]bool

// ReadingOf looks through an operation once. The fields that may read are named
// as Type.field.
func ReadingOf(operation *ast.OperationDefinition, mayRead map[string]bool) Reading {
	reading := Reading{}
	reading.set(operation.SelectionSet, mayRead)
	return reading
}

func (r Reading) set(selections ast.SelectionSet, mayRead map[string]bool) (any bool) {
	for _, selection := range selections {
		reads := false
		switch selected := selection.(type) {
		case *ast.Field:
			below := r.set(selected.SelectionSet, mayRead)
			reads = below || selected.ObjectDefinition != nil && mayRead[selected.ObjectDefinition.Name+"."+selected.Name]
			r[selected] = below
		case *ast.InlineFragment:
			reads = r.set(selected.SelectionSet, mayRead)
		case *ast.FragmentSpread:
			known, seen := r[selected.Definition]
			if !seen && selected.Definition != nil {
				r[selected.Definition] = false // spread within itself: validation has refused it
				known = r.set(selected.Definition.SelectionSet, mayRead)
				r[selected.Definition] = known
			}
			reads = known
		}
		any = any || reads
	}
	return any
}

// readsBelow tells whether something is read below a field.
func (b *Batches) readsBelow(field *graphql.CollectedField) bool {
	if b == nil {
		return false
	}
	if len(field.Selections) == len(field.SelectionSet) {
		return b.reading[field.Field]
	}
	return true // selected in several places: be safe
}
