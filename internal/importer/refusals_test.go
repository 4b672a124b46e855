package importer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestRefusalsSayWhere: a refused cell is told with its file, line, column and
// value as they stand in the file, why, and how to mend it; what was there
// before stays as it was.
func TestRefusalsSayWhere(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	before := everythingWritten(t, db)
	const secondCatalog = "C2,乙目录,533102,C3,2021-01-01,,20,3,c1.csv,\nC3,丙目录,533102,C2,2021-01-01,,20,3,c1.csv,\n"
	for _, c := range []struct {
		name, file, old, new string
		want                 tabular.Problem // Reason and Remedy: a part of them
	}{
		{"two catalogs based on each other", "catalogs.csv", "c1.csv,\n", "c1.csv,\n" + secondCatalog, tabular.Problem{Line: 3, Column: "based_on", Value: "C3", Reason: "in a circle", Remedy: "stand alone"}},
		{"an unknown successor", "areas.csv", "level,parent_code\n53,云南省,PROVINCE,\n5331,德宏州,PREFECTURE,53\n", "level,parent_code,succeeded_by\n53,云南省,PROVINCE,,\n5331,德宏州,PREFECTURE,53,5331;5399\n", tabular.Problem{Line: 3, Column: "succeeded_by", Value: "5399", Reason: "no node of the code 5399", Remedy: "import"}},
		{"a place that ends before it begins", "areas.csv", "level,parent_code\n53,云南省,PROVINCE,\n", "level,parent_code,valid_from,valid_to\n53,云南省,PROVINCE,,2020-01-02,2020-01-01\n", tabular.Problem{Line: 2, Column: "valid_to", Value: "2020-01-01", Reason: "before the first day, 2020-01-02", Remedy: "exchange"}},
		{"a code of full-width digits", "areas.csv", "533102103,弄岛镇", "５33102103,弄岛镇", tabular.Problem{Line: 6, Column: "code", Value: "５33102103", Reason: "U+FF15", Remedy: "list of areas"}},
		{"a code with a mark that does not show", "departments.csv", "533102/", "533102\u200b/", tabular.Problem{Line: 2, Column: "code", Value: "533102\u200b/yjglj", Reason: "U+200B", Remedy: "leave it out"}},
		{"a code with an escape", "c1.csv", "4.2,", "4.2\x1b,", tabular.Problem{Line: 3, Column: "entry_code", Value: "4.2\x1b", Reason: "U+001B", Remedy: "leave it out"}},
		{"a catalog's code with a wide blank", "catalogs.csv", "C1,", "C\u30001,", tabular.Problem{Line: 2, Column: "catalog_code", Value: "C\u30001", Reason: "U+3000", Remedy: "leave it out"}},
		{"a name that shows nothing", "departments.csv", "瑞丽市应急管理局", "\u200b", tabular.Problem{Line: 2, Column: "name", Value: "\u200b", Reason: "shows nothing", Remedy: "can be read"}},
		{"a name of 6,000 characters", "departments.csv", "瑞丽市应急管理局", strings.Repeat("局", 6000), tabular.Problem{Line: 2, Column: "name", Value: strings.Repeat("局", 79) + "…", Reason: "more than 500", Remedy: "shorten"}},
		{"a department without a parent", "departments.csv", "应急管理局,533102,", "应急管理局,,", tabular.Problem{Line: 2, Column: "parent_code", Reason: "empty", Remedy: "give"}},
		{"no name of a place", "areas.csv", "533102103,弄岛镇", "533102103,", tabular.Problem{Line: 6, Column: "name", Reason: "empty", Remedy: "give"}},
		{"no first day of a catalog", "catalogs.csv", "2020-01-01,,", ",,", tabular.Problem{Line: 2, Column: "effective_from", Reason: "empty", Remedy: "give"}},
		{"no file of entries", "catalogs.csv", "c1.csv", "", tabular.Problem{Line: 2, Column: "entries_file", Reason: "empty", Remedy: "give"}},
		{"no number of a limit", "c1.csv", "WORKING_DAYS,20,FORMED,NONE", "WORKING_DAYS,,FORMED,NONE", tabular.Problem{Line: 2, Column: "limit_n", Reason: "needs a number", Remedy: "PROMPT"}},
		{"an assignment to nobody", "assignments.csv", "533102103,4.2", ",4.2", tabular.Problem{Line: 2, Column: "publisher_code", Reason: "empty", Remedy: "give"}},
		{"days of grace in words", "catalogs.csv", ",20,3,c1.csv", ",twenty,3,c1.csv", tabular.Problem{Line: 2, Column: "grace_working_days", Value: "twenty", Reason: "no whole number", Remedy: "digits"}},
		{"negative days of interpretation", "catalogs.csv", ",20,3,c1.csv", ",20,-3,c1.csv", tabular.Problem{Line: 2, Column: "interpretation_working_days", Value: "-3", Reason: "out of range", Remedy: "from 0 to 3660"}},
		{"half a day", "catalogs.csv", ",20,3,c1.csv", ",20.5,3,c1.csv", tabular.Problem{Line: 2, Column: "grace_working_days", Value: "20.5", Reason: "no whole number", Remedy: "digits"}},
		{"a limit beyond all reason", "c1.csv", "WORKING_DAYS,20,FORMED,NONE", "WORKING_DAYS,99999999,FORMED,NONE", tabular.Problem{Line: 2, Column: "limit_n", Value: "99999999", Reason: "out of range", Remedy: "from 0 to 3660"}},
		{"an unknown kind of limit", "c1.csv", "WORKING_DAYS,20,FORMED,NONE", "WORKDAYS,20,FORMED,NONE", tabular.Problem{Line: 2, Column: "limit_kind", Value: "WORKDAYS", Reason: "not one of WORKING_DAYS", Remedy: "one of these"}},
		{"an unknown anchor", "c1.csv", "WORKING_DAYS,20,FORMED,NONE", "WORKING_DAYS,20,MADE,NONE", tabular.Problem{Line: 2, Column: "limit_anchor", Value: "MADE", Reason: "not one of FORMED", Remedy: "one of these"}},
		{"an unknown periodicity", "c1.csv", "FORMED,ANNUAL", "FORMED,YEARLY", tabular.Problem{Line: 3, Column: "period", Value: "YEARLY", Reason: "not one of NONE", Remedy: "one of these"}},
		{"an unknown mode", "c1.csv", "GOVERNMENT,PROACTIVE,PUBLIC", "GOVERNMENT,ACTIVE,PUBLIC", tabular.Problem{Line: 2, Column: "mode", Value: "ACTIVE", Reason: "not one of", Remedy: "one of these"}},
		{"an unknown audience", "c1.csv", "GOVERNMENT,PROACTIVE,PUBLIC", "GOVERNMENT,PROACTIVE,ALL", tabular.Problem{Line: 2, Column: "audience", Value: "ALL", Reason: "not one of", Remedy: "one of these"}},
		{"an unknown level of an entry", "c1.csv", "COUNTY;TOWNSHIP", "COUNTY;TOWN", tabular.Problem{Line: 2, Column: "levels", Value: "COUNTY;TOWN", Reason: "TOWN is none of NATION 全国级", Remedy: "these words"}},
		{"an omission that is neither true nor false", "c1.csv", "政府网站,,\n4.2", "政府网站,yes,\n4.2", tabular.Problem{Line: 2, Column: "omit", Value: "yes", Reason: "neither true nor false", Remedy: "是 or 1"}},
		{"an unknown action", "assignments.csv", "EXEMPT", "REMOVE", tabular.Problem{Line: 2, Column: "action", Value: "REMOVE", Reason: "not one of INCLUDE 纳入, EXEMPT 豁免", Remedy: "one of these"}},
		{"a word for a boolean", "disclosures.csv", "2024-03-05,,,,,,网站", "2024-03-05,,,,maybe,,网站", tabular.Problem{Line: 2, Column: "requires_interpretation", Value: "maybe", Reason: "neither true nor false", Remedy: "是 or 1"}},
		{"a ref with a blank", "disclosures.csv", "d1,", "d 1,", tabular.Problem{Line: 2, Column: "ref", Value: "d 1", Reason: "no blanks", Remedy: "shorten"}},
		{"no title", "disclosures.csv", "通知一", "", tabular.Problem{Line: 2, Column: "title", Reason: "empty", Remedy: "give"}},
		{"an unknown kind of movement", "relief.csv", "ALLOCATION", "TRANSFER", tabular.Problem{Line: 2, Column: "kind", Value: "TRANSFER", Reason: "not one of ALLOCATION", Remedy: "one of these"}},
		{"no class of relief", "relief.csv", "DROUGHT", "", tabular.Problem{Line: 2, Column: "relief_class", Reason: "it is empty", Remedy: "one of EMERGENCY"}},
		{"half a household", "relief.csv", "1000.50,,,,,,", "1000.50,,,,1.5,,", tabular.Problem{Line: 2, Column: "households", Value: "1.5", Reason: "no whole number", Remedy: "digits"}},
		{"four decimals of goods", "relief.csv", "1000.50,,,", "1000.50,大米,1.0005,吨", tabular.Problem{Line: 2, Column: "goods_quantity", Value: "1.0005", Reason: "more than 3 decimals", Remedy: "round"}},
		{"money beyond all reason", "relief.csv", "1000.50", "99999999999999999999", tabular.Problem{Line: 2, Column: "funds_yuan", Value: "99999999999999999999", Reason: "too large", Remedy: "check"}},
		{"an allocation to itself", "relief.csv", "5331,533102,DROUGHT", "5331,5331,DROUGHT", tabular.Problem{Line: 2, Column: "to_code", Value: "5331", Reason: "node below its giver", Remedy: "below 5331"}},
		{"a distribution above its giver", "relief.csv", "ALLOCATION,5331,533102", "DISTRIBUTION,533102,5331", tabular.Problem{Line: 2, Column: "to_code", Value: "5331", Reason: "of the giver or of a node below it", Remedy: "533102"}},
		{"a movement on no day", "relief.csv", "2024-05-01", "", tabular.Problem{Line: 2, Column: "occurred_on", Reason: "empty", Remedy: "give"}},
		{"an event that ends before it begins", "events.csv", "2024-07-20", "2024-06-30", tabular.Problem{Line: 2, Column: "ended_on", Value: "2024-06-30", Reason: "before the first day, 2024-07-01", Remedy: "exchange"}},
		{"an instant out of range", "news.csv", "2024-05-06T08:00:00+08:00", "1989-12-31T15:59:59Z", tabular.Problem{Line: 2, Column: "published_at", Value: "1989-12-31T15:59:59Z", Reason: "out of range", Remedy: "1990"}},
		{"news of an unknown publisher", "news.csv", "533102102", "533199", tabular.Problem{Line: 2, Column: "publisher_code", Value: "533199", Reason: "no node of the code 533199", Remedy: "import"}},
		{"a character that cannot be stored", "disclosures.csv", "通知一", "通知\x00一", tabular.Problem{Line: 2, Reason: "zero byte", Remedy: "UTF-8"}},
		{"a code that cannot be stored", "areas.csv", "533102103,弄岛镇", "5331021\x0003,弄岛镇", tabular.Problem{Line: 6, Reason: "zero byte", Remedy: "UTF-8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := base()
			if !strings.Contains(files[c.file], c.old) {
				t.Fatalf("%s does not hold %q", c.file, c.old)
			}
			files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			report, err := run(t, db, options, files)
			if _, refused := errors.AsType[*importer.Refused](err); !refused {
				t.Fatalf("not refused: %v", err)
			}
			found := false
			for _, p := range report.Problems {
				found = found || strings.HasSuffix(p.File, "/"+c.file) && p.Line == c.want.Line && p.Column == c.want.Column &&
					p.Value == c.want.Value && strings.Contains(p.Reason, c.want.Reason) && strings.Contains(p.Remedy, c.want.Remedy) && p.Remedy != ""
			}
			if !found {
				t.Errorf("not told: %+v", report.Problems)
			}
			if report.Written || report.ProblemCount == 0 {
				t.Errorf("%+v", report)
			}
			if everythingWritten(t, db) != before {
				t.Error("something was written")
			}
		})
	}
}

// TestRepeatedAcrossFiles: what stands twice in the files of one call is refused
// at its second place, which names the first.
func TestRepeatedAcrossFiles(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	before := everythingWritten(t, db)
	year := `{"year": 2024, "days": [{"date": "2024-02-04", "name": "春节", "isOffDay": false}]}`
	for name, c := range map[string]struct {
		files        map[string]string
		second       string
		line         int
		column, what string
	}{
		"disclosures": {map[string]string{"a.csv": base()["disclosures.csv"], "b.csv": base()["disclosures.csv"]}, "b.csv", 2, "ref", "a.csv:2"},
		"relief":      {map[string]string{"a.csv": base()["relief.csv"], "b.csv": base()["relief.csv"]}, "b.csv", 2, "ref", "a.csv:2"},
		"news":        {map[string]string{"a.csv": base()["news.csv"], "b.csv": base()["news.csv"]}, "b.csv", 2, "ref", "a.csv:2"},
		"events":      {map[string]string{"a.csv": base()["events.csv"], "b.csv": base()["events.csv"]}, "b.csv", 2, "ref", "a.csv:2"},
		"assignments": {map[string]string{"a.csv": base()["assignments.csv"], "b.csv": base()["assignments.csv"]}, "b.csv", 2, "publisher_code", "a.csv:2"},
		"calendars":   {map[string]string{"calendar/a.json": year, "calendar/b.json": year}, "b.json", 0, "year", "a.json"},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := run(t, db, options, c.files)
			if _, refused := errors.AsType[*importer.Refused](err); !refused {
				t.Fatalf("not refused: %v", err)
			}
			found := false
			for _, p := range report.Problems {
				found = found ||
					strings.HasSuffix(p.File, c.second) && p.Line == c.line && p.Column == c.column && strings.Contains(p.Reason, c.what) && p.Value != "" &&
						p.Remedy != ""
			}
			if !found || name == "assignments" && report.Problems[0].Value != "533102103 4.2 2024-01-01" {
				t.Errorf("not told: %+v", report.Problems)
			}
			if everythingWritten(t, db) != before {
				t.Error("something was written")
			}
		})
	}
}

// TestNoFalseFollowUps: a fault is told where it is, and not again at the rows
// that rely on what was not taken over for it.
func TestNoFalseFollowUps(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	files := base()
	files["c1.csv"] = strings.Replace(files["c1.csv"], "WORKING_DAYS,20,FORMED,NONE", "WORKING_DAYS,,FORMED,NONE", 1)
	files["disclosures.csv"] += "d3,533102102,1.1,通知三,,,ON_REQUEST,2024-03-01,,,,,,,,,\n"
	files["reviews.csv"] = "disclosure_ref,reviewed_on,result,consulted\nd3,2024-06-01,keep,\n"
	report, err := run(t, db, options, files)
	if _, refused := errors.AsType[*importer.Refused](err); !refused {
		t.Fatalf("not refused: %v", err)
	}
	if len(report.Problems) != 1 || report.Problems[0].Column != "limit_n" {
		t.Errorf("told: %+v", report.Problems)
	}
	for _, warning := range report.Warnings {
		if strings.Contains(warning.Reason, "does not owe") || strings.Contains(warning.Reason, "no disclosure") {
			t.Errorf("warned: %+v", warning)
		}
	}
}

// TestEveryBadRowIsTold: one run lists the faults of all files, in the order of
// files and lines, and counts the good rows too.
func TestEveryBadRowIsTold(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	files := base()
	header := strings.SplitAfter(files["disclosures.csv"], "\n")[0]
	var rows strings.Builder
	rows.WriteString(header)
	for n := range 300 {
		published := "2024-03-05"
		if n%3 == 0 {
			published = "2024-02-30"
		}
		fmt.Fprintf(&rows, "x%d,533102102,1.1,通知,,,PROACTIVE,2024-03-01,,%s,,,,,,,\n", n, published)
	}
	files["disclosures.csv"] = rows.String()
	files["relief.csv"] = strings.Replace(files["relief.csv"], "1000.50", "-1", 1)
	report, err := run(t, db, options, files)
	if _, refused := errors.AsType[*importer.Refused](err); !refused {
		t.Fatalf("not refused: %v", err)
	}
	if report.ProblemCount != 101 || len(report.Problems) != 101 {
		t.Fatalf("%d faults are told, want 101", report.ProblemCount)
	}
	for n, p := range report.Problems[:100] {
		if p.Line != 2+3*n || p.Value != "2024-02-30" {
			t.Fatalf("fault %d: %+v", n, p)
		}
	}
	if n := count(t, db, everything); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

// TestOneFault: a fault is told once, on an empty database too, and not again at
// every row that refers to what it spoils; faults after it are told as well.
func TestOneFault(t *testing.T) {
	t.Parallel()
	const mended = "通知一\x00"
	for name, c := range map[string]struct {
		file, old, new string
		problems, rows int
	}{
		"a level":                         {"areas.csv", "瑞丽市,COUNTY", "瑞丽市,CONTY", 1, 1},
		"a row of areas":                  {"areas.csv", "畹町镇", "畹\"町镇", 1, 1},
		"a column of areas":               {"areas.csv", "level", "rank", 1, 1},
		"a parent":                        {"departments.csv", "533102,EMERGENCY", "533999,EMERGENCY", 1, 1},
		"a catalog":                       {"catalogs.csv", "2020-01-01", "2020-02-30", 1, 1},
		"an entry":                        {"c1.csv", "1.1,政策文件,法律法规,,内容,《条例》,COUNTY", "1.1,政策文件,法律法规,,内容,《条例》,CONTY", 1, 1},
		"an entry's row":                  {"c1.csv", "款物使用", "款物\"使用", 1, 1},
		"two of a row":                    {"relief.csv", "DROUGHT,,1000.50", "DROUGH,,-1", 2, 1},
		"two rows, one of them not read":  {"disclosures.csv", "通知一,,,PROACTIVE,2024-03-01,,2024-03-05,,,,,,网站,\nd2,533102/yjglj", "\"通知\"一,,,PROACTIVE,2024-03-01,,2024-03-05,,,,,,网站,\nd2,533102/nobody", 2, 2},
		"a file of another name":          {"disclosures.csv", mended, mended, 0, 0},
		"an unknown column of such a one": {"disclosures-2024.csv", "channel", "chanel", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := base()
			if c.file == "disclosures-2024.csv" || c.old == mended {
				files["disclosures-2024.csv"] = files["disclosures.csv"]
				delete(files, "disclosures.csv")
			}
			if c.old != mended {
				if !strings.Contains(files[c.file], c.old) {
					t.Fatalf("%s does not hold %q", c.file, c.old)
				}
				files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			}
			report, err := run(t, pgtest.Store(t), options, files)
			if report.ProblemCount != c.problems || report.BadRows != c.rows || (err == nil) != (c.problems == 0) {
				t.Errorf(
					"%d problems in %d rows, want %d in %d: %+v",
					report.ProblemCount,
					report.BadRows,
					c.problems,
					c.rows,
					report.Problems,
				)
			}
		})
	}
}
