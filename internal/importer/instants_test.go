package importer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestInstantsBothWays: an instant finer than the database keeps is the same
// one, of the same day, whether a file brings it or a mutation.
func TestInstantsBothWays(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if report, err := run(t, db, options, base()); err != nil {
		t.Fatal(err, report.Problems)
	}
	writes := registerOf(t, db)
	for i, c := range []struct{ given, stored string }{
		{"2024-05-06T23:59:59.9999999+08:00", "2024-05-06 23:59:59.999999"},
		{"2024-05-06T23:59:59.999999499+08:00", "2024-05-06 23:59:59.999999"},
		{"2024-05-06T15:59:59.9999995Z", "2024-05-06 23:59:59.999999"},
		{"2100-12-31T23:59:59.9999999+08:00", "2100-12-31 23:59:59.999999"},
		{"2024-05-06T08:30:00+08:00", "2024-05-06 08:30:00"},
	} {
		byFile, byMutation := fmt.Sprint("file", i), fmt.Sprint("mutation", i)
		if report, err := run(t, db, options, map[string]string{
			"news.csv": "ref,publisher_code,entry_code,title,published_at\n" +
				byFile + "," + township + ",4.2,动态," + c.given + "\n",
			"concerns.csv": "ref,publisher_code,title,severity,detected_at,responded_at\n" +
				byFile + "," + township + ",反映,NORMAL," + c.given + "," + c.given + "\n",
		}); err != nil {
			t.Fatal(c.given, err, report.Problems)
		}
		at, err := model.UnmarshalDateTime(c.given)
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		if _, err := writes.News(ctx, disclosure.News{
			Ref: byMutation, PublisherCode: township, EntryCode: "4.2", Title: "动态", PublishedAt: at,
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := writes.Concern(ctx, disclosure.Concern{
			Ref: byMutation, PublisherCode: township, Title: "反映", DetectedAt: at,
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := writes.Answer(ctx, byMutation, at, ""); err != nil {
			t.Fatal(err)
		}
		for _, ref := range []string{byFile, byMutation} {
			for _, column := range []string{"news.published_at", "concern.detected_at", "concern.responded_at"} {
				table, _, _ := strings.Cut(column, ".")
				got := text(t, db, "SELECT ("+column+" AT TIME ZONE 'Asia/Shanghai')::text FROM "+table+" WHERE ref = '"+ref+"'")
				if got != c.stored {
					t.Errorf("%s of %s, given as %s, is stored as %s, want %s", column, ref, c.given, got, c.stored)
				}
			}
		}
	}
	mustVerify(t, db)
}
