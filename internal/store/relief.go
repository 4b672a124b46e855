package store

import (
	"context"
	"slices"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

const reliefFlowsSQL = `-- store.ReliefFlows
WITH counted AS (
    SELECT m.* FROM unnest($1::text[]) AS node (code) JOIN relief_movement AS m ON m.from_code = node.code
    WHERE m.occurred_on BETWEEN $2 AND $3 AND ($5 = '' OR m.event_ref = $5)
    UNION ALL
    SELECT m.* FROM unnest($1::text[]) AS node (code) JOIN relief_movement AS m ON m.to_code = node.code
    WHERE m.occurred_on BETWEEN $2 AND $3 AND ($5 = '' OR m.event_ref = $5)
      AND (m.from_code IS NULL OR m.from_code NOT IN (SELECT unnest($1::text[]))))
SELECT m.kind, coalesce(m.from_code, ''), coalesce(m.to_code, ''), m.relief_class, m.goods_item, m.goods_unit,
       CASE WHEN s.ref IS NULL THEN coalesce(d.public_on <= $4 AND (d.withdrawn_on IS NULL OR d.withdrawn_on > $4), false)
            ELSE s.public_on <= $4 AND s.withdrawn_on > $4 END AS disclosed,
       sum(m.funds_fen)::bigint, sum(m.goods_thousandths)::bigint
FROM counted AS m LEFT JOIN disclosure AS d ON d.ref = m.disclosure_ref
     LEFT JOIN unnest($6::text[], $7::date[], $8::date[]) AS s (ref, public_on, withdrawn_on) ON s.ref = m.disclosure_ref
GROUP BY 1, 2, 3, 4, 5, 6, 7`

// ReliefFlows adds up the movements that go from or to some nodes, each named
// once, in a span of days, by where they go, class and goods, and by whether a disclosure that
// lasts on a day names them; with an event's ref given, only what answers it.
// Documents that are supposed to be published count as such.
func (r Reads) ReliefFlows(
	ctx context.Context,
	nodes []string,
	span calendar.Span,
	publicOn calendar.Day,
	eventRef string,
	supposed []disclosure.Disclosure,
) ([]relief.Flow, error) {
	var flows []relief.Flow
	var refs, published, withdrawn []string
	for i := range supposed {
		refs = append(refs, supposed[i].Ref)
		published = append(published, min(supposed[i].PublicationDay(), calendar.Last+1).String())
		withdrawn = append(withdrawn, min(supposed[i].WithdrawnOn.OrNever(), calendar.Last+1).String())
	}
	err := r.eachOfNodes(ctx, "adding up relief", reliefFlowsSQL, nodes, func(scan func(...any) error) error {
		var f relief.Flow
		err := scan(&f.Kind, &f.FromCode, &f.ToCode, &f.Class, &f.GoodsItem, &f.GoodsUnit, &f.Disclosed, &f.Funds, &f.Quantity)
		flows = append(flows, f)
		return err
	}, span.From.String(), span.To.String(), publicOn.String(), eventRef, pq.Array(refs), pq.Array(published), pq.Array(withdrawn))
	return flows, err
}

const movementColumns = `m.ref, m.kind, coalesce(m.from_code, ''), coalesce(m.to_code, ''), m.relief_class,
    coalesce(m.event_ref, ''), m.funds_fen,
       m.goods_item, m.goods_thousandths, m.goods_unit, m.households, m.persons, m.occurred_on - date '1970-01-01', m.document_number,
       coalesce(m.disclosure_ref, '')`

// movementWanted is the filter of a node's movements.
const movementWanted = `m.occurred_on BETWEEN w.first_day AND w.last_day
       AND ($8::smallint IS NULL OR m.relief_class = $8) AND ($9 = '' OR m.event_ref = $9)
       AND ($10::int = 0 OR $10 & (1 << m.kind::int) > 0)`

const movementsOfLists = `
SELECT DISTINCT ON (w.list, m.occurred_on, m.ref) w.list, ` + movementColumns + `
FROM unnest($1::text[], $5::int[], $6::date[], $7::date[]) AS w (node, list, first_day, last_day)
CROSS JOIN LATERAL (`

const movementPagesSQL = `-- store.ReliefMovementPages` + movementsOfLists + `
    (SELECT * FROM relief_movement AS m
     WHERE m.from_code = w.node AND ` + movementWanted + `
       AND ($2::date IS NULL OR m.occurred_on < $2 OR m.occurred_on = $2 AND m.ref > $3)
     ORDER BY m.occurred_on DESC, m.ref LIMIT $4)
    UNION ALL
    (SELECT * FROM relief_movement AS m
     WHERE m.to_code = w.node AND ` + movementWanted + `
       AND ($2::date IS NULL OR m.occurred_on < $2 OR m.occurred_on = $2 AND m.ref > $3)
     ORDER BY m.occurred_on DESC, m.ref LIMIT $4)) AS m
ORDER BY w.list, m.occurred_on DESC, m.ref`

const oldestMovementsSQL = `-- store.ReliefMovementPages, oldest first` + movementsOfLists + `
    (SELECT * FROM relief_movement AS m
     WHERE m.from_code = w.node AND ` + movementWanted + `
       AND ($2::date IS NULL OR m.occurred_on > $2 OR m.occurred_on = $2 AND m.ref < $3)
     ORDER BY m.occurred_on, m.ref DESC LIMIT $4)
    UNION ALL
    (SELECT * FROM relief_movement AS m
     WHERE m.to_code = w.node AND ` + movementWanted + `
       AND ($2::date IS NULL OR m.occurred_on > $2 OR m.occurred_on = $2 AND m.ref < $3)
     ORDER BY m.occurred_on, m.ref DESC LIMIT $4)) AS m
ORDER BY w.list, m.occurred_on, m.ref DESC`

const movementsByDay = `
SELECT 0, ` + movementColumns + `
FROM relief_movement AS m
WHERE m.occurred_on BETWEEN $4 AND $5
  AND ($6::smallint IS NULL OR m.relief_class = $6) AND ($7 = '' OR m.event_ref = $7)
  AND ($8::int = 0 OR $8 & (1 << m.kind::int) > 0)`

const newestMovementsSQL = `-- store.ReliefMovementPages, of a list of most nodes` + movementsByDay + `
  AND ($1::date IS NULL OR m.occurred_on < $1 OR m.occurred_on = $1 AND m.ref > $2)
ORDER BY m.occurred_on DESC, m.ref LIMIT $3`

const oldestOfMostSQL = `-- store.ReliefMovementPages, of a list of most nodes, oldest first` + movementsByDay + `
  AND ($1::date IS NULL OR m.occurred_on > $1 OR m.occurred_on = $1 AND m.ref < $2)
ORDER BY m.occurred_on, m.ref DESC LIMIT $3`

// mostNodes is from how many nodes on a list is read along the days, passing
// over what is others': to look up each node takes longer. Measured: a page of
// the nation's movements in 15 ms instead of some 500.
const mostNodes = 10_000

// ReliefMovementPages reads a page of each list, in one statement: the movements
// from or to its nodes. Each movement stands in a list once.
func (r Reads) ReliefMovementPages(
	ctx context.Context, lists []List, filter relief.MovementFilter, page Page,
) ([][]relief.Movement, error) {
	if len(lists) == 1 && len(lists[0].Publishers) > mostNodes {
		found, err := r.movementsAlongDays(ctx, lists[0], filter, page)
		return [][]relief.Movement{found}, err
	}
	pages := make([][]relief.Movement, len(lists))
	nodes, others := arraysOf(lists)
	err := r.eachPrepared(ctx, "reading movements", page.by(movementPagesSQL, oldestMovementsSQL), func(scan func(...any) error) error {
		var list int
		m, err := scanMovement(scan, &list)
		pages[list] = append(pages[list], m)
		return err
	}, slices.Concat([]any{nodes}, pageArguments(page), others, filterArguments(filter))...)
	for i := range pages {
		// A list of several nodes has a page of each.
		pages[i] = pages[i][:min(len(pages[i]), page.First)]
	}
	return pages, err
}

// movementsAlongDays reads a page of a list along the days.
func (r Reads) movementsAlongDays(ctx context.Context, list List, filter relief.MovementFilter, page Page) ([]relief.Movement, error) {
	wanted := make(map[string]bool, len(list.Publishers))
	for _, code := range list.Publishers {
		wanted[code] = true
	}
	var found []relief.Movement
	for first := page.First; ; first *= 2 { // of the next, where others' are many
		read, days := 0, list.Days
		switch { // where the walk goes on
		case page.After != nil && page.OldestFirst:
			days.From = max(days.From, page.After.On)
		case page.After != nil:
			days.To = min(days.To, page.After.On)
		}
		arguments := slices.Concat(
			pageArguments(Page{First: first, After: page.After}),
			[]any{listedDay(days.From), listedDay(days.To)},
			filterArguments(filter),
		)
		err := r.eachPrepared(ctx, "reading movements", page.by(newestMovementsSQL, oldestOfMostSQL), func(scan func(...any) error) error {
			m, err := scanMovement(scan, new(int))
			if wanted[m.FromCode] || wanted[m.ToCode] {
				found = append(found, m)
			}
			read++
			page.After = &Position{m.OccurredOn, m.Ref}
			return err
		}, arguments...)
		if err != nil || read < first || len(found) >= page.First {
			return found[:min(len(found), page.First)], err
		}
	}
}

func filterArguments(f relief.MovementFilter) []any {
	var class any
	if f.OneClass {
		class = int64(f.Class)
	}
	return []any{class, f.EventRef, int(f.Kinds)}
}

const movementCountsSQL = `-- store.ReliefMovementCounts
SELECT w.list, count(DISTINCT m.ref)
FROM unnest($1::text[], $2::int[], $3::date[], $4::date[]) AS w (node, list, first_day, last_day)
CROSS JOIN LATERAL (
    SELECT m.ref FROM relief_movement AS m WHERE m.from_code = w.node AND m.occurred_on BETWEEN w.first_day AND w.last_day
      AND ($5::smallint IS NULL OR m.relief_class = $5) AND ($6 = '' OR m.event_ref = $6)
      AND ($7::int = 0 OR $7 & (1 << m.kind::int) > 0)
    UNION ALL
    SELECT m.ref FROM relief_movement AS m WHERE m.to_code = w.node AND m.occurred_on BETWEEN w.first_day AND w.last_day
      AND ($5::smallint IS NULL OR m.relief_class = $5) AND ($6 = '' OR m.event_ref = $6)
      AND ($7::int = 0 OR $7 & (1 << m.kind::int) > 0)) AS m
GROUP BY w.list`

// ReliefMovementCounts counts what ReliefMovementPages lists.
func (r Reads) ReliefMovementCounts(ctx context.Context, lists []List, filter relief.MovementFilter) ([]int, error) {
	nodes, others := arraysOf(lists)
	return r.countLists(ctx, "counting movements", movementCountsSQL, len(lists),
		slices.Concat([]any{nodes}, others, filterArguments(filter))...)
}

const movementsByRefSQL = `-- store.ReliefMovementsByRef
SELECT 0, ` + movementColumns + ` FROM relief_movement AS m WHERE m.ref = ANY ($1)`

// ReliefMovementsByRef reads movements by their refs; unknown ones are left out.
func (r Reads) ReliefMovementsByRef(ctx context.Context, refs []string) (map[string]relief.Movement, error) {
	found := map[string]relief.Movement{}
	err := r.each(ctx, "reading movements", movementsByRefSQL, func(scan func(...any) error) error {
		var list int
		m, err := scanMovement(scan, &list)
		found[m.Ref] = m
		return err
	}, pq.Array(refs))
	return found, err
}

func scanMovement(scan func(...any) error, list *int) (m relief.Movement, err error) {
	err = scan(list, &m.Ref, &m.Kind, &m.FromCode, &m.ToCode, &m.Class, &m.EventRef, &m.Funds, &m.GoodsItem, &m.GoodsQuantity, &m.GoodsUnit,
		&m.Households, &m.Persons, &m.OccurredOn, &m.DocumentNumber, &m.DisclosureRef)
	return m, err
}

const addMovementSQL = `-- store.AddReliefMovement
INSERT INTO relief_movement (ref, kind, from_code, to_code, relief_class, event_ref, funds_fen, goods_item, goods_thousandths, goods_unit,
                             households, persons, occurred_on, document_number, disclosure_ref)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (ref) DO NOTHING`

// AddReliefMovement records a movement; added is false where its ref is known.
func (w *Writing) AddReliefMovement(ctx context.Context, m *relief.Movement) (added bool, err error) {
	result, err := w.writeAsAccount(
		ctx,
		addMovementSQL,
		m.Ref,
		int(m.Kind),
		text(m.FromCode),
		text(m.ToCode),
		int(m.Class),
		text(m.EventRef),
		int64(
			m.Funds,
		),
		m.GoodsItem,
		int64(m.GoodsQuantity),
		m.GoodsUnit,
		m.Households,
		m.Persons,
		day(m.OccurredOn),
		m.DocumentNumber,
		text(m.DisclosureRef),
	)
	return wroteRow(result, wrap("recording the movement", err))
}

// namedColumns are what is known of the disclosure that a movement names.
const namedColumns = `d.ref IS NOT NULL, coalesce(d.public_on - date '1970-01-01', 0), coalesce(d.withdrawn_on - date '1970-01-01', 0)`

const recordedSQL = `-- store.RecordedMovements
SELECT ` + movementColumns + `, ` + namedColumns + `
FROM (
    SELECT m.* FROM unnest($1::text[]) AS node (code) JOIN relief_movement AS m ON m.from_code = node.code WHERE m.occurred_on <= $2
    UNION ALL
    SELECT m.* FROM unnest($1::text[]) AS node (code) JOIN relief_movement AS m ON m.to_code = node.code WHERE m.occurred_on <= $2
      AND (m.from_code IS NULL OR m.from_code NOT IN (SELECT unnest($1::text[])))) AS m
LEFT JOIN disclosure AS d ON d.ref = m.disclosure_ref`

// RecordedMovements reads all movements from or to some nodes, each named once,
// up to a day, with what is known of the disclosures that they name.
func (r Reads) RecordedMovements(ctx context.Context, nodes []string, by calendar.Day) ([]relief.Recorded, error) {
	var movements []relief.Recorded
	err := r.eachOfNodes(ctx, "reading movements", recordedSQL, nodes, func(scan func(...any) error) error {
		m, err := scanRecorded(scan)
		movements = append(movements, m)
		return err
	}, by.String())
	return movements, err
}

func scanRecorded(scan func(...any) error) (r relief.Recorded, err error) {
	m := &r.Movement
	err = scan(&m.Ref, &m.Kind, &m.FromCode, &m.ToCode, &m.Class, &m.EventRef, &m.Funds, &m.GoodsItem, &m.GoodsQuantity, &m.GoodsUnit,
		&m.Households, &m.Persons, &m.OccurredOn, &m.DocumentNumber, &m.DisclosureRef, &r.Known, &r.PublishedOn, &r.WithdrawnOn)
	r.PublishedOn, r.WithdrawnOn = r.PublishedOn.OrNever(), r.WithdrawnOn.OrNever()
	return r, err
}
