package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The parts of a workbook of one sheet, as short as readers take them.
const (
	rootRelations = `<Relationships><Relationship Id="r1" Type="t/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookRelations = `<Relationships><Relationship Id="r1" Type="t/worksheet" Target="sheet1.xml"/>` +
		`<Relationship Id="r2" Type="t/sharedStrings" Target="strings.xml"/><Relationship Id="r3" Type="t/styles" Target="styles.xml"/></Relationships>`
	oneSheet = `<workbook xmlns:r="r"><sheets><sheet name="s" r:id="r1"/></sheets></workbook>`
	titles   = `<row r="1"><c r="A1" t="str"><v>code</v></c><c r="B1" t="str"><v>name</v></c><c r="C1" t="str"><v>valid_from</v></c></row>`
)

// bookOf makes a workbook; a part that is not given is the usual one, one that is
// empty is left out.
func bookOf(given map[string]string) []byte {
	parts := map[string]string{"_rels/.rels": rootRelations, "xl/_rels/workbook.xml.rels": bookRelations, "xl/workbook.xml": oneSheet}
	for name, content := range given {
		parts[name] = content
	}
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for name, content := range parts {
		if content == "" {
			continue
		}
		member, err := w.Create(name)
		if err == nil {
			_, err = member.Write([]byte(content))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return buffer.Bytes()
}

func sheetOf(rows, after string) string {
	return "<worksheet><sheetData>" + titles + rows + "</sheetData>" + after + "</worksheet>"
}

func text(cell, value string) string {
	return fmt.Sprintf(`<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, cell, value)
}

// TestSheetsAsProgramsWriteThem: cells are where they say that they are, and parts are
// read whatever they are called.
func TestSheetsAsProgramsWriteThem(t *testing.T) {
	t.Parallel()
	plain := `<row r="2">` + text("A2", "a") + text("B2", "b") + `</row><row r="3">` + text("A3", "c") + `</row>`
	elsewhere := strings.ReplaceAll(bookRelations, "sheet1.xml", "sheet")
	for name, c := range map[string]struct {
		parts map[string]string
		want  [][]string
	}{
		"in any order": {
			map[string]string{"xl/sheet1.xml": sheetOf(`<row r="2">`+text("B2", "b")+text("C2", "2024-01-02")+text("A2", "a")+`</row>`, "")},
			[][]string{{"a", "b", "2024-01-02"}},
		},
		"numbers and truths as libraries write them": {
			map[string]string{"xl/sheet1.xml": sheetOf(
				`<row r="2"><c r="A2"><v>533102.0</v></c><c r="B2" t="b"><v>1</v></c></row><row r="3"><c r="A3" t="b"><v>0</v></c></row>`, "")},
			[][]string{{"533102", "TRUE", ""}, {"FALSE", "", ""}},
		},
		"a merge told with more": {
			map[string]string{"xl/sheet1.xml": sheetOf(plain,
				`<mergeCells><mergeCell uid="{`+strings.Repeat("0", 60)+`}" ref='B2:B3'/></mergeCells>`)},
			[][]string{{"a", "b", ""}, {"c", "b", ""}},
		},
		"a part without an ending": {
			map[string]string{
				"xl/_rels/workbook.xml.rels": elsewhere,
				"xl/sheet":                   sheetOf(plain, `<mergeCells><mergeCell ref="B2:B3"/></mergeCells>`),
			},
			[][]string{{"a", "b", ""}, {"c", "b", ""}},
		},
		"a sheet that is listed twice": {
			map[string]string{
				"xl/workbook.xml": strings.Replace(oneSheet, "</sheets>", `<sheet name="again" r:id="r1"/></sheets>`, 1),
				"xl/sheet1.xml":   sheetOf(plain, ""),
			},
			[][]string{{"a", "b", ""}, {"c", "", ""}},
		},
		"merges that lie over each other": {
			map[string]string{"xl/sheet1.xml": sheetOf(plain, strings.Repeat(`<mergeCell ref="B2:B3"/>`, 10_000))},
			[][]string{{"a", "b", ""}, {"c", "b", ""}},
		},
	} {
		rows, _, problem := readAll(bookOf(c.parts))
		if problem != nil {
			t.Errorf("%s: %v", name, problem)
		} else if difference := cmp.Diff(c.want, rows); difference != "" {
			t.Errorf("%s: %s", name, difference)
		}
	}
}

// TestSheetsBeyondMeasure: what a sheet makes the reader hold is bounded.
func TestSheetsBeyondMeasure(t *testing.T) {
	t.Parallel()
	long := text("A2", strings.Repeat("x", 60_000))
	for name, c := range map[string]struct {
		sheet, reason string
	}{
		"a row of very many cells":  {`<row r="2">` + strings.Repeat("<c/>", 20_000) + `</row>`, "more than 200 cells"},
		"a cell far to the right":   {`<row r="2"><c r="ZZZ2"/></row>`, "more than 200 cells"},
		"a row of very long cells":  {`<row r="2">` + strings.Repeat(strings.ReplaceAll(long, "A2", ""), 20) + `</row>`, "more than 1048576 bytes"},
		"a value in many pieces":    {`<row r="2"><c r="A2" t="str"><v>` + strings.Repeat("xxxxxxxx<!-- -->", 1<<16) + `</v></c></row>`, "more than 65536 bytes"},
		"a sheet that breaks off":   {`<row r="2"><c r="A2"`, "cannot be read on"},
		"a text that is not closed": {`<row r="2"><c r="A2" t="inlineStr"><is><t>a`, "cannot be read on"},
	} {
		_, _, problem := readAll(bookOf(map[string]string{"xl/sheet1.xml": sheetOf(c.sheet, "")}))
		if problem == nil || problem.Line == 0 || !strings.Contains(problem.Reason, c.reason) {
			t.Errorf("%s: %+v", name, problem)
		}
	}
}
