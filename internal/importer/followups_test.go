package importer_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestNoFollowUps: each row of each file may be spoilt; then this is told once,
// and nothing is told of the rows that name what it stands for.
func TestNoFollowUps(t *testing.T) {
	t.Parallel()
	spoilt := map[string]string{
		"areas.csv": "name", "departments.csv": "name", "catalogs.csv": "title", "c0.csv": "item", "c1.csv": "item",
		"assignments.csv": "reason", "disclosures.csv": "title", "reviews.csv": "consulted", "concerns.csv": "title",
		"events.csv": "name", "relief.csv": "document_number", "news.csv": "title",
		"orders.csv": "text", "order_events.csv": "text", "exemption_requests.csv": "reason",
	}
	db := pgtest.Store(t)
	names := slices.Collect(maps.Keys(full()))
	dry := options
	dry.DryRun = true
	report, err := run(t, db, dry, written(full(), names, ""))
	if err != nil {
		t.Fatal(err, report.Problems)
	}
	usual := map[string]bool{}
	for _, w := range report.Warnings {
		usual[w.Reason] = true
	}
	for file, rows := range full() {
		at := slices.Index(rows[0], spoilt[file])
		for line, row := range rows[1:] {
			if row[at] == "" {
				continue // it only drops an entry
			}
			world := full()
			world[file][line+1][at] = strings.Repeat("x", 6000)
			report, err := run(t, db, dry, written(world, names, ""))
			if _, refused := errors.AsType[*importer.Refused](err); !refused || len(report.Problems) != 1 ||
				!strings.HasSuffix(report.Problems[0].File, "/"+file) || report.Problems[0].Line != line+2 {
				t.Errorf("%s:%d: %v %s", file, line+2, err, short(report.Problems))
			}
			for _, w := range report.Warnings {
				if !usual[w.Reason] {
					t.Errorf("%s:%d: warned of %s", file, line+2, short([]importer.Warning{w}))
				}
			}
		}
	}
}

// short are problems without their long values.
func short(problems []importer.Warning) string {
	var told strings.Builder
	for _, p := range problems {
		file := p.File[strings.LastIndex(p.File, "/")+1:]
		fmt.Fprintf(&told, "%s:%d %s (%s): %.100s; ", file, p.Line, p.Column, p.Rule, p.Reason)
	}
	return told.String()
}
