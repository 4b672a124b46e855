package store

import (
	"context"
	"fmt"
)

const touchedByDisclosuresSQL = `-- store.TouchedByDisclosures
WITH changed AS (
    SELECT s.ref, s.publisher_code, s.interprets_ref, k.publisher_code AS former_publisher, k.interprets_ref AS former_interprets
    FROM staged_disclosure AS s LEFT JOIN disclosure AS k USING (ref)
    WHERE k.ref IS NULL
       OR (k.publisher_code, k.entry_code, k.attribute, k.formed_on, k.issued_on, k.published_on, k.withdrawn_on, k.period, k.nil,
           k.requires_interpretation, k.interprets_ref)
          IS DISTINCT FROM
          (s.publisher_code, s.entry_code, s.attribute, s.formed_on, s.issued_on, s.published_on, s.withdrawn_on, s.period, s.nil,
           s.requires_interpretation, s.interprets_ref))
SELECT publisher_code FROM changed
UNION SELECT former_publisher FROM changed WHERE former_publisher IS NOT NULL
UNION SELECT d.publisher_code FROM changed JOIN disclosure AS d ON d.ref = changed.interprets_ref
UNION SELECT d.publisher_code FROM changed JOIN disclosure AS d ON d.ref = changed.former_interprets
UNION SELECT s.publisher_code FROM changed JOIN staged_disclosure AS s ON s.ref = changed.interprets_ref
UNION SELECT d.publisher_code FROM changed JOIN disclosure AS d ON d.interprets_ref = changed.ref`

// TouchedByDisclosures names the publishers whose timelines the staged
// disclosures change: their own, before and after, and those of the documents
// that they interpret or that interpret them.
func (w *Writing) TouchedByDisclosures(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "finding the publishers concerned", touchedByDisclosuresSQL)
}

const touchedByNewsSQL = `-- store.TouchedByNews
SELECT s.publisher_code FROM staged_news AS s LEFT JOIN news AS k USING (ref)
WHERE k.ref IS NULL OR (k.publisher_code, k.entry_code, k.published_at) IS DISTINCT FROM (s.publisher_code, s.entry_code, s.published_at)
UNION
SELECT k.publisher_code FROM staged_news AS s JOIN news AS k USING (ref)`

// TouchedByNews names the publishers whose timelines the staged news changes.
func (w *Writing) TouchedByNews(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "finding the publishers concerned", touchedByNewsSQL)
}

const assignmentsSQL = `-- store.TouchedByAssignments
SELECT s.publisher_code FROM staged_assignment AS s
LEFT JOIN assignment AS k USING (publisher_code, entry_code, action, from_day)
WHERE k.publisher_code IS NULL OR k.to_day IS DISTINCT FROM s.to_day`

// TouchedByAssignments names the publishers whose timelines the staged
// assignments change.
func (w *Writing) TouchedByAssignments(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "finding the publishers concerned", assignmentsSQL)
}

const touchedByReviewsSQL = `-- store.TouchedByReviews
WITH changed AS (
    SELECT DISTINCT s.disclosure_ref AS ref FROM staged_review AS s LEFT JOIN review AS k USING (disclosure_ref, reviewed_on)
    WHERE k.disclosure_ref IS NULL OR k.result <> s.result)
SELECT d.publisher_code FROM changed JOIN disclosure AS d USING (ref)
UNION SELECT o.publisher_code FROM changed JOIN disclosure AS d USING (ref) JOIN disclosure AS o ON o.ref = d.interprets_ref
UNION SELECT o.publisher_code FROM changed JOIN disclosure AS o ON o.interprets_ref = changed.ref`

// TouchedByReviews names the publishers whose timelines the staged reviews
// change: those of the documents, and of the documents linked to them.
func (w *Writing) TouchedByReviews(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "finding the publishers concerned", touchedByReviewsSQL)
}

const touchedByConcernsSQL = `-- store.TouchedByConcerns
SELECT s.publisher_code FROM staged_concern AS s LEFT JOIN concern AS k USING (ref)
WHERE k.ref IS NULL OR (k.publisher_code, k.severity, k.detected_at, k.responded_at) IS DISTINCT FROM (s.publisher_code, s.severity, s.detected_at, s.responded_at)
UNION
SELECT k.publisher_code FROM staged_concern AS s JOIN concern AS k USING (ref) WHERE k.publisher_code <> s.publisher_code`

// TouchedByConcerns names the publishers whose timelines the staged concerns change.
func (w *Writing) TouchedByConcerns(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "finding the publishers concerned", touchedByConcernsSQL)
}

const giversSQL = `-- store.GiversOfMovements
WITH changed AS (
    SELECT s.from_code, k.from_code AS former FROM staged_relief_movement AS s LEFT JOIN relief_movement AS k USING (ref)
    WHERE k.ref IS NULL OR (k.kind, k.from_code, k.occurred_on, k.disclosure_ref) IS DISTINCT FROM (s.kind, s.from_code, s.occurred_on, s.disclosure_ref))
SELECT from_code FROM changed WHERE from_code IS NOT NULL
UNION SELECT former FROM changed WHERE former IS NOT NULL`

// GiversOfMovements names the givers whose relief the staged movements change.
func (w *Writing) GiversOfMovements(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "finding the givers concerned", giversSQL)
}

const giversOfDisclosuresSQL = `-- store.GiversOfDisclosures
SELECT DISTINCT m.from_code FROM staged_disclosure AS s LEFT JOIN disclosure AS k USING (ref) JOIN relief_movement AS m ON m.disclosure_ref = s.ref
WHERE m.from_code IS NOT NULL AND (k.ref IS NULL OR (k.attribute, k.published_on) IS DISTINCT FROM (s.attribute, s.published_on))`

// GiversOfDisclosures names the givers whose movements name a staged
// disclosure that is new or published otherwise.
func (w *Writing) GiversOfDisclosures(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "finding the givers concerned", giversOfDisclosuresSQL)
}

const giversOfReviewsSQL = `-- store.GiversOfReviews
SELECT DISTINCT m.from_code FROM staged_review AS s JOIN relief_movement AS m ON m.disclosure_ref = s.disclosure_ref
WHERE m.from_code IS NOT NULL`

// GiversOfReviews names the givers whose movements name a reviewed document.
func (w *Writing) GiversOfReviews(ctx context.Context) ([]string, error) {
	return w.texts(ctx, "finding the givers concerned", giversOfReviewsSQL)
}

// unknownSQL looks in the same call's documents too: they are written later.
func (t *Table) unknownSQL() string {
	among := ""
	if t == &Disclosures {
		among = fmt.Sprintf(" AND NOT EXISTS (SELECT FROM %s AS o WHERE o.ref = s.%s)", t.staged(), t.names)
	}
	return fmt.Sprintf(`-- store.UnknownDocuments
SELECT s.file, s.line, s.%[2]s, '' FROM %[1]s AS s
WHERE s.%[2]s IS NOT NULL AND NOT EXISTS (SELECT FROM disclosure AS d WHERE d.ref = s.%[2]s)%[3]s
ORDER BY s.file, s.line LIMIT $1`, t.staged(), t.names, among)
}

// Names is the table's column that names disclosures.
func (t *Table) Names() string { return t.names }

// UnknownDocuments lists staged rows that name an unknown disclosure.
func (w *Writing) UnknownDocuments(ctx context.Context, table *Table, most int) ([]Repetition, error) {
	var unknown []Repetition
	err := w.each(ctx, "looking for unknown documents", table.unknownSQL(), func(scan func(...any) error) error {
		var r Repetition
		err := scan(&r.File, &r.Line, &r.Key, &r.First)
		unknown = append(unknown, r)
		return err
	}, most)
	return unknown, err
}
