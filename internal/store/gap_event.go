package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// GapEvents are the gaps of one publisher that a write opened or closed.
type GapEvents struct {
	ID            int64
	At            time.Time
	PublisherCode string
	// Above are the codes of the publisher and the nodes above it, as they were.
	Above []string
	Cells []GapChange // by entry
}

// GapChange is a cell that came to be a gap, or to be none.
type GapChange struct {
	EntryCode     string
	Before, After timeline.Status // NotInForce where the cell was not, or is not
}

// cell is how a change is stored.
type cell [3]any

// codesEnd stands between codes, which have no characters that cannot be printed.
const codesEnd = "\n"

const addGapEventsSQL = `-- store.AddGapEvents
INSERT INTO gap_event (publisher_code, above, cells)
SELECT publisher, string_to_array(above, E'\n'), cells
FROM unnest($1::text[], $2::text[], $3::text[]) AS e (publisher, above, cells)`

// AddGapEvents adds what the transaction does to gaps, of publishers that are locked.
func (w *Writing) AddGapEvents(ctx context.Context, events []GapEvents) error {
	publishers, above, cells := make([]string, len(events)), make([]string, len(events)), make([]string, len(events))
	for i := range events {
		stored := make([]cell, len(events[i].Cells))
		for j, c := range events[i].Cells {
			stored[j] = cell{c.EntryCode, int(c.Before), int(c.After)}
		}
		text, err := json.Marshal(stored)
		if err != nil {
			return fmt.Errorf("noting gaps opened and closed: %w", err)
		}
		publishers[i], above[i], cells[i] = events[i].PublisherCode, strings.Join(events[i].Above, codesEnd), string(text)
	}
	_, err := w.tx.ExecContext(ctx, addGapEventsSQL, pq.Array(publishers), pq.Array(above), pq.Array(cells))
	return wrap("noting gaps opened and closed", err)
}

// Seen are the transactions that were over at an instant: all before Next but the Open
// ones. Next follows one that wrote events: ids from there on may be given out again
// after a crash, as nothing of them need have come to the disk.
type Seen struct {
	Next uint64
	Open []uint64 // in order
}

// Equal tells whether two are the same.
func (s Seen) Equal(other Seen) bool { return s.Next == other.Next && slices.Equal(s.Open, other.Open) }

func (s Seen) arguments() (next string, open any) {
	texts := make([]string, len(s.Open))
	for i, id := range s.Open {
		texts[i] = strconv.FormatUint(id, 10)
	}
	return strconv.FormatUint(s.Next, 10), pq.Array(texts)
}

// between holds for events that were seen later, up to a later state.
const between = `((e.written >= $1::xid8 AND e.written < $3::xid8) OR e.written = ANY ($2::xid8[])) AND e.written <> ALL ($4::xid8[])`

// The transactions are few beside all that is kept: they are found first, whatever the
// order asked for.
const gapEventsSQL = `-- store.GapEvents
WITH later AS MATERIALIZED (SELECT e.* FROM gap_event AS e WHERE ` + between + `)
SELECT id, at, publisher_code, above, cells
FROM later WHERE id > $5 AND ($6 = '' OR $6 = ANY (above)) ORDER BY id LIMIT $7`

// GapEvents reads the events that became visible between two states, of a node and all
// below it or, without a code, of all; those after an id, at most so many, in order.
func (r Reads) GapEvents(ctx context.Context, from, to Seen, code string, after int64, most int) (events []GapEvents, err error) {
	next, open := from.arguments()
	end, still := to.arguments()
	err = r.each(ctx, "reading gaps opened and closed", gapEventsSQL, func(scan func(...any) error) error {
		var e GapEvents
		var cells []byte
		if err := scan(&e.ID, &e.At, &e.PublisherCode, pq.Array(&e.Above), &cells); err != nil {
			return err
		}
		err := e.read(cells)
		events = append(events, e)
		return err
	}, next, open, end, still, after, code, most)
	return events, err
}

func (e *GapEvents) read(cells []byte) error {
	var stored [][3]json.RawMessage
	if err := json.Unmarshal(cells, &stored); err != nil {
		return fmt.Errorf("reading the gaps of %s: %w", e.PublisherCode, err)
	}
	e.Cells = make([]GapChange, len(stored))
	for i, part := range stored {
		for j, into := range []any{&e.Cells[i].EntryCode, &e.Cells[i].Before, &e.Cells[i].After} {
			if err := json.Unmarshal(part[j], into); err != nil {
				return fmt.Errorf("reading the gaps of %s: %w", e.PublisherCode, err)
			}
		}
	}
	return nil
}

const lastGapEventSQL = `-- store.LastGapEvent
SELECT greatest(
    (SELECT max(e.written) FROM gap_event AS e WHERE e.written < $1::xid8),
    (SELECT written FROM gap_event_gone WHERE written < $1::xid8), '0')::text`

// lastGapEvent is the latest transaction before one that wrote events, kept or taken out.
func (r Reads) lastGapEvent(ctx context.Context, before uint64) (last uint64, err error) {
	err = r.each(ctx, "looking for gaps opened and closed", lastGapEventSQL, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		last, err = strconv.ParseUint(text, 10, 64)
		return err
	}, strconv.FormatUint(before, 10))
	return last, err
}

// Followed is a state that the follower caught up to.
type Followed struct {
	Index *coverage.Index
	// History names what ids of transactions depend on: of another, Seen says nothing.
	History string
	seen    pgSnapshot
}

// Followed is Index, with what it takes to tell which events it holds.
func (f *Follower) Followed(ctx context.Context) (*Followed, error) {
	if _, _, err := f.Newest(ctx); err != nil {
		return nil, err
	}
	now := f.now.Load()
	return &Followed{now.index, now.history, now.seen}, nil
}

// Seen are the transactions that the state holds.
func (r Reads) Seen(ctx context.Context, of *Followed) (Seen, error) {
	last, err := r.lastGapEvent(ctx, of.seen.xmax)
	seen := Seen{Next: last + 1}
	if err != nil {
		return seen, err
	}
	for _, text := range of.seen.xip {
		id, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return seen, fmt.Errorf("reading a transaction's id: %w", err)
		}
		if id < seen.Next {
			seen.Open = append(seen.Open, id)
		}
	}
	slices.Sort(seen.Open)
	return seen, nil
}

const gapEventsGoneSQL = `-- store.GapEventsGone
SELECT written::text FROM gap_event_gone`

// GapEventsGone tells whether events were taken out that had not been seen, or may have
// been: those that were open then need not be of this database.
func (r Reads) GapEventsGone(ctx context.Context, seen Seen) (gone bool, err error) {
	err = r.each(ctx, "looking for gaps opened and closed", gapEventsGoneSQL, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		last, err := strconv.ParseUint(text, 10, 64)
		gone = last >= seen.Next || len(seen.Open) > 0 && last >= seen.Open[0]
		return err
	})
	return gone, err
}

const gapEventsKeptSQL = `-- store.ForgetGapEvents: kept
SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM gap_event`

const forgetGapEventsSQL = `-- store.ForgetGapEvents
WITH gone AS (DELETE FROM gap_event WHERE id < $1 AND (at < $2 OR id <= $3) RETURNING written),
noted AS (
    UPDATE gap_event_gone SET written = greatest(written, (SELECT max(gone.written) FROM gone)) WHERE EXISTS (SELECT FROM gone))
SELECT count(*) FROM gone`

// forgottenAtOnce are the ids among which events are taken out by one statement.
const forgottenAtOnce = 5000

// ForgetGapEvents takes out some of the events before an instant, and of those that are
// more than so many; it tells whether there may be others.
func (s *Store) ForgetGapEvents(ctx context.Context, before time.Time, most int64) (more bool, err error) {
	const doing = "forgetting gaps opened and closed"
	var first, last, gone int64
	if err := s.db.QueryRowContext(ctx, gapEventsKeptSQL).Scan(&first, &last); err != nil {
		return false, wrap(doing, err)
	}
	err = s.db.QueryRowContext(ctx, forgetGapEventsSQL, first+forgottenAtOnce, before, last-most).Scan(&gone)
	return gone > 0, wrap(doing, err)
}
