package fact_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/fact"
)

// explained checks what a kind of file says to those who fill it in.
func explained[T any](t *testing.T, kind *fact.Kind[T]) {
	t.Helper()
	if kind.Purpose() == "" {
		t.Errorf("%s: it is not said what it is for", kind.File)
	}
	var example T
	for i, column := range kind.InFiles() {
		at := kind.File + " " + column.Name
		if column.Says == "" || strings.HasSuffix(column.Says, "。") {
			t.Errorf("%s says %q", at, column.Says)
		}
		if fact.MarkedExample(column.Example) != (i == 0) {
			t.Errorf("%s has the example %q", at, column.Example)
		}
		if i == 0 && !slices.Contains(kind.Key, column.Stored) {
			t.Errorf("%s begins with a column that is not of the key", at)
		}
		if column.Needed && column.Example == "" {
			t.Errorf("%s is needed, and the example lacks it", at)
		}
		cell := column.Example
		if at, err := time.Parse("2006-01-02 15:04", cell); err == nil && column.Form == fact.Instant {
			cell = at.Format("2006-01-02T15:04:05") + "+08:00"
		}
		if fault := column.Read(cell, &example); fault != nil {
			t.Errorf("%s: the example is refused: %s", at, fault.Message)
		}
		if words := column.Words.Chinese(); len(words) > 0 && cell != "" {
			for word := range strings.SplitSeq(cell, ";") {
				if !slices.Contains(words, word) {
					t.Errorf("%s: the example has %q, which is not offered", at, word)
				}
			}
		}
		if !column.Unchanged(column.Example) || column.Form == fact.Text && column.Unchanged("别的") {
			t.Errorf("%s: whether the example is unchanged cannot be told", at)
		}
	}
}

// TestMeanings: every column of every file says what it is; the examples are such as
// could be read.
func TestMeanings(t *testing.T) {
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
