package migrations_test

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/migrations"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestNames: the steps are numbered without a hole, and each can be taken back.
func TestNames(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(migrations.Files, "*")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`^(\d{4})_[a-z][a-z0-9_]*\.sql$`)
	for i, name := range files {
		parts := named.FindStringSubmatch(name)
		if parts == nil || parts[1] != fmt.Sprintf("%04d", i+1) {
			t.Errorf("step %d is named %s", i+1, name)
		}
		content, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		up, down, found := strings.Cut(string(content), "-- +goose Down")
		if !strings.HasPrefix(up, "-- +goose Up") || !found || strings.TrimSpace(down) == "" {
			t.Errorf("%s does not say both ways", name)
		}
	}
}

// schema describes all that the steps make: columns, keys, indexes, triggers,
// functions.
const schema = `SELECT coalesce(string_agg(line, chr(10) ORDER BY line), '') FROM (
	SELECT format('%s.%s %s %s %s %s', table_name, column_name, data_type, is_nullable, coalesce(column_default, generation_expression), collation_name)
	FROM information_schema.columns WHERE table_schema = 'public'
	UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
	UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
	UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger AS t WHERE NOT tgisinternal
	UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
	UNION ALL SELECT format('type %s', typname) FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype <> 'c' AND typelem = 0
) AS lines (line) WHERE line NOT LIKE '%goose%'`

func ask(t *testing.T, db *store.Store, query string) (answer string) {
	t.Helper()
	if err := db.DB().QueryRow(query).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestUpAndDown: the steps lead from an empty database up, with facts in it
// down to nothing, and up again to the same schema.
func TestUpAndDown(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Store(t)
	first := ask(t, db, schema)
	for _, table := range []string{"disclosure.ref", "publisher_timeline.packed", "keep_replaced", "news_newest_of_publisher"} {
		if !strings.Contains(first, table) {
			t.Errorf("the schema lacks %s", table)
		}
	}
	for _, statement := range []string{
		`INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`,
		`INSERT INTO publisher_timeline (publisher_code) VALUES ('CN')`,
		`UPDATE node SET name = '中华人民共和国'`,
	} {
		if _, err := db.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	steps, err := db.Migrations(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i := range steps {
		taken, err := db.MigrateDown(ctx)
		if err != nil || taken != steps[len(steps)-1-i].Name {
			t.Fatalf("took back %s: %v", taken, err)
		}
		if left := pending(t, db); len(left) == 0 {
			t.Errorf("without %s it is said to be migrated", taken)
		}
	}
	if left := ask(t, db, schema); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
	done, err := db.MigrateUp(ctx)
	if err != nil || len(done) != len(steps) {
		t.Fatalf("up again: %v %v", done, err)
	}
	if again := ask(t, db, schema); again != first {
		t.Errorf("up again the schema is\n%s\nwas\n%s", again, first)
	}
	if left := pending(t, db); len(left) > 0 {
		t.Errorf("it is not said to be migrated: %v", left)
	}
	if done, err := db.MigrateUp(ctx); err != nil || len(done) > 0 {
		t.Errorf("up once more: %v %v", done, err)
	}
}

// TestMigratingTogether: servers that start at once migrate once.
func TestMigratingTogether(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	steps, err := db.Migrations(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
		if _, err := db.MigrateDown(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var servers sync.WaitGroup
	var counting sync.Mutex
	done := 0
	for range 3 {
		server := pgtest.Open(t, address, store.Options{Connections: 2})
		servers.Go(func() {
			applied, err := server.MigrateUp(ctx)
			if err != nil {
				t.Error(err)
			}
			counting.Lock()
			defer counting.Unlock()
			done += len(applied)
		})
	}
	servers.Wait()
	if done != len(steps) {
		t.Errorf("%d steps were done, there are %d", done, len(steps))
	}
}

// notFacts are the tables that hold none: accounts, what follows from facts, their history, the log.
const notFacts = `'instance_secret', 'database_identity', 'backup_made', 'account', 'account_grant', 'api_token', 'session', 'sign_in', 'log_transaction', 'log_pending', 'log_entry', 'log_head', 'log_checkpoint', 'import', 'fact_history', 'publisher_timeline', 'node_reach', 'reference_change', 'gap_event', 'gap_event_gone', 'book_change', 'former_timeline', 'former_timelines_from', 'log_place', 'goose_db_version'`

// TestFactsKeepTheirHistory: every table of facts says who recorded a row and
// when, keeps what is replaced and what is taken out, and names its key rightly
// to do so.
func TestFactsKeepTheirHistory(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	rows, err := db.DB().Query(`SELECT c.relname,
		(SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname IN ('recorded_by', 'recorded_at') AND a.attnotnull AND a.atthasdef),
		coalesce((SELECT string_agg(t.tgname || ' ' || t.tgenabled::text || ' ' || (t.tgtype & 1) || ' ' || (t.tgtype & 24), ', ' ORDER BY t.tgname) FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'keep%' AND NOT tgisinternal), ''),
		(SELECT count(DISTINCT t.tgargs) FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'keep%' AND NOT tgisinternal),
		EXISTS (SELECT FROM pg_trigger AS t JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL
			WHERE t.tgrelid = c.oid AND t.tgname LIKE 'keep%' AND NOT tgisinternal
			AND (SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey))
			  = (SELECT string_agg(k, ',' ORDER BY k) FROM unnest(string_to_array(trim(TRAILING ',' FROM replace(encode(t.tgargs, 'escape'), '\000', ',')), ',')) AS k))
		FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname NOT IN (` + notFacts + `)`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	tables := 0
	for rows.Next() {
		var table, triggers string
		var recorded, keys int
		var unique bool
		if err := rows.Scan(&table, &recorded, &triggers, &keys, &unique); err != nil {
			t.Fatal(err)
		}
		tables++
		if recorded != 2 {
			t.Errorf("%s does not say who recorded a row and when", table)
		}
		// Enabled, for each statement, the one after DELETE, the other after UPDATE.
		if triggers != "keep_removed O 0 8, keep_replaced O 0 16" {
			t.Errorf("%s has the triggers %q", table, triggers)
		}
		if keys != 1 || !unique {
			t.Errorf("the triggers of %s name a key that is not unique", table)
		}
	}
	if err := rows.Err(); err != nil || tables < 9 {
		t.Errorf("%d tables of facts: %v", tables, err)
	}
}

// TestCodesCompareAsBytes: codes and refs are ordered by their bytes, whatever
// the collation of the database, and growing tables begin their key with the
// publisher.
func TestCodesCompareAsBytes(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if others := ask(t, db, `SELECT coalesce(string_agg(table_name || '.' || column_name, ', '), '') FROM information_schema.columns
		WHERE table_schema = 'public' AND data_type = 'text' AND column_name ~ '(^|_)(code|ref)$' AND collation_name IS DISTINCT FROM 'C'`); others != "" {
		t.Errorf("compared by the database's collation: %s", others)
	}
	if n := ask(
		t,
		db,
		`SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND column_name ~ '(^|_)(code|ref)$' AND collation_name = 'C'`,
	); len(
		n,
	) < 2 {
		t.Errorf("only %s columns hold codes and refs", n)
	}
	if keys := ask(t, db, `SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
		JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
		WHERE i.indisprimary AND a.attname = 'publisher_code' AND c.relname IN ('disclosure', 'news', 'relief_movement', 'publisher_timeline')`); keys != "disclosure, news, publisher_timeline, relief_movement" {
		t.Errorf("only the keys of %s begin with the publisher", keys)
	}
}

// pending are the steps that the database does not have.
func pending(t *testing.T, db *store.Store) []store.Migration {
	t.Helper()
	steps, err := db.Migrations(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(steps, func(step store.Migration) bool { return step.Applied })
}
