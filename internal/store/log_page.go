package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

// ReadEntry is an entry as people read it, with whose fact it is about.
type ReadEntry struct {
	LogEntry
	Publisher, FormerPublisher string
}

// LogSpan is what of the log a question is about: it is answered from one state.
type LogSpan struct {
	First, Last int64 // sequences, both in it
	Newest      *NewestCheckpoint
}

// NewestCheckpoint is the newest that is kept.
type NewestCheckpoint struct {
	Note string
	At   time.Time // of its last entry; zero where it has none
}

const logSpanSQL = `-- store.LogSpan
SELECT CASE WHEN $1::timestamptz IS NULL THEN 1
            ELSE coalesce((SELECT e.sequence FROM log_entry AS e WHERE e.at >= $1 ORDER BY e.at, e.sequence LIMIT 1), h.size + 1) END,
       CASE WHEN $2::timestamptz IS NULL THEN h.size
            ELSE coalesce((SELECT e.sequence FROM log_entry AS e WHERE e.at <= $2 ORDER BY e.at DESC, e.sequence DESC LIMIT 1), 0) END,
       coalesce(c.note, ''), (SELECT e.at FROM log_entry AS e WHERE e.sequence = c.size)
FROM log_head AS h LEFT JOIN LATERAL (SELECT size, note FROM log_checkpoint ORDER BY day DESC LIMIT 1) AS c ON true`

// LogSpan finds the entries between two instants, both in it; nil is open.
func (r Reads) LogSpan(ctx context.Context, from, to *time.Time) (span LogSpan, err error) {
	err = r.each(ctx, "reading how far the log goes", logSpanSQL, func(scan func(...any) error) error {
		var newest NewestCheckpoint
		var at *time.Time
		if err := scan(&span.First, &span.Last, &newest.Note, &at); err != nil || newest.Note == "" {
			return err
		}
		if at != nil {
			newest.At = *at
		}
		span.Newest = &newest
		return nil
	}, from, to)
	return span, err
}

// LogReader is what a reader may read of the log: the whole, else the entries of the
// account's acts and those about facts of the publishers in reach.
type LogReader struct {
	Whole   bool
	Account string
	Reach   []string // codes, each once
	// Most: they are most of all publishers, so that the log is walked and not looked up
	// publisher by publisher.
	Most bool
}

// LogFilter narrows the log; nil lets all through, an empty list nothing.
type LogFilter struct{ Facts, Accounts, Publishers []string }

// LogPage is which rows are read.
type LogPage struct {
	Rows        int
	OldestFirst bool
}

// LogQuestion is what is asked of the log.
type LogQuestion struct {
	LogReader
	LogFilter
	First, Last int64 // sequences, both in it
}

// strands are the indexes by which a question is answered: entries of publishers,
// of accounts, of facts, or all. No entry is in two of them.
type strands struct {
	publishers, accounts, facts []string
	all                         bool
}

func (q *LogQuestion) strands() (by strands) {
	switch {
	case !q.Whole:
		by.publishers, by.accounts, by.all = q.Reach, []string{q.Account}, q.Most && q.Publishers == nil
		if q.Publishers != nil {
			by.publishers = within(q.Reach, q.Publishers)
		}
		if q.Accounts != nil {
			by.accounts = within(by.accounts, q.Accounts)
		}
	case q.Publishers != nil:
		by.publishers = q.Publishers
	case q.Accounts != nil:
		by.accounts = q.Accounts
	case q.Facts != nil:
		by.facts = q.Facts
	default:
		by.all = true
	}
	return by
}

func within(of, among []string) (kept []string) {
	known := make(map[string]bool, len(among))
	for _, text := range among {
		known[text] = true
	}
	for _, text := range of {
		if known[text] {
			kept = append(kept, text)
		}
	}
	return kept
}

// Of each strand what is wanted; the publishers' own entries need no look at whose
// they are. An entry of an account is left to the publishers' strand where it is there.
const (
	logWanted = ` o.sequence BETWEEN $1 AND $2 AND ($3::text[] IS NULL OR o.fact = ANY ($3))
          AND ($4::text[] IS NULL OR o.account = ANY ($4))`

	logOfPublishers = `
    FROM unnest($6::text[]) AS s (one) CROSS JOIN LATERAL (
        SELECT o.sequence FROM log_entry AS o WHERE o.publisher = s.one AND` + logWanted
	logOfFormerPublishers = `
    FROM unnest($6::text[]) AS s (one) CROSS JOIN LATERAL (
        SELECT o.sequence FROM log_entry AS o
        WHERE o.former_publisher = s.one AND (o.publisher = ANY ($6)) IS NOT TRUE AND` + logWanted
	logOfAccounts = `
    FROM unnest($7::text[]) AS s (one) CROSS JOIN LATERAL (
        SELECT o.sequence FROM log_entry AS o
        WHERE o.account = s.one AND (o.publisher = ANY ($6)) IS NOT TRUE AND (o.former_publisher = ANY ($6)) IS NOT TRUE
          AND ($5::text[] IS NULL OR o.publisher = ANY ($5) OR o.former_publisher = ANY ($5)) AND` + logWanted
	logOfFacts = `
    FROM unnest($8::text[]) AS s (one) CROSS JOIN LATERAL (
        SELECT o.sequence FROM log_entry AS o WHERE o.fact = s.one AND` + logWanted

	// Who does not read the whole reads these of all: $11 is null for who does.
	logOfAll = `
    FROM (SELECT WHERE $9) AS s CROSS JOIN LATERAL (
        SELECT o.sequence FROM log_entry AS o
        WHERE ($11::text[] IS NULL OR o.account = $10 OR o.publisher = ANY ($11) OR o.former_publisher = ANY ($11)) AND` + logWanted

	logEntryColumns = `e.sequence, e.at, e.account, e.way, e.fact, e.key, e.before, e.after,
       coalesce(e.publisher, ''), coalesce(e.former_publisher, '')`
)

const (
	newestOfStrand = ` ORDER BY o.sequence DESC LIMIT $12) AS f`
	oldestOfStrand = ` ORDER BY o.sequence LIMIT $12) AS f`
)

const logPageSQL = `-- store.LogPage
SELECT ` + logEntryColumns + ` FROM (
    SELECT f.sequence` + logOfPublishers + newestOfStrand + `
    UNION ALL SELECT f.sequence` + logOfFormerPublishers + newestOfStrand + `
    UNION ALL SELECT f.sequence` + logOfAccounts + newestOfStrand + `
    UNION ALL SELECT f.sequence` + logOfFacts + newestOfStrand + `
    UNION ALL SELECT f.sequence` + logOfAll + newestOfStrand + `
    ORDER BY sequence DESC LIMIT $12) AS p
CROSS JOIN LATERAL (SELECT * FROM log_entry WHERE sequence = p.sequence OFFSET 0) AS e ORDER BY p.sequence DESC`

const oldestOfLogSQL = `-- store.LogPage, oldest first
SELECT ` + logEntryColumns + ` FROM (
    SELECT f.sequence` + logOfPublishers + oldestOfStrand + `
    UNION ALL SELECT f.sequence` + logOfFormerPublishers + oldestOfStrand + `
    UNION ALL SELECT f.sequence` + logOfAccounts + oldestOfStrand + `
    UNION ALL SELECT f.sequence` + logOfFacts + oldestOfStrand + `
    UNION ALL SELECT f.sequence` + logOfAll + oldestOfStrand + `
    ORDER BY sequence LIMIT $12) AS p
CROSS JOIN LATERAL (SELECT * FROM log_entry WHERE sequence = p.sequence OFFSET 0) AS e ORDER BY p.sequence`

// LogPage reads entries, the newest first unless it is asked otherwise.
func (r Reads) LogPage(ctx context.Context, q LogQuestion, page LogPage) (found []ReadEntry, err error) {
	statement := logPageSQL
	if page.OldestFirst {
		statement = oldestOfLogSQL
	}
	by := q.strands()
	if by.all {
		by.publishers, by.accounts = nil, nil
	}
	var reach any // null of the whole alone
	if !q.Whole {
		reach = pq.Array(append([]string{}, q.Reach...))
	}
	err = r.each(ctx, "reading the log", statement, func(scan func(...any) error) error {
		e, err := scanReadEntry(scan)
		found = append(found, e)
		return err
	}, append(q.arguments(by), by.all, q.Account, reach, page.Rows)...)
	return found, err
}

func scanReadEntry(scan func(...any) error, more ...any) (e ReadEntry, err error) {
	err = scan(
		append(more, &e.Sequence, &e.At, &e.Account, &e.Way, &e.Fact, &e.Key, &e.Before, &e.After, &e.Publisher, &e.FormerPublisher)...)
	return e, err
}

const logCountSQL = `-- store.LogCount
SELECT (SELECT count(*)` + logOfPublishers + `) AS f) + (SELECT count(*)` + logOfFormerPublishers + `) AS f)
     + (SELECT count(*)` + logOfAccounts + `) AS f) + (SELECT count(*)` + logOfFacts + `) AS f)`

// LogCount counts entries. Of the whole log it takes no time, else time by what is
// counted.
func (r Reads) LogCount(ctx context.Context, q LogQuestion) (count int, err error) {
	by := q.strands()
	if q.Whole && by.all {
		return int(max(0, q.Last-q.First+1)), nil
	}
	err = r.each(ctx, "counting the log", logCountSQL, func(scan func(...any) error) error { return scan(&count) }, q.arguments(by)...)
	return count, err
}

// arguments are those of both; a strand without any is empty.
func (q *LogQuestion) arguments(by strands) []any {
	return []any{
		q.First, q.Last, pq.Array(q.Facts), pq.Array(q.Accounts), pq.Array(q.Publishers),
		pq.Array(by.publishers), pq.Array(by.accounts), pq.Array(by.facts),
	}
}

// What is recorded of a document: itself, and the looks taken at it, whose keys begin
// with its ref.
const documentHistoriesSQL = `-- store.DocumentHistories
SELECT d.ref, ` + logEntryColumns + ` FROM unnest($1::text[]) AS d (ref) CROSS JOIN LATERAL (
    SELECT * FROM log_entry WHERE fact = 'disclosures' AND key = d.ref
    UNION ALL SELECT * FROM log_entry WHERE fact = 'secrecy_reviews' AND key = d.ref
    UNION ALL SELECT * FROM log_entry
    WHERE fact = 'reviews' AND key >= left(jsonb_build_array(d.ref)::text, -1) || ', '
      AND key < left(jsonb_build_array(d.ref)::text, -1) || ',!'
    ) AS e ORDER BY d.ref, e.sequence DESC`

// DocumentHistories reads the entries about documents, by their refs, the newest first.
func (r Reads) DocumentHistories(ctx context.Context, refs []string) (map[string][]ReadEntry, error) {
	found := map[string][]ReadEntry{}
	err := r.each(ctx, "reading the history of documents", documentHistoriesSQL, func(scan func(...any) error) error {
		var ref string
		e, err := scanReadEntry(scan, &ref)
		found[ref] = append(found[ref], e)
		return err
	}, pq.Array(refs))
	return found, err
}

// An entry is about a cell of whose row it tells, before or after. Of a fact that passed
// to another publisher, what was before is of the former one. A review tells of its
// document alone.
const cellHistoriesSQL = `-- store.CellHistories
SELECT c.publisher, c.entry, ` + logEntryColumns + `
FROM unnest($1::text[], $2::text[]) AS c (publisher, entry) CROSS JOIN LATERAL (
    SELECT * FROM log_entry AS o WHERE o.publisher = c.publisher AND (
        o.fact IN ('disclosures', 'news', 'assignments') AND (
            o.after::jsonb ->> 'entry_code' = c.entry OR o.former_publisher IS NULL AND o.before::jsonb ->> 'entry_code' = c.entry)
        OR o.fact = 'concerns' AND c.entry = '1.6'
        OR o.fact IN ('reviews', 'secrecy_reviews') AND EXISTS (
            SELECT FROM disclosure AS d WHERE d.ref = coalesce(o.after, o.before)::jsonb ->> 'disclosure_ref' AND d.entry_code = c.entry))
    UNION ALL SELECT * FROM log_entry AS o WHERE o.former_publisher = c.publisher AND (
        o.fact IN ('disclosures', 'news', 'assignments') AND o.before::jsonb ->> 'entry_code' = c.entry
        OR o.fact = 'concerns' AND c.entry = '1.6')
    ) AS e ORDER BY e.sequence DESC`

// CellHistories reads the entries about cells, the newest first.
func (r Reads) CellHistories(ctx context.Context, cells []catalog.CellKey) ([][]ReadEntry, error) {
	numbers := map[catalog.CellKey]int{}
	var publishers, entries []string
	for i, cell := range cells {
		numbers[cell] = i
		publishers, entries = append(publishers, cell.PublisherCode), append(entries, cell.EntryCode)
	}
	found := make([][]ReadEntry, len(cells))
	err := r.each(ctx, "reading the history of cells", cellHistoriesSQL, func(scan func(...any) error) error {
		var cell catalog.CellKey
		e, err := scanReadEntry(scan, &cell.PublisherCode, &cell.EntryCode)
		found[numbers[cell]] = append(found[numbers[cell]], e)
		return err
	}, pq.Array(publishers), pq.Array(entries))
	return found, err
}
