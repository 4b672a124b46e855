package importer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// The publishers of the cases.
const (
	oneTown     = "533102102"
	anotherTown = "533102103"
	ofCounty    = "533102/yjglj"
)

// changeOfFact is a row of one file, its columns as name=value, with the publishers
// whose timelines are written by it.
type changeOfFact struct {
	what, file, columns string
	moved               []string
}

// cells are the columns of the row by name, in order.
func (c *changeOfFact) cells() (names, values []string) {
	for column := range strings.SplitSeq(c.columns, ", ") {
		name, value, _ := strings.Cut(column, "=")
		names, values = append(names, name), append(values, value)
	}
	return names, values
}

// changesOfFacts follow each other.
var changesOfFacts = []changeOfFact{
	{
		"an explanation of an unknown document",
		"disclosures",
		"ref=e, publisher_code=533102102, entry_code=1.6, title=解读, attribute=PROACTIVE, formed_on=2024-03-01, published_on=2024-03-20, interprets_ref=s",
		[]string{oneTown},
	},
	{
		"that document",
		"disclosures",
		"ref=s, publisher_code=533102103, entry_code=1.1, title=通知, attribute=PROACTIVE, formed_on=2024-03-01, published_on=2024-03-15, requires_interpretation=1",
		[]string{oneTown, anotherTown},
	},
	{"its publication on another day", "disclosures", "ref=s, published_on=2024-03-18", []string{oneTown, anotherTown}},
	{"its title", "disclosures", "ref=s, title=新通知", nil},
	{"its number", "disclosures", "ref=s, document_number=文号", nil},
	{"its index number", "disclosures", "ref=s, index_number=索引", nil},
	{"its channel", "disclosures", "ref=s, channel=网站", nil},
	{"its address", "disclosures", "ref=s, url=http://a", nil},
	{"the explanation's publication", "disclosures", "ref=e, published_on=2024-03-28", []string{oneTown, anotherTown}},
	{"an explanation of something else", "disclosures", "ref=e, interprets_ref=d1", []string{oneTown, anotherTown}},
	{"an explanation by another", "disclosures", "ref=e, publisher_code=533102103", []string{oneTown, anotherTown}},
	{"an entry", "disclosures", "ref=e, entry_code=1.1", []string{anotherTown}},
	{"an attribute", "disclosures", "ref=e, attribute=ON_REQUEST", []string{anotherTown}},
	{"a withdrawal", "disclosures", "ref=s, withdrawn_on=2024-04-01", []string{anotherTown}},
	{
		"a nil declaration of a period",
		"disclosures",
		"ref=n, publisher_code=533102102, entry_code=4.2, title=本年无, attribute=PROACTIVE, published_on=2025-01-06, period=2024, nil=1",
		[]string{oneTown},
	},
	{"its period", "disclosures", "ref=n, period=2023", []string{oneTown}},
	{"an explanation wanted no more", "disclosures", "ref=s, requires_interpretation=", []string{anotherTown}},
	{"an explanation wanted of a nil declaration", "disclosures", "ref=n, formed_on=2025-01-05, requires_interpretation=1", nil},
	{"a nil declaration no longer", "disclosures", "ref=n, nil=", []string{oneTown}},
	{"the day on which it was made", "disclosures", "ref=d2, formed_on=2026-09-02", []string{ofCounty}},
	{
		"the day of issue, from which the entry's days count",
		"disclosures",
		"ref=i, publisher_code=533102102, entry_code=4.1, title=通知, attribute=PROACTIVE, formed_on=2024-03-01, issued_on=2024-03-02",
		[]string{oneTown},
	},
	{"another day of issue", "disclosures", "ref=i, issued_on=2024-04-02", []string{oneTown}},

	{"an explanation wanted of what one on request explains", "disclosures", "ref=d1, requires_interpretation=1", []string{oneTown}},
	{"a review", "reviews", "disclosure_ref=e, reviewed_on=2025-06-02, result=keep", []string{anotherTown}},
	{"who was consulted", "reviews", "disclosure_ref=e, reviewed_on=2025-06-02, consulted=起草单位", nil},
	{
		"its result, which makes it public",
		"reviews",
		"disclosure_ref=e, reviewed_on=2025-06-02, result=disclose",
		[]string{oneTown, anotherTown},
	},

	{
		"the end of an exemption",
		"assignments",
		"publisher_code=533102103, entry_code=4.2, action=EXEMPT, from=2024-01-01, to=2026-12-31",
		[]string{anotherTown},
	},
	{
		"an exemption without an end",
		"assignments",
		"publisher_code=533102103, entry_code=4.2, action=EXEMPT, from=2024-01-01, to=",
		[]string{anotherTown},
	},
	{
		"the reason of an exemption",
		"assignments",
		"publisher_code=533102103, entry_code=4.2, action=EXEMPT, from=2024-01-01, reason=另有原因",
		nil,
	},

	{"the day of news", "news", "ref=n1, published_at=2024-05-07T08:00:00+08:00", []string{oneTown}},
	{"the hour of news", "news", "ref=n1, published_at=2024-05-07T23:59:59+08:00", nil},
	{"its title", "news", "ref=n1, title=新动态", nil},
	{"its summary", "news", "ref=n1, summary=摘要", nil},
	{"its address", "news", "ref=n1, url=http://a", nil},
	{"its tags", "news", "ref=n1, tags=c;d", nil},
	{"its entry", "news", "ref=n1, entry_code=1.1", []string{oneTown}},
	{"news of another", "news", "ref=n1, publisher_code=533102103", []string{oneTown, anotherTown}},

	{
		"a concern",
		"concerns",
		"ref=c, publisher_code=533102102, title=关切, severity=NORMAL, detected_at=2024-05-06T08:00:00+08:00",
		[]string{oneTown},
	},
	{"its severity", "concerns", "ref=c, severity=MAJOR", []string{oneTown}},
	{"its day", "concerns", "ref=c, detected_at=2024-05-05T08:00:00+08:00", []string{oneTown}},
	{"its answer", "concerns", "ref=c, responded_at=2024-05-09T08:00:00+08:00", []string{oneTown}},
	{"the document that answers", "concerns", "ref=c, response_ref=d1", nil},
	{"to whom it was reported", "concerns", "ref=c, escalated_to=州应急管理局", nil},
	{"its title", "concerns", "ref=c, title=新关切", nil},
	{"a concern of another", "concerns", "ref=c, publisher_code=533102103", []string{oneTown, anotherTown}},

	{
		"relief",
		"relief",
		"ref=r, kind=DISTRIBUTION, from_code=533102102, relief_class=DROUGHT, funds_yuan=5, occurred_on=2024-05-01",
		[]string{oneTown},
	},
	{"the document in which it is to be disclosed", "relief", "ref=r, disclosure_ref=d2", nil},
	{
		"the publication of that document by another than the giver",
		"disclosures",
		"ref=d2, published_on=2026-10-01",
		[]string{ofCounty, oneTown},
	},
	{"a document that was published before", "relief", "ref=r, disclosure_ref=s", []string{oneTown}},
	{"the day of relief", "relief", "ref=r, occurred_on=2024-06-03", []string{oneTown}},
	{"relief of another", "relief", "ref=r, from_code=533102103", []string{oneTown, anotherTown}},
	{"who received it", "relief", "ref=r1, to_code=533102102", nil},
	{"its class", "relief", "ref=r, relief_class=HOUSING", nil},
	{"its event", "relief", "ref=r, event_ref=e1", nil},
	{"its money", "relief", "ref=r, funds_yuan=6", nil},
	{"its goods", "relief", "ref=r, goods_item=棉被, goods_quantity=3, goods_unit=床", nil},
	{"its households", "relief", "ref=r, households=2", nil},
	{"its persons", "relief", "ref=r, persons=4", nil},
	{"its number", "relief", "ref=r, document_number=文号", nil},
	{
		"a donation, which nobody gave",
		"relief",
		"ref=r, kind=DONATION, from_code=, to_code=533102102, households=, persons=",
		[]string{anotherTown},
	},
}

// changesOfOrders follow each other; what orders are like goes with the timelines of whom
// they are to.
var changesOfOrders = []changeOfFact{
	{
		"an order", "orders",
		"ref=o, kind=URGE, issuer_code=53, publisher_code=533102102, entry_codes=1.1, text=请办, issued_at=2024-05-06, working_days=10",
		[]string{oneTown},
	},
	{"its text", "orders", "ref=o, text=请速办", nil},
	{"its basis", "orders", "ref=o, basis=通知", nil},
	{"its entries", "orders", "ref=o, entry_codes=1.1;4.2", nil},
	{"its kind", "orders", "ref=o, kind=CRITICISE", []string{oneTown}},
	{"its issuer", "orders", "ref=o, issuer_code=5331", []string{oneTown}},
	{"its days", "orders", "ref=o, working_days=12", []string{oneTown}},
	{"its day", "orders", "ref=o, issued_at=2024-05-07", []string{oneTown}},
	{"an order to another", "orders", "ref=o, publisher_code=533102103", []string{oneTown, anotherTown}},
	{"a remark", "order_events", "order_ref=o, n=4, kind=REMARKED, at=2024-05-08, text=备注", nil},
	{"an answer", "order_events", "order_ref=o, n=2, kind=ANSWERED, at=2024-05-08, text=已办", []string{anotherTown}},
	{"its text", "order_events", "order_ref=o, n=2, text=办了", nil},
	{"who gave it", "order_events", "order_ref=o, n=2, account=甲", nil},
	{"its documents", "order_events", "order_ref=o, n=2, disclosure_refs=d1", nil},
	{"its day", "order_events", "order_ref=o, n=2, at=2024-05-09", []string{anotherTown}},
	{"a return", "order_events", "order_ref=o, n=3, kind=RETURNED, at=2024-05-10, text=未办, working_days=3", []string{anotherTown}},
	{"its days", "order_events", "order_ref=o, n=3, working_days=4", []string{anotherTown}},
	{"a later day asked for", "order_events", "order_ref=o, n=7, kind=EXTENSION_ASKED, at=2024-05-11, text=请延, new_due_on=2024-08-01", nil},
	{
		"and granted",
		"order_events",
		"order_ref=o, n=8, kind=EXTENSION_GRANTED, at=2024-05-12, new_due_on=2024-08-01",
		[]string{anotherTown},
	},
	{"another granted", "order_events", "order_ref=o, n=8, new_due_on=2024-08-02", []string{anotherTown}},
	{"a withdrawal", "order_events", "order_ref=o, n=9, kind=WITHDRAWN, at=2024-09-02, text=有误", []string{anotherTown}},
	{"a remark instead", "order_events", "order_ref=o, n=9, kind=REMARKED", []string{anotherTown}},
	{
		"a request", "exemption_requests",
		"ref=x, publisher_code=533102102, entry_code=1.1, from=2024-01-01, reason=停办, asked_at=2024-05-06, asked_by=甲", nil,
	},
	{"its decision", "exemption_requests", "ref=x, decision=GRANTED, decided_at=2024-05-07, decided_by=乙", nil},
}

// TestEveryChangeMovesTimelines: whichever part of a fact a file changes, the
// timelines that follow from it are recomputed, those of linked documents'
// publishers too.
func TestEveryChangeMovesTimelines(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := base()
	world["c1.csv"] += "1.6,政策文件,解读,,内容,《条例》,TOWNSHIP,GOVERNMENT,PROACTIVE,PUBLIC,WITH_SOURCE,,FORMED,NONE,,0,,,\n"
	world["c1.csv"] += "4.1,款物管理,通知,,内容,《条例》,TOWNSHIP,GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,20,ISSUED,NONE,,0,,,\n"
	world["assignments.csv"] = "publisher_code,entry_code,action,from,to,reason\n533102103,4.2,EXEMPT,2024-01-01,2024-12-31,试点\n"
	if _, err := run(t, db, options, world); err != nil {
		t.Fatal(err)
	}
	for _, change := range slices.Concat(changesOfFacts, changesOfOrders) {
		names, values := change.cells()
		before := versions(t, db)
		report, err := run(t, db, options, map[string]string{
			change.file + ".csv": strings.Join(names, ",") + "\n" + strings.Join(values, ",") + "\n",
		})
		if err != nil {
			t.Fatalf("%s: %v %+v", change.what, err, report.Problems)
		}
		var moved []string
		for code, version := range versions(t, db) {
			if version != before[code] {
				moved = append(moved, code)
			}
		}
		slices.Sort(moved)
		if !slices.Equal(moved, change.moved) {
			t.Errorf("%s: the timelines of %v were written, want %v", change.what, moved, change.moved)
		}
		mustVerify(t, db)
	}
}

// TestEveryColumnHasItsChange: of every kind of fact that timelines follow from, a
// change of each column stands among those that TestEveryChangeMovesTimelines makes:
// they move some for a column that decides, and none for another.
func TestEveryColumnHasItsChange(t *testing.T) {
	t.Parallel()
	columnsHaveChanges(t, "disclosures", &fact.Disclosures)
	columnsHaveChanges(t, "news", &fact.News)
	columnsHaveChanges(t, "concerns", &fact.Concerns)
	columnsHaveChanges(t, "reviews", &fact.Reviews)
	columnsHaveChanges(t, "relief", &fact.Movements)
	columnsHaveChanges(t, "assignments", &fact.Assignments)
}

func columnsHaveChanges[T any](t *testing.T, file string, kind *fact.Kind[T]) {
	t.Helper()
	moved := map[string]bool{} // whether a change moved some, by the column that made it
	known := map[string]bool{}
	for _, change := range changesOfFacts {
		if change.file != file {
			continue
		}
		var key []string
		var deciding, others []string
		names, values := change.cells()
		for _, column := range kind.InFiles() {
			at := slices.Index(names, column.Name)
			switch {
			case at < 0:
			case slices.Contains(kind.Key, column.Stored):
				key = append(key, values[at])
			case column.Decides:
				deciding = append(deciding, column.Name)
			default:
				others = append(others, column.Name)
			}
		}
		of := strings.Join(key, " ")
		if !known[of] && isWhole(kind, names) {
			known[of] = true
			continue // a fact that is new moves some by any column
		}
		if len(deciding) == 0 {
			deciding = others
		}
		for _, name := range deciding {
			moved[name] = moved[name] || len(change.moved) > 0
		}
	}
	for _, column := range kind.InFiles() {
		if slices.Contains(kind.Key, column.Stored) {
			continue
		}
		if some, has := moved[column.Name]; !has {
			t.Errorf("no change is of the column %s of %s", column.Name, file)
		} else if some != column.Decides {
			t.Errorf("of %s the column %s decides: %t, its changes move some: %t", file, column.Name, column.Decides, some)
		}
	}
}

// isWhole tells whether a row gives all that a new one needs.
func isWhole[T any](kind *fact.Kind[T], names []string) bool {
	return !slices.ContainsFunc(kind.InFiles(), func(c fact.Column[T]) bool { return c.Needed && !slices.Contains(names, c.Name) })
}

// versions are the transactions that last wrote the publishers' timelines.
func versions(t *testing.T, db *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for line := range strings.SplitSeq(text(t, db, "SELECT string_agg(publisher_code || ' ' || changed, chr(10)) FROM publisher_timeline"), "\n") {
		code, version, _ := strings.Cut(line, " ")
		all[code] = version
	}
	return all
}
