package store

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// What an import by an account asks besides: whose the stored rows are, and which
// documents the account knows of.

// givenSQL makes room for the documents that the import's own files have.
const givenSQL = `-- store.BeginGiven
CREATE TEMP TABLE given_document (ref text COLLATE "C" NOT NULL, added boolean NOT NULL) ON COMMIT DROP`

// BeginGiven begins to note the documents of an import's own files.
func (w *Writing) BeginGiven(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, givenSQL)
	return wrap("making room for the documents given", err)
}

const noteGivenSQL = `-- store.NoteGiven
INSERT INTO given_document
SELECT s.ref, k.ref IS NULL FROM staged_disclosure AS s LEFT JOIN disclosure AS k ON k.ref = s.ref`

// NoteGiven notes the staged documents, before they are written.
func (w *Writing) NoteGiven(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, noteGivenSQL)
	return wrap("noting the documents given", err)
}

const ownDocumentsSQL = `-- store.OwnDocuments
SELECT d.ref FROM disclosure AS d WHERE d.ref = ANY ($1) AND d.registered_by = $2
AND NOT EXISTS (SELECT FROM given_document AS g WHERE g.ref = d.ref AND g.added)`

// OwnDocuments are those of some documents that an account registered before this
// import.
func (w *Writing) OwnDocuments(ctx context.Context, refs []string, account string) ([]string, error) {
	return w.texts(ctx, "reading who registered documents", ownDocumentsSQL, pq.Array(refs), account)
}

// Sight is which documents somebody knows of: those that are public by a day, all of
// some publishers, and those of the import's own files.
type Sight struct {
	PublicBy   calendar.Day
	Publishers []string
}

// inSight is the condition of a document d that somebody knows of.
const inSight = ` AND (d.public_on <= $2 OR d.publisher_code = ANY ($3)
    OR EXISTS (SELECT FROM given_document AS g WHERE g.ref = d.ref))`

// unseenSQL is unknownSQL for somebody's sight.
func (t *Table) unseenSQL() string { return t.unknownSQL(inSight) }

const seenDocumentsSQL = `-- store.SeenDocuments
SELECT d.ref FROM disclosure AS d WHERE d.ref = ANY ($1)` + inSight

// SeenDocuments are those of some documents that somebody knows of.
func (w *Writing) SeenDocuments(ctx context.Context, refs []string, sight *Sight) ([]string, error) {
	return w.texts(
		ctx,
		"reading which documents may be named",
		seenDocumentsSQL,
		pq.Array(refs),
		day(sight.PublicBy),
		pq.Array(sight.Publishers),
	)
}

// UnseenDocuments is UnknownDocuments for somebody to whom some are hidden.
func (w *Writing) UnseenDocuments(ctx context.Context, table *Table, most int, sight *Sight) (unseen []Repetition, total int, err error) {
	return w.repetitions(
		ctx, "looking for unknown documents", table.unseenSQL(), most, day(sight.PublicBy), pq.Array(sight.Publishers))
}

// storedOwnersSQL holds the stored rows as they are.
func (t *Table) storedOwnersSQL() string {
	return fmt.Sprintf(`-- store.StoredOwners
SELECT DISTINCT held.owner FROM (SELECT k.publisher_code AS owner FROM %s AS s JOIN %s AS k ON %s FOR UPDATE OF k) AS held`,
		t.staged(), t.name, t.sameKey())
}

// StoredOwners are the publishers whose stored rows the staged ones replace; they stay
// so until the transaction ends.
func (w *Writing) StoredOwners(ctx context.Context, table *Table) ([]string, error) {
	return w.texts(ctx, "reading whose the rows of "+table.name+" are", table.storedOwnersSQL())
}
