package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// origin is what a statement saw, and of which history.
type origin struct {
	seen pgSnapshot
	// backend is the server process that ran it, of which system. One that has been
	// there since before the last look proves that the server did not crash since.
	backend string
	// run is what all processes of a server tell alike, from its start or its last crash on.
	run string
	// history is what else the ids of transactions depend on: the timeline, whether
	// it is in recovery, and the tables as they were made.
	history string
	version Version
	// written is how far the log was with all that was seen; it tells nothing in recovery.
	written Written
}

const originColumns = `pg_current_snapshot()::text, o.backend, o.history`

// becameVisible holds for rows whose transaction was not yet seen as ended. Rows
// that were restored may carry ids that are still to come.
const becameVisible = `((changed >= $1::xid8 AND changed < pg_snapshot_xmax(pg_current_snapshot())) OR changed = ANY ($2::xid8[]))`

const catchUpSQL = `-- store.Follower
SELECT ` + originColumns + `, ` + writtenColumn + `,
       EXISTS (SELECT FROM reference_change WHERE ` + becameVisible + `), NULL, NULL::bytea, NULL::bytea
FROM database_origin() AS o
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, publisher_code, packed, orders
FROM publisher_timeline WHERE ` + becameVisible

// changes are what became visible since an earlier state.
type changes struct {
	origin
	timelines []coverage.Timelines
	reference bool // nodes, catalogs or the calendar changed too
}

// changes reads what became visible later, in one statement, so that its snapshot
// is that of the rows it returns.
func (c *caughtUp) changes(ctx context.Context, from source) (later changes, err error) {
	err = from.eachPrepared(ctx, "catching up", catchUpSQL, func(scan func(...any) error) error {
		var taken, backend, history, lsn, code sql.NullString
		var reference sql.NullBool
		var packed, orders []byte
		if err := scan(&taken, &backend, &history, &lsn, &reference, &code, &packed, &orders); err != nil {
			return err
		}
		if !taken.Valid {
			later.timelines = append(later.timelines, coverage.Timelines{PublisherCode: code.String, Packed: packed, Orders: orders})
			return nil
		}
		later.reference = reference.Bool
		if later.origin, err = newOrigin(taken.String, backend.String, history.String); err != nil {
			return err
		}
		later.written, err = writtenOf(backend.String, history.String, lsn)
		return err
	}, c.seen.from, pq.Array(c.seen.xip))
	return later, err
}

// leadsTo tells whether a state is a later one of the same history.
func (c *caughtUp) leadsTo(later *origin) bool {
	return later.history == c.history && later.seen.xmax >= c.seen.xmax
}

func newOrigin(taken, backend, history string) (origin, error) {
	seen, err := parsePgSnapshot(taken)
	return origin{seen: seen, backend: backend, run: runOf(backend), history: history, version: versionOf(taken, backend, history)}, err
}

// pgSnapshot is a pg_snapshot: which transactions were seen as ended.
type pgSnapshot struct {
	xmax uint64   // the first transaction that had not begun
	from string   // the first from which on all are to be seen
	xip  []string // those before it that had not ended
}

// parsePgSnapshot reads xmin:xmax:xip,xip. In recovery the list is empty whatever
// goes on at the primary; then, as when nothing goes on, all from xmin on count.
func parsePgSnapshot(text string) (pgSnapshot, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return pgSnapshot{}, fmt.Errorf("reading the snapshot %q", text)
	}
	s := pgSnapshot{from: parts[0], xip: []string{}}
	if parts[2] != "" {
		s.from, s.xip = parts[1], strings.Split(parts[2], ",")
	}
	var err error
	if s.xmax, err = strconv.ParseUint(parts[1], 10, 64); err != nil {
		return pgSnapshot{}, fmt.Errorf("reading the snapshot %q: %w", text, err)
	}
	return s, nil
}
