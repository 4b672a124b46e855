package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// growing are the tables that must never be read from end to end for an answer.
var growing = strings.Fields(
	"disclosure news relief_movement publisher_timeline fact_history review concern supervision_order order_event exemption_request log_entry gap_event node_reach former_timeline log_place book_change",
)

// growingOfAccounts are such tables too; their names are words of other statements.
var growingOfAccounts = []string{"account", "account_grant", "api_token", "session", "sign_in"}

// readsAll are the statements that are for the whole of a growing table.
var readsAll = map[string]string{
	"timelinesSQL":      "the index is loaded from all timelines",
	"rowHashesSQL":      "after a break in the database's history all rows are compared",
	"markTimelinesSQL":  "a rebuild makes every server read all timelines",
	"addTimelinesSQL":   "every node has a row",
	"olderTimelinesSQL": "a start looks for what older releases have packed, where there can be any",
	"logEntriesSQL":     "the log is exported or verified whole",
	"brokenChainSQL":    "the log is verified whole",
	"accountNamesSQL":   "a new name is compared with all, whatever letters they are in",
	"unloggedSQL":       "every row is compared with the log",
	"misfiledSQL":       "the log is verified whole",
	"underivedSQL":      "what follows from every row is derived anew",
	"forgetFormerSQL":   "all that was kept goes",
	"forgetUnplacedSQL": "all that an older program left without a place goes",
	"madeRolesSQL":      "it names a table to find its policy, and reads none",
}

// filled is a database with rows enough for plans to be those of a real one.
var filled = sync.OnceValues(func() (*store.Store, error) {
	db, err := store.Open(context.Background(), filledURL, store.Options{Connections: 4})
	if err != nil {
		return nil, err
	}
	for _, statement := range []string{
		`INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`,
		`INSERT INTO node (code, name, level, department, parent_code)
		 SELECT 'p' || n, '镇', 4, false, 'CN' FROM generate_series(1, 20000) AS n`,
		`INSERT INTO publisher_timeline (publisher_code, packed)
		 SELECT 'p' || n, decode(repeat('01', 200), 'hex') FROM generate_series(1, 20000) AS n`,
		`INSERT INTO book_change (code, at, changed)
		 SELECT 'p' || n, now() - make_interval(secs => 20000 - n), (1000 + n)::text::xid8 FROM generate_series(1, 20000) AS n`,
		`UPDATE publisher_timeline SET changed = (1000 + substr(publisher_code, 2)::int)::text::xid8`,
		`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute, formed_on, published_on, withdrawn_on, period, interprets_ref)
		 SELECT 'd' || n, 'p' || 1 + n % 3000, (1 + n % 5) || '.' || (1 + n % 4), '关于第' || n || '号的通知', CASE WHEN n % 20 = 0 THEN 1 ELSE 0 END,
		        date '2022-01-01' + n % 1500, CASE WHEN n % 7 > 0 THEN date '2022-01-10' + n % 1500 END, CASE WHEN n % 100 = 3 THEN date '2023-01-10' + n % 1500 END,
		        CASE WHEN n % 3 = 0 THEN '2024Q1' ELSE '' END, CASE WHEN n % 40 = 0 THEN 'd' || n / 2 END
		 FROM generate_series(1, 60000) AS n`,
		`INSERT INTO news (ref, publisher_code, entry_code, title, published_at)
		 SELECT 'n' || n, 'p' || 1 + n % 3000, (1 + n % 7) || '.1', '动态', timestamptz '2022-01-01' + n % 1500 * interval '1 day' FROM generate_series(1, 30000) AS n`,
		`INSERT INTO relief_movement (ref, kind, from_code, to_code, relief_class, funds_fen, occurred_on, disclosure_ref)
		 SELECT 'm' || n, CASE n % 10 WHEN 0 THEN 2 WHEN 1 THEN 1 ELSE 0 END, CASE WHEN n % 10 > 0 THEN 'p' || 1 + n % 3000 END,
		        CASE WHEN n % 10 <> 1 THEN 'p' || 1 + (n * 7) % 3000 END, n % 6, n, date '2022-01-01' + n % 1500, CASE WHEN n % 4 = 0 THEN 'd' || n END
		 FROM generate_series(1, 40000) AS n`,
		`INSERT INTO review (disclosure_ref, reviewed_on, result)
		 SELECT 'd' || n, date '2023-01-01' + n % 900 + y * 365, CASE WHEN n % 60 = 0 THEN y ELSE 0 END FROM generate_series(20, 60000, 20) AS n, generate_series(0, 1) AS y`,
		`INSERT INTO concern (ref, publisher_code, title, severity, detected_at)
		 SELECT 'c' || n, 'p' || 1 + n % 3000, '关切', 0, timestamptz '2022-01-01' + n % 1500 * interval '1 day' FROM generate_series(1, 20000) AS n`,
		`INSERT INTO supervision_order (ref, kind, issuer_code, publisher_code, entry_codes, text, issued_at, working_days)
		 SELECT 'o' || n, n % 3, 'CN', 'p' || 1 + n % 3000, ARRAY['1.1', '2.' || n % 5], '请公开', timestamptz '2022-01-01' + n % 1500 * interval '1 day', 10
		 FROM generate_series(1, 30000) AS n`,
		`INSERT INTO order_event (order_ref, n, kind, at, text)
		 SELECT 'o' || n, e, 7, timestamptz '2022-01-02' + n % 1500 * interval '1 day', '备注' FROM generate_series(1, 30000) AS n, generate_series(1, 2) AS e`,
		`INSERT INTO exemption_request (ref, publisher_code, entry_code, from_day, reason, asked_at, decision)
		 SELECT 'x' || n, 'p' || 1 + n % 3000, '1.1', '2024-01-01', '理由', timestamptz '2022-01-01' + n % 1500 * interval '1 day', n % 3
		 FROM generate_series(1, 20000) AS n`,
		`INSERT INTO log_entry (sequence, at, account, way, fact, key, after, salt, leaf, publisher)
		 SELECT n, timestamptz '2022-01-01' + n * interval '1 minute', 'a' || n % 50, 'GRAPHQL', 'disclosures', 'd' || n, '{}', gen_random_uuid(), '', 'p' || 1 + n % 3000
		 FROM generate_series(1, 60000) AS n`,
		`ALTER TABLE account DISABLE TRIGGER USER; ALTER TABLE account_grant DISABLE TRIGGER USER`,
		`INSERT INTO account (name, display_name, provider, subject) SELECT 'a' || n, '某人' || n, 'https://login.example', 's' || n FROM generate_series(1, 20000) AS n`,
		`INSERT INTO account_grant (account_id, role, node_code, self, from_day)
		 SELECT 1 + n % 20000, n % 3, 'p' || 1 + n % 3000, true, date '2024-01-01' FROM generate_series(1, 40000) AS n`,
		`ALTER TABLE account ENABLE TRIGGER USER; ALTER TABLE account_grant ENABLE TRIGGER USER`,
		`INSERT INTO session (hash, account_id, began_at, used_at)
		 SELECT decode(md5(n::text), 'hex'), 1 + n % 20000, timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-01' + n * interval '1 minute'
		 FROM generate_series(1, 40000) AS n`,
		`INSERT INTO api_token (hash, account_id, made_at, expires_at)
		 SELECT decode(md5(n::text), 'hex'), 1 + n % 20000, timestamptz '2026-01-01', timestamptz '2026-12-01' FROM generate_series(1, 40000) AS n`,
		`INSERT INTO sign_in (hash, began_at) SELECT decode(md5(n::text), 'hex'), timestamptz '2026-01-01' + n * interval '1 minute' FROM generate_series(1, 20000) AS n`,
		`INSERT INTO gap_event (written, publisher_code, above, cells)
		 SELECT (1000 + n)::text::xid8, 'p' || 1 + n % 3000, ARRAY['p' || 1 + n % 3000, 'CN'], '[["1.1", 1, 3]]' FROM generate_series(1, 60000) AS n`,
		`INSERT INTO former_timeline (publisher_code, number, packed)
		 SELECT 'p' || 1 + n % 3000, n, decode(repeat('01', 200), 'hex') FROM generate_series(1, 60000) AS n`,
		`INSERT INTO log_place (number, sequence) SELECT n, n / 2 FROM generate_series(1, 60000) AS n`,
		`VACUUM ANALYZE`,
	} {
		if _, err := db.DB().Exec(statement); err != nil {
			return nil, fmt.Errorf("%s: %w", statement, err)
		}
	}
	return db, nil
})

// filledURL is set by the first test that wants the filled database.
var (
	filledURL  string
	filledOnce sync.Once
)

func filledStore(t *testing.T) *store.Store {
	t.Helper()
	filledOnce.Do(func() { filledURL = pgtest.Lasting(t) })
	db, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// question is a statement with arguments as a caller binds them.
type question struct {
	statement string
	arguments []any
	// index is the one that must answer it, where another would do it worse
	// without reading all.
	index string
}

func numbers(count int) any { return pq.Array(slices.Repeat([]int64{0}, count)) }

func texts(count int, of string) any { return pq.Array(slices.Repeat([]string{of}, count)) }

func publishers(count int) any {
	var codes []string
	for n := range count {
		codes = append(codes, fmt.Sprintf("p%d", 100+n))
	}
	return pq.Array(codes)
}

// questions ask every statement of a growing table what callers ask: a list of
// one publisher and of a page of them, its beginning and its middle, narrow and
// wide.
func questions() []question {
	codes := func(codes ...string) any { return pq.Array(codes) }
	var all []question
	ask := func(statement, index string, arguments ...any) {
		all = append(all, question{statement, arguments, index})
	}
	ask("gapEventsSQL", "gap_event_written", "60990", codes("60980"), "61001", codes("60999"), 0, "p5", 200)
	ask("gapEventsSQL", "gap_event_written", "60990", codes(), "61001", codes(), 0, "", 2001)
	ask("lastGapEventSQL", "gap_event_written", "61001")
	ask("addGapEventsSQL", "", publishers(1), texts(1, "p5"), texts(1, "[]"))
	ask("savedTablesSQL", "")
	ask("formerKeptSQL", "log_place_sequence", 29_000)
	ask("formerTimelinesSQL", "former_timeline_number", 29_900)
	for _, sequence := range []int{0, 29_000} {
		ask("formerTimelinesOfSQL", "former_timeline_pkey", sequence, publishers(3))
		ask("formerTimelinesOfSQL", "former_timeline_pkey", sequence, publishers(100))
	}
	ask("changedReferenceSQL", "", 29_000)
	ask("unplacedSQL", "log_place_sequence")
	ask("listedDaysSQL", "disclosure_newest")
	for _, sees := range []bool{false, true} {
		titled := "('+108:第7' | '+109:第7') & ('+108:77' | '+109:77')"
		ask("titledSQL", "disclosure_title", sees, "2024-06-01", nil, nil, "", "第77", codes(), titled, "2023-01-01", "2024-12-31", 3001)
		ask(
			"titledSQL",
			"disclosure_title",
			sees,
			"2024-06-01",
			codes("1.1"),
			nil,
			"",
			"7",
			codes("d1"),
			"('+108:7':* | '-108:7':*)",
			"2023-01-01",
			"2024-12-31",
			9,
		)
	}
	ask("gapEventsKeptSQL", "gap_event_pkey")
	ask("forgetGapEventsSQL", "gap_event_pkey", 1000, "2020-01-01T00:00:00Z", 0)
	ask("saveLogHeadSQL", "log_entry_pkey", 30_000, []byte{}, "")
	ask("sealSQL", "")
	ask("withdrawalsSQL", "disclosure_withdrawn", codes("1.1", "2.2", "3.3"), nil)
	ask("withdrawalsSQL", "disclosure_withdrawn", codes("1.1"), publishers(20))
	ask("registrarSQL", "disclosure_ref_key", "d77")
	ask("noteGivenSQL", "")
	ask("ownDocumentsSQL", "disclosure_ref_key", codes("d77", "d78"), "a1")
	ask("lastEntryBySQL", "log_entry_at", "2026-11-24T00:00:00Z")
	ask("changedSinceSQL", "log_entry_pkey", 29_000)
	ask("hiddenSinceSQL", "disclosure_ref_key", 29_000, "2026-11-24")
	ask("hiddenSinceOfSQL", "", 0, "2026-11-24", publishers(50))
	ask("withheldSQL", "disclosure_ref_key", texts(20, "d5"), "2026-11-01", 2147483647)
	ask("ordersHiddenSinceSQL", "supervision_order_ref_key", 29_000)
	ask("ordersHiddenSinceOfSQL", "", 0, publishers(50))
	ask("withheldOrdersSQL", "supervision_order_ref_key", texts(20, "o5"), texts(20, "x5"))
	ask("logSpanSQL", "log_entry_at", "2022-01-05", "2022-01-20")
	ask("documentHistoriesSQL", "log_entry_of_row", codes("d1", "d2", "d3"))
	none := codes()
	for _, page := range []string{"logPageSQL", "oldestOfLogSQL"} {
		ask(page, "log_entry_pkey", 1, 60_000, nil, nil, nil, none, none, none, true, "a1", nil, 51)
		ask(
			page,
			"log_entry_of_publisher",
			1,
			50_000,
			codes("disclosures"),
			nil,
			nil,
			codes("p1", "p2"),
			codes("a1"),
			none,
			false,
			"a1",
			codes("p1", "p2"),
			51,
		)
		ask(page, "log_entry_of_account", 1, 50_000, nil, nil, nil, none, codes("a1"), none, false, "a1", none, 51)
		ask(page, "", 1, 60_000, codes("news"), nil, nil, none, none, codes("news"), false, "a1", nil, 51)
	}
	ask("logCountSQL", "log_entry_of_publisher", 1, 60_000, nil, codes("a2"), nil, codes("p1", "p2"), codes("a1"), none)
	ask("logCountSQL", "log_entry_of_account", 1, 60_000, codes("disclosures"), nil, nil, none, codes("a1"), none)
	ask("cellHistoriesSQL", "log_entry_of_publisher", codes("p1", "p2"), codes("1.1", "1.6"))
	for _, count := range []int{1, 50} {
		list, lists, first, last := publishers(count), numbers(count), texts(count, "1990-01-01"), texts(count, "2024-12-31")
		sees := pq.Array(slices.Repeat([]bool{count > 1}, count))
		none := pq.Array([]string{})
		const newest, newestNews = "disclosure_newest_of_publisher", "news_newest_of_publisher"
		ask("disclosurePagesSQL", newest, list, "2024-06-01", nil, nil, "", "", none, nil, "", 21, lists, first, last, sees)
		ask(
			"disclosurePagesSQL",
			newest,
			list,
			nil,
			codes("1.1", "2.2"),
			pq.Array([]int64{0}),
			"2024Q1",
			"通知",
			codes("d1", "d2"),
			"2023-06-01",
			"d5000",
			21,
			lists,
			first,
			last,
			sees,
		)
		ask("disclosureCountsSQL", "", list, "2024-06-01", codes("1.1"), nil, "", "号", none, lists, first, last, sees)
		for _, walk := range []string{"walkNewestSQL", "walkOldestSQL"} {
			ask(walk, "disclosure_newest", count > 1, "2024-06-01", nil, nil, "", "", none, nil, "", 21, "1990-01-01", "2024-12-31", 1000)
			ask(
				walk,
				"disclosure_newest",
				count > 1,
				"2024-06-01",
				codes("1.1"),
				nil,
				"",
				"通知",
				none,
				"2023-06-01",
				"d77",
				21,
				"1990-01-01",
				"2024-12-31",
				9000,
			)
		}
		found := texts(count, "d77")
		ask("foundDocumentsSQL", "disclosure_ref_key", found, "2024-06-01", codes("1.1"), nil, "", "通知", none, sees)
		ask("foundCountSQL", "disclosure_ref_key", found, "2024-06-01", nil, nil, "", "通知", none, sees)
		ask("newsPagesSQL", newestNews, list, nil, "", nil, "", 21, lists, first, last)
		ask("newsPagesSQL", newestNews, list, texts(2, "3.1"), "动", "2023-06-01", "n77", 21, lists, first, last)
		ask("oldestNewsSQL", newestNews, list, nil, "", "2023-06-01", "n77", 21, lists, first, last)
		ask("newsCountsSQL", newestNews, list, texts(2, "3.1"), "动", lists, first, last)
		ask("oldestDisclosuresSQL", newest, list, "2024-06-01", nil, nil, "", "", none, "2023-06-01", "d77", 21, lists, first, last, sees)
		ask(
			"reliefFlowsSQL",
			"relief_movement_given",
			list,
			"2024-01-01",
			"2024-12-31",
			"2024-12-31",
			"",
			pq.Array([]string{}),
			pq.Array([]string{}),
			pq.Array([]string{}),
		)
		ask("movementPagesSQL", "relief_movement_received", list, nil, "", 21, lists, first, last, nil, "", 0)
		ask("movementPagesSQL", "relief_movement_received", list, "2023-12-31", "m5", 21, lists, first, last, 3, "e", 3)
		ask("oldestMovementsSQL", "relief_movement_received", list, "2023-12-31", "m5", 21, lists, first, last, 3, "e", 0)
		ask("movementCountsSQL", "relief_movement_given", list, lists, first, last, 3, "", 2)
		ask("recordedSQL", "", list, "2024-12-31")
		ask("disclosureFactsOfPublishersSQL", "", list)
		ask("newsFactsOfPublishersSQL", "", list)
		ask("disclosureFactsOfCellsSQL", "disclosure_pkey", list, texts(count, "1.1"))
		ask("newsFactsOfCellsSQL", "news_pkey", list, texts(count, "3.1"))
		ask("concernsOfPublishersSQL", "", list)
		ask("concernPagesSQL", "concern_newest_of_publisher", list, lists, true, nil, nil, nil, "", nil, "", 21)
		ask("concernPagesSQL", "concern_newest_of_publisher",
			list, lists, false, pq.Array([]int64{1}), "2022-01-01", "2024-01-01", "关", "2023-01-01", "c5", 21)
		ask("oldestConcernsSQL", "concern_newest_of_publisher", list, lists, false, nil, nil, nil, "", "2023-01-01", "c5", 21)
		ask("concernCountsSQL", "concern_newest_of_publisher", list, lists, true, nil, nil, nil, "")
		ask("reviewsDueSQL", "disclosure_not_proactive", list, lists, nil, "", "", 21, "2025-01-01")
		ask("reviewsDueBackSQL", "disclosure_not_proactive", list, lists, nil, "p7", "d7", 21, "2025-01-01")
		ask("reviewsDueByDaySQL", "disclosure_not_proactive", list, lists, nil, "", "", 21, "2025-01-01")
		ask("reviewsDueByDayBackSQL", "disclosure_not_proactive", list, lists, nil, "2023-01-01", "d7", 21, "2025-01-01")
		ask("reviewsDueCountsSQL", "disclosure_not_proactive", list, lists, texts(2, "1.1"), "2025-01-01")
		ask("toReviewSQL", "disclosure_not_proactive", list, lists, nil, "", "", 21, nil)
		ask("toReviewBackSQL", "disclosure_not_proactive", list, lists, nil, "", "", 21, true)
		ask("toReviewByDaySQL", "disclosure_not_proactive", list, lists, nil, "", "", 21, nil)
		ask("toReviewByDayBackSQL", "disclosure_not_proactive", list, lists, nil, "2023-01-01", "d7", 21, true)
		ask("toReviewCountsSQL", "disclosure_not_proactive", list, lists, nil, nil)
		ask("movementsGivenSQL", "relief_movement_given", list)
		ask("lockTimelinesSQL", "publisher_timeline_pkey", list, codes("d1", "d40"), codes("d7"))
		ask("lockTimelinesSQL", "publisher_timeline_pkey", list, codes(), codes())
		ask("tryTimelinesSQL", "publisher_timeline_pkey", list, codes("d1", "d40"), codes("d7"))
		ask("tryTimelinesSQL", "publisher_timeline_pkey", list, codes(), codes())
		ask(
			"saveTimelinesSQL",
			"",
			list,
			pq.ByteaArray(slices.Repeat([][]byte{{1}}, count)),
			pq.ByteaArray(slices.Repeat([][]byte{{1}}, count)),
		)
		ask("ordersOfPublishersSQL", "supervision_order_pkey", list)
		ask("ordersOfCellsSQL", "supervision_order_pkey", list, texts(count, "1.1"))
		ask("requestPagesSQL", "exemption_request_newest", list, lists, false, none, nil, "", 21)
		ask("requestPagesSQL", "exemption_request_newest", list, lists, true, none, "2024-01-01", "x5", 21)
		ask("oldestRequestsSQL", "exemption_request_newest", list, lists, false, none, "2024-01-01", "x5", 21)
		ask("requestCountsSQL", "", list, lists, true, none)
	}
	refs := codes("d1", "d2", "d3", "d40", "d80")
	ask("disclosuresByRefSQL", "disclosure_ref_key", refs)
	ask("seenDocumentsSQL", "disclosure_ref_key", refs, "2024-01-01", codes("p1", "p2"))
	ask("interpretationsSQL", "disclosure_interprets", refs)
	ask("linkedFactsSQL", "disclosure_interprets", refs, refs)
	ask("changeDisclosureSQL", "", "d7", "2024-01-01", nil, "", "", nil, false)
	ask("newsByRefSQL", "news_ref_key", codes("n1", "n2"))
	ask("newestMovementsSQL", "relief_movement_newest", nil, "", 21, "1990-01-01", "2024-12-31", nil, "", 0)
	ask("newestMovementsSQL", "relief_movement_newest", "2023-12-31", "m5", 500, "1990-01-01", "2023-12-31", 3, "", 0)
	ask("oldestOfMostSQL", "relief_movement_newest", "2023-12-31", "m5", 500, "2023-12-31", "2024-12-31", 3, "", 5)
	ask("movementsByRefSQL", "relief_movement_ref_key", codes("m1", "m2"))
	ask("catchUpSQL", "publisher_timeline_changed", "20990", pq.Array([]string{"20900", "20905"}))
	ask("catchUpSQL", "publisher_timeline_changed", "20990", pq.Array([]string{}))
	ask("bookChangesSQL", "book_change_changed", "20990", pq.Array([]string{"20900", "20905"}))
	ask("bookChangesSQL", "book_change_changed", "20990", pq.Array([]string{}))
	ask("forgetBookChangesSQL", "book_change_at", 86400)
	ask("removeTimelinesSQL", "publisher_timeline_pkey")
	for _, table := range []string{
		"disclosure", "news", "relief_movement", "review", "concern", "supervision_order", "order_event", "exemption_request",
	} {
		recorded, changed := "fact_history_recorded_in", "fact_history_changed_in"
		if table != "disclosure" {
			recorded, changed = "", "" // of the others nothing was replaced, and any index finds that
		}
		ask(table+" replacedSQL", recorded, 7, 20)
		ask(table+" addedAgainSQL", changed, 7, 20)
		ask(table+" formerSQL", changed, 7)
		ask(table+" removeSQL", table+"_recorded_in", 7)
	}
	ask("stateSQL", "")
	ask("differingTimelinesSQL", "publisher_timeline_pkey", codes("p1", "p2"))
	ask("addDisclosureSQL", "", "new", "p1", "1.1", "", "", "", 0, nil, nil, nil, nil, "", false, false, nil, "", "")
	ask("addNewsSQL", "", "new", "p1", "5.1", "", "", "2024-01-01", "", codes())
	ask("addMovementSQL", "", "new", 0, "p1", "p2", 0, nil, 1, "", 0, "", 0, 0, "2024-01-01", "", nil)
	ask("formerNamesSQL", "fact_history_key")
	ask("linkedDocumentsSQL", "disclosure_interprets", refs, codes("d7"))
	ask("reviewsSQL", "review_pkey", refs)
	ask("secrecyReviewsSQL", "", refs)
	ask("addReviewSQL", "", "d20", "2024-12-01", 0, "")
	ask("addSecrecyReviewSQL", "", "d40", "2024-12-01", "", "")
	ask("addConcernSQL", "", "new", "p1", "", 0, "2024-01-01")
	ask("changeConcernSQL", "", "c1", nil, nil, "")
	ask("concernsByRefSQL", "concern_ref_key", codes("c1", "c2"))
	ask("ordersByRefSQL", "supervision_order_ref_key", codes("o1", "o2"))
	ask("orderEventsSQL", "order_event_pkey", codes("o1", "o2"))
	ask("requestsByRefSQL", "exemption_request_ref_key", codes("x1", "x2"))
	ask("addOrderSQL", "", "new", 0, "CN", "p1", codes("1.1"), "", "", "2024-01-01", 10)
	ask("addOrderEventSQL", "", "o1", 99, 7, "2024-01-01", "", "", nil, 0, codes())
	ask("addRequestSQL", "", "new", "p1", "1.1", "2024-01-01", nil, "", "2024-01-01", "")
	ask("decideRequestSQL", "exemption_request_ref_key", "x3", 1, "2024-01-01", "", "")
	for _, table := range store.Tables() {
		if slices.Contains(growing, table.Name()) {
			for _, maker := range []string{"compareSQL", "replaceSQL", "addSQL", "changesSQL"} {
				if table.Statements()[maker] != "" {
					ask(table.Name()+" "+maker, "")
				}
			}
			ask(table.Name()+" overtakenSQL", "", codes("a.csv"))
			if table.Statements()["storedOwnersSQL"] != "" {
				ask(table.Name()+" storedOwnersSQL", "")
			}
			if table.Names() != "" {
				ask(table.Name()+" unknownSQL", "", 100)
				ask(table.Name()+" unseenSQL", "", 100, "2024-01-01", codes("p1", "p2"))
			}
		}
	}
	return append(all, questionsOfAccounts()...)
}

// questionsOfAccounts ask those of accounts, and of what they sign in with.
func questionsOfAccounts() (all []question) {
	ask := func(statement, index string, arguments ...any) {
		all = append(all, question{statement, arguments, index})
	}
	const now, idle, whole, hash = "2026-01-02T00:00:00Z", "43200 s", "604800 s", "\\x01"
	ask("accountsByNameSQL", "account_name_key", pq.Array([]string{"a1", "a2"}))
	ask("accountsSQL", "account_name_key", "", "a77", 50)
	ask("accountsSQL", "account_name_key", "a1", "", 50)
	ask("lockAccountSQL", "account_name_key", "a1")
	ask("addAccountSQL", "", "new", "", false, "", now)
	ask("disableAccountSQL", "account_pkey", 7, now)
	ask("enableAccountSQL", "account_pkey", 7)
	ask("setPasswordSQL", "account_pkey", 7, "", now)
	ask("tokensChangedSQL", "account_pkey", 7, now)
	ask("presentAccountSQL", "account_pkey", 7)
	ask("presentAccountSQL", "account_grant_of_account", 7)
	ask("passwordOfSQL", "account_name_key", "a1")
	ask("addGrantSQL", "", 7, 0, "p1", true, "2026-01-01", nil, "")
	ask("endGrantsSQL", "account_grant_pkey", pq.Array([]int64{7}), now)
	ask("addSessionSQL", "session_began", hash, 7, now, idle, whole, "")
	ask("addSessionSQL", "session_used", hash, 7, now, idle, whole, "")
	ask("endSessionSQL", "session_pkey", hash)
	ask("endSessionsSQL", "session_of_account", 7)
	ask("sessionAccountSQL", "session_pkey", hash, now, idle, whole)
	ask("useSessionSQL", "session_pkey", hash, now)
	ask("addTokenSQL", "", hash, 7, "", 0, false, false, pq.Array([]string{}), now, now)
	ask("endTokenSQL", "api_token_pkey", hash, 7, now)
	ask("endTokensSQL", "api_token_of_account", 7, now)
	ask("tokensSQL", "api_token_of_account", 7)
	ask("tokenAccountSQL", "api_token_pkey", hash, now)
	ask("useTokenSQL", "api_token_pkey", hash, now)
	ask("beginAttemptSQL", "sign_in_began", hash, now, "600 s")
	ask("endAttemptSQL", "sign_in_pkey", hash, now, "600 s")
	ask("addSessionOfSQL", "session_began", hash, "https://login.example", "s1", now, idle, whole)
	ask("addSessionOfSQL", "account_provider_subject_key", hash, "https://login.example", "s1", now, idle, whole)
	ask("boundAccountSQL", "account_provider_subject_key", "https://login.example", "s1")
	ask("bindAccountSQL", "account_pkey", 7, "https://login.example", "new")
	return all
}

// statementTexts are the package's statements with those made for the tables.
func statementTexts(source *source) map[string]string {
	all := source.statements()
	for _, table := range store.Tables() {
		for maker, text := range table.Statements() {
			all[table.Name()+" "+maker] = text
		}
	}
	return all
}

// TestPlansUseIndexes: no statement reads a growing table from end to end, as
// it is planned for its arguments and, where it is kept prepared, as it is
// planned when it has run often.
func TestPlansUseIndexes(t *testing.T) {
	t.Parallel()
	source := readSource(t)
	asked := map[string]bool{}
	for _, q := range questions() {
		asked[q.statement] = true
	}
	named := regexp.MustCompile(
		`\b(` + strings.Join(growing, "|") + `)\b|\b(FROM|JOIN|INTO|UPDATE)\s+(` + strings.Join(growingOfAccounts, "|") + `)\b`,
	)
	for name, text := range source.statements() {
		if named.MatchString(text) && !asked[name] && readsAll[name] == "" {
			t.Errorf("%s is of a growing table, and no question asks it", name)
		}
	}
	inFilled(t, nil, func(w *store.Writing) {
		for _, q := range questions() {
			if fault := faultOf(t, w, source, q); fault != "" {
				t.Errorf("%s %v: %s", q.statement, q.arguments, fault)
			}
		}
	})
}

// seenSQL are the statements that row-level security narrows.
var seenSQL = strings.Fields(`disclosurePagesSQL oldestDisclosuresSQL disclosureCountsSQL disclosuresByRefSQL interpretationsSQL
	walkNewestSQL walkOldestSQL foundDocumentsSQL foundCountSQL
	reviewsSQL secrecyReviewsSQL`)

// TestPlansBehindWalls: nor do those that policies narrow, as they are planned for
// everybody and for an account; and the role that reads all finds titles by their index.
func TestPlansBehindWalls(t *testing.T) {
	t.Parallel()
	source := readSource(t)
	inFilled(t, []string{
		`INSERT INTO account (name) VALUES ('planned')`,
		`INSERT INTO account_grant (account_id, role, node_code, self, from_day) SELECT id, 0, 'CN', false, '2020-01-01' FROM account WHERE name = 'planned'`,
		`SELECT set_config('reliefgraph.account', (SELECT id FROM account WHERE name = 'planned')::text, true)`,
	}, func(w *store.Writing) {
		for _, role := range []string{"public", "staff", "index"} {
			asked := map[string]bool{}
			for _, q := range questions() {
				if !slices.Contains(seenSQL, q.statement) && (role != "index" || q.statement != "titledSQL") {
					continue
				}
				asked[q.statement] = true
				if _, err := w.Tx().Exec(`SELECT set_config('role', 'reliefgraph_' || $1, true)`, role); err != nil {
					t.Fatal(err)
				}
				if fault := faultOf(t, w, source, q); fault != "" {
					t.Errorf("%s as %s %v: %s", q.statement, role, q.arguments, fault)
				}
			}
			if len(asked) < len(seenSQL)-1 {
				t.Errorf("of %d statements %v were asked", len(seenSQL), asked)
			}
		}
	})
}

// TestPlansNeedTheirIndexes: without any one of the indexes the check of plans
// fails, so it sees what it is for.
func TestPlansNeedTheirIndexes(t *testing.T) {
	t.Parallel()
	source := readSource(t)
	without := map[string]string{
		"DROP INDEX disclosure_newest_of_publisher": "disclosurePagesSQL", "DROP INDEX news_newest_of_publisher": "newsPagesSQL",
		"DROP INDEX disclosure_title": "titledSQL", "DROP INDEX disclosure_newest": "walkNewestSQL",
		"DROP INDEX disclosure_interprets": "interpretationsSQL", "DROP INDEX relief_movement_given": "reliefFlowsSQL",
		"DROP INDEX relief_movement_received": "movementPagesSQL", "DROP INDEX publisher_timeline_changed": "catchUpSQL",
		"ALTER TABLE disclosure DROP CONSTRAINT disclosure_pkey":                                           "disclosureFactsOfCellsSQL",
		"ALTER TABLE disclosure DROP CONSTRAINT disclosure_ref_key CASCADE":                                "disclosuresByRefSQL",
		"ALTER TABLE review DROP CONSTRAINT review_pkey":                                                   "reviewsSQL",
		"ALTER TABLE concern DROP CONSTRAINT concern_ref_key":                                              "concernsByRefSQL",
		"ALTER TABLE concern DROP CONSTRAINT concern_pkey CASCADE; DROP INDEX concern_newest_of_publisher": "concernsOfPublishersSQL",
		"DROP INDEX session_began":                                                                         "addSessionSQL",
		"DROP INDEX account_grant_of_account":                                                              "presentAccountSQL",
		"DROP INDEX session_of_account":                                                                    "endSessionsSQL",
		"DROP INDEX sign_in_began":                                                                         "beginAttemptSQL",
		"DROP INDEX log_entry_at":                                                                          "logSpanSQL",
		"DROP INDEX log_entry_of_row":                                                                      "documentHistoriesSQL",
		"DROP INDEX fact_history_recorded_in":                                                              "disclosure replacedSQL",
		"DROP INDEX fact_history_changed_in":                                                               "disclosure addedAgainSQL",
		"DROP INDEX disclosure_recorded_in":                                                                "disclosure removeSQL",
		"DROP INDEX relief_movement_newest":                                                                "newestMovementsSQL",
		"DROP INDEX relief_movement_disclosure":                                                            "giversNamingSQL",
		"ALTER TABLE news DROP CONSTRAINT news_pkey":                                                       "newsFactsOfCellsSQL",
		"ALTER TABLE news DROP CONSTRAINT news_ref_key":                                                    "newsByRefSQL",
		"ALTER TABLE relief_movement DROP CONSTRAINT relief_movement_ref_key":                              "movementsByRefSQL",
		"ALTER TABLE publisher_timeline DROP CONSTRAINT publisher_timeline_pkey":                           "lockTimelinesSQL",
		"DROP INDEX relief_movement_given; DROP INDEX relief_movement_received":                            "recordedSQL",
		"DROP INDEX relief_movement_received; DROP INDEX relief_movement_given --":                         "movementCountsSQL",
	}
	for _, drop := range slices.Sorted(maps.Keys(without)) {
		inFilled(t, []string{drop}, func(w *store.Writing) {
			for _, q := range questions() {
				if q.statement == without[drop] && faultOf(t, w, source, q) == "" {
					t.Errorf("after %s, %s %v passes still", drop, q.statement, q.arguments)
				}
			}
		})
	}
}

// inFilled runs something on the filled database and takes it back.
func inFilled(t *testing.T, first []string, do func(*store.Writing)) {
	t.Helper()
	ctx := context.Background()
	err := filledStore(t).Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		for _, statement := range first {
			if _, err := w.Tx().ExecContext(ctx, statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		if err := w.StageUndone(ctx); err != nil {
			t.Fatal(err)
		}
		stageAll(t, w)
		stageRecorders(t, w)
		for _, table := range store.Tables() {
			if !slices.Contains(growing, table.Name()) {
				continue
			}
			// A small file: some rows known, some changed, some new.
			columns := regexp.MustCompile(`INSERT INTO \S+ \(([^)]*)\)`).FindStringSubmatch(table.Statements()["addSQL"])[1]
			columns = strings.TrimSuffix(columns, ", registered_by")
			for _, statement := range []string{
				fmt.Sprintf("INSERT INTO staged_%[1]s SELECT %[2]s, 'file', 1 FROM %[1]s LIMIT 40", table.Name(), columns),
				fmt.Sprintf("UPDATE staged_%[1]s SET %[2]s = %[2]s || '+' WHERE %[2]s LIKE '%%5'", table.Name(), strings.Split(columns, ",")[0]),
				"ANALYZE staged_" + table.Name(),
			} {
				if _, err := w.Tx().ExecContext(ctx, statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
		}
		do(w)
		return store.ErrKeepNothing
	})
	if !errors.Is(err, store.ErrKeepNothing) {
		t.Fatal(err)
	}
}

// faultOf tells what is wrong with the plans of a question, empty if nothing is.
func faultOf(t *testing.T, w *store.Writing, source *source, q question) string {
	t.Helper()
	text := statementTexts(source)[q.statement]
	if text == "" {
		t.Fatalf("there is no statement %s", q.statement)
	}
	if fault := faultOfPlan(explain(t, w, "EXPLAIN (FORMAT JSON) "+text, q.arguments...), q.index); fault != "" {
		return fault
	}
	if !source.prepared[q.statement] {
		return ""
	}
	// From its sixth run on PostgreSQL may plan a prepared statement for any
	// arguments alike.
	run := "EXECUTE often"
	if len(q.arguments) > 0 {
		var literals []string
		for _, argument := range q.arguments {
			literals = append(literals, literal(t, argument))
		}
		run += " (" + strings.Join(literals, ", ") + ")"
	}
	statements := slices.Concat([]string{"PREPARE often AS " + text}, slices.Repeat([]string{run}, 6))
	for _, statement := range statements {
		if _, err := w.Tx().Exec(statement); err != nil {
			t.Fatalf("%s: %v", q.statement, err)
		}
	}
	fault := faultOfPlan(explain(t, w, "EXPLAIN (FORMAT JSON) "+run), q.index)
	if _, err := w.Tx().Exec("DEALLOCATE often"); err != nil {
		t.Fatal(err)
	}
	if fault != "" {
		fault = "when run often: " + fault
	}
	return fault
}
