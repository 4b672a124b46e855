package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

// Search asks for a list of a node of so many publishers that they are not each looked
// at (docs/adr/0012-titles.md).
type Search struct {
	Days calendar.Span
	// Holds tells whether a publisher is one of those asked about.
	Holds func(publisher string) bool
	// All tells that nothing of any publisher is hidden from who asks.
	All bool
	// Narrow names the publishers that have the first so many documents of some days, and
	// the days that hold these; nil where the node has most of all documents.
	Narrow func(days calendar.Span, oldestFirst bool, wanted int) List
	within searchBounds // others than are usual
}

// Bounds of what a search looks at before it goes another way. The most that a page
// takes is where both ways meet: a term that a half year has just too often to read all
// that have it is found soon by going through the documents by day.
type searchBounds struct {
	walked     int // documents gone through before the index of titles is asked
	candidates int // of the index of titles, of one question
	walkedMost int // documents gone through where there are more candidates
	counted    int // candidates that are counted one by one
}

var (
	boundsOfMost = searchBounds{walked: 1000, candidates: 3000, walkedMost: 30_000, counted: 20_000}
	boundsOfPart = searchBounds{walked: 1000, candidates: 8000, walkedMost: 5000, counted: 20_000}
)

func (s *Search) bounds() searchBounds {
	switch {
	case s.within != searchBounds{}:
		return s.within
	case s.Narrow == nil:
		return boundsOfMost
	}
	return boundsOfPart
}

const walkedFrom = `
SELECT 0, ` + disclosureColumns + ` FROM (SELECT $1::boolean AS sees) AS w CROSS JOIN (
    SELECT * FROM disclosure AS d WHERE d.listed_on BETWEEN $11 AND $12`

const walkNewestSQL = `-- store.SearchPage: by day` + walkedFrom + `
      AND ($8::date IS NULL OR d.listed_on < $8 OR d.ref > $9)
    ORDER BY d.listed_on DESC, d.ref LIMIT $13) AS d
WHERE ` + disclosureWanted + ` ORDER BY d.listed_on DESC, d.ref LIMIT $10`

const walkOldestSQL = `-- store.SearchPage: by day, oldest first` + walkedFrom + `
      AND ($8::date IS NULL OR d.listed_on > $8 OR d.ref < $9)
    ORDER BY d.listed_on, d.ref DESC LIMIT $13) AS d
WHERE ` + disclosureWanted + ` ORDER BY d.listed_on, d.ref DESC LIMIT $10`

// The index of titles is for the role that reads all: beneath a policy its condition,
// which is not leakproof, would be asked of every row. So it gives refs alone, which are
// read as who asks. The day is no condition for an index: the keys hold the half year.
const titledSQL = `-- store.SearchPage: by title
SELECT d.ref, d.publisher_code, d.listed_on - date '1970-01-01'
FROM (SELECT $1::boolean AS sees) AS w CROSS JOIN disclosure AS d
WHERE title_keys(d.title, d.listed_on, d.public_on IS NOT NULL) @@ $8::tsquery AND d.listed_on + 0 BETWEEN $9 AND $10
      AND ` + disclosureWanted + ` LIMIT $11`

const foundByRef = `FROM unnest($1::text[], $8::boolean[]) AS w (ref, sees) JOIN disclosure AS d ON d.ref = w.ref
WHERE ` + disclosureWanted

const foundDocumentsSQL = `-- store.SearchPage: those found
SELECT 0, ` + disclosureColumns + ` ` + foundByRef

const foundCountSQL = `-- store.SearchCount: those found
SELECT 0, count(*) ` + foundByRef

const listedDaysSQL = `-- store.SearchPage: from when to when
SELECT coalesce(min(listed_on) - date '1970-01-01', 0), coalesce(max(listed_on) - date '1970-01-01', 0) FROM disclosure`

// SearchPage reads a page of a list. It gives up, not found, where that would take
// longer than to look at each publisher.
func (r Reads) SearchPage(
	ctx context.Context, s Search, filter DisclosureFilter, page Page,
) (documents []disclosure.Disclosure, found bool, err error) {
	bounds := s.bounds()
	s.Days = page.Onwards(s.Days)
	documents, found, err = r.walk(ctx, &s, s.Days, filter, page, bounds.walked)
	if found || err != nil || filter.Title == "" {
		return documents, found, err
	}
	days, err := r.listedDays(ctx, s.Days)
	if err != nil {
		return nil, false, err
	}
	halves := halvesOf(days, page.OldestFirst)
	documents = nil
	// Most pages begin in the first half year; what is rare is looked for in all.
	for many := 1; len(halves) > 0 && len(documents) < page.First; {
		many = min(many, len(halves))
		part := calendar.Span{From: min(halves[0].From, halves[many-1].From), To: max(halves[0].To, halves[many-1].To)}
		candidates, all, err := r.titled(ctx, &s, part, filter, bounds.candidates)
		switch {
		case err != nil:
			return nil, false, err
		case !all && many > 1:
			many = max(many/4, 1)
			continue
		case all:
			candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return !page.reaches(c.Position) })
			slices.SortFunc(candidates, func(a, b candidate) int { return page.compare(a.Position, b.Position) })
			err = r.readFound(ctx, candidates, filter, page, &documents)
		default:
			var among []disclosure.Disclosure
			among, found, err = r.walk(ctx, &s, part, filter, page, bounds.walkedMost)
			if err == nil && !found {
				return nil, false, nil
			}
			documents = append(documents, among...)
		}
		if err != nil {
			return nil, false, err
		}
		halves = halves[many:]
		many *= 8
	}
	return documents[:min(len(documents), page.First)], true, nil
}

// SearchCount counts a list. It gives up where too many documents have the title.
func (r Reads) SearchCount(ctx context.Context, s Search, filter DisclosureFilter) (count int, found bool, err error) {
	if filter.Title == "" {
		return 0, false, nil
	}
	days, err := r.listedDays(ctx, s.Days)
	if err != nil {
		return 0, false, err
	}
	candidates, all, err := r.titled(ctx, &s, days, filter, s.bounds().counted)
	if err != nil || !all || len(candidates) == 0 {
		return 0, all, err
	}
	counts, err := r.seen().countLists(ctx, "counting disclosures", foundCountSQL, 1, foundArguments(candidates, filter)...)
	return counts[0], true, err
}

// walk reads a page by going through the documents by day. It is not found where the
// first so many have less than a page.
func (r Reads) walk(
	ctx context.Context, s *Search, days calendar.Span, filter DisclosureFilter, page Page, most int,
) (documents []disclosure.Disclosure, found bool, err error) {
	if s.Narrow != nil {
		list := s.Narrow(days, page.OldestFirst, most)
		pages, err := r.DisclosurePages(ctx, []List{list}, filter, page)
		return pages[0], len(pages[0]) >= page.First || list.Days == days, err
	}
	wide := page
	wide.First *= 4 // some may be of others
	arguments := append(filter.arguments(s.All), pageArguments(wide)...)
	arguments = append(arguments, listedDay(days.From), listedDay(days.To), max(most, wide.First))
	err = r.seen().eachPrepared(
		ctx,
		"reading disclosures by day",
		page.by(walkNewestSQL, walkOldestSQL),
		func(scan func(...any) error) error {
			var list int
			d, err := scanDisclosure(scan, &list)
			if s.Holds(d.PublisherCode) {
				documents = append(documents, d)
			}
			return err
		},
		arguments...)
	return documents[:min(len(documents), page.First)], len(documents) >= page.First, err
}

// Onwards are the days that a page may have.
func (p *Page) Onwards(days calendar.Span) calendar.Span {
	switch {
	case p.After != nil && p.OldestFirst:
		days.From = max(days.From, p.After.On)
	case p.After != nil:
		days.To = min(days.To, p.After.On)
	}
	return days
}

// compare tells which comes first in the list.
func (p *Page) compare(a, b Position) int {
	if p.OldestFirst {
		a, b = b, a
	}
	return cmp.Or(cmp.Compare(b.On, a.On), strings.Compare(a.Ref, b.Ref))
}

// reaches tells whether a position lies after that at which the page begins.
func (p *Page) reaches(position Position) bool {
	return p.After == nil || p.compare(*p.After, position) < 0
}

// candidate is a document that has the title and that the filter lets through.
type candidate struct {
	Position
	sees bool // all of its publisher is shown
}

// titled asks the index of titles for documents of some days; not all where there are
// more than so many.
func (r Reads) titled(
	ctx context.Context, s *Search, days calendar.Span, filter DisclosureFilter, most int,
) (candidates []candidate, all bool, err error) {
	arguments := append(filter.arguments(s.All), titleQuery(filter.Title, days, s.All), listedDay(days.From), listedDay(days.To), most+1)
	read := 0
	err = r.each(ctx, "searching titles", titledSQL, func(scan func(...any) error) error {
		var c candidate
		var publisher string
		err := scan(&c.Ref, &publisher, &c.On)
		read++
		if s.Holds(publisher) {
			c.sees = filter.Sees(publisher)
			candidates = append(candidates, c)
		}
		return err
	}, arguments...)
	return candidates, read <= most, err
}

func foundArguments(candidates []candidate, filter DisclosureFilter) []any {
	refs, sees := make([]string, len(candidates)), make([]bool, len(candidates))
	for i, c := range candidates {
		refs[i], sees[i] = c.Ref, c.sees
	}
	return append(filter.arguments(pq.Array(refs)), pq.Array(sees))
}

// readFound reads candidates, which are in order, as who asks, until there is a page:
// where the walls differ, and where one was changed meanwhile, more than these are read.
func (r Reads) readFound(
	ctx context.Context, candidates []candidate, filter DisclosureFilter, page Page, documents *[]disclosure.Disclosure,
) error {
	for len(candidates) > 0 && len(*documents) < page.First {
		some := candidates[:min(len(candidates), page.First)]
		candidates = candidates[len(some):]
		var read []disclosure.Disclosure
		err := r.seen().eachPrepared(ctx, "reading disclosures found", foundDocumentsSQL, func(scan func(...any) error) error {
			var list int
			d, err := scanDisclosure(scan, &list)
			read = append(read, d)
			return err
		}, foundArguments(some, filter)...)
		if err != nil {
			return err
		}
		slices.SortFunc(read, func(a, b disclosure.Disclosure) int {
			return page.compare(Position{a.ListedOn(), a.Ref}, Position{b.ListedOn(), b.Ref})
		})
		*documents = append(*documents, read...)
	}
	return nil
}

// listedDays narrows days to those on which documents are listed.
func (r Reads) listedDays(ctx context.Context, days calendar.Span) (calendar.Span, error) {
	err := r.eachPrepared(ctx, "looking when documents are listed", listedDaysSQL, func(scan func(...any) error) error {
		var first, last calendar.Day
		err := scan(&first, &last)
		days.From, days.To = max(days.From, first), min(days.To, last)
		return err
	})
	return days, err
}

// halfYear is the length of the spans that keys of titles tell (title_keys).
const halfYear = 183

// halvesOf numbers the spans that have some days, in the order of a list.
func halvesOf(days calendar.Span, oldestFirst bool) (halves []calendar.Span) {
	for from := days.From; from <= days.To; {
		to := min(from/halfYear*halfYear+halfYear-1, days.To)
		halves = append(halves, calendar.Span{From: from, To: to})
		from = to + 1
	}
	if !oldestFirst {
		slices.Reverse(halves)
	}
	return halves
}

// mostPairs is how many of a long term's characters are looked up: all that is found is
// compared with the whole term.
const mostPairs = 6

// titleQuery asks for the keys of a term in each half year of some days: of those that
// have a day of publication, and of the others where these are wanted too.
func titleQuery(term string, days calendar.Span, others bool) string {
	characters := []rune(term)
	pairs, after := []string{term}, ":*" // one character begins a key wherever it stands
	if len(characters) > 1 {
		pairs, after = nil, ""
		many := min(len(characters)-1, mostPairs)
		for n := range many {
			at := n * (len(characters) - 1) / many
			pairs = append(pairs, string(characters[at:at+2]))
		}
	}
	kinds := []string{"+"}
	if others {
		kinds = append(kinds, "-")
	}
	quoted := strings.NewReplacer(`'`, `''`, `\`, `\\`)
	var query strings.Builder
	for n, pair := range pairs {
		if n > 0 {
			query.WriteString(" & ")
		}
		between := "("
		for half := days.From / halfYear; half <= days.To/halfYear; half++ {
			for _, kind := range kinds {
				query.WriteString(between + "'" + kind + strconv.Itoa(int(half)) + ":" + quoted.Replace(pair) + "'" + after)
				between = " | "
			}
		}
		query.WriteString(")")
	}
	return query.String()
}
