package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

// Table is a table of facts as an import fills it: rows are copied into a
// temporary table, checked against what is there, and laid over it.
type Table struct {
	name    string
	key     []string
	columns []string // all that a file gives, the key among them
	// concerned names the publishers of staged rows and of those that they
	// replace; empty where both have a publisher_code.
	concerned string
	// names is the column that names a disclosure, if there is one.
	names string
	// told are the columns of the key that people read, where it holds others.
	told []string
}

// The tables of facts that files fill.
var (
	Nodes = Table{
		name: "node", key: []string{"code"},
		columns: []string{"code", "name", "level", "department", "parent_code", "valid_from", "valid_to", "succeeded_by", "functions"},
	}
	Catalogs = Table{
		name: "catalog", key: []string{"code"},
		columns: []string{"code", "title", "issuer_code", "based_on", "effective_from", "effective_to", "grace_working_days", "interpretation_working_days", "source"},
	}
	Entries = Table{
		name: "catalog_entry", key: []string{"catalog_code", "entry_code"},
		columns: []string{
			"catalog_code", "entry_code", "category", "item", "sub_item", "content", "legal_basis", "levels", "publishers", "mode", "audience",
			"limit_kind", "limit_n", "limit_anchor", "period", "period_limit_n", "refresh_days", "channels", "omit", "evidence",
		},
	}
	ArrangementDays = Table{name: "arrangement_day", key: []string{"year", "day"}, columns: []string{"year", "day", "name", "off"}}
	Assignments     = Table{
		name: "assignment", key: []string{"publisher_code", "entry_code", "action", "from_day"},
		columns: []string{"publisher_code", "entry_code", "action", "from_day", "to_day", "reason"},
		told:    []string{"publisher_code", "entry_code", "from_day"},
	}
	Disclosures = Table{
		name: "disclosure", key: []string{"ref"}, names: "interprets_ref",
		columns: []string{
			"ref", "publisher_code", "entry_code", "title", "document_number", "index_number", "attribute", "formed_on", "issued_on",
			"published_on", "withdrawn_on", "period", "nil", "requires_interpretation", "interprets_ref", "channel", "url",
		},
	}
	News = Table{
		name: "news", key: []string{"ref"},
		columns: []string{"ref", "publisher_code", "entry_code", "title", "summary", "published_at", "url", "tags"},
	}
	Events          = Table{name: "event", key: []string{"ref"}, columns: []string{"ref", "name", "kind", "started_on", "ended_on", "area_codes"}}
	ReliefMovements = Table{
		name: "relief_movement", key: []string{"ref"}, names: "disclosure_ref",
		columns: []string{
			"ref", "kind", "from_code", "to_code", "relief_class", "event_ref", "funds_fen", "goods_item", "goods_thousandths", "goods_unit",
			"households", "persons", "occurred_on", "document_number", "disclosure_ref",
		},
		concerned: `SELECT from_code FROM staged_relief_movement WHERE from_code IS NOT NULL
UNION SELECT k.from_code FROM staged_relief_movement AS s JOIN relief_movement AS k USING (ref) WHERE k.from_code IS NOT NULL
UNION SELECT d.publisher_code FROM staged_relief_movement AS s JOIN disclosure AS d ON d.ref = s.disclosure_ref`,
	}
	Reviews = Table{
		name: "review", key: []string{"disclosure_ref", "reviewed_on"}, columns: []string{"disclosure_ref", "reviewed_on", "result", "consulted"},
		names:     "disclosure_ref",
		concerned: `SELECT d.publisher_code FROM staged_review AS s JOIN disclosure AS d ON d.ref = s.disclosure_ref`,
	}
	Concerns = Table{
		name: "concern", key: []string{"ref"}, names: "response_ref",
		columns: []string{"ref", "publisher_code", "title", "severity", "detected_at", "responded_at", "response_ref", "escalated_to"},
	}
)

func (t *Table) staged() string { return "staged_" + t.name }

func prefixed(prefix string, columns []string) string {
	return prefix + strings.Join(columns, ", "+prefix)
}

// sameKey joins the staged rows s to the kept rows k.
func (t *Table) sameKey() string {
	var same []string
	for _, column := range t.key {
		same = append(same, "k."+column+" = s."+column)
	}
	return strings.Join(same, " AND ")
}

func (t *Table) differs() string {
	return "(" + prefixed("k.", t.columns) + ") IS DISTINCT FROM (" + prefixed("s.", t.columns) + ")"
}

// stageSQL keeps the place in the file beside each row.
func (t *Table) stageSQL() string {
	return fmt.Sprintf(`-- store.Stage
CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s, ''::text AS file, 0 AS line FROM %s WITH NO DATA`,
		t.staged(), strings.Join(t.columns, ", "), t.name)
}

func (t *Table) copySQL() string {
	return fmt.Sprintf("COPY %s (%s, file, line) FROM STDIN", t.staged(), strings.Join(t.columns, ", "))
}

func (t *Table) repeatedSQL() string {
	told := t.told
	if told == nil {
		told = t.key
	}
	return fmt.Sprintf(`-- store.Repeated
SELECT r.file, r.line, r.key, r.first FROM (
    SELECT file, line, concat_ws(' ', %[3]s) AS key, first_value(file || ':' || line) OVER same AS first, row_number() OVER same AS n
    FROM %[1]s JOIN (SELECT %[2]s FROM %[1]s GROUP BY %[2]s HAVING count(*) > 1) AS repeated USING (%[2]s)
    WINDOW same AS (PARTITION BY %[2]s ORDER BY file, line)) AS r
WHERE r.n > 1 ORDER BY r.file, r.line LIMIT $1`, t.staged(), strings.Join(t.key, ", "), strings.Join(told, ", "))
}

func (t *Table) compareSQL() string {
	return fmt.Sprintf(`-- store.Compare
SELECT count(*) FILTER (WHERE k.%[1]s IS NULL), count(*) FILTER (WHERE k.%[1]s IS NOT NULL AND %[4]s), count(*)
FROM %[2]s AS s LEFT JOIN %[3]s AS k ON %[5]s`, t.key[0], t.staged(), t.name, t.differs(), t.sameKey())
}

func (t *Table) replaceSQL() string {
	return fmt.Sprintf(`-- store.Lay: replace
UPDATE %s AS k SET (%s) = (%s), recorded_by = DEFAULT, recorded_at = DEFAULT
FROM %s AS s WHERE %s AND %s`,
		t.name, strings.Join(t.columns, ", "), prefixed("s.", t.columns), t.staged(), t.sameKey(), t.differs())
}

func (t *Table) addSQL() string {
	columns := strings.Join(t.columns, ", ")
	return fmt.Sprintf(`-- store.Lay: add
INSERT INTO %s (%s) SELECT %s FROM %s AS s WHERE NOT EXISTS (SELECT FROM %s AS k WHERE %s)`,
		t.name, columns, columns, t.staged(), t.name, t.sameKey())
}

func (t *Table) concernedSQL() string {
	if t.concerned != "" {
		return "-- store.Concerned\n" + t.concerned
	}
	return fmt.Sprintf(`-- store.Concerned
SELECT publisher_code FROM %[1]s UNION SELECT k.publisher_code FROM %[1]s AS s JOIN %[2]s AS k ON %[3]s`, t.staged(), t.name, t.sameKey())
}

// Staging copies rows into a temporary table.
type Staging struct {
	table *Table
	into  *sql.Stmt
	tx    *Writing
}

// Stage begins to copy rows for a table. The rows that were staged for it before
// in the same transaction stay.
func (w *Writing) Stage(ctx context.Context, table *Table) (*Staging, error) {
	if _, err := w.tx.ExecContext(ctx, table.stageSQL()); err != nil {
		return nil, wrap("making room for rows of "+table.name, err)
	}
	into, err := w.tx.PrepareContext(ctx, table.copySQL())
	if err != nil {
		return nil, wrap("copying rows of "+table.name, err)
	}
	return &Staging{table, into, w}, nil
}

// Row copies one row: its columns in the table's order, then file and line.
func (s *Staging) Row(ctx context.Context, values ...any) error {
	_, err := s.into.ExecContext(ctx, values...)
	return wrap("copying rows of "+s.table.name, err)
}

// Done ends the copying and analyses the rows, for good plans.
func (s *Staging) Done(ctx context.Context) error {
	if _, err := s.into.ExecContext(ctx); err != nil {
		return wrap("copying rows of "+s.table.name, err)
	}
	if err := s.into.Close(); err != nil {
		return wrap("copying rows of "+s.table.name, err)
	}
	_, err := s.tx.tx.ExecContext(ctx, "-- store.Done\nANALYZE "+s.table.staged())
	return wrap("analysing rows of "+s.table.name, err)
}

// Repetition is a row whose key stands in a file before.
type Repetition struct {
	File  string
	Line  int
	Key   string
	First string // file:line of the first
}

// Repeated lists staged rows whose key was staged before, at most so many.
func (w *Writing) Repeated(ctx context.Context, table *Table, most int) ([]Repetition, error) {
	var repeated []Repetition
	err := each(ctx, w.tx, "looking for repeated rows of "+table.name, table.repeatedSQL(), func(scan func(...any) error) error {
		var r Repetition
		err := scan(&r.File, &r.Line, &r.Key, &r.First)
		repeated = append(repeated, r)
		return err
	}, most)
	return repeated, err
}

// Concerned names the publishers of the staged rows, as they are kept and as
// they are to be. The table is one of facts that have a publisher.
func (w *Writing) Concerned(ctx context.Context, table *Table) ([]string, error) {
	return w.texts(ctx, "finding the publishers of rows of "+table.name, table.concernedSQL())
}

// Counts say what laying staged rows over a table does.
type Counts struct {
	Added, Changed, Unchanged int
}

// Compare counts what the staged rows would add and change.
func (w *Writing) Compare(ctx context.Context, table *Table) (counts Counts, err error) {
	var total int
	row := w.tx.QueryRowContext(ctx, table.compareSQL())
	err = row.Scan(&counts.Added, &counts.Changed, &total)
	counts.Unchanged = total - counts.Added - counts.Changed
	return counts, wrap("comparing rows of "+table.name, err)
}

// Lay writes the staged rows over the table; earlier versions are kept by its
// triggers. The table is analysed when much was added.
func (w *Writing) Lay(ctx context.Context, table *Table, counts Counts) error {
	const much = 10_000
	for _, step := range []struct {
		wanted bool
		query  string
	}{
		{counts.Changed > 0, table.replaceSQL()},
		{counts.Added > 0, table.addSQL()},
		{counts.Added > much, "-- store.Lay: analyse\nANALYZE " + table.name},
		{true, "-- store.Lay: clear\nDROP TABLE " + table.staged()},
	} {
		if !step.wanted {
			continue
		}
		if _, err := w.tx.ExecContext(ctx, step.query); err != nil {
			return wrap("writing rows of "+table.name, err)
		}
	}
	return nil
}

// texts runs a query of one column.
func (w *Writing) texts(ctx context.Context, doing, query string, arguments ...any) ([]string, error) {
	var values []string
	err := each(ctx, w.tx, doing, query, func(scan func(...any) error) error {
		var value string
		err := scan(&value)
		values = append(values, value)
		return err
	}, arguments...)
	return values, err
}

const eventRefsSQL = `-- store.EventRefs
SELECT ref FROM event`

// EventRefs names all events.
func (w *Writing) EventRefs(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "reading the events", eventRefsSQL)
}

const allPublishersSQL = `-- store.AllPublishers
SELECT publisher_code FROM publisher_timeline`

// AllPublishers names every node.
func (w *Writing) AllPublishers(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "reading the publishers", allPublishersSQL)
}

// Array makes a PostgreSQL array of texts for a staged row.
func Array(texts []string) any { return pq.Array(texts) }

const removeOtherDaysSQL = `-- store.RemoveOtherDays
DELETE FROM arrangement_day AS k WHERE year = ANY ($1)
AND NOT EXISTS (SELECT FROM staged_arrangement_day AS s WHERE s.year = k.year AND s.day = k.day)`

// RemoveOtherDays takes out the days of the years that the staged arrangements
// no longer list.
func (w *Writing) RemoveOtherDays(ctx context.Context, years []int) error {
	_, err := w.tx.ExecContext(ctx, removeOtherDaysSQL, pq.Array(years))
	return wrap("taking out days no longer listed", err)
}

const removeOtherEntriesSQL = `-- store.RemoveOtherEntries
DELETE FROM catalog_entry AS k
WHERE catalog_code IN (SELECT code FROM staged_catalog)
AND NOT EXISTS (SELECT FROM staged_catalog_entry AS s WHERE s.catalog_code = k.catalog_code AND s.entry_code = k.entry_code)`

// RemoveOtherEntries takes out the rows that staged catalogs no longer have.
func (w *Writing) RemoveOtherEntries(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, removeOtherEntriesSQL)
	return wrap("taking out rows no longer in the catalog", err)
}

// ChangedCatalogs names the staged catalogs that differ from those kept, in
// themselves or in their rows.
func (w *Writing) ChangedCatalogs(ctx context.Context) ([]string, error) {
	query := fmt.Sprintf(`-- store.ChangedCatalogs
SELECT s.code FROM staged_catalog AS s LEFT JOIN catalog AS k ON %s WHERE k.code IS NULL OR %s
UNION
SELECT s.catalog_code FROM staged_catalog_entry AS s LEFT JOIN catalog_entry AS k ON %s WHERE k.catalog_code IS NULL OR %s
UNION
SELECT k.catalog_code FROM catalog_entry AS k
WHERE catalog_code IN (SELECT code FROM staged_catalog)
AND NOT EXISTS (SELECT FROM staged_catalog_entry AS s WHERE s.catalog_code = k.catalog_code AND s.entry_code = k.entry_code)`,
		Catalogs.sameKey(), Catalogs.differs(), Entries.sameKey(), Entries.differs())
	return w.texts(ctx, "comparing catalogs", query)
}

const allAssignmentsSQL = `-- store.Assignments
SELECT publisher_code, entry_code, action, from_day - date '1970-01-01', coalesce(to_day - date '1970-01-01', 0), reason FROM assignment`

// Assignments reads all assignments.
func (w *Writing) Assignments(ctx context.Context) ([]catalog.Assignment, error) {
	var all []catalog.Assignment
	err := each(ctx, w.tx, "reading assignments", allAssignmentsSQL, func(scan func(...any) error) error {
		var a catalog.Assignment
		err := scan(&a.PublisherCode, &a.EntryCode, &a.Action, &a.From, &a.To, &a.Reason)
		all = append(all, a)
		return err
	})
	return all, err
}
