package importer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestMarkedCopy: the copy of a file has its cells as they were, with what is told of
// them marked there; mended in the copy, it is imported.
func TestMarkedCopy(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, importer.Options{}, base()); err != nil {
		t.Fatal(err)
	}
	const header = "编号,公开主体代码,事项代码,标题,公开属性,成文日期,公开日期\n"
	path := filepath.Join(folder(t, map[string]string{"公开信息.csv": header +
		"m1,533102102,1.1,通知甲,主动公开,2024年3月1日,2024-03-05\n" +
		"m2,533102102,1.1,通知乙,主动,2024-03-01,2024-02-30\n" +
		"m3,533102102,1.1,通知丙,主动公开,2024-03-01,2054-03-05\n"}), "公开信息.csv")
	marked := filepath.Join(t.TempDir(), "问题.xlsx")
	sources, err := importer.FromPaths([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	report, err := importer.Import(t.Context(), db, sources, importer.Options{Today: today})
	if err == nil {
		t.Fatal("it is not refused")
	}
	if err := report.WriteMarked(sources, marked); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(marked)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("公开信息")
	if err != nil || len(rows) != 4 || strings.Join(rows[1], ",") != "m1,533102102,1.1,通知甲,主动公开,2024年3月1日,2024-03-05" {
		t.Fatalf("%v, %v", rows, err)
	}
	notes, err := book.GetComments("公开信息")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, note := range notes {
		told[note.Cell] = note.Text
		if len(note.Paragraph) > 0 {
			told[note.Cell] += note.Paragraph[0].Text
		}
	}
	if len(told) != 3 || !strings.Contains(told["E3"], "refused") || !strings.Contains(told["G3"], "refused") ||
		!strings.Contains(told["G4"], "warning") {
		t.Errorf("%v", told)
	}
	for cell, colour := range map[string]string{"E3": "FFC7CE", "G3": "FFC7CE", "G4": "FFEB9C", "E2": "", "A3": ""} {
		id, err := book.GetCellStyle("公开信息", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := book.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(style.Fill.Color, ""); got != colour {
			t.Errorf("%s is %q", cell, got)
		}
	}
	for cell, text := range map[string]string{"E3": "主动公开", "G3": "2024-03-08", "G4": "2024-03-05"} {
		if err := book.SetCellStr("公开信息", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	mended := filepath.Join(t.TempDir(), "公开信息.xlsx")
	if err := book.SaveAs(mended); err != nil {
		t.Fatal(err)
	}
	sources, err = importer.FromPaths([]string{mended})
	if err != nil {
		t.Fatal(err)
	}
	again, err := importer.Import(t.Context(), db, sources, importer.Options{Today: today})
	if err != nil || again.Files[0].Added != 3 || again.WarningCount > 0 {
		t.Errorf("%v: %+v", err, again)
	}
	if err := report.WriteMarked(sources, marked); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("a file is written over: %v", err)
	}
}

// TestMarkedCopyOfMany: however much is told, of however many files, a copy is made.
func TestMarkedCopyOfMany(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	files := base()
	var rows strings.Builder
	rows.WriteString("ref,publisher_code\n")
	for i := range 5_000 { // all of whose problems are listed
		fmt.Fprintf(&rows, "bad %d,9\n", i)
	}
	files["disclosures.csv"], files["events.csv"], files["news.csv"] = rows.String(), "<html>", "ref,ref\n"
	path := folder(t, files)
	sources, err := importer.FromPaths([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	report, err := importer.Import(t.Context(), db, sources, importer.Options{Today: today})
	if err == nil {
		t.Fatal("it is not refused")
	}
	marked := filepath.Join(t.TempDir(), "a.xlsx")
	if err := report.WriteMarked(sources, marked); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(marked)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, sheet := range []string{"disclosures", "events", "news"} {
		if notes, err := book.GetComments(sheet); err != nil || len(notes) == 0 {
			t.Errorf("%s has %d notes: %v", sheet, len(notes), err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(marked))
	if err != nil || len(left) != 1 {
		t.Errorf("%v stand beside the copy: %v", left, err)
	}
}

// unmended imports a file that is refused, then its marked copy as it is, under the
// file's name: of that no fewer rows may be refused. It returns the copy.
func unmended(t *testing.T, db *store.Store, file string) *excelize.File {
	t.Helper()
	importing := func(file string) (*importer.Report, []importer.Source) {
		sources, err := importer.FromPaths([]string{file})
		if err != nil {
			t.Fatal(err)
		}
		report, err := importer.Import(t.Context(), db, sources, importer.Options{Today: today})
		if err == nil {
			t.Fatalf("%s is not refused: %+v", filepath.Base(file), report)
		}
		return report, sources
	}
	first, sources := importing(file)
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) + ".xlsx"
	marked := filepath.Join(t.TempDir(), name)
	if err := first.WriteMarked(sources, marked); err != nil {
		t.Fatal(err)
	}
	again, _ := importing(marked)
	if again.BadRows < first.BadRows || first.BadRows == 0 {
		t.Errorf("%d rows were refused, %d are of the copy: %v\n%v", first.BadRows, again.BadRows, first.Problems, again.Problems)
	}
	for _, warning := range again.Warnings {
		if warning.Code == "sheet-not-read" {
			t.Errorf("the copy is warned of: %v", warning)
		}
	}
	book, err := excelize.OpenFile(marked)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book
}

// holds checks cells of a sheet.
func holds(t *testing.T, book *excelize.File, sheet string, cells map[string]string) {
	t.Helper()
	for cell, want := range cells {
		if got, err := book.GetCellValue(sheet, cell); err != nil || got != want {
			t.Errorf("%s holds %q and not %q: %v", cell, got, want, err)
		}
	}
}

// marks are the cells of a sheet that have notes.
func marks(t *testing.T, book *excelize.File, sheet string) map[string]bool {
	t.Helper()
	notes, err := book.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]bool{}
	for _, note := range notes {
		cells[note.Cell] = true
	}
	return cells
}

// TestMarkedCells: a cell that is refused for what a spreadsheet made of it is refused
// in the copy too, in every kind of column.
func TestMarkedCells(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, importer.Options{}, base()); err != nil {
		t.Fatal(err)
	}
	header := []any{
		"ref", "kind", "from_code", "to_code", "relief_class", "funds_yuan", "goods_item", "households", "persons", "occurred_on",
		"document_number",
	}
	good := []any{"x", "ALLOCATION", "5331", "533102", "DROUGHT", "12", "", "", "", "2024-05-01", ""}
	day, large := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), int64(1234567890123456789)
	type formula string
	faults := map[int][]any{ // by column; dates are read from numbers
		0: {day, large, formula("A1&A2")}, 1: {day, formula("B2")}, 2: {large, formula("C2")}, 4: {day},
		5: {day, large, formula("1+1")}, 7: {day, large, formula("2")}, 9: {formula("TODAY()"), large}, 10: {day, large, "#N/A"},
	}
	book := excelize.NewFile()
	defer book.Close()
	row := 1
	add := func(cells []any) {
		for i, cell := range cells {
			name, err := excelize.CoordinatesToCellName(i+1, row)
			if err != nil {
				t.Fatal(err)
			}
			if f, is := cell.(formula); is {
				err = book.SetCellFormula("Sheet1", name, string(f))
			} else {
				err = book.SetCellValue("Sheet1", name, cell)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		row++
	}
	add(header)
	for column := range len(header) {
		for _, fault := range faults[column] {
			cells := slices.Clone(good)
			cells[0] = fmt.Sprint("x", row)
			cells[column] = fault
			add(cells)
		}
	}
	path := filepath.Join(t.TempDir(), "relief.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	marked := unmended(t, db, path)
	if sheets := marked.GetSheetList(); len(sheets) != 1 || sheets[0] != "Sheet1" {
		t.Fatalf("its sheets are %q", sheets)
	}
	holds(t, marked, "Sheet1", map[string]string{
		"A2": "2026-05-01\uFFFD", "A3": "1234567890123456789\uFFFD", "A4": "=A1&A2\uFFFD", "B2": "ALLOCATION",
		"F10": "2026-05-01\uFFFD", "F12": "=1+1\uFFFD", "K20": "#N/A",
	})
	if at := marks(t, marked, "Sheet1"); !at["A2"] || !at["F10"] || !at["K20"] || at["B2"] || len(at) != row-2 {
		t.Errorf("marked are %v, of %d rows", at, row-1)
	}
}

// TestMarkedRows: a row that is refused as a whole stands in the copy, and is refused there.
func TestMarkedRows(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, importer.Options{}, base()); err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	defer book.Close()
	for i, cells := range [][]any{
		{"ref", "name", "kind", "started_on", "ended_on", "area_codes"},
		{"x1", "洪涝", "FLOOD", "2024-07-01", "2024-07-20", "533102"},
		{"x2", "洪涝", "FLOOD", "2024-07-01", nil, "533102"},
		{"x3", "洪涝", "FLOOD", nil, nil, "533102"},
		{"x4", "洪涝", "FLOOD", "2024-07-01", nil, "533102"},
		{"x5", "洪涝", nil, "2024-07-01", nil, "533102"},
		{"x6", "洪涝", "FLOOD", "2024-07-01", nil, "999999"},
	} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	for _, merged := range [][2]string{{"D3", "E4"}, {"C5", "C6"}} {
		if err := book.MergeCell("Sheet1", merged[0], merged[1]); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "events.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	marked := unmended(t, db, path)
	holds(t, marked, "Sheet1", map[string]string{
		"A3": "x2", "B3": "洪涝", "D3": "2024-07-01\uFFFD", "F3": "533102", "A4": "x3", "D4": "\uFFFD", "F4": "533102", "C6": "FLOOD",
	})
	if at := marks(t, marked, "Sheet1"); !at["D3"] || !at["D4"] || !at["C5"] || at["A3"] || at["A5"] {
		t.Errorf("marked are %v", at)
	}

	const header = "ref,name,kind,started_on,ended_on,area_codes\n"
	long := strings.Repeat(",", 250)
	for name, c := range map[string]struct {
		rows  string
		cells map[string]string
	}{
		"broken bytes": {"x1,洪涝,,2024-07-01,,533102\nx2,洪\xe6\xb6,,2024-07-02,,\n", map[string]string{"A3": "x2", "B3": "洪\uFFFD", "D3": "2024-07-02"}},
		"zero byte":    {"x1,洪涝,,2024-07-01,,\nx2,a\x00b,,2024-07-01,,\n", map[string]string{"B3": "a\uFFFDb"}},
		"quote within": {"x1,a \"b\" c,,2024-07-01,,\n", map[string]string{"A2": "x1\uFFFD", "B2": `a "b" c`, "D2": "2024-07-01"}},
		"many cells":   {"x1,\"a,\"\"b\",,2024-07-01,," + long + "\n", map[string]string{"A2": "x1\uFFFD", "B2": `a,"b`}},
		"GB18030 and UTF-8": {
			"x1,\xba\xe9\xc0\xd4,,2024-07-01,,\nx2,洪涝灾害,,2024-07-01,,\n",
			map[string]string{"B2": "洪涝", "A3": "x2\uFFFD"},
		},
		"open quote": {"x1,a,,2024-07-01,,\nx2,\"b,,2024-07-01,,\n", map[string]string{"A2": "x1"}},
		"long cell":  {"x1," + strings.Repeat("长", 40_000) + ",,2024-07-01,,\n", map[string]string{"A2": "x1"}},
		"long list":  {"x1,a,,2024-07-01,," + strings.Repeat(";", 40_000) + "9\n", map[string]string{"A2": "x1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(folder(t, map[string]string{"events.csv": header + c.rows}), "events.csv")
			holds(t, unmended(t, db, file), "events", c.cells)
		})
	}
}

// TestMarkedOthers: what lies in no table of the copy is told on a sheet before them,
// which an import passes over.
func TestMarkedOthers(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	files := map[string]string{
		"calendar/2024.json": "{", "报表.docx": "", "events.csv": "ref,name,kind,started_on,ended_on,area_codes\nx1,洪涝,,2024-07-01,,\n",
	}
	path := folder(t, files)
	sources, err := importer.FromPaths([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	report, err := importer.Import(t.Context(), db, sources, importer.Options{Today: today})
	if err == nil {
		t.Fatal("it is not refused")
	}
	marked := filepath.Join(t.TempDir(), "events.xlsx")
	if err := report.WriteMarked(sources, marked); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(marked)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if sheets := strings.Join(book.GetSheetList(), ","); sheets != "其他问题,events" {
		t.Errorf("its sheets are %s", sheets)
	}
	rows, err := book.GetRows("其他问题")
	if err != nil || len(rows) != 1+len(report.Problems)+len(report.Warnings) || strings.Join(rows[0], ",") != "文件,位置,问题,处理" {
		t.Fatalf("%q of %v and %v: %v", rows, report.Problems, report.Warnings, err)
	}
	if !strings.HasSuffix(rows[1][0], "2024.json") {
		t.Errorf("told is %q", rows[1])
	}
	sources, err = importer.FromPaths([]string{marked})
	if err != nil {
		t.Fatal(err)
	}
	again, err := importer.Import(t.Context(), db, sources, importer.Options{Today: today})
	if err != nil || again.Files[0].Added != 1 || again.WarningCount > 0 {
		t.Errorf("%v: %+v", err, again)
	}
}
