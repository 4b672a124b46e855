package batch

import (
	"context"
	"strings"
	"sync/atomic"
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

// TestRowsThatReadAreCountedBefore: each is a branch of its own, and a list of more
// than its request may have makes none.
func TestRowsThatReadAreCountedBefore(t *testing.T) {
	t.Parallel()
	const length = 100
	for most, wanted := range map[int]int64{(unitsOfField + unitsOfBranch) * length: length, (unitsOfField+unitsOfBranch)*length - 1: 0} {
		request := admission.NewBudget(admission.Limits{Most: most, MostBytes: 1 << 30}).Begin("a")
		t.Cleanup(request.End)
		ctx := Begin(admission.With(responding(t), request), nil)
		var made atomic.Int64
		MarshalSlice(ctx, length, 0, false, func(context.Context, int) graphql.Marshaler {
			made.Add(1)
			return graphql.MarshalInt(7)
		})
		if made.Load() != wanted || (request.Refused() == nil) != (wanted > 0) {
			t.Errorf("at most %d: %d made, want %d; %v", most, made.Load(), wanted, request.Refused())
		}
	}
}

// TestRowsOfAllListsAtOnce: lists beside and below each other that read run but so
// many rows at once, and all of them in the end.
func TestRowsOfAllListsAtOnce(t *testing.T) {
	t.Parallel()
	ctx := Begin(responding(t), nil)
	var under, most, made atomic.Int64
	list := MarshalSlice(ctx, 20, 0, false, func(ctx context.Context, _ int) graphql.Marshaler {
		return MarshalSlice(ctx, 500, 0, false, func(context.Context, int) graphql.Marshaler {
			now := under.Add(1)
			for known := most.Load(); now > known && !most.CompareAndSwap(known, now); known = most.Load() {
			}
			time.Sleep(50 * time.Millisecond)
			under.Add(-1)
			made.Add(1)
			return graphql.MarshalInt(7)
		})
	})
	if n := strings.Count(text(list), "7"); n != 20*500 || made.Load() != 20*500 {
		t.Errorf("%d rows made, %d written", made.Load(), n)
	}
	if bound := int64(rowsAtOnce + 20*leastRows); most.Load() > bound {
		t.Errorf("%d rows at once, at most %d wanted", most.Load(), bound)
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
