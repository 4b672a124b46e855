package importer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestReportsAreShown: what a file says is repeated so that a terminal shows it and
// does nothing else, in every kind of message.
func TestReportsAreShown(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	const evil = "42\x1b[31m\u202ex\u200b"
	for name, change := range map[string][3]string{
		"a publisher":  {"disclosures.csv", "533102102", evil},
		"an entry":     {"disclosures.csv", "1.1", evil},
		"an assignee":  {"assignments.csv", "533102103", evil},
		"a successor":  {"areas.csv", "53,云南省", evil + ",云南省"},
		"a parent":     {"departments.csv", "局,533102,", "局," + evil + ","},
		"a catalog":    {"catalogs.csv", "c1.csv", evil + ".csv"},
		"a column":     {"disclosures.csv", "ref,", evil + ",ref,"},
		"a movement":   {"relief.csv", "533102", evil},
		"a level":      {"c1.csv", "COUNTY;TOWNSHIP", "COUNTY;" + evil},
		"a day":        {"disclosures.csv", "2024-03-05", evil},
		"a whole file": {"evil\x1b[31m\n\u202e.csv", "", "nothing,of,use\n"},
	} {
		files := base()
		text, known := files[change[0]]
		if known && !strings.Contains(text, change[1]) {
			t.Fatalf("%s: %s lacks %s", name, change[0], change[1])
		}
		files[change[0]] = change[2]
		if known {
			files[change[0]] = strings.Replace(text, change[1], change[2], 1)
		}
		report, err := run(t, db, importer.Options{DryRun: true}, files)
		if report == nil || report.ProblemCount+report.WarningCount == 0 {
			t.Errorf("%s: nothing is told: %v", name, err)
			continue
		}
		var printed bytes.Buffer
		report.Print(&printed)
		if shown := printed.String(); problem.VisibleLines(shown) != shown || !strings.Contains(shown, `\x1b[31m`) {
			t.Errorf("%s: %q", name, shown)
		}
		printed.Reset()
		if err := report.PrintJSON(&printed); err != nil {
			t.Fatal(err)
		}
		if shown := printed.String(); problem.VisibleLines(shown) != shown || !strings.Contains(shown, `\u001b[31m`) {
			t.Errorf("%s: %q", name, shown)
		}
	}
}
