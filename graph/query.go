package graph

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

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

func (query) AdministrativeNodes(
	ctx context.Context,
	search *string,
	level *area.Level,
	initials *bool,
	first *int,
	after *string,
) (*model.AdministrativeNodeConnection, error) {
	return model.ViewOf(ctx).Search(search, level, initials, first, after)
}

func (query) Gaps(
	ctx context.Context,
	code string,
	asOf *calendar.Day,
	filter *model.GapFilter,
	orderBy *coverage.GapOrder,
	first *int,
	after *string,
) (*model.GapConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.GapConnection, error) {
		return n.Gaps(ctx, asOf, filter, orderBy, first, after, nil)
	})
}

func (query) Upcoming(
	ctx context.Context,
	code string,
	asOf *calendar.Day,
	workingDays int,
	first *int,
	after *string,
) (*model.UpcomingConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.UpcomingConnection, error) {
		return n.Upcoming(ctx, asOf, workingDays, first, after, nil)
	})
}

func (query) CoverageMatrix(
	ctx context.Context,
	code string,
	asOf *calendar.Day,
	first *int,
	after *string,
) (*model.CoverageMatrix, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.CoverageMatrix, error) {
		return n.CoverageMatrix(ctx, asOf, first, after)
	})
}

func (query) CoverageChange(ctx context.Context, code string, from, to calendar.Day) (*model.CoverageChange, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.CoverageChange, error) {
		return n.CoverageChange(from, to)
	})
}

func (query) Ranking(
	ctx context.Context,
	code string,
	level area.Level,
	asOf *calendar.Day,
	minRequired *int,
) ([]*model.RankedNode, error) {
	return model.About(ctx, code, func(n *model.Administrative) ([]*model.RankedNode, error) {
		return n.Ranking(ctx, level, asOf, minRequired)
	})
}

func (query) Cell(ctx context.Context, publisher, entry string) (*model.Cell, error) {
	return model.ViewOf(ctx).CellOf(publisher, entry), nil
}

func (query) Peers(ctx context.Context, code string, within *model.PeerGroup, asOf *calendar.Day, minRequired *int) (*model.Peers, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.Peers, error) {
		return n.Peers(ctx, within, asOf, minRequired)
	})
}

func (query) WhatIf(ctx context.Context, code string, changes model.WhatIfInput, asOf *calendar.Day) (*model.WhatIf, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.WhatIf, error) {
		return n.WhatIf(ctx, changes, asOf)
	})
}

func (query) ReliefFlow(
	ctx context.Context,
	code string,
	from, to calendar.Day,
	asOf *calendar.Day,
	reliefClass *relief.Class,
	eventRef *string,
) (*model.ReliefFlow, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.ReliefFlow, error) {
		return n.ReliefFlow(ctx, from, to, asOf, reliefClass, eventRef)
	})
}

func (query) DisasterEvents(ctx context.Context, code string) ([]*model.DisasterEvent, error) {
	return model.About(ctx, code, func(n *model.Administrative) ([]*model.DisasterEvent, error) {
		return n.DisasterEvents(ctx)
	})
}

func (query) Concerns(ctx context.Context, code string, open *bool, first *int, after *string) (*model.ConcernConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.ConcernConnection, error) {
		return n.Concerns(ctx, open, first, after)
	})
}

func (query) ReviewsDue(ctx context.Context, code string, year int, first *int, after *string) (*model.ReviewDueConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.ReviewDueConnection, error) {
		return n.ReviewsDue(ctx, year, first, after)
	})
}

func (query) OpenTasks(ctx context.Context, code string, first *int, after *string) (*model.OpenTaskConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.OpenTaskConnection, error) {
		return n.OpenTasks(ctx, first, after)
	})
}

func (query) CatalogDiff(ctx context.Context, a, b string) (*model.CatalogDiff, error) {
	return model.ViewOf(ctx).CatalogDiff(a, b), nil
}

func (query) Deadline(ctx context.Context, from calendar.Day, limit model.LimitInput) (*model.Deadline, error) {
	return model.ViewOf(ctx).DeadlineOf(from, limit)
}
