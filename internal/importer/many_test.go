package importer_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// manyRows is more than a report lists.
const manyRows = 101_000

func manyOf(header string, row func(i int) string) string {
	var file strings.Builder
	file.WriteString(header + "\n")
	for i := range manyRows {
		file.WriteString(row(i) + "\n")
	}
	return file.String()
}

func held() int64 {
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	return int64(memory.HeapAlloc)
}

// TestManyBadRows: all bad rows are counted, each once, and a report holds no more
// of them than it lists. It does not run beside other tests, whose memory is not its own.
func TestManyBadRows(t *testing.T) {
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file, content string
		bad, problems       int
	}{
		{
			"two bad cells in each row", "areas.csv",
			manyOf("code,name,level,parent_code,valid_from", func(i int) string { return fmt.Sprintf("9%d,镇,TOWN,533102,yesterday", i) }),
			manyRows, 2 * manyRows,
		},
		{
			"one row again and again", "events.csv",
			manyOf("ref,name,kind,started_on,ended_on,area_codes", func(int) string { return "e,洪涝,FLOOD,2024-07-01,,533102" }),
			manyRows - 1, manyRows - 1,
		},
	} {
		before := held()
		report, err := run(t, db, options, map[string]string{c.file: c.content})
		var refused *importer.Refused
		if !errors.As(err, &refused) {
			t.Fatalf("%s: %v", c.name, err)
		}
		if report.BadRows != c.bad || report.ProblemCount != c.problems {
			t.Errorf("%s: %d bad rows with %d problems, not %d with %d",
				c.name, report.BadRows, report.ProblemCount, c.bad, c.problems)
		}
		if len(report.Problems) != 100_000 {
			t.Errorf("%s: %d problems are listed", c.name, len(report.Problems))
		}
		report.Problems = nil
		if more := held() - before; more > 1<<20 {
			t.Errorf("%s: a report of %d bad rows holds %d bytes beside its list", c.name, c.bad, more)
		}
		runtime.KeepAlive(refused)
	}
}

// TestManyUnknownDocuments: more warnings than a report lists are counted.
func TestManyUnknownDocuments(t *testing.T) {
	t.Parallel()
	files := base()
	files["relief.csv"] = manyOf(
		"ref,kind,from_code,to_code,relief_class,funds_yuan,occurred_on,disclosure_ref",
		func(i int) string { return fmt.Sprintf("m%d,ALLOCATION,5331,533102,DROUGHT,1.00,2024-05-01,none", i) },
	)
	files["events.csv"] = "ref,name,kind,started_on,ended_on,area_codes\ne9,洪涝,FLOOD,yesterday,,533102\n" // so that nothing need be written
	report, err := run(t, pgtest.Store(t), options, files)
	if report == nil || report.ProblemCount == 0 {
		t.Fatal(err)
	}
	if report.WarningCount < manyRows || len(report.Warnings) != 100_000 {
		t.Errorf("%d warnings are counted, %d listed", report.WarningCount, len(report.Warnings))
	}
}
