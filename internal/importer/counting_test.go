package importer_test

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const (
	boundsCatalog = "catalog_code,title,issuer_code,based_on,effective_from,effective_to,grace_working_days," +
		"interpretation_working_days,entries_file,source\nC1,目录,533102,,2020-01-01,,{grace},{interpretation},{file},\n"
	boundsEntry = "entry_code,category,item,sub_item,content,legal_basis,levels,publishers,limit_kind,limit_n,period," +
		"period_limit_n,refresh_days,channels\n1.1,政策文件,通知,,内容,《条例》,{levels},{publishers},WORKING_DAYS,{n},MONTHLY,{period},{refresh},{channels}\n"
	boundsDepartment = "code,name,parent_code,functions\n533102/x,局,533102,{functions}\n"
)

// spoilt imports a catalog with its entry and a department, of which one cell
// is spoilt.
func spoilt(t *testing.T, db *store.Store, cell, value string) []tabular.Problem {
	t.Helper()
	good := map[string]string{
		"grace":          "20",
		"interpretation": "3",
		"file":           "e1.csv",
		"levels":         "TOWNSHIP",
		"publishers":     "GOVERNMENT;EMERGENCY_MANAGEMENT",
		"n":              "20",
		"period":         "5",
		"refresh":        "0",
		"channels":       "网站",
		"functions":      "EMERGENCY_MANAGEMENT",
	}
	good[cell] = value
	var pairs []string
	for name, text := range good {
		pairs = append(pairs, "{"+name+"}", text)
	}
	files := map[string]string{"areas.csv": base()["areas.csv"]}
	for name, text := range map[string]string{"catalogs.csv": boundsCatalog, "e1.csv": boundsEntry, "departments.csv": boundsDepartment} {
		files[name] = strings.NewReplacer(pairs...).Replace(text)
	}
	if good["file"] == "" {
		delete(files, "e1.csv")
	}
	dry := options
	dry.DryRun = true
	report, err := run(t, db, dry, files)
	if (err == nil) != (len(report.Problems) == 0) {
		t.Fatal(err, report.Problems)
	}
	return append(report.Problems, report.Warnings...)
}

// TestCountingCells: what files say of how facts are counted is refused by the
// rule that is broken, with a remedy that mends it.
func TestCountingCells(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	for _, c := range []struct{ cell, value, column, rule, remedy string }{
		{"grace", "3660", "", "", ""},
		{"grace", "3661", "grace_working_days", "number-out-of-range", "give a number from 0 to 3660"},
		{"grace", "-1", "grace_working_days", "number-out-of-range", "give a number from 0 to 3660"},
		{"grace", "99999999999", "grace_working_days", "number-out-of-range", "give a number from 0 to 3660"},
		{"grace", "1.5", "grace_working_days", "", "write digits alone"},
		{"grace", "99999999999999999999", "grace_working_days", "", "write digits alone"},
		{"interpretation", "5000", "interpretation_working_days", "number-out-of-range", "give a number from 0 to 3660"},
		{"n", "5000", "limit_n", "number-out-of-range", "give a number from 0 to 3660"},
		{"n", "-5", "limit_n", "number-out-of-range", "give a number from 0 to 3660"},
		{"n", "", "limit_n", "limit-without-number", "give it, or use PROMPT where the law names none"},
		{"n", "twenty", "limit_n", "", "write digits alone"},
		{"period", "5000", "period_limit_n", "number-out-of-range", "give a number from 0 to 3660"},
		{"refresh", "5000", "refresh_days", "number-out-of-range", "give a number from 0 to 3660"},
		{"file", "", "entries_file", "missing", "give a value"},
		// An item of a list is looked at by itself, with no blanks at its edges.
		{"publishers", "EMERGENCY_MANAGEMENT;\ufeffGOVERNMENT\u3000;GOVERNMENT", "", "", ""},
		{
			"publishers", "EMERGENCY_MANAGEMENT;\u200bGOVERNMENT", "publishers", "code-characters",
			"if GOVERNMENT is meant, write that; else write the word that the catalog has, in letters of ASCII",
		},
		{
			"publishers", "EMERGENCY_MANAGEMENT;政府", "publishers", "code-characters",
			"if 乡镇政府 is meant, write that; else write the word that the catalog has, in letters of ASCII",
		},
		{
			"functions", "FINANCE;EMERGENCY\u00adMANAGEMENT", "functions", "code-characters",
			"if EMERGENCY_MANAGEMENT is meant, write that; else write the word that the catalog has, in letters of ASCII",
		},
		{"functions", "EMERGENCY_MANAGEMENT; \ufeff;\u3000EMERGENCY_MANAGEMENT", "", "", ""},
		{"channels", "网站;\u200b", "channels", "shows-nothing", "give a text that can be read"},
		{"channels", "网站;公\u202e报", "channels", "text-characters", "leave it out"},
	} {
		t.Run(c.cell+" "+c.value, func(t *testing.T) {
			said := spoilt(t, db, c.cell, c.value)
			if c.column == "" && len(said) == 0 {
				return
			}
			if len(said) != 1 || said[0].Column != c.column || said[0].Rule != c.rule || said[0].Remedy != c.remedy {
				t.Errorf("%+v", said)
			}
		})
	}
}
