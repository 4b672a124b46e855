package batch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// The same fields made with this package and with the library, as the generated
// code makes them.

// object is what the generated code fills: this package's, or the library's.
type object interface {
	ResolveConcurrently(*graphql.OperationContext, *graphql.DeferredGroup, int, bool, bool, func(context.Context) graphql.Marshaler)
	ResolveRootConcurrently(context.Context, *graphql.OperationContext, int, bool, bool, func(context.Context) graphql.Marshaler)
	ResolveBelow(*graphql.OperationContext, int, graphql.Marshaler, func(context.Context) graphql.Marshaler)
	Dispatch(context.Context)
	MarshalGQL(io.Writer)
	inPlace(at int, value, invalid graphql.Marshaler)
	invalids() uint32
}

type own struct{ *FieldSet }

func (o own) invalids() uint32 { return o.Invalids }

func (o own) inPlace(at int, value, invalid graphql.Marshaler) {
	o.Values[at] = value
	if value == invalid {
		o.Invalids++
	}
}

// library runs in place what this package's object decides about itself, as the
// library's generated code does.
type library struct {
	*graphql.FieldSet
	ctx context.Context
}

func (l library) invalids() uint32 { return l.Invalids }

func (l library) inPlace(at int, value, invalid graphql.Marshaler) {
	l.Values[at] = value
	if value == invalid {
		l.Invalids++
	}
}

func (l library) ResolveBelow(
	_ *graphql.OperationContext, at int, invalid graphql.Marshaler, resolve func(context.Context) graphql.Marshaler,
) {
	l.inPlace(at, resolve(l.ctx), invalid)
}

// executor makes objects and lists the one way or the other.
type executor struct {
	name  string
	begin func(context.Context) context.Context
	// merged makes each field one selected in two places, so that it counts as
	// one with something read below it.
	merged bool
	object func(context.Context, []graphql.CollectedField) object
	list   func(context.Context, int, int64, bool, func(context.Context, int) graphql.Marshaler) graphql.Array
}

func newOwn(ctx context.Context, fields []graphql.CollectedField) object {
	return own{NewFieldSet(ctx, fields)}
}

func begun(ctx context.Context) context.Context { return Begin(ctx, nil) }

var (
	theirs = executor{
		"the library", func(ctx context.Context) context.Context { return ctx }, false,
		func(ctx context.Context, fields []graphql.CollectedField) object {
			return library{graphql.NewFieldSet(fields), ctx}
		},
		graphql.MarshalSliceConcurrently,
	}
	reading     = executor{"with something read below", begun, true, newOwn, MarshalSlice}
	nothingRead = executor{"with nothing read below", begun, false, newOwn, MarshalSlice}
)

// way is how the generated code resolves a field.
type way int

const (
	inPlace way = iota
	below
	concurrent
	root
)

type field struct {
	alias   string
	way     way
	nonNull bool
	answer  func(context.Context, executor) graphql.Marshaler
}

// marshal makes an object as the generated code does.
func (e executor) marshal(ctx context.Context, fields ...field) graphql.Marshaler {
	collected := make([]graphql.CollectedField, len(fields))
	for i, f := range fields {
		collected[i].Field = &ast.Field{Alias: f.alias, Name: f.alias}
		if e.merged {
			collected[i].Selections = ast.SelectionSet{&ast.Field{Name: "below"}}
		}
	}
	operation := graphql.GetOperationContext(ctx)
	out := e.object(ctx, collected)
	for i, f := range fields {
		resolve := func(ctx context.Context) graphql.Marshaler {
			return f.answer(graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: collected[i]}), e)
		}
		switch f.way {
		case inPlace:
			out.inPlace(i, resolve(ctx), invalidOf(f.nonNull))
		case below:
			out.ResolveBelow(operation, i, invalidOf(f.nonNull), resolve)
		case concurrent:
			out.ResolveConcurrently(operation, &graphql.DeferredGroup{}, i, true, f.nonNull, resolve)
		case root:
			own := graphql.WithRootFieldContext(ctx, &graphql.RootFieldContext{Object: f.alias, Field: collected[i]})
			out.ResolveRootConcurrently(own, operation, i, true, f.nonNull, resolve)
		}
	}
	out.Dispatch(ctx)
	if out.invalids() > 0 {
		return graphql.Null
	}
	return out
}

// executed is the answer as JSON, with its errors as "path: message", sorted.
func (e executor) executed(t *testing.T, answer func(context.Context, executor) graphql.Marshaler) (string, []string) {
	t.Helper()
	ctx := e.begin(responding(t))
	var written bytes.Buffer
	answer(ctx, e).MarshalGQL(&written)
	errs := []string{}
	for _, err := range graphql.GetErrors(ctx) {
		errs = append(errs, fmt.Sprintf("%s: %s", err.Path, err.Message))
	}
	slices.Sort(errs)
	return written.String(), errs
}

// responding is the context of an operation that answers, whose root middleware
// makes the field "veiled" null, "denied" the null that voids and the others an
// answer with their name.
func responding(t *testing.T) context.Context {
	t.Helper()
	recovered := func(_ context.Context, fault any) error { return fmt.Errorf("recovered: %v", fault) }
	ctx := graphql.WithResponseContext(operation(t), graphql.DefaultErrorPresenter, recovered)
	return graphql.WithOperationContext(ctx, &graphql.OperationContext{
		RecoverFunc: recovered,
		RootResolverMiddleware: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
			value := next(ctx)
			switch graphql.GetRootFieldContext(ctx).Object {
			case "veiled":
				return graphql.Null
			case "denied":
				return graphql.RequiredNull
			}
			return value
		},
	})
}

// What a field answers.
type answer = func(context.Context, executor) graphql.Marshaler

func scalar(text string) answer {
	return func(context.Context, executor) graphql.Marshaler { return graphql.MarshalString(text) }
}

func fails(with graphql.Marshaler) answer {
	return func(ctx context.Context, _ executor) graphql.Marshaler {
		graphql.AddError(ctx, errors.New("it failed"))
		return with
	}
}

func panics(context.Context, executor) graphql.Marshaler { panic("broken") }

func nested(fields ...field) answer {
	return func(ctx context.Context, e executor) graphql.Marshaler { return e.marshal(ctx, fields...) }
}

func list(elements ...answer) answer {
	return func(ctx context.Context, e executor) graphql.Marshaler {
		return e.list(ctx, len(elements), 0, false, func(ctx context.Context, i int) graphql.Marshaler { return elements[i](ctx, e) })
	}
}
