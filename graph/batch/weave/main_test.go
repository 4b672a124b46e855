package main

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const schema = `
interface Named { text: String! kin: [Place!] }
type Place implements Named { name: String! title(in: String): String! text: String! kin: [Place!] parent: Place! }
type Query { place: Place }
`

// generated has every form that gqlgen makes of what is rewritten.
const generated = `package generated

import (
	"context"
)

func (ec *executionContext) _Place(ctx context.Context, sel ast.SelectionSet, obj *model.Place) graphql.Marshaler {
	out := graphql.NewFieldSet(fields)
	deferred := graphql.NewDeferredGroup(ctx)
	for i, field := range fields {
		switch field.Name {
		case "name":
			out.Values[i] = ec._Place_name(ctx, field, obj)
			if out.Values[i] == graphql.Null {
				out.Invalids++
			}
		case "title":
			out.Values[i] = ec._Place_title(ctx, field, obj)
			if out.Values[i] == graphql.Null {
				out.Invalids++
			}
		case "text":
			out.ResolveConcurrently(ec.OperationContext, &deferred, i,
				true, true,
				func(ctx context.Context) graphql.Marshaler {
					return ec._Place_text(ctx, field, obj)
				})
		case "kin":
			out.Values[i] = ec._Place_kin(ctx, field, obj)
			if out.Values[i] == graphql.RequiredNull {
				out.Invalids++
			}
		case "parent":
			out.Values[i] = ec._Place_parent(ctx, field, obj)
			if out.Values[i] == graphql.Null {
				out.Invalids++
			}
		}
	}
}

func (ec *executionContext) _Query(ctx context.Context, sel ast.SelectionSet) graphql.Marshaler {
	out := graphql.NewFieldSet(fields)
	deferred := graphql.NewDeferredGroup(ctx)
			out.ResolveRootConcurrently(innerCtx, ec.OperationContext, i,
				true, false,
				func(ctx context.Context) graphql.Marshaler {
					return ec._Query_place(ctx, field)
				})
}

func (ec *executionContext) _Place_name(ctx context.Context, field graphql.CollectedField, obj *model.Place) (ret graphql.Marshaler) {
	return graphql.ResolveField(
		ctx,
		ec.OperationContext,
		field,
		func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			return ec.fieldContext_Place_name(ctx, field)
		},
		func(ctx context.Context) (any, error) {
			return obj.Name, nil
		},
		nil,
		func(ctx context.Context, selections ast.SelectionSet, v string) graphql.Marshaler {
			return ec.marshalNᚐname(ctx, selections, v)
		},
		true,
		true,
	)
}
func (ec *executionContext) fieldContext_Place_name(_ context.Context, field graphql.CollectedField) (fc *graphql.FieldContext, err error) {
	return graphql.NewScalarFieldContext("Place", field, false, false, "String")
}

func (ec *executionContext) _Place_title(ctx context.Context, field graphql.CollectedField, obj *model.Place) (ret graphql.Marshaler) {
	return graphql.ResolveField(
		ctx,
		ec.OperationContext,
		field,
		func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			return ec.fieldContext_Place_title(ctx, field)
		},
		func(ctx context.Context) (any, error) {
			fc := graphql.GetFieldContext(ctx)
			return obj.Title(fc.Args["in"].(*string)), nil
		},
		nil,
		func(ctx context.Context, selections ast.SelectionSet, v string) graphql.Marshaler {
			return ec.marshalNᚐtitle(ctx, selections, v)
		},
		true,
		true,
	)
}
func (ec *executionContext) fieldContext_Place_title(ctx context.Context, field graphql.CollectedField) (fc *graphql.FieldContext, err error) {
	fc = &graphql.FieldContext{
		Object:     "Place",
		Field:      field,
		IsMethod:   true,
		IsResolver: false,
		Child: func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			return ec.childFields_Place(ctx, field)
		},
	}
	ctx = graphql.WithFieldContext(ctx, fc)
	if fc.Args, err = ec.field_Place_title_args(ctx, field.ArgumentMap(ec.Variables)); err != nil {
		ec.Error(ctx, err)
		return fc, err
	}
	return fc, nil
}

func (ec *executionContext) _Place_text(ctx context.Context, field graphql.CollectedField, obj *model.Place) (ret graphql.Marshaler) {
	return graphql.ResolveField(
		ctx,
		ec.OperationContext,
		field,
		func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			return ec.fieldContext_Place_text(ctx, field)
		},
		func(ctx context.Context) (any, error) {
			fc := graphql.GetFieldContext(ctx)
			return obj.Text(ctx, fc.Args["in"].(*string))
		},
		func(ctx context.Context, next graphql.Resolver) graphql.Resolver {
			directive0 := next
			next = directive1
			return next
		},
		func(ctx context.Context, selections ast.SelectionSet, v string) graphql.Marshaler {
			return ec.marshalNᚐtext(ctx, selections, v)
		},
		true,
		true,
	)
}
func (ec *executionContext) fieldContext_Place_text(ctx context.Context, field graphql.CollectedField) (fc *graphql.FieldContext, err error) {
	fc = &graphql.FieldContext{
		Object:     "Place",
		Field:      field,
		IsMethod:   true,
		IsResolver: false,
		Child: func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			return ec.childFields_Place(ctx, field)
		},
	}
	ctx = graphql.WithFieldContext(ctx, fc)
	if fc.Args, err = ec.field_Place_text_args(ctx, field.ArgumentMap(ec.Variables)); err != nil {
		ec.Error(ctx, err)
		return fc, err
	}
	return fc, nil
}

func (ec *executionContext) _Place_kin(ctx context.Context, field graphql.CollectedField, obj *model.Place) (ret graphql.Marshaler) {
	return graphql.ResolveField(
		ctx,
		ec.OperationContext,
		field,
		func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			return ec.fieldContext_Place_kin(ctx, field)
		},
		func(ctx context.Context) (any, error) {
			return obj.Kin()
		},
		nil,
		func(ctx context.Context, selections ast.SelectionSet, v []model.Place) graphql.Marshaler {
			return ec.marshalNᚐkin(ctx, selections, v)
		},
		true,
		true,
	)
}
func (ec *executionContext) fieldContext_Place_kin(ctx context.Context, field graphql.CollectedField) (fc *graphql.FieldContext, err error) {
	fc = &graphql.FieldContext{
		Object:     "Place",
		Field:      field,
		IsMethod:   true,
		IsResolver: false,
		Child: func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			return ec.childFields_Place(ctx, field)
		},
	}
	return fc, nil
}

func (ec *executionContext) childFields_Place(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
	switch field.Name {
	case "name":
		return ec.fieldContext_Place_name(ctx, field)
	}
	return nil, fmt.Errorf("no field named %q was found under type Place", field.Name)
}

	ret := graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, func(ctx context.Context, i int) graphql.Marshaler {
		fc := graphql.GetFieldContext(ctx)
		fc.Result = &v[i]
`

const woven = `package generated

import (
	"github.com/reliefgraph/reliefgraph/graph/batch"
	"context"
)

func (ec *executionContext) _Place(ctx context.Context, sel ast.SelectionSet, obj *model.Place) graphql.Marshaler {
	out := batch.NewFieldSet(ctx, fields)
	deferred := graphql.DeferredGroup{}
	for i, field := range fields {
		switch field.Name {
		case "name":
			out.Values[i] = ec._Place_name(out.Leaf(i, "Place", false), field, obj)
			if out.Values[i] == graphql.Null {
				out.Invalids++
			}
		case "title":
			out.Values[i] = ec._Place_title(out.Leaf(i, "Place", true), field, obj)
			if out.Values[i] == graphql.Null {
				out.Invalids++
			}
		case "text":
			out.ResolveConcurrently(ec.OperationContext, &deferred, i,
				true, true,
				func(ctx context.Context) graphql.Marshaler {
					return ec._Place_text(ctx, fields[i], obj)
				})
		case "kin":
			out.ResolveBelow(ec.OperationContext, i, graphql.RequiredNull,
				func(ctx context.Context) graphql.Marshaler {
					return ec._Place_kin(ctx, fields[i], obj)
				})
		case "parent":
			out.ResolveBelow(ec.OperationContext, i, graphql.Null,
				func(ctx context.Context) graphql.Marshaler {
					return ec._Place_parent(ctx, fields[i], obj)
				})
		}
	}
}

func (ec *executionContext) _Query(ctx context.Context, sel ast.SelectionSet) graphql.Marshaler {
	out := batch.NewFieldSet(ctx, fields)
	deferred := graphql.DeferredGroup{}
			out.ResolveRootConcurrently(innerCtx, ec.OperationContext, i,
				true, false,
				func(ctx context.Context) graphql.Marshaler {
					return ec._Query_place(ctx, fields[i])
				})
}

func (ec *executionContext) _Place_name(ctx context.Context, field graphql.CollectedField, obj *model.Place) (ret graphql.Marshaler) {
	defer batch.Recover(ctx, ec.OperationContext, &ret)
	res := obj.Name
	if !batch.Resolved(ctx, ec.OperationContext, res, nil, true) {
		return graphql.Null
	}
	return ec.marshalNᚐname(ctx, field.Selections, res)
}

func (ec *executionContext) _Place_title(ctx context.Context, field graphql.CollectedField, obj *model.Place) (ret graphql.Marshaler) {
	defer batch.Recover(ctx, ec.OperationContext, &ret)
	args, ok := batch.Arguments(ctx, ec.OperationContext, field, "Place", ec.field_Place_title_args)
	if !ok {
		return graphql.Null
	}
	res := obj.Title(args["in"].(*string))
	if !batch.Resolved(ctx, ec.OperationContext, res, nil, true) {
		return graphql.Null
	}
	return ec.marshalNᚐtitle(ctx, field.Selections, res)
}

func (ec *executionContext) _Place_text(ctx context.Context, field graphql.CollectedField, obj *model.Place) (ret graphql.Marshaler) {
	ctx, fc := batch.Enter(ctx, field, "Place", true, false)
	defer batch.Recover(ctx, ec.OperationContext, &ret)
	args, ok := batch.Arguments(ctx, ec.OperationContext, field, "Place", ec.field_Place_text_args)
	if !ok {
		return graphql.Null
	}
	fc.Args = args
	directed := func(ctx context.Context, next graphql.Resolver) graphql.Resolver {
			directive0 := next
			next = directive1
			return next
		}(ctx, func(ctx context.Context) (any, error) {
		return obj.Text(ctx, fc.Args["in"].(*string))
	})
	res, ok := batch.Directed[string](ctx, ec.OperationContext, directed, true)
	if !ok {
		return graphql.Null
	}
	return ec.marshalNᚐtext(ctx, field.Selections, res)
}

func (ec *executionContext) _Place_kin(ctx context.Context, field graphql.CollectedField, obj *model.Place) (ret graphql.Marshaler) {
	ctx, _ = batch.Enter(ctx, field, "Place", true, false)
	defer batch.Recover(ctx, ec.OperationContext, &ret)
	res, err := obj.Kin()
	if !batch.Resolved(ctx, ec.OperationContext, res, err, true) {
		return graphql.Null
	}
	return ec.marshalNᚐkin(ctx, field.Selections, res)
}

	ret := batch.MarshalSlice(ctx, len(v), 0, false, func(ctx context.Context, i int) graphql.Marshaler {
`

const reading = `// Code generated by graph/batch/weave, DO NOT EDIT.

package generated

// MayRead names the fields whose resolvers may read from the database.
var MayRead = map[string]bool{
	"Named.text": true,
	"Place.text": true,
	"Query.place": true,
}
`

func TestWeave(t *testing.T) {
	t.Parallel()
	code, names, err := weave(generated, gqlparser.MustLoadSchema(&ast.Source{Input: schema}))
	if err != nil {
		t.Fatal(err)
	}
	if code != woven {
		t.Errorf("woven is\n%s\nwant\n%s", code, woven)
	}
	if names != reading {
		t.Errorf("the fields that may read are\n%s\nwant\n%s", names, reading)
	}
}

// TestWeaveRefusesOtherForms: what gqlgen may write otherwise in a later version
// is an error, one that names it, and no executor half rewritten.
func TestWorkIsDoneWithItsContext(t *testing.T) {
	t.Parallel()
	const directive = "directive @work(per: String!) on FIELD_DEFINITION\n"
	for of, want := range map[string]string{"text: String! kin: [Place!] parent": "", "parent: Place!": "Place_parent takes work"} {
		marked := strings.Replace(directive+schema, of, strings.Replace(of, "!", "! @work(per: \"CELLS\")", 1), 1)
		if want == "" {
			marked = strings.Replace(
				directive+schema,
				"{ name: String! title(in: String): String! text: String!",
				"{ name: String! title(in: String): String! text: String! @work(per: \"CELLS\")",
				1,
			)
		}
		_, _, err := weave(generated, gqlparser.MustLoadSchema(&ast.Source{Input: marked}))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", marked, err)
		}
	}
}

func TestWeaveRefusesOtherForms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from, to string
		names    string
	}{
		"objects":                {"graphql.NewFieldSet(fields)", "graphql.NewFieldSet(ctx, fields)", `"graphql.NewFieldSet(fields)"`},
		"deferred groups":        {"graphql.NewDeferredGroup(ctx)", "graphql.NewDeferredGroup(ctx, sel)", `"graphql.NewDeferredGroup(ctx)"`},
		"a field":                {"ec.OperationContext,\n\t\tfield,", "ec.OperationContext,\n\t\t&field,", "in another form"},
		"the place of a field":   {"graphql.NewScalarFieldContext(", "graphql.NewLeafContext(", "Place_name in another form"},
		"arguments":              {"field.ArgumentMap(ec.Variables)", "field.ArgumentMap(ec)", "in another form"},
		"lists":                  {"graphql.MarshalSliceConcurrently(", "graphql.MarshalSlice(", `"graphql.MarshalSliceConcurrently("`},
		"imports":                {"import (\n", "import \"context\"\n", `"import (\n"`},
		"fields that may read":   {"return ec._", "return ec.resolve_", "in another form"},
		"all fields in place":    {"out.Invalids++", "atomic.AddUint32(&out.Invalids, 1)\n\t\t\t\tbreak", "in another form"},
		"one field in place":     {"== graphql.RequiredNull", "== nil", "Place_kin in another form"},
		"another field in place": {"ec._Place_parent(ctx, field, obj)", "ec._Place_parent(ctx, field, nil)", "Place_parent in another form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := strings.ReplaceAll(generated, c.from, c.to)
			code, names, err := weave(other, gqlparser.MustLoadSchema(&ast.Source{Input: schema}))
			if err == nil || !strings.Contains(err.Error(), c.names) || code != "" || names != "" {
				t.Errorf("got %d bytes, %d bytes, %v", len(code), len(names), err)
			}
		})
	}
}
