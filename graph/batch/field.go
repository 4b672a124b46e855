package batch

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// What a generated field does, in place of the library's ResolveField, which makes a
// context, a place in the answer and five functions of each. The service has no
// middleware of fields; none would be called.

// entered is the context of a field with its place in the answer.
type entered struct {
	within
	place graphql.FieldContext
}

// Enter makes the context of a field that reads or has fields of its own.
func Enter(
	ctx context.Context,
	field graphql.CollectedField,
	object string,
	method, resolver bool,
) (context.Context, *graphql.FieldContext) {
	e := &entered{place: graphql.FieldContext{Object: object, Field: field, IsMethod: method, IsResolver: resolver}}
	e.enter(ctx, &e.place)
	return &e.within, &e.place
}

// Recover answers null for a field that panics, and tells the fault. It is deferred.
func Recover(ctx context.Context, operation *graphql.OperationContext, answer *graphql.Marshaler) {
	if fault := recover(); fault != nil {
		operation.Error(ctx, operation.Recover(ctx, fault))
		*answer = graphql.Null
	}
}

// Resolved tells whether a field has a value; where it has none, that has been told.
func Resolved[T any](ctx context.Context, operation *graphql.OperationContext, value T, err error, nonNull bool) bool {
	switch {
	case err != nil:
		operation.Error(ctx, graphql.AddFieldLocationToError(ctx, err))
		return false
	case any(value) == nil:
		if nonNull {
			graphql.AddInvalidNullError(ctx, "")
		}
		return false
	}
	return true
}

// Directed is the value of a field as its directives let it be, if it has one.
func Directed[T any](ctx context.Context, operation *graphql.OperationContext, resolve graphql.Resolver, nonNull bool) (T, bool) {
	var none T
	found, err := resolve(ctx)
	if !Resolved(ctx, operation, found, err, nonNull) {
		return none, false
	}
	value, ok := found.(T)
	if !ok {
		graphql.AddErrorf(ctx, "unexpected type %T from middleware/directive chain, should be %T", found, none)
	}
	return value, ok
}

// argumentsOf is a field of a type: the same of another type may have more arguments.
type argumentsOf struct {
	field  *ast.Field
	object string
}

// Arguments reads a field's arguments, once an operation: the rows of a list share
// what was read for the first. Not ok: they could not be read, which has been told.
func Arguments(
	ctx context.Context,
	operation *graphql.OperationContext,
	field graphql.CollectedField,
	object string,
	read func(context.Context, map[string]any) (map[string]any, error),
) (map[string]any, bool) {
	batches, key := of(ctx), argumentsOf{field.Field, object}
	if batches != nil {
		if known, ok := batches.arguments.Load(key); ok {
			return known.(map[string]any), true
		}
	}
	arguments, err := read(ctx, field.ArgumentMap(operation.Variables))
	if err != nil {
		operation.Error(ctx, err)
		return nil, false
	}
	if batches != nil {
		batches.arguments.Store(key, arguments)
	}
	return arguments, true
}
