package tabular

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

var columns = []Column{{Name: "code", Required: true}, {Name: "name", Required: true}, {Name: "valid_from", Date: true}}

// readAll reads a file of some content: its rows, each with its line, and what
// was wrong.
func readAll(content []byte) (rows [][]string, lines []int, problem *Problem) {
	return readFile(fstest.MapFS{"f.csv": {Data: content}}, "f.csv")
}

func readFile(files fs.FS, name string) (rows [][]string, lines []int, problem *Problem) {
	r, err := Open(files, name, columns, Limits{})
	if err != nil {
		p, ok := errors.AsType[*Problem](err)
		if !ok {
			panic(err)
		}
		return nil, nil, p
	}
	defer r.Close()
	for r.Next() {
		if problems := r.RowProblems(); len(problems) > 0 {
			p := &problems[0]
			return rows, lines, p
		}
		rows = append(rows, []string{r.Cell(0), r.Cell(1), r.Cell(2)})
		lines = append(lines, r.Line())
	}
	if err := r.Err(); err != nil {
		p, _ := errors.AsType[*Problem](err)
		return rows, lines, p
	}
	return rows, lines, nil
}

func gb(text string) []byte {
	encoded, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		panic(err)
	}
	return encoded
}

func zipped(content []byte) []byte {
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	w.Write(content)
	w.Close()
	return buffer.Bytes()
}

func sheet(rows [][]any) []byte {
	book := excelize.NewFile()
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := book.SetSheetRow("Sheet1", cell, &row); err != nil {
			panic(err)
		}
	}
	buffer, err := book.WriteToBuffer()
	if err != nil {
		panic(err)
	}
	return buffer.Bytes()
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	want := [][]string{{"533102", "瑞丽市", "2020-01-01"}, {"533102102", "畹町镇", ""}}
	text := "code,name,valid_from\n533102,瑞丽市,2020-01-01\n533102102,畹町镇,\n"
	for name, content := range map[string][]byte{
		"UTF-8":                       []byte(text),
		"UTF-8 with a mark":           []byte("\ufeff" + text),
		"GB18030":                     gb(text),
		"gzip":                        zipped([]byte(text)),
		"gzip of GB18030":             zipped(gb(text)),
		"lines of Windows":            []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"a line for spreadsheets":     []byte("sep=|\n" + text),
		"one that was saved again":    []byte("\"sep=;\",,\r\n" + text),
		"no last line end":            []byte(strings.TrimSuffix(text, "\n")),
		"columns in another order":    []byte("name,code\n瑞丽市,533102\n畹町镇,533102102\n"),
		"quotes and blanks":           []byte("code,name,valid_from\n\"533102\", 瑞丽市　,2020-01-01\n533102102,\"畹町镇\",\n"),
		"empty rows and cells beyond": []byte("code,name,valid_from,,\n533102,瑞丽市,2020-01-01,,\n,,\n\n533102102,畹町镇,,,\n"),
		"XLSX":                        sheet([][]any{{"code", "name", "valid_from"}, {533102, "瑞丽市", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}, {"533102102", "畹町镇"}}),
	} {
		rows, _, problem := readAll(content)
		if problem != nil {
			t.Errorf("%s: %v", name, problem)
			continue
		}
		expected := want
		if name == "columns in another order" {
			expected = [][]string{{"533102", "瑞丽市", ""}, {"533102102", "畹町镇", ""}}
		}
		if difference := cmp.Diff(expected, rows); difference != "" {
			t.Errorf("%s: %s", name, difference)
		}
	}
	rows, lines, problem := readAll([]byte("code,name\na,\"two\nlines, \"\"quoted\"\"\"\nb,c\n"))
	if problem != nil || rows[0][1] != "two\nlines, \"quoted\"" || lines[0] != 2 || lines[1] != 4 {
		t.Errorf("a cell of two lines: %q %v %v", rows, lines, problem)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	const head = "code,name\n"
	for name, c := range map[string]struct {
		content []byte
		line    int
		column  string
		reason  string
	}{
		"an unknown column":            {[]byte("code,name,colour\na,b,c\n"), 1, "colour", "unknown columns"},
		"a header of one known column": {[]byte("code,colour,size\naaaaaaaa,bbbbbbbb,cccccccc\n"), 1, "colour, size", "unknown columns"},
		"a missing column":             {[]byte("code\na\n"), 1, "name", "columns are missing"},
		"a column twice":               {[]byte("code,name,code\n"), 1, "code", "twice"},
		"a column without name":        {[]byte("code,,name\n"), 1, "", "has no name"},
		"an empty file":                {nil, 0, "", "it is empty"},
		"too many cells":               {[]byte(head + "a,b,c\n"), 2, "", "3 cells, the header 2"},
		"a quote left open":            {[]byte(head + "a,b\nc,\"d\ne,f\n"), 3, "", "quote is left open"},
		"a quote within a cell alone":  {[]byte(head + "a,b\"c\nd,e\n"), 2, "", "a quote stands inside"},
		"a quote within a cell":        {[]byte(head + "a,b\"c\"\n"), 2, "", "a quote stands inside"},
		"text after a quote":           {[]byte(head + "a,\"b\"c\n"), 2, "", "text follows a closing quote"},
		"carriage returns alone":       {[]byte("code,name\ra,b\rc,d\r"), 1, "", "carriage return alone"},
		"mixed encodings":              {append([]byte(head+"a,瑞丽市\n"), gb("b,畹町镇\n")...), 3, "", "encodings are mixed"},
		"mixed, all of it readable":    {append([]byte(head+"a,测试你好\n"), gb("b,测试你好\n")...), 3, "", "encodings are mixed"},
		"mixed so the other way":       {append(gb(head+"a,测试你好\n"), []byte("b,测试你好\n")...), 3, "", "encodings are mixed"},
		"mixed the other way":          {append(gb(head+"a,瑞丽市应急管理局\n"), []byte("b,畹町镇人民政府办公室\n\xff\xff\n")...), 3, "", "encodings are mixed"},
		"zero bytes":                   {[]byte("code,name\na,\x00b\n"), 0, "", "zero byte"},
		"UTF-16":                       {[]byte("\xff\xfec\x00o\x00"), 0, "", "UTF-16"},
		"an old Excel file":            {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), 0, "", "old Excel file"},
		"HTML":                         {[]byte("<html><table>"), 0, "", "HTML"},
		"a gzip file cut off":          {zipped([]byte(strings.Repeat(head, 100)))[:40], 0, "", "broken or cut off"},
		"a ZIP that is no XLSX":        {archive("a.txt", []byte("x")), 0, "", "not XLSX"},
		"a cell too long":              {[]byte(head + "a," + strings.Repeat("x", 70<<10) + "\n"), 2, "name", "more than 65536 bytes"},
		"an error of a sheet":          {sheet([][]any{{"code", "name"}, {"#N/A", "b"}}), 2, "code", "error of the spreadsheet"},
		"an unknown column of a sheet": {sheet([][]any{{"code", "name", "colour"}}), 1, "colour", "unknown columns"},
	} {
		_, _, problem := readAll(c.content)
		if problem == nil {
			t.Errorf("%s is accepted", name)
			continue
		}
		if problem.File != "f.csv" || c.line > 0 && problem.Line != c.line || !strings.Contains(problem.Column, c.column) ||
			!strings.Contains(problem.Reason, c.reason) ||
			problem.Remedy == "" {
			t.Errorf("%s: %+v", name, problem)
		}
	}
	if _, _, problem := readFile(fstest.MapFS{}, "gone.csv"); problem == nil || !strings.Contains(problem.Reason, "no such file") {
		t.Errorf("a file that is not there: %+v", problem)
	}
}

func archive(name string, content []byte) []byte {
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	member, _ := w.Create(name)
	member.Write(content)
	w.Close()
	return buffer.Bytes()
}

// endless is a file that goes on with one letter for so many bytes.
type endless struct {
	head string
	left int64
}

func (e *endless) Read(into []byte) (int, error) {
	if e.head != "" {
		n := copy(into, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(into)), e.left)
	for i := range into[:n] {
		into[i] = 'x'
	}
	e.left -= n
	return int(n), nil
}

func (e *endless) Stat() (fs.FileInfo, error) { return nil, fs.ErrInvalid }
func (e *endless) Close() error               { return nil }

type endlessFiles struct{ file *endless }

func (f endlessFiles) Open(string) (fs.File, error) { return f.file, nil }

// TestHuge: a cell of 300 MB is refused after the bytes of one row.
func TestHuge(t *testing.T) {
	t.Parallel()
	for head, reason := range map[string]string{"code,name\na,\"": "quote is left open, or a cell", "code,name\na,": "the row has more than"} {
		file := &endless{head: head, left: 300 << 20}
		_, _, problem := readFile(endlessFiles{file}, "huge.csv")
		if problem == nil || problem.Line != 2 || problem.Column != "name" || !strings.Contains(problem.Reason, reason) {
			t.Errorf("%+v", problem)
		}
		if read := 300<<20 - file.left; read > 4<<20 {
			t.Errorf("%d bytes were read", read)
		}
	}
}

// TestZipBomb: an XLSX that unpacks to more than it may is refused by what comes
// out, whatever it declares.
func TestZipBomb(t *testing.T) {
	t.Parallel()
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for _, name := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		member, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(member, strings.NewReader(strings.Repeat("<c/>", 5<<20))); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	_, err := Open(fstest.MapFS{"bomb.xlsx": {Data: buffer.Bytes()}}, "bomb.xlsx", columns, Limits{SheetSize: 8 << 20})
	if p, ok := errors.AsType[*Problem](err); !ok || !strings.Contains(p.Reason, "unpacks to more than 8 MiB") {
		t.Errorf("%v", err)
	}
}

// TestInstants: a spreadsheet's day keeps its time where an instant is wanted.
func TestInstants(t *testing.T) {
	t.Parallel()
	s := &sheetRows{
		book:  &workbook{base: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)},
		kinds: []cellKind{numberCell},
		forms: []dateForm{0},
	}
	for value, want := range map[string][2]string{
		"45293": {"2024-01-02", "2024-01-02"}, "45293.5": {"2024-01-02", "2024-01-02T12:00:00+08:00"},
		"45293.999": {"2024-01-02", "2024-01-02T23:58:34+08:00"}, "45293.99999999": {"2024-01-02", "2024-01-03"},
	} {
		for i, got := range want {
			if text, fault := s.read(0, []byte(value), &Column{Date: true, Instant: i == 1}); fault != nil || text != got {
				t.Errorf("%s: %q, want %q", value, text, got)
			}
		}
	}
}

// TestGiantCell: a cell that no sheet has is refused before it is held in memory.
func TestGiantCell(t *testing.T) {
	t.Parallel()
	file := sheet([][]any{{"code", "name"}, {"a", strings.Repeat("x", 30_000)}})
	_, err := Open(fstest.MapFS{"f.xlsx": {Data: file}}, "f.xlsx", columns, Limits{CellBytes: 3000})
	if p, ok := errors.AsType[*Problem](
		err,
	); !ok || !strings.Contains(p.Reason, "more than 3000 bytes") || p.Value != strings.Repeat("x", 22)+"…" ||
		p.Remedy == "" {
		t.Errorf("%v", err)
	}
	l := &longestText{most: 30}
	if _, err := io.WriteString(
		l,
		`<row r="7"><c r="B7" t="inlineStr"><is><t>`+strings.Repeat("x", 40)+"</t>",
	); !errors.Is(err, errLongText) ||
		l.where() != "B7" {
		t.Errorf("%v at %s", err, l.where())
	}
}

// TestNumbers: a spreadsheet's numbers come as plain digits; more than it keeps
// are refused.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"533102": "533102", "5.33102102001E11": "533102102001", "1234.5": "1234.5", "0.30000000000000004": "0.3",
		"1234.5599999999999": "1234.56", "1E-2": "0.01", "5E+3": "5000", "-2": "-2", "12.0": "12",
		"533102.000": "533102", "1.50": "1.50",
	} {
		if got, fits := plainNumber(value); !fits || got != want {
			t.Errorf("%s: %q", value, got)
		}
	}
	for _, value := range []string{"5.33102102201001E17", "533102102201001123"} {
		if got, fits := plainNumber(value); fits {
			t.Errorf("%s: %q", value, got)
		}
	}
}

// TestFormsOfDates: what a format shows of a date is told by its letters.
func TestFormsOfDates(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]dateForm{
		"yyyy-mm-dd": showsYear | showsMonth | showsDay, `yyyy"年"m"月";@`: showsYear | showsMonth, "[$-804]yyyy": showsYear,
		"h:mm AM/PM": showsTime, "[h]:mm": showsTime, `0.00"d"`: 0, "General": 0, "0.00E+00": 0, `#,##0\d`: 0, "[Red]0": 0,
		"yyyy/m/d h:mm": showsYear | showsMonth | showsDay | showsTime, `yyyy"Q"q`: showsYear | showsQuarter, "mmm-yy": showsYear | showsMonth,
	} {
		if got := formOf(code); got != want {
			t.Errorf("%s shows %b, want %b", code, got, want)
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	content := []byte("code,name,valid_from\n" + strings.Repeat("533102102,关于做好畹町镇救灾工作的通知,2024-05-06\n", 20_000))
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, problem := readAll(content); problem != nil {
			b.Fatal(problem)
		}
	}
}
