package batch

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestAnswersEqualTheLibrarys: the same fields give the same JSON, the same nulls
// and the same errors, whether something is read below them or not.
func TestAnswersEqualTheLibrarys(t *testing.T) {
	t.Parallel()
	one := field{"a", concurrent, true, scalar("1")}
	null := func(context.Context, executor) graphql.Marshaler { return graphql.Null }
	for name, c := range map[string]struct {
		answer answer
		json   string
		errors []string
	}{
		"no fields": {nested(), `{}`, nil},
		"scalars in place": {
			nested(field{"a", inPlace, true, scalar("1")}, field{"b", inPlace, false, scalar("\"<")}, field{"c", inPlace, false, null}),
			`{"a":"1","b":"\"<","c":null}`, nil,
		},
		"every way, in order": {
			nested(one, field{"b", inPlace, true, scalar("2")}, field{"c", below, true, scalar("3")},
				field{"d", concurrent, false, scalar("4")}, field{"e", root, true, scalar("5")}),
			`{"a":"1","b":"2","c":"3","d":"4","e":"5"}`, nil,
		},
		"nullable fails": {
			nested(one, field{"b", concurrent, false, fails(graphql.Null)}),
			`{"a":"1","b":null}`,
			[]string{"b: it failed"},
		},
		"nullable in place fails": {
			nested(one, field{"b", inPlace, false, fails(graphql.Null)}),
			`{"a":"1","b":null}`,
			[]string{"b: it failed"},
		},
		"nullable with fields fails": {
			nested(one, field{"b", below, false, fails(graphql.Null)}),
			`{"a":"1","b":null}`,
			[]string{"b: it failed"},
		},
		"non-null fails": {
			nested(one, field{"b", concurrent, true, fails(graphql.Null)}),
			`null`,
			[]string{"b: it failed"},
		},
		"non-null in place fails": {
			nested(one, field{"b", inPlace, true, fails(graphql.Null)}),
			`null`,
			[]string{"b: it failed"},
		},
		"non-null with fields fails": {
			nested(one, field{"b", below, true, fails(graphql.Null)}),
			`null`,
			[]string{"b: it failed"},
		},
		"nullable made required fails": {
			nested(one, field{"b", concurrent, false, fails(graphql.RequiredNull)}),
			`null`,
			[]string{"b: it failed"},
		},
		"nullable made required, with fields": {
			nested(one, field{"b", below, false, fails(graphql.RequiredNull)}),
			`null`,
			[]string{"b: it failed"},
		},
		"several fail": {
			nested(field{"a", concurrent, true, fails(graphql.Null)}, field{"b", concurrent, true, fails(graphql.Null)}),
			`null`,
			[]string{"a: it failed", "b: it failed"},
		},
		"a panic": {
			nested(one, field{"b", concurrent, false, panics}),
			`{"a":"1","b":null}`,
			[]string{": recovered: broken"},
		},
		"the only field panics": {
			nested(field{"b", concurrent, false, panics}),
			`{"b":null}`,
			[]string{": recovered: broken"},
		},
		"a non-null field panics": {
			nested(one, field{"b", concurrent, true, panics}),
			`null`,
			[]string{": recovered: broken"},
		},
		"nested objects": {
			nested(field{"a", below, true, nested(one, field{"b", concurrent, false, nested(one)})}),
			`{"a":{"a":"1","b":{"a":"1"}}}`, nil,
		},
		"null goes up to the next nullable": {
			nested(one, field{"b", concurrent, false, nested(field{"c", below, true, nested(field{"d", concurrent, true, fails(graphql.Null)})})}),
			`{"a":"1","b":null}`,
			[]string{"b.c.d: it failed"},
		},
		"a root field": {nested(field{"a", root, true, scalar("1")}), `{"a":"1"}`, nil},
		"a root field panics": {
			nested(field{"a", root, true, scalar("1")}, field{"b", root, false, panics}),
			`{"a":"1","b":null}`,
			[]string{": recovered: broken"},
		},
		"a non-null root field panics": {nested(field{"a", root, true, panics}), `null`, []string{": recovered: broken"}},
		"the middleware's null is what counts": {
			nested(field{"a", root, true, scalar("1")}, field{"veiled", root, true, scalar("2")}),
			`null`, nil,
		},
		"the middleware's null of a nullable": {
			nested(field{"a", root, true, scalar("1")}, field{"veiled", root, false, scalar("2")}),
			`{"a":"1","veiled":null}`, nil,
		},
		"the middleware's required null": {
			nested(field{"a", root, true, scalar("1")}, field{"denied", root, false, scalar("2")}),
			`null`, nil,
		},
		"the middleware answers for a panic": {
			nested(field{"denied", root, false, panics}),
			`null`,
			[]string{": recovered: broken"},
		},
		"an empty list": {nested(field{"a", below, true, list()}), `{"a":[]}`, nil},
		"a list of one": {nested(field{"a", below, true, list(scalar("1"))}), `{"a":["1"]}`, nil},
		"a list keeps its order": {
			nested(field{"a", concurrent, true, list(scalar("1"), scalar("2"), scalar("3"))}),
			`{"a":["1","2","3"]}`, nil,
		},
		"a list of lists": {
			nested(field{"a", below, true, list(list(scalar("1"), scalar("2")), list(), list(scalar("3")))}),
			`{"a":[["1","2"],[],["3"]]}`, nil,
		},
		"a list of objects": {
			nested(field{"a", below, true, list(nested(one), nested(field{"b", below, true, list(nested(one), nested(one))}))}),
			`{"a":[{"a":"1"},{"b":[{"a":"1"},{"a":"1"}]}]}`, nil,
		},
		"an element fails": {
			nested(field{"a", below, true, list(scalar("1"), fails(graphql.Null), nested(field{"b", concurrent, true, fails(graphql.Null)}))}),
			`{"a":["1",null,null]}`,
			[]string{"a[1]: it failed", "a[2].b: it failed"},
		},
		"an element panics": {
			nested(field{"a", below, true, list(scalar("1"), panics, scalar("3"))}),
			`{"a":["1",null,"3"]}`,
			[]string{"a[1]: recovered: broken"},
		},
		"the only element panics": {
			nested(field{"a", concurrent, true, list(panics)}),
			`{"a":[null]}`,
			[]string{"a[0]: recovered: broken"},
		},
		"every element panics": {
			nested(field{"a", below, true, list(panics, panics)}),
			`{"a":[null,null]}`,
			[]string{"a[0]: recovered: broken", "a[1]: recovered: broken"},
		},
		"a list outside of a field": {list(scalar("1"), panics), `["1",null]`, []string{"[1]: recovered: broken"}},
		"an alias twice is written once": {
			nested(one, field{"b", below, true, scalar("2")}, field{"a", inPlace, true, scalar("3")}),
			`{"a":"1","b":"2"}`, nil,
		},
		"an alias twice counts its failures twice": {
			nested(one, field{"a", concurrent, true, fails(graphql.Null)}),
			`null`,
			[]string{"a: it failed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range []executor{theirs, nothingRead, reading} {
				got, errs := e.executed(t, c.answer)
				if got != c.json || !slices.Equal(errs, c.errors) {
					t.Errorf("%s: %s with the errors %q, want %s with %q", e.name, got, errs, c.json, c.errors)
				}
			}
		})
	}
}

// TestAPanicBelow: one branch of its own answers null; one that runs in place
// ends with the field that holds it, as the library's fields in place do.
func TestAPanicBelow(t *testing.T) {
	t.Parallel()
	broken := nested(field{"a", concurrent, false, nested(field{"b", below, false, panics}, field{"c", concurrent, true, scalar("1")})})
	for _, c := range []struct {
		executor executor
		json     string
		errors   []string
	}{
		{theirs, `{"a":null}`, []string{": recovered: broken"}},
		{nothingRead, `{"a":null}`, []string{": recovered: broken"}},
		{reading, `{"a":{"b":null,"c":"1"}}`, []string{"a: recovered: broken"}},
	} {
		if got, errs := c.executor.executed(t, broken); got != c.json || !slices.Equal(errs, c.errors) {
			t.Errorf("%s: %s with the errors %q, want %s with %q", c.executor.name, got, errs, c.json, c.errors)
		}
	}
}

// TestAPanicOfTheRootMiddlewareIsAnAnswerToo: the library would end the process.
func TestAPanicOfTheRootMiddlewareIsAnAnswerToo(t *testing.T) {
	t.Parallel()
	ctx := begun(responding(t))
	graphql.GetOperationContext(ctx).RootResolverMiddleware = func(context.Context, graphql.RootResolver) graphql.Marshaler { panic("broken") }
	var written bytes.Buffer
	nothingRead.marshal(ctx, field{"a", root, false, scalar("1")}, field{"b", root, false, scalar("2")}).MarshalGQL(&written)
	if got := written.String(); got != `{"a":null,"b":null}` || len(graphql.GetErrors(ctx)) != 2 {
		t.Errorf("%s with the errors %v", got, graphql.GetErrors(ctx))
	}
}

// TestOutsideOfBatches: without the batches of an operation all is made as well.
func TestOutsideOfBatches(t *testing.T) {
	t.Parallel()
	plain := executor{"without batches", theirs.begin, true, newOwn, MarshalSlice}
	whole := nested(field{"a", concurrent, true, scalar("1")}, field{"b", below, true, list(scalar("2"), panics)})
	ctx := responding(t)
	ctx = context.WithValue(ctx, contextKey{}, nil)
	var written bytes.Buffer
	whole(ctx, plain).MarshalGQL(&written)
	if got := written.String(); got != `{"a":"1","b":["2",null]}` {
		t.Error(got)
	}
}

// asks reads a key and answers it.
func asks(loader *counted, key int) answer {
	return func(ctx context.Context, _ executor) graphql.Marshaler {
		dawdle()
		value, err := loader.Load(ctx, key)
		if err != nil {
			graphql.AddError(ctx, err)
			return graphql.Null
		}
		return graphql.MarshalInt(value)
	}
}

// TestSiblingsAskInOneRound: what is asked at one depth is read at once, below
// fields and lists of every way, and beside a field that panics.
func TestSiblingsAskInOneRound(t *testing.T) {
	t.Parallel()
	loader := newCounted()
	row := func(key int) answer { return nested(field{"v", concurrent, true, asks(loader, key)}) }
	got, errs := reading.executed(t, nested(
		field{"plain", inPlace, true, scalar("0")},
		field{"first", below, true, row(1)},
		field{"own", concurrent, true, asks(loader, 2)},
		field{"broken", concurrent, false, panics},
		field{"rows", below, true, list(row(3), panics, row(4), list(row(5), row(6)))},
		field{"root", root, true, nested(field{"deep", below, true, list(row(7))})},
		field{"empty", below, true, list()},
	))
	want := `{"plain":"0","first":{"v":1},"own":2,"broken":null,"rows":[{"v":3},null,{"v":4},` +
		`[{"v":5},{"v":6}]],"root":{"deep":[{"v":7}]},"empty":[]}`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if len(errs) != 2 {
		t.Errorf("the errors are %q", errs)
	}
	if len(loader.calls) != 1 {
		t.Fatalf("they were read in %d rounds: %v", len(loader.calls), loader.calls)
	}
	if keys := slices.Sorted(slices.Values(loader.calls[0])); !slices.Equal(keys, []int{1, 2, 3, 4, 5, 6, 7}) {
		t.Errorf("read were %v", keys)
	}
}

// TestNothingReadBelowRunsInPlace: such a field and each element of its list have
// run, one after the other, when the call for it returns.
func TestNothingReadBelowRunsInPlace(t *testing.T) {
	t.Parallel()
	ctx := responding(t)
	read, plain := &ast.Field{Alias: "read", Name: "read"}, &ast.Field{Alias: "plain", Name: "plain"}
	ctx = Begin(ctx, Reading{read: true, plain: false})
	fields := []graphql.CollectedField{{Field: read}, {Field: plain}}
	out := NewFieldSet(ctx, fields)
	var order []string
	for i := range fields {
		out.ResolveBelow(graphql.GetOperationContext(ctx), i, graphql.Null, func(ctx context.Context) graphql.Marshaler {
			order = append(order, fields[i].Name)
			return graphql.MarshalInt(i)
		})
	}
	if !slices.Equal(order, []string{"plain"}) || out.Values[1] == nil || out.Values[0] != nil {
		t.Errorf("before the object is dispatched these have run: %v", order)
	}
	out.Dispatch(ctx)
	if !slices.Equal(order, []string{"plain", "read"}) || out.Values[0] == nil {
		t.Errorf("these have run: %v", order)
	}

	var elements []int
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: fields[1]})
	MarshalSlice(ctx, 20, 0, false, func(ctx context.Context, i int) graphql.Marshaler {
		if index := graphql.GetFieldContext(ctx).Index; index == nil || *index != i {
			t.Errorf("element %d has the place %v", i, index)
		}
		elements = append(elements, i)
		dawdle()
		return graphql.Null
	})
	if len(elements) != 20 || !slices.IsSorted(elements) {
		t.Errorf("the elements were made in the order %v", elements)
	}
}

// TestElementsRunTogetherWhereSomethingIsRead: each waits for all others.
func TestElementsRunTogetherWhereSomethingIsRead(t *testing.T) {
	t.Parallel()
	rows := &ast.Field{Alias: "rows", Name: "rows"}
	for _, c := range []struct {
		reading Reading
		rounds  int
	}{{Reading{rows: true}, 1}, {Reading{}, 3}} {
		loader := newCounted()
		ctx := Begin(responding(t), c.reading)
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: graphql.CollectedField{Field: rows}})
		var written bytes.Buffer
		MarshalSlice(ctx, 3, 0, false, func(ctx context.Context, i int) graphql.Marshaler {
			return asks(loader, i)(ctx, reading)
		}).MarshalGQL(&written)
		if got := written.String(); got != "[0,1,2]" || len(loader.calls) != c.rounds {
			t.Errorf("%v: %s in %d rounds, want %d", c.reading, got, len(loader.calls), c.rounds)
		}
	}
}
