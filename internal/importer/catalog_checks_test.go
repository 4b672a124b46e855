package importer_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestLocalCatalog: what a local catalog takes from its base is accepted, and
// told with its place, the base's limit and the article on which that rests.
func TestLocalCatalog(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	files := base()
	files["departments.csv"] += "53/mzt,省民政厅,53,CIVIL_AFFAIRS\n"
	files["catalogs.csv"] += "C2,瑞丽市目录,533102,C1,2021-01-01,,20,3,c2.csv,\n"
	header, standard, _ := strings.Cut(files["c1.csv"], "\n")
	// A legal basis of which a per cent sign is part comes out as it is.
	files["c1.csv"] = header + "\n" + strings.ReplaceAll(standard, "《条例》", "《条例》第20%d条")
	row := func(code, item, publishers, limit, period string) string {
		category := map[byte]string{'1': "政策文件", '4': "款物管理"}[code[0]]
		return code + "," + category + "," + item + ",,内容,《条例》第20%d条,COUNTY;TOWNSHIP," + publishers + ",PROACTIVE,PUBLIC," + limit + "," + period + ",0,政府网站,,\n"
	}
	const both, same = "EMERGENCY_MANAGEMENT;GOVERNMENT", "WORKING_DAYS,20,FORMED"
	for _, c := range []struct {
		name string
		rows string
		want []tabular.Problem // Reason: a part of it
	}{
		{"the base's own rows", row("1.1", "法律法规", both, same, "NONE,") + row("4.2", "款物使用", both, same, "ANNUAL,20"), nil},
		{"an entry of its own, which no base limits", row("4.3", "物资储备", both, "CALENDAR_DAYS,300,FORMED", "NONE,"), nil},
		{
			"entries dropped", "1.1" + strings.Repeat(",", 17) + "1,\n1.9" + strings.Repeat(",", 17) + "1,\n",
			[]tabular.Problem{
				{Line: 2, Column: "entry_code", Value: "1.1", Reason: "drops the entry 法律法规 of C1 (《条例》第20%d条)"},
				{Line: 3, Column: "entry_code", Value: "1.9", Reason: "the base C1 does not have"},
			},
		},
		{
			"a longer limit, and one that is not", row("1.1", "法律法规", both, "WORKING_DAYS,30,FORMED", "NONE,") + row("4.2", "款物使用", both, "CALENDAR_DAYS,10,ISSUED", "ANNUAL,25"),
			[]tabular.Problem{
				{Line: 2, Column: "limit_n", Value: "30", Reason: "the limit is 30 WORKING_DAYS after FORMED, longer than 20 WORKING_DAYS after FORMED of C1 (《条例》第20%d条)"},
				{Line: 3, Column: "limit_kind", Value: "CALENDAR_DAYS", Reason: "the limit is 10 CALENDAR_DAYS after ISSUED, not 20 WORKING_DAYS after FORMED of C1"},
				{Line: 3, Column: "period_limit_n", Value: "25", Reason: "25 WORKING_DAYS, longer than 20 WORKING_DAYS of C1"},
			},
		},
		{
			"a limit without a number", row("1.1", "法律法规", both, "PROMPT,,", "NONE,"),
			[]tabular.Problem{{Line: 2, Column: "limit_kind", Value: "PROMPT", Reason: "the limit is PROMPT, which cannot be counted against 20 WORKING_DAYS after FORMED of C1"}},
		},
		{
			"an entry divided", row("1.1.1", "法律", both, "CALENDAR_DAYS,29,FORMED", "NONE,") + row("1.1.2", "法规", both, same, "NONE,"),
			[]tabular.Problem{{Line: 2, Column: "limit_n", Value: "29", Reason: "longer than 20 WORKING_DAYS after FORMED of the entry 1.1 that it refines, of C1"}},
		},
		{
			"publishers that nobody is", row("1.1", "法律法规", "CITY_GOVERNMENT;CIVIL_AFFAIRS;EMERGENCY", same, "NONE,"),
			[]tabular.Problem{
				{Line: 2, Column: "publishers", Value: "CIVIL_AFFAIRS", Reason: "no department at or below 533102"}, // the province's
				{Line: 2, Column: "publishers", Value: "EMERGENCY", Reason: "no department at or below 533102"},
			},
		},
	} {
		world := maps.Clone(files)
		world["c2.csv"] = header + "\n" + c.rows
		report, err := run(t, db, options, world)
		if err != nil {
			t.Fatalf("%s is refused: %v %+v", c.name, err, report.Problems)
		}
		ofCatalog := slices.DeleteFunc(report.Warnings, func(p tabular.Problem) bool { return !strings.HasSuffix(p.File, "/c2.csv") })
		if len(ofCatalog) != len(c.want) {
			t.Errorf("%s: %d warnings, not %d: %+v", c.name, len(ofCatalog), len(c.want), ofCatalog)
			continue
		}
		for i, got := range ofCatalog {
			if want := c.want[i]; got.Line != want.Line || got.Column != want.Column || got.Value != want.Value ||
				!strings.Contains(got.Reason, want.Reason) ||
				got.Remedy == "" {
				t.Errorf("%s: %+v, not %+v", c.name, got, want)
			}
		}
	}
}

// TestCatalogsBesideKept: categories of a file are looked at beside those of
// catalogs whose entries the call keeps, in whichever order they come.
func TestCatalogsBesideKept(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	header, _, _ := strings.Cut(base()["c1.csv"], "\n")
	named := func(category string) string {
		return header + "\n1.2," + category + ",甲,,内容,《条例》,COUNTY,GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,20,FORMED,NONE,,0,政府网站,,\n"
	}
	for name, files := range map[string]map[string]string{
		"before": {"catalogs-a.csv": "catalog_code,title\nC1,标准目录二\n"},
		"after":  {"catalogs-z.csv": "catalog_code,title\nC1,标准目录二\n"},
	} {
		files["catalogs-m.csv"] = strings.Split(base()["catalogs.csv"], "\n")[0] + "\nC2,乙目录,53,,2021-01-01,,20,3,c2.csv,\n"
		files["c2.csv"] = named("政策")
		report, err := run(t, db, options, files)
		if len(report.Problems) != 1 {
			t.Fatalf("%s: %v %s", name, err, short(report.Problems))
		}
		if p := report.Problems[0]; !strings.HasSuffix(p.File, "/c2.csv") || p.Line != 2 || p.Value != "政策" ||
			p.Rule != "category-of-two-names" {
			t.Errorf("%s: %s", name, short(report.Problems))
		}
		// A bad row of the catalog does not hide those of its entries.
		files["catalogs-m.csv"] = strings.Replace(files["catalogs-m.csv"], "乙目录", "", 1)
		files["c2.csv"] = strings.Replace(named("政策文件"), "WORKING_DAYS,20", "WORKING_DAYS,", 1)
		report, err = run(t, db, options, files)
		if len(report.Problems) != 2 || report.Problems[0].Column != "limit_n" || report.Problems[1].Column != "title" {
			t.Errorf("%s: %v %s", name, err, short(report.Problems))
		}
	}
}
