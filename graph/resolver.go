// Package graph answers GraphQL: it translates questions and writes into calls
// of the domain and batches what they read. It holds no SQL and no rule.
package graph

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/generated"
	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Resolver is the root of all answers.
type Resolver struct {
	// Register writes; nil while mutations are off.
	Register *register.Register
	// Fresh makes a view of the newest state, for the answer to a write.
	Fresh func(context.Context) (*model.View, error)
}

// Query returns the root of all questions.
func (r *Resolver) Query() generated.QueryResolver { return query{} }

// Mutation returns the root of all writes.
func (r *Resolver) Mutation() generated.MutationResolver { return mutation{r} }

type query struct{}

func (query) Node(ctx context.Context, id string) (model.Node, error) {
	return model.ViewOf(ctx).ByID(ctx, id)
}

// mostIDs is how many things one question may ask for by id.
const mostIDs = 100

func (query) Nodes(ctx context.Context, ids []string) ([]model.Node, error) {
	if len(ids) > mostIDs {
		return nil, problem.Invalid("ids", "ask for at most 100 at once", "%d ids are too many", len(ids))
	}
	return model.ViewOf(ctx).ByIDs(ctx, ids)
}

func (query) Roots(ctx context.Context) ([]model.AdministrativeNode, error) {
	return model.ViewOf(ctx).Roots(), nil
}

func (query) AdministrativeNode(ctx context.Context, code string) (model.AdministrativeNode, error) {
	return model.ViewOf(ctx).ByCode(code), nil
}

func (query) AdministrativeNodes(ctx context.Context, search *string, level *area.Level, initials *bool, first *int, after *string) (*model.AdministrativeNodeConnection, error) {
	return model.ViewOf(ctx).Search(search, level, initials, first, after)
}

func (query) Gaps(ctx context.Context, code string, asOf *calendar.Day, filter *model.GapFilter, orderBy *coverage.GapOrder, first *int, after *string) (*model.GapConnection, error) {
	return model.ViewOf(ctx).Gaps(code, asOf, filter, orderBy, first, after)
}

func (query) Upcoming(ctx context.Context, code string, asOf *calendar.Day, workingDays int, first *int, after *string) (*model.UpcomingConnection, error) {
	return model.ViewOf(ctx).Upcoming(code, asOf, workingDays, first, after)
}

func (query) CoverageMatrix(ctx context.Context, code string, asOf *calendar.Day, first *int, after *string) (*model.CoverageMatrix, error) {
	return model.ViewOf(ctx).Matrix(code, asOf, first, after)
}

func (query) CoverageChange(ctx context.Context, code string, from, to calendar.Day) (*model.CoverageChange, error) {
	return model.ViewOf(ctx).Change(code, from, to)
}

func (query) Ranking(ctx context.Context, code string, level area.Level, asOf *calendar.Day, minRequired *int) ([]*model.RankedNode, error) {
	return model.ViewOf(ctx).Ranking(code, level, asOf, minRequired)
}

func (query) Cell(ctx context.Context, publisher, entry string) (*model.Cell, error) {
	return model.ViewOf(ctx).CellOf(publisher, entry), nil
}

func (query) Peers(ctx context.Context, code string, within *model.PeerGroup, asOf *calendar.Day, minRequired *int) (*model.Peers, error) {
	return model.ViewOf(ctx).Peers(code, within, asOf, minRequired)
}

func (query) WhatIf(ctx context.Context, code string, changes model.WhatIfInput, asOf *calendar.Day) (*model.WhatIf, error) {
	return model.ViewOf(ctx).WhatIf(ctx, code, changes, asOf)
}

func (query) ReliefFlow(ctx context.Context, code string, from, to calendar.Day, asOf *calendar.Day, reliefClass *relief.Class, eventRef *string) (*model.ReliefFlow, error) {
	return model.ViewOf(ctx).ReliefFlow(ctx, code, from, to, asOf, reliefClass, eventRef)
}

func (query) DisasterEvents(ctx context.Context, code string) ([]*model.DisasterEvent, error) {
	return model.ViewOf(ctx).DisasterEvents(ctx, code)
}

func (query) Concerns(ctx context.Context, code string, open *bool, first *int, after *string) (*model.ConcernConnection, error) {
	return model.ViewOf(ctx).Concerns(ctx, code, open, first, after)
}

func (query) ReviewsDue(ctx context.Context, code string, year int, first *int, after *string) (*model.ReviewDueConnection, error) {
	return model.ViewOf(ctx).ReviewsDue(ctx, code, year, first, after)
}

func (query) OpenTasks(ctx context.Context, code string, first *int, after *string) (*model.OpenTaskConnection, error) {
	return model.ViewOf(ctx).OpenTasks(ctx, code, first, after)
}

func (query) CatalogDiff(ctx context.Context, a, b string) (*model.CatalogDiff, error) {
	return model.ViewOf(ctx).CatalogDiff(a, b), nil
}

func (query) Deadline(ctx context.Context, from calendar.Day, limit model.LimitInput) (*model.Deadline, error) {
	return model.ViewOf(ctx).DeadlineOf(from, limit)
}
