package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Unread are the values of mutations that could not be read, by the response keys of
// the mutations; under the empty key those that keep all of a request from writing.
type Unread map[string][]*problem.Problem

type unreadKey struct{}

// WithUnread tells mutations what of their input could not be read and was left out
// of it. They check the rest, and write nothing.
func WithUnread(ctx context.Context, unread Unread) context.Context {
	return context.WithValue(ctx, unreadKey{}, unread)
}

// unreadIn is what of the input of the mutation under way could not be read.
func unreadIn(ctx context.Context) []*problem.Problem {
	unread, _ := ctx.Value(unreadKey{}).(Unread)
	if unread == nil {
		return nil
	}
	return slices.Concat(unread[""], unread[graphql.GetFieldContext(ctx).Field.Alias])
}
