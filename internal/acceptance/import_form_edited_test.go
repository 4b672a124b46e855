package acceptance

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// edited is a column that somebody edits: its name, the question that answers it, and
// what may be written there.
type edited struct {
	column, field string
	say           func(*rand.Rand) string
}

// someText shows something, and means what is written however it begins.
func someText(random *rand.Rand) string {
	parts := []string{
		"=1+1", "@sum", "-", "+86", "'", `"引"`, `他说"好"`, "〔2024〕", "🚒", "𠮷野", "a, b; c\td", "第一行\n第二行", "é", "Ελλάδα", "_x000D_",
		"007", "  ", "<a&b>",
		"—", "2E+3", "x",
	}
	text := ""
	for range 1 + random.IntN(3) {
		text += parts[random.IntN(len(parts))]
	}
	return strings.TrimSpace(text + "通知")
}

func sometimesNone(say func(*rand.Rand) string) func(*rand.Rand) string {
	return func(random *rand.Rand) string {
		if random.IntN(4) == 0 {
			return ""
		}
		return say(random)
	}
}

func someAmount(random *rand.Rand) string {
	return fmt.Sprintf("%d.%02d", random.Int64N(9_999_999_999), random.IntN(100))
}

var edits = map[string][]edited{
	"disclosures": {
		{"title", "disclosure.title", someText},
		{"document_number", "disclosure.documentNumber", sometimesNone(someText)},
		{"index_number", "disclosure.indexNumber", sometimesNone(someText)},
		{"channel", "disclosure.channel", sometimesNone(someText)},
	},
	"news": {
		{"title", "newsItem.title", someText},
		{"summary", "newsItem.summary", sometimesNone(someText)},
	},
	"relief": {
		{"document_number", "movement.documentNumber", sometimesNone(someText)},
		{"funds_yuan", "movement.funds", someAmount},
	},
}

// TestImportFormEdited: with cells of an exported file written anew at random, an import
// changes the rows of these cells alone, and each answers what was written.
func TestImportFormEdited(t *testing.T) {
	t.Parallel()
	db, _ := oddWorld(t)
	s := serveTrusted(t, db, nil)
	const rounds = 8
	for _, form := range importForms {
		for round := range uint64(rounds) {
			random := rand.New(rand.NewPCG(round, 15))
			content := form.exported(s, "csv", "en")
			rows := csvRows(t, content)
			name, changes := "", map[[2]int]string{} // by row and column
			meant, changed := map[string]map[string]string{}, map[string]bool{}
			for range 20 {
				of := edits[form.name][random.IntN(len(edits[form.name]))]
				row, column := 1+random.IntN(len(rows)-1), slices.Index(rows[0], of.column)
				cell := of.say(random)
				changes[[2]int{row, column}] = cell
				ref := rows[row][0]
				if meant[ref] == nil {
					meant[ref] = map[string]string{}
				}
				meant[ref][of.field] = cell
			}
			for at, cell := range changes {
				if rows[at[0]][at[1]] != cell {
					changed[rows[at[0]][0]] = true
					rows[at[0]][at[1]] = cell
				}
			}
			if random.IntN(3) == 0 {
				name, content = form.name+".xlsx", editedBook(t, form.exported(s, "xlsx", "zh"), changes)
			} else {
				plain := append([]byte("\ufeff"), parted(rows, ",", "\n")...)
				ways := differently(t, plain)
				names := slices.Sorted(maps.Keys(ways))
				way := names[random.IntN(len(names))]
				name, content = form.name+"-"+way, ways[way]
			}
			report := imported(t, db, name, content)
			if got := report.Files[0]; got.Changed != len(changed) || got.Added > 0 || got.Unchanged != len(rows)-1-len(changed) {
				t.Fatalf("%s, round %d, %s: %+v, want %d of %d changed", form.name, round, name, got, len(changed), len(rows)-1)
			}
			for ref, fields := range meant {
				for field, want := range fields {
					root, below, _ := strings.Cut(field, ".")
					answer := s.data(fmt.Sprintf(`query($ref: String!) { %s(ref: $ref) { %s } }`, root, below), map[string]any{"ref": ref})
					got, _ := at(t, answer, root, below).(string)
					if got != want {
						t.Errorf("%s, round %d: %s of %s is %q, want %q", name, round, field, ref, got, want)
					}
				}
			}
		}
	}
}

// editedBook writes cells of a workbook as texts.
func editedBook(t *testing.T, content []byte, changes map[[2]int]string) []byte {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for at, cell := range changes {
		name, err := excelize.CoordinatesToCellName(at[1]+1, at[0]+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book.SetCellStr(book.GetSheetName(0), name, strings.ReplaceAll(cell, "_x", "_x005F_x")); err != nil {
			t.Fatal(err)
		}
	}
	var made bytes.Buffer
	if err := book.Write(&made); err != nil {
		t.Fatal(err)
	}
	return made.Bytes()
}
