package fact_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/fact"
)

// file is what a kind of file says of itself.
type file struct {
	name    string
	columns []string
	chinese []string
	words   []fact.Vocabulary
	read    []func(cell string) bool
}

func fileOf[T any](kind *fact.Kind[T]) file {
	of := file{name: kind.File}
	for _, column := range kind.InFiles() {
		of.columns, of.chinese = append(of.columns, column.Name), append(of.chinese, column.Chinese)
		of.words = append(of.words, column.Words)
		of.read = append(of.read, func(cell string) bool {
			var into T
			return column.Read(cell, &into) == nil
		})
	}
	return of
}

func files() []file {
	return []file{
		fileOf(fact.Areas),
		fileOf(fact.Departments),
		fileOf(&fact.Catalogs),
		fileOf(&fact.Entries),
		fileOf(&fact.Assignments),
		fileOf(
			&fact.Disclosures,
		),
		fileOf(&fact.Movements),
		fileOf(&fact.Events),
		fileOf(&fact.News),
		fileOf(&fact.Concerns),
		fileOf(&fact.Reviews),
	}
}

// TestNamesAreTheContracts: each file's columns are called as the formats say, in
// both languages, in one order.
func TestNamesAreTheContracts(t *testing.T) {
	t.Parallel()
	contract, err := os.ReadFile("../../docs/contract/import-formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range files() {
		var rows [][]string
		for line := range strings.Lines(string(contract)) {
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
			if name, _, _ := strings.Cut(strings.TrimSpace(cells[0]), " "); len(cells) == 2 && name == of.name {
				rows = append(rows, strings.FieldsFunc(cells[1], func(r rune) bool { return r == ',' }))
			}
		}
		if len(rows) != 2 {
			t.Errorf("%s stands in %d tables", of.name, len(rows))
			continue
		}
		english, chinese := names(rows[0]), names(rows[1])
		if len(english) != len(chinese) {
			t.Errorf("%s: %d names and %d Chinese ones", of.name, len(english), len(chinese))
			continue
		}
		for i, column := range of.columns {
			if place := slices.Index(english, column); place < 0 || chinese[place] != of.chinese[i] {
				t.Errorf("%s: %s is %s", of.name, column, of.chinese[i])
			}
		}
		if len(of.columns) != len(english) {
			t.Errorf("%s has %d columns, the formats %d", of.name, len(of.columns), len(english))
		}
	}
}

// names are the names in a cell of the formats' tables, without their notes.
func names(listed []string) (names []string) {
	depth := 0
	for _, text := range listed {
		if before := depth; before == 0 {
			name, _, _ := strings.Cut(strings.TrimSpace(text), " ")
			names = append(names, strings.TrimSuffix(strings.TrimRight(name, "?"), "?"))
		}
		depth += strings.Count(text, "(") - strings.Count(text, ")")
	}
	return names
}

// TestEveryWordIsRead: the words of a column are read in both languages, as one
// value, and no word is two of them.
func TestEveryWordIsRead(t *testing.T) {
	t.Parallel()
	for _, of := range files() {
		for i, words := range of.words {
			meaning := map[string]string{}
			for _, word := range words {
				for _, cell := range append([]string{word.Value, word.Chinese}, word.Others...) {
					if !of.read[i](cell) {
						t.Errorf("%s %s: %q is not read", of.name, of.columns[i], cell)
					}
					if before, known := meaning[cell]; known && before != word.Value || words.Value(cell) != word.Value {
						t.Errorf("%s %s: %q is %s and %s", of.name, of.columns[i], cell, before, words.Value(cell))
					}
					meaning[cell] = word.Value
				}
			}
			if len(words) > 0 && of.columns[i] != "functions" && of.columns[i] != "publishers" && of.read[i]("别的") {
				t.Errorf("%s %s: another word is read", of.name, of.columns[i])
			}
		}
	}
}
