package store

import (
	"context"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

const newsColumns = `n.ref, n.publisher_code, n.entry_code, n.title, n.summary, n.published_at, n.url, n.tags`

const newsPagesSQL = `-- store.NewsPages
SELECT w.list, ` + newsColumns + `
FROM unnest($1::text[], $5::int[], $6::date[], $7::date[]) AS w (publisher, list, first_day, last_day)
CROSS JOIN LATERAL (
    SELECT * FROM news AS n
    WHERE n.publisher_code = w.publisher AND n.listed_on BETWEEN w.first_day AND w.last_day
      AND ($2::date IS NULL OR n.listed_on < $2 OR n.ref > $3)
    ORDER BY n.listed_on DESC, n.ref LIMIT $4) AS n
ORDER BY w.list, n.listed_on DESC, n.ref`

// NewsPages reads a page of each list, in one statement: newest first.
func (r Reads) NewsPages(ctx context.Context, lists []List, page Page) ([][]disclosure.News, error) {
	pages := make([][]disclosure.News, len(lists))
	publishers, others := arraysOf(lists)
	err := r.eachPrepared(ctx, "reading news", newsPagesSQL, func(scan func(...any) error) error {
		var list int
		n, err := scanNews(scan, &list)
		pages[list] = append(pages[list], n)
		return err
	}, append(append([]any{publishers}, pageArguments(page)...), others...)...)
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
	result, err := w.tx.ExecContext(
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
