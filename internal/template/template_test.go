package template_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/template"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var today = calendar.Date(2026, 11, 24)

// imported imports paths, and fails the test where anything is refused or warned of.
func imported(t *testing.T, db *store.Store, paths ...string) *importer.Report {
	t.Helper()
	report := tried(t, db, paths...)
	if report.ProblemCount+report.WarningCount > 0 {
		t.Fatalf("%v: refused %+v, warned of %+v", paths, report.Problems, report.Warnings)
	}
	return report
}

func tried(t *testing.T, db *store.Store, paths ...string) *importer.Report {
	t.Helper()
	sources, err := importer.FromPaths(paths)
	if err != nil {
		t.Fatal(err)
	}
	report, err := importer.Import(
		context.Background(),
		db,
		sources,
		importer.Options{By: store.By{Account: "tester", Way: store.ByCommand}, Today: today},
	)
	if err != nil && report.ProblemCount == 0 {
		t.Fatal(err)
	}
	return report
}

// opened opens a template.
func opened(t *testing.T, of *template.Template, codes *template.Codes) *excelize.File {
	t.Helper()
	var content bytes.Buffer
	if err := of.Write(&content, codes); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&content)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book
}

func saved(t *testing.T, book *excelize.File, folder, name string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// counted is how many rows a report tells of.
func counted(report *importer.Report) (added, changed, unchanged int) {
	for _, file := range report.Files {
		added, changed, unchanged = added+file.Added, changed+file.Changed, unchanged+file.Unchanged
	}
	return added, changed, unchanged
}

// asCSV is the first sheet as spreadsheets save it.
func asCSV(t *testing.T, book *excelize.File) string {
	t.Helper()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	for _, row := range rows {
		if err := w.Write(append(row, make([]string, len(rows[0])-len(row))...)); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return text.String()
}

// TestAsTheyAre: templates that nobody has filled in are imported each alone and all
// together, as workbooks and as CSV, and nothing is read, refused or warned of.
func TestAsTheyAre(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	together, asText := t.TempDir(), t.TempDir()
	for _, of := range template.All {
		book := opened(t, of, someCodes(t, "53"))
		paths := []string{
			saved(t, opened(t, of, nil), together, of.FileName()),
			saved(t, book, t.TempDir(), of.FileName()),
			saved(t, book, t.TempDir(), "上报.xlsx"), // known by its header
		}
		text := filepath.Join(asText, strings.TrimSuffix(of.FileName(), ".xlsx")+".csv")
		if err := os.WriteFile(text, []byte(asCSV(t, book)), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range append(paths, text) {
			if added, changed, unchanged := counted(imported(t, db, path)); added+changed+unchanged > 0 {
				t.Errorf("%s: %d rows are read", path, added+changed+unchanged)
			}
		}
	}
	for _, folder := range []string{together, asText} {
		if report := imported(t, db, folder); len(report.Files) < 10 {
			t.Errorf("%d kinds of files are read", len(report.Files))
		}
	}
}

// TestExampleFilledIn: an example that somebody has written over is not read, which
// is told; without its mark it is a row like any other.
func TestExampleFilledIn(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	book := opened(t, template.Named("events"), nil)
	for cell, value := range map[string]any{"B2": "我县洪涝", "F2": ""} {
		if err := book.SetCellValue("灾害事件", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	path := saved(t, book, t.TempDir(), "灾害事件.xlsx")
	report := tried(t, db, path)
	added, _, _ := counted(report)
	if report.ProblemCount > 0 || added > 0 || report.WarningCount != 1 || report.Warnings[0].Line != 2 ||
		report.Warnings[0].Code != "example-filled-in" {
		t.Errorf("%d added: %+v", added, report.Warnings)
	}
	if err := book.SetCellValue("灾害事件", "A2", "2026-示例"); err != nil {
		t.Fatal(err)
	}
	if added, _, _ := counted(imported(t, db, saved(t, book, t.TempDir(), "灾害事件.xlsx"))); added != 1 {
		t.Errorf("%d added", added)
	}
}

// TestSheetsOfOthers: sheets of a template's names that somebody has made are warned
// of as any others.
func TestSheetsOfOthers(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	for _, name := range []string{"填表说明", "代码表"} {
		book := opened(t, template.Named("events"), someCodes(t, "53"))
		if err := book.SetCellStr(name, "A1", "请勿修改表头"); err != nil {
			t.Fatal(err)
		}
		report := tried(t, db, saved(t, book, t.TempDir(), "灾害事件.xlsx"))
		if report.ProblemCount > 0 || report.WarningCount != 1 || report.Warnings[0].Value != name {
			t.Errorf("%s: %+v", name, report.Warnings)
		}
	}
}
