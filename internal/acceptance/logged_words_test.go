package acceptance

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestColumnsInWords: the pages have a word for every column that the log shows of a fact,
// in both languages.
func TestColumnsInWords(t *testing.T) {
	t.Parallel()
	db, _ := people(t, noon)
	pgtest.Account(t, db, "clerk", account.Grant{Role: account.Clerk, NodeCode: rightsTownship, From: calendar.Date(2026, 1, 1)})
	trusted := serveTrusted(t, db, nil)
	prepare(trusted, "reviewDocumentSecrecy", "kept")
	trusted.data(`mutation { `+fmt.Sprintf(writesOf["reviewDocumentSecrecy"].mutation, "", "", "kept")+` }`, nil)
	var tables []string
	mustDo(
		t,
		db.DB().QueryRow(
			`SELECT array_agg(viewname::text) FROM pg_views WHERE schemaname = current_schema() AND viewname LIKE 'logged\_%'`,
		).Scan(
			pq.Array(&tables),
		),
	)
	if len(tables) < 14 {
		t.Fatalf("facts of %v alone are logged", tables)
	}
	columns := map[string]bool{}
	for _, table := range tables {
		var of []string
		mustDo(
			t,
			db.DB().QueryRow(
				`SELECT array_agg(DISTINCT k.key) FROM `+table+`, jsonb_object_keys(content::jsonb) AS k (key)`,
			).Scan(
				pq.Array(&of),
			),
		)
		if len(of) == 0 {
			t.Errorf("%s has no row to see its columns by", table)
		}
		for _, column := range of {
			columns[column] = true
		}
	}
	for _, language := range []string{"zh", "en"} {
		content, err := os.ReadFile("../web/ui/src/messages/" + language + ".ts")
		mustDo(t, err)
		for column := range columns {
			if !strings.Contains(string(content), "'column."+column+"':") && !strings.Contains(string(content), "'field."+column+"':") {
				t.Errorf("%s.ts has no word for %s", language, column)
			}
		}
	}
}
