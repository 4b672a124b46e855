package faults

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// clock goes from where it was set on.
type clock struct {
	mutex   sync.Mutex
	set, at time.Time
}

func (c *clock) now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.set.Add(time.Since(c.at))
}

func (c *clock) to(set time.Time) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.set, c.at = set, time.Now()
}

// clocked serves a random world by a clock that can be set.
func clocked(t testing.TB, random *rand.Rand) *scene {
	t.Helper()
	world, nodes, files := smallWorld(t, random)
	database := pgtest.URL(t)
	db := pgtest.Open(t, database, store.Options{})
	s := newScene(world, nodes)
	s.clock = &clock{}
	s.clock.to(calendar.Date(2026, 11, 20).Time().Add(4 * time.Hour))
	pgtest.Import(t, db, importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: calendar.DayOf(s.clock.now())}, files)
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	trusted := pgtest.Trust(t, db)
	// The clock goes further than any token lasts.
	if _, err := db.DB().Exec("UPDATE api_token SET made_at = '2199-06-01', expires_at = '2200-01-01'"); err != nil {
		t.Fatal(err)
	}
	running := httptest.NewServer(trusted.SignedIn(server.New(server.Options{
		Store: db, Follower: follower, Log: slog.New(slog.NewTextHandler(s.log, nil)), Limits: server.DefaultLimits(),
		Now: s.clock.now,
	}).Handler()))
	t.Cleanup(running.Close)
	s.url = func() string { return running.URL }
	s.database = func(testing.TB) string { return database }
	s.verify = func(t testing.TB) {
		t.Helper()
		effect, err := register.Rebuild(context.Background(), db, calendar.DayOf(s.clock.now()), true, nil)
		if err != nil || effect.Publishers > 0 {
			t.Errorf("rebuild --verify: %v, the timelines of %v differ from the facts", err, effect.Differing)
		}
	}
	return s
}

// overMidnight passes the ends of days while it is written and asked: every answer
// is of one day, and none of an earlier one than the answer before.
func overMidnight(days ...calendar.Day) func(t *testing.T, during *round) {
	return func(t *testing.T, during *round) {
		for _, day := range days {
			end := (day + 1).Time()
			during.clock.to(end.Add(-500 * time.Millisecond))
			next := min(day+1, calendar.Last)
			seen := map[string]int{}
			for seen[next.String()] < 10 || during.clock.now().Before(end) {
				if during.clock.now().After(end.Add(patience)) {
					t.Fatalf("half a minute after %s answers are of %v", day, seen)
				}
				asOf := during.askToday(t, day, next)
				if seen[asOf]++; asOf != day.String() && asOf != next.String() {
					t.Fatalf("at the end of %s an answer is of %s", day, asOf)
				}
				if asOf == day.String() && day != next && seen[next.String()] > 0 {
					t.Errorf("after an answer of %s comes one of %s", next, asOf)
				}
			}
			if seen[day.String()] == 0 {
				t.Errorf("no answer is of %s", day)
			}
			answer, err := client.Get(during.url() + "/export/gaps.csv?code=53")
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("an export after %s: %d", day, answer.StatusCode)
			}
		}
	}
}

// askToday asks for today's figures and for those of two days, one of which they
// are.
func (r *round) askToday(t *testing.T, day, next calendar.Day) (asOf string) {
	t.Helper()
	var data struct {
		AdministrativeNode struct {
			Now struct {
				AsOf string
				answered
			}
			Before, After answered
		}
	}
	r.must(t, `query($before: Date!, $after: Date!) { administrativeNode(code: "53") { now: coverage { asOf ...Figures }
		before: coverage(asOf: $before) { ...Figures } after: coverage(asOf: $after) { ...Figures } } } `+figuresOf,
		map[string]any{"before": day.String(), "after": next.String()}, &data)
	of := data.AdministrativeNode
	want := of.Before
	if of.Now.AsOf == next.String() {
		want = of.After
	}
	if of.Now.answered != want {
		t.Errorf("today, %s: %+v, and of that day: %+v", of.Now.AsOf, of.Now.answered, want)
	}
	return of.Now.AsOf
}
