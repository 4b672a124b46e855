package importer_test

import (
	"context"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestLateSecrecyReview: a secrecy review after the document was issued is warned
// of and ends the open task; that the document was issued without stays a warning.
func TestLateSecrecyReview(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if report, err := run(t, db, options, base()); err != nil {
		t.Fatal(err, report.Problems)
	}
	writes, ctx := registerOf(t, db), context.Background()
	tasks := func() int {
		open, err := db.ToReviewForSecrecy(ctx, [][]string{{township}}, store.SecrecyReviewsToDo{}, store.DocumentPage{Rows: 10})
		if err != nil {
			t.Fatal(err)
		}
		return len(open[0])
	}
	bring := func() {
		const rows = "ref,publisher_code,entry_code,title,attribute,formed_on,issued_on\n" +
			"late," + township + ",1.1,通知,NOT_DISCLOSED,2024-03-01,2024-03-05\n"
		report, err := run(t, db, options, map[string]string{"disclosures.csv": rows})
		if err != nil || len(report.Warnings) != 1 || report.Warnings[0].Rule != "registered-without-secrecy-review" {
			t.Errorf("issued without its review: %v %+v", err, report)
		}
	}
	bring()
	if open := tasks(); open != 1 {
		t.Errorf("%d open tasks before the review, want 1", open)
	}
	review := disclosure.SecrecyReview{DisclosureRef: "late", ReviewedOn: date(2024, 6, 1), ReviewedBy: "政务公开办", Result: "不公开"}
	for range 2 { // the same again is warned of as well
		done, err := writes.SecrecyReview(ctx, review)
		if err != nil || len(done.Warnings) != 1 || done.Warnings[0].Rule.Name != "review-after-issue" {
			t.Errorf("a late review: %v %+v", err, done.Warnings)
		}
	}
	if open := tasks(); open != 0 {
		t.Errorf("%d open tasks after the review, want 0", open)
	}
	bring()
	mustVerify(t, db)
}

// TestSecrecyReviewInTime: one held by the day of the issue is not warned of.
func TestSecrecyReviewInTime(t *testing.T) {
	t.Parallel()
	of := disclosure.Disclosure{Attribute: disclosure.NotDisclosed, IssuedOn: date(2024, 3, 5)}
	for day, want := range map[int]int{4: 0, 5: 0, 6: 1} {
		review := disclosure.SecrecyReview{DisclosureRef: "d", ReviewedOn: date(2024, 3, day), ReviewedBy: "办公室", Result: "不公开"}
		if found := review.Check(&of, today); len(found) != want {
			t.Errorf("reviewed on the %dth, issued on the 5th: %v", day, found)
		}
	}
}
