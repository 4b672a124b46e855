package importer_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestAbsentColumns: each column of each file may be absent; then what is stored
// of known rows stays, and nothing is written at all where nothing else differs.
func TestAbsentColumns(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := full()
	if report, err := run(t, db, options, written(world, slices.Collect(maps.Keys(world)), "")); err != nil {
		t.Fatal(err, report.Problems)
	}
	before := everythingWritten(t, db)
	for file, rows := range world {
		for _, column := range rows[0] {
			if isKey(file, column) {
				continue
			}
			report, err := run(t, db, options, written(world, sources(file), file, column))
			if err != nil {
				t.Errorf("%s without %s: %v %+v", file, column, err, report.Problems)
				continue
			}
			for _, read := range report.Files {
				if read.Added+read.Changed > 0 {
					t.Errorf("%s without %s: %+v", file, column, read)
				}
			}
			if everythingWritten(t, db) != before {
				t.Fatalf("%s without %s: something was written", file, column)
			}
		}
		// With its key and one other column alone, too.
		for _, column := range rows[0] {
			if isKey(file, column) {
				continue
			}
			without := slices.DeleteFunc(slices.Clone(rows[0]), func(c string) bool { return c == column || isKey(file, c) })
			if file == "areas.csv" || file == "departments.csv" {
				without = slices.DeleteFunc(without, func(c string) bool { return c == "level" || c == "functions" })
			}
			if report, err := run(
				t,
				db,
				options,
				written(world, sources(file), file, without...),
			); err != nil ||
				everythingWritten(t, db) != before {
				t.Errorf("%s with %s alone: %v %+v", file, column, err, report.Problems)
			}
		}
	}
	mustVerify(t, db)
}

// TestEmptyCells: an empty cell of a column that is there clears what is stored,
// wherever a fact can do without it.
func TestEmptyCells(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := full()
	if _, err := run(t, db, options, written(world, slices.Collect(maps.Keys(world)), "")); err != nil {
		t.Fatal(err)
	}
	for file, columns := range map[string][]string{
		"areas.csv":              {"valid_from", "valid_to", "succeeded_by"},
		"departments.csv":        {"functions"},
		"catalogs.csv":           {"based_on", "effective_to", "source"},
		"c1.csv":                 {"sub_item", "content", "legal_basis", "mode", "audience", "refresh_days", "channels", "evidence"},
		"assignments.csv":        {"to", "reason"},
		"disclosures.csv":        {"document_number", "issued_on", "withdrawn_on", "period", "nil", "requires_interpretation", "interprets_ref", "channel", "url"},
		"reviews.csv":            {"consulted"},
		"concerns.csv":           {"responded_at", "response_ref", "escalated_to"},
		"events.csv":             {"kind", "ended_on", "area_codes"},
		"relief.csv":             {"event_ref", "funds_yuan", "households", "persons", "document_number", "disclosure_ref"},
		"news.csv":               {"entry_code", "summary", "url", "tags"},
		"orders.csv":             {"entry_codes", "basis"},
		"order_events.csv":       {"account", "disclosure_refs"},
		"exemption_requests.csv": {"to", "asked_by", "decision_reason"},
	} {
		for _, column := range columns {
			part := full()
			at := slices.Index(part[file][0], column)
			cleared := false
			for _, row := range part[file][1:] {
				cleared = cleared || row[at] != ""
				row[at] = ""
			}
			report, err := run(t, db, options, written(part, sources(file), ""))
			if err != nil {
				t.Errorf("%s, %s empty: %v %+v", file, column, err, report.Problems)
				continue
			}
			changed := 0
			for _, read := range report.Files {
				changed += read.Changed
			}
			if changed == 0 || !cleared {
				t.Errorf("%s, %s empty: %d rows changed", file, column, changed)
			}
			if report, err := run(t, db, options, written(world, sources(file), "")); err != nil {
				t.Fatal(err, report.Problems)
			}
		}
	}
	mustVerify(t, db)
}

// TestNewRowsNeedColumns: a new row is refused in each column that the file
// lacks and that it cannot do without, and may lack the others.
func TestNewRowsNeedColumns(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := full()
	dry := options
	dry.DryRun = true
	if _, err := run(
		t,
		db,
		options,
		written(world, []string{"areas.csv", "departments.csv", "catalogs.csv", "c0.csv", "c1.csv"}, ""),
	); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, db, options, written(world, []string{"disclosures.csv"}, "")); err != nil {
		t.Fatal(err)
	}
	fresh := full()
	fresh["areas.csv"] = append(fresh["areas.csv"][:1], []string{"533103", "芒市", "COUNTY", "53", "", "", ""})
	fresh["departments.csv"][1][0] = "533102/mzj"
	fresh["disclosures.csv"] = [][]string{fresh["disclosures.csv"][0], fresh["disclosures.csv"][1]}
	fresh["disclosures.csv"][1][0] = "d9"
	fresh["catalogs.csv"] = [][]string{fresh["catalogs.csv"][0], {"C2", "新目录", "533102", "C0", "2020-01-01", "", "20", "3", "c1.csv", ""}}
	fresh["relief.csv"][1][7], fresh["relief.csv"][1][8], fresh["relief.csv"][1][9] = "", "", ""
	needed := map[string][]string{
		"areas.csv": {"name", "level", "parent_code"}, "departments.csv": {"name", "parent_code"},
		"catalogs.csv": {"title", "issuer_code", "effective_from", "entries_file"},
		// Without omit the row that removes an entry is as good as empty.
		"c1.csv":                 {"category", "item", "limit_kind", "limit_n", "omit"},
		"disclosures.csv":        {"publisher_code", "entry_code", "title", "attribute", "published_on"}, // it is withdrawn
		"reviews.csv":            {"result"},
		"concerns.csv":           {"publisher_code", "title", "severity", "detected_at"},
		"events.csv":             {"name", "started_on"},
		"relief.csv":             {"kind", "relief_class", "occurred_on", "from_code", "to_code", "funds_yuan"},
		"news.csv":               {"publisher_code", "title", "published_at"},
		"orders.csv":             {"kind", "issuer_code", "publisher_code", "text", "issued_at", "working_days"},
		"order_events.csv":       {"kind", "at", "text", "new_due_on", "working_days"},
		"exemption_requests.csv": {"publisher_code", "entry_code", "from", "reason", "asked_at", "decision", "decided_at", "decided_by"},
		"assignments.csv":        nil,
	}
	for file, columns := range needed {
		for _, column := range fresh[file][0] {
			if isKey(file, column) || file == "departments.csv" && column == "functions" {
				continue
			}
			together := sources(file)
			if file == "c1.csv" || file == "catalogs.csv" {
				together = []string{"catalogs.csv", "c1.csv"}
			}
			report, err := run(t, db, dry, written(fresh, together, file, column))
			_, refused := errors.AsType[*importer.Refused](err)
			if refused != slices.Contains(columns, column) || err != nil && !refused {
				t.Errorf("a new row of %s without %s: %v %+v", file, column, err, report.Problems)
			}
		}
	}
}

// TestColumnsOfSeveralFiles: files of one kind may lack different columns in one
// import, and checks of several columns see what is stored of those they lack.
func TestColumnsOfSeveralFiles(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	report, err := run(t, db, options, map[string]string{
		"a.csv":     "ref,published_on,channel,url\nd2,2026-09-10,网站,http://a\n",
		"b.csv":     "ref,title,withdrawn_on,channel,url\nd1,通知一（修订）,2024-04-01,,\n",
		"areas.csv": "code,valid_to,level\n533102103,2026-01-31,TOWNSHIP\n",
		"n.csv":     "ref,summary,url,tags\nn1,摘要,,c\n",
	})
	if err != nil {
		t.Fatal(err, report.Problems)
	}
	got := facts(t, db)
	for _, want := range []struct {
		table, ref string
		parts      map[string]any
	}{
		{"disclosure", "d2", map[string]any{"published_on": "2026-09-10", "title": "通知二", "formed_on": "2026-09-01", "withdrawn_on": nil, "channel": "网站"}},
		{"disclosure", "d1", map[string]any{"published_on": "2024-03-05", "title": "通知一（修订）", "withdrawn_on": "2024-04-01", "channel": ""}},
		{"node", "533102103", map[string]any{"name": "弄岛镇", "valid_to": "2026-01-31", "parent_code": "533102"}},
		{"news", "n1", map[string]any{"entry_code": "4.2", "title": "动态", "summary": "摘要"}},
	} {
		found := false
		for line := range strings.SplitSeq(got[want.table], "\n") {
			var row map[string]any
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			if row["ref"] != want.ref && row["code"] != want.ref {
				continue
			}
			found = true
			for column, value := range want.parts {
				if row[column] != value {
					t.Errorf("%s of %s is %v, want %v", column, want.ref, row[column], value)
				}
			}
		}
		if !found {
			t.Errorf("%s is gone", want.ref)
		}
	}
	mustVerify(t, db)
	for name, c := range map[string]struct{ file, content, column string }{
		"withdrawn before what is stored":   {"disclosures.csv", "ref,withdrawn_on\nd1,2024-03-04\n", "withdrawn_on"},
		"published after what is stored":    {"disclosures.csv", "ref,published_on\nd1,2024-04-02\n", "withdrawn_on"},
		"no longer published, but wihdrawn": {"disclosures.csv", "ref,published_on\nd1,\n", "withdrawn_on"},
		"valid from after what is stored":   {"areas.csv", "code,level,valid_from\n533102103,TOWNSHIP,2026-02-01\n", "valid_to"},
		"an event ended before it began":    {"events.csv", "ref,ended_on\ne1,2024-06-01\n", "ended_on"},
		"neither funds nor goods":           {"relief.csv", "ref,funds_yuan\nr1,\n", "funds_yuan"},
		"a receiver not below the giver":    {"relief.csv", "ref,to_code\nr1,53\n", "to_code"},
		"a department named as a place":     {"areas.csv", "code,name,valid_to\n533102/yjglj,局,\n", "code"},
	} {
		report, err := run(t, db, options, map[string]string{c.file: c.content})
		if _, refused := errors.AsType[*importer.Refused](
			err,
		); !refused || len(report.Problems) != 1 ||
			report.Problems[0].Column != c.column {
			t.Errorf("%s: %v %+v", name, err, report.Problems)
		}
	}
	if report, err := run(
		t,
		db,
		options,
		map[string]string{"disclosures.csv": "ref,published_on,withdrawn_on\nd1,2024-02-01,\n"},
	); err != nil ||
		report.WarningCount != 1 ||
		report.Warnings[0].Column != "published_on" {
		t.Errorf("published before what is stored as formed: %v %+v", err, report.Warnings)
	}
}

// TestTakenOverMeanwhile: what another writer changes while a file without the
// column is imported is not undone.
func TestTakenOverMeanwhile(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	interfered := 0
	meanwhile := options
	meanwhile.Progress = func(what string, _, _ int64) {
		if strings.HasSuffix(what, "disclosures-b.csv") { // the other was read, and is not written yet
			if interfered++; interfered == 1 {
				if _, err := db.DB().Exec(`UPDATE disclosure SET url = 'http://meanwhile' WHERE ref = 'd1'`); err != nil {
					t.Error(err)
				}
			}
		}
	}
	report, err := run(t, db, meanwhile, map[string]string{
		"disclosures-a.csv": "ref,title,channel,document_number\nd1,通知一（修订）,广播,\n",
		"disclosures-b.csv": "ref,title,channel,document_number\nd2,通知二（修订）,广播,\n",
	})
	if err != nil || report.Files[0].Changed != 2 {
		t.Fatal(err, report.Problems, report.Files)
	}
	if n := count(
		t,
		db,
		`SELECT count(*) FROM disclosure WHERE ref = 'd1' AND url = 'http://meanwhile' AND title = '通知一（修订）'`,
	); n != 1 ||
		interfered != 2 {
		t.Errorf("%d rows hold both changes after %d readings", n, interfered)
	}
}
