package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
)

// Table is a table of facts as an import fills it: rows are copied into a
// temporary table, checked against what is there, and upserted.
type Table struct {
	name    string
	key     []string
	columns []string // all that a file gives, the key among them
	// names is the column that names a disclosure, if there is one.
	names string
	// told are the columns of the key that people read, where it holds others.
	told []string
	// deciding are those besides the key from which timelines follow; changes is the
	// statement that tells what staged rows change of these, with a verb for the
	// condition that they do.
	deciding []string
	changes  string
	// placed tells that where the rows stand in the files is asked for after they were
	// written.
	placed bool
}

// tableOf is the table of a kind of fact.
func tableOf[T any](kind *fact.Kind[T]) Table {
	return Table{name: kind.Table, key: kind.Key, columns: kind.Stored(), deciding: kind.Deciding()}
}

// The tables of facts that files fill.
var (
	Nodes           = tableOf(&fact.Nodes)
	Catalogs        = tableOf(&fact.Catalogs)
	Entries         = tableOf(&fact.Entries)
	ArrangementDays = tableOf(&fact.ArrangementDays)
	Assignments     = tableOf(&fact.Assignments).telling("publisher_code", "entry_code", "from_day").changing(stagedAssignments)
	Disclosures     = tableOf(&fact.Disclosures).naming("interprets_ref").changing(stagedDocuments)
	News            = tableOf(&fact.News).changing(stagedNews)
	Events          = tableOf(&fact.Events)
	ReliefMovements = tableOf(&fact.Movements).naming("disclosure_ref").changing(stagedMovements)
	Reviews         = tableOf(&fact.Reviews).changing(stagedReviews)
	Concerns        = tableOf(&fact.Concerns).naming("response_ref").changing(stagedConcerns)
	Orders          = tableOf(&fact.Orders).changing(stagedOrders).keepingPlaces()
	OrderEvents     = tableOf(&fact.OrderEvents).changing(stagedOrderEvents).keepingPlaces()
	Requests        = tableOf(&fact.ExemptionRequests)
)

// tablesOfFiles are all of them, those that are named before those that name them.
var tablesOfFiles = []*Table{
	&ArrangementDays, &Nodes, &Catalogs, &Entries, &Assignments, &Disclosures, &Reviews, &Concerns, &Events, &ReliefMovements, &News,
	&Orders, &OrderEvents, &Requests,
}

func (t Table) telling(columns ...string) Table {
	t.told = columns
	return t
}

func (t Table) naming(column string) Table {
	t.names = column
	return t
}

func (t Table) changing(changes string) Table {
	t.changes = changes
	return t
}

func (t Table) keepingPlaces() Table {
	t.placed = true
	return t
}

// changesSQL tells what staged rows change that timelines follow from.
func (t *Table) changesSQL() string {
	differs := "(" + prefixed("k.", t.deciding) + ") IS DISTINCT FROM (" + prefixed("s.", t.deciding) + ")"
	return fmt.Sprintf(t.changes, "k."+t.key[0]+" IS NULL OR "+differs)
}

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
SELECT r.file, r.line, r.key, r.first, count(*) OVER () FROM (
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
	return fmt.Sprintf(`-- store.Upsert: change
UPDATE %s AS k SET (%s) = (%s), recorded_by = DEFAULT, recorded_at = DEFAULT, recorded_in = DEFAULT
FROM %s AS s WHERE %s AND %s`,
		t.name, strings.Join(t.columns, ", "), prefixed("s.", t.columns), t.staged(), t.sameKey(), t.differs())
}

func (t *Table) addSQL() string {
	into, from := strings.Join(t.columns, ", "), prefixed("s.", t.columns)
	if t == &Disclosures {
		into, from = into+", registered_by", from+", "+registrarOfNew
	}
	return fmt.Sprintf(`-- store.Upsert: add
INSERT INTO %s (%s) SELECT %s FROM %s AS s WHERE NOT EXISTS (SELECT FROM %s AS k WHERE %s)`,
		t.name, into, from, t.staged(), t.name, t.sameKey())
}

// registrarOfNew is the account that registers a staged document. Where none does, it is
// the one that registered it before it was taken back: to it, the document stays its own.
const registrarOfNew = `coalesce(nullif(current_setting('reliefgraph.account_name', true), ''),
    (SELECT h.before ->> 'registered_by' FROM fact_history AS h
     WHERE h.fact = 'disclosure' AND h.key = jsonb_build_array(s.ref) AND h.after IS NULL ORDER BY h.changed_at DESC LIMIT 1))`

// Staging copies rows into a temporary table.
type Staging struct {
	table *Table
	into  *sql.Stmt // nil between rows while something else is asked
	tx    *Writing
}

// Stage begins to copy rows for a table.
func (w *Writing) Stage(ctx context.Context, table *Table) (*Staging, error) {
	_, err := w.tx.ExecContext(ctx, table.stageSQL())
	return &Staging{table: table, tx: w}, wrap("making room for rows of "+table.name, err)
}

// Add copies one row, as its kind of fact gives it, with its place in the file.
func (s *Staging) Add(ctx context.Context, row []any, file string, line int) error {
	if s.into == nil {
		into, err := s.tx.tx.PrepareContext(ctx, s.table.copySQL())
		if err != nil {
			return wrap("copying rows of "+s.table.name, err)
		}
		s.into = into
	}
	for i, value := range row {
		if texts, ok := value.([]string); ok {
			row[i] = pq.Array(texts)
		}
	}
	_, err := s.into.ExecContext(ctx, append(row, file, line)...)
	return wrap("copying rows of "+s.table.name, err)
}

// Pause lets the transaction ask something else between two rows.
func (s *Staging) Pause(ctx context.Context) error {
	if s.into == nil {
		return nil
	}
	if _, err := s.into.ExecContext(ctx); err != nil {
		return wrap("copying rows of "+s.table.name, err)
	}
	err := s.into.Close()
	s.into = nil
	return wrap("copying rows of "+s.table.name, err)
}

// Done ends the copying and analyses the rows, for good plans.
func (s *Staging) Done(ctx context.Context) error {
	if err := s.Pause(ctx); err != nil {
		return err
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

// Repeated lists staged rows whose key was staged before, at most so many, and
// counts all.
func (w *Writing) Repeated(ctx context.Context, table *Table, most int) (repeated []Repetition, total int, err error) {
	return w.repetitions(ctx, "looking for repeated rows of "+table.name, table.repeatedSQL(), most)
}

func (w *Writing) repetitions(ctx context.Context, doing, query string, arguments ...any) (listed []Repetition, total int, err error) {
	err = w.each(ctx, doing, query, func(scan func(...any) error) error {
		var r Repetition
		err := scan(&r.File, &r.Line, &r.Key, &r.First, &total)
		listed = append(listed, r)
		return err
	}, arguments...)
	return listed, total, err
}

func (t *Table) overtakenSQL(columns []string) string {
	return fmt.Sprintf(`-- store.Overtaken
SELECT coalesce(bool_or(differs), false) FROM (
    SELECT (%s) IS DISTINCT FROM (%s) AS differs FROM %s AS s JOIN %s AS k ON %s WHERE s.file = ANY ($1) FOR UPDATE OF k) AS filled`,
		prefixed("k.", columns), prefixed("s.", columns), t.staged(), t.name, t.sameKey())
}

// Overtaken tells whether what staged rows of files took over from the stored ones,
// in the columns that the files lack, is no longer stored so; from then on the
// stored rows stay as they are until the transaction ends.
func (w *Writing) Overtaken(ctx context.Context, table *Table, files, columns []string) (overtaken bool, err error) {
	err = w.tx.QueryRowContext(ctx, table.overtakenSQL(columns), pq.Array(files)).Scan(&overtaken)
	return overtaken, wrap("comparing what was taken over of "+table.name, err)
}

// Counts say what upserting staged rows does.
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

// Upsert writes the staged rows to the table; earlier versions are kept by its
// triggers. The table is analysed when much was added.
func (w *Writing) Upsert(ctx context.Context, table *Table, counts Counts) error {
	const much = 10_000
	for _, step := range []struct {
		wanted bool
		query  string
	}{
		{counts.Changed > 0, table.replaceSQL()},
		{counts.Added > 0, table.addSQL()},
		{counts.Added > much, "-- store.Upsert: analyse\nANALYZE " + table.name},
		{!table.placed, "-- store.Upsert: clear\nDROP TABLE " + table.staged()},
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
func (r Reads) texts(ctx context.Context, doing, query string, arguments ...any) ([]string, error) {
	var values []string
	err := r.each(ctx, doing, query, func(scan func(...any) error) error {
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

const assignmentColumns = `publisher_code, entry_code, action, from_day - date '1970-01-01',
    coalesce(to_day - date '1970-01-01', 0), reason`

const allAssignmentsSQL = `-- store.Assignments
SELECT ` + assignmentColumns + ` FROM assignment`

// Assignments reads all assignments.
func (w *Writing) Assignments(ctx context.Context) ([]catalog.Assignment, error) {
	return w.assignments(ctx, allAssignmentsSQL)
}

const assignmentsOfSQL = `-- store.AssignmentsOf
SELECT ` + assignmentColumns + ` FROM assignment WHERE publisher_code = $1`

// AssignmentsOf reads the assignments of a publisher.
func (w *Writing) AssignmentsOf(ctx context.Context, publisher string) ([]catalog.Assignment, error) {
	return w.assignments(ctx, assignmentsOfSQL, publisher)
}

const assignmentsOfCellsSQL = `-- store.AssignmentsOfCells
SELECT ` + assignmentColumns + ` FROM unnest($1::text[], $2::text[]) AS wanted (publisher, entry)
JOIN assignment ON publisher_code = publisher AND entry_code = entry`

// AssignmentsOfCells reads the assignments of cells, which are named once each.
func (w *Writing) AssignmentsOfCells(ctx context.Context, cells []catalog.CellKey) ([]catalog.Assignment, error) {
	publishers, entries := make([]string, len(cells)), make([]string, len(cells))
	for i, cell := range cells {
		publishers[i], entries[i] = cell.PublisherCode, cell.EntryCode
	}
	return w.assignments(ctx, assignmentsOfCellsSQL, pq.Array(publishers), pq.Array(entries))
}

func (w *Writing) assignments(ctx context.Context, query string, arguments ...any) ([]catalog.Assignment, error) {
	var all []catalog.Assignment
	err := w.each(ctx, "reading assignments", query, func(scan func(...any) error) error {
		var a catalog.Assignment
		err := scan(&a.PublisherCode, &a.EntryCode, &a.Action, &a.From, &a.To, &a.Reason)
		all = append(all, a)
		return err
	}, arguments...)
	return all, err
}

// unknownSQL looks in the same call's documents too: they are written later. A stored
// document d is known where a condition besides, if any, holds.
func (t *Table) unknownSQL(known string) string {
	among := ""
	if t == &Disclosures {
		among = fmt.Sprintf(" AND NOT EXISTS (SELECT FROM %s AS o WHERE o.ref = s.%s)", t.staged(), t.names)
	}
	return fmt.Sprintf(`-- store.UnknownDocuments
SELECT s.file, s.line, s.%[2]s, '', count(*) OVER () FROM %[1]s AS s
WHERE s.%[2]s IS NOT NULL AND NOT EXISTS (SELECT FROM disclosure AS d WHERE d.ref = s.%[2]s%[4]s)%[3]s
ORDER BY s.file, s.line LIMIT $1`, t.staged(), t.names, among, known)
}

// Names is the table's column that names disclosures.
func (t *Table) Names() string { return t.names }

// UnknownDocuments lists staged rows that name an unknown disclosure, at most so
// many, and counts all.
func (w *Writing) UnknownDocuments(ctx context.Context, table *Table, most int) (unknown []Repetition, total int, err error) {
	return w.repetitions(ctx, "looking for unknown documents", table.unknownSQL(""), most)
}
