package export

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

const (
	// mostSheetRows is how many rows a sheet can have; more go on in another.
	mostSheetRows = excelize.TotalRows
	// mostLinks is how many links a sheet gets: the library looks through all of
	// them for each new one.
	mostLinks = 5000
	// exactDigits is how many digits a number of a spreadsheet keeps.
	exactDigits = 15
)

// workbook is an XLSX being written. Rows beyond 16 MiB of a sheet wait in a
// temporary file, and the whole is packed into the answer as it is sent: memory
// stays the same at any size.
type workbook struct {
	file   *excelize.File
	locale locale
	header int
	styles map[kind]int
	linked map[kind]int
	names  []string // of the sheets so far
}

func (r *Request) writeXLSX(ctx context.Context, e *Export, to io.Writer) error {
	b := &workbook{file: excelize.NewFile(), locale: r.locale}
	defer b.file.Close()
	if err := b.prepare(r.report.title.in(r.locale), e.now); err != nil {
		return fmt.Errorf("making the workbook: %w", err)
	}
	for i, t := range e.tables {
		rows, err := b.write(ctx, t)
		if err != nil {
			return err
		}
		if i == 0 && r.imported == nil {
			if _, err := b.write(ctx, r.about(e, rows)); err != nil {
				return err
			}
		}
	}
	// The library would pack everything in memory first; this packs it on its way.
	kept := &keepsError{to: to}
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(kept) })
	if err := b.file.Write(io.Discard); err != nil {
		return fmt.Errorf("packing the workbook: %w", err)
	}
	return kept.err
}

// keepsError remembers a failed write, which the library may pass over.
type keepsError struct {
	to  io.Writer
	err error
}

func (k *keepsError) Write(content []byte) (int, error) {
	if k.err != nil {
		return 0, k.err
	}
	n, err := k.to.Write(content)
	k.err = err
	return n, err
}

// prepare makes the styles.
func (b *workbook) prepare(title string, now time.Time) error {
	made := now.UTC().Format(time.RFC3339)
	err := b.file.SetDocProps(&excelize.DocProperties{Title: title, Creator: "reliefgraph", Created: made, Modified: made})
	if err != nil {
		return err
	}
	// What names no font is drawn in another by some programs.
	const font, size = "Calibri", 11
	border := []excelize.Border{{Type: "bottom", Color: "808080", Style: 1}}
	b.header, err = b.file.NewStyle(&excelize.Style{
		Font: &excelize.Font{
			Bold:   true,
			Family: font,
			Size:   size,
		},
		Border:    border,
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
	})
	if err != nil {
		return err
	}
	// Texts have the format of texts, so that one that begins with = stays one
	// even when somebody edits its cell.
	const asText = "@"
	formats := map[kind]string{
		text:     asText,
		word:     asText,
		list:     asText,
		route:    asText,
		prose:    asText,
		flag:     asText,
		verbatim: asText,
		day:      "yyyy-mm-dd",
		instant:  "yyyy-mm-dd hh:mm",
		integer:  "0",
		money:    "#,##0.00",
		quantity: "General",
		rate:     "0.0%",
	}
	b.styles, b.linked = map[kind]int{}, map[kind]int{}
	for kind, format := range formats {
		style := &excelize.Style{CustomNumFmt: &format, Alignment: &excelize.Alignment{Vertical: "top", WrapText: kind.wraps()}}
		switch kind { // what stands close to the right runs into the text beside it
		case day, instant:
			style.Alignment.Horizontal = "left"
		case integer, money, quantity, rate:
			style.Alignment.Horizontal, style.Alignment.Indent = "right", 1
		}
		if b.styles[kind], err = b.file.NewStyle(style); err != nil {
			return err
		}
		style.Font = &excelize.Font{Color: "0563C1", Underline: "single", Family: font, Size: size}
		if b.linked[kind], err = b.file.NewStyle(style); err != nil {
			return err
		}
	}
	return nil
}

// write writes a table to a sheet, and to further ones where it is longer.
func (b *workbook) write(ctx context.Context, t *table) (rows int, err error) {
	columns, err := t.columns(ctx)
	if err != nil {
		return 0, err
	}
	current, err := b.sheet(t, columns)
	if err != nil {
		return 0, fmt.Errorf("making a sheet: %w", err)
	}
	err = t.rows(ctx, func(row record) error {
		if current.row == mostSheetRows {
			if err := current.end(); err != nil {
				return err
			}
			if current, err = b.sheet(t, columns); err != nil {
				return fmt.Errorf("making a sheet: %w", err)
			}
		}
		rows++
		return current.add(row)
	})
	if err != nil {
		return rows, err
	}
	return rows, current.end()
}

// sheet is one being written.
type sheet struct {
	book    *workbook
	name    string
	columns []column
	stream  *excelize.StreamWriter
	row     int
	links   int
	cells   []any
}

// sheet begins one: frozen header, widths, one page wide on A4 paper.
func (b *workbook) sheet(t *table, columns []column) (*sheet, error) {
	name := t.title.in(b.locale)
	for n, base := 2, name; slices.Contains(b.names, name); n++ {
		name = fmt.Sprintf("%s (%d)", base, n)
	}
	if len(b.names) == 0 {
		if err := b.file.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return nil, err
	}
	b.names = append(b.names, name)
	if err := b.onPaper(name, t.frozen, columns); err != nil {
		return nil, err
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	corner, err := excelize.CoordinatesToCellName(t.frozen+1, 2)
	if err != nil {
		return nil, err
	}
	pane := "bottomLeft"
	if t.frozen > 0 {
		pane = "bottomRight"
	}
	panes := &excelize.Panes{Freeze: true, XSplit: t.frozen, YSplit: 1, TopLeftCell: corner, ActivePane: pane}
	if err := stream.SetPanes(panes); err != nil {
		return nil, err
	}
	header := make([]any, len(columns))
	for i, c := range columns {
		if err := stream.SetColWidth(i+1, i+1, c.width); err != nil {
			return nil, err
		}
		header[i] = excelize.Cell{StyleID: b.header, Value: c.title.in(b.locale)}
	}
	made := &sheet{book: b, name: name, columns: columns, stream: stream, row: 1, cells: make([]any, len(columns))}
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title.in(b.locale)
	}
	return made, stream.SetRow("A1", header, heightFor(columns, func(i int) string { return titles[i] }))
}

// onPaper fits the sheet to pages of A4 across, no smaller than can be read: a wide one takes several side by side,
// each with the heads and the columns that stay in sight.
func (b *workbook) onPaper(name string, frozen int, columns []column) error {
	yes, a4, landscape, order, any := true, 9, "landscape", "overThenDown", 0
	if err := b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	wide := pagesWide(frozen, columns)
	layout := excelize.PageLayoutOptions{
		Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &any, PageOrder: &order,
	}
	if err := b.file.SetPageLayout(name, &layout); err != nil {
		return err
	}
	side, end := 0.4, 0.6 // inches
	margins := excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &end, Bottom: &end, Header: &side, Footer: &side}
	if err := b.file.SetPageMargins(name, &margins); err != nil {
		return err
	}
	if err := b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&R&P / &N"}); err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(name, "'", "''") + "'"
	heads := quoted + "!$1:$1"
	if frozen > 0 {
		last, err := excelize.ColumnNumberToName(frozen)
		if err != nil {
			return err
		}
		heads = quoted + "!$A:$" + last + "," + heads
	}
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: heads, Scope: name})
}

const (
	// readableWidth is how many characters stand side by side on A4 across, with the margins above, at 55 % of size.
	readableWidth = 256.0
	lineHeight    = 15.0  // points
	mostHeight    = 409.0 // points that a row can have
)

// pagesWide is how many pages side by side hold the columns at a size that can be read; each begins with the frozen
// ones, and no column is parted.
func pagesWide(frozen int, columns []column) int {
	var repeated float64
	for _, c := range columns[:frozen] {
		repeated += c.width
	}
	pages, taken := 1, repeated
	for _, c := range columns[frozen:] {
		if taken+c.width > readableWidth && taken > repeated {
			pages, taken = pages+1, repeated
		}
		taken += c.width
	}
	return pages
}

// heightFor makes a row as high as its longest text is when wrapped: written as a stream, it gets no height of itself.
func heightFor(columns []column, said func(int) string) excelize.RowOpts {
	lines := 1
	for i := range columns {
		lines = max(lines, linesOf(said(i), columns[i].width))
	}
	if lines == 1 {
		return excelize.RowOpts{}
	}
	return excelize.RowOpts{Height: min(mostHeight, float64(lines)*lineHeight)}
}

// linesOf is how many lines a text takes in a column of so many characters; those of Chinese are two wide. A word goes
// on in the next line whole where it fits in one.
func linesOf(said string, width float64) int {
	lines := 0
	for line := range strings.SplitSeq(said, "\n") {
		lines++
		taken := 0.0
		for word := range strings.SplitAfterSeq(line, " ") {
			long := widthOf(strings.TrimSuffix(word, " "))
			if taken > 0 && taken+long > width {
				lines, taken = lines+1, 0
			}
			if more := math.Ceil((taken+long)/width) - 1; more > 0 {
				lines, taken = lines+int(more), taken-more*width
			}
			taken += widthOf(word)
		}
	}
	return lines
}

// widthOf is how many characters wide a text is, with a tenth more, since letters are not equally wide.
func widthOf(said string) float64 {
	wide := 0.0
	for _, letter := range said {
		if letter < 0x1100 {
			wide += 1.1
		} else {
			wide += 2.2
		}
	}
	return wide
}

// add writes a row.
func (s *sheet) add(row record) error {
	s.row++
	for i := range s.columns {
		c := &s.columns[i]
		kind, value := c.value(row)
		s.cells[i] = nil
		if value = s.book.value(c, kind, value); value == nil {
			continue
		}
		cell := excelize.Cell{StyleID: s.book.styles[kind], Value: value}
		if c.link != nil && s.links < mostLinks {
			if address := c.link(row); address != "" {
				cell.StyleID = s.book.linked[kind]
				s.links++
				at, err := excelize.CoordinatesToCellName(i+1, s.row)
				if err != nil {
					return err
				}
				if err := s.book.file.SetCellHyperLink(s.name, at, address, "External"); err != nil {
					return fmt.Errorf("linking %s: %w", at, err)
				}
			}
		}
		s.cells[i] = cell
	}
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.stream.SetRow(at, s.cells, heightFor(s.columns, func(i int) string {
		cell, _ := s.cells[i].(excelize.Cell)
		said, _ := cell.Value.(string)
		return said
	}))
}

// end writes what stands after the rows.
func (s *sheet) end() error {
	corner, err := excelize.CoordinatesToCellName(len(s.columns), s.row)
	if err != nil {
		return err
	}
	if err := s.book.file.AutoFilter(s.name, "A1:"+corner, nil); err != nil {
		return fmt.Errorf("making the filter: %w", err)
	}
	return s.stream.Flush()
}

// value is what a cell holds: days and numbers real ones, texts never formulas.
func (b *workbook) value(c *column, kind kind, value any) any {
	switch value := value.(type) {
	case time.Time:
		return value
	case json.Number:
		if n, err := value.Int64(); err == nil {
			return n
		}
		if f, err := value.Float64(); err == nil {
			return f
		}
		return value.String()
	case string:
		switch kind {
		case day:
			if on, err := time.Parse(time.DateOnly, value); err == nil {
				return on
			}
		case instant:
			if at, err := time.Parse(time.RFC3339, value); err == nil {
				return at.In(shanghai)
			}
		case money, quantity:
			// A spreadsheet's number would lose fen of an amount with more digits:
			// such a one is written as text.
			if f, err := json.Number(value).Float64(); err == nil && digits(value) <= exactDigits {
				return f
			}
		}
	}
	if said := c.said(kind, value, b.locale); said != "" {
		return said
	}
	return nil
}

// digits counts those that a number must keep.
func digits(number string) int {
	return len(strings.TrimLeft(strings.ReplaceAll(strings.TrimPrefix(number, "-"), ".", ""), "0"))
}
