package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// stored is what an index was made of, by hashes.
type stored struct {
	reference string    // of nodes, catalogs and the calendar
	rows      []rowHash // by place; of zeros where there is no row
}

// rowHash is the first half of the SHA-256 of a packed row: timelines, a zero, orders.
type rowHash [16]byte

func hashOf(t *coverage.Timelines) rowHash {
	sum := sha256.Sum256(slices.Concat([]byte(t.Packed), []byte{0}, t.Orders))
	return rowHash(sum[:len(rowHash{})])
}

const rowHashesSQL = `-- store.Follower: rows
SELECT publisher_code, substr(sha256(packed || '\x00' || orders), 1, 16) FROM publisher_timeline`

const differingTimelinesSQL = `-- store.Follower: differing timelines
SELECT publisher_code, packed, orders FROM publisher_timeline WHERE publisher_code = ANY ($1)`

// unhurriedSQL lets the statements that follow take their time, up to the end of the
// transaction: the index of the nation is read by one, which lasts as long as the index is
// made. One that is held up is silent, and given up as that.
const unhurriedSQL = `-- store.Follower: unhurried
SELECT set_config('statement_timeout', '0', true)`

const secretSQL = `-- store.Follower: secret
SELECT secret FROM instance_secret`

// mostAlive bounds the backends remembered, for a proxy that makes ever new ones.
const mostAlive = 100

// compare makes what is in memory what is stored, whatever happened to the database:
// it reads where hashes differ. All is of one state, from which the next look
// goes on.
func (f *Follower) compare(ctx context.Context, referenceChanged bool) error {
	ctx = unhurried(ctx)
	return reading(ctx, f.store.looks.db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, unhurriedSQL); err != nil {
			return wrap("taking time to compare", err)
		}
		at, reference, err := stateOf(ctx, tx)
		if err != nil {
			return err
		}
		before := f.now.Load()
		now := &caughtUp{seen: at.seen, history: at.history, version: at.version, written: at.written, compared: 1}
		hashes := stored{reference: reference}
		if before != nil {
			now.compared = before.compared + 1
		}
		if before == nil || referenceChanged || reference != f.stored.reference {
			now.index, hashes.rows, err = everything(ctx, tx)
		} else {
			now.index, hashes.rows, err = f.differing(ctx, tx, before.index)
		}
		if err == nil {
			err = wrap("reading the database's secret", tx.QueryRowxContext(ctx, secretSQL).Scan(&now.secret))
		}
		if err != nil {
			return err
		}
		if before == nil || !before.leadsTo(&at) || len(f.alive) >= mostAlive {
			f.alive = map[string]bool{}
		}
		f.alive[at.backend] = true
		f.stored = hashes
		f.now.Store(now)
		return nil
	})
}

// differing applies the rows that are stored otherwise than they are in memory,
// and takes out those that are no longer stored.
func (f *Follower) differing(ctx context.Context, tx *sqlx.Tx, index *coverage.Index) (*coverage.Index, []rowHash, error) {
	rows := make([]rowHash, len(f.stored.rows))
	var codes []string
	err := each(ctx, tx, "comparing the timelines", rowHashesSQL, func(scan func(...any) error) error {
		var code string
		var hash sql.RawBytes
		if err := scan(&code, &hash); err != nil {
			return err
		}
		if at := index.Tree.Find(code); at != area.Nowhere {
			rows[at] = rowHash(hash)
			if rows[at] != f.stored.rows[at] {
				codes = append(codes, code)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	var timelines []coverage.Timelines
	for at, before := range f.stored.rows {
		if before != (rowHash{}) && rows[at] == (rowHash{}) {
			timelines = append(timelines, coverage.Timelines{PublisherCode: index.Tree.Node(area.Place(at)).Code})
		}
	}
	if len(codes) > 0 {
		read, err := timelinesOf(ctx, tx, differingTimelinesSQL, pq.Array(codes))
		if err != nil {
			return nil, nil, err
		}
		timelines = append(timelines, read...)
	}
	index, err = index.Apply(timelines)
	if err != nil {
		return nil, nil, fmt.Errorf("comparing with what is stored: %w", err)
	}
	return index, rows, nil
}

const stateSQL = `-- store.Follower: state
SELECT ` + originColumns + `, ` + writtenColumn + `, concat_ws(' ',
    (SELECT concat_ws('/', count(*), sum(hash_record_extended(r, 0))) FROM (` + nodesSQL + `) AS r),
    (SELECT concat_ws('/', count(*), sum(hash_record_extended(r, 0))) FROM (` + formerNamesSQL + `) AS r),
    (SELECT concat_ws('/', count(*), sum(hash_record_extended(r, 0))) FROM (` + catalogsSQL + `) AS r),
    (SELECT concat_ws('/', count(*), sum(hash_record_extended(r, 0))) FROM (` + entriesSQL + `) AS r),
    (SELECT concat_ws('/', count(*), sum(hash_record_extended(r, 0))) FROM (` + arrangementsSQL + `) AS r))
FROM database_origin() AS o`

// stateOf tells what a transaction sees, with a hash of its reference data.
func stateOf(ctx context.Context, tx *sqlx.Tx) (at origin, reference string, err error) {
	var taken, backend, history string
	var lsn sql.NullString
	if err := tx.QueryRowxContext(ctx, stateSQL).Scan(&taken, &backend, &history, &lsn, &reference); err != nil {
		return at, "", wrap("taking a snapshot", err)
	}
	if at, err = newOrigin(taken, backend, history); err != nil {
		return at, "", err
	}
	at.written, err = writtenOf(backend, history, lsn)
	return at, reference, err
}

const timelinesSQL = `-- store.Follower: timelines
SELECT publisher_code, packed, orders FROM publisher_timeline`

// everything reads an index, and the hashes of its rows.
func everything(ctx context.Context, tx *sqlx.Tx) (*coverage.Index, []rowHash, error) {
	reference, err := referenceOf(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	rows := make([]rowHash, reference.Tree.Size())
	var reading error
	index, err := coverage.New(reference, func(yield func(coverage.Timelines) bool) {
		reading = each(ctx, tx, "reading the timelines", timelinesSQL, func(scan func(...any) error) error {
			var t coverage.Timelines
			if err := scan(&t.PublisherCode, (*sql.RawBytes)(&t.Packed), (*sql.RawBytes)(&t.Orders)); err != nil {
				return err
			}
			if at := reference.Tree.Find(t.PublisherCode); at != area.Nowhere {
				rows[at] = hashOf(&t)
			}
			if !yield(t) {
				return errUnwanted
			}
			return nil
		})
	})
	if err != nil {
		return nil, nil, fmt.Errorf("building the index: %w", err)
	}
	return index, rows, reading
}

// errUnwanted ends the reading of what nobody takes any more, for an error of its own.
var errUnwanted = errors.New("not wanted any more")

func timelinesOf(ctx context.Context, tx *sqlx.Tx, query string, arguments ...any) (timelines []coverage.Timelines, err error) {
	err = each(ctx, tx, "reading the timelines", query, func(scan func(...any) error) error {
		var t coverage.Timelines
		if err := scan(&t.PublisherCode, (*[]byte)(&t.Packed), (*[]byte)(&t.Orders)); err != nil {
			return err
		}
		timelines = append(timelines, t)
		return nil
	}, arguments...)
	return timelines, err
}

// reading runs several statements on one state of the database.
func reading(ctx context.Context, db *sqlx.DB, do func(*sqlx.Tx) error) error {
	tx, err := beginReading(ctx, db)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it has only read
	return do(tx)
}

func beginReading(ctx context.Context, db *sqlx.DB) (*sqlx.Tx, error) {
	tx, err := db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	return tx, wrap("beginning to read", err)
}
