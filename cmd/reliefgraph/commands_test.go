package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// outcome is what a command did.
type outcome struct {
	out, faults string
	code        int
}

// on runs a command with a database given by the environment.
func on(t *testing.T, database string, arguments ...string) outcome {
	t.Helper()
	return by(t, program, database, arguments...)
}

func by(t *testing.T, program, database string, arguments ...string) outcome {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), "DATABASE_URL="+database)
	var out, faults bytes.Buffer
	command.Stdout, command.Stderr = &out, &faults
	err := command.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return outcome{out.String(), faults.String(), command.ProcessState.ExitCode()}
}

// world writes a small world.
func world(t *testing.T, seed uint64) string {
	t.Helper()
	folder := t.TempDir()
	if err := oracle.Random(seed).WriteFolder(folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

func scan(t *testing.T, db *store.Store, query string) (answer string) {
	t.Helper()
	if err := db.DB().QueryRow(query).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

const allTimelines = `SELECT coalesce(string_agg(publisher_code || encode(packed, 'hex') || changed, ',' ORDER BY publisher_code), '') FROM publisher_timeline`

// importReport is the report as scripts read it.
type importReport struct {
	DryRun, Written bool
	Files           []struct {
		Kind                      string
		Files                     []string
		Added, Changed, Unchanged *int
	}
	Problems []struct {
		File, Column, Value, Reason, Remedy string
		Line                                int
	}
	ProblemCount           *int
	GapsOpened, GapsClosed []struct{ Publisher, Entry, Status string }
	DeadlinesMoved         []any
}

func reportOf(t *testing.T, o outcome) importReport {
	t.Helper()
	var fields map[string]json.RawMessage
	var report importReport
	if err := errors.Join(json.Unmarshal([]byte(o.out), &fields), json.Unmarshal([]byte(o.out), &report)); err != nil {
		t.Fatalf("%v: %+v", err, o)
	}
	for _, name := range []string{"dryRun", "written", "files", "problems", "problemCount", "warnings", "gapsOpened", "gapsClosed", "deadlinesMoved"} {
		if value, there := fields[name]; !there || string(value) == "null" && name != "files" && name != "problems" && name != "warnings" {
			t.Errorf("the report has no %s", name)
		}
	}
	return report
}

// TestImportReports: the report as JSON says what was added, changed and left,
// which gaps opened and closed, and every bad row; with one nothing is written.
func TestImportReports(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	folder := world(t, 5)
	dry := on(t, address, "import", folder, "--dry-run", "--format", "json")
	planned := reportOf(t, dry)
	if dry.code != 0 || !planned.DryRun || planned.Written || scan(t, db, "SELECT count(*) FROM node") != "0" {
		t.Errorf("a dry run: %d %+v", dry.code, planned)
	}
	first := on(t, address, "import", folder, "--format", "json")
	done := reportOf(t, first)
	if first.code != 0 || !done.Written || done.DryRun || len(done.GapsOpened) == 0 || len(done.GapsOpened) != len(planned.GapsOpened) {
		t.Errorf("an import: %d %+v", first.code, done)
	}
	for _, file := range done.Files {
		if file.Added == nil || file.Changed == nil || file.Unchanged == nil || *file.Changed+*file.Unchanged > 0 {
			t.Errorf("a first import: %+v", file)
		}
	}
	before := scan(t, db, allTimelines)
	again := reportOf(t, on(t, address, "import", folder, "--format=json"))
	for _, file := range again.Files {
		if *file.Added+*file.Changed > 0 {
			t.Errorf("the same again: %+v", file)
		}
	}
	if len(again.GapsOpened)+len(again.GapsClosed)+len(again.DeadlinesMoved) > 0 || scan(t, db, allTimelines) != before {
		t.Errorf("the same again: %+v", again)
	}
	// News of today closes those missing cells in which nothing else is overdue.
	files := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(files, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	today := time.Now().UTC().Add(8 * time.Hour).Format("2006-01-02")
	content := "ref,publisher_code,entry_code,title,summary,published_at,url,tags\n"
	missing := map[any]bool{}
	for n, gap := range done.GapsOpened {
		if gap.Status == "MISSING" {
			missing[gap] = true
			content += fmt.Sprintf("closing-%d,%s,%s,动态,,%s,,\n", n, gap.Publisher, gap.Entry, today)
		}
	}
	news := write("news.csv", content)
	closing := reportOf(t, on(t, address, "import", news, "--format", "json"))
	if len(closing.GapsClosed) == 0 || len(closing.GapsOpened) > 0 {
		t.Errorf("closed %+v, opened %+v", closing.GapsClosed, closing.GapsOpened)
	}
	for _, gap := range closing.GapsClosed {
		if !missing[gap] {
			t.Errorf("closed %+v, which was not missing", gap)
		}
	}
	gap := done.GapsOpened[0]
	before = scan(t, db, allTimelines)
	bad := write(
		"disclosures.csv",
		"ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url\n"+
			fmt.Sprintf(
				"good,%[1]s,%[2]s,通知,,,PROACTIVE,2024-01-02,,2024-01-03,,,,,,,\nbad,%[1]s,%[2]s,通知,,,PROACTIVE,2024-02-30,,,,,,,,,\n",
				gap.Publisher,
				gap.Entry,
			),
	)
	for _, arguments := range [][]string{{"import", bad, "--format", "json"}, {"import", bad, news, "--dry-run", "--format", "json"}} {
		refused := on(t, address, arguments...)
		report := reportOf(t, refused)
		if refused.code != 1 || report.Written || report.ProblemCount == nil || *report.ProblemCount != 1 || len(report.Problems) != 1 {
			t.Fatalf("%v: %d %+v", arguments, refused.code, report)
		}
		if p := report.Problems[0]; p.File != bad || p.Line != 3 || p.Column != "formed_on" || p.Value != "2024-02-30" || p.Reason == "" ||
			p.Remedy == "" {
			t.Errorf("%+v", p)
		}
	}
	text := on(t, address, "import", bad)
	if text.code != 1 || !strings.Contains(text.out, bad+":3 formed_on \"2024-02-30\"") ||
		!strings.Contains(text.out, "nothing was written") {
		t.Errorf("%+v", text)
	}
	if scan(t, db, allTimelines) != before || scan(t, db, "SELECT count(*) FROM disclosure WHERE ref = 'good'") != "0" {
		t.Error("something was written")
	}
	if by := scan(t, db, "SELECT DISTINCT recorded_by FROM news WHERE ref LIKE 'closing-%'"); !strings.HasPrefix(by, "import") {
		t.Errorf("recorded by %q", by)
	}
}

// TestUsage: what cannot be understood ends with 2, before anything is done.
func TestUsage(t *testing.T) {
	t.Parallel()
	nowhere := "postgres://nobody@127.0.0.1:1/none?sslmode=disable"
	for _, arguments := range [][]string{
		{},
		{"explode"},
		{"import"},
		{"import", "--format", "xml", "."},
		{"import", "no-such-file.csv"},
		{"import", t.TempDir()},
		{"migrate"},
		{"migrate", "sideways"},
		{"rebuild", "now"},
		{"serve", "--connections", "many"},
		{"import", ".", "--dry"},
	} {
		if o := on(t, nowhere, arguments...); o.code != 2 || o.faults == "" {
			t.Errorf("%v: %+v", arguments, o)
		}
	}
	for _, arguments := range [][]string{{"import", "no\x1b[31m\u202efile.csv"}, {"no\x1b[31m\u202esuch"}} {
		if o := on(t, nowhere, arguments...); !strings.Contains(o.faults, `\x1b[31m\u202e`) || strings.ContainsAny(o.faults, "\x1b\u202e") {
			t.Errorf("%q: what was given is not shown: %q", arguments, o.faults)
		}
	}
	if o := on(t, nowhere, "--help"); o.code != 0 || !strings.Contains(o.out, "rebuild") {
		t.Errorf("%+v", o)
	}
	for _, arguments := range [][]string{{"rebuild"}, {"migrate", "up"}, {"serve", "--listen", "127.0.0.1:0"}} {
		if o := on(t, nowhere, arguments...); o.code != 1 || !strings.Contains(o.faults, "database") {
			t.Errorf("%v without a database: %+v", arguments, o)
		}
	}
}

// TestMigrate: the schema goes down step by step and up again, and status tells
// where it is.
func TestMigrate(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	states := func() (applied, pending int) {
		o := on(t, address, "migrate", "status")
		if o.code != 0 {
			t.Fatalf("%+v", o)
		}
		return strings.Count(o.out, "applied "), strings.Count(o.out, "pending ")
	}
	steps, pending := states()
	if steps == 0 || pending > 0 {
		t.Fatalf("%d steps applied, %d pending", steps, pending)
	}
	for n := range steps {
		if o := on(t, address, "migrate", "down"); o.code != 0 || !strings.Contains(o.out, "taken back") {
			t.Fatalf("%+v", o)
		}
		if applied, pending := states(); applied != steps-n-1 || pending != n+1 {
			t.Errorf("after %d steps down %d are applied, %d pending", n+1, applied, pending)
		}
	}
	if o := on(t, address, "migrate", "down"); o.code != 1 || o.faults == "" {
		t.Errorf("below nothing: %+v", o)
	}
	if o := on(t, address, "migrate", "up"); o.code != 0 || strings.Count(o.out, "applied ") != steps {
		t.Errorf("%+v", o)
	}
	if o := on(t, address, "migrate", "up"); o.code != 0 || !strings.Contains(o.out, "nothing to do") {
		t.Errorf("%+v", o)
	}
	if o := on(t, address, "import", world(t, 6)); o.code != 0 {
		t.Errorf("%+v", o)
	}
}

// TestRebuild: --verify lists what somebody tampered with and ends with 1, and
// writes nothing; rebuild mends it, and a server that runs sees it mended.
func TestRebuild(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	if o := on(t, address, "import", world(t, 8)); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	if o := on(t, address, "rebuild", "--verify"); o.code != 0 || !strings.Contains(o.out, "as the facts say") {
		t.Fatalf("%+v", o)
	}
	right := scan(t, db, strings.ReplaceAll(allTimelines, " || changed", ""))
	whole := scan(t, db, "SELECT publisher_code FROM publisher_timeline WHERE length(packed) > 40 ORDER BY 1 LIMIT 1")
	for _, tamper := range []string{
		"UPDATE publisher_timeline SET packed = '\\x01' WHERE publisher_code = '" + whole + "'",
		"UPDATE publisher_timeline SET packed = packed || '\\x00' WHERE publisher_code = '" + whole + "'",
		"UPDATE publisher_timeline SET packed = '\\xff00' WHERE publisher_code = '" + whole + "'",
		"UPDATE publisher_timeline SET packed = '' WHERE publisher_code = '" + whole + "'",
		"UPDATE publisher_timeline SET packed = substring(packed FOR 20) WHERE publisher_code = '" + whole + "'",
		"UPDATE disclosure SET published_on = published_on - 400, withdrawn_on = NULL WHERE publisher_code = (SELECT publisher_code FROM disclosure WHERE published_on IS NOT NULL ORDER BY ref LIMIT 1)",
	} {
		if _, err := db.DB().Exec(tamper); err != nil {
			t.Fatal(err)
		}
		tampered := scan(t, db, allTimelines)
		o := on(t, address, "rebuild", "--verify")
		if o.code != 1 || !strings.Contains(o.out, "differs: ") || !strings.Contains(o.faults, "run reliefgraph rebuild") {
			t.Errorf("%s: %+v", tamper, o)
		}
		if strings.Contains(tamper, "SET packed") && strings.TrimSpace(o.out) != "differs: "+whole {
			t.Errorf("%s: %q", tamper, o.out)
		}
		if scan(t, db, allTimelines) != tampered {
			t.Errorf("%s: --verify wrote something", tamper)
		}
		if o := on(t, address, "rebuild"); o.code != 0 || !strings.Contains(o.out, " differed") || strings.Contains(o.out, " 0 ") {
			t.Errorf("%s: %+v", tamper, o)
		}
		if o := on(t, address, "rebuild", "--verify"); o.code != 0 {
			t.Errorf("%s: not mended: %+v", tamper, o)
		}
		if strings.Contains(tamper, "SET packed") && scan(t, db, strings.ReplaceAll(allTimelines, " || changed", "")) != right {
			t.Errorf("%s: mended to something else", tamper)
		}
	}
	if _, err := db.DB().Exec("DELETE FROM publisher_timeline WHERE publisher_code = $1", whole); err != nil {
		t.Fatal(err)
	}
	if o := on(t, address, "rebuild", "--verify"); o.code != 1 || !strings.Contains(o.out, "differs: "+whole) {
		t.Errorf("a row taken out: %+v", o)
	}
	if o := on(t, address, "rebuild"); o.code != 0 {
		t.Errorf("a row taken out: %+v", o)
	}
	if o := on(t, address, "rebuild", "--verify"); o.code != 0 {
		t.Errorf("a row taken out is not put back: %+v", o)
	}
}
