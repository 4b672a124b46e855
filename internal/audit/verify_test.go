package audit_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/audit"
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
		"a trigger that is off": {
			[]string{`ALTER TABLE news DISABLE TRIGGER log_updated`},
			[]string{"the trigger log_updated of the table news is off"},
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
			 INSERT INTO log_pending (number, fact, key, before, after)
			 SELECT (SELECT max(number) FROM log_transaction), fact, key, before, after FROM all_of ORDER BY sequence`)
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
	})
}
