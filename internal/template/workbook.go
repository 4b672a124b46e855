package template

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
)

// formats are those of cells, so that a spreadsheet spoils nothing: what is no day
// and no number stays text as it is written.
var formats = map[fact.Form]string{
	fact.Text:     "@",
	fact.Period:   "@",
	fact.Day:      "yyyy-mm-dd",
	fact.Instant:  "yyyy-mm-dd hh:mm",
	fact.Whole:    "0",
	fact.Money:    "#,##0.00",
	fact.Quantity: "#,##0.###",
}

// workbook is a template being written.
type workbook struct {
	*excelize.File
	sheet string // that is filled in
}

// Write writes the workbook; its lists offer the codes, where they are given.
func (t *Template) Write(to io.Writer, codes *Codes) error {
	book := workbook{excelize.NewFile(), t.names[0]}
	defer book.Close()
	if err := book.make(t, codes); err != nil {
		return fmt.Errorf("making the template %s: %w", t.FileName(), err)
	}
	if err := book.File.Write(to); err != nil {
		return fmt.Errorf("writing the template %s: %w", t.FileName(), err)
	}
	return nil
}

func (b *workbook) make(t *Template, codes *Codes) error {
	if err := b.SetSheetName("Sheet1", b.sheet); err != nil {
		return err
	}
	if err := b.SetDocProps(&excelize.DocProperties{Title: t.names[0], Creator: "reliefgraph"}); err != nil {
		return err
	}
	for i := range t.columns {
		if err := b.column(i+1, &t.columns[i], codes.forColumn(&t.columns[i])); err != nil {
			return fmt.Errorf("the column %s: %w", t.columns[i].title, err)
		}
	}
	if err := b.SetRowHeight(b.sheet, 1, 24); err != nil {
		return err
	}
	panes := &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}
	if err := b.SetPanes(b.sheet, panes); err != nil {
		return err
	}
	if err := b.instructions(t, codes); err != nil {
		return err
	}
	for _, sheet := range b.GetSheetList() {
		if err := b.onPaper(sheet); err != nil {
			return err
		}
	}
	return b.codes(codes)
}

// onPaper fits the columns of a sheet on one page across.
func (b *workbook) onPaper(sheet string) error {
	fit, a4, landscape, wide, any := true, 9, "landscape", 1, 0
	if err := b.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return b.SetPageLayout(sheet, &excelize.PageLayoutOptions{
		Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &any,
	})
}

// column makes one with its header, its example and what may be chosen.
func (b *workbook) column(number int, c *column, codes []code) error {
	name, err := excelize.ColumnNumberToName(number)
	if err != nil {
		return err
	}
	format := formats[c.form]
	cells, err := b.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	example, err := b.NewStyle(&excelize.Style{
		CustomNumFmt: &format,
		Font:         &excelize.Font{Italic: true, Color: "808080"},
	})
	if err != nil {
		return err
	}
	header, err := b.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c.colour()}},
		Border:    []excelize.Border{{Type: "bottom", Color: "808080", Style: 1}},
		Alignment: &excelize.Alignment{Vertical: "center"},
	})
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return b.SetColStyle(b.sheet, name, cells) },
		func() error { return b.SetColWidth(b.sheet, name, name, c.width()) },
		func() error { return b.SetCellStr(b.sheet, name+"1", c.title) },
		func() error { return b.SetCellStyle(b.sheet, name+"1", name+"1", header) },
		func() error { return b.note(name+"1", c.note()) },
		func() error { return b.example(name+"2", c) },
		func() error { return b.SetCellStyle(b.sheet, name+"2", name+"2", example) },
		func() error { return b.choose(name, c, codes) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// colour is that of the header: what a new row needs stands out.
func (c *column) colour() string {
	if c.needed {
		return "FCE4D6"
	}
	return "E8EEF4"
}

// width is how many characters wide the column is.
func (c *column) width() float64 {
	const least, most = 12, 40
	wide := max(least, widthOf(c.title)+2, widthOf(c.Example)+2)
	if c.form == fact.Instant {
		wide = max(wide, widthOf("2026-05-08 09:30")+2)
	}
	return min(most, wide)
}

// widthOf is how many characters wide a text is; those of Chinese are two.
func widthOf(text string) float64 {
	wide := 0.0
	for _, letter := range text {
		if wide++; letter >= 0x1100 {
			wide++
		}
	}
	return wide
}

func (b *workbook) note(cell, text string) error {
	const width, lineHeight, lineWidth = 340, 20, 44.0
	height := uint(lineHeight)
	for line := range strings.SplitSeq(text, "\n") {
		height += lineHeight * uint(1+widthOf(line)/lineWidth)
	}
	return b.AddComment(b.sheet, excelize.Comment{Cell: cell, Author: "填表说明", Text: text, Width: width, Height: height})
}

// example writes the example's cell as a spreadsheet would keep it.
func (b *workbook) example(cell string, c *column) error {
	if c.Example == "" {
		return nil
	}
	switch c.form {
	case fact.Day, fact.Instant:
		layout := time.DateOnly
		if c.form == fact.Instant {
			layout = "2006-01-02 15:04"
		}
		at, err := time.Parse(layout, c.Example)
		if err != nil {
			return err
		}
		return b.SetCellValue(b.sheet, cell, at)
	case fact.Whole, fact.Money, fact.Quantity:
		number, err := strconv.ParseFloat(c.Example, 64)
		if err != nil {
			return err
		}
		return b.SetCellValue(b.sheet, cell, number)
	case fact.Text, fact.Period:
	}
	return b.SetCellStr(b.sheet, cell, c.Example)
}

// choose says what may be entered in a column: one of a list, a day, a number. Lists of
// which a cell may hold several, or others too, are offered and not forced.
func (b *workbook) choose(name string, c *column, codes []code) error {
	rule := excelize.NewDataValidation(true)
	rule.Sqref = fmt.Sprintf("%s2:%s%d", name, name, excelize.TotalRows)
	var err error
	switch c.form {
	case fact.Day, fact.Instant:
		err = rule.SetRange(
			serial(calendar.First),
			serial(calendar.Last+1),
			excelize.DataValidationTypeDate,
			excelize.DataValidationOperatorBetween,
		)
		rule.SetError(excelize.DataValidationErrorStyleStop, "不是日期", "请填日期，如 2026-05-08。")
	case fact.Whole:
		err = rule.SetRange(0, 0, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorGreaterThanOrEqual)
		rule.SetError(excelize.DataValidationErrorStyleStop, "不是整数", "请填 0 或正整数。")
	case fact.Money, fact.Quantity:
		err = rule.SetRange(0, 0, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorGreaterThanOrEqual)
		rule.SetError(excelize.DataValidationErrorStyleStop, "不是数字", "请填 0 或正数，不带单位。")
	case fact.Period:
		return nil
	case fact.Text:
		switch {
		case len(codes) > 0:
			rule.SetSqrefDropList(listOf(c.Names, len(codes)))
		case len(c.words) > 0:
			err = rule.SetDropList(c.words)
		default:
			return nil
		}
		switch {
		case c.list:
			rule.SetInput(c.title, "可填多项，用英文分号“;”隔开。")
			rule.ShowErrorMessage = false
		case c.open():
			rule.SetError(excelize.DataValidationErrorStyleWarning, "不在代码表中", "这个代码不在代码表中，确定要填吗？")
		default:
			rule.SetError(excelize.DataValidationErrorStyleStop, "不在列表中", "请从下拉列表中选择。")
		}
	}
	if err != nil {
		return err
	}
	return b.AddDataValidation(b.sheet, rule)
}

// serial is the number that spreadsheets keep a day as.
func serial(day calendar.Day) int {
	const ofFirst = 25569 // 1970-01-01
	return ofFirst + int(day)
}

// listOf is where the codes stand that a column may name.
func listOf(names fact.Named, count int) string {
	column := "A"
	if names == fact.Item {
		column = "E"
	}
	return fmt.Sprintf("'%s'!$%s$2:$%s$%d", tabular.Codes, column, column, count+1)
}
