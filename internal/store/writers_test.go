package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/sample"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

var fixedDay = calendar.Date(2026, 11, 24)

func demoWorld(t *testing.T) *store.Store {
	t.Helper()
	db := pgtest.Store(t)
	sources, err := importer.FromFolder(sample.Demo(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Import(
		context.Background(),
		db,
		sources,
		importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: fixedDay},
	); err != nil {
		t.Fatal(err)
	}
	return db
}

// TestFollowersUnderWriters: under writers, some of which roll back, an index holds all that
// was committed before it was asked for, and equals one freshly loaded.
func TestFollowersUnderWriters(t *testing.T) {
	t.Parallel()
	db := demoWorld(t)
	ctx := context.Background()
	one, err := db.Follow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	two, err := db.Follow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	writes := register.New(db, one.Index, func() calendar.Day { return fixedDay }, store.By{Account: "test", Way: store.ByGraphQL})
	publishers := []string{"533102001", "533102102", "533102103", "533102104", "533102202", "533102203", "533102400", "533102401"}
	var writing sync.WaitGroup
	for w, publisher := range publishers {
		writing.Go(func() {
			for i := range 25 {
				if i%5 == w%5 {
					// A slow writer that takes everything back.
					err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
						if _, err := w.LockTimelines(ctx, []string{publisher}); err != nil {
							return err
						}
						err := w.SaveTimelines(ctx, []coverage.Timelines{{PublisherCode: publisher, Packed: []byte{1}}})
						time.Sleep(2 * time.Millisecond)
						if err == nil {
							err = store.ErrKeepNothing
						}
						return err
					})
					if err != store.ErrKeepNothing {
						t.Error(err)
					}
				}
				ref := fmt.Sprintf("f-%d-%d", w, i)
				on := calendar.Date(2024, 1, 1) + calendar.Day(i*7)
				if _, err := writes.Disclosure(
					ctx,
					disclosure.Disclosure{Ref: ref, PublisherCode: publisher, EntryCode: "1.3", Title: "t", FormedOn: on, PublishedOn: on},
				); err != nil {
					t.Error(err)
					continue
				}
				for _, follower := range []*store.Follower{one, two} {
					index, err := follower.Index(ctx)
					if err != nil {
						t.Error(err)
						continue
					}
					place := index.Tree.Find(publisher)
					if n := index.Count(place, coverage.Self, coverage.Listing{Kinds: nil, To: calendar.Last}); n != 0 {
						t.Error("a listing of nothing counts something")
					}
				}
			}
		})
	}
	writing.Wait()
	fresh, err := db.Follow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, follower := range []*store.Follower{one, two} {
		index, err := follower.Index(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for place := range area.Place(index.Tree.Size()) {
			for day := calendar.Date(2023, 12, 1); day < calendar.Date(2027, 2, 1); day += 11 {
				if index.At(place, coverage.Subtree, day) != fresh.Current().At(place, coverage.Subtree, day) {
					t.Fatalf("figures of %s on %s differ from a fresh index", index.Tree.Node(place).Code, day)
				}
			}
		}
	}
	effect, err := register.Rebuild(ctx, db, fixedDay, true, nil)
	if err != nil || effect.Publishers > 0 {
		t.Errorf("%v %v", effect.Differing, err)
	}
}

// TestNewNodesAreFollowed: new nodes are seen by a server that runs.
func TestNewNodesAreFollowed(t *testing.T) {
	t.Parallel()
	db := demoWorld(t)
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.DB().Exec(`INSERT INTO node (code, name, level, department, parent_code) VALUES ('533102499', '新镇', 4, false, '533102');
		UPDATE reference_change SET changed = pg_current_xact_id() WHERE part = 'nodes'`); err != nil {
		t.Fatal(err)
	}
	index, err := follower.Index(context.Background())
	if err != nil || index.Tree.ByCode("533102499") == nil {
		t.Errorf("the new node is not seen: %v", err)
	}
}

// TestWritersMeetAtPublishers: writers to different publishers do not wait for
// each other; to the same one they do.
func TestWritersMeetAtPublishers(t *testing.T) {
	t.Parallel()
	db := demoWorld(t)
	ctx := context.Background()
	err := db.Write(ctx, store.By{Account: "first", Way: store.ByCommand}, func(first *store.Writing) error {
		if _, err := first.LockTimelines(ctx, []string{"533102001"}); err != nil {
			return err
		}
		second := func(publisher string, patience time.Duration) error {
			hurried, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			return db.Write(hurried, store.By{Account: "second", Way: store.ByCommand}, func(w *store.Writing) error {
				_, err := w.LockTimelines(hurried, []string{publisher})
				return err
			}, store.ReferenceShared)
		}
		if err := second("533102102", time.Minute); err != nil {
			t.Errorf("another publisher: %v", err)
		}
		if err := second("533102001", 300*time.Millisecond); err == nil {
			t.Error("two writers hold one publisher")
		}
		return nil
	}, store.ReferenceShared)
	if err != nil {
		t.Fatal(err)
	}
}

// TestMigrationsDownAndUp: from nothing up, down to nothing, and up again.
func TestMigrationsDownAndUp(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	ctx := context.Background()
	steps, err := db.Migrations(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
		if _, err := db.MigrateDown(ctx); err != nil {
			t.Fatal(err)
		}
	}
	after, err := db.Migrations(ctx)
	if err != nil || slices.ContainsFunc(after, func(step store.Migration) bool { return step.Applied }) {
		t.Errorf("steps left: %v %v", after, err)
	}
	var left int
	if err := db.DB().QueryRow(
		`SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'goose%'`,
	).Scan(
		&left,
	); err != nil ||
		left > 0 {
		t.Errorf("%d tables are left: %v", left, err)
	}
	done, err := db.MigrateUp(ctx)
	if err != nil || len(done) != len(steps) {
		t.Errorf("%v %v", done, err)
	}
}
