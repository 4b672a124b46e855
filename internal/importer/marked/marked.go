// Package marked writes copies of import files in which the faults are marked.
package marked

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

const (
	// mostSheetRows and mostSheetName are what a sheet holds, and its name.
	mostSheetRows = 1 << 20
	mostSheetName = 31
	// mostNotes is how many cells of a sheet have a note: the library looks through all of them
	// for each new one. Those beyond are marked by their colour alone.
	mostNotes = 2000
)

// The rows in place of those that are not in a copy.
const (
	notReadOn = "此处起未能读出 what follows could not be read" + tabular.Spoilt
	notCopied = "此处起未复制 what follows is not copied" + tabular.Spoilt
)

// Source is a file that is copied.
type Source struct {
	Files   fs.FS
	Name    string
	Shown   string           // what problems call it
	Columns []tabular.Column // that it may have
}

// told is what is told of a cell, or of a row.
type told struct {
	*tabular.Problem
	refused bool
	placed  bool // in a table
}

// copying is a copy on its way.
type copying struct {
	book    *excelize.File
	all     []*told
	told    map[string]map[int][]*told // of all, by file and line
	refused int                        // styles
	warned  int
	text    int
	names   map[string]bool // of sheets
}

// Check refuses a path to which no copy can be written.
func Check(file string) error {
	if !strings.EqualFold(filepath.Ext(file), ".xlsx") {
		return problem.Invalid("--report", "name a file that ends with .xlsx", "%s would be no workbook by its name", file)
	}
	if _, err := os.Lstat(file); err == nil {
		return problem.Invalid("--report", "name another, or take that one away", "there is a file %s already", file)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking at %s: %w", file, err)
	}
	if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
		return problem.Invalid("--report", "make it first", "there is no folder %s", filepath.Dir(file))
	}
	return nil
}

// Write writes a workbook with a sheet for each table of the sources, whose cells are
// as they were read. What is refused is red, what is warned of yellow; a note says why
// and what to do. A sheet that is mended can be imported again; what is not mended is
// refused again. What lies in no table is told on a sheet before them.
func Write(sources []Source, refused, warned []tabular.Problem, file string) error {
	if err := Check(file); err != nil {
		return err
	}
	c := &copying{book: excelize.NewFile(), told: map[string]map[int][]*told{}, names: map[string]bool{}}
	defer c.book.Close()
	// The library begins with a sheet: it is the first of the copy, or none.
	if err := c.book.SetSheetName("Sheet1", c.named(tabular.Others)); err != nil {
		return fmt.Errorf("making the marked copy: %w", err)
	}
	c.tell(refused, true)
	c.tell(warned, false)
	if err := c.styles(); err != nil {
		return fmt.Errorf("making the marked copy: %w", err)
	}
	for _, source := range sources {
		if err := c.add(source); err != nil {
			return fmt.Errorf("copying %s: %w", source.Shown, err)
		}
	}
	if err := c.others(); err != nil {
		return fmt.Errorf("making the marked copy: %w", err)
	}
	// Nothing half-written takes its name.
	part, err := os.CreateTemp(filepath.Dir(file), ".marked-*")
	if err != nil {
		return fmt.Errorf("writing the marked copy: %w", err)
	}
	defer os.Remove(part.Name())
	err = errors.Join(c.book.Write(part), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("writing the marked copy: %w", err)
	}
	return nil
}

func (c *copying) tell(problems []tabular.Problem, refused bool) {
	for i := range problems {
		p := &problems[i]
		if c.told[p.File] == nil {
			c.told[p.File] = map[int][]*told{}
		}
		one := &told{Problem: p, refused: refused}
		c.all = append(c.all, one)
		c.told[p.File][p.Line] = append(c.told[p.File][p.Line], one)
	}
}

func (c *copying) styles() (err error) {
	asText, top := "@", &excelize.Alignment{Vertical: "top"}
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	if c.text, err = c.book.NewStyle(&excelize.Style{CustomNumFmt: &asText, Alignment: top}); err != nil {
		return err
	}
	c.refused, err = c.book.NewStyle(&excelize.Style{CustomNumFmt: &asText, Alignment: top, Fill: fill("FFC7CE")})
	if err != nil {
		return err
	}
	c.warned, err = c.book.NewStyle(&excelize.Style{CustomNumFmt: &asText, Alignment: top, Fill: fill("FFEB9C")})
	return err
}

// add copies the tables of a source.
func (c *copying) add(source Source) error {
	var sheet *table
	err := tabular.Copy(source.Files, source.Name, source.Columns, func(row *tabular.Copied) (err error) {
		if sheet == nil || sheet.of != row.Sheet {
			if err := sheet.end(); err != nil {
				return err
			}
			if sheet, err = c.sheet(source, row.Sheet); err != nil {
				return err
			}
		}
		return sheet.add(row)
	})
	if p, unreadable := errors.AsType[*tabular.Problem](err); unreadable {
		err = nil // it is marked
		if sheet == nil {
			sheet, err = c.sheet(source, "")
		}
		if err == nil { // what was read is not the whole
			err = sheet.add(&tabular.Copied{Line: p.Line, Cells: []string{notReadOn}})
		}
	}
	return errors.Join(err, sheet.end())
}

// table is a table of the copy.
type table struct {
	copy    *copying
	name    string
	of      string // the source's sheet
	columns []tabular.Column
	told    map[int][]*told
	writer  *excelize.StreamWriter
	rows    int
	notes   int
}

// sheet begins a table; what is told of the file as a whole is marked in its first row.
func (c *copying) sheet(source Source, of string) (*table, error) {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || problem.Unseen(r) {
			return '_'
		}
		return r
	}, strings.TrimSuffix(path.Base(source.Name), path.Ext(source.Name)))
	if of != "" {
		name = of
	}
	name = c.named(name)
	if _, err := c.book.NewSheet(name); err != nil {
		return nil, err
	}
	fit, a4, landscape, wide, any := true, 9, "landscape", 1, 0 // of pages across
	if err := c.book.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	err := c.book.SetPageLayout(name, &excelize.PageLayoutOptions{
		Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &any,
	})
	if err != nil {
		return nil, err
	}
	writer, err := c.book.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	s := &table{copy: c, name: name, of: of, columns: source.Columns, writer: writer, told: map[int][]*told{}}
	for _, shown := range []string{source.Shown, source.Shown + "[" + of + "]"} {
		for line, all := range c.told[shown] {
			s.told[line] = append(s.told[line], all...)
		}
		delete(c.told, shown)
	}
	return s, writer.SetColWidth(1, 60, 18)
}

// named is a name that no sheet has yet, of a length that one may have.
func (c *copying) named(name string) string {
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = fmt.Sprintf(" %d", n)
		}
		runes := []rune(name)
		whole := string(runes[:min(len(runes), mostSheetName-len(suffix))]) + suffix
		if key := strings.ToLower(whole); !c.names[key] {
			c.names[key] = true
			return whole
		}
	}
}

// add copies a row and marks what is told of it.
func (s *table) add(row *tabular.Copied) error {
	if s.rows++; s.rows > mostSheetRows {
		return nil
	}
	if s.rows == mostSheetRows {
		row = &tabular.Copied{Cells: []string{notCopied}}
	}
	cells := make([]any, max(len(row.Cells), 1))
	for i := range cells {
		text := ""
		if i < len(row.Cells) {
			text = short(row.Cells[i])
		}
		cells[i] = excelize.Cell{StyleID: s.copy.text, Value: text}
	}
	all := s.told[row.Line]
	if s.rows == 1 && row.Line > 0 {
		all = append(slices.Clone(s.told[0]), all...)
	}
	notes := map[int][]string{}
	for _, one := range all {
		one.placed = true
		place := s.place(row, one.Problem)
		for len(cells) <= place {
			cells = append(cells, excelize.Cell{StyleID: s.copy.text, Value: ""})
		}
		style, word := s.copy.warned, "提示 warning"
		if one.refused {
			style, word = s.copy.refused, "拒绝 refused"
		}
		cell, _ := cells[place].(excelize.Cell)
		if cell.StyleID != s.copy.refused {
			cell.StyleID = style
		}
		cells[place] = cell
		notes[place] = append(notes[place], problem.VisibleLines(word+": "+one.Reason+"\n→ "+one.Remedy))
	}
	for place, texts := range notes {
		if err := s.note(place, texts); err != nil {
			return err
		}
	}
	return s.writer.SetRow(fmt.Sprintf("A%d", s.rows), cells)
}

// note puts a note to a cell of the row.
func (s *table) note(place int, texts []string) error {
	if s.notes++; s.notes > mostNotes {
		return nil
	}
	cell, err := excelize.CoordinatesToCellName(place+1, s.rows)
	if err != nil {
		return err
	}
	const width, frame, height = 320, 40, 60
	return s.copy.book.AddComment(s.name, excelize.Comment{
		Cell: cell, Author: "reliefgraph", Text: strings.Join(texts, "\n"), Width: width, Height: uint(frame + height*len(texts)),
	})
}

// short is a text as long as a cell may be; one that is longer is refused then.
func short(text string) string {
	units := 0
	for i, r := range text {
		if units += utf16.RuneLen(r); units >= excelize.TotalCellChars && len(text)-i > utf8.RuneLen(r) {
			return text[:i] + tabular.Spoilt
		}
	}
	return text
}

// place is the cell of a row in which a problem is marked: that of its column where the
// row has it, else the one that it names.
func (s *table) place(row *tabular.Copied, of *tabular.Problem) int {
	for i, named := range row.Named {
		if named >= 0 && s.columns[named].Name == of.Column {
			return i
		}
	}
	for i, cell := range row.Cells { // of a header that is refused
		if cell != "" && slices.Contains(strings.Split(of.Column, ", "), cell) {
			return i
		}
	}
	return of.Cell()
}

// end finishes a table.
func (s *table) end() error {
	if s == nil {
		return nil
	}
	return s.writer.Flush()
}
