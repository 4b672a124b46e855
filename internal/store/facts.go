package store

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// CellKey names one cell.
type CellKey struct{ PublisherCode, EntryCode string }

// factColumns are what timelines follow from; titles and the like are not read.
const factColumns = `ref, publisher_code, entry_code, attribute,
       coalesce(formed_on - date '1970-01-01', 0), coalesce(issued_on - date '1970-01-01', 0),
       coalesce(published_on - date '1970-01-01', 0), coalesce(withdrawn_on - date '1970-01-01', 0),
       period, nil, requires_interpretation, coalesce(interprets_ref, '')`

const disclosureFactsOfPublishersSQL = `-- store.FactsOfPublishers: disclosures
SELECT ` + factColumns + ` FROM disclosure WHERE publisher_code = ANY ($1)`

const disclosureFactsOfCellsSQL = `-- store.FactsOfCells: disclosures
SELECT ` + factColumns + ` FROM unnest($1::text[], $2::text[]) AS wanted (publisher, entry)
JOIN disclosure ON publisher_code = publisher AND entry_code = entry`

const newsFactsOfPublishersSQL = `-- store.FactsOfPublishers: news
SELECT ref, publisher_code, entry_code, published_at FROM news WHERE publisher_code = ANY ($1)`

const newsFactsOfCellsSQL = `-- store.FactsOfCells: news
SELECT ref, publisher_code, entry_code, published_at FROM unnest($1::text[], $2::text[]) AS wanted (publisher, entry)
JOIN news ON publisher_code = publisher AND entry_code = entry`

const assignmentsOfPublishersSQL = `-- store.FactsOfPublishers: assignments
SELECT publisher_code, entry_code, action, from_day - date '1970-01-01', coalesce(to_day - date '1970-01-01', 0), reason
FROM assignment WHERE publisher_code = ANY ($1)
ORDER BY publisher_code, from_day, entry_code`

const interpretedSQL = `-- store.facts: the documents interpreted
SELECT ` + factColumns + ` FROM disclosure WHERE ref = ANY ($1)`

const interpretingSQL = `-- store.facts: the documents that interpret
SELECT ` + factColumns + ` FROM disclosure WHERE interprets_ref = ANY ($1)`

// Facts are the facts of several publishers, by code.
type Facts map[string]*timeline.PublisherFacts

// Of returns the facts of a publisher, which may have none.
func (f Facts) Of(publisherCode string) *timeline.PublisherFacts {
	if f[publisherCode] == nil {
		f[publisherCode] = &timeline.PublisherFacts{}
	}
	return f[publisherCode]
}

// FactsOfPublishers reads all facts of the publishers.
func (w *Writing) FactsOfPublishers(ctx context.Context, publishers []string) (Facts, error) {
	return factsOf(ctx, w.tx, publishers, disclosureFactsOfPublishersSQL, newsFactsOfPublishersSQL, pq.Array(publishers))
}

// FactsOfCells reads the facts of some cells, and all assignments of their
// publishers.
func (w *Writing) FactsOfCells(ctx context.Context, cells []CellKey) (Facts, error) {
	return factsOfCells(ctx, w.tx, cells)
}

// FactsOfCells reads the facts of some cells for an explanation.
func (s *Store) FactsOfCells(ctx context.Context, cells []CellKey) (Facts, error) {
	return factsOfCells(ctx, s.db, cells)
}

func factsOfCells(ctx context.Context, from sqlx.QueryerContext, cells []CellKey) (Facts, error) {
	var publishers, publisherOfCell, entryOfCell []string
	seen := map[string]bool{}
	for _, cell := range cells {
		publisherOfCell = append(publisherOfCell, cell.PublisherCode)
		entryOfCell = append(entryOfCell, cell.EntryCode)
		if !seen[cell.PublisherCode] {
			seen[cell.PublisherCode] = true
			publishers = append(publishers, cell.PublisherCode)
		}
	}
	return factsOf(ctx, from, publishers, disclosureFactsOfCellsSQL, newsFactsOfCellsSQL, pq.Array(publisherOfCell), pq.Array(entryOfCell))
}

func factsOf(ctx context.Context, from sqlx.QueryerContext, publishers []string, disclosuresSQL, newsSQL string, arguments ...any) (Facts, error) {
	facts := Facts{}
	var interprets, wantInterpretation []string // refs to look up
	linkedTo := map[string][]*timeline.PublisherFacts{}
	err := each(ctx, from, "reading disclosures", disclosuresSQL, func(scan func(...any) error) error {
		document, err := scanFact(scan)
		if err != nil {
			return err
		}
		of := facts.Of(document.PublisherCode)
		of.Disclosures = append(of.Disclosures, document)
		if document.InterpretsRef != "" {
			interprets = append(interprets, document.InterpretsRef)
			linkedTo[document.InterpretsRef] = append(linkedTo[document.InterpretsRef], of)
		}
		if document.RequiresInterpretation {
			wantInterpretation = append(wantInterpretation, document.Ref)
			linkedTo[document.Ref] = append(linkedTo[document.Ref], of)
		}
		return nil
	}, arguments...)
	if err != nil {
		return nil, err
	}
	err = each(ctx, from, "reading news", newsSQL, func(scan func(...any) error) error {
		var item disclosure.News
		if err := scan(&item.Ref, &item.PublisherCode, &item.EntryCode, &item.PublishedAt); err != nil {
			return err
		}
		of := facts.Of(item.PublisherCode)
		of.News = append(of.News, item)
		return nil
	}, arguments...)
	if err != nil {
		return nil, err
	}
	err = each(ctx, from, "reading assignments", assignmentsOfPublishersSQL, func(scan func(...any) error) error {
		var a catalog.Assignment
		if err := scan(&a.PublisherCode, &a.EntryCode, &a.Action, &a.From, &a.To, &a.Reason); err != nil {
			return err
		}
		of := facts.Of(a.PublisherCode)
		of.Assignments = append(of.Assignments, a)
		return nil
	}, pq.Array(publishers))
	if err != nil {
		return nil, err
	}
	link := func(query string, refs []string, key func(*disclosure.Disclosure) string) error {
		if len(refs) == 0 {
			return nil
		}
		return each(ctx, from, "reading linked documents", query, func(scan func(...any) error) error {
			document, err := scanFact(scan)
			if err != nil {
				return err
			}
			for _, of := range linkedTo[key(&document)] {
				of.Linked = append(of.Linked, document)
			}
			return nil
		}, pq.Array(refs))
	}
	if err := link(interpretedSQL, interprets, func(d *disclosure.Disclosure) string { return d.Ref }); err != nil {
		return nil, err
	}
	return facts, link(interpretingSQL, wantInterpretation, func(d *disclosure.Disclosure) string { return d.InterpretsRef })
}

func scanFact(scan func(...any) error) (d disclosure.Disclosure, err error) {
	err = scan(&d.Ref, &d.PublisherCode, &d.EntryCode, &d.Attribute, &d.FormedOn, &d.IssuedOn, &d.PublishedOn, &d.WithdrawnOn,
		&d.Period, &d.Nil, &d.RequiresInterpretation, &d.InterpretsRef)
	return d, err
}
