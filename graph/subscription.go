package graph

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

type subscription struct{ *Resolver }

func (s subscription) LiveCoverage(ctx context.Context, code string, asOf *calendar.Day) (<-chan *model.LiveCoverage, error) {
	return model.FollowCoverage(ctx, s.Live, code, asOf)
}

func (s subscription) GapEvents(ctx context.Context, code string, after *string) (<-chan *model.GapEvent, error) {
	return model.FollowGaps(ctx, s.Live, code, after)
}
