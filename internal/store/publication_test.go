package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestPublicationDay: the database's publication day, and the day by which it
// lists, are those of the domain, whatever the attribute, the days and the reviews.
func TestPublicationDay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Store(t)
	random := rand.New(rand.NewPCG(11, 7))
	maybe := func() calendar.Day {
		if random.IntN(3) == 0 {
			return calendar.None
		}
		return calendar.Date(2024, 1, 1) + calendar.Day(random.IntN(20))
	}
	var refs []string
	err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		for n := range 600 {
			d := disclosure.Disclosure{
				Ref: fmt.Sprint(
					"d",
					n,
				),
				PublisherCode: "CN",
				EntryCode:     "1.1",
				Title:         "通知",
				Attribute:     disclosure.Attribute(random.IntN(3)),
				FormedOn:      maybe(),
				PublishedOn:   maybe(),
			}
			refs = append(refs, d.Ref)
			if _, err := w.AddDisclosure(ctx, &d); err != nil {
				return err
			}
			for range random.IntN(3) {
				review := disclosure.Review{
					DisclosureRef: d.Ref,
					ReviewedOn:    calendar.Date(2024, 1, 5) + calendar.Day(random.IntN(12)),
					Result:        disclosure.ReviewResult(random.IntN(2)),
				}
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
	documents, err := db.DisclosuresByRef(ctx, refs)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.DB().Query(`SELECT ref, coalesce(public_on - date '1970-01-01', 0), listed_on - date '1970-01-01' FROM disclosure`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	public, hidden := 0, 0
	for rows.Next() {
		var ref string
		var publicOn, listedOn calendar.Day
		if err := rows.Scan(&ref, &publicOn, &listedOn); err != nil {
			t.Fatal(err)
		}
		d := documents[ref]
		if publicOn.OrNever() != d.PublicationDay() || listedOn != d.ListedOn() {
			t.Errorf("%+v: public on %s, listed on %s; the domain says %s and %s", d, publicOn, listedOn, d.PublicationDay(), d.ListedOn())
		}
		if d.PublicationDay() == calendar.Never {
			hidden++
		} else {
			public++
		}
	}
	if err := rows.Err(); err != nil || public < 100 || hidden < 100 {
		t.Errorf("%d public, %d hidden: %v", public, hidden, err)
	}
}
