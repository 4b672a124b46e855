package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// oneFact is a row of a table of facts and a change of it.
type oneFact struct {
	table, insert string
	change        string // SET …
	key           string // as the history names it
	rekey         string // SET … of the key
	row           string // its whereabouts
	rekeyed       string
}

var oneOfEach = []oneFact{
	{
		table: "node", insert: `(code, name, level, department) VALUES ('X', '旧名', 4, false)`,
		change: `name = '新名'`, key: `["X"]`, row: `code = 'X'`, rekey: `code = 'Y'`, rekeyed: `code = 'Y'`,
	},
	{
		table:   "catalog",
		insert:  `(code, title, issuer_code, effective_from, grace_working_days, interpretation_working_days) VALUES ('C', '目录', 'CN', '2020-01-01', 20, 3)`,
		change:  `grace_working_days = 5`,
		key:     `["C"]`,
		row:     `code = 'C'`,
		rekey:   `code = 'D'`,
		rekeyed: `code = 'D'`,
	},
	{
		table:   "catalog_entry",
		insert:  `VALUES ('CN-1', '1.1', '政策', '法规', '', '', '', '{4}', '{GOVERNMENT}', '', '', 3, NULL, 0, 0, 0, 0, '{}', false, '')`,
		change:  `refresh_days = 90`,
		key:     `["CN-1", "1.1"]`,
		row:     `entry_code = '1.1'`,
		rekey:   `entry_code = '1.2'`,
		rekeyed: `entry_code = '1.2'`,
	},
	{
		table: "arrangement_day", insert: `VALUES (2024, '2024-02-04', '春节', false)`,
		change: `off = true`, key: `[2024, "2024-02-04"]`, row: `year = 2024`, rekey: `day = '2024-02-05'`, rekeyed: `day = '2024-02-05'`,
	},
	{
		table:   "assignment",
		insert:  `VALUES ('CN', '1.1', 1, '2020-01-01', NULL, '试点')`,
		change:  `to_day = '2024-01-01'`,
		key:     `["CN", "1.1", 1, "2020-01-01"]`,
		row:     `entry_code = '1.1'`,
		rekey:   `action = 0`,
		rekeyed: `action = 0`,
	},
	{
		table:   "disclosure",
		insert:  `(ref, publisher_code, entry_code, title, attribute) VALUES ('d', 'CN', '1.1', '通知', 0)`,
		change:  `publisher_code = 'CN-2', published_on = '2024-01-01'`,
		key:     `["d"]`,
		row:     `ref = 'd'`,
		rekey:   `ref = 'e'`,
		rekeyed: `ref = 'e'`,
	},
	{
		table: "news", insert: `(ref, publisher_code, entry_code, title, published_at) VALUES ('n', 'CN', '5.1', '动态', '2024-01-01')`,
		change: `entry_code = '5.2'`, key: `["n"]`, row: `ref = 'n'`, rekey: `ref = 'o'`, rekeyed: `ref = 'o'`,
	},
	{
		table: "event", insert: `(ref, name, kind, started_on) VALUES ('e', '地震', 'EARTHQUAKE', '2024-01-01')`,
		change: `ended_on = '2024-02-01'`, key: `["e"]`, row: `ref = 'e'`, rekey: `ref = 'f'`, rekeyed: `ref = 'f'`,
	},
	{
		table:   "relief_movement",
		insert:  `(ref, kind, from_code, relief_class, funds_fen, occurred_on) VALUES ('m', 1, 'CN', 0, 100, '2024-01-01')`,
		change:  `funds_fen = 200`,
		key:     `["m"]`,
		row:     `ref = 'm'`,
		rekey:   `ref = 'p'`,
		rekeyed: `ref = 'p'`,
	},
	{
		table:   "review",
		insert:  `(disclosure_ref, reviewed_on, result) VALUES ('reviewed', '2024-12-01', 0)`,
		change:  `consulted = '起草单位'`,
		key:     `["reviewed", "2024-12-01"]`,
		row:     `disclosure_ref = 'reviewed'`,
		rekey:   `reviewed_on = '2024-12-02'`,
		rekeyed: `reviewed_on = '2024-12-02'`,
	},
	{
		table: "concern", insert: `(ref, publisher_code, title, severity, detected_at) VALUES ('c', 'CN', '关切', 0, '2024-01-01')`,
		change: `responded_at = '2024-01-02'`, key: `["c"]`, row: `ref = 'c'`, rekey: `ref = 'x'`, rekeyed: `ref = 'x'`,
	},
	{
		table:   "supervision_order",
		insert:  `(ref, kind, issuer_code, publisher_code, text, issued_at, working_days) VALUES ('o', 0, 'CN', 'CN-2', '请公开', '2024-01-01', 10)`,
		change:  `working_days = 5`,
		key:     `["o"]`,
		row:     `ref = 'o'`,
		rekey:   `ref = 'q'`,
		rekeyed: `ref = 'q'`,
	},
	{
		table: "order_event", insert: `(order_ref, n, kind, at) VALUES ('o', 1, 0, '2024-01-02')`, change: `account = '某人'`,
		key: `["o", 1]`, row: `order_ref = 'o' AND n = 1`, rekey: `n = 2`, rekeyed: `order_ref = 'o' AND n = 2`,
	},
	{
		table:  "exemption_request",
		insert: `(ref, publisher_code, entry_code, from_day, reason, asked_at) VALUES ('x', 'CN', '1.1', '2024-01-01', '理由', '2024-01-01')`,
		change: `decision = 2`, key: `["x"]`, row: `ref = 'x'`, rekey: `ref = 'y'`, rekeyed: `ref = 'y'`,
	},
}

// TestHistoryOfFacts: whatever changes a fact or takes it out, its earlier
// version stays with who changed it and when, whichever table it is in.
func TestHistoryOfFacts(t *testing.T) {
	t.Parallel()
	if len(oneOfEach) != len(store.Tables()) {
		t.Errorf("%d tables of facts are tested, there are %d", len(oneOfEach), len(store.Tables()))
	}
	db := pgtest.Store(t)
	for _, statement := range []string{
		`INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`,
		`INSERT INTO catalog (code, title, issuer_code, effective_from, grace_working_days, interpretation_working_days) VALUES ('CN-1', '目录', 'CN', '2020-01-01', 20, 3)`,
		`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute) VALUES ('reviewed', 'CN', '1.1', '通知', 1)`,
	} {
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, fact := range oneOfEach {
		t.Run(fact.table, func(t *testing.T) {
			t.Parallel()
			history := &historyOf{t, db, fact.table}
			run := func(actor, statement string) {
				t.Helper()
				err := db.Write(context.Background(), store.By{Account: actor, Way: store.ByCommand}, func(w *store.Writing) error {
					_, err := w.Tx().Exec(statement)
					return err
				})
				if err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			run("adder", "INSERT INTO "+fact.table+" "+fact.insert)
			if rows := history.rows(fact.key); len(rows) != 0 {
				t.Fatalf("adding a fact wrote history: %v", rows)
			}
			first := history.version(fact.row)
			if first["recorded_by"] != "adder" {
				t.Errorf("the fact was recorded by %v, not the one who added it", first["recorded_by"])
			}
			began := time.Now()
			run(
				"changer",
				fmt.Sprintf("UPDATE %s SET %s, recorded_by = DEFAULT, recorded_at = DEFAULT WHERE %s", fact.table, fact.change, fact.row),
			)
			second := history.version(fact.row)
			if second["recorded_by"] != "changer" {
				t.Errorf("the changed fact is recorded by %v", second["recorded_by"])
			}
			history.expect(fact.key, began, kept{first, second, "changer"})
			run("mover", fmt.Sprintf("UPDATE %s SET %s WHERE %s", fact.table, fact.rekey, fact.row))
			moved := history.version(fact.rekeyed)
			history.expect(fact.key, began, kept{first, second, "changer"}, kept{second, nil, "mover"})
			run("remover", fmt.Sprintf("DELETE FROM %s WHERE %s", fact.table, fact.rekeyed))
			var total int
			if err := db.DB().QueryRow("SELECT count(*) FROM fact_history WHERE fact = $1", fact.table).Scan(&total); err != nil {
				t.Fatal(err)
			}
			if total != 3 {
				t.Errorf("%d rows of history, want 3", total)
			}
			history.lastIs(kept{moved, nil, "remover"})
		})
	}
}

type kept struct {
	before, after map[string]any
	by            string
}

type historyOf struct {
	t     *testing.T
	db    *store.Store
	table string
}

func (h *historyOf) version(where string) map[string]any {
	h.t.Helper()
	var text []byte
	if err := h.db.DB().QueryRow("SELECT to_jsonb(f) FROM " + h.table + " AS f WHERE " + where).Scan(&text); err != nil {
		h.t.Fatal(err)
	}
	return decoded(h.t, text)
}

func decoded(t *testing.T, text []byte) (version map[string]any) {
	t.Helper()
	if text == nil {
		return nil
	}
	if err := json.Unmarshal(text, &version); err != nil {
		t.Fatal(err)
	}
	return version
}

type historyRow struct {
	kept
	at time.Time
}

func (h *historyOf) query(where string, arguments ...any) (found []historyRow) {
	h.t.Helper()
	rows, err := h.db.DB().Query(
		"SELECT before, after, changed_by, changed_at FROM fact_history WHERE "+where+" ORDER BY changed_at, ctid",
		arguments...)
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var row historyRow
		var before, after []byte
		if err := rows.Scan(&before, &after, &row.by, &row.at); err != nil {
			h.t.Fatal(err)
		}
		row.before, row.after = decoded(h.t, before), decoded(h.t, after)
		found = append(found, row)
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	return found
}

func (h *historyOf) rows(key string) []historyRow {
	h.t.Helper()
	return h.query("fact = $1 AND key = $2::jsonb", h.table, key)
}

func (h *historyOf) expect(key string, since time.Time, want ...kept) {
	h.t.Helper()
	rows := h.rows(key)
	if len(rows) != len(want) {
		h.t.Fatalf("%s %s: %d rows of history, want %d", h.table, key, len(rows), len(want))
	}
	for i, row := range rows {
		if !reflect.DeepEqual(row.kept, want[i]) {
			h.t.Errorf("%s %s: kept\n%v\nwant\n%v", h.table, key, row.kept, want[i])
		}
		if row.at.Before(since.Add(-time.Second)) || row.at.After(time.Now().Add(time.Second)) {
			h.t.Errorf("%s %s: changed at %v", h.table, key, row.at)
		}
	}
}

func (h *historyOf) lastIs(want kept) {
	h.t.Helper()
	rows := h.query("fact = $1", h.table)
	if last := rows[len(rows)-1].kept; !reflect.DeepEqual(last, want) {
		h.t.Errorf("%s: kept last\n%v\nwant\n%v", h.table, last, want)
	}
}
