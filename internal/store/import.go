package store

import (
	"context"

	"github.com/lib/pq"
)

// NewImport is an import that gets a number.
type NewImport struct {
	Files []string
	// Undoes is the import that it takes back, 0 where it takes none back.
	Undoes int64
}

const numberImportSQL = `-- store.NumberImport
WITH numbered AS (INSERT INTO import (files, undoes) VALUES ($1, NULLIF($2::bigint, 0)) RETURNING number)
SELECT number, set_config('reliefgraph.import', number::text, true) FROM numbered`

// NumberImport begins an import: whatever the transaction writes from here on names
// its number.
func (w *Writing) NumberImport(ctx context.Context, of NewImport) (number int64, err error) {
	if of.Files == nil {
		of.Files = []string{}
	}
	var setting string
	err = w.tx.QueryRowContext(ctx, numberImportSQL, pq.Array(of.Files), of.Undoes).Scan(&number, &setting)
	return number, wrap("giving the import a number", err)
}
