package audit_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestEntries: whatever is added, changed or removed is an entry that names the file
// whose row it is, the row, who did it in which way, and what it was and is.
func TestEntries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(
		clerk,
		addNode,
		addDocument,
		`UPDATE disclosure SET attribute = 1 WHERE ref = 'd'`,
		`INSERT INTO catalog (code, title, issuer_code, effective_from, grace_working_days, interpretation_working_days) VALUES ('C', '目录', 'CN', '2020-01-01', 20, 3)`,
	)
	known := len(w.entries())
	for _, c := range []struct{ fact, key, table, insert, change, where string }{
		{"areas", "X", "node", `(code, name, level, department) VALUES ('X', '镇', 4, false)`, `name = '新镇'`, `code = 'X'`},
		{"departments", "X-M", "node", `(code, name, level, department) VALUES ('X-M', '局', 4, true)`, `name = '新局'`, `code = 'X-M'`},
		{
			"catalogs", "D", "catalog",
			`(code, title, issuer_code, effective_from, grace_working_days, interpretation_working_days) VALUES ('D', '目录', 'CN', '2020-01-01', 20, 3)`,
			`title = '新目录'`, `code = 'D'`,
		},
		{
			"entries", `["C", "1.1"]`, "catalog_entry",
			`VALUES ('C', '1.1', '政策', '法规', '', '', '', '{4}', '{GOVERNMENT}', '', '', 3, NULL, 0, 0, 0, 0, '{}', false, '')`,
			`refresh_days = 90`, `catalog_code = 'C'`,
		},
		{"calendar", `[2024, "2024-02-04"]`, "arrangement_day", `VALUES (2024, '2024-02-04', '春节', false)`, `off = true`, `year = 2024`},
		{
			"assignments", `["CN", "1.1", "EXEMPT", "2020-01-01"]`, "assignment", `VALUES ('CN', '1.1', 1, '2020-01-01', NULL, '试点')`,
			`reason = '别的'`, `entry_code = '1.1'`,
		},
		{
			"disclosures", "e", "disclosure", `(ref, publisher_code, entry_code, title, attribute) VALUES ('e', 'CN', '1.1', '通知', 0)`,
			`published_on = '2024-01-01'`, `ref = 'e'`,
		},
		{"news", "n", "news", `(ref, publisher_code, entry_code, title, published_at) VALUES ('n', 'CN', '5.1', '动态', '2024-01-01')`, `url = 'https://x.cn'`, `ref = 'n'`},
		{"events", "e", "event", `(ref, name, kind, started_on) VALUES ('e', '地震', 'EARTHQUAKE', '2024-01-01')`, `name = '余震'`, `ref = 'e'`},
		{
			"relief", "m", "relief_movement", `(ref, kind, from_code, relief_class, funds_fen, occurred_on) VALUES ('m', 1, 'CN', 0, 100, '2024-01-01')`,
			`funds_fen = 200`, `ref = 'm'`,
		},
		{"reviews", `["d", "2024-12-01"]`, "review", `(disclosure_ref, reviewed_on, result) VALUES ('d', '2024-12-01', 1)`, `consulted = '起草单位'`, `disclosure_ref = 'd'`},
		{
			"secrecy_reviews", "d", "secrecy_review", `(disclosure_ref, reviewed_on, reviewed_by, result) VALUES ('d', '2024-12-01', '李', '可公开')`,
			`result = '不公开'`, `disclosure_ref = 'd'`,
		},
		{"concerns", "c", "concern", `(ref, publisher_code, title, severity, detected_at) VALUES ('c', 'CN', '关切', 0, '2024-01-01')`, `severity = 1`, `ref = 'c'`},
		{"account", "wang", "account", `(name) VALUES ('wang')`, `display_name = '王'`, `name = 'wang'`},
	} {
		by := store.By{Account: "zhang", Way: store.ByImport}
		w.write(by, "INSERT INTO "+c.table+" "+c.insert)
		w.write(by, fmt.Sprintf("UPDATE %s SET %s, recorded_at = DEFAULT WHERE %s", c.table, c.change, c.where))
		w.write(by, fmt.Sprintf("UPDATE %s SET recorded_by = 'x' WHERE %s", c.table, c.where)) // no change of the fact
		w.write(by, fmt.Sprintf("DELETE FROM %s WHERE %s", c.table, c.where))
		all := w.entries()[known:]
		known += len(all)
		if len(all) != 3 {
			t.Fatalf("%s: %d entries, want 3: %+v", c.table, len(all), all)
		}
		for _, e := range all {
			if e.Fact != c.fact || e.Key != c.key || e.Account == nil || *e.Account != "zhang" || e.Way != store.ByImport {
				t.Errorf("%s: entry %+v", c.table, e)
			}
		}
		added, changed, removed := all[0], all[1], all[2]
		if added.Before != nil || added.After == nil || changed.Before == nil || *changed.Before != *added.After ||
			changed.After == nil || *changed.After == *changed.Before || removed.Before == nil || *removed.Before != *changed.After || removed.After != nil {
			t.Errorf("%s: before and after do not follow from each other: %+v", c.table, all)
		}
		column, value, _ := strings.Cut(c.change, " = ")
		var after map[string]any
		if err := json.Unmarshal([]byte(*changed.After), &after); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(after[column]) != strings.Trim(value, "'") || after["recorded_at"] != nil || after["listed_on"] != nil {
			t.Errorf("%s: after %s: %s", c.table, c.change, *changed.After)
		}
	}
	if found := w.verify(""); len(found.Problems) > 0 {
		t.Errorf("%q", found.Problems)
	}
}

// TestSecrets: of a password the log tells that it changed, not what it is; a grant
// names its account.
func TestSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(store.By{Way: store.ByCommand}, `INSERT INTO account (name, password_hash) VALUES ('wang', 'argon-1')`,
		`UPDATE account SET password_hash = 'argon-2', password_changed_at = now()`,
		`INSERT INTO account_grant (account_id, role, self, from_day) SELECT id, 5, false, '2024-01-01' FROM account`)
	all := w.entries()
	if len(all) != 3 || all[2].Fact != "grant" || !strings.HasPrefix(all[2].Key, `["wang", `) {
		t.Fatalf("%+v", all)
	}
	for _, e := range all {
		for _, text := range []*string{e.Before, e.After} {
			if text != nil && (strings.Contains(*text, "argon") || strings.Contains(*text, "password_hash")) {
				t.Errorf("entry %d tells a secret: %s", e.Sequence, *text)
			}
		}
		if e.Account != nil || e.Way != store.ByCommand {
			t.Errorf("entry %d is by %v %s", e.Sequence, e.Account, e.Way)
		}
	}
	if !strings.Contains(*all[1].After, `"password_changed_at":"2`) {
		t.Errorf("that the password changed is not told: %s", *all[1].After)
	}
}

// TestOrder: entries stand in the order in which their transactions ended, those of
// one together, whatever the order in which they wrote; one that is still open holds
// nobody up; what was rolled back is no entry.
func TestOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(clerk, addNode)
	add := func(tx *sql.Tx, ref string) {
		t.Helper()
		if _, err := tx.Exec(strings.ReplaceAll(addNews, `'n'`, `'`+ref+`'`)); err != nil {
			t.Fatal(err)
		}
	}
	begin := func() *sql.Tx {
		tx, err := w.db.DB().Begin()
		if err != nil {
			t.Fatal(err)
		}
		return tx
	}
	end := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	first, second, open := begin(), begin(), begin()
	add(open, "open")
	add(first, "first-1")
	add(second, "second-1")
	_, err := first.Exec("SAVEPOINT s")
	end(err)
	add(first, "undone")
	_, err = first.Exec("ROLLBACK TO SAVEPOINT s")
	end(err)
	add(first, "first-2")
	began := time.Now()
	end(second.Commit())
	end(first.Commit())
	ended := time.Now()
	gone := begin()
	add(gone, "gone")
	end(gone.Rollback())
	keys := func(all []store.LogEntry) (found []string) {
		for i, e := range all {
			if e.Sequence != int64(i+1) {
				t.Errorf("entry %d has the sequence %d", i+1, e.Sequence)
			}
			found = append(found, e.Key)
		}
		return found
	}
	all := w.entries()
	if got, want := keys(all), []string{"CN", "second-1", "first-1", "first-2"}; !slices.Equal(got, want) {
		t.Errorf("sealed %v, want %v", got, want)
	}
	for _, e := range all[1:] {
		if e.At.Before(began.Add(-time.Millisecond)) || e.At.After(ended.Add(time.Millisecond)) {
			t.Errorf("%s is of %v, its transaction ended between %v and %v", e.Key, e.At, began, ended)
		}
	}
	end(open.Commit())
	if got, want := keys(w.entries()), []string{"CN", "second-1", "first-1", "first-2", "open"}; !slices.Equal(got, want) {
		t.Errorf("sealed %v, want %v", got, want)
	}
}

// TestSealingTogether: who asks after a write finds its entry, however many write and
// seal at once; sequences have no hole, instants do not go back.
func TestSealingTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(clerk, addNode)
	ctx := context.Background()
	const writers, writes = 4, 15
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			for i := range writes {
				ref := fmt.Sprintf("n%d-%d", n, i)
				sent := time.Now()
				if _, err := w.db.DB().Exec(strings.ReplaceAll(addNews, `'n'`, `'`+ref+`'`)); err != nil {
					t.Error(err)
					return
				}
				acknowledged := time.Now()
				if err := w.log.Seal(ctx); err != nil {
					t.Error(err)
					return
				}
				var at time.Time
				if err := w.db.DB().QueryRow("SELECT at FROM log_entry WHERE fact = 'news' AND key = $1", ref).Scan(&at); err != nil {
					t.Errorf("%s: %v", ref, err)
				} else if at.Before(sent.Add(-time.Millisecond)) || at.After(acknowledged.Add(time.Millisecond)) {
					t.Errorf("%s is of %v, it was sent at %v and acknowledged at %v", ref, at, sent, acknowledged)
				}
			}
		})
	}
	all.Wait()
	if found := w.verify(w.checkpoint()); len(found.Problems) > 0 || found.Size != 1+writers*writes {
		t.Errorf("%d entries: %q", found.Size, found.Problems)
	}
}

// TestClockSetBack: an instant never goes back along the sequence.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(clerk, addNode)
	w.entries()
	w.write(clerk, addDocument)
	w.write(clerk, addNews)
	w.tamper(`UPDATE log_transaction SET at = at - interval '1 hour' WHERE number = 2`)
	all := w.entries()
	if len(all) != 3 || !all[1].At.Equal(all[0].At) || all[2].At.Before(all[1].At) {
		t.Errorf("%+v", all)
	}
}

// TestBeforeTheLog: what was recorded before there was a log is one entry a fact.
func TestBeforeTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := context.Background()
	w.write(clerk, addNode, addDocument, publish, addNews)
	for {
		step, err := w.db.MigrateDown(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(step, "0012_log") {
			break
		}
	}
	if _, err := w.db.MigrateUp(ctx); err != nil {
		t.Fatal(err)
	}
	all := w.entries()
	if len(all) != 3 {
		t.Fatalf("%+v", all)
	}
	for _, e := range all {
		if e.Way != store.ByJob || e.Account != nil || e.Before != nil || e.After == nil {
			t.Errorf("%+v", e)
		}
	}
	if found := w.verify(""); len(found.Problems) > 0 {
		t.Errorf("%q", found.Problems)
	}
}
