package store_test

import (
	"context"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestBy: a transaction knows its account and way from its beginning, and a fact is
// recorded by the account, else by who is named, else by the way.
func TestBy(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Store(t)
	for _, c := range []struct {
		by   store.By
		want [3]string
	}{
		{store.By{Account: "zhang", Way: store.ByGraphQL, Name: "graphql"}, [3]string{"zhang", "zhang", "GRAPHQL"}},
		{store.By{Way: store.ByCommand, Name: "import by root"}, [3]string{"import by root", "", "CLI"}},
		{store.By{Way: store.ByJob}, [3]string{"JOB", "", "JOB"}},
	} {
		told := func(w *store.Writing) error {
			var got [3]string
			err := w.Tx().QueryRow(`SELECT current_setting('reliefgraph.actor'), current_setting('reliefgraph.account_name'),
				current_setting('reliefgraph.way')`).Scan(&got[0], &got[1], &got[2])
			if got != c.want {
				t.Errorf("%+v: %q, want %q", c.by, got, c.want)
			}
			return err
		}
		if err := db.Write(ctx, c.by, told); err != nil {
			t.Error(err)
		}
		if err := db.WriteSoon(ctx, c.by, "", told); err != nil {
			t.Error(err)
		}
	}
}
