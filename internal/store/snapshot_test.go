package store_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestSnapshot: a snapshot stays as it was when it was taken, its index and its
// facts, while the newest state goes on; it has what was committed before.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := withTownships(t)
	follower := follow(t, db)
	write := func(version int) {
		t.Helper()
		err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
			if _, err := w.LockTimelines(ctx, []string{township(7)}); err != nil {
				return err
			}
			return w.SaveTimelines(
				ctx,
				[]coverage.Timelines{{PublisherCode: township(7), Packed: timelinesOf(version, rand.New(rand.NewPCG(1, 2)))}},
			)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	exec := func(statement string) {
		t.Helper()
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	write(1)
	exec(`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute) VALUES ('d', '533124007', '1.1', '通知', 0)`)
	taken, err := follower.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Release()
	write(2)
	exec(`UPDATE disclosure SET title = '另一份通知'`)
	exec(`INSERT INTO node (code, name, level, department, parent_code) VALUES ('533124999', '新镇', 4, false, '533124')`)
	exec(`UPDATE reference_change SET changed = pg_current_xact_id() WHERE part = 'nodes'`)
	title := func(from store.Reads) string {
		t.Helper()
		found, err := from.DisclosuresByRef(ctx, []string{"d"})
		if err != nil {
			t.Fatal(err)
		}
		return found["d"].Title
	}
	if version := versionIn(t, taken.Index, 7); version != 1 || title(taken.Reads) != "通知" || taken.Index.Tree.Size() != townships+2 {
		t.Errorf("taken: version %d, %s, %d nodes", version, title(taken.Reads), taken.Index.Tree.Size())
	}
	// A second one is the newest, although the follower has not looked since.
	newest, err := follower.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer newest.Release()
	if version := versionIn(t, newest.Index, 7); version != 2 || title(newest.Reads) != "另一份通知" || newest.Index.Tree.Size() != townships+3 {
		t.Errorf("newest: version %d, %s, %d nodes", version, title(newest.Reads), newest.Index.Tree.Size())
	}
	sameIndex(t, "taken and followed", newest.Index, caughtUp(t, follower))
}
