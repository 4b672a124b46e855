package store

import (
	"context"
	"slices"
	"strings"

	"github.com/lib/pq"
)

// What follows from rows and entries, is kept beside them, and decides who sees what: no
// leaf of the log has it, so it is derived anew.

// The publisher of a review is its document's, as that stood before the entry.
const misfiledSQL = `-- store.Misfiled
SELECT e.sequence, e.fact, e.key FROM (
    SELECT e.sequence, e.fact, e.key, e.publisher, e.former_publisher, coalesce(p.after, p.before) AS present, p.before AS former
    FROM log_entry AS e
    LEFT JOIN LATERAL (
        SELECT o.after::json ->> 'publisher_code' AS publisher FROM log_entry AS o
        WHERE e.fact IN ('reviews', 'secrecy_reviews') AND o.fact = 'disclosures'
          AND o.key = CASE e.fact WHEN 'reviews' THEN e.key::json ->> 0 ELSE e.key END AND o.sequence < e.sequence
        ORDER BY o.sequence DESC LIMIT 1) AS d ON true
    CROSS JOIN LATERAL (
        SELECT e.key AS after, NULL AS before WHERE e.fact IN ('areas', 'departments')
        UNION ALL SELECT d.publisher, NULL WHERE e.fact IN ('reviews', 'secrecy_reviews')
        UNION ALL SELECT e.after::json ->> 'publisher_code', e.before::json ->> 'publisher_code'
        WHERE e.fact IN ('assignments', 'concerns', 'disclosures', 'news')
        UNION ALL SELECT coalesce(e.after::json ->> 'from_code', e.after::json ->> 'to_code'),
                         coalesce(e.before::json ->> 'from_code', e.before::json ->> 'to_code') WHERE e.fact = 'relief'
        UNION ALL SELECT NULL, NULL WHERE e.fact IN ('account', 'calendar', 'catalogs', 'entries', 'events', 'grant')) AS p) AS e
WHERE e.publisher IS DISTINCT FROM e.present OR e.former_publisher IS DISTINCT FROM nullif(e.former, e.present) ORDER BY e.sequence`

// Misfiled visits the entries that stand under another publisher than their fact's.
func (l *LogState) Misfiled(ctx context.Context, visit func(sequence int64, fact, key string)) error {
	return each(ctx, l.tx, "comparing whose the entries are", misfiledSQL, func(scan func(...any) error) error {
		var sequence int64
		var fact, key string
		err := scan(&sequence, &fact, &key)
		visit(sequence, fact, key)
		return err
	})
}

const underivedSQL = `-- store.Underived
SELECT 'disclosures' AS fact, d.ref AS key, 'disclose_on' AS derived
FROM disclosure AS d LEFT JOIN (
    SELECT disclosure_ref, min(disclosing_day(result, reviewed_on)) AS day FROM review GROUP BY 1) AS r ON r.disclosure_ref = d.ref
WHERE d.disclose_on IS DISTINCT FROM r.day
UNION ALL
SELECT 'disclosures', d.ref, 'public_on or listed_on'
FROM disclosure AS d CROSS JOIN LATERAL (SELECT publication_day(d.attribute, d.published_on, d.disclose_on) AS day) AS p
WHERE d.public_on IS DISTINCT FROM p.day OR d.listed_on IS DISTINCT FROM coalesce(p.day, d.formed_on, date '1970-01-01')
UNION ALL
SELECT 'news', ref, 'listed_on' FROM news WHERE listed_on IS DISTINCT FROM (published_at AT TIME ZONE INTERVAL '+08:00')::date
UNION ALL
SELECT 'relief', ref, 'publisher_code' FROM relief_movement WHERE publisher_code IS DISTINCT FROM coalesce(from_code, to_code)
UNION ALL
SELECT CASE WHEN n.department THEN 'departments' ELSE 'areas' END, code, 'node_reach'
FROM node_reach AS k FULL JOIN reach_of_nodes(ARRAY(SELECT code FROM node)) AS r USING (code) LEFT JOIN node AS n USING (code)
WHERE (k.above, k.near) IS DISTINCT FROM (r.above, r.near)
ORDER BY fact, key, derived`

// Underived visits the rows of which something that follows from them, or from others, is
// not what follows: by its column or table.
func (l *LogState) Underived(ctx context.Context, visit func(fact, key, derived string)) error {
	return each(ctx, l.tx, "deriving anew what follows from rows", underivedSQL, func(scan func(...any) error) error {
		var fact, key, derived string
		err := scan(&fact, &key, &derived)
		visit(fact, key, derived)
		return err
	})
}

// Triggers are those of the tables, as TABLE.NAME: that write the log and the versions
// before, derive what follows, tell servers what changed, and keep the second wall.
func Triggers() []string {
	all := strings.Fields(`log_transaction.end_log_transaction review.note_added review.note_replaced review.note_removed
		node.note_reach_inserted node.note_reach_updated node.note_reach_deleted disclosure.guard_change concern.guard_change
		publisher_timeline.stamp_inserted publisher_timeline.keep_replaced publisher_timeline.keep_removed reference_change.stamp_inserted
		relief_movement.note_movements_inserted relief_movement.note_movements_updated relief_movement.note_movements_deleted
		disclosure.note_named_inserted disclosure.note_named_updated disclosure.note_named_deleted`)
	for _, table := range loggedTables {
		all = append(all, table+".log_inserted", table+".log_updated", table+".log_deleted")
		if !strings.HasPrefix(table, "account") {
			all = append(all, table+".keep_replaced", table+".keep_removed")
		}
	}
	slices.Sort(all)
	return all
}

const triggersOffSQL = `-- store.TriggersOff
SELECT w.logged, w.name FROM (SELECT split_part(t, '.', 1) AS logged, split_part(t, '.', 2) AS name FROM unnest($1::text[]) AS t) AS w
WHERE NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = to_regclass(w.logged) AND t.tgname = w.name AND t.tgenabled IN ('O', 'A'))
ORDER BY w.logged, w.name`

// TriggersOff visits the triggers that should be on and are not.
func (l *LogState) TriggersOff(ctx context.Context, visit func(table, trigger string)) error {
	return each(ctx, l.tx, "looking at the triggers", triggersOffSQL, func(scan func(...any) error) error {
		var table, trigger string
		err := scan(&table, &trigger)
		visit(table, trigger)
		return err
	}, pq.Array(Triggers()))
}
