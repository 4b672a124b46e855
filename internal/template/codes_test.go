package template_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/template"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// someWorld is a province with two counties and a catalog.
func someWorld(t *testing.T) timeline.Reference {
	t.Helper()
	tree, err := area.NewTree([]*area.Node{
		{Code: "53", Name: "云南省", Level: area.Province},
		{Code: "5331", Name: "德宏州", Level: area.Prefecture, ParentCode: "53"},
		{Code: "533102", Name: "瑞丽市", Level: area.County, ParentCode: "5331"},
		{Code: "533102102", Name: "畹町镇", Level: area.Township, ParentCode: "533102"},
		{Code: "533102103", Name: "旧镇", Level: area.Township, ParentCode: "533102", ValidTo: calendar.Date(2025, 12, 31)},
		{Code: "533102/yjglj", Name: "应急管理局", Department: true, ParentCode: "533102", Functions: []string{"EMERGENCY_MANAGEMENT"}},
		{Code: "533103", Name: "芒市", Level: area.County, ParentCode: "5331"},
		{Code: "533103101", Name: "芒市镇", Level: area.Township, ParentCode: "533103"},
	})
	if err != nil {
		t.Fatal(err)
	}
	entry := func(code string, level area.Level, publisher string) catalog.Entry {
		return catalog.Entry{Code: code, Category: "类", Item: "事项" + code, Levels: []area.Level{level}, Publishers: []string{publisher}}
	}
	library, err := catalog.NewLibrary([]*catalog.Catalog{{
		Code: "C1", IssuerCode: "53", EffectiveFrom: calendar.Date(2020, 1, 1), Entries: []catalog.Entry{
			entry(
				"1.2",
				area.Township,
				"GOVERNMENT",
			),
			entry("1.10", area.Township, "GOVERNMENT"),
			entry("1.9", area.County, "EMERGENCY_MANAGEMENT"),
			entry("1.11", area.Village, "GOVERNMENT"),
			entry("1.12", area.County, "FINANCE"),
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return timeline.Reference{Tree: tree, Library: library, Days: calendar.New(nil)}
}

func someCodes(t *testing.T, of string) *template.Codes {
	t.Helper()
	world := someWorld(t)
	return template.CodesOf(world, []catalog.Assignment{{
		PublisherCode: "533102/yjglj", EntryCode: "1.12", Action: catalog.Include, From: calendar.Date(2020, 1, 1),
	}}, world.Tree.Find(of), today)
}

// listed are the cells that a list takes its values from.
func listed(t *testing.T, book *excelize.File, source string) (values []string) {
	t.Helper()
	sheet, cells, _ := strings.Cut(source, "!")
	rows, err := book.GetRows(strings.Trim(sheet, "'"))
	if err != nil {
		t.Fatal(err)
	}
	from, to, _ := strings.Cut(strings.ReplaceAll(cells, "$", ""), ":")
	column, first, _ := excelize.CellNameToCoordinates(from)
	_, last, _ := excelize.CellNameToCoordinates(to)
	for row := first; row <= last; row++ {
		values = append(values, rows[row-1][column-1])
	}
	return values
}

// TestCodes: the lists of a node's templates offer what exists today of it and all
// below it, and the entries that these owe, those of assignments too.
func TestCodes(t *testing.T) {
	t.Parallel()
	nodes, places := "533102 533102102 533102/yjglj", "533102 533102102"
	for _, c := range []struct{ node, nodes, places, entries string }{
		{"533102", nodes, places, "1.2 1.9 1.10 1.12"},
		{"533102102", "533102102", "533102102", "1.2 1.10"},
		{"533102/yjglj", "533102/yjglj", "", "1.9 1.12"},
		{"53", "53 5331 533102 533102102 533103 533103101 533102/yjglj", "53 5331 533102 533102102 533103 533103101", "1.2 1.9 1.10 1.12"},
	} {
		book := opened(t, template.Named("公开信息"), someCodes(t, c.node))
		lists := offers(t, book)
		if got := strings.Join(listed(t, book, lists["B"]), " "); got != c.nodes {
			t.Errorf("%s: the publishers are %s", c.node, got)
		}
		if got := strings.Join(listed(t, book, lists["C"]), " "); got != c.entries {
			t.Errorf("%s: the entries are %s", c.node, got)
		}
		book = opened(t, template.Named("events"), someCodes(t, c.node))
		if source := offers(t, book)["F"]; source == "" != (c.places == "") ||
			source != "" && strings.Join(listed(t, book, source), " ") != c.places {
			t.Errorf("%s: the places are %s", c.node, source)
		}
	}
}

// explained checks what the workbook of a kind of file says to those who fill it in.
func explained[T any](t *testing.T, kind *fact.Kind[T]) {
	t.Helper()
	book := opened(t, template.Named(kind.File), nil)
	sheet := book.GetSheetName(0)
	notes, err := book.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	instructions, err := book.GetRows("填表说明")
	if err != nil {
		t.Fatal(err)
	}
	lists := offers(t, book)
	for i, column := range kind.InFiles() {
		name, _ := excelize.ColumnNumberToName(i + 1)
		if title, _ := book.GetCellValue(sheet, name+"1"); title != column.Chinese {
			t.Errorf("%s: %s is called %s", kind.File, column.Name, title)
		}
		if !slices.ContainsFunc(
			notes,
			func(n excelize.Comment) bool { return n.Cell == name+"1" && strings.Contains(n.Text, column.Says) },
		) {
			t.Errorf("%s: %s has no note", kind.File, column.Name)
		}
		if !slices.ContainsFunc(
			instructions,
			func(row []string) bool { return len(row) > 3 && row[0] == column.Chinese && row[1] == column.Says },
		) {
			t.Errorf("%s: %s is not explained", kind.File, column.Name)
		}
		if words := column.Words.Chinese(); len(words) > 0 && lists[name] != `"`+strings.Join(words, ",")+`"` {
			t.Errorf("%s: %s offers %s", kind.File, column.Name, lists[name])
		}
		id, err := book.GetColStyle(sheet, name)
		if err != nil {
			t.Fatal(err)
		}
		style, err := book.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		format := "General"
		if style.CustomNumFmt != nil {
			format = *style.CustomNumFmt
		} else if style.NumFmt == 49 {
			format = "@"
		}
		if text := column.Form == fact.Text || column.Form == fact.Period; text != (format == "@") || format == "General" {
			t.Errorf("%s: %s has the format %s", kind.File, column.Name, format)
		}
	}
}

// TestExplained: every column has its Chinese name, its note, its place in the
// instructions, its words as a list and a format in which nothing is spoilt.
func TestExplained(t *testing.T) {
	t.Parallel()
	explained(t, fact.Areas)
	explained(t, fact.Departments)
	explained(t, &fact.Catalogs)
	explained(t, &fact.Entries)
	explained(t, &fact.Assignments)
	explained(t, &fact.Disclosures)
	explained(t, &fact.Movements)
	explained(t, &fact.Events)
	explained(t, &fact.News)
	explained(t, &fact.Concerns)
	explained(t, &fact.Reviews)
}
