package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// laid is an import, and a later one that rests on it, with what is then told.
type laid struct{ what, first, then, rests string }

var laids = []laid{
	{"a changed row", "news.csv\nref,title\nn1,另题", "news.csv\nref,title\nn1,第三题", "news n1: it was changed later"},
	{
		"an added row, changed",
		"events.csv\nref,name,kind,started_on\ne9,旱灾,DROUGHT,2024-01-01",
		"events.csv\nref,name\ne9,大旱",
		"events e9: it was changed later",
	},
	{
		"a document of a new place", "areas.csv\ncode,name,level,parent_code\n533102110,新镇,TOWNSHIP,533102",
		"disclosures.csv\nref,publisher_code,entry_code,title,attribute,formed_on\nd9,533102110,1.1,通知,PROACTIVE,2024-01-01",
		"disclosures d9: it names 533102110",
	},
	{
		"a place below a new one", "areas.csv\ncode,name,level,parent_code\n533102110,新镇,TOWNSHIP,533102",
		"areas.csv\ncode,name,level,parent_code\n533102110001,新村,VILLAGE,533102110", "533102110001: it names 533102110",
	},
	{
		"a successor that is new", "areas.csv\ncode,name,level,parent_code\n533102110,新镇,TOWNSHIP,533102",
		"areas.csv\ncode,valid_to,succeeded_by\n533102102,2025-01-01,533102110", "533102102: it names 533102110",
	},
	{
		"a movement from a new place",
		"areas.csv\ncode,name,level,parent_code\n533102110,新镇,TOWNSHIP,533102",
		"relief.csv\nref,kind,from_code,relief_class,funds_yuan,occurred_on\nr9,DISTRIBUTION,533102110,DROUGHT,5,2024-05-01",
		"relief r9: it names 533102110",
	},
	{
		"an event of a new place", "areas.csv\ncode,name,level,parent_code\n533102110,新镇,TOWNSHIP,533102",
		"events.csv\nref,name,kind,started_on,area_codes\ne9,旱灾,DROUGHT,2024-01-01,533102110", "events e9: it names 533102110",
	},
	{
		"a catalog based on a new one",
		"catalogs.csv\ncatalog_code,title,issuer_code,effective_from,entries_file\nK,目录,533102,2022-01-01,c1.csv",
		"catalogs.csv\ncatalog_code,title,issuer_code,based_on,effective_from,entries_file\nK2,目录,533102,K,2023-01-01,c1.csv",
		"catalogs K2: it names K",
	},
	{
		"a document under a new entry",
		"catalogs.csv\ncatalog_code,title,issuer_code,effective_from,entries_file\nK,目录,533102,2022-01-01,k.csv",
		"disclosures.csv\nref,publisher_code,entry_code,title,attribute,formed_on\nd9,533102102,4.9,通知,PROACTIVE,2024-01-01",
		"disclosures d9: it names 4.9",
	},
	{
		"an assignment of a new entry",
		"catalogs.csv\ncatalog_code,title,issuer_code,effective_from,entries_file\nK,目录,533102,2022-01-01,k.csv",
		"assignments.csv\npublisher_code,entry_code,action,from\n533102102,4.9,EXEMPT,2024-01-01",
		"assignments 533102102 4.9 2024-01-01: it names 4.9",
	},
	{
		"a movement of a new event",
		"events.csv\nref,name,kind,started_on\ne9,旱灾,DROUGHT,2024-01-01",
		"relief.csv\nref,event_ref\nr1,e9",
		"relief r1: it names e9",
	},
	{"an explanation", newDocument, "disclosures.csv\nref,interprets_ref\nd1,d9", "disclosures d1: it names d9"},
	{"a movement of a new document", newDocument, "relief.csv\nref,disclosure_ref\nr1,d9", "relief r1: it names d9"},
	{
		"an answer by a new document",
		newDocument,
		"concerns.csv\nref,publisher_code,title,severity,detected_at,response_ref\nc9,533102102,关切,NORMAL,2024-05-06,d9",
		"concerns c9: it names d9",
	},
	{
		"a review of a new document",
		newDocument,
		"reviews.csv\ndisclosure_ref,reviewed_on,result\nd9,2025-01-01,keep",
		"reviews d9 2025-01-01: it names d9",
	},
	{
		"a review of what was proactive",
		"disclosures.csv\nref,attribute\nd1,ON_REQUEST",
		"reviews.csv\ndisclosure_ref,reviewed_on,result\nd1,2025-01-01,keep",
		"reviews d1 2025-01-01: it is a review that the document",
	},
}

const newDocument = "disclosures.csv\nref,publisher_code,entry_code,title,attribute,formed_on\nd9,533102102,1.1,通知,ON_REQUEST,2024-01-01"

// filesOf are the files of a text: a name, then its lines; entries beside catalogs.
func filesOfText(text string) map[string]string {
	name, content, _ := strings.Cut(text, "\n")
	files := map[string]string{name: content + "\n"}
	if name == "catalogs.csv" {
		entries := base()["c1.csv"]
		files["c1.csv"], files["k.csv"] = entries, strings.ReplaceAll(entries, "4.2,款物管理", "4.9,款物管理")
	}
	return files
}

// TestResting: whatever rests on an import keeps it from being taken back and is told,
// with who wrote it when by which import; when that is taken back, the import can be.
func TestResting(t *testing.T) {
	t.Parallel()
	template := pgtest.Lasting(t)
	db := pgtest.Open(t, template, store.Options{Connections: 2})
	accepted(t, db, base())
	db.Close()
	for _, l := range laids {
		t.Run(l.what, func(t *testing.T) {
			t.Parallel()
			db := pgtest.Open(t, pgtest.CopyOf(t, template), store.Options{Connections: 4})
			before, tale := rowsOfFacts(t, db), timelines(t, db)
			first := accepted(t, db, filesOfText(l.first))
			then := accepted(t, db, filesOfText(l.then))
			report, err := undo(t, db, first.Number)
			var printed bytes.Buffer
			report.Print(&printed)
			if err == nil || !strings.Contains(printed.String(), l.rests) ||
				!strings.Contains(printed.String(), fmt.Sprintf("import %d)", then.Number)) {
				t.Fatalf("it says %v and prints\n%s", err, &printed)
			}
			for _, number := range []int64{then.Number, first.Number} {
				if _, err := undo(t, db, number); err != nil {
					t.Fatalf("import %d: %v", number, err)
				}
			}
			if got := rowsOfFacts(t, db); len(differingRows(before, got)) > 0 || timelines(t, db) != tale {
				t.Errorf("both taken back, it differs at %v", differingRows(before, got))
			}
		})
	}
}

// TestUndoRefused: an unknown number, one taken back already, and an undo are told.
func TestUndoRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	ctx := context.Background()
	says := func(number int64, code problem.Code, text string) {
		t.Helper()
		_, err := importer.Undo(ctx, db, number, options)
		if problem.CodeOf(err) != code || !strings.Contains(err.Error(), text) {
			t.Errorf("import %d: %v", number, err)
		}
	}
	says(1, problem.NotFound, "nothing was imported")
	accepted(t, db, base())
	renamed := accepted(t, db, map[string]string{"areas.csv": "code,name,level\n533102,新名,COUNTY\n"})
	says(77, problem.NotFound, "the latest are 2, 1")
	report, err := undo(t, db, renamed.Number)
	if err != nil {
		t.Fatal(err)
	}
	says(renamed.Number, problem.Conflict, fmt.Sprintf("already, by import %d", report.Number))
	says(report.Number, problem.Conflict, "import the files of import 2 again")
	if node := indexNow(t, db).Tree.ByCode("533102"); node.Name != "瑞丽市" || len(node.FormerNames) > 0 {
		t.Errorf("the node is called %s, was %v", node.Name, node.FormerNames)
	}
	if kept := count(t, db, "SELECT count(*) FROM fact_history WHERE fact = 'node'"); kept != 2 {
		t.Errorf("%d versions are kept of the name given and taken back", kept)
	}
}

// TestUndoAfterMutation: what a mutation changed later is told with who did.
func TestUndoAfterMutation(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	accepted(t, db, base())
	first := accepted(t, db, filesOfText(newDocument))
	follower, err := db.Follow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clerk := register.New(db, follower.Index, func() calendar.Day { return today }, store.By{Account: "a clerk", Way: store.ByGraphQL})
	if _, err := clerk.Review(t.Context(), disclosure.Review{DisclosureRef: "d9", ReviewedOn: options.Today - 1}); err != nil {
		t.Fatal(err)
	}
	report, err := undo(t, db, first.Number)
	if err == nil || !slices.ContainsFunc(report.Rests, func(r importer.RestingFact) bool {
		return r.Kind == "reviews" && r.By == "a clerk" && r.Import == 0 && r.At > time.Now().Add(-time.Hour).Format("2006")
	}) {
		t.Errorf("it says %v, %+v", err, report.Rests)
	}
}
