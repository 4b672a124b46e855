package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestStagedReviews: from when staged reviews are told to have a document
// disclosed is what is stored of it once they are upserted, and the first review
// that says so.
func TestStagedReviews(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Store(t)
	random := rand.New(rand.NewPCG(7, 12))
	const documents = 300
	reviews := func(of int) []disclosure.Review {
		var made []disclosure.Review
		for _, day := range random.Perm(6)[:random.IntN(4)] {
			made = append(made, disclosure.Review{
				DisclosureRef: fmt.Sprint("d", of),
				ReviewedOn:    calendar.Date(2024, 1, 5) + calendar.Day(day),
				Result:        disclosure.ReviewResult(random.IntN(2)),
			})
		}
		return made
	}
	results := map[string]map[calendar.Day]disclosure.ReviewResult{} // by document and day
	keep := func(r *disclosure.Review) {
		if results[r.DisclosureRef] == nil {
			results[r.DisclosureRef] = map[calendar.Day]disclosure.ReviewResult{}
		}
		results[r.DisclosureRef][r.ReviewedOn] = r.Result
	}
	err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		for n := range documents {
			d := disclosure.Disclosure{
				Ref: fmt.Sprint("d", n), PublisherCode: "CN", EntryCode: "1.1", Title: "通知", Attribute: disclosure.OnRequest,
			}
			// What explains it tells by its ref of which document a change is told.
			explaining := disclosure.Disclosure{
				Ref: fmt.Sprint("explains ", n), PublisherCode: "CN", EntryCode: "1.2", Title: "解读", InterpretsRef: d.Ref,
			}
			for _, added := range []*disclosure.Disclosure{&d, &explaining} {
				if _, err := w.AddDisclosure(ctx, added); err != nil {
					return err
				}
			}
			for _, review := range reviews(n) {
				keep(&review)
				if _, err := w.AddReview(ctx, &review); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]calendar.Day{}
	err = db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		staging, err := w.Stage(ctx, &store.Reviews)
		if err != nil {
			return err
		}
		for n := range documents {
			for _, review := range reviews(n) {
				keep(&review)
				if err := staging.Add(ctx, fact.Reviews.Row(&review), "reviews.csv", n); err != nil {
					return err
				}
			}
		}
		if err := staging.Done(ctx); err != nil {
			return err
		}
		err = w.StagedReviews(ctx, func(_, after *disclosure.Disclosure, links *affected.Links, _ bool) {
			for _, linked := range links.Interpreting {
				var n int
				if _, err := fmt.Sscanf(linked.Ref, "explains %d", &n); err != nil {
					t.Error(err)
				}
				told[fmt.Sprint("d", n)] = after.DiscloseOn
			}
		})
		if err != nil {
			return err
		}
		return w.Upsert(ctx, &store.Reviews, store.Counts{Added: documents, Changed: documents})
	})
	if err != nil {
		t.Fatal(err)
	}
	stored := map[string]calendar.Day{}
	rows, err := db.DB().Query(`SELECT ref, coalesce(disclose_on - date '1970-01-01', 0) FROM disclosure WHERE ref LIKE 'd%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var ref string
		var on calendar.Day
		if err := rows.Scan(&ref, &on); err != nil {
			t.Fatal(err)
		}
		stored[ref] = on
	}
	if err := rows.Err(); err != nil || len(stored) != documents || len(told) < documents/3 {
		t.Fatalf("%d stored, %d told: %v", len(stored), len(told), err)
	}
	for ref, on := range stored {
		first := calendar.None
		for day, result := range results[ref] {
			if result == disclosure.Disclose && (first == calendar.None || day < first) {
				first = day
			}
		}
		if on != first {
			t.Errorf("%s is stored as disclosed from %s on, the reviews say %s", ref, on, first)
		}
		if as, is := told[ref]; is && as != on {
			t.Errorf("%s was told as disclosed from %s on, %s is stored", ref, as, on)
		}
	}
}
