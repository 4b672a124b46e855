package register_test

import (
	"context"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestUpsertLooksForUnknownDocuments: a batch that names a document that nobody has
// registered is written again with those kept out who register some, whether or not
// its caller asked for such documents.
func TestUpsertLooksForUnknownDocuments(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Open(t, twoTownships(t), store.Options{})
	for _, c := range []struct {
		name  string
		named string
		asks  bool
		runs  int
	}{
		{"unknown, and asked for", "none", true, 2},
		{"unknown, and not asked for", "other", false, 2},
		{"known, and not asked for", "unknown, and asked for", false, 1},
		{"none", "", false, 1},
	} {
		runs := 0
		_, err := register.Write(
			ctx,
			db,
			register.Bulking{By: store.By{Account: "test", Way: store.ByCommand}, Today: today, Links: true},
			func(b *register.Bulk) error {
				runs++
				batch, err := register.NewBatch(ctx, b, &register.Disclosures)
				if err != nil {
					return err
				}
				d := document(c.name, oneTownship, entry)
				d.InterpretsRef = c.named
				if err := batch.Add(ctx, &d, "file", 1); err != nil {
					return err
				}
				if err := batch.Done(ctx); err != nil {
					return err
				}
				if c.asks {
					if _, _, _, err := batch.UnknownDocuments(ctx, 1); err != nil {
						return err
					}
				}
				_, err = batch.Upsert(ctx)
				return err
			},
		)
		if err != nil || runs != c.runs {
			t.Errorf("%s: run %d times, not %d: %v", c.name, runs, c.runs, err)
		}
	}
	mustVerify(t, db, "all")
}
