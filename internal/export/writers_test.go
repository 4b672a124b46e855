package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// hostile are texts that a spreadsheet might take for formulas.
var hostile = []string{`=1+1`, `+1`, `-1`, `@SUM(A1)`, "\t=1", "\r=1", `=HYPERLINK("http://example.org","x")`, `＝1+1`}

// TestCSV: the mark of UTF-8, line ends as RFC 4180 has them, exact amounts, and
// texts that are no formulas.
func TestCSV(t *testing.T) {
	t.Parallel()
	var movements []string
	for _, text := range hostile {
		movements = append(movements, movement("r", "-12345678901234567.89", "1.500", text))
	}
	written := moneyOf(movements...).bytes(t, "relief.csv", span)
	if !bytes.HasPrefix(written, []byte("\xef\xbb\xbf编号,种类,")) {
		t.Errorf("it begins with %q", written[:30])
	}
	if lines := bytes.Count(written, []byte("\r\n")); lines != len(hostile)+1 {
		t.Errorf("%d lines end with CRLF", lines)
	}
	rows, err := csv.NewReader(bytes.NewReader(written[3:])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(title string) int {
		for i, header := range rows[0] {
			if header == title {
				return i
			}
		}
		t.Fatalf("no column %s in %v", title, rows[0])
		return 0
	}
	for i, row := range rows[1:] {
		// A carriage return alone ends no line in CSV: the writer leaves it out.
		if got := row[column("公开信息")]; got != "'"+strings.Trim(hostile[i], "\r") {
			t.Errorf("%q is written %q", hostile[i], got)
		}
		if got := row[column("资金（元）")]; got != "-12345678901234567.89" {
			t.Errorf("an amount is written %q", got)
		}
		if row[column("日期")] != "2024-02-29" || row[column("种类")] != "下拨" || row[column("接收方")] != "" || row[column("户数")] != "12" {
			t.Errorf("%v", row)
		}
	}
	if english := moneyOf().bytes(t, "relief.csv", span+"&locale=en"); !bytes.HasPrefix(english, []byte("\ufeffRef,Kind,")) {
		t.Errorf("%q", english)
	}
}

// TestNDJSON: keys and words are the interface's, numbers numbers, money text.
func TestNDJSON(t *testing.T) {
	t.Parallel()
	written := moneyOf(movement("a", "0.10", "2.000", "=<b>"), movement("b", "1.00", "1.000", "x")).bytes(t, "relief.ndjson", span)
	lines := strings.Split(strings.TrimSuffix(string(written), "\n"), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], `{"ref":"a","kind":"ALLOCATION","fromCode":"53",`) ||
		!strings.Contains(lines[0], `"disclosureTitle":"=<b>"`) {
		t.Fatalf("%s", written)
	}
	var row map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &row); err != nil {
		t.Fatal(err)
	}
	if row["funds"] != "0.10" || row["households"] != 12.0 || row["toCode"] != nil || row["occurredOn"] != "2024-02-29" {
		t.Errorf("%v", row)
	}
}

// TestXLSX: days and numbers are real ones, amounts keep their fen, texts are no
// formulas, and the header stays in sight.
func TestXLSX(t *testing.T) {
	t.Parallel()
	var movements []string
	for _, text := range hostile {
		movements = append(movements, movement("0012", "1234567890123.45", "1.500", text))
	}
	movements = append(movements, movement("large", "-12345678901234.56", "1.500", "x"))
	written := moneyOf(movements...).bytes(t, "relief.xlsx", span)
	file, err := excelize.OpenReader(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got := strings.Join(file.GetSheetList(), " "); got != "流水 说明 按类别 按下级 物资 款物疑点" {
		t.Errorf("sheets: %s", got)
	}
	raw := excelize.Options{RawCellValue: true}
	rows, err := file.GetRows("流水", raw)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]string{}
	for i, title := range rows[0] {
		at[title], _ = excelize.ColumnNumberToName(i + 1)
	}
	is := func(cell string, kind excelize.CellType, value, shown string) {
		t.Helper()
		got, _ := file.GetCellValue("流水", cell, raw)
		formatted, _ := file.GetCellValue("流水", cell)
		of, _ := file.GetCellType("流水", cell)
		formula, _ := file.GetCellFormula("流水", cell)
		if got != value || formatted != shown || of != kind || formula != "" {
			t.Errorf("%s is %q, shown %q, of type %d, formula %q; want %q, %q, %d", cell, got, formatted, of, formula, value, shown, kind)
		}
	}
	for i, text := range hostile {
		cell, _ := excelize.JoinCellName(at["公开信息"], i+2)
		// XML keeps a carriage return as one.
		is(cell, excelize.CellTypeInlineString, text, text)
	}
	is(at["日期"]+"2", excelize.CellTypeUnset, "45351", "2024-02-29")
	is(at["资金（元）"]+"2", excelize.CellTypeUnset, "1234567890123.45", "1,234,567,890,123.45")
	is(at["资金（元）"]+"10", excelize.CellTypeInlineString, "-12345678901234.56", "-12345678901234.56")
	is(at["户数"]+"2", excelize.CellTypeUnset, "12", "12")
	is(at["数量"]+"2", excelize.CellTypeUnset, "1.5", "1.5")
	is(at["编号"]+"2", excelize.CellTypeInlineString, "0012", "0012")
	panes, err := file.GetPanes("流水")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes: %+v %v", panes, err)
	}
	if width, _ := file.GetColWidth("流水", at["公开信息"]); width != 44 {
		t.Errorf("the column is %v wide", width)
	}
	refers := map[string]string{}
	for _, name := range file.GetDefinedName() {
		refers[name.Name+" "+name.Scope] = name.RefersTo
	}
	if got := refers["_xlnm._FilterDatabase 流水"]; len(refers) != 12 || !strings.Contains(got, "$A$1:$S$10") {
		t.Errorf("filters: %+v", refers)
	}
	if got := refers["_xlnm.Print_Titles 流水"]; got != "'流水'!$A:$B,'流水'!$1:$1" {
		t.Errorf("heads on further pages: %q", got)
	}
	if layout, err := file.GetPageLayout("流水"); err != nil || *layout.FitToWidth != 2 || *layout.FitToHeight != 0 {
		t.Errorf("on paper: %+v %v", layout, err)
	}
	about, err := file.GetRows("说明")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for i, row := range about {
		height, err := file.GetRowHeight("说明", i+1)
		if need := float64(linesOf(row[1], 110)) * lineHeight; err != nil || height < need {
			t.Errorf("%s: %v points for %v: it prints over the next", row[0], height, need)
		}
		told[row[0]] = row[1]
	}
	for item, value := range map[string]string{
		"名称": `=瑞丽市"应急"局`, "代码": "533102/yjglj", "层级": "县级", "上级": "云南省", "统计日": "2026-11-24", "制表时间（北京时间）": "2026-11-24 12:30",
		"自": "2024-01-01", "至": "2024-12-31", "行数": "9", "来源": "http://example.org/export/relief.xlsx?" + span, "口径全文": "各状态含义见页面下方“图例”：http://example.org/n/533102%2Fyjglj?on=2026-11-24\n各项指标的定义：http://example.org/schema.graphql",
	} {
		if told[item] != value {
			t.Errorf("%s: %q, want %q", item, told[item], value)
		}
	}
	if !strings.HasPrefix(told["暂算"], "是") {
		t.Errorf("provisional: %q", told["暂算"])
	}
	classes, err := file.GetRows("按类别")
	if err != nil || len(classes) != 3 || classes[2][0] != "合计" || classes[2][4] != "0.90" {
		t.Errorf("%v %v", classes, err)
	}
}

// TestFileName: names for those who know UTF-8 and for those who do not.
func TestFileName(t *testing.T) {
	t.Parallel()
	name, ascii := moneyOf().file(t, "relief.csv", span, &bytes.Buffer{})
	if name != "=瑞丽市应急局-救灾款物-2024-01-01_2024-12-31.csv" || ascii != "relief-533102-yjglj-2024-01-01_2024-12-31.csv" {
		t.Errorf("%s, %s", name, ascii)
	}
}

// TestOnPaper: no sheet is printed smaller than can be read, and a text has as many lines as it takes.
func TestOnPaper(t *testing.T) {
	t.Parallel()
	// No column is parted, and the frozen ones stand on every page.
	wide := []column{{width: 20}, {width: 20}, {width: 200}, {width: 40}, {width: 200}}
	for _, c := range []struct {
		frozen int
		want   int
	}{{0, 2}, {2, 3}} {
		if got := pagesWide(c.frozen, wide); got != c.want {
			t.Errorf("%d pages wide with %d columns repeated, want %d", got, c.frozen, c.want)
		}
	}
	for said, want := range map[string]int{"": 1, "abc": 1, "0123456789": 2, "救灾救灾": 1, "救灾救灾救": 2, "a\nb\nc": 3, "aaaaaa aaaa aaaaaa": 3, "aaaa aaaa": 1} {
		if got := linesOf(said, 10); got != want {
			t.Errorf("%q takes %d lines, want %d", said, got, want)
		}
	}
}

// TestPagesTellTheirRows: a sheet is one page wide where that can be read; of one that is wider, each page begins with
// what its rows are about.
func TestPagesTellTheirRows(t *testing.T) {
	t.Parallel()
	for _, r := range reports {
		if !slices.Contains(r.formats, XLSX) || r.name == "matrix" { // its columns come with the answer
			continue
		}
		for _, table := range r.tables(&session{variables: map[string]any{}}) {
			columns, err := table.columns(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var all float64
			for _, c := range columns {
				all += c.width
				for word := range strings.FieldsSeq(c.title.en) {
					if widthOf(word) > c.width+1 {
						t.Errorf("%s of %s: %q does not fit %v characters", table.title.zh, r.name, word, c.width)
					}
				}
			}
			pages := pagesWide(table.frozen, columns)
			if want := int(math.Ceil(all / readableWidth)); pages > want && pages > 2 {
				t.Errorf("%s of %s: %d pages wide, it would fit %d", table.title.zh, r.name, pages, want)
			}
			if pages > 1 && table.frozen == 0 {
				t.Errorf("%s of %s: nothing tells the rows of its %d pages", table.title.zh, r.name, pages)
			}
		}
	}
}
