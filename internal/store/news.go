package store

import (
	"context"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

const newsColumns = `n.ref, n.publisher_code, n.entry_code, n.title, n.summary, n.published_at, n.url, n.tags`

// NewsFilter narrows a list of news; zero parts let all through.
type NewsFilter struct {
	Entries []string
	Title   string // part of the title
}

// Narrows tells whether the filter leaves anything out.
func (f *NewsFilter) Narrows() bool { return len(f.Entries) > 0 || f.Title != "" }

const newsWanted = `($2::text[] IS NULL OR n.entry_code = ANY ($2)) AND ($3 = '' OR position($3 IN n.title) > 0)`

const newsOfLists = `
SELECT w.list, ` + newsColumns + `
FROM unnest($1::text[], $7::int[], $8::date[], $9::date[]) AS w (publisher, list, first_day, last_day)
CROSS JOIN LATERAL (
    SELECT * FROM news AS n
    WHERE n.publisher_code = w.publisher AND n.listed_on BETWEEN w.first_day AND w.last_day AND ` + newsWanted

const newsPagesSQL = `-- store.NewsPages` + newsOfLists + `
      AND ($4::date IS NULL OR n.listed_on < $4 OR n.ref > $5)
    ORDER BY n.listed_on DESC, n.ref LIMIT $6) AS n
ORDER BY w.list, n.listed_on DESC, n.ref`

const oldestNewsSQL = `-- store.NewsPages, oldest first` + newsOfLists + `
      AND ($4::date IS NULL OR n.listed_on > $4 OR n.ref < $5)
    ORDER BY n.listed_on, n.ref DESC LIMIT $6) AS n
ORDER BY w.list, n.listed_on, n.ref DESC`

const newsCountsSQL = `-- store.NewsCounts
SELECT w.list, count(*)
FROM unnest($1::text[], $4::int[], $5::date[], $6::date[]) AS w (publisher, list, first_day, last_day)
JOIN news AS n ON n.publisher_code = w.publisher AND n.listed_on BETWEEN w.first_day AND w.last_day
WHERE ` + newsWanted + ` GROUP BY w.list`

// NewsCounts counts the rows of each list.
func (r Reads) NewsCounts(ctx context.Context, lists []List, filter NewsFilter) ([]int, error) {
	publishers, others := arraysOf(lists)
	arguments := append([]any{publishers, textsOrNull(filter.Entries), filter.Title}, others...)
	return r.countLists(ctx, "counting news", newsCountsSQL, len(lists), arguments...)
}

// NewsPages reads a page of each list, in one statement.
func (r Reads) NewsPages(ctx context.Context, lists []List, filter NewsFilter, page Page) ([][]disclosure.News, error) {
	pages := make([][]disclosure.News, len(lists))
	publishers, others := arraysOf(lists)
	err := r.eachPrepared(ctx, "reading news", page.by(newsPagesSQL, oldestNewsSQL), func(scan func(...any) error) error {
		var list int
		n, err := scanNews(scan, &list)
		pages[list] = append(pages[list], n)
		return err
	}, append(append([]any{publishers, textsOrNull(filter.Entries), filter.Title}, pageArguments(page)...), others...)...)
	for i := range pages {
		pages[i] = pages[i][:min(len(pages[i]), page.First)]
	}
	return pages, err
}

const newsByRefSQL = `-- store.NewsByRef
SELECT 0, ` + newsColumns + ` FROM news AS n WHERE n.ref = ANY ($1)`

// NewsByRef reads items by their refs; unknown ones are left out.
func (r Reads) NewsByRef(ctx context.Context, refs []string) (map[string]disclosure.News, error) {
	found := map[string]disclosure.News{}
	err := r.each(ctx, "reading news", newsByRefSQL, func(scan func(...any) error) error {
		var list int
		n, err := scanNews(scan, &list)
		found[n.Ref] = n
		return err
	}, pq.Array(refs))
	return found, err
}

func scanNews(scan func(...any) error, list *int) (n disclosure.News, err error) {
	err = scan(list, &n.Ref, &n.PublisherCode, &n.EntryCode, &n.Title, &n.Summary, &n.PublishedAt, &n.URL, (*pq.StringArray)(&n.Tags))
	return n, err
}

const addNewsSQL = `-- store.AddNews
INSERT INTO news (ref, publisher_code, entry_code, title, summary, published_at, url, tags)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ref) DO NOTHING`

// AddNews adds an item; added is false where its ref is known.
func (w *Writing) AddNews(ctx context.Context, n *disclosure.News) (added bool, err error) {
	result, err := w.writeAsAccount(
		ctx,
		addNewsSQL,
		n.Ref,
		n.PublisherCode,
		n.EntryCode,
		n.Title,
		n.Summary,
		n.PublishedAt,
		n.URL,
		pq.Array(n.Tags),
	)
	return wroteRow(result, wrap("adding the news", err))
}
