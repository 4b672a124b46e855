package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Rest is a fact that rests on an import: it keeps it from being taken back.
type Rest struct {
	Table, Key string
	// Why is CHANGED, REMOVED or ADDED_AGAIN of a row of the import's own, NAMES of one
	// that names such a row, NAMED of one taken out that a row would name again, SAME_YEAR
	// of a day of a year that the import arranged, REVIEWS of a review that the document
	// would not have.
	Why, Named string
	By         string
	At         time.Time
	Import     int64 // that recorded it, 0 for none
}

// Rests are facts that rest on an import: some, and how many they are.
type Rests struct {
	Some  []Rest
	Total int
}

// naming is a column by which rows name others.
type naming struct {
	table   string
	key     []string
	column  string
	list    bool
	target  *Table
	by      string // the column of the target that is named
	loose   bool   // it may name what is not there: only what was recorded later rests
	why     string
	removed string // whose rows are named: of removed ones, where nothing else is said
	when    string // a condition besides
}

// entryGone holds for removed entries of a code that no catalog has any more.
const entryGone = "NOT EXISTS (SELECT FROM catalog_entry AS o WHERE o.entry_code = s.entry_code)"

// namings are all columns by which facts name others.
var namings = []naming{
	{table: "node", key: Nodes.key, column: "parent_code", target: &Nodes},
	{table: "node", key: Nodes.key, column: "succeeded_by", list: true, target: &Nodes},
	{table: "catalog", key: Catalogs.key, column: "issuer_code", target: &Nodes},
	{table: "assignment", key: Assignments.told, column: "publisher_code", target: &Nodes},
	{table: "disclosure", key: Disclosures.key, column: "publisher_code", target: &Nodes},
	{table: "news", key: News.key, column: "publisher_code", target: &Nodes},
	{table: "concern", key: Concerns.key, column: "publisher_code", target: &Nodes},
	{table: "event", key: Events.key, column: "area_codes", list: true, target: &Nodes},
	{table: "relief_movement", key: ReliefMovements.key, column: "from_code", target: &Nodes},
	{table: "relief_movement", key: ReliefMovements.key, column: "to_code", target: &Nodes},
	{table: "supervision_order", key: Orders.key, column: "issuer_code", target: &Nodes},
	{table: "supervision_order", key: Orders.key, column: "publisher_code", target: &Nodes},
	{table: "exemption_request", key: Requests.key, column: "publisher_code", target: &Nodes},
	{table: "order_event", key: OrderEvents.key, column: "order_ref", target: &Orders},
	{table: "order_event", key: OrderEvents.key, column: "disclosure_refs", list: true, target: &Disclosures},
	{table: "catalog", key: Catalogs.key, column: "based_on", target: &Catalogs},
	{table: "catalog_entry", key: Entries.key, column: "catalog_code", target: &Catalogs},
	{table: "assignment", key: Assignments.told, column: "entry_code", target: &Entries, by: "entry_code", loose: true, when: entryGone},
	{table: "disclosure", key: Disclosures.key, column: "entry_code", target: &Entries, by: "entry_code", loose: true, when: entryGone},
	{table: "news", key: News.key, column: "entry_code", target: &Entries, by: "entry_code", loose: true, when: entryGone},
	{
		table: "supervision_order", key: Orders.key, column: "entry_codes", list: true, target: &Entries, by: "entry_code", loose: true,
		when: entryGone,
	},
	{table: "exemption_request", key: Requests.key, column: "entry_code", target: &Entries, by: "entry_code", loose: true, when: entryGone},
	{table: "disclosure", key: Disclosures.key, column: "interprets_ref", target: &Disclosures, loose: true},
	{table: "relief_movement", key: ReliefMovements.key, column: "disclosure_ref", target: &Disclosures, loose: true},
	{table: "concern", key: Concerns.key, column: "response_ref", target: &Disclosures, loose: true},
	{table: "review", key: Reviews.key, column: "disclosure_ref", target: &Disclosures},
	{table: "secrecy_review", key: []string{"disclosure_ref"}, column: "disclosure_ref", target: &Disclosures},
	{table: "relief_movement", key: ReliefMovements.key, column: "event_ref", target: &Events, loose: true},
	{
		table: "review", key: Reviews.key, column: "disclosure_ref", target: &Disclosures, loose: true,
		why: "REVIEWS", removed: restoredRows, when: "s.attribute = " + proactive,
	},
	{
		table: "secrecy_review", key: []string{"disclosure_ref"}, column: "disclosure_ref", target: &Disclosures, loose: true,
		why: "REVIEWS", removed: restoredRows, when: "s.attribute <> " + notDisclosed,
	},
	{
		table: "arrangement_day", key: ArrangementDays.key, column: "year", target: &ArrangementDays, loose: true, why: "SAME_YEAR",
	},
	{
		table: "arrangement_day", key: ArrangementDays.key, column: "year", target: &ArrangementDays, loose: true, why: "SAME_YEAR",
		removed: restoredRows,
	},
}

// restingSQL lists the rows that name removed ones.
func (t *Table) restingSQL(n *naming) string {
	from, by, why, removed := n.table+" AS k", n.by, n.why, n.removed
	column := "k." + n.column
	if n.list {
		from = "(" + from + " CROSS JOIN LATERAL unnest(k." + n.column + ") AS named (code))"
		column = "named.code"
	}
	if by == "" {
		by = t.key[0]
	}
	if why == "" {
		why = "NAMES"
	}
	if removed == "" {
		removed = removedRows
	}
	conditions := []string{"$1::timestamptz IS NOT NULL"}
	if n.loose {
		conditions = []string{"k.recorded_at > $1"}
	}
	if n.when != "" {
		conditions = append(conditions, n.when)
	}
	return fmt.Sprintf(`-- store.Resting
SELECT r.*, count(*) OVER () FROM (
    SELECT DISTINCT %[1]s AS told, '%[2]s', s.%[3]s::text, k.recorded_by, k.recorded_at AS at, coalesce(%[4]s, 0)
    FROM %[5]s_%[6]s AS s JOIN %[7]s ON %[8]s = s.%[3]s WHERE %[9]s) AS r
ORDER BY r.at DESC, r.told LIMIT $2`, toldKey("k", n.key), why, by, recordedIn(n.table),
		removed, t.name, from, column, strings.Join(conditions, " AND "))
}

// recordedIn is the import that wrote a row; no file has reviews for secrecy.
func recordedIn(table string) string {
	if table == "secrecy_review" {
		return "NULL::bigint"
	}
	return "k.recorded_in"
}

// missingSQL lists what restored rows name and is there no longer.
func (t *Table) missingSQL(n *naming) string {
	from, column := restoredRows+"_"+n.table+" AS s", "s."+n.column
	if n.list {
		from += " CROSS JOIN LATERAL unnest(s." + n.column + ") AS named (code)"
		column = "named.code"
	}
	return fmt.Sprintf(`-- store.Missing
SELECT r.*, count(*) OVER () FROM (
    SELECT DISTINCT %[1]s AS told, 'NAMED', %[2]s, coalesce(h.changed_by, ''), coalesce(h.changed_at, $1) AS at, coalesce(h.changed_in, 0)
    FROM %[3]s LEFT JOIN LATERAL (
        SELECT changed_by, changed_at, changed_in FROM fact_history
        WHERE fact = '%[4]s' AND key = jsonb_build_array(%[1]s) ORDER BY changed_at DESC LIMIT 1) AS h ON true
    WHERE %[1]s IS NOT NULL AND NOT EXISTS (SELECT FROM %[4]s AS k WHERE k.%[5]s = %[1]s)) AS r
ORDER BY r.at DESC, r.told LIMIT $2`, column, toldKey("s", n.key), from, t.name, t.key[0])
}

// Replaced lists the rows that an import wrote and that are no longer so, at most so
// many, and counts all.
func (w *Writing) Replaced(ctx context.Context, number int64, most int) (found Rests, err error) {
	for _, table := range tablesOfFiles {
		for _, query := range []string{table.replacedSQL(), table.addedAgainSQL()} {
			total := 0
			err := w.each(ctx, "looking for later changes", query, func(scan func(...any) error) error {
				rest := Rest{Table: table.name}
				err := scan(&rest.Key, &rest.Why, &rest.By, &rest.At, &rest.Import, &total)
				found.Some = append(found.Some, rest)
				return err
			}, number, most)
			if err != nil {
				return found, err
			}
			found.Total += total
		}
	}
	return found, nil
}

// Resting lists the facts that name rows that were removed, and those taken out that
// restored rows name, of an import of a time: at most so many, and counts all.
func (w *Writing) Resting(ctx context.Context, at time.Time, most int) (found Rests, err error) {
	for i := range namings {
		n := &namings[i]
		if err := w.resting(ctx, n.table, n.target.restingSQL(n), at, most, &found); err != nil {
			return found, err
		}
		if n.loose || n.table == "secrecy_review" {
			continue
		}
		if err := w.resting(ctx, n.target.name, n.target.missingSQL(n), at, most, &found); err != nil {
			return found, err
		}
	}
	return found, nil
}

func (w *Writing) resting(ctx context.Context, table, query string, at time.Time, most int, found *Rests) error {
	total := 0
	err := w.each(ctx, "looking for what rests on the import", query, func(scan func(...any) error) error {
		rest := Rest{Table: table}
		err := scan(&rest.Key, &rest.Why, &rest.Named, &rest.By, &rest.At, &rest.Import, &total)
		found.Some = append(found.Some, rest)
		return err
	}, at, most)
	found.Total += total
	return err
}
