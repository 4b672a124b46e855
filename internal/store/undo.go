package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"
)

// An import is taken back table by table: the rows that it added are removed, those
// that it changed or took out are staged as they were and written again. Both stay
// beside their table, for what then rests on them to be looked for.

// Import is an import that wrote something.
type Import struct {
	By    string
	At    time.Time
	Files []string
	// Undoes is the import that it took back, UndoneBy the one that took it back; 0
	// for none.
	Undoes, UndoneBy int64
}

const importSQL = `-- store.ImportOf
SELECT i.imported_by, i.imported_at, i.files, coalesce(i.undoes, 0), coalesce(u.number, 0)
FROM import AS i LEFT JOIN import AS u ON u.undoes = i.number WHERE i.number = $1`

// ImportOf reads what is known of an import, nil if there is none of the number.
func (w *Writing) ImportOf(ctx context.Context, number int64) (*Import, error) {
	var i Import
	row := w.tx.QueryRowContext(ctx, importSQL, number)
	err := row.Scan(&i.By, &i.At, (*pq.StringArray)(&i.Files), &i.Undoes, &i.UndoneBy)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &i, wrap("reading the import", err)
}

const latestImportsSQL = `-- store.LatestImports
SELECT i.number::text FROM import AS i ORDER BY i.number DESC LIMIT $1`

// LatestImports are the numbers of the latest imports, the last one first.
func (w *Writing) LatestImports(ctx context.Context, most int) ([]string, error) {
	return w.texts(ctx, "reading the latest imports", latestImportsSQL, most)
}

const planImportSQL = `-- store.PlanImport
SELECT set_config('reliefgraph.import', '0', true)`

// PlanImport begins an import that will not be kept: what it writes names none.
func (w *Writing) PlanImport(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, planImportSQL)
	return wrap("planning the import", err)
}

// Name is the table's name in the database.
func (t *Table) Name() string { return t.name }

// former joins the versions v that the history h kept of a table.
func (t *Table) former() string {
	return fmt.Sprintf("fact_history AS h CROSS JOIN LATERAL jsonb_populate_record(NULL::%s, h.before) AS v", t.name)
}

func (t *Table) keyOf(first, second string) string {
	same := make([]string, len(t.key))
	for i, column := range t.key {
		same[i] = first + "." + column + " = " + second + "." + column
	}
	return strings.Join(same, " AND ")
}

// toldKey is the key of a row as people read it.
func toldKey(of string, key []string) string { return "concat_ws(' ', " + prefixed(of+".", key) + ")" }

// replacedSQL tells which rows that the import wrote are no longer as it wrote them.
func (t *Table) replacedSQL() string {
	return fmt.Sprintf(`-- store.Replaced
SELECT r.*, count(*) OVER () FROM (
    SELECT DISTINCT ON (h.key) %[4]s, CASE WHEN k.%[5]s IS NULL THEN 'REMOVED' ELSE 'CHANGED' END AS why,
           h.changed_by AS by, h.changed_at AS at, coalesce(h.changed_in, 0)
    FROM %[1]s LEFT JOIN %[2]s AS k ON %[3]s
    WHERE (h.before ->> 'recorded_in')::bigint = $1 AND h.fact = '%[2]s' AND h.changed_in IS DISTINCT FROM $1
      AND k.recorded_in IS DISTINCT FROM $1
    ORDER BY h.key, h.changed_at DESC) AS r
ORDER BY r.at DESC, 1 LIMIT $2`, t.former(), t.name, t.keyOf("k", "v"), toldKey("v", t.key), t.key[0])
}

// addedAgainSQL tells which rows that the import took out are there again.
func (t *Table) addedAgainSQL() string {
	return fmt.Sprintf(`-- store.AddedAgain
SELECT %[4]s, 'ADDED_AGAIN', k.recorded_by, k.recorded_at, coalesce(k.recorded_in, 0), count(*) OVER ()
FROM %[1]s JOIN %[2]s AS k ON %[3]s
WHERE h.changed_in = $1 AND h.fact = '%[2]s' AND h.after IS NULL ORDER BY k.recorded_at DESC, 1 LIMIT $2`,
		t.former(), t.name, t.keyOf("k", "v"), toldKey("v", t.key))
}

// removeSQL takes out the rows that the import added, and stages them: those that it
// wrote without replacing another version.
func (t *Table) removeSQL() string {
	columns := strings.Join(t.columns, ", ")
	return fmt.Sprintf(`-- store.RemoveAdded
WITH removed AS (
    DELETE FROM %[1]s AS k WHERE k.recorded_in = $1 AND NOT EXISTS (
        SELECT FROM fact_history AS h WHERE h.changed_in = $1 AND h.fact = '%[1]s' AND h.key = jsonb_build_array(%[2]s)
        AND (h.before ->> 'recorded_in')::bigint IS DISTINCT FROM $1)
    RETURNING %[3]s)
INSERT INTO %[4]s (%[3]s) SELECT %[3]s FROM removed`, t.name, prefixed("k.", t.key), columns, t.staged())
}

// recordersSQL gives staged rows room for who recorded and registered them.
func (t *Table) recordersSQL() string {
	registered := ""
	if t == &Disclosures {
		registered = ", ADD COLUMN registered_by text"
	}
	return fmt.Sprintf(`-- store.StageFormer: who recorded them
ALTER TABLE %s ADD COLUMN recorded_by text, ADD COLUMN recorded_at timestamptz, ADD COLUMN recorded_in bigint%s`, t.staged(), registered)
}

// formerSQL stages the versions that the import replaced or took out.
func (t *Table) formerSQL() string {
	columns := strings.Join(t.columns, ", ")
	return fmt.Sprintf(`-- store.StageFormer
INSERT INTO %[1]s (%[2]s, %[6]s)
SELECT DISTINCT ON (h.key) %[3]s, %[7]s
FROM %[4]s
WHERE h.changed_in = $1 AND h.fact = '%[5]s' AND v.recorded_in IS DISTINCT FROM $1
  AND (h.after IS NULL OR (h.after ->> 'recorded_in')::bigint = $1)
ORDER BY h.key`, t.staged(), columns, prefixed("v.", t.columns), t.former(), t.name,
		strings.Join(t.recording(), ", "), prefixed("v.", t.recording()))
}

// recording are the columns that tell who recorded a row, and registered it.
func (t *Table) recording() []string {
	columns := []string{"recorded_by", "recorded_at", "recorded_in"}
	if t == &Disclosures {
		columns = append(columns, "registered_by")
	}
	return columns
}

func (t *Table) restoreSQL() string {
	return fmt.Sprintf(`-- store.Restore: change
UPDATE %s AS k SET (%s, %s) = (%s, %s) FROM %s AS s WHERE %s`,
		t.name, strings.Join(t.columns, ", "), strings.Join(t.recording(), ", "), prefixed("s.", t.columns), prefixed("s.", t.recording()),
		t.staged(), t.sameKey())
}

func (t *Table) bringBackSQL() string {
	columns := strings.Join(append(slices.Clone(t.columns), t.recording()...), ", ")
	return fmt.Sprintf(`-- store.Restore: add
INSERT INTO %s (%s) SELECT %s FROM %s AS s WHERE NOT EXISTS (SELECT FROM %s AS k WHERE %s)`,
		t.name, columns, columns, t.staged(), t.name, t.sameKey())
}

func (t *Table) putAsideSQL(as string) string {
	return fmt.Sprintf("-- store.PutAside\nALTER TABLE %s RENAME TO %s_%s", t.staged(), as, t.name)
}

// RemoveAdded takes out the rows of a table that an import added. They are staged, as
// if they were to be added.
func (w *Writing) RemoveAdded(ctx context.Context, table *Table, number int64) (rows int, err error) {
	staging, err := w.Stage(ctx, table)
	if err != nil {
		return 0, err
	}
	if rows, err = w.rows(ctx, table, table.removeSQL(), number); err != nil {
		return 0, err
	}
	return rows, staging.Done(ctx)
}

// StageFormer stages the versions of a table's rows that an import replaced.
func (w *Writing) StageFormer(ctx context.Context, table *Table, number int64) (rows int, err error) {
	staging, err := w.Stage(ctx, table)
	if err != nil {
		return 0, err
	}
	if _, err := w.rows(ctx, table, table.recordersSQL()); err != nil {
		return 0, err
	}
	if rows, err = w.rows(ctx, table, table.formerSQL(), number); err != nil {
		return 0, err
	}
	return rows, staging.Done(ctx)
}

// Restore writes the staged versions, with who recorded them when; it tells how many
// rows were there and how many are there again.
func (w *Writing) Restore(ctx context.Context, table *Table) (restored, broughtBack int, err error) {
	if restored, err = w.rows(ctx, table, table.restoreSQL()); err != nil {
		return 0, 0, err
	}
	broughtBack, err = w.rows(ctx, table, table.bringBackSQL())
	return restored, broughtBack, err
}

// The names of what is put aside.
const (
	removedRows  = "removed"
	restoredRows = "restored"
)

// PutAsideRemoved keeps the staged rows as those that were removed.
func (w *Writing) PutAsideRemoved(ctx context.Context, table *Table) error {
	_, err := w.rows(ctx, table, table.putAsideSQL(removedRows))
	return err
}

// PutAsideRestored keeps the staged rows as those that were restored.
func (w *Writing) PutAsideRestored(ctx context.Context, table *Table) error {
	_, err := w.rows(ctx, table, table.putAsideSQL(restoredRows))
	return err
}

func (w *Writing) rows(ctx context.Context, table *Table, statement string, arguments ...any) (int, error) {
	result, err := w.tx.ExecContext(ctx, statement, arguments...)
	if err != nil {
		return 0, wrap("taking back rows of "+table.name, err)
	}
	rows, err := result.RowsAffected()
	return int(rows), wrap("taking back rows of "+table.name, err)
}

const removeTimelinesSQL = `-- store.RemoveTimelines
DELETE FROM publisher_timeline AS t USING removed_node AS s WHERE t.publisher_code = s.code`

// RemoveTimelines takes out the timelines of nodes that were removed.
func (w *Writing) RemoveTimelines(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, removeTimelinesSQL)
	return wrap("removing timelines", err)
}

const touchedCodesSQL = `-- store.TouchedNodes
SELECT code FROM removed_node UNION SELECT code FROM restored_node`

// TouchedNodes are the codes of the nodes that were removed or restored.
func (w *Writing) TouchedNodes(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "reading the nodes taken back", touchedCodesSQL)
}

const touchedCatalogsSQL = `-- store.TouchedCatalogs
SELECT code FROM removed_catalog UNION SELECT code FROM restored_catalog
UNION SELECT catalog_code FROM removed_catalog_entry UNION SELECT catalog_code FROM restored_catalog_entry`

// TouchedCatalogs are the codes of the catalogs of which something was removed or
// restored.
func (w *Writing) TouchedCatalogs(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "reading the catalogs taken back", touchedCatalogsSQL)
}
