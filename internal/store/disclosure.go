package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

// DisclosureFilter narrows a list of disclosures; zero parts let all through.
type DisclosureFilter struct {
	// PublicBy shows only what is public on that day, but of the publishers that Sees
	// tells of all.
	PublicBy   calendar.Day
	Sees       func(publisher string) bool
	Withheld   []string // refs that are shown to nobody
	Entries    []string
	Attributes []disclosure.Attribute
	Period     string
	Title      string // part of the title
}

// Narrows tells whether the filter leaves out more than what is not public.
func (f *DisclosureFilter) Narrows() bool {
	return len(f.Entries)+len(f.Attributes) > 0 || f.Period != "" || f.Title != ""
}

// Position is where a page of a list begins, which is by day, newest first, then by
// ref.
type Position struct {
	On  calendar.Day
	Ref string
}

// Page asks for the first rows after a position; nil begins the list. Oldest first is
// the list the other way round.
type Page struct {
	First       int
	After       *Position
	OldestFirst bool
}

// by chooses the statement that reads a page the way it goes.
func (p *Page) by(newestFirst, oldestFirst string) string {
	if p.OldestFirst {
		return oldestFirst
	}
	return newestFirst
}

const disclosureColumns = `d.ref, d.publisher_code, d.entry_code, d.title, d.document_number, d.index_number, d.attribute,
       coalesce(d.formed_on - date '1970-01-01', 0), coalesce(d.issued_on - date '1970-01-01', 0),
       coalesce(d.published_on - date '1970-01-01', 0), coalesce(d.withdrawn_on - date '1970-01-01', 0),
       d.period, d.nil, d.requires_interpretation, coalesce(d.interprets_ref, ''), d.channel, d.url,
       coalesce(d.disclose_on - date '1970-01-01', 0)`

// disclosureWanted is the filter: $2 is the day by which they are public, where not
// all of the publisher's are shown.
const disclosureWanted = `(w.sees OR d.public_on <= $2)
      AND ($3::text[] IS NULL OR d.entry_code = ANY ($3)) AND ($4::int[] IS NULL OR d.attribute = ANY ($4))
      AND ($5 = '' OR d.period = $5) AND ($6 = '' OR position($6 IN d.title) > 0) AND d.ref <> ALL ($7)`

const disclosuresOfLists = `
SELECT w.list, ` + disclosureColumns + `
FROM unnest($1::text[], $11::int[], $12::date[], $13::date[], $14::boolean[]) AS w (publisher, list, first_day, last_day, sees)
CROSS JOIN LATERAL (
    SELECT * FROM disclosure AS d
    WHERE d.publisher_code = w.publisher AND d.listed_on BETWEEN w.first_day AND w.last_day AND ` + disclosureWanted

const disclosurePagesSQL = `-- store.DisclosurePages` + disclosuresOfLists + `
      AND ($8::date IS NULL OR d.listed_on < $8 OR d.ref > $9)
    ORDER BY d.listed_on DESC, d.ref LIMIT $10) AS d
ORDER BY w.list, d.listed_on DESC, d.ref`

const oldestDisclosuresSQL = `-- store.DisclosurePages, oldest first` + disclosuresOfLists + `
      AND ($8::date IS NULL OR d.listed_on > $8 OR d.ref < $9)
    ORDER BY d.listed_on, d.ref DESC LIMIT $10) AS d
ORDER BY w.list, d.listed_on, d.ref DESC`

const disclosureCountsSQL = `-- store.DisclosureCounts
SELECT w.list, count(*)
FROM unnest($1::text[], $8::int[], $9::date[], $10::date[], $11::boolean[]) AS w (publisher, list, first_day, last_day, sees)
JOIN disclosure AS d ON d.publisher_code = w.publisher AND d.listed_on BETWEEN w.first_day AND w.last_day
WHERE ` + disclosureWanted + ` GROUP BY w.list`

// List is one list asked for: its publishers and the days listed.
type List struct {
	Publishers []string
	Days       calendar.Span
}

// arraysOf writes lists as the arrays that a statement unnests: a row for each
// publisher of each list.
func arraysOf(lists []List) (publishers any, others []any) {
	var codes, first, last []string
	var numbers []int64
	for number, list := range lists {
		from, to := listedDay(list.Days.From), listedDay(list.Days.To)
		for _, publisher := range list.Publishers {
			codes, numbers = append(codes, publisher), append(numbers, int64(number))
			first, last = append(first, from), append(last, to)
		}
	}
	return pq.Array(codes), []any{pq.Array(numbers), pq.Array(first), pq.Array(last)}
}

// listedDay writes the day of a list; what has no day is listed on the first
// one there is.
func listedDay(on calendar.Day) string {
	if on == calendar.None {
		return "1970-01-01"
	}
	return on.String()
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
	return []any{
		publishers,
		day(f.PublicBy),
		textsOrNull(f.Entries),
		attributes,
		f.Period,
		f.Title,
		pq.Array(append([]string{}, f.Withheld...)),
	}
}

// seen tells for each publisher of each list whether all of its documents are shown.
func (f *DisclosureFilter) seen(lists []List) any {
	var seen []bool
	for _, list := range lists {
		for _, publisher := range list.Publishers {
			seen = append(seen, f.Sees(publisher))
		}
	}
	return pq.Array(seen)
}

func textsOrNull(texts []string) any {
	if len(texts) == 0 {
		return nil
	}
	return pq.Array(texts)
}

func pageArguments(page Page) []any {
	if page.After == nil {
		return []any{nil, "", page.First}
	}
	return []any{listedDay(page.After.On), page.After.Ref, page.First}
}

// DisclosurePages reads a page of each list, in one statement.
func (r Reads) DisclosurePages(ctx context.Context, lists []List, filter DisclosureFilter, page Page) ([][]disclosure.Disclosure, error) {
	pages := make([][]disclosure.Disclosure, len(lists))
	publishers, others := arraysOf(lists)
	arguments := append(append(append(filter.arguments(publishers), pageArguments(page)...), others...), filter.seen(lists))
	err := r.seen().eachPrepared(
		ctx,
		"reading disclosures",
		page.by(disclosurePagesSQL, oldestDisclosuresSQL),
		func(scan func(...any) error) error {
			var list int
			d, err := scanDisclosure(scan, &list)
			pages[list] = append(pages[list], d)
			return err
		},
		arguments...)
	for i := range pages {
		// A list of several publishers has a page of each.
		pages[i] = pages[i][:min(len(pages[i]), page.First)]
	}
	return pages, err
}

// DisclosureCounts counts the rows of each list.
func (r Reads) DisclosureCounts(ctx context.Context, lists []List, filter DisclosureFilter) ([]int, error) {
	publishers, others := arraysOf(lists)
	arguments := append(append(filter.arguments(publishers), others...), filter.seen(lists))
	return r.seen().countLists(ctx, "counting disclosures", disclosureCountsSQL, len(lists), arguments...)
}

const disclosuresByRefSQL = `-- store.DisclosuresByRef
SELECT 0, ` + disclosureColumns + ` FROM disclosure AS d WHERE d.ref = ANY ($1)`

// DisclosuresByRef reads documents by their refs; unknown ones are left out.
func (r Reads) DisclosuresByRef(ctx context.Context, refs []string) (map[string]disclosure.Disclosure, error) {
	found, begun := map[string]disclosure.Disclosure{}, time.Now()
	err := r.seen().eachPrepared(ctx, "reading disclosures", disclosuresByRefSQL, func(scan func(...any) error) error {
		var list int
		d, err := scanDisclosure(scan, &list)
		found[d.Ref] = d
		return err
	}, pq.Array(refs))
	if err == nil && len(found) < len(refs) {
		err = r.missing(ctx, begun)
	}
	return found, err
}

const interpretationsSQL = `-- store.Interpretations
SELECT 0, ` + disclosureColumns + ` FROM disclosure AS d WHERE d.interprets_ref = ANY ($1)
ORDER BY d.recorded_at, d.ref`

// Interpretations reads the documents that interpret others, by the ref
// interpreted, in the order in which they were registered.
func (r Reads) Interpretations(ctx context.Context, refs []string) (map[string][]disclosure.Disclosure, error) {
	found := map[string][]disclosure.Disclosure{}
	err := r.seen().eachPrepared(ctx, "reading interpretations", interpretationsSQL, func(scan func(...any) error) error {
		var list int
		d, err := scanDisclosure(scan, &list)
		found[d.InterpretsRef] = append(found[d.InterpretsRef], d)
		return err
	}, pq.Array(refs))
	return found, err
}

func scanDisclosure(scan func(...any) error, list *int) (d disclosure.Disclosure, err error) {
	err = scan(
		list,
		&d.Ref,
		&d.PublisherCode,
		&d.EntryCode,
		&d.Title,
		&d.DocumentNumber,
		&d.IndexNumber,
		&d.Attribute,
		&d.FormedOn,
		&d.IssuedOn,
		&d.PublishedOn,
		&d.WithdrawnOn,
		&d.Period,
		&d.Nil,
		&d.RequiresInterpretation,
		&d.InterpretsRef,
		&d.Channel,
		&d.URL,
		&d.DiscloseOn,
	)
	return d, err
}

const addDisclosureSQL = `-- store.AddDisclosure
INSERT INTO disclosure (ref, publisher_code, entry_code, title, document_number, index_number, attribute, formed_on, issued_on,
    published_on,
                        withdrawn_on, period, nil, requires_interpretation, interprets_ref, channel, url)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (ref) DO NOTHING`

// AddDisclosure registers a document; added is false where its ref is known.
func (w *Writing) AddDisclosure(ctx context.Context, d *disclosure.Disclosure) (added bool, err error) {
	result, err := w.writeAsAccount(ctx, addDisclosureSQL, d.Ref, d.PublisherCode, d.EntryCode, d.Title, d.DocumentNumber, d.IndexNumber,
		int(d.Attribute), day(d.FormedOn), day(d.IssuedOn), day(d.PublishedOn), day(d.WithdrawnOn), d.Period, d.Nil,
		d.RequiresInterpretation, text(d.InterpretsRef), d.Channel, d.URL)
	return wroteRow(result, wrap("registering the disclosure", err))
}

const changeDisclosureSQL = `-- store.ChangeDisclosure
UPDATE disclosure SET published_on = $2, withdrawn_on = $3, channel = $4, url = $5, issued_on = $6, requires_interpretation = $7,
       recorded_by = DEFAULT, recorded_at = DEFAULT, recorded_in = DEFAULT WHERE ref = $1`

// ChangeDisclosure writes when a document is issued, when, where and until when
// it is published, and whether it wants explaining.
func (w *Writing) ChangeDisclosure(ctx context.Context, d *disclosure.Disclosure) error {
	result, err := w.writeAsAccount(
		ctx,
		changeDisclosureSQL,
		d.Ref,
		day(d.PublishedOn),
		day(d.WithdrawnOn),
		d.Channel,
		d.URL,
		day(d.IssuedOn),
		d.RequiresInterpretation,
	)
	return changed("changing the disclosure", result, err)
}
