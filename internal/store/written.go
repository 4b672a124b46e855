package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Written is how far the database's write-ahead log had been written by a moment: what
// was committed before is there for all who have replayed as much. The zero Written tells
// nothing.
type Written struct {
	history string // of which system, timeline and database the log is
	lsn     uint64
	system  string // by its identifier, where it is not read from a token
}

// A commit is flushed before it is seen, but for sessions that do not wait for that. The
// place is taken after what the statement sees is settled.
const writtenColumn = `CASE WHEN pg_is_in_recovery() THEN NULL
    WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()
    ELSE pg_current_wal_flush_lsn() END - '0/0'::pg_lsn`

const writtenSQL = `-- store.Written
SELECT o.backend, o.history, ` + writtenColumn + ` FROM database_origin() AS o`

// Written tells how far the log has been written: all that was committed before the call
// is in it.
func (s *Store) Written(ctx context.Context) (until Written, err error) {
	err = s.looks.eachPrepared(ctx, "asking how far the log is written", writtenSQL, func(scan func(...any) error) (err error) {
		var backend, history string
		var lsn sql.NullString
		if err := scan(&backend, &history, &lsn); err != nil {
			return err
		}
		until, err = writtenOf(backend, history, lsn)
		return err
	})
	return until, err
}

// writtenOf reads a place in the log beside what database_origin() tells.
func writtenOf(backend, history string, lsn sql.NullString) (Written, error) {
	if !lsn.Valid {
		return Written{}, nil
	}
	at, err := strconv.ParseUint(lsn.String, 10, 64)
	if err != nil {
		return Written{}, fmt.Errorf("reading the place %q of the log: %w", lsn.String, err)
	}
	system, _, _ := strings.Cut(backend, " ")
	return Written{historyOfLog(backend, history), at, system}, nil
}

// historyOfLog names the system, the timeline and the database of what database_origin()
// tells, alike at a primary and at its standbys.
func historyOfLog(backend, history string) string {
	system, _, _ := strings.Cut(backend, " ")
	words := strings.Fields(history)
	timeline, base := words[0], 16 // as in the name of a file of the log
	if timeline == "recovery" && len(words) > 1 {
		timeline, base = words[1], 10
	}
	number, err := strconv.ParseUint(timeline, base, 32)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", system, number, words[len(words)-1]))
	return hex.EncodeToString(sum[:8])
}

// String writes it as a token for clients.
func (w Written) String() string { return fmt.Sprintf("%s-%X", w.history, w.lsn) }

// ParseWritten reads a token.
func ParseWritten(token string) (of Written, ok bool) {
	history, lsn, _ := strings.Cut(token, "-")
	place, err := strconv.ParseUint(lsn, 16, 64)
	if _, notHex := hex.DecodeString(history); err != nil || notHex != nil || len(history) != 16 {
		return Written{}, false
	}
	return Written{history: history, lsn: place}, true
}

// And is by which place both had been written, none where the one is of another history
// than the other.
func (w Written) And(other Written) Written {
	switch {
	case w.history != other.history:
		return Written{}
	case other.lsn > w.lsn:
		return other
	}
	return w
}
