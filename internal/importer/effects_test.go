package importer_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// tablesOfFacts are all that an import may write.
var tablesOfFacts = []string{
	"node", "catalog", "catalog_entry", "arrangement_day", "assignment", "disclosure", "news", "event", "relief_movement",
	"supervision_order", "order_event", "exemption_request",
}

// facts are the rows of all tables of facts, without who recorded them when.
func facts(t *testing.T, db *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range tablesOfFacts {
		all[table] = text(
			t,
			db,
			"SELECT coalesce(string_agg(row, chr(10) ORDER BY row), '') FROM (SELECT (to_jsonb(f) - 'recorded_at' - 'recorded_by' - 'recorded_in')::text AS row FROM "+table+" AS f) AS rows",
		)
	}
	return all
}

// timelines are all publishers' timelines.
func timelines(t *testing.T, db *store.Store) string {
	t.Helper()
	return text(
		t,
		db,
		"SELECT coalesce(string_agg(publisher_code || ' ' || encode(packed, 'hex'), chr(10) ORDER BY publisher_code), '') FROM publisher_timeline",
	)
}

// everythingWritten is all there is in the database, with who wrote it when.
func everythingWritten(t *testing.T, db *store.Store) string {
	t.Helper()
	var all strings.Builder
	for _, table := range append([]string{"import", "fact_history", "publisher_timeline", "reference_change"}, tablesOfFacts...) {
		fmt.Fprintln(
			&all,
			table,
			text(
				t,
				db,
				"SELECT coalesce(string_agg(row, chr(10) ORDER BY row), '') FROM (SELECT f::text AS row FROM "+table+" AS f) AS rows",
			),
		)
	}
	return all.String()
}

func text(t *testing.T, db *store.Store, query string, arguments ...any) (answer string) {
	t.Helper()
	if err := db.DB().QueryRow(query, arguments...).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func mustVerify(t *testing.T, db *store.Store) {
	t.Helper()
	effect, err := register.Rebuild(context.Background(), db, today, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if effect.Publishers > 0 {
		t.Fatalf("the timelines of %v differ from the facts", effect.Differing)
	}
}

// gapsToday are all cells that are gaps today, as an index loaded now has them.
func gapsToday(t *testing.T, db *store.Store) map[string]string {
	t.Helper()
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	index, gaps := follower.Current(), map[string]string{}
	for _, root := range index.Tree.Roots() {
		all, _, _, _ := index.Gaps(
			t.Context(),
			root,
			coverage.Subtree,
			today,
			coverage.GapFilter{},
			coverage.ByPublisher,
			coverage.Page{Rows: 1_000_000},
		)
		for _, gap := range all {
			gaps[index.Tree.Node(gap.Publisher).Code+" "+gap.EntryCode] = gap.Status.String()
		}
	}
	return gaps
}

func named(gaps register.Gaps) []string {
	all := []string{}
	for gap := range gaps.All() {
		all = append(all, gap.PublisherCode+" "+gap.EntryCode+" "+gap.Status.String())
	}
	slices.Sort(all)
	return all
}

// newlyIn are the gaps of the first that the second does not have.
func newlyIn(now, before map[string]string) []string {
	all := []string{}
	for cell, status := range now {
		if before[cell] == "" {
			all = append(all, cell+" "+status)
		}
	}
	slices.Sort(all)
	return all
}

func worldFolder(t *testing.T, world *oracle.World) string {
	t.Helper()
	folder := t.TempDir()
	if err := world.WriteFolder(folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestDryRunSaysWhatWillBe: a dry run writes nothing at all, and what it says
// of rows and gaps is what the import then does, and what an index loaded
// before and after has.
func TestDryRunSaysWhatWillBe(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			db := pgtest.Store(t)
			whole := oracle.Random(300 + seed)
			part := oracle.Random(300 + seed)
			random := rand.New(rand.NewPCG(seed, 2))
			// What is there at first lacks some facts, and some say something else.
			part.Disclosures = slices.DeleteFunc(part.Disclosures, func(oracle.Disclosure) bool { return random.IntN(3) == 0 })
			part.Assignments = part.Assignments[:len(part.Assignments)/2]
			part.News = nil
			for i := range part.Disclosures {
				if d := &part.Disclosures[i]; random.IntN(4) == 0 {
					d.Publisher = part.Disclosures[random.IntN(len(part.Disclosures))].Publisher
				}
			}
			pgtest.Import(t, db, options, worldFolder(t, part))
			before, gapsBefore := everythingWritten(t, db), gapsToday(t, db)
			dry := options
			dry.DryRun = true
			folder := worldFolder(t, whole)
			planned := pgtest.Import(t, db, dry, folder)
			if everythingWritten(t, db) != before {
				t.Error("the dry run wrote something")
			}
			if planned.Written || !planned.DryRun {
				t.Errorf("the report says that it was written: %+v", planned)
			}
			done := pgtest.Import(t, db, options, folder)
			gapsAfter := gapsToday(t, db)
			opened, closed := newlyIn(gapsAfter, gapsBefore), newlyIn(gapsBefore, gapsAfter)
			if len(opened) == 0 || len(closed) == 0 {
				t.Logf("%d gaps opened and %d closed", len(opened), len(closed))
			}
			for what, report := range map[string]*importer.Report{"planned": planned, "done": done} {
				if got := named(report.Effect.Opened); !slices.Equal(got, opened) {
					t.Errorf("%s: opened %v, want %v", what, got, opened)
				}
				if got := named(report.Effect.Closed); !slices.Equal(got, closed) {
					t.Errorf("%s: closed %v, want %v", what, got, closed)
				}
			}
			if fmt.Sprint(planned.Files) != fmt.Sprint(done.Files) || planned.Effect.Publishers != done.Effect.Publishers {
				t.Errorf("planned %+v, done %+v", planned.Files, done.Files)
			}
			mustVerify(t, db)
			after := everythingWritten(t, db)
			again := pgtest.Import(t, db, options, folder)
			if everythingWritten(t, db) != after {
				t.Error("the same files again wrote something")
			}
			for _, file := range again.Files {
				if file.Added+file.Changed > 0 {
					t.Errorf("the same files again: %+v", file)
				}
			}
			if again.Effect.Opened.Len()+again.Effect.Closed.Len()+len(again.Effect.MovedDeadlines)+again.Effect.Publishers > 0 {
				t.Errorf("the same files again: %+v", again.Effect)
			}
		})
	}
}

// TestOrderOfFiles: in whichever order files are named, in one call or in
// several, the facts and the timelines are the same.
func TestOrderOfFiles(t *testing.T) {
	t.Parallel()
	world := oracle.Random(41)
	folder := worldFolder(t, world)
	splitDisclosures(t, folder)
	whole := pgtest.Store(t)
	pgtest.Import(t, whole, options, folder)
	wantFacts, wantTimelines := facts(t, whole), timelines(t, whole)
	same := func(t *testing.T, db *store.Store) {
		t.Helper()
		if got := facts(t, db); !maps.Equal(got, wantFacts) {
			t.Error("the facts are others")
		}
		if timelines(t, db) != wantTimelines {
			t.Error("the timelines are others")
		}
		mustVerify(t, db)
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("named in another order ", seed), func(t *testing.T) {
			t.Parallel()
			db := pgtest.Store(t)
			paths := filesOf(t, folder, "*.csv", "calendar/*.json")
			// A catalog's entries are read with it.
			paths = slices.DeleteFunc(paths, func(path string) bool { return strings.Contains(path, "entries-") })
			rand.New(rand.NewPCG(seed, 3)).Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
			pgtest.Import(t, db, options, paths...)
			same(t, db)
		})
	}
	for name, calls := range map[string][]string{
		"calls in the order of dependency": {"calendar/*", "areas*", "departments*", "catalogs*", "assignments*", "part-*", "news*"},
		"the calendar last":                {"areas*", "departments*", "catalogs*", "news*", "part-2*", "part-1*", "part-0*", "assignments*", "calendar/*"},
		"assignments after what they move": {"areas*", "departments*", "catalogs*", "part-1*", "calendar/*", "part-0*", "news*", "part-2*", "assignments*"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.Store(t)
			for _, pattern := range calls {
				pgtest.Import(t, db, options, filesOf(t, folder, pattern)...)
			}
			same(t, db)
		})
	}
}

func filesOf(t *testing.T, folder string, patterns ...string) (paths []string) {
	t.Helper()
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// splitDisclosures puts the disclosures of a folder into three files.
func splitDisclosures(t *testing.T, folder string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "disclosures.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(content), "\n")
	for part := range 3 {
		text := lines[0]
		for i, line := range lines[1:] {
			if i%3 == part {
				text += line
			}
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("part-%d.csv", part)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(folder, "disclosures.csv")); err != nil {
		t.Fatal(err)
	}
}

// TestMovedDocument: an update of a known ref changes it and the timelines of
// the publishers it was and is at, and of no other.
func TestMovedDocument(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	before := versions(t, db)
	moved := map[string]string{"disclosures.csv": strings.Replace(base()["disclosures.csv"], "d1,533102102", "d1,533102103", 1)}
	report, err := run(t, db, options, moved)
	if err != nil {
		t.Fatal(err)
	}
	if file := report.Files[0]; file.Changed != 1 || file.Unchanged != 1 || file.Added != 0 {
		t.Errorf("%+v", file)
	}
	for code, version := range versions(t, db) {
		affected := code == "533102102" || code == "533102103"
		if (version != before[code]) != affected {
			t.Errorf("%s: written by %s, then by %s", code, before[code], version)
		}
	}
	if got, want := named(report.Effect.Opened), []string{"533102102 1.1 MISSING"}; !slices.Equal(got, want) {
		t.Errorf("opened %v, want %v", got, want)
	}
	if got, want := named(report.Effect.Closed), []string{"533102103 1.1 MISSING"}; !slices.Equal(got, want) {
		t.Errorf("closed %v, want %v", got, want)
	}
	mustVerify(t, db)
}

// TestCatalogWithoutARow: a catalog imported again takes out the rows that it no
// longer has, with their cells, and leaves those of other catalogs alone.
func TestCatalogWithoutARow(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	files := base()
	files["catalogs.csv"] += "C2,瑞丽目录,533102,C1,2021-01-01,,20,3,c2.csv,\n"
	files["c2.csv"] = strings.SplitAfter(files["c1.csv"], "\n")[0] +
		"4.3,款物管理,物资储备,,内容,《条例》,TOWNSHIP,GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,20,FORMED,NONE,,0,,,\n"
	delete(files, "relief.csv")
	if _, err := run(t, db, options, files); err != nil {
		t.Fatal(err)
	}
	before := gapsToday(t, db)
	if before["533102102 4.3"] != "MISSING" {
		t.Fatalf("gaps: %v", before)
	}
	delete(files, "news.csv")
	delete(files, "assignments.csv")
	files["c2.csv"] = strings.Replace(files["c2.csv"], "4.3,款物管理,物资储备", "4.4,款物管理,物资发放", 1)
	report, err := run(t, db, options, files)
	if err != nil {
		t.Fatal(err)
	}
	if rows := text(
		t,
		db,
		"SELECT string_agg(catalog_code || ' ' || entry_code, ', ' ORDER BY 1) FROM (SELECT catalog_code, entry_code FROM catalog_entry ORDER BY 1, 2) AS e",
	); rows != "C1 1.1, C1 4.2, C2 4.4" {
		t.Errorf("the catalogs' rows are %s", rows)
	}
	after := gapsToday(t, db)
	if after["533102102 4.3"] != "" || after["533102102 4.4"] != "MISSING" ||
		!slices.Equal(named(report.Effect.Closed), newlyIn(before, after)) {
		t.Errorf("closed %v, opened %v", named(report.Effect.Closed), named(report.Effect.Opened))
	}
	mustVerify(t, db)
}
