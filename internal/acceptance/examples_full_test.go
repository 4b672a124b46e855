package acceptance

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestReliefExamples asks the customer's 36 questions about relief, with its
// doubts, of the world in which money moves.
func TestReliefExamples(t *testing.T) {
	t.Parallel()
	const examples = "testdata/examples/full/"
	files, err := filepath.Glob(examples + "world/*")
	if err != nil {
		t.Fatal(err)
	}
	calendars, err := filepath.Glob(examples + "world/calendar/*")
	if err != nil {
		t.Fatal(err)
	}
	// Concerns and reviews are not imported yet; no movement depends on them.
	files = slices.DeleteFunc(append(files, calendars...), func(file string) bool {
		return slices.Contains([]string{"concerns.csv", "reviews.csv", "calendar"}, filepath.Base(file))
	})
	db := pgtest.Store(t)
	pgtest.Import(t, db, importing, files...)
	s := serve(t, db, nil)
	operation := contract(t)["Relief"]
	asked := 0
	kinds := map[any]int{}
	for i, q := range questions(t, examples+"questions.ndjson.gz") {
		if q.Operation != "Relief" {
			continue
		}
		asked++
		answer := s.data(operation, q.Variables)
		if fault := differs(q.Answer, answer, ""); fault != "" {
			t.Errorf("question %d, %v: %s", i+1, q.Variables, fault)
		}
		if node, known := at(t, answer, "administrativeNode").(map[string]any); known {
			for _, doubt := range at(t, node, "relief", "discrepancies").([]any) {
				kinds[at(t, doubt, "kind")]++
			}
		}
	}
	if asked != 36 {
		t.Errorf("%d questions asked, not 36", asked)
	}
	for _, kind := range []string{"OVERSPENT", "IDLE", "UNDISCLOSED", "UNMATCHED"} {
		if kinds[kind] == 0 {
			t.Errorf("no question was about a doubt of the kind %s", kind)
		}
	}
	mustVerify(t, db)
}
