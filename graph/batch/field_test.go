package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// told is what an answer tells: its errors with their places.
func told(ctx context.Context) []string {
	all := []string{}
	for _, err := range graphql.GetErrors(ctx) {
		all = append(all, fmt.Sprintf("%v %v %s", err.Path, err.Locations, err.Message))
	}
	return all
}

// step is a field or, without a name, a row.
type step struct {
	name string
	at   int
}

func (s step) field() graphql.CollectedField {
	return graphql.CollectedField{Field: &ast.Field{
		Alias:     s.name,
		Name:      s.name,
		Position:  &ast.Position{Line: 1 + s.at, Column: 7},
		Arguments: ast.ArgumentList{{Name: "n", Value: &ast.Value{Raw: "3", Kind: ast.IntValue}}},
		Definition: &ast.FieldDefinition{
			Name:      s.name,
			Type:      ast.NamedType("String", nil),
			Arguments: ast.ArgumentDefinitionList{{Name: "n", Type: ast.NamedType("Int", nil)}},
		},
	}}
}

type contextStep struct{}

// TestFieldsAreResolvedAsByTheLibrary: of a field at any place the same value, null and
// errors with their paths and positions, whatever its resolver does; and what others put
// into its context on the way is found in it.
func TestFieldsAreResolvedAsByTheLibrary(t *testing.T) {
	t.Parallel()
	value := "v"
	resolvers := []func() (*string, error){
		func() (*string, error) { return &value, nil },
		func() (*string, error) { return nil, nil },
		func() (*string, error) { return nil, errors.New("it failed") },
		func() (*string, error) { panic("broken") },
	}
	refused := errors.New("no such number")
	rapid.Check(t, func(r *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) step {
			return step{rapid.SampledFrom([]string{"", "a", "b"}).Draw(r, "name"), rapid.IntRange(0, 3).Draw(r, "at")}
		}), 0, 8).Draw(r, "steps")
		wrapped := rapid.IntRange(-1, 7).Draw(r, "wrapped")
		last := step{"last", rapid.IntRange(0, 3).Draw(r, "position")}
		resolve := rapid.SampledFrom(resolvers).Draw(r, "resolver")
		nonNull, misgiven := rapid.Bool().Draw(r, "non-null"), rapid.Bool().Draw(r, "misgiven")
		read := func(_ context.Context, raw map[string]any) (map[string]any, error) {
			if misgiven {
				return nil, refused
			}
			return map[string]any{"n": raw["n"]}, nil
		}
		marshal := func(ctx context.Context, _ ast.SelectionSet, v *string) graphql.Marshaler {
			if v == nil {
				if nonNull {
					graphql.AddInvalidNullError(ctx, "String!")
				}
				return graphql.Null
			}
			return graphql.MarshalString(*v)
		}
		operation := func(ctx context.Context) *graphql.OperationContext {
			made := graphql.GetOperationContext(ctx)
			made.ResolverMiddleware = func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) }
			return made
		}

		// By the library.
		ctx := responding(t)
		theirs := ctx
		for _, s := range steps {
			place := &graphql.FieldContext{Index: &s.at}
			if s.name != "" {
				place = &graphql.FieldContext{Field: s.field()}
			}
			theirs = graphql.WithFieldContext(theirs, place)
		}
		oc := operation(ctx)
		value := graphql.ResolveField(theirs, oc, last.field(),
			func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
				place := &graphql.FieldContext{Object: "Place", Field: field, IsMethod: true}
				var err error
				ctx = graphql.WithFieldContext(ctx, place)
				if place.Args, err = read(ctx, field.ArgumentMap(nil)); err != nil {
					oc.Error(ctx, err)
				}
				return place, err
			},
			func(context.Context) (any, error) { return resolve() },
			nil, marshal, true, nonNull)
		want, wantTold := text(value), told(ctx)

		// By this package, as a leaf and as a field with fields of its own.
		for _, asLeaf := range []bool{true, false} {
			ctx := begun(responding(t))
			oc := operation(ctx)
			in := ctx
			for i, s := range steps {
				if i == wrapped {
					in = context.WithValue(in, contextStep{}, i)
				}
				if s.name != "" {
					in, _ = Enter(in, s.field(), "Place", true, false)
					continue
				}
				l := listUnderWay{
					ctx:       in,
					operation: oc,
					elements:  make(graphql.Array, s.at+1),
					marshal: func(row context.Context, _ int) graphql.Marshaler {
						in = row
						return graphql.Null
					},
				}
				l.element(s.at)
			}
			if found, _ := in.Value(contextStep{}).(int); wrapped >= 0 && wrapped < len(steps) && found != wrapped {
				r.Errorf("put into the context was %d, found is %d", wrapped, found)
			}
			if of(in) != of(ctx) {
				r.Error("these are other batches")
			}
			fields := []graphql.CollectedField{last.field()}
			answered := func() (answer graphql.Marshaler) {
				at := NewFieldSet(in, fields).Leaf(0, "Place", true)
				if !asLeaf {
					at, _ = Enter(in, fields[0], "Place", true, false)
				}
				defer Recover(at, oc, &answer)
				arguments, ok := Arguments(at, oc, fields[0], "Place", read)
				if !ok {
					return graphql.Null
				}
				if fmt.Sprint(arguments) != "map[n:3]" {
					r.Errorf("the arguments are %v", arguments)
				}
				found, err := resolve()
				if !Resolved(at, oc, found, err, nonNull) {
					return graphql.Null
				}
				return marshal(at, nil, found)
			}()
			if got, gotTold := text(answered), told(ctx); got != want || !slices.Equal(gotTold, wantTold) {
				r.Errorf("leaf %v: %s with %q, want %s with %q", asLeaf, got, gotTold, want, wantTold)
			}
		}
	})
}

// TestArgumentsAreReadOnce: for all rows of a list, and for each type that a field is of.
func TestArgumentsAreReadOnce(t *testing.T) {
	t.Parallel()
	ctx := begun(responding(t))
	oc, field := graphql.GetOperationContext(ctx), step{"a", 0}.field()
	for _, c := range []struct {
		object string
		fault  error
		reads  int
	}{{"Place", errors.New("no"), 3}, {"Place", nil, 1}, {"Town", nil, 1}, {"Place", nil, 0}} {
		reads := 0
		for range 3 {
			arguments, ok := Arguments(ctx, oc, field, c.object, func(context.Context, map[string]any) (map[string]any, error) {
				reads++
				return map[string]any{"of": c.object}, c.fault
			})
			if ok != (c.fault == nil) || ok && arguments["of"] != c.object {
				t.Errorf("%v: %v, %v", c, arguments, ok)
			}
		}
		if reads != c.reads {
			t.Errorf("%v: read %d times", c, reads)
		}
	}
}

// TestDirected: a directive answers for a field, or leaves it to its resolver.
func TestDirected(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		found any
		err   error
		ok    bool
		told  int
	}{
		"a value": {"v", nil, true, 0}, "an error": {"v", errors.New("no"), false, 1}, "nothing": {nil, nil, false, 1}, "another type": {3, nil, false, 1},
	} {
		ctx, _ := Enter(begun(responding(t)), step{"a", 0}.field(), "Place", true, false)
		value, ok := Directed[string](
			ctx,
			graphql.GetOperationContext(ctx),
			func(context.Context) (any, error) { return c.found, c.err },
			true,
		)
		if ok != c.ok || ok && value != "v" || len(told(ctx)) != c.told {
			t.Errorf("%s: %q, %v, %q", name, value, ok, told(ctx))
		}
	}
}
