package server

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// told is what an operation has been told and logged already: what ends it as a
// whole, thousands of rows meet.
type told struct {
	// byField: each field at the root is told for itself, as one may have written
	// before the next was given up.
	byField bool
	mutex   sync.Mutex
	already map[string]bool
}

type toldKey struct{}

func withTold(ctx context.Context, byField bool) context.Context {
	return context.WithValue(ctx, toldKey{}, &told{byField: byField, already: map[string]bool{}})
}

// first tells whether this comes for the first time in the operation.
func (t *told) first(what string) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.already[what] {
		return false
	}
	t.already[what] = true
	return true
}

// ending are the codes of what ends an operation as a whole.
var ending = map[string]bool{string(problem.Timeout): true, string(problem.Unavailable): true, string(problem.TooComplex): true}

// toldAlready tells whether the operation has been told what ended it.
func toldAlready(ctx context.Context, code string) bool {
	t, ok := ctx.Value(toldKey{}).(*told)
	if !ok || !ending[code] {
		return false
	}
	if path := graphql.GetPath(ctx); t.byField && len(path) > 0 {
		code += " " + path[:1].String()
	}
	return !t.first(code)
}

// loggedAlready tells whether the log has this code, or this cause of a fault of
// ours, from the operation already.
func loggedAlready(ctx context.Context, what string) bool {
	t, ok := ctx.Value(toldKey{}).(*told)
	return ok && !t.first("logged: "+what)
}
