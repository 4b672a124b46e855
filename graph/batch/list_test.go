package batch

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// counting begins an operation whose work is counted.
func counting(t *testing.T, limits admission.Limits) (context.Context, *admission.Request) {
	t.Helper()
	request := admission.NewBudget(limits).Begin("a")
	t.Cleanup(request.End)
	return inField(Begin(admission.With(responding(t), request), nil)), request
}

// inField is the context of a field below which nothing is read.
func inField(ctx context.Context) context.Context {
	field := graphql.CollectedField{Field: &ast.Field{Alias: "list", Name: "list"}}
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: field})
}

func text(list graphql.Marshaler) string {
	var written strings.Builder
	list.MarshalGQL(&written)
	return written.String()
}

// rows makes a list of lists.
func rows(ctx context.Context, outer, inner int) graphql.Array {
	return MarshalSlice(ctx, outer, 0, false, func(ctx context.Context, _ int) graphql.Marshaler {
		return MarshalSlice(inField(ctx), inner, 0, false, func(context.Context, int) graphql.Marshaler { return graphql.MarshalInt(7) })
	})
}

// TestLongListsInLongLists: they are made alone once, by the outermost.
func TestLongListsInLongLists(t *testing.T) {
	t.Parallel()
	ctx, request := counting(t, admission.Limits{Most: 1 << 30, MostBytes: 1 << 30})
	done := make(chan string)
	go func() { done <- text(rows(ctx, 3*rowsOfBlock, 2*rowsOfBlock)) }()
	select {
	case got := <-done:
		row := "[" + strings.Repeat("7,", 2*rowsOfBlock-1) + "7]"
		if want := "[" + strings.Repeat(row+",", 3*rowsOfBlock-1) + row + "]"; got != want {
			t.Errorf("%d bytes, want %d", len(got), len(want))
		}
		if spent := unitsOfField * (3*rowsOfBlock + 3*rowsOfBlock*2*rowsOfBlock); request.Spent() != spent {
			t.Errorf("%d units, want %d", request.Spent(), spent)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for itself")
	}
}

// TestListsEndWhenRefused: a list of more than its request may ask for ends, and so
// does one whose answer is too long.
func TestListsEndWhenRefused(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]admission.Limits{
		"work":   {Most: 2 * unitsOfField * rowsOfBlock, MostBytes: 1 << 30},
		"answer": {Most: 1 << 30, MostBytes: rowsOfBlock},
	} {
		ctx, request := counting(t, limits)
		made := 0
		list := MarshalSlice(ctx, 20*rowsOfBlock, 0, false, func(context.Context, int) graphql.Marshaler {
			made++
			return graphql.MarshalInt(7)
		})
		if problem.CodeOf(request.Refused()) != problem.TooComplex || len(graphql.GetErrors(ctx)) != 1 || made > 2*rowsOfBlock {
			t.Errorf("%s: %d made, %v, %v", name, made, request.Refused(), graphql.GetErrors(ctx))
		}
		if got := text(list); !strings.Contains(got, "null") {
			t.Errorf("%s: %.100s", name, got)
		}
	}
}
