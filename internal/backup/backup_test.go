package backup_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// unmade is the address of a database in which nothing is, not even the schema.
func unmade(t *testing.T) string {
	t.Helper()
	address, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(address.Path, "/") + "_unmade"
	admin := pgtest.Open(t, address.String(), store.Options{Connections: 2})
	exec(t, admin, "CREATE DATABASE "+name)
	t.Cleanup(func() { exec(t, admin, "DROP DATABASE "+name+" WITH (FORCE)") })
	address.Path = "/" + name
	return address.String()
}

func exec(t *testing.T, db *store.Store, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func scan(t *testing.T, db *store.Store, query string) (answer string) {
	t.Helper()
	if err := db.DB().QueryRow(query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

// filled is a database of a random world, with accounts, a session and a token.
func filled(t *testing.T, seed uint64) *store.Store {
	t.Helper()
	db := pgtest.Store(t)
	folder := t.TempDir()
	if err := oracle.Random(seed).WriteFolder(folder); err != nil {
		t.Fatal(err)
	}
	pgtest.Import(t, db, importer.Options{}, folder)
	exec(
		t,
		db,
		`INSERT INTO account (name, display_name, password_hash) VALUES ('li', E'李\t"四"\\\n', 'hash')`,
		`INSERT INTO account_grant (account_id, role, self, from_day) SELECT id, 5, false, '2024-01-01' FROM account`,
		`INSERT INTO session (hash, account_id) SELECT '\x01', id FROM account`,
		`INSERT INTO sign_in (hash, began_at) VALUES ('\x03', clock_timestamp())`,
		`INSERT INTO api_token (hash, account_id, expires_at, networks) SELECT '\x02', id, clock_timestamp() + interval '1 day', '{10.0.0.0/8}' FROM account`,
		`UPDATE node SET name = name || '新' WHERE code = (SELECT min(code) FROM node)`,
	)
	return db
}

func logOf(t *testing.T, db *store.Store) (*audit.Log, *audit.Key) {
	t.Helper()
	key, err := audit.NewKey(filepath.Join(t.TempDir(), "log.key"))
	if err != nil {
		t.Fatal(err)
	}
	return audit.New(db, key), key
}

func saved(t *testing.T, db *store.Store, log *audit.Log, recipients ...age.Recipient) (name string, m *backup.Manifest) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "x.backup")
	m, err := backup.WriteFile(context.Background(), db, log, name, recipients)
	if err != nil {
		t.Fatal(err)
	}
	return name, m
}

var how = backup.Restoring{Log: slog.New(slog.DiscardHandler)}

func restored(t *testing.T, name string, into *store.Store, how backup.Restoring) error {
	t.Helper()
	file, err := backup.Open(context.Background(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return file.Restore(context.Background(), into, how)
}

// rowsOf are the hashes of all tables' rows, but for what a restore gives anew.
func rowsOf(t *testing.T, db *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	rows, err := db.DB().Query(`SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
		AND relname NOT IN ('goose_db_version', 'database_identity', 'gap_event', 'gap_event_gone', 'book_change',
		'former_timeline', 'former_timelines_from', 'log_place')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		all[name] = ""
	}
	for name := range all {
		row := "to_jsonb(r)"
		if name == "publisher_timeline" || name == "reference_change" {
			row += " - 'changed'"
		}
		all[name] = scan(
			t,
			db,
			fmt.Sprintf(
				`SELECT count(*) || ' ' || md5(coalesce(string_agg(md5((%s)::text), '' ORDER BY md5((%s)::text)), '')) FROM %s AS r`,
				row,
				row,
				name,
			),
		)
	}
	return all
}

// TestRoundTrip: every row comes back into a database without a schema, as whole as
// it was; sessions and tokens only where they are wanted; numbers go on where they
// were; what is written then is logged.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	db := filled(t, 21)
	log, key := logOf(t, db)
	name, m := saved(t, db, log)
	if info, err := os.Stat(name); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
	if m.Checkpoint == "" || m.Unsealed != 0 || m.Checkpoint != scan(t, db, "SELECT note FROM log_checkpoint ORDER BY day DESC LIMIT 1") {
		t.Errorf("the checkpoint %q, %d unsealed", m.Checkpoint, m.Unsealed)
	}
	if _, err := backup.WriteFile(context.Background(), db, log, name, nil); err == nil {
		t.Error("it replaces a file")
	}
	want := rowsOf(t, db)
	for _, withSessions := range []bool{false, true} {
		into := pgtest.Open(t, unmade(t), store.Options{Connections: 2})
		how := how
		how.WithSessions, how.Key = withSessions, key
		if err := restored(t, name, into, how); err != nil {
			t.Fatal(err)
		}
		got := rowsOf(t, into)
		for table, rows := range want {
			if (table == "session" || table == "sign_in" || table == "api_token") && !withSessions {
				rows = "0 " + strings.Fields(got[table])[1]
			}
			if got[table] != rows {
				t.Errorf("%s: %s, want %s", table, got[table], rows)
			}
		}
		if scan(t, into, "SELECT id FROM database_identity") == m.Database {
			t.Error("it has the id of what it was made of")
		}
		exec(t, into, `INSERT INTO account (name) VALUES ('wang')`)
		if scan(t, into, "SELECT max(id) FROM account") != scan(t, db, "SELECT max(id) + 1 FROM account") {
			t.Error("numbers do not go on")
		}
		if found, err := audit.New(into, key).Verify(context.Background(), "then", m.Checkpoint); err != nil || len(found.Problems) > 0 {
			t.Errorf("%v %q", err, found.Problems)
		}
		follower, err := into.Follow(context.Background())
		if err != nil || follower.Current().Tree.Size() == 0 {
			t.Errorf("its index: %v", err)
		}
	}
}

// TestWhileWritten: the backup of a database that is written to is one state, which
// holds all that was acknowledged before it began.
func TestWhileWritten(t *testing.T) {
	t.Parallel()
	db := filled(t, 22)
	log, key := logOf(t, db)
	publisher := scan(t, db, "SELECT min(code) FROM node")
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	today := calendar.Date(2026, 11, 24)
	clerk := register.New(db, follower.Index, func() calendar.Day { return today }, store.By{Account: "test", Way: store.ByGraphQL})
	write := func(n, i int) {
		news := disclosure.News{
			Ref: fmt.Sprintf(
				"w%d-%d",
				n,
				i,
			),
			PublisherCode: publisher,
			EntryCode:     "5.1",
			Title:         "动态",
			PublishedAt:   time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC),
		}
		if _, err := clerk.News(context.Background(), news); err != nil {
			t.Error(err)
		}
	}
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for n := range 3 {
		write(n, 0)
		writers.Go(func() {
			for i := 1; ; i++ {
				select {
				case <-stop:
					return
				default:
					write(n, i)
				}
			}
		})
	}
	writers.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				if err := log.Seal(context.Background()); err != nil {
					t.Error(err)
				}
			}
		}
	})
	var names []string
	for range 3 {
		name, _ := saved(t, db, log)
		names = append(names, name)
	}
	close(stop)
	writers.Wait()
	for _, name := range names {
		into := pgtest.Open(t, unmade(t), store.Options{Connections: 2})
		how := how
		how.Key = key
		if err := restored(t, name, into, how); err != nil {
			t.Fatal(err)
		}
		if n := scan(t, into, "SELECT count(*) FROM news WHERE ref LIKE 'w%-0'"); n != "3" {
			t.Errorf("of 3 acknowledged before it has %s", n)
		}
	}
}

// TestMigrationMeanwhile: who changes a table while it is read, and who writes to it
// behind them, waits for no more than a moment; the backup is made all the same.
func TestMigrationMeanwhile(t *testing.T) {
	t.Parallel()
	db := filled(t, 23)
	begun := make(chan struct{})
	began := sync.OnceFunc(func() { close(begun) })
	attempts := 0
	done := make(chan error, 1)
	go func() {
		done <- db.Save(context.Background(), func(ctx context.Context, saving *store.Saving) error {
			attempts++
			began()
			if attempts == 1 {
				<-ctx.Done() // it goes on reading
				return ctx.Err()
			}
			return nil
		})
	}()
	<-begun
	start := time.Now()
	exec(t, db, "ALTER TABLE event ADD COLUMN later text")
	exec(t, db, "INSERT INTO event (ref, name, kind, started_on) VALUES ('later', '震', 'EARTHQUAKE', '2024-01-01')")
	if waited := time.Since(start); waited > 5*time.Second {
		t.Errorf("a write waited for %v", waited)
	}
	if err := <-done; err != nil || attempts < 2 {
		t.Errorf("%v after %d attempts", err, attempts)
	}
}

// TestOlderSchema: what an earlier version of the program kept comes into the schema
// of today.
func TestOlderSchema(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, version := range []string{"0002", "0010", "0011", "0012", "0013"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			db := pgtest.Store(t)
			for {
				steps, err := db.Migrations(ctx)
				if err != nil {
					t.Fatal(err)
				}
				last := ""
				for _, step := range steps {
					if step.Applied {
						last = step.Name
					}
				}
				if strings.HasPrefix(last, version) {
					break
				}
				if _, err := db.MigrateDown(ctx); err != nil {
					t.Fatal(err)
				}
			}
			exec(t, db, `INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`,
				`INSERT INTO publisher_timeline (publisher_code) VALUES ('CN')`,
				`INSERT INTO event (ref, name, kind, started_on) VALUES ('e', '震', 'EARTHQUAKE', '2024-01-01')`,
				`UPDATE event SET name = '余震'`)
			name, _ := saved(t, db, nil)
			into := pgtest.Open(t, unmade(t), store.Options{Connections: 2})
			if err := restored(t, name, into, how); err != nil {
				t.Fatal(err)
			}
			if migrated, err := into.Migrated(ctx); err != nil || !migrated {
				t.Errorf("migrated: %v %v", migrated, err)
			}
			if title := scan(t, into, "SELECT name || (SELECT count(*) FROM fact_history) FROM event"); title != "余震1" {
				t.Error(title)
			}
		})
	}
}

// TestRefused: a database that holds something, or a backup that contradicts itself,
// is refused, and all stays as it was.
func TestRefused(t *testing.T) {
	t.Parallel()
	db := filled(t, 24)
	log, key := logOf(t, db)
	name, _ := saved(t, db, log)

	before := rowsOf(t, db)
	if err := restored(
		t,
		name,
		db,
		how,
	); err == nil || !strings.Contains(err.Error(), "not empty") ||
		!strings.Contains(err.Error(), "--data-dir") {
		t.Errorf("into a database that is filled: %v", err)
	}
	if after := rowsOf(t, db); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Error("it was changed")
	}

	address := unmade(t)
	into := pgtest.Open(t, address, store.Options{Connections: 2})
	nothing := func(what string) {
		t.Helper()
		if n := scan(t, into, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"); n != "0" {
			t.Errorf("%s: %s things are left in the database", what, n)
		}
	}
	_, other := logOf(t, db)
	how := how
	how.Key = other
	if err := restored(t, name, into, how); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Errorf("with another key: %v", err)
	}
	nothing("with another key")
	for what, tampering := range map[string]string{
		"a row":      `UPDATE news SET title = title || 'x' WHERE ref = (SELECT min(ref) FROM news)`,
		"a timeline": `UPDATE publisher_timeline SET packed = '\x01' WHERE length(packed) = (SELECT max(length(packed)) FROM publisher_timeline)`,
		"an entry":   `UPDATE log_entry SET account = 'x' WHERE sequence = 3`,
	} {
		address := pgtest.CopyOf(t, copied(t, name, key))
		tampered := pgtest.Open(t, address, store.Options{Connections: 2})
		exec(t, tampered, "SET session_replication_role = replica; "+tampering)
		bad, _ := saved(t, tampered, nil)
		err := restored(t, bad, into, backup.Restoring{Log: slog.New(slog.DiscardHandler)})
		if err == nil || !strings.Contains(err.Error(), "nothing was kept") {
			t.Errorf("%s was tampered with: %v", what, err)
		}
		nothing(what)
	}
	if err := restored(t, name, into, backup.Restoring{Log: slog.New(slog.DiscardHandler), Key: key}); err != nil {
		t.Error(err)
	}
}

// copied restores a backup into a database that nobody is connected to afterwards.
func copied(t *testing.T, name string, key *audit.Key) (address string) {
	t.Helper()
	address = unmade(t)
	db, err := store.Open(context.Background(), address, store.Options{Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	how := how
	how.Key = key
	if err := restored(t, name, db, how); err != nil {
		t.Fatal(err)
	}
	return address
}

// TestInterrupted: a restore that is cut short leaves nothing.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	db := filled(t, 25)
	name, _ := saved(t, db, nil)
	into := pgtest.Open(t, unmade(t), store.Options{Connections: 2})
	file, err := backup.Open(context.Background(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, after := range []time.Duration{0, 50, 150, 300, 500} {
		ctx, cancel := context.WithTimeout(context.Background(), after*time.Millisecond)
		err := file.Restore(ctx, into, how)
		cancel()
		if err == nil {
			break // it was faster
		}
		if n := scan(t, into, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"); n != "0" {
			t.Errorf("after %d ms: %s things are left", after, n)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	folder := t.TempDir()
	if _, err := backup.WriteFile(ctx, db, nil, filepath.Join(folder, "y"), nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%v %v is left", err, left)
	}
}
