package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestImportMeetsWriter: a row that a file leaves as it is, and that another
// writer moves to another publisher after it was compared and before it is
// written, leaves no timeline behind.
func TestImportMeetsWriter(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := withTownships(t)
	for _, statement := range []string{
		`INSERT INTO catalog (code, title, issuer_code, effective_from, grace_working_days, interpretation_working_days) VALUES ('C', '目录', 'CN', '2020-01-01', 20, 3)`,
		`INSERT INTO catalog_entry (catalog_code, entry_code, category, item, sub_item, content, legal_basis, levels, publishers, mode, audience, limit_kind,
		   limit_n, limit_anchor, period, period_limit_n, refresh_days, channels, omit, evidence) VALUES ('C', '1.1', '政策', '法规', '', '', '', '{4}', '{GOVERNMENT}', '', '', 0, 20, 0, 0, 0, 0, '{}', false, '')`,
	} {
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := register.Rebuild(ctx, db, fixedDay, false, nil); err != nil {
		t.Fatal(err)
	}
	const header = "ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url\n"
	importRows := func(rows string) error {
		path := filepath.Join(t.TempDir(), "disclosures.csv")
		if err := os.WriteFile(path, []byte(header+rows), 0o644); err != nil {
			return err
		}
		sources, err := importer.FromPaths([]string{path})
		if err == nil {
			_, err = importer.Import(
				ctx,
				db,
				sources,
				importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: fixedDay},
			)
		}
		return err
	}
	const left = "left,533124000,1.1,通知,,,PROACTIVE,2024-03-01,,2024-03-05,,,,,,,\n"
	if err := importRows(left + "changed,533124001,1.1,通知,,,PROACTIVE,2024-03-01,,2024-03-05,,,,,,,\n"); err != nil {
		t.Fatal(err)
	}
	imported := make(chan error, 1)
	err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		if _, err := w.LockTimelines(ctx, []string{township(0), township(2)}); err != nil {
			return err
		}
		// Whoever wants to write rows waits here; reading goes on.
		if _, err := w.Tx().Exec("LOCK TABLE disclosure IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
		go func() {
			imported <- importRows(left + "changed,533124001,1.1,通知,,,PROACTIVE,2024-03-01,,2024-04-05,,,,,,,\n")
		}()
		for waiting := 0; waiting == 0; time.Sleep(5 * time.Millisecond) {
			if err := db.DB().QueryRow(
				"SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()",
			).Scan(
				&waiting,
			); err != nil {
				return err
			}
		}
		if _, err := w.Tx().Exec("UPDATE disclosure SET publisher_code = $1 WHERE ref = 'left'", township(2)); err != nil {
			return err
		}
		reference, err := w.Reference(ctx)
		if err != nil {
			return err
		}
		_, err = register.Recompute(
			ctx,
			w,
			affected.Cells{township(0): nil, township(2): nil},
			register.Recomputing{Reference: reference, Today: fixedDay},
		)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-imported; err != nil {
		t.Fatal(err)
	}
	effect, err := register.Rebuild(ctx, db, fixedDay, true, nil)
	if err != nil || effect.Publishers > 0 {
		t.Errorf("the timelines of %v differ from the facts: %v", effect.Differing, err)
	}
	// The import came last: its row holds.
	var publisher string
	if err := db.DB().QueryRow(
		"SELECT publisher_code FROM disclosure WHERE ref = 'left'",
	).Scan(
		&publisher,
	); err != nil ||
		publisher != township(0) {
		t.Errorf("the document is at %s: %v", publisher, err)
	}
}
