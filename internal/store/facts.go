package store

import (
	"context"
	"maps"
	"slices"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// factColumns are what timelines follow from; titles and the like are not read.
const factColumns = `ref, publisher_code, entry_code, attribute,
       coalesce(formed_on - date '1970-01-01', 0), coalesce(issued_on - date '1970-01-01', 0),
       coalesce(published_on - date '1970-01-01', 0), coalesce(withdrawn_on - date '1970-01-01', 0),
       period, nil, requires_interpretation, coalesce(interprets_ref, ''), coalesce(disclose_on - date '1970-01-01', 0)`

const disclosureFactsOfPublishersSQL = `-- store.FactsOf: disclosures
SELECT 0, ` + factColumns + ` FROM disclosure WHERE publisher_code = ANY ($1)`

const disclosureFactsOfCellsSQL = `-- store.FactsOfCells: disclosures
SELECT 0, ` + factColumns + ` FROM unnest($1::text[], $2::text[]) AS wanted (publisher, entry)
JOIN disclosure ON publisher_code = publisher AND entry_code = entry`

const newsFactsOfPublishersSQL = `-- store.FactsOf: news
SELECT ref, publisher_code, entry_code, title, published_at FROM news WHERE publisher_code = ANY ($1)`

const newsFactsOfCellsSQL = `-- store.FactsOfCells: news
SELECT ref, publisher_code, entry_code, title, published_at FROM unnest($1::text[], $2::text[]) AS wanted (publisher, entry)
JOIN news ON publisher_code = publisher AND entry_code = entry`

const assignmentsOfPublishersSQL = `-- store.FactsOf: assignments
SELECT publisher_code, entry_code, action, from_day - date '1970-01-01', coalesce(to_day - date '1970-01-01', 0), reason
FROM assignment WHERE publisher_code = ANY ($1)
ORDER BY publisher_code, from_day, entry_code`

const reviewsSQL = `-- store.facts: reviews
SELECT disclosure_ref, reviewed_on - date '1970-01-01', result, consulted FROM review WHERE disclosure_ref = ANY ($1)
ORDER BY disclosure_ref, reviewed_on`

const concernsOfPublishersSQL = `-- store.facts: concerns
SELECT 0, ` + concernColumns + ` FROM concern AS c WHERE c.publisher_code = ANY ($1)`

// The documents named are looked up one by one: they are few, and to join what was
// known of all would take as long as there are documents (docs/known-at.md).
const movementsGivenSQL = `-- store.facts: movements
SELECT ` + movementColumns + `, ` + namedColumns + `
FROM relief_movement AS m LEFT JOIN LATERAL (SELECT * FROM disclosure AS o WHERE o.ref = m.disclosure_ref OFFSET 0) AS d ON true
WHERE m.from_code = ANY ($1)`

const linkedFactsSQL = `-- store.facts: the documents interpreted (0) and those that interpret (1)
SELECT 0, ` + factColumns + ` FROM disclosure WHERE ref = ANY ($1)
UNION ALL
SELECT 1, ` + factColumns + ` FROM disclosure WHERE interprets_ref = ANY ($2)`

const withdrawalsSQL = `-- store.Withdrawals
SELECT publisher_code, entry_code, public_on - date '1970-01-01', withdrawn_on - date '1970-01-01' FROM disclosure
WHERE entry_code = ANY ($1) AND ($2::text[] IS NULL OR publisher_code = ANY ($2)) AND withdrawn_on IS NOT NULL AND public_on IS NOT NULL`

// Withdrawals reads which publications of some entries were withdrawn: of some publishers,
// of all where these are nil.
func (r Reads) Withdrawals(
	ctx context.Context, entryCodes, publishers []string,
) (map[catalog.CellKey][]timeline.Withdrawal, error) {
	all := map[catalog.CellKey][]timeline.Withdrawal{}
	err := r.each(ctx, "reading what was withdrawn", withdrawalsSQL, func(scan func(...any) error) error {
		var cell catalog.CellKey
		var withdrawal timeline.Withdrawal
		err := scan(&cell.PublisherCode, &cell.EntryCode, &withdrawal.On, &withdrawal.Withdrawn)
		all[cell] = append(all[cell], withdrawal)
		return err
	}, pq.Array(entryCodes), pq.Array(publishers))
	return all, err
}

// Partners says whose assignments and movements decide as well what a publisher
// discloses of relief: its partner, empty for none.
type Partners func(publisherCode string) string

// factsOfPublishers reads all facts of the publishers.
func (r Reads) factsOfPublishers(ctx context.Context, publishers []string, partners Partners) (timeline.Facts, error) {
	facts := newFactsReader(r, partners)
	facts.concernsOf, facts.reliefOf = publishers, publishers
	return facts.read(ctx, publishers, disclosureFactsOfPublishersSQL, newsFactsOfPublishersSQL, pq.Array(publishers))
}

// wholeFrom is from how many of its cells on a publisher's facts are read as a
// whole, by one search in an index instead of one for each cell.
const wholeFrom = 5

// FactsOf reads the facts of the affected cells of some publishers.
func (r Reads) FactsOf(ctx context.Context, publishers []string, cells affected.Cells, partners Partners) (timeline.Facts, error) {
	var whole []string
	var keys []catalog.CellKey
	for _, publisher := range publishers {
		if entries := cells[publisher]; entries == nil || len(entries) >= wholeFrom {
			whole = append(whole, publisher)
			continue
		}
		for entry := range cells[publisher] {
			keys = append(keys, catalog.CellKey{PublisherCode: publisher, EntryCode: entry})
		}
	}
	facts := timeline.Facts{}
	if len(whole) > 0 {
		of, err := r.factsOfPublishers(ctx, whole, partners)
		if err != nil {
			return nil, err
		}
		maps.Copy(facts, of)
	}
	if len(keys) > 0 {
		of, err := r.FactsOfCells(ctx, keys, partners)
		if err != nil {
			return nil, err
		}
		maps.Copy(facts, of)
	}
	for _, publisher := range publishers {
		facts.Of(publisher) // those without any too
	}
	return facts, nil
}

// FactsOfCells reads the facts of some cells, and all assignments of their
// publishers.
func (r Reads) FactsOfCells(ctx context.Context, cells []catalog.CellKey, partners Partners) (timeline.Facts, error) {
	facts := newFactsReader(r, partners)
	var publishers, publisherOfCell, entryOfCell []string
	seen := map[string]bool{}
	for _, cell := range cells {
		publisherOfCell = append(publisherOfCell, cell.PublisherCode)
		entryOfCell = append(entryOfCell, cell.EntryCode)
		if cell.EntryCode == disclosure.ResponseEntry {
			facts.concernsOf = append(facts.concernsOf, cell.PublisherCode)
		}
		if timeline.DisclosesRelief(cell.EntryCode) && !slices.Contains(facts.reliefOf, cell.PublisherCode) {
			facts.reliefOf = append(facts.reliefOf, cell.PublisherCode)
		}
		if !seen[cell.PublisherCode] {
			seen[cell.PublisherCode] = true
			publishers = append(publishers, cell.PublisherCode)
		}
	}
	return facts.read(ctx, publishers, disclosureFactsOfCellsSQL, newsFactsOfCellsSQL, pq.Array(publisherOfCell), pq.Array(entryOfCell))
}

// factsReader reads the facts of publishers table by table.
type factsReader struct {
	from     Reads
	facts    timeline.Facts
	partners Partners
	// Whose concerns and movements are wanted.
	concernsOf, reliefOf []string

	interprets, wantInterpretation, reviewed []string // refs to look up
	linkedTo                                 map[string][]*timeline.PublisherFacts
	ownerOf                                  map[string]*timeline.PublisherFacts // of the documents reviewed
}

func newFactsReader(from Reads, partners Partners) *factsReader {
	return &factsReader{
		from: from, facts: timeline.Facts{}, partners: partners,
		linkedTo: map[string][]*timeline.PublisherFacts{}, ownerOf: map[string]*timeline.PublisherFacts{},
	}
}

func (r *factsReader) read(
	ctx context.Context,
	publishers []string,
	disclosuresSQL, newsSQL string,
	arguments ...any,
) (timeline.Facts, error) {
	err := r.from.each(ctx, "reading disclosures", disclosuresSQL, func(scan func(...any) error) error {
		document, err := scanFact(scan, new(int))
		if err == nil {
			r.document(&document)
		}
		return err
	}, arguments...)
	if err != nil {
		return nil, err
	}
	err = r.from.each(ctx, "reading news", newsSQL, func(scan func(...any) error) error {
		var item disclosure.News
		if err := scan(&item.Ref, &item.PublisherCode, &item.EntryCode, &item.Title, &item.PublishedAt); err != nil {
			return err
		}
		of := r.facts.Of(item.PublisherCode)
		of.News = append(of.News, item)
		return nil
	}, arguments...)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{r.reviews, r.concerns, r.links} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r.facts, r.assignmentsAndMovements(ctx, publishers)
}

// document notes a document and what is to be looked up for it.
func (r *factsReader) document(document *disclosure.Disclosure) {
	of := r.facts.Of(document.PublisherCode)
	of.Disclosures = append(of.Disclosures, *document)
	if document.InterpretsRef != "" {
		r.interprets = append(r.interprets, document.InterpretsRef)
		r.linkedTo[document.InterpretsRef] = append(r.linkedTo[document.InterpretsRef], of)
	}
	if document.RequiresInterpretation {
		r.wantInterpretation = append(r.wantInterpretation, document.Ref)
		r.linkedTo[document.Ref] = append(r.linkedTo[document.Ref], of)
	}
	if document.Attribute != disclosure.Proactive {
		r.reviewed = append(r.reviewed, document.Ref)
		r.ownerOf[document.Ref] = of
	}
}

func (r *factsReader) reviews(ctx context.Context) error {
	if len(r.reviewed) == 0 {
		return nil
	}
	return r.from.each(ctx, "reading reviews", reviewsSQL, func(scan func(...any) error) error {
		review, err := scanReview(scan)
		if err != nil {
			return err
		}
		of := r.ownerOf[review.DisclosureRef]
		of.Reviews = append(of.Reviews, review)
		return nil
	}, pq.Array(r.reviewed))
}

func (r *factsReader) concerns(ctx context.Context) error {
	if len(r.concernsOf) == 0 {
		return nil
	}
	return r.from.each(ctx, "reading concerns", concernsOfPublishersSQL, func(scan func(...any) error) error {
		var list int
		concern, err := scanConcern(scan, &list)
		of := r.facts.Of(concern.PublisherCode)
		of.Concerns = append(of.Concerns, concern)
		return err
	}, pq.Array(r.concernsOf))
}

// links reads the documents that others interpret, and those that interpret.
func (r *factsReader) links(ctx context.Context) error {
	if len(r.interprets)+len(r.wantInterpretation) == 0 {
		return nil
	}
	return r.from.each(ctx, "reading linked documents", linkedFactsSQL, func(scan func(...any) error) error {
		var interpreting int
		document, err := scanFact(scan, &interpreting)
		if err != nil {
			return err
		}
		ref := document.Ref
		if interpreting == 1 {
			ref = document.InterpretsRef
		}
		for _, of := range r.linkedTo[ref] {
			of.Linked = append(of.Linked, document)
		}
		return nil
	}, pq.Array(r.interprets), pq.Array(r.wantInterpretation))
}

// assignmentsAndMovements reads the assignments of the publishers and, for those
// that may disclose relief, the movements given and their partner's part.
func (r *factsReader) assignmentsAndMovements(ctx context.Context, publishers []string) error {
	partner := map[string]string{} // of those whose movements are wanted
	wanted := append([]string{}, publishers...)
	for _, publisher := range r.reliefOf {
		if other := r.partners(publisher); other != "" {
			partner[publisher] = other
			wanted = append(wanted, other)
		}
	}
	assignments := map[string][]catalog.Assignment{}
	err := r.from.each(ctx, "reading assignments", assignmentsOfPublishersSQL, func(scan func(...any) error) error {
		var a catalog.Assignment
		if err := scan(&a.PublisherCode, &a.EntryCode, &a.Action, &a.From, &a.To, &a.Reason); err != nil {
			return err
		}
		assignments[a.PublisherCode] = append(assignments[a.PublisherCode], a)
		return nil
	}, pq.Array(wanted))
	if err != nil {
		return err
	}
	for _, publisher := range publishers {
		if own := slices.Concat(assignments[publisher], assignments[partner[publisher]]); len(own) > 0 {
			r.facts.Of(publisher).Assignments = own
		}
	}
	if len(r.reliefOf) == 0 {
		return nil
	}
	givers := slices.Concat(r.reliefOf, slices.Collect(maps.Values(partner)))
	movements := map[string][]relief.Recorded{}
	err = r.from.each(ctx, "reading movements", movementsGivenSQL, func(scan func(...any) error) error {
		movement, err := scanRecorded(scan)
		movements[movement.FromCode] = append(movements[movement.FromCode], movement)
		return err
	}, pq.Array(givers))
	if err != nil {
		return err
	}
	for _, publisher := range r.reliefOf {
		if own := slices.Concat(movements[publisher], movements[partner[publisher]]); len(own) > 0 {
			r.facts.Of(publisher).Movements = own
		}
	}
	return nil
}

func scanFact(scan func(...any) error, kind *int) (d disclosure.Disclosure, err error) {
	err = scan(kind, &d.Ref, &d.PublisherCode, &d.EntryCode, &d.Attribute, &d.FormedOn, &d.IssuedOn, &d.PublishedOn, &d.WithdrawnOn,
		&d.Period, &d.Nil, &d.RequiresInterpretation, &d.InterpretsRef, &d.DiscloseOn)
	return d, err
}
