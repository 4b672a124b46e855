package store

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

// DisclosureFilter narrows a list of disclosures; zero parts let all through.
type DisclosureFilter struct {
	// PublicBy shows only what is public on that day; None shows all.
	PublicBy   calendar.Day
	Entries    []string
	Attributes []disclosure.Attribute
	Period     string
	From, To   calendar.Day // of the day listed
	Title      string       // part of the title
}

// Listed is a position in a list that is newest first, then by ref.
type Listed struct {
	On  calendar.Day
	Ref string
}

// Page asks for the first rows after a position; nil begins the list.
type Page struct {
	First int
	After *Listed
}

const disclosureColumns = `d.ref, d.publisher_code, d.entry_code, d.title, d.document_number, d.index_number, d.attribute,
       coalesce(d.formed_on - date '1970-01-01', 0), coalesce(d.issued_on - date '1970-01-01', 0),
       coalesce(d.published_on - date '1970-01-01', 0), coalesce(d.withdrawn_on - date '1970-01-01', 0),
       d.period, d.nil, d.requires_interpretation, coalesce(d.interprets_ref, ''), d.channel, d.url`

// disclosureWanted is the filter: $2 is the day by which they are public.
const disclosureWanted = `($2::date IS NULL OR d.attribute = 0 AND d.published_on <= $2)
      AND ($3::text[] IS NULL OR d.entry_code = ANY ($3)) AND ($4::int[] IS NULL OR d.attribute = ANY ($4))
      AND ($5 = '' OR d.period = $5) AND ($6::date IS NULL OR d.listed_on >= $6) AND ($7::date IS NULL OR d.listed_on <= $7)
      AND ($8 = '' OR position($8 IN d.title) > 0)`

const disclosurePagesSQL = `-- store.DisclosurePages
SELECT w.list, ` + disclosureColumns + `
FROM unnest($1::text[], $12::int[]) AS w (publisher, list)
CROSS JOIN LATERAL (
    SELECT * FROM disclosure AS d
    WHERE d.publisher_code = w.publisher AND ` + disclosureWanted + `
      AND d.listed_on <= coalesce($9::date, 'infinity') AND ($9::date IS NULL OR d.listed_on < $9 OR d.ref > $10)
    ORDER BY d.listed_on DESC, d.ref LIMIT $11) AS d
ORDER BY w.list, d.listed_on DESC, d.ref`

const disclosureNewestSQL = `-- store.DisclosureNewest
SELECT 0, ` + disclosureColumns + ` FROM disclosure AS d
WHERE ($1::text[] IS NULL OR d.publisher_code = ANY ($1)) AND ` + disclosureWanted + `
  AND d.listed_on <= coalesce($9::date, 'infinity') AND ($9::date IS NULL OR d.listed_on < $9 OR d.ref > $10)
ORDER BY d.listed_on DESC, d.ref LIMIT $11`

const disclosureCountsSQL = `-- store.DisclosureCounts
SELECT w.list, count(*) FROM unnest($1::text[], $9::int[]) AS w (publisher, list)
JOIN disclosure AS d ON d.publisher_code = w.publisher
WHERE ` + disclosureWanted + ` GROUP BY w.list`

const disclosureCountSQL = `-- store.DisclosureCounts: everywhere
SELECT 0, count(*) FROM disclosure AS d WHERE $1::text[] IS NULL AND ` + disclosureWanted

// List is one list asked for: the publishers whose rows it holds, nil for all.
type List struct {
	Publishers []string
	Everywhere bool
}

// manyPublishers is how many publishers a list may have to be read publisher by
// publisher; one with more walks all documents from the newest on.
const manyPublishers = 2000

// flat gives each publisher with the number of its list.
func flat(lists []List) (publishers []string, numbers []int) {
	for number, list := range lists {
		for _, publisher := range list.Publishers {
			publishers = append(publishers, publisher)
			numbers = append(numbers, number)
		}
	}
	return publishers, numbers
}

func (f *DisclosureFilter) arguments(publishers any) []any {
	var attributes any
	if len(f.Attributes) > 0 {
		numbers := make([]int64, len(f.Attributes))
		for i, attribute := range f.Attributes {
			numbers[i] = int64(attribute)
		}
		attributes = pq.Array(numbers)
	}
	return []any{publishers, day(f.PublicBy), textsOrNull(f.Entries), attributes, f.Period, day(f.From), day(f.To), f.Title}
}

func textsOrNull(texts []string) any {
	if len(texts) == 0 {
		return nil
	}
	return pq.Array(texts)
}

// listDay writes the day of a list's position; documents without a day are
// listed last, on the first day there is.
func (l *Listed) listDay() string {
	if l.On == calendar.None {
		return "1970-01-01"
	}
	return l.On.String()
}

// DisclosurePages reads a page of each list, in one statement: newest first.
func (s *Store) DisclosurePages(ctx context.Context, lists []List, filter DisclosureFilter, page Page) ([][]disclosure.Disclosure, error) {
	pages := make([][]disclosure.Disclosure, len(lists))
	err := s.lists(lists, func(query int, publishers any, numbers []int, target int) error {
		arguments := append(filter.arguments(publishers), pageArguments(page)...)
		statement := disclosureNewestSQL
		if query == byPublisher {
			statement = disclosurePagesSQL
			arguments = append(arguments, pq.Array(numbers))
		}
		return s.eachPrepared(ctx, "reading disclosures", statement, func(scan func(...any) error) error {
			var list int
			d, err := scanDisclosure(scan, &list)
			pages[target+list] = append(pages[target+list], d)
			return err
		}, arguments...)
	})
	for i := range pages {
		// A list of several publishers has a page of each.
		pages[i] = pages[i][:min(len(pages[i]), page.First)]
	}
	return pages, err
}

func pageArguments(page Page) []any {
	if page.After == nil {
		return []any{nil, "", page.First}
	}
	return []any{page.After.listDay(), page.After.Ref, page.First}
}

// The two ways to read a list.
const (
	byPublisher = iota
	fromNewest
)

// lists calls read once for all lists that are read publisher by publisher, and
// once for each of the others, of which a request has few.
func (s *Store) lists(lists []List, read func(query int, publishers any, numbers []int, target int) error) error {
	var small []List
	for number, list := range lists {
		switch {
		case list.Everywhere:
			small = append(small, List{})
			if err := read(fromNewest, nil, nil, number); err != nil {
				return err
			}
		case len(list.Publishers) > manyPublishers:
			small = append(small, List{})
			if err := read(fromNewest, pq.Array(list.Publishers), nil, number); err != nil {
				return err
			}
		default:
			small = append(small, list)
		}
	}
	publishers, numbers := flat(small)
	if len(publishers) == 0 {
		return nil
	}
	return read(byPublisher, pq.Array(publishers), numbers, 0)
}

// DisclosureCounts counts the rows of each list.
func (s *Store) DisclosureCounts(ctx context.Context, lists []List, filter DisclosureFilter) ([]int, error) {
	counts := make([]int, len(lists))
	var some []List
	for number, list := range lists {
		if !list.Everywhere {
			some = append(some, list)
			continue
		}
		some = append(some, List{})
		if err := s.count(ctx, disclosureCountSQL, counts[number:], filter.arguments(nil)...); err != nil {
			return nil, err
		}
	}
	publishers, numbers := flat(some)
	if len(publishers) == 0 {
		return counts, nil
	}
	return counts, s.count(ctx, disclosureCountsSQL, counts, append(filter.arguments(pq.Array(publishers)), pq.Array(numbers))...)
}

func (s *Store) count(ctx context.Context, query string, counts []int, arguments ...any) error {
	return s.eachPrepared(ctx, "counting", query, func(scan func(...any) error) error {
		var list, count int
		err := scan(&list, &count)
		counts[list] = count
		return err
	}, arguments...)
}

const disclosuresByRefSQL = `-- store.DisclosuresByRef
SELECT 0, ` + disclosureColumns + ` FROM disclosure AS d WHERE d.ref = ANY ($1)`

// DisclosuresByRef reads documents by their refs; unknown ones are left out.
func (s *Store) DisclosuresByRef(ctx context.Context, refs []string) (map[string]disclosure.Disclosure, error) {
	return disclosuresByRef(ctx, s.db, refs)
}

// DisclosuresByRef reads documents as the writer sees them.
func (w *Writing) DisclosuresByRef(ctx context.Context, refs ...string) (map[string]disclosure.Disclosure, error) {
	return disclosuresByRef(ctx, w.tx, refs)
}

func disclosuresByRef(ctx context.Context, from sqlx.QueryerContext, refs []string) (map[string]disclosure.Disclosure, error) {
	found := map[string]disclosure.Disclosure{}
	err := each(ctx, from, "reading disclosures", disclosuresByRefSQL, func(scan func(...any) error) error {
		var list int
		d, err := scanDisclosure(scan, &list)
		found[d.Ref] = d
		return err
	}, pq.Array(refs))
	return found, err
}

const interpretationsSQL = `-- store.Interpretations
SELECT 0, ` + disclosureColumns + ` FROM disclosure AS d WHERE d.interprets_ref = ANY ($1)
ORDER BY d.recorded_at, d.ref`

// Interpretations reads the documents that interpret others, by the ref
// interpreted, in the order in which they were registered.
func (s *Store) Interpretations(ctx context.Context, refs []string) (map[string][]disclosure.Disclosure, error) {
	found := map[string][]disclosure.Disclosure{}
	err := s.eachPrepared(ctx, "reading interpretations", interpretationsSQL, func(scan func(...any) error) error {
		var list int
		d, err := scanDisclosure(scan, &list)
		found[d.InterpretsRef] = append(found[d.InterpretsRef], d)
		return err
	}, pq.Array(refs))
	return found, err
}

func scanDisclosure(scan func(...any) error, list *int) (d disclosure.Disclosure, err error) {
	err = scan(list, &d.Ref, &d.PublisherCode, &d.EntryCode, &d.Title, &d.DocumentNumber, &d.IndexNumber, &d.Attribute,
		&d.FormedOn, &d.IssuedOn, &d.PublishedOn, &d.WithdrawnOn, &d.Period, &d.Nil, &d.RequiresInterpretation, &d.InterpretsRef, &d.Channel, &d.URL)
	return d, err
}

const addDisclosureSQL = `-- store.AddDisclosure
INSERT INTO disclosure (ref, publisher_code, entry_code, title, document_number, index_number, attribute, formed_on, issued_on, published_on,
                        withdrawn_on, period, nil, requires_interpretation, interprets_ref, channel, url)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (ref) DO NOTHING`

// AddDisclosure registers a document; added is false where its ref is known.
func (w *Writing) AddDisclosure(ctx context.Context, d *disclosure.Disclosure) (added bool, err error) {
	result, err := w.tx.ExecContext(ctx, addDisclosureSQL, d.Ref, d.PublisherCode, d.EntryCode, d.Title, d.DocumentNumber, d.IndexNumber,
		int(d.Attribute), day(d.FormedOn), day(d.IssuedOn), day(d.PublishedOn), day(d.WithdrawnOn), d.Period, d.Nil,
		d.RequiresInterpretation, text(d.InterpretsRef), d.Channel, d.URL)
	return affected(result, wrap("registering the disclosure", err))
}

const publishDisclosureSQL = `-- store.PublishDisclosure
UPDATE disclosure SET published_on = $2, withdrawn_on = $3, channel = $4, url = $5, recorded_by = DEFAULT, recorded_at = DEFAULT WHERE ref = $1`

// PublishDisclosure writes when, where and until when a document is published.
func (w *Writing) PublishDisclosure(ctx context.Context, d *disclosure.Disclosure) error {
	_, err := w.tx.ExecContext(ctx, publishDisclosureSQL, d.Ref, day(d.PublishedOn), day(d.WithdrawnOn), d.Channel, d.URL)
	return wrap("publishing the disclosure", err)
}

const linkedCellsSQL = `-- store.LinkedCells
SELECT publisher_code, entry_code FROM disclosure WHERE ref = $1
UNION SELECT publisher_code, entry_code FROM disclosure WHERE interprets_ref = $2`

// LinkedCells names the cells whose timelines a document touches besides its
// own: that of the document that it interprets, and those that interpret it.
func (w *Writing) LinkedCells(ctx context.Context, ref, interpretsRef string) ([]CellKey, error) {
	var cells []CellKey
	err := each(ctx, w.tx, "finding linked documents", linkedCellsSQL, func(scan func(...any) error) error {
		var cell CellKey
		err := scan(&cell.PublisherCode, &cell.EntryCode)
		cells = append(cells, cell)
		return err
	}, interpretsRef, ref)
	return cells, err
}
