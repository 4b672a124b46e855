package batch

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// within is the context of a field or of a row. Those of a deep answer do not lead to
// each other: each leads to the operation's at once, as at every step of an answer
// something is asked of it.
type within struct {
	context.Context // the operation's, or what was last put around it
	field           *graphql.FieldContext
	batches         *Batches
}

// Value answers what the library asks for most by itself.
func (w *within) Value(key any) any {
	switch key {
	case fieldKey:
		return w.field
	case contextKey{}:
		return w.batches
	}
	return w.Context.Value(key)
}

// enter makes the context of a field in what ctx is the context of.
func (w *within) enter(ctx context.Context, field *graphql.FieldContext) {
	w.field, field.Parent = field, fieldOf(ctx)
	if around, ok := ctx.(*within); ok {
		w.Context, w.batches = around.Context, around.batches
		return
	}
	w.Context, w.batches = ctx, of(ctx)
}

// leaf is the context of one field of an object after the other: those that are
// answered where they stand, and of which nothing is left when they are. What tells
// their place is made for who asks for it, which an error does.
type leaf struct {
	context.Context // the object's
	collected       *graphql.CollectedField
	object          string
	method          bool
	field           *graphql.FieldContext // nil: nobody has asked
}

// Value tells the field's place.
func (l *leaf) Value(key any) any {
	if key != fieldKey {
		return l.Context.Value(key)
	}
	if l.field == nil {
		l.field = &graphql.FieldContext{Parent: fieldOf(l.Context), Object: l.object, Field: *l.collected, IsMethod: l.method}
	}
	return l.field
}

// fieldOf is the field or the row that ctx is the context of, nil at the root.
func fieldOf(ctx context.Context) *graphql.FieldContext {
	if in, ok := ctx.(*within); ok {
		return in.field
	}
	return graphql.GetFieldContext(ctx)
}

// of returns the operation's batches.
func of(ctx context.Context) *Batches {
	if in, ok := ctx.(*within); ok {
		return in.batches
	}
	batches, _ := ctx.Value(contextKey{}).(*Batches)
	return batches
}

// fieldKey is the key of a field's context. The library does not export it: it is
// what GetFieldContext asks for.
var fieldKey = func() any {
	var asked lastAsked
	graphql.GetFieldContext(&asked)
	return asked.key
}()

type lastAsked struct {
	context.Context
	key any
}

func (a *lastAsked) Value(key any) any {
	a.key = key
	return nil
}
