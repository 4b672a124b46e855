package audit_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// resealed makes the leaf of an entry fit what it says now, as one would who knows
// how it is made.
const resealed = `UPDATE log_entry SET leaf = log_leaf(salt, sequence, at, account, way, fact, key, before, after)`

// TestVerify: whatever a superuser does to rows or entries with the triggers off is
// named, by the row or by the entry.
func TestVerify(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tamper []string
		named  []string // the beginnings of the problems told, in any order
	}{
		"nothing": {},
		"a changed row": {
			[]string{`UPDATE disclosure SET title = '另一通知'`},
			[]string{"disclosures d: the row is not as the log says"},
		},
		"a deleted row": {
			[]string{`DELETE FROM news`},
			[]string{"news n: the row is gone"},
		},
		"an inserted row": {
			[]string{strings.ReplaceAll(addNews, `'n'`, `'n2'`)},
			[]string{"news n2: the row is there"},
		},
		"two entries swapped": {
			[]string{
				`UPDATE log_entry SET sequence = -sequence WHERE sequence IN (3, 4)`,
				`UPDATE log_entry SET sequence = 7 + sequence WHERE sequence < 0`,
			},
			[]string{"entry 3 ", "entry 4 ", "the checkpoint of 4 entries: entries 1 to 4", "the tree recomputed"},
		},
		"an entry changed": {
			[]string{`UPDATE log_entry SET account = 'li' WHERE sequence = 2`},
			[]string{"entry 2 (disclosures d): it is not what was sealed", "the checkpoint of 4 entries: entries 1 to 4", "the tree recomputed"},
		},
		"an entry changed with its leaf": {
			[]string{`UPDATE log_entry SET after = replace(after, '通知', 'x') WHERE sequence = 2`, resealed},
			[]string{"entry 4 (disclosures d): before it the row was not as it says", "the checkpoint of 4 entries: entries 1 to 4", "the tree recomputed"},
		},
		"the last entry with its row": {
			[]string{`DELETE FROM log_entry WHERE sequence = 4`, `UPDATE disclosure SET published_on = NULL`},
			[]string{"the log was cut: entries 4 to 4 are gone", "the checkpoint of 4 entries: the log was cut: entries 4 to 4"},
		},
		"an entry in the middle": {
			[]string{`DELETE FROM log_entry WHERE sequence = 2`},
			[]string{"entries 2 to 2 are gone", "entry 4 (disclosures d): before it"},
		},
		"an entry more": {
			[]string{`INSERT INTO log_entry SELECT sequence + 1, at, account, way, 'events', 'e', NULL, NULL, salt, leaf FROM log_entry WHERE sequence = 4`, resealed},
			[]string{"entries 5 to 5 were added and not sealed"},
		},
		"the day of disclosing": {
			[]string{`UPDATE disclosure SET disclose_on = '2024-01-02'`},
			[]string{"disclosures d: its disclose_on is not what follows"},
		},
		"a review and its day": {
			[]string{
				`INSERT INTO review (disclosure_ref, reviewed_on, result) VALUES ('d', '2024-01-02', 1)`,
				`UPDATE disclosure SET disclose_on = '2024-01-03'`,
			},
			[]string{`reviews ["d", "2024-01-02"]: the row is there`, "disclosures d: its disclose_on is not what follows"},
		},
		"the days of listing": {
			[]string{
				`DROP VIEW known.disclosure, known.news CASCADE`,
				`ALTER TABLE disclosure ALTER COLUMN public_on DROP EXPRESSION`,
				`ALTER TABLE news ALTER COLUMN listed_on DROP EXPRESSION`,
				`UPDATE disclosure SET public_on = NULL`, `UPDATE news SET listed_on = '2020-01-01'`,
			},
			[]string{"disclosures d: its public_on or listed_on is not what follows", "news n: its listed_on is not what follows"},
		},
		"the publisher of an entry": {
			[]string{`UPDATE log_entry SET publisher = 'X' WHERE sequence = 2`, `UPDATE log_entry SET publisher = NULL WHERE sequence = 3`},
			[]string{"entry 2 (disclosures d): it stands under another publisher", "entry 3 (news n): it stands under another publisher"},
		},
		"the former publisher of an entry": {
			[]string{`UPDATE log_entry SET former_publisher = 'X' WHERE sequence = 4`},
			[]string{"entry 4 (disclosures d): it stands under another publisher"},
		},
		"the reach of a node": {
			[]string{`UPDATE node_reach SET above = '{CN,X}' WHERE code = 'CN'`},
			[]string{"areas CN: its node_reach is not what follows"},
		},
		"the reach of no node, and none of one": {
			[]string{`UPDATE node_reach SET code = 'X' WHERE code = 'CN'`},
			[]string{"areas CN: its node_reach is not what follows", "areas X: its node_reach is not what follows"},
		},
		"a deriving trigger that is off": {
			[]string{`ALTER TABLE review DISABLE TRIGGER note_added`, `DROP TRIGGER guard_change ON concern`},
			[]string{"the trigger note_added of the table review is off", "the trigger guard_change of the table concern is off or gone"},
		},
		"a trigger that is off": {
			[]string{`ALTER TABLE news DISABLE TRIGGER log_updated`},
			[]string{"the trigger log_updated of the table news is off or gone"},
		},
		"a trigger that is gone": {
			[]string{`DROP TRIGGER log_deleted ON account_grant`},
			[]string{"the trigger log_deleted of the table account_grant is off or gone"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write(clerk, addNode, addDocument)
			w.write(clerk, addNews)
			w.write(clerk, publish)
			if found := w.verify(w.checkpoint()); len(found.Problems) > 0 || found.Size != 4 {
				t.Fatalf("before: %d entries, %q", found.Size, found.Problems)
			}
			if len(c.tamper) > 0 {
				w.tamper(c.tamper...)
			}
			w.expect(w.verify(""), c.named)
		})
	}
}

// TestWhoseEntries: what verify derives anew is what the triggers wrote of every kind of
// fact: added, changed, given to another publisher, taken out.
func TestWhoseEntries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(
		clerk,
		addNode,
		`INSERT INTO node (code, name, level, department, parent_code) VALUES ('A', '甲', 1, false, 'CN'), ('A-M', '局', 1, true, 'A')`,
	)
	for _, publisher := range []string{"A", "A-M"} {
		of := strings.NewReplacer("PUB", publisher)
		w.write(
			clerk,
			of.Replace(
				`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute) VALUES ('d-PUB', 'PUB', '1.1', '通知', 1)`,
			),
			of.Replace(
				`INSERT INTO review (disclosure_ref, reviewed_on, result) VALUES ('d-PUB', '2024-01-02', 1), ('d-PUB', '2024-01-01', 0)`,
			),
			of.Replace(
				`INSERT INTO secrecy_review (disclosure_ref, reviewed_on, reviewed_by, result) VALUES ('d-PUB', '2024-12-01', '李', '可')`,
			),
			of.Replace(
				`INSERT INTO news (ref, publisher_code, entry_code, title, published_at) VALUES ('n-PUB', 'PUB', '5.1', '动态', '2024-01-01')`,
			),
			of.Replace(
				`INSERT INTO concern (ref, publisher_code, title, severity, detected_at) VALUES ('c-PUB', 'PUB', '关切', 0, '2024-01-01')`,
			),
			of.Replace(
				`INSERT INTO relief_movement (ref, kind, from_code, relief_class, funds_fen, occurred_on) VALUES ('m-PUB', 1, 'PUB', 0, 1, '2024-01-01')`,
			),
			of.Replace(
				`INSERT INTO relief_movement (ref, kind, to_code, relief_class, funds_fen, occurred_on) VALUES ('g-PUB', 2, 'PUB', 0, 1, '2024-01-01')`,
			),
			of.Replace(
				`INSERT INTO assignment (publisher_code, entry_code, action, from_day, reason) VALUES ('PUB', '1.1', 1, '2020-01-01', '因')`,
			),
			of.Replace(`INSERT INTO event (ref, name, kind, started_on) VALUES ('e-PUB', '地震', 'EARTHQUAKE', '2024-01-01')`),
			of.Replace(`INSERT INTO arrangement_day VALUES (2024, ('2024-02-0' || length('PUB'))::date, '春节', true)`),
			of.Replace(`INSERT INTO account (name) VALUES ('a-PUB')`),
		)
	}
	moved := []string{`UPDATE relief_movement SET from_code = to_code, to_code = from_code`}
	for _, table := range []string{"disclosure", "news", "concern", "assignment"} {
		moved = append(moved, `UPDATE `+table+` SET publisher_code = 'CN' WHERE publisher_code = 'A'`)
	}
	w.write(
		clerk,
		append(
			moved,
			`UPDATE review SET consulted = '局'`,
			`DELETE FROM review WHERE result = 1`,
			`UPDATE node SET parent_code = 'CN' WHERE code = 'A-M'`,
		)...)
	w.write(
		clerk,
		`DELETE FROM review`,
		`DELETE FROM secrecy_review`,
		`DELETE FROM disclosure`,
		`DELETE FROM news`,
		`DELETE FROM concern`,
		`DELETE FROM relief_movement`,
		`DELETE FROM assignment`,
		`DELETE FROM event`,
		`DELETE FROM arrangement_day`,
		`DELETE FROM node WHERE code <> 'CN'`,
	)
	if found := w.verify(""); len(found.Problems) > 0 || found.Size < 60 {
		t.Errorf("%d entries: %q", found.Size, found.Problems)
	}
	w.tamper(`UPDATE log_entry SET former_publisher = NULL WHERE fact = 'disclosures' AND former_publisher = 'A'`)
	w.expect(w.verify(""), []string{"entry 32 (disclosures d-A): it stands under another publisher"})
}

// TestTriggers: verify looks at every trigger that there is.
func TestTriggers(t *testing.T) {
	t.Parallel()
	var there string
	err := pgtest.Store(
		t,
	).DB().QueryRow(
		`SELECT string_agg(t.tgrelid::regclass::text || '.' || t.tgname, ' ' ORDER BY 1) FROM pg_trigger AS t
		JOIN pg_class AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace`,
	).Scan(
		&there,
	)
	if err != nil {
		t.Fatal(err)
	}
	found := strings.Fields(there)
	slices.Sort(found)
	if looked := store.Triggers(); !slices.Equal(found, looked) {
		t.Errorf("there are %v, looked at are %v", found, looked)
	}
}

func (w *world) expect(found audit.Verified, named []string) {
	w.Helper()
	left := found.Problems
	for _, begins := range named {
		before := len(left)
		var others []string
		for _, problem := range left {
			if !strings.HasPrefix(problem, begins) {
				others = append(others, problem)
			}
		}
		if left = others; len(left) == before {
			w.Errorf("not told: %s", begins)
		}
	}
	if len(left) > 0 || len(named) == 0 && len(found.Problems) > 0 {
		w.Errorf("told besides: %q", left)
	}
}

// TestAgainst: a checkpoint kept elsewhere shows what nothing in the database shows:
// a tail cut with all that told of it, and a log signed anew with another key.
func TestAgainst(t *testing.T) {
	t.Parallel()
	t.Run("tail cut", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.write(clerk, addNode, addDocument)
		w.entries()
		w.tamper(`CREATE TABLE kept AS SELECT * FROM log_head`, `CREATE TABLE kept_checkpoint AS SELECT * FROM log_checkpoint`)
		w.write(clerk, addNews)
		kept := w.checkpoint()
		w.tamper(`DELETE FROM log_entry WHERE sequence = 3`, `DELETE FROM news`, `DELETE FROM log_head`, `DELETE FROM log_checkpoint`,
			`INSERT INTO log_head SELECT * FROM kept`, `INSERT INTO log_checkpoint SELECT * FROM kept_checkpoint`)
		w.expect(w.verify(""), nil)
		w.expect(w.verify(kept), []string{"kept.txt: the log was cut: entries 3 to 3 are gone"})
	})
	t.Run("another key", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.write(clerk, addNode, addDocument)
		kept := w.checkpoint()
		other, err := audit.NewKey(filepath.Join(t.TempDir(), "log.key"))
		if err != nil {
			t.Fatal(err)
		}
		first := w.log
		w.tamper(`UPDATE log_entry SET account = 'li'`, resealed, `DELETE FROM log_checkpoint`,
			`UPDATE log_head SET size = 0, edge = '', verifier = NULL`,
			`INSERT INTO log_transaction (way) VALUES ('CLI')`,
			`WITH all_of AS (DELETE FROM log_entry RETURNING *)
			 INSERT INTO log_pending (number, fact, key, publisher, former_publisher, before, after)
			 SELECT (SELECT max(number) FROM log_transaction), fact, key, publisher, former_publisher, before, after FROM all_of ORDER BY sequence`)
		w.log = audit.New(w.db, other)
		w.expect(w.verify(""), nil)
		w.expect(w.verify(kept), []string{"kept.txt: it is signed with another key than the log's"})
		w.log = first
		w.expect(w.verify(kept), []string{
			"the log is signed with another key", "the checkpoint of 2 entries: it is signed with another key", "kept.txt: entries 1 to 2",
		})
	})
	t.Run("another log", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.write(clerk, addNode)
		kept := w.checkpoint()
		w.tamper(`UPDATE log_head SET origin = 'reliefgraph/other'`, `DELETE FROM log_checkpoint`)
		w.expect(w.verify(kept), []string{"kept.txt: it is of the log"})
		w.expect(w.verify("nonsense"), []string{"kept.txt: it is no checkpoint"})
		w.expect(w.verify("\n"), []string{"kept.txt: it is empty"})
	})
}
