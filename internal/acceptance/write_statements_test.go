package acceptance

import (
	"context"
	"database/sql/driver"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// named notes which statements reach the database, by the method that runs them.
type named struct {
	mutex sync.Mutex
	ran   []string
}

func (n *named) note(query string) {
	first, _, _ := strings.Cut(query, "\n")
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.ran = append(n.ran, strings.TrimPrefix(first, "-- store."))
}

// during returns what ran while something was done.
func (n *named) during(do func()) []string {
	n.mutex.Lock()
	n.ran = nil
	n.mutex.Unlock()
	do()
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return n.ran
}

type namedConnector struct {
	driver.Connector
	by *named
}

func (c namedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	connection, err := c.Connector.Connect(ctx)
	return namedConnection{connection, c.by}, err
}

type namedConnection struct {
	driver.Conn
	by *named
}

func (c namedConnection) QueryContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Rows, error) {
	c.by.note(query)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, arguments)
}

func (c namedConnection) ExecContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Result, error) {
	c.by.note(query)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, arguments)
}

func (c namedConnection) CheckNamedValue(value *driver.NamedValue) error {
	return checked(c.Conn, value)
}

func (c namedConnection) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.by.note(query)
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (c namedConnection) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
}

// TestStatementsOfWrites: what a write costs, in an answer to which nothing else is
// read; none asks for anything twice, and each catches up once, under its locks.
func TestStatementsOfWrites(t *testing.T) {
	t.Parallel()
	ran := &named{}
	db := pgtest.Open(
		t,
		pgtest.URL(t),
		store.Options{NoPrepare: true, Watch: func(through driver.Connector) driver.Connector { return namedConnector{through, ran} }},
	)
	pgtest.Import(t, db, importing, mixedWorld(t))
	s := serveTrusted(t, db, nil)
	s.ask(`{ viewer { unread } }`, nil) // the token's first use in a minute is noted
	document := func(ref string) map[string]any {
		return map[string]any{
			"input": map[string]any{
				"ref":           ref,
				"publisherCode": "1001000",
				"entryCode":     "1.1",
				"title":         "通知",
				"attribute":     "PROACTIVE",
				"formedOn":      "2024-05-20",
			},
		}
	}
	publication := map[string]any{"id": cursorOf("d", "new"), "on": "2024-05-21"}
	for _, step := range []struct {
		name string
		most int
		do   func()
	}{
		{"registering", 15, func() { s.data(registerMutation, document("new")) }},
		{"registering again", 7, func() { s.data(registerMutation, document("new")) }},
		{"publishing", 15, func() { s.data(publishMutation, publication) }},
		{"publishing again", 7, func() { s.data(publishMutation, publication) }},
		{"withdrawing", 14, func() { s.data(withdrawMutation, map[string]any{"id": cursorOf("d", "new"), "on": "2024-05-23"}) }},
		{"recording a movement", 14, func() {
			s.data(movementMutation, map[string]any{"input": map[string]any{
				"ref": "m", "kind": "ALLOCATION", "fromCode": "1001", "toCode": "1001000", "reliefClass": "DROUGHT", "funds": "1.00", "occurredOn": "2024-05-20", "disclosureRef": "1001000-2",
			}})
		}},
		{"adding news", 13, func() {
			s.data(newsMutation, map[string]any{"input": map[string]any{"ref": "n", "publisherCode": "1001000", "title": "动态", "publishedAt": "2024-05-20T08:00:00+08:00"}})
		}},
	} {
		all := ran.during(step.do)
		if len(all) > step.most {
			t.Errorf("%s costs %d statements, more than %d: %s", step.name, len(all), step.most, strings.Join(all, ", "))
		}
		slices.Sort(all)
		if once := slices.Compact(slices.Clone(all)); len(once) != len(all) || !slices.Contains(all, "Follower") {
			t.Errorf("%s asks for something twice, or does not catch up: %s", step.name, strings.Join(all, ", "))
		}
	}
	folder := t.TempDir()
	row := "ref,publisher_code,entry_code,title,attribute,formed_on,published_on\nimported,1001000,1.1,通知,PROACTIVE,2024-05-20,2024-05-21\n"
	if err := os.WriteFile(filepath.Join(folder, "disclosures.csv"), []byte(row), 0o644); err != nil {
		t.Fatal(err)
	}
	if all := ran.during(func() { pgtest.Import(t, db, importing, folder) }); len(all) > 27 {
		t.Errorf("importing one row costs %d statements: %s", len(all), strings.Join(all, ", "))
	}
	// Some rows at a time are filled from what is stored of them, never from all.
	folder = t.TempDir()
	row = "publisher_code,entry_code,action,from\n1001000,1.1,EXEMPT,2024-01-01\n"
	if err := os.WriteFile(filepath.Join(folder, "assignments.csv"), []byte(row), 0o644); err != nil {
		t.Fatal(err)
	}
	all := ran.during(func() { pgtest.Import(t, db, importing, folder) })
	if slices.Contains(all, "Assignments") || !slices.Contains(all, "AssignmentsOfCells") {
		t.Errorf("a row is filled from all assignments: %s", strings.Join(all, ", "))
	}
}
