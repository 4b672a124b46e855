package importer_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var today = calendar.Date(2026, 11, 24)

var options = importer.Options{By: store.By{Account: "tester", Way: store.ByCommand}, Today: today}

// base is a small good world, by file.
func base() map[string]string {
	return map[string]string{
		"areas.csv":       "code,name,level,parent_code\n53,云南省,PROVINCE,\n5331,德宏州,PREFECTURE,53\n533102,瑞丽市,COUNTY,5331\n533102102,畹町镇,TOWNSHIP,533102\n533102103,弄岛镇,TOWNSHIP,533102\n",
		"departments.csv": "code,name,parent_code,functions\n533102/yjglj,瑞丽市应急管理局,533102,EMERGENCY_MANAGEMENT\n",
		"catalogs.csv":    "catalog_code,title,issuer_code,based_on,effective_from,effective_to,grace_working_days,interpretation_working_days,entries_file,source\nC1,标准目录,53,,2020-01-01,,20,3,c1.csv,\n",
		"c1.csv": "entry_code,category,item,sub_item,content,legal_basis,levels,publishers,mode,audience,limit_kind,limit_n,limit_anchor,period,period_limit_n,refresh_days,channels,omit,evidence\n" +
			"1.1,政策文件,法律法规,,内容,《条例》,COUNTY;TOWNSHIP,EMERGENCY_MANAGEMENT;GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,20,FORMED,NONE,,0,政府网站,,\n" +
			"4.2,款物管理,款物使用,,内容,《条例》,COUNTY;TOWNSHIP,EMERGENCY_MANAGEMENT;GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,20,FORMED,ANNUAL,20,0,政府网站,,\n",
		"assignments.csv": "publisher_code,entry_code,action,from,to,reason\n533102103,4.2,EXEMPT,2024-01-01,,试点\n",
		"disclosures.csv": "ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url\n" +
			"d1,533102102,1.1,通知一,,,PROACTIVE,2024-03-01,,2024-03-05,,,,,,网站,\nd2,533102/yjglj,1.1,通知二,,,PROACTIVE,2026-09-01,,,,,,,,,\n",
		"relief.csv": "ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity,goods_unit,households,persons,occurred_on,document_number,disclosure_ref\n" +
			"r1,ALLOCATION,5331,533102,DROUGHT,,1000.50,,,,,,2024-05-01,,\n",
		"events.csv": "ref,name,kind,started_on,ended_on,area_codes\ne1,洪涝,FLOOD,2024-07-01,2024-07-20,533102\n",
		"news.csv":   "ref,publisher_code,entry_code,title,summary,published_at,url,tags\nn1,533102102,4.2,动态,,2024-05-06T08:00:00+08:00,,a;b\n",
	}
}

// folder writes files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	path := t.TempDir()
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(path, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func run(t *testing.T, db *store.Store, o importer.Options, files map[string]string) (*importer.Report, error) {
	t.Helper()
	sources, err := importer.FromPaths([]string{folder(t, files)})
	if err != nil {
		t.Fatal(err)
	}
	return importer.Import(context.Background(), db, sources, o)
}

func count(t *testing.T, db *store.Store, query string) (n int) {
	t.Helper()
	if err := db.DB().QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const everything = `SELECT (SELECT count(*) FROM node) + (SELECT count(*) FROM catalog_entry) + (SELECT count(*) FROM disclosure)
	+ (SELECT count(*) FROM relief_movement) + (SELECT count(*) FROM news) + (SELECT count(*) FROM fact_history)`

// TestBadRows: each bad row is refused with its place, and nothing is written.
func TestBadRows(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	for _, c := range []struct {
		name, file, old, new string
		line                 int
		column, reason       string
	}{
		{"a level not below its parent's", "areas.csv", "TOWNSHIP,533102\n533102103", "PREFECTURE,533102\n533102103", 5, "level", "not below the level of its parent"},
		{"a circle in the tree", "areas.csv", "5331,德宏州,PREFECTURE,53\n", "5331,德宏州,PREFECTURE,533102\n", 3, "level", "not below"},
		{"an unknown parent", "areas.csv", "TOWNSHIP,533102\n533102103", "TOWNSHIP,999999\n533102103", 5, "parent_code", "no node of the code 999999"},
		{"a node under itself", "areas.csv", "云南省,PROVINCE,\n", "云南省,PROVINCE,53\n", 2, "parent_code", "under itself"},
		{"an unknown level", "areas.csv", "瑞丽市,COUNTY", "瑞丽市,TOWN", 4, "level", "not one of"},
		{"two rows of one code that differ", "areas.csv", "533102103,弄岛镇", "533102102,弄岛镇", 6, "code", "another row of this code"},
		{"a department under a department", "departments.csv", "应急管理局,533102,", "应急管理局,533102/yjglj,", 2, "parent_code", "is a department"},
		{"a catalog based on an unknown one", "catalogs.csv", "53,,2020", "53,C9,2020", 2, "based_on", "no catalog of the code C9"},
		{"a catalog based on itself", "catalogs.csv", "53,,2020", "53,C1,2020", 2, "based_on", "in a circle"},
		{"an unknown issuer", "catalogs.csv", "标准目录,53", "标准目录,54", 2, "issuer_code", "no node of the code 54"},
		{"a catalog that ends before it begins", "catalogs.csv", "2020-01-01,,", "2020-01-01,2019-01-01,", 2, "effective_to", "lies before the first day, 2020-01-01"},
		{"entries that are not there", "catalogs.csv", "c1.csv", "c2.csv", 0, "", "no such file"},
		{"a category of two names", "c1.csv", "4.2,款物管理", "1.2,款物管理", 3, "category", "have the category 政策文件"},
		{"a limit without its number", "c1.csv", "WORKING_DAYS,20,FORMED,NONE", "WORKING_DAYS,,FORMED,NONE", 2, "limit_n", "needs a number"},
		{"an entry twice", "c1.csv", "4.2,款物管理", "1.1,政策文件", 3, "entry_code", "already at line 2"},
		{"an exemption that ends before it begins", "assignments.csv", "2024-01-01,,", "2024-01-01,2023-12-31,", 2, "to", "lies before the first day, 2024-01-01"},
		{"an exemption of an unknown entry", "assignments.csv", ",4.2,", ",9.9,", 2, "entry_code", "no catalog has"},
		{"a date too early", "disclosures.csv", "2024-03-01", "1989-12-31", 2, "formed_on", "out of range"},
		{"a date too late", "disclosures.csv", "2024-03-05", "2101-01-01", 2, "published_on", "out of range"},
		{"a day that does not exist", "disclosures.csv", "2024-03-05", "2024-02-30", 2, "published_on", "no day of the calendar"},
		{"no date", "disclosures.csv", "2024-03-05", "5 March", 2, "published_on", "is not a date"},
		{"a ref twice", "disclosures.csv", "d2,", "d1,", 3, "ref", "stands already at"},
		{"a period that does not parse", "disclosures.csv", "2024-03-05,,,", "2024-03-05,,2024H3,", 2, "period", "is not a period"},
		{"an unknown publisher", "disclosures.csv", "d1,533102102", "d1,533199", 2, "publisher_code", "no node of the code 533199"},
		{"an unknown entry", "disclosures.csv", "533102102,1.1", "533102102,1.9", 2, "entry_code", "no catalog has"},
		{"withdrawn before published", "disclosures.csv", "2024-03-05,,", "2024-03-05,2024-03-04,", 2, "withdrawn_on", "without or before"},
		{"withdrawn without being published", "disclosures.csv", "2024-03-05,,", ",2024-03-04,", 2, "withdrawn_on", "without or before"},
		{"an unknown attribute", "disclosures.csv", "通知一,,,PROACTIVE", "通知一,,,OPEN", 2, "attribute", "not one of"},
		{"neither true nor false", "disclosures.csv", "2024-03-05,,,,", "2024-03-05,,,maybe,", 2, "nil", "neither true nor false"},
		{"negative money", "relief.csv", "1000.50", "-1000.50", 2, "funds_yuan", "below 0"},
		{"three decimals of yuan", "relief.csv", "1000.50", "1000.505", 2, "funds_yuan", "more than 2 decimals"},
		{"money with separators", "relief.csv", "1000.50", "\"1,000.50\"", 2, "funds_yuan", "not a number"},
		{"an allocation upwards", "relief.csv", "5331,533102,", "533102,5331,", 2, "to_code", "node below its giver"},
		{"a donation with a giver", "relief.csv", "ALLOCATION", "DONATION", 2, "from_code", "comes from outside"},
		{"goods without their unit", "relief.csv", "1000.50,,,", "1000.50,棉被,3,", 2, "goods_quantity", "without quantity or unit"},
		{"neither funds nor goods", "relief.csv", "1000.50", "", 2, "funds_yuan", "neither funds nor goods"},
		{"an instant that is none", "news.csv", "2024-05-06T08:00:00+08:00", "yesterday", 2, "published_at", "neither an instant nor a day"},
		{"an event of an unknown place", "events.csv", ",533102\n", ",999\n", 2, "area_codes", "no node of the code 999"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := base()
			if !strings.Contains(files[c.file], c.old) {
				t.Fatalf("%s does not hold %q", c.file, c.old)
			}
			files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			report, err := run(t, db, options, files)
			if _, refused := errors.AsType[*importer.Refused](err); !refused {
				t.Fatalf("accepted: %v", err)
			}
			found := false
			for _, p := range report.Problems {
				if (c.line == 0 || p.Line == c.line) && p.Column == c.column && strings.Contains(p.Reason, c.reason) && p.Remedy != "" &&
					p.File != "" {
					found = true
				}
			}
			if !found {
				t.Errorf("not told: %+v", report.Problems)
			}
			if n := count(t, db, everything); n != 0 || report.Written {
				t.Errorf("%d rows were written", n)
			}
		})
	}
}

// TestWarned: what is unusual but possible is accepted with a warning.
func TestWarned(t *testing.T) {
	t.Parallel()
	db, dry := pgtest.Store(t), options
	dry.DryRun = true
	for name, c := range map[string]struct{ file, old, new, column, reason string }{
		"a period of another length":      {"disclosures.csv", "533102102,1.1,通知一,,,PROACTIVE,2024-03-01,,2024-03-05,,,", "533102102,4.2,通知一,,,PROACTIVE,2024-03-01,,2024-03-05,,2024Q1,", "period", "the entry is due ANNUAL"},
		"published before formed":         {"disclosures.csv", "2024-03-05", "2024-02-05", "published_on", "before it was formed"},
		"a cell not in force":             {"disclosures.csv", "2024-03-01", "2019-03-01", "entry_code", "does not owe"},
		"a node not valid":                {"areas.csv", "code,name,level,parent_code\n53,云南省,PROVINCE,\n5331,德宏州,PREFECTURE,53\n533102,瑞丽市,COUNTY,5331\n533102102,畹町镇,TOWNSHIP,533102\n", "code,name,level,parent_code,valid_to\n53,云南省,PROVINCE,,\n5331,德宏州,PREFECTURE,53,\n533102,瑞丽市,COUNTY,5331,\n533102102,畹町镇,TOWNSHIP,533102,2023-01-01\n", "publisher_code", "not valid on"},
		"a row repeated to the letter":    {"areas.csv", "533102103,弄岛镇,TOWNSHIP,533102\n", "533102103,弄岛镇,TOWNSHIP,533102\n533102103,弄岛镇,TOWNSHIP,533102\n", "code", "the same row"},
		"an unknown document explained":   {"disclosures.csv", "2024-03-05,,,,,,网站", "2024-03-05,,,,,d9,网站", "interprets_ref", "no disclosure has this ref"},
		"relief of an unknown event":      {"relief.csv", "DROUGHT,,", "DROUGHT,e9,", "event_ref", "no event has this ref"},
		"relief that names no disclosure": {"relief.csv", "2024-05-01,,", "2024-05-01,,d9", "", ""},
	} {
		files := base()
		if !strings.Contains(files[c.file], c.old) {
			t.Fatalf("%s: %s does not hold it", name, c.file)
		}
		files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
		report, err := run(t, db, dry, files)
		if err != nil {
			t.Errorf("%s is refused: %v %+v", name, err, report.Problems)
			continue
		}
		found := c.reason == ""
		for _, p := range report.Warnings {
			found = found || p.Column == c.column && strings.Contains(p.Reason, c.reason)
		}
		if !found {
			t.Errorf("%s: no warning of it among %+v", name, report.Warnings)
		}
	}
}

// TestAgain: the same files twice change nothing; a changed row replaces the
// earlier version, which is kept with who and when, and moves timelines.
func TestAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	const state = `SELECT count(*) + coalesce(sum(hashtext(t::text)::bigint), 0)::bigint % 1000000007 FROM publisher_timeline AS t`
	before := count(t, db, state)
	report, err := run(t, db, options, base())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range report.Files {
		if file.Added+file.Changed > 0 {
			t.Errorf("%+v", file)
		}
	}
	if after := count(t, db, state); after != before || count(t, db, `SELECT count(*) FROM fact_history`) != 0 {
		t.Error("the same files again wrote something")
	}
	files := base()
	files["disclosures.csv"] = strings.Replace(files["disclosures.csv"], "d1,533102102", "d1,533102103", 1)
	files["c1.csv"] = files["c1.csv"][:strings.Index(files["c1.csv"], "4.2,")]
	delete(files, "assignments.csv")
	delete(files, "news.csv")
	dry := options
	dry.DryRun = true
	planned, err := run(t, db, dry, files)
	if err != nil {
		t.Fatal(err)
	}
	if count(t, db, state) != before {
		t.Error("a dry run wrote something")
	}
	done, err := run(t, db, options, files)
	if err != nil {
		t.Fatal(err)
	}
	if planned.Effect.Opened.Len() == 0 || planned.Effect.Closed.Len() == 0 ||
		planned.Effect.Opened.Len() != done.Effect.Opened.Len() || planned.Effect.Closed.Len() != done.Effect.Closed.Len() {
		t.Errorf("planned %+v, done %+v", planned.Effect, done.Effect)
	}
	if n := count(t, db, `SELECT count(*) FROM fact_history WHERE fact = 'disclosure' AND key = '["d1"]' AND changed_by = 'tester'
		AND before ->> 'publisher_code' = '533102102' AND after ->> 'publisher_code' = '533102103'`); n != 1 {
		t.Errorf("%d earlier versions of d1 are kept", n)
	}
	if n := count(t, db, `SELECT count(*) FROM fact_history WHERE fact = 'catalog_entry' AND after IS NULL`); n != 1 {
		t.Errorf("%d rows taken out of the catalog are kept", n)
	}
	effect, err := register.Rebuild(context.Background(), db, today, true, nil)
	if err != nil || effect.Publishers > 0 {
		t.Errorf("%v %v", effect.Differing, err)
	}
}

// TestMovedGrace: the grace of a run that crosses into a year moves as well. 20
// days after 20 December 2025 are 16 January 2026 by Monday to Friday; with 1 and
// 2 January off and 4 January worked, 19 January.
func TestMovedGrace(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	files := base()
	files["catalogs.csv"] = strings.Replace(files["catalogs.csv"], "2020-01-01", "2025-12-20", 1)
	on := importer.Options{By: store.By{Account: "tester", Way: store.ByCommand}, Today: calendar.Date(2025, 12, 25)}
	if _, err := run(t, db, on, files); err != nil {
		t.Fatal(err)
	}
	arrangement, err := os.ReadFile("../sample/data/calendar/2026.json")
	if err != nil {
		t.Fatal(err)
	}
	report, err := run(t, db, on, map[string]string{"calendar/2026.json": string(arrangement)})
	if err != nil {
		t.Fatal(err)
	}
	want := register.MovedDeadline{
		PublisherCode: "533102102",
		EntryCode:     "1.1",
		Kind:          "GRACE",
		Name:          "2025-12-20",
		Before:        calendar.Date(2026, 1, 16),
		After:         calendar.Date(2026, 1, 19),
	}
	if !slices.Contains(report.Effect.MovedDeadlines, want) {
		t.Errorf("%+v is not among %+v", want, report.Effect.MovedDeadlines)
	}
}

// TestArrangement: loading a year moves the open deadlines that reach into it,
// and the report says which and by how much; on a first import none has moved.
func TestArrangement(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	first, err := run(t, db, options, base())
	if err != nil || len(first.Effect.MovedDeadlines) > 0 {
		t.Fatalf("%v, moved: %+v", err, first.Effect.MovedDeadlines)
	}
	arrangement, err := os.ReadFile("../sample/data/calendar/2026.json")
	if err != nil {
		t.Fatal(err)
	}
	report, err := run(t, db, options, map[string]string{"calendar/2026.json": string(arrangement)})
	if err != nil {
		t.Fatal(err)
	}
	// d2, formed on 1 September 2026 and not published: by Monday to Friday due on
	// 29 September; with 25 September off and 20 September worked, on the same day.
	// The year 2025, due 20 working days after its end: 28 January 2026 by Monday
	// to Friday; with 1 and 2 January off and 4 January worked, 29 January.
	found := 0
	for _, moved := range report.Effect.MovedDeadlines {
		if moved.EntryCode == "4.2" && moved.Name == "2025" {
			found++
			if moved.Before.String() != "2026-01-28" || moved.After.String() != "2026-01-29" {
				t.Errorf("%s → %s", moved.Before, moved.After)
			}
		}
		if moved.After.Year() != 2026 && moved.Before.Year() != 2026 {
			t.Errorf("moved, and does not reach into 2026: %+v", moved)
		}
	}
	if found != 2 { // 弄岛镇 is exempted
		t.Errorf("%d duties of 2025 moved: %+v", found, report.Effect.MovedDeadlines)
	}
}
