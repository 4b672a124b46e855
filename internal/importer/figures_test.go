package importer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// indexNow is the index as one loaded now has it.
func indexNow(t *testing.T, db *store.Store) *coverage.Index {
	t.Helper()
	follower, err := db.Follow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return follower.Current()
}

// figuresIn are those of a node with all below it, zero where it is not there.
func figuresIn(index *coverage.Index, code string) (figures coverage.Figures) {
	if index.Tree.ByCode(code) == nil {
		return figures
	}
	return index.At(index.Tree.Find(code), coverage.Subtree, today)
}

// sameFigures holds the figures that a report tells against two indexes, and that
// no node is missing whose figures differ between them.
func sameFigures(t *testing.T, what string, effect *importer.Report, before, after *coverage.Index) {
	t.Helper()
	told := map[string]bool{}
	for _, node := range effect.Effect.Touched {
		told[node.Code] = true
		if was := figuresIn(before, node.Code); node.Before().Cells != was.Cells {
			t.Errorf("%s: before it %s had %+v, told is %+v", what, node.Code, was, node.Before())
		}
		if is := figuresIn(after, node.Code); node.After().Cells != is.Cells {
			t.Errorf("%s: after it %s has %+v, told is %+v", what, node.Code, is, node.After())
		}
	}
	for _, index := range []*coverage.Index{before, after} {
		for _, node := range index.Tree.Nodes() {
			if !told[node.Code] && figuresIn(before, node.Code).Cells != figuresIn(after, node.Code).Cells {
				t.Errorf("%s: of %s nothing is told", what, node.Code)
			}
		}
	}
}

// TestFigures: an import and its dry run tell the figures of the nodes touched as an
// index before and one after it have them, whatever kind of file makes the change.
func TestFigures(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			db := pgtest.Store(t)
			part, whole := oracle.Random(seed), oracle.Random(seed)
			part.Disclosures, part.News = part.Disclosures[:len(part.Disclosures)/3], nil
			half := worldFolder(t, part)
			pgtest.Import(t, db, options, filesOf(t, half, "areas*", "departments*", "catalogs*", "disclosures*")...)
			before := indexNow(t, db)
			folder := worldFolder(t, whole)
			dry := options
			dry.DryRun = true
			planned := pgtest.Import(t, db, dry, folder)
			done := pgtest.Import(t, db, options, folder)
			after := indexNow(t, db)
			if len(done.Effect.Touched) == 0 {
				t.Fatal("nothing is touched")
			}
			sameFigures(t, "planned", planned, before, after)
			sameFigures(t, "done", done, before, after)
			if planned.Number != 0 || done.Number == 0 {
				t.Errorf("planned as %d, done as %d", planned.Number, done.Number)
			}
		})
	}
}

// TestFiguresShown: the printed report and the JSON have the figures and the number.
func TestFiguresShown(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	report, err := run(t, db, options, base())
	if err != nil {
		t.Fatal(err)
	}
	var printed, written bytes.Buffer
	report.Print(&printed)
	if !strings.Contains(printed.String(), "533102 ") || !strings.Contains(printed.String(), "required 0 → ") ||
		!strings.Contains(printed.String(), "reliefgraph import --undo 1") {
		t.Errorf("printed:\n%s", &printed)
	}
	if err := report.PrintJSON(&written); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Number  int64
		Figures []struct {
			Node   string
			Before struct{ Required int }
			After  struct {
				Required     int
				CoverageRate *float64
			}
		}
		FiguresCount int
	}
	if err := json.Unmarshal(written.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if read.Number != 1 || len(read.Figures) == 0 || read.FiguresCount != len(read.Figures) || read.Figures[0].After.Required == 0 {
		t.Errorf("written: %+v", read)
	}
	again, err := run(t, db, options, base())
	printed.Reset()
	again.Print(&printed)
	if err != nil || again.Number != 0 || !strings.Contains(printed.String(), "nothing changed") {
		t.Errorf("again: %d %v\n%s", again.Number, err, &printed)
	}
}
