package graph

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

type query struct{}

func (query) Node(ctx context.Context, id string, asOf *calendar.Day) (model.Node, error) {
	return model.ViewOf(ctx).On(asOf).ByID(ctx, id)
}

// mostIDs is how many things one question may ask for by id.
const mostIDs = 100

func (query) Nodes(ctx context.Context, ids []string, asOf *calendar.Day) ([]model.Node, error) {
	if len(ids) > mostIDs {
		return nil, problem.Invalid("ids", "ask for at most 100 at once", "%d ids are too many", len(ids))
	}
	return model.ViewOf(ctx).On(asOf).ByIDs(ctx, ids)
}

func (query) Roots(ctx context.Context, asOf *calendar.Day) ([]model.AdministrativeNode, error) {
	return model.ViewOf(ctx).On(asOf).Roots(), nil
}

func (query) AdministrativeNode(ctx context.Context, code string, asOf *calendar.Day) (model.AdministrativeNode, error) {
	return model.ViewOf(ctx).On(asOf).ByCode(code), nil
}

// ofType finds the node of a code, nil where it is unknown or of another type.
func ofType[T any](ctx context.Context, code string, asOf *calendar.Day) (*T, error) {
	node, _ := any(model.ViewOf(ctx).On(asOf).ByCode(code)).(*T)
	return node, nil
}

func (query) Region(ctx context.Context, code string, asOf *calendar.Day) (*model.Region, error) {
	return ofType[model.Region](ctx, code, asOf)
}

func (query) City(ctx context.Context, code string, asOf *calendar.Day) (*model.City, error) {
	return ofType[model.City](ctx, code, asOf)
}

func (query) Township(ctx context.Context, code string, asOf *calendar.Day) (*model.Township, error) {
	return ofType[model.Township](ctx, code, asOf)
}

func (query) Village(ctx context.Context, code string, asOf *calendar.Day) (*model.Village, error) {
	return ofType[model.Village](ctx, code, asOf)
}

func (query) Department(ctx context.Context, code string, asOf *calendar.Day) (*model.Department, error) {
	return ofType[model.Department](ctx, code, asOf)
}

func (query) KnownAt(ctx context.Context, instant time.Time) (*model.KnownState, error) {
	return model.ViewOf(ctx).KnownAt(ctx, instant)
}

func (query) Search(
	ctx context.Context, text string, first *int, after *string, last *int, before *string, asOf *calendar.Day,
) (*model.AdministrativeNodeConnection, error) {
	initials := true
	return model.ViewOf(ctx).On(asOf).Search(&text, nil, &initials, model.Ask{First: first, After: after, Last: last, Before: before})
}

func (query) Disclosure(ctx context.Context, ref string) (*model.Disclosure, error) {
	return model.ViewOf(ctx).DisclosureByRef(ctx, ref)
}

func (query) NewsItem(ctx context.Context, ref string) (*model.News, error) {
	return model.ViewOf(ctx).NewsByRef(ctx, ref)
}

func (query) Concern(ctx context.Context, ref string) (*model.Concern, error) {
	return model.ViewOf(ctx).ConcernByRef(ctx, ref)
}

func (query) Movement(ctx context.Context, ref string) (*model.ReliefMovement, error) {
	return model.ViewOf(ctx).MovementByRef(ctx, ref)
}

func (query) Catalog(ctx context.Context, code string) (*model.Catalog, error) {
	return model.ViewOf(ctx).CatalogByCode(code), nil
}

func (query) Catalogs(ctx context.Context) ([]*model.Catalog, error) {
	return model.ViewOf(ctx).Catalogs(), nil
}

func (query) AdministrativeNodes(
	ctx context.Context,
	search *string,
	level *area.Level,
	initials *bool,
	first *int,
	after *string,
	last *int,
	before *string,
	asOf *calendar.Day,
) (*model.AdministrativeNodeConnection, error) {
	return model.ViewOf(ctx).On(asOf).Search(search, level, initials, model.Ask{First: first, After: after, Last: last, Before: before})
}

func (query) Gaps(
	ctx context.Context,
	code string,
	asOf *calendar.Day,
	filter *model.GapFilter,
	orderBy *coverage.GapOrder,
	first *int,
	after *string,
	last *int,
	before *string,
) (*model.GapConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.GapConnection, error) {
		return n.Gaps(ctx, asOf, filter, orderBy, first, after, last, before, nil)
	})
}

func (query) Upcoming(
	ctx context.Context,
	code string,
	asOf *calendar.Day,
	workingDays int,
	filter *model.UpcomingFilter,
	orderBy *coverage.ComingOrder,
	first *int,
	after *string,
	last *int,
	before *string,
) (*model.UpcomingConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.UpcomingConnection, error) {
		return n.Upcoming(ctx, asOf, workingDays, filter, orderBy, first, after, last, before, nil)
	})
}

func (query) CoverageMatrix(
	ctx context.Context,
	code string,
	asOf *calendar.Day,
	filter *model.CellFilter,
	first *int,
	after *string,
	last *int,
	before *string,
) (*model.CoverageMatrix, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.CoverageMatrix, error) {
		return n.CoverageMatrix(ctx, asOf, filter, first, after, last, before)
	})
}

func (query) CoverageChange(ctx context.Context, code string, from, to calendar.Day) (*model.CoverageChange, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.CoverageChange, error) {
		return n.CoverageChange(ctx, from, to)
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
		return n.WholeRanking(ctx, level, asOf, minRequired)
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
	from, to *calendar.Day,
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

func (query) Order(ctx context.Context, ref string, asOf *calendar.Day) (*model.Order, error) {
	return model.ViewOf(ctx).On(asOf).OrderByRef(ctx, ref)
}

func (query) Concerns(
	ctx context.Context,
	code string,
	open *bool,
	filter *model.ConcernFilter,
	orderBy *model.ListOrder,
	first *int,
	after *string,
	last *int,
	before *string,
) (*model.ConcernConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.ConcernConnection, error) {
		return n.Concerns(ctx, open, filter, orderBy, first, after, last, before)
	})
}

func (query) ReviewsDue(
	ctx context.Context,
	code string,
	year *int,
	filter *model.ReviewDueFilter,
	orderBy *model.DocumentOrder,
	first *int,
	after *string,
	last *int,
	before *string,
) (*model.ReviewDueConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.ReviewDueConnection, error) {
		return n.ReviewsDue(ctx, year, filter, orderBy, first, after, last, before)
	})
}

func (query) OpenTasks(
	ctx context.Context,
	code string,
	filter *model.TaskFilter,
	orderBy *model.DocumentOrder,
	first *int,
	after *string,
	last *int,
	before *string,
) (*model.OpenTaskConnection, error) {
	return model.About(ctx, code, func(n *model.Administrative) (*model.OpenTaskConnection, error) {
		return n.OpenTasks(ctx, filter, orderBy, first, after, last, before)
	})
}

func (query) CatalogDiff(ctx context.Context, a, b string) (*model.CatalogDiff, error) {
	return model.ViewOf(ctx).CatalogDiff(a, b), nil
}

func (query) Deadline(ctx context.Context, from calendar.Day, limit model.LimitInput) (*model.Deadline, error) {
	return model.ViewOf(ctx).DeadlineOf(from, limit)
}
