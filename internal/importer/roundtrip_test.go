package importer

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
)

// written is a cell as it is written, and as it is meant to be read.
type written struct {
	text   string  // as text
	number float64 // of a cell that is a number
	format string  // of such a cell, empty where it shows plain digits
	means  string
}

// writtenTable is a table of some kind at random.
type writtenTable struct {
	kind    kindName
	columns []tabular.Column
	titles  []string
	rows    [][]written
}

// words are what cells of text say: with separators, quotes and line breaks, of other
// scripts, like numbers, and such that spreadsheets make something else of.
var words = []string{
	"瑞丽市应急管理局", "关于做好“防汛”工作的通知", "a, b; c\td", "他说\"好\"", "\"", "第一行\n第二行, 完", "007", "2E+3", "1234567890123456", "#1 防汛",
	"é", "Ελλάδα", "🚒", "𠮷野", "=1+1", "-", "'1", "<a href=\"x\">&amp;</a>", "TRUE", "一;二;三", "x",
}

func drawTable(t *rapid.T, sheet bool) *writtenTable {
	kind := rapid.SampledFrom(slices.Sorted(maps.Keys(layoutOf))).Draw(t, "kind")
	table := &writtenTable{kind: kind}
	for _, column := range rapid.Permutation(layoutOf[kind].header).Draw(t, "columns") {
		if !column.Required && len(table.columns) > 1 && rapid.Bool().Draw(t, "absent") {
			continue
		}
		table.columns = append(table.columns, column)
		title := column.Name
		if rapid.Bool().Draw(t, "in Chinese") {
			title = column.Chinese
		}
		table.titles = append(table.titles, title)
	}
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		row := make([]written, len(table.columns))
		for i := range row {
			row[i] = drawCell(t, &table.columns[i], sheet)
		}
		// No row is empty, and what stands there is no UTF-8 in GB18030.
		row[rapid.IntRange(0, len(row)-1).Draw(t, "filled")] = written{text: words[0], means: words[0]}
		table.rows = append(table.rows, row)
	}
	return table
}

func drawCell(t *rapid.T, column *tabular.Column, sheet bool) written {
	same := func(text string) written { return written{text: text, means: text} }
	at := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, 110*365*86400).Draw(t, "at")) * time.Second)
	day := at.Truncate(24 * time.Hour)
	serial := func(at time.Time) float64 { return at.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24 }
	asCell := sheet && rapid.Bool().Draw(t, "as a cell of its form")
	switch {
	case rapid.IntRange(0, 5).Draw(t, "empty") == 0:
		return written{}
	case asCell && column.Instant && rapid.Bool().Draw(t, "with a time"):
		return written{number: serial(at), format: "yyyy-mm-dd hh:mm:ss", means: meantAt(at)}
	case asCell && column.Date:
		format := rapid.SampledFrom([]string{"yyyy-mm-dd", `yyyy"年"m"月"d"日"`, "yyyy/m/d;@", "[$-804]m/d/yy"}).Draw(t, "format")
		return written{number: serial(day), format: format, means: day.Format(time.DateOnly)}
	case asCell && column.Period && rapid.Bool().Draw(t, "a year"):
		return written{number: serial(day), format: "yyyy", means: day.Format("2006")}
	case asCell && column.Period:
		return written{number: serial(day), format: `yyyy"年"m"月"`, means: day.Format("2006-01")}
	case asCell:
		number := float64(rapid.Int64Range(-1_000_000_000, 1_000_000_000_000).Draw(t, "hundredths")) / 100
		return written{number: number, means: strconv.FormatFloat(number, 'f', -1, 64)}
	case column.Instant && rapid.Bool().Draw(t, "with a time"):
		return same(at.Format(time.RFC3339))
	case column.Date:
		return same(day.Format(rapid.SampledFrom([]string{time.DateOnly, "2006/1/2", "2006年1月2日"}).Draw(t, "written")))
	case column.Period:
		return same(fmt.Sprintf("%dQ%d", day.Year(), 1+int(day.Month()-1)/3))
	}
	return same(rapid.SampledFrom(words).Draw(t, "words"))
}

// meantAt is an instant of a spreadsheet: of midnight it keeps the day alone.
func meantAt(at time.Time) string {
	if at.Equal(at.Truncate(24 * time.Hour)) {
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02T15:04:05") + "+08:00"
}

// readsBack holds what is read of a file against what was written.
func (w *writtenTable) readsBack(t *rapid.T, name string, content []byte) {
	t.Helper()
	header := layoutOf[w.kind].header
	r, err := tabular.Open(fstest.MapFS{name: {Data: content}}, name, header, tabular.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for i := range header {
		if is := slices.ContainsFunc(w.columns, func(c tabular.Column) bool { return c.Name == header[i].Name }); is != r.Has(i) {
			t.Fatalf("%s is there: %v", header[i].Name, r.Has(i))
		}
	}
	for number, row := range w.rows {
		want := make([]string, len(header))
		for i := range row {
			want[slices.IndexFunc(header, func(c tabular.Column) bool { return c.Name == w.columns[i].Name })] = row[i].means
		}
		if !r.Next() {
			t.Fatalf("there is no row %d: %v", number, r.Err())
		}
		got := make([]string, len(header))
		for i := range header {
			got[i] = r.Cell(i)
		}
		if difference := cmp.Diff(want, got); len(r.RowProblems()) > 0 || difference != "" {
			t.Fatalf("row %d, line %d: %v %s", number, r.Line(), r.RowProblems(), difference)
		}
	}
	if r.Next() || r.Err() != nil || len(r.Warnings()) > 0 {
		t.Fatal("it goes on, breaks off or is warned of", r.Err())
	}
}

// TestWrittenCSVReadsBack: CSV reads back as it was meant, in every encoding and with
// every separator, plain and packed.
func TestWrittenCSVReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, false)
		var plain bytes.Buffer
		sign := rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "separator")
		if rapid.Bool().Draw(t, "told") {
			fmt.Fprintf(&plain, "sep=%c\n", sign)
		}
		w := csv.NewWriter(&plain)
		w.Comma, w.UseCRLF = sign, rapid.Bool().Draw(t, "lines of Windows")
		records := [][]string{table.titles}
		for _, row := range table.rows {
			record := make([]string, len(row))
			for i := range row {
				record[i] = row[i].text
				if w.UseCRLF { // the writer makes line ends of Windows of those within cells
					table.rows[len(records)-1][i].means = string(bytes.ReplaceAll([]byte(row[i].means), []byte("\n"), []byte("\r\n")))
				}
			}
			records = append(records, record)
		}
		if err := w.WriteAll(records); err != nil {
			t.Fatal(err)
		}
		content := plain.Bytes()
		switch rapid.IntRange(0, 2).Draw(t, "encoding") {
		case 1:
			content = append([]byte("\ufeff"), content...)
		case 2:
			encoded, err := simplifiedchinese.GB18030.NewEncoder().Bytes(content)
			if err != nil {
				t.Fatal(err)
			}
			content = encoded
		}
		name := string(table.kind) + ".csv"
		if rapid.Bool().Draw(t, "packed") {
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			z.Write(content)
			z.Close()
			content, name = packed.Bytes(), name+".gz"
		}
		table.readsBack(t, name, content)
	})
}

// TestWrittenXLSXReadsBack: XLSX reads back as it was meant, with texts shared or in
// their cells, and with cells of numbers and dates.
func TestWrittenXLSXReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, true)
		book := excelize.NewFile()
		defer book.Close()
		styles := map[string]int{"": 0}
		write, done := shared(book), func() error { return nil }
		if rapid.Bool().Draw(t, "texts in their cells") {
			stream, err := book.NewStreamWriter("Sheet1")
			if err != nil {
				t.Fatal(err)
			}
			write, done = func(row int, cells []any) error { return stream.SetRow("A"+strconv.Itoa(row), cells) }, stream.Flush
		}
		titles := make([]any, len(table.titles))
		for i, title := range table.titles {
			titles[i] = excelize.Cell{Value: title}
		}
		if err := write(1, titles); err != nil {
			t.Fatal(err)
		}
		for number, row := range table.rows {
			cells := make([]any, len(row))
			for i := range row {
				cell := &row[i]
				if _, known := styles[cell.format]; !known {
					style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &cell.format})
					if err != nil {
						t.Fatal(err)
					}
					styles[cell.format] = style
				}
				switch {
				case cell.text != "":
					cells[i] = excelize.Cell{Value: cell.text}
				case cell.means != "":
					cells[i] = excelize.Cell{Value: cell.number, StyleID: styles[cell.format]}
				}
			}
			if err := write(2+number, cells); err != nil {
				t.Fatal(err)
			}
		}
		if err := done(); err != nil {
			t.Fatal(err)
		}
		content, err := book.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		table.readsBack(t, string(table.kind)+".xlsx", content.Bytes())
	})
}

// shared writes the cells of rows one by one; their texts are shared.
func shared(book *excelize.File) func(row int, cells []any) error {
	return func(row int, cells []any) error {
		for i, value := range cells {
			cell, is := value.(excelize.Cell)
			if !is {
				continue
			}
			name, err := excelize.CoordinatesToCellName(i+1, row)
			if err == nil {
				err = book.SetCellValue("Sheet1", name, cell.Value)
			}
			if err == nil {
				err = book.SetCellStyle("Sheet1", name, name, cell.StyleID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}
