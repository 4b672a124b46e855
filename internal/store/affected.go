package store

import (
	"context"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// What timelines follow from is known to internal/affected; here are read the
// links between facts that it asks for, and what staged rows change. How documents
// hang together is written here twice and in lockTimelinesSQL, each time for its own
// plan: with the joins in one text, reading links took 1.4 ms instead of 0.9.
// TestLinksAreOne holds the three to one meaning.

const linkedDocumentsSQL = `-- store.LinkedDocuments
SELECT 0, ` + disclosureColumns + ` FROM disclosure AS d WHERE d.ref = ANY ($1::text[] || $2::text[])
UNION
SELECT 0, ` + disclosureColumns + ` FROM disclosure AS asked JOIN disclosure AS d ON d.ref = asked.interprets_ref WHERE asked.ref = ANY ($1)
UNION ALL
SELECT 1, ` + disclosureColumns + ` FROM disclosure AS d WHERE d.interprets_ref = ANY ($1)
UNION ALL
SELECT DISTINCT 2, m.disclosure_ref, m.from_code, '', '', '', '', 0::smallint, 0, 0, 0, 0, '', false, false, '', '', '', 0
FROM relief_movement AS m WHERE m.disclosure_ref = ANY ($1) AND m.from_code IS NOT NULL`

// LinkedDocuments reads documents with all that hangs together with them, and
// the named ones alone.
func (r Reads) LinkedDocuments(ctx context.Context, refs, named []string) (*affected.Documents, error) {
	found := affected.NewDocuments()
	return found, r.each(ctx, "reading linked documents", linkedDocumentsSQL, func(scan func(...any) error) error {
		var kind int
		d, err := scanDisclosure(scan, &kind)
		switch kind {
		case 0:
			found.Known[d.Ref] = d
		case 1:
			found.Interpreting[d.InterpretsRef] = append(found.Interpreting[d.InterpretsRef], d)
		case 2:
			found.Givers[d.Ref] = append(found.Givers[d.Ref], d.PublisherCode)
		}
		return err
	}, pq.Array(refs), pq.Array(named))
}

const stagedDocuments = `-- store.StagedDocuments
WITH changing AS (
    SELECT s.ref, s.publisher_code, s.entry_code, s.attribute, s.published_on, k.disclose_on, s.interprets_ref,
           k.publisher_code AS was_publisher_code, k.entry_code AS was_entry_code, k.attribute AS was_attribute,
               k.published_on AS was_published_on,
           k.disclose_on AS was_disclose_on, k.interprets_ref AS was_interprets_ref,
           %s AS differs
    FROM staged_disclosure AS s LEFT JOIN disclosure AS k USING (ref))` + changingWithLinks

const stagedReviews = `-- store.StagedReviews
WITH reviewed AS (
    SELECT s.disclosure_ref, s.reviewed_on, s.result, %s AS differs
    FROM staged_review AS s LEFT JOIN review AS k USING (disclosure_ref, reviewed_on)
    UNION ALL
    SELECT k.disclosure_ref, k.reviewed_on, k.result, false
    FROM (SELECT DISTINCT disclosure_ref FROM staged_review) AS document JOIN review AS k USING (disclosure_ref)
    WHERE NOT EXISTS (SELECT FROM staged_review AS s WHERE s.disclosure_ref = k.disclosure_ref AND s.reviewed_on = k.reviewed_on)),
changing AS (
    SELECT d.ref, d.publisher_code, d.entry_code, d.attribute, d.published_on, r.disclose_on, d.interprets_ref,
           d.publisher_code AS was_publisher_code, d.entry_code AS was_entry_code, d.attribute AS was_attribute,
               d.published_on AS was_published_on,
           d.disclose_on AS was_disclose_on, d.interprets_ref AS was_interprets_ref, r.differs
    FROM (SELECT disclosure_ref, min(disclosing_day(result, reviewed_on)) AS disclose_on,
        bool_or(differs) AS differs FROM reviewed GROUP BY 1) AS r
    JOIN disclosure AS d ON d.ref = r.disclosure_ref)` + changingWithLinks

// changingWithLinks lists the changing documents' cells (0), and those that differ
// once for each document that they interpret (1) or that interprets them (2) and
// for each giver of a movement that names them (3).
const changingWithLinks = `
SELECT 0, was_publisher_code, was_entry_code, publisher_code, entry_code, bool_or(differs),
       NULL::smallint, NULL::int, NULL::int, NULL, NULL::smallint, NULL::int, NULL::int, NULL, NULL, NULL, NULL, NULL::boolean
FROM changing GROUP BY 2, 3, 4, 5
UNION ALL
SELECT DISTINCT 1, ` + changingColumns + `, o.ref, o.publisher_code, o.entry_code, o.requires_interpretation
FROM changing AS c CROSS JOIN LATERAL (VALUES (c.interprets_ref), (c.was_interprets_ref)) AS named (ref)
    JOIN disclosure AS o ON o.ref = named.ref WHERE c.differs
UNION ALL
SELECT DISTINCT 2, ` + changingColumns + `, o.ref, o.publisher_code, o.entry_code, o.requires_interpretation
FROM changing AS c JOIN disclosure AS o ON o.interprets_ref = c.ref WHERE c.differs
UNION ALL
SELECT DISTINCT 3, ` + changingColumns + `, NULL, m.from_code, NULL, NULL::boolean
FROM changing AS c JOIN relief_movement AS m ON m.disclosure_ref = c.ref WHERE c.differs AND m.from_code IS NOT NULL`

const changingColumns = `c.was_publisher_code, c.was_entry_code, c.publisher_code, c.entry_code, c.differs,
       c.was_attribute, c.was_published_on - date '1970-01-01', c.was_disclose_on - date '1970-01-01', c.was_interprets_ref,
       c.attribute, c.published_on - date '1970-01-01', c.disclose_on - date '1970-01-01', c.interprets_ref`

// The methods below tell of each change that staged rows make, of the fact as it
// was, nil for a new one, and as it is to be. Rows that change nothing that
// timelines follow from are told too, as ones that do not differ: another writer
// may just be changing what is stored.

// DocumentChange is told of a document's change with some of its links.
type DocumentChange func(before, after *disclosure.Disclosure, links *affected.Links, differs bool)

// StagedDocuments tells what the staged documents change, each link apart.
func (w *Writing) StagedDocuments(ctx context.Context, tell DocumentChange) error {
	return w.changing(ctx, Disclosures.changesSQL(), tell)
}

// StagedReviews tells what the staged reviews change of their documents.
func (w *Writing) StagedReviews(ctx context.Context, tell DocumentChange) error {
	return w.changing(ctx, Reviews.changesSQL(), tell)
}

func (w *Writing) changing(ctx context.Context, query string, tell DocumentChange) error {
	return w.each(ctx, finding, query, func(scan func(...any) error) error {
		var kind int
		var differs bool
		var was, is half
		var linked disclosure.Disclosure
		var ref, publisher, entry *string
		var requires *bool
		err := scan(
			&kind,
			&was.publisher,
			&was.entry,
			&is.publisher,
			&is.entry,
			&differs,
			&was.attribute,
			&was.published,
			&was.disclose,
			&was.interprets,
			&is.attribute,
			&is.published,
			&is.disclose,
			&is.interprets,
			&ref,
			&publisher,
			&entry,
			&requires,
		)
		if err != nil {
			return err
		}
		var links affected.Links
		switch kind {
		case 1, 2:
			linked = disclosure.Disclosure{Ref: *ref, PublisherCode: *publisher, EntryCode: *entry, RequiresInterpretation: *requires}
			if kind == 1 {
				links.Interpreted = []disclosure.Disclosure{linked}
			} else {
				links.Interpreting = []disclosure.Disclosure{linked}
			}
		case 3:
			links.Givers = []string{*publisher}
		}
		tell(was.document(), is.document(), &links, differs)
		return nil
	})
}

const finding = "finding what the rows change"

// half is a document as it was or is to be, of what others follow from.
type half struct {
	publisher, entry, interprets *string
	attribute                    *disclosure.Attribute
	published, disclose          *calendar.Day
}

func (h *half) document() *disclosure.Disclosure {
	if h.publisher == nil {
		return nil
	}
	return &disclosure.Disclosure{
		PublisherCode: *h.publisher, EntryCode: *h.entry, Attribute: orZero(h.attribute), PublishedOn: orZero(h.published),
		DiscloseOn: orZero(h.disclose), InterpretsRef: orZero(h.interprets),
	}
}

func orZero[T any](value *T) (zero T) {
	if value == nil {
		return zero
	}
	return *value
}

const stagedNews = `-- store.StagedNews
SELECT k.publisher_code, k.entry_code, s.publisher_code, s.entry_code, bool_or(%s)
FROM staged_news AS s LEFT JOIN news AS k USING (ref) GROUP BY 1, 2, 3, 4`

// StagedNews tells what the staged news changes.
func (w *Writing) StagedNews(ctx context.Context, tell func(before, after *disclosure.News, differs bool)) error {
	return w.each(ctx, finding, News.changesSQL(), func(scan func(...any) error) error {
		var publisher, entry *string
		var after disclosure.News
		var differs bool
		if err := scan(&publisher, &entry, &after.PublisherCode, &after.EntryCode, &differs); err != nil {
			return err
		}
		var before *disclosure.News
		if publisher != nil {
			before = &disclosure.News{PublisherCode: *publisher, EntryCode: *entry}
		}
		tell(before, &after, differs)
		return nil
	})
}

const stagedConcerns = `-- store.StagedConcerns
SELECT k.publisher_code, s.publisher_code, bool_or(%s)
FROM staged_concern AS s LEFT JOIN concern AS k USING (ref) GROUP BY 1, 2`

// StagedConcerns tells what the staged concerns change.
func (w *Writing) StagedConcerns(ctx context.Context, tell func(before, after *disclosure.Concern, differs bool)) error {
	return w.each(ctx, finding, Concerns.changesSQL(), func(scan func(...any) error) error {
		var publisher *string
		var after disclosure.Concern
		var differs bool
		if err := scan(&publisher, &after.PublisherCode, &differs); err != nil {
			return err
		}
		var before *disclosure.Concern
		if publisher != nil {
			before = &disclosure.Concern{PublisherCode: *publisher}
		}
		tell(before, &after, differs)
		return nil
	})
}

const stagedMovements = `-- store.StagedMovements
SELECT k.kind, coalesce(k.from_code, ''), CASE WHEN k.from_code IS NULL THEN coalesce(k.to_code, '') ELSE '' END,
       s.kind, coalesce(s.from_code, ''), coalesce(d.publisher_code, ''),
       bool_or(%s)
FROM staged_relief_movement AS s LEFT JOIN relief_movement AS k USING (ref) LEFT JOIN disclosure AS d ON d.ref = s.disclosure_ref
GROUP BY 1, 2, 3, 4, 5, 6`

// StagedMovements tells what the staged movements change, with the publisher of
// the document that each names, empty where there is none. Of a movement as it was
// the receiver is told where it had no giver.
func (w *Writing) StagedMovements(ctx context.Context, tell func(before, after *relief.Movement, named string, differs bool)) error {
	return w.each(ctx, finding, ReliefMovements.changesSQL(), func(scan func(...any) error) error {
		var kind *relief.Kind
		var before *relief.Movement
		var from, to, named string
		var after relief.Movement
		var differs bool
		if err := scan(&kind, &from, &to, &after.Kind, &after.FromCode, &named, &differs); err != nil {
			return err
		}
		if kind != nil {
			before = &relief.Movement{Kind: *kind, FromCode: from, ToCode: to}
		}
		tell(before, &after, named, differs)
		return nil
	})
}

const stagedAssignments = `-- store.StagedAssignments
SELECT s.publisher_code, s.entry_code, bool_or(%s)
FROM staged_assignment AS s LEFT JOIN assignment AS k USING (publisher_code, entry_code, action, from_day) GROUP BY 1, 2`

// StagedAssignments tells which cells' assignments the staged ones change.
func (w *Writing) StagedAssignments(ctx context.Context, tell func(cell catalog.CellKey, differs bool)) error {
	return w.each(ctx, finding, Assignments.changesSQL(), func(scan func(...any) error) error {
		var cell catalog.CellKey
		var differs bool
		err := scan(&cell.PublisherCode, &cell.EntryCode, &differs)
		tell(cell, differs)
		return err
	})
}
