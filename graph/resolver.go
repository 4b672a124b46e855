// Package graph answers GraphQL: it translates questions and writes into calls
// of the domain and batches what they read. It holds no SQL and no rule.
package graph

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/generated"
	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/live"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

// Resolver is the root of all answers.
type Resolver struct {
	// Register writes.
	Register *register.Register
	// AccountsBy writes accounts in the name of one.
	AccountsBy func(account string) *register.Accounts
	// Issuer names the provider by which people sign in, empty where there is none.
	Issuer string
	// View makes the caller's view of an index, for the answer to a write.
	View func(context.Context, *coverage.Index) *model.View
	// Live tells of what is followed.
	Live *live.Hub
}

// Query returns the root of all questions.
func (r *Resolver) Query() generated.QueryResolver { return query{} }

// Mutation returns the root of all writes.
func (r *Resolver) Mutation() generated.MutationResolver { return mutation{r} }

// Subscription returns the root of what is followed.
func (r *Resolver) Subscription() generated.SubscriptionResolver { return subscription{r} }
