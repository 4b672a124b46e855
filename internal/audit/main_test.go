package audit_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// world is a database with a log.
type world struct {
	*testing.T
	db  *store.Store
	log *audit.Log
	key *audit.Key
}

func newWorld(t *testing.T) *world {
	t.Helper()
	key, err := audit.NewKey(filepath.Join(t.TempDir(), "log.key"))
	if err != nil {
		t.Fatal(err)
	}
	db := pgtest.Store(t)
	return &world{t, db, audit.New(db, key), key}
}

// write runs statements in a transaction, with the settings that the store makes.
func (w *world) write(by store.By, statements ...string) {
	w.Helper()
	tx, err := w.db.DB().Begin()
	if err != nil {
		w.Fatal(err)
	}
	defer tx.Rollback()
	_, err = tx.Exec(`SELECT set_config('reliefgraph.account_name', $1, true), set_config('reliefgraph.way', $2, true)`, by.Account, by.Way)
	if err != nil {
		w.Fatal(err)
	}
	for _, statement := range statements {
		if _, err := tx.Exec(statement); err != nil {
			w.Fatalf("%s: %v", statement, err)
		}
	}
	if err := tx.Commit(); err != nil {
		w.Fatal(err)
	}
}

// tamper runs statements as a superuser who has the triggers off.
func (w *world) tamper(statements ...string) {
	w.Helper()
	w.write(store.By{Way: store.ByCommand}, append([]string{"SET LOCAL session_replication_role = replica"}, statements...)...)
}

// entries are the sealed ones.
func (w *world) entries() (all []store.LogEntry) {
	w.Helper()
	ctx := context.Background()
	if err := w.log.Seal(ctx); err != nil {
		w.Fatal(err)
	}
	err := w.db.ReadLog(ctx, func(state *store.LogState) error {
		return state.Entries(ctx, func(e *store.LogEntry) error {
			all = append(all, *e)
			return nil
		})
	})
	if err != nil {
		w.Fatal(err)
	}
	return all
}

func (w *world) verify(against string) audit.Verified {
	w.Helper()
	name := ""
	if against != "" {
		name = "kept.txt"
	}
	found, err := w.log.Verify(context.Background(), name, against)
	if err != nil {
		w.Fatal(err)
	}
	return found
}

func (w *world) checkpoint() string {
	w.Helper()
	text, err := w.log.Checkpoint(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	return text
}

var clerk = store.By{Account: "zhang", Way: store.ByGraphQL}

const (
	addNode     = `INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`
	addDocument = `INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute) VALUES ('d', 'CN', '1.1', '通知', 0)`
	addNews     = `INSERT INTO news (ref, publisher_code, entry_code, title, published_at) VALUES ('n', 'CN', '5.1', '动态', '2024-01-01')`
	publish     = `UPDATE disclosure SET published_on = '2024-01-01' WHERE ref = 'd'`
)
