package tabular

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// looked reads a file to its end, past bad rows, and fails where something is told
// without a file, a reason, or the line of a bad row, or where a cell is too large.
// Whole tells that nothing was at fault.
func looked(t *testing.T, content []byte) (rows [][]string, whole bool) {
	t.Helper()
	r, err := Open(fstest.MapFS{"f": {Data: content}}, "f", columns, Limits{})
	if err != nil {
		wellTold(t, err)
		return nil, false
	}
	defer r.Close()
	whole = true
	for more := true; more; more = r.NextSheet() {
		for r.Next() {
			for i := range r.RowProblems() {
				whole = false
				p := r.RowProblems()[i]
				wellTold(t, &p)
				if p.Line == 0 {
					t.Fatalf("a bad row without a line: %+v", p)
				}
			}
			row := make([]string, len(columns))
			for i := range columns {
				if row[i] = r.Cell(i); len(row[i]) > 64<<10 && whole {
					t.Fatalf("a cell of %d bytes", len(row[i]))
				}
			}
			rows = append(rows, row)
		}
		for _, told := range r.Warnings() {
			wellTold(t, &told)
		}
	}
	if r.Err() != nil {
		wellTold(t, r.Err())
		whole = false
	}
	return rows, whole
}

func wellTold(t *testing.T, err error) {
	t.Helper()
	p, is := err.(*Problem) //nolint:errorlint // it is to be one, and not to hold one
	if !is || p.File == "" || p.Reason == "" || p.Remedy == "" || !utf8.ValidString(p.Error()) {
		t.Fatalf("%T %+v", err, err)
	}
}

// FuzzReader: whatever the bytes of a file are, it is read or told of; CSV that another
// reader takes is read as it does.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"code,name\na,b\n", "code,name\r\n\"a\nb\",c\r\n", "\ufeffcode,name\n,,\n", "code,name\n\"", "sep=;\ncode;name\na,b;c\n",
		"code\tname\nα\t\"β\"\"\"\n", string(gb("code,name\n瑞,丽\n")), string(zipped([]byte("code,name\n"))), "\xd0\xcf\x11\xe0E",
		string(bookOf(map[string]string{"xl/sheet1.xml": sheetOf("", "")})),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		rows, whole := looked(t, content)
		if whole && utf8.Valid(content) && bytes.HasPrefix(content, []byte("code,name,valid_from\n")) {
			asAnother(t, content, rows)
		}
	})
}

// asAnother holds rows against those of the standard library's reader.
func asAnother(t *testing.T, content []byte, rows [][]string) {
	t.Helper()
	reader := csv.NewReader(bytes.NewReader(content))
	reader.FieldsPerRecord = -1
	records, err := reader.ReadAll()
	if err != nil {
		return // it wants no formula of text, among others
	}
	var want [][]string
	for _, record := range records[1:] {
		row, some := make([]string, len(columns)), false
		for i, cell := range record {
			cell = string(trim([]byte(cell)))
			some = some || cell != ""
			if i < len(row) {
				row[i] = cell
			}
		}
		if some {
			want = append(want, row)
		}
	}
	for _, row := range rows { // it takes the carriage returns of line ends within quotes away
		for i := range row {
			row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
		}
	}
	if difference := cmp.Diff(want, rows); difference != "" {
		t.Fatal(difference)
	}
}

// FuzzEncoding: a text is in UTF-8 then, or told of; text in UTF-8 stays as it is where
// GB 2312 has not its bytes, and Chinese of GB 2312 comes back; a file is read as its text.
func FuzzEncoding(f *testing.F) {
	for _, seed := range []string{"", "瑞丽市", "Σχέδιο", "é", "𠮷", "关于做好救灾工作的通知", "\xff\xfe", "a\x81", "\ufffd"} {
		f.Add([]byte(seed))
		f.Add(gb(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		text, fault := Text(content)
		switch {
		case fault != nil:
			fault.File = "f"
			wellTold(t, fault)
			if utf8.Valid(content) && !commonChinese(content) {
				t.Fatalf("%q is UTF-8", content)
			}
		case !utf8.Valid(text):
			t.Fatalf("%q is no UTF-8", text)
		case onlyUTF8(content) && !bytes.Equal(text, bytes.TrimPrefix(content, []byte("\ufeff"))):
			t.Fatalf("%q became %q", content, text)
		}
		if bytes.ContainsAny(content, "\",;\t\r\n\x00=#'") || fault != nil || bytes.HasPrefix(content, []byte("\ufeff")) {
			return
		}
		rows, whole := looked(t, append([]byte("code,name\nx,"), content...))
		if whole && rows[0][1] != string(trim(text)) {
			t.Fatalf("%q is %q in a file, and %q alone", content, rows[0][1], text)
		}
		if encoded, err := simplifiedchinese.GBK.NewEncoder().Bytes(text); err == nil && commonChinese(encoded) && !plausibleUTF8(encoded) {
			if back, fault := Text(encoded); fault != nil || !bytes.Equal(back, text) {
				t.Fatalf("%q comes back as %q %v", text, back, fault)
			}
		}
	})
}

// FuzzWorkbook: whatever the parts of a workbook say, it is read or told of.
func FuzzWorkbook(f *testing.F) {
	row := `<row r="2">` + text("A2", "a") + `<c r="B2" t="s"><v>1</v></c><c r="C2" s="1"><v>45293.5</v></c></row>`
	const (
		strs   = `<sst><si><t>a</t></si><si><r><t>b</t></r><rPh><t>c</t></rPh></si></sst>`
		styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`
	)
	f.Add(sheetOf(row, `<mergeCells><mergeCell ref="A2:A3"/></mergeCells>`), strs, styles, oneSheet, bookRelations)
	hidden := strings.Replace(oneSheet, "<sheet ", `<workbookPr date1904="1"/><sheet state="hidden" `, 1)
	f.Add(sheetOf(row, `<mergeCells><mergeCell ref="A2:B2"/></mergeCells>`), strs, styles, hidden, bookRelations)
	others := `<row r="2"><c t="e"><v>#REF!</v></c><c t="d"><v>2024-05-06T08:30:00</v></c><c><f>A1</f><v/></c></row>`
	f.Add(sheetOf(others, ""), "", "", oneSheet, bookRelations)
	otherwise := strings.ReplaceAll(bookRelations, "sheet1.xml", "/XL\\Sheet1.xml")
	f.Add(sheetOf(`<row r="9"><c r="XFD9"><v>1</v></c></row>`, ""), "<sst>", "<cellXfs>", oneSheet, otherwise)
	f.Fuzz(func(t *testing.T, sheet, shared, styles, book, relations string) {
		looked(t, bookOf(map[string]string{
			"xl/sheet1.xml": sheet, "xl/strings.xml": shared, "xl/styles.xml": styles,
			"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relations,
		}))
	})
}

// FuzzSheet: a sheet written cell by cell, at any places and in each form of texts, is
// read as it was written.
func FuzzSheet(f *testing.F) {
	f.Add("a\nb\nc", []byte{0, 1, 2}, []byte{0, 2, 1})
	f.Add("瑞丽\n\n<&>\n_x000D_\n  x  ", []byte{2, 1, 0, 2, 1}, []byte{5, 4, 3, 3, 0})
	f.Fuzz(func(t *testing.T, words string, forms, places []byte) {
		var rows, shared strings.Builder
		want := make([][]string, 0, 8)
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
		count, line := 0, 1
		for i, word := range strings.Split(words, "\n") {
			if i >= len(forms) || i >= len(places) || len(want) > 100 {
				break
			}
			if !xmlText(word) || strings.Contains(word, "_x") || spreadsheetError(trim([]byte(word))) {
				return
			}
			column := int(places[i]) % len(columns)
			line += 1 + int(places[i])/len(columns)%3
			name := cellName(column, line)
			switch forms[i] % 3 {
			case 0:
				word := escape.Replace(word)
				fmt.Fprintf(&rows, `<row r="%d">%s</row>`, line, text(name, word))
			case 1:
				fmt.Fprintf(&rows, `<x:row r="%d"><x:c t="str" r="%s"><x:v>%s</x:v></x:c></x:row>`, line, name, escape.Replace(word))
			case 2:
				half := len(word) / 2
				for half > 0 && !utf8.RuneStart(word[half]) {
					half--
				}
				fmt.Fprintf(&shared, "<si><r><t>%s</t></r><r><t>%s</t></r></si>", escape.Replace(word[:half]), escape.Replace(word[half:]))
				fmt.Fprintf(&rows, `<row r="%d"><c t="s" r="%s"><v>%d</v></c></row>`, line, name, count)
				count++
			}
			if word = string(trim([]byte(word))); word != "" {
				row := make([]string, len(columns))
				row[column] = word
				want = append(want, row)
			}
		}
		rowsRead, whole := looked(t, bookOf(map[string]string{
			"xl/sheet1.xml": sheetOf(rows.String(), ""), "xl/strings.xml": "<sst>" + shared.String() + "</sst>",
		}))
		if difference := cmp.Diff(want, append(make([][]string, 0, 8), rowsRead...)); !whole || difference != "" {
			t.Fatal(whole, difference)
		}
	})
}

// xmlText tells of a text that XML can have and gives back as it is.
func xmlText(word string) bool {
	return utf8.ValidString(word) && !strings.ContainsFunc(word, func(r rune) bool {
		return r < ' ' && r != '\t' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError
	})
}

// FuzzForms: formats, numbers and dates of cells. What stands in quotes changes no
// form, a number stays the same number written plainly, a date is one of the calendar.
func FuzzForms(f *testing.F) {
	for _, seed := range []string{"yyyy-mm-dd", "h:mm AM/PM", "[h]:mm;@", "0.00E+00", "1.5E-7", "533102", "-0.000", "2026-05-08T08:30:00Z", "a/", "[", "\\", "\"", "1e308", "_"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		form := formOf(text)
		if quoted := formOf(`"ymdhsq"` + text); quoted != form {
			t.Fatalf("%q shows %b, and %b after words in quotes", text, form, quoted)
		}
		if plain, fits := plainNumber(text); fits && plain != text {
			was, _ := strconv.ParseFloat(text, 64)
			is, err := strconv.ParseFloat(plain, 64)
			if err != nil || strings.ContainsAny(plain, "eE") || math.Abs(was-is) > math.Abs(was)*1e-14 {
				t.Fatalf("%q became %q", text, plain)
			}
		}
		if at, is := isoDate(text); is && (at.Year() < 0 || at.Year() > 9999) {
			t.Fatalf("%q is %s", text, at)
		}
		if _, is := mergedIn([]byte(text)); is && !strings.Contains(text, "mergeCell") {
			t.Fatalf("%q merges", text)
		}
	})
}
