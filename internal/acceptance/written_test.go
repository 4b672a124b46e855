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
	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
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
	// Another writer comes between the index and the locks, and then the newest
	// state cannot be read.
	before, asked := follower.Current(), 0
	today := func() calendar.Day { return calendar.DayOf(noon()) }
	item := model.NewsInput{
		Ref:           "between",
		PublisherCode: "533102",
		Title:         "动态",
		PublishedAt:   time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC),
	}
	if _, err := register.New(
		db,
		follower.Index,
		today,
		store.By{Account: "other", Way: store.ByGraphQL},
	).News(
		t.Context(),
		item.News(),
	); err != nil {
		t.Fatal(err)
	}
	newest := func(context.Context) (*coverage.Index, error) {
		if asked++; asked == 1 {
			return before, nil
		}
		return nil, errors.New("no connection")
	}
	resolver := &graph.Resolver{Register: register.New(db, newest, today, store.By{Account: "test", Way: store.ByGraphQL})}
	item.Ref = "unseen"
	pgtest.Account(t, db, "test", account.Grant{Role: account.Clerk, NodeCode: "533102", From: calendar.Date(2026, 1, 1)})
	held, err := db.AccountsByName(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	clerk := &held[0].Account
	ctx := model.NewView(before, noon(), clerk, nil, db.Reads).With(
		graphql.WithResponseContext(t.Context(), graphql.DefaultErrorPresenter, graphql.DefaultRecover))
	payload, err := resolver.Mutation().AddNews(ctx, item)
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
