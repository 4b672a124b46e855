package acceptance

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/graph"
	"github.com/reliefgraph/reliefgraph/graph/generated"
	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

// TestWrittenButNotShown: where the state after a write cannot be read, the answer
// says that it was written; null alone would deny it.
func TestWrittenButNotShown(t *testing.T) {
	t.Parallel()
	db := demo(t)
	follower, err := db.Follow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resolver := &graph.Resolver{
		Register: register.New(db, follower.Index, func() calendar.Day { return calendar.DayOf(noon()) }, "test"),
		Fresh:    func(context.Context) (*model.View, error) { return nil, errors.New("no connection") },
	}
	ctx := graphql.WithResponseContext(t.Context(), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	payload, err := resolver.Mutation().AddNews(
		ctx,
		model.NewsInput{Ref: "unseen", PublisherCode: "533102", Title: "动态", PublishedAt: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)},
	)
	if err != nil || payload == nil || payload.News != nil {
		t.Fatalf("%+v, %v", payload, err)
	}
	faults := graphql.GetErrors(ctx)
	if len(faults) != 1 {
		t.Fatal(faults)
	}
	if p, ok := errors.AsType[*problem.Problem](faults[0]); !ok || p.Code != problem.Unavailable {
		t.Error(faults[0])
	}
	if known, err := db.NewsByRef(t.Context(), []string{"unseen"}); err != nil || len(known) != 1 {
		t.Errorf("%v, %v", known, err)
	}
	// Whatever is not shown of a payload must not take the payload along.
	for name, definition := range generated.NewExecutableSchema(generated.Config{}).Schema().Types {
		if len(name) < 8 || name[len(name)-7:] != "Payload" {
			continue
		}
		for _, field := range definition.Fields {
			if field.Type.NonNull && field.Type.Elem == nil && field.Type.NamedType != "Boolean" {
				t.Errorf("%s.%s cannot be null", name, field.Name)
			}
		}
	}
}
