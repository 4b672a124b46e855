package template_test

import (
	"encoding/csv"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/template"
)

// inEnglish writes facts as CSV, with the columns of the formats.
func (f facts) inEnglish(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for kind, rows := range f {
		columns := map[string]bool{}
		for _, row := range rows {
			for name := range row {
				columns[name] = true
			}
		}
		header := slices.Sorted(maps.Keys(columns))
		var text strings.Builder
		w := csv.NewWriter(&text)
		w.Write(header)
		for _, row := range rows {
			cells := make([]string, len(header))
			for i, name := range header {
				if cells[i] = row[name]; name == "entries_file" {
					cells[i] = "entries.csv"
				}
			}
			w.Write(cells)
		}
		w.Flush()
		if err := os.WriteFile(filepath.Join(folder, kind+".csv"), []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// fill writes rows into the cells of a template below its example, as one enters them
// in a spreadsheet: days and numbers as such, words as the lists offer them.
func fill[T any](t *testing.T, kind *fact.Kind[T], rows []map[string]string, folder string, chosen func() bool) {
	t.Helper()
	of := template.Named(kind.File)
	book := opened(t, of, nil)
	sheet := book.GetSheetName(0)
	offered := offers(t, book)
	for i, column := range kind.InFiles() {
		name, _ := excelize.ColumnNumberToName(i + 1)
		for j, row := range rows {
			at := name + strconv.Itoa(j+3)
			if row[column.Name] == "" {
				continue
			}
			style, err := book.GetColStyle(sheet, name)
			if err != nil {
				t.Fatal(err)
			}
			value := entered(t, column.Form, row[column.Name], chosen)
			if len(column.Words) > 0 {
				value = inWords(t, column.Words, row[column.Name], offered[name])
			}
			if column.Name == "entries_file" {
				value = template.Named("entries").FileName()
			}
			if err := book.SetCellValue(sheet, at, value); err != nil {
				t.Fatal(err)
			}
			if kept, err := book.GetCellStyle(sheet, at); err != nil || kept != style {
				t.Fatalf("%s: the cell has the style %d, the column %d: %v", at, kept, style, err)
			}
		}
	}
	saved(t, book, folder, of.FileName())
}

// entered is what one enters for a value.
func entered(t *testing.T, form fact.Form, value string, chosen func() bool) any {
	t.Helper()
	var entered any = value
	var err error
	switch {
	case form == fact.Day:
		entered, err = time.Parse(time.DateOnly, value)
	case form == fact.Instant && chosen():
		entered, err = time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(value, "+08:00"))
	case form == fact.Whole:
		entered, err = strconv.Atoi(value)
	case form == fact.Money || form == fact.Quantity:
		entered, err = strconv.ParseFloat(value, 64)
	}
	if err != nil {
		t.Fatal(err)
	}
	return entered
}

// inWords are values in the words of a list that is offered.
func inWords(t *testing.T, words fact.Vocabulary, value, offered string) string {
	t.Helper()
	items := strings.Split(value, ";")
	for i, item := range items {
		at := slices.IndexFunc(words, func(w fact.Word) bool { return w.Value == item })
		if items[i] = words[at].Chinese; !slices.Contains(strings.Split(strings.Trim(offered, `"`), ","), items[i]) {
			t.Errorf("%s is not offered in %s", items[i], offered)
		}
	}
	return strings.Join(items, ";")
}

// offers are the lists by column, as the workbook has them.
func offers(t *testing.T, book *excelize.File) map[string]string {
	t.Helper()
	rules, err := book.GetDataValidations(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string]string{}
	for _, rule := range rules {
		from, to, _ := strings.Cut(rule.Sqref, ":")
		if from[1:] != "2" || !strings.HasSuffix(to, strconv.Itoa(excelize.TotalRows)) {
			t.Errorf("a rule is for %s", rule.Sqref)
		}
		if rule.Type == "list" {
			lists[from[:1]] = rule.Formula1
		}
	}
	return lists
}

// TestFilled: templates filled in at random are imported without a warning, and say
// what the same facts say in English CSV.
func TestFilled(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		made := maker{rand.New(rand.NewPCG(seed, 15))}
		world := made.facts(8)
		world["catalogs"][0]["entries_file"] = "there"
		folder := t.TempDir()
		fill(t, fact.Areas, world["areas"], folder, made.chance)
		fill(t, fact.Departments, world["departments"], folder, made.chance)
		fill(t, &fact.Catalogs, world["catalogs"], folder, made.chance)
		fill(t, &fact.Entries, world["entries"], folder, made.chance)
		fill(t, &fact.Assignments, world["assignments"], folder, made.chance)
		fill(t, &fact.Disclosures, world["disclosures"], folder, made.chance)
		fill(t, &fact.Movements, world["relief"], folder, made.chance)
		fill(t, &fact.Events, world["events"], folder, made.chance)
		fill(t, &fact.News, world["news"], folder, made.chance)
		fill(t, &fact.Concerns, world["concerns"], folder, made.chance)
		fill(t, &fact.Reviews, world["reviews"], folder, made.chance)
		total := 0
		for _, rows := range world {
			total += len(rows)
		}
		english := world.inEnglish(t)
		for i, order := range [][2]string{{folder, english}, {english, folder}} {
			db := pgtest.Store(t)
			if added, _, _ := counted(imported(t, db, order[0])); added != total {
				t.Errorf("seed %d, order %d: %d of %d rows are added", seed, i, added, total)
			}
			if added, changed, unchanged := counted(imported(t, db, order[1])); unchanged != total {
				t.Errorf("seed %d, order %d: %d added, %d changed, %d of %d unchanged", seed, i, added, changed, unchanged, total)
			}
		}
	}
}
